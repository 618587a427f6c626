package trace

import (
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// This file gives NumPy arrays other shapes, and joins them.

// contiguous reports whether the elements lie one behind the other.
func (a *Array) contiguous() bool {
	n := int64(1)
	for i := len(a.dims) - 1; i >= 0; i-- {
		if a.dims[i] != 1 && a.strides[i] != n {
			return false
		}
		n *= a.dims[i]
	}
	return true
}

// reshaped is an array of other dimensions, one of which may be -1: a view
// where the elements lie one behind the other, else a copy.
func (t *thread) reshaped(a *Array, dims []int64) (*Array, error) {
	dims = slices.Clone(dims)
	n, unknown := int64(1), -1
	for i, d := range dims {
		switch {
		case d == -1 && unknown >= 0:
			return nil, t.errorf("ValueError", "can only specify one unknown dimension")
		case d == -1:
			unknown = i
		case d < 0 || d > 0 && n > maxSteps/d:
			return nil, t.errorf("ValueError", "cannot reshape array of size %d into shape %s", a.size(), tensor.ShapeOf(dims...))
		default:
			n *= d
		}
	}
	if unknown >= 0 && n > 0 {
		dims[unknown] = a.size() / n
		n *= dims[unknown]
	}
	if n != a.size() || unknown >= 0 && dims[unknown] < 0 {
		return nil, t.errorf("ValueError", "cannot reshape array of size %d into shape %v", a.size(), dims)
	}
	if !a.contiguous() {
		var err error
		if a, err = t.astype(a, a.dtype); err != nil {
			return nil, err
		}
	}
	return a.view(dims, rowMajor(dims), a.offset), nil
}

// transposed is a view with the dimensions in another order; in the opposite
// one for nil.
func (t *thread) transposed(a *Array, order Value) (*Array, error) {
	n := len(a.dims)
	perm := make([]int, n)
	for i := range perm {
		perm[i] = n - 1 - i
	}
	if order != nil {
		items, err := t.items(order)
		if err != nil {
			return nil, err
		}
		if len(items) != n {
			return nil, t.errorf("ValueError", "axes don't match array")
		}
		for i, x := range items {
			axis, err := t.axes(x, n)
			if err != nil {
				return nil, err
			}
			perm[i] = axis[0]
		}
		sorted := slices.Clone(perm)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != n {
			return nil, t.errorf("ValueError", "repeated axis in transpose")
		}
	}
	var dims, strides []int64
	for _, p := range perm {
		dims, strides = append(dims, a.dims[p]), append(strides, a.strides[p])
	}
	return a.view(dims, strides, a.offset), nil
}

// moved is a view with one dimension at another place.
func (a *Array) moved(from, to int) *Array {
	dims := slices.Insert(slices.Delete(slices.Clone(a.dims), from, from+1), to, a.dims[from])
	strides := slices.Insert(slices.Delete(slices.Clone(a.strides), from, from+1), to, a.strides[from])
	return a.view(dims, strides, a.offset)
}

// joined is np.concatenate.
func (t *thread) joined(arrays []*Array, axis Value, dtype tensor.DType) (*Array, error) {
	if len(arrays) == 0 {
		return nil, t.errorf("ValueError", "need at least one array to concatenate")
	}
	list, err := t.axes(axis, len(arrays[0].dims))
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, t.errorf("ValueError", "zero-dimensional arrays cannot be concatenated")
	}
	at := list[0]
	dims, d := slices.Clone(arrays[0].dims), arrays[0].dtype
	for _, a := range arrays[1:] {
		if len(a.dims) != len(dims) {
			return nil, t.errorf("ValueError", "all the input array dimensions except for the concatenation axis must match exactly")
		}
		for i := range dims {
			if i != at && a.dims[i] != dims[i] {
				return nil, t.errorf("ValueError", "all the input array dimensions except for the concatenation axis must match exactly")
			}
		}
		dims[at] += a.dims[at]
		d = promote(d, a.dtype)
	}
	if dtype != tensor.Invalid {
		d = dtype
	}
	if d == tensor.Invalid {
		return nil, t.errorf("TypeError", "arrays of text and numbers cannot be joined")
	}
	out, err := t.newArray(d, dims)
	if err != nil {
		return nil, err
	}
	start := int64(0)
	for _, a := range arrays {
		to := out.view(a.dims, out.strides, start*out.strides[at]).places()
		for i, p := range a.places() {
			out.put(to[i], a, p)
		}
		start += a.dims[at]
	}
	return out, nil
}

