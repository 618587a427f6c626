package trace

import (
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// sequence gives the elements of a list or tuple.
func sequence(v Value) ([]Value, bool) {
	switch x := v.(type) {
	case *List:
		return x.Items, true
	case *Tuple:
		return x.Items, true
	}
	return nil, false
}

// items lists the elements of any iterable whose length is known now.
func (t *thread) items(v Value) ([]Value, error) {
	switch x := v.(type) {
	case *List:
		return x.Items, nil
	case *Tuple:
		return x.Items, nil
	}
	var out []Value
	err := t.iterate(v, func(x Value) (bool, error) {
		out = append(out, x)
		return true, t.step()
	})
	return out, err
}

// iterate calls f with the elements of v until it returns false.
func (t *thread) iterate(v Value, f func(Value) (bool, error)) error {
	each := func(items []Value) error {
		for _, x := range items {
			if more, err := f(x); err != nil || !more {
				return err
			}
		}
		return nil
	}
	switch x := v.(type) {
	case *List:
		for i := 0; i < len(x.Items); i++ { // the list may grow meanwhile
			if more, err := f(x.Items[i]); err != nil || !more {
				return err
			}
		}
		return nil
	case *Tuple:
		return each(x.Items)
	case *Dict:
		return each(x.Keys())
	case *Set:
		return each(x.d.Keys())
	case *Range:
		for i := int64(0); i < x.Len(); i++ {
			if more, err := f(x.Start + i*x.Step); err != nil || !more {
				return err
			}
		}
		return nil
	case string:
		for _, r := range x {
			if more, err := f(string(r)); err != nil || !more {
				return err
			}
		}
		return nil
	case python.Bytes:
		for i := range len(x) {
			if more, err := f(int64(x[i])); err != nil || !more {
				return err
			}
		}
		return nil
	case tensor.Shape:
		if !x.Known() {
			return t.errorf("ValueError", "cannot iterate over a shape with unknown rank")
		}
		for _, d := range x.Dims() {
			if more, err := f(dimValue(d)); err != nil || !more {
				return err
			}
		}
		return nil
	case *model.List:
		for _, o := range x.Items {
			if more, err := f(t.tr.objectValue(o)); err != nil || !more {
				return err
			}
		}
		return nil
	case *model.Dict:
		for i := range x.Items {
			if more, err := f(x.Items[i].Name); err != nil || !more {
				return err
			}
		}
		return nil
	case *Array:
		if len(x.dims) == 0 {
			return t.errorf("TypeError", "iteration over a 0-d array")
		}
		for i := range x.dims[0] {
			v, err := t.arrayItem(x, i)
			if err != nil {
				return err
			}
			if more, err := f(v); err != nil || !more {
				return err
			}
		}
		return nil
	case *model.Variable, *unread:
		r, err := t.readValue(x)
		if err != nil {
			return err
		}
		return t.iterate(r, f)
	case *graph.Tensor:
		return hint(t.errorf("OperatorNotAllowedInGraphError", "iterating over %s here is not allowed: its elements are known only when the graph runs", t.repr(x)),
			"use tf.unstack, tf.map_fn, or a for statement")
	case *Composite:
		list, err := t.compositeIter(x)
		if err != nil {
			return err
		}
		return t.iterate(list, f)
	case *dictView:
		return each(x.items())
	case *iterator:
		for {
			v, ok, err := x.next(t)
			if err != nil || !ok {
				return err
			}
			if more, err := f(v); err != nil || !more {
				return err
			}
		}
	}
	return t.errorf("TypeError", "%s is not iterable", typeName(v))
}

// dimValue is a dimension as Python sees it: None where it is unknown.
func dimValue(d int64) Value {
	if d < 0 {
		return nil
	}
	return d
}

// index makes an int of an index value.
func (t *thread) index(key Value, what string) (int64, error) {
	switch k := number(key).(type) {
	case int64:
		return k, nil
	}
	if x, ok := key.(*graph.Tensor); ok {
		return 0, hint(t.errorf("TypeError", "%s indices must be integers, not %s", what, t.repr(x)), "stack the elements with tf.stack and index that")
	}
	return 0, t.errorf("TypeError", "%s indices must be integers or slices, not %s", what, typeName(key))
}

func (t *thread) getItem(obj, key Value) (Value, error) {
	switch x := obj.(type) {
	case *graph.Tensor, *model.Variable, *unread:
		return t.callOperator("getitem", obj, key)
	case *Composite:
		return t.compositeItem(x, key)
	case *List:
		items, one, err := pick(t, x.Items, key, "list")
		if err != nil || one {
			return first(items), err
		}
		return &List{Items: items}, nil
	case *Tuple:
		items, one, err := pick(t, x.Items, key, "tuple")
		if err != nil || one {
			return first(items), err
		}
		return &Tuple{Items: items}, nil
	case *Dict:
		v, ok := x.Get(key)
		if !ok && x.factory != nil {
			v, err := t.call(x.factory, positional())
			if err != nil || x.counter {
				return v, err
			}
			return v, t.setItem(x, key, v)
		}
		if !ok {
			return nil, t.keyError(key, x.Keys())
		}
		return v, nil
	case *Range:
		return t.rangeItem(x, key)
	case string:
		items, one, err := t.pickRunes(x, key)
		if err != nil || one {
			return string(items), err
		}
		return string(items), t.chargeText(len(items))
	case python.Bytes:
		items, one, err := pick(t, []byte(x), key, "bytes")
		if err != nil {
			return nil, err
		}
		if one {
			return int64(items[0]), nil
		}
		return python.Bytes(items), nil
	case tensor.Shape:
		return t.shapeItem(x, key)
	case *model.Table:
		return t.tableLookup(x, positional(key))
	case *model.List:
		items := make([]Value, len(x.Items))
		for i, o := range x.Items {
			items[i] = t.tr.objectValue(o)
		}
		out, one, err := pick(t, items, key, "list")
		if err != nil || one {
			return first(out), err
		}
		return &List{Items: out}, nil
	case *model.Dict:
		var names []Value
		for i := range x.Items {
			if x.Items[i].Name == key {
				return t.tr.modelValue(&x.Items[i]), nil
			}
			names = append(names, x.Items[i].Name)
		}
		return nil, t.keyError(key, names)
	case *Array:
		return t.arrayItem(x, key)
	}
	return nil, t.errorf("TypeError", "%s is not subscriptable", typeName(obj))
}

func (t *thread) keyError(key Value, have []Value) error {
	err := t.errorf("KeyError", "%s", t.short(key))
	if tensorLike(key) {
		return hint(err, "a tensor cannot be a key, as its value is not known; use tf.gather, or a table of the model")
	}
	if s, ok := key.(string); ok {
		var names []string
		for _, k := range have {
			if n, ok := k.(string); ok {
				names = append(names, n)
			}
		}
		if near := spell.Nearest(s, names); near != "" {
			return hint(err, "did you mean %q?", near)
		}
	}
	return err
}

func first(items []Value) Value {
	if len(items) == 0 {
		return nil
	}
	return items[0]
}

// pick takes one element or a slice.
func pick[E any](t *thread, items []E, key Value, what string) (out []E, one bool, err error) {
	if s, ok := key.(*Slice); ok {
		start, stop, step, err := t.sliceBounds(s, int64(len(items)))
		if err != nil {
			return nil, false, err
		}
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			out = append(out, items[i])
		}
		return out, false, t.charge(len(out))
	}
	i, err := t.index(key, what)
	if err != nil {
		return nil, true, err
	}
	n := int64(len(items))
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return nil, true, t.errorf("IndexError", "%s index out of range: %s of %d elements", what, t.repr(key), n)
	}
	return items[i : i+1], true, nil
}

