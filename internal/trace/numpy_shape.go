package trace

import (
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

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
