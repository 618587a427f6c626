package trace

import (
	"math"
	"slices"
	"sort"

	"github.com/tfsave/tfsave/internal/tensor"
)

// numpyOthers are the functions that fit nowhere else.
func numpyOthers() []*Builtin {
	variance := func(name string, root bool) *Builtin {
		return onArray(name, func(t *thread, a *Array, p []Value) (Value, error) {
			ddof, err := t.integer(p[2], 0)
			if err != nil {
				return nil, err
			}
			keep, err := t.truth(p[3])
			if err != nil {
				return nil, err
			}
			return t.variance(a, p[1], ddof, keep, root)
		}, "a", "axis?", "ddof?", "keepdims?")
	}
	return []*Builtin{
		variance("var", false), variance("std", true),
		onArray("cumsum", func(t *thread, a *Array, p []Value) (Value, error) { return t.cumulative(a, p[1], false) }, "a", "axis?"),
		onArray("cumprod", func(t *thread, a *Array, p []Value) (Value, error) { return t.cumulative(a, p[1], true) }, "a", "axis?"),
		numpyFunction("matmul", func(t *thread, p []Value) (Value, error) { return t.arrayMatMul(p[0], p[1]) }, "x1", "x2"),
		numpyFunction("dot", npDot, "a", "b"),
		numpyFunction("outer", func(t *thread, p []Value) (Value, error) {
			a, b, d, err := t.operands(p[0], p[1])
			if err != nil {
				return nil, err
			}
			if a, err = t.reshaped(a, []int64{-1, 1}); err != nil {
				return nil, err
			}
			if b, err = t.reshaped(b, []int64{1, -1}); err != nil {
				return nil, err
			}
			return t.pairs("np.outer", a, b, d, elementwise{ints: func(a, b int64) (int64, error) { return a * b, nil },
				floats: func(a, b float64) float64 { return a * b }, parts: func(a, b complex128) complex128 { return a * b }})
		}, "a", "b"),
		numpyFunction("where", npWhere, "condition", "x?", "y?"),
		onArray("nonzero", func(_ *thread, a *Array, _ []Value) (Value, error) { return arrayTuple(trues(a)), nil }, "a"),
		numpyFunction("clip", npClip, "a", "a_min?", "a_max?"),
		onArray("square", func(t *thread, a *Array, _ []Value) (Value, error) { return t.binaryMul(a) }, "x"),
		numpyFunction("reciprocal", func(t *thread, p []Value) (Value, error) {
			a, _, err := t.asArray(p[0])
			if err != nil {
				return nil, err
			}
			if !a.dtype.IsFloating() {
				return nil, t.errorf("TypeError", "np.reciprocal takes floats in a body")
			}
			return t.floats("reciprocal", a, a.dtype, func(x float64) float64 { return 1 / x })
		}, "x"),
		onArray("sign", func(t *thread, a *Array, _ []Value) (Value, error) {
			if a.dtype.IsComplex() || a.dtype == tensor.String || a.dtype == tensor.Bool {
				return nil, t.errorf("TypeError", "np.sign of %s is not supported in a body", a.dtype)
			}
			return t.each(a, a.dtype, func(out *Array, at, p int64) {
				switch x := a.float(p); {
				case x > 0:
					out.putFloat(at, 1)
				case x < 0:
					out.putFloat(at, -1)
				default:
					out.putFloat(at, x)
				}
			})
		}, "x"),
		onArray("logical_not", func(t *thread, a *Array, _ []Value) (Value, error) {
			return t.each(a, tensor.Bool, func(out *Array, at, p int64) { out.setInt(at, truthInt(a.complex(p) == 0)) })
		}, "x"),
		onArray("round", npRound, "a", "decimals?"), onArray("around", npRound, "a", "decimals?"),
		onArray("real", func(t *thread, a *Array, _ []Value) (Value, error) { return t.part(a, true) }, "val"),
		onArray("imag", func(t *thread, a *Array, _ []Value) (Value, error) { return t.part(a, false) }, "val"),
		onArray("sort", func(t *thread, a *Array, p []Value) (Value, error) { return t.sorted(a, p[1], false) }, "a", "axis?"),
		onArray("argsort", func(t *thread, a *Array, p []Value) (Value, error) { return t.sorted(a, p[1], true) }, "a", "axis?"),
		onArray("diff", npDiff, "a", "n?", "axis?"),
		onArray("shape", func(_ *thread, a *Array, _ []Value) (Value, error) { return dimsTuple(a.dims), nil }, "a"),
		onArray("ndim", func(_ *thread, a *Array, _ []Value) (Value, error) { return int64(len(a.dims)), nil }, "a"),
		onArray("size", func(_ *thread, a *Array, _ []Value) (Value, error) { return a.size(), nil }, "a"),
		numpyFunction("isscalar", func(_ *thread, p []Value) (Value, error) {
			_, text := p[0].(string)
			return number(p[0]) != nil || text, nil
		}, "element"),
		numpyFunction("isclose", func(t *thread, p []Value) (Value, error) { return npIsClose(t, p) }, "a", "b", "rtol?", "atol?"),
		numpyFunction("allclose", func(t *thread, p []Value) (Value, error) {
			v, err := npIsClose(t, p)
			if err != nil {
				return nil, err
			}
			a, _, err := t.asArray(v)
			if err != nil {
				return nil, err
			}
			r, err := t.reduce("all", a, nil, tensor.Invalid, false)
			if s, ok := r.(*Scalar); ok {
				r = s.value
			}
			return r, err
		}, "a", "b", "rtol?", "atol?"),
		numpyFunction("array_equal", func(t *thread, p []Value) (Value, error) {
			a, _, err := t.asArray(p[0])
			if err != nil {
				return nil, err
			}
			b, _, err := t.asArray(p[1])
			if err != nil {
				return nil, err
			}
			if !equalDims(a.dims, b.dims) {
				return false, nil
			}
			return t.equal(a.nested(), b.nested())
		}, "a1", "a2"),
		numpyFunction("finfo", func(t *thread, p []Value) (Value, error) { return t.limits(p[0], true) }, "dtype"),
		numpyFunction("iinfo", func(t *thread, p []Value) (Value, error) { return t.limits(p[0], false) }, "type"),
	}
}

