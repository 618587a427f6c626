package trace

import (
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file indexes NumPy arrays: with integers, slices, ... and None a view,
// with arrays of integers or bools a copy.

// arrayItem is a[key].
func (t *thread) arrayItem(a *Array, key Value) (Value, error) {
	v, picks, err := t.arrayView(a, key)
	if err != nil {
		return nil, err
	}
	if picks == nil {
		if full := isFullItem(key, len(a.dims)); full && len(v.dims) == 0 {
			return unpacked(v), nil
		}
		return v, nil
	}
	dims, places, err := t.picked(v, picks)
	if err != nil {
		return nil, err
	}
	out, err := t.newArray(a.dtype, dims)
	if err != nil {
		return nil, err
	}
	for i, p := range places {
		out.put(int64(i), v, p)
	}
	return out, nil
}

// setArrayItem is a[key] = value.
func (t *thread) setArrayItem(a *Array, key, value Value) error {
	v, picks, err := t.arrayView(a, key)
	if err != nil {
		return err
	}
	dims, places := v.dims, []int64(nil)
	if picks != nil {
		if dims, places, err = t.picked(v, picks); err != nil {
			return err
		}
	} else {
		places = v.places()
	}
	from, weak, err := t.asArray(value)
	if err != nil {
		return err
	}
	if (a.dtype == tensor.String) != (from.dtype == tensor.String) || from.dtype.IsComplex() && !a.dtype.IsComplex() {
		return t.errorf("TypeError", "an array of %s takes no %s", a.dtype, from.dtype)
	}
	if weak { // checks that a Python integer fits
		one, err := t.newArray(a.dtype, nil)
		if err == nil {
			err = t.putValue(one, 0, value)
		}
		if err != nil {
			return err
		}
		from = one
	}
	for len(from.dims) > len(dims) && from.dims[0] == 1 {
		from = from.view(from.dims[1:], from.strides[1:], from.offset)
	}
	common, err := t.broadcast(&Array{dims: dims}, from)
	if err != nil || !equalDims(common, dims) {
		return t.errorf("ValueError", "could not broadcast input array from shape %s into shape %s", tensor.ShapeOf(from.dims...), tensor.ShapeOf(dims...))
	}
	if from.data == a.data { // the parts may overlap
		if from, err = t.astype(from, from.dtype); err != nil {
			return err
		}
	}
	source := from.broadcastTo(dims).places()
	for i, p := range places {
		v.put(p, from, source[i])
	}
	return nil
}

// arrayInPlace gives an array the content that an augmented assignment
// computed for it; integers do not become floats.
func (t *thread) arrayInPlace(a *Array, op python.Operator, value Value) error {
	v, _, err := t.asArray(value)
	if err != nil {
		return err
	}
	if kind := func(d tensor.DType) int {
		switch {
		case d == tensor.Bool:
			return 0
		case d.IsInteger():
			return 1
		case d.IsFloating():
			return 2
		}
		return 3
	}; kind(v.dtype) > kind(a.dtype) {
		return t.errorf("UFuncTypeError", "cannot cast the result of %s= from %s to %s", op, v.dtype, a.dtype)
	}
	return t.setArrayItem(a, python.EllipsisType{}, v)
}

// isFullItem reports whether a key names one element.
func isFullItem(key Value, rank int) bool {
	items := []Value{key}
	if tuple, ok := key.(*Tuple); ok {
		items = tuple.Items
	}
	for _, k := range items {
		if _, isBool := k.(bool); number(k) == nil || isBool {
			return false
		}
	}
	return len(items) == rank
}

// pick is an index that is an array, and the dimension of the view that it is
// for.
type pickIndex struct {
	dim   int
	index *Array
}

// arrayView applies the plain parts of a key; picks are the others.
func (t *thread) arrayView(a *Array, key Value) (*Array, []pickIndex, error) {
	items := []Value{key}
	if tuple, ok := key.(*Tuple); ok {
		items = tuple.Items
	}
	var picks []pickIndex
	used, ellipsis := 0, false
	for i, k := range items {
		switch k.(type) {
		case nil:
			continue
		case python.EllipsisType:
			ellipsis = true
			continue
		case *List, *Array:
			index, _, err := t.asArray(k)
			if err != nil {
				return nil, nil, err
			}
			if index.size() == 0 && index.dtype == tensor.Float64 {
				if index, err = t.astype(index, tensor.Int64); err != nil {
					return nil, nil, err
				}
			}
			if index.dtype == tensor.Bool {
				used += len(index.dims)
			} else {
				used++
			}
			items = append(append(append([]Value(nil), items[:i]...), index), items[i+1:]...)
			continue
		}
		used++
	}
	if used > len(a.dims) {
		return nil, nil, t.errorf("IndexError", "too many indices for array: array is %d-dimensional, but %d were indexed", len(a.dims), used)
	}
	if !ellipsis {
		items = append(append([]Value(nil), items...), python.EllipsisType{})
	}
	var dims, strides []int64
	offset, at := a.offset, 0
	for _, k := range items {
		switch x := k.(type) {
		case nil:
			dims, strides = append(dims, 1), append(strides, 0)
		case python.EllipsisType:
			n := len(a.dims) - used
			dims, strides = append(dims, a.dims[at:at+n]...), append(strides, a.strides[at:at+n]...)
			at += n
			used = len(a.dims) // a second ellipsis stands for nothing
		case *Slice:
			start, stop, step, err := t.sliceBounds(x, a.dims[at])
			if err != nil {
				return nil, nil, err
			}
			offset += start * a.strides[at]
			dims, strides = append(dims, (&Range{start, stop, step}).Len()), append(strides, step*a.strides[at])
			at++
		case *Array:
			n := 1
			if x.dtype == tensor.Bool {
				n = len(x.dims)
				for j, d := range x.dims {
					if a.dims[at+j] != d {
						return nil, nil, t.errorf("IndexError", "boolean index did not match indexed array along axis %d; size of axis is %d but size of boolean axis is %d", at+j, a.dims[at+j], d)
					}
				}
				for j, list := range trues(x) {
					picks = append(picks, pickIndex{len(dims) + j, list})
				}
			} else if !x.dtype.IsInteger() {
				return nil, nil, t.errorf("IndexError", "arrays used as indices must be of integer (or boolean) type")
			} else {
				picks = append(picks, pickIndex{len(dims), x})
			}
			dims, strides = append(dims, a.dims[at:at+n]...), append(strides, a.strides[at:at+n]...)
			at += n
		default:
			i, err := t.index(k, "array")
			if err != nil {
				return nil, nil, err
			}
			if i < -a.dims[at] || i >= a.dims[at] {
				return nil, nil, t.errorf("IndexError", "index %d is out of bounds for axis %d with size %d", i, at, a.dims[at])
			}
			if i < 0 {
				i += a.dims[at]
			}
			offset += i * a.strides[at]
			at++
		}
	}
	return a.view(dims, strides, offset), picks, nil
}

// trues are the indices of the elements that are true, one list a dimension
// (np.nonzero).
func trues(a *Array) []*Array {
	out := make([]*Array, len(a.dims))
	for i := range out {
		out[i] = &Array{dtype: tensor.Int64, strides: []int64{1}, data: &elements{}}
	}
	index := make([]int64, len(a.dims))
	for _, p := range a.places() {
		if a.dtype == tensor.String && a.data.s[p] != "" || a.dtype != tensor.String && a.complex(p) != 0 {
			for i := range out {
				out[i].data.i = append(out[i].data.i, index[i])
			}
		}
		for i := len(index) - 1; i >= 0; i-- {
			if index[i]++; index[i] < a.dims[i] {
				break
			}
			index[i] = 0
		}
	}
	for i := range out {
		out[i].dims = []int64{int64(len(out[i].data.i))}
	}
	return out
}

// picked gives the shape and the places of what arrays of indices pick from a
// view: their common shape stands where the first of them stood.
func (t *thread) picked(v *Array, picks []pickIndex) (dims, places []int64, err error) {
	var lists []*Array
	for i, p := range picks {
		if i > 0 && picks[i-1].dim != p.dim-1 {
			return nil, nil, t.errorf("NotImplementedError", "arrays of indices with slices between them are not supported in a body")
		}
		lists = append(lists, p.index)
	}
	common, err := t.broadcast(lists...)
	if err != nil {
		return nil, nil, err
	}
	first := picks[0].dim
	rest := first + len(picks)
	inner := v.view(v.dims[rest:], v.strides[rest:], 0).places()
	outer := v.view(v.dims[:first], v.strides[:first], v.offset).places()
	dims = append(append(append(dims, v.dims[:first]...), common...), v.dims[rest:]...)
	n := (&Array{dims: common}).size()
	if err := t.charge(int(n) + len(outer)*len(inner)); err != nil {
		return nil, nil, err
	}
	chosen := make([]int64, n)
	for k, p := range picks {
		for i, q := range p.index.broadcastTo(common).places() {
			at, size := p.index.data.i[q], v.dims[p.dim]
			if at < -size || at >= size {
				return nil, nil, t.errorf("IndexError", "index %d is out of bounds for axis %d with size %d", at, picks[k].dim, size)
			}
			if at < 0 {
				at += size
			}
			chosen[i] += at * v.strides[p.dim]
		}
	}
	if err := t.charge(len(outer) * len(chosen) * len(inner)); err != nil {
		return nil, nil, err
	}
	for _, o := range outer {
		for _, c := range chosen {
			for _, i := range inner {
				places = append(places, o+c+i)
			}
		}
	}
	return dims, places, nil
}
