package trace

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file holds "…" % args and str.format.

// percent is "format" % args.
func (t *thread) percent(format string, args Value) (string, error) {
	items := []Value{args}
	if tuple, ok := args.(*Tuple); ok {
		items = tuple.Items
	}
	named, _ := args.(*Dict)
	used := 0
	take := func() (Value, error) {
		if used >= len(items) {
			return nil, t.errorf("TypeError", "not enough arguments for format string")
		}
		used++
		return items[used-1], nil
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		c, rest, err := t.conversion(format[i+1:], named, take)
		if err != nil {
			return "", err
		}
		i = len(format) - len(rest) - 1
		if c.verb == '%' {
			b.WriteByte('%')
			continue
		}
		v := c.value
		if !c.given {
			if v, err = take(); err != nil {
				return "", err
			}
		}
		s, err := t.convertPercent(c.formatSpec, v)
		if err != nil {
			return "", err
		}
		if b.Len()+len(s) > maxRepeat {
			return "", t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
		}
		b.WriteString(s)
	}
	if used < len(items) && !hasItems(args) {
		return "", t.errorf("TypeError", "not all arguments converted during string formatting")
	}
	return b.String(), nil
}

// hasItems reports whether % takes the value on its right for a mapping, of
// which nothing needs to be used: what can be indexed, text and tuples aside.
func hasItems(v Value) bool {
	switch v.(type) {
	case *Dict, *List, *Range, *Array, *graph.Tensor, *model.Variable, *model.List, *model.Dict, tensor.Shape, python.Bytes, *Composite:
		return true
	}
	return false
}

// conversion is one % conversion.
type conversion struct {
	formatSpec
	value Value // where given: that of %(name)s
	given bool
}

// conversion reads what stands behind a %.
func (t *thread) conversion(s string, named *Dict, take func() (Value, error)) (c conversion, rest string, err error) {
	c.formatSpec = formatSpec{fill: ' ', precision: -1, align: '>'}
	if strings.HasPrefix(s, "(") {
		end := strings.IndexByte(s, ')')
		if end < 0 || named == nil {
			return c, s, t.errorf("TypeError", "format requires a mapping")
		}
		key := s[1:end]
		if c.value, c.given = named.Get(key); !c.given {
			return c, s, t.keyError(key, named.Keys())
		}
		s = s[end+1:]
	}
	for s != "" && strings.IndexByte("-+ #0", s[0]) >= 0 {
		switch s[0] {
		case '-':
			c.align = '<'
		case '#':
			c.alt = true
		case '0':
			c.zero = true
		case '+':
			c.sign = '+'
		default:
			if c.sign == 0 {
				c.sign = ' '
			}
		}
		s = s[1:]
	}
	count := func() (int, error) {
		if strings.HasPrefix(s, "*") {
			s = s[1:]
			v, err := take()
			if err != nil {
				return 0, err
			}
			n, ok := number(v).(int64)
			if !ok {
				return 0, t.errorf("TypeError", "* wants int")
			}
			if n > maxWidth || n < -maxWidth {
				return 0, t.errorf("MemoryError", "a format of more than %d characters", maxWidth)
			}
			return int(n), nil
		}
		n, rest, ok := leadingInt(s)
		if !ok {
			return 0, t.errorf("MemoryError", "a format of more than %d characters", maxWidth)
		}
		s = rest
		return n, nil
	}
	if c.width, err = count(); err != nil {
		return c, s, err
	}
	if c.width < -1 {
		c.align, c.width = '<', -c.width
	}
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		if c.precision, err = count(); err != nil {
			return c, s, err
		}
		c.precision = max(c.precision, 0)
	}
	for s != "" && strings.IndexByte("hlL", s[0]) >= 0 {
		s = s[1:]
	}
	if s == "" {
		return c, s, t.errorf("ValueError", "incomplete format")
	}
	c.verb = s[0]
	return c, s[1:], nil
}

// convertPercent writes a value by one conversion.
func (t *thread) convertPercent(f formatSpec, v Value) (string, error) {
	text := func(s string) (string, error) {
		if r := []rune(s); f.precision >= 0 && len(r) > f.precision {
			s = string(r[:f.precision])
		}
		return pad(f, "", s, '>'), nil
	}
	n := number(v)
	i := bigInt(n)
	switch f.verb {
	case 's':
		return text(t.str(v))
	case 'r':
		return text(t.repr(v))
	case 'a':
		return text(ascii(t.repr(v)))
	case 'c':
		if s, ok := v.(string); ok && utf8.RuneCountInString(s) == 1 {
			return text(s)
		}
		if i == nil {
			return "", t.errorf("TypeError", "%%c requires int or char")
		}
		f.precision, f.sign = -1, 0
		return t.formatInt(i, f, "int")
	case 'd', 'i', 'u':
		if x, ok := n.(float64); ok {
			var err error
			if i, err = t.truncated(x); err != nil {
				return "", err
			}
		}
		if i == nil {
			return "", t.errorf("TypeError", "%%%c format: a real number is required, not %s", f.verb, typeName(v))
		}
		f.verb = 'd'
	case 'x', 'X', 'o':
		if i == nil {
			return "", t.errorf("TypeError", "%%%c format: an integer is required, not %s", f.verb, typeName(v))
		}
	case 'e', 'E', 'f', 'F', 'g', 'G':
		x, err := t.finite(n)
		if err != nil {
			return "", err
		}
		sign, body := floatFormat(x, f)
		return f.padPercent(sign, body), nil
	default:
		return "", t.errorf("ValueError", "unsupported format character %q", string(f.verb))
	}
	body := new(big.Int).Abs(i).Text(map[byte]int{'d': 10, 'o': 8, 'x': 16, 'X': 16}[f.verb])
	if f.verb == 'X' {
		body = strings.ToUpper(body)
	}
	body = strings.Repeat("0", max(f.precision-len(body), 0)) + body
	sign := f.signOf(i.Sign() < 0)
	if f.alt && f.verb != 'd' {
		sign += "0" + string(f.verb)
	}
	return f.padPercent(sign, body), nil
}

