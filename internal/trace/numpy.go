package trace

import (
	"math"
	"slices"
	"sort"

	"github.com/tfsave/tfsave/internal/tensor"
)

// This file has the functions of NumPy that bodies can call on what is known
// while they are traced.

// numpyFloats are functions of one floating-point number; integers become
// floats.
var numpyFloats = map[string]func(float64) float64{
	"sqrt": math.Sqrt, "cbrt": math.Cbrt, "exp": math.Exp, "exp2": math.Exp2, "expm1": math.Expm1, "log": math.Log, "log2": math.Log2,
	"log10": math.Log10, "log1p": math.Log1p, "sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "arcsin": math.Asin,
	"arccos": math.Acos, "arctan": math.Atan, "sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "arcsinh": math.Asinh,
	"arccosh": math.Acosh, "arctanh": math.Atanh, "rint": math.RoundToEven,
	"deg2rad": func(x float64) float64 { return x * (math.Pi / 180) }, "radians": func(x float64) float64 { return x * (math.Pi / 180) },
	"rad2deg": func(x float64) float64 { return x * (180 / math.Pi) }, "degrees": func(x float64) float64 { return x * (180 / math.Pi) },
	"fabs": math.Abs,
}

// numpyKeeping are functions that leave integers as they are.
var numpyKeeping = map[string]func(float64) float64{"floor": math.Floor, "ceil": math.Ceil, "trunc": math.Trunc}

// numpyTests are predicates of one number.
var numpyTests = map[string]func(float64) bool{
	"isnan": math.IsNaN, "isinf": func(x float64) bool { return math.IsInf(x, 0) },
	"isfinite": func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) },
}

// numpyPairs are functions of two numbers in the dtype that they have in common.
var numpyPairs = map[string]elementwise{
	"arctan2":  {floats: math.Atan2},
	"hypot":    {floats: math.Hypot},
	"copysign": {floats: math.Copysign},
	"fmod":     {floats: math.Mod, ints: func(a, b int64) (int64, error) { return remainder(a, b), nil }},
	"maximum": {floats: func(a, b float64) float64 { return larger(a, b) },
		ints: func(a, b int64) (int64, error) { return max(a, b), nil }},
	"minimum": {floats: func(a, b float64) float64 { return -larger(-a, -b) },
		ints: func(a, b int64) (int64, error) { return min(a, b), nil }},
	"logical_and": {result: tensor.Bool, ints: func(a, b int64) (int64, error) { return truthInt(a != 0 && b != 0), nil },
		floats: func(a, b float64) float64 { return float64(truthInt(a != 0 && b != 0)) }},
	"logical_or": {result: tensor.Bool, ints: func(a, b int64) (int64, error) { return truthInt(a != 0 || b != 0), nil },
		floats: func(a, b float64) float64 { return float64(truthInt(a != 0 || b != 0)) }},
	"logical_xor": {result: tensor.Bool, ints: func(a, b int64) (int64, error) { return truthInt((a != 0) != (b != 0)), nil },
		floats: func(a, b float64) float64 { return float64(truthInt((a != 0) != (b != 0))) }},
}

func remainder(a, b int64) int64 {
	if b == 0 {
		return 0
	}
	return a % b
}

// larger is the larger of two numbers, NaN where one is.
func larger(a, b float64) float64 {
	if math.IsNaN(a) || a > b {
		return a
	}
	return b
}

// numpyFunction makes a builtin of a function whose parameters are named as
// NumPy's.
func numpyFunction(name string, f func(t *thread, p []Value) (Value, error), params ...string) *Builtin {
	return &Builtin{Name: "np." + name, Call: func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params("np."+name, args, params...)
		if err != nil {
			return nil, err
		}
		return f(t, p)
	}}
}

// onArray is a function whose first parameter is an array.
func onArray(name string, f func(t *thread, a *Array, p []Value) (Value, error), params ...string) *Builtin {
	return numpyFunction(name, func(t *thread, p []Value) (Value, error) {
		a, _, err := t.asArray(p[0])
		if err != nil {
			return nil, err
		}
		return f(t, a, p)
	}, params...)
}

