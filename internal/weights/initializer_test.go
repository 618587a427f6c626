package weights

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tfsave/tfsave/internal/tensor"
)

func initialize(t *testing.T, name string, params map[string]any, d tensor.DType, shape ...int64) *tensor.Tensor {
	t.Helper()
	in := Initializer{Name: name, Params: params}
	if err := in.Check(); err != nil {
		t.Fatal(err)
	}
	s, err := in.Source(d, shape, "layer/w")
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Tensor(1 << 28)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Check(); err != nil {
		t.Fatal(err)
	}
	return v
}

func values(v *tensor.Tensor) []float64 {
	out := make([]float64, v.NumElements())
	for i := range out {
		out[i] = v.Float(i)
	}
	return out
}

type stats struct{ mean, std, lo, hi float64 }

func describe(x []float64) stats {
	s := stats{lo: math.Inf(1), hi: math.Inf(-1)}
	for _, v := range x {
		s.mean += v / float64(len(x))
		s.lo, s.hi = min(s.lo, v), max(s.hi, v)
	}
	for _, v := range x {
		s.std += (v - s.mean) * (v - s.mean)
	}
	s.std = math.Sqrt(s.std / float64(len(x)))
	return s
}

type m = map[string]any

func TestInitializerStatistics(t *testing.T) {
	inf := math.Inf(1)
	u := func(scale, fan float64) (std, limit float64) { // a uniform one of variance scale/fan
		return math.Sqrt(scale / fan), math.Sqrt(3 * scale / fan)
	}
	tn := func(scale, fan float64) (std, limit float64) { // a truncated normal one
		return math.Sqrt(scale / fan), 2 * math.Sqrt(scale/fan) / truncatedStddev
	}
	for _, c := range []struct {
		name   string
		params m
		shape  []int64
		mean   float64
		spread func() (std, limit float64)
	}{
		{"random_normal", nil, []int64{500, 600}, 0, func() (float64, float64) { return 0.05, inf }},
		{"RandomNormal", m{"mean": 2, "stddev": int64(3), "seed": int64(1)}, []int64{500, 600}, 2, func() (float64, float64) { return 3, inf }},
		{"random_uniform", nil, []int64{500, 600}, 0, func() (float64, float64) { return 0.1 / math.Sqrt(12), 0.05 }},
		{"uniform", m{"minval": 1, "maxval": 2.0}, []int64{300000}, 1.5, func() (float64, float64) { return 1 / math.Sqrt(12), 0.5 }},
		{"truncated_normal", m{"mean": 1, "stddev": 2}, []int64{300000}, 1, func() (float64, float64) { return 2 * truncatedStddev, 4 }},
		{"glorot_uniform", nil, []int64{400, 800}, 0, func() (float64, float64) { return u(1, 600) }},
		{"GlorotNormal", nil, []int64{400, 800}, 0, func() (float64, float64) { return tn(1, 600) }},
		{"HeUniform", nil, []int64{400, 800}, 0, func() (float64, float64) { return u(2, 400) }},
		{"he_normal", m{"seed": nil}, []int64{400, 800}, 0, func() (float64, float64) { return tn(2, 400) }},
		{"lecun_uniform", nil, []int64{400, 800}, 0, func() (float64, float64) { return u(1, 400) }},
		{"lecun_normal", nil, []int64{400, 800}, 0, func() (float64, float64) { return tn(1, 400) }},
		{"glorot_uniform", nil, []int64{3, 3, 100, 300}, 0, func() (float64, float64) { return u(1, 9*200) }}, // a convolution
		{"glorot_uniform", nil, []int64{200000}, 0, func() (float64, float64) { return u(1, 200000) }},
		{"variance_scaling", m{"scale": 3, "mode": "fan_out", "distribution": "untruncated_normal"}, []int64{400, 800}, 0, func() (float64, float64) { return math.Sqrt(3.0 / 800), inf }},
		{"VarianceScaling", nil, []int64{400, 800}, 0, func() (float64, float64) { return tn(1, 400) }},
		{"he_uniform", m{"input_axes": []any{1, -1}, "output_axes": []any{0}}, []int64{400, 8, 50}, 0, func() (float64, float64) { return u(2, 400) }},
		{"he_uniform", m{"input_axes": []any{1}, "output_axes": nil}, []int64{400, 800}, 0, func() (float64, float64) { return u(2, 400) }},
		{"variance_scaling", m{"mode": "fan_avg", "distribution": "uniform"}, []int64{400, 800}, 0, func() (float64, float64) { return u(1, 600) }},
	} {
		std, limit := c.spread()
		s := describe(values(initialize(t, c.name, c.params, tensor.Float32, c.shape...)))
		n, _ := numElements(c.shape, 4)
		if math.Abs(s.mean-c.mean) > 5*std/math.Sqrt(float64(n)) {
			t.Errorf("%s: mean %v, want %v", c.name, s.mean, c.mean)
		}
		if math.Abs(s.std/std-1) > 0.01 {
			t.Errorf("%s: standard deviation %v, want %v", c.name, s.std, std)
		}
		if over := 1 + 1e-6; s.hi > c.mean+limit*over || s.lo < c.mean-limit*over {
			t.Errorf("%s: from %v to %v, want %v around %v", c.name, s.lo, s.hi, limit, c.mean)
		}
		if !math.IsInf(limit, 1) && (s.hi < c.mean+limit*0.995 || s.lo > c.mean-limit*0.995) {
			t.Errorf("%s: from %v to %v only, want %v around %v", c.name, s.lo, s.hi, limit, c.mean)
		}
	}
}