func arrayTuple(arrays []*Array) *Tuple {
	out := &Tuple{}
	for _, a := range arrays {
		out.Items = append(out.Items, a)
	}
	return out
}

func npDot(t *thread, p []Value) (Value, error) {
	a, _, err := t.asArray(p[0])
	if err != nil {
		return nil, err
	}
	b, _, err := t.asArray(p[1])
	if err != nil {
		return nil, err
	}
	switch {
	case len(a.dims) == 0 || len(b.dims) == 0:
		return t.arrayBinary(numpyOperators["multiply"], p[0], p[1])
	case len(b.dims) > 2 || len(a.dims) > 2 && len(b.dims) != 1:
		return nil, hint(t.errorf("TypeError", "np.dot of arrays of more than two dimensions is not supported in a body"), "use np.matmul")
	}
	return t.arrayMatMul(a, b)
}

func npWhere(t *thread, p []Value) (Value, error) {
	c, _, err := t.asArray(p[0])
	if err != nil {
		return nil, err
	}
	if p[1] == nil && p[2] == nil {
		return arrayTuple(trues(c)), nil
	}
	a, b, d, err := t.operands(p[1], p[2])
	if err != nil {
		return nil, err
	}
	dims, err := t.broadcast(c, a, b)
	if err != nil {
		return nil, err
	}
	out, err := t.newArray(d, dims)
	if err != nil {
		return nil, err
	}
	pa, pb := a.broadcastTo(dims).places(), b.broadcastTo(dims).places()
	for i, q := range c.broadcastTo(dims).places() {
		if c.complex(q) != 0 {
			out.put(int64(i), a, pa[i])
		} else {
			out.put(int64(i), b, pb[i])
		}
	}
	return out, nil // an array even without dimensions
}