// pickRunes is pick of the characters of a str.
func (t *thread) pickRunes(s string, key Value) ([]rune, bool, error) {
	if err := t.chargeText(len(s)); err != nil {
		return nil, false, err
	}
	return pick(t, []rune(s), key, "string")
}

// rangeItem is r[key]: a slice of a range is a range.
func (t *thread) rangeItem(r *Range, key Value) (Value, error) {
	if s, ok := key.(*Slice); ok {
		start, stop, step, err := t.sliceBounds(s, r.Len())
		return &Range{r.Start + start*r.Step, r.Start + stop*r.Step, r.Step * step}, err
	}
	i, err := t.index(key, "range")
	if err != nil {
		return nil, err
	}
	if i < 0 {
		i += r.Len()
	}
	if i < 0 || i >= r.Len() {
		return nil, t.errorf("IndexError", "range index out of range: %s of %d elements", t.repr(key), r.Len())
	}
	return r.Start + i*r.Step, nil
}

// sliceBounds resolves a slice of a sequence of n elements (slice.indices).
func (t *thread) sliceBounds(s *Slice, n int64) (start, stop, step int64, err error) {
	step = 1
	if s.Step != nil {
		if step, err = t.index(s.Step, "slice"); err != nil {
			return
		}
		if step == 0 {
			return 0, 0, 0, t.errorf("ValueError", "slice step cannot be zero")
		}
	}
	lo, hi := int64(0), n
	if step < 0 {
		lo, hi = -1, n-1
	}
	bound := func(v Value, none int64) (int64, error) {
		if v == nil {
			return none, nil
		}
		i, err := t.index(v, "slice")
		if i < 0 {
			i += n
		}
		return min(max(i, lo), hi), err
	}
	from, to := lo, hi
	if step < 0 {
		from, to = hi, lo
	}
	if start, err = bound(s.Start, from); err != nil {
		return
	}
	stop, err = bound(s.Stop, to)
	return
}