// The upper end is never reached, in whatever type.
func TestUniformBounds(t *testing.T) {
	for _, d := range []tensor.DType{tensor.Float64, tensor.Float32, tensor.Half, tensor.BFloat16, tensor.Float8E4M3FN} {
		for _, c := range []struct{ lo, hi float64 }{{0, 1}, {1, 2}, {-1, 0}, {-0.1, 0.3}, {0.3, 0.30001}} {
			if d != tensor.Float64 && d != tensor.Float32 && c.hi-c.lo < 0.1 {
				continue // no number of the type lies between
			}
			s := describe(values(initialize(t, "random_uniform", m{"minval": c.lo, "maxval": c.hi}, d, 10000)))
			lo := tensor.DecodeFloat(d, tensor.EncodeFloat(d, c.lo))
			if s.hi >= c.hi || s.lo < lo {
				t.Errorf("%s in [%v, %v): from %v to %v", d, c.lo, c.hi, s.lo, s.hi)
			}
		}
	}
	for _, c := range []struct {
		d    tensor.DType
		v    float64
		want float64
	}{
		{tensor.Float32, 1, 1 - math.Ldexp(1, -24)},
		{tensor.Half, 1, 1 - math.Ldexp(1, -11)},
		{tensor.Half, 0, -math.Ldexp(1, -24)},
		{tensor.Float8E5M2, 1.2, 1},
		{tensor.Float32, -1, -1 - math.Ldexp(1, -23)},
	} {
		if got := below(c.d, c.v); got != c.want {
			t.Errorf("%s below %v: %v, want %v", c.d, c.v, got, c.want)
		}
	}
}

func TestInitializerIntegers(t *testing.T) {
	v := initialize(t, "random_uniform", m{"minval": int64(-3), "maxval": 4.0}, tensor.Int8, 7000)
	counts := map[int64]int{}
	for i := range 7000 {
		counts[v.Int(i)]++
	}
	for k := int64(-3); k < 4; k++ {
		if counts[k] < 850 || counts[k] > 1150 {
			t.Errorf("%d comes %d times in 7000", k, counts[k])
		}
	}
	if len(counts) != 7 {
		t.Errorf("numbers %v", counts)
	}
	initialize(t, "random_uniform", m{"minval": int64(math.MinInt64), "maxval": 9.223372036854775808e18}, tensor.Int64, 10)
	initialize(t, "random_uniform", m{"minval": 0, "maxval": 128}, tensor.Int8, 10)
}

func TestInitializerFixed(t *testing.T) {
	for _, c := range []struct {
		name   string
		params m
		d      tensor.DType
		shape  []int64
		want   string
	}{
		{"zeros", nil, tensor.Int16, []int64{2}, "00000000"},
		{"Zeros", nil, tensor.Bool, []int64{2}, "0000"},
		{"ones", nil, tensor.Bool, []int64{2}, "0101"},
		{"ones", nil, tensor.Complex64, nil, "0000803f00000000"},
		{"ones", nil, tensor.BFloat16, []int64{2}, "803f803f"},
		{"Constant", m{"value": 2}, tensor.Uint8, []int64{3}, "020202"},
		{"constant", nil, tensor.Uint8, []int64{3}, "000000"},
		{"constant", m{"value": []any{1, 2, 3, 4}}, tensor.Uint8, []int64{2, 2}, "01020304"},
		{"identity", nil, tensor.Uint8, []int64{2, 3}, "010000000100"},
		{"identity", m{"gain": -1.0}, tensor.Half, []int64{2, 1}, "00bc0000"},
	} {
		if got := hex.EncodeToString(initialize(t, c.name, c.params, c.d, c.shape...).Data); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.name, c.d, got, c.want)
		}
	}
}

