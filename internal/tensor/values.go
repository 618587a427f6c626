package tensor

import (
	"encoding/binary"
	"fmt"
)

// IntRange gives the bounds of an integer or quantized type; the upper one is
// unsigned because of uint64.
func IntRange(d DType) (lo int64, hi uint64, ok bool) {
	bits, unsigned := 0, false
	switch d {
	case Int2, Int4, Int8, Int16, Int32, Int64, QInt8, QInt16, QInt32:
	case Uint2, Uint4, Uint8, Uint16, Uint32, Uint64, QUint8, QUint16:
		unsigned = true
	default:
		return 0, 0, false
	}
	switch d {
	case Int2, Uint2:
		bits = 2
	case Int4, Uint4:
		bits = 4
	default:
		bits = 8 * d.Size()
	}
	if unsigned {
		return 0, ^uint64(0) >> (64 - bits), true
	}
	return -1 << (bits - 1), uint64(1)<<(bits-1) - 1, true
}

// AppendBits appends the element of d whose bits are the low ones of v,
// little-endian. An int4 or int2 takes the low bits of a byte whose others
// are zero, as in memory and checkpoints (observed with TF 2.21).
func AppendBits(b []byte, d DType, v uint64) []byte {
	switch d {
	case Int4, Uint4:
		return append(b, byte(v&0xf))
	case Int2, Uint2:
		return append(b, byte(v&0x3))
	}
	switch d.Size() {
	case 1:
		return append(b, byte(v))
	case 2:
		return binary.LittleEndian.AppendUint16(b, uint16(v))
	case 4:
		return binary.LittleEndian.AppendUint32(b, uint32(v))
	case 8:
		return binary.LittleEndian.AppendUint64(b, v)
	}
	panic(fmt.Sprintf("internal error: %s is no type of one number", d))
}

// AppendFloat appends v as one element of a floating or complex type, rounded
// as EncodeFloat does.
func AppendFloat(b []byte, d DType, v float64) []byte {
	if d.IsComplex() {
		return AppendComplex(b, d, complex(v, 0))
	}
	return AppendBits(b, d, EncodeFloat(d, v))
}

// AppendComplex appends v as one element of complex64 or complex128.
func AppendComplex(b []byte, d DType, v complex128) []byte {
	r := d.Real()
	return AppendBits(AppendBits(b, r, EncodeFloat(r, real(v))), r, EncodeFloat(r, imag(v)))
}

// FromFloats makes a tensor of a floating or complex type. With dims nil it
// is a scalar.
func FromFloats(d DType, dims []int64, values []float64) *Tensor {
	data := make([]byte, 0, len(values)*d.Size())
	for _, v := range values {
		data = AppendFloat(data, d, v)
	}
	return &Tensor{DType: d, Dims: dims, Data: data}
}

// FromInts makes a tensor of an integer, quantized, bool or floating type;
// integers keep their low bits. With dims nil it is a scalar.
func FromInts(d DType, dims []int64, values []int64) *Tensor {
	data := make([]byte, 0, len(values)*d.Size())
	for _, v := range values {
		switch {
		case d.IsFloating() || d.IsComplex():
			data = AppendFloat(data, d, float64(v))
		default:
			data = AppendBits(data, d, uint64(v))
		}
	}
	return &Tensor{DType: d, Dims: dims, Data: data}
}

// FromStrings makes a string tensor.
func FromStrings(dims []int64, values []string) *Tensor {
	return &Tensor{DType: String, Dims: dims, Strings: values}
}

// Bits is the bits of element i of a type of at most eight bytes an element.
func (t *Tensor) Bits(i int) uint64 {
	switch t.DType.Size() {
	case 1:
		return uint64(t.Data[i])
	case 2:
		return uint64(binary.LittleEndian.Uint16(t.Data[2*i:]))
	case 4:
		return uint64(binary.LittleEndian.Uint32(t.Data[4*i:]))
	case 8:
		return binary.LittleEndian.Uint64(t.Data[8*i:])
	}
	panic(fmt.Sprintf("internal error: %s is no type of one number", t.DType))
}

// Float is element i of a floating type.
func (t *Tensor) Float(i int) float64 { return DecodeFloat(t.DType, t.Bits(i)) }

// Int is element i of an integer, quantized or bool type; a uint64 beyond
// int64 comes out negative.
func (t *Tensor) Int(i int) int64 { return SignExtend(t.DType, t.Bits(i)) }

// SignExtend is the value of the bits of an integer, quantized or bool type;
// a uint64 beyond int64 comes out negative.
func SignExtend(d DType, bits uint64) int64 {
	switch d {
	case Int2:
		return int64(bits<<62) >> 62
	case Int4:
		return int64(bits<<60) >> 60
	case Int8, QInt8:
		return int64(int8(bits))
	case Int16, QInt16:
		return int64(int16(bits))
	case Int32, QInt32:
		return int64(int32(bits))
	}
	return int64(bits)
}
