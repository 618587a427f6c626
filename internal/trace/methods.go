package trace

import (
	"math"
	"math/bits"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
)

func init() {
	methods = map[string]map[string]method{
		"str":              stringMethods(),
		"bytes":            bytesMethods(),
		"list":             listMethods(),
		"tuple":            {"index": {call: seqIndex}, "count": {call: seqCount}, "_fields": property(tupleFields), "_asdict": {call: tupleAsDict}, "_replace": {call: tupleReplace}},
		"dict":             dictMethods(),
		"set":              setMethods(),
		"ListWrapper":      {"index": {call: seqIndex}},
		"DictWrapper":      {"keys": modelDictView("keys"), "values": modelDictView("values"), "items": modelDictView("items"), "get": {call: modelDictGet}},
		"Tensor":           tensorMethods(),
		"Variable":         variableMethods(),
		"Operation":        operationMethods(),
		"GradientTape":     tapeMethods(),
		"Asset":            {"asset_path": property(func(t *thread, v Value) (Value, error) { return t.handle(v.(*model.Asset), "asset_path") })},
		"DType":            dtypeMethods(),
		"TensorShape":      shapeMethods(),
		"TensorSpec":       tensorSpecMethods(),
		"Table":            tableMethods(),
		"function":         functionMethods(),
		"ConcreteFunction": concreteMethods(),
		"float":            floatMethods(),
		"int":              intMethods(),
		"bool":             intMethods(),
		"complex":          complexMethods(),
		"range":            rangeMethods(),
		"ndarray": {
			"shape": property(func(_ *thread, v Value) (Value, error) {
				out := &Tuple{}
				for _, d := range v.(*Array).t.Dims {
					out.Items = append(out.Items, d)
				}
				return out, nil
			}),
			"dtype":  property(func(_ *thread, v Value) (Value, error) { return v.(*Array).t.DType, nil }),
			"tolist": {call: func(_ *thread, v Value, _ *callArgs) (Value, error) { return hostValue(v.(*Array).t), nil }},
		},
	}
}

func seqIndex(t *thread, self Value, args *callArgs) (Value, error) {
	p, err := t.params("index", args, "value", "start?", "stop?")
	if err != nil {
		return nil, err
	}
	items, err := t.items(self)
	if err != nil {
		return nil, err
	}
	start, stop, _, err := t.sliceBounds(&Slice{Start: p[1], Stop: p[2]}, int64(len(items)))
	if err != nil {
		return nil, err
	}
	for i := start; i < stop; i++ {
		if same, err := t.same(items[i], p[0]); err != nil || same {
			return i, err
		}
	}
	return nil, t.errorf("ValueError", "%s is not in the list", t.short(p[0]))
}

func seqCount(t *thread, self Value, args *callArgs) (Value, error) {
	p, err := t.params("count", args, "value")
	if err != nil {
		return nil, err
	}
	items, err := t.items(self)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, x := range items {
		same, err := t.same(x, p[0])
		if err != nil {
			return nil, err
		}
		if same {
			n++
		}
	}
	return n, nil
}

func tupleFields(t *thread, self Value) (Value, error) {
	x := self.(*Tuple)
	if x.Type == nil {
		return nil, t.errorf("AttributeError", "tuple has no attribute %q", "_fields")
	}
	out := &Tuple{}
	for _, f := range x.Type.Fields {
		out.Items = append(out.Items, f)
	}
	return out, nil
}

func tupleAsDict(_ *thread, self Value, _ *callArgs) (Value, error) {
	x, d := self.(*Tuple), NewDict()
	if x.Type != nil {
		for i, f := range x.Type.Fields {
			d.Set(f, x.Items[i])
		}
	}
	return d, nil
}

func tupleReplace(t *thread, self Value, args *callArgs) (Value, error) {
	x := self.(*Tuple)
	if x.Type == nil {
		return nil, t.errorf("AttributeError", "tuple has no attribute %q", "_replace")
	}
	out := &Tuple{Type: x.Type, Items: append([]Value(nil), x.Items...)}
next:
	for _, k := range args.kw {
		for i, f := range x.Type.Fields {
			if f == k.name {
				out.Items[i] = k.value
				continue next
			}
		}
		return nil, t.errorf("ValueError", "got unexpected field name %q", k.name)
	}
	return out, nil
}

// newNamedTuple calls the type of a named tuple.
func (t *thread) newNamedTuple(typ *TupleType, args *callArgs) (Value, error) {
	p, err := t.params(typ.Name, args, typ.Fields...)
	return &Tuple{Items: p, Type: typ}, err
}

