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

// load reads the description that a command was given; it is nil where there is
// none.
func (a *app) load(name string, sets []string) (*spec.Spec, spec.ErrorList) {
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
	return s, errs
}

// build takes a description all the way to a SavedModel that use can write. Its
// weight files are open until use returns. Each stage looks at what the earlier
// ones could make out, so that one run reports all mistakes.
func (a *app) build(name string, sets []string, use func(*savedmodel.Model) error) (err error) {
	s, errs := a.load(name, sets)
	if s == nil {
		return errs
	}
	errs = append(errs, keras.Expand(s)...)
	if s.Module == nil {
		return errs.Err()
	}
	m, found := model.Build(s)
	defer func() { err = errors.Join(err, m.Close()) }()
	errs = append(errs, found...)
	version, _ := versionInfo()
	c := savedmodel.Config{Signatures: s.Signatures, Options: s.Options, Version: version}
	tr := trace.New(&graph.Library{})
	if len(errs) > 0 {
		errs = append(errs, savedmodel.Check(m, tr, c)...)
		errs.Sort()
		return errs
	}
	sm, errs := savedmodel.Build(m, tr, c)
	if len(errs) > 0 {
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