func (t *thread) shapeItem(s tensor.Shape, key Value) (Value, error) {
	if sl, ok := key.(*Slice); ok {
		if !s.Known() {
			return tensor.UnknownShape(), nil
		}
		start, stop, step, err := t.sliceBounds(sl, int64(s.Rank()))
		if err != nil {
			return nil, err
		}
		dims := []int64{}
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			dims = append(dims, s.Dim(int(i)))
		}
		return tensor.ShapeOf(dims...), nil
	}
	i, err := t.index(key, "shape")
	if err != nil {
		return nil, err
	}
	if !s.Known() {
		return nil, nil
	}
	n := int64(s.Rank())
	if i < -n || i >= n {
		return nil, t.errorf("IndexError", "shape index out of range: %d of rank %d", i, n)
	}
	return dimValue(s.Dim(int(i))), nil
}

func (t *thread) setItem(obj, key, v Value) error {
	switch x := obj.(type) {
	case *List:
		if s, ok := key.(*Slice); ok {
			return t.setSlice(x, s, v)
		}
		i, err := t.index(key, "list")
		if err != nil {
			return err
		}
		if i < 0 {
			i += int64(len(x.Items))
		}
		if i < 0 || i >= int64(len(x.Items)) {
			return t.errorf("IndexError", "list assignment index out of range")
		}
		x.Items[i] = v
		return nil
	case *Dict:
		if !x.Set(key, v) {
			return t.unhashable(key)
		}
		return nil
	case *Array:
		return t.setArrayItem(x, key, v)
	case *graph.Tensor:
		return hint(t.errorf("TypeError", "a tensor does not support item assignment"), "use tf.tensor_scatter_nd_update, or assign to a slice of a variable: self.v[i].assign(x)")
	case *model.Variable:
		return hint(t.errorf("TypeError", "a variable does not support item assignment"), "use self.v[i].assign(x) or scatter_nd_update")
	}
	return t.errorf("TypeError", "%s does not support item assignment", typeName(obj))
}

