package weights

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tfsave/tfsave/internal/tensor"
)

func read(t *testing.T, s *Source) []byte {
	t.Helper()
	v, err := s.Tensor(1 << 30)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Check(); err != nil {
		t.Fatal(err)
	}
	return v.Data
}

// stream is a Source without random access.
func stream(t *testing.T, d tensor.DType, shape []int64, data []byte) *Source {
	t.Helper()
	s, err := New(d, shape, func() (io.ReadCloser, error) {
		return io.NopCloser(iotest.HalfReader(bytes.NewReader(data))), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSourceLength(t *testing.T) {
	for n := range 7 {
		s := stream(t, tensor.Int16, []int64{2}, make([]byte, n))
		r, err := s.Open()
		if err != nil {
			t.Fatal(err)
		}
		// Even a reader that asks for no more than it needs is told.
		if _, err = io.ReadFull(r, make([]byte, 4)); (err == nil) != (n == 4) || n != 4 && !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d bytes for 4: %v", n, err)
		}
	}
}

func TestNewChecks(t *testing.T) {
	for _, c := range []struct {
		d     tensor.DType
		shape []int64
	}{
		{tensor.String, nil}, {tensor.Resource, nil}, {tensor.Float32, []int64{-1}},
		{tensor.Float32, []int64{1 << 62}}, {tensor.Uint8, []int64{1 << 32, 1 << 31}},
	} {
		if _, err := New(c.d, c.shape, nil); err == nil {
			t.Errorf("%s of %v is taken", c.d, c.shape)
		}
	}
}

// naive transposes element by element.
func naive(data []byte, size int64, shape []int64, perm []int) []byte {
	stride := strides(shape)
	out := []byte{}
	dims := make([]int64, len(perm))
	for i, p := range perm {
		dims[i] = shape[p]
	}
	for index := range odometer(dims) {
		at := int64(0)
		for i, p := range perm {
			at += index[i] * stride[p]
		}
		out = append(out, data[at*size:][:size]...)
	}
	return out
}

func TestTranspose(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	dtypes := []tensor.DType{tensor.Uint8, tensor.Half, tensor.Int32, tensor.Float64, tensor.Complex128}
	for range 600 {
		rank := rng.IntN(6)
		shape := make([]int64, rank)
		for i := range shape {
			shape[i] = 1 + rng.Int64N(6)
			if rng.IntN(100) == 0 {
				shape[i] = 0
			}
		}
		perm := rng.Perm(rank)
		d := dtypes[rng.IntN(len(dtypes))]
		n, err := numElements(shape, d.Size())
		if err != nil {
			t.Fatal(err)
		}
		data := make([]byte, n*int64(d.Size()))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		want := naive(data, int64(d.Size()), shape, perm)
		direct := FromTensor(&tensor.Tensor{DType: d, Dims: shape, Data: data})
		for _, s := range []*Source{direct, stream(t, d, shape, data)} {
			turned, err := s.Transpose(perm)
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, turned); !bytes.Equal(got, want) {
				t.Fatalf("%s %v by %v: %x, want %x", d, shape, perm, got, want)
			}
			// And back.
			inverse := make([]int, rank)
			for i, p := range perm {
				inverse[p] = i
			}
			back, err := turned.Transpose(inverse)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(back.Shape, shape) || !bytes.Equal(read(t, back), data) {
				t.Fatalf("%s %v by %v and back", d, shape, perm)
			}
		}
		if n == 0 || sameOrder(shape, perm) {
			continue
		}
		// The same in slabs of any size.
		slab := 1 + rng.Int64N(n*int64(d.Size())+20)
		tr := newTransposer(bytes.NewReader(data), io.NopCloser(nil), d, shape, perm, max(slab, int64(d.Size())))
		got, err := io.ReadAll(tr)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s %v by %v in slabs of %d: %x, want %x (%v)", d, shape, perm, slab, got, want, err)
		}
	}
}

