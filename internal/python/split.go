package python

import "strings"

// Block is a top-level statement of a file, as text.
type Block struct {
	Start, End int    // byte offsets; End is after the last line end
	Line       int    // of Start, from 1
	Name       string // bound by a def, a class or "name = value", else ""
	Text       string // of the file from Start to End; for ParseAt
}

// SplitTopLevel cuts a file into its top-level statements without parsing
// them. Decorators stay with their def, the clauses of a compound statement
// with its head. Comments and blank lines between statements are left out.
// The blocks of a file that does not parse are not specified; those of one
// that does give the same statements, one by one.
func SplitTopLevel(src string) []Block {
	s := &splitter{src: src, line: 1}
	if strings.HasPrefix(src, byteOrderMark) {
		s.off = len(byteOrderMark)
	}
	var blocks []Block
	extend := false // the next line belongs to the last block: a decorator's def
	for s.off < len(src) {
		start, line := s.off, s.line
		head := s.logicalLine()
		switch {
		case head == headBlank:
			continue
		case len(blocks) > 0 && (extend || head == headIndented || head == headClause):
			b := &blocks[len(blocks)-1]
			b.End = s.off
			if extend {
				b.Name = boundName(src[start:s.off])
			}
		default:
			blocks = append(blocks, Block{Start: start, End: s.off, Line: line, Name: boundName(src[start:s.off])})
		}
		extend = head == headDecorator
	}
	for i, b := range blocks {
		blocks[i].Text = src[b.Start:b.End]
	}
	return blocks
}

// head is what a logical line starts with.
type head uint8

const (
	headBlank     head = iota // or a comment
	headIndented              // space
	headClause                // else, elif, except, finally
	headDecorator             // "@"
	headOther
)

// splitter passes logical lines.
type splitter struct {
	src  string
	off  int
	line int // of off
}

// logicalLine passes a line with all that belongs to it: brackets, strings
// and lines joined by a backslash.
func (s *splitter) logicalLine() head {
	h := s.head()
	depth := 0
	for s.off < len(s.src) {
		c := s.src[s.off]
		s.off++
		switch c {
		case '\n':
			s.line++
			if depth == 0 {
				return h
			}
		case '\r':
			if s.off < len(s.src) && s.src[s.off] == '\n' {
				continue
			}
			s.line++
			if depth == 0 {
				return h
			}
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth > 0 {
				depth--
			}
		case '#':
			if i := strings.IndexAny(s.src[s.off:], "\r\n"); i >= 0 {
				s.off += i
			} else {
				s.off = len(s.src)
			}
		case '\\':
			s.pass()
		case '\'', '"':
			s.str(c)
		}
	}
	return h
}

// pass passes a character after a backslash, which may be a line end.
func (s *splitter) pass() {
	if s.off == len(s.src) {
		return
	}
	c := s.src[s.off]
	s.off++
	if c == '\r' && s.off < len(s.src) && s.src[s.off] == '\n' {
		s.off++
	}
	if c == '\r' || c == '\n' {
		s.line++
	}
}

// str passes a string whose first quote has been passed.
func (s *splitter) str(quote byte) {
	isQuote := func(i int) bool { return i < len(s.src) && s.src[i] == quote }
	triple := isQuote(s.off) && isQuote(s.off+1)
	if triple {
		s.off += 2
	}
	for s.off < len(s.src) {
		c := s.src[s.off]
		switch {
		case c == '\\':
			s.off++
			s.pass()
			continue
		case c == quote && !triple:
			s.off++
			return
		case c == quote && isQuote(s.off+1) && isQuote(s.off+2):
			s.off += 3
			return
		case c == '\n', c == '\r' && (s.off+1 == len(s.src) || s.src[s.off+1] != '\n'):
			if !triple {
				return // unterminated
			}
			s.line++
		}
		s.off++
	}
}

// head looks at the start of a line. Form feeds do not indent.
func (s *splitter) head() head {
	rest := strings.TrimLeft(s.src[s.off:], "\f")
	trimmed := strings.TrimLeft(rest, " \t\f")
	switch {
	case trimmed == "", trimmed[0] == '\n', trimmed[0] == '\r', trimmed[0] == '#':
		return headBlank
	case len(trimmed) < len(rest):
		return headIndented
	case rest[0] == '@':
		return headDecorator
	}
	switch keyword(word(rest)) {
	case tElse, tElif, tExcept, tFinally:
		return headClause
	}
	return headOther
}

// word returns the identifier that text starts with.
func word(text string) string {
	i := 0
	for i < len(text) && identByte[text[i]] {
		i++
	}
	return text[:i]
}

// boundName returns the name that a statement binds.
func boundName(text string) string {
	blanks := func(text string) string { return strings.TrimLeft(text, " \t\f\\\r\n") }
	text = blanks(text)
	first := word(text)
	rest := blanks(text[len(first):])
	switch {
	case first == "async":
		return boundName(rest)
	case first == "def", first == "class":
		return word(rest)
	case first != "" && strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "=="):
		return first
	}
	return ""
}
