package trace

import (
	"math"
	"math/big"
)

// pymath are the functions of Python's math module, which bodies can use on
// numbers that are known while they are traced.
var pymath = map[string]func(t *thread, args *callArgs) (Value, error){
	"sqrt": floatFunction("sqrt", math.Sqrt), "cbrt": floatFunction("cbrt", math.Cbrt),
	"exp": floatFunction("exp", math.Exp), "exp2": floatFunction("exp2", math.Exp2), "expm1": floatFunction("expm1", math.Expm1),
	"log2": floatFunction("log2", logarithm(math.Log2)), "log10": floatFunction("log10", logarithm(math.Log10)),
	"log1p": floatFunction("log1p", math.Log1p), "log": mathLog,
	"sin": floatFunction("sin", math.Sin), "cos": floatFunction("cos", math.Cos), "tan": floatFunction("tan", math.Tan),
	"asin": floatFunction("asin", math.Asin), "acos": floatFunction("acos", math.Acos), "atan": floatFunction("atan", math.Atan),
	"sinh": floatFunction("sinh", math.Sinh), "cosh": floatFunction("cosh", math.Cosh), "tanh": floatFunction("tanh", math.Tanh),
	"asinh": floatFunction("asinh", math.Asinh), "acosh": floatFunction("acosh", math.Acosh), "atanh": floatFunction("atanh", math.Atanh),
	"erf": floatFunction("erf", math.Erf), "erfc": floatFunction("erfc", math.Erfc), "gamma": floatFunction("gamma", math.Gamma),
	"lgamma":  floatFunction("lgamma", func(x float64) float64 { y, _ := math.Lgamma(x); return y }),
	"fabs":    floatFunction("fabs", math.Abs),
	"degrees": floatFunction("degrees", func(x float64) float64 { return x * (180 / math.Pi) }),
	"radians": floatFunction("radians", func(x float64) float64 { return x * (math.Pi / 180) }),
	"floor":   intFunction("floor", math.Floor), "ceil": intFunction("ceil", math.Ceil), "trunc": intFunction("trunc", math.Trunc),
	"pow": twoFloats("pow", math.Pow), "atan2": twoFloats("atan2", math.Atan2), "fmod": twoFloats("fmod", math.Mod),
	"copysign": twoFloats("copysign", math.Copysign), "remainder": twoFloats("remainder", math.Remainder),
	"isnan":    mathIs("isnan", math.IsNaN),
	"isinf":    mathIs("isinf", func(f float64) bool { return math.IsInf(f, 0) }),
	"isfinite": mathIs("isfinite", func(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }),
	"isclose":  mathIsClose, "hypot": mathHypot, "prod": npProd, "gcd": mathGCD, "lcm": mathLCM,
	"factorial": mathFactorial, "comb": mathComb, "isqrt": mathISqrt,
}

// logarithm makes log(0) the domain error that it is in Python.
func logarithm(f func(float64) float64) func(float64) float64 {
	return func(x float64) float64 {
		if x == 0 {
			return math.NaN()
		}
		return f(x)
	}
}

func floatFunction(name string, f func(float64) float64) func(t *thread, args *callArgs) (Value, error) {
	return func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params("math."+name, args, "x")
		if err != nil {
			return nil, err
		}
		x, err := t.mathArg(p[0])
		if err != nil {
			return nil, err
		}
		return t.mathResult(name, f(x), x)
	}
}

func twoFloats(name string, f func(x, y float64) float64) func(t *thread, args *callArgs) (Value, error) {
	return func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params("math."+name, args, "x", "y")
		if err != nil {
			return nil, err
		}
		x, err := t.mathArg(p[0])
		if err != nil {
			return nil, err
		}
		y, err := t.mathArg(p[1])
		if err != nil {
			return nil, err
		}
		return t.mathResult(name, f(x, y), x, y)
	}
}

// mathResult refuses results that Python's math raises for.
func (t *thread) mathResult(name string, r float64, args ...float64) (Value, error) {
	finite := true
	for _, x := range args {
		finite = finite && !math.IsInf(x, 0) && !math.IsNaN(x)
		if math.IsNaN(x) {
			return r, nil
		}
	}
	switch {
	case math.IsNaN(r):
		return nil, t.errorf("ValueError", "math domain error: %s(%s)", name, floatText(args[0]))
	case math.IsInf(r, 0) && finite:
		return nil, t.errorf("OverflowError", "math range error: %s(%s)", name, floatText(args[0]))
	}
	return r, nil
}

func (t *thread) mathArg(v Value) (float64, error) {
	if tensorLike(v) {
		return 0, hint(t.errorf("TypeError", "math and NumPy functions take Python numbers, not tensors"), "use the function of the same name in tf.math")
	}
	if number(v) == nil {
		return 0, t.errorf("TypeError", "must be real number, not %s", typeName(v))
	}
	return t.finite(number(v))
}

func intFunction(name string, f func(float64) float64) func(t *thread, args *callArgs) (Value, error) {
	return func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params("math."+name, args, "x")
		if err != nil {
			return nil, err
		}
		if i := bigInt(number(p[0])); i != nil {
			return normInt(i), nil
		}
		x, err := t.mathArg(p[0])
		if err != nil {
			return nil, err
		}
		i, err := t.truncated(f(x))
		if err != nil {
			return nil, err
		}
		return normInt(i), nil
	}
}

func mathIs(name string, f func(float64) bool) func(t *thread, args *callArgs) (Value, error) {
	return func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params("math."+name, args, "x")
		if err != nil {
			return nil, err
		}
		x, err := t.mathArg(p[0])
		return f(x), err
	}
}

func mathLog(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("math.log", args, "x", "base?")
	if err != nil {
		return nil, err
	}
	x, err := t.mathArg(p[0])
	if err != nil {
		return nil, err
	}
	r := logarithm(math.Log)(x)
	if p[1] != nil && !math.IsNaN(r) {
		base, err := t.mathArg(p[1])
		if err != nil {
			return nil, err
		}
		b := logarithm(math.Log)(base)
		if b == 0 {
			return nil, t.errorf("ZeroDivisionError", "float division by zero")
		}
		r /= b
	}
	return t.mathResult("log", r, x)
}

func mathIsClose(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("math.isclose", args, "a", "b", "rel_tol?", "abs_tol?")
	if err != nil {
		return nil, err
	}
	n := [4]float64{0, 0, 1e-9, 0}
	for i, v := range p {
		if v != nil {
			if n[i], err = t.mathArg(v); err != nil {
				return nil, err
			}
		}
	}
	a, b := n[0], n[1]
	if a == b {
		return true, nil
	}
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return false, nil
	}
	d := math.Abs(a - b)
	return d <= math.Abs(n[2]*b) || d <= math.Abs(n[2]*a) || d <= n[3], nil
}

func mathHypot(t *thread, args *callArgs) (Value, error) {
	r := 0.0
	for _, v := range args.pos {
		x, err := t.mathArg(v)
		if err != nil {
			return nil, err
		}
		r = math.Hypot(r, x)
	}
	return r, nil
}

// integers reads arguments that are ints.
func (t *thread) integers(fn string, args *callArgs) ([]*big.Int, error) {
	out := make([]*big.Int, len(args.pos))
	for i, v := range args.pos {
		if out[i] = bigInt(number(v)); out[i] == nil {
			return nil, t.errorf("TypeError", "math.%s() takes integers, not %s", fn, typeName(v))
		}
	}
	return out, nil
}

func mathGCD(t *thread, args *callArgs) (Value, error) {
	ints, err := t.integers("gcd", args)
	if err != nil {
		return nil, err
	}
	g := new(big.Int)
	for _, i := range ints {
		g.GCD(nil, nil, g, new(big.Int).Abs(i))
	}
	return normInt(g), nil
}

func mathLCM(t *thread, args *callArgs) (Value, error) {
	ints, err := t.integers("lcm", args)
	if err != nil {
		return nil, err
	}
	l := big.NewInt(1)
	for _, i := range ints {
		if i.Sign() == 0 {
			return int64(0), nil
		}
		g := new(big.Int).GCD(nil, nil, l, new(big.Int).Abs(i))
		if l.Mul(l.Div(l, g), new(big.Int).Abs(i)).BitLen() > maxBits {
			return nil, t.errorf("OverflowError", "the multiple has more than %d bits", maxBits)
		}
	}
	return normInt(l), nil
}

func mathFactorial(t *thread, args *callArgs) (Value, error) {
	ints, err := t.integers("factorial", args)
	if err != nil {
		return nil, err
	}
	if len(ints) != 1 {
		return nil, t.errorf("TypeError", "math.factorial() takes 1 argument, not %d", len(ints))
	}
	if ints[0].Sign() < 0 {
		return nil, t.errorf("ValueError", "factorial() not defined for negative values")
	}
	if !ints[0].IsInt64() || ints[0].Int64() > 5000 {
		return nil, t.errorf("OverflowError", "the factorial has more than %d bits", maxBits)
	}
	return normInt(new(big.Int).MulRange(1, ints[0].Int64())), nil
}

func mathComb(t *thread, args *callArgs) (Value, error) {
	ints, err := t.integers("comb", args)
	if err != nil {
		return nil, err
	}
	if len(ints) != 2 {
		return nil, t.errorf("TypeError", "math.comb() takes 2 arguments, not %d", len(ints))
	}
	n, k := ints[0], ints[1]
	if n.Sign() < 0 || k.Sign() < 0 {
		return nil, t.errorf("ValueError", "comb() takes non-negative integers")
	}
	if !n.IsInt64() || n.Int64() > 60000 {
		return nil, t.errorf("OverflowError", "the binomial has more than %d bits", maxBits)
	}
	if k.Cmp(n) > 0 {
		return int64(0), nil
	}
	return normInt(new(big.Int).Binomial(n.Int64(), k.Int64())), nil
}

func mathISqrt(t *thread, args *callArgs) (Value, error) {
	ints, err := t.integers("isqrt", args)
	if err != nil {
		return nil, err
	}
	if len(ints) != 1 || ints[0].Sign() < 0 {
		return nil, t.errorf("ValueError", "isqrt() takes one non-negative integer")
	}
	return normInt(new(big.Int).Sqrt(ints[0])), nil
}
