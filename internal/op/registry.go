package op

import (
	_ "embed"
	"fmt"
	"sort"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/wire"
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
	eachField(registryData, func(f wire.Field) {
		if f.Num != 1 {
			return
		}
		_, _, n := protowire.ConsumeTag(f.Bytes)
		name, _ := protowire.ConsumeBytes(f.Bytes[max(n, 0):])
		entries = append(entries, entry{name: string(name), encoded: f.Bytes})
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

// eachField walks over a message of the embedded registry.
func eachField(b []byte, visit func(wire.Field)) {
	for f, err := range wire.Fields(b) {
		if err != nil {
			panic(fmt.Sprintf("internal error: op registry: %v", err))
		}
		visit(f)
	}
}

// decodeDef reads an OpDef (tensorflow/core/framework/op_def.proto).
func decodeDef(b []byte) *Def {
	d := &Def{encoded: b}
	eachField(b, func(f wire.Field) {
		switch f.Num {
		case 1:
			d.Name = string(f.Bytes)
		case 2:
			d.Inputs = append(d.Inputs, decodeArg(f.Bytes))
		case 3:
			d.Outputs = append(d.Outputs, decodeArg(f.Bytes))
		case 4:
			d.Attrs = append(d.Attrs, decodeAttrDef(f.Bytes))
		case 8:
			d.Deprecated = decodeDeprecation(f.Bytes)
		case 16:
			d.Aggregate = f.Value != 0
		case 17:
			d.Stateful = f.Value != 0
		case 18:
			d.Commutative = f.Value != 0
		case 19:
			d.AllowsUninitialized = f.Value != 0
		case 20:
			d.ControlOutputs = append(d.ControlOutputs, string(f.Bytes))
		case 21:
			d.DistributedCommunication = f.Value != 0
		}
	})
	return d
}

func decodeArg(b []byte) Arg {
	var a Arg
	eachField(b, func(f wire.Field) {
		switch f.Num {
		case 1:
			a.Name = string(f.Bytes)
		case 3:
			a.Type = tensor.DType(f.Value)
		case 4:
			a.TypeAttr = string(f.Bytes)
		case 5:
			a.NumberAttr = string(f.Bytes)
		case 6:
			a.TypeListAttr = string(f.Bytes)
		case 16:
			a.IsRef = f.Value != 0
		}
	})
	return a
}

func decodeAttrDef(b []byte) AttrDef {
	var a AttrDef
	var value, allowed []byte
	eachField(b, func(f wire.Field) {
		switch f.Num {
		case 1:
			a.Name = string(f.Bytes)
		case 2:
			a.Type = string(f.Bytes)
		case 3:
			a.HasDefault, value = true, f.Bytes
		case 5:
			a.HasMin = f.Value != 0
		case 6:
			a.Min = int64(f.Value)
		case 7:
			allowed = f.Bytes
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
	eachField(b, func(f wire.Field) {
		switch f.Num {
		case 1:
			d.Version = int(f.Value)
		case 2:
			d.Explanation = string(f.Bytes)
		}
	})
	return &d
}
