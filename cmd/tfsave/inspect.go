package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
)

// inspectOptions are the flags of inspect.
type inspectOptions struct {
	format    choice
	text      inspect.Text
	nodes     string
	signature string
	field     string
}

func (a *app) inspectCommand() *cobra.Command {
	o := inspectOptions{format: choice{value: "text", allowed: []string{"text", "json", "yaml", "pbtxt"}}}
	cmd := &cobra.Command{
		Use:   "inspect PATH",
		Short: "Show what is in a SavedModel",
		Long: `inspect shows what is in the SavedModel at PATH, whoever wrote it: its signatures
with names, dtypes and shapes, its functions and their aliases, its objects, ops,
variables and assets, what runs when it is loaded, its fingerprint.

PATH is the model's directory, or a file of it: saved_model.pb, .pbtxt or .cpb. A frozen
GraphDef, a MetaGraphDef and a checkpoint (its prefix, its .index file, or the
variables folder) are shown as well. The content says what it is.

The JSON and the YAML hold the same data, for scripts and for keeping under
version control. In a shape null is an unknown dimension; a shape that is null as a
whole has an unknown rank. The text form of the whole message is --format pbtxt.`,
		Example: `  tfsave inspect build/adder

  # the module tree with the sizes of variables, the nodes of one function
  tfsave inspect --tree build/adder
  tfsave inspect --nodes add build/adder

  # the names and shapes that a client has to know, or one of them
  tfsave inspect --format json build/adder | jq '.meta_graphs[0].signatures'
  tfsave inspect --signature serving_default --field inputs.x.shape build/adder`,
		Args: a.named("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.signature != "" && o.field == "" && o.format.value == "text" {
				o.text.Signatures = true
			}
			return a.inspect(cmd, args[0], &o)
		},
		ValidArgsFunction: completePath,
	}
	f := cmd.Flags()
	f.Var(&o.format, "format", "`format` of the output: text, json, yaml or pbtxt")
	fixedValues(cmd, "format", &o.format)
	f.BoolVar(&o.text.Signatures, "signatures", false, "show the signatures")
	f.BoolVar(&o.text.Functions, "functions", false, "show the functions, with every trace and what it captures")
	f.BoolVar(&o.text.Variables, "variables", false, "show the variables")
	f.BoolVar(&o.text.Tree, "tree", false, "show the tree of objects")
	f.BoolVar(&o.text.Ops, "ops", false, "show the ops, with how often they occur")
	f.StringVar(&o.nodes, "nodes", "", "show the nodes of a `function`: a path, a name in the library, or main")
	f.StringVar(&o.signature, "signature", "", "take the value of --field from the signature of this `key`")
	f.StringVar(&o.field, "field", "", "print one value of the JSON, named by a `path` as in inputs.x.shape")
	return cmd
}

func (a *app) inspect(cmd *cobra.Command, path string, o *inspectOptions) error {
	m, err := reader.Open(path)
	if err != nil {
		return err
	}
	defer m.Close()
	if o.nodes != "" {
		return a.nodes(cmd, m, o.nodes)
	}
	if o.format.value == "pbtxt" {
		return inspect.WritePbtxt(a.out, m.Message())
	}
	r := inspect.Read(m)
	if err := o.write(a, cmd, r); err != nil {
		return err
	}
	if err := r.Damaged(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// write prints the report, or the one value of it that is asked for.
func (o *inspectOptions) write(a *app, cmd *cobra.Command, r *inspect.Report) error {
	if o.signature != "" && !o.text.Signatures || o.field != "" {
		v, err := r.Field(o.signature, o.field)
		if err != nil {
			return &usageError{cmd, err}
		}
		_, err = fmt.Fprintln(a.out, v)
		return err
	}
	if o.signature != "" {
		if err := r.Only(o.signature); err != nil {
			return &usageError{cmd, err}
		}
	}
	switch o.format.value {
	case "json":
		return r.WriteJSON(a.out)
	case "yaml":
		return r.WriteYAML(a.out)
	}
	o.text.Bold, o.text.Width = a.bold(), a.width()
	return r.WriteText(a.out, o.text)
}

// nodes prints the nodes of a function.
func (a *app) nodes(cmd *cobra.Command, m *reader.Model, name string) error {
	for _, g := range m.Proto.GetMetaGraphs() {
		bodies, err := inspect.Find(g, reader.NewLibrary(g.GetGraphDef()), name)
		if err != nil {
			return &usageError{cmd, err}
		}
		for _, b := range bodies {
			if err := inspect.WriteNodes(a.out, b); err != nil {
				return err
			}
		}
		return nil
	}
	return &usageError{cmd, errors.New("there is no graph in it")}
}

// bold gives the function that marks headings on stdout, nil where there are
// none to mark.
func (a *app) bold() func(string) string {
	if !a.colored(a.out) {
		return nil
	}
	return func(s string) string { return "\x1b[1m" + s + "\x1b[m" }
}

// width is that of the terminal on stdout, 0 where there is none.
func (a *app) width() int {
	f, ok := a.out.(interface{ Fd() uintptr })
	if !ok || !terminal(a.out.(io.Writer)) {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// completePath completes with files and directories, once.
func completePath(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}
