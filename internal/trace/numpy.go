package trace

import (
	"math"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// This file has the functions of NumPy that bodies can call on what is known
// while they are traced.

// numpyFloats are functions of one floating-point number; integers become
// floats.
var numpyFloats = map[string]func(float64) float64{
	"sqrt": math.Sqrt, "cbrt": math.Cbrt, "exp": math.Exp, "exp2": math.Exp2, "expm1": math.Expm1, "log": math.Log, "log2": math.Log2,
	"log10": math.Log10, "log1p": math.Log1p, "sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "arcsin": math.Asin,
	"arccos": math.Acos, "arctan": math.Atan, "sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "arcsinh": math.Asinh,
	"arccosh": math.Acosh, "arctanh": math.Atanh, "rint": math.RoundToEven,
	"deg2rad": func(x float64) float64 { return x * (math.Pi / 180) }, "radians": func(x float64) float64 { return x * (math.Pi / 180) },
	"rad2deg": func(x float64) float64 { return x * (180 / math.Pi) }, "degrees": func(x float64) float64 { return x * (180 / math.Pi) },
	"fabs": math.Abs,
}

// numpyKeeping are functions that leave integers as they are.
var numpyKeeping = map[string]func(float64) float64{"floor": math.Floor, "ceil": math.Ceil, "trunc": math.Trunc}

// numpyTests are predicates of one number.
var numpyTests = map[string]func(float64) bool{
	"isnan": math.IsNaN, "isinf": func(x float64) bool { return math.IsInf(x, 0) },
	"isfinite": func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) },
}

// numpyPairs are functions of two numbers in the dtype that they have in common.
var numpyPairs = map[string]elementwise{
	"arctan2":  {floats: math.Atan2},
	"hypot":    {floats: math.Hypot},
	"copysign": {floats: math.Copysign},
	"fmod":     {floats: math.Mod, ints: func(a, b int64) (int64, error) { return remainder(a, b), nil }},
	"maximum": {floats: func(a, b float64) float64 { return larger(a, b) },
		ints: func(a, b int64) (int64, error) { return max(a, b), nil }},
	"minimum": {floats: func(a, b float64) float64 { return -larger(-a, -b) },
		ints: func(a, b int64) (int64, error) { return min(a, b), nil }},
	"logical_and": {result: tensor.Bool, ints: func(a, b int64) (int64, error) { return truthInt(a != 0 && b != 0), nil },
		floats: func(a, b float64) float64 { return float64(truthInt(a != 0 && b != 0)) }},
	"logical_or": {result: tensor.Bool, ints: func(a, b int64) (int64, error) { return truthInt(a != 0 || b != 0), nil },
		floats: func(a, b float64) float64 { return float64(truthInt(a != 0 || b != 0)) }},
	"logical_xor": {result: tensor.Bool, ints: func(a, b int64) (int64, error) { return truthInt((a != 0) != (b != 0)), nil },
		floats: func(a, b float64) float64 { return float64(truthInt((a != 0) != (b != 0))) }},
}

func remainder(a, b int64) int64 {
	if b == 0 {
		return 0
	}
	return a % b
}

// larger is the larger of two numbers, NaN where one is.
func larger(a, b float64) float64 {
	if math.IsNaN(a) || a > b {
		return a
	}
	return b
}

// numpyFunction makes a builtin of a function whose parameters are named as
// NumPy's.
func numpyFunction(name string, f func(t *thread, p []Value) (Value, error), params ...string) *Builtin {
	return &Builtin{Name: "np." + name, Call: func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params("np."+name, args, params...)
		if err != nil {
			return nil, err
		}
		return f(t, p)
	}}
}

// onArray is a function whose first parameter is an array.
func onArray(name string, f func(t *thread, a *Array, p []Value) (Value, error), params ...string) *Builtin {
	return numpyFunction(name, func(t *thread, p []Value) (Value, error) {
		a, _, err := t.asArray(p[0])
		if err != nil {
			return nil, err
		}
		return f(t, a, p)
	}, params...)
}

// numpyFunctions gives the functions by name.
func numpyFunctions() map[string]*Builtin {
	out := map[string]*Builtin{}
	add := func(b *Builtin) { out[b.Name[len("np."):]] = b }
	for name, f := range numpyFloats {
		add(onArray(name, func(t *thread, a *Array, _ []Value) (Value, error) { return t.floats(name, a, floatFor(a.dtype), f) }, "x"))
	}
	for name, f := range numpyKeeping {
		add(onArray(name, func(t *thread, a *Array, _ []Value) (Value, error) {
			if !a.dtype.IsFloating() {
				return t.each(a, a.dtype, func(out *Array, at, p int64) { out.put(at, a, p) })
			}
			return t.floats(name, a, a.dtype, f)
		}, "x"))
	}
	for name, f := range numpyTests {
		add(onArray(name, func(t *thread, a *Array, _ []Value) (Value, error) {
			if a.dtype.IsComplex() || a.dtype == tensor.String {
				return nil, t.errorf("TypeError", "np.%s of %s is not supported in a body", name, a.dtype)
			}
			return t.each(a, tensor.Bool, func(out *Array, at, p int64) { out.setInt(at, truthInt(f(a.float(p)))) })
		}, "x"))
	}
	for name, f := range numpyPairs {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) {
			a, b, d, err := t.operands(p[0], p[1])
			if err != nil {
				return nil, err
			}
			if f.ints == nil {
				d = floatFor(d)
			}
			return t.pairs("np."+name, a, b, d, f)
		}, "x1", "x2"))
	}
	for name := range reductions {
		reduce := func(t *thread, a *Array, p []Value) (Value, error) {
			d, err := t.npDType(p[2])
			if err != nil {
				return nil, err
			}
			keep, err := t.truth(p[3])
			if err != nil {
				return nil, err
			}
			return t.reduce(name, a, p[1], d, keep)
		}
		add(onArray(name, reduce, "a", "axis?", "dtype?", "keepdims?"))
	}
	out["amax"], out["amin"] = out["max"], out["min"]
	for name, op := range numpyOperators {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) { return t.arrayBinary(op, p[0], p[1]) }, "x1", "x2"))
	}
	for name, op := range numpyComparisons {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) { return t.arrayCompare(op, p[0], p[1]) }, "x1", "x2"))
	}
	for name, op := range map[string]string{"abs": "abs", "absolute": "abs", "negative": "-", "positive": "+", "invert": "~"} {
		add(numpyFunction(name, func(t *thread, p []Value) (Value, error) { return t.arrayUnary(op, p[0]) }, "x"))
	}
	for _, b := range slices.Concat(numpyMaking(), numpyShaping(), numpyOthers()) {
		add(b)
	}
	out["bitwise_not"], out["asanyarray"], out["ascontiguousarray"] = out["invert"], out["asarray"], out["asarray"]
	return out
}

func (t *thread) floats(name string, a *Array, d tensor.DType, f func(float64) float64) (Value, error) {
	if a.dtype.IsComplex() || a.dtype == tensor.String {
		return nil, t.errorf("TypeError", "np.%s of %s is not supported in a body", name, a.dtype)
	}
	return t.each(a, d, func(out *Array, at, p int64) { out.setFloat(at, f(a.float(p))) })
}
