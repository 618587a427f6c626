// Package keras turns Keras models into parts of a description: modules,
// variables and functions, as somebody could have written them by hand. What
// comes after it (object tree, tracing, signatures, weights) knows nothing of
// Keras.
//
// A model is a config (JSON of Keras 3 or Keras 2, a .keras archive, the
// attribute of a legacy .h5 file, or layers written in the description) and
// values for its variables. Expand reads the config into calls of layers
// (network.go, keras2.go, inline.go), makes a module of each layer
// (layer.go), writes a Python body that calls them one after the other
// (code.go), and finds the variables' values in the weight file by the place or
// the name that Keras gave them (weights.go).
//
// What a layer computes, which variables and options it has, is Python code in
// layers/*.py, which runs in the evaluator of package trace; see
// docs/keras-layers-howto.md. Users add classes of their own the same way.
package keras

import (
	"embed"
	"fmt"
	"path"
	"path/filepath"
	"sync"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/trace"
)

//go:embed layers/*.py
var layerFiles embed.FS

// builtin is the code of Keras's own layers.
var builtin = sync.OnceValue(func() *spec.Library {
	l := &spec.Library{}
	entries, err := layerFiles.ReadDir("layers")
	if err != nil {
		panic("internal error: " + err.Error())
	}
	for _, e := range entries {
		text, err := layerFiles.ReadFile("layers/" + e.Name())
		if err != nil {
			panic("internal error: " + err.Error())
		}
		l.Files = append(l.Files, spec.LibraryFile{Name: path.Join("keras", e.Name()), Text: string(text)})
	}
	return l
})

// Expand replaces each Keras model of a description by what it consists of.
// The mistakes of all models are reported together; a model with mistakes is
// Broken.
func Expand(s *spec.Spec) spec.ErrorList {
	x := &expander{spec: s}
	if s.Keras != nil {
		m := x.root(s.Keras)
		s.Module, s.Keras = m, nil
	}
	if s.Module != nil {
		x.module(s.Module)
	}
	if x.found {
		x.errs = append(x.errs, s.Resolve()...)
	}
	x.errs.Sort()
	return x.errs
}

// expander expands the models of one description.
type expander struct {
	spec  *spec.Spec
	found bool // any model
	errs  spec.ErrorList
}

// module expands the models below a module.
func (x *expander) module(m *spec.Module) {
	for i := range m.Members {
		m.Members[i].Object = x.object(m.Members[i].Object, m.Members[i].Name)
	}
}

func (x *expander) object(o spec.Object, name string) spec.Object {
	switch o := o.(type) {
	case *spec.Module:
		x.module(o)
	case *spec.List:
		for i := range o.Items {
			o.Items[i] = x.object(o.Items[i], name)
		}
	case *spec.Dict:
		for i := range o.Members {
			o.Members[i].Object = x.object(o.Members[i].Object, o.Members[i].Name)
		}
	case *spec.Keras:
		p := x.read(o)
		if p == nil {
			return &spec.Broken{Pos: o.Pos}
		}
		if set := p.settings; set.training || set.style != spec.KerasLayerNames {
			e := spec.Errorf(o.Pos, "keras: training and signatures_style are for a model that is the root")
			e.Hint = fmt.Sprintf("write functions that call self.%s(x, training=True)", name)
			x.errs = append(x.errs, e)
		}
		return p.module
	}
	return o
}

// root expands the model that is the whole description.
func (x *expander) root(k *spec.Keras) *spec.Module {
	p := x.read(k)
	if p == nil {
		return &spec.Module{Pos: k.Pos, Incomplete: true}
	}
	x.endpoints(p)
	return p.module
}

// read expands one model; nil after an error.
func (x *expander) read(k *spec.Keras) *part {
	x.found = true
	set, errs := readSettings(k)
	if len(errs) > 0 {
		x.errs = append(x.errs, errs...)
		return nil
	}
	b := &builder{dir: x.spec.Dir, set: set, lib: builtin(), tracer: trace.New(&graph.Library{})}
	defer func() { x.errs = append(x.errs, b.errs...) }()
	b.customObjects()
	config := b.config()
	if len(b.errs) > 0 {
		return nil
	}
	p := b.topModel(config)
	if p == nil || len(b.errs) > 0 {
		return nil
	}
	b.values(p)
	p.settings = set
	return p
}

// builder makes the module of one model.
type builder struct {
	dir     string
	set     *settings
	lib     *spec.Library
	tracer  *trace.Tracer
	version string // of the Keras that wrote the config, "" where it is not known
	// keras2 tells a config of Keras 2, in which some names mean something else.
	keras2       bool
	learnedNames []string          // tensors of the weight file that are options of layers
	maskPassing  []string          // classes through which a mask goes
	refused      map[string]string // why there is no code for a class of Keras
	errs         spec.ErrorList
}

// file gives the path of a file that the description names, as it can be opened.
func (b *builder) file(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(b.dir, name)
}

// report adds an error of the evaluator.
func (b *builder) report(pos spec.Pos, err error, format string, args ...any) {
	e := trace.SpecError(pos, err)
	e.Msg = spec.Errorf(pos, format, args...).Msg + ": " + e.Msg
	b.errs = append(b.errs, e)
}
