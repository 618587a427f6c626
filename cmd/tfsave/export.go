package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/savedmodel"
)

func (a *app) exportCommand() *cobra.Command {
	var sets []string
	var noClobber, dryRun bool
	cmd := &cobra.Command{
		Use:   "export SPEC DIR",
		Short: "Write a SavedModel from a description",
		Long: `export reads the description of a model and writes it as a SavedModel into DIR.
SPEC is a YAML or JSON file, or - for standard input. Files that the description
names are relative to it; with - to the working directory.

DIR is made, or replaced as a whole where it is a SavedModel: a reader sees the old
model or the new one, never a part. A folder with anything else in it is refused.
Mistakes in the description are reported in one run, each with file, line and
column; then nothing is written.

The same description gives the same bytes, on every machine and at any time.`,
		Example: `  tfsave export specs/adder.yaml build/adder

  # from another program
  ./describe.py | tfsave export - build/model

  # the same model with other weights and another shape
  tfsave export model.yaml build/model --set 'weights[0].file=new.safetensors' \
    --set 'module.variables.w.shape=[3, 4]'`,
		Args: a.named("SPEC", "DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			start := time.Now()
			p := a.startProgress("building the graph")
			defer p.stop()
			return a.build(args[0], sets, func(m *savedmodel.Model) error {
				if dryRun {
					if err := savedmodel.CheckDestination(args[1], noClobber); err != nil {
						return err
					}
					p.stop()
					a.logModel("would write "+args[1], "would write", m, "dir", args[1])
					return nil
				}
				err := untilSignal(func(ctx context.Context) error {
					return m.Write(args[1], savedmodel.WriteOptions{NoClobber: noClobber, Progress: p.bytes, Context: ctx})
				})
				if err != nil {
					return err
				}
				p.stop()
				a.logModel("wrote "+args[1], "wrote", m, "dir", args[1], "bytes", p.written(), "seconds", time.Since(start).Seconds())
				return nil
			})
		},
		ValidArgsFunction: completeSpec,
	}
	setFlag(cmd, &sets)
	cmd.Flags().BoolVar(&noClobber, "no-clobber", false, "refuse to replace a SavedModel")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "do all but write")
	return cmd
}
