package weights

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"runtime"
	"sync"

	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights/random"
)

// generated is a value made up element by element: each depends on its index
// alone, so that any part can be read, and parts can be made at once.
type generated struct {
	d tensor.DType
	// part makes what draws the bits of elements; one goroutine uses it.
	part func() func(i uint64) uint64
}

func generate(d tensor.DType, shape []int64, part func() func(i uint64) uint64) (*Source, error) {
	return NewAt(d, shape, &generated{d, part})
}

// minPart is how many elements are worth a goroutine.
const minPart = 8 << 10

func (g *generated) ReadAt(p []byte, off int64) (int, error) {
	size := int64(g.d.Size())
	first, end := off/size, (off+int64(len(p))+size-1)/size
	dst := p
	if off%size != 0 || end*size != off+int64(len(p)) {
		dst = make([]byte, (end-first)*size)
	}
	parallel(end-first, minPart, func(from, to int64) {
		bits := g.part()
		out := dst[from*size : to*size]
		if g.d == tensor.Float32 {
			for i := range to - from {
				binary.LittleEndian.PutUint32(out[4*i:], uint32(bits(uint64(first+from+i))))
			}
			return
		}
		out = out[:0]
		for i := from; i < to; i++ {
			out = tensor.AppendBits(out, g.d, bits(uint64(first+i)))
		}
	})
	if len(dst) != len(p) {
		copy(p, dst[off-first*size:])
	}
	return len(p), nil
}

// parallel calls work on parts of [0, n), each of at least least, on all
// processors.
func parallel(n, least int64, work func(from, to int64)) {
	parts := min(int64(runtime.GOMAXPROCS(0)), n/least)
	if parts <= 1 {
		work(0, n)
		return
	}
	var wg sync.WaitGroup
	for k := range parts {
		wg.Go(func() { work(n*k/parts, n*(k+1)/parts) })
	}
	wg.Wait()
}

func wantFloating(d tensor.DType) error {
	if !d.IsFloating() {
		return fmt.Errorf("makes floating numbers, not %s", d)
	}
	return nil
}

// draws generates floating numbers out of a stream of random bits.
func draws(seed uint64, draw func(s *random.Stream, i uint64) float64) maker {
	return func(d tensor.DType, shape []int64) (*Source, error) {
		if err := wantFloating(d); err != nil {
			return nil, err
		}
		return generate(d, shape, func() func(uint64) uint64 {
			s := random.New(seed)
			if d == tensor.Float32 {
				return func(i uint64) uint64 { return uint64(math.Float32bits(float32(draw(s, i)))) }
			}
			return func(i uint64) uint64 { return tensor.EncodeFloat(d, draw(s, i)) }
		})
	}
}

func normal(mean, stddev float64, seed uint64) maker {
	return draws(seed, func(s *random.Stream, i uint64) float64 {
		return float64(s.Normal(i)*stddev) + mean
	})
}

func truncatedNormal(mean, stddev float64, seed uint64) maker {
	return draws(seed, func(s *random.Stream, i uint64) float64 {
		return float64(s.TruncatedNormal(i)*stddev) + mean
	})
}

// uniform draws from [lo, hi) in the dtype's own numbers: rounding does not
// reach hi.
func uniform(lo, hi float64, seed uint64) maker {
	return func(d tensor.DType, shape []int64) (*Source, error) {
		if err := wantFloating(d); err != nil {
			return nil, err
		}
		top := max(below(d, hi), lo)
		return draws(seed, func(s *random.Stream, i uint64) float64 {
			return min(float64(s.Float64(i)*(hi-lo))+lo, top)
		})(d, shape)
	}
}

// below is the largest number of d that is less than v.
func below(d tensor.DType, v float64) float64 {
	for down := v; ; {
		r := tensor.DecodeFloat(d, tensor.EncodeFloat(d, down))
		if r < v || math.IsInf(down, -1) || math.IsNaN(r) {
			return r
		}
		// A step that grows until it is felt.
		down = v - 2*(v-math.Nextafter(down, math.Inf(-1)))
	}
}

// randomUniform is uniform for floating types, and for integers from minval
// up to maxval-1, which both must be given then (tf.random.uniform).
func randomUniform(p *params) maker {
	minval, hasMin := p.get("minval")
	maxval, hasMax := p.get("maxval")
	seed := p.seed()
	lo, hi := -0.05, 0.05
	for _, b := range []struct {
		name  string
		value any
		given bool
		f     *float64
	}{{"minval", minval, hasMin, &lo}, {"maxval", maxval, hasMax, &hi}} {
		if b.given {
			q := params{values: map[string]any{b.name: b.value}}
			*b.f = q.number(b.name, 0)
			if q.err != nil {
				p.fail("%w", q.err)
			}
		}
	}
	if lo > hi {
		p.fail("minval is %v, which is above maxval, %v", lo, hi)
	}
	return func(d tensor.DType, shape []int64) (*Source, error) {
		if d.IsFloating() {
			return uniform(lo, hi, seed)(d, shape)
		}
		if !d.IsInteger() {
			return nil, fmt.Errorf("makes floating numbers or integers, not %s", d)
		}
		if !hasMin || !hasMax {
			return nil, fmt.Errorf("needs minval and maxval for %s", d)
		}
		return uniformInts(minval, maxval, seed, d, shape)
	}
}

