package python

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of CPython 3.11 (Parser/tokenizer.h).
const (
	maxBrackets = 200
	maxIndents  = 100
)

// maxSource keeps offsets within an int32.
const maxSource = 1 << 30

const byteOrderMark = "\ufeff"

// scanner cuts a text into tokens.
type scanner struct {
	src       string
	off       int   // of the next byte
	line      int32 // of the next byte
	lineStart int   // offset at which a rune would have column 1
	wide      int   // UTF-8 continuation bytes from lineStart to off

	toks     []token
	indents  []indent
	brackets []bracket
	nested   bool // the text stands inside brackets: an expression of an f-string
}

// indent is the width of a block's indentation: with tabs to multiples of 8,
// and with tabs as wide as a space. Tabs and spaces are mixed consistently if
// both agree on which line is deeper.
type indent struct{ col, alt int }

// bracket is an open bracket.
type bracket struct {
	open byte
	at   span
}

// scan returns the tokens of src, the last being tEOF. The result ends early
// with an error at the first mistake. unclosed is the bracket, if any, that
// is open at the end.
func scan(src string, firstLine int) (toks []token, unclosed *bracket, err *SyntaxError) {
	s := &scanner{src: src, line: int32(firstLine)}
	if len(src) > maxSource {
		return nil, nil, s.errorf(s.here(), "source of %d bytes is too large", len(src))
	}
	if strings.HasPrefix(src, byteOrderMark) {
		s.off = len(byteOrderMark)
		s.lineStart = s.off
	}
	if i := strings.IndexByte(src, 0); i >= 0 {
		return nil, nil, s.errorf(s.advance(i), "source code cannot contain null bytes")
	}
	if !utf8.ValidString(src) {
		i := s.off
		for {
			r, n := utf8.DecodeRuneInString(src[i:])
			if r == utf8.RuneError && n <= 1 {
				break
			}
			i += n
		}
		return nil, nil, s.errorf(s.advance(i), "source code is not UTF-8: invalid byte 0x%02x", src[i])
	}
	// A token takes three to four bytes of source.
	s.toks = make([]token, 0, len(src)/3+8)
	err = s.run()
	if n := len(s.brackets); n > 0 {
		unclosed = &s.brackets[n-1]
	}
	return s.toks, unclosed, err
}

// scanNested returns the tokens of src[off:end], which stands inside brackets
// and starts at the given place.
func scanNested(src string, off, end int, at Pos) ([]token, *SyntaxError) {
	s := &scanner{
		src: src[:end], off: off, nested: true,
		line: int32(at.Line), lineStart: off - at.Col + 1,
	}
	err := s.run()
	return s.toks, err
}

func (s *scanner) col() int32 {
	return int32(s.off - s.lineStart - s.wide + 1)
}

// here is the empty span at the next byte.
func (s *scanner) here() span {
	col := s.col()
	return span{s.line, col, s.line, col}
}

// advance moves to offset to and returns the span of the byte there.
func (s *scanner) advance(to int) span {
	for s.off < to {
		s.step()
	}
	at := s.here()
	at.endCol++
	return at
}

// step passes one byte, counting lines and runes.
func (s *scanner) step() {
	c := s.src[s.off]
	s.off++
	switch {
	case c == '\n', c == '\r' && (s.off == len(s.src) || s.src[s.off] != '\n'):
		s.line++
		s.lineStart, s.wide = s.off, 0
	case c&0xc0 == 0x80:
		s.wide++
	}
}

func (s *scanner) errorf(at span, format string, args ...any) *SyntaxError {
	return &SyntaxError{Pos: at.Pos(), End: at.End(), Msg: fmt.Sprintf(format, args...)}
}

// peek returns the byte n after the next one, 0 past the end.
func (s *scanner) peek(n int) byte {
	if s.off+n < len(s.src) {
		return s.src[s.off+n]
	}
	return 0
}

// emit adds the token that started at offset start, column col of this line.
func (s *scanner) emit(k kind, start int, col int32) {
	s.toks = append(s.toks, token{
		span: span{s.line, col, s.line, s.col()},
		off:  int32(start), end: int32(s.off), kind: k,
	})
}

