package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// producer is the GraphDef version of TensorFlow 2.21.
const producer = graph.Producer

// checker checks one MetaGraphDef.
type checker struct {
	*findings
	m    *reader.Model
	g    *tfpb.MetaGraphDef
	lib  *reader.Library
	defs *defs
	// prefix names the graph where there are several.
	prefix string
	nodes  map[*reader.Body][]node
	// reported are the unknown ops and functions that were told of.
	reported map[string]bool
}

// node is what is known of a node.
type node struct {
	def   *op.Def // nil where the op is unknown, or its attributes are wrong
	attrs map[string]any
	outs  []tensor.DType
}

func newChecker(f *findings, m *reader.Model, g *tfpb.MetaGraphDef, i int) *checker {
	lib := reader.NewLibrary(g.GetGraphDef())
	c := &checker{findings: f, m: m, g: g, lib: lib, defs: newDefs(g, lib), nodes: map[*reader.Body][]node{}, reported: map[string]bool{}}
	if len(m.Proto.GetMetaGraphs()) > 1 {
		c.prefix = fmt.Sprintf("MetaGraph %d, ", i)
	}
	return c
}

// at names a place.
func (c *checker) at(b *reader.Body, n *tfpb.NodeDef) string {
	where := "main graph"
	if b.Function != nil {
		where = "function " + b.Name()
	}
	if n != nil {
		where += fmt.Sprintf(", node %s (%s)", n.GetName(), n.GetOp())
	}
	return c.prefix + where
}

func (c *checker) graphs() {
	if v := c.g.GetGraphDef().GetVersions().GetMinConsumer(); v > producer {
		c.add(Finding{
			ID: "graph.version", Severity: Error, Where: c.prefix + "main graph", What: fmt.Sprintf("it asks for a reader of version %d", v),
			Why: fmt.Sprintf("TensorFlow 2.21 reads version %d and refuses it", producer), Fix: "load it with a newer TensorFlow",
		})
	}
	names := map[string]bool{}
	for _, b := range c.lib.Functions {
		if names[b.Name()] {
			c.add(Finding{
				ID: "graph.function-twice", Severity: Error, Where: c.at(b, nil), What: "there are two functions of this name",
				Why: "TensorFlow refuses the graph, or takes one of them", Fix: "export the model again",
			})
		}
		names[b.Name()] = true
	}
	for _, b := range c.lib.Bodies() {
		c.define(b)
		c.connect(b)
		c.calls(b)
		c.results(b)
		c.cycles(b)
		if b != c.lib.Main { // whose nodes signatures are held against
			delete(c.nodes, b)
		}
	}
}

// define finds the definition and the attributes of each node.
func (c *checker) define(b *reader.Body) {
	nodes := make([]node, len(b.Nodes))
	names := make(map[string]bool, len(b.Nodes))
	for i, n := range b.Nodes {
		if names[n.GetName()] {
			c.add(Finding{
				ID: "graph.node-twice", Severity: Error, Where: c.at(b, n), What: "there are two nodes of this name",
				Why: "TensorFlow refuses the graph", Fix: "export the model again",
			})
		}
		names[n.GetName()] = true
		nodes[i] = c.node(b, n)
	}
	c.nodes[b] = nodes
}

func (c *checker) node(b *reader.Body, n *tfpb.NodeDef) node {
	def, from := c.defs.lookup(n.GetOp())
	c.known(b, n, def, from)
	if def == nil {
		return node{}
	}
	attrs, ok := c.attributes(b, n, def, from)
	if !ok {
		return node{}
	}
	outs, err := def.OutputTypes(attrs)
	if err != nil {
		return node{}
	}
	return node{def, attrs, outs}
}

// known says whether loaders know an op.
func (c *checker) known(b *reader.Body, n *tfpb.NodeDef, def *op.Def, from origin) {
	switch {
	case from == unknown && !c.reported[n.GetOp()]:
		c.reported[n.GetOp()] = true
		x := Finding{
			ID: "graph.op", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf("the op %s is unknown", n.GetOp()),
			Why: "TensorFlow 2.21 does not have it, nor does the model define it: a loader refuses the model unless a library brings it",
			Fix: "load the library of the op before the model",
		}
		if near := op.NearestName(n.GetOp()); near != "" {
			x.What += fmt.Sprintf(" (did you mean %q?)", near)
		}
		c.add(x)
	case from == modelList && !c.reported[n.GetOp()]:
		c.reported[n.GetOp()] = true
		c.add(Finding{
			ID: "graph.custom-op", Severity: Info, Where: c.at(b, n), What: fmt.Sprintf("the op %s is none of TensorFlow 2.21", n.GetOp()),
			Why: "a loader needs the library that brings it", Fix: "load the library of the op before the model",
		})
	case from == registry && def.Deprecated != nil && int32(def.Deprecated.Version) <= c.g.GetGraphDef().GetVersions().GetProducer():
		c.add(Finding{
			ID: "graph.deprecated", Severity: Error, Where: c.at(b, n),
			What: fmt.Sprintf("the op is not to be used since graph version %d; this graph has %d", def.Deprecated.Version, c.g.GetGraphDef().GetVersions().GetProducer()),
			Why:  "TensorFlow refuses the graph", Fix: def.Deprecated.Explanation,
		})
	}
}

