package savedmodel

import (
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/tfsave/tfsave/internal/tfpb"
)

// marshal writes a message the way TensorFlow writes its files: fields and map
// entries in ascending order. Go's protobuf differs from it in one point: the
// fields of a oneof come after all others.
func marshal(m proto.Message) ([]byte, error) { return appendOrdered(nil, m.ProtoReflect()) }

var deterministic = proto.MarshalOptions{Deterministic: true}

func appendOrdered(b []byte, m protoreflect.Message) ([]byte, error) {
	if !mixed(m.Descriptor()) {
		return deterministic.MarshalAppend(b, m.Interface())
	}
	var fields []protoreflect.FieldDescriptor
	plain := true // nothing inside needs an order of its own
	m.Range(func(fd protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		fields = append(fields, fd)
		plain = plain && !mixedField(fd)
		return true
	})
	slices.SortFunc(fields, func(a, b protoreflect.FieldDescriptor) int { return int(a.Number() - b.Number()) })
	if plain && !slices.ContainsFunc(fields[:max(len(fields)-1, 0)], inOneof) {
		return deterministic.MarshalAppend(b, m.Interface())
	}
	for _, fd := range fields {
		var err error
		v := m.Get(fd)
		switch {
		case fd.IsMap() && mixedField(fd):
			b, err = appendMap(b, fd, v.Map())
		case fd.IsList() && mixedField(fd):
			for i := 0; i < v.List().Len() && err == nil; i++ {
				b, err = appendNested(b, fd.Number(), v.List().Get(i).Message())
			}
		case mixedField(fd):
			b, err = appendNested(b, fd.Number(), v.Message())
		default:
			alone := m.New()
			alone.Set(fd, v)
			b, err = deterministic.MarshalAppend(b, alone.Interface())
		}
		if err != nil {
			return nil, err
		}
	}
	return append(b, m.GetUnknown()...), nil
}

func inOneof(fd protoreflect.FieldDescriptor) bool { return fd.ContainingOneof() != nil }

// appendNested writes a message as a field: the content, and then its length
// before it.
func appendNested(b []byte, num protowire.Number, m protoreflect.Message) ([]byte, error) {
	b = protowire.AppendTag(b, num, protowire.BytesType)
	start := len(b)
	b, err := appendOrdered(b, m)
	if err != nil {
		return nil, err
	}
	size := protowire.AppendVarint(nil, uint64(len(b)-start))
	return slices.Insert(b, start, size...), nil
}

// appendMap writes a map from strings to messages.
func appendMap(b []byte, fd protoreflect.FieldDescriptor, m protoreflect.Map) ([]byte, error) {
	var keys []protoreflect.MapKey
	m.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, k)
		return true
	})
	slices.SortFunc(keys, func(a, b protoreflect.MapKey) int { return strings.Compare(a.String(), b.String()) })
	for _, k := range keys {
		entry := protowire.AppendTag(nil, 1, protowire.BytesType)
		entry = protowire.AppendString(entry, k.String())
		entry, err := appendNested(entry, 2, m.Get(k).Message())
		if err != nil {
			return nil, err
		}
		b = protowire.AppendTag(b, fd.Number(), protowire.BytesType)
		b = protowire.AppendBytes(b, entry)
	}
	return b, nil
}

// mixed reports whether a message of a SavedModel, or one inside it, has a
// oneof beside other fields.
func mixed(d protoreflect.MessageDescriptor) bool { return mixedTypes()[d.FullName()] }

func mixedField(fd protoreflect.FieldDescriptor) bool {
	return fd.Message() != nil && mixed(fd.Message())
}

var mixedTypes = sync.OnceValue(func() map[protoreflect.FullName]bool {
	types := map[protoreflect.FullName]bool{}
	users := map[protoreflect.FullName][]protoreflect.FullName{} // messages that have a field of a type
	var visit func(d protoreflect.MessageDescriptor)
	visit = func(d protoreflect.MessageDescriptor) {
		if _, seen := types[d.FullName()]; seen {
			return
		}
		types[d.FullName()] = d.Oneofs().Len() > 0 && d.Oneofs().Get(0).Fields().Len() < d.Fields().Len()
		for i := 0; i < d.Fields().Len(); i++ {
			if inner := d.Fields().Get(i).Message(); inner != nil { // also the entries of maps
				users[inner.FullName()] = append(users[inner.FullName()], d.FullName())
				visit(inner)
			}
		}
	}
	visit((&tfpb.SavedModel{}).ProtoReflect().Descriptor())
	var spread func(name protoreflect.FullName)
	spread = func(name protoreflect.FullName) {
		for _, u := range users[name] {
			if !types[u] {
				types[u] = true
				spread(u)
			}
		}
	}
	for name, is := range types {
		if is {
			spread(name)
		}
	}
	return types
})
