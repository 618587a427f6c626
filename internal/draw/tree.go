package draw

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/inspect"
)

// maxLeaves is how many variables of one parent get a box each.
const maxLeaves = 8

// Tree draws the objects of a model: modules, variables, tables and assets, each
// under its shortest path; of the variables of one parent, if they are many, one
// box for all.
func Tree(m *inspect.MetaGraph, title string) *Picture {
	p := &Picture{Title: title, Sideways: true}
	children := make([]int, len(m.Objects)) // variables of each object
	place := make([]int, len(m.Objects))
	for i, o := range m.Objects {
		if i > 0 && o.Kind == "variable" {
			children[o.Parent()]++
		}
	}
	folded := map[int]bool{}
	for i, o := range m.Objects {
		place[i] = -1
		switch o.Kind {
		case "function", "concrete_function", "signatures", "constant", "captured_tensor":
			continue
		}
		if i > 0 && (place[o.Parent()] < 0 || o.Edge() == "keras_api") { // Keras 2 has one in every layer
			continue
		}
		b := Box{Lines: []string{o.Edge()}, Kind: Module}
		switch {
		case o.Kind == "variable" && children[o.Parent()] > maxLeaves:
			if folded[o.Parent()] {
				continue
			}
			folded[o.Parent()] = true
			b = Box{Lines: []string{fmt.Sprintf("%d variables", children[o.Parent()])}, Kind: Variable}
		case o.Kind == "variable":
			b.Kind = Variable
			b.Lines = append(b.Lines, o.DType.String()+o.Shape.String())
		case o.Kind == "asset" || o.Kind == "resource":
			b.Kind = File
			b.Lines = append(b.Lines, o.Kind)
		case o.Variables == 0 && i > 0 && (o.Kind == "list" || o.Kind == "dict" || o.Kind == "tuple"):
			continue // often empty, and of Keras's own
		default:
			if o.Class != "" {
				b.Lines = append(b.Lines, o.Class)
			}
			b.Lines = append(b.Lines, fmt.Sprintf("%d parameters", o.Parameters))
		}
		place[i] = len(p.Boxes)
		p.Boxes = append(p.Boxes, b)
		if i > 0 {
			p.Edges = append(p.Edges, Edge{From: place[o.Parent()], To: place[i]})
		}
	}
	return p
}
