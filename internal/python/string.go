package python

import (
	"strings"
	"unicode/utf8"
)

// strings parses adjacent string literals, which are one.
func (p *parser) strings() Expr {
	start := p.i
	f := false
	isBytes := isBytesToken(p.text(&p.toks[p.i]))
	var values []string
	for p.kind() == tString {
		text := p.text(&p.toks[p.i])
		if isBytesToken(text) != isBytes {
			for p.kind() == tString {
				p.next()
			}
			p.fail(p.from(start), "cannot mix bytes and nonbytes literals")
		}
		if isFString(text) {
			f = true
			break
		}
		values = append(values, p.plainString(p.next()))
	}
	if f {
		p.i = start
		return p.joinedStr()
	}
	value := values[0]
	if len(values) > 1 {
		value = strings.Join(values, "")
	}
	if isBytes {
		return &Constant{p.exprFrom(start), Bytes(value)}
	}
	return &Constant{p.exprFrom(start), value}
}

// prefixLen is the length of the prefix of a string literal.
func prefixLen(text string) int { return strings.IndexAny(text, `'"`) }

func isBytesToken(text string) bool { return strings.ContainsAny(text[:prefixLen(text)], "bB") }

func isFString(text string) bool { return strings.ContainsAny(text[:prefixLen(text)], "fF") }

func isRaw(text string) bool { return strings.ContainsAny(text[:prefixLen(text)], "rR") }

// body returns the offsets of what stands between the quotes of a string.
func body(text string) (start, end int) {
	start = prefixLen(text)
	quotes := 1
	if rest := text[start:]; len(rest) >= 6 && rest[1] == rest[0] && rest[2] == rest[0] {
		quotes = 3
	}
	return start + quotes, len(text) - quotes
}

// plainString returns the value of a string or bytes token.
func (p *parser) plainString(t *token) string {
	text := p.text(t)
	start, end := body(text)
	isBytes, raw := isBytesToken(text), isRaw(text)
	if !isBytes && (raw || strings.IndexByte(text, '\\') < 0) {
		return normalizeNewlines(text[start:end])
	}
	c := cursor{src: p.src, off: int(t.off), pos: t.Pos()}
	c.advance(int(t.off) + start)
	if isBytes {
		for i := start; i < end; i++ {
			if text[i] >= utf8.RuneSelf {
				c.advance(int(t.off) + i)
				p.fail(c.span(1), "bytes can only contain ASCII literal characters")
			}
		}
	}
	return p.unescape(&c, int(t.off)+end, raw, isBytes)
}

// cursor is a place in the source.
type cursor struct {
	src string
	off int
	pos Pos
}

// advance moves to offset to, which must not lie before the cursor.
func (c *cursor) advance(to int) {
	for c.off < to {
		b := c.src[c.off]
		c.off++
		switch {
		case b == '\n', b == '\r' && (c.off == len(c.src) || c.src[c.off] != '\n'):
			c.pos.Line++
			c.pos.Col = 1
		case c.off < len(c.src) && c.src[c.off]&0xc0 == 0x80:
			// Not yet at the end of the rune.
		case b == '\r':
		default:
			c.pos.Col++
		}
	}
}

// span is that of the next n characters of a line.
func (c *cursor) span(n int) span {
	line, col := int32(c.pos.Line), int32(c.pos.Col)
	return span{line, col, line, col + int32(n)}
}

// unescape returns the value of the source from the cursor to offset end,
// which is the inside of a string, and moves the cursor there.
func (p *parser) unescape(c *cursor, end int, raw, isBytes bool) string {
	text := p.src[c.off:end]
	if raw {
		c.advance(end)
		return normalizeNewlines(text)
	}
	out := make([]byte, 0, len(text))
	for c.off < end {
		rest := p.src[c.off:end]
		i := strings.IndexByte(rest, '\\')
		if i < 0 {
			out = append(out, normalizeNewlines(rest)...)
			c.advance(end)
			break
		}
		out = append(out, normalizeNewlines(rest[:i])...)
		c.advance(c.off + i)
		var n int
		out, n = p.escape(out, c, rest[i:], isBytes)
		c.advance(c.off + n)
	}
	return string(out)
}

// normalizeNewlines turns every line end into "\n", as Python does on reading.
func normalizeNewlines(text string) string {
	if !strings.Contains(text, "\r") {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// escape appends the meaning of the escape sequence that text starts with,
// and returns its length too.
func (p *parser) escape(out []byte, c *cursor, text string, isBytes bool) ([]byte, int) {
	if len(text) == 1 {
		// Only before "{" of an f-string.
		return append(out, '\\'), 1
	}
	switch e := text[1]; e {
	case '\n':
		return out, 2
	case '\r':
		if len(text) > 2 && text[2] == '\n' {
			return out, 3
		}
		return out, 2
	case '\\', '\'', '"':
		return append(out, e), 2
	case 'a':
		return append(out, '\a'), 2
	case 'b':
		return append(out, '\b'), 2
	case 'f':
		return append(out, '\f'), 2
	case 'n':
		return append(out, '\n'), 2
	case 'r':
		return append(out, '\r'), 2
	case 't':
		return append(out, '\t'), 2
	case 'v':
		return append(out, '\v'), 2
	case '0', '1', '2', '3', '4', '5', '6', '7':
		r, n := rune(0), 1
		for n < len(text) && n < 4 && '0' <= text[n] && text[n] <= '7' {
			r = r<<3 | rune(text[n]-'0')
			n++
		}
		if isBytes {
			return append(out, byte(r)), n
		}
		return appendRune(out, r), n
	case 'x':
		r := p.hexEscape(c, text, 2)
		if isBytes {
			return append(out, byte(r)), 4
		}
		return appendRune(out, r), 4
	case 'u', 'U', 'N':
		if isBytes {
			break
		}
		switch e {
		case 'u':
			return appendRune(out, p.hexEscape(c, text, 4)), 6
		case 'U':
			r := p.hexEscape(c, text, 8)
			if r < 0 || r > utf8.MaxRune {
				p.fail(c.span(10), `illegal Unicode character in \UXXXXXXXX escape`)
			}
			return appendRune(out, r), 10
		}
		p.fail(c.span(2), `\N{…} escapes are not supported: write the character itself, or \u and its code`)
	}
	// An unknown escape stands for itself.
	return append(out, '\\'), 1
}

// hexEscape returns the value of the n digits of an escape sequence.
func (p *parser) hexEscape(c *cursor, text string, n int) rune {
	var r rune
	for i := range n {
		d := 99
		if 2+i < len(text) {
			d = hexDigit(text[2+i])
		}
		if d > 15 {
			p.fail(c.span(2+i), `truncated \%c%s escape`, text[1], strings.Repeat("X", n))
		}
		r = r<<4 | rune(d)
	}
	return r
}

// appendRune appends r in UTF-8, also if it is a surrogate.
func appendRune(out []byte, r rune) []byte {
	if 0xd800 <= r && r < 0xe000 {
		return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
	}
	return utf8.AppendRune(out, r)
}
