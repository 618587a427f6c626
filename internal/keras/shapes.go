package keras

import (
	"strconv"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/trace"
)

// Layers need the shapes of their inputs to make their variables. A config of
// Keras 3 has them at every tensor. Otherwise the calls before are traced one
// by one, as Keras itself runs layers on symbolic tensors.

// info is what is known of a tensor that an argument names.
func (w *writer) info(r *ref) info {
	if r.info.known {
		return r.info
	}
	m := w.n.byName[r.layer]
	c := m.calls[r.node]
	if c.outputs == nil {
		c.outputs = append([]info{}, w.probe(m, c)...) // not nil: once is enough
	}
	if r.index < len(c.outputs) {
		return c.outputs[r.index]
	}
	return info{}
}

// infos are those of all tensors of a call.
func (w *writer) infos(c *call) []info {
	var out []info
	c.each(func(a *argument) { out = append(out, w.info(a.ref)) })
	return out
}

// shapes are the shapes that a layer is built for; false where they are not
// known because of a mistake before it.
func (w *writer) shapes(m *member, c *call) (shapes, bool) {
	var s shapes
	if !w.b.tracer.Defines(w.b.lib, m.class+"_build") {
		return s, true
	}
	for _, a := range c.args {
		s.positional = append(s.positional, w.shapeOf(a))
	}
	for _, k := range c.kwargs {
		if v := w.shapeOf(k.value); v.V != nil {
			s.keywords = append(s.keywords, spec.Entry{Key: spec.Value{Pos: c.pos, V: k.name + "_shape"}, Value: v})
		}
	}
	known := true
	c.each(func(a *argument) { known = known && w.info(a.ref).known })
	return s, known || len(w.b.errs) == 0
}

// shapeOf gives the shape of a tensor, those of a list as a list, and null for
// plain values.
func (w *writer) shapeOf(a *argument) spec.Value {
	out := spec.Value{Pos: a.pos}
	switch a.kind {
	case tensorArgument:
		return shapeValue(w.info(a.ref).shape, a.pos)
	case listArgument, tupleArgument:
		items := make([]spec.Value, len(a.items))
		for i, item := range a.items {
			items[i] = w.shapeOf(item)
		}
		out.V = items
	case dictArgument:
		var entries []spec.Entry
		for i, item := range a.items {
			entries = append(entries, spec.Entry{Key: spec.Value{Pos: a.pos, V: a.keys[i]}, Value: w.shapeOf(item)})
		}
		out.V = entries
	}
	return out
}

// probe traces one call on tensors of which only shape and dtype are known, to
// learn those of its results. nil after an error, and where the inputs of the
// model are not known.
func (w *writer) probe(m *member, c *call) []info {
	// The same call on the parameters of a function of its own.
	f := &spec.Function{Pos: c.pos, Name: "__probe__", Library: w.b.lib, HasArgs: true, HasInputSignature: true}
	known := true
	c.each(func(a *argument) {
		i := w.info(a.ref)
		known = known && i.known
		name := "a" + strconv.Itoa(len(f.Args))
		f.Args = append(f.Args, spec.Arg{Pos: c.pos, Name: name})
		f.InputSignature = append(f.InputSignature, i.input(c.pos, ""))
	})
	if !known {
		return nil
	}
	at := 0
	text, ok := w.text(m, c, func(*argument) string { at++; return "a" + strconv.Itoa(at-1) }, false)
	if !ok {
		return nil
	}
	if m.part != nil && m.part.masked {
		text += "[0]"
	}
	f.Body = spec.GeneratedBody("training = None\nreturn probed("+text+")\n", []spec.Pos{c.pos, c.pos})
	module := &spec.Module{Pos: c.pos, Members: []spec.Member{{Name: "__probe__", Pos: c.pos, Object: f}}}
	if m.part != nil {
		module.Members = append(module.Members, spec.Member{Name: m.attr, Pos: m.pos, Object: m.part.module})
	}
	if len(w.arrays) > 0 {
		module.Members = append(module.Members, constant("arrays", spec.Value{Pos: c.pos, V: w.arrays}))
	}
	built, errs := model.Build(&spec.Spec{Module: module, Dir: w.b.dir})
	if len(errs) > 0 {
		w.b.errs = append(w.b.errs, errs...)
		return nil
	}
	concrete, err := w.b.tracer.Trace(built.Function(f), nil)
	if err != nil {
		w.b.report(c.pos, err, "layer %q (%s)", m.name, m.class)
		return nil
	}
	out := []info{}
	results, _ := concrete.Outputs.(*trace.List)
	for _, x := range results.Items {
		var i info
		switch marked := x.(type) { // see probed in base.py
		case *trace.List:
			i.ragged, i.raggedRank = true, len(marked.Items)
			x = marked.Items[0]
		case *trace.Tuple:
			i.sparse = true
			x = marked.Items[0]
		}
		if t, ok := x.(*graph.Tensor); ok {
			i.known, i.shape, i.dtype = true, t.Shape(), t.DType
		}
		out = append(out, i)
	}
	return out
}

// input is the description of a tensor as an input of a function.
func (i info) input(pos spec.Pos, name string) spec.Input {
	switch {
	case i.ragged:
		return &spec.RaggedSpec{Pos: pos, Name: name, Shape: i.shape, DType: i.dtype, RaggedRank: i.raggedRank, RowSplitsDType: tensor.Int64}
	case i.sparse:
		return &spec.SparseSpec{Pos: pos, Name: name, Shape: i.shape, DType: i.dtype}
	}
	return &spec.TensorSpec{Pos: pos, Name: name, Shape: i.shape, DType: i.dtype}
}
