package trace

import (
	"slices"
	"sort"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

func pyList(t *thread, args *callArgs) (Value, error) {
	items, err := t.optionalItems("list", args)
	return &List{Items: append([]Value(nil), items...)}, err
}

func pyTuple(t *thread, args *callArgs) (Value, error) {
	items, err := t.optionalItems("tuple", args)
	return &Tuple{Items: append([]Value(nil), items...)}, err
}

func pySet(t *thread, args *callArgs) (Value, error) {
	items, err := t.optionalItems("set", args)
	if err != nil {
		return nil, err
	}
	return t.makeSet(items)
}

func (t *thread) optionalItems(fn string, args *callArgs) ([]Value, error) {
	p, err := t.params(fn, args, "iterable?")
	if err != nil || len(args.pos) == 0 {
		return nil, err
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	return items, t.charge(len(items))
}

func pyDict(t *thread, args *callArgs) (Value, error) {
	d := NewDict()
	if len(args.pos) > 1 {
		return nil, t.errorf("TypeError", "dict() takes at most 1 positional argument")
	}
	for _, v := range args.pos {
		if m, err := t.asDict(v); err == nil {
			m.Each(func(k, v Value) bool { d.Set(k, v); return true })
			continue
		}
		pairs, err := t.items(v)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			kv, err := t.items(p)
			if err != nil {
				return nil, err
			}
			if len(kv) != 2 {
				return nil, t.errorf("ValueError", "dict() takes pairs, not sequences of %d elements", len(kv))
			}
			if err := t.setItem(d, kv[0], kv[1]); err != nil {
				return nil, err
			}
		}
	}
	for _, k := range args.kw {
		d.Set(k.name, k.value)
	}
	return d, nil
}

func pyRange(t *thread, args *callArgs) (Value, error) {
	var n [3]int64
	if len(args.pos) < 1 || len(args.pos) > 3 || len(args.kw) > 0 {
		return nil, t.errorf("TypeError", "range() takes 1 to 3 positional arguments")
	}
	for i, v := range args.pos {
		if tensorLike(v) && !t.inLibrary() {
			return t.tensorRange(args.pos)
		}
		x, ok := number(v).(int64)
		if !ok {
			err := t.errorf("TypeError", "range() takes integers, not %s", typeName(v))
			if v == nil {
				return nil, hint(err, "%s, and tf.range goes over it", whyNone)
			}
			return nil, err
		}
		n[i] = x
	}
	r := &Range{Start: n[0], Stop: n[1], Step: n[2]}
	switch len(args.pos) {
	case 1:
		r = &Range{Stop: n[0], Step: 1}
	case 2:
		r.Step = 1
	}
	if r.Step == 0 {
		return nil, t.errorf("ValueError", "range() step must not be zero")
	}
	return r, nil
}

// tensorRange is AutoGraph's range() of tensors: a tf.range that is empty where
// Python's is (autograph/operators/py_builtins.py, _tf_range, TF 2.21).
func (t *thread) tensorRange(args []Value) (Value, error) {
	args = append([]Value(nil), args...)
	var err error
	switch len(args) {
	case 1:
		args[0], err = t.libCall("maximum", args[0], int64(0))
	case 2:
		args[1], err = t.libCall("maximum", args[0], args[1])
	}
	if err != nil {
		return nil, err
	}
	return t.libCall("range", args...)
}

func pySlice(t *thread, args *callArgs) (Value, error) {
	switch len(args.pos) {
	case 1:
		return &Slice{Stop: args.pos[0]}, nil
	case 2:
		return &Slice{Start: args.pos[0], Stop: args.pos[1]}, nil
	case 3:
		return &Slice{args.pos[0], args.pos[1], args.pos[2]}, nil
	}
	return nil, t.errorf("TypeError", "slice() takes 1 to 3 arguments")
}

func pyLen(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("len", args, "object")
	if err != nil {
		return nil, err
	}
	switch x := p[0].(type) {
	case string:
		return int64(len([]rune(x))), nil
	case python.Bytes:
		return int64(len(x)), nil
	case *List:
		return int64(len(x.Items)), nil
	case *Tuple:
		return int64(len(x.Items)), nil
	case *Dict:
		return int64(x.Len()), nil
	case *Set:
		return int64(x.d.Len()), nil
	case *dictView:
		return int64(x.d.Len()), nil
	case *Range:
		return x.Len(), nil
	case tensor.Shape:
		if !x.Known() {
			return nil, t.errorf("ValueError", "cannot take the length of a shape with unknown rank")
		}
		return int64(x.Rank()), nil
	case *model.List:
		return int64(len(x.Items)), nil
	case *model.Dict:
		return int64(len(x.Items)), nil
	case *Array:
		if len(x.dims) == 0 {
			return nil, t.errorf("TypeError", "len() of unsized object")
		}
		return x.dims[0], nil
	case *model.Variable:
		return t.tensorLen(x)
	case *graph.Tensor:
		return t.tensorLen(x)
	case *Composite:
		return t.compositeLen(x)
	}
	return nil, t.errorf("TypeError", "object of type %s has no len()", typeName(p[0]))
}

// tensorLen is AutoGraph's len(): the static first dimension, or the op that
// gives it (autograph/operators/py_builtins.py, _tf_tensor_len, TF 2.21).
func (t *thread) tensorLen(v Value) (Value, error) {
	s := tensor.UnknownShape()
	switch x := v.(type) {
	case *graph.Tensor:
		s = x.Shape()
	case *model.Variable:
		s = x.Shape
	}
	if s.Known() && s.Rank() > 0 && s.Dim(0) >= 0 {
		return s.Dim(0), nil
	}
	shape, err := t.libCall("shape", v) // unused where the rank is known, as in TensorFlow
	if err != nil {
		return nil, err
	}
	switch {
	case s.Known() && s.Rank() == 0:
		return nil, t.errorf("ValueError", "len() requires a tensor with dimensions, not a scalar")
	case s.Known():
		if shape, err = t.libCall("shape", v); err != nil {
			return nil, err
		}
		return t.getItem(shape, int64(0))
	}
	return t.lenOfUnknown(v)
}

// lenOfUnknown is the length of a tensor of unknown rank; scalars fail when
// the graph runs.
func (t *thread) lenOfUnknown(v Value) (Value, error) {
	rank, err := t.libCall("rank", v)
	if err != nil {
		return nil, err
	}
	positive, err := t.compare(python.Gt, rank, int64(0))
	if err != nil {
		return nil, err
	}
	pred, err := t.convert(positive, tensor.Bool, tensor.Invalid, "")
	if err != nil {
		return nil, err
	}
	return t.cond(pred, "cond", func() (Value, error) {
		shape, err := t.libCall("shape", v)
		if err != nil {
			return nil, err
		}
		return t.getItem(shape, int64(0))
	}, func() (Value, error) {
		text, err := t.callRaw("AsString", kwArg{"input", rank})
		if err != nil {
			return nil, err
		}
		msg, err := t.callRaw("StringJoin", kwArg{"inputs", &List{Items: []Value{"len requires non-zero rank, got ", text}}})
		if err != nil {
			return nil, err
		}
		check, err := t.libCall("debugging.Assert", false, &List{Items: []Value{msg}})
		if err != nil {
			return nil, err
		}
		if n, ok := check.(*graph.Node); ok {
			defer t.graph.PushControl([]*graph.Node{n})()
		}
		return t.constant(tensor.FromInts(tensor.Int32, []int64{}, []int64{0}), "")
	})
}

// extreme is min or max.
func extreme(t *thread, name string, args *callArgs, better func(a, b Value) (bool, error)) (Value, error) {
	items := args.pos
	if len(items) == 1 {
		var err error
		if items, err = t.items(items[0]); err != nil {
			return nil, err
		}
	}
	key, _ := args.keyword("key")
	if len(items) == 0 {
		if d, ok := args.keyword("default"); ok {
			return d, nil
		}
		return nil, t.errorf("ValueError", "%s() of an empty sequence", name)
	}
	rank := func(v Value) (Value, error) {
		if key == nil {
			return v, nil
		}
		return t.call(key, positional(v))
	}
	best := items[0]
	bestKey, err := rank(best)
	if err != nil {
		return nil, err
	}
	for _, x := range items[1:] {
		if tensorLike(x) || tensorLike(best) {
			return nil, hint(t.errorf("OperatorNotAllowedInGraphError", "%s() of tensors is not known while a function is traced", name), "use tf.%simum", name)
		}
		k, err := rank(x)
		if err != nil {
			return nil, err
		}
		yes, err := better(k, bestKey)
		if err != nil {
			return nil, t.errorf("TypeError", "%s and %s cannot be compared", typeName(x), typeName(best))
		}
		if yes {
			best, bestKey = x, k
		}
	}
	return best, nil
}

func pyMin(t *thread, args *callArgs) (Value, error) {
	return extreme(t, "min", args, lessValues)
}

func pyMax(t *thread, args *callArgs) (Value, error) {
	return extreme(t, "max", args, func(a, b Value) (bool, error) { return lessValues(b, a) })
}

func pySum(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("sum", args, "iterable", "start?")
	if err != nil {
		return nil, err
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	acc := p[1]
	if acc == nil {
		acc = int64(0)
	}
	for _, x := range items {
		if acc, err = t.binary(python.Add, acc, x); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

func pySorted(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("sorted", args, "iterable", "key?", "reverse?")
	if err != nil {
		return nil, err
	}
	if tensorLike(p[0]) && !t.inLibrary() {
		// AutoGraph asks only whether reverse is given (autograph_ops.py, TF 2.21).
		descending := len(args.pos) > 2 || slices.ContainsFunc(args.kw, func(k kwArg) bool { return k.name == "reverse" })
		return t.callOperator("sorted_", p[0], p[1], descending)
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	out, err := t.sortItems(items, p[1], p[2])
	return &List{Items: out}, err
}

func (t *thread) sortItems(items []Value, key, reverse Value) ([]Value, error) {
	type pair struct{ k, v Value }
	pairs := make([]pair, len(items))
	for i, x := range items {
		pairs[i] = pair{x, x}
		if key != nil {
			k, err := t.call(key, positional(x))
			if err != nil {
				return nil, err
			}
			pairs[i].k = k
		}
		if tensorLike(pairs[i].k) {
			return nil, hint(t.errorf("OperatorNotAllowedInGraphError", "tensors cannot be sorted while a function is traced"), "use tf.sort")
		}
	}
	down, err := t.truth(reverse)
	if err != nil {
		return nil, err
	}
	var bad error
	sort.SliceStable(pairs, func(i, j int) bool {
		a, b := pairs[i].k, pairs[j].k
		if down {
			a, b = b, a
		}
		less, err := lessValues(a, b)
		if err != nil && bad == nil {
			bad = t.errorf("TypeError", "%s and %s cannot be compared", typeName(a), typeName(b))
		}
		return less
	})
	out := make([]Value, len(pairs))
	for i, p := range pairs {
		out[i] = p.v
	}
	return out, bad
}

func anyAll(name string, want bool) func(t *thread, args *callArgs) (Value, error) {
	return func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "iterable")
		if err != nil {
			return nil, err
		}
		out := !want
		err = t.iterate(p[0], func(v Value) (bool, error) {
			yes, err := t.truth(v)
			if yes == want {
				out = want
				return false, err
			}
			return true, err
		})
		return out, err
	}
}
