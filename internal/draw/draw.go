// Package draw makes pictures of SavedModels: the tree of objects, or the nodes
// of a function folded by their name scopes. A picture is a set of boxes and
// edges, which it writes for Graphviz (DOT) or, laid out by itself, as SVG.
package draw

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Picture is a graph of boxes.
type Picture struct {
	Title string
	Boxes []Box
	Edges []Edge
	// Sideways lets edges go from left to right, instead of downwards.
	Sideways bool
}

// Box is a node of a picture.
type Box struct {
	Lines []string // the first is the name
	Kind  Kind
}

// Kind says what a box stands for, which gives it a color.
type Kind int

// The kinds of boxes.
const (
	Plain Kind = iota
	Input
	Output
	Layer    // works with variables
	Call     // calls another function, a branch or a loop
	Module   // an object with children
	Variable // or several
	File     // an asset, a table
)

var fills = map[Kind]string{
	Plain: "#f4f4f4", Input: "#d8f0d8", Output: "#d8f0d8", Layer: "#dbe9f9", Call: "#f9ead2", Module: "#f4f4f4", Variable: "#dbe9f9", File: "#efe0f5",
}

// Edge leads from a box to another, by their places in the list.
type Edge struct {
	From, To int
	Label    string
}

// WriteDOT writes the picture for Graphviz.
func (p *Picture) WriteDOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "digraph %s {\n", quote(p.Title))
	if p.Sideways {
		b.WriteString("  rankdir=LR\n")
	}
	b.WriteString("  graph [fontname=Helvetica, ranksep=0.35, nodesep=0.25]\n")
	b.WriteString("  node [shape=box, style=\"rounded,filled\", fontname=Helvetica, fontsize=11, color=\"#888888\"]\n")
	b.WriteString("  edge [fontname=Helvetica, fontsize=9, color=\"#666666\", arrowsize=0.7]\n")
	for i, x := range p.Boxes {
		fmt.Fprintf(b, "  n%d [label=%s, fillcolor=%q]\n", i, quote(strings.Join(x.Lines, "\n")), fills[x.Kind])
	}
	for _, e := range p.Edges {
		label := ""
		if e.Label != "" {
			label = " [label=" + quote(e.Label) + "]"
		}
		fmt.Fprintf(b, "  n%d -> n%d%s\n", e.From, e.To, label)
	}
	b.WriteString("}\n")
	return b.Flush()
}

// quote writes a string of DOT, in which \n is a line end.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", "").Replace(s) + `"`
}