// expanded is a view with one more dimension.
func (a *Array) expanded(at int) *Array {
	return a.view(slices.Insert(slices.Clone(a.dims), at, 1), slices.Insert(slices.Clone(a.strides), at, 0), a.offset)
}

// squeezed leaves out dimensions of one element.
func (t *thread) squeezed(a *Array, axis Value) (*Array, error) {
	axes, err := t.axes(axis, len(a.dims))
	if err != nil {
		return nil, err
	}
	var dims, strides []int64
	for i, d := range a.dims {
		if slices.Contains(axes, i) {
			if d == 1 {
				continue
			}
			if axis != nil {
				return nil, t.errorf("ValueError", "cannot select an axis to squeeze out which has size not equal to one")
			}
		}
		dims, strides = append(dims, d), append(strides, a.strides[i])
	}
	return a.view(dims, strides, a.offset), nil
}

// flipped is a view in the opposite order along axes.
func (a *Array) flipped(axes []int) *Array {
	strides, offset := slices.Clone(a.strides), a.offset
	for _, i := range axes {
		if a.dims[i] > 0 {
			offset += (a.dims[i] - 1) * a.strides[i]
			strides[i] = -strides[i]
		}
	}
	return a.view(a.dims, strides, offset)
}

// rolled is np.roll.
func (t *thread) rolled(a *Array, shift int64, axis Value) (*Array, error) {
	if axis == nil {
		flat, err := t.reshaped(a, []int64{a.size()})
		if err != nil {
			return nil, err
		}
		if flat, err = t.rolled(flat, shift, int64(0)); err != nil {
			return nil, err
		}
		return t.reshaped(flat, a.dims)
	}
	axes, err := t.axes(axis, len(a.dims))
	if err != nil {
		return nil, err
	}
	out, err := t.newArray(a.dtype, a.dims)
	if err != nil {
		return nil, err
	}
	_, from := a.groups(axes, false)
	_, to := out.groups(axes, false)
	for i := range from {
		for j := range from[i] {
			n := int64(len(from[i]))
			out.put(to[i][((int64(j)+shift)%n+n)%n], a, from[i][j])
		}
	}
	return out, nil
}

// repeated is np.repeat with one number of repetitions.
func (t *thread) repeated(a *Array, n int64, axis Value) (*Array, error) {
	a, axes, err := t.alongOne(a, axis)
	if err != nil {
		return nil, err
	}
	wide := a.expanded(axes[0] + 1)
	dims := slices.Clone(wide.dims)
	dims[axes[0]+1] = n
	copied, err := t.copyTo(wide, dims)
	if err != nil {
		return nil, err
	}
	result := slices.Clone(a.dims)
	result[axes[0]] *= n
	return t.reshaped(copied, result)
}

// copyTo is a copy of an array that fills a larger shape.
func (t *thread) copyTo(a *Array, dims []int64) (*Array, error) {
	out, err := t.newArray(a.dtype, dims)
	if err != nil {
		return nil, err
	}
	for i, p := range a.broadcastTo(dims).places() {
		out.put(int64(i), a, p)
	}
	return out, nil
}

// tiled is np.tile.
func (t *thread) tiled(a *Array, reps []int64) (*Array, error) {
	for len(reps) < len(a.dims) {
		reps = append([]int64{1}, reps...)
	}
	for len(a.dims) < len(reps) {
		a = a.expanded(0)
	}
	wide, dims, result := a, []int64(nil), []int64(nil)
	for i, d := range a.dims {
		wide = wide.expanded(2 * i)
		dims, result = append(dims, reps[i], d), append(result, reps[i]*d)
	}
	copied, err := t.copyTo(wide, dims)
	if err != nil {
		return nil, err
	}
	return t.reshaped(copied, result)
}
