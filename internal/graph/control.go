package graph

import (
	"fmt"
	"strconv"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

// MatchCaptures gives the branches of a conditional the same captures in the
// same order: the union of theirs, with unused inputs where a branch lacks one
// (cond_v2.py, _make_inputs_match, TF 2.21). It returns the outer tensors.
func MatchCaptures(branches []*Graph) []*Tensor {
	var outer []*Tensor
	seen := map[*Tensor]bool{}
	for _, g := range branches {
		for _, c := range g.Captures {
			if !seen[c.Outer] {
				seen[c.Outer] = true
				outer = append(outer, c.Outer)
			}
		}
	}
	for _, g := range branches {
		g.setCaptures(outer, func(t *Tensor) tensor.Shape { return t.shape })
	}
	return outer
}

// setCaptures makes the captures of g those of outer, in that order; shape is
// the static shape of an input that g does not use.
func (g *Graph) setCaptures(outer []*Tensor, shape func(*Tensor) tensor.Shape) {
	captures := make([]Capture, len(outer))
	for i, t := range outer {
		inner, ok := g.captured[t]
		if !ok {
			saved := g.scope
			g.scope = g.base
			inner = g.placeholder("unused_"+t.Node.Name, t.DType, shape(t), nil)
			g.scope = saved
			g.captured[t] = inner
		}
		captures[i] = Capture{Outer: t, Inner: inner}
	}
	g.Captures = captures
}

// readOnlyInAll lists the inputs that every one of the graphs only reads, each
// index moved by offset.
func readOnlyInAll(graphs []*Graph, offset int64) []int64 {
	count := map[int64]int{}
	for _, g := range graphs {
		for _, i := range g.ReadOnlyResourceInputs() {
			count[i]++
		}
	}
	out := []int64{}
	for _, i := range graphs[0].ReadOnlyResourceInputs() {
		if count[i] == len(graphs) {
			out = append(out, i+offset)
		}
	}
	return out
}

// Branch adds an If (two branches, the true one first) or a Case node whose
// branches have the same number and types of outputs. Their graphs become
// functions called names. The node's name is that of a scope.
func (g *Graph) Branch(opName, name string, pred *Tensor, branches []*Graph, names []string) (*Node, error) {
	outer := MatchCaptures(branches)
	inputs := make([]*Tensor, 1, 1+len(outer))
	inputs[0] = pred
	for i, t := range outer {
		in, err := g.Capture(t, "input_"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	stateful := false
	fns := make([]*Function, len(branches))
	refs := make([]op.Func, len(branches))
	for i, b := range branches {
		stateful = stateful || b.stateful()
		fns[i] = g.library.Finish(b, names[i])
		refs[i] = FuncAttr(fns[i])
	}
	shapes := make([]tensor.Shape, len(branches[0].Outputs))
	for i, t := range branches[0].Outputs {
		shapes[i] = t.shape
		for _, b := range branches[1:] {
			shapes[i] = shapes[i].Relax(b.Outputs[i].shape)
		}
	}
	attrs := map[string]any{
		"Tin": dtypes(inputs[1:]), "Tout": dtypes(branches[0].Outputs), "output_shapes": shapes,
		"_lower_using_switch_merge": true, ReadOnlyInputs: readOnlyInAll(branches, 1),
	}
	if opName == "If" {
		attrs["Tcond"], attrs["then_branch"], attrs["else_branch"] = pred.DType.Base(), refs[0], refs[1]
	} else {
		attrs["branches"] = refs
	}
	if !stateful {
		opName = "Stateless" + opName
	}
	n, err := g.Add(NodeSpec{Op: opName, Name: name, Exact: true, Inputs: inputs, Attrs: attrs})
	if err != nil {
		return nil, err
	}
	n.Callees = fns
	for i, t := range n.Outputs {
		t.shape = shapes[i]
		t.Handle = branches[0].Outputs[i].Handle
	}
	return n, nil
}

// Loop adds a While node. The condition and the body take the loop variables,
// the body gives new ones; captures of both become further loop variables that
// pass through unchanged (while_v2.py, TF 2.21). shapes are the invariants of
// the loop variables.
func (g *Graph) Loop(name string, vars []*Tensor, cond, body *Graph, condName, bodyName string, shapes []tensor.Shape, parallel int64) (*Node, error) {
	// All captures, those of the condition first.
	var outer []*Tensor
	seen := map[*Tensor]bool{}
	for _, b := range []*Graph{cond, body} {
		for _, c := range b.Captures {
			if !seen[c.Outer] {
				seen[c.Outer] = true
				outer = append(outer, c.Outer)
			}
		}
	}
	unknown := func(*Tensor) tensor.Shape { return tensor.UnknownShape() }
	cond.setCaptures(outer, unknown)
	body.setCaptures(outer, unknown)
	inputs := append([]*Tensor(nil), vars...)
	for _, c := range body.Captures {
		in, err := g.Capture(c.Outer, "input_"+strconv.Itoa(len(inputs)))
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	for _, c := range body.Captures {
		body.Outputs = append(body.Outputs, c.Inner)
	}
	for i, t := range body.Outputs {
		if t.DType.Base() != inputs[i].DType.Base() {
			return nil, fmt.Errorf("loop variable %d has dtype %s before the loop, but dtype %s after one iteration", i, inputs[i].DType, t.DType)
		}
	}
	opName := "StatelessWhile"
	if cond.stateful() || body.stateful() {
		opName = "While"
	}
	outShapes := append([]tensor.Shape(nil), shapes...)
	for _, t := range inputs[len(vars):] {
		outShapes = append(outShapes, t.shape)
	}
	condFn, bodyFn := g.library.Finish(cond, condName), g.library.Finish(body, bodyName)
	n, err := g.Add(NodeSpec{Op: opName, Name: name, Exact: true, Inputs: inputs, Attrs: map[string]any{
		"T": dtypes(inputs), "cond": FuncAttr(condFn), "body": FuncAttr(bodyFn), "output_shapes": outShapes,
		"parallel_iterations": parallel, "_lower_using_switch_merge": true, "_num_original_outputs": int64(len(inputs)),
		ReadOnlyInputs: readOnlyInAll([]*Graph{cond, body}, 0),
	}})
	if err != nil {
		return nil, err
	}
	n.Callees = []*Function{condFn, bodyFn}
	for i, t := range n.Outputs {
		t.shape = outShapes[i]
		t.Handle = body.Outputs[i].Handle
	}
	return n, nil
}