// numpyFunctions gives the functions by name.
func numpyFunctions() map[string]*Builtin {
	out := map[string]*Builtin{}
	add := func(b *Builtin) { out[b.Name[len("np."):]] = b }
	for name, f := range numpyFloats {
		add(onArray(name, func(t *thread, a *Array, _ []Value) (Value, error) { return t.floats(name, a, floatFor(a.dtype), f) }, "x"))
	}
	for name, f := range numpyKeeping {
		add(onArray(name, func(t *thread, a *Array, _ []Value) (Value, error) {
			if !a.dtype.IsFloating() {
				return t.each(a, a.dtype, func(out *Array, at, p int64) { out.put(at, a, p) })
			}
			return t.floats(name, a, a.dtype, f)
		}, "x"))
	}
	for name, f := range numpyTests {
		add(onArray(name, func(t *thread, a *Array, _ []Value) (Value, error) {
			if a.dtype.IsComplex() || a.dtype == tensor.String {
				return nil, t.errorf("TypeError", "np.%s of %s is not supported in a body", name, a.dtype)
			}
			return t.each(a, tensor.Bool, func(out *Array, at, p int64) { out.setInt(at, truthInt(f(a.float(p)))) })
		}, "x"))
	}
	for name, f := range numpyPairs {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) {
			a, b, d, err := t.operands(p[0], p[1])
			if err != nil {
				return nil, err
			}
			if f.ints == nil {
				d = floatFor(d)
			}
			return t.pairs("np."+name, a, b, d, f)
		}, "x1", "x2"))
	}
	for name := range reductions {
		reduce := func(t *thread, a *Array, p []Value) (Value, error) {
			d, err := t.npDType(p[2])
			if err != nil {
				return nil, err
			}
			keep, err := t.truth(p[3])
			if err != nil {
				return nil, err
			}
			return t.reduce(name, a, p[1], d, keep)
		}
		add(onArray(name, reduce, "a", "axis?", "dtype?", "keepdims?"))
	}
	out["amax"], out["amin"] = out["max"], out["min"]
	for name, op := range numpyOperators {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) { return t.arrayBinary(op, p[0], p[1]) }, "x1", "x2"))
	}
	for name, op := range numpyComparisons {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) { return t.arrayCompare(op, p[0], p[1]) }, "x1", "x2"))
	}
	for name, op := range map[string]string{"abs": "abs", "absolute": "abs", "negative": "-", "positive": "+", "invert": "~"} {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) { return t.arrayUnary(op, p[0]) }, "x"))
	}
	for _, b := range slices.Concat(numpyMaking(), numpyShaping(), numpyOthers()) {
		add(b)
	}
	out["bitwise_not"], out["asanyarray"], out["ascontiguousarray"] = out["invert"], out["asarray"], out["asarray"]
	return out
}

func (t *thread) floats(name string, a *Array, d tensor.DType, f func(float64) float64) (Value, error) {
	if a.dtype.IsComplex() || a.dtype == tensor.String {
		return nil, t.errorf("TypeError", "np.%s of %s is not supported in a body", name, a.dtype)
	}
	return t.each(a, d, func(out *Array, at, p int64) { out.setFloat(at, f(a.float(p))) })
}

