package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/variables"
)

// variablesOptions are the flags of variables.
type variablesOptions struct {
	format  choice
	stats   bool
	values  bool
	limit   int64
	extract string
}

func (a *app) variablesCommand() *cobra.Command {
	o := variablesOptions{format: choice{value: "text", allowed: []string{"text", "json"}}}
	cmd := &cobra.Command{
		Use:   "variables PATH [NAME...]",
		Short: "List, print or extract the variables of a SavedModel or a checkpoint",
		Long: `variables lists the variables of a SavedModel, or the tensors of any checkpoint that
tf.train.Checkpoint or a Saver of TensorFlow 1 wrote in format V2, with statistics
or values if they are asked for, and extracts them to files of NumPy or to
safetensors. PATH is the model's directory, or the checkpoint's prefix.

A NAME chooses: the name of a variable, as it is listed, or a pattern in which *
stands for anything but a slash. Every byte that is read is held against its
checksum. Numbers are streamed, whatever the size of the file.`,
		Example: `  tfsave variables build/model

  # is there a NaN anywhere?
  tfsave variables --stats build/model

  tfsave variables --extract weights.safetensors build/model
  tfsave variables --values build/model encoder/bias`,
		Args: a.args(func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return fmt.Errorf("argument PATH is missing")
			case args[0] == "":
				return fmt.Errorf("argument PATH is empty")
			}
			return nil
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := variables.Open(args[0])
			if err != nil {
				return err
			}
			defer s.Close()
			if err := s.Choose(args[1:]); err != nil {
				return &usageError{cmd, err}
			}
			if o.extract != "" {
				if err := s.Extract(o.extract); err != nil {
					return err
				}
				a.logInfo(fmt.Sprintf("%s: %s", o.extract, count(len(s.List), "variable")), "extracted", "file", o.extract, "variables", len(s.List))
				return nil
			}
			if o.format.value == "json" {
				return a.writeVariables(s, &o)
			}
			return a.variablesText(s, &o)
		},
		ValidArgsFunction: completePath,
	}
	f := cmd.Flags()
	f.Var(&o.format, "format", "`format` of the output: text or json")
	fixedValues(cmd, "format", &o.format)
	f.BoolVar(&o.stats, "stats", false, "with minimum, maximum, mean, deviation, and how many are zero, NaN or infinite")
	f.BoolVar(&o.values, "values", false, "with values")
	f.Int64Var(&o.limit, "limit", 100, "print this `number` of values of each variable, 0 for all")
	f.StringVar(&o.extract, "extract", "", "write the variables to a `file` .npy, .npz or .safetensors, or to a directory/")
	return cmd
}

func (a *app) variablesText(s *variables.Set, o *variablesOptions) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for i := range s.List {
		v := &s.List[i]
		line := []string{v.Name, v.DType.String(), inspect.Shape{Shape: tensor.ShapeOf(v.Shape...)}.String(), fmt.Sprintf("%d bytes", v.Bytes())}
		if o.stats && v.DType.Size() > 0 {
			st, err := s.Stats(v)
			if err != nil {
				return err
			}
			line = append(line, fmt.Sprintf("min %.6g", st.Min), fmt.Sprintf("max %.6g", st.Max), fmt.Sprintf("mean %.6g", st.Mean), fmt.Sprintf("std %.6g", st.Std),
				fmt.Sprintf("%d zeros", st.Zeros))
			if st.NaNs > 0 || st.Infs > 0 {
				line = append(line, fmt.Sprintf("%d nan, %d inf", st.NaNs, st.Infs))
			}
		}
		for j := range line {
			line[j] = inspect.Printable(line[j])
		}
		if _, err := fmt.Fprintln(w, strings.Join(line, "\t")); err != nil {
			return err
		}
		if o.values {
			if err := w.Flush(); err != nil {
				return err
			}
			if err := a.values(s, v, o.limit); err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

func (a *app) values(s *variables.Set, v *variables.Variable, limit int64) error {
	if v.DType.Size() == 0 && v.DType != tensor.String {
		return nil
	}
	if _, err := fmt.Fprint(a.out, "  "); err != nil {
		return err
	}
	if err := s.WriteValues(a.out, v, limit, false); err != nil {
		return err
	}
	_, err := fmt.Fprintln(a.out)
	return err
}

// variableJSON is a variable as JSON.
type variableJSON struct {
	Name   string           `json:"name"` // key of the checkpoint
	DType  inspect.DType    `json:"dtype"`
	Shape  inspect.Shape    `json:"shape"`
	Bytes  int64            `json:"bytes"`
	Shard  int              `json:"shard"`
	Stats  *variables.Stats `json:"stats,omitempty"`
	Values json.RawMessage  `json:"values,omitempty"`
}

// variablesJSON is what variables prints as JSON.
type variablesJSON struct {
	SchemaVersion int            `json:"schema_version"`
	Variables     []variableJSON `json:"variables"`
}

// writeVariables writes all values that are asked for: the limit is for people.
// The list is written piece by piece, as writeJSON would write the whole.
func (a *app) writeVariables(s *variables.Set, o *variablesOptions) error {
	w := bufio.NewWriter(a.out)
	for i := range s.List {
		v := &s.List[i]
		j := variableJSON{v.Key, inspect.DType(v.DType), inspect.Shape{Shape: tensor.ShapeOf(v.Shape...)}, v.Bytes(), v.Shard, nil, nil}
		if len(v.Parts) > 0 {
			j.Shard = v.Parts[0].Shard
		}
		if o.stats && v.DType.Size() > 0 {
			st, err := s.Stats(v)
			if err != nil {
				return err
			}
			j.Stats = st
		}
		head, err := json.MarshalIndent(j, "    ", "  ")
		if err != nil {
			return err
		}
		if i == 0 {
			fmt.Fprint(w, "{\n  \"schema_version\": 1,\n  \"variables\": [\n    ")
		} else {
			fmt.Fprint(w, ",\n    ")
		}
		const end = "\n    }"
		fmt.Fprint(w, strings.TrimSuffix(string(head), end))
		if o.values && (v.DType.Size() > 0 || v.DType == tensor.String) {
			fmt.Fprint(w, ",\n      \"values\": ")
			if err := s.WriteValues(w, v, 0, true); err != nil {
				return err
			}
		}
		fmt.Fprint(w, end)
	}
	if len(s.List) == 0 {
		return writeJSON(a.out, variablesJSON{1, []variableJSON{}})
	}
	fmt.Fprint(w, "\n  ]\n}\n")
	return w.Flush()
}