// extend is l += v.
func (t *thread) extend(l *List, v Value) error {
	items, err := t.items(v)
	if err != nil {
		return err
	}
	if len(l.Items)+len(items) > maxRepeat {
		return t.errorf("MemoryError", "a list of more than %d elements", maxRepeat)
	}
	l.Items = append(l.Items, items...)
	return t.charge(len(items))
}

func floatMethods() map[string]method {
	return map[string]method{
		"real": property(func(_ *thread, v Value) (Value, error) { return v, nil }),
		"imag": property(func(*thread, Value) (Value, error) { return 0.0, nil }),
		"is_integer": {call: func(_ *thread, v Value, _ *callArgs) (Value, error) {
			f := v.(float64)
			return f == math.Trunc(f) && !math.IsInf(f, 0), nil
		}},
	}
}

func intMethods() map[string]method {
	self := property(func(_ *thread, v Value) (Value, error) { return number(v), nil })
	return map[string]method{
		"real":       self,
		"numerator":  self,
		"imag":       property(func(*thread, Value) (Value, error) { return int64(0), nil }),
		"bit_length": {call: func(_ *thread, v Value, _ *callArgs) (Value, error) { return int64(bigInt(number(v)).BitLen()), nil }},
		"bit_count": {call: func(_ *thread, v Value, _ *callArgs) (Value, error) {
			n := 0
			for _, w := range bigInt(number(v)).Bits() {
				n += bits.OnesCount(uint(w))
			}
			return int64(n), nil
		}},
	}
}

func complexMethods() map[string]method {
	return map[string]method{
		"real": property(func(_ *thread, v Value) (Value, error) { return real(v.(complex128)), nil }),
		"imag": property(func(_ *thread, v Value) (Value, error) { return imag(v.(complex128)), nil }),
		"conjugate": {call: func(_ *thread, v Value, _ *callArgs) (Value, error) {
			return complex(real(v.(complex128)), -imag(v.(complex128))), nil
		}},
	}
}

func rangeMethods() map[string]method {
	return map[string]method{
		"start": property(func(_ *thread, v Value) (Value, error) { return v.(*Range).Start, nil }),
		"stop":  property(func(_ *thread, v Value) (Value, error) { return v.(*Range).Stop, nil }),
		"step":  property(func(_ *thread, v Value) (Value, error) { return v.(*Range).Step, nil }),
		"index": {call: seqIndex},
		"count": {call: seqCount},
	}
}

func listMethods() map[string]method {
	on := func(f func(t *thread, l *List, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*List), args) }}
	}
	return map[string]method{
		"append": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("append", args, "object")
			if err == nil {
				l.Items = append(l.Items, p[0])
			}
			return nil, err
		}),
		"extend": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("extend", args, "iterable")
			if err != nil {
				return nil, err
			}
			return nil, t.extend(l, p[0])
		}),
		"insert": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("insert", args, "index", "object")
			if err != nil {
				return nil, err
			}
			i, err := t.index(p[0], "list")
			if err != nil {
				return nil, err
			}
			n := int64(len(l.Items))
			if i < 0 {
				i += n
			}
			i = min(max(i, 0), n)
			l.Items = append(l.Items[:i:i], append([]Value{p[1]}, l.Items[i:]...)...)
			return nil, nil
		}),
		"pop": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("pop", args, "index?")
			if err != nil {
				return nil, err
			}
			i := int64(-1)
			if p[0] != nil {
				if i, err = t.index(p[0], "list"); err != nil {
					return nil, err
				}
			}
			n := int64(len(l.Items))
			if i < 0 {
				i += n
			}
			if i < 0 || i >= n {
				return nil, t.errorf("IndexError", "pop index out of range")
			}
			v := l.Items[i]
			l.Items = append(l.Items[:i:i], l.Items[i+1:]...)
			return v, nil
		}),
		"remove": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("remove", args, "value")
			if err != nil {
				return nil, err
			}
			i, err := seqIndex(t, l, positional(p[0]))
			if err != nil {
				return nil, err
			}
			return nil, t.delItem(l, i)
		}),
		"reverse": on(func(_ *thread, l *List, _ *callArgs) (Value, error) {
			for i, j := 0, len(l.Items)-1; i < j; i, j = i+1, j-1 {
				l.Items[i], l.Items[j] = l.Items[j], l.Items[i]
			}
			return nil, nil
		}),
		"sort": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("sort", args, "key?", "reverse?")
			if err != nil {
				return nil, err
			}
			l.Items, err = t.sortItems(l.Items, p[0], p[1])
			return nil, err
		}),
		"copy": on(func(_ *thread, l *List, _ *callArgs) (Value, error) {
			return &List{Items: append([]Value(nil), l.Items...)}, nil
		}),
		"clear": on(func(_ *thread, l *List, _ *callArgs) (Value, error) { l.Items = nil; return nil, nil }),
		"index": {call: seqIndex},
		"count": {call: seqCount},
	}
}