// numpyMaking are the functions that make arrays.
func numpyMaking() []*Builtin {
	filled := func(name string, dtype tensor.DType, value Value, params ...string) *Builtin {
		return numpyFunction(name, func(t *thread, p []Value) (Value, error) {
			v, at := value, 1
			if value == nil {
				v, at = p[1], 2
			}
			return t.filled(p[0], v, p[at], dtype)
		}, params...)
	}
	like := func(name string, value Value, params ...string) *Builtin {
		return onArray(name, func(t *thread, a *Array, p []Value) (Value, error) {
			v, at := value, 1
			if value == nil {
				v, at = p[1], 2
			}
			return t.filled(dimsTuple(a.dims), v, p[at], a.dtype)
		}, params...)
	}
	return []*Builtin{
		numpyFunction("array", npArray, "object", "dtype?", "copy?"),
		numpyFunction("asarray", npArray, "a", "dtype?"),
		filled("zeros", tensor.Float64, int64(0), "shape", "dtype?"), filled("ones", tensor.Float64, int64(1), "shape", "dtype?"),
		filled("empty", tensor.Float64, int64(0), "shape", "dtype?"), filled("full", tensor.Invalid, nil, "shape", "fill_value", "dtype?"),
		like("zeros_like", int64(0), "a", "dtype?"), like("ones_like", int64(1), "a", "dtype?"), like("empty_like", int64(0), "a", "dtype?"),
		like("full_like", nil, "a", "fill_value", "dtype?"),
		numpyFunction("arange", npArange, "start", "stop?", "step?", "dtype?"),
		numpyFunction("linspace", npLinspace, "start", "stop", "num?", "endpoint?", "retstep?", "dtype?"),
		numpyFunction("eye", npEye, "N", "M?", "k?", "dtype?"), numpyFunction("identity", func(t *thread, p []Value) (Value, error) {
			return npEye(t, []Value{p[0], nil, nil, p[1]})
		}, "n", "dtype?"),
		numpyFunction("tri", func(t *thread, p []Value) (Value, error) {
			m := p[1]
			if m == nil {
				m = p[0]
			}
			a, err := t.filled(&Tuple{Items: []Value{p[0], m}}, int64(1), p[3], tensor.Float64)
			if err != nil {
				return nil, err
			}
			return t.triangle(a, p[2], true)
		}, "N", "M?", "k?", "dtype?"),
		onArray("tril", func(t *thread, a *Array, p []Value) (Value, error) { return t.triangle(a, p[1], true) }, "m", "k?"),
		onArray("triu", func(t *thread, a *Array, p []Value) (Value, error) { return t.triangle(a, p[1], false) }, "m", "k?"),
		onArray("diag", npDiag, "v", "k?"),
		{Name: "np.meshgrid", Call: npMeshgrid},
	}
}

func npArray(t *thread, p []Value) (Value, error) {
	d, err := t.npDType(p[1])
	if err != nil {
		return nil, err
	}
	a, _, err := t.asArray(p[0])
	if err != nil {
		return nil, err
	}
	if d == tensor.Invalid {
		d = a.dtype
	}
	if _, same := p[0].(*Array); same && len(p) == 2 && d == a.dtype {
		return a, nil // np.asarray copies nothing
	}
	return t.astype(a, d)
}

func (t *thread) filled(shape, value, dtype Value, standard tensor.DType) (*Array, error) {
	dims, err := t.dims(shape)
	if err != nil {
		return nil, err
	}
	d, err := t.npDType(dtype)
	if err != nil {
		return nil, err
	}
	one, _, err := t.asArray(value)
	if err != nil {
		return nil, err
	}
	if d == tensor.Invalid {
		d = standard
	}
	if d == tensor.Invalid {
		d = one.dtype
	}
	if one, err = t.astype(one, d); err != nil {
		return nil, err
	}
	if common, err := t.broadcast(&Array{dims: dims}, one); err != nil || !equalDims(common, dims) {
		return nil, t.errorf("ValueError", "could not broadcast input array from shape %s into shape %s", tensor.ShapeOf(one.dims...), tensor.ShapeOf(dims...))
	}
	return t.copyTo(one, dims)
}

// dims reads a shape: an integer or a sequence of them.
func (t *thread) dims(v Value) ([]int64, error) {
	list := []Value{v}
	switch v.(type) {
	case *Tuple, *List, *Array, tensor.Shape:
		var err error
		if list, err = t.items(v); err != nil {
			return nil, err
		}
	}
	dims := []int64{}
	for _, x := range list {
		d, err := t.index(x, "shape")
		if err != nil {
			return nil, err
		}
		dims = append(dims, d)
	}
	return dims, nil
}

func dimsTuple(dims []int64) *Tuple {
	out := &Tuple{}
	for _, d := range dims {
		out.Items = append(out.Items, d)
	}
	return out
}

// integer reads a parameter that may be left out.
func (t *thread) integer(v Value, standard int64) (int64, error) {
	if v == nil {
		return standard, nil
	}
	return t.index(v, "argument")
}