// attributes reads the attributes of a node. ok is false where the types of
// inputs and outputs do not follow from them.
func (c *checker) attributes(b *reader.Body, n *tfpb.NodeDef, def *op.Def, from origin) (attrs map[string]any, ok bool) {
	attrs, ok = make(map[string]any, len(def.Attrs)), true
	wrong := func(format string, args ...any) {
		c.add(Finding{
			ID: "graph.attr", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf(format, args...),
			Why: "TensorFlow refuses the graph", Fix: "export the model again, for the TensorFlow that reads it",
		})
	}
	for i := range def.Attrs {
		a := &def.Attrs[i]
		p := n.GetAttr()[a.Name]
		switch {
		case p == nil && a.HasDefault:
			continue
		case p == nil:
			wrong("attribute %s of type %s is missing", a.Name, a.Type)
			ok = false
			continue
		case p.GetPlaceholder() != "":
			ok = false // a parameter of a generic function
			continue
		}
		if p.GetTensor() != nil && a.Type == "tensor" {
			if err := checkTensor(p.GetTensor()); err != nil {
				wrong("attribute %s: %v", a.Name, err)
			}
			continue
		}
		if a.Type == "list(tensor)" {
			continue
		}
		v, err := graph.AttrValue(p, a.Type)
		if err == nil {
			err = op.CheckAttr(a, v)
			// Newer releases allow more than older ones wrote down.
			if err != nil && from != registry {
				err = nil
			}
		} else {
			err = fmt.Errorf("attribute %s: %w", a.Name, err)
		}
		if err != nil {
			wrong("%v", err)
			ok = false
			continue
		}
		attrs[a.Name] = v
	}
	for _, name := range slices.Sorted(maps.Keys(n.GetAttr())) {
		if _, known := def.Attr(name); known || strings.HasPrefix(name, "_") || from == library {
			continue
		}
		what := fmt.Sprintf("the op has no attribute %s", name)
		if near := def.NearestAttr(name); near != "" {
			what += fmt.Sprintf(" (did you mean %q?)", near)
		}
		wrong("%s", what)
	}
	return attrs, ok
}

// checkTensor checks that a value has the elements that its shape asks for, or
// fewer, of which the last one is repeated.
func checkTensor(t *tfpb.TensorProto) error {
	d := tensor.DType(t.GetDtype())
	n := int64(1)
	if t.GetTensorShape().GetUnknownRank() {
		return fmt.Errorf("a value of unknown rank")
	}
	for _, dim := range t.GetTensorShape().GetDim() {
		if dim.GetSize() < 0 || dim.GetSize() > 0 && n > (1<<62)/dim.GetSize() {
			return fmt.Errorf("a value with a dimension of %d", dim.GetSize())
		}
		n *= dim.GetSize()
	}
	if !d.Valid() || d.IsRef() {
		return fmt.Errorf("a value of dtype %d", d)
	}
	if size := int64(d.Size()); len(t.GetTensorContent()) > 0 && size > 0 && (int64(len(t.TensorContent)) != n*size) {
		return fmt.Errorf("a value of %d elements of %s has %d bytes", n, d, len(t.TensorContent))
	}
	if have := int64(values(t, d)); have > n {
		return fmt.Errorf("a value of %d elements has %d", n, have)
	}
	return nil
}

// values counts the elements that stand in the field of a type.
func values(t *tfpb.TensorProto, d tensor.DType) int {
	switch d {
	case tensor.Float32:
		return len(t.GetFloatVal())
	case tensor.Float64:
		return len(t.GetDoubleVal())
	case tensor.String:
		return len(t.GetStringVal())
	case tensor.Int64:
		return len(t.GetInt64Val())
	case tensor.Bool:
		return len(t.GetBoolVal())
	case tensor.Half, tensor.BFloat16:
		return len(t.GetHalfVal())
	case tensor.Complex64:
		return len(t.GetScomplexVal()) / 2
	case tensor.Complex128:
		return len(t.GetDcomplexVal()) / 2
	case tensor.Uint32:
		return len(t.GetUint32Val())
	case tensor.Uint64:
		return len(t.GetUint64Val())
	}
	return len(t.GetIntVal())
}

// connect checks that every input is there and of the right type.
func (c *checker) connect(b *reader.Body) {
	nodes := c.nodes[b]
	for i, n := range b.Nodes {
		var want []tensor.DType
		if d := nodes[i].def; d != nil {
			var err error
			if want, err = d.InputTypes(nodes[i].attrs); err != nil {
				d, want = nil, nil
			}
			c.arity(b, n, d, len(want))
		}
		data, control := 0, false
		for _, s := range n.GetInput() {
			in := b.Resolve(s)
			if !in.Control && control {
				c.add(Finding{
					ID: "graph.input", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf("input %s stands behind a control input", s),
					Why: "TensorFlow refuses the graph", Fix: "export the model again",
				})
			}
			control = control || in.Control
			got, ok := c.typeOf(b, n, s, in)
			if in.Control {
				continue
			}
			if ok && data < len(want) && nodes[i].def != nil && !agrees(got, want[data]) {
				c.add(Finding{
					ID: "graph.type", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf("input %d, %s, is of %s where %s is wanted", data, s, got, want[data]),
					Why: "TensorFlow refuses the graph", Fix: "export the model again",
				})
			}
			data++
		}
	}
}

