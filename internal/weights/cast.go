package weights

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/tfsave/tfsave/internal/tensor"
)

// converter turns a block of elements into as many of another dtype; first is
// the index of the first, for errors.
type converter func(dst, src []byte, first int64) error

// convertBlock is how many elements are converted at a time.
const convertBlock = 16 << 10

// converted is s under a converter to dtype d.
func (s *Source) converted(d tensor.DType, conv converter) *Source {
	return &Source{DType: d, Shape: s.Shape, name: s.name, from: s, conv: conv}
}

func (s *Source) openConverted() (io.ReadCloser, error) {
	r, err := s.from.Open()
	if err != nil {
		return nil, err
	}
	size := s.from.DType.Size()
	block := min(convertBlock, s.NumElements())
	return &convertReader{
		r:    r,
		size: size,
		conv: s.conv,
		left: s.NumElements(),
		in:   make([]byte, block*int64(size)),
		out:  make([]byte, block*int64(s.DType.Size())),
	}, nil
}

type convertReader struct {
	r       io.ReadCloser
	size    int // of an element before
	conv    converter
	done    int64
	left    int64
	in, out []byte
	ready   []byte // what of out is not given away yet
}

func (c *convertReader) Read(p []byte) (int, error) {
	if len(c.ready) == 0 {
		if c.left == 0 {
			return 0, io.EOF
		}
		n := min(c.left, int64(len(c.in)/c.size))
		in := c.in[:int(n)*c.size]
		if _, err := io.ReadFull(c.r, in); err != nil {
			return 0, err
		}
		out := c.out[:int(n)*(len(c.out)/(len(c.in)/c.size))]
		if err := c.conv(out, in, c.done); err != nil {
			return 0, err
		}
		c.done += n
		c.left -= n
		c.ready = out
	}
	n := copy(p, c.ready)
	c.ready = c.ready[n:]
	return n, nil
}

func (c *convertReader) Close() error { return c.r.Close() }

// Cast converts every element to dtype d: floating types round to nearest
// even (TensorFlow's way, see tensor.EncodeFloat), a float becomes an integer
// by dropping the fraction, bool is zero or not. Where tf.cast would wrap an
// integer around, or leave it undefined (a float out of range, NaN), reading
// fails and names the element. Real becomes complex, not the other way.
func (s *Source) Cast(d tensor.DType) (*Source, error) {
	if d == s.DType {
		return s, nil
	}
	real := d.IsComplex() && !s.DType.IsComplex()
	if real {
		r, err := s.Cast(d.Real())
		if err != nil {
			return nil, noCast(s.DType, d)
		}
		return r.converted(d, widen(d.Real().Size())), nil
	}
	conv := elementConverter(s.DType, d)
	if conv == nil {
		return nil, noCast(s.DType, d)
	}
	return s.converted(d, conv), nil
}

func noCast(from, to tensor.DType) error { return fmt.Errorf("cannot convert %s to %s", from, to) }

// widen adds imaginary parts of zero to elements of size bytes.
func widen(size int) converter {
	return func(dst, src []byte, _ int64) error {
		clear(dst)
		for i := 0; i < len(src); i += size {
			copy(dst[2*i:], src[i:i+size])
		}
		return nil
	}
}

// swapped reverses the bytes of every part of size bytes.
func swapped(size int) converter {
	return func(dst, src []byte, _ int64) error {
		for i := 0; i < len(src); i += size {
			for j := range size {
				dst[i+j] = src[i+size-1-j]
			}
		}
		return nil
	}
}

