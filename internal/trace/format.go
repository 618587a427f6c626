package trace

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxWidth bounds the width and the precision of a format.
const maxWidth = 1 << 16

// formatSpec is a parsed format specification:
// [[fill]align][sign][#][0][width][grouping][.precision][type].
type formatSpec struct {
	fill      rune
	align     byte
	sign      byte
	alt       bool
	zero      bool // the width begins with 0
	width     int
	group     byte
	precision int // -1: not given
	verb      byte
}

func parseFormat(s string) (formatSpec, bool) {
	f := formatSpec{fill: ' ', precision: -1}
	if r, size := utf8.DecodeRuneInString(s); len(s) > size && strings.IndexByte("<>^=", s[size]) >= 0 && r != utf8.RuneError {
		f.fill, f.align = r, s[size]
		s = s[size+1:]
	} else if s != "" && strings.IndexByte("<>^=", s[0]) >= 0 {
		f.align, s = s[0], s[1:]
	}
	if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
		f.sign, s = s[0], s[1:]
	}
	if strings.HasPrefix(s, "#") {
		f.alt, s = true, s[1:]
	}
	if strings.HasPrefix(s, "0") {
		f.zero, s = true, s[1:]
		if f.align == 0 {
			f.fill = '0'
		}
	}
	var ok bool
	if f.width, s, ok = leadingInt(s); !ok {
		return f, false
	}
	f.width = max(f.width, 0)
	if s != "" && (s[0] == ',' || s[0] == '_') {
		f.group, s = s[0], s[1:]
	}
	if strings.HasPrefix(s, ".") {
		if f.precision, s, ok = leadingInt(s[1:]); !ok || f.precision < 0 {
			return f, false
		}
	}
	if s != "" {
		f.verb, s = s[0], s[1:]
	}
	return f, s == ""
}

// leadingInt reads the digits at the start of s, -1 where there are none.
func leadingInt(s string) (n int, rest string, ok bool) {
	n = -1
	for s != "" && s[0] >= '0' && s[0] <= '9' {
		if n = max(n, 0)*10 + int(s[0]-'0'); n > maxWidth {
			return 0, s, false
		}
		s = s[1:]
	}
	return n, s, true
}

// format is format(v, spec).
func (t *thread) format(v Value, spec string) (string, error) {
	if s, ok := v.(*Scalar); ok {
		v = s.value
	}
	if spec == "" {
		return t.str(v), nil
	}
	s, isString := v.(string)
	n := number(v)
	if !isString && n == nil {
		return "", t.errorf("TypeError", "unsupported format string passed to %s", typeName(v))
	}
	f, ok := parseFormat(spec)
	if !ok {
		return "", t.errorf("ValueError", "invalid format specifier %q", spec)
	}
	if isString {
		return t.formatString(s, f)
	}
	if _, isFloat := n.(float64); !isFloat && strings.IndexByte("eEfFgG%", f.verb) < 0 {
		if i := bigInt(n); i != nil {
			return t.formatInt(i, f, typeName(v))
		}
	}
	switch f.verb {
	case 0, 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%':
	default:
		return "", t.badVerb(f, typeName(v))
	}
	if c, ok := n.(complex128); ok {
		if f.verb == '%' || f.fill == '0' || f.align == '=' {
			return "", t.errorf("ValueError", "zero padding, '=' and '%%' are not allowed in a complex format specifier")
		}
		im := f
		im.sign = '+'
		part := func(x float64, f formatSpec) string {
			sign, body := floatFormat(x, f)
			return sign + body
		}
		text := part(real(c), f) + part(imag(c), im) + "j"
		return pad(f, "", text, '>'), nil
	}
	x, err := t.finite(n)
	if err != nil {
		return "", err
	}
	sign, body := floatFormat(x, f)
	return f.number(sign, "", body), nil
}

func (t *thread) badVerb(f formatSpec, typ string) error {
	return t.errorf("ValueError", "unknown format code %q for an object of type %s", string(f.verb), typ)
}

func (t *thread) formatString(s string, f formatSpec) (string, error) {
	switch {
	case f.verb != 0 && f.verb != 's':
		return "", t.badVerb(f, "str")
	case f.sign != 0, f.alt, f.group != 0, f.align == '=':
		return "", t.errorf("ValueError", "signs, '#', '=', ',' and '_' are not allowed in the format specifier of a str")
	}
	if r := []rune(s); f.precision >= 0 && len(r) > f.precision {
		s = string(r[:f.precision])
	}
	return pad(f, "", s, '<'), nil
}

func (t *thread) formatInt(i *big.Int, f formatSpec, typ string) (string, error) {
	base, prefix := 10, ""
	switch f.verb {
	case 0, 'd', 'n':
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	case 'c':
		if f.sign != 0 || f.precision >= 0 || f.group != 0 {
			return "", t.errorf("ValueError", "signs, precision and grouping are not allowed with 'c'")
		}
		if !i.IsInt64() || i.Sign() < 0 || i.Int64() > utf8.MaxRune {
			return "", t.errorf("OverflowError", "%%c takes an integer below 0x110000")
		}
		return pad(f, "", string(rune(i.Int64())), '<'), nil
	default:
		return "", t.badVerb(f, typ)
	}
	if f.precision >= 0 {
		return "", t.errorf("ValueError", "precision is not allowed in the format specifier of an integer")
	}
	body := new(big.Int).Abs(i).Text(base)
	if f.verb == 'X' {
		body = strings.ToUpper(body)
	}
	if !f.alt {
		prefix = ""
	}
	return f.number(f.signOf(i.Sign() < 0), prefix, body), nil
}

