package spec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// parseJSON reads a text that is JSON (RFC 8259), with the NaN and Infinity
// that Python's json module writes. The YAML library is not used for JSON: it
// knows neither "\/" nor surrogate pairs, and wants keys of at most 1024
// characters on the line of their colon.
func parseJSON(name string, text []byte, errs *sink) (*node, *Error) {
	p := &jsonParser{name: name, text: text, line: 1, errs: errs}
	n, err := p.value(1)
	if err == nil {
		p.space()
		if p.at < len(text) {
			err = p.errorf("want the end of the text after the value, not %s", p.seen())
		}
	}
	return n, err
}

type jsonParser struct {
	name  string
	text  []byte
	at    int
	line  int
	start int // offset of the line, advanced past multi-byte characters' extra bytes
	errs  *sink
}

func (p *jsonParser) pos() Pos { return Pos{p.name, p.line, p.at - p.start + 1} }

func (p *jsonParser) errorf(format string, args ...any) *Error {
	return Errorf(p.pos(), "JSON: "+format, args...)
}

// seen names what stands at the current place.
func (p *jsonParser) seen() string {
	if p.at >= len(p.text) {
		return "the end of the text"
	}
	r, _ := utf8.DecodeRune(p.text[p.at:])
	return strconv.QuoteRune(r)
}

func (p *jsonParser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case '\n':
			p.line++
			p.start = p.at + 1
		case ' ', '\t', '\r':
		default:
			return
		}
		p.at++
	}
}

func (p *jsonParser) next() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// value reads a value with the space before it.
func (p *jsonParser) value(depth int) (*node, *Error) {
	p.space()
	if depth > maxDepth {
		return nil, Errorf(p.pos(), "nested deeper than %d levels", maxDepth)
	}
	n := &node{pos: p.pos()}
	var err *Error
	switch c := p.next(); {
	case c == '{':
		n.kind = mapNode
		n.pairs, err = p.object(depth)
	case c == '[':
		n.kind = listNode
		n.items, err = p.array(depth)
	case c == '"':
		n.style = jsonQuoted
		n.text, err = p.string()
		n.scalar = n.text
	default:
		err = p.word(n)
	}
	n.measure()
	return n, err
}

func (p *jsonParser) array(depth int) ([]*node, *Error) {
	p.at++
	items := []*node{}
	for p.space(); p.next() != ']'; p.space() {
		if len(items) > 0 {
			if p.next() != ',' {
				return nil, p.errorf("want ',' or ']', not %s", p.seen())
			}
			p.at++
		}
		n, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, n)
	}
	p.at++
	return items, nil
}

func (p *jsonParser) object(depth int) ([]pair, *Error) {
	p.at++
	pairs := []pair{}
	for p.space(); p.next() != '}'; p.space() {
		if len(pairs) > 0 {
			if p.next() != ',' {
				return nil, p.errorf("want ',' or '}', not %s", p.seen())
			}
			p.at++
			p.space()
		}
		pos := p.pos()
		if p.next() != '"' {
			return nil, p.errorf("want a key in double quotes, not %s", p.seen())
		}
		key, err := p.string()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.next() != ':' {
			return nil, p.errorf("want ':' after the key, not %s", p.seen())
		}
		p.at++
		n, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair{key, pos, n})
	}
	p.at++
	return checkDuplicates(pairs, p.errs), nil
}

// word reads a number or one of the names.
func (p *jsonParser) word(n *node) *Error {
	end := p.at
	for end < len(p.text) && strings.IndexByte(" \t\r\n,:]}", p.text[end]) < 0 {
		end++
	}
	n.text = string(p.text[p.at:end])
	switch n.text {
	case "null":
	case "true", "false":
		n.scalar = n.text == "true"
	case "NaN":
		n.scalar = math.NaN()
	case "Infinity":
		n.scalar = math.Inf(1)
	case "-Infinity":
		n.scalar = math.Inf(-1)
	default:
		if !isJSONNumber(n.text) {
			if n.text == "" {
				return p.errorf("want a value, not %s", p.seen())
			}
			return p.errorf("want a value, not %s", clip(n.text))
		}
		v, err := resolve(n.text)
		if err != nil {
			p.errs.add(n.pos, "%s: %v", clip(n.text), err)
			v = 0.0
		}
		n.scalar = v
	}
	p.at = end
	return nil
}

// isJSONNumber reports the number syntax of RFC 8259, section 6.
func isJSONNumber(s string) bool {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	if s == "" || !isDigit(s[0]) || !isDigit(s[len(s)-1]) {
		return false
	}
	if s[0] == '0' && len(s) > 1 && isDigit(s[1]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] == '.' && !isDigit(s[i+1]) {
			return false
		}
	}
	return isFloat(s)
}

// string reads a string, whose opening quote is the current character.
func (p *jsonParser) string() (string, *Error) {
	p.at++
	var out []byte
	for {
		if p.at >= len(p.text) {
			return "", p.errorf("a string is not closed")
		}
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return string(out), nil
		case c == '\\':
			r, n, err := jsonEscape(p.text[p.at:])
			if err != nil {
				return "", p.errorf("%v", err)
			}
			out = utf8.AppendRune(out, r)
			p.at += n
		case c < ' ':
			return "", p.errorf("control character %q in a string, write \\u%04x", c, c)
		default:
			// Columns count characters: the further bytes of one move the start.
			_, n := utf8.DecodeRune(p.text[p.at:])
			out = append(out, p.text[p.at:p.at+n]...)
			p.at += n
			p.start += n - 1
		}
	}
}

// jsonEscape reads an escape sequence, and tells how many bytes it takes. A
// surrogate without its partner becomes U+FFFD, as in encoding/json.
func jsonEscape(s []byte) (rune, int, error) {
	if len(s) < 2 {
		return 0, 0, fmt.Errorf("a string is not closed")
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2, nil
	case 'b':
		return '\b', 2, nil
	case 'f':
		return '\f', 2, nil
	case 'n':
		return '\n', 2, nil
	case 'r':
		return '\r', 2, nil
	case 't':
		return '\t', 2, nil
	case 'u':
		r, ok := hexRune(s[2:], 4)
		if !ok {
			return 0, 0, fmt.Errorf("\\u wants four hexadecimal digits")
		}
		if utf16.IsSurrogate(r) {
			if len(s) >= 8 && s[6] == '\\' && s[7] == 'u' {
				if low, ok := hexRune(s[8:], 4); ok {
					if joined := utf16.DecodeRune(r, low); joined != utf8.RuneError {
						return joined, 12, nil
					}
				}
			}
			r = utf8.RuneError
		}
		return r, 6, nil
	}
	r, _ := utf8.DecodeRune(s[1:])
	return 0, 0, fmt.Errorf("unknown escape \\%c", r)
}

// hexRune reads n hexadecimal digits.
func hexRune(s []byte, n int) (rune, bool) {
	if len(s) < n || !all(string(s[:n]), isHex) {
		return 0, false
	}
	v, err := strconv.ParseUint(string(s[:n]), 16, 32)
	return rune(v), err == nil
}
