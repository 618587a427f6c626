package trace

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

func itoa(i int) string { return strconv.Itoa(i) }

func containsString(s, sub string) bool { return strings.Contains(s, sub) }

// str is str(v).
func (t *thread) str(v Value) string {
	switch x := v.(type) {
	case string:
		return x
	case tensor.Shape:
		return shapeText(x)
	case *Exception:
		if len(x.Args) == 1 {
			return t.str(x.Args[0])
		}
	}
	return t.repr(v)
}

// repr is repr(v); values that hold themselves are cut off.
func (t *thread) repr(v Value) string { return reprDepth(v, 8) }

// short is repr, cut to the length of a message.
func (t *thread) short(v Value) string {
	s := t.repr(v)
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return s
}

func reprDepth(v Value, depth int) string {
	if depth == 0 {
		return "..."
	}
	list := func(items []Value) string {
		parts := make([]string, len(items))
		for i, x := range items {
			parts[i] = reprDepth(x, depth-1)
		}
		return strings.Join(parts, ", ")
	}
	switch x := v.(type) {
	case nil:
		return "None"
	case bool:
		if x {
			return "True"
		}
		return "False"
	case int64:
		return strconv.FormatInt(x, 10)
	case *big.Int:
		return x.String()
	case float64:
		return floatText(x)
	case complex128:
		return complexText(x)
	case string:
		return quote(x)
	case python.Bytes:
		return "b" + quoteBytes(string(x))
	case python.EllipsisType:
		return "Ellipsis"
	case *List:
		return "[" + list(x.Items) + "]"
	case *Tuple:
		if x.Type != nil {
			parts := make([]string, len(x.Items))
			for i, f := range x.Type.Fields {
				parts[i] = f + "=" + reprDepth(x.Items[i], depth-1)
			}
			return x.Type.Name + "(" + strings.Join(parts, ", ") + ")"
		}
		if len(x.Items) == 1 {
			return "(" + list(x.Items) + ",)"
		}
		return "(" + list(x.Items) + ")"
	case *Dict:
		var parts []string
		x.Each(func(k, v Value) bool {
			parts = append(parts, reprDepth(k, depth-1)+": "+reprDepth(v, depth-1))
			return true
		})
		return "{" + strings.Join(parts, ", ") + "}"
	case *Set:
		if x.d.Len() == 0 {
			return "set()"
		}
		return "{" + list(x.d.Keys()) + "}"
	case *Range:
		if x.Step == 1 {
			return fmt.Sprintf("range(%d, %d)", x.Start, x.Stop)
		}
		return fmt.Sprintf("range(%d, %d, %d)", x.Start, x.Stop, x.Step)
	case *Slice:
		return fmt.Sprintf("slice(%s, %s, %s)", reprDepth(x.Start, depth-1), reprDepth(x.Stop, depth-1), reprDepth(x.Step, depth-1))
	case *graph.Tensor:
		return fmt.Sprintf("Tensor(%q, shape=%s, dtype=%s)", x.Name(), shapeText(x.Shape()), x.DType)
	case *graph.Node:
		return fmt.Sprintf("<tf.Operation %q type=%s>", x.Name, x.Op())
	case *model.Variable:
		return fmt.Sprintf("<tf.Variable %q shape=%s dtype=%s>", x.Name+":0", shapeText(x.Shape), x.DType)
	case tensor.DType:
		return "tf." + x.String()
	case tensor.Shape:
		if !x.Known() {
			return "TensorShape(None)"
		}
		parts := make([]string, x.Rank())
		for i, d := range x.Dims() {
			parts[i] = reprDepth(dimValue(d), depth)
		}
		return "TensorShape([" + strings.Join(parts, ", ") + "])"
	case *TensorSpec:
		name := "None"
		if x.Name != "" {
			name = quote(x.Name)
		}
		return fmt.Sprintf("TensorSpec(shape=%s, dtype=tf.%s, name=%s)", shapeText(x.Shape), x.DType, name)
	case *Namespace:
		return fmt.Sprintf("<module %q>", strings.TrimSuffix("tf."+x.Path, "."))
	case *Closure:
		return "<function " + x.Name + ">"
	case *Builtin:
		return "<function " + x.Name + ">"
	case *Type:
		return "<class " + quote(x.Name) + ">"
	case *Scalar:
		return reprDepth(x.value, depth)
	case *Array:
		return "array(" + reprDepth(hostValue(x.t), depth-1) + ")"
	}
	return "<" + typeName(v) + ">"
}