func dictMethods() map[string]method {
	on := func(f func(t *thread, d *Dict, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*Dict), args) }}
	}
	return map[string]method{
		"keys":   on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return &dictView{d, "keys"}, nil }),
		"values": on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return &dictView{d, "values"}, nil }),
		"items":  on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return &dictView{d, "items"}, nil }),
		"get": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			p, err := t.params("get", args, "key", "default?")
			if err != nil {
				return nil, err
			}
			if v, ok := d.Get(p[0]); ok {
				return v, nil
			}
			return p[1], nil
		}),
		"pop": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			p, err := t.params("pop", args, "key", "default?")
			if err != nil {
				return nil, err
			}
			if v, ok := d.Get(p[0]); ok {
				d.Delete(p[0])
				return v, nil
			}
			if len(args.pos)+len(args.kw) > 1 {
				return p[1], nil
			}
			return nil, t.keyError(p[0], d.Keys())
		}),
		"setdefault": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			p, err := t.params("setdefault", args, "key", "default?")
			if err != nil {
				return nil, err
			}
			if v, ok := d.Get(p[0]); ok {
				return v, nil
			}
			return p[1], t.setItem(d, p[0], p[1])
		}),
		"update": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			m, err := pyDict(t, args)
			if err == nil {
				m.(*Dict).Each(func(k, v Value) bool { d.Set(k, v); return true })
			}
			return nil, err
		}),
		"copy":  on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return d.Copy(), nil }),
		"clear": on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { *d = *NewDict(); return nil, nil }),
		"popitem": on(func(t *thread, d *Dict, _ *callArgs) (Value, error) {
			keys := d.Keys()
			if len(keys) == 0 {
				return nil, t.errorf("KeyError", "popitem(): dictionary is empty")
			}
			last := keys[len(keys)-1]
			v, _ := d.Get(last)
			d.Delete(last)
			return &Tuple{Items: []Value{last, v}}, nil
		}),
	}
}

// modelDictView is keys(), values() or items() of a dict of the model.
func modelDictView(kind string) method {
	return method{call: func(t *thread, self Value, _ *callArgs) (Value, error) {
		d, err := t.asDict(self)
		return &dictView{d, kind}, err
	}}
}

func modelDictGet(t *thread, self Value, args *callArgs) (Value, error) {
	d, err := t.asDict(self)
	if err != nil {
		return nil, err
	}
	return methods["dict"]["get"].call(t, d, args)
}

// libMethod is a method of a tensor that a library function provides.
func libMethod(path string) method {
	return method{call: func(t *thread, self Value, args *callArgs) (Value, error) {
		f, ok, err := t.tr.lib.lookup(t, path)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, t.errorf("AttributeError", "tf.%s is not supported", path)
		}
		return t.call(f, &callArgs{pos: append([]Value{self}, args.pos...), kw: args.kw})
	}}
}

func tensorMethods() map[string]method {
	shape := property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Tensor).Shape(), nil })
	return map[string]method{
		"shape":     shape,
		"get_shape": {call: shape.call},
		"dtype":     property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Tensor).DType, nil }),
		"name":      property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Tensor).Name(), nil }),
		"op":        property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Tensor).Node, nil }),
		"device":    property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Tensor).Node.Device, nil }),
		"value_index": property(func(_ *thread, v Value) (Value, error) {
			return int64(v.(*graph.Tensor).Index), nil
		}),
		"ndim": property(func(t *thread, v Value) (Value, error) {
			s := v.(*graph.Tensor).Shape()
			if !s.Known() {
				return nil, nil
			}
			return int64(s.Rank()), nil
		}),
		"assign": {call: sliceAssign},
		"set_shape": {call: func(t *thread, v Value, args *callArgs) (Value, error) {
			p, err := t.params("set_shape", args, "shape")
			if err != nil {
				return nil, err
			}
			s, err := t.shape(p[0])
			if err != nil {
				return nil, err
			}
			return nil, t.wrap("ValueError", v.(*graph.Tensor).SetShape(s))
		}},
	}
}

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