// newline passes a line end, if there is one.
func (s *scanner) newline() bool {
	switch s.peek(0) {
	case '\r':
		if s.peek(1) == '\n' {
			s.step()
		}
		s.step()
		return true
	case '\n':
		s.step()
		return true
	}
	return false
}

func (s *scanner) skipComment() {
	if i := strings.IndexAny(s.src[s.off:], "\r\n"); i >= 0 {
		s.off += i
		return // nothing follows on the line, so its columns do not matter
	}
	s.advance(len(s.src))
}

func (s *scanner) run() *SyntaxError {
	lineStart := !s.nested
	for {
		if lineStart {
			lineStart = false
			if err := s.indentation(); err != nil {
				return err
			}
		}
		for s.off < len(s.src) && (s.src[s.off] == ' ' || s.src[s.off] == '\t' || s.src[s.off] == '\f') {
			s.off++
		}
		if s.off == len(s.src) {
			s.finish()
			return nil
		}
		start, col, c := s.off, s.col(), s.src[s.off]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c >= utf8.RuneSelf:
			if err := s.name(start, col); err != nil {
				return err
			}
		case '0' <= c && c <= '9', c == '.' && isDigit(s.peek(1)):
			if err := s.number(start, col); err != nil {
				return err
			}
		case c == '"', c == '\'':
			if err := s.str(start, col); err != nil {
				return err
			}
		case c == '\n', c == '\r':
			if s.nested || len(s.brackets) > 0 {
				s.newline()
				continue
			}
			s.off++
			s.emit(tNewline, start, col)
			s.off--
			s.newline()
			lineStart = true
		case c == '#':
			s.skipComment()
		case c == '\\':
			if err := s.continuation(); err != nil {
				return err
			}
		default:
			if err := s.operator(start, col); err != nil {
				return err
			}
		}
	}
}

// finish adds the tokens that close the text.
func (s *scanner) finish() {
	if !s.nested && len(s.brackets) == 0 {
		if n := len(s.toks); n > 0 && s.toks[n-1].kind != tNewline && s.toks[n-1].kind != tDedent {
			s.emit(tNewline, s.off, s.col())
		}
		for ; len(s.indents) > 1; s.indents = s.indents[:len(s.indents)-1] {
			s.emit(tDedent, s.off, s.col())
		}
	}
	s.emit(tEOF, s.off, s.col())
}

// continuation passes a backslash that joins two lines.
func (s *scanner) continuation() *SyntaxError {
	s.off++
	at := s.here()
	if !s.newline() && s.off < len(s.src) {
		at.endCol++
		return s.errorf(at, "unexpected character after line continuation character")
	}
	if s.off == len(s.src) {
		return s.errorf(at, "unexpected EOF while parsing")
	}
	return nil
}

// indentation passes blank lines and the indentation of the first other line,
// whose width it compares with the open blocks. The first line of a text sets
// the width of the outermost block.
func (s *scanner) indentation() *SyntaxError {
	var in indent
	cont := indent{col: -1}
loop:
	for s.off < len(s.src) {
		switch s.src[s.off] {
		case ' ':
			in.col++
			in.alt++
			s.off++
		case '\t':
			in.col = (in.col/8 + 1) * 8
			in.alt++
			s.off++
		case '\f':
			in = indent{}
			s.off++
		case '\\':
			// The line on which a backslash stands has the say.
			if cont.col < 0 {
				cont = in
			}
			if err := s.continuation(); err != nil {
				return err
			}
		case '#':
			s.skipComment()
		case '\r', '\n':
			s.newline()
			in, cont = indent{}, indent{col: -1}
		default:
			break loop
		}
	}
	if s.off == len(s.src) {
		return nil
	}
	if cont.col >= 0 {
		in = cont
	}
	if len(s.indents) == 0 {
		s.indents = append(s.indents, in)
		return nil
	}
	top := s.indents[len(s.indents)-1]
	if in.col > top.col {
		if len(s.indents) >= maxIndents {
			return s.errorf(s.here(), "too many levels of indentation")
		}
		if in.alt <= top.alt {
			return s.tabError()
		}
		s.indents = append(s.indents, in)
		s.emit(tIndent, s.off, s.col())
		return nil
	}
	for in.col < top.col && len(s.indents) > 1 {
		s.indents = s.indents[:len(s.indents)-1]
		top = s.indents[len(s.indents)-1]
		s.emit(tDedent, s.off, s.col())
	}
	if in.col != top.col {
		return s.errorf(s.here(), "unindent does not match any outer indentation level")
	}
	if in.alt != top.alt {
		return s.tabError()
	}
	return nil
}