// setSlice is l[a:b:c] = v.
func (t *thread) setSlice(l *List, s *Slice, v Value) error {
	start, stop, step, err := t.sliceBounds(s, int64(len(l.Items)))
	if err != nil {
		return err
	}
	items, err := t.items(v)
	if err != nil {
		return err
	}
	if step == 1 {
		stop = max(start, stop)
		out, err := t.join(l.Items[:start], items)
		if err != nil {
			return err
		}
		l.Items, err = t.join(out, l.Items[stop:])
		return err
	}
	if n := (&Range{Start: start, Stop: stop, Step: step}).Len(); n != int64(len(items)) {
		return t.errorf("ValueError", "attempt to assign sequence of size %d to extended slice of size %d", len(items), n)
	}
	for i, x := range append([]Value(nil), items...) {
		l.Items[start+int64(i)*step] = x
	}
	return nil
}

func (t *thread) delItem(obj, key Value) error {
	switch x := obj.(type) {
	case *Dict:
		if !x.Delete(key) {
			return t.keyError(key, x.Keys())
		}
		return nil
	case *List:
		if s, ok := key.(*Slice); ok {
			start, stop, step, err := t.sliceBounds(s, int64(len(x.Items)))
			if err != nil {
				return err
			}
			gone := map[int]bool{}
			for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
				gone[int(i)] = true
			}
			var kept []Value
			for i, v := range x.Items {
				if !gone[i] {
					kept = append(kept, v)
				}
			}
			x.Items = kept
			return t.charge(len(kept))
		}
		i, err := t.index(key, "list")
		if err != nil {
			return err
		}
		if i < 0 {
			i += int64(len(x.Items))
		}
		if i < 0 || i >= int64(len(x.Items)) {
			return t.errorf("IndexError", "list index out of range")
		}
		x.Items = append(x.Items[:i:i], x.Items[i+1:]...)
		return nil
	}
	err := t.errorf("TypeError", "%s does not support item deletion", typeName(obj))
	if tensorLike(obj) {
		return hint(err, "join what is left with tf.concat, or use tf.boolean_mask")
	}
	return err
}

// contains is "x in container".
func (t *thread) contains(container, x Value) (bool, error) {
	switch c := container.(type) {
	case string:
		s, ok := x.(string)
		if !ok {
			return false, t.errorf("TypeError", "'in <string>' needs a string on the left, not %s", typeName(x))
		}
		return strings.Contains(c, s), nil
	case python.Bytes:
		if b, ok := x.(python.Bytes); ok {
			return strings.Contains(string(c), string(b)), nil
		}
	case *Dict:
		_, ok := c.Get(x)
		return ok, nil
	case *Set:
		return c.has(x), nil
	case *Range:
		if i, ok := number(x).(int64); ok {
			d := i - c.Start
			return d%c.Step == 0 && d/c.Step >= 0 && d/c.Step < c.Len(), nil
		}
	case *model.Module:
		return false, t.errorf("TypeError", "a module is not iterable")
	case *graph.Tensor:
		return false, hint(t.errorf("TypeError", "'in' on a tensor is not known while a function is traced"), "use tf.reduce_any(x == y)")
	}
	found := false
	err := t.iterate(container, func(v Value) (bool, error) {
		if tensorLike(v) || tensorLike(x) {
			found = v == x
			return !found, nil
		}
		var err error
		found, err = t.same(v, x)
		return !found, err
	})
	return found, err
}

// asDict gives a value as a dict, for ** and dict().
func (t *thread) asDict(v Value) (*Dict, error) {
	switch x := v.(type) {
	case *Dict:
		return x, nil
	case *model.Dict:
		d := NewDict()
		for i := range x.Items {
			d.Set(x.Items[i].Name, t.tr.modelValue(&x.Items[i]))
		}
		return d, nil
	}
	return nil, t.errorf("TypeError", "%s is not a mapping", typeName(v))
}
