// Package graph holds dataflow graphs and the functions made of them: nodes,
// names, captures, automatic control dependencies, calls, and their form as
// GraphDef and FunctionDef. It plays the part of tf.Graph and FuncGraph; what
// Python values mean is not its business (internal/trace).
package graph

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

// Graph is a graph under construction. A graph that becomes a function has an
// outer graph, that of its caller or the outermost one, and reaches its
// tensors by captures (see Capture).
//
// The outermost graph is the one made by NewEager: its tensors stand for the
// objects of the model (variable handles, table handles, constants) as a live
// Python program holds them.
type Graph struct {
	Name     string
	Outer    *Graph
	Nodes    []*Node // in the order of creation
	Inputs   []*Tensor
	Captures []Capture
	Outputs  []*Tensor
	// ControlOutputs are the nodes that run whether or not an output needs
	// them: stateful ones (see AutoControlDependencies).
	ControlOutputs []*Node

	library  *Library
	names    map[string]int  // names and scopes in use, in lower case, with the next suffix
	nodes    map[string]bool // names of nodes, in lower case
	scope    string
	base     string // the scope that the graph starts in
	controls []*controlScope
	devices  []string
	colocate []*Node
	captured map[*Tensor]*Tensor
	eager    bool
	limit    *int // nodes that may still be added, shared by all graphs of one trace
}

// Capture is a tensor of an outer graph that a function uses: Outer there,
// Inner as an additional input here.
type Capture struct {
	Outer, Inner *Tensor
}

// Node is one operation.
type Node struct {
	Graph   *Graph
	ID      int // index in Graph.Nodes
	Name    string
	Def     *op.Def // nil for the objects of the outermost graph
	Inputs  []*Tensor
	Control []*Node
	Attrs   map[string]any // values as package op documents them
	Device  string
	Outputs []*Tensor
	// Object is what an input of the outermost graph stands for: a pointer of
	// internal/model, compared by identity.
	Object any
	// UserName is the name that the user gave an input (arg_attr
	// _user_specified_name); "" where there is none.
	UserName string
	// Callees are the functions that the node's attributes name.
	Callees []*Function
	// Stack is the code that made the node, the outermost call first; see Library.Stack.
	Stack []Frame
}

// Op is the name of the node's operation, "" for objects of the outermost graph.
func (n *Node) Op() string {
	if n.Def == nil {
		return ""
	}
	return n.Def.Name
}

// Tensor is an output of a node.
type Tensor struct {
	Node  *Node
	Index int
	DType tensor.DType
	// Handle is what stands behind a resource or variant; nil if unknown.
	Handle []tensor.HandleData

	shape     tensor.Shape
	consumers int

	value      *tensor.Tensor // constant value, valid when valueState is evaluated
	valueState uint8
}

// Shape is the static shape.
func (t *Tensor) Shape() tensor.Shape { return t.shape }

// SetShape adds what s says to the static shape; an error where the two
// contradict each other.
func (t *Tensor) SetShape(s tensor.Shape) error {
	m, err := t.shape.Merge(s)
	if err != nil {
		return err
	}
	t.shape = m
	return nil
}

// ReplaceShape sets the static shape, whatever it was. It is for nodes whose
// shapes come from their functions (calls, branches, loops).
func (t *Tensor) ReplaceShape(s tensor.Shape) { t.shape = s }

// Name is the tensor's name in its graph, "node:0".
func (t *Tensor) Name() string { return t.Node.Name + ":" + strconv.Itoa(t.Index) }

// MaxNodes is the number of nodes that the graphs of one library may have
// together; a body that asks for more does not end by itself.
const MaxNodes = 500_000

// NewEager makes the outermost graph, the one that holds the objects of a model.
func NewEager(lib *Library) *Graph {
	limit := MaxNodes
	return &Graph{Name: "eager", library: lib, eager: true, limit: &limit}
}

// NewFunc makes a graph for a function that is defined inside outer.
func NewFunc(name string, outer *Graph) *Graph {
	return &Graph{
		Name: name, Outer: outer, library: outer.library, limit: outer.limit,
		names: map[string]int{}, nodes: map[string]bool{}, captured: map[*Tensor]*Tensor{},
	}
}

// NewBranch makes a graph for a branch or a loop of outer, whose nodes are
// named below outer's current scope.
func NewBranch(name string, outer *Graph) *Graph {
	g := NewFunc(name, outer)
	g.scope, g.base = outer.scope, outer.scope
	return g
}

// NewMain makes the graph of a MetaGraphDef: no captures, no outer graph, and no
// limit, as it grows with the objects of the model and not with bodies.
func NewMain(lib *Library) *Graph {
	limit := math.MaxInt
	return &Graph{Name: "main", library: lib, limit: &limit, names: map[string]int{}, nodes: map[string]bool{}, captured: map[*Tensor]*Tensor{}}
}

// Library is the library that the graph's functions go into.
func (g *Graph) Library() *Library { return g.library }

