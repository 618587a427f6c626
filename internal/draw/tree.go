package draw

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/inspect"
)

// maxLines is how many variables of one parent are named in its box, and how
// many of its children without variables get a box each.
const (
	maxLines = 8
	maxEmpty = 3
)

// kerasAPI is the name of an object that every layer of Keras 2 has.
const kerasAPI = "keras_api"

// Tree draws the objects of a model: modules with their variables, tables and
// assets, each under its shortest path. Of the children of one parent that have
// no variables, if they are many, there is one box for all.
func Tree(m *inspect.MetaGraph, title string) *Picture {
	p := &Picture{Title: title, Sideways: true}
	place := make([]int, len(m.Objects))
	variables := make([]int, len(m.Objects)) // children of each object
	empty := make([]int, len(m.Objects))
	for i, o := range m.Objects {
		switch {
		case i == 0:
		case o.Kind == "variable":
			variables[o.Parent()]++
		case isEmpty(o) && o.Kind == "module" && o.Edge() != kerasAPI:
			empty[o.Parent()]++
		}
	}
	folded := map[int]bool{}
	for i, o := range m.Objects {
		place[i] = -1
		switch o.Kind {
		case "function", "concrete_function", "signatures", "constant", "captured_tensor":
			continue
		}
		if i > 0 && (place[o.Parent()] < 0 || o.Edge() == kerasAPI) {
			continue
		}
		b := Box{Lines: []string{o.Edge()}, Kind: Module}
		switch {
		case o.Kind == "variable" && i > 0:
			if variables[o.Parent()] <= maxLines {
				parent := &p.Boxes[place[o.Parent()]]
				parent.Lines = append(parent.Lines, o.Edge()+"  "+o.DType.String()+o.Shape.String())
			}
			continue
		case o.Kind == "variable": // a model that is nothing else
			b.Kind = Variable
			b.Lines = append(b.Lines, o.DType.String()+o.Shape.String())
		case o.Kind == "asset" || o.Kind == "resource":
			b.Kind = File
			b.Lines = append(b.Lines, o.Kind)
		case isEmpty(o) && i > 0 && o.Kind != "module":
			continue // often empty, and of Keras's own
		case isEmpty(o) && i > 0 && empty[o.Parent()] > maxEmpty:
			if folded[o.Parent()] {
				continue
			}
			folded[o.Parent()] = true
			b.Lines[0] = fmt.Sprintf("%d without variables", empty[o.Parent()])
		default:
			if o.Class != "" {
				b.Lines = append(b.Lines, o.Class)
			}
			b.Lines = append(b.Lines, fmt.Sprintf("%d parameters", o.Parameters))
			if n := variables[i]; n > 0 {
				b.Kind = Layer
				if n > maxLines {
					b.Lines = append(b.Lines, fmt.Sprintf("%d variables", n))
				}
			}
		}
		place[i] = len(p.Boxes)
		p.Boxes = append(p.Boxes, b)
		if i > 0 {
			p.Edges = append(p.Edges, Edge{From: place[o.Parent()], To: place[i]})
		}
	}
	return p
}

// isEmpty says of a module or a container that there are no variables in it.
func isEmpty(o *inspect.Object) bool {
	switch o.Kind {
	case "module", "list", "dict", "tuple":
		return o.Variables == 0
	}
	return false
}
