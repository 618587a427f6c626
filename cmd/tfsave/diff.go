package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/diff"
	"github.com/tfsave/tfsave/internal/inspect"
)

func (a *app) diffCommand() *cobra.Command {
	format := choice{value: "text", allowed: []string{"text", "json"}}
	breaking := false
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Show what differs between two SavedModels",
		Long: `diff compares two SavedModels by what they mean: signatures, and whether a caller of
the first can go on with the second; functions by what they compute, whatever the
names of nodes; ops; variables, with how far their values are apart; assets,
options and versions.

The exit code is 1 where they differ; with --breaking only where callers break.`,
		Example: `  tfsave diff released/model build/model

  # a gate for CI
  tfsave diff --breaking released/model build/model`,
		Args: a.named("A", "B"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := diff.Paths(args[0], args[1])
			if err != nil {
				return err
			}
			if format.value == "json" {
				err = writeJSON(a.out, r)
			} else {
				err = a.writeDiff(r)
			}
			switch {
			case err != nil:
				return err
			case breaking && r.Breaking, !breaking && !r.Equal:
				return foundError{}
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
	}
	f := cmd.Flags()
	f.Var(&format, "format", "`format` of the output: text or json")
	fixedValues(cmd, "format", &format)
	f.BoolVar(&breaking, "breaking", false, "fail only where callers of the first break with the second")
	return cmd
}

func (a *app) writeDiff(r *diff.Report) error {
	for _, c := range r.Changes {
		mark := map[string]string{"added": "+", "removed": "-", "changed": "~"}[c.What]
		line := fmt.Sprintf("%s %s %s", mark, c.Part, c.Name)
		if c.Detail != "" {
			line += ": " + c.Detail
		}
		if c.Part == "signature" || c.Breaking {
			line += map[bool]string{true: " (breaking)", false: " (compatible)"}[c.Breaking]
		}
		if _, err := fmt.Fprintln(a.out, inspect.Printable(line)); err != nil {
			return err
		}
	}
	if r.Equal {
		a.logInfo("no difference", "no difference")
		return nil
	}
	a.logInfo(count(len(r.Changes), "difference"), "differences", "count", len(r.Changes), "breaking", r.Breaking)
	return nil
}
