package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/spell"
)

// Error is a mistake in a description.
type Error struct {
	Pos   Pos
	Msg   string
	Hint  string // what to write instead; "" for none
	Notes []Note // where it was reached from, innermost first
}

// Note is a further place that belongs to an error.
type Note struct {
	Pos Pos
	Msg string
}

// Errorf makes an Error without a hint.
func Errorf(pos Pos, format string, args ...any) *Error {
	return &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
}

// Error writes file:line:col: message, hint included.
func (e *Error) Error() string {
	s := e.Pos.String() + ": " + e.Msg
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// ErrorList is every mistake found in one run.
type ErrorList []*Error

// Add appends an error at pos.
func (l *ErrorList) Add(pos Pos, format string, args ...any) {
	*l = append(*l, Errorf(pos, format, args...))
}

// Sort puts the errors in the order of their places and drops repetitions.
func (l *ErrorList) Sort() {
	slices.SortStableFunc(*l, func(a, b *Error) int {
		return cmp.Or(
			strings.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col),
			strings.Compare(a.Msg, b.Msg))
	})
	*l = slices.CompactFunc(*l, func(a, b *Error) bool {
		return a.Pos == b.Pos && a.Msg == b.Msg
	})
}

// Err is the list as an error, nil if it is empty.
func (l ErrorList) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error writes one error a line.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// sink gathers the errors of one Parse, a bounded number of them.
type sink struct {
	list    ErrorList
	dropped int
	last    Pos // of the last error dropped
	nearest int
}

func (s *sink) report(e *Error) {
	if len(s.list) >= maxErrors {
		s.dropped++
		s.last = e.Pos
		return
	}
	s.list = append(s.list, e)
}

// count is the number of errors so far.
func (s *sink) count() int { return len(s.list) + s.dropped }

func (s *sink) add(pos Pos, format string, args ...any) {
	s.report(Errorf(pos, format, args...))
}

// unknown reports a name that is none of the candidates, with the nearest of
// them as a hint; all of them where they are few.
func (s *sink) unknown(pos Pos, candidates []string, name, format string, args ...any) {
	e := Errorf(pos, format, args...)
	s.nearest++
	if s.nearest <= maxNearest {
		e.Hint = suggest(name, candidates)
	}
	s.report(e)
}

// suggest names the candidate nearest to name, or lists a few candidates.
func suggest(name string, candidates []string) string {
	const few = 16
	if near := spell.Nearest(name, candidates); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	if len(candidates) == 0 || len(candidates) > few {
		return ""
	}
	return "want one of " + strings.Join(candidates, ", ")
}

// finish gives the sorted list.
func (s *sink) finish() ErrorList {
	s.list.Sort()
	if s.dropped > 0 {
		s.list.Add(s.last, "and %d more errors", s.dropped)
	}
	return s.list
}