func npArange(t *thread, p []Value) (Value, error) {
	start, stop, step := p[0], p[1], p[2]
	if stop == nil {
		start, stop = int64(0), p[0]
	}
	if step == nil {
		step = int64(1)
	}
	all, _, err := t.asArray(&List{Items: []Value{start, stop, step}})
	if err != nil {
		return nil, err
	}
	if len(all.dims) != 1 || all.dtype.IsComplex() || all.dtype == tensor.String {
		return nil, t.errorf("TypeError", "np.arange takes real numbers")
	}
	d, err := t.npDType(p[3])
	if err != nil {
		return nil, err
	}
	if d == tensor.Invalid {
		if d = all.dtype; d == tensor.Bool {
			d = tensor.Int64
		}
	}
	from, by := all.float(0), all.float(2)
	n := math.Ceil((all.float(1) - from) / by)
	if by == 0 || math.IsNaN(n) || n > maxSteps {
		return nil, t.errorf("ValueError", "np.arange: maximum size exceeded")
	}
	out, err := t.newArray(d, []int64{int64(max(n, 0))})
	if err != nil {
		return nil, err
	}
	if d.IsFloating() { // the distance is that of the first two
		by = roundFloat(d, from+by) - roundFloat(d, from)
		from = roundFloat(d, from)
	}
	for i := range out.size() {
		out.putFloat(i, from+float64(i)*by)
	}
	return out, nil
}

func npLinspace(t *thread, p []Value) (Value, error) {
	ends, _, err := t.asArray(&List{Items: p[:2]})
	if err != nil {
		return nil, err
	}
	if len(ends.dims) != 1 || ends.dtype.IsComplex() || ends.dtype == tensor.String || p[4] != nil {
		return nil, t.errorf("TypeError", "np.linspace takes two real numbers, and no retstep, in a body")
	}
	num, err := t.integer(p[2], 50)
	if err != nil {
		return nil, err
	}
	d, err := t.npDType(p[5])
	if err != nil {
		return nil, err
	}
	if d == tensor.Invalid {
		d = floatFor(ends.dtype)
	}
	endpoint := true
	if p[3] != nil {
		if endpoint, err = t.truth(p[3]); err != nil {
			return nil, err
		}
	}
	out, err := t.newArray(d, []int64{num})
	if err != nil {
		return nil, err
	}
	start, stop := ends.float(0), ends.float(1)
	div := float64(num)
	if endpoint {
		div--
	}
	step := (stop - start) / div
	for i := range num {
		v := start
		if i > 0 {
			v = float64(i)*step + start
		}
		if endpoint && i == num-1 && num > 1 {
			v = stop
		}
		if d.IsInteger() {
			v = math.Floor(v)
		}
		out.putFloat(i, v)
	}
	return out, nil
}

