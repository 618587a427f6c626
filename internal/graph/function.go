package graph

import (
	"fmt"
	"strconv"

	"github.com/tfsave/tfsave/internal/tensor"
)

// Function is a graph that has become a function of a library: its inputs are
// the graph's arguments followed by the captures.
type Function struct {
	Name  string // unique in the library, ends in _<number>
	Graph *Graph
	// Attrs are further attributes of the FunctionDef (values as in nodes).
	Attrs map[string]any
}

// Library holds the functions of a MetaGraphDef, and numbers them.
type Library struct {
	// Stack, where it is set, tells which code makes the nodes: each keeps what it
	// gives.
	Stack func() []Frame

	functions []*Function
	next      int
	common    commonAttrs
}

// A Frame is a call under way: the function, and the place in it. Lines and
// columns count from 1.
type Frame struct {
	File, Func string
	Line, Col  int
}

// stack is the code that makes a node now.
func (l *Library) stack() []Frame {
	if l.Stack == nil {
		return nil
	}
	return l.Stack()
}

// Functions lists the functions in the order in which they were finished, so
// that a function comes after those that it calls.
func (l *Library) Functions() []*Function { return l.functions }

// Finish makes a function of g and adds it to the library. Its name is
// base_<number>: TensorFlow parses the number, and wants one
// (fingerprinting_utils.cc, TF 2.21).
func (l *Library) Finish(g *Graph, base string) *Function {
	f := &Function{Name: base + "_" + strconv.Itoa(l.next), Graph: g, Attrs: map[string]any{"_construction_context": "kEagerRuntime"}}
	l.next++
	l.functions = append(l.functions, f)
	return f
}

// Keep drops the functions that neither roots nor the nodes of main, if it is
// not nil, reach: those of traces that were only tried.
func (l *Library) Keep(main *Graph, roots []*Function) {
	keep := map[*Function]bool{}
	var visit func(f *Function)
	nodes := func(g *Graph) {
		for _, n := range g.Nodes {
			for _, f := range n.Callees {
				visit(f)
			}
		}
	}
	visit = func(f *Function) {
		if !keep[f] {
			keep[f] = true
			nodes(f.Graph)
		}
	}
	for _, f := range roots {
		visit(f)
	}
	if main != nil {
		nodes(main)
	}
	var kept []*Function
	for _, f := range l.functions {
		if keep[f] {
			kept = append(kept, f)
		}
	}
	l.functions = kept
}

// Stateful reports whether a node of the function is stateful, functions that
// it calls included (FunctionDef.signature.is_stateful).
func (f *Function) Stateful() bool { return f.Graph.stateful() }

func (g *Graph) stateful() bool {
	for _, n := range g.Nodes {
		if n.Def != nil && n.Def.Stateful {
			return true
		}
	}
	return false
}

// callConfig is the ConfigProto that TensorFlow writes into every call: CPU
// and GPU device counts and default options (observed with TF 2.21).
const callConfig = "\n\a\n\x03CPU\x10\x01\n\a\n\x03GPU\x10\x002\x02J\x008\x01\x82\x01\x00\x92\x01\x02J\x00"

// MustCompile is the attribute of a function, and of its calls, that
// tf.function(jit_compile=…) sets (observed with TF 2.21).
const MustCompile = "_XlaMustCompile"

// NoInline is the attribute of a function that XLA compiles: it stays a call
// (observed with TF 2.21).
const NoInline = "_noinline"