// Larger than a slab, with pieces near each other and far apart, and spooled
// to a file.
func TestTransposeLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("moves 200 MB")
	}
	for _, c := range []struct {
		shape []int64
		perm  []int
	}{
		{[]int64{9 << 20, 1, 1}, []int{1, 2, 0}},
		{[]int64{9 << 18, 4}, []int{1, 0}},
		{[]int64{4, 9 << 18}, []int{1, 0}},
		{[]int64{500, 3, 6001}, []int{2, 1, 0}},
	} {
		n, _ := numElements(c.shape, 4)
		data := make([]byte, 4*n)
		for i := range n {
			binary.LittleEndian.PutUint32(data[4*i:], uint32(i))
		}
		for _, s := range []*Source{FromTensor(&tensor.Tensor{DType: tensor.Int32, Dims: c.shape, Data: data}), stream(t, tensor.Int32, c.shape, data)} {
			turned, err := s.Transpose(c.perm)
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, turned)
			stride := strides(c.shape)
			for i := int64(0); i < n; i += 997 {
				want, rest := int64(0), i
				for axis := len(c.perm) - 1; axis >= 0; axis-- {
					want += rest % turned.Shape[axis] * stride[c.perm[axis]]
					rest /= turned.Shape[axis]
				}
				if v := binary.LittleEndian.Uint32(got[4*i:]); int64(v) != want {
					t.Fatalf("%v by %v: element %d is %d, want %d", c.shape, c.perm, i, v, want)
				}
			}
		}
	}
}

func TestTransposeRefuses(t *testing.T) {
	s := FromTensor(tensor.FromInts(tensor.Int8, []int64{1, 2}, []int64{1, 2}))
	for _, perm := range [][]int{nil, {0}, {0, 0}, {0, 2}, {-1, 0}, {0, 1, 2}} {
		if _, err := s.Transpose(perm); err == nil {
			t.Errorf("%v is taken", perm)
		}
	}
}

func TestStrings(t *testing.T) {
	s := FromTensor(tensor.FromStrings([]int64{2, 3}, []string{"a", "b", "c", "d", "e", "f"}))
	s, err := s.Transpose([]int{1, 0})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Reshape([]int64{6}); err != nil {
		t.Fatal(err)
	}
	v, err := s.Strings()
	if err != nil || strings.Join(v, "") != "adbecf" {
		t.Errorf("%q, %v", v, err)
	}
	if _, err := s.Open(); err == nil {
		t.Error("strings open as numbers")
	}
	if _, err := s.Cast(tensor.Int32); err == nil {
		t.Error("strings become numbers")
	}
}

