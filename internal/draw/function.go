package draw

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// maxBoxes is how many boxes a picture has at most where the depth is chosen
// for it: more cannot be looked at.
const maxBoxes = 200

// maxDepth is the deepest nesting of name scopes that is tried.
const maxDepth = 8

// Function draws the nodes of a function, or of the main graph. Nodes of one
// name scope are one box, to the given depth of scopes; 0 takes the greatest
// depth that can be looked at.
func Function(b *reader.Body, lib *reader.Library, depth int) *Picture {
	if depth > 0 {
		return function(b, lib, depth)
	}
	p := function(b, lib, 1)
	for d := 2; d <= maxDepth; d++ {
		deeper := function(b, lib, d)
		if len(deeper.Boxes) > maxBoxes {
			break
		}
		p = deeper
	}
	return p
}

// folder folds nodes into boxes.
type folder struct {
	*Picture
	body  *reader.Body
	lib   *reader.Library
	depth int
	boxes map[string]int
	nodes [][]*tfpb.NodeDef // of each box
	edges map[[2]int]bool
}

func function(b *reader.Body, lib *reader.Library, depth int) *Picture {
	f := &folder{Picture: &Picture{Title: cmp.Or(b.Name(), "main graph")}, body: b, lib: lib, depth: depth, boxes: map[string]int{}, edges: map[[2]int]bool{}}
	sig := b.Function.GetSignature()
	for i, a := range sig.GetInputArg() {
		if tensor.DType(a.GetType()) != tensor.Resource {
			f.box(fmt.Sprintf("argument %d", i), Box{Lines: []string{a.GetName(), f.argument(i, a)}, Kind: Input})
		}
	}
	places := make([]int, len(b.Nodes))
	for i, n := range b.Nodes {
		places[i] = f.place(n)
	}
	for i, n := range b.Nodes {
		if places[i] < 0 {
			continue
		}
		for _, s := range n.GetInput() {
			in := b.Resolve(s)
			switch {
			case in.Control:
			case in.Arg >= 0:
				if at, ok := f.boxes[fmt.Sprintf("argument %d", in.Arg)]; ok {
					f.edge(at, places[i])
				}
			case in.Node >= 0 && places[in.Node] >= 0:
				f.edge(places[in.Node], places[i])
			}
		}
	}
	for _, a := range sig.GetOutputArg() {
		in := b.Resolve(f.body.Function.GetRet()[a.GetName()])
		at := f.box("result "+a.GetName(), Box{Lines: []string{"return " + a.GetName(), tensor.DType(a.GetType()).String()}, Kind: Output})
		switch {
		case in.Node >= 0 && places[in.Node] >= 0:
			f.edge(places[in.Node], at)
		case in.Arg >= 0:
			if from, ok := f.boxes[fmt.Sprintf("argument %d", in.Arg)]; ok {
				f.edge(from, at)
			}
		}
	}
	f.label()
	return f.Picture
}

func (f *folder) argument(i int, a *tfpb.OpDef_ArgDef) string {
	s := tensor.DType(a.GetType()).String()
	if list := f.body.Function.GetArgAttr()[uint32(i)].GetAttr()["_output_shapes"].GetList().GetShape(); len(list) == 1 {
		s += shapeText(list[0])
	}
	return s
}

// shapeText writes a shape, nothing where the rank is unknown.
func shapeText(p *tfpb.TensorShapeProto) string {
	if s := graph.ShapeValue(p); s.Known() {
		return s.String()
	}
	return ""
}

func (f *folder) box(key string, b Box) int {
	if i, ok := f.boxes[key]; ok {
		return i
	}
	i := len(f.Boxes)
	f.boxes[key] = i
	f.Boxes = append(f.Boxes, b)
	f.nodes = append(f.nodes, nil)
	return i
}

func (f *folder) edge(from, to int) {
	if from != to && !f.edges[[2]int{from, to}] {
		f.edges[[2]int{from, to}] = true
		f.Edges = append(f.Edges, Edge{From: from, To: to})
	}
}

// place is the box of a node, -1 for one that is not drawn: a constant or a
// variable outside of any scope, and what only orders others.
func (f *folder) place(n *tfpb.NodeDef) int {
	parts := strings.Split(n.GetName(), "/")
	scopes := len(parts) - 1
	switch n.GetOp() {
	case "NoOp", "Const", "VarHandleOp", "ReadVariableOp":
		if scopes < f.depth {
			return -1
		}
	}
	// A node belongs to the scope of its own name: matmul to matmul/….
	scope := strings.Join(parts[:min(len(parts), f.depth)], "/")
	at := f.box("node "+scope, Box{Lines: []string{scope}})
	f.nodes[at] = append(f.nodes[at], n)
	return at
}

// quiet are the ops that say little of what a scope does.
var quiet = map[string]bool{
	"Const": true, "Identity": true, "NoOp": true, "ReadVariableOp": true, "Reshape": true, "Shape": true, "Squeeze": true, "Cast": true,
	"ExpandDims": true, "StridedSlice": true, "Pack": true, "VarHandleOp": true, "Placeholder": true,
}

// maxOps is how many ops are named in a box.
const maxOps = 4

// label writes what each box does: its ops, and the shape of the last one's
// output; and folds boxes of constants alone away.
func (f *folder) label() {
	for i := range f.Boxes {
		nodes := f.nodes[i]
		if len(nodes) == 0 {
			continue
		}
		b := &f.Boxes[i]
		count := map[string]int{}
		last, shape := nodes[len(nodes)-1], ""
		for _, n := range nodes {
			if len(f.lib.Calls(n)) > 0 {
				b.Kind = Call
			}
			if b.Kind == Plain && f.reads(n) {
				b.Kind = Layer
			}
			if !quiet[n.GetOp()] {
				count[n.GetOp()]++
				last = n
			}
		}
		if list := last.GetAttr()["_output_shapes"].GetList().GetShape(); len(list) > 0 {
			shape = shapeText(list[0])
		}
		if len(nodes) == 1 && last.GetName() == b.Lines[0] {
			b.Lines = append(b.Lines, last.GetOp())
		} else if ops := slices.SortedFunc(maps.Keys(count), func(x, y string) int { return cmp.Or(count[y]-count[x], strings.Compare(x, y)) }); len(ops) > 0 {
			more := ""
			if len(ops) > maxOps {
				more = fmt.Sprintf(" +%d", len(ops)-maxOps)
				ops = ops[:maxOps]
			}
			b.Lines = append(b.Lines, strings.Join(ops, " ")+more)
		}
		for _, c := range f.lib.Calls(last) {
			if len(nodes) == 1 && len(b.Lines) < 5 {
				b.Lines = append(b.Lines, c.Name)
			}
		}
		if shape != "" {
			b.Lines = append(b.Lines, shape)
		}
	}
}

// reads says whether a node reads a variable.
func (f *folder) reads(n *tfpb.NodeDef) bool {
	if n.GetOp() == "ReadVariableOp" || n.GetOp() == "VariableV2" {
		return true
	}
	for _, s := range n.GetInput() {
		in := f.body.Resolve(s)
		if in.Arg >= 0 && tensor.DType(f.body.Function.GetSignature().GetInputArg()[in.Arg].GetType()) == tensor.Resource {
			return true
		}
		if in.Node >= 0 && !in.Control && f.body.Nodes[in.Node].GetOp() == "ReadVariableOp" {
			return true
		}
	}
	return false
}
