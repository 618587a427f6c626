// Package astdump writes syntax trees as CPython's ast.dump does, so that tests
// can compare them with CPython's.
//
// Left out, as our trees do not have them: ctx, kind, type_comment,
// type_ignores, and positions inside f-strings (which CPython 3.11 gets
// wrong). Strings are in ASCII.
package astdump

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tfsave/tfsave/internal/python"
)

// nodeNames and fieldNames have the names in CPython's ast that are not those
// of our types, and not those of our fields in lower case.
var (
	nodeNames = map[string]string{
		"Alias": "alias", "Arg": "arg", "Arguments": "arguments", "Comprehension": "comprehension",
		"ExprStmt": "Expr", "Keyword": "keyword", "WithItem": "withitem",
	}
	fieldNames = map[string]string{
		"AsName": "asname", "ContextExpr": "context_expr", "Decorators": "decorator_list",
		"FormatSpec": "format_spec", "IsAsync": "is_async", "KwDefaults": "kw_defaults",
		"OptionalVars": "optional_vars",
	}
)

// operatorNames has the class names of the operators by type and value.
var operatorNames = map[reflect.Type][]string{
	reflect.TypeFor[python.Operator](): {"Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow",
		"LShift", "RShift", "BitOr", "BitXor", "BitAnd", "FloorDiv"},
	reflect.TypeFor[python.BoolOperator]():  {"And", "Or"},
	reflect.TypeFor[python.UnaryOperator](): {"Invert", "Not", "UAdd", "USub"},
	reflect.TypeFor[python.CmpOperator]():   {"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"},
}

type dumper struct {
	strings.Builder
	lines   []string // of the text; nil to leave positions out
	fstring int      // depth of f-strings around the node
}

// Dump returns a statement or expression as ast.dump(node) does.
func Dump(n python.Node) string {
	d := &dumper{}
	d.node(reflect.ValueOf(n))
	return d.String()
}

// DumpWithPositions returns the tree of the text src as
// ast.dump(tree, include_attributes=True) does.
func DumpWithPositions(m *python.Module, src string) string {
	src = strings.TrimPrefix(src, "\ufeff")
	src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	d := &dumper{lines: strings.Split(src, "\n")}
	d.node(reflect.ValueOf(m))
	return d.String()
}

// node writes the struct that ptr points to.
func (d *dumper) node(ptr reflect.Value) {
	v := ptr.Elem()
	name := v.Type().Name()
	// AsyncFor, AsyncWith, … embed the node that they are like.
	if f := v.Type().Field(0); f.Anonymous && f.IsExported() {
		v = v.Field(0)
	}
	if other, ok := nodeNames[name]; ok {
		name = other
	}
	d.WriteString(name + "(")
	sep := ""
	joined := name == "JoinedStr"
	if joined {
		d.fstring++
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous || isAbsent(name, v.Field(i)) {
			continue
		}
		fieldName, ok := fieldNames[field.Name]
		if !ok {
			fieldName = strings.ToLower(field.Name)
		}
		d.WriteString(sep + fieldName + "=")
		d.value(v.Field(i))
		sep = ", "
	}
	if joined {
		d.fstring--
	}
	if n, ok := ptr.Interface().(python.Node); ok && d.fstring == 0 && d.lines != nil {
		line, col := d.place(n.Pos())
		endLine, endCol := d.place(n.End())
		fmt.Fprintf(d, "%slineno=%d, col_offset=%d, end_lineno=%d, end_col_offset=%d", sep, line, col, endLine, endCol)
	}
	d.WriteByte(')')
}

// isAbsent tells whether a field of a node is optional and not there.
func isAbsent(node string, v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() && node != "Constant"
	case reflect.String:
		return v.Len() == 0
	}
	return false
}

// place turns a position into CPython's line and column, in bytes from 0.
func (d *dumper) place(pos python.Pos) (line, col int) {
	text := d.lines[pos.Line-1]
	for range pos.Col - 1 {
		_, n := utf8.DecodeRuneInString(text[col:])
		col += n
	}
	return pos.Line, col
}

func (d *dumper) value(v reflect.Value) {
	if names, ok := operatorNames[v.Type()]; ok {
		d.WriteString(names[v.Uint()] + "()")
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		d.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				d.WriteString(", ")
			}
			d.value(v.Index(i))
		}
		d.WriteByte(']')
	case reflect.Interface:
		if v.IsNil() {
			d.WriteString("None")
		} else if e := v.Elem(); e.Kind() == reflect.Pointer && e.Type() != reflect.TypeFor[*big.Int]() {
			d.node(e)
		} else {
			d.WriteString(repr(v.Interface()))
		}
	case reflect.Pointer:
		d.node(v)
	case reflect.String:
		d.WriteString(quote(v.String()))
	case reflect.Bool:
		if v.Bool() {
			d.WriteByte('1')
		} else {
			d.WriteByte('0')
		}
	default: // Level, Conversion
		fmt.Fprint(d, v.Int())
	}
}

// repr writes the value of a Constant as Python does.
func repr(value any) string {
	switch v := value.(type) {
	case bool:
		if v {
			return "True"
		}
		return "False"
	case float64:
		s := reprFloat(v)
		if !strings.ContainsAny(s, ".en") {
			s += ".0"
		}
		return s
	case complex128:
		return reprFloat(imag(v)) + "j"
	case string:
		return quote(v)
	case python.Bytes:
		var b strings.Builder
		q := quoteFor(string(v))
		b.WriteString("b" + string(q))
		for i := range len(v) {
			writeEscaped(&b, rune(v[i]), q)
		}
		b.WriteByte(q)
		return b.String()
	case python.EllipsisType:
		return "Ellipsis"
	}
	return fmt.Sprint(value) // int64, *big.Int
}

// reprFloat writes the shortest digits, in exponent form as Python chooses it.
func reprFloat(f float64) string {
	if math.IsInf(f, 0) {
		return "inf"
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	exp, _ := strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	if -4 <= exp && exp < 16 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return s
}

func quoteFor(s string) byte {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

// quote is Python's ascii(s).
func quote(s string) string {
	var b strings.Builder
	q := quoteFor(s)
	b.WriteByte(q)
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 { // a surrogate
			r, n = rune(s[0]&0x0f)<<12|rune(s[1]&0x3f)<<6|rune(s[2]&0x3f), 3
		}
		writeEscaped(&b, r, q)
		s = s[n:]
	}
	b.WriteByte(q)
	return b.String()
}

func writeEscaped(b *strings.Builder, r rune, quote byte) {
	switch {
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case r == '\\' || r == rune(quote):
		b.WriteByte('\\')
		b.WriteRune(r)
	case r < ' ' || r > '~' && r <= 0xff:
		fmt.Fprintf(b, `\x%02x`, r)
	case r > 0xffff:
		fmt.Fprintf(b, `\U%08x`, r)
	case r > '~':
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		b.WriteRune(r)
	}
}
