package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/verify"
)

// foundError ends a command that found what it looked for: it is no error to
// tell of, and gives an exit code.
type foundError struct{}

func (foundError) Error() string { return "there are findings" }

func (a *app) verifyCommand() *cobra.Command {
	format := choice{value: "text", allowed: []string{"text", "json"}}
	failOn := choice{value: "warning", allowed: []string{"info", "warning", "error"}}
	var contract string
	cmd := &cobra.Command{
		Use:   "verify PATH",
		Short: "Check that a SavedModel is whole and will load",
		Long: `verify checks a SavedModel before a program loads it: that its files are there,
every block and tensor of the checkpoint by its checksum, every node of every
graph against TensorFlow's definitions of the ops, the object graph, that every
variable is saved and restored, the assets, the fingerprint.

It prints one finding a line: its kind, how bad it is, where, what, why it breaks,
and what to do. The exit code is 1 where there are findings, 3 where there is no
model to check, or its graph cannot be decoded: what can be checked then is
printed all the same.

A contract is what 'tfsave inspect --format yaml' wrote of an earlier model, or a
part of it: names, dtypes and shapes that must not change.`,
		Example: `  tfsave verify build/adder

  # a gate for CI: clients rely on these names and shapes
  tfsave inspect --format yaml released/model > contract.yaml
  tfsave verify --expect contract.yaml build/model`,
		Args: a.named("PATH"),
		RunE: func(_ *cobra.Command, args []string) error {
			found, damage := verify.Path(args[0])
			if damage != nil && len(found) == 0 {
				return damage
			}
			if contract != "" && damage == nil {
				broken, err := expect(args[0], contract)
				if err != nil {
					return err
				}
				found = append(found, broken...)
			}
			var err error
			if format.value == "json" {
				err = writeJSON(a.out, verifyJSON{1, append([]verify.Finding{}, found...)})
			} else {
				err = a.writeFindings(found)
			}
			if err := errors.Join(err, damage); err != nil {
				return err
			}
			return failing(found, failOn.value)
		},
		ValidArgsFunction: completePath,
	}
	f := cmd.Flags()
	f.StringVar(&contract, "expect", "", "check the model against the contract in `file` as well")
	f.Var(&format, "format", "`format` of the output: text or json")
	f.Var(&failOn, "fail-on", "fail if there are findings of this `severity` or worse: info, warning or error")
	fixedValues(cmd, "format", &format)
	fixedValues(cmd, "fail-on", &failOn)
	return cmd
}

// verifyJSON is what verify prints as JSON.
type verifyJSON struct {
	SchemaVersion int              `json:"schema_version"`
	Findings      []verify.Finding `json:"findings"`
}

// expect holds a model against a contract.
func expect(path, contract string) ([]verify.Finding, error) {
	text, err := readSource(contract)
	if err != nil {
		return nil, err
	}
	want, errs := spec.ReadValue(contract, []byte(text))
	if err := errs.Err(); err != nil {
		return nil, err
	}
	r, err := inspect.Open(path)
	if err != nil {
		return nil, nil // which verify told of
	}
	return verify.Expect(r, want)
}

// failing gives an error where a finding is as bad as that, or worse.
func failing(found []verify.Finding, failOn string) error {
	rank := map[verify.Severity]int{verify.Info: 0, verify.Warning: 1, verify.Error: 2}
	for _, x := range found {
		if rank[x.Severity] >= rank[verify.Severity(failOn)] {
			return foundError{}
		}
	}
	return nil
}

func (a *app) writeFindings(found []verify.Finding) error {
	for _, x := range found {
		line := fmt.Sprintf("%s: %s: %s: %s; %s", x.Severity, x.ID, x.Where, x.What, x.Why)
		if x.Fix != "" {
			line += "; " + x.Fix
		}
		if _, err := fmt.Fprintln(a.out, inspect.Printable(line)); err != nil {
			return err
		}
	}
	if len(found) == 0 {
		a.logInfo("no findings", "no findings")
		return nil
	}
	a.logInfo(count(len(found), "finding"), "findings", "count", len(found))
	return nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