// Eager reports whether g is an outermost graph of objects.
func (g *Graph) Eager() bool { return g.eager }

// AddObject adds a tensor of the outermost graph that stands for obj.
func (g *Graph) AddObject(name string, obj any, dtype tensor.DType, shape tensor.Shape, handle []tensor.HandleData) *Tensor {
	n := &Node{Graph: g, ID: len(g.Nodes), Name: name, Object: obj}
	t := &Tensor{Node: n, DType: dtype, shape: shape, Handle: handle}
	n.Outputs = []*Tensor{t}
	g.Nodes = append(g.Nodes, n)
	return t
}

// AddValue adds a tensor of the outermost graph with a value: an eager tensor.
func (g *Graph) AddValue(name string, obj any, v *tensor.Tensor) *Tensor {
	t := g.AddObject(name, obj, v.DType, v.Shape(), nil)
	t.value, t.valueState = v, evaluated
	return t
}

// NodeSpec is what a node is made from.
type NodeSpec struct {
	Op     string
	Name   string // wanted name below the current scope; made unique. "" for the op's name
	Exact  bool   // Name is a whole unique name already (from PushScope)
	Inputs []*Tensor
	Attrs  map[string]any // owned by the node from then on
	Device string         // "" for the current device
	// Control adds control inputs to those of the current scope.
	Control []*Node
}

// Add makes a node: checks its attributes and the types of its inputs against
// the op's definition, and infers types and shapes of the outputs. Inputs from
// outer graphs are captured.
func (g *Graph) Add(s NodeSpec) (*Node, error) {
	def, ok := op.Lookup(s.Op)
	if !ok {
		return nil, fmt.Errorf("unknown op %q", s.Op)
	}
	// As tensorflow/core/framework/op_def_util.cc, CheckOpDeprecation (TF 2.21), for every producer.
	if d := def.Deprecated; d != nil && Producer >= d.Version {
		return nil, fmt.Errorf("op %s is not available in GraphDef version %d: it was removed in version %d (%s)",
			s.Op, Producer, d.Version, strings.TrimSuffix(d.Explanation, "."))
	}
	if *g.limit--; *g.limit < 0 {
		return nil, fmt.Errorf("the graph has more than %d nodes", MaxNodes)
	}
	if s.Attrs == nil {
		s.Attrs = map[string]any{}
	}
	if err := checkAttrs(def, s.Attrs); err != nil {
		return nil, err
	}
	want, err := def.InputTypes(s.Attrs)
	if err != nil {
		return nil, err
	}
	if len(want) != len(s.Inputs) {
		return nil, fmt.Errorf("op %s takes %d inputs, not %d", s.Op, len(want), len(s.Inputs))
	}
	types, err := def.OutputTypes(s.Attrs)
	if err != nil {
		return nil, err
	}
	inputs := make([]*Tensor, len(s.Inputs))
	for i, t := range s.Inputs {
		if inputs[i], err = g.Capture(t, ""); err != nil {
			return nil, err
		}
		if t.DType.Base() != want[i].Base() {
			return nil, fmt.Errorf("input %d of op %s has dtype %s, must be %s", i, s.Op, t.DType, want[i])
		}
	}
	name := s.Name
	if !s.Exact {
		if name == "" {
			name = s.Op
		}
		name = g.UniqueName(name)
	} else if g.nodes[strings.ToLower(name)] {
		name = g.unique(name) // a scope's name can be given to one node only
	}
	g.nodes[strings.ToLower(name)] = true
	n := &Node{Graph: g, ID: len(g.Nodes), Name: name, Def: def, Inputs: inputs, Attrs: s.Attrs, Device: s.Device, Stack: g.library.stack()}
	if n.Device == "" && len(g.devices) > 0 {
		n.Device = g.devices[len(g.devices)-1]
	}
	if k := len(g.colocate); k > 0 {
		n.Attrs["_class"] = []string{"loc:@" + g.colocate[k-1].Name}
	}
	outs := make([]Tensor, len(types))
	n.Outputs = make([]*Tensor, len(types))
	for i := range outs {
		outs[i] = Tensor{Node: n, Index: i, DType: types[i]}
		n.Outputs[i] = &outs[i]
	}
	if err := n.inferShapes(); err != nil {
		return nil, err
	}
	for _, t := range inputs {
		t.consumers++
	}
	for _, c := range s.Control {
		n.AddControl(c)
	}
	for _, scope := range g.controls {
		scope.apply(n)
	}
	g.Nodes = append(g.Nodes, n)
	return n, nil
}

// checkAttrs holds the attributes against the definition; those whose name
// starts with "_" are free, as in TensorFlow.
func checkAttrs(def *op.Def, attrs map[string]any) error {
	for i := range def.Attrs {
		a := &def.Attrs[i]
		v, ok := attrs[a.Name]
		if !ok {
			if !a.HasDefault {
				return fmt.Errorf("op %s needs attribute %q of type %s", def.Name, a.Name, a.Type)
			}
			continue
		}
		if err := op.CheckAttr(a, v); err != nil {
			return fmt.Errorf("op %s: %w", def.Name, err)
		}
	}
	for name := range attrs {
		if strings.HasPrefix(name, "_") {
			continue
		}
		if _, ok := def.Attr(name); !ok {
			return fmt.Errorf("op %s has no attribute %q", def.Name, name)
		}
	}
	return nil
}

