package trace

import (
	"maps"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/op"
)

// This file has what gradients of branches, loops and calls are made of
// (lib/gradients_control.py): the ops of a function once more, in the current
// graph, and the gradients that go through them. TensorFlow lets the forward
// function give its intermediate values instead; the numbers are the same where
// the function has no state.

// tfReplay is tf.internal.replay: the results of the function that an attribute
// of an op names, for the arguments.
func tfReplay(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("replay", args, "op", "attr", "args", "index?")
	if err != nil {
		return nil, err
	}
	_, outputs, err := t.replay(p)
	if err != nil {
		return nil, err
	}
	return tensorList(outputs), nil
}

// tfVJP is tf.internal.vjp: the gradients of the arguments of that function,
// given those of its results.
func tfVJP(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("vjp", args, "op", "attr", "args", "grads", "index?")
	if err != nil {
		return nil, err
	}
	grads, err := t.items(p[3])
	if err != nil {
		return nil, err
	}
	from := len(t.graph.Nodes)
	inputs, outputs, err := t.replay(append(slices.Clone(p[:3]), p[4]))
	if err != nil {
		return nil, err
	}
	tape := &Tape{graph: t.graph, watched: map[*graph.Tensor]bool{}, spans: []span{{from, len(t.graph.Nodes)}}}
	for _, x := range inputs {
		tape.watched[x] = trainable(x.DType)
	}
	b := &backprop{t: t, tape: tape, grads: map[*graph.Tensor][]Value{}}
	for i, y := range outputs {
		if grads[i] != nil {
			b.grads[y] = append(b.grads[y], grads[i])
			b.starts = append(b.starts, y)
		}
	}
	if err := b.run(inputs); err != nil {
		return nil, err
	}
	out := &List{}
	seen := map[*graph.Tensor]bool{}
	for _, x := range inputs {
		var g Value
		if !seen[x] { // of an argument that is given twice, the first gets all
			if g, err = b.gradient(x); err != nil {
				return nil, err
			}
		}
		seen[x] = true
		out.Items = append(out.Items, g)
	}
	return out, nil
}

// replay adds the ops of a function. p are the op, its attribute, the arguments,
// and which function of a list the attribute means.
func (t *thread) replay(p []Value) (inputs, outputs []*graph.Tensor, err error) {
	n := p[0].(*graph.Node)
	f, err := t.callee(n, p[1].(string), p[3])
	if err != nil {
		return nil, nil, err
	}
	items, err := t.items(p[2])
	if err != nil {
		return nil, nil, err
	}
	to := map[*graph.Tensor]*graph.Tensor{}
	for i, x := range f.Graph.AllInputs() {
		in, err := t.graph.Capture(items[i].(*graph.Tensor), "")
		if err != nil {
			return nil, nil, t.wrap("ValueError", err)
		}
		to[x] = in
		inputs = append(inputs, in)
	}
	copies := map[*graph.Node]*graph.Node{}
	for _, n := range f.Graph.Nodes {
		if len(n.Outputs) > 0 && to[n.Outputs[0]] != nil || n.Op() == "Assert" || n.Op() == "PrintV2" {
			continue
		}
		if state := stateOf(n); state != "" {
			return nil, nil, hint(t.errorf("NotImplementedError", "a gradient through a branch or loop that has state (op %s) is not supported", state),
				"take the state out of it, or the gradient after loading")
		}
		if copies[n], err = t.copyNode(n, to, copies); err != nil {
			return nil, nil, err
		}
	}
	for _, y := range f.Graph.Outputs {
		outputs = append(outputs, to[y])
	}
	return inputs, outputs, nil
}

// stateOf names the op of n, or of the functions that it runs, that cannot be run
// twice; "" if there is none.
func stateOf(n *graph.Node) string {
	if !n.Def.Stateful || readOps[n.Op()] {
		return ""
	}
	for _, f := range n.Callees {
		for _, m := range f.Graph.Nodes {
			if state := stateOf(m); state != "" {
				return state
			}
		}
	}
	if len(n.Callees) > 0 {
		return ""
	}
	return n.Op()
}

// readHandles are the inputs of n that are handles of variables that it reads, or
// that the functions read that it runs.
func readHandles(n *graph.Node) []*graph.Tensor {
	if readOps[n.Op()] {
		return n.Inputs[:1]
	}
	var out []*graph.Tensor
	for _, f := range n.Callees {
		inputs := f.Graph.AllInputs()
		before := len(n.Inputs) - len(inputs) // the condition of an If
		for _, m := range f.Graph.Nodes {
			for _, x := range readHandles(m) {
				if i := slices.Index(inputs, x); i >= 0 && before >= 0 {
					out = append(out, n.Inputs[before+i])
				}
			}
		}
	}
	return out
}

func (t *thread) copyNode(n *graph.Node, to map[*graph.Tensor]*graph.Tensor, copies map[*graph.Node]*graph.Node) (*graph.Node, error) {
	s := graph.NodeSpec{Op: n.Op(), Name: n.Name[strings.LastIndexByte(n.Name, '/')+1:], Attrs: maps.Clone(n.Attrs), Device: n.Device}
	for _, x := range n.Inputs {
		s.Inputs = append(s.Inputs, to[x])
	}
	for _, c := range n.Control {
		if c := copies[c]; c != nil {
			s.Control = append(s.Control, c)
		}
	}
	c, err := t.graph.Add(s)
	if err != nil {
		return nil, t.wrap("ValueError", err)
	}
	c.Callees = n.Callees
	if g := t.tr.gradients[n]; g != nil {
		t.tr.gradients[c] = g
	}
	for i, y := range n.Outputs {
		to[y] = c.Outputs[i]
		c.Outputs[i].Handle = y.Handle
		if err := c.Outputs[i].SetShape(y.Shape()); err != nil {
			return nil, t.wrap("ValueError", err)
		}
	}
	return c, nil
}

// callee is the function that an attribute of a node names.
func (t *thread) callee(n *graph.Node, attr string, index Value) (*graph.Function, error) {
	ref, _ := n.Attrs[attr].(op.Func)
	if list, ok := n.Attrs[attr].([]op.Func); ok {
		ref = list[index.(int64)]
	}
	i := slices.IndexFunc(n.Callees, func(f *graph.Function) bool { return f.Name == ref.Name })
	if i < 0 {
		return nil, t.errorf("LookupError", "there is no gradient for the call of %q", ref.Name)
	}
	return n.Callees[i], nil
}
