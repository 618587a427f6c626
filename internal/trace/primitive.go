package trace

import (
	"math"
	"math/big"
	"sort"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// primitives are the names below tf that the evaluator implements itself.
var primitives map[string]Value

// primitiveSpaces are the namespaces that primitives stand in.
var primitiveSpaces = map[string]bool{"raw_ops": true}

func primitive(path string) (Value, bool) {
	v, ok := primitives[path]
	if ok {
		return v, true
	}
	name := strings.TrimPrefix(path, "dtypes.")
	if d, ok := tensor.ParseDType(name); ok && !strings.Contains(name, ".") && name != "float" {
		return d, true
	}
	return nil, false
}

func primitiveSpace(path string) bool { return primitiveSpaces[path] }

func primitiveNames() []string {
	names := make([]string, 0, len(primitives))
	for n := range primitives {
		names = append(names, n)
	}
	sort.Strings(names)
	return append(names, tensor.DTypeNames()...)
}

func init() {
	primitives = map[string]Value{
		"Tensor":                    &Type{Name: "Tensor", is: func(v Value) bool { _, ok := v.(*graph.Tensor); return ok }},
		"Variable":                  &Type{Name: "Variable", is: func(v Value) bool { _, ok := asVariable(v); return ok }, call: newVariable},
		"Module":                    &Type{Name: "Module", is: func(v Value) bool { _, ok := v.(*model.Module); return ok }},
		"Operation":                 &Type{Name: "Operation", is: func(v Value) bool { _, ok := v.(*graph.Node); return ok }},
		"DType":                     typeDType,
		"dtypes.DType":              typeDType,
		"TensorShape":               &Type{Name: "TensorShape", is: func(v Value) bool { _, ok := v.(tensor.Shape); return ok }, call: newShape},
		"TensorSpec":                &Type{Name: "TensorSpec", is: func(v Value) bool { _, ok := v.(*TensorSpec); return ok }, call: newTensorSpec},
		"newaxis":                   nil,
		"UnconnectedGradients.NONE": "none", "UnconnectedGradients.ZERO": "zero",
		"internal.np.pi":                  math.Pi,
		"internal.np.e":                   math.E,
		"internal.np.inf":                 math.Inf(1),
		"internal.np.nan":                 math.NaN(),
		"internal.np.newaxis":             nil,
		"internal.pymath.pi":              math.Pi,
		"internal.pymath.e":               math.E,
		"internal.pymath.tau":             2 * math.Pi,
		"internal.pymath.inf":             math.Inf(1),
		"internal.pymath.nan":             math.NaN(),
		"internal.string.ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
		"internal.string.ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		"internal.string.ascii_letters":   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
		"internal.string.digits":          "0123456789",
		"internal.string.hexdigits":       "0123456789abcdefABCDEF",
		"internal.string.punctuation":     "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
		"internal.string.whitespace":      " \t\n\r\v\f",
		// tensorflow/core/framework/rng_alg.h, TF 2.21
		"random.Algorithm.PHILOX": int64(1), "random.Algorithm.THREEFRY": int64(2), "random.Algorithm.AUTO_SELECT": int64(3),
		"version.VERSION": "2.21.0",
		"__version__":     "2.21.0",
	}
	for name, f := range map[string]func(t *thread, args *callArgs) (Value, error){
		"constant": tfConstant, "convert_to_tensor": tfConvert, "get_static_value": tfStaticValue,
		"internal.static_value": tfStaticValue, "internal.constant_value_as_shape": tfValueAsShape,
		"get_current_name_scope": tfCurrentScope,
		"name_scope":             tfNameScope, "device": tfDevice, "control_dependencies": tfControlDependencies,
		"internal.colocate_with": tfColocate,
		"GradientTape":           newTape, "autodiff.GradientTape": newTape, "gradients": tfGradients,
		"internal.skip_input_indices": tfSkippedInputs, "internal.handle_shape": tfHandleShape, "internal.handle_dtype": tfHandleDType,
		"internal.replay": tfReplay, "internal.vjp": tfVJP,
		"is_tensor": tfIsTensor, "executing_eagerly": tfEager, "as_dtype": tfAsDType, "dtypes.as_dtype": tfAsDType,
		"function": makeFunction, "custom_gradient": tfCustomGradient,
		"autograph.experimental.do_not_convert": tfIdentityDecorator, "autograph.experimental.set_loop_options": tfSetLoopOptions,
		"internal.composite": makeComposite, "internal.namedtuple": tfNamedTuple, "internal.defaultdict": newDefaultDict,
		"nest.flatten": nestFlatten, "nest.pack_sequence_as": nestPack, "nest.map_structure": nestMap,
		"nest.is_nested": nestIsNested, "nest.assert_same_structure": nestSame,
		"cond": tfCond, "switch_case": tfSwitchCase, "while_loop": tfWhileLoop,
	} {
		primitives[name] = &Builtin{Name: "tf." + name, Call: f}
	}
	for name, method := range map[string]string{
		"BILINEAR": "bilinear", "NEAREST_NEIGHBOR": "nearest", "BICUBIC": "bicubic", "AREA": "area", "LANCZOS3": "lanczos3",
		"LANCZOS5": "lanczos5", "GAUSSIAN": "gaussian", "MITCHELLCUBIC": "mitchellcubic",
	} {
		primitives["image.ResizeMethod."+name] = method
	}
	for _, name := range []string{"float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "complex64", "complex128", "bool_"} {
		d, _ := tensor.ParseDType(strings.TrimSuffix(name, "_"))
		primitives["internal.np."+name] = npType(name, d)
	}
	for name, f := range pymath {
		primitives["internal.pymath."+name] = &Builtin{Name: "math." + name, Call: f}
	}
	for name, f := range numpyFunctions() {
		primitives["internal.np."+name] = f
	}
	primitives["internal.np.ndarray"] = &Type{Name: "ndarray", is: func(v Value) bool { _, ok := v.(*Array); return ok }}
	primitives["internal.np.generic"] = &Type{Name: "generic", is: func(v Value) bool { _, ok := v.(*Scalar); return ok }}
	for path := range primitives {
		for i := strings.LastIndexByte(path, '.'); i > 0; i = strings.LastIndexByte(path[:i], '.') {
			primitiveSpaces[path[:i]] = true
		}
	}
	primitiveSpaces["dtypes"] = true
	primitiveSpaces["internal"] = true
}

var typeDType = &Type{Name: "DType", is: func(v Value) bool { _, ok := v.(tensor.DType); return ok }}

func tfConstant(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.constant", args, "value", "dtype?", "shape?", "name?")
	if err != nil {
		return nil, err
	}
	name := "Const"
	if s, ok := p[3].(string); ok {
		name = s
	}
	dtype, err := t.optionalDType(p[1])
	if err != nil {
		return nil, err
	}
	if x, ok := p[0].(*graph.Tensor); ok && p[2] == nil {
		return t.convert(x, dtype, tensor.Invalid, name)
	}
	if tensorLike(p[0]) || t.hasTensor(p[0]) {
		return nil, hint(t.errorf("TypeError", "tf.constant() takes values that are known now, not tensors"), "use tf.convert_to_tensor, tf.stack or tf.fill")
	}
	var dims []int64
	if p[2] != nil {
		s, err := t.shape(p[2])
		if err != nil {
			return nil, err
		}
		if !s.FullyDefined() {
			return nil, t.errorf("ValueError", "the shape of a constant must be fully known, not %s", shapeText(s))
		}
		dims = s.Dims()
	}
	c, err := t.hostTensor(p[0], dtype, dims)
	if err != nil {
		return nil, err
	}
	return t.constant(c, name)
}

func tfConvert(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.convert_to_tensor", args, "value", "dtype?", "dtype_hint?", "name?")
	if err != nil {
		return nil, err
	}
	dtype, err := t.optionalDType(p[1])
	if err != nil {
		return nil, err
	}
	want, err := t.optionalDType(p[2])
	if err != nil {
		return nil, err
	}
	name, _ := p[3].(string)
	if x, ok := p[0].(*graph.Tensor); ok && (dtype == tensor.Invalid || dtype == x.DType.Base()) {
		return x, nil // captured only where an op takes it
	}
	return t.convert(p[0], dtype, want, name)
}

// tfStaticValue is tf.get_static_value: what is known of a tensor by looking
// at few kinds of nodes only (tensor_util.constant_value, TF 2.21), so that
// library code takes the same branches as TensorFlow's.
func tfStaticValue(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.get_static_value", args, "tensor", "partial?")
	if err != nil {
		return nil, err
	}
	x, ok := p[0].(*graph.Tensor)
	if !ok {
		if tensorLike(p[0]) {
			return nil, nil
		}
		return p[0], nil
	}
	v := staticValue(x, staticDepth)
	if v == nil {
		return nil, nil
	}
	return hostValue(v), nil
}

func tfValueAsShape(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("constant_value_as_shape", args, "tensor")
	if err != nil {
		return nil, err
	}
	if x, ok := p[0].(*graph.Tensor); ok {
		return t.staticShape(x, staticDepth), nil
	}
	return t.shape(p[0])
}

// checkName looks at the name of a scope or op: below another scope it may
// begin with more than at the root (Graph.name_scope, ops.py, TF 2.21).
func (t *thread) checkName(name string) error {
	name = strings.TrimSuffix(name, "/")
	if scope := t.graph.Scope(); scope != "" && spec.CheckOpName(name) != nil {
		name = scope + "/" + name
	}
	return spec.CheckOpName(name)
}

func tfNameScope(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.name_scope", args, "name")
	if err != nil {
		return nil, err
	}
	name, ok := p[0].(string)
	if !ok {
		return nil, t.errorf("ValueError", "the name of a name scope must be a string, not %s", typeName(p[0]))
	}
	if name != "" {
		if err := t.checkName(name); err != nil {
			return nil, t.wrap("ValueError", err)
		}
	}
	return &Context{name: "name_scope", enter: func(t *thread) (Value, func(), error) {
		scope, pop := t.graph.PushScope(name)
		if scope != "" {
			scope += "/"
		}
		return scope, pop, nil
	}}, nil
}

func tfCurrentScope(t *thread, args *callArgs) (Value, error) {
	_, err := t.params("tf.get_current_name_scope", args)
	return t.graph.Scope(), err
}

func tfDevice(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.device", args, "device_name")
	if err != nil {
		return nil, err
	}
	name, _ := p[0].(string)
	if p[0] != nil && name == "" {
		return nil, t.errorf("ValueError", "tf.device() takes a device name such as \"/CPU:0\", not %s", t.repr(p[0]))
	}
	device, err := canonicalDevice(name)
	if err != nil {
		return nil, t.wrap("ValueError", err)
	}
	return &Context{name: "device", enter: func(t *thread) (Value, func(), error) {
		return nil, t.graph.PushDevice(mergeDevice(t.graph.Device(), device)), nil
	}}, nil
}

func tfControlDependencies(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.control_dependencies", args, "control_inputs")
	if err != nil {
		return nil, err
	}
	return &Context{name: "control_dependencies", enter: func(t *thread) (Value, func(), error) {
		if p[0] == nil {
			return nil, t.graph.ClearControl(), nil
		}
		items, err := t.items(p[0])
		if err != nil {
			return nil, nil, err
		}
		var nodes []*graph.Node
		for _, v := range items {
			switch x := v.(type) {
			case *graph.Node:
				nodes = append(nodes, x)
			case *graph.Tensor:
				nodes = append(nodes, x.Node)
			case *Composite:
				for _, c := range x.tensors() {
					nodes = append(nodes, c.Node)
				}
			case *unread:
				nodes = append(nodes, x.op)
			case *model.Variable:
				r, err := t.readVariable(x)
				if err != nil {
					return nil, nil, err
				}
				nodes = append(nodes, r.Node)
			case nil: // what a function without a result returns
			default:
				return nil, nil, t.errorf("TypeError", "control inputs must be operations or tensors, not %s", typeName(v))
			}
		}
		return nil, t.graph.PushControl(nodes), nil
	}}, nil
}

// tfColocate puts the attribute _class on the nodes made inside.
func tfColocate(t *thread, args *callArgs) (Value, error) {
	return &Context{name: "colocate_with", enter: func(t *thread) (Value, func(), error) {
		switch x := args.pos[0].(type) {
		case *graph.Tensor:
			return nil, t.graph.PushColocation(x.Node), nil
		case *model.Variable:
			h, err := t.handle(x, "")
			if err != nil {
				return nil, nil, err
			}
			return nil, t.graph.PushColocation(h.Node), nil
		}
		return nil, func() {}, nil
	}}, nil
}

func tfIsTensor(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.is_tensor", args, "x")
	if err != nil {
		return nil, err
	}
	if c, ok := p[0].(*Composite); ok {
		_, ok := t.tr.lib.index.exports[c.typ+".__spec__"]
		return ok, nil
	}
	return tensorLike(p[0]), nil
}

func tfEager(*thread, *callArgs) (Value, error) { return false, nil }

func tfAsDType(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.as_dtype", args, "type_value")
	if err != nil {
		return nil, err
	}
	d, err := t.dtype(p[0])
	return d, err
}

func tfIdentityDecorator(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("do_not_convert", args, "func?")
	if err != nil {
		return nil, err
	}
	if p[0] == nil {
		return &Builtin{Name: "do_not_convert", Call: tfIdentityDecorator}, nil
	}
	return p[0], nil
}

func tfNamedTuple(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("namedtuple", args, "typename", "field_names")
	if err != nil {
		return nil, err
	}
	typ := &TupleType{}
	typ.Name, _ = p[0].(string)
	if s, ok := p[1].(string); ok {
		typ.Fields = strings.Fields(strings.ReplaceAll(s, ",", " "))
		return typ, nil
	}
	items, err := t.items(p[1])
	if err != nil {
		return nil, err
	}
	for _, x := range items {
		typ.Fields = append(typ.Fields, t.str(x))
	}
	return typ, nil
}

// newDefaultDict gives a dict a function that makes its missing values.
func newDefaultDict(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("collections.defaultdict", args, "default_factory", "dict", "counter?")
	if err != nil {
		return nil, err
	}
	d, err := t.asDict(p[1])
	if err != nil {
		return nil, err
	}
	d.factory, d.counter = p[0], p[2] == true
	return d, nil
}

func newShape(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.TensorShape", args, "dims")
	if err != nil {
		return nil, err
	}
	s, err := t.shape(p[0])
	return s, err
}

func newTensorSpec(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.TensorSpec", args, "shape?", "dtype?", "name?")
	if err != nil {
		return nil, err
	}
	s := &TensorSpec{DType: tensor.Float32}
	if s.Shape, err = t.shape(p[0]); err != nil {
		return nil, err
	}
	if p[1] != nil {
		if s.DType, err = t.dtype(p[1]); err != nil {
			return nil, err
		}
	}
	s.Name, _ = p[2].(string)
	return s, nil
}

func newVariable(t *thread, _ *callArgs) (Value, error) {
	return nil, hint(t.errorf("ValueError", "a variable cannot be made inside a function"), "declare it in the description, under variables:")
}

func nestFlatten(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.nest.flatten", args, "structure", "expand_composites?")
	if err != nil {
		return nil, err
	}
	leaves := flatten(t.unwrapModel(p[0]))
	if p[1] == true {
		leaves = expand(leaves)
	}
	return &List{Items: leaves}, nil
}

func nestPack(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.nest.pack_sequence_as", args, "structure", "flat_sequence", "expand_composites?")
	if err != nil {
		return nil, err
	}
	items, err := t.items(p[1])
	if err != nil {
		return nil, err
	}
	if p[2] != true {
		return t.repack(p[0], items)
	}
	at := 0
	out, err := mapStructure(p[0], func(v Value) (Value, error) {
		take := func() (Value, error) {
			if at >= len(items) {
				return nil, t.errorf("ValueError", "the structure has more leaves than the %d given", len(items))
			}
			at++
			return items[at-1], nil
		}
		c, ok := v.(*Composite)
		if !ok {
			return take()
		}
		return t.mapComposite(c, func(*graph.Tensor) (*graph.Tensor, error) {
			v, err := take()
			if err != nil {
				return nil, err
			}
			return t.convert(v, tensor.Invalid, tensor.Invalid, "")
		})
	})
	if err == nil && at < len(items) {
		err = t.errorf("ValueError", "the structure has %d leaves, but %d are given", at, len(items))
	}
	return out, err
}

func nestMap(t *thread, args *callArgs) (Value, error) {
	if len(args.pos) < 2 {
		return nil, t.errorf("TypeError", "tf.nest.map_structure() takes a function and at least one structure")
	}
	expandAll, _ := args.keyword("expand_composites")
	first := t.unwrapModel(args.pos[1])
	columns := make([][]Value, len(args.pos)-1)
	for i, s := range args.pos[1:] {
		s = t.unwrapModel(s)
		if d := sameStructure(first, s); d != "" {
			return nil, t.errorf("ValueError", "the structures differ: %s", d)
		}
		columns[i] = flatten(s)
		if expandAll == true {
			columns[i] = expand(columns[i])
		}
	}
	out := make([]Value, len(columns[0]))
	for i := range out {
		row := make([]Value, len(columns))
		for j := range columns {
			row[j] = columns[j][i]
		}
		v, err := t.call(args.pos[0], &callArgs{pos: row})
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	if expandAll == true {
		return nestPack(t, &callArgs{pos: []Value{first, &List{Items: out}, true}})
	}
	return t.repack(first, out)
}

func nestIsNested(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.nest.is_nested", args, "seq")
	if err != nil {
		return nil, err
	}
	return isNested(t.unwrapModel(p[0])), nil
}

func nestSame(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.nest.assert_same_structure", args, "nest1", "nest2", "check_types?", "expand_composites?")
	if err != nil {
		return nil, err
	}
	if d := sameStructure(t.unwrapModel(p[0]), t.unwrapModel(p[1])); d != "" {
		return nil, t.errorf("ValueError", "the two structures don't have the same nested structure: %s", d)
	}
	return nil, nil
}

// npTypes are the dtypes that NumPy's scalar types stand for.
var npTypes = map[*Type]tensor.DType{}

// numpyType is the scalar type of NumPy for a dtype; the dtype where it has none.
func numpyType(d tensor.DType) Value {
	for typ, of := range npTypes {
		if of == d {
			return typ
		}
	}
	return d
}

func npType(name string, d tensor.DType) *Type {
	typ := &Type{Name: name, is: func(v Value) bool { s, ok := v.(*Scalar); return ok && s.dtype == d },
		call: func(t *thread, args *callArgs) (Value, error) {
			p, err := t.params("np."+name, args, "x?")
			if err != nil {
				return nil, err
			}
			x := p[0]
			if x == nil {
				x = int64(0)
			}
			if text, ok := x.(string); ok && d.IsFloating() {
				if x, err = pyFloat(t, positional(text)); err != nil {
					return nil, err
				}
			}
			a, _, err := t.asArray(x)
			if err != nil {
				return nil, err
			}
			if a, err = t.astype(a, d); err != nil {
				return nil, err
			}
			return unpacked(a), nil
		}}
	npTypes[typ] = d
	return typ
}

func npProd(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("prod", args, "iterable")
	if err != nil {
		return nil, err
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	acc := Value(int64(1))
	for _, x := range items {
		if acc, _, err = t.arithmetic(2, acc, number(x)); err != nil {
			return nil, err
		}
		if acc == nil {
			return nil, t.errorf("TypeError", "prod() takes numbers")
		}
	}
	return acc, nil
}

func bigUint(u uint64) *big.Int { return new(big.Int).SetUint64(u) }

// libCall calls a library function by its public name.
func (t *thread) libCall(path string, args ...Value) (Value, error) {
	f, ok, err := t.tr.lib.lookup(t, path)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, t.errorf("NotImplementedError", "tf.%s is not supported", path)
	}
	return t.call(f, positional(args...))
}

// libCallKw calls a library function with keywords.
func (t *thread) libCallKw(path string, pos []Value, kw ...kwArg) (Value, error) {
	f, ok, err := t.tr.lib.lookup(t, path)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, t.errorf("NotImplementedError", "tf.%s is not supported", path)
	}
	return t.call(f, &callArgs{pos: pos, kw: kw})
}
