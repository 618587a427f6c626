package reader

import (
	"fmt"
	"reflect"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxMessage is the largest message that protobuf allows.
const maxMessage = 1<<31 - 1

// maxDepth is how deep messages may be nested: the limit of the C++ and Python
// protobuf libraries, so that TensorFlow refuses what is nested deeper.
const maxDepth = 100

// A message may take maxBlowup times its bytes, and freeBlowup, when it is
// decoded. Models that TensorFlow writes take up to 13 times their size; two
// bytes for an empty node would take a hundred times that.
const (
	maxBlowup  = 32
	freeBlowup = 32 << 20
)

// Unmarshal decodes a message, unless it is nested too deep or would take too
// much memory.
func Unmarshal(data []byte, m proto.Message) error {
	proto.Reset(m)
	return newChecker(int64(len(data))).merge(data, m, 1)
}

// newChecker allows what messages of so many bytes may take.
func newChecker(size int64) *checker { return &checker{budget: maxBlowup*size + freeBlowup} }

// merge decodes a message into another that may have something already, and is
// nested so deep.
func (c *checker) merge(data []byte, m proto.Message, depth int) error {
	if err := c.message(data, typeOf(m.ProtoReflect().Type()), depth); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	// A map with a key twice keeps the last value; proto3 checks UTF-8 itself.
	if err := (proto.UnmarshalOptions{Merge: true}).Unmarshal(data, m); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return nil
}

// messageType says what a message costs in memory, and of which types its
// fields are.
type messageType struct {
	size   int64                 // of the Go value and a pointer to it
	fields []*messageType        // by number; nil for what is no message
	packed []protoreflect.Kind   // by number; of lists of numbers
	isMap  bool                  // an entry of a map
	desc   protoreflect.FullName // for messages
}

var types sync.Map // protoreflect.FullName → *messageType

// overhead is what a slice element or a string costs beside its bytes.
const overhead = 16

// mapEntry is what an entry of a small map costs: a group of a Go map has eight
// places, and there is the map itself.
const mapEntry = 160

func typeOf(t protoreflect.MessageType) *messageType {
	d := t.Descriptor()
	if known, ok := types.Load(d.FullName()); ok {
		return known.(*messageType)
	}
	mt := &messageType{desc: d.FullName(), size: int64(reflect.TypeOf(t.Zero().Interface()).Elem().Size()) + overhead}
	types.Store(d.FullName(), mt) // before its fields: types are recursive
	mt.setFields(d, t)
	return mt
}

func (mt *messageType) setFields(d protoreflect.MessageDescriptor, t protoreflect.MessageType) {
	most := protoreflect.FieldNumber(0)
	for i := range d.Fields().Len() {
		most = max(most, d.Fields().Get(i).Number())
	}
	fields := make([]*messageType, most+1)
	mt.packed = make([]protoreflect.Kind, most+1)
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		switch {
		case fd.IsMap():
			entry := &messageType{isMap: true, size: mapEntry, desc: fd.Message().FullName()}
			entry.fields = make([]*messageType, 3)
			entry.packed = make([]protoreflect.Kind, 3)
			if v := fd.MapValue(); v.Message() != nil {
				entry.fields[2] = typeOf(t.Zero().NewField(fd).Map().NewValue().Message().Type())
			}
			fields[fd.Number()] = entry
		case fd.Message() != nil && fd.IsList():
			fields[fd.Number()] = typeOf(t.Zero().NewField(fd).List().NewElement().Message().Type())
		case fd.Message() != nil:
			fields[fd.Number()] = typeOf(t.Zero().NewField(fd).Message().Type())
		case fd.IsList() && fd.Kind() != protoreflect.StringKind && fd.Kind() != protoreflect.BytesKind:
			mt.packed[fd.Number()] = fd.Kind()
		}
	}
	mt.fields = fields
}

// checker adds up what a message costs, in one pass over its bytes.
type checker struct{ budget int64 }

func (c *checker) spend(n int64) error {
	if c.budget -= n; c.budget < 0 {
		return fmt.Errorf("a message of many empty parts: it would take more than %d times its size in memory", maxBlowup)
	}
	return nil
}

func (c *checker) message(b []byte, t *messageType, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("messages nested more than %d deep, the limit of TensorFlow's readers", maxDepth)
	}
	if err := c.spend(t.size); err != nil {
		return err
	}
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%s: %w", t.desc, protowire.ParseError(n))
		}
		b = b[n:]
		if typ != protowire.BytesType {
			if n = protowire.ConsumeFieldValue(num, typ, b); n < 0 {
				return fmt.Errorf("%s, field %d: %w", t.desc, num, protowire.ParseError(n))
			}
			b = b[n:]
			if err := c.spend(overhead / 2); err != nil {
				return err
			}
			continue
		}
		value, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return fmt.Errorf("%s, field %d: %w", t.desc, num, protowire.ParseError(n))
		}
		b = b[n:]
		var err error
		switch {
		case int(num) < len(t.fields) && t.fields[num] != nil:
			err = c.message(value, t.fields[num], depth+1)
		case int(num) < len(t.packed) && t.packed[num] != 0:
			err = c.spend(packedSize(t.packed[num], int64(len(value))))
		default:
			err = c.spend(int64(len(value)) + overhead)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// packedSize is the most that a packed list of so many bytes takes: a number
// has one byte or more, and a slice that grows is half empty at worst.
func packedSize(k protoreflect.Kind, n int64) int64 {
	switch k {
	case protoreflect.BoolKind, protoreflect.FloatKind, protoreflect.DoubleKind, protoreflect.Fixed32Kind, protoreflect.Fixed64Kind:
		return n
	case protoreflect.Int32Kind, protoreflect.EnumKind, protoreflect.Uint32Kind:
		return 4 * n
	}
	return 8 * n
}
