package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/tfsave/tfsave/internal/savedmodel"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
)

// Exit codes of every command.
const (
	exitOK       = 0
	exitFindings = 1 // findings, or a difference
	exitUsage    = 2 // a mistake in the command line, a setting or a description
	exitIO       = 3 // failed input or output, or a damaged file
)

// streams are where a run reads and writes: data on out, all else on err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// app is one run of the program: its streams and what all commands share.
type app struct {
	streams
	source     *spec.Source // of the description, once it is read
	configFile string
	configured bool // whether the settings were read
	quiet      bool
	logFormat  choice
	color      choice
}

// usageError is a mistake in the command line or in a setting.
type usageError struct {
	cmd *cobra.Command
	err error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// run carries out a command line and gives the exit code.
func run(args []string, std streams) int {
	a := &app{
		streams:   std,
		logFormat: choice{value: "text", allowed: []string{"text", "json"}},
		color:     choice{value: "auto", allowed: []string{"auto", "always", "never"}},
	}
	root := a.rootCommand()
	root.SetArgs(args)
	return a.report(root.Execute())
}

// report tells of the error that ended a run, if any, and gives its exit code.
func (a *app) report(err error) int {
	var errs spec.ErrorList
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, new(foundError)):
		return exitFindings
	case errors.As(err, &errs):
		a.logDescription(errs)
		return exitUsage
	case errors.As(err, &usage):
		if !a.configured {
			// A mistake before the settings were read is told as they say; one in
			// them comes when the first is gone.
			_ = a.configure(usage.cmd)
		}
		a.logError(err)
		if a.logFormat.value == "text" {
			fmt.Fprintf(a.err, "Run '%s --help' for usage.\n", usage.cmd.CommandPath())
		}
		return exitUsage
	case errors.As(err, new(*savedmodel.DestinationError)):
		a.logError(err)
		return exitUsage
	}
	a.logError(err)
	return exitIO
}

// rootCommand puts the commands together.
func (a *app) rootCommand() *cobra.Command {
	version, _ := versionInfo()
	cmd := &cobra.Command{
		Use:     "tfsave",
		Short:   "Write and read TensorFlow SavedModels without TensorFlow",
		Version: version,
		Long: `tfsave writes TensorFlow SavedModels from a description of the model in YAML or
JSON, and shows what is in any SavedModel. It needs no TensorFlow and no Python.

A description says what tf.saved_model.save would see in a live tf.Module:
variables, functions with Python bodies, child objects, signatures.`,
		Example: `  # a model that adds, from nothing
  echo 'module: {functions: {add: {input_signature: [{name: x, dtype: float32}], body: return x + x + 1.}}}' |
    tfsave export - build/adder

  # what is in it
  tfsave inspect build/adder`,
		Args:              a.args(noCommand),
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.configure(cmd) },
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	cmd.SetIn(a.in)
	cmd.SetOut(a.out)
	cmd.SetErr(a.err)
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return &usageError{cmd, nearestFlag(cmd, err)} })
	cmd.SetHelpCommand(a.helpCommand())
	cmd.SetVersionTemplate("tfsave {{.Version}}\n")

	flags := cmd.PersistentFlags()
	flags.SortFlags = false
	flags.StringVar(&a.configFile, "config", "", "read settings from `file` (default: tfsave/config.yaml in\n$XDG_CONFIG_HOME, if it is there)")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "say nothing but errors")
	flags.Var(&a.logFormat, "log-format", "`format` of messages on stderr: text or json")
	flags.Var(&a.color, "color", "`when` to use colors: auto, always or never")
	fixedValues(cmd, "log-format", &a.logFormat)
	fixedValues(cmd, "color", &a.color)

	cmd.AddCommand(a.exportCommand(), a.validateCommand(), a.inspectCommand(), a.verifyCommand(), a.scanCommand(), a.variablesCommand(), a.diffCommand(), a.graphCommand(), a.versionCommand(), a.completionCommand(), a.manCommand())
	cmd.CompletionOptions.DisableDefaultCmd = true
	return cmd
}

// helpCommand is another way to say --help, which people know of other programs.
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "Show the help of a command",
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &usageError{cmd.Root(), fmt.Errorf("unexpected argument %q", args[1])}
			}
			of, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return &usageError{cmd.Root(), noCommand(cmd.Root(), args)}
			}
			return of.Help()
		},
	}
}

// nearestFlag adds the nearest flag to an error about one that is not there.
func nearestFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := spell.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		return fmt.Errorf("%w (did you mean --%s?)", err, near)
	}
	return err
}

// noCommand reports an argument that is none of the commands.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near := spell.Nearest(args[0], names); near != "" {
		return fmt.Errorf("unknown command %q (did you mean %q?)", args[0], near)
	}
	return fmt.Errorf("unknown command %q, want %s", args[0], orList(names))
}

// args makes the errors of a check of arguments usage errors.
func (a *app) args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &usageError{cmd, err}
		}
		return nil
	}
}

// named checks that the arguments are as many as a command has names for, and
// that none is empty, as a variable of a shell is that was never set.
func (a *app) named(names ...string) cobra.PositionalArgs {
	return a.args(func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return fmt.Errorf("argument %s is missing", names[len(args)])
		case len(args) > len(names):
			return fmt.Errorf("unexpected argument %q", args[len(names)])
		}
		if i := slices.Index(args, ""); i >= 0 {
			return fmt.Errorf("argument %s is empty", names[i])
		}
		return nil
	})
}

// choice is the value of a flag that has a few allowed values.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "string" }

func (c *choice) Set(s string) error {
	for _, v := range c.allowed {
		if s == v {
			c.value = s
			return nil
		}
	}
	return fmt.Errorf("want %s", orList(c.allowed))
}

// orList writes "a, b or c".
func orList(items []string) string {
	s := items[0]
	for i, item := range items[1:] {
		if i == len(items)-2 {
			s += " or " + item
		} else {
			s += ", " + item
		}
	}
	return s
}

// fixedValues lets shells complete the values of a flag.
func fixedValues(cmd *cobra.Command, flag string, c *choice) {
	// The error says that there is no such flag.
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

// terminal says whether w is a terminal.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colored says whether text on w is to have colors.
func (a *app) colored(w io.Writer) bool {
	switch a.color.value {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && terminal(w)
}
