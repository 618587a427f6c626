package trace

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
)

// sliceAssign is var[…].assign(value): of a slice of a variable, which the
// slice has been read from (array_ops.py, strided_slice, TF 2.21).
func sliceAssign(t *thread, self Value, args *callArgs) (Value, error) {
	p, err := t.params("assign", args, "value", "name?")
	if err != nil {
		return nil, err
	}
	n := self.(*graph.Tensor).Node
	var v *model.Variable
	if n.Op() == "StridedSlice" && n.Inputs[0].Node.Op() == "ReadVariableOp" {
		v = t.variableOf(n.Inputs[0].Node.Inputs[0])
	}
	if v == nil {
		return nil, hint(t.errorf("ValueError", "sliced assignment is only supported for variables"), "a tensor is changed with tf.tensor_scatter_nd_update")
	}
	value, err := t.convert(p[0], v.DType, tensor.Invalid, "value")
	if err != nil {
		return nil, err
	}
	kw := []kwArg{{"ref", v}, {"begin", n.Inputs[1]}, {"end", n.Inputs[2]}, {"strides", n.Inputs[3]}, {"value", value}, {"name", p[1]}}
	for _, mask := range []string{"begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"} {
		kw = append(kw, kwArg{mask, n.Attrs[mask]})
	}
	op, err := t.callRaw("ResourceStridedSliceAssign", kw...)
	return afterAssign(v, op), err
}

// variableOf finds the variable that a handle in the current graph is of.
func (t *thread) variableOf(handle *graph.Tensor) *model.Variable { return variableIn(t.graph, handle) }

// variableIn finds the variable that a handle in a graph is of.
func variableIn(g *graph.Graph, handle *graph.Tensor) *model.Variable {
	for ; handle != nil && g != nil; g = g.Outer {
		if v, ok := handle.Node.Object.(*model.Variable); ok {
			return v
		}
		handle = g.OuterOf(handle)
	}
	if handle != nil {
		v, _ := handle.Node.Object.(*model.Variable)
		return v
	}
	return nil
}

// variableMethods are those of a tf.Variable
// (tensorflow/python/ops/resource_variable_ops.py, TF 2.21).
func variableMethods() map[string]method {
	on := func(f func(t *thread, v *model.Variable, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*model.Variable), args) }}
	}
	shape := property(func(_ *thread, v Value) (Value, error) { return v.(*model.Variable).Shape, nil })
	value := on(func(t *thread, v *model.Variable, _ *callArgs) (Value, error) { return t.readVariable(v) })
	return map[string]method{
		"shape":     shape,
		"get_shape": {call: shape.call},
		"dtype":     property(func(_ *thread, v Value) (Value, error) { return v.(*model.Variable).DType, nil }),
		"name":      property(func(_ *thread, v Value) (Value, error) { return v.(*model.Variable).Name + ":0", nil }),
		"trainable": property(func(_ *thread, v Value) (Value, error) { return v.(*model.Variable).Trainable, nil }),
		"handle":    property(func(t *thread, v Value) (Value, error) { return t.handle(v.(*model.Variable), "resource") }),
		"ndim": property(func(_ *thread, v Value) (Value, error) {
			if s := v.(*model.Variable).Shape; s.Known() {
				return int64(s.Rank()), nil
			}
			return nil, nil
		}),
		"value": value,
		"read_value": on(func(t *thread, v *model.Variable, _ *callArgs) (Value, error) {
			_, pop := t.graph.PushScope("Read")
			defer pop()
			x, err := t.readVariable(v)
			if err != nil {
				return nil, err
			}
			return t.rawTensor("Identity", nil, kwArg{"input", x})
		}),
		"assign":     on(assigner("AssignVariableOp", "assign")),
		"assign_add": on(assigner("AssignAddVariableOp", "assign_add")),
		"assign_sub": on(assigner("AssignSubVariableOp", "assign_sub")),
		"sparse_read": on(func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
			p, err := t.params("sparse_read", args, "indices", "name?")
			if err != nil {
				return nil, err
			}
			name := p[1]
			if name == nil {
				name = "Gather"
			}
			scope, pop := t.graph.PushScope(t.str(name))
			defer pop()
			return t.rawTensor("ResourceGather", scope+"/", kwArg{"resource", v}, kwArg{"indices", p[0]}, kwArg{"dtype", v.DType})
		}),
		"gather_nd": on(func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
			p, err := t.params("gather_nd", args, "indices", "name?")
			if err != nil {
				return nil, err
			}
			name := p[1]
			if name == nil {
				name = "GatherNd"
			}
			scope, pop := t.graph.PushScope(t.str(name))
			x, err := t.rawTensor("ResourceGatherNd", scope+"/", kwArg{"resource", v}, kwArg{"indices", p[0]}, kwArg{"dtype", v.DType})
			pop()
			if err != nil {
				return nil, err
			}
			return t.rawTensor("Identity", nil, kwArg{"input", x})
		}),
		"scatter_sub":       on(scatter("ResourceScatterSub")),
		"scatter_add":       on(scatter("ResourceScatterAdd")),
		"scatter_max":       on(scatter("ResourceScatterMax")),
		"scatter_min":       on(scatter("ResourceScatterMin")),
		"scatter_mul":       on(scatter("ResourceScatterMul")),
		"scatter_div":       on(scatter("ResourceScatterDiv")),
		"scatter_update":    on(scatter("ResourceScatterUpdate")),
		"scatter_nd_sub":    on(scatterNd("ResourceScatterNdSub")),
		"scatter_nd_add":    on(scatterNd("ResourceScatterNdAdd")),
		"scatter_nd_update": on(scatterNd("ResourceScatterNdUpdate")),
		"scatter_nd_max":    on(scatterNd("ResourceScatterNdMax")),
		"scatter_nd_min":    on(scatterNd("ResourceScatterNdMin")),
		"is_initialized": on(func(t *thread, v *model.Variable, _ *callArgs) (Value, error) {
			return t.rawTensor("VarIsInitializedOp", nil, kwArg{"resource", v})
		}),
	}
}