// The columns, or the rows of a wide matrix, are orthonormal.
func TestOrthogonal(t *testing.T) {
	for _, shape := range [][]int64{{1, 1}, {5, 5}, {60, 20}, {20, 60}, {3, 3, 8, 100}, {7, 1}} {
		gain := 1.5
		x := values(initialize(t, "orthogonal", m{"gain": gain}, tensor.Float64, shape...))
		cols := int(shape[len(shape)-1])
		rows := len(x) / cols
		at := func(i, j int) float64 { return x[i*cols+j] }
		n, length := cols, rows
		if rows < cols {
			at = func(i, j int) float64 { return x[j*cols+i] }
			n, length = rows, cols
		}
		for a := range n {
			for b := range n {
				sum, want := 0.0, 0.0
				for i := range length {
					sum += at(i, a) * at(i, b)
				}
				if a == b {
					want = gain * gain
				}
				if math.Abs(sum-want) > 1e-12 {
					t.Fatalf("shape %v: product of %d and %d is %v, want %v", shape, a, b, sum, want)
				}
			}
		}
	}
}

// The decomposition is that of a, with a positive diagonal: QᵀA is upper
// triangular.
func TestHouseholder(t *testing.T) {
	a := [][]float64{{-2, 1, 3, 0.5}, {4, -1, 2, 2}, {1, 1, -1, 3}}
	q := householder([][]float64{append([]float64{}, a[0]...), append([]float64{}, a[1]...), append([]float64{}, a[2]...)})
	for i := range q {
		for j := range a {
			r := dot(q[i], a[j])
			if i > j && math.Abs(r) > 1e-14 || i == j && r <= 0 {
				t.Errorf("R[%d,%d] = %v", i, j, r)
			}
		}
	}
}

// The same bytes on every machine, at any time. A change here changes every
// model that is built from a seed: it must be said in the change log.
func TestInitializerGoldens(t *testing.T) {
	for _, c := range []struct {
		name  string
		d     tensor.DType
		shape []int64
		want  string
	}{
		{"random_normal", tensor.Float32, []int64{100, 1000}, "3375938c3784a6e5"},
		{"random_normal", tensor.Float64, []int64{100, 1000}, "589ec020b64343f4"},
		{"random_uniform", tensor.Float32, []int64{100, 1000}, "ea02cb93feff5704"},
		{"truncated_normal", tensor.BFloat16, []int64{100, 1000}, "296a1cd09392a9ba"},
		{"glorot_uniform", tensor.Half, []int64{100, 1000}, "95a52f8d21a73060"},
		{"he_normal", tensor.Float32, []int64{3, 3, 10, 100}, "acafca2da48291ab"},
		{"orthogonal", tensor.Float64, []int64{30, 50}, "5b4157fa4f947bfc"},
	} {
		v := initialize(t, c.name, m{"seed": int64(7)}, c.d, c.shape...)
		h := sha256.Sum256(v.Data)
		if got := hex.EncodeToString(h[:8]); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.name, c.d, got, c.want)
		}
	}
}

// A seed decides the numbers; without one the path does.
func TestSeeds(t *testing.T) {
	get := func(seed any, path string) string {
		s, err := Initializer{"random_normal", m{"seed": seed}}.Source(tensor.Float32, []int64{4}, path)
		if err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(read(t, s))
	}
	if get(nil, "a") != get(nil, "a") || get(int64(1), "a") != get(1, "b") {
		t.Error("the same seed gives other numbers")
	}
	if get(nil, "a") == get(nil, "b") || get(int64(1), "a") == get(int64(2), "a") || get(int64(-1), "a") == get(int64(1), "a") {
		t.Error("different seeds give the same numbers")
	}
}