func npEye(t *thread, p []Value) (Value, error) {
	n, err := t.index(p[0], "argument")
	if err != nil {
		return nil, err
	}
	m, err := t.integer(p[1], n)
	if err != nil {
		return nil, err
	}
	k, err := t.integer(p[2], 0)
	if err != nil {
		return nil, err
	}
	a, err := t.filled(&Tuple{Items: []Value{n, m}}, int64(0), p[3], tensor.Float64)
	if err != nil {
		return nil, err
	}
	for i := range n {
		if j := i + k; j >= 0 && j < m {
			if err := t.putValue(a, i*m+j, int64(1)); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

// triangle keeps the lower or the upper triangle of matrices.
func (t *thread) triangle(a *Array, diagonal Value, lower bool) (Value, error) {
	k, err := t.integer(diagonal, 0)
	if err != nil {
		return nil, err
	}
	if len(a.dims) == 1 {
		a = a.broadcastTo([]int64{a.dims[0], a.dims[0]})
	}
	if len(a.dims) == 0 {
		return nil, t.errorf("ValueError", "a triangle of a number")
	}
	out, err := t.newArray(a.dtype, a.dims)
	if err != nil {
		return nil, err
	}
	n, m := a.dims[len(a.dims)-2], a.dims[len(a.dims)-1]
	for i, p := range a.places() {
		row, col := int64(i)/m%n, int64(i)%m
		if lower && col <= row+k || !lower && col >= row+k {
			out.put(int64(i), a, p)
		}
	}
	return out, nil
}

func npDiag(t *thread, a *Array, p []Value) (Value, error) {
	k, err := t.integer(p[1], 0)
	if err != nil {
		return nil, err
	}
	switch len(a.dims) {
	case 1:
		n := a.dims[0] + max(k, -k)
		out, err := t.newArray(a.dtype, []int64{n, n})
		if err != nil {
			return nil, err
		}
		for i, q := range a.places() {
			row, col := int64(i)+max(-k, 0), int64(i)+max(k, 0)
			out.put(row*n+col, a, q)
		}
		return out, nil
	case 2:
		rows, cols := a.dims[0]-max(-k, 0), a.dims[1]-max(k, 0)
		return a.view([]int64{max(min(rows, cols), 0)}, []int64{a.strides[0] + a.strides[1]},
			a.offset+max(-k, 0)*a.strides[0]+max(k, 0)*a.strides[1]), nil
	}
	return nil, t.errorf("ValueError", "np.diag: input must be 1- or 2-d")
}

func npMeshgrid(t *thread, args *callArgs) (Value, error) {
	indexing := "xy"
	for _, k := range args.kw {
		s, ok := k.value.(string)
		if k.name != "indexing" || !ok || s != "xy" && s != "ij" {
			return nil, t.errorf("TypeError", "np.meshgrid: %s is not supported in a body", k.name)
		}
		indexing = s
	}
	var arrays []*Array
	for _, v := range args.pos {
		a, _, err := t.asArray(v)
		if err != nil {
			return nil, err
		}
		if a, err = t.reshaped(a, []int64{-1}); err != nil {
			return nil, err
		}
		arrays = append(arrays, a)
	}
	place := func(i int) int {
		if indexing == "xy" && len(arrays) > 1 && i < 2 {
			return 1 - i
		}
		return i
	}
	dims := make([]int64, len(arrays))
	for i, a := range arrays {
		dims[place(i)] = a.dims[0]
	}
	out := &Tuple{}
	for i, a := range arrays {
		shape := slices.Repeat([]int64{1}, len(arrays))
		shape[place(i)] = a.dims[0]
		wide, err := t.reshaped(a, shape)
		if err != nil {
			return nil, err
		}
		full, err := t.copyTo(wide, dims)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, full)
	}
	return out, nil
}

// numpyShaping are the functions that change shapes and join arrays.
func numpyShaping() []*Builtin {
	join := func(name string, f func(t *thread, list []*Array, p []Value) (Value, error), params ...string) *Builtin {
		return numpyFunction(name, func(t *thread, p []Value) (Value, error) {
			items, err := t.items(p[0])
			if err != nil {
				return nil, err
			}
			var list []*Array
			for _, x := range items {
				a, _, err := t.asArray(x)
				if err != nil {
					return nil, err
				}
				list = append(list, a)
			}
			return f(t, list, p)
		}, params...)
	}
	stacked := func(name string, at Value, lift func(a *Array) *Array) *Builtin {
		return join(name, func(t *thread, list []*Array, _ []Value) (Value, error) {
			axis := at
			for i, a := range list {
				if list[i] = lift(a); name == "hstack" && len(list[i].dims) == 1 {
					axis = int64(0)
				}
			}
			return t.joined(list, axis, tensor.Invalid)
		}, "tup")
	}
	return []*Builtin{
		onArray("reshape", func(t *thread, a *Array, p []Value) (Value, error) {
			dims, err := t.dims(p[1])
			if err != nil {
				return nil, err
			}
			return t.reshaped(a, dims)
		}, "a", "shape"),
		onArray("ravel", func(t *thread, a *Array, _ []Value) (Value, error) { return t.reshaped(a, []int64{-1}) }, "a"),
		onArray("transpose", func(t *thread, a *Array, p []Value) (Value, error) { return t.transposed(a, p[1]) }, "a", "axes?"),
		onArray("expand_dims", func(t *thread, a *Array, p []Value) (Value, error) {
			axes, err := t.axes(p[1], len(a.dims)+1)
			if err != nil {
				return nil, err
			}
			if len(axes) != 1 {
				return nil, t.errorf("TypeError", "np.expand_dims takes one axis in a body")
			}
			return a.expanded(axes[0]), nil
		}, "a", "axis"),
		onArray("squeeze", func(t *thread, a *Array, p []Value) (Value, error) { return t.squeezed(a, p[1]) }, "a", "axis?"),
		onArray("flip", func(t *thread, a *Array, p []Value) (Value, error) {
			axes, err := t.axes(p[1], len(a.dims))
			if err != nil {
				return nil, err
			}
			return a.flipped(axes), nil
		}, "m", "axis?"),
		onArray("moveaxis", func(t *thread, a *Array, p []Value) (Value, error) {
			from, err := t.axes(p[1], len(a.dims))
			if err != nil {
				return nil, err
			}
			to, err := t.axes(p[2], len(a.dims))
			if err != nil {
				return nil, err
			}
			if len(from) != 1 || len(to) != 1 {
				return nil, t.errorf("TypeError", "np.moveaxis takes one axis in a body")
			}
			return a.moved(from[0], to[0]), nil
		}, "a", "source", "destination"),
		onArray("swapaxes", func(t *thread, a *Array, p []Value) (Value, error) {
			i, err := t.axes(p[1], len(a.dims))
			if err != nil {
				return nil, err
			}
			j, err := t.axes(p[2], len(a.dims))
			if err != nil {
				return nil, err
			}
			dims, strides := slices.Clone(a.dims), slices.Clone(a.strides)
			dims[i[0]], dims[j[0]] = dims[j[0]], dims[i[0]]
			strides[i[0]], strides[j[0]] = strides[j[0]], strides[i[0]]
			return a.view(dims, strides, a.offset), nil
		}, "a", "axis1", "axis2"),
		onArray("roll", func(t *thread, a *Array, p []Value) (Value, error) {
			n, err := t.index(p[1], "shift")
			if err != nil {
				return nil, err
			}
			return t.rolled(a, n, p[2])
		}, "a", "shift", "axis?"),
		onArray("repeat", func(t *thread, a *Array, p []Value) (Value, error) {
			n, err := t.index(p[1], "repeats")
			if err != nil {
				return nil, err
			}
			return t.repeated(a, n, p[2])
		}, "a", "repeats", "axis?"),
		onArray("tile", func(t *thread, a *Array, p []Value) (Value, error) {
			reps, err := t.dims(p[1])
			if err != nil {
				return nil, err
			}
			return t.tiled(a, reps)
		}, "A", "reps"),
		onArray("broadcast_to", func(t *thread, a *Array, p []Value) (Value, error) { return t.filled(p[1], a, nil, a.dtype) }, "array", "shape"),
		join("concatenate", func(t *thread, list []*Array, p []Value) (Value, error) {
			axis, err := t.integer(p[1], 0)
			if err != nil {
				return nil, err
			}
			return t.joined(list, axis, tensor.Invalid)
		}, "arrays", "axis?"),
		join("stack", func(t *thread, list []*Array, p []Value) (Value, error) {
			if len(list) == 0 {
				return nil, t.errorf("ValueError", "need at least one array to stack")
			}
			axis, err := t.integer(p[1], 0)
			if err != nil {
				return nil, err
			}
			axes, err := t.axes(axis, len(list[0].dims)+1)
			if err != nil {
				return nil, err
			}
			for i, a := range list {
				if !equalDims(a.dims, list[0].dims) && i > 0 {
					return nil, t.errorf("ValueError", "all input arrays must have the same shape")
				}
			}
			wide := make([]*Array, len(list))
			for i, a := range list {
				wide[i] = a.expanded(axes[0])
			}
			return t.joined(wide, int64(axes[0]), tensor.Invalid)
		}, "arrays", "axis?"),
		stacked("vstack", int64(0), func(a *Array) *Array {
			for len(a.dims) < 2 {
				a = a.expanded(0)
			}
			return a
		}),
		stacked("hstack", int64(1), func(a *Array) *Array {
			if len(a.dims) == 0 {
				a = a.expanded(0)
			}
			return a
		}),
		stacked("column_stack", int64(1), func(a *Array) *Array {
			for len(a.dims) < 2 {
				a = a.expanded(len(a.dims))
			}
			return a
		}),
	}
}

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