// AddControl makes n run after c.
func (n *Node) AddControl(c *Node) {
	for _, have := range n.Control {
		if have == c {
			return
		}
	}
	n.Control = append(n.Control, c)
}

// controlScope is an open control_dependencies scope.
type controlScope struct {
	nodes []*Node
	seen  map[*Node]bool // the nodes made inside
}

// apply adds the scope's control inputs to a new node, unless one of its
// inputs was made inside the scope and waits for them already
// (ops.py, Graph._control_dependencies_for_inputs, TF 2.21).
func (s *controlScope) apply(n *Node) {
	dominated := false
	for _, t := range n.Inputs {
		dominated = dominated || s.seen[t.Node]
	}
	s.seen[n] = true
	if dominated {
		return
	}
	fresh := len(n.Control) == 0
next:
	for _, c := range s.nodes {
		for _, t := range n.Inputs {
			if t.Node == c {
				continue next
			}
		}
		if fresh { // the scope's nodes differ from each other: nothing to look for
			n.Control = append(n.Control, c)
		} else {
			n.AddControl(c)
		}
	}
}

// shapeContext is what the op's shape function is given.
func (n *Node) shapeContext() *op.ShapeContext {
	c := &op.ShapeContext{
		Def: n.Def, Attrs: n.Attrs,
		Inputs:     make([]tensor.Shape, len(n.Inputs)),
		InputTypes: make([]tensor.DType, len(n.Inputs)),
		Const:      func(i int) *tensor.Tensor { return n.Inputs[i].Value() },
		ConstShape: func(i int) tensor.Shape { return n.Inputs[i].ValueAsShape() },
		HandleIn:   func(i int) []tensor.HandleData { return n.Inputs[i].Handle },
	}
	for i, t := range n.Inputs {
		c.Inputs[i], c.InputTypes[i] = t.shape, t.DType
	}
	return c
}

// inferShapes runs the op's shape function.
func (n *Node) inferShapes() error {
	if v, ok := n.Attrs["value"].(*tensor.Tensor); ok && n.Def.Name == "Const" {
		n.Outputs[0].shape = v.Shape()
		return nil
	}
	c := n.shapeContext()
	shapes, err := n.Def.InferShapes(c)
	if err != nil {
		return fmt.Errorf("%w (op %s, input shapes %s)", err, n.Def.Name, shapeList(c.Inputs))
	}
	for i, t := range n.Outputs {
		if i < len(shapes) {
			t.shape = shapes[i]
		}
		if i < len(c.HandleOut) {
			t.Handle = c.HandleOut[i]
		}
	}
	return nil
}

func shapeList(shapes []tensor.Shape) string {
	parts := make([]string, len(shapes))
	for i, s := range shapes {
		parts[i] = s.String()
	}
	return strings.Join(parts, ", ")
}

// manualControl is the attribute of nodes that a control_dependencies scope
// names.
const manualControl = "_has_manual_control_dependencies"

// PushControl opens a control_dependencies scope; the nodes are marked as the
// user's own, as TF 2.21 does.
// The function returned closes it.
func (g *Graph) PushControl(nodes []*Node) (pop func()) {
	scope := &controlScope{seen: map[*Node]bool{}}
	listed := map[*Node]bool{}
	for _, n := range nodes {
		if n.Graph != g || listed[n] {
			continue // FuncGraph.control_dependencies leaves out nodes of other graphs
		}
		listed[n] = true
		n.Attrs[manualControl] = true
		scope.nodes = append(scope.nodes, n)
	}
	saved := g.controls
	g.controls = append(saved[:len(saved):len(saved)], scope)
	return func() { g.controls = saved }
}

// ClearControl opens a scope without control dependencies
// (tf.control_dependencies(None)).
func (g *Graph) ClearControl() (pop func()) {
	saved := g.controls
	g.controls = nil
	return func() { g.controls = saved }
}

// PushDevice opens a device scope; "" inherits nothing, as tf.device(None).
func (g *Graph) PushDevice(device string) (pop func()) {
	saved := g.devices
	g.devices = append(saved[:len(saved):len(saved)], device)
	return func() { g.devices = saved }
}

// PushColocation opens a scope whose nodes are placed where c is (attribute
// _class).
func (g *Graph) PushColocation(c *Node) (pop func()) {
	saved := g.colocate
	g.colocate = append(saved[:len(saved):len(saved)], c)
	return func() { g.colocate = saved }
}

// Device is the innermost device scope.
func (g *Graph) Device() string {
	if len(g.devices) == 0 {
		return ""
	}
	return g.devices[len(g.devices)-1]
}
