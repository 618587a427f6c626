package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/keras"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/savedmodel"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/trace"
)

// stdinName stands for standard input in messages.
const stdinName = "<stdin>"

// load reads the description that a command was given.
func (a *app) load(name string, sets []string) (*spec.Spec, error) {
	var s *spec.Spec
	var errs spec.ErrorList
	if name == "-" {
		s, errs = spec.Read(stdinName, a.in, sets)
	} else {
		s, errs = spec.Load(name, sets)
	}
	if s != nil {
		a.source = s.Source
	}
	return s, errs.Err()
}

// build takes a description all the way to a SavedModel that use can write. Its
// weight files are open until use returns.
func (a *app) build(name string, sets []string, use func(*savedmodel.Model) error) (err error) {
	s, err := a.load(name, sets)
	if err != nil {
		return err
	}
	if errs := keras.Expand(s); errs != nil {
		return errs
	}
	m, errs := model.Build(s)
	defer func() { err = errors.Join(err, m.Close()) }()
	if errs != nil {
		return errs
	}
	version, _ := versionInfo()
	sm, errs := savedmodel.Build(m, trace.New(&graph.Library{}), savedmodel.Config{
		Signatures: s.Signatures, Options: s.Options, Version: version,
	})
	if errs != nil {
		return errs
	}
	return use(sm)
}

// setFlag gives a command the flag --set.
func setFlag(cmd *cobra.Command, sets *[]string) {
	cmd.Flags().StringArrayVar(sets, "set", nil, "change the description: the value at `path=value`, as in\nmodule.variables.w.shape='[3, 4]'; may be repeated")
}

// completeSpec completes SPEC with descriptions and DIR with directories.
func completeSpec(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}
