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
	}
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
		"as_numpy_dtype":      property(func(_ *thread, v Value) (Value, error) { return numpyType(v.(tensor.DType).Base()), nil }),
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