func operationMethods() map[string]method {
	return map[string]method{
		"name":    property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Node).Name, nil }),
		"type":    property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Node).Op(), nil }),
		"device":  property(func(_ *thread, v Value) (Value, error) { return v.(*graph.Node).Device, nil }),
		"outputs": property(func(_ *thread, v Value) (Value, error) { return tensorList(v.(*graph.Node).Outputs), nil }),
		"inputs":  property(func(_ *thread, v Value) (Value, error) { return tensorList(v.(*graph.Node).Inputs), nil }),
		"get_attr": {call: func(t *thread, v Value, args *callArgs) (Value, error) {
			p, err := t.params("get_attr", args, "name")
			if err != nil {
				return nil, err
			}
			n := v.(*graph.Node)
			name, _ := p[0].(string)
			a, ok := n.Attrs[name]
			if !ok {
				return nil, t.errorf("ValueError", "operation %q has no attribute named %q", n.Name, name)
			}
			return attrAsPython(a), nil
		}},
	}
}

func tensorList(list []*graph.Tensor) *List {
	out := &List{}
	for _, x := range list {
		out.Items = append(out.Items, x)
	}
	return out
}

func dtypeMethods() map[string]method {
	is := func(f func(d tensor.DType) bool) method {
		return property(func(_ *thread, v Value) (Value, error) { return f(v.(tensor.DType)), nil })
	}
	limit := func(lowest bool) method {
		return property(func(t *thread, v Value) (Value, error) {
			d := v.(tensor.DType).Base()
			if lo, hi, ok := tensor.IntRange(d); ok && !d.IsQuantized() {
				if lowest {
					return lo, nil
				}
				if hi > 1<<63-1 {
					return normInt(bigUint(hi)), nil
				}
				return int64(hi), nil
			}
			if f, ok := floatMax[d]; ok {
				if lowest {
					return -f, nil
				}
				return f, nil
			}
			if d == tensor.Bool {
				return !lowest, nil
			}
			return nil, t.errorf("TypeError", "dtype %s has no minimum and maximum", d)
		})
	}
	return map[string]method{
		"name":                property(func(_ *thread, v Value) (Value, error) { return v.(tensor.DType).String(), nil }),
		"is_floating":         is(tensor.DType.IsFloating),
		"is_integer":          is(tensor.DType.IsInteger),
		"is_complex":          is(tensor.DType.IsComplex),
		"is_unsigned":         is(tensor.DType.IsUnsigned),
		"is_quantized":        is(tensor.DType.IsQuantized),
		"is_bool":             is(func(d tensor.DType) bool { return d.Base() == tensor.Bool }),
		"is_numpy_compatible": is(func(d tensor.DType) bool { return d.Base() != tensor.Resource && d.Base() != tensor.Variant }),
		"base_dtype":          property(func(_ *thread, v Value) (Value, error) { return v.(tensor.DType).Base(), nil }),
		"real_dtype":          property(func(_ *thread, v Value) (Value, error) { return v.(tensor.DType).Real(), nil }),
		"as_numpy_dtype":      property(func(_ *thread, v Value) (Value, error) { return v.(tensor.DType).Base(), nil }),
		"as_datatype_enum":    property(func(_ *thread, v Value) (Value, error) { return int64(v.(tensor.DType)), nil }),
		"size":                property(func(_ *thread, v Value) (Value, error) { return int64(max(v.(tensor.DType).Size(), 1)), nil }),
		"min":                 limit(true),
		"max":                 limit(false),
		"is_compatible_with": {call: func(t *thread, v Value, args *callArgs) (Value, error) {
			p, err := t.params("is_compatible_with", args, "other")
			if err != nil {
				return nil, err
			}
			d, err := t.dtype(p[0])
			return err == nil && d.Base() == v.(tensor.DType).Base(), nil
		}},
	}
}

// floatMax is the greatest finite value of each floating type.
var floatMax = map[tensor.DType]float64{
	tensor.Half: 65504, tensor.BFloat16: 0x1.fep127, tensor.Float32: 0x1.fffffep127, tensor.Float64: 0x1.fffffffffffffp1023,
	tensor.Float8E5M2: 57344, tensor.Float8E4M3FN: 448,
}

