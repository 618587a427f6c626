package tensor

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// The goldens come from conformance/goldens/floats.py.
func TestFloatGoldens(t *testing.T) {
	raw, err := os.ReadFile("testdata/floats.json")
	if err != nil {
		t.Fatal(err)
	}
	var goldens map[string]struct{ Decode, Inputs, Encode string }
	if err := json.Unmarshal(raw, &goldens); err != nil {
		t.Fatal(err)
	}
	if len(goldens) != len(floatFormats) {
		t.Errorf("%d types in the golden, %d here", len(goldens), len(floatFormats))
	}
	for name, golden := range goldens {
		d, ok := ParseDType(name)
		if !ok {
			t.Fatalf("no dtype %s", name)
		}
		f := floatFormats[d]
		var decoded []byte
		var positive []float32
		for b := range uint64(1) << (1 + f.expBits + f.manBits) {
			v := float32(DecodeFloat(d, b))
			if math.IsNaN(float64(v)) {
				v = math.Float32frombits(0x7fc00000)
			} else if v >= 0 && !math.IsInf(float64(v), 0) {
				positive = append(positive, v+0) // not minus zero
			}
			decoded = binary.LittleEndian.AppendUint32(decoded, math.Float32bits(v))
			if d == Half || d == BFloat16 {
				if generic := f.decode(uint32(b)); generic == generic && float32(generic) != v {
					t.Fatalf("%s %#x: %v by the general way, %v by the fast one", name, b, generic, v)
				}
			}
		}
		if got := sha(decoded); got != golden.Decode {
			t.Errorf("%s: values differ from the golden", name)
		}
		inputs := boundaries(positive)
		var in, encoded []byte
		for _, v := range inputs {
			in = binary.LittleEndian.AppendUint32(in, math.Float32bits(v))
			bits := EncodeFloat(d, float64(v))
			encoded = AppendBits(encoded, d, bits)
			if generic := f.encode(float64(v)); uint64(generic) != bits {
				t.Fatalf("%s of %v: %#x by the general way, %#x by the fast one", name, v, generic, bits)
			}
		}
		if sha(in) != golden.Inputs {
			t.Errorf("%s: inputs are not those of the golden", name)
		}
		if sha(encoded) != golden.Encode {
			t.Errorf("%s: encoded values differ from the golden", name)
		}
	}
}

func boundaries(p []float32) []float32 {
	slices.Sort(p)
	p = slices.Compact(p)
	mid := make([]float32, len(p))
	for i := range p[1:] {
		mid[i] = p[i] + (p[i+1]-p[i])/2
	}
	n := len(p)
	mid[n-1] = p[n-1] + (p[n-1]-p[n-2])/2
	one := slices.Concat(p, mid)
	for _, v := range mid {
		one = append(one, math.Nextafter32(v, float32(math.Inf(1))))
	}
	for _, v := range mid {
		one = append(one, math.Nextafter32(v, 0))
	}
	one = append(one, 3e38, float32(math.Inf(1)))
	for _, v := range one {
		one = append(one, -v)
	}
	return one
}

func sha(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Double rounding: just above half way in float64, half way in float32.
// Observed with TF 2.21, tf.constant of Python floats.
func TestEncodeFloatRounding(t *testing.T) {
	for _, c := range []struct {
		d    DType
		bits uint
		want float64
	}{
		{BFloat16, 8, 1},
		{Half, 11, 1},
		{Float8E5M2, 3, 1.25},
		{Float8E4M3FN, 4, 1.125},
	} {
		v := 1 + math.Ldexp(1, -int(c.bits)) + math.Ldexp(1, -40)
		if got := DecodeFloat(c.d, EncodeFloat(c.d, v)); got != c.want {
			t.Errorf("%s of %v: %v, want %v", c.d, v, got, c.want)
		}
	}
}

func TestEncodeNaN(t *testing.T) {
	for d, want := range map[DType]uint64{
		Half: 0x7e00, BFloat16: 0x7fc0, Float8E5M2: 0x7e, Float8E4M3FN: 0x7f,
		Float8E4M3FNUZ: 0x80, Float8E4M3B11: 0x80, Float8E5M2FNUZ: 0x80, Float4E2M1FN: 0x8,
	} {
		if got := EncodeFloat(d, math.NaN()); got != want {
			t.Errorf("NaN as %s: %#x, want %#x", d, got, want)
		}
	}
}