// Call adds a call of f with the given arguments; f's captures are taken from
// where they are. The node is a PartitionedCall, or a StatefulPartitionedCall
// where f is stateful (functional_ops.partitioned_call, TF 2.21).
func (g *Graph) Call(f *Function, args []*Tensor) (*Node, error) {
	if len(args) != len(f.Graph.Inputs) {
		return nil, fmt.Errorf("function %s takes %d tensors, not %d", f.Name, len(f.Graph.Inputs), len(args))
	}
	inputs, err := g.WithCaptures(args, f.Graph.Captures)
	if err != nil {
		return nil, err
	}
	opName := "PartitionedCall"
	if f.Stateful() {
		opName = "StatefulPartitionedCall"
	}
	attrs := map[string]any{
		"Tin": dtypes(inputs), "Tout": dtypes(f.Graph.Outputs), "f": FuncAttr(f),
		"config_proto": callConfig, "executor_type": "",
		ReadOnlyInputs: f.Graph.ReadOnlyResourceInputs(), "_collective_manager_ids": []int64{},
	}
	if jit, ok := f.Attrs[MustCompile]; ok {
		attrs[MustCompile] = jit
	}
	n, err := g.Add(NodeSpec{Op: opName, Inputs: inputs, Attrs: attrs})
	if err != nil {
		return nil, err
	}
	n.Callees = []*Function{f}
	shapes := f.resultShapes(inputs)
	for i, t := range n.Outputs {
		t.shape, t.Handle = shapes[i], f.Graph.Outputs[i].Handle
	}
	return n, nil
}

// resultShapes infers the shapes of the results for arguments whose shapes
// are known better than when the function was traced, as TensorFlow does for a
// call (tensorflow/core/common_runtime/shape_refiner.cc, InferShapesForFunction).
func (f *Function) resultShapes(args []*Tensor) []tensor.Shape {
	known := map[*Tensor]tensor.Shape{}
	for i, in := range f.Graph.AllInputs() {
		if s, err := in.shape.Merge(args[i].shape); err == nil && !s.Equal(in.shape) {
			known[in] = s
		}
	}
	shapes := make([]tensor.Shape, len(f.Graph.Outputs))
	if len(known) > 0 {
		f.Graph.refine(known)
	}
	for i, t := range f.Graph.Outputs {
		shapes[i] = t.shape
		if s, ok := known[t]; ok {
			shapes[i] = s
		}
	}
	return shapes
}

// refine goes through the nodes and adds to known what follows from it. What
// a node refuses, or what calls of other functions give, is left as it was.
func (g *Graph) refine(known map[*Tensor]tensor.Shape) {
	for _, n := range g.Nodes {
		touched := false
		for _, in := range n.Inputs {
			_, ok := known[in]
			touched = touched || ok
		}
		if !touched {
			continue
		}
		if len(n.Callees) == 1 && len(n.Callees[0].Graph.Inputs)+len(n.Callees[0].Graph.Captures) == len(n.Inputs) {
			n.refineCall(known)
			continue
		}
		if len(n.Callees) > 0 {
			continue
		}
		c := n.shapeContext()
		for i, in := range n.Inputs {
			if s, ok := known[in]; ok {
				c.Inputs[i] = s
			}
		}
		out, err := n.Def.InferShapes(c)
		if err != nil {
			continue
		}
		for i, t := range n.Outputs {
			if s, err := t.shape.Merge(out[i]); err == nil && !s.Equal(t.shape) {
				known[t] = s
			}
		}
	}
}

// refineCall is refine for a node that calls one function.
func (n *Node) refineCall(known map[*Tensor]tensor.Shape) {
	args := make([]*Tensor, len(n.Inputs))
	for i, in := range n.Inputs {
		arg := *in
		if s, ok := known[in]; ok {
			arg.shape = s
		}
		args[i] = &arg
	}
	for i, s := range n.Callees[0].resultShapes(args) {
		if m, err := n.Outputs[i].shape.Merge(s); err == nil && !m.Equal(n.Outputs[i].shape) {
			known[n.Outputs[i]] = m
		}
	}
}

// WithCaptures appends to args the captures of an inner function, as they
// appear in g.
func (g *Graph) WithCaptures(args []*Tensor, captures []Capture) ([]*Tensor, error) {
	all := append(make([]*Tensor, 0, len(args)+len(captures)), args...)
	for _, c := range captures {
		t, err := g.Capture(c.Outer, "")
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func dtypes(list []*Tensor) []tensor.DType {
	out := make([]tensor.DType, len(list))
	for i, t := range list {
		out[i] = t.DType
	}
	return out
}
