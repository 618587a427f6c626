package trace

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

func itoa(i int) string { return strconv.Itoa(i) }

// str is str(v).
func (t *thread) str(v Value) string {
	switch x := v.(type) {
	case string:
		return x
	case tensor.Shape:
		return shapeText(x)
	case tensor.DType:
		return "<dtype: '" + x.String() + "'>"
	case *Exception:
		if len(x.Args) == 1 {
			return t.str(x.Args[0])
		}
	case *Scalar:
		return t.str(x.value)
	}
	return t.repr(v)
}

// repr is repr(v).
func (t *thread) repr(v Value) string {
	p := printer{most: maxRepeat}
	p.value(v)
	return p.b.String()
}

// short is repr, cut to the length of a message.
func (t *thread) short(v Value) string { return short(v) }

func short(v Value) string {
	p := printer{most: 200}
	p.value(v)
	s := p.b.String()
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// printer writes the repr of values. What is longer than most, nested too
// deep, or inside of itself is written as "...".
type printer struct {
	b    strings.Builder
	most int
	open []any // the containers being written
}

func (p *printer) list(items []Value) {
	for i, x := range items {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if p.b.Len() > p.most {
			p.b.WriteString("...")
			return
		}
		p.value(x)
	}
}

func (p *printer) entries(d *Dict) {
	first := true
	d.Each(func(k, v Value) bool {
		if !first {
			p.b.WriteString(", ")
		}
		first = false
		if p.b.Len() > p.most {
			p.b.WriteString("...")
			return false
		}
		p.value(k)
		p.b.WriteString(": ")
		p.value(v)
		return true
	})
}

// container writes what inside writes between two brackets.
func (p *printer) container(v any, left, right string, inside func()) {
	p.b.WriteString(left)
	cut := len(p.open) >= 100
	for _, o := range p.open {
		cut = cut || o == v
	}
	if cut {
		p.b.WriteString("...")
	} else {
		p.open = append(p.open, v)
		inside()
		p.open = p.open[:len(p.open)-1]
	}
	p.b.WriteString(right)
}

func (p *printer) value(v Value) {
	switch x := v.(type) {
	case *List:
		p.container(x, "[", "]", func() { p.list(x.Items) })
	case *Tuple:
		p.tuple(x)
	case *Dict:
		p.container(x, "{", "}", func() { p.entries(x) })
	case *Set:
		if x.d.Len() == 0 {
			p.b.WriteString("set()")
			return
		}
		p.container(x, "{", "}", func() { p.list(x.d.Keys()) })
	case *dictView:
		p.container(x, "dict_"+x.kind+"([", "])", func() { p.list(x.items()) })
	case *Slice:
		p.container(x, "slice(", ")", func() { p.list([]Value{x.Start, x.Stop, x.Step}) })
	case *Array:
		p.b.WriteString("array(")
		p.value(x.nested())
		p.b.WriteString(")")
	case *Scalar:
		p.scalar(x)
	default:
		p.b.WriteString(atomText(v))
	}
}

func (p *printer) tuple(x *Tuple) {
	if x.Type == nil {
		right := ")"
		if len(x.Items) == 1 {
			right = ",)"
		}
		p.container(x, "(", right, func() { p.list(x.Items) })
		return
	}
	p.container(x, x.Type.Name+"(", ")", func() {
		for i, f := range x.Type.Fields {
			if i > 0 {
				p.b.WriteString(", ")
			}
			p.b.WriteString(f + "=")
			p.value(x.Items[i])
		}
	})
}

// atomText is the repr of a value without parts.
func atomText(v Value) string {
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
	case *Range:
		if x.Step == 1 {
			return fmt.Sprintf("range(%d, %d)", x.Start, x.Stop)
		}
		return fmt.Sprintf("range(%d, %d, %d)", x.Start, x.Stop, x.Step)
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
			parts[i] = atomText(dimValue(d))
		}
		return "TensorShape([" + strings.Join(parts, ", ") + "])"
	case *TensorSpec:
		name := "None"
		if x.Name != "" {
			name = quote(x.Name)
		}
		return fmt.Sprintf("TensorSpec(shape=%s, dtype=tf.%s, name=%s)", shapeText(x.Shape), x.DType, name)
	case *Namespace:
		return fmt.Sprintf("<module %q>", x.name())
	case *Closure:
		return "<function " + x.Name + ">"
	case *Builtin:
		return "<function " + x.Name + ">"
	case *Type:
		return "<class " + quote(x.Name) + ">"
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
	if real(c) == 0 && !math.Signbit(real(c)) {
		return im + "j"
	}
	if !strings.HasPrefix(im, "-") {
		im = "+" + im
	}
	return "(" + part(real(c)) + im + "j)"
}

// quote is repr of a str.
func quote(s string) string {
	q := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = '"'
	}
	var b strings.Builder
	b.WriteRune(q)
	for _, r := range s {
		switch {
		case r == q || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case !unicode.IsPrint(r):
			escapeRune(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteRune(q)
	return b.String()
}

// ascii is ascii() of a repr: what is not ASCII is escaped.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			escapeRune(&b, r)
		}
	}
	return b.String()
}

func escapeRune(b *strings.Builder, r rune) {
	switch {
	case r < 0x100:
		fmt.Fprintf(b, `\x%02x`, r)
	case r < 0x10000:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}

func quoteBytes(s string) string {
	q := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = '"'
	}
	var b strings.Builder
	b.WriteByte(q)
	for i := range len(s) {
		switch c := s[i]; {
		case c == q || c == '\\':
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
	b.WriteByte(q)
	return b.String()
}

// scalar prints a NumPy scalar as NumPy 2 does: np.float64(2.5), np.True_.
func (p *printer) scalar(x *Scalar) {
	if b, ok := x.value.(bool); ok {
		p.b.WriteString("np." + atomText(b) + "_")
		return
	}
	name := x.dtype.String()
	if x.dtype == tensor.String {
		name = "str_"
	}
	p.b.WriteString("np." + name + "(")
	p.value(x.value)
	p.b.WriteString(")")
}
