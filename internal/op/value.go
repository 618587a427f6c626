package op

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tfsave/tfsave/internal/tensor"
)

// decodeValue reads an AttrValue (tensorflow/core/framework/attr_value.proto)
// of the embedded registry, as the value of an attribute of type typ.
func decodeValue(b []byte, typ string) any {
	v := zeroValue(typ)
	eachField(b, func(f field) {
		switch f.num {
		case 1:
			v = decodeList(f.bytes, typ)
		case 2:
			v = string(f.bytes)
		case 3:
			v = int64(f.value)
		case 4:
			v = math.Float32frombits(uint32(f.value))
		case 5:
			v = f.value != 0
		case 6:
			v = tensor.DType(f.value)
		case 7:
			v = decodeShape(f.bytes)
		case 8:
			v = decodeTensor(f.bytes)
		case 10:
			v = decodeFunc(f.bytes)
		}
	})
	return v
}

// zeroValue is the value of an AttrValue that holds nothing: an empty list.
func zeroValue(typ string) any {
	switch typ {
	case "list(int)":
		return []int64{}
	case "list(float)":
		return []float32{}
	case "list(bool)":
		return []bool{}
	case "list(string)":
		return []string{}
	case "list(type)":
		return []tensor.DType{}
	case "list(shape)":
		return []tensor.Shape{}
	case "list(tensor)":
		return []*tensor.Tensor{}
	case "list(func)":
		return []Func{}
	}
	return nil
}

func decodeList(b []byte, typ string) any {
	v := zeroValue(typ)
	eachField(b, func(f field) {
		switch l := v.(type) {
		case []string:
			v = append(l, string(f.bytes))
		case []tensor.Shape:
			v = append(l, decodeShape(f.bytes))
		case []*tensor.Tensor:
			v = append(l, decodeTensor(f.bytes))
		case []Func:
			v = append(l, decodeFunc(f.bytes))
		case []float32:
			for p := f.bytes; len(p) >= 4; p = p[4:] {
				l = append(l, math.Float32frombits(binary.LittleEndian.Uint32(p)))
			}
			v = l
		case []int64:
			eachVarint(f.bytes, func(u uint64) { l = append(l, int64(u)) })
			v = l
		case []bool:
			eachVarint(f.bytes, func(u uint64) { l = append(l, u != 0) })
			v = l
		case []tensor.DType:
			eachVarint(f.bytes, func(u uint64) { l = append(l, tensor.DType(u)) })
			v = l
		}
	})
	return v
}

// eachVarint walks over a packed field.
func eachVarint(b []byte, visit func(uint64)) {
	for len(b) > 0 {
		u, n := protowire.ConsumeVarint(b)
		if n < 0 {
			panic(fmt.Sprintf("internal error: op registry: %v", protowire.ParseError(n)))
		}
		visit(u)
		b = b[n:]
	}
}

func decodeShape(b []byte) tensor.Shape {
	dims, unknown := []int64{}, false
	eachField(b, func(f field) {
		switch f.num {
		case 2:
			var size int64
			eachField(f.bytes, func(f field) {
				if f.num == 1 {
					size = int64(f.value)
				}
			})
			dims = append(dims, size)
		case 3:
			unknown = f.value != 0
		}
	})
	if unknown {
		return tensor.UnknownShape()
	}
	return tensor.ShapeOf(dims...)
}

// decodeTensor reads a TensorProto whose elements are in int_val: the only
// form that occurs among defaults.
func decodeTensor(b []byte) *tensor.Tensor {
	t := &tensor.Tensor{}
	eachField(b, func(f field) {
		switch f.num {
		case 1:
			t.DType = tensor.DType(f.value)
		case 2:
			t.Dims = decodeShape(f.bytes).Dims()
		case 7:
			eachVarint(f.bytes, func(u uint64) {
				var le [8]byte
				binary.LittleEndian.PutUint64(le[:], u)
				t.Data = append(t.Data, le[:t.DType.Size()]...)
			})
		}
	})
	if err := t.Check(); err != nil {
		panic(fmt.Sprintf("internal error: op registry: %v", err))
	}
	return t
}

func decodeFunc(b []byte) Func {
	var fn Func
	eachField(b, func(f field) {
		if f.num == 1 {
			fn.Name = string(f.bytes)
		}
	})
	return fn
}
