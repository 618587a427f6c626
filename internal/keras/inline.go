package keras

import (
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
)

// Layers in a description:
//
//	layers:
//	  - Input: {shape: [4], name: x}
//	  - Dense: {units: 5, activation: relu, name: hidden}   # takes what the layer before it gives
//	  - Dense: {units: 1, name: out}
//	    inputs: hidden                                      # or a list: the layer is called with a list
//	  - call: out                                           # the same layer again
//	    inputs: x
//	    name: again
//	outputs: [out, again]                                   # the last layer unless said
//
// args: [q, v] calls with several arguments, kwargs: {mask: m} with keywords;
// "lstm:1" is the second tensor that lstm gives.

// inlineReader reads such a list.
type inlineReader struct {
	b       *builder
	n       *network
	counts  map[string]int
	tensors map[string]*ref
	last    *ref
	inputs  []*argument
}

// inline makes the network of layers in a description.
func (b *builder) inline(v spec.Value) *network {
	n := &network{pos: v.Pos, name: "model", byName: map[string]*member{}, trainable: true}
	r := &inlineReader{b: b, n: n, counts: map[string]int{}, tensors: map[string]*ref{}}
	items, _ := v.V.([]spec.Value)
	for _, item := range items {
		r.item(item)
	}
	if len(n.members) == 0 {
		b.errs.Add(v.Pos, "layers: there are none")
		return n
	}
	n.setPlaces("")
	switch out := b.set.outputs; {
	case out != nil:
		n.outputs = r.tensorsOf(*out)
	case r.last != nil:
		n.outputs = &argument{pos: v.Pos, kind: tensorArgument, ref: r.last}
	}
	switch len(r.inputs) {
	case 0:
		e := spec.Errorf(v.Pos, "layers: the model has no input")
		e.Hint = "start with - Input: {shape: [4]}"
		b.errs = append(b.errs, e)
	case 1:
		n.inputs = r.inputs[0]
	default:
		n.inputs = &argument{pos: v.Pos, kind: listArgument, items: r.inputs}
	}
	return n
}

func (r *inlineReader) errorf(pos spec.Pos, format string, args ...any) {
	r.b.errs.Add(pos, "layers: "+format, args...)
}

// item reads one layer, or another call of one.
func (r *inlineReader) item(v spec.Value) {
	o := &object{pos: v.Pos, module: "keras.layers", config: spec.Value{Pos: v.Pos, V: []spec.Entry{}}}
	if class, ok := v.V.(string); ok {
		o.class = class
	}
	c := &call{pos: v.Pos}
	entries, _ := v.V.([]spec.Entry)
	var again *member
	given := false
	name := ""
	for _, e := range entries {
		key, _ := e.Key.V.(string)
		switch key {
		case "inputs":
			given = true
			c.args = []*argument{r.tensorsOf(e.Value)}
		case "args":
			given = true
			c.args = r.tensorsOf(e.Value).items
		case "kwargs":
			kwargs, _ := e.Value.V.([]spec.Entry)
			for _, k := range kwargs {
				keyName, _ := k.Key.V.(string)
				c.kwargs = append(c.kwargs, keyword{keyName, r.value(k.Value)})
			}
		case "name":
			name, _ = e.Value.V.(string)
		case "call":
			target, _ := e.Value.V.(string)
			if again = r.n.byName[target]; again == nil {
				r.errorf(e.Value.Pos, "call: there is no layer %q above", target)
				return
			}
		default:
			if o.class != "" {
				r.errorf(e.Key.Pos, "an entry has one class, here are %s and %s", o.class, key)
				return
			}
			o.class, o.pos = key, e.Key.Pos
			if e.Value.V != nil {
				o.config = e.Value
			}
		}
	}
	if again != nil {
		if name == "" {
			name = unique(again.name, r.counts)
		}
		again.calls = append(again.calls, c)
		r.define(v.Pos, name, &ref{layer: again.name, node: len(again.calls) - 1})
		return
	}
	if o.class == "" {
		r.errorf(v.Pos, "want a class with its options, such as Dense: {units: 5}, not %s", v.What())
		return
	}
	if o.class = canonical(o.class); o.class == "Input" {
		o.class = "InputLayer"
	}
	if _, ok := o.config.V.([]spec.Entry); !ok {
		r.errorf(o.config.Pos, "%s: want a mapping of options, not %s", o.class, o.config.What())
		return
	}
	o.name, _ = text(o.config, "name")
	if o.name == "" {
		o.name = name
	}
	if o.name == "" {
		o.name = unique(snakeCase(o.class), r.counts)
	}
	m := &member{object: o, calls: []*call{c}}
	r.n.add(r.b, m)
	out := &ref{layer: o.name}
	switch {
	case m.isInput():
		r.inputs = append(r.inputs, &argument{pos: o.pos, kind: tensorArgument, ref: out})
	case !given && r.last == nil:
		r.errorf(o.pos, "the first layer is an Input")
	case !given:
		c.args = []*argument{{pos: o.pos, kind: tensorArgument, ref: r.last}}
	}
	r.define(o.pos, o.name, out)
}

// define names a tensor.
func (r *inlineReader) define(pos spec.Pos, name string, to *ref) {
	if _, ok := r.tensors[name]; ok {
		r.errorf(pos, "%q is there twice", name)
	}
	r.tensors[name], r.last = to, to
}

// tensorsOf reads names of tensors: one, or a list or mapping of them.
func (r *inlineReader) tensorsOf(v spec.Value) *argument {
	a := r.value(v)
	var check func(a *argument)
	check = func(a *argument) {
		switch a.kind {
		case plainArgument:
			s, _ := a.plain.V.(string)
			e := spec.Errorf(a.pos, "layers: nothing above is called %q", s)
			var names []string
			for name := range r.tensors {
				names = append(names, name)
			}
			if near := spell.Nearest(s, names); near != "" {
				e.Hint = "did you mean " + strconv.Quote(near) + "?"
			}
			r.b.errs = append(r.b.errs, e)
			a.kind, a.ref = tensorArgument, &ref{layer: r.n.members[0].name}
		default:
			for _, item := range a.items {
				check(item)
			}
		}
	}
	if len(r.n.members) > 0 {
		check(a)
	}
	return a
}

// value reads a value in which strings may name tensors.
func (r *inlineReader) value(v spec.Value) *argument {
	return readArgument(v, func(v spec.Value) *argument {
		x, _ := v.V.(string)
		if t, ok := r.tensors[x]; ok {
			return &argument{pos: v.Pos, kind: tensorArgument, ref: t}
		}
		name, index, ok := strings.Cut(x, ":")
		i, err := strconv.Atoi(index)
		if !ok || r.tensors[name] == nil || err != nil || i < 0 || i >= 1<<20 {
			return nil
		}
		t := *r.tensors[name]
		t.index = i
		return &argument{pos: v.Pos, kind: tensorArgument, ref: &t}
	})
}
