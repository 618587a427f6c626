package trace

import (
	"math/big"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file makes tensors that are known now from Python numbers, strings and
// nested lists of them, as TensorFlow makes the value of a Const node in a
// graph (tensor_util.py, make_tensor_proto, TF 2.21 with NumPy 2).

// maxConstant bounds the bytes of a constant.
const maxConstant = 256 << 20

// hostTensor makes a tensor of a value. With dims nil it takes the shape of the
// value; else a single element fills dims, and other values are reshaped.
func (t *thread) hostTensor(v Value, dtype tensor.DType, dims []int64) (*tensor.Tensor, error) {
	switch x := v.(type) {
	case tensor.Shape, *Range:
		return nil, hint(t.errorf("ValueError", "expected a value that is a dense tensor, got %s", t.repr(v)), "make a list of it with list()")
	case *Array:
		if dtype != tensor.Invalid && dtype != x.dtype {
			var err error
			if x, err = t.astype(x, dtype); err != nil {
				return nil, err
			}
		}
		if dims == nil {
			return x.tensor(), nil
		}
		dtype, v = x.dtype, x.nested()
	case *Scalar: // is cast, as arrays are
		a, _, err := t.asArray(x)
		if err != nil {
			return nil, err
		}
		if dtype != tensor.Invalid && dtype != x.dtype {
			if a, err = t.astype(a, dtype); err != nil {
				return nil, err
			}
		}
		if dims == nil {
			return a.tensor(), nil
		}
		dtype, v = a.dtype, a.at(0)
	case *List:
		for _, e := range x.Items {
			if a, ok := e.(*Array); ok && len(a.dims) > 0 {
				return nil, hint(t.errorf("ValueError", "expected values to be a dense tensor, got a list of NumPy arrays"), "join them first: np.stack")
			}
		}
	}
	n := int64(1)
	for _, d := range dims {
		if d > 0 && n > maxConstant/d {
			n = maxConstant + 1
			break
		}
		n *= d
	}
	if dims != nil && n == 0 { // the value is not looked at
		if dtype == tensor.Invalid {
			dtype = tensor.Float32
		}
		return &tensor.Tensor{DType: dtype, Dims: dims}, nil
	}
	var flat []Value
	shape, err := t.flattenNested(v, &flat, 0)
	if err != nil {
		return nil, err
	}
	if dtype == tensor.Invalid {
		if dtype, err = t.inferDType(flat); err != nil {
			return nil, err
		}
	}
	out := &tensor.Tensor{DType: dtype, Dims: shape}
	for _, x := range flat {
		if err := t.appendElement(out, x); err != nil {
			return nil, err
		}
	}
	if dims == nil {
		return out, nil
	}
	have := int64(len(flat))
	single := have == 1 && len(shape) <= 1
	switch {
	case single && n > maxConstant/int64(max(dtype.Size(), 16)):
		return nil, hint(t.errorf("MemoryError", "a constant of shape %s is too large for a graph", tensor.ShapeOf(dims...)), "use tf.fill, or a variable with an initializer")
	case have == n:
	case single:
		one := out
		out = &tensor.Tensor{DType: dtype, Repeated: true}
		for i := int64(0); i < n; i++ {
			out.Data = append(out.Data, one.Data...)
			out.Strings = append(out.Strings, one.Strings...)
		}
	default:
		return nil, t.errorf("TypeError", "a value of %d elements does not fill the shape %s of %d elements", have, tensor.ShapeOf(dims...), n)
	}
	out.Dims = dims
	return out, nil
}

// flattenNested lists the scalars of nested lists and gives their shape.
func (t *thread) flattenNested(v Value, flat *[]Value, depth int) ([]int64, error) {
	var items []Value
	switch x := v.(type) {
	case *List:
		items = x.Items
	case *Tuple:
		items = x.Items
	case *Array:
		for _, p := range x.places() {
			*flat = append(*flat, &Scalar{dtype: x.dtype, value: x.at(p)})
		}
		return append([]int64{}, x.dims...), t.charge(int(x.size()))
	default:
		*flat = append(*flat, v)
		return []int64{}, t.step()
	}
	if depth > 64 {
		return nil, t.errorf("ValueError", "lists are nested too deeply for a tensor")
	}
	var inner []int64
	for i, x := range items {
		s, err := t.flattenNested(x, flat, depth+1)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			inner = s
		} else if !equalDims(inner, s) {
			return nil, t.errorf("ValueError", "can't convert a non-rectangular Python sequence to a tensor: element %d has shape %s, element 0 has %s", i, tensor.ShapeOf(s...), tensor.ShapeOf(inner...))
		}
	}
	return append([]int64{int64(len(items))}, inner...), nil
}

