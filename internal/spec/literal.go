package spec

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseLiteral reads a Python literal: None, True, False, numbers, strings,
// and lists, tuples and dicts of literals, as ast.literal_eval does (complex
// numbers, bytes and sets aside). All values get the place pos.
func parseLiteral(s string, pos Pos) (Value, error) {
	p := &literalParser{rest: s, pos: pos}
	v, err := p.value(0)
	if err != nil {
		return Value{}, err
	}
	if p.space(); p.rest != "" {
		return Value{}, fmt.Errorf("%s is left over", quote(p.rest))
	}
	return v, nil
}

type literalParser struct {
	rest string
	pos  Pos
}

func (p *literalParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// take passes over a token if it comes next.
func (p *literalParser) take(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, token)
	p.rest = rest
	return ok
}

func (p *literalParser) value(depth int) (Value, error) {
	const maxNesting = 100
	if depth > maxNesting {
		return Value{}, fmt.Errorf("nested deeper than %d levels", maxNesting)
	}
	p.space()
	if p.rest == "" {
		return Value{}, fmt.Errorf("a value is missing")
	}
	switch c := p.rest[0]; {
	case p.take("["):
		items, _, err := p.items("]", depth)
		return Value{p.pos, items}, err
	case p.take("("):
		items, comma, err := p.items(")", depth)
		if len(items) == 1 && !comma {
			return items[0], err
		}
		return Value{p.pos, Tuple(items)}, err
	case p.take("{"):
		entries, err := p.entries(depth)
		return Value{p.pos, entries}, err
	case c == '"' || c == '\'':
		s, err := p.string()
		return Value{p.pos, s}, err
	case c == '+' || c == '-' || c == '.' || isDigit(c):
		v, err := p.number()
		return Value{p.pos, v}, err
	}
	end := 0
	for end < len(p.rest) && isNameByte(p.rest[end]) {
		end++
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	switch word {
	case "None":
		return Value{p.pos, nil}, nil
	case "True", "False":
		return Value{p.pos, word == "True"}, nil
	case "":
		return Value{}, fmt.Errorf("%s is no Python literal", quote(p.rest))
	}
	return Value{}, fmt.Errorf("%s is no Python literal", quote(word+p.rest))
}

func isNameByte(c byte) bool {
	return c == '_' || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

// items reads the elements of a list or tuple up to its end, and tells whether
// a comma stands after the last.
func (p *literalParser) items(end string, depth int) ([]Value, bool, error) {
	items, comma := []Value{}, false
	for !p.take(end) {
		if len(items) > 0 && !comma {
			return nil, false, fmt.Errorf("want \",\" or %q before %s", end, quote(p.rest))
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, false, err
		}
		items = append(items, v)
		comma = p.take(",")
	}
	return items, comma, nil
}

func (p *literalParser) entries(depth int) ([]Entry, error) {
	entries, comma := []Entry{}, false
	for !p.take("}") {
		if len(entries) > 0 && !comma {
			return nil, fmt.Errorf("want \",\" or \"}\" before %s", quote(p.rest))
		}
		k, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.take(":") {
			return nil, fmt.Errorf("want \":\" before %s", quote(p.rest))
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{k, v})
		comma = p.take(",")
	}
	return entries, nil
}

// number reads an integer or a float with its sign.
func (p *literalParser) number() (any, error) {
	sign := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "+-"))]
	p.rest = p.rest[len(sign):]
	end := 0
	for end < len(p.rest) {
		c := p.rest[end]
		exponent := end > 0 && (p.rest[end-1] == 'e' || p.rest[end-1] == 'E') && !isRadix(p.rest)
		if !isNameByte(c) && c != '.' && !(exponent && (c == '+' || c == '-')) {
			break
		}
		end++
	}
	text := p.rest[:end]
	p.rest = p.rest[end:]
	negative := strings.Count(sign, "-")%2 == 1
	if len(text) > maxDigits {
		return nil, errBigInt
	}
	if !strings.HasPrefix(text, "0") || isRadix(text) || strings.Trim(text, "0_") == "" {
		// Base 0 takes the radix prefixes and underscores that Python takes.
		if i, ok := new(big.Int).SetString(text, 0); ok {
			if negative {
				i.Neg(i)
			}
			if i.IsInt64() {
				return i.Int64(), nil
			}
			return i, nil
		}
	}
	digits := strings.ReplaceAll(text, "_", "")
	if !isFloat(digits) || all(digits, isDigit) {
		return nil, fmt.Errorf("%s is no Python literal", quote(sign+text))
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return nil, fmt.Errorf("%s is beyond the range of float64", clip(text))
	}
	if negative {
		f = -f
	}
	return f, nil
}

// isRadix reports that a number begins with 0x, 0o or 0b.
func isRadix(s string) bool {
	return len(s) > 1 && s[0] == '0' && strings.IndexByte("xXoObB", s[1]) >= 0
}

// string reads a string in single or double quotes, which stand on one line.
func (p *literalParser) string() (string, error) {
	quoteMark := rune(p.rest[0])
	rest := p.rest[1:]
	var b strings.Builder
	for {
		if rest == "" {
			return "", fmt.Errorf("the string %s is not closed", quote(p.rest))
		}
		if rest[0] == byte(quoteMark) {
			p.rest = rest[1:]
			return b.String(), nil
		}
		r, _, tail, err := strconv.UnquoteChar(rest, 0)
		if err != nil {
			// Escapes of Python that strconv does not take here.
			switch {
			case strings.HasPrefix(rest, `\'`), strings.HasPrefix(rest, `\"`):
				r = rune(rest[1])
			case strings.HasPrefix(rest, `\0`):
				r = 0
			default:
				return "", fmt.Errorf("unknown escape in the string %s", quote(p.rest))
			}
			tail = rest[2:]
		}
		b.WriteRune(r)
		rest = tail
	}
}