func (s *scanner) tabError() *SyntaxError {
	return s.errorf(s.here(), "inconsistent use of tabs and spaces in indentation")
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// identByte has the bytes that an identifier may have after its first; which
// of the characters beyond ASCII are fine is checked by checkName.
var identByte = func() (t [256]bool) {
	for c := range t {
		t[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c >= utf8.RuneSelf
	}
	return t
}()

// name scans an identifier, a keyword, or a string with a prefix.
func (s *scanner) name(start int, col int32) *SyntaxError {
	i, ascii := start, true
	for i < len(s.src) && identByte[s.src[i]] {
		if s.src[i] >= utf8.RuneSelf {
			ascii = false
		}
		i++
	}
	text := s.src[start:i]
	if !ascii {
		if err := s.checkName(text); err != nil {
			return err
		}
		s.wide += len(text) - utf8.RuneCountInString(text)
	}
	s.off = i
	if i < len(s.src) && (s.src[i] == '"' || s.src[i] == '\'') && isStringPrefix(text) {
		return s.str(start, col)
	}
	s.emit(keyword(text), start, col)
	return nil
}

func isStringPrefix(text string) bool {
	switch len(text) {
	case 1:
		return strings.ContainsAny(text, "rRbBfFuU")
	case 2:
		a, b := text[0]|0x20, text[1]|0x20
		return a == 'r' && (b == 'b' || b == 'f') || b == 'r' && (a == 'b' || a == 'f')
	}
	return false
}

// checkName checks the characters of an identifier against XID_Start and
// XID_Continue. Identifiers are not normalized to NFKC.
func (s *scanner) checkName(text string) *SyntaxError {
	for i, r := range text {
		if r == '_' || unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Other_ID_Start) ||
			i > 0 && unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) {
			continue
		}
		return s.badCharacter(s.advance(s.off+i), r)
	}
	return nil
}

func (s *scanner) badCharacter(at span, r rune) *SyntaxError {
	if unicode.IsPrint(r) {
		return s.errorf(at, "invalid character '%c' (%U)", r, r)
	}
	return s.errorf(at, "invalid non-printable character %U", r)
}

// str scans a string whose prefix, if any, has been passed.
func (s *scanner) str(start int, col int32) *SyntaxError {
	tok := token{span: span{line: s.line, col: col}, off: int32(start), kind: tString}
	quote := s.src[s.off]
	triple := s.peek(1) == quote && s.peek(2) == quote
	if triple {
		s.off += 3
	} else {
		s.off++
	}
	for {
		if s.off >= len(s.src) {
			return s.unterminated(tok, triple)
		}
		c := s.src[s.off]
		switch {
		case c == quote:
			if !triple {
				s.off++
			} else if s.peek(1) == quote && s.peek(2) == quote {
				s.off += 3
			} else {
				s.off++
				continue
			}
			tok.end, tok.endLine, tok.endCol = int32(s.off), s.line, s.col()
			s.toks = append(s.toks, tok)
			return nil
		case c == '\\':
			s.off++
			if !s.newline() && s.off < len(s.src) {
				s.step()
			}
		case c == '\n', c == '\r':
			if !triple {
				return s.unterminated(tok, triple)
			}
			s.newline()
		case c >= utf8.RuneSelf:
			s.step()
		default:
			s.off++
		}
	}
}

func (s *scanner) unterminated(tok token, triple bool) *SyntaxError {
	at := tok.span
	at.endLine, at.endCol = at.line, at.col+1
	what := ""
	last := s.line
	if triple {
		what = "triple-quoted "
		if s.off > 0 && s.col() == 1 {
			last-- // the text ends with a line end
		}
	}
	return s.errorf(at, "unterminated %sstring literal (detected at line %d)", what, last)
}

