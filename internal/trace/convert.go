package trace

import (
	"errors"
	"fmt"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
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
	if want != tensor.Invalid && dtype == tensor.Invalid {
		// The preferred dtype is tried first (tensor_conversion_registry.py,
		// convert, TF 2.21).
		if x, err := t.convertPlain(v, want, name); err == nil || !conversionError(err) {
			return x, err
		}
	}
	return t.convertPlain(v, dtype, name)
}

// symbolicTensor is convert, but leaves a tensor of an outer graph there: the
// op that takes it captures it, in the order of its inputs.
func (t *thread) symbolicTensor(v Value, dtype tensor.DType) (*graph.Tensor, error) {
	if x, ok := v.(*graph.Tensor); ok && x.DType.Base() == dtype.Base() {
		return x, nil
	}
	return t.convert(v, dtype, tensor.Invalid, "")
}

// conversionError reports whether another dtype may be tried after an error.
func conversionError(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Type == "TypeError" || e.Type == "ValueError")
}

// convertPlain converts a Python value.
func (t *thread) convertPlain(v Value, dtype tensor.DType, name string) (*graph.Tensor, error) {
	switch x := v.(type) {
	case tensor.Shape:
		return t.shapeTensor(x, dtype, name)
	case *Range:
		return t.rangeTensor(x, dtype, name)
	}
	if t.hasTensor(v) {
		return t.pack(v, dtype, name)
	}
	c, err := t.hostTensor(v, dtype, nil)
	if err != nil {
		return nil, err
	}
	return t.constant(c, name)
}

// shapeTensor makes a constant of a static shape
// (constant_op.py, _tensor_shape_tensor_conversion_function, TF 2.21).
func (t *thread) shapeTensor(s tensor.Shape, dtype tensor.DType, name string) (*graph.Tensor, error) {
	if !s.FullyDefined() {
		return nil, hint(t.errorf("ValueError", "cannot convert a partially known TensorShape %s to a tensor", shapeText(s)), "use tf.shape(x), which is known when the graph runs")
	}
	need := tensor.Int32
	items := make([]Value, s.Rank())
	for i, d := range s.Dims() {
		items[i] = d
		if d != int64(int32(d)) {
			need = tensor.Int64
		}
	}
	switch {
	case dtype == tensor.Invalid:
		dtype = need
	case dtype != tensor.Int32 && dtype != tensor.Int64:
		return nil, t.errorf("TypeError", "cannot convert TensorShape %s to dtype %s: only int32 and int64 are allowed", shapeText(s), dtype)
	case dtype == tensor.Int32 && need == tensor.Int64:
		return nil, t.errorf("ValueError", "cannot convert TensorShape %s to dtype int32: a dimension is too large", shapeText(s))
	}
	c, err := t.hostTensor(&List{Items: items}, dtype, nil)
	if err != nil {
		return nil, err
	}
	return t.constant(c, nameOr(name, "shape_as_tensor"))
}

// rangeTensor makes a tf.range of a range
// (math_ops.py, _range_tensor_conversion_function, TF 2.21).
func (t *thread) rangeTensor(r *Range, dtype tensor.DType, name string) (*graph.Tensor, error) {
	var kw []kwArg
	if dtype != tensor.Invalid {
		kw = append(kw, kwArg{"dtype", dtype})
	}
	if name != "" {
		kw = append(kw, kwArg{"name", name})
	}
	v, err := t.libCallKw("range", []Value{r.Start, r.Stop, r.Step}, kw...)
	if err != nil {
		return nil, err
	}
	return v.(*graph.Tensor), nil
}

// capture brings a tensor of an outer graph into the current one.
func (t *thread) capture(x *graph.Tensor, name string) (*graph.Tensor, error) {
	if from := x.Node.Graph; from != t.graph && from.Name == topLevel {
		return nil, hint(t.errorf("NotImplementedError", "tensor %s was computed at the top level of a file, where only constants have values", x.Name()),
			"compute it in the function")
	}
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

// pack stacks a list that holds tensors; those of another dtype are cast
// (array_ops.py, _autopacking_conversion_function, TF 2.21).
func (t *thread) pack(v Value, dtype tensor.DType, name string) (*graph.Tensor, error) {
	inferred := packDType(v)
	if inferred == tensor.Invalid {
		return nil, t.errorf("TypeError", "cannot convert %s to a tensor", t.short(v))
	}
	if dtype == tensor.Invalid {
		dtype = inferred
	} else if dtype != inferred {
		var err error
		v, err = mapStructure(v, func(x Value) (Value, error) {
			if d, ok := dtypeOf(x); ok && d != dtype {
				return t.rawTensor("Cast", nil, kwArg{"x", x}, kwArg{"DstT", dtype})
			}
			return x, nil
		})
		if err != nil {
			return nil, err
		}
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
		label := itoa(i)
		if d, ok := dtypeOf(x); ok && d != dtype {
			return nil, t.errorf("TypeError", "cannot convert a list containing a tensor of dtype %s to %s: %s", d, dtype, t.repr(x))
		}
		switch x.(type) {
		case *graph.Tensor, *model.Variable, *unread, *model.Asset, *model.List, *Composite:
			elems[i], err = t.convert(x, dtype, tensor.Invalid, label)
		default:
			if t.hasTensor(x) {
				elems[i], err = t.packAs(x, dtype, label)
			} else {
				elems[i], err = t.convertConstant(x, dtype, label)
			}
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

// convertConstant is tf.constant.
func (t *thread) convertConstant(v Value, dtype tensor.DType, name string) (*graph.Tensor, error) {
	c, err := t.hostTensor(v, dtype, nil)
	if err != nil {
		return nil, err
	}
	return t.constant(c, name)
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
