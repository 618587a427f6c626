package python

import (
	"math/big"
	"strconv"
	"strings"
)

// maxDecimalDigits is CPython's limit (sys.int_info.default_max_str_digits),
// as reading a decimal number takes more than linear time.
const maxDecimalDigits = 4300

// number scans a number; parser.number gives its value.
func (s *scanner) number(start int, col int32) *SyntaxError {
	what := "decimal"
	if s.src[s.off] == '0' {
		base := 0
		switch s.peek(1) | 0x20 {
		case 'x':
			what, base = "hexadecimal", 16
		case 'o':
			what, base = "octal", 8
		case 'b':
			what, base = "binary", 2
		}
		if base != 0 {
			s.off += 2
			if err := s.prefixedDigits(what, base); err != nil {
				return err
			}
			return s.endNumber(what, start, col)
		}
	}
	integer := true
	if s.src[s.off] != '.' {
		if err := s.decimalDigits(); err != nil {
			return err
		}
	}
	intEnd := s.off
	if s.peek(0) == '.' {
		integer = false
		s.off++
		if isDigit(s.peek(0)) {
			if err := s.decimalDigits(); err != nil {
				return err
			}
		}
	}
	if s.peek(0)|0x20 == 'e' {
		sign := 0
		if c := s.peek(1); c == '+' || c == '-' {
			sign = 1
		}
		if isDigit(s.peek(1 + sign)) {
			integer = false
			s.off += 1 + sign
			if err := s.decimalDigits(); err != nil {
				return err
			}
		} else if sign == 1 {
			s.off += 2
			return s.errorf(s.last(), "invalid decimal literal")
		}
	}
	if s.peek(0)|0x20 == 'j' {
		integer, what = false, "imaginary"
		s.off++
	}
	if integer && s.src[start] == '0' && strings.Trim(s.src[start:intEnd], "0_") != "" {
		return s.errorf(span{s.line, col, s.line, s.col()},
			"leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")
	}
	return s.endNumber(what, start, col)
}

// last is the span of the byte that was passed last.
func (s *scanner) last() span {
	at := s.here()
	at.col--
	return at
}

// decimalDigits passes digits that may have single underscores between them.
func (s *scanner) decimalDigits() *SyntaxError {
	for {
		for isDigit(s.peek(0)) {
			s.off++
		}
		if s.peek(0) != '_' {
			return nil
		}
		s.off++
		if !isDigit(s.peek(0)) {
			return s.errorf(s.last(), "invalid decimal literal")
		}
	}
}

// prefixedDigits passes the digits after 0x, 0o or 0b.
func (s *scanner) prefixedDigits(what string, base int) *SyntaxError {
	digit := func() bool { return hexDigit(s.peek(0)) < base }
	for {
		if s.peek(0) == '_' {
			s.off++
		}
		if !digit() {
			if c := s.peek(0); isDigit(c) {
				s.off++
				return s.errorf(s.last(), "invalid digit '%c' in %s literal", c, what)
			}
			return s.errorf(s.last(), "invalid %s literal", what)
		}
		for digit() {
			s.off++
		}
		if s.peek(0) == '_' {
			continue
		}
		if c := s.peek(0); isDigit(c) {
			s.off++
			return s.errorf(s.last(), "invalid digit '%c' in %s literal", c, what)
		}
		return nil
	}
}

// hexDigit returns the value of a digit, 99 if it is none.
func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// endNumber adds the number, unless a letter follows that does not start a
// keyword that may stand there, as in "1if x else 2".
func (s *scanner) endNumber(what string, start int, col int32) *SyntaxError {
	if identByte[s.peek(0)] {
		ok := false
		for _, word := range [...]string{"and", "else", "for", "if", "in", "is", "or", "not"} {
			ok = ok || strings.HasPrefix(s.src[s.off:], word)
		}
		if !ok {
			return s.errorf(s.last(), "invalid %s literal", what)
		}
	}
	s.emit(tNumber, start, col)
	return nil
}

// number returns the value of a number token.
func (p *parser) number(t *token) any {
	text := p.text(t)
	if strings.Contains(text, "_") {
		text = strings.ReplaceAll(text, "_", "")
	}
	base := 10
	if len(text) > 1 && text[0] == '0' {
		switch text[1] | 0x20 {
		case 'x':
			base = 16
		case 'o':
			base = 8
		case 'b':
			base = 2
		}
	}
	switch {
	case base != 10:
		text = text[2:]
	case text[len(text)-1]|0x20 == 'j':
		return complex(0, parseFloat(text[:len(text)-1]))
	case strings.ContainsAny(text, ".eE"):
		return parseFloat(text)
	case len(text) > maxDecimalDigits:
		p.fail(t.span, "integer literal of %d digits is too long: at most %d decimal digits are allowed",
			len(text), maxDecimalDigits)
	}
	if n, err := strconv.ParseInt(text, base, 64); err == nil {
		return n
	}
	n, _ := new(big.Int).SetString(text, base)
	return n
}

// parseFloat returns the value of a number of valid form; infinity if it is
// too large, as in Python.
func parseFloat(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64)
	return f
}
