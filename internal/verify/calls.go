package verify

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// calls checks that the functions that nodes name are there, and take and give
// what the nodes say.
func (c *checker) calls(b *reader.Body) {
	nodes := c.nodes[b]
	for i, n := range b.Nodes {
		for _, call := range c.lib.Calls(n) {
			if call.Attr == "" || call.Name == "" || c.lib.Function(call.Name) != nil {
				continue
			}
			if _, ok := op.Lookup(call.Name); ok { // an op can stand for a function
				continue
			}
			what := fmt.Sprintf("attribute %s names the function %s, which is not in the library", call.Attr, call.Name)
			if near := spell.Nearest(call.Name, c.functionNames()); near != "" {
				what += fmt.Sprintf(" (did you mean %q?)", near)
			}
			c.add(Finding{
				ID: "graph.function", Severity: Error, Where: c.at(b, n), What: what,
				Why: "TensorFlow refuses the graph, or fails when it runs", Fix: "export the model again",
			})
		}
		if nodes[i].def != nil {
			c.callee(b, n, &nodes[i])
		}
	}
}

func (c *checker) functionNames() []string {
	const most = 5000
	var names []string
	for _, f := range c.lib.Functions {
		if len(names) < most {
			names = append(names, f.Name())
		}
	}
	return names
}

// callee checks the functions of the ops that call with all their inputs: that
// their arguments and results are the node's.
func (c *checker) callee(b *reader.Body, n *tfpb.NodeDef, def *node) {
	types := func(attr string) []tensor.DType { list, _ := def.attrs[attr].([]tensor.DType); return list }
	check := func(attr string, f op.Func, in, out []tensor.DType) {
		body := c.lib.Function(f.Name)
		if body == nil {
			return
		}
		sig := body.Function.GetSignature()
		if in != nil {
			c.agree(b, n, attr, f.Name, "takes", sig.GetInputArg(), in)
		}
		if out != nil {
			c.agree(b, n, attr, f.Name, "gives", sig.GetOutputArg(), out)
		}
	}
	one := func(attr string, in, out []tensor.DType) {
		if f, ok := def.attrs[attr].(op.Func); ok {
			check(attr, f, in, out)
		}
	}
	switch n.GetOp() {
	case "PartitionedCall", "StatefulPartitionedCall":
		one("f", types("Tin"), types("Tout"))
	case "If", "StatelessIf":
		one("then_branch", types("Tin"), types("Tout"))
		one("else_branch", types("Tin"), types("Tout"))
	case "Case", "StatelessCase":
		branches, _ := def.attrs["branches"].([]op.Func)
		for _, f := range branches {
			check("branches", f, types("Tin"), types("Tout"))
		}
	case "While", "StatelessWhile":
		one("body", types("T"), types("T"))
		one("cond", types("T"), nil)
	}
}

// agree holds the arguments or results of a function against the types that a
// node has for them.
func (c *checker) agree(b *reader.Body, n *tfpb.NodeDef, attr, name, verb string, args []*tfpb.OpDef_ArgDef, types []tensor.DType) {
	for _, a := range args {
		if a.GetTypeAttr() != "" || a.GetNumberAttr() != "" || a.GetTypeListAttr() != "" {
			return // a generic function
		}
	}
	what := ""
	if len(args) != len(types) {
		what = fmt.Sprintf("%s: %s %s %d tensors, the node has %d", attr, name, verb, len(args), len(types))
	} else {
		for i, a := range args {
			if got := tensor.DType(a.GetType()); got != types[i] {
				what = fmt.Sprintf("%s: %s %s %s as number %d, the node has %s", attr, name, verb, got, i, types[i])
				break
			}
		}
	}
	if what != "" {
		c.add(Finding{
			ID: "graph.call", Severity: Error, Where: c.at(b, n), What: what,
			Why: "TensorFlow refuses the graph, or fails when it runs", Fix: "export the model again",
		})
	}
}

// results checks what a function returns.
func (c *checker) results(b *reader.Body) {
	f := b.Function
	if f == nil {
		return
	}
	wrong := func(format string, args ...any) {
		c.add(Finding{
			ID: "graph.return", Severity: Error, Where: c.at(b, nil), What: fmt.Sprintf(format, args...),
			Why: "TensorFlow refuses the function", Fix: "export the model again",
		})
	}
	for _, a := range f.GetSignature().GetOutputArg() {
		s, ok := f.GetRet()[a.GetName()]
		if !ok {
			wrong("result %s is returned by no node", a.GetName())
			continue
		}
		in := b.Resolve(s)
		if in.Control || !in.Found() {
			wrong("result %s is %s, which names nothing in the function", a.GetName(), s)
			continue
		}
		got, known := c.typeOf(b, nil, s, in)
		if known && a.GetType() != 0 && !agrees(got, tensor.DType(a.GetType())) {
			wrong("result %s is of %s, the signature says %s", a.GetName(), got, tensor.DType(a.GetType()))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.GetControlRet())) {
		if s := f.ControlRet[name]; b.Node(s) < 0 {
			wrong("control result %s is %s, which names no node", name, s)
		}
	}
	for _, name := range f.GetSignature().GetControlOutput() {
		if _, ok := f.GetControlRet()[name]; !ok {
			wrong("control result %s is returned by no node", name)
		}
	}
}