// However it is read, and by however many processors, it is the same.
func TestGeneratedReads(t *testing.T) {
	s, err := Initializer{Name: "random_normal"}.Source(tensor.Float32, []int64{300, 301}, "w")
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, s)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(read(t, s), want) {
		t.Error("one processor makes other numbers")
	}
	runtime.GOMAXPROCS(3)
	r, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(iotest.OneByteReader(io.LimitReader(r, 1001)))
	if err != nil || !bytes.Equal(got, want[:1001]) {
		t.Error("single bytes differ", err)
	}
	got = make([]byte, len(want)-3)
	if _, err := s.at.ReadAt(got, 3); err != nil || !bytes.Equal(got, want[3:]) {
		t.Error("an odd offset differs", err)
	}
	turned, err := s.Transpose([]int{1, 0})
	if err != nil {
		t.Fatal(err)
	}
	if v := read(t, turned); binary.LittleEndian.Uint32(v[4:]) != binary.LittleEndian.Uint32(want[4*301:]) {
		t.Error("transposed differs")
	}
}

func TestInitializerRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		params m
		d      tensor.DType
		shape  []int64
		want   string
	}{
		{"glorot_unifrom", nil, tensor.Float32, nil, `did you mean "glorot_uniform"?`},
		{"magic", nil, tensor.Float32, nil, "there are constant, glorot_normal"},
		{"zeros", m{"seed": 1}, tensor.Float32, nil, "it takes none"},
		{"random_normal", m{"std": 1}, tensor.Float32, nil, `unknown parameter "std"; `},
		{"random_normal", m{"foo": 1}, tensor.Float32, nil, "it takes mean, stddev, seed"},
		{"random_normal", m{"stddev": -1}, tensor.Float32, nil, "negative"},
		{"random_normal", m{"mean": "x"}, tensor.Float32, nil, `"x" is no number`},
		{"random_normal", m{"mean": math.Inf(1)}, tensor.Float32, nil, "not finite"},
		{"random_normal", m{"seed": 1.5}, tensor.Float32, nil, "seed is 1.5"},
		{"random_normal", nil, tensor.Int32, nil, "not int32"},
		{"random_normal", nil, tensor.Complex64, nil, "not complex64"},
		{"random_uniform", m{"minval": 2, "maxval": 1}, tensor.Float32, nil, "above maxval"},
		{"random_uniform", m{"minval": "a"}, tensor.Float32, nil, "minval"},
		{"random_uniform", nil, tensor.Int32, nil, "needs minval and maxval"},
		{"random_uniform", m{"minval": 0, "maxval": 300}, tensor.Int8, nil, "299 is out of range for int8"},
		{"random_uniform", m{"minval": 0.5, "maxval": 3}, tensor.Int8, nil, "0.5 is no integer"},
		{"random_uniform", m{"minval": 3, "maxval": 3}, tensor.Int8, nil, "not below"},
		{"random_uniform", nil, tensor.Bool, nil, "not bool"},
		{"variance_scaling", m{"mode": "fan"}, tensor.Float32, nil, "fan_in, fan_out, fan_avg"},
		{"variance_scaling", m{"scale": 0}, tensor.Float32, nil, "positive"},
		{"he_normal", m{"input_axes": 1.5}, tensor.Float32, []int64{3, 3}, "no list of axes"},
		{"he_normal", m{"input_axes": []any{2}, "output_axes": []any{0}}, tensor.Float32, []int64{3, 3}, "no axis 2"},
		{"orthogonal", nil, tensor.Float32, []int64{3}, "shape [3]"},
		{"orthogonal", nil, tensor.Float32, []int64{1 << 20, 1 << 20}, "not made for more"},
		{"identity", nil, tensor.Float32, []int64{3}, "shape [3]"},
		{"identity", m{"gain": 0.5}, tensor.Int32, []int64{3, 3}, "fraction"},
		{"zeros", nil, tensor.String, nil, "not string"},
		{"zeros", nil, tensor.Float32, []int64{1 << 62, 2}, "too many"},
		{"constant", m{"value": 300}, tensor.Int8, []int64{1}, "300 is out of range"},
	} {
		_, err := Initializer{c.name, c.params}.Source(c.d, c.shape, "w")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v of %s: error %v, want one of %q", c.name, c.params, c.d, err, c.want)
		}
	}
}

func BenchmarkInitializer(b *testing.B) {
	for _, name := range []string{"zeros", "random_uniform", "random_normal", "truncated_normal"} {
		b.Run(name, func(b *testing.B) {
			s, err := Initializer{Name: name}.Source(tensor.Float32, []int64{1 << 22}, "w")
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(s.NumBytes())
			buf := make([]byte, 1<<20)
			for b.Loop() {
				r, err := s.Open()
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOrthogonal(b *testing.B) {
	for b.Loop() {
		orthogonalMatrix(512, 512, 1)
	}
}
