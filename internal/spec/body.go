package spec

import (
	"strings"
	"unicode/utf8"
)

// Body is the Python text of a function, with the way back to the file.
type Body struct {
	Pos  Pos // of the scalar that holds it
	Text string

	segments []segment
}

// segment says that from line, col of the body on (to the end of the line or
// to the next segment) characters stand one by one from at on in the file.
type segment struct {
	line, col int
	at        Pos
	whole     bool // all characters stand at the same place
}

// Position gives the place in the file of a line and column of the body, both
// 1-based, columns in characters.
func (b *Body) Position(line, col int) Pos {
	best := b.Pos
	for _, s := range b.segments {
		if s.line > line || s.line == line && s.col > col {
			break
		}
		best = s.at
		if s.line == line && !s.whole {
			best.Col += col - s.col
		}
	}
	return best
}

// newBody maps the text of a scalar to its places in the source, by reading
// the scalar once more the way YAML does. Where that does not give the text
// again (it was set on the command line) every place is the scalar's.
func (d *decoder) newBody(n *node) *Body {
	b := &Body{Pos: n.pos, Text: n.text}
	if n.pos.File != d.src.Name || n.pos.Line == 0 {
		return b
	}
	_, rest := d.bodies.seek(d.src, n.pos.Line, n.pos.Col)
	s := &scanner{src: d.src, line: n.pos.Line, rest: rest, col: n.pos.Col}
	s.skipProperties()
	switch n.style {
	case literal, folded:
		s.block(n.text)
	case plain:
		s.flow(func() (rune, bool) { return s.char() }, len(n.text))
	case singleQuoted:
		s.skip(1)
		s.flow(s.singleQuoted, len(n.text))
	case doubleQuoted, jsonQuoted:
		s.skip(1)
		s.flow(s.doubleQuoted, len(n.text))
	}
	if s.out.String() == n.text {
		b.segments = s.segments
	}
	return b
}

// scanner reads a scalar from its source, and notes where each character of
// the value came from.
type scanner struct {
	src  *Source
	line int // in the source
	col  int
	rest string // of the source line

	out             strings.Builder
	outLine, outCol int // 0-based place of the next character of the value
	next            Pos // where that one stands if it follows on
	segments        []segment
}

func (s *scanner) pos() Pos { return Pos{s.src.Name, s.line, s.col} }

// skip passes over n characters of the line.
func (s *scanner) skip(n int) {
	for ; n > 0 && s.rest != ""; n-- {
		_, size := utf8.DecodeRuneInString(s.rest)
		s.rest = s.rest[size:]
		s.col++
	}
}

func (s *scanner) skipSpace() {
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\t') {
		s.skip(1)
	}
}

// newline goes to the next line of the source, false at the end of the text.
func (s *scanner) newline() bool {
	if s.line >= len(s.src.lines) {
		return false
	}
	s.line++
	s.col, s.rest = 1, s.src.Line(s.line)
	return true
}

// skipProperties passes over the anchor and the tag before a scalar.
func (s *scanner) skipProperties() {
	for s.rest != "" && (s.rest[0] == '&' || s.rest[0] == '!') {
		i := strings.IndexAny(s.rest, " \t")
		if i < 0 {
			s.newline()
		} else {
			s.skip(utf8.RuneCountInString(s.rest[:i]))
		}
		s.skipSpace()
	}
}

// emit adds a character of the value that stands at from.
func (s *scanner) emit(r rune, from Pos) {
	if s.outCol == 0 || from != s.next {
		s.segments = append(s.segments, segment{line: s.outLine + 1, col: s.outCol + 1, at: from})
	}
	s.next = from
	s.next.Col++
	s.out.WriteRune(r)
	s.outCol++
	if r == '\n' {
		s.outLine++
		s.outCol = 0
	}
}

