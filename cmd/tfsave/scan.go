package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/scan"
)

func (a *app) scanCommand() *cobra.Command {
	format := choice{value: "text", allowed: []string{"text", "json", "sarif"}}
	policy := choice{value: string(scan.Denylist), allowed: []string{string(scan.Denylist), string(scan.Allowlist)}}
	failOn := choice{value: string(scan.Low), allowed: []string{"low", "medium", "high", "critical", "never"}}
	var allow []string
	cmd := &cobra.Command{
		Use:   "scan PATH",
		Short: "List operations of a SavedModel that touch files, the network or code",
		Long: `scan lists the operations of a SavedModel that read or write files, talk to other
machines, change the process or run code: in every function, whether anything calls
it or not, in graphs that are kept as bytes within others, in both forms of the
file, with the path or address where it is known. What runs when the model is loaded
is rated above what runs when it is called. The ops that TensorFlow saves and
restores variables with, and the files of tables in assets/, are not listed.

The policy denylist looks for ops that are known to do such things. The policy
allowlist lets pass only ops that compute, or change variables and tables of the
model.

A model is a program, and TensorFlow has no sandbox for it: that nothing is listed
says no more than that. The exit code is 1 where there are findings.`,
		Example: `  tfsave scan downloaded/model

  # for a code scanning service
  tfsave scan --format sarif downloaded/model > model.sarif

  # one op in one function is known, and fine
  tfsave scan --policy allowlist --allow 'ReadFile@__inference_load_*' build/model`,
		Args: a.named("PATH"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := scan.Path(args[0], scan.Options{Policy: scan.Policy(policy.value), Allow: allow})
			if err != nil {
				return err
			}
			switch format.value {
			case "json":
				err = writeJSON(a.out, r)
			case "sarif":
				version, _ := versionInfo()
				err = writeJSON(a.out, r.SARIF(args[0], version))
			default:
				err = a.writeScan(r)
			}
			if err != nil {
				return err
			}
			for _, f := range r.Findings {
				if failOn.value != "never" && f.Severity.Worse(scan.Severity(failOn.value)) {
					return foundError{}
				}
			}
			return nil
		},
		ValidArgsFunction: completePath,
	}
	f := cmd.Flags()
	f.Var(&format, "format", "`format` of the output: text, json or sarif")
	f.Var(&policy, "policy", "`policy` that says what is listed: denylist or allowlist")
	f.StringArrayVar(&allow, "allow", nil, "do not list the `op`, or op@function, where * stands for any end; may be repeated")
	f.Var(&failOn, "fail-on", "fail if there are findings of this `severity` or worse: low, medium, high, critical,\nor never")
	fixedValues(cmd, "format", &format)
	fixedValues(cmd, "policy", &policy)
	fixedValues(cmd, "fail-on", &failOn)
	return cmd
}

func (a *app) writeScan(r *scan.Report) error {
	for _, f := range r.Findings {
		line := fmt.Sprintf("%s: %s: %s: ", f.Severity, f.Rule, f.Where())
		if f.Op != "" {
			line += f.Op + " "
		}
		line += f.What
		if f.Target != "" {
			line += ": " + f.Target
		}
		switch f.When {
		case scan.Unused:
			line += "; nothing in the model runs it"
		default:
			line += fmt.Sprintf("; at %s, by %s", f.When, f.By)
		}
		if _, err := fmt.Fprintln(a.out, inspect.Printable(line)); err != nil {
			return err
		}
	}
	found := "no listed operation found"
	if n := len(r.Findings); n > 0 {
		found = count(n, "finding")
	}
	a.logInfo(fmt.Sprintf("%s in %s, %s and %s, by the %s (list %s); a model is a program: run it as one", found,
		count(r.Graphs, "graph"), count(r.Functions, "function"), count(r.Nodes, "node"), r.Policy, r.List),
		"scanned", "findings", len(r.Findings), "graphs", r.Graphs, "functions", r.Functions, "nodes", r.Nodes, "policy", r.Policy, "list", r.List)
	return nil
}