// operator scans punctuation, the longest that fits.
func (s *scanner) operator(start int, col int32) *SyntaxError {
	c, c1, c2 := s.src[start], s.peek(1), s.peek(2)
	k, n := tInvalid, 1
	// withEqual is an operator that may be followed by "=".
	withEqual := func(width int, plain, augmented kind) {
		k, n = plain, width
		if s.peek(width) == '=' {
			k, n = augmented, width+1
		}
	}
	switch c {
	case '(', '[', '{':
		if len(s.brackets) >= maxBrackets {
			return s.errorf(span{s.line, col, s.line, col + 1}, "too many nested parentheses")
		}
		k = bracketKind(c, tLpar, tLsqb, tLbrace)
		s.brackets = append(s.brackets, bracket{c, span{s.line, col, s.line, col + 1}})
	case ')', ']', '}':
		k = bracketKind(c, tRpar, tRsqb, tRbrace)
		if err := s.closeBracket(c, col); err != nil {
			return err
		}
	case ',':
		k = tComma
	case ';':
		k = tSemi
	case '~':
		k = tTilde
	case '.':
		k = tDot
		if c1 == '.' && c2 == '.' {
			k, n = tEllipsis, 3
		}
	case ':':
		withEqual(1, tColon, tWalrus)
	case '=':
		withEqual(1, tEqual, tEqEq)
	case '!':
		withEqual(1, tInvalid, tNotEq)
	case '+':
		withEqual(1, tAdd, tAugAdd)
	case '@':
		withEqual(1, tMatMult, tAugMatMult)
	case '%':
		withEqual(1, tMod, tAugMod)
	case '|':
		withEqual(1, tBitOr, tAugBitOr)
	case '^':
		withEqual(1, tBitXor, tAugBitXor)
	case '&':
		withEqual(1, tBitAnd, tAugBitAnd)
	case '-':
		if c1 == '>' {
			k, n = tArrow, 2
		} else {
			withEqual(1, tSub, tAugSub)
		}
	case '*':
		if c1 == '*' {
			withEqual(2, tPow, tAugPow)
		} else {
			withEqual(1, tMult, tAugMult)
		}
	case '/':
		if c1 == '/' {
			withEqual(2, tFloorDiv, tAugFloorDiv)
		} else {
			withEqual(1, tDiv, tAugDiv)
		}
	case '<':
		if c1 == '<' {
			withEqual(2, tLShift, tAugLShift)
		} else if c1 == '>' {
			// Scanned as one token, which no rule accepts.
			k, n = tInvalid, 2
		} else {
			withEqual(1, tLess, tLessEq)
		}
	case '>':
		if c1 == '>' {
			withEqual(2, tRShift, tAugRShift)
		} else {
			withEqual(1, tGreater, tGreaterEq)
		}
	default:
		if !unicode.IsPrint(rune(c)) {
			return s.badCharacter(span{s.line, col, s.line, col + 1}, rune(c))
		}
	}
	s.off += n
	s.emit(k, start, col)
	return nil
}

// bracketKind returns the kind for the round, square or curly bracket c.
func bracketKind(c byte, round, square, curly kind) kind {
	switch c {
	case '(', ')':
		return round
	case '[', ']':
		return square
	}
	return curly
}

func (s *scanner) closeBracket(c byte, col int32) *SyntaxError {
	at := span{s.line, col, s.line, col + 1}
	n := len(s.brackets)
	if n == 0 {
		return s.errorf(at, "unmatched '%c'", c)
	}
	open := s.brackets[n-1]
	if bracketKind(open.open, tLpar, tLsqb, tLbrace) != bracketKind(c, tLpar, tLsqb, tLbrace) {
		where := ""
		if open.at.line != s.line {
			where = fmt.Sprintf(" on line %d", open.at.line)
		}
		return s.errorf(at, "closing parenthesis '%c' does not match opening parenthesis '%c'%s", c, open.open, where)
	}
	s.brackets = s.brackets[:n-1]
	return nil
}
