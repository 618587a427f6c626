// Package wire walks over protobuf messages in wire form, for readers that need
// a few fields of a message, or do not know which message it is.
package wire

import (
	"fmt"
	"iter"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field is one field of a message.
type Field struct {
	Num   protowire.Number
	Type  protowire.Type
	Value uint64 // of a varint or a number of fixed size
	Bytes []byte // of what has a length: a text, a message, a packed list
}

// Is says whether it is the field num of a type. A field of a known number and
// another type is an unknown one, as for every protobuf parser.
func (f Field) Is(num protowire.Number, typ protowire.Type) bool {
	return f.Num == num && f.Type == typ
}

// Fields gives the fields of a message in the order of its bytes, and an error in
// place of the first that cannot be read. What a Field has are parts of msg.
func Fields(msg []byte) iter.Seq2[Field, error] {
	return func(yield func(Field, error) bool) {
		for len(msg) > 0 {
			num, typ, n := protowire.ConsumeTag(msg)
			if n < 0 {
				yield(Field{}, fmt.Errorf("not a protobuf message: %w", protowire.ParseError(n)))
				return
			}
			msg = msg[n:]
			f := Field{Num: num, Type: typ}
			switch typ {
			case protowire.VarintType:
				f.Value, n = protowire.ConsumeVarint(msg)
			case protowire.Fixed32Type:
				var v uint32
				v, n = protowire.ConsumeFixed32(msg)
				f.Value = uint64(v)
			case protowire.Fixed64Type:
				f.Value, n = protowire.ConsumeFixed64(msg)
			case protowire.BytesType:
				f.Bytes, n = protowire.ConsumeBytes(msg)
			default:
				n = protowire.ConsumeFieldValue(num, typ, msg)
			}
			if n < 0 {
				yield(Field{}, fmt.Errorf("field %d: %w", num, protowire.ParseError(n)))
				return
			}
			msg = msg[n:]
			if !yield(f, nil) {
				return
			}
		}
	}
}
