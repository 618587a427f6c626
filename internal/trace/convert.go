package trace

import (
	"fmt"
	"math/big"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// convert makes a tensor of the current graph from a value, as
// tf.convert_to_tensor does: dtype must hold (Invalid: any), want is a
// preference that is dropped where the value does not fit it. name is what
// the node or the captured input is called.
func (t *thread) convert(v Value, dtype, want tensor.DType, name string) (*graph.Tensor, error) {
	switch x := v.(type) {
	case *graph.Tensor:
		if dtype != tensor.Invalid && x.DType.Base() != dtype.Base() {
			return nil, t.errorf("ValueError", "tensor conversion requested dtype %s for a tensor with dtype %s: %s", dtype, x.DType, t.repr(x))
		}
		return t.capture(x, name)
	case *model.Variable, *unread:
		return t.convertVariable(x, dtype, name)
	case *model.Asset:
		return t.handle(x, name)
	case *Composite:
		return t.compositeTensor(x, dtype, name)
	case *model.Table:
		return t.handle(x, name)
	case *model.List:
		items, err := t.items(x)
		if err != nil {
			return nil, err
		}
		return t.convert(&List{Items: items}, dtype, want, name)
	}
	if t.hasTensor(v) {
		return t.pack(v, dtype, want, name)
	}
	c, err := t.hostTensor(v, dtype, nil)
	if err != nil && dtype == tensor.Invalid {
		return nil, err
	}
	if err == nil && dtype == tensor.Invalid && want != tensor.Invalid && want != c.DType {
		if w, werr := t.hostTensor(v, want, nil); werr == nil {
			c = w
		}
	}
	if err != nil {
		return nil, err
	}
	return t.constant(c, name)
}

// capture brings a tensor of an outer graph into the current one.
func (t *thread) capture(x *graph.Tensor, name string) (*graph.Tensor, error) {
	in, err := t.graph.Capture(x, name)
	return in, t.wrap("TypeError", err)
}

// constant adds a Const node.
func (t *thread) constant(v *tensor.Tensor, name string) (*graph.Tensor, error) {
	n, err := t.graph.Add(graph.NodeSpec{Op: "Const", Name: nameOr(name, "Const"),
		Exact: exactName(name), Attrs: map[string]any{"dtype": v.DType, "value": v}})
	if err != nil {
		return nil, t.wrap("ValueError", err)
	}
	return n.Outputs[0], nil
}

// hasTensor reports whether a list or tuple holds a tensor at any depth.
func (t *thread) hasTensor(v Value) bool { return findTensor(v, map[Value]bool{}) != nil }

// findTensor gives the first value inside v that is a tensor, or becomes one
// when the graph runs. seen are the lists that have been looked at, as lists
// may share others, or hold themselves.
func findTensor(v Value, seen map[Value]bool) Value {
	var items []Value
	switch x := v.(type) {
	case *List:
		items = x.Items
	case *Tuple:
		items = x.Items
	case *graph.Tensor, *model.Variable, *unread, *model.Asset, *Composite:
		return x
	}
	if len(items) == 0 || seen[v] {
		return nil
	}
	seen[v] = true
	for _, x := range items {
		if found := findTensor(x, seen); found != nil {
			return found
		}
	}
	return nil
}

// pack stacks a list that holds tensors
// (array_ops.py, _autopacking_conversion_function, TF 2.21).
func (t *thread) pack(v Value, dtype, want tensor.DType, name string) (*graph.Tensor, error) {
	inferred := packDType(v)
	if inferred == tensor.Invalid {
		return nil, t.errorf("TypeError", "cannot convert %s to a tensor", t.repr(v))
	}
	if dtype == tensor.Invalid {
		dtype = inferred
	} else if dtype != inferred {
		// TensorFlow casts the packed tensor here.
		packed, err := t.packAs(v, inferred, nameOr(name, "packed"))
		if err != nil {
			return nil, err
		}
		return t.opTensor("Cast", "", map[string]any{"SrcT": inferred, "DstT": dtype, "Truncate": false}, packed)
	}
	return t.packAs(v, dtype, nameOr(name, "packed"))
}

// packDType is the dtype of the first tensor inside v.
func packDType(v Value) tensor.DType {
	switch x := findTensor(v, map[Value]bool{}).(type) {
	case *graph.Tensor:
		return x.DType.Base()
	case *model.Variable:
		return x.DType
	case *unread:
		return x.variable.DType
	case *model.Asset:
		return tensor.String
	}
	return tensor.Invalid
}

func (t *thread) packAs(v Value, dtype tensor.DType, name string) (*graph.Tensor, error) {
	items, err := t.items(v)
	if err != nil {
		return nil, err
	}
	if t.nested++; t.nested > maxNesting {
		t.nested--
		return nil, t.errorf("ValueError", "lists are nested too deeply for a tensor")
	}
	defer func() { t.nested-- }()
	scope, pop := t.graph.PushScope(name)
	defer pop()
	elems := make([]*graph.Tensor, len(items))
	for i, x := range items {
		label := fmt.Sprint(i)
		_, list := x.(*List)
		_, tuple := x.(*Tuple)
		if (list || tuple) && t.hasTensor(x) {
			elems[i], err = t.packAs(x, dtype, label)
		} else {
			elems[i], err = t.convert(x, dtype, tensor.Invalid, label)
		}
		if err != nil {
			return nil, err
		}
	}
	n, err := t.graph.Add(graph.NodeSpec{Op: "Pack", Name: scope, Exact: true, Inputs: elems,
		Attrs: map[string]any{"N": int64(len(elems)), "T": dtype, "axis": int64(0)}})
	if err != nil {
		return nil, t.wrap("ValueError", err)
	}
	return n.Outputs[0], nil
}

// maxConstant bounds the bytes of a constant.
const maxConstant = 256 << 20

// hostTensor makes a value from Python numbers, strings and nested lists of
// them (tensor_util.make_tensor_proto, TF 2.21). dims nil takes the shape of
// the value; else a scalar fills it, and other values are reshaped.
func (t *thread) hostTensor(v Value, dtype tensor.DType, dims []int64) (*tensor.Tensor, error) {
	if s, ok := v.(tensor.Shape); ok {
		if !s.FullyDefined() {
			return nil, hint(t.errorf("ValueError", "cannot convert a partially known TensorShape %s to a tensor", shapeText(s)), "use tf.shape(x), which is known when the graph runs")
		}
		if dtype == tensor.Invalid {
			dtype = tensor.Int32
		}
		items := make([]Value, s.Rank())
		for i, d := range s.Dims() {
			items[i] = d
		}
		v = &List{Items: items}
	}
	if a, ok := v.(*Array); ok {
		if dtype == tensor.Invalid || dtype == a.t.DType {
			return a.t, nil
		}
		v = hostValue(a.t)
	}
	var flat []Value
	shape, err := t.flattenNested(v, &flat, 0)
	if err != nil {
		return nil, err
	}
	inferred := dtype == tensor.Invalid
	if inferred {
		if dtype, err = t.inferDType(flat); err != nil {
			return nil, err
		}
	}
	out := &tensor.Tensor{DType: dtype, Dims: shape}
	for _, x := range flat {
		if err := t.appendElement(out, x, inferred); err != nil {
			return nil, err
		}
	}
	if dims == nil {
		return out, nil
	}
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	have := int64(len(flat))
	switch {
	case have == n:
	case have == 1 && n > maxConstant/int64(max(dtype.Size(), 16)):
		return nil, hint(t.errorf("MemoryError", "a constant of shape %s is too large for a graph", tensor.ShapeOf(dims...)), "use tf.fill, or a variable with an initializer")
	case have == 1:
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
	case *Range:
		if x.Len() > maxRepeat {
			return nil, t.errorf("MemoryError", "a range of more than %d elements", maxRepeat)
		}
		for i := int64(0); i < x.Len(); i++ {
			items = append(items, x.Start+i*x.Step)
		}
	case *Array:
		return t.flattenNested(hostValue(x.t), flat, depth)
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

// inferDType is the dtype that TensorFlow gives Python values: float32 for
// floats, int32 for ints that fit and else int64, and so on; an empty list is
// float32.
func (t *thread) inferDType(flat []Value) (tensor.DType, error) {
	if len(flat) == 0 {
		return tensor.Float32, nil
	}
	kind := tensor.Invalid
	rank := func(d tensor.DType) int {
		switch d {
		case tensor.Bool:
			return 1
		case tensor.Int32:
			return 2
		case tensor.Int64:
			return 3
		case tensor.Float32:
			return 4
		case tensor.Complex128:
			return 5
		}
		return 0
	}
	for _, v := range flat {
		var d tensor.DType
		switch x := v.(type) {
		case bool:
			d = tensor.Bool
		case int64:
			d = tensor.Int32
			if x != int64(int32(x)) {
				d = tensor.Int64
			}
		case *big.Int:
			if !x.IsUint64() {
				return 0, t.errorf("OverflowError", "integer %s is too large for a tensor", x)
			}
			d = tensor.Uint64
		case float64:
			d = tensor.Float32
		case complex128:
			d = tensor.Complex128
		case string, python.Bytes:
			d = tensor.String
		case *Scalar:
			d = x.dtype
		default:
			return 0, t.cannotConvert(v)
		}
		switch {
		case kind == tensor.Invalid || kind == d:
			kind = d
		case rank(kind) > 0 && rank(d) > 0:
			if (kind == tensor.Bool) != (d == tensor.Bool) {
				return 0, t.errorf("ValueError", "can't convert a Python sequence with mixed types to a tensor: it holds %s and %s", kind, d)
			}
			if rank(d) > rank(kind) {
				kind = d
			}
		default:
			return 0, t.errorf("ValueError", "can't convert a Python sequence with mixed types to a tensor: it holds %s and %s", kind, d)
		}
	}
	return kind, nil
}

func (t *thread) cannotConvert(v Value) error {
	if v == nil {
		return t.errorf("ValueError", "None values are not supported: a tensor was expected")
	}
	if _, ok := v.(*Dict); ok {
		return t.errorf("TypeError", "cannot convert a dict to a tensor")
	}
	return t.errorf("ValueError", "attempt to convert a value (%s) with an unsupported type (%s) to a tensor", t.repr(v), typeName(v))
}

// appendElement adds one scalar to a tensor, or says that it does not fit the
// dtype.
func (t *thread) appendElement(out *tensor.Tensor, v Value, inferred bool) error {
	d := out.DType
	if s, ok := v.(*Scalar); ok {
		v = s.value
	}
	misfit := func() error {
		return t.errorf("TypeError", "expected %s, but got %s of type %q", d, t.repr(v), typeName(v))
	}
	switch x := v.(type) {
	case string:
		if d != tensor.String {
			return misfit()
		}
		out.Strings = append(out.Strings, x)
		return nil
	case python.Bytes:
		if d != tensor.String {
			return misfit()
		}
		out.Strings = append(out.Strings, string(x))
		return nil
	case bool:
		if d != tensor.Bool {
			if !d.IsInteger() && !d.IsFloating() {
				return misfit()
			}
			return misfit()
		}
		b := byte(0)
		if x {
			b = 1
		}
		out.Data = append(out.Data, b)
		return nil
	case int64:
		switch {
		case d.IsFloating() || d.IsComplex():
			out.Data = tensor.AppendFloat(out.Data, d, float64(x))
		case d.IsInteger() || d.IsQuantized():
			lo, hi, _ := tensor.IntRange(d)
			if x < lo || (x > 0 && uint64(x) > hi) {
				return t.errorf("OverflowError", "integer %d is out of the range of %s", x, d)
			}
			out.Data = tensor.AppendBits(out.Data, d, uint64(x))
		default:
			return misfit()
		}
		return nil
	case *big.Int:
		switch {
		case d.IsFloating() || d.IsComplex():
			f, _ := new(big.Float).SetInt(x).Float64()
			out.Data = tensor.AppendFloat(out.Data, d, f)
		case d == tensor.Uint64 && x.IsUint64():
			out.Data = tensor.AppendBits(out.Data, d, x.Uint64())
		case d.IsInteger():
			return t.errorf("OverflowError", "integer %s is out of the range of %s", x, d)
		default:
			return misfit()
		}
		return nil
	case float64:
		if !d.IsFloating() && !d.IsComplex() {
			return misfit()
		}
		out.Data = tensor.AppendFloat(out.Data, d, x)
		return nil
	case complex128:
		if !d.IsComplex() {
			return misfit()
		}
		out.Data = tensor.AppendComplex(out.Data, d, x)
		return nil
	}
	return t.cannotConvert(v)
}

// handle gives the resource (or the path) of an object of the model in the
// current graph.
func (t *thread) handle(obj model.Object, name string) (*graph.Tensor, error) {
	return t.capture(t.tr.Handle(obj), name)
}

// Handle is the tensor of the outermost graph that stands for an object.
func (tr *Tracer) Handle(obj model.Object) *graph.Tensor {
	if h, ok := tr.handles[obj]; ok {
		return h
	}
	var h *graph.Tensor
	switch o := obj.(type) {
	case *model.Variable:
		h = tr.eager.AddObject(o.Name, o, tensor.Resource, tensor.ShapeOf(), []tensor.HandleData{{DType: o.DType, Shape: o.Shape}})
	case *model.Table:
		h = tr.eager.AddObject(o.Path(), o, tensor.Resource, tensor.ShapeOf(), nil)
	case *model.Asset:
		h = tr.eager.AddObject(o.Path(), o, tensor.String, tensor.ShapeOf(), nil)
	case *model.Constant:
		h = tr.eager.AddValue(o.Path(), o, o.Value)
	default:
		panic(fmt.Sprintf("internal error: no handle for %T", obj))
	}
	tr.handles[obj] = h
	return h
}

// readVariable adds a ReadVariableOp (ResourceVariable.value, TF 2.21).
func (t *thread) readVariable(v *model.Variable) (*graph.Tensor, error) {
	return t.rawTensor("ReadVariableOp", nil, kwArg{"resource", v}, kwArg{"dtype", v.DType})
}

func nameOr(name, other string) string {
	if name == "" {
		return other
	}
	return trimSlash(name)
}