func shapeMethods() map[string]method {
	on := func(f func(t *thread, s tensor.Shape, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, v Value, args *callArgs) (Value, error) { return f(t, v.(tensor.Shape), args) }}
	}
	rank := property(func(_ *thread, v Value) (Value, error) {
		if s := v.(tensor.Shape); s.Known() {
			return int64(s.Rank()), nil
		}
		return nil, nil
	})
	other := func(name string, f func(t *thread, a, b tensor.Shape) (Value, error)) method {
		return on(func(t *thread, s tensor.Shape, args *callArgs) (Value, error) {
			p, err := t.params(name, args, "other")
			if err != nil {
				return nil, err
			}
			o, err := t.shape(p[0])
			if err != nil {
				return nil, err
			}
			return f(t, s, o)
		})
	}
	withRank := func(name string, ok func(have, want int) bool) method {
		return on(func(t *thread, s tensor.Shape, args *callArgs) (Value, error) {
			p, err := t.params(name, args, "rank")
			if err != nil {
				return nil, err
			}
			n, err := t.index(p[0], "rank")
			if err != nil {
				return nil, err
			}
			if !s.Known() {
				if name == "with_rank" && n >= 0 && n < 255 {
					return tensor.UnknownOfRank(int(n)), nil
				}
				return s, nil
			}
			if !ok(s.Rank(), int(n)) {
				return nil, t.errorf("ValueError", "shape %s must have rank %d", shapeText(s), n)
			}
			return s, nil
		})
	}
	asList := on(func(t *thread, s tensor.Shape, _ *callArgs) (Value, error) {
		if !s.Known() {
			return nil, t.errorf("ValueError", "as_list() is not defined on a shape of unknown rank")
		}
		out := &List{}
		for _, d := range s.Dims() {
			out.Items = append(out.Items, dimValue(d))
		}
		return out, nil
	})
	return map[string]method{
		"rank":  rank,
		"ndims": rank,
		"dims": property(func(t *thread, v Value) (Value, error) {
			if !v.(tensor.Shape).Known() {
				return nil, nil
			}
			return asList.call(t, v, nil)
		}),
		"as_list": asList,
		"num_elements": on(func(_ *thread, s tensor.Shape, _ *callArgs) (Value, error) {
			return dimValue(s.NumElements()), nil
		}),
		"is_fully_defined": on(func(_ *thread, s tensor.Shape, _ *callArgs) (Value, error) { return s.FullyDefined(), nil }),
		"is_compatible_with": other("is_compatible_with", func(_ *thread, a, b tensor.Shape) (Value, error) {
			return a.Compatible(b), nil
		}),
		"assert_is_compatible_with": other("assert_is_compatible_with", func(t *thread, a, b tensor.Shape) (Value, error) {
			if !a.Compatible(b) {
				return nil, t.errorf("ValueError", "shapes %s and %s are incompatible", shapeText(a), shapeText(b))
			}
			return nil, nil
		}),
		"assert_same_rank": other("assert_same_rank", func(t *thread, a, b tensor.Shape) (Value, error) {
			if a.Known() && b.Known() && a.Rank() != b.Rank() {
				return nil, t.errorf("ValueError", "shapes %s and %s must have the same rank", shapeText(a), shapeText(b))
			}
			return nil, nil
		}),
		"merge_with": other("merge_with", func(t *thread, a, b tensor.Shape) (Value, error) {
			m, err := a.Merge(b)
			if err != nil {
				return nil, t.errorf("ValueError", "shapes %s and %s are not compatible", shapeText(a), shapeText(b))
			}
			return m, nil
		}),
		"most_specific_compatible_shape": other("most_specific_compatible_shape", func(_ *thread, a, b tensor.Shape) (Value, error) {
			return a.Relax(b), nil
		}),
		"concatenate":        other("concatenate", func(_ *thread, a, b tensor.Shape) (Value, error) { return a.Concat(b), nil }),
		"with_rank":          withRank("with_rank", func(have, want int) bool { return have == want }),
		"with_rank_at_least": withRank("with_rank_at_least", func(have, want int) bool { return have >= want }),
		"with_rank_at_most":  withRank("with_rank_at_most", func(have, want int) bool { return have <= want }),
		"assert_has_rank":    withRank("assert_has_rank", func(have, want int) bool { return have == want }),
		"assert_is_fully_defined": on(func(t *thread, s tensor.Shape, _ *callArgs) (Value, error) {
			if !s.FullyDefined() {
				return nil, t.errorf("ValueError", "shape %s is not fully defined", shapeText(s))
			}
			return nil, nil
		}),
	}
}

func tensorSpecMethods() map[string]method {
	return map[string]method{
		"shape": property(func(_ *thread, v Value) (Value, error) { return v.(*TensorSpec).Shape, nil }),
		"dtype": property(func(_ *thread, v Value) (Value, error) { return v.(*TensorSpec).DType, nil }),
		"name": property(func(_ *thread, v Value) (Value, error) {
			if n := v.(*TensorSpec).Name; n != "" {
				return n, nil
			}
			return nil, nil
		}),
	}
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
