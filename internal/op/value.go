package op

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/wire"
)

// decodeValue reads an AttrValue (tensorflow/core/framework/attr_value.proto)
// of the embedded registry, as the value of an attribute of type typ.
func decodeValue(b []byte, typ string) any {
	v := zeroValue(typ)
	eachField(b, func(f wire.Field) {
		switch f.Num {
		case 1:
			v = decodeList(f.Bytes, typ)
		case 2:
			v = string(f.Bytes)
		case 3:
			v = int64(f.Value)
		case 4:
			v = math.Float32frombits(uint32(f.Value))
		case 5:
			v = f.Value != 0
		case 6:
			v = tensor.DType(f.Value)
		case 7:
			v = decodeShape(f.Bytes)
		case 8:
			v = decodeTensor(f.Bytes)
		case 10:
			v = decodeFunc(f.Bytes)
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
	eachField(b, func(f wire.Field) {
		switch l := v.(type) {
		case []string:
			v = append(l, string(f.Bytes))
		case []tensor.Shape:
			v = append(l, decodeShape(f.Bytes))
		case []*tensor.Tensor:
			v = append(l, decodeTensor(f.Bytes))
		case []Func:
			v = append(l, decodeFunc(f.Bytes))
		case []float32:
			for p := f.Bytes; len(p) >= 4; p = p[4:] {
				l = append(l, math.Float32frombits(binary.LittleEndian.Uint32(p)))
			}
			v = l
		case []int64:
			eachVarint(f.Bytes, func(u uint64) { l = append(l, int64(u)) })
			v = l
		case []bool:
			eachVarint(f.Bytes, func(u uint64) { l = append(l, u != 0) })
			v = l
		case []tensor.DType:
			eachVarint(f.Bytes, func(u uint64) { l = append(l, tensor.DType(u)) })
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
	eachField(b, func(f wire.Field) {
		switch f.Num {
		case 2:
			var size int64
			eachField(f.Bytes, func(f wire.Field) {
				if f.Num == 1 {
					size = int64(f.Value)
				}
			})
			dims = append(dims, size)
		case 3:
			unknown = f.Value != 0
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
	eachField(b, func(f wire.Field) {
		switch f.Num {
		case 1:
			t.DType = tensor.DType(f.Value)
		case 2:
			t.Dims = decodeShape(f.Bytes).Dims()
		case 7:
			eachVarint(f.Bytes, func(u uint64) {
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
	eachField(b, func(f wire.Field) {
		if f.Num == 1 {
			fn.Name = string(f.Bytes)
		}
	})
	return fn
}
