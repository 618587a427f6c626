package random

import (
	"math"
	"testing"
)

// The known answers of the Random123 library, kat_vectors, philox4x32 10.
func TestPhilox(t *testing.T) {
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{
			counter: [4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
			key:     [2]uint32{0xffffffff, 0xffffffff},
			want:    [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			counter: [4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			key:     [2]uint32{0xa4093822, 0x299f31d0},
			want:    [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		if got := philox(c.counter, c.key); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

func TestLn(t *testing.T) {
	s := New(1)
	for i := range uint64(100000) {
		x := math.Ldexp(s.open(i), -int(i%60))
		if got, want := ln(x), math.Log(x); math.Abs(got-want) > 1e-15*math.Abs(want)+1e-17 {
			t.Fatalf("ln(%v) = %v, want %v", x, got, want)
		}
	}
}

// quantile inverts the distribution function, as math.Erfc gives it.
func TestQuantile(t *testing.T) {
	s := New(2)
	for i := range uint64(100000) {
		p := math.Ldexp(s.open(i), -int(i%50))
		x := quantile(p)
		if back := math.Erfc(-x/math.Sqrt2) / 2; math.Abs(back-p) > 1e-13*p {
			t.Fatalf("quantile(%v) = %v, whose probability is %v", p, x, back)
		}
		if p > 1e-3 && math.Abs(quantile(1-p)+x) > 1e-12 {
			t.Fatalf("quantile(%v) = %v, not the opposite of %v", 1-p, quantile(1-p), x)
		}
	}
	if x := quantile(0.5); x != 0 {
		t.Errorf("quantile(0.5) = %v", x)
	}
}

// moments checks mean and variance, within five standard errors.
func moments(t *testing.T, name string, n uint64, mean, variance float64, draw func(i uint64) float64) (lo, hi float64) {
	t.Helper()
	lo, hi = math.Inf(1), math.Inf(-1)
	var sum, square, fourth float64
	for i := range n {
		v := draw(i)
		lo, hi = min(lo, v), max(hi, v)
		d := v - mean
		sum += d
		square += d * d
		fourth += d * d * d * d
	}
	count := float64(n)
	m, v := sum/count, square/count
	if math.Abs(m) > 5*math.Sqrt(variance/count) {
		t.Errorf("%s: mean %v, want %v", name, m+mean, mean)
	}
	if math.Abs(v-variance) > 5*math.Sqrt((fourth/count-v*v)/count) {
		t.Errorf("%s: variance %v, want %v", name, v, variance)
	}
	return lo, hi
}

func TestDistributions(t *testing.T) {
	const n = 1 << 20
	s := New(42)
	lo, hi := moments(t, "uniform", n, 0.5, 1.0/12, s.Float64)
	if lo < 0 || lo > 1e-5 || hi >= 1 || hi < 1-1e-5 {
		t.Errorf("uniform between %v and %v", lo, hi)
	}
	lo, hi = moments(t, "normal", n, 0, 1, s.Normal)
	if lo > -4.5 || hi < 4.5 {
		t.Errorf("normal between %v and %v only", lo, hi)
	}
	// The variance that Keras's correction of the deviation comes from.
	lo, hi = moments(t, "truncated normal", n, 0, math.Pow(.87962566103423978, 2), s.TruncatedNormal)
	if lo < -2 || hi > 2 || lo > -1.999 || hi < 1.999 {
		t.Errorf("truncated normal between %v and %v", lo, hi)
	}
	moments(t, "dice", n, 2.5, 35.0/12, func(i uint64) float64 { return float64(s.Uint64n(i, 6)) })
}

// Neighbouring numbers, and neighbouring seeds, have nothing in common.
func TestIndependence(t *testing.T) {
	const n = 1 << 18
	a, b := New(7), New(8)
	moments(t, "lag", n, 0, 1, func(i uint64) float64 { return a.Normal(i) * a.Normal(i+1) })
	moments(t, "seeds", n, 0, 1, func(i uint64) float64 { return a.Normal(i) * b.Normal(i) })
}

func BenchmarkNormal(b *testing.B) {
	s := New(1)
	for i := range b.N {
		s.Normal(uint64(i))
	}
}

func BenchmarkUint64(b *testing.B) {
	s := New(1)
	for i := range b.N {
		s.Uint64(uint64(i))
	}
}