// assigner is assign and its kin: the value is converted to the variable's
// dtype, its shape must fit.
func assigner(opName, method string) func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
	return func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
		params := []string{"value", "use_locking?", "name?", "read_value?"}
		if method != "assign" {
			params[0] = "delta"
		}
		p, err := t.params(method, args, params...)
		if err != nil {
			return nil, err
		}
		x, err := t.symbolicTensor(p[0], v.DType)
		if err != nil {
			return nil, t.prefix(err, "cannot %s to variable %q of dtype %s", method, v.Path(), v.DType)
		}
		if !v.Shape.Compatible(x.Shape()) {
			return nil, t.errorf("ValueError", "cannot %s value to variable %q: shape mismatch. The variable shape %s and the assigned value shape %s are incompatible",
				method, v.Path(), shapeText(v.Shape), shapeText(x.Shape()))
		}
		kw := []kwArg{{"resource", v}, {"value", x}}
		if p[2] != nil {
			kw = append(kw, kwArg{"name", p[2]})
		}
		// TensorFlow 2.21 also sets validate_shape, which 2.4 does not know; the
		// shapes have been compared above.
		op, err := t.callRaw(opName, kw...)
		return afterAssign(v, op), err
	}
}

// scatter is v.scatter_add(IndexedSlices) and its kin.
func scatter(opName string) func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
	return func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
		p, err := t.params("scatter", args, "sparse_delta", "use_locking?", "name?")
		if err != nil {
			return nil, err
		}
		c, ok := p[0].(*Composite)
		if !ok || c.typ != "IndexedSlices" {
			return nil, t.errorf("TypeError", "argument 'sparse_delta' must be a tf.IndexedSlices, not %s", typeName(p[0]))
		}
		values, err := t.getAttr(c, "values")
		if err != nil {
			return nil, err
		}
		indices, err := t.getAttr(c, "indices")
		if err != nil {
			return nil, err
		}
		updates, err := t.convert(values, v.DType, tensor.Invalid, "")
		if err != nil {
			return nil, err
		}
		op, err := t.callRaw(opName, kwArg{"resource", v}, kwArg{"indices", indices}, kwArg{"updates", updates}, kwArg{"name", p[2]})
		return afterAssign(v, op), err
	}
}

func scatterNd(opName string) func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
	return func(t *thread, v *model.Variable, args *callArgs) (Value, error) {
		p, err := t.params("scatter_nd", args, "indices", "updates", "name?")
		if err != nil {
			return nil, err
		}
		updates, err := t.convert(p[1], v.DType, tensor.Invalid, "")
		if err != nil {
			return nil, err
		}
		op, err := t.callRaw(opName, kwArg{"ref", v}, kwArg{"indices", p[0]}, kwArg{"updates", updates}, kwArg{"name", p[2]})
		return afterAssign(v, op), err
	}
}

// callRaw calls a raw op.
func (t *thread) callRaw(name string, kw ...kwArg) (Value, error) {
	f, ok := rawOp(name)
	if !ok {
		panic("internal error: no op " + name)
	}
	return t.call(f, &callArgs{kw: kw})
}