func uniformInts(minval, maxval any, seed uint64, d tensor.DType, shape []int64) (*Source, error) {
	lo, err := integer(minval)
	if err != nil {
		return nil, err
	}
	hi, err := integer(maxval)
	if err != nil {
		return nil, err
	}
	// Both ends must be numbers of the dtype; maxval itself is not drawn.
	last := new(big.Int).Sub(hi, big.NewInt(1))
	for _, n := range []*big.Int{lo, last} {
		if _, err := appendInt(nil, d, n); err != nil {
			return nil, err
		}
	}
	span := new(big.Int).Sub(hi, lo)
	if span.Sign() <= 0 {
		return nil, fmt.Errorf("minval %v is not below maxval %v", lo, hi)
	}
	from := lo.Uint64()
	if lo.Sign() < 0 {
		from = uint64(lo.Int64())
	}
	n := uint64(0) // all 2^64
	if span.IsUint64() {
		n = span.Uint64()
	}
	return generate(d, shape, func() func(uint64) uint64 {
		s := random.New(seed)
		if n == 0 {
			return s.Uint64
		}
		return func(i uint64) uint64 { return from + s.Uint64n(i, n) }
	})
}

// integer takes the integer kinds and whole floating numbers.
func integer(v any) (*big.Int, error) {
	if n, ok := bigInt(v); ok {
		return n, nil
	}
	f, ok := v.(float64)
	if !ok || f != math.Trunc(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%s is no integer", show(v))
	}
	n, _ := big.NewFloat(f).Int(nil)
	return n, nil
}

// The words of variance_scaling.
const (
	fanIn         = "fan_in"
	fanOut        = "fan_out"
	fanAvg        = "fan_avg"
	truncatedDist = "truncated_normal"
	normalDist    = "untruncated_normal"
	uniformDist   = "uniform"
)

// truncatedStddev is the standard deviation of a standard normal distribution
// truncated at two, which Keras divides by.
const truncatedStddev = .87962566103423978

func varianceScaling(p *params) maker {
	scale := p.number("scale", 1)
	if scale <= 0 {
		p.fail("scale is %v; it must be positive", scale)
	}
	mode := p.choice("mode", fanIn, fanIn, fanOut, fanAvg)
	distribution := p.choice("distribution", truncatedDist, truncatedDist, normalDist, uniformDist)
	return variance(scale, mode, distribution, p)
}

// scaled is variance_scaling with all but the seed fixed.
func scaled(scale float64, mode, distribution string) func(p *params) maker {
	return func(p *params) maker { return variance(scale, mode, distribution, p) }
}

func variance(scale float64, mode, distribution string, p *params) maker {
	seed := p.seed()
	inAxes, outAxes := p.axes("input_axes"), p.axes("output_axes")
	return func(d tensor.DType, shape []int64) (*Source, error) {
		in, out := fans(shape)
		if inAxes != nil && outAxes != nil {
			var err error
			if in, err = product(shape, inAxes); err != nil {
				return nil, err
			}
			if out, err = product(shape, outAxes); err != nil {
				return nil, err
			}
		}
		fan := in
		switch mode {
		case fanOut:
			fan = out
		case fanAvg:
			fan = (in + out) / 2
		}
		v := scale / max(1, fan)
		switch distribution {
		case uniformDist:
			limit := math.Sqrt(3 * v)
			return uniform(-limit, limit, seed)(d, shape)
		case normalDist:
			return normal(0, math.Sqrt(v), seed)(d, shape)
		}
		return truncatedNormal(0, math.Sqrt(v)/truncatedStddev, seed)(d, shape)
	}
}

// fans is how many inputs and outputs a unit has, for a weight of that shape
// (compute_fans, keras/src/initializers/random_initializers.py, Keras 3.15):
// the last two axes, times the window of a convolution before them. Its
// arguments input_axes and output_axes, given together, name the axes instead.
func fans(shape []int64) (in, out float64) {
	switch n := len(shape); n {
	case 0:
		return 1, 1
	case 1:
		return float64(shape[0]), float64(shape[0])
	default:
		window := 1.0
		for _, d := range shape[:n-2] {
			window *= float64(d)
		}
		return float64(shape[n-2]) * window, float64(shape[n-1]) * window
	}
}

// product multiplies the sizes of some axes; negative ones count from the end.
func product(shape []int64, axes []int64) (float64, error) {
	n := 1.0
	for _, a := range axes {
		i := a
		if i < 0 {
			i += int64(len(shape))
		}
		if i < 0 || i >= int64(len(shape)) {
			return 0, fmt.Errorf("shape %s has no axis %d", tensor.ShapeOf(shape...), a)
		}
		n *= float64(shape[i])
	}
	return n, nil
}

// fillWith is one number everywhere, or truth for bool.
func fillWith(n int64, truth bool) maker {
	return func(d tensor.DType, shape []int64) (*Source, error) {
		if d == tensor.Bool {
			return Value(truth, d, shape)
		}
		if d.Size() == 0 {
			return nil, fmt.Errorf("makes numbers, not %s", d)
		}
		return Value(n, d, shape)
	}
}

func constant(p *params) maker {
	v, ok := p.get("value")
	return func(d tensor.DType, shape []int64) (*Source, error) {
		if !ok {
			return fillWith(0, false)(d, shape)
		}
		return Value(v, d, shape)
	}
}

// identity is gain on the diagonal of a matrix, which need not be square.
func identity(gain float64) maker {
	return func(d tensor.DType, shape []int64) (*Source, error) {
		if len(shape) != 2 {
			return nil, fmt.Errorf("makes a matrix, not shape %s", tensor.ShapeOf(shape...))
		}
		one, err := FromValue(gain, d, nil)
		if err != nil {
			return nil, err
		}
		if d.Size() > 8 {
			return nil, fmt.Errorf("makes real numbers, not %s", d)
		}
		bits, cols := one.Bits(0), uint64(shape[1])
		return generate(d, shape, func() func(uint64) uint64 {
			return func(i uint64) uint64 {
				if i/cols == i%cols {
					return bits
				}
				return 0
			}
		})
	}
}
