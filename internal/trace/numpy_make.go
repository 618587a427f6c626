package trace

import (
	"math"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

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
