package trace

import (
	"math"
	"math/big"
	"slices"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// Array is a NumPy array of a body: values known now, which slices and
// transposes share. Its dtype and its operators are those of NumPy 2.
type Array struct {
	dtype   tensor.DType
	dims    []int64
	strides []int64 // in elements
	offset  int64
	data    *elements
}

// elements holds the values of arrays, rounded to their dtype: i those of
// integers and bools, f of floats, c of complex numbers, s of strings.
type elements struct {
	i []int64
	f []float64
	c []complex128
	s []string
}

// Scalar is a NumPy scalar: a Python value with a dtype of its own.
type Scalar struct {
	dtype tensor.DType
	value Value
}

// newArray makes an array of zeros.
func (t *thread) newArray(d tensor.DType, dims []int64) (*Array, error) {
	n := int64(1)
	for _, dim := range dims {
		if dim < 0 {
			return nil, t.errorf("ValueError", "negative dimensions are not allowed")
		}
		if dim > 0 && n > maxSteps/dim {
			return nil, t.errorf("MemoryError", "an array of shape %s is too large", tensor.ShapeOf(dims...))
		}
		n *= dim
	}
	if err := t.charge(int(n)); err != nil {
		return nil, err
	}
	a := &Array{dtype: d, dims: slices.Clone(dims), strides: rowMajor(dims), data: &elements{}}
	switch {
	case d == tensor.String:
		a.data.s = make([]string, n)
	case d.IsComplex():
		a.data.c = make([]complex128, n)
	case d.IsFloating():
		a.data.f = make([]float64, n)
	default:
		a.data.i = make([]int64, n)
	}
	return a, nil
}

// rowMajor gives the strides of elements that lie one behind the other.
func rowMajor(dims []int64) []int64 {
	strides := make([]int64, len(dims))
	n := int64(1)
	for i := len(dims) - 1; i >= 0; i-- {
		strides[i] = n
		n *= dims[i]
	}
	return strides
}

func (a *Array) size() int64 {
	n := int64(1)
	for _, d := range a.dims {
		n *= d
	}
	return n
}

// places gives where the elements are in the data, in the order of C.
func (a *Array) places() []int64 {
	out := make([]int64, 0, a.size())
	var visit func(dim int, at int64)
	visit = func(dim int, at int64) {
		if dim == len(a.dims) {
			out = append(out, at)
			return
		}
		for i := int64(0); i < a.dims[dim]; i++ {
			visit(dim+1, at+i*a.strides[dim])
		}
	}
	visit(0, a.offset)
	return out
}

// view is an array of the same elements.
func (a *Array) view(dims, strides []int64, offset int64) *Array {
	return &Array{dtype: a.dtype, dims: dims, strides: strides, offset: offset, data: a.data}
}

// at is the element at a place, as a Python value.
func (a *Array) at(p int64) Value {
	switch {
	case a.dtype == tensor.String:
		return a.data.s[p]
	case a.dtype.IsComplex():
		return a.data.c[p]
	case a.dtype.IsFloating():
		return a.data.f[p]
	case a.dtype == tensor.Bool:
		return a.data.i[p] != 0
	case a.dtype == tensor.Uint64:
		return normInt(new(big.Int).SetUint64(uint64(a.data.i[p])))
	}
	return a.data.i[p]
}

// float is the element at a place of an array of real numbers.
func (a *Array) float(p int64) float64 {
	switch {
	case a.dtype.IsFloating():
		return a.data.f[p]
	case a.dtype == tensor.Uint64:
		return float64(uint64(a.data.i[p]))
	}
	return float64(a.data.i[p])
}

func (a *Array) complex(p int64) complex128 {
	if a.dtype.IsComplex() {
		return a.data.c[p]
	}
	return complex(a.float(p), 0)
}

func (a *Array) setFloat(p int64, v float64) { a.data.f[p] = roundFloat(a.dtype, v) }
func (a *Array) setInt(p int64, v int64)     { a.data.i[p] = wrapInt(a.dtype, v) }
func (a *Array) setComplex(p int64, v complex128) {
	r := a.dtype.Real()
	a.data.c[p] = complex(roundFloat(r, real(v)), roundFloat(r, imag(v)))
}

// roundFloat rounds a number to a floating dtype.
func roundFloat(d tensor.DType, v float64) float64 {
	switch d {
	case tensor.Float64:
		return v
	case tensor.Float32:
		return float64(float32(v))
	}
	return tensor.DecodeFloat(d, tensor.EncodeFloat(d, v))
}

// wrapInt keeps the low bits of a number that an integer dtype has.
func wrapInt(d tensor.DType, v int64) int64 {
	if d == tensor.Bool {
		if v != 0 {
			return 1
		}
		return 0
	}
	if bits := 8 * d.Size(); bits < 64 {
		if d.IsUnsigned() {
			return v & (1<<bits - 1)
		}
		return v << (64 - bits) >> (64 - bits)
	}
	return v
}

// put stores an element of another array, converted as astype does.
func (a *Array) put(p int64, from *Array, q int64) {
	switch {
	case a.dtype == tensor.String:
		a.data.s[p] = from.data.s[q]
	case a.dtype.IsComplex():
		a.setComplex(p, from.complex(q))
	case a.dtype == tensor.Bool:
		a.setInt(p, truthInt(from.complex(q) != 0))
	case from.dtype.IsComplex():
		a.putFloat(p, real(from.data.c[q]))
	case from.dtype.IsFloating():
		a.putFloat(p, from.data.f[q])
	case a.dtype.IsFloating():
		a.setFloat(p, from.float(q))
	default:
		a.setInt(p, from.data.i[q])
	}
}

func (a *Array) putFloat(p int64, v float64) {
	if a.dtype.IsFloating() {
		a.setFloat(p, v)
		return
	}
	a.setInt(p, int64(v))
}

func truthInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// astype is a copy in another dtype.
func (t *thread) astype(a *Array, d tensor.DType) (*Array, error) {
	if (a.dtype == tensor.String) != (d == tensor.String) {
		return nil, t.errorf("TypeError", "an array of %s cannot be made one of %s", a.dtype, d)
	}
	out, err := t.newArray(d, a.dims)
	if err != nil {
		return nil, err
	}
	for i, p := range a.places() {
		out.put(int64(i), a, p)
	}
	return out, nil
}

// arrayOf gives a tensor that is known now as an array.
func (t *thread) arrayOf(x *tensor.Tensor) (*Array, error) {
	a, err := t.newArray(x.DType, x.Dims)
	if err != nil {
		return nil, err
	}
	for i := range a.places() {
		p := int64(i)
		switch {
		case x.DType == tensor.String:
			a.data.s[p] = x.Strings[i]
		case x.DType.IsComplex():
			a.data.c[p] = hostElement(x, i).(complex128)
		case x.DType.IsFloating():
			a.data.f[p] = x.Float(i)
		default:
			a.data.i[p] = x.Int(i)
		}
	}
	return a, nil
}

// tensor gives the value of an array as that of a constant.
func (a *Array) tensor() *tensor.Tensor {
	out := &tensor.Tensor{DType: a.dtype, Dims: slices.Clone(a.dims)}
	if out.Dims == nil {
		out.Dims = []int64{}
	}
	for _, p := range a.places() {
		switch {
		case a.dtype == tensor.String:
			out.Strings = append(out.Strings, a.data.s[p])
		case a.dtype.IsComplex():
			out.Data = tensor.AppendComplex(out.Data, a.dtype, a.data.c[p])
		case a.dtype.IsFloating():
			out.Data = tensor.AppendFloat(out.Data, a.dtype, a.data.f[p])
		default:
			out.Data = tensor.AppendBits(out.Data, a.dtype, uint64(a.data.i[p]))
		}
	}
	return out
}

// nested gives an array as lists of Python values (tolist).
func (a *Array) nested() Value {
	if len(a.dims) == 0 {
		return a.at(a.offset)
	}
	l := &List{}
	for i := int64(0); i < a.dims[0]; i++ {
		l.Items = append(l.Items, a.view(a.dims[1:], a.strides[1:], a.offset+i*a.strides[0]).nested())
	}
	return l
}

// unpacked gives an array without dimensions as a scalar, as NumPy's functions
// and operators do.
func unpacked(a *Array) Value {
	if len(a.dims) > 0 {
		return a
	}
	return &Scalar{dtype: a.dtype, value: a.at(a.offset)}
}

// npDType reads a dtype of NumPy: float is float64 and int is int64.
func (t *thread) npDType(v Value) (tensor.DType, error) {
	switch v {
	case nil:
		return tensor.Invalid, nil
	case Value(typeFloat):
		return tensor.Float64, nil
	case Value(typeInt):
		return tensor.Int64, nil
	case Value("float"):
		return tensor.Float64, nil
	case Value("int"):
		return tensor.Int64, nil
	}
	return t.dtype(v)
}

// asArray makes an array of numbers and nested lists of them (np.asarray).
// weak tells of a Python number, which takes the dtype of what is beside it.
func (t *thread) asArray(v Value) (a *Array, weak bool, err error) {
	switch x := v.(type) {
	case *Array:
		return x, false, nil
	case *Scalar:
		if a, err = t.newArray(x.dtype, nil); err == nil {
			err = t.putValue(a, 0, x.value)
		}
		return a, false, err
	case *graph.Tensor, *model.Variable, *unread:
		return nil, false, hint(t.errorf("NotImplementedError", "cannot convert a symbolic tensor (%s) to a NumPy array", t.short(v)),
			"use the function of tf that does the same")
	case *Range, tensor.Shape, *iterator:
		items, err := t.items(x)
		if err != nil {
			return nil, false, err
		}
		v = &List{Items: items}
	}
	var flat []Value
	dims, err := t.flattenNested(v, &flat, 0)
	if err != nil {
		return nil, false, err
	}
	d, err := t.arrayDType(flat)
	if err != nil {
		return nil, false, err
	}
	if a, err = t.newArray(d, dims); err != nil {
		return nil, false, err
	}
	for i, x := range flat {
		if err := t.putValue(a, int64(i), x); err != nil {
			return nil, false, err
		}
	}
	_, isBool := v.(bool)
	return a, number(v) != nil && !isBool, nil
}

// arrayDType is the dtype that NumPy gives Python values: the wide types.
func (t *thread) arrayDType(flat []Value) (tensor.DType, error) {
	if len(flat) == 0 {
		return tensor.Float64, nil
	}
	d := tensor.Invalid
	for _, v := range flat {
		e := tensor.Invalid
		if s, ok := v.(*Scalar); ok {
			e = s.dtype
		} else {
			switch kindOfValue(v) {
			case kindBool:
				e = tensor.Bool
			case kindInt:
				e = tensor.Int64
			case kindUint:
				e = tensor.Uint64
			case kindFloat:
				e = tensor.Float64
			case kindComplex:
				e = tensor.Complex128
			case kindString:
				e = tensor.String
			default:
				return 0, t.cannotConvert(v)
			}
		}
		if d == tensor.Invalid {
			d = e
		} else if d = promote(d, e); d == tensor.Invalid {
			return 0, t.errorf("TypeError", "an array of text and numbers is not supported")
		}
	}
	return d, nil
}

// putValue stores a Python value.
func (t *thread) putValue(a *Array, p int64, v Value) error {
	if s, ok := v.(*Scalar); ok {
		v = s.value
	}
	if a.dtype == tensor.String {
		switch x := v.(type) {
		case string:
			a.data.s[p] = x
			return nil
		case python.Bytes:
			a.data.s[p] = string(x)
			return nil
		}
	}
	switch x := number(v).(type) {
	case nil:
	case complex128:
		if a.dtype.IsComplex() {
			a.setComplex(p, x)
			return nil
		}
	case *big.Int:
		if a.dtype == tensor.Uint64 && x.IsUint64() {
			a.data.i[p] = int64(x.Uint64())
			return nil
		}
		if f, _ := toFloat(x); a.dtype.IsFloating() {
			a.setFloat(p, f)
			return nil
		}
		return t.errorf("OverflowError", "Python integer %s out of bounds for %s", t.short(v), a.dtype)
	case int64:
		switch {
		case a.dtype.IsComplex():
			a.setComplex(p, complex(float64(x), 0))
		case a.dtype.IsFloating():
			a.setFloat(p, float64(x))
		case wrapInt(a.dtype, x) != x && a.dtype != tensor.Bool:
			return t.errorf("OverflowError", "Python integer %d out of bounds for %s", x, a.dtype)
		default:
			a.setInt(p, x)
		}
		return nil
	case float64:
		switch {
		case a.dtype.IsComplex():
			a.setComplex(p, complex(x, 0))
		case a.dtype == tensor.Bool:
			a.setInt(p, truthInt(x != 0))
		default:
			a.putFloat(p, x)
		}
		return nil
	}
	return t.errorf("TypeError", "a %s is no element of an array of %s", typeName(v), a.dtype)
}

// promote is the dtype of an operation on two (numpy/_core/numeric.py,
// promote_types, NumPy 2); Invalid for text and numbers.
func promote(a, b tensor.DType) tensor.DType {
	if a == b {
		return a
	}
	if a == tensor.String || b == tensor.String {
		return tensor.Invalid
	}
	if a.IsComplex() || b.IsComplex() {
		if promote(a.Real(), b.Real()) == tensor.Float32 {
			return tensor.Complex64
		}
		return tensor.Complex128
	}
	if b.IsFloating() && !a.IsFloating() {
		a, b = b, a
	}
	if a.IsFloating() {
		return floatOfSize(max(a.Size(), floatFor(b).Size()))
	}
	if a == tensor.Bool {
		return b
	}
	if b == tensor.Bool {
		return a
	}
	if a.IsUnsigned() == b.IsUnsigned() {
		if a.Size() > b.Size() {
			return a
		}
		return b
	}
	if b.IsUnsigned() {
		a, b = b, a
	}
	if a.Size() < b.Size() {
		return b
	}
	switch a.Size() {
	case 1:
		return tensor.Int16
	case 2:
		return tensor.Int32
	case 4:
		return tensor.Int64
	}
	return tensor.Float64
}

func floatOfSize(n int) tensor.DType {
	switch n {
	case 2:
		return tensor.Half
	case 4:
		return tensor.Float32
	}
	return tensor.Float64
}

// floatFor is the floating dtype that functions such as sqrt compute in.
func floatFor(d tensor.DType) tensor.DType {
	switch {
	case d.IsFloating() || d.IsComplex():
		return d
	case d.Size() == 1:
		return tensor.Half
	case d.Size() == 2:
		return tensor.Float32
	}
	return tensor.Float64
}

// broadcast gives the common shape of arrays.
func (t *thread) broadcast(arrays ...*Array) ([]int64, error) {
	var dims []int64
	for _, a := range arrays {
		for len(dims) < len(a.dims) {
			dims = append([]int64{1}, dims...)
		}
		for i, d := range a.dims {
			at := len(dims) - len(a.dims) + i
			switch {
			case dims[at] == 1:
				dims[at] = d
			case d != 1 && d != dims[at]:
				return nil, t.errorf("ValueError", "operands could not be broadcast together with shapes %s %s", tensor.ShapeOf(arrays[0].dims...), tensor.ShapeOf(a.dims...))
			}
		}
	}
	return dims, nil
}

// broadcastTo is a view of another shape, which the array fits.
func (a *Array) broadcastTo(dims []int64) *Array {
	strides := make([]int64, len(dims))
	for i, d := range a.dims {
		if d != 1 {
			strides[len(dims)-len(a.dims)+i] = a.strides[i]
		}
	}
	return a.view(dims, strides, a.offset)
}

// element gives a NumPy scalar, and an array of one element, as a Python value;
// others as they are.
func element(v Value) Value {
	switch x := v.(type) {
	case *Scalar:
		return x.value
	case *Array:
		if x.size() == 1 {
			return x.at(x.places()[0])
		}
	}
	return v
}

// isNumPy reports whether operators on a value are NumPy's.
func isNumPy(v Value) bool {
	switch v.(type) {
	case *Array, *Scalar:
		return true
	}
	return false
}

// closeTo compares as np.isclose does.
func closeTo(a, b, rtol, atol float64) bool {
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return a == b
	}
	return math.Abs(a-b) <= atol+rtol*math.Abs(b)
}
