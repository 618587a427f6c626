package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/draw"
	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
)

func (a *app) graphCommand() *cobra.Command {
	format := choice{value: "dot", allowed: []string{"dot", "svg"}}
	function := ""
	depth := 0
	cmd := &cobra.Command{
		Use:   "graph PATH",
		Short: "Draw the objects of a SavedModel, or a function",
		Long: `graph draws a SavedModel: the tree of its objects with their variables or, with
--function, the nodes of a function. Nodes of one name scope are one box. The
picture is written for Graphviz, or laid out as SVG, which a browser shows.`,
		Example: `  tfsave graph --format svg build/model > model.svg

  tfsave graph --function serve build/model | dot -Tpdf > serve.pdf`,
		Args: a.named("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := reader.Open(args[0])
			if err != nil {
				return err
			}
			defer m.Close()
			p, err := picture(m, function, depth)
			if err != nil {
				return &usageError{cmd, err}
			}
			if format.value == "svg" {
				return p.WriteSVG(a.out)
			}
			return p.WriteDOT(a.out)
		},
		ValidArgsFunction: completePath,
	}
	f := cmd.Flags()
	f.StringVar(&function, "function", "", "draw a `function`: a path, a name in the library, or main for the main graph")
	f.IntVar(&depth, "depth", 0, "fold name scopes below this `depth` (default: as deep as can be looked at)")
	f.Var(&format, "format", "`format` of the output: dot or svg")
	fixedValues(cmd, "format", &format)
	return cmd
}

// picture draws the tree of objects; a model without objects, its main graph.
func picture(m *reader.Model, function string, depth int) (*draw.Picture, error) {
	if len(m.Proto.GetMetaGraphs()) == 0 {
		return nil, errors.New("there is no graph in it")
	}
	g := m.Proto.GetMetaGraphs()[0]
	if function == "" && len(g.GetObjectGraphDef().GetNodes()) > 0 {
		return draw.Tree(inspect.Read(m).MetaGraphs[0], m.Path), nil
	}
	lib := reader.NewLibrary(g.GetGraphDef())
	bodies, err := inspect.Find(g, lib, function)
	if err != nil {
		return nil, err
	}
	return draw.Function(bodies[0], lib, depth), nil
}
