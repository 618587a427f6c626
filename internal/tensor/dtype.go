// Package tensor holds what every layer shares about tensors: dtypes, static
// shapes and host values. It knows nothing of graphs, files or specs.
package tensor

import "fmt"

// DType is a TensorFlow element type. Its numbers are those of the DataType
// enum (tensorflow/core/framework/types.proto, TF 2.21).
type DType int32

// The element types of TensorFlow 2.21.
const (
	Invalid        DType = 0
	Float32        DType = 1
	Float64        DType = 2
	Int32          DType = 3
	Uint8          DType = 4
	Int16          DType = 5
	Int8           DType = 6
	String         DType = 7
	Complex64      DType = 8
	Int64          DType = 9
	Bool           DType = 10
	QInt8          DType = 11
	QUint8         DType = 12
	QInt32         DType = 13
	BFloat16       DType = 14
	QInt16         DType = 15
	QUint16        DType = 16
	Uint16         DType = 17
	Complex128     DType = 18
	Half           DType = 19
	Resource       DType = 20
	Variant        DType = 21
	Uint32         DType = 22
	Uint64         DType = 23
	Float8E5M2     DType = 24
	Float8E4M3FN   DType = 25
	Float8E4M3FNUZ DType = 26
	Float8E4M3B11  DType = 27
	Float8E5M2FNUZ DType = 28
	Int4           DType = 29
	Uint4          DType = 30
	Int2           DType = 31
	Uint2          DType = 32
	Float4E2M1FN   DType = 33
)

// refOffset is what TensorFlow adds to a dtype's number for its reference form.
const refOffset = 100

type class uint8

const (
	classOther class = iota
	classFloat
	classInt
	classUint
	classComplex
	classQuantized
	classBool
)

type info struct {
	name  string
	size  int // bytes of one element on the host and in a checkpoint; 0 where elements vary
	class class
}

var infos = [...]info{
	Float32:        {"float32", 4, classFloat},
	Float64:        {"float64", 8, classFloat},
	Int32:          {"int32", 4, classInt},
	Uint8:          {"uint8", 1, classUint},
	Int16:          {"int16", 2, classInt},
	Int8:           {"int8", 1, classInt},
	String:         {"string", 0, classOther},
	Complex64:      {"complex64", 8, classComplex},
	Int64:          {"int64", 8, classInt},
	Bool:           {"bool", 1, classBool},
	QInt8:          {"qint8", 1, classQuantized},
	QUint8:         {"quint8", 1, classQuantized},
	QInt32:         {"qint32", 4, classQuantized},
	BFloat16:       {"bfloat16", 2, classFloat},
	QInt16:         {"qint16", 2, classQuantized},
	QUint16:        {"quint16", 2, classQuantized},
	Uint16:         {"uint16", 2, classUint},
	Complex128:     {"complex128", 16, classComplex},
	Half:           {"float16", 2, classFloat},
	Resource:       {"resource", 0, classOther},
	Variant:        {"variant", 0, classOther},
	Uint32:         {"uint32", 4, classUint},
	Uint64:         {"uint64", 8, classUint},
	Float8E5M2:     {"float8_e5m2", 1, classFloat},
	Float8E4M3FN:   {"float8_e4m3fn", 1, classFloat},
	Float8E4M3FNUZ: {"float8_e4m3fnuz", 1, classFloat},
	Float8E4M3B11:  {"float8_e4m3b11fnuz", 1, classFloat},
	Float8E5M2FNUZ: {"float8_e5m2fnuz", 1, classFloat},
	Int4:           {"int4", 1, classInt},
	Uint4:          {"uint4", 1, classUint},
	Int2:           {"int2", 1, classInt},
	Uint2:          {"uint2", 1, classUint},
	Float4E2M1FN:   {"float4_e2m1fn", 1, classFloat},
}

var byName = func() map[string]DType {
	m := make(map[string]DType, len(infos)+4)
	for i, in := range infos {
		if in.name != "" {
			m[in.name] = DType(i)
		}
	}
	// Names that TensorFlow accepts for the same types (tf.as_dtype).
	m["half"], m["float"], m["double"] = Half, Float32, Float64
	return m
}()

// ParseDType finds a dtype by the name that tf.as_dtype takes: "float32",
// "bfloat16", "half", "float", "double", ….
func ParseDType(name string) (DType, bool) {
	d, ok := byName[name]
	return d, ok
}

// DTypeNames lists the canonical names, in the order of the enum.
func DTypeNames() []string {
	names := make([]string, 0, len(infos))
	for _, in := range infos {
		if in.name != "" {
			names = append(names, in.name)
		}
	}
	return names
}

func (d DType) info() info {
	d = d.Base()
	if d < 0 || int(d) >= len(infos) {
		return info{}
	}
	return infos[d]
}

// String gives TensorFlow's name of the type, as tf.DType.name does; a
// reference type ends in "_ref".
func (d DType) String() string {
	in := d.info()
	if in.name == "" {
		return fmt.Sprintf("dtype(%d)", int32(d))
	}
	if d.IsRef() {
		return in.name + "_ref"
	}
	return in.name
}

// Valid reports whether d is a type of TensorFlow 2.21 (reference types included).
func (d DType) Valid() bool { return d.info().name != "" }

// Size is the number of bytes of one element, on the host and in a checkpoint
// (int4 and its kin take one byte an element); 0 for string, resource and variant.
func (d DType) Size() int { return d.info().size }

// IsRef reports a reference type, as variables of TensorFlow 1 have.
func (d DType) IsRef() bool { return d > refOffset }

// Base strips the reference from a reference type.
func (d DType) Base() DType {
	if d > refOffset {
		return d - refOffset
	}
	return d
}

// Ref gives the reference form of d.
func (d DType) Ref() DType { return d.Base() + refOffset }

// IsFloating reports a non-quantized real floating type, bfloat16, half and
// float8 included (tf.DType.is_floating).
func (d DType) IsFloating() bool { return d.info().class == classFloat }

// IsInteger reports a non-quantized integer type, signed or not (tf.DType.is_integer).
func (d DType) IsInteger() bool {
	c := d.info().class
	return c == classInt || c == classUint
}

// IsUnsigned reports an unsigned non-quantized integer type.
func (d DType) IsUnsigned() bool { return d.info().class == classUint }

// IsComplex reports complex64 or complex128.
func (d DType) IsComplex() bool { return d.info().class == classComplex }

// IsQuantized reports qint8 and its kin.
func (d DType) IsQuantized() bool { return d.info().class == classQuantized }

// Real is the type of a complex type's parts; d itself otherwise.
func (d DType) Real() DType {
	switch d {
	case Complex64:
		return Float32
	case Complex128:
		return Float64
	}
	return d
}
