package weights

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

type list = []any

func TestFromValue(t *testing.T) {
	big64, _ := new(big.Int).SetString("18446744073709551615", 10)
	for _, c := range []struct {
		v     any
		d     tensor.DType
		shape []int64
		want  string // dtype[shape]data
	}{
		// Inference, as tf.constant (observed with TF 2.21).
		{true, 0, nil, "bool[]01"},
		{int64(1), 0, nil, "int32[]01000000"},
		{int64(1 << 31), 0, nil, "int64[]0000008000000000"},
		{list{int64(1), 2.5}, 0, nil, "float32[2]0000803f00002040"},
		{list{1.5, int64(1 << 31)}, 0, nil, "float32[2]0000c03f0000004f"},
		{"é", 0, nil, `string[]["é"]`},
		{complex(1, 2), 0, nil, "complex128[]000000000000f03f0000000000000040"},
		{list{}, 0, nil, "float32[0]"},
		{list{list{}, list{}}, 0, nil, "float32[2,0]"},

		{list{list{int64(1)}, list{int64(-1)}}, tensor.Int8, nil, "int8[2,1]01ff"},
		{list{int64(-8), int64(7)}, tensor.Int4, nil, "int4[2]0807"},
		{list{int64(-2), int64(1)}, tensor.Int2, nil, "int2[2]0201"},
		{int64(255), tensor.QUint8, nil, "quint8[]ff"},
		{3.0, tensor.Int16, nil, "int16[]0300"},
		{1e3, tensor.Uint32, nil, "uint32[]e8030000"},
		{big64, tensor.Uint64, nil, "uint64[]ffffffffffffffff"},
		{uint64(5), tensor.Int64, nil, "int64[]0500000000000000"},
		{int(7), tensor.Float32, nil, "float32[]0000e040"},
		{int64(1<<24 + 1), tensor.Float32, nil, "float32[]0000804b"},
		{int64(1<<60 + 1<<36 + 1), tensor.Float32, nil, "float32[]0000805d"}, // by way of float64, as tf.constant
		{1 + math.Ldexp(1, -8) + math.Ldexp(1, -40), tensor.BFloat16, nil, "bfloat16[]803f"},
		{-0.0, tensor.Half, nil, "float16[]0000"},
		{math.Copysign(0, -1), tensor.Half, nil, "float16[]0080"},
		{list{math.NaN(), math.Inf(-1)}, tensor.Float32, nil, "float32[2]0000c07f000080ff"},
		{list{"nan", "-inf", "Infinity"}, tensor.Half, nil, "float16[3]007e00fc007c"},
		{448.0, tensor.Float8E4M3FN, nil, "float8_e4m3fn[]7e"},
		{1.5, tensor.Complex64, nil, "complex64[]0000c03f00000000"},
		{list{"1+2j", "(1-2J)", "2j", "-1", "nan-infj"}, tensor.Complex64, nil,
			"complex64[5]0000803f000000400000803f000000c00000000000000040000080bf000000000000c07f000080ff"},
		{list{"a", "\xff\x00"}, tensor.String, nil, `string[2]["a" "\xff\x00"]`},

		// Shapes.
		{int64(5), tensor.Uint8, []int64{2, 2}, "uint8[2,2]05050505"},
		{int64(5), tensor.Uint8, []int64{0, 2}, "uint8[0,2]"},
		{int64(5), tensor.Uint8, []int64{}, "uint8[]05"},
		{"x", 0, []int64{2}, `string[2]["x" "x"]`},
		{list{int64(1), int64(2), int64(3), int64(4)}, tensor.Uint8, []int64{2, 2}, "uint8[2,2]01020304"},
		{list{int64(1), int64(2)}, tensor.Uint8, []int64{-1}, "uint8[2]0102"},
		{list{}, 0, []int64{0, 3}, "float32[0,3]"},
		{list{list{}, list{}}, 0, []int64{2, 0, 3}, "float32[2,0,3]"},
		{list{list{}, list{}}, 0, []int64{-1, -1, 3}, "float32[2,0,3]"},
	} {
		for _, via := range []string{"tensor", "source"} {
			var v *tensor.Tensor
			var err error
			if via == "tensor" {
				v, err = FromValue(c.v, c.d, c.shape)
			} else {
				var s *Source
				if s, err = Value(c.v, c.d, c.shape); err == nil {
					v, err = s.Tensor(100)
				}
			}
			if err != nil {
				t.Errorf("%v as %s: %v", c.v, c.d, err)
				continue
			}
			if err := v.Check(); err != nil {
				t.Error(err)
			}
			got := v.DType.String() + v.Shape().String() + hex.EncodeToString(v.Data)
			if v.DType == tensor.String {
				got += fmt.Sprintf("%q", v.Strings)
			}
			if got != c.want {
				t.Errorf("%v as %s by %s: %s, want %s", c.v, c.d, via, got, c.want)
			}
		}
	}
}