// elementConverter is nil where there is no conversion.
func elementConverter(from, to tensor.DType) converter {
	if from.IsComplex() && to.IsComplex() {
		return elementConverter(from.Real(), to.Real())
	}
	switch {
	case from == tensor.Float32 && to == tensor.Half:
		return func(dst, src []byte, _ int64) error {
			for i := 0; i < len(src); i += 4 {
				v := math.Float32frombits(binary.LittleEndian.Uint32(src[i:]))
				binary.LittleEndian.PutUint16(dst[i/2:], tensor.HalfBits(v))
			}
			return nil
		}
	case from == tensor.Float32 && to == tensor.BFloat16:
		return func(dst, src []byte, _ int64) error {
			for i := 0; i < len(src); i += 4 {
				v := math.Float32frombits(binary.LittleEndian.Uint32(src[i:]))
				binary.LittleEndian.PutUint16(dst[i/2:], tensor.BFloat16Bits(v))
			}
			return nil
		}
	case from == tensor.Half && to == tensor.Float32:
		return func(dst, src []byte, _ int64) error {
			for i := 0; i < len(src); i += 2 {
				v := tensor.HalfValue(binary.LittleEndian.Uint16(src[i:]))
				binary.LittleEndian.PutUint32(dst[2*i:], math.Float32bits(v))
			}
			return nil
		}
	case from == tensor.BFloat16 && to == tensor.Float32:
		return func(dst, src []byte, _ int64) error {
			for i := 0; i < len(src); i += 2 {
				v := tensor.BFloat16Value(binary.LittleEndian.Uint16(src[i:]))
				binary.LittleEndian.PutUint32(dst[2*i:], math.Float32bits(v))
			}
			return nil
		}
	case from == tensor.Float64 && to == tensor.Float32:
		return func(dst, src []byte, _ int64) error {
			for i := 0; i < len(src); i += 8 {
				v := math.Float64frombits(binary.LittleEndian.Uint64(src[i:]))
				binary.LittleEndian.PutUint32(dst[i/2:], math.Float32bits(float32(v)))
			}
			return nil
		}
	}

	encode := encoder(from, to)
	if encode == nil {
		return nil
	}
	size := from.Size()
	return func(dst, src []byte, first int64) error {
		in := tensor.Tensor{DType: from, Data: src}
		out := dst[:0]
		for i := range len(src) / size {
			v, err := encode(in.Bits(i))
			if err != nil {
				return refuse("element %d: %v", first+int64(i), err)
			}
			out = tensor.AppendBits(out, to, v)
		}
		return nil
	}
}

// encoder converts the bits of one element; nil where there is no conversion.
func encoder(from, to tensor.DType) func(bits uint64) (uint64, error) {
	integer := func(d tensor.DType) bool { return d.IsInteger() || d == tensor.Bool }
	switch {
	case from.IsFloating() && to == tensor.Bool:
		return func(b uint64) (uint64, error) { return truth(tensor.DecodeFloat(from, b) != 0), nil }
	case from.IsInteger() && to == tensor.Bool:
		return func(b uint64) (uint64, error) { return truth(b != 0), nil }
	case from.IsFloating() && to.IsFloating():
		return func(b uint64) (uint64, error) { return tensor.EncodeFloat(to, tensor.DecodeFloat(from, b)), nil }
	case from == tensor.Uint64 && to.IsFloating():
		return func(b uint64) (uint64, error) { return encodeInt(to, float32(b), float64(b)), nil }
	case integer(from) && to.IsFloating():
		return func(b uint64) (uint64, error) {
			v := tensor.SignExtend(from, b)
			return encodeInt(to, float32(v), float64(v)), nil
		}
	case from.IsFloating() && to.IsInteger():
		lo, hi, _ := tensor.IntRange(to)
		// The first float64 beyond the range; hi itself may not be one.
		end := 2 * float64(hi/2+1)
		return func(b uint64) (uint64, error) {
			v := tensor.DecodeFloat(from, b)
			whole := math.Trunc(v)
			if !(whole >= float64(lo) && whole < end) {
				return 0, fmt.Errorf("%v is out of range for %s (%d to %d)", v, to, lo, hi)
			}
			if whole < 0 {
				return uint64(int64(whole)), nil
			}
			return uint64(whole), nil
		}
	case integer(from) && to.IsInteger():
		lo, hi, _ := tensor.IntRange(to)
		return func(b uint64) (uint64, error) {
			v := tensor.SignExtend(from, b)
			switch {
			case from == tensor.Uint64 && b > hi:
				return 0, fmt.Errorf("%d is out of range for %s (%d to %d)", b, to, lo, hi)
			case from != tensor.Uint64 && (v < lo || v > 0 && uint64(v) > hi):
				return 0, fmt.Errorf("%d is out of range for %s (%d to %d)", v, to, lo, hi)
			}
			return uint64(v), nil
		}
	}
	return nil
}

// encodeInt rounds an integer, given as the nearest float32 and float64, to a
// floating type: once to float32, by way of it to half and bfloat16 (tf.cast).
func encodeInt(to tensor.DType, v32 float32, v64 float64) uint64 {
	switch to {
	case tensor.Float32, tensor.Half, tensor.BFloat16:
		return tensor.EncodeFloat(to, float64(v32))
	}
	return tensor.EncodeFloat(to, v64)
}

func truth(v bool) uint64 {
	if v {
		return 1
	}
	return 0
}