func npClip(t *thread, p []Value) (Value, error) {
	v := p[0]
	for i, name := range []string{"maximum", "minimum"} {
		if p[1+i] == nil {
			continue
		}
		a, b, d, err := t.operands(v, p[1+i])
		if err != nil {
			return nil, err
		}
		if v, err = t.pairs("np.clip", a, b, d, numpyPairs[name]); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (t *thread) binaryMul(a *Array) (Value, error) {
	return t.arrayBinary(numpyOperators["multiply"], a, a)
}

func npRound(t *thread, a *Array, p []Value) (Value, error) {
	digits, err := t.integer(p[1], 0)
	if err != nil {
		return nil, err
	}
	if !a.dtype.IsFloating() {
		if digits < 0 || a.dtype.IsComplex() || a.dtype == tensor.String || a.dtype == tensor.Bool {
			return nil, t.errorf("TypeError", "np.round of %s is not supported in a body", a.dtype)
		}
		return t.each(a, a.dtype, func(out *Array, at, p int64) { out.put(at, a, p) })
	}
	scale := math.Pow(10, math.Abs(float64(digits)))
	return t.floats("round", a, a.dtype, func(x float64) float64 {
		switch {
		case digits == 0:
			return math.RoundToEven(x)
		case digits > 0:
			return math.RoundToEven(x*scale) / scale
		}
		return math.RoundToEven(x/scale) * scale
	})
}

// part is the real or the imaginary part.
func (t *thread) part(a *Array, isReal bool) (Value, error) {
	if !a.dtype.IsComplex() {
		return t.each(a, a.dtype, func(out *Array, at, p int64) {
			if isReal {
				out.put(at, a, p)
			}
		})
	}
	return t.each(a, a.dtype.Real(), func(out *Array, at, p int64) {
		if isReal {
			out.data.f[at] = real(a.data.c[p])
		} else {
			out.data.f[at] = imag(a.data.c[p])
		}
	})
}

// sorted is np.sort, and np.argsort with places.
func (t *thread) sorted(a *Array, axis Value, places bool) (Value, error) {
	if a.dtype.IsComplex() || a.dtype == tensor.String || a.dtype == tensor.Uint64 {
		return nil, t.errorf("TypeError", "sorting of %s is not supported in a body", a.dtype)
	}
	if axis == nil {
		axis = int64(-1)
	}
	axes, err := t.axes(axis, len(a.dims))
	if err != nil {
		return nil, err
	}
	d := a.dtype
	if places {
		d = tensor.Int64
	}
	out, err := t.newArray(d, a.dims)
	if err != nil {
		return nil, err
	}
	_, from := a.groups(axes, false)
	_, to := out.groups(axes, false)
	for i, g := range from {
		order := make([]int, len(g))
		for j := range order {
			order[j] = j
		}
		sort.SliceStable(order, func(x, y int) bool {
			p, q := a.float(g[order[x]]), a.float(g[order[y]])
			return p < q || !math.IsNaN(p) && math.IsNaN(q)
		})
		for j, k := range order {
			if places {
				out.data.i[to[i][j]] = int64(k)
			} else {
				out.put(to[i][j], a, g[k])
			}
		}
	}
	return out, nil
}

func npDiff(t *thread, a *Array, p []Value) (Value, error) {
	n, err := t.integer(p[1], 1)
	if err != nil {
		return nil, err
	}
	axis, err := t.integer(p[2], -1)
	if err != nil {
		return nil, err
	}
	axes, err := t.axes(axis, len(a.dims))
	if err != nil {
		return nil, err
	}
	for ; n > 0; n-- {
		at := axes[0]
		if a.dims[at] == 0 {
			break
		}
		dims := slices.Clone(a.dims)
		dims[at]--
		v, err := t.arrayBinary(numpyOperators["subtract"], a.view(dims, a.strides, a.offset+a.strides[at]), a.view(dims, a.strides, a.offset))
		if err != nil {
			return nil, err
		}
		a = v.(*Array)
	}
	return a, nil
}

func npIsClose(t *thread, p []Value) (Value, error) {
	a, b, d, err := t.operands(p[0], p[1])
	if err != nil {
		return nil, err
	}
	tolerances := []float64{1e-5, 1e-8}
	for i, v := range p[2:] {
		if v != nil {
			if tolerances[i], err = t.mathArg(v); err != nil {
				return nil, err
			}
		}
	}
	if d.IsComplex() {
		return nil, t.errorf("TypeError", "np.isclose of %s is not supported in a body", d)
	}
	return t.pairs("np.isclose", a, b, tensor.Float64, elementwise{result: tensor.Bool,
		floats: func(a, b float64) float64 { return float64(truthInt(closeTo(a, b, tolerances[0], tolerances[1]))) }})
}

// limits is np.finfo and np.iinfo: a named tuple of what bodies ask for.
func (t *thread) limits(v Value, float bool) (Value, error) {
	switch x := v.(type) {
	case *Array:
		v = x.dtype
	case *Scalar:
		v = x.dtype
	}
	d, err := t.npDType(v)
	if err != nil {
		return nil, err
	}
	if float {
		maxima := map[tensor.DType][4]float64{
			tensor.Half: {65504, 0x1p-14, 0x1p-10, 16}, tensor.Float32: {math.MaxFloat32, 0x1p-126, 0x1p-23, 32},
			tensor.Float64: {math.MaxFloat64, 0x1p-1022, 0x1p-52, 64},
		}
		m, ok := maxima[d]
		if !ok {
			return nil, t.errorf("ValueError", "data type %s not inexact", d)
		}
		n := func(f float64) Value { return &Scalar{dtype: d, value: f} }
		return &Tuple{Type: &TupleType{Name: "finfo", Fields: []string{"max", "min", "tiny", "smallest_normal", "eps", "bits", "dtype"}},
			Items: []Value{n(m[0]), n(-m[0]), n(m[1]), n(m[1]), n(m[2]), int64(m[3]), d}}, nil
	}
	lo, hi, ok := tensor.IntRange(d)
	if !ok || d == tensor.Bool {
		return nil, t.errorf("ValueError", "invalid integer data type %s", d)
	}
	return &Tuple{Type: &TupleType{Name: "iinfo", Fields: []string{"max", "min", "bits", "dtype"}},
		Items: []Value{normInt(bigUint(hi)), lo, int64(8 * d.Size()), d}}, nil
}
