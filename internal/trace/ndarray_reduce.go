package trace

import (
	"math"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// This file reduces NumPy arrays along axes.

// axes reads an axis argument: None, an integer or a tuple of them. It gives
// them ascending, all of them for None.
func (t *thread) axes(v Value, rank int) ([]int, error) {
	var list []Value
	switch x := v.(type) {
	case nil:
		out := make([]int, rank)
		for i := range out {
			out[i] = i
		}
		return out, nil
	case *Tuple:
		list = x.Items
	case *List:
		list = x.Items
	default:
		list = []Value{x}
	}
	var out []int
	for _, x := range list {
		i, err := t.index(x, "axis")
		if err != nil {
			return nil, err
		}
		if i < int64(-rank) || i >= int64(rank) {
			return nil, t.errorf("ValueError", "axis %d is out of bounds for array of dimension %d", i, rank)
		}
		if i < 0 {
			i += int64(rank)
		}
		if slices.Contains(out, int(i)) {
			return nil, t.errorf("ValueError", "duplicate value in 'axis'")
		}
		out = append(out, int(i))
	}
	slices.Sort(out)
	return out, nil
}

// groups gives the places that each element of a reduction is made of, and its
// shape.
func (a *Array) groups(axes []int, keep bool) (dims []int64, groups [][]int64) {
	var outerDims, outerStrides, innerDims, innerStrides []int64
	for i, d := range a.dims {
		if slices.Contains(axes, i) {
			innerDims, innerStrides = append(innerDims, d), append(innerStrides, a.strides[i])
			if keep {
				dims = append(dims, 1)
			}
			continue
		}
		outerDims, outerStrides, dims = append(outerDims, d), append(outerStrides, a.strides[i]), append(dims, d)
	}
	inner := a.view(innerDims, innerStrides, 0).places()
	for _, o := range a.view(outerDims, outerStrides, a.offset).places() {
		g := make([]int64, len(inner))
		for i, p := range inner {
			g[i] = o + p
		}
		groups = append(groups, g)
	}
	return dims, groups
}

// reduction is one of NumPy's functions that reduce.
type reduction struct {
	dtype  func(tensor.DType) tensor.DType
	reduce func(t *thread, a *Array, places []int64, out *Array, at int64) error
}

func sameDType(d tensor.DType) tensor.DType { return d }

// sumDType is that of sums: small integers and bools become int64.
func sumDType(d tensor.DType) tensor.DType {
	switch {
	case d.IsFloating() || d.IsComplex():
		return d
	case d.IsUnsigned() && d != tensor.Bool:
		return tensor.Uint64
	}
	return tensor.Int64
}

// meanDType is that of means.
func meanDType(d tensor.DType) tensor.DType {
	if d.IsFloating() || d.IsComplex() {
		return d
	}
	return tensor.Float64
}

func toBool(tensor.DType) tensor.DType  { return tensor.Bool }
func toIndex(tensor.DType) tensor.DType { return tensor.Int64 }

var reductions = map[string]reduction{
	"sum": {sumDType, func(_ *thread, a *Array, places []int64, out *Array, at int64) error {
		switch {
		case a.dtype.IsComplex():
			var s complex128
			for _, p := range places {
				s += a.data.c[p]
			}
			out.setComplex(at, s)
		case a.dtype.IsFloating():
			out.setFloat(at, a.total(places))
		default:
			for _, p := range places {
				out.data.i[at] += a.data.i[p]
			}
		}
		return nil
	}},
	"prod": {sumDType, func(_ *thread, a *Array, places []int64, out *Array, at int64) error {
		switch {
		case a.dtype.IsComplex():
			s := complex(1, 0)
			for _, p := range places {
				s *= a.data.c[p]
			}
			out.setComplex(at, s)
		case a.dtype.IsFloating():
			s := 1.0
			for _, p := range places {
				s *= a.data.f[p]
			}
			out.setFloat(at, s)
		default:
			out.data.i[at] = 1
			for _, p := range places {
				out.data.i[at] *= a.data.i[p]
			}
		}
		return nil
	}},
	"mean": {meanDType, func(_ *thread, a *Array, places []int64, out *Array, at int64) error {
		if a.dtype.IsComplex() {
			var s complex128
			for _, p := range places {
				s += a.data.c[p]
			}
			out.setComplex(at, s/complex(float64(len(places)), 0))
			return nil
		}
		out.setFloat(at, a.total(places)/float64(len(places)))
		return nil
	}},
	"max": {sameDType, func(t *thread, a *Array, places []int64, out *Array, at int64) error {
		return t.extreme(a, places, out, at, func(x, y float64) bool { return x > y }, func(x, y int64) bool { return x > y })
	}},
	"min": {sameDType, func(t *thread, a *Array, places []int64, out *Array, at int64) error {
		return t.extreme(a, places, out, at, func(x, y float64) bool { return x < y }, func(x, y int64) bool { return x < y })
	}},
	"argmax": {toIndex, func(t *thread, a *Array, places []int64, out *Array, at int64) error {
		return t.argExtreme(a, places, out, at, func(x, y float64) bool { return x > y })
	}},
	"argmin": {toIndex, func(t *thread, a *Array, places []int64, out *Array, at int64) error {
		return t.argExtreme(a, places, out, at, func(x, y float64) bool { return x < y })
	}},
	"any": {toBool, func(_ *thread, a *Array, places []int64, out *Array, at int64) error {
		for _, p := range places {
			out.data.i[at] |= truthInt(a.complex(p) != 0)
		}
		return nil
	}},
	"all": {toBool, func(_ *thread, a *Array, places []int64, out *Array, at int64) error {
		out.data.i[at] = 1
		for _, p := range places {
			out.data.i[at] &= truthInt(a.complex(p) != 0)
		}
		return nil
	}},
	"count_nonzero": {toIndex, func(_ *thread, a *Array, places []int64, out *Array, at int64) error {
		for _, p := range places {
			out.data.i[at] += truthInt(a.complex(p) != 0)
		}
		return nil
	}},
}

// total adds real numbers.
func (a *Array) total(places []int64) float64 {
	s := 0.0
	for _, p := range places {
		s += a.float(p)
	}
	return s
}

func (t *thread) extreme(a *Array, places []int64, out *Array, at int64, better func(x, y float64) bool, betterInt func(x, y int64) bool) error {
	if len(places) == 0 {
		return t.errorf("ValueError", "zero-size array to reduction operation which has no identity")
	}
	best := places[0]
	for _, p := range places[1:] {
		switch {
		case a.dtype.IsComplex() || a.dtype == tensor.Uint64:
			return t.errorf("TypeError", "NumPy arrays of %s are not ordered in a body", a.dtype)
		case a.dtype.IsFloating():
			if x, y := a.data.f[p], a.data.f[best]; !math.IsNaN(y) && (math.IsNaN(x) || better(x, y)) {
				best = p
			}
		case betterInt(a.data.i[p], a.data.i[best]):
			best = p
		}
	}
	out.put(at, a, best)
	return nil
}

func (t *thread) argExtreme(a *Array, places []int64, out *Array, at int64, better func(x, y float64) bool) error {
	if len(places) == 0 {
		return t.errorf("ValueError", "attempt to get the place of an extreme of an empty sequence")
	}
	if a.dtype.IsComplex() || a.dtype == tensor.Uint64 {
		return t.errorf("TypeError", "NumPy arrays of %s are not ordered in a body", a.dtype)
	}
	best := 0
	for i, p := range places {
		if x, y := a.float(p), a.float(places[best]); !math.IsNaN(y) && (math.IsNaN(x) || better(x, y)) {
			best = i
		}
	}
	out.data.i[at] = int64(best)
	return nil
}

// reduce applies a reduction.
func (t *thread) reduce(name string, a *Array, axis Value, dtype tensor.DType, keep bool) (Value, error) {
	if a.dtype == tensor.String {
		return nil, t.errorf("TypeError", "%s of a NumPy array of text is not supported", name)
	}
	r := reductions[name]
	if dtype != tensor.Invalid {
		var err error
		if a, err = t.astype(a, dtype); err != nil {
			return nil, err
		}
	} else {
		dtype = r.dtype(a.dtype)
	}
	if (name == "argmax" || name == "argmin") && axis == nil { // of the flat array
		flat, err := t.reshaped(a, []int64{a.size()})
		if err != nil {
			return nil, err
		}
		a = flat
	}
	axes, err := t.axes(axis, len(a.dims))
	if err != nil {
		return nil, err
	}
	dims, groups := a.groups(axes, keep)
	out, err := t.newArray(dtype, dims)
	if err != nil {
		return nil, err
	}
	for i, g := range groups {
		if err := r.reduce(t, a, g, out, int64(i)); err != nil {
			return nil, err
		}
	}
	return unpacked(out), nil
}

// variance is np.var, and np.std where root is set.
func (t *thread) variance(a *Array, axis Value, ddof int64, keep, root bool) (Value, error) {
	if a.dtype.IsComplex() || a.dtype == tensor.String {
		return nil, t.errorf("TypeError", "the variance of a NumPy array of %s is not supported in a body", a.dtype)
	}
	axes, err := t.axes(axis, len(a.dims))
	if err != nil {
		return nil, err
	}
	dims, groups := a.groups(axes, keep)
	out, err := t.newArray(meanDType(a.dtype), dims)
	if err != nil {
		return nil, err
	}
	for i, g := range groups {
		mean, s := a.total(g)/float64(len(g)), 0.0
		for _, p := range g {
			s += (a.float(p) - mean) * (a.float(p) - mean)
		}
		if s /= float64(int64(len(g)) - ddof); root {
			s = math.Sqrt(s)
		}
		out.setFloat(int64(i), s)
	}
	return unpacked(out), nil
}

// alongOne gives the axis of a function that goes along one, and for None the
// flat array and its axis.
func (t *thread) alongOne(a *Array, axis Value) (*Array, []int, error) {
	if axis == nil {
		flat, err := t.reshaped(a, []int64{a.size()})
		if err != nil {
			return nil, nil, err
		}
		a, axis = flat, int64(0)
	}
	axes, err := t.axes(axis, len(a.dims))
	return a, axes, err
}

// cumulative is np.cumsum and np.cumprod.
func (t *thread) cumulative(a *Array, axis Value, product bool) (Value, error) {
	a, axes, err := t.alongOne(a, axis)
	if err != nil {
		return nil, err
	}
	out, err := t.astype(a, sumDType(a.dtype))
	if err != nil {
		return nil, err
	}
	_, groups := out.groups(axes, false)
	for _, g := range groups {
		for i := 1; i < len(g); i++ {
			p, q := g[i], g[i-1]
			switch {
			case out.dtype.IsComplex() && product:
				out.setComplex(p, out.data.c[q]*out.data.c[p])
			case out.dtype.IsComplex():
				out.setComplex(p, out.data.c[q]+out.data.c[p])
			case out.dtype.IsFloating() && product:
				out.setFloat(p, out.data.f[q]*out.data.f[p])
			case out.dtype.IsFloating():
				out.setFloat(p, out.data.f[q]+out.data.f[p])
			case product:
				out.data.i[p] *= out.data.i[q]
			default:
				out.data.i[p] += out.data.i[q]
			}
		}
	}
	return out, nil
}