// signOf is what stands before a number.
func (f formatSpec) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case f.sign == '+' || f.sign == ' ':
		return string(f.sign)
	}
	return ""
}

// number pads a number; zeros go between its sign and its digits, and are
// grouped as these are.
func (f formatSpec) number(sign, prefix, body string) string {
	if f.align == 0 && f.zero {
		f.align = '='
	}
	if f.group == 0 {
		return pad(f, sign+prefix, body, '>')
	}
	size := 3
	if f.verb == 'b' || f.verb == 'o' || f.verb == 'x' || f.verb == 'X' {
		size = 4
	}
	end := strings.IndexFunc(body, func(r rune) bool {
		return strings.ContainsRune(".%", r) || r == 'e' && size == 3 || r == 'E' && size == 3
	})
	if end < 0 {
		end = len(body)
	}
	digits, rest := body[:end], body[end:]
	grouped := groupDigits(digits, f.group, size)
	if f.fill == '0' && f.align == '=' {
		for len(sign+prefix+grouped+rest) < f.width {
			digits = "0" + digits
			grouped = groupDigits(digits, f.group, size)
		}
	}
	return pad(f, sign+prefix, grouped+rest, '>')
}

func groupDigits(s string, sep byte, size int) string {
	if s != "" && (s[0] < '0' || s[0] > '9') && size == 3 {
		return s // inf, nan
	}
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && (len(s)-i)%size == 0 {
			b.WriteByte(sep)
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// floatFormat writes a float by a format's verb and precision.
func floatFormat(x float64, f formatSpec) (sign, body string) {
	sign = f.signOf(math.Signbit(x) && !math.IsNaN(x))
	verb, suffix := f.verb, ""
	if verb == '%' {
		x, verb, suffix = x*100, 'f', "%"
	}
	x = math.Abs(x)
	upper := verb == 'E' || verb == 'F' || verb == 'G'
	if upper {
		verb += 'a' - 'A'
	}
	prec := f.precision
	switch {
	case math.IsInf(x, 0):
		body = "inf"
	case math.IsNaN(x):
		body = "nan"
	case verb == 0 && prec < 0:
		body = floatText(x)
	case verb == 'f' || verb == 'e':
		if prec < 0 {
			prec = 6
		}
		body = strconv.FormatFloat(x, verb, prec, 64)
		if f.alt && prec == 0 {
			mantissa, exp, found := strings.Cut(body, "e")
			if body = mantissa + "."; found {
				body += "e" + exp
			}
		}
	default:
		if prec < 0 {
			prec = 6
		}
		body = general(x, max(prec, 1), f.alt, verb == 0)
	}
	if upper {
		body = strings.ToUpper(body)
	}
	return sign, body + suffix
}

// general is C's %g; point keeps a digit behind the point, as the format
// without a type does (pystrtod.c, format_float_short, CPython 3.11).
func general(x float64, prec int, alt, point bool) string {
	s := strconv.FormatFloat(x, 'e', prec-1, 64)
	mantissa, e, _ := strings.Cut(s, "e")
	exp, _ := strconv.Atoi(e)
	last := prec
	if point {
		last--
	}
	if exp < -4 || exp >= last {
		if !alt && strings.Contains(mantissa, ".") {
			mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		} else if alt && !strings.Contains(mantissa, ".") {
			mantissa += "."
		}
		return mantissa + "e" + e
	}
	body := strconv.FormatFloat(x, 'f', max(prec-1-exp, 0), 64)
	if !alt && strings.Contains(body, ".") {
		body = strings.TrimRight(strings.TrimRight(body, "0"), ".")
	}
	if !strings.Contains(body, ".") {
		if alt {
			body += "."
		} else if point {
			body += ".0"
		}
	}
	return body
}

func pad(f formatSpec, sign, body string, align byte) string {
	if f.align != 0 {
		align = f.align
	}
	n := f.width - utf8.RuneCountInString(sign) - utf8.RuneCountInString(body)
	if n <= 0 {
		return sign + body
	}
	fill := func(n int) string { return strings.Repeat(string(f.fill), n) }
	switch align {
	case '<':
		return sign + body + fill(n)
	case '^':
		return fill(n/2) + sign + body + fill(n-n/2)
	case '=':
		return sign + fill(n) + body
	}
	return fill(n) + sign + body
}

// truncated is int(x) of a float.
func (t *thread) truncated(x float64) (*big.Int, error) {
	switch {
	case math.IsNaN(x):
		return nil, t.errorf("ValueError", "cannot convert float NaN to integer")
	case math.IsInf(x, 0):
		return nil, t.errorf("OverflowError", "cannot convert float infinity to integer")
	}
	i, _ := new(big.Float).SetFloat64(x).Int(nil)
	return i, nil
}

// finite is a real number as a float.
func (t *thread) finite(n Value) (float64, error) {
	x, ok := toFloat(n)
	if !ok {
		return 0, t.errorf("TypeError", "must be real number, not %s", typeName(n))
	}
	if _, big := n.(*big.Int); big && math.IsInf(x, 0) {
		return 0, t.errorf("OverflowError", "int too large to convert to float")
	}
	return x, nil
}
