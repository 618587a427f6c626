package trace

import (
	"math/big"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// hostValue gives a host tensor as nested Python lists and scalars.
func hostValue(x *tensor.Tensor) Value {
	at := 0
	var build func(dims []int64) Value
	build = func(dims []int64) Value {
		if len(dims) == 0 {
			v := hostElement(x, at)
			at++
			return v
		}
		l := &List{}
		for i := int64(0); i < dims[0]; i++ {
			l.Items = append(l.Items, build(dims[1:]))
		}
		return l
	}
	return build(x.Dims)
}

func hostElement(x *tensor.Tensor, i int) Value {
	d := x.DType
	switch {
	case d == tensor.String:
		return python.Bytes(x.Strings[i])
	case d == tensor.Bool:
		return x.Data[i] != 0
	case d == tensor.Uint64:
		return normInt(new(big.Int).SetUint64(x.Bits(i)))
	case d.IsInteger() || d.IsQuantized():
		return x.Int(i)
	case d.IsFloating():
		return x.Float(i)
	case d.IsComplex():
		r := d.Real()
		part := &tensor.Tensor{DType: r, Data: x.Data[i*d.Size():]}
		return complex(part.Float(0), part.Float(1))
	}
	panic("internal error: host value of dtype " + d.String())
}

// dimOf reads a dimension: an int, or None and -1 for an unknown one.
func (t *thread) dimOf(v Value) (int64, error) {
	switch x := number(v).(type) {
	case int64:
		if x < -1 {
			return 0, t.errorf("ValueError", "dimension %d must be >= 0", x)
		}
		return x, nil
	}
	if v == nil {
		return tensor.Unknown, nil
	}
	if x, ok := v.(*graph.Tensor); ok {
		if c := x.Value(); c != nil && c.DType.IsInteger() && c.NumElements() == 1 {
			return c.Int(0), nil
		}
	}
	return 0, t.errorf("TypeError", "a dimension must be an integer or None, not %s", t.repr(v))
}

// shape reads a static shape: a TensorShape, None, or a sequence of dimensions.
func (t *thread) shape(v Value) (tensor.Shape, error) {
	switch x := v.(type) {
	case nil:
		return tensor.UnknownShape(), nil
	case tensor.Shape:
		return x, nil
	case int64:
		return tensor.ShapeOf(x), nil
	case *List, *Tuple, *Range, *Array:
		items, err := t.items(x)
		if err != nil {
			return tensor.Shape{}, err
		}
		dims := make([]int64, len(items))
		for i, d := range items {
			if dims[i], err = t.dimOf(d); err != nil {
				return tensor.Shape{}, err
			}
		}
		return tensor.ShapeOf(dims...), nil
	case *graph.Tensor:
		if s := x.ValueAsShape(); s.Known() {
			return s, nil
		}
	}
	return tensor.Shape{}, t.errorf("TypeError", "%s is no static shape", t.short(v))
}

// dtype reads a dtype: tf.float32, "float32", np.float32, float.
func (t *thread) dtype(v Value) (tensor.DType, error) {
	switch x := v.(type) {
	case tensor.DType:
		return x, nil
	case string:
		if d, ok := tensor.ParseDType(x); ok {
			return d, nil
		}
		err := t.errorf("TypeError", "cannot convert %s to a TensorFlow DType", t.short(x))
		if near := spell.Nearest(x, tensor.DTypeNames()); near != "" {
			return 0, hint(err, "did you mean %q?", near)
		}
		return 0, err
	case int64:
		if d := tensor.DType(x); d.Valid() {
			return d, nil
		}
	case *Type:
		switch x {
		case typeFloat:
			return tensor.Float32, nil
		case typeInt:
			return tensor.Int32, nil
		case typeBool:
			return tensor.Bool, nil
		case typeStr, typeBytes:
			return tensor.String, nil
		case typeComplex:
			return tensor.Complex128, nil
		}
		if d, ok := npTypes[x]; ok {
			return d, nil
		}
	}
	return 0, t.errorf("TypeError", "cannot convert %s to a TensorFlow DType", t.repr(v))
}

// optionalDType reads a dtype that may be None.
func (t *thread) optionalDType(v Value) (tensor.DType, error) {
	if v == nil {
		return tensor.Invalid, nil
	}
	return t.dtype(v)
}
