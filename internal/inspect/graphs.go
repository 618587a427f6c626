package inspect

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// maxConstants is how many of the largest constants are listed.
const maxConstants = 10

// graphs describes the main graph and the functions.
func (m *MetaGraph) graphs(lib *reader.Library) {
	m.Nodes = len(lib.Main.Nodes)
	m.Library = []Body{}
	m.Devices = map[string]int{}
	m.Constants = []Constant{}
	ops := map[string]int{}
	for _, b := range lib.Bodies() {
		if b.Function != nil {
			m.Library = append(m.Library, Body{b.Name(), len(b.Nodes), b.Function.GetSignature().GetIsStateful()})
		}
		for _, n := range b.Nodes {
			ops[n.GetOp()]++
			if n.GetDevice() != "" {
				m.Devices[n.GetDevice()]++
			}
			if value := n.GetAttr()["value"].GetTensor(); value != nil && n.GetOp() == "Const" {
				m.Constants = append(m.Constants, constant(b.Name(), n.GetName(), value))
			}
		}
	}
	slices.SortFunc(m.Library, func(a, b Body) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(m.Constants, func(a, b Constant) int { return cmp.Compare(b.Bytes, a.Bytes) })
	if len(m.Constants) > maxConstants {
		m.Constants = slices.Clone(m.Constants[:maxConstants])
	}
	m.Ops = []Op{}
	for _, name := range slices.Sorted(maps.Keys(ops)) {
		o := Op{Name: name, Count: ops[name]}
		if ns, _, ok := strings.Cut(name, ">"); ok {
			o.Namespace = ns
		}
		_, o.Known = op.Lookup(name)
		o.Known = o.Known || lib.Function(name) != nil
		m.Ops = append(m.Ops, o)
	}
}

// constant measures a value by what it takes in the file.
func constant(function, node string, t *tfpb.TensorProto) Constant {
	bytes := len(t.GetTensorContent()) + 4*len(t.GetFloatVal()) + 8*len(t.GetDoubleVal()) + 4*len(t.GetIntVal()) +
		8*len(t.GetInt64Val()) + len(t.GetBoolVal()) + 2*len(t.GetHalfVal()) + 4*len(t.GetUint32Val()) + 8*len(t.GetUint64Val()) +
		4*len(t.GetScomplexVal()) + 8*len(t.GetDcomplexVal()) + len(t.GetFloat8Val())
	for _, s := range t.GetStringVal() {
		bytes += len(s)
	}
	return Constant{function, node, DType(t.GetDtype()), shapeOf(t.GetTensorShape()), int64(bytes)}
}

// load lists what runs when the model is loaded: the restore op and the init op
// in loaders of graphs, the functions of resources in tf.saved_model.load.
func load(g *tfpb.MetaGraphDef, lib *reader.Library, places []reader.Place) []Step {
	steps := []Step{}
	node := func(what, name, by string) {
		s := Step{What: what, Node: name, By: by}
		if at := lib.Main.Node(name); at >= 0 {
			s.Functions, s.Ops = run(lib, lib.Main, []int{at}, nil)
		}
		steps = append(steps, s)
	}
	if name := g.GetSaverDef().GetRestoreOpName(); name != "" {
		node("restore", name, "saver_def")
	}
	if name, by := reader.InitNode(g); name != "" {
		node("init_op", name, by)
	}
	nodes := g.GetObjectGraphDef().GetNodes()
	for _, p := range places {
		if nodes[p.ID].GetResource() == nil {
			continue
		}
		for _, c := range nodes[p.ID].GetChildren() {
			what := map[string]string{"_create_resource": "create", "_initialize": "initialize"}[c.GetLocalName()]
			if what == "" || int(c.GetNodeId()) < 0 || int(c.GetNodeId()) >= len(nodes) {
				continue
			}
			s := Step{What: what, By: "object " + p.Path}
			var bodies []*reader.Body
			for _, name := range ConcreteNames(nodes[c.GetNodeId()]) {
				if f := lib.Function(name); f != nil {
					s.Functions = append(s.Functions, name)
					bodies = append(bodies, f)
				}
			}
			called, ops := run(lib, nil, nil, bodies)
			s.Functions, s.Ops = append(s.Functions, called...), ops
			steps = append(steps, s)
		}
	}
	return steps
}

// ConcreteNames lists the concrete functions that an object stands for.
func ConcreteNames(o *tfpb.SavedObject) []string {
	if name := o.GetBareConcreteFunction().GetConcreteFunctionName(); name != "" {
		return []string{name}
	}
	return o.GetFunction().GetConcreteFunctions()
}

// run collects what runs for some nodes of a graph, with what they depend on,
// and for whole functions: the functions that are called, in order of first
// call, and the ops that have effects.
func run(lib *reader.Library, b *reader.Body, nodes []int, bodies []*reader.Body) (functions, ops []string) {
	called, effects := map[*reader.Body]bool{}, map[string]bool{}
	for _, f := range bodies {
		called[f] = true
	}
	visit := func(n *tfpb.NodeDef) {
		if d, ok := op.Lookup(n.GetOp()); (!ok || d.Stateful) && lib.Function(n.GetOp()) == nil && !isCall(n.GetOp()) {
			effects[n.GetOp()] = true
		}
		for _, c := range lib.Calls(n) {
			if f := lib.Function(c.Name); f != nil && !called[f] {
				called[f] = true
				functions = append(functions, c.Name)
				bodies = append(bodies, f)
			}
		}
	}
	for seen := map[int]bool{}; len(nodes) > 0; {
		at := nodes[len(nodes)-1]
		nodes = nodes[:len(nodes)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		visit(b.Nodes[at])
		for _, in := range b.Nodes[at].GetInput() {
			if r := b.Resolve(in); r.Node >= 0 {
				nodes = append(nodes, r.Node)
			}
		}
	}
	for i := 0; i < len(bodies); i++ {
		for _, n := range bodies[i].Nodes {
			visit(n)
		}
	}
	return functions, slices.Sorted(maps.Keys(effects))
}

// isCall says of a stateful op that its effects are those of the functions that
// it calls, or none that matter here.
func isCall(name string) bool {
	switch name {
	case "StatefulPartitionedCall", "If", "While", "Case", "Placeholder", "VarHandleOp":
		return true
	}
	return false
}

// dtypeSize is the size of an element, for sums over variables without a
// checkpoint.
func dtypeSize(d DType) int64 { return int64(tensor.DType(d).Size()) }