func TestFromValueRefuses(t *testing.T) {
	deep := any(int64(1))
	for range 300 {
		deep = list{deep}
	}
	for _, c := range []struct {
		v     any
		d     tensor.DType
		shape []int64
		want  string
	}{
		{list{list{int64(1), int64(2)}, list{int64(3), int64(300)}}, tensor.Int8, nil, "[1][1]: 300 is out of range for int8 (-128 to 127)"},
		{int64(-1), tensor.Uint64, nil, "-1 is out of range for uint64 (0 to 18446744073709551615)"},
		{new(big.Int).Lsh(big.NewInt(1), 70), 0, nil, "1180591620717411303424 is out of range for int64"},
		{int64(8), tensor.Int4, nil, "8 is out of range for int4 (-8 to 7)"},
		{list{1.0, 1.5}, tensor.Int32, nil, "[1]: 1.5 has a fraction"},
		{math.NaN(), tensor.Int32, nil, "NaN is no integer"},
		{"nan", tensor.Int32, nil, `"nan" is no integer`},
		{1e300, tensor.Float32, nil, "1e+300 is too large for float32"},
		{int64(70000), tensor.Half, nil, "70000 is too large for float16"},
		{500.0, tensor.Float8E4M3FN, nil, "too large"},
		{new(big.Int).Lsh(big.NewInt(1), 2000), tensor.Float64, nil, "too large"},
		{int64(1), tensor.Bool, nil, "1 is no bool; write true or false"},
		{true, tensor.Float32, nil, "true is no number"},
		{true, tensor.Int32, nil, "true is no integer"},
		{"1.5", tensor.Float32, nil, `"1.5" is no number`},
		{int64(1), tensor.String, nil, "1 is no string; quote it"},
		{"1+2k", tensor.Complex64, nil, `write it as Python does`},
		{nil, 0, nil, "null is no number"},
		{nil, tensor.Int32, nil, "null is no integer"},
		{map[string]any{}, 0, nil, "is no number"},
		{int64(1), tensor.Resource, nil, "cannot be of dtype resource"},

		{list{int64(1), true}, 0, nil, "[1]: true stands among elements of dtype int32"},
		{list{"a", int64(1)}, 0, nil, "[1]: 1 stands among elements of dtype string"},
		{list{list{int64(1), int64(2)}, list{int64(3)}}, 0, nil, "[1]: a list of 1 stands where one of 2 should, as in [0]"},
		{list{list{int64(1)}, int64(2)}, 0, nil, "[1]: 2 stands where a list of 1 should, as in [0]"},
		{list{int64(1), list{int64(2)}}, 0, nil, "[1]: a list stands where a single value should, as in [0]"},
		{list{list{}, list{int64(1)}}, 0, nil, "[1]: a list of 1 stands where one of 0 should"},
		{deep, 0, nil, "nested more than 254 deep"},

		{list{int64(1), int64(2)}, 0, []int64{3}, "2 elements, shape [3] has 3"},
		{list{list{int64(1), int64(2)}}, 0, []int64{2, 1}, "shape [1,2], not [2,1]"},
		{list{list{int64(1), int64(2)}}, 0, []int64{2}, "shape [1,2], not [2]"},
		{list{list{}, list{}}, 0, []int64{3, 0, 3}, "shape [2,0], not [3,0,3]"},
		{list{list{}, list{}}, 0, []int64{2, 0, -1}, "shape [2,0], not [2,0,?]"},
		{int64(1), 0, []int64{-1}, "shape [], not [?]"},
		{int64(1), 0, []int64{1 << 40}, "held in memory"},
		{int64(1), 0, []int64{1 << 62, 1 << 62}, "too many elements"},
		{"x", 0, []int64{1 << 40}, "held in memory"},
	} {
		_, err := FromValue(c.v, c.d, c.shape)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v as %s: error %v, want one of %q", c.v, c.d, err, c.want)
		}
	}
}

// A number repeated to a large shape takes no memory.
func TestValueLarge(t *testing.T) {
	s, err := Value(1.0, tensor.Float32, []int64{1 << 20, 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Transpose([]int{1, 0}); err != nil {
		t.Fatal(err)
	}
	if s.NumBytes() != 4<<40 || !slices.Equal(s.Shape, []int64{1 << 20, 1 << 20}) {
		t.Error(s.NumBytes())
	}
}

// A repeated element reads the same from every offset, also within an element.
func TestRepeated(t *testing.T) {
	pattern := repeated{1, 2, 3, 4}
	whole := bytes.Repeat(pattern, 16)
	for off := range 9 {
		for n := range 40 {
			p := make([]byte, n)
			if got, err := pattern.ReadAt(p, int64(off)); got != n || err != nil || !bytes.Equal(p, whole[off:off+n]) {
				t.Fatalf("%d bytes from %d: %v, %d, %v", n, off, p, got, err)
			}
		}
	}
}
