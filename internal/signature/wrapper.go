package signature

import (
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/trace"
)

// input is one tensor input on its way into the wrapper.
type input struct {
	keyword string // the name in the signature
	arg     string // the name as a Python argument
	inner   *graph.Tensor
	index   int // among the function's arguments
}

// wrap makes the function of the signature: its inputs are keyword arguments
// in the order of their Python names, its results a dict
// (canonicalize_signatures).
func (c *candidate) wrap(tr *trace.Tracer) (*Signature, error) {
	f := c.concrete.Func
	var inputs []input
	for i, t := range f.Graph.Inputs {
		k := c.keywords[i]
		inputs = append(inputs, input{keyword: k, arg: trace.ArgName(k), inner: t, index: i})
	}
	slices.SortFunc(inputs, func(a, b input) int { return strings.Compare(a.arg, b.arg) })

	name := "signature_wrapper"
	if c.named {
		name += "_" + c.function.Name
	}
	g := graph.NewFunc(name, tr.Graph())
	w := &trace.ConcreteFunction{Name: name, Args: &trace.Tuple{}, Kwargs: trace.NewDict()}
	args := make([]*graph.Tensor, len(inputs))
	for _, in := range inputs {
		// The shape that was asked for, whatever the body found out about it.
		shape, _ := in.inner.Node.Attrs["shape"].(tensor.Shape)
		args[in.index] = g.AddInput(in.inner.Node.Name, in.keyword, in.inner.DType, shape, in.inner.Handle)
		name := in.keyword
		if name == in.arg { // in lower case (convert_structure_to_signature)
			name = trace.SpecName(name)
		}
		w.Kwargs.Set(in.arg, &trace.TensorSpec{Name: name, Shape: shape, DType: in.inner.DType})
		w.Keywords = append(w.Keywords, in.keyword)
	}
	// SignatureDefs have no order: only a single input can be given by position.
	if len(inputs) == 1 {
		w.Positional = 1
	}

	first := len(g.Nodes)
	call, err := g.Call(f, args)
	if err != nil {
		return nil, err
	}
	s := &Signature{Key: c.key, Function: c.concrete, Wrapper: w}
	outputs := trace.NewDict()
	for _, r := range c.results {
		o := Output{Key: r.key, Composite: r.composite, First: len(g.Outputs), Count: r.count}
		for _, t := range call.Outputs[r.first : r.first+r.count] {
			n, err := g.Add(graph.NodeSpec{Op: "Identity", Inputs: []*graph.Tensor{t}, Attrs: map[string]any{"T": t.DType.Base()}})
			if err != nil {
				return nil, err
			}
			g.Outputs = append(g.Outputs, n.Outputs[0])
		}
		if r.composite != nil {
			outputs.Set(r.key, r.composite)
		} else {
			outputs.Set(r.key, g.Outputs[o.First])
		}
		s.Outputs = append(s.Outputs, o)
	}
	if err := g.AutoControlDependencies(first, g.Outputs); err != nil {
		return nil, err
	}
	w.Outputs = outputs
	w.Func = g.Library().Finish(g, "__inference_"+name)
	return s, nil
}
