package keras

import (
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
)

// settings are the keys of keras: in a description.
type settings struct {
	pos           spec.Pos
	config        spec.Text   // a JSON file
	archive       spec.Text   // a .keras archive or its folder, or a legacy .h5 file
	weights       spec.Text   // a weight file; with a legacy .h5 file the config may be left out
	layers        *spec.Value // the layers themselves
	outputs       *spec.Value // names of the layers that give the outputs
	name          spec.Text
	customObjects []spec.Text
	training      bool
	style         string
}

func readSettings(k *spec.Keras) (*settings, spec.ErrorList) {
	s := &settings{pos: k.Pos, style: spec.KerasLayerNames}
	var errs spec.ErrorList
	if file, ok := k.Value.V.(string); ok {
		s.archive = spec.Text{Pos: k.Value.Pos, Value: file}
		return s, nil
	}
	entries, ok := k.Value.V.([]spec.Entry)
	if !ok {
		errs.Add(k.Pos, "keras: want a mapping, or the name of a .keras archive, not %s", k.Value.What())
		return nil, errs
	}
	text := func(key string, v spec.Value) spec.Text {
		t, ok := v.V.(string)
		if !ok || t == "" {
			errs.Add(v.Pos, "%s: want a string, not %s", key, v.What())
		}
		return spec.Text{Pos: v.Pos, Value: t}
	}
	for _, e := range entries {
		key, _ := e.Key.V.(string)
		switch key {
		case "config":
			s.config = text(key, e.Value)
		case "archive":
			s.archive = text(key, e.Value)
		case "weights":
			s.weights = text(key, e.Value)
		case "layers":
			if _, ok := e.Value.V.([]spec.Value); !ok {
				errs.Add(e.Value.Pos, "layers: want a list, not %s", e.Value.What())
			}
			s.layers = &e.Value
		case "outputs":
			s.outputs = &e.Value
		case "name":
			s.name = text(key, e.Value)
		case "custom_objects":
			list, ok := e.Value.V.([]spec.Value)
			if !ok {
				list = []spec.Value{e.Value}
			}
			for _, v := range list {
				s.customObjects = append(s.customObjects, text(key, v))
			}
		case "training":
			if s.training, ok = e.Value.V.(bool); !ok {
				errs.Add(e.Value.Pos, "training: want true or false, not %s", e.Value.What())
			}
		case "signatures_style":
			if s.style = text(key, e.Value).Value; s.style != spec.KerasLayerNames && s.style != spec.KerasExport {
				errs.Add(e.Value.Pos, "signatures_style: unknown style %q; want %s or %s", s.style, spec.KerasLayerNames, spec.KerasExport)
			}
		default:
			err := spec.Errorf(e.Key.Pos, "unknown key %q in keras", key)
			if near := spell.Nearest(key, spec.KerasKeys()); near != "" {
				err.Hint = "did you mean " + near + "?"
			} else {
				err.Hint = "want one of " + strings.Join(spec.KerasKeys(), ", ")
			}
			errs = append(errs, err)
		}
	}
	var sources []string
	for _, x := range []struct {
		key   string
		given bool
	}{{"config", s.config.Value != ""}, {"archive", s.archive.Value != ""}, {"layers", s.layers != nil}} {
		if x.given {
			sources = append(sources, x.key)
		}
	}
	switch {
	case len(errs) > 0:
	case len(sources) > 1:
		errs.Add(k.Pos, "keras: %s each describe the model: want one of them", strings.Join(sources, " and "))
	case len(sources) == 0 && s.weights.Value == "":
		err := spec.Errorf(k.Pos, "keras: nothing describes the model")
		err.Hint = "give config:, archive: or layers:"
		errs = append(errs, err)
	}
	return s, errs
}
