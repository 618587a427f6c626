package tensor

import (
	"bytes"
	"math"
	"testing"
)

func TestIntRange(t *testing.T) {
	for _, c := range []struct {
		d  DType
		lo int64
		hi uint64
	}{
		{Int2, -2, 1}, {Uint2, 0, 3}, {Int4, -8, 7}, {Uint4, 0, 15}, {Int8, -128, 127}, {QUint8, 0, 255},
		{Uint16, 0, 65535}, {QInt32, math.MinInt32, math.MaxInt32}, {Int64, math.MinInt64, math.MaxInt64}, {Uint64, 0, math.MaxUint64},
	} {
		lo, hi, ok := IntRange(c.d)
		if !ok || lo != c.lo || hi != c.hi {
			t.Errorf("%s: %d %d %v, want %d %d", c.d, lo, hi, ok, c.lo, c.hi)
		}
	}
	if _, _, ok := IntRange(Bool); ok {
		t.Error("bool has an integer range")
	}
}

func TestFromValues(t *testing.T) {
	for _, c := range []struct {
		got  *Tensor
		want []byte
	}{
		{FromInts(Int4, nil, []int64{-1}), []byte{0xf}},
		{FromInts(Int16, nil, []int64{-2}), []byte{0xfe, 0xff}},
		{FromInts(Bool, nil, []int64{1}), []byte{1}},
		{FromInts(Float32, nil, []int64{1}), []byte{0, 0, 0x80, 0x3f}},
		{FromFloats(Half, []int64{2}, []float64{1, -2}), []byte{0, 0x3c, 0, 0xc0}},
		{FromFloats(Complex64, nil, []float64{1}), []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0}},
	} {
		if !bytes.Equal(c.got.Data, c.want) {
			t.Errorf("%s: % x, want % x", c.got.DType, c.got.Data, c.want)
		}
		if err := c.got.Check(); err != nil {
			t.Error(err)
		}
	}
	if v := FromInts(Int4, nil, []int64{-3}).Int(0); v != -3 {
		t.Errorf("int4 -3 comes back as %d", v)
	}
	if v := FromFloats(BFloat16, nil, []float64{0.5}).Float(0); v != 0.5 {
		t.Errorf("bfloat16 0.5 comes back as %v", v)
	}
}