func TestReshape(t *testing.T) {
	data := []byte{1, 2, 3, 4, 5, 6}
	s := FromTensor(&tensor.Tensor{DType: tensor.Uint8, Dims: []int64{2, 3}, Data: data})
	turned, err := s.Transpose([]int{1, 0})
	if err != nil {
		t.Fatal(err)
	}
	wide, err := turned.Cast(tensor.Int16)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		s    *Source
		want []byte
	}{
		{s, data}, {turned, []byte{1, 4, 2, 5, 3, 6}}, {wide, []byte{1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0}},
	} {
		r, err := c.s.Reshape([]int64{1, 6})
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, r); !bytes.Equal(got, c.want) || !slices.Equal(r.Shape, []int64{1, 6}) {
			t.Errorf("% x of %v, want % x", got, r.Shape, c.want)
		}
		if _, err := c.s.Reshape([]int64{5}); err == nil {
			t.Error("six elements become five")
		}
	}
	// What was permuted and reshaped has lost its random access.
	r, err := turned.Reshape([]int64{2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = r.Transpose([]int{1, 0}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, r); !bytes.Equal(got, []byte{1, 5, 4, 3, 2, 6}) {
		t.Errorf("% x", got)
	}
}

func TestCast(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	floats := func(d tensor.DType, v ...float64) *tensor.Tensor {
		return tensor.FromFloats(d, []int64{int64(len(v))}, v)
	}
	ints := func(d tensor.DType, v ...int64) *tensor.Tensor {
		return tensor.FromInts(d, []int64{int64(len(v))}, v)
	}
	for _, c := range []struct{ from, want *tensor.Tensor }{
		{floats(tensor.Float32, 1, -2.5, 65520, 1e-8, inf), floats(tensor.Half, 1, -2.5, inf, 0, inf)},
		{floats(tensor.Float32, 1+1.0/256, 1+3.0/256, nan), floats(tensor.BFloat16, 1, 1+2.0/128, nan)},
		{floats(tensor.Half, 1.5, -inf), floats(tensor.Float32, 1.5, -inf)},
		{floats(tensor.BFloat16, 1.5, -inf), floats(tensor.Float64, 1.5, -inf)},
		{floats(tensor.BFloat16, 1.5, 3), floats(tensor.Float32, 1.5, 3)},
		{floats(tensor.Float64, 1e300, 0.1), floats(tensor.Float32, inf, 0.1)},
		{floats(tensor.Float32, 448, 500), floats(tensor.Float8E4M3FN, 448, nan)},
		{floats(tensor.Float32, 1.9, -1.9, 127.9), ints(tensor.Int8, 1, -1, 127)},
		{floats(tensor.Float64, 1<<63), ints(tensor.Uint64, math.MinInt64)},
		{ints(tensor.Int64, 1<<24+1, -3), floats(tensor.Float32, 1<<24, -3)},
		{ints(tensor.Uint64, -1), floats(tensor.Float64, 1<<64)},
		{ints(tensor.Uint8, 0, 200), ints(tensor.Int64, 0, 200)},
		{ints(tensor.Int64, -8, 7), ints(tensor.Int4, -8, 7)},
		{ints(tensor.Int4, -8, 7), ints(tensor.Int16, -8, 7)},
		{ints(tensor.Int32, 0, 5), ints(tensor.Bool, 0, 1)},
		{floats(tensor.Float32, 0, nan), ints(tensor.Bool, 0, 1)},
		{ints(tensor.Bool, 0, 1), floats(tensor.Half, 0, 1)},
		{ints(tensor.Bool, 1), ints(tensor.Int32, 1)},
		{floats(tensor.Float64, 0.1), floats(tensor.Complex64, 0.1)},
		{ints(tensor.Int32, 3), floats(tensor.Complex128, 3)},
		{floats(tensor.Complex128, 0.1), floats(tensor.Complex64, 0.1)},
		{floats(tensor.Complex64, 0.5), floats(tensor.Complex128, 0.5)},
	} {
		s, err := FromTensor(c.from).Cast(c.want.DType)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := read(t, s); !bytes.Equal(got, c.want.Data) {
			t.Errorf("%s to %s: % x, want % x", c.from.DType, c.want.DType, got, c.want.Data)
		}
	}
	for _, c := range []struct {
		from *tensor.Tensor
		to   tensor.DType
		want string
	}{
		{floats(tensor.Float32, 0, 128), tensor.Int8, "element 1: 128 is out of range for int8 (-128 to 127)"},
		{floats(tensor.Float32, nan), tensor.Int64, "element 0: NaN"},
		{floats(tensor.Float64, 1<<63), tensor.Int64, "out of range"},
		{ints(tensor.Int64, 1, 2, -1), tensor.Uint8, "element 2: -1"},
		{ints(tensor.Uint64, -1), tensor.Int64, "18446744073709551615"},
		{floats(tensor.Complex64, 1), tensor.Float32, "cannot convert complex64 to float32"},
		{ints(tensor.QInt8, 1), tensor.Float32, "cannot convert qint8"},
	} {
		s, err := FromTensor(c.from).Cast(c.to)
		if err == nil {
			_, err = s.Tensor(100)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ErrCorrupt) {
			t.Errorf("%s to %s: error %v, want one of %q", c.from.DType, c.to, err, c.want)
		}
	}
}

// Many blocks, read in odd pieces.
func TestCastBlocks(t *testing.T) {
	v := make([]int64, 3*convertBlock+17)
	for i := range v {
		v[i] = int64(i)
	}
	dims := []int64{int64(len(v))}
	s, err := FromTensor(tensor.FromInts(tensor.Int32, dims, v)).Cast(tensor.Float64)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(iotest.HalfReader(r))
	if err != nil {
		t.Fatal(err)
	}
	if want := tensor.FromInts(tensor.Float64, dims, v); !bytes.Equal(got, want.Data) {
		t.Error("blocks do not fit together")
	}
}

func BenchmarkTranspose(b *testing.B) {
	const rows, cols = 4096, 4096
	data := make([]byte, 4*rows*cols)
	s, err := FromTensor(&tensor.Tensor{DType: tensor.Float32, Dims: []int64{rows, cols}, Data: data}).Transpose([]int{1, 0})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r, err := s.Open()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCast(b *testing.B) {
	data := make([]byte, 64<<20)
	for _, d := range []tensor.DType{tensor.BFloat16, tensor.Half, tensor.Float64, tensor.Float8E4M3FN} {
		b.Run(d.String(), func(b *testing.B) {
			s, err := FromTensor(&tensor.Tensor{DType: tensor.Float32, Dims: []int64{16 << 20}, Data: data}).Cast(d)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				r, err := s.Open()
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
