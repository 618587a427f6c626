package savedmodel

import (
	"strings"

	"github.com/tfsave/tfsave/internal/tfpb"
)

// stripDebugNodes turns assertions and prints into nothing, and checks of
// numbers into identities; what they depended on stays as control inputs
// (_strip_debug_nodes, save.py, TF 2.21).
func stripDebugNodes(g *tfpb.GraphDef) {
	for _, n := range g.Node {
		stripDebugNode(n)
	}
	for _, f := range g.Library.Function {
		for _, n := range f.NodeDef {
			stripDebugNode(n)
		}
	}
}

func stripDebugNode(n *tfpb.NodeDef) {
	switch n.Op {
	case "Assert", "PrintV2":
		n.Op = "NoOp"
		for name := range n.Attr {
			if !strings.HasPrefix(name, "_") {
				delete(n.Attr, name)
			}
		}
		toControl(n.Input)
	case "CheckNumerics", "Print":
		n.Op = "Identity"
		t, ok := n.Attr["T"]
		n.Attr = nil
		if ok {
			n.Attr = map[string]*tfpb.AttrValue{"T": t}
		}
		toControl(n.Input[1:])
	}
}

// toControl makes control inputs of data inputs.
func toControl(inputs []string) {
	for i, in := range inputs {
		if !strings.HasPrefix(in, "^") {
			name, _, _ := strings.Cut(in, ":")
			inputs[i] = "^" + name
		}
	}
}
