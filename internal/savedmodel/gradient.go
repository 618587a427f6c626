package savedmodel

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// This file saves the gradient functions of tf.custom_gradient: each is a
// function of the library and an entry of registered_gradients; the tensors of
// the forward function that it uses are objects of the object graph, by which
// a program finds them (_trace_gradient_functions, save.py, TF 2.21).

// capturedTensor is a tensor inside a function that a gradient function uses.
type capturedTensor struct{ name, function string }

// gradients are the gradient functions of a model.
type gradients struct {
	functions  []*trace.ConcreteFunction
	registered []*tfpb.RegisteredGradient
	captured   []*object // numbered after all other objects
}

// addGradients finds the nodes with gradient functions, in the order in which
// TensorFlow comes across them.
func (b *builder) addGradients() error {
	if o := b.options.ExperimentalCustomGradients; o.Set && !o.Value {
		return nil
	}
	functions := map[*graph.Graph]*graph.Function{}
	for _, f := range b.tracer.Graph().Library().Functions() {
		functions[f.Graph] = f
	}
	seen := map[*graph.Function]bool{}
	var visit func(f *graph.Function) error
	visit = func(f *graph.Function) error {
		if seen[f] {
			return nil
		}
		seen[f] = true
		for _, n := range f.Graph.Nodes {
			if c := b.tracer.Gradient(n); c != nil {
				if err := b.addGradient(f, n, c, functions); err != nil {
					return err
				}
			}
		}
		for _, n := range f.Graph.Nodes {
			for _, callee := range n.Callees {
				if err := visit(callee); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, o := range b.objects.byDependency() {
		if c, ok := o.value.(*trace.ConcreteFunction); ok {
			if err := visit(c.Func); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) addGradient(f *graph.Function, n *graph.Node, c *trace.ConcreteFunction, functions map[*graph.Graph]*graph.Function) error {
	for _, capture := range c.Func.Graph.Captures {
		x := capture.Outer
		if x.DType == tensor.Resource || x.DType == tensor.Variant {
			continue
		}
		at, outer := outermost(f, x, functions)
		if at == nil {
			o, ok := b.objects.captured(outer)
			if !ok {
				return fmt.Errorf("the gradient of %s in function %s uses the constant %s, which no function uses: use it in the function itself, too", n.Name, f.Name, outer.Name())
			}
			b.objects.index[x] = o
			continue
		}
		o := &object{id: len(b.objects.nodes) + len(b.gradients.captured), value: &capturedTensor{nameIn(at, outer), at.Name}}
		b.gradients.captured = append(b.gradients.captured, o)
		b.objects.index[x] = o
	}
	b.gradients.functions = append(b.gradients.functions, c)
	b.gradients.registered = append(b.gradients.registered,
		&tfpb.RegisteredGradient{GradientFunc: c.Func.Name, RegisteredOpType: n.Attrs[trace.GradientType].(string)})
	return nil
}

// outermost follows a tensor that f has captured to the function that computes
// it; nil where that is none (_get_outer_most_capture).
func outermost(f *graph.Function, x *graph.Tensor, functions map[*graph.Graph]*graph.Function) (*graph.Function, *graph.Tensor) {
	for f != nil && !x.Node.Graph.Eager() {
		if x.Node.Graph == f.Graph {
			outer := f.Graph.OuterOf(x)
			if outer == nil {
				return f, x
			}
			x = outer
		}
		f = functions[f.Graph.Outer]
	}
	return nil, x
}

// nameIn is the name by which a loaded function knows a tensor.
func nameIn(f *graph.Function, x *graph.Tensor) string {
	for i, input := range f.Graph.AllInputs() {
		if input == x {
			return f.Proto().Signature.InputArg[i].Name + ":0"
		}
	}
	return x.Name()
}
