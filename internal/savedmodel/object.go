package savedmodel

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/signature"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/trace"
)

// object is a node of the object graph: an object of the model, or one that
// saving adds to it.
type object struct {
	id int // in breadth-first order
	// value is what the node stands for:
	//
	//	*model.Module, *model.List, *model.Dict, *model.Variable, *model.Asset
	//	*model.Table, *tableInitializer, *tableFunction
	//	*model.Function, *trace.ConcreteFunction
	//	*graph.Tensor: a captured constant
	//	*signatureMap
	value    any
	path     []string // of the edges that led here first
	children []edge
}

// edge is a child under its name.
type edge struct {
	name string
	to   *object
}

// child is an edge to an object that may not have a node yet.
type child struct {
	name  string
	value any
}

// signatureMap is the object that has a model's signatures.
type signatureMap struct{ signatures []*signature.Signature }

// dependencies are the children that must be loaded before the object: the
// traces of a function, and what a trace captures.
func (o *object) dependencies() []edge {
	switch o.value.(type) {
	case *model.Function, *tableFunction, *trace.ConcreteFunction:
		return o.children
	}
	return nil
}

// objectGraph holds the nodes, and finds them by what they stand for.
type objectGraph struct {
	nodes []*object
	index map[any]*object
}

// newObjectGraph walks the model breadth first: that is how TensorFlow numbers
// objects (trackable_view.py, TF 2.21).
func newObjectGraph(b *builder) (*objectGraph, error) {
	g := &objectGraph{index: map[any]*object{}}
	g.add(b.model.Root, nil)
	for i := 0; i < len(g.nodes); i++ {
		o := g.nodes[i]
		children, err := b.children(o.value)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			children = append(children, child{"signatures", &signatureMap{b.signatures}})
		}
		for _, c := range children {
			to, ok := g.index[c.value]
			if !ok {
				to = g.add(c.value, append(slices.Clip(o.path), c.name))
			}
			o.children = append(o.children, edge{c.name, to})
		}
	}
	return g, nil
}

func (g *objectGraph) add(value any, path []string) *object {
	o := &object{id: len(g.nodes), value: value, path: path}
	g.nodes = append(g.nodes, o)
	g.index[value] = o
	return o
}

// children lists the children of an object in TensorFlow's order: attributes as
// they were assigned, then functions by name (_trackable_children in
// autotrackable.py, data_structures.py, resource.py, polymorphic_function.py and
// concrete_function.py, TF 2.21).
func (b *builder) children(value any) ([]child, error) {
	switch v := value.(type) {
	case *model.Module:
		return attributes(v.Attrs), nil
	case *model.Dict:
		return attributes(v.Items), nil
	case *model.List:
		items := make([]model.Attr, len(v.Items))
		for i, item := range v.Items {
			items[i] = model.Attr{Name: strconv.Itoa(i), Value: item}
		}
		return attributes(items), nil
	case *model.Table:
		t, err := b.table(v)
		if err != nil {
			return nil, err
		}
		return []child{{"_initializer", t.initializer}, {"_create_resource", t.create}, {"_initialize", t.initialize},
			{"_destroy_resource", t.destroy}}, nil
	case *tableInitializer:
		if v.table.Asset != nil {
			return []child{{"_filename", v.table.Asset}}, nil
		}
	case *tableFunction:
		return []child{{"trace_0", v.concrete}}, nil
	case *model.Function:
		var out []child
		for _, c := range b.traces(v) {
			out = append(out, child{"trace_" + strconv.Itoa(len(out)), c})
		}
		return out, nil
	case *trace.ConcreteFunction:
		return captures(v)
	case *signatureMap:
		var out []child
		for _, s := range v.signatures {
			out = append(out, child{s.Key, s.Wrapper})
		}
		return out, nil
	}
	return nil, nil
}

// attributes lists the tracked ones: eager tensors, plain values and methods
// are not, and functions come last.
func attributes(attrs []model.Attr) []child {
	var out, functions []child
	for i := range attrs {
		switch v := attrs[i].Value.(type) {
		case *model.Constant:
		case *model.Function:
			if !v.Spec.Plain {
				functions = append(functions, child{attrs[i].Name, v})
			}
		case model.Object:
			out = append(out, child{attrs[i].Name, v})
		}
	}
	slices.SortFunc(functions, func(a, b child) int { return cmp.Compare(a.name, b.name) })
	return append(out, functions...)
}

// captures lists the constants and the assets that a trace captures. Resources
// are attributes of other objects.
func captures(c *trace.ConcreteFunction) ([]child, error) {
	var out []child
	for i, capture := range c.Func.Graph.Captures {
		t := capture.Outer
		name := "capture_" + strconv.Itoa(i)
		if t.DType == tensor.Resource || t.DType == tensor.Variant {
			continue
		}
		if a, ok := t.Node.Object.(*model.Asset); ok {
			out = append(out, child{name, a})
			continue
		}
		if t.Value() == nil {
			return nil, fmt.Errorf("function %s captures tensor %s, which is no constant", c.Name, t.Name())
		}
		out = append(out, child{name, t})
	}
	return out, nil
}

// captured finds the object behind a captured tensor.
func (g *objectGraph) captured(t *graph.Tensor) (*object, bool) {
	if o, ok := g.index[t]; ok {
		return o, true
	}
	o, ok := g.index[t.Node.Object]
	return o, ok
}

// byDependency lists the nodes so that each comes after those that it depends
// on, in the order in which TensorFlow exports them (order_by_dependency,
// trackable_utils.py, TF 2.21): the last node without dependents comes first.
func (g *objectGraph) byDependency() []*object {
	dependents := make([]int, len(g.nodes))
	seen := make([]int, len(g.nodes)) // the last node whose dependencies counted this one
	for _, o := range g.nodes {
		for _, d := range o.dependencies() {
			if seen[d.to.id] != o.id+1 {
				seen[d.to.id] = o.id + 1
				dependents[d.to.id]++
			}
		}
	}
	var order []*object
	for _, o := range g.nodes {
		if dependents[o.id] == 0 {
			order = append(order, o)
		}
	}
	clear(seen)
	for i := 0; i < len(order); i++ {
		o := order[i]
		deps := slices.Clone(o.dependencies())
		slices.SortFunc(deps, func(a, b edge) int { return cmp.Compare(a.to.id, b.to.id) })
		for _, d := range deps {
			if seen[d.to.id] == o.id+1 {
				continue
			}
			seen[d.to.id] = o.id + 1
			if dependents[d.to.id]--; dependents[d.to.id] == 0 {
				order = append(order, d.to)
			}
		}
	}
	slices.Reverse(order)
	return order
}

// variables lists the variables in the order of their nodes.
func (g *objectGraph) variables() []*object {
	var out []*object
	for _, o := range g.nodes {
		if _, ok := o.value.(*model.Variable); ok {
			out = append(out, o)
		}
	}
	return out
}
