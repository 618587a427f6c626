package trace

import (
	"slices"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
)

// Tape is a tf.GradientTape: it notes the ops that are added to a graph while
// it records, and adds those that compute gradients. What the gradient of an op
// is, is library code: lib/gradients_*.py.
type Tape struct {
	graph          *graph.Graph
	persistent     bool
	watchVariables bool
	recording      bool
	used           bool
	// spans are the ops that were added while it recorded, as ranges of the
	// graph's nodes; the last one is open while it records.
	spans   []span
	watched map[*graph.Tensor]bool
}

type span struct{ from, to int }

// newTape is tf.GradientTape.
func newTape(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.GradientTape", args, "persistent?", "watch_accessed_variables?")
	if err != nil {
		return nil, err
	}
	return &Tape{graph: t.graph, persistent: p[0] == true, watchVariables: p[1] == nil || p[1] == true, watched: map[*graph.Tensor]bool{}}, nil
}

// context records what is made below a with statement.
func (tape *Tape) context() *Context {
	return &Context{name: "GradientTape", enter: func(t *thread) (Value, func(), error) {
		switch {
		case tape.graph != t.graph:
			return nil, nil, t.errorf("ValueError", "a tape records the function or branch that it was made in, not another one")
		case tape.recording:
			return nil, nil, t.errorf("ValueError", "the tape is recording already")
		}
		return tape, t.record(tape), nil
	}}
}

// record lets a tape note ops until it is left.
func (t *thread) record(tape *Tape) (leave func()) {
	tape.recording = true
	tape.spans = append(tape.spans, span{from: len(tape.graph.Nodes)})
	t.tapes = append(t.tapes, tape)
	return func() { t.pause(tape) }
}

// pause takes a tape off those that record.
func (t *thread) pause(tape *Tape) {
	if !tape.recording {
		return
	}
	tape.recording = false
	tape.spans[len(tape.spans)-1].to = len(tape.graph.Nodes)
	t.tapes = slices.DeleteFunc(slices.Clone(t.tapes), func(other *Tape) bool { return other == tape })
}

// taping reports whether a tape records the graph that ops go into.
func (t *thread) taping() bool {
	return slices.ContainsFunc(t.tapes, func(tape *Tape) bool { return tape.graph == t.graph })
}

// recorded lists the ops that the tape noted so far.
func (tape *Tape) recorded() []*graph.Node {
	var out []*graph.Node
	for i, s := range tape.spans {
		if i == len(tape.spans)-1 && tape.recording {
			s.to = len(tape.graph.Nodes)
		}
		out = append(out, tape.graph.Nodes[s.from:s.to]...)
	}
	return out
}

// variables are the variables that are watched: those that watch was given, and
// trainable ones whose value was read, in the order of the first read. Their
// handles are in handles.
func (tape *Tape) watchedVariables() (variables []*model.Variable, handles []*graph.Tensor) {
	add := func(x *graph.Tensor) {
		if v := variableIn(tape.graph, x); v != nil && !slices.Contains(handles, x) && (tape.watched[x] || tape.watchVariables && v.Trainable) {
			variables, handles = append(variables, v), append(handles, x)
		}
	}
	for _, n := range tape.recorded() {
		for _, x := range readHandles(n) {
			add(x)
		}
	}
	for _, x := range tape.graph.AllInputs() {
		if tape.watched[x] {
			add(x)
		}
	}
	return variables, handles
}

func tapeMethods() map[string]method {
	on := func(f func(t *thread, tape *Tape, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*Tape), args) }}
	}
	return map[string]method{
		"watch": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			p, err := t.params("watch", args, "tensor")
			if err != nil {
				return nil, err
			}
			for _, v := range expand(flatten(t.unwrapModel(p[0]))) {
				x, err := t.tapeSource(tape, v)
				if err != nil {
					return nil, err
				}
				if x.DType == tensor.Resource || trainable(x.DType) {
					tape.watched[x] = true
				}
			}
			return nil, nil
		}),
		"watched_variables": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			if _, err := t.params("watched_variables", args); err != nil {
				return nil, err
			}
			out := &Tuple{}
			variables, _ := tape.watchedVariables()
			for _, v := range variables {
				out.Items = append(out.Items, v)
			}
			return out, nil
		}),
		"stop_recording": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			if _, err := t.params("stop_recording", args); err != nil {
				return nil, err
			}
			return &Context{name: "stop_recording", enter: func(t *thread) (Value, func(), error) {
				if !tape.recording {
					return nil, nil, t.errorf("ValueError", "the tape does not record here")
				}
				t.pause(tape)
				return nil, func() { t.record(tape) }, nil
			}}, nil
		}),
		"reset": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			_, err := t.params("reset", args)
			tape.spans, tape.watched, tape.used = nil, map[*graph.Tensor]bool{}, false
			if tape.recording {
				tape.spans = []span{{from: len(tape.graph.Nodes)}}
			}
			return nil, err
		}),
		"gradient":       on(tapeGradient),
		"jacobian":       on(tapeJacobian),
		"batch_jacobian": on(tapeBatchJacobian),
	}
}

