package trace

import (
	"slices"

	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

var numpyOperators = map[string]python.Operator{
	"add": python.Add, "subtract": python.Sub, "multiply": python.Mult, "divide": python.Div, "true_divide": python.Div,
	"floor_divide": python.FloorDiv, "mod": python.Mod, "remainder": python.Mod, "power": python.Pow, "float_power": python.Pow,
	"bitwise_and": python.BitAnd, "bitwise_or": python.BitOr, "bitwise_xor": python.BitXor,
	"left_shift": python.LShift, "right_shift": python.RShift,
}

var numpyComparisons = map[string]python.CmpOperator{
	"equal": python.Eq, "not_equal": python.NotEq, "less": python.Lt, "less_equal": python.LtE, "greater": python.Gt,
	"greater_equal": python.GtE,
}

// numpyMethods are the functions that arrays have as methods, too.
var numpyMethods = []string{
	"all", "any", "argmax", "argmin", "argsort", "clip", "cumprod", "cumsum", "dot", "max", "mean", "min", "nonzero", "prod", "ravel",
	"repeat", "round", "squeeze", "std", "sum", "swapaxes", "var",
}

// ndarrayMethods are those that are no functions, or have other arguments. Set
// by init, as they refer to what refers to them.
var ndarrayMethods map[string]func(t *thread, a *Array, args *callArgs) (Value, error)

func init() {
	ndarrayMethods = map[string]func(t *thread, a *Array, args *callArgs) (Value, error){
		"astype": func(t *thread, a *Array, args *callArgs) (Value, error) {
			p, err := t.params("astype", args, "dtype", "copy?")
			if err != nil {
				return nil, err
			}
			d, err := t.npDType(p[0])
			if err != nil {
				return nil, err
			}
			out, err := t.astype(a, d)
			if err != nil {
				return nil, err
			}
			return out, nil
		},
		"copy":    func(t *thread, a *Array, _ *callArgs) (Value, error) { return t.astype(a, a.dtype) },
		"flatten": func(t *thread, a *Array, _ *callArgs) (Value, error) { return t.flat(a) },
		"tolist":  func(_ *thread, a *Array, _ *callArgs) (Value, error) { return a.nested(), nil },
		"item": func(t *thread, a *Array, args *callArgs) (Value, error) {
			if len(args.pos) > 0 {
				v, err := t.arrayItem(a, &Tuple{Items: args.pos})
				if s, ok := v.(*Scalar); ok {
					v = s.value
				}
				return v, err
			}
			if a.size() != 1 {
				return nil, t.errorf("ValueError", "can only convert an array of size 1 to a Python scalar")
			}
			return a.at(a.places()[0]), nil
		},
		"reshape": func(t *thread, a *Array, args *callArgs) (Value, error) {
			dims, err := t.dims(shapeArgument(args.pos))
			if err != nil {
				return nil, err
			}
			return t.reshaped(a, dims)
		},
		"transpose": func(t *thread, a *Array, args *callArgs) (Value, error) {
			if len(args.pos) == 0 {
				return t.transposed(a, nil)
			}
			return t.transposed(a, shapeArgument(args.pos))
		},
		"fill": func(t *thread, a *Array, args *callArgs) (Value, error) {
			p, err := t.params("fill", args, "value")
			if err != nil {
				return nil, err
			}
			return nil, t.setArrayItem(a, python.EllipsisType{}, p[0])
		},
	}
}

// shapeArgument takes a.reshape(2, 3) as a.reshape((2, 3)).
func shapeArgument(args []Value) Value {
	if len(args) == 1 {
		return args[0]
	}
	return &Tuple{Items: args}
}

func (t *thread) flat(a *Array) (*Array, error) {
	out, err := t.astype(a, a.dtype)
	if err != nil {
		return nil, err
	}
	return t.reshaped(out, []int64{-1})
}

// arrayAttr is an attribute of a NumPy array or scalar.
func (t *thread) arrayAttr(obj Value, name string) (Value, error) {
	a, _, err := t.asArray(obj)
	if err != nil {
		return nil, err
	}
	switch name {
	case "shape":
		return dimsTuple(a.dims), nil
	case "dtype":
		return a.dtype, nil
	case "ndim":
		return int64(len(a.dims)), nil
	case "size":
		return a.size(), nil
	case "itemsize":
		return int64(a.dtype.Size()), nil
	case "nbytes":
		return a.size() * int64(a.dtype.Size()), nil
	case "T":
		v, err := t.transposed(a, nil)
		if err != nil || len(v.dims) == 0 {
			return obj, err
		}
		return v, nil
	case "real":
		return t.part(a, true)
	case "imag":
		return t.part(a, false)
	}
	_, scalar := obj.(*Scalar)
	method := func(f func(t *thread, args *callArgs) (Value, error)) (Value, error) {
		return &Builtin{Name: name, Call: func(t *thread, args *callArgs) (Value, error) {
			v, err := f(t, args)
			if out, ok := v.(*Array); ok && scalar {
				v = unpacked(out)
			}
			return v, err
		}}, nil
	}
	if f, ok := ndarrayMethods[name]; ok {
		return method(func(t *thread, args *callArgs) (Value, error) { return f(t, a, args) })
	}
	if slices.Contains(numpyMethods, name) {
		f := primitives["internal.np."+name].(*Builtin)
		return method(func(t *thread, args *callArgs) (Value, error) {
			return f.Call(t, &callArgs{pos: append([]Value{a}, args.pos...), kw: args.kw})
		})
	}
	e := t.errorf("AttributeError", "%s has no attribute %q", typeName(obj), name)
	known := append(slices.Clone(numpyMethods), "shape", "dtype", "ndim", "size", "T", "astype", "copy", "flatten", "tolist", "item", "reshape", "transpose")
	if near := spell.Nearest(name, known); near != "" {
		return nil, hint(e, "did you mean %q?", near)
	}
	return nil, e
}

// arrayTruth is bool(a).
func (t *thread) arrayTruth(a *Array) (bool, error) {
	if a.size() != 1 {
		return false, hint(t.errorf("ValueError", "the truth value of an array with more than one element is ambiguous"), "use a.any() or a.all()")
	}
	if a.dtype == tensor.String {
		return a.at(a.places()[0]) != "", nil
	}
	return a.complex(a.places()[0]) != 0, nil
}
