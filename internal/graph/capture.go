package graph

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/tensor"
)

// Capture brings a tensor of an outer graph into g, as an additional input of
// the function that g becomes (FuncGraph.capture, TF 2.21); a tensor of g
// itself is returned as it is. name is what the input is called below the
// current scope; "" lets the capture have no name of its own.
func (g *Graph) Capture(t *Tensor, name string) (*Tensor, error) {
	if t.Node.Graph == g {
		return t, nil
	}
	if inner, ok := g.captured[t]; ok {
		return inner, nil
	}
	if g.Outer == nil {
		return nil, fmt.Errorf("tensor %s is not reachable from this graph", t.Name())
	}
	if !g.inside(t.Node.Graph) {
		return nil, fmt.Errorf("tensor %s comes from the inside of another function (%s) that has ended; return it from there instead", t.Name(), t.Node.Graph.Name)
	}
	user := name
	switch {
	case !t.Node.Graph.eager:
		name, user = t.Node.Name, t.Node.Name
	case t.DType != tensor.Resource && t.DType != tensor.Variant:
		user = "" // only handles keep it (observed with TF 2.21)
	}
	inner := g.placeholder(name, t.DType, t.shape, t.Handle)
	inner.Node.UserName = user
	g.captured[t] = inner
	g.Captures = append(g.Captures, Capture{Outer: t, Inner: inner})
	return inner, nil
}

// inside reports whether g is defined, however deep, inside o.
func (g *Graph) inside(o *Graph) bool {
	for at := g.Outer; at != nil; at = at.Outer {
		if at == o {
			return true
		}
	}
	return false
}

// AddInput adds an argument of the function that g becomes. All arguments are
// added before anything is captured.
func (g *Graph) AddInput(name, userName string, dtype tensor.DType, shape tensor.Shape, handle []tensor.HandleData) *Tensor {
	t := g.placeholder(name, dtype, shape, handle)
	t.Node.UserName = userName
	g.Inputs = append(g.Inputs, t)
	return t
}

// placeholder makes the node of an input. An unnamed one takes a name that no
// letter is in, so that its argument is called "unknown" as TensorFlow's are.
func (g *Graph) placeholder(name string, dtype tensor.DType, shape tensor.Shape, handle []tensor.HandleData) *Tensor {
	if name == "" {
		saved := g.scope
		g.scope = g.base
		name = g.UniqueName("0")
		g.scope = saved
	} else {
		name = g.UniqueName(name)
	}
	n := &Node{Graph: g, ID: len(g.Nodes), Name: name, Def: placeholderDef,
		Attrs: map[string]any{"dtype": dtype, "shape": shape}, Device: g.Device(), Stack: g.library.stack()}
	t := &Tensor{Node: n, DType: dtype, shape: shape, Handle: handle}
	n.Outputs = []*Tensor{t}
	g.Nodes = append(g.Nodes, n)
	return t
}

// OuterOf is the tensor that an input of g was captured from, nil if it was
// not.
func (g *Graph) OuterOf(inner *Tensor) *Tensor {
	for _, c := range g.Captures {
		if c.Inner == inner {
			return c.Outer
		}
	}
	return nil
}

// AllInputs are the arguments followed by the captured inputs.
func (g *Graph) AllInputs() []*Tensor {
	all := make([]*Tensor, 0, len(g.Inputs)+len(g.Captures))
	all = append(all, g.Inputs...)
	for _, c := range g.Captures {
		all = append(all, c.Inner)
	}
	return all
}

// Reaches reports whether t is a tensor of a function that g is inside of, so
// that an op of g can take it.
func (g *Graph) Reaches(t *Tensor) bool {
	return t.Node.Graph != g && !t.Node.Graph.eager && g.inside(t.Node.Graph)
}

// Captured reports whether a tensor of an outer graph has been captured.
func (g *Graph) Captured(t *Tensor) bool {
	_, ok := g.captured[t]
	return ok || t.Node.Graph == g
}

// Bind makes inner, a tensor of g, stand for outer, one of another graph: calls
// then take it for what a function captured. It is for main graphs, whose nodes
// stand for the objects of the outermost graph.
func (g *Graph) Bind(outer, inner *Tensor) { g.captured[outer] = inner }
