package inspect

import (
	"bufio"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"
)

// WritePbtxt writes a message in text form, as the Python protobuf library
// does: fields in order of their numbers, entries of maps in order of their
// keys. (That of Go puts blanks at random, so that nobody relies on them.)
// Fields that the message type does not know are left out.
func WritePbtxt(w io.Writer, m proto.Message) error {
	b := bufio.NewWriterSize(w, 1<<16)
	p := &pbtxt{w: b}
	p.message(m.ProtoReflect(), "")
	return b.Flush()
}

type pbtxt struct{ w *bufio.Writer }

func (p *pbtxt) message(m protoreflect.Message, indent string) {
	if p.any(m, indent) {
		return
	}
	type field struct {
		fd protoreflect.FieldDescriptor
		v  protoreflect.Value
	}
	var fields []field
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		fields = append(fields, field{fd, v})
		return true
	})
	slices.SortFunc(fields, func(a, b field) int { return int(a.fd.Number() - b.fd.Number()) })
	for _, f := range fields {
		switch {
		case f.fd.IsMap():
			p.entries(f.fd, f.v.Map(), indent)
		case f.fd.IsList():
			for i := range f.v.List().Len() {
				p.value(f.fd, f.v.List().Get(i), indent)
			}
		default:
			p.value(f.fd, f.v, indent)
		}
	}
}

// any writes the message that an Any holds, where its type is one of ours.
func (p *pbtxt) any(m protoreflect.Message, indent string) bool {
	a, ok := m.Interface().(*anypb.Any)
	if !ok {
		return false
	}
	t, err := protoregistry.GlobalTypes.FindMessageByURL(a.GetTypeUrl())
	if err != nil {
		return false
	}
	inner := t.New().Interface()
	if proto.Unmarshal(a.GetValue(), inner) != nil {
		return false
	}
	p.w.WriteString(indent + "[" + a.GetTypeUrl() + "] {\n")
	p.message(inner.ProtoReflect(), indent+"  ")
	p.w.WriteString(indent + "}\n")
	return true
}

// entries writes a map. Keys and values that are the default are left out, but
// for messages, as Python's library does.
func (p *pbtxt) entries(fd protoreflect.FieldDescriptor, m protoreflect.Map, indent string) {
	var keys []protoreflect.MapKey
	m.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, k)
		return true
	})
	slices.SortFunc(keys, func(a, b protoreflect.MapKey) int {
		if fd.MapKey().Kind() == protoreflect.StringKind {
			return strings.Compare(a.String(), b.String())
		}
		x, y := number(a), number(b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for _, k := range keys {
		p.w.WriteString(indent + string(fd.Name()) + " {\n")
		p.entry(fd.MapKey(), k.Value(), indent+"  ")
		p.entry(fd.MapValue(), m.Get(k), indent+"  ")
		p.w.WriteString(indent + "}\n")
	}
}

func (p *pbtxt) entry(fd protoreflect.FieldDescriptor, v protoreflect.Value, indent string) {
	if fd.Message() != nil || !v.Equal(fd.Default()) {
		p.value(fd, v, indent)
	}
}

// number orders the keys of maps: all are unsigned.
func number(k protoreflect.MapKey) uint64 { return k.Uint() }

func (p *pbtxt) value(fd protoreflect.FieldDescriptor, v protoreflect.Value, indent string) {
	p.w.WriteString(indent + string(fd.Name()))
	if fd.Message() != nil {
		p.w.WriteString(" {\n")
		p.message(v.Message(), indent+"  ")
		p.w.WriteString(indent + "}\n")
		return
	}
	p.w.WriteString(": ")
	switch fd.Kind() {
	case protoreflect.StringKind:
		p.quote(v.String(), true)
	case protoreflect.BytesKind:
		p.quote(string(v.Bytes()), false)
	case protoreflect.EnumKind:
		if d := fd.Enum().Values().ByNumber(v.Enum()); d != nil {
			p.w.WriteString(string(d.Name()))
		} else {
			p.w.WriteString(strconv.Itoa(int(v.Enum())))
		}
	case protoreflect.FloatKind:
		p.w.WriteString(float(v.Float(), 32))
	case protoreflect.DoubleKind:
		p.w.WriteString(float(v.Float(), 64))
	default:
		p.w.WriteString(v.String())
	}
	p.w.WriteByte('\n')
}

// float writes the shortest decimal that is read back as the same number, as
// Python's repr does.
func float(v float64, bits int) string {
	switch {
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	case math.IsNaN(v):
		return "nan"
	}
	s := strconv.FormatFloat(v, 'g', -1, bits)
	mantissa, exponent, ok := strings.Cut(s, "e")
	if exp, err := strconv.Atoi(exponent); ok && err == nil && exp >= -4 && exp < 16 {
		return pointed(strconv.FormatFloat(v, 'f', -1, bits))
	}
	if ok {
		return mantissa + "e" + exponent
	}
	return pointed(s)
}

func pointed(s string) string {
	if strings.Contains(s, ".") {
		return s
	}
	return s + ".0"
}

// quote writes a string with the escapes of C, other bytes than printable ASCII
// in octal; of a text, what is not ASCII as it is.
func (p *pbtxt) quote(s string, text bool) {
	p.w.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			p.w.WriteString(`\n`)
		case '\r':
			p.w.WriteString(`\r`)
		case '\t':
			p.w.WriteString(`\t`)
		case '"':
			p.w.WriteString(`\"`)
		case '\'':
			p.w.WriteString(`\'`)
		case '\\':
			p.w.WriteString(`\\`)
		default:
			if c >= ' ' && c < 0x7f || text && c >= 0x80 {
				p.w.WriteByte(c)
			} else {
				p.w.WriteString(`\` + string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7}))
			}
		}
	}
	p.w.WriteByte('"')
}
