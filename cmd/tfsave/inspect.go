package main

import (
	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/inspect"
)

func (a *app) inspectCommand() *cobra.Command {
	format := choice{value: "text", allowed: []string{"text", "json", "yaml"}}
	cmd := &cobra.Command{
		Use:   "inspect DIR",
		Short: "Show what is in a SavedModel",
		Long: `inspect shows what is in the SavedModel in DIR, whoever wrote it: its signatures
with names, dtypes and shapes, its functions and their aliases, its variables and
assets, its fingerprint.

The JSON and the YAML hold the same data, for scripts and for keeping under
version control. In a shape null is an unknown dimension; a shape that is null as a
whole has an unknown rank.`,
		Example: `  tfsave inspect build/adder

  # the names and shapes that a client has to know
  tfsave inspect --format json build/adder | jq '.meta_graphs[0].signatures'`,
		Args: a.named("DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := inspect.Open(args[0])
			if err != nil {
				return err
			}
			switch format.value {
			case "json":
				return r.WriteJSON(a.out)
			case "yaml":
				return r.WriteYAML(a.out)
			}
			return r.WriteText(a.out, a.bold())
		},
		ValidArgsFunction: completeDirs,
	}
	cmd.Flags().Var(&format, "format", "`format` of the output: text, json or yaml")
	fixedValues(cmd, "format", &format)
	return cmd
}

// bold gives the function that marks headings on stdout, nil where there are
// none to mark.
func (a *app) bold() func(string) string {
	if !a.colored(a.out) {
		return nil
	}
	return func(s string) string { return "\x1b[1m" + s + "\x1b[m" }
}

func completeDirs(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}
