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
	functions []*Function
	next      int
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
	for i, t := range n.Outputs {
		t.shape, t.Handle = f.Graph.Outputs[i].shape, f.Graph.Outputs[i].Handle
	}
	return n, nil
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