// shapeText writes a shape as Python's TensorShape does: (None, 4), (3,),
// <unknown>.
func shapeText(s tensor.Shape) string {
	if !s.Known() {
		return "<unknown>"
	}
	parts := make([]string, s.Rank())
	for i, d := range s.Dims() {
		if parts[i] = strconv.FormatInt(d, 10); d < 0 {
			parts[i] = "None"
		}
	}
	if len(parts) == 1 {
		return "(" + parts[0] + ",)"
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// floatText is repr of a float: the shortest digits, as Python writes them.
func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	exp := 0
	if f != 0 {
		s := strconv.FormatFloat(f, 'e', -1, 64)
		exp, _ = strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	}
	if exp < -4 || exp >= 16 {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.ContainsRune(s, '.') {
		s += ".0"
	}
	return s
}

func complexText(c complex128) string {
	part := func(f float64) string { return strings.TrimSuffix(floatText(f), ".0") }
	im := part(imag(c))
	if real(c) == 0 {
		return im + "j"
	}
	if !strings.HasPrefix(im, "-") {
		im = "+" + im
	}
	return "(" + part(real(c)) + im + "j)"
}

// quote is repr of a str.
func quote(s string) string {
	q := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = '"'
	}
	var b strings.Builder
	b.WriteByte(q)
	for _, r := range s {
		switch {
		case r == rune(q) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(q)
	return b.String()
}

func quoteBytes(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// formatSpec is a parsed format specification:
// [[fill]align][sign][#][0][width][,][.precision][type].
type formatSpec struct {
	fill      rune
	align     byte
	sign      byte
	alt       bool
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
		if f.align == 0 {
			f.fill, f.align = '0', '='
		}
		s = s[1:]
	}
	digits := func() int {
		n := -1
		for s != "" && s[0] >= '0' && s[0] <= '9' {
			n = max(n, 0)*10 + int(s[0]-'0')
			if n > 1<<16 {
				return -2
			}
			s = s[1:]
		}
		return n
	}
	w := digits()
	if w == -2 {
		return f, false
	}
	f.width = max(w, 0)
	if s != "" && (s[0] == ',' || s[0] == '_') {
		f.group, s = s[0], s[1:]
	}
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		if f.precision = digits(); f.precision < 0 {
			return f, false
		}
	}
	if s != "" {
		f.verb, s = s[0], s[1:]
	}
	return f, s == ""
}

// format is format(v, spec).
func (t *thread) format(v Value, spec string) (string, error) {
	if spec == "" {
		return t.str(v), nil
	}
	if s, ok := v.(*Scalar); ok {
		v = s.value
	}
	f, ok := parseFormat(spec)
	if !ok {
		return "", t.errorf("ValueError", "invalid format specifier %q", spec)
	}
	bad := func() error {
		return t.errorf("ValueError", "unknown format code %q for %s", string(f.verb), typeName(v))
	}
	if s, ok := v.(string); ok {
		if f.verb != 0 && f.verb != 's' {
			return "", bad()
		}
		if r := []rune(s); f.precision >= 0 && len(r) > f.precision {
			s = string(r[:f.precision])
		}
		return pad(f, "", s, '<'), nil
	}
	n := number(v)
	if _, isBool := v.(bool); isBool && f.verb == 0 || n == nil {
		return "", t.errorf("TypeError", "unsupported format string passed to %s", typeName(v))
	}
	var body string
	switch f.verb {
	case 'd', 'b', 'o', 'x', 'X', 'n', 'c':
		i := bigInt(n)
		if i == nil {
			return "", bad()
		}
		base, prefix := 10, ""
		switch f.verb {
		case 'b':
			base, prefix = 2, "0b"
		case 'o':
			base, prefix = 8, "0o"
		case 'x', 'X':
			base, prefix = 16, "0x"
		case 'c':
			return pad(f, "", string(rune(i.Int64())), '<'), nil
		}
		body = i.Text(base)
		neg := strings.HasPrefix(body, "-")
		body = strings.TrimPrefix(body, "-")
		if f.verb == 'X' {
			body, prefix = strings.ToUpper(body), "0X"
		}
		if f.alt {
			body = prefix + body
		}
		if neg {
			body = "-" + body
		}
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		x, ok := toFloat(n)
		if !ok {
			return "", bad()
		}
		body = floatFormat(x, f)
	case 0:
		if i := bigInt(n); i != nil {
			body = i.String()
		} else if x, ok := toFloat(n); ok {
			if f.precision >= 0 {
				f.verb = 'g'
				body = floatFormat(x, f)
			} else {
				body = floatText(x)
			}
		} else {
			return "", bad()
		}
	default:
		return "", bad()
	}
	sign := ""
	if strings.HasPrefix(body, "-") {
		sign, body = "-", body[1:]
	} else if f.sign == '+' || f.sign == ' ' {
		sign = string(f.sign)
	}
	if f.group != 0 {
		body = groupDigits(body, f.group)
	}
	return pad(f, sign, body, '>'), nil
}

func floatFormat(x float64, f formatSpec) string {
	prec := f.precision
	if prec < 0 {
		prec = 6
	}
	verb := f.verb
	suffix := ""
	if verb == '%' {
		x, verb, suffix = x*100, 'f', "%"
	}
	if verb == 'F' {
		verb = 'f'
	}
	switch {
	case math.IsNaN(x):
		return "nan" + suffix
	case math.IsInf(x, 0):
		return strings.TrimPrefix(fmt.Sprintf("%f", x), "+") + suffix
	case verb == 'g' || verb == 'G':
		if prec == 0 {
			prec = 1
		}
		s := strconv.FormatFloat(x, verb, prec, 64)
		return s
	}
	return strconv.FormatFloat(x, verb, prec, 64) + suffix
}

func groupDigits(s string, sep byte) string {
	end := strings.IndexAny(s, ".e")
	if end < 0 {
		end = len(s)
	}
	var b strings.Builder
	for i := range end {
		if i > 0 && (end-i)%3 == 0 {
			b.WriteByte(sep)
		}
		b.WriteByte(s[i])
	}
	return b.String() + s[end:]
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

// percent is "format" % args.
func (t *thread) percent(format string, args Value) (string, error) {
	items := []Value{args}
	if tuple, ok := args.(*Tuple); ok {
		items = tuple.Items
	}
	named, _ := args.(*Dict)
	var b strings.Builder
	used := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		if i < len(format) && format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		var v Value
		have := false
		if i < len(format) && format[i] == '(' {
			end := strings.IndexByte(format[i:], ')')
			if end < 0 || named == nil {
				return "", t.errorf("TypeError", "format requires a mapping")
			}
			key := format[i+1 : i+end]
			var ok bool
			if v, ok = named.Get(key); !ok {
				return "", t.errorf("KeyError", "%s", quote(key))
			}
			have = true
			i += end + 1
		}
		start := i
		for i < len(format) && strings.IndexByte("-+ #0123456789.", format[i]) >= 0 {
			i++
		}
		if i >= len(format) {
			return "", t.errorf("ValueError", "incomplete format")
		}
		flags, verb := format[start:i], format[i]
		if !have {
			if used >= len(items) {
				return "", t.errorf("TypeError", "not enough arguments for format string")
			}
			v = items[used]
			used++
		}
		spec := ""
		if strings.Contains(flags, "-") {
			flags, spec = strings.ReplaceAll(flags, "-", ""), "<"
		}
		switch verb {
		case 's':
			if spec == "" {
				spec = ">"
			}
			v = t.str(v)
			spec += flags + "s"
		case 'r':
			if spec == "" {
				spec = ">"
			}
			v = t.repr(v)
			spec += flags + "s"
		case 'd', 'i', 'u':
			if x, ok := v.(float64); ok {
				v = int64(x)
			}
			spec += flags + "d"
		default:
			spec += flags + string(verb)
		}
		s, err := t.format(v, spec)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	if used < len(items) && named == nil {
		return "", t.errorf("TypeError", "not all arguments converted during string formatting")
	}
	return b.String(), nil
}

// formatMethod is str.format.
func (t *thread) formatMethod(format string, args *callArgs) (string, error) {
	var b strings.Builder
	auto := 0
	for i := 0; i < len(format); i++ {
		c := format[i]
		if (c == '{' || c == '}') && i+1 < len(format) && format[i+1] == c {
			b.WriteByte(c)
			i++
			continue
		}
		if c != '{' {
			b.WriteByte(c)
			continue
		}
		end := strings.IndexByte(format[i:], '}')
		if end < 0 {
			return "", t.errorf("ValueError", "expected '}' before end of string")
		}
		field := format[i+1 : i+end]
		i += end
		spec, conv := "", ""
		if j := strings.IndexByte(field, ':'); j >= 0 {
			field, spec = field[:j], field[j+1:]
		}
		if j := strings.IndexByte(field, '!'); j >= 0 {
			field, conv = field[:j], field[j+1:]
		}
		name, attr, _ := strings.Cut(field, ".")
		var v Value
		if name == "" {
			name = itoa(auto)
			auto++
		}
		if n, err := strconv.Atoi(name); err == nil {
			if n >= len(args.pos) {
				return "", t.errorf("IndexError", "replacement index %d out of range", n)
			}
			v = args.pos[n]
		} else {
			var ok bool
			if v, ok = args.keyword(name); !ok {
				return "", t.errorf("KeyError", "%s", quote(name))
			}
		}
		if attr != "" {
			var err error
			if v, err = t.getAttr(v, attr); err != nil {
				return "", err
			}
		}
		switch conv {
		case "r", "a":
			v = t.repr(v)
		case "s":
			v = t.str(v)
		}
		s, err := t.format(v, spec)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}
