package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/savedmodel"
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

  # with other weights
  tfsave validate model.yaml --set 'weights[0].file=new.safetensors'`,
		Args: a.named("SPEC"),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.build(args[0], sets, func(m *savedmodel.Model) error {
				a.logModel(args[0]+" is valid", "valid", m, "spec", args[0])
				return nil
			})
		},
		ValidArgsFunction: completeSpec,
	}
	setFlag(cmd, &sets)
	return cmd
}

// logModel says what was done with a model, and what the model is.
func (a *app) logModel(text, msg string, m *savedmodel.Model, attrs ...any) {
	keys := []string{}
	for _, s := range m.Signatures {
		keys = append(keys, s.Key)
	}
	text += ": " + count(len(keys), "signature")
	if len(keys) > 0 {
		text += " (" + strings.Join(keys, ", ") + ")"
	}
	a.logInfo(text, msg, append(attrs, "signatures", keys)...)
}