func equalDims(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// kinds of Python values, as NumPy orders them when it looks for a dtype.
const (
	kindBool = 1 << iota
	kindInt
	kindUint // an int beyond int64
	kindHuge // an int beyond uint64
	kindFloat
	kindComplex
	kindString
)

// kindOfValue is the kind of a scalar; 0 for what has none.
func kindOfValue(v Value) int {
	switch x := v.(type) {
	case bool:
		return kindBool
	case int64:
		return kindInt
	case *big.Int:
		if x.IsUint64() {
			return kindUint
		}
		return kindHuge
	case float64:
		return kindFloat
	case complex128:
		return kindComplex
	case string, python.Bytes:
		return kindString
	case *Scalar:
		return kindOfValue(x.value)
	}
	return 0
}

// inferDType is the dtype that TensorFlow gives Python values: NumPy's, but
// float32 instead of float64, and int32 instead of int64 where all fit.
func (t *thread) inferDType(flat []Value) (tensor.DType, error) {
	if len(flat) == 0 {
		return tensor.Float32, nil
	}
	kinds, small := 0, true
	scalar, scalars := tensor.Invalid, true
	for _, v := range flat {
		k := kindOfValue(v)
		if k == 0 {
			return 0, t.cannotConvert(v)
		}
		kinds |= k
		if n, ok := number(v).(int64); ok && n != int64(int32(n)) {
			small = false
		}
		s, ok := v.(*Scalar)
		if !ok || scalar != tensor.Invalid && s.dtype != scalar {
			scalars = false
		} else if ok {
			scalar = s.dtype
		}
	}
	if scalars && scalar != tensor.Float64 && scalar != tensor.Int64 {
		return scalar, nil
	}
	switch {
	case kinds == kindString:
		return tensor.String, nil
	case kinds&kindString != 0:
		return 0, t.errorf("TypeError", "can't convert a Python sequence with mixed types to a tensor: it holds text and numbers")
	case kinds&kindHuge != 0:
		return 0, t.errorf("TypeError", "can't convert an integer of more than 64 bits to a tensor")
	case kinds&kindComplex != 0:
		return tensor.Complex128, nil
	case kinds&kindFloat != 0, kinds&kindInt != 0 && kinds&kindUint != 0:
		return tensor.Float32, nil
	case kinds&kindUint != 0:
		return tensor.Uint64, nil
	case kinds&kindInt == 0:
		return tensor.Bool, nil
	case small:
		return tensor.Int32, nil
	}
	return tensor.Int64, nil
}

func (t *thread) cannotConvert(v Value) error {
	switch v.(type) {
	case nil:
		return t.errorf("ValueError", "None values are not supported: a tensor was expected")
	case *Dict:
		return t.errorf("TypeError", "cannot convert a dict to a tensor")
	case *graph.Tensor, *model.Variable, *unread:
		return t.errorf("TypeError", "expected a value that is known now, but got %s", t.repr(v))
	}
	return t.errorf("ValueError", "attempt to convert a value (%s) with an unsupported type (%s) to a tensor", t.short(v), typeName(v))
}

// appendElement adds one scalar to a tensor, or says that its kind is none of
// the dtype's. Integers keep their low bits, as in TensorFlow.
func (t *thread) appendElement(out *tensor.Tensor, v Value) error {
	d := out.DType
	if s, ok := v.(*Scalar); ok {
		v = s.value
	}
	if v == nil {
		return t.cannotConvert(v)
	}
	kind := kindOfValue(v)
	allowed := 0
	switch {
	case d == tensor.String:
		allowed = kindString
	case d == tensor.Bool:
		allowed = kindBool
	case d.IsInteger() || d.IsQuantized():
		allowed = kindBool | kindInt | kindUint | kindHuge
	case d == tensor.BFloat16 || d.IsFloating() && d.Size() == 1: // NumPy types of their own, which know int64 only
		allowed = kindBool | kindInt | kindFloat
	case d.IsFloating():
		allowed = kindBool | kindInt | kindUint | kindHuge | kindFloat
	case d.IsComplex():
		allowed = kindBool | kindInt | kindUint | kindHuge | kindFloat | kindComplex
	}
	if kind&allowed == 0 {
		return t.errorf("TypeError", "expected %s, but got %s of type %q", d, t.short(v), typeName(v))
	}
	switch x := v.(type) {
	case string:
		out.Strings = append(out.Strings, x)
		return nil
	case python.Bytes:
		out.Strings = append(out.Strings, string(x))
		return nil
	case bool:
		if d == tensor.Bool {
			out.Data = append(out.Data, byte(number(x).(int64)))
			return nil
		}
	case complex128:
		out.Data = tensor.AppendComplex(out.Data, d, x)
		return nil
	}
	if d.IsFloating() || d.IsComplex() {
		f, _ := toFloat(number(v))
		out.Data = tensor.AppendFloat(out.Data, d, f)
		return nil
	}
	switch x := number(v).(type) {
	case int64:
		out.Data = tensor.AppendBits(out.Data, d, uint64(x))
	case *big.Int:
		if !x.IsUint64() {
			return t.errorf("OverflowError", "integer %s is too large for %s", t.short(x), d)
		}
		out.Data = tensor.AppendBits(out.Data, d, x.Uint64())
	}
	return nil
}
