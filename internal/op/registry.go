package op

import (
	_ "embed"
	"fmt"
	"sort"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// registryData is a tensorflow.OpList in wire form, its ops in ascending order
// of their names, each OpDef starting with its name. TensorFlow 2.21's, written by
// conformance/ops/generate_registry.py.
//
// It is not compressed: an index over it takes microseconds, so that a start
// pays only for the ops that occur.
//
//go:embed registry.pb
var registryData []byte

// entry is one op of registryData, not yet decoded.
type entry struct {
	name    string
	encoded []byte
}

// index splits registryData into its ops.
var index = sync.OnceValue(func() []entry {
	entries := make([]entry, 0, 2048)
	eachField(registryData, func(f field) {
		if f.num != 1 {
			return
		}
		_, _, n := protowire.ConsumeTag(f.bytes)
		name, _ := protowire.ConsumeBytes(f.bytes[max(n, 0):])
		entries = append(entries, entry{name: string(name), encoded: f.bytes})
	})
	return entries
})

var decoded sync.Map // op name → *Def

// Lookup finds the definition of an op. It may be called at the same time by
// many; what it returns is shared and not to be written.
func Lookup(name string) (*Def, bool) {
	if d, ok := decoded.Load(name); ok {
		return d.(*Def), true
	}
	entries := index()
	i := sort.Search(len(entries), func(i int) bool { return entries[i].name >= name })
	if i == len(entries) || entries[i].name != name {
		return nil, false
	}
	d, _ := decoded.LoadOrStore(name, decodeDef(entries[i].encoded))
	return d.(*Def), true
}

// Names lists all ops in ascending order.
func Names() []string {
	entries := index()
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.name
	}
	return names
}

// NearestName gives the op that name was probably meant to be, "" where none is close.
func NearestName(name string) string { return spell.Nearest(name, Names()) }

// NearestAttr gives the attribute of d that name was probably meant to be, ""
// where none is close.
func (d *Def) NearestAttr(name string) string {
	names := make([]string, len(d.Attrs))
	for i := range d.Attrs {
		names[i] = d.Attrs[i].Name
	}
	return spell.Nearest(name, names)
}

// field is one field of a message in wire form: bytes where it is
// length-delimited, value where it is a varint or of fixed size.
type field struct {
	num   protowire.Number
	value uint64
	bytes []byte
}

// eachField walks over a message of the embedded registry.
func eachField(b []byte, visit func(field)) {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			panic(fmt.Sprintf("internal error: op registry: %v", protowire.ParseError(n)))
		}
		b = b[n:]
		f := field{num: num}
		switch typ {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(b)
			f.value = uint64(v)
		case protowire.Fixed64Type:
			f.value, n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			panic(fmt.Sprintf("internal error: op registry: wire type %d", typ))
		}
		if n < 0 {
			panic(fmt.Sprintf("internal error: op registry: %v", protowire.ParseError(n)))
		}
		visit(f)
		b = b[n:]
	}
}

// decodeDef reads an OpDef (tensorflow/core/framework/op_def.proto).
func decodeDef(b []byte) *Def {
	d := &Def{encoded: b}
	eachField(b, func(f field) {
		switch f.num {
		case 1:
			d.Name = string(f.bytes)
		case 2:
			d.Inputs = append(d.Inputs, decodeArg(f.bytes))
		case 3:
			d.Outputs = append(d.Outputs, decodeArg(f.bytes))
		case 4:
			d.Attrs = append(d.Attrs, decodeAttrDef(f.bytes))
		case 8:
			d.Deprecated = decodeDeprecation(f.bytes)
		case 16:
			d.Aggregate = f.value != 0
		case 17:
			d.Stateful = f.value != 0
		case 18:
			d.Commutative = f.value != 0
		case 19:
			d.AllowsUninitialized = f.value != 0
		case 20:
			d.ControlOutputs = append(d.ControlOutputs, string(f.bytes))
		case 21:
			d.DistributedCommunication = f.value != 0
		}
	})
	return d
}

func decodeArg(b []byte) Arg {
	var a Arg
	eachField(b, func(f field) {
		switch f.num {
		case 1:
			a.Name = string(f.bytes)
		case 3:
			a.Type = tensor.DType(f.value)
		case 4:
			a.TypeAttr = string(f.bytes)
		case 5:
			a.NumberAttr = string(f.bytes)
		case 6:
			a.TypeListAttr = string(f.bytes)
		case 16:
			a.IsRef = f.value != 0
		}
	})
	return a
}

func decodeAttrDef(b []byte) AttrDef {
	var a AttrDef
	var value, allowed []byte
	eachField(b, func(f field) {
		switch f.num {
		case 1:
			a.Name = string(f.bytes)
		case 2:
			a.Type = string(f.bytes)
		case 3:
			a.HasDefault, value = true, f.bytes
		case 5:
			a.HasMin = f.value != 0
		case 6:
			a.Min = int64(f.value)
		case 7:
			allowed = f.bytes
		}
	})
	if a.HasDefault {
		a.Default = decodeValue(value, a.Type)
	}
	// The allowed values of a list attribute are those of its elements.
	switch elem := elemType(a.Type); {
	case allowed == nil:
	case elem == "type":
		a.AllowedTypes = decodeValue(allowed, "list(type)").([]tensor.DType)
	case elem == "string":
		a.AllowedStrings = decodeValue(allowed, "list(string)").([]string)
	}
	return a
}

func decodeDeprecation(b []byte) *Deprecation {
	var d Deprecation
	eachField(b, func(f field) {
		switch f.num {
		case 1:
			d.Version = int(f.value)
		case 2:
			d.Explanation = string(f.bytes)
		}
	})
	return &d
}
