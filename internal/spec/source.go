package spec

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Source is the text of a description.
type Source struct {
	Name string // as given by the user
	Text []byte

	lines []int // offset of each line
}

// NewSource prepares a text for look-ups by line.
func NewSource(name string, text []byte) *Source {
	s := &Source{Name: name, Text: text, lines: []int{0}}
	for i, c := range text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// Line is a line of the text, counted from 1, without its line end; "" beyond
// the text.
func (s *Source) Line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	end := len(s.Text)
	if n < len(s.lines) {
		end = s.lines[n] - 1
	}
	return strings.TrimSuffix(string(s.Text[s.lines[n-1]:end]), "\r")
}

// Load reads the description in a file, with the changes of sets applied
// (see Parse).
func Load(path string, sets []string) (*Spec, ErrorList) {
	f, err := os.Open(path)
	if err != nil {
		return nil, ErrorList{fileError(path, err)}
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, ErrorList{Errorf(Pos{File: path}, "is a directory, want a YAML or JSON file")}
	}
	s, errs := Read(path, f, sets)
	if s != nil {
		s.Dir = filepath.Dir(path)
	}
	return s, errs
}

// Read reads a description from r, which messages call name. Its relative
// paths start from the working directory.
func Read(name string, r io.Reader, sets []string) (*Spec, ErrorList) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, ErrorList{fileError(name, err)}
	}
	return Parse(name, text, sets)
}

// fileError turns an error of the file system into ours, without the name that
// it repeats.
func fileError(path string, err error) *Error {
	if pe, ok := err.(*os.PathError); ok {
		err = pe.Err
	}
	return Errorf(Pos{File: path}, "%v", err)
}

// checkText reports what makes a text unfit before its syntax is looked at,
// and gives the text without a byte order mark.
func checkText(name string, text []byte, errs *sink) ([]byte, bool) {
	if len(text) > maxBytes {
		errs.add(Pos{File: name}, "larger than %d MiB, the limit of a description, values of that size belong in weight files", maxBytes>>20)
		return nil, false
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if i := bytes.IndexByte(text, 0); i >= 0 {
		errs.add(position(name, text, i), "NUL byte: a description is UTF-8 text")
		return nil, false
	}
	if !utf8.Valid(text) {
		i := 0
		for i < len(text) {
			r, n := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			i += n
		}
		errs.add(position(name, text, i), "byte %#02x is not UTF-8", text[i])
		return nil, false
	}
	return text, true
}

// Print writes the errors for a person: each with its source line and a caret,
// as far as its file is among the sources.
func (l ErrorList) Print(w io.Writer, sources ...*Source) error {
	for _, e := range l {
		if _, err := fmt.Fprintf(w, "%s: %s\n%s", e.Pos, e.Msg, excerpt(e.Pos, sources)); err != nil {
			return err
		}
		for _, n := range e.Notes {
			if _, err := fmt.Fprintf(w, "%s: %s\n%s", n.Pos, n.Msg, excerpt(n.Pos, sources)); err != nil {
				return err
			}
		}
		if e.Hint != "" {
			if _, err := fmt.Fprintf(w, "  hint: %s\n", e.Hint); err != nil {
				return err
			}
		}
	}
	return nil
}

// excerpt shows the line of a place with a caret below, shortened around the
// caret, tabs as one space and control characters as '?'.
func excerpt(pos Pos, sources []*Source) string {
	const width, before = 110, 70
	for _, s := range sources {
		if s.Name != pos.File || pos.Line < 1 || pos.Line > len(s.lines) {
			continue
		}
		line := []rune(s.Line(pos.Line))
		col := min(max(pos.Col-1, 0), len(line))
		from, to := 0, len(line)
		if to > width {
			from = min(max(col-before, 0), to-width)
			to = from + width
		}
		shown := make([]rune, to-from)
		for i, r := range line[from:to] {
			switch {
			case r == '\t':
				r = ' '
			case r < ' ' || r >= 0x7f && r < 0xa0:
				r = '?'
			}
			shown[i] = r
		}
		number := fmt.Sprintf("%5d", pos.Line)
		out := fmt.Sprintf("%s | %s\n", number, string(shown))
		if pos.Col > 0 {
			out += fmt.Sprintf("%*s | %*s^\n", len(number), "", col-from, "")
		}
		return out
	}
	return ""
}