// block reads | and > scalars. The lines of the value are ends of the lines of
// the source, so the indentation need not be known; > joins lines.
func (s *scanner) block(text string) {
	for s.out.Len() < len(text) && s.newline() {
		rest := text[s.out.Len():]
		content := strings.TrimLeft(s.rest, " ")
		// Line ends, and the space that > makes of one, belong to no line.
		for content != "" && rest != "" && !strings.HasPrefix(strings.TrimLeft(rest, " "), content) {
			if rest[0] != '\n' && rest[0] != ' ' {
				return
			}
			s.emit(rune(rest[0]), s.pos())
			rest = rest[1:]
		}
		indent := len(rest) - len(strings.TrimLeft(rest, " "))
		s.skip(max(len(s.rest)-len(content)-indent, 0))
		for s.rest != "" && rest != "" && rest[0] == s.rest[0] {
			r, size := utf8.DecodeRuneInString(rest)
			at := s.pos()
			s.skip(1)
			s.emit(r, at)
			rest = rest[size:]
		}
		if strings.HasPrefix(rest, "\n") {
			s.emit('\n', s.pos())
		}
	}
	for s.out.Len() < len(text) {
		r, _ := utf8.DecodeRuneInString(text[s.out.Len():])
		s.emit(r, s.pos())
	}
}

// flow reads plain and quoted scalars of size bytes, whose line ends are
// folded: one is a space, n+1 are n line ends. char gives the next character
// of the line, false where the scalar ends.
func (s *scanner) flow(char func() (rune, bool), size int) {
	for s.out.Len() < size {
		if strings.TrimLeft(s.rest, " \t") == "" {
			if !s.fold() {
				return
			}
			continue
		}
		at := s.pos()
		r, ok := char()
		if !ok {
			return
		}
		if r >= 0 {
			s.emit(r, at)
		}
	}
}

// fold passes over a line end, with the empty lines after it and the
// indentation of the next.
func (s *scanner) fold() bool {
	at := s.pos()
	empty := 0
	for {
		if !s.newline() {
			return false
		}
		s.skipSpace()
		if s.rest != "" {
			break
		}
		empty++
	}
	if empty == 0 {
		s.emit(' ', at)
	}
	for range empty {
		s.emit('\n', at)
	}
	return true
}

func (s *scanner) char() (rune, bool) {
	r, size := utf8.DecodeRuneInString(s.rest)
	s.rest = s.rest[size:]
	s.col++
	return r, size > 0
}

func (s *scanner) singleQuoted() (rune, bool) {
	if strings.HasPrefix(s.rest, "''") {
		s.skip(1)
	} else if s.rest[0] == '\'' {
		return 0, false
	}
	return s.char()
}

// simpleEscapes are the escapes of one character in double quotes (YAML 1.2.2,
// section 5.7).
var simpleEscapes = map[byte]rune{
	'0': 0, 'a': '\a', 'b': '\b', 't': '\t', '\t': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r', 'e': 0x1b,
	' ': ' ', '"': '"', '/': '/', '\\': '\\', 'N': 0x85, '_': 0xa0, 'L': 0x2028, 'P': 0x2029,
}

// hexEscapes are the escapes that take hexadecimal digits.
var hexEscapes = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// doubleQuoted gives a negative character for an escaped line end, which is no
// character of the value.
func (s *scanner) doubleQuoted() (rune, bool) {
	switch {
	case s.rest[0] == '"':
		return 0, false
	case s.rest[0] != '\\':
		return s.char()
	case len(s.rest) == 1:
		s.newline()
		s.skipSpace()
		return -1, true
	}
	c := s.rest[1]
	if r, ok := simpleEscapes[c]; ok {
		s.skip(2)
		return r, true
	}
	if c == 'u' {
		if r, n, err := jsonEscape([]byte(s.rest[:min(len(s.rest), 12)])); err == nil {
			s.skip(n)
			return r, true
		}
	}
	digits := hexEscapes[c]
	r, ok := hexRune([]byte(s.rest[2:min(len(s.rest), 2+digits)]), digits)
	s.skip(2 + digits)
	return r, ok && digits > 0
}