// arity checks how many inputs a node has.
func (c *checker) arity(b *reader.Body, n *tfpb.NodeDef, d *op.Def, want int) {
	got := 0
	for _, s := range n.GetInput() {
		if !strings.HasPrefix(s, "^") {
			got++
		}
	}
	if d != nil && got != want {
		c.add(Finding{
			ID: "graph.arity", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf("it has %d inputs, %s takes %d", got, n.GetOp(), want),
			Why: "TensorFlow refuses the graph", Fix: "export the model again",
		})
	}
}

// agrees says whether an output of type got can be an input of type want: what
// wants a value takes that of a reference.
func agrees(got, want tensor.DType) bool {
	return got == want || !want.IsRef() && got.Base() == want
}

// typeOf gives the type of what an input names, where that is known, and says
// what is wrong with the name.
func (c *checker) typeOf(b *reader.Body, n *tfpb.NodeDef, s string, in reader.Input) (tensor.DType, bool) {
	missing := func(what string) (tensor.DType, bool) {
		c.add(Finding{
			ID: "graph.input", Severity: Error, Where: c.at(b, n), What: what,
			Why: "TensorFlow refuses the graph", Fix: "export the model again",
		})
		return 0, false
	}
	if !in.Found() {
		what := fmt.Sprintf("input %s names nothing in the graph", s)
		if near := c.nearest(b, in.Name); near != "" {
			what += fmt.Sprintf(" (did you mean %q?)", near)
		}
		return missing(what)
	}
	if in.Control {
		return 0, false
	}
	if in.Arg >= 0 {
		a := b.Function.GetSignature().GetInputArg()[in.Arg]
		return tensor.DType(a.GetType()), a.GetType() != 0 && a.GetNumberAttr() == ""
	}
	from := c.nodes[b][in.Node]
	if from.def == nil {
		return 0, false
	}
	index := in.Index
	if b.Function != nil {
		var err error
		if index, err = from.port(in); err != nil {
			return missing(fmt.Sprintf("input %s: %v", s, err))
		}
	}
	if index >= len(from.outs) {
		return missing(fmt.Sprintf("input %s: %s has %d outputs", s, from.def.Name, len(from.outs)))
	}
	return from.outs[index], true
}

// port finds which of all outputs of a node "port:index" is.
func (n *node) port(in reader.Input) (int, error) {
	first := 0
	var names []string
	for i := range n.def.Outputs {
		a := &n.def.Outputs[i]
		types, err := n.def.ArgTypes(a, n.attrs)
		if err != nil {
			return 0, err
		}
		if a.Name == in.Port {
			if in.Index >= len(types) {
				return 0, fmt.Errorf("output %s of %s has %d tensors", a.Name, n.def.Name, len(types))
			}
			return first + in.Index, nil
		}
		names = append(names, a.Name)
		first += len(types)
	}
	return 0, fmt.Errorf("%s has no output %q, it has %q", n.def.Name, in.Port, names)
}

// nearest finds the node that was probably meant; among very many it does not
// look.
func (c *checker) nearest(b *reader.Body, name string) string {
	const most = 5000
	if len(b.Nodes) > most {
		return ""
	}
	var names []string
	for _, n := range b.Nodes {
		names = append(names, n.GetName())
	}
	return spell.Nearest(name, names)
}

// cycles checks that no node depends on itself, but through the loops of
// TensorFlow 1: NextIteration feeds Merge.
func (c *checker) cycles(b *reader.Body) {
	const (
		fresh = iota
		open
		done
	)
	state := make([]byte, len(b.Nodes))
	type frame struct{ node, input int }
	for start := range b.Nodes {
		if state[start] != fresh {
			continue
		}
		state[start] = open
		stack := []frame{{start, 0}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			n := b.Nodes[top.node]
			if top.input == len(n.GetInput()) {
				state[top.node] = done
				stack = stack[:len(stack)-1]
				continue
			}
			in := b.Resolve(n.Input[top.input])
			top.input++
			if in.Node < 0 || isLoop(n.GetOp(), b.Nodes[in.Node].GetOp()) {
				continue
			}
			switch state[in.Node] {
			case fresh:
				state[in.Node] = open
				stack = append(stack, frame{in.Node, 0})
			case open:
				c.add(Finding{
					ID: "graph.cycle", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf("it depends on itself, through %s", b.Nodes[in.Node].GetName()),
					Why: "TensorFlow refuses the graph", Fix: "export the model again",
				})
			}
		}
	}
}

func isLoop(to, from string) bool {
	return (to == "Merge" || to == "RefMerge") && (from == "NextIteration" || from == "RefNextIteration")
}