func (f formatSpec) padPercent(sign, body string) string {
	if f.zero && f.align != '<' {
		f.fill, f.align = '0', '='
	}
	return pad(f, sign, body, '>')
}

// formatMethod is str.format.
func (t *thread) formatMethod(format string, args *callArgs) (string, error) {
	fields := &replacer{t: t, args: args}
	return fields.expand(format, 2)
}

// replacer puts arguments into the fields of a format.
type replacer struct {
	t      *thread
	args   *callArgs
	auto   int
	manual bool
}

func (r *replacer) expand(format string, depth int) (string, error) {
	if depth == 0 {
		return "", r.t.errorf("ValueError", "max string recursion exceeded")
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		c := format[i]
		if (c == '{' || c == '}') && i+1 < len(format) && format[i+1] == c {
			b.WriteByte(c)
			i++
			continue
		}
		switch c {
		case '}':
			return "", r.t.errorf("ValueError", "single '}' encountered in format string")
		case '{':
			field := bracketed(format[i+1:])
			if field < 0 {
				return "", r.t.errorf("ValueError", "single '{' encountered in format string")
			}
			s, err := r.field(format[i+1:i+1+field], depth)
			if err != nil {
				return "", err
			}
			if b.Len()+len(s) > maxRepeat {
				return "", r.t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
			}
			b.WriteString(s)
			i += field + 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

// bracketed is the length of s up to the brace that closes it.
func bracketed(s string) int {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// field formats one field: name, conversion and specification.
func (r *replacer) field(s string, depth int) (string, error) {
	t := r.t
	end := strings.IndexAny(s, "!:")
	if i := strings.IndexByte(s, '['); i >= 0 && i < end { // a key may hold any character
		if j := strings.LastIndexByte(s, ']'); j > end {
			if end = strings.IndexAny(s[j:], "!:"); end >= 0 {
				end += j
			}
		}
	}
	name, conv, spec := s, "", ""
	if end >= 0 {
		name = s[:end]
		if rest := s[end:]; rest[0] == '!' {
			conv, spec, _ = strings.Cut(rest[1:], ":")
			if len(conv) != 1 {
				return "", t.errorf("ValueError", "unknown conversion specifier %q", conv)
			}
		} else {
			spec = rest[1:]
		}
	}
	v, err := r.lookup(name)
	if err != nil {
		return "", err
	}
	switch conv {
	case "":
	case "r":
		v = t.repr(v)
	case "s":
		v = t.str(v)
	case "a":
		v = ascii(t.repr(v))
	default:
		return "", t.errorf("ValueError", "unknown conversion specifier %q", conv)
	}
	if strings.ContainsAny(spec, "{}") {
		if spec, err = r.expand(spec, depth-1); err != nil {
			return "", err
		}
	}
	return t.format(v, spec)
}

// lookup finds the value of a field name: an argument and its .attributes and
// [keys].
func (r *replacer) lookup(field string) (Value, error) {
	t := r.t
	end := strings.IndexAny(field, ".[")
	name, rest := field, ""
	if end >= 0 {
		name, rest = field[:end], field[end:]
	}
	n, err := strconv.Atoi(name)
	if name == "" {
		if r.manual {
			return nil, t.errorf("ValueError", "cannot switch from manual field specification to automatic field numbering")
		}
		n, err = r.auto, nil
		r.auto++
	} else if err == nil {
		if r.auto > 0 {
			return nil, t.errorf("ValueError", "cannot switch from automatic field numbering to manual field specification")
		}
		r.manual = true
	}
	var v Value
	if err == nil {
		if n < 0 || n >= len(r.args.pos) {
			return nil, t.errorf("IndexError", "replacement index %d out of range for positional args tuple", n)
		}
		v = r.args.pos[n]
	} else {
		var ok bool
		if v, ok = r.args.keyword(name); !ok {
			return nil, t.errorf("KeyError", "%s", quote(name))
		}
	}
	for rest != "" {
		if rest[0] == '.' {
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			if v, err = t.getAttr(v, rest[1:end]); err != nil {
				return nil, err
			}
			rest = rest[end:]
			continue
		}
		end := strings.IndexByte(rest, ']')
		if end < 0 || rest[0] != '[' {
			return nil, t.errorf("ValueError", "missing ']' in format string")
		}
		var key Value = rest[1:end]
		if i, err := strconv.ParseInt(rest[1:end], 10, 64); err == nil {
			key = i
		}
		if v, err = t.getItem(v, key); err != nil {
			return nil, err
		}
		rest = rest[end+1:]
	}
	return v, nil
}