// tapeSource is the tensor that stands for a source in the tape's graph: that of
// a variable is its handle.
func (t *thread) tapeSource(tape *Tape, v Value) (*graph.Tensor, error) {
	x, ok := v.(*graph.Tensor)
	if variable, is := asVariable(v); is {
		x, ok = t.tr.Handle(variable), true
	}
	if !ok {
		return nil, t.errorf("TypeError", "gradients are taken with respect to tensors and variables, not %s", typeName(v))
	}
	x, err := tape.graph.Capture(x, "resource")
	return x, t.wrap("ValueError", err)
}

// tapeGradient is tape.gradient.
func tapeGradient(t *thread, tape *Tape, args *callArgs) (Value, error) {
	p, err := t.params("gradient", args, "target", "sources", "output_gradients?", "unconnected_gradients?")
	if err != nil {
		return nil, err
	}
	zero, err := t.unconnected(p[3])
	if err != nil {
		return nil, err
	}
	if err := t.useTape(tape); err != nil {
		return nil, err
	}
	return t.gradient(tape, p[0], p[1], p[2], zero)
}

// unconnected reads unconnected_gradients: whether the gradient of what the
// target does not depend on is zeros rather than None.
func (t *thread) unconnected(v Value) (zero bool, err error) {
	switch v {
	case nil, "none":
		return false, nil
	case "zero":
		return true, nil
	}
	return false, t.errorf("ValueError", "unconnected_gradients is %s, want \"none\" or \"zero\"", t.repr(v))
}

// useTape ends the recording of a tape that is not persistent, which gives
// gradients once.
func (t *thread) useTape(tape *Tape) error {
	if tape.persistent {
		return nil
	}
	if tape.used {
		return hint(t.errorf("RuntimeError", "a non-persistent GradientTape can only be used to compute one set of gradients"), "tf.GradientTape(persistent=True)")
	}
	tape.used = true
	t.pause(tape)
	return nil
}

// gradient adds the ops that compute the gradients of a target. They go into the
// current graph, that of the tape or one inside it.
func (t *thread) gradient(tape *Tape, target, sources, given Value, zero bool) (Value, error) {
	for g := t.graph; g != tape.graph; g = g.Outer {
		if g.Outer == nil {
			return nil, t.errorf("ValueError", "the gradient of a tape is taken outside of the function that it records")
		}
	}
	b := &backprop{t: t, tape: tape, grads: map[*graph.Tensor][]Value{}}
	if err := b.seed(target, given); err != nil {
		return nil, err
	}
	sources = t.unwrapModel(sources)
	var wanted, known []*graph.Tensor // nil for a variable that was not read
	for _, v := range flatten(sources) {
		var x *graph.Tensor
		if variable, is := asVariable(v); !is || tape.graph.Captured(t.tr.Handle(variable)) {
			var err error
			if x, err = t.tapeSource(tape, v); err != nil {
				return nil, err
			}
			known = append(known, x)
		}
		wanted = append(wanted, x)
	}
	if err := b.run(known); err != nil {
		return nil, err
	}
	at := 0
	return mapStructure(sources, func(v Value) (g Value, err error) {
		if wanted[at] != nil {
			g, err = b.gradient(wanted[at])
		}
		at++
		if err == nil && g == nil && zero {
			return b.library("internal.tape.zeros_like", v)
		}
		return g, err
	})
}

// callInPlace runs a function while a tape records: its ops become those of the
// caller, where the tape sees them. TensorFlow adds a call of a function that
// also gives what its gradient needs.
func (t *thread) callInPlace(f *function, pos *Tuple, kw *Dict) (Value, error) {
	key, err := t.specs(f, pos, kw)
	if err != nil {
		return nil, err
	}
	given := flatten(&Tuple{Items: []Value{pos, kw}})
	at := 0
	packed, err := mapStructure(key, func(want Value) (Value, error) {
		v := given[at]
		at++
		s, ok := want.(*TensorSpec)
		if !ok {
			return v, nil
		}
		return t.argument(f.name, s, v)
	})
	if err != nil {
		return nil, err
	}
	args := &callArgs{pos: packed.(*Tuple).Items[0].(*Tuple).Items}
	keywords := packed.(*Tuple).Items[1].(*Dict)
	for _, k := range keywords.Keys() {
		v, _ := keywords.Get(k)
		args.kw = append(args.kw, kwArg{k.(string), v})
	}
	return t.callClosure(f.closure, args)
}
