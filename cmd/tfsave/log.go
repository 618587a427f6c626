package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/tfsave/tfsave/internal/spec"
)

// logger writes messages for programs, one JSON object a line.
func (a *app) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(a.err, nil))
}

// logInfo says what was done: text to people; msg with attrs, as slog takes
// them, to programs.
func (a *app) logInfo(text, msg string, attrs ...any) {
	switch {
	case a.quiet:
	case a.logFormat.value == "json":
		a.logger().Info(msg, attrs...)
	default:
		fmt.Fprintln(a.err, text)
	}
}

// logError tells of an error that is not one of a description.
func (a *app) logError(err error) {
	if a.logFormat.value == "json" {
		a.logger().Error(err.Error())
		return
	}
	fmt.Fprintf(a.err, "tfsave: %v\n", err)
}

// logDescription tells of the mistakes in a description.
func (a *app) logDescription(errs spec.ErrorList) {
	if a.logFormat.value == "json" {
		for _, e := range errs {
			attrs := []any{"file", e.Pos.File}
			if e.Pos.Line > 0 {
				attrs = append(attrs, "line", e.Pos.Line, "column", e.Pos.Col)
			}
			if e.Hint != "" {
				attrs = append(attrs, "hint", e.Hint)
			}
			for _, n := range e.Notes {
				attrs = append(attrs, "note", n.Pos.String()+": "+n.Msg)
			}
			a.logger().Error(e.Msg, attrs...)
		}
		return
	}
	errs.Print(a.err, a.sources(errs)...)
	fmt.Fprintf(a.err, "tfsave: %s\n", count(len(errs), "error"))
}

// sources gives the texts that errors point into: the description, and the
// Python files of its functions.
func (a *app) sources(errs spec.ErrorList) []*spec.Source {
	var sources []*spec.Source
	if a.source != nil {
		sources = append(sources, a.source)
	}
	add := func(pos spec.Pos) {
		known := slices.ContainsFunc(sources, func(s *spec.Source) bool { return s.Name == pos.File })
		if known || pos.Line == 0 || filepath.Ext(pos.File) != ".py" {
			return
		}
		if text, err := readSource(pos.File); err == nil {
			sources = append(sources, spec.NewSource(pos.File, text))
		}
	}
	for _, e := range errs {
		add(e.Pos)
		for _, n := range e.Notes {
			add(n.Pos)
		}
	}
	return sources
}

// readSource reads a source file, of which no more is needed than what a
// message can point to.
func readSource(path string) (string, error) {
	const most = 1 << 24
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most))
	return string(text), err
}

// count writes "1 error", "2 errors".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// byteSize writes a number of bytes with the unit that suits it.
func byteSize(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	v, i := float64(n)/unit, 0
	for v >= unit && i < 3 {
		v /= unit
		i++
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGT"[i])
}
