package tensor

import (
	"fmt"
	"math"
)

// floatFormat describes a binary floating-point format of at most 32 bits:
// sign, exponent, mantissa, from the highest bit down.
//
// All rounding is to the nearest value, ties to the even mantissa. What lies
// beyond the largest finite value after rounding becomes infinity, NaN where
// the format has no infinity, or the largest value where it has neither; so
// ml_dtypes 0.6 does it, and TensorFlow 2.21 for the types it can cast to.
type floatFormat struct {
	expBits, manBits uint
	bias             int
	special          special
}

// special tells what a format does with infinity, NaN and minus zero.
type special uint8

const (
	// ieee: the highest exponent is for infinity (mantissa zero) and NaN.
	ieee special = iota
	// fn: finite values and NaN (all ones) only.
	fn
	// fnuz: finite values, one NaN (the bits of minus zero), no minus zero.
	fnuz
	// finite: no NaN either.
	finite
)

var floatFormats = map[DType]floatFormat{
	Half:           {5, 10, 15, ieee},
	BFloat16:       {8, 7, 127, ieee},
	Float8E5M2:     {5, 2, 15, ieee},
	Float8E4M3FN:   {4, 3, 7, fn},
	Float8E4M3FNUZ: {4, 3, 8, fnuz},
	Float8E4M3B11:  {4, 3, 11, fnuz},
	Float8E5M2FNUZ: {5, 2, 16, fnuz},
	Float4E2M1FN:   {2, 1, 1, finite},
}

// maxFinite is the bits of the largest finite value.
func (f floatFormat) maxFinite() uint32 {
	all := uint32(1)<<(f.expBits+f.manBits) - 1
	switch f.special {
	case ieee:
		return (uint32(1)<<f.expBits-1)<<f.manBits - 1
	case fn:
		return all - 1
	}
	return all
}

func (f floatFormat) encode(v float64) uint32 {
	top := uint32(1) << (f.expBits + f.manBits)
	bits := math.Float64bits(v)
	sign := uint32(bits>>63) * top
	if math.IsNaN(v) {
		switch f.special {
		case ieee: // quiet, no payload, the sign kept
			return sign | (uint32(1)<<f.expBits-1)<<f.manBits | 1<<(f.manBits-1)
		case fn:
			return sign | (top - 1)
		}
		return top
	}
	over := func() uint32 {
		switch f.special {
		case ieee:
			return sign | (uint32(1)<<f.expBits-1)<<f.manBits
		case fn:
			return sign | (top - 1)
		case fnuz:
			return top
		}
		return sign | f.maxFinite()
	}
	exp := int(bits>>52) & 0x7ff
	if exp == 0x7ff {
		return over()
	}
	// A float64 below 2^-1022 is far below half the smallest value of any of
	// these formats: with the implicit bit set all the same, it rounds to zero.
	man := bits&(1<<52-1) | 1<<52
	e := exp - 1023 + f.bias
	shift := 52 - f.manBits
	if e < 1 { // subnormal here: the exponent stays, the mantissa loses bits
		shift += uint(1 - e)
		e = 1
	}
	if shift > 54 {
		shift = 54
	}
	q := man >> shift
	rest, half := man&(1<<shift-1), uint64(1)<<(shift-1)
	if rest > half || rest == half && q&1 == 1 {
		q++
	}
	// q carries into the exponent where it rounds up to the next power of two.
	e--
	magnitude := uint64(e)<<f.manBits + q
	if magnitude > uint64(f.maxFinite()) {
		return over()
	}
	if magnitude == 0 && f.special == fnuz {
		return 0
	}
	return sign | uint32(magnitude)
}

func (f floatFormat) decode(b uint32) float64 {
	top := uint32(1) << (f.expBits + f.manBits)
	sign := 1.0
	if b&top != 0 {
		sign = -1
	}
	if f.special == fnuz && b == top {
		return math.NaN()
	}
	magnitude := b & (top - 1)
	if magnitude > f.maxFinite() {
		if f.special == ieee && magnitude == f.maxFinite()+1 {
			return math.Inf(int(sign))
		}
		return math.Copysign(math.NaN(), sign)
	}
	e, man := int(magnitude>>f.manBits), magnitude&(1<<f.manBits-1)
	if e == 0 {
		e = 1
	} else {
		man |= 1 << f.manBits
	}
	return sign * math.Ldexp(float64(man), e-f.bias-int(f.manBits))
}

// EncodeFloat gives the bits of v in the floating type d, rounded to nearest
// even. Half and bfloat16 round by way of float32, as tf.constant and tf.cast
// do with a float64 (observed with TF 2.21; NumPy rounds half once).
func EncodeFloat(d DType, v float64) uint64 {
	switch d {
	case Float64:
		return math.Float64bits(v)
	case Float32:
		return uint64(math.Float32bits(float32(v)))
	case Half:
		return uint64(HalfBits(float32(v)))
	case BFloat16:
		return uint64(BFloat16Bits(float32(v)))
	}
	f, ok := floatFormats[d]
	if !ok {
		panic(fmt.Sprintf("internal error: %s is no floating type", d))
	}
	return uint64(f.encode(v))
}

// DecodeFloat is the value of the bits of a floating type.
func DecodeFloat(d DType, bits uint64) float64 {
	switch d {
	case Float64:
		return math.Float64frombits(bits)
	case Float32:
		return float64(math.Float32frombits(uint32(bits)))
	case Half:
		return float64(HalfValue(uint16(bits)))
	case BFloat16:
		return float64(BFloat16Value(uint16(bits)))
	}
	f, ok := floatFormats[d]
	if !ok {
		panic(fmt.Sprintf("internal error: %s is no floating type", d))
	}
	return f.decode(uint32(bits))
}

// HalfBits is v as an IEEE half.
func HalfBits(v float32) uint16 {
	bits := math.Float32bits(v)
	sign := uint16(bits>>16) & 0x8000
	bits &= 0x7fffffff
	switch {
	case bits > 0x7f800000:
		return sign | 0x7e00
	case bits >= 0x477ff000: // 65520, half way to what would be 65536
		return sign | 0x7c00
	case bits >= 0x38800000: // normal: rebias the exponent, round 13 bits off
		bits -= (127 - 15) << 23
		return sign | uint16((bits+0xfff+bits>>13&1)>>13)
	case bits < 0x33000000: // below half of the smallest subnormal
		return sign
	}
	// Subnormal: adding 0.5 lines the mantissa up so that the sum's last bit
	// is 2^-24, and the addition rounds.
	sum := math.Float32frombits(bits) + 0.5
	return sign | uint16(math.Float32bits(sum)-math.Float32bits(0.5))
}

// HalfValue is the value of an IEEE half.
func HalfValue(b uint16) float32 {
	sign := uint32(b&0x8000) << 16
	exp, man := uint32(b>>10&0x1f), uint32(b&0x3ff)
	switch exp {
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | man<<13)
	case 0:
		v := float32(man) / (1 << 24)
		return math.Float32frombits(sign | math.Float32bits(v))
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | man<<13)
}

// BFloat16Bits is v as a bfloat16.
func BFloat16Bits(v float32) uint16 {
	bits := math.Float32bits(v)
	if bits&0x7fffffff > 0x7f800000 {
		return uint16(bits>>16)&0x8000 | 0x7fc0
	}
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}

// BFloat16Value is the value of a bfloat16.
func BFloat16Value(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }
