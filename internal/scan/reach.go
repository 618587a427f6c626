package scan

import (
	"maps"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// reach finds out when each function, and each node of the main graph, runs:
// what loading runs first, then what the signatures and the functions of the
// object graph run. What saving and restoring alone run is marked.
func (g *graphScan) reach(m *tfpb.MetaGraphDef) {
	g.functions, g.nodes = map[string]run{}, map[int]run{}
	main := g.lib.Main
	if name, by := reader.InitNode(m); name != "" {
		g.mark(main, []string{name}, run{when: AtLoad, by: by})
	}
	for _, name := range m.GetCollectionDef()["legacy_init_op"].GetNodeList().GetValue() {
		g.mark(main, []string{name}, run{when: AtLoad, by: "collection legacy_init_op"})
	}
	objects := m.GetObjectGraphDef().GetNodes()
	for _, p := range reader.Places(m.GetObjectGraphDef()) {
		o := objects[p.ID]
		for _, c := range o.GetChildren() {
			if id := int(c.GetNodeId()); o.GetResource() != nil && id >= 0 && id < len(objects) {
				for _, name := range inspect.ConcreteNames(objects[id]) {
					g.call(name, run{when: AtLoad, by: "object " + p.Path + "." + c.GetLocalName()})
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(o.GetSaveableObjects())) {
			if id := int(o.SaveableObjects[name].GetRestoreFunction()); id >= 0 && id < len(objects) {
				for _, f := range inspect.ConcreteNames(objects[id]) {
					g.call(f, run{when: AtLoad, by: "restoring object " + p.Path})
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.GetSignatureDef())) {
		if key == reader.InitOp {
			continue
		}
		var from []string
		for _, name := range slices.Sorted(maps.Keys(m.SignatureDef[key].GetOutputs())) {
			reader.TensorNames(m.SignatureDef[key].Outputs[name], func(s string) { from = append(from, s) })
		}
		g.mark(main, from, run{when: AtCall, by: "signature " + key})
	}
	for _, p := range reader.Places(m.GetObjectGraphDef()) {
		for _, name := range inspect.ConcreteNames(objects[p.ID]) {
			g.call(name, run{when: AtCall, by: "function " + p.Path})
		}
	}
	// Last, so that what something else runs as well is not taken for the
	// saver's own.
	s := m.GetSaverDef()
	g.mark(main, []string{s.GetRestoreOpName()}, run{when: AtLoad, by: "saver_def.restore_op_name", saver: true})
	g.mark(main, []string{s.GetSaveTensorName()}, run{when: AtCall, by: "saver_def.save_tensor_name", saver: true})
	if g.where == "" && m.GetMetaInfoDef() == nil && len(m.GetSignatureDef()) == 0 {
		g.all()
	}
}

// all marks every node of the main graph: a GraphDef does not say which of them
// are its results.
func (g *graphScan) all() {
	var names []string
	for _, n := range g.lib.Main.Nodes {
		names = append(names, n.GetName())
	}
	g.mark(g.lib.Main, names, run{when: AtCall, by: "the graph"})
}

// earlier says when something runs of which that was known, and that runs for r
// as well: loading comes before calling.
func earlier(known, r run) run {
	if known.when == AtCall && r.when == AtLoad {
		known.when, known.by = r.when, r.by
	}
	return known
}

// mark marks nodes of the main graph with what they depend on and call. Who
// marks first tells what runs them.
func (g *graphScan) mark(b *reader.Body, names []string, r run) {
	var stack []int
	for _, s := range names {
		if in := b.Resolve(strings.TrimPrefix(s, "^")); in.Node >= 0 {
			stack = append(stack, in.Node)
		}
	}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		known, ok := g.nodes[at]
		next := r
		if ok {
			if next = earlier(known, r); next == known {
				continue
			}
		}
		g.nodes[at] = next
		n := b.Nodes[at]
		for _, c := range g.lib.Calls(n) {
			g.call(c.Name, r)
		}
		for _, s := range n.GetInput() {
			if in := b.Resolve(s); in.Node >= 0 {
				stack = append(stack, in.Node)
			}
		}
	}
}

// call marks a function with all that it calls.
func (g *graphScan) call(name string, r run) {
	stack := []string{name}
	for len(stack) > 0 {
		name := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		f := g.lib.Function(name)
		if f == nil {
			continue
		}
		next := r
		if known, ok := g.functions[name]; ok {
			if next = earlier(known, r); next == known {
				continue
			}
		}
		g.functions[name] = next
		for _, n := range f.Nodes {
			for _, c := range g.lib.Calls(n) {
				stack = append(stack, c.Name)
			}
		}
	}
}
