package keras

import (
	"strconv"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// endpoints gives a model that is the root what Keras's models have when they
// are saved: lists of its variables, the function __call__, and functions with
// signatures.
func (x *expander) endpoints(p *part) {
	n, m := p.network, p.module
	if n.inputs == nil {
		e := spec.Errorf(p.pos, "model %q does not know the shape of its input", p.name)
		e.Hint = "begin with an InputLayer, or give signatures"
		x.errs = append(x.errs, e)
		return
	}
	x.lists(p)
	in := p.input(n.inputs, p.settings.style == spec.KerasExport)
	falseValue := &spec.Literal{Value: spec.Value{Pos: p.pos, V: false}}
	trueValue := &spec.Literal{Value: spec.Value{Pos: p.pos, V: true}}
	forms := []spec.Input{in}
	if n.listed {
		in = &spec.ListSpec{Pos: p.pos, Items: []spec.Input{in}}
		forms = append(forms, in)
	}
	var concrete []*spec.Inputs
	for _, form := range forms {
		concrete = append(concrete, &spec.Inputs{Pos: p.pos, Positional: []spec.Input{form, falseValue}})
		if p.settings.training {
			concrete = append(concrete, &spec.Inputs{Pos: p.pos, Positional: []spec.Input{form, trueValue}})
		}
	}
	for i := range m.Members {
		if f, ok := m.Members[i].Object.(*spec.Function); ok && f.Name == "__call__" {
			f.Plain, f.LibraryFunction, f.ConcreteFunctions = false, "saved_model_call", concrete
		}
	}
	add := func(name, body string) *spec.Function {
		f := &spec.Function{
			Pos: p.pos, Name: name, HasArgs: true, Args: []spec.Arg{{Pos: p.pos, Name: "inputs"}},
			HasInputSignature: true, InputSignature: []spec.Input{in}, InputSignaturePos: p.pos,
			Body: spec.GeneratedBody(body, []spec.Pos{p.pos, p.pos}),
		}
		m.Members = append(m.Members, spec.Member{Name: name, Pos: p.pos, Object: f})
		return f
	}
	serve := add("serve", "return self(inputs)\n")
	if p.settings.style == spec.KerasExport {
		if x.spec.Signatures == nil {
			x.spec.Signatures = signatures(serve, "serve", "serving_default")
		}
		return
	}
	add("_default_save_signature", "outputs = self(inputs)\nreturn "+p.outputNames()+"\n")
}

// signatures are entries that all name one function.
func signatures(f *spec.Function, keys ...string) *spec.Signatures {
	s := &spec.Signatures{Pos: f.Pos}
	for _, key := range keys {
		path := spec.Path{Pos: f.Pos, Text: f.Name, Steps: []string{f.Name}}
		s.Entries = append(s.Entries, &spec.Signature{Key: key, KeyPos: f.Pos, Pos: f.Pos, Function: spec.FunctionRef{Path: path, Function: f}})
	}
	return s
}

// lists adds the lists by which a loaded model's variables are found.
func (x *expander) lists(p *part) {
	all := &spec.List{Pos: p.pos}
	trainable, others := &spec.List{Pos: p.pos}, &spec.List{Pos: p.pos}
	p.each(func(v *variable) {
		ref := &spec.Ref{Pos: p.pos, Target: v.spec}
		all.Items = append(all.Items, ref)
		to := trainable
		if v.spec.Trainable != nil && !*v.spec.Trainable {
			to = others
		}
		to.Items = append(to.Items, ref)
	})
	for _, l := range []struct {
		name string
		list *spec.List
	}{{"variables", all}, {"trainable_variables", trainable}, {"non_trainable_variables", others}} {
		p.module.Members = append(p.module.Members, spec.Member{Name: l.name, Pos: p.pos, Object: l.list})
	}
}

// input describes what the model takes, in its structure; with anyBatch the
// first dimension of each tensor is unknown.
func (p *part) input(a *argument, anyBatch bool) spec.Input {
	switch a.kind {
	case tensorArgument:
		m := p.network.byName[a.ref.layer]
		i := m.calls[0].outputs[0]
		if anyBatch && i.shape.Known() && i.shape.Rank() > 0 {
			dims := append([]int64{tensor.Unknown}, i.shape.Dims()[1:]...)
			i.shape = tensor.ShapeOf(dims...)
		}
		return i.input(p.pos, m.name)
	case dictArgument:
		d := &spec.DictSpec{Pos: p.pos}
		for i, k := range a.keys {
			d.Entries = append(d.Entries, spec.NamedInput{Name: k, Pos: p.pos, Input: p.input(a.items[i], anyBatch)})
		}
		return d
	}
	l := &spec.ListSpec{Pos: p.pos}
	for _, item := range a.items {
		l.Items = append(l.Items, p.input(item, anyBatch))
	}
	return l
}

// outputNames writes the dict of outputs that Keras 2 gives its signature: by
// the names of the layers. A dict of Keras 3 keeps its keys.
func (p *part) outputNames() string {
	n := p.network
	text, seen, taken := "{", map[string]int{}, map[string]bool{}
	var walk func(a *argument, at string, named string)
	walk = func(a *argument, at string, named string) {
		if a.kind == tensorArgument {
			name := named
			if name == "" {
				// Another layer may have the name that a second output would get
				// (_set_output_names, keras/src/engine/functional.py, tf_keras 2.21).
				for name = unique(a.ref.layer, seen); taken[name]; {
					name = unique(a.ref.layer, seen)
				}
			}
			taken[name] = true
			if text != "{" {
				text += ", "
			}
			text += strconv.Quote(name) + ": " + at
			return
		}
		for i, item := range a.items {
			key := strconv.Itoa(i)
			if a.kind == dictArgument {
				key = strconv.Quote(a.keys[i])
				if !n.keras2 && item.kind == tensorArgument {
					named = a.keys[i]
				}
			}
			walk(item, at+"["+key+"]", named)
			named = ""
		}
	}
	walk(n.outputs, "outputs", "")
	return text + "}"
}
