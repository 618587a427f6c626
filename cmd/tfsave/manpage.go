package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// exitStatus is the section on exit codes, in every page.
var exitStatus = []struct {
	code int
	text string
}{
	{exitOK, "All went well."},
	{exitFindings, "There are findings, or a difference."},
	{exitUsage, "A mistake in the command line, in a setting or in a description."},
	{exitIO, "Failed input or output, or a damaged file."},
}

// manPage writes the man page of a command. It has no date: the same commands
// give the same bytes.
func manPage(cmd *cobra.Command) string {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	p := &roff{}
	p.macro("TH", strings.ToUpper(pageName(cmd)), "1", "", "tfsave", "tfsave manual")
	p.macro("SH", "NAME")
	p.line(pageName(cmd) + " - " + strings.ToLower(cmd.Short[:1]) + cmd.Short[1:])
	p.macro("SH", "SYNOPSIS")
	p.synopsis(cmd)
	p.macro("SH", "DESCRIPTION")
	p.prose(cmd.Long)
	p.commands(cmd)
	p.options("OPTIONS", cmd.NonInheritedFlags())
	p.options("GLOBAL OPTIONS", cmd.InheritedFlags())
	if cmd.Example != "" {
		p.macro("SH", "EXAMPLES")
		p.prose(cmd.Example)
	}
	p.settings()
	p.macro("SH", "EXIT STATUS")
	for _, e := range exitStatus {
		p.term(fmt.Sprint(e.code), e.text)
	}
	p.seeAlso(cmd)
	return p.String()
}

// pageName is the name of a command's page: tfsave-export.
func pageName(cmd *cobra.Command) string {
	return strings.ReplaceAll(cmd.CommandPath(), " ", "-")
}

// roff writes the language of man pages (man(7)).
type roff struct{ strings.Builder }

// macro writes a request with its arguments.
func (p *roff) macro(name string, args ...string) {
	p.WriteString("." + name)
	for _, a := range args {
		p.WriteString(` "` + roffEscape(a) + `"`)
	}
	p.WriteByte('\n')
}

// line writes a line of text.
func (p *roff) line(text string) {
	text = roffEscape(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	p.WriteString(text + "\n")
}

// roffEscape keeps characters from having a meaning to roff; hyphens stay
// what one types.
func roffEscape(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`).Replace(s)
}

// term writes an item of a list of terms.
func (p *roff) term(term, text string) {
	p.macro("TP")
	p.macro("B", term)
	p.line(text)
}

// prose writes text that is made for a terminal: paragraphs are parted by empty
// lines, and indented lines stay as they are.
func (p *roff) prose(text string) {
	literal := false
	for _, l := range strings.Split(text, "\n") {
		indented := strings.HasPrefix(l, "  ")
		if indented != literal && l != "" {
			if literal = indented; literal {
				p.macro("RS", "2")
				p.macro("nf")
			} else {
				p.macro("fi")
				p.macro("RE")
			}
		}
		switch {
		case l != "":
			p.line(strings.TrimPrefix(l, "  "))
		case literal:
			p.macro("sp")
		default:
			p.macro("PP")
		}
	}
	if literal {
		p.macro("fi")
		p.macro("RE")
	}
}

func (p *roff) synopsis(cmd *cobra.Command) {
	if cmd.HasAvailableSubCommands() {
		p.macro("B", cmd.CommandPath())
		p.line("COMMAND [OPTIONS]")
		return
	}
	p.macro("B", cmd.CommandPath())
	p.line("[OPTIONS]" + strings.TrimPrefix(cmd.Use, cmd.Name()))
}

func (p *roff) commands(cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	p.macro("SH", "COMMANDS")
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			p.term(c.CommandPath(), c.Short+".")
		}
	}
}

func (p *roff) options(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	p.macro("SH", title)
	flags.VisitAll(func(f *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		if value != "" {
			term += " " + value
		}
		p.term(term, strings.ReplaceAll(usage, "\n", " ")+".")
	})
}

func (p *roff) settings() {
	p.macro("SH", "ENVIRONMENT")
	p.prose("Every option but --set, --dry-run and --help can be set by a variable: " +
		envPrefix + "_LOG_FORMAT stands for --log-format. The command line comes first, then the environment, then the configuration file.")
	p.term("NO_COLOR", "If not empty, no colors are used unless --color says so.")
	p.macro("SH", "FILES")
	p.term("$XDG_CONFIG_HOME/tfsave/config.yaml", "Settings: a mapping of the names of options, without --, to their values.")
}

func (p *roff) seeAlso(cmd *cobra.Command) {
	var pages []string
	if cmd.HasParent() {
		pages = append(pages, pageName(cmd.Parent())+"(1)")
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			pages = append(pages, pageName(c)+"(1)")
		}
	}
	p.macro("SH", "SEE ALSO")
	p.line(strings.Join(pages, ", "))
}
