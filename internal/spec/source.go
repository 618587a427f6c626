package spec

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Source is the text of a description.
type Source struct {
	Name string // as given by the user
	Text string

	lines []int // offset of each line
}

// NewSource prepares a text for look-ups by line.
func NewSource(name, text string) *Source {
	s := &Source{Name: name, Text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
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
	return strings.TrimSuffix(s.Text[s.lines[n-1]:end], "\r")
}

// cursor finds columns in lines. It goes on from the last one found, so that
// places in the order of the text cost no more than the text: JSON is often
// one long line.
type cursor struct {
	src       *Source
	line, col int // col is 1-based
	offset    int // of col in the line
}

// seek gives the bytes of a line before and after a column.
func (c *cursor) seek(src *Source, line, col int) (before, after string) {
	if c.src != src || c.line != line || c.col > col {
		*c = cursor{src: src, line: line, col: 1}
	}
	text := src.Line(line)
	for c.col < col && c.offset < len(text) {
		_, size := utf8.DecodeRuneInString(text[c.offset:])
		c.offset += size
		c.col++
	}
	return text[:c.offset], text[c.offset:]
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
	var c cursor
	for _, e := range l {
		if _, err := fmt.Fprintf(w, "%s: %s\n%s", e.Pos, e.Msg, c.excerpt(e.Pos, sources)); err != nil {
			return err
		}
		for _, n := range e.Notes {
			if _, err := fmt.Fprintf(w, "%s: %s\n%s", n.Pos, n.Msg, c.excerpt(n.Pos, sources)); err != nil {
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

// excerpt shows the line of a place with a caret below, or what fits of it
// around the caret.
func (c *cursor) excerpt(pos Pos, sources []*Source) string {
	const width, most = 110, 70 // characters; at most so many before the caret
	i := slices.IndexFunc(sources, func(s *Source) bool { return s.Name == pos.File })
	if i < 0 || pos.Line < 1 || pos.Line > len(sources[i].lines) {
		return ""
	}
	before, after := c.seek(sources[i], pos.Line, pos.Col)
	right := firstRunes(after, width)
	left := lastRunes(before, max(most, width-len(right)))
	right = right[:min(len(right), width-len(left))]
	number := fmt.Sprintf("%5d", pos.Line)
	out := fmt.Sprintf("%s | %s%s\n", number, string(left), string(right))
	if pos.Col > 0 {
		out += fmt.Sprintf("%*s | %*s^\n", len(number), "", len(left), "")
	}
	return out
}

// firstRunes gives up to n characters from the start of s, fit for a terminal.
func firstRunes(s string, n int) []rune {
	var out []rune
	for _, r := range s {
		if len(out) == n {
			break
		}
		out = append(out, shown(r))
	}
	return out
}

// lastRunes gives up to n characters from the end of s, fit for a terminal.
func lastRunes(s string, n int) []rune {
	var out []rune
	for s != "" && len(out) < n {
		r, size := utf8.DecodeLastRuneInString(s)
		out = append(out, shown(r))
		s = s[:len(s)-size]
	}
	slices.Reverse(out)
	return out
}

// shown is what stands for a character in an excerpt: tabs take one column,
// control characters must not reach a terminal.
func shown(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case isControl(r):
		return '?'
	}
	return r
}
