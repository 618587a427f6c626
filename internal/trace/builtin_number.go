package trace

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// tensorCast is AutoGraph's int() and float() of tensors: a cast, or of text
// the number in it (autograph/operators/py_builtins.py, TF 2.21).
func (t *thread) tensorCast(v Value, d tensor.DType) (Value, error) {
	if have, _ := dtypeOf(v); have == tensor.String {
		return t.callRaw("StringToNumber", kwArg{"string_tensor", v}, kwArg{"out_type", d})
	}
	f, _, err := t.tr.lib.lookup(t, "cast")
	if err != nil {
		return nil, err
	}
	return t.call(f, positional(v, d))
}

func pyInt(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("int", args, "x?", "base?")
	if err != nil {
		return nil, err
	}
	if len(args.pos)+len(args.kw) == 0 {
		return int64(0), nil
	}
	switch x := element(p[0]).(type) {
	case string:
		base, err := t.intArg(p[1], "base", 10)
		if err != nil {
			return nil, err
		}
		return t.parseInt(x, base)
	case float64:
		i, err := t.truncated(x)
		if err != nil {
			return nil, err
		}
		return normInt(i), nil
	case *graph.Tensor, *model.Variable:
		if p[1] != nil && p[1] != int64(10) {
			return nil, t.errorf("NotImplementedError", "int() of a tensor with a base is not supported")
		}
		return t.tensorCast(x, tensor.Int32)
	}
	if p[1] != nil {
		return nil, t.errorf("TypeError", "int() can't convert non-string with explicit base")
	}
	if n := number(element(p[0])); bigInt(n) != nil {
		return n, nil
	}
	return nil, t.errorf("TypeError", "int() argument must be a string or a real number, not %s", typeName(p[0]))
}

// parseInt is int() of a str.
func (t *thread) parseInt(s string, base int64) (Value, error) {
	if base != 0 && (base < 2 || base > 36) {
		return nil, t.errorf("ValueError", "int() base must be >= 2 and <= 36, or 0")
	}
	digits := strings.ToLower(strings.TrimSpace(s))
	sign := ""
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		sign, digits = digits[:1], digits[1:]
	}
	for prefix, b := range map[string]int64{"0x": 16, "0o": 8, "0b": 2} {
		if (base == b || base == 0) && strings.HasPrefix(digits, prefix) {
			digits, base = strings.TrimPrefix(digits[2:], "_"), b
			break
		}
	}
	if base == 0 {
		base = 10
	}
	bad := digits == "" || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") || strings.ContainsAny(digits, "+-")
	n, ok := new(big.Int).SetString(sign+strings.ReplaceAll(digits, "_", ""), int(base))
	if bad || !ok || len(s) > maxBits/4 {
		return nil, t.errorf("ValueError", "invalid literal for int() with base %d: %s", base, t.short(s))
	}
	return normInt(n), nil
}

func pyFloat(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("float", args, "x?")
	if err != nil {
		return nil, err
	}
	if len(args.pos)+len(args.kw) == 0 {
		return 0.0, nil
	}
	p[0] = element(p[0])
	switch x := p[0].(type) {
	case string:
		f, ok := parseFloat(x)
		if !ok {
			return nil, t.errorf("ValueError", "could not convert string to float: %s", t.short(x))
		}
		return f, nil
	case *graph.Tensor, *model.Variable:
		return t.tensorCast(x, tensor.Float32)
	}
	if _, ok := toFloat(number(p[0])); ok {
		return t.finiteValue(number(p[0]))
	}
	return nil, t.errorf("TypeError", "float() argument must be a string or a real number, not %s", typeName(p[0]))
}

// parseFloat is float() of a str; Go reads hexadecimal floats too.
func parseFloat(s string) (float64, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.Contains(s, "0x") || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	return f, err == nil || math.IsInf(f, 0)
}

func (t *thread) finiteValue(n Value) (Value, error) {
	f, err := t.finite(n)
	return f, err
}

func pyComplex(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("complex", args, "real?", "imag?")
	if err != nil {
		return nil, err
	}
	if s, ok := p[0].(string); ok {
		c, err := strconv.ParseComplex(strings.ReplaceAll(strings.TrimSpace(s), "j", "i"), 128)
		if err != nil {
			return nil, t.errorf("ValueError", "complex() arg is a malformed string")
		}
		return c, nil
	}
	out := complex(0, 0)
	for i, v := range p {
		if v == nil {
			continue
		}
		c, ok := number(v).(complex128)
		if f, isFloat := toFloat(number(v)); isFloat {
			c, ok = complex(f, 0), true
		}
		if !ok {
			return nil, t.errorf("TypeError", "complex() takes numbers, not %s", typeName(v))
		}
		if i == 1 {
			c *= 1i
		}
		out += c
	}
	return out, nil
}

func pyBool(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("bool", args, "x?")
	if err != nil {
		return nil, err
	}
	yes, err := t.truth(p[0])
	return yes, err
}

func pyAbs(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("abs", args, "x")
	if err != nil {
		return nil, err
	}
	if tensorLike(p[0]) || isComposite(p[0]) {
		f, _, err := t.tr.lib.lookup(t, "abs")
		if err != nil {
			return nil, err
		}
		return t.call(f, args)
	}
	if isNumPy(p[0]) {
		return t.arrayUnary("abs", p[0])
	}
	switch x := number(p[0]).(type) {
	case int64:
		return normInt(new(big.Int).Abs(big.NewInt(x))), nil
	case *big.Int:
		return new(big.Int).Abs(x), nil
	case float64:
		return math.Abs(x), nil
	case complex128:
		return math.Hypot(real(x), imag(x)), nil
	}
	return nil, t.errorf("TypeError", "bad operand type for abs(): %s", typeName(p[0]))
}

func pyRound(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("round", args, "number", "ndigits?")
	if err != nil {
		return nil, err
	}
	if tensorLike(p[0]) { // Tensor.__round__ is NumPy's
		return nil, hint(t.errorf("AttributeError", "round() of %s is not supported", t.short(p[0])), "use tf.round")
	}
	if a, ok := p[0].(*Array); ok {
		return npRound(t, a, p)
	}
	n := number(p[0])
	if i := bigInt(n); i != nil {
		d, err := t.intArg(p[1], "ndigits", 0)
		if err != nil {
			return nil, err
		}
		return normInt(roundInt(i, d)), nil
	}
	f, ok := toFloat(n)
	if !ok {
		return nil, t.errorf("TypeError", "round() takes a number, not %s", typeName(p[0]))
	}
	if p[1] == nil {
		i, err := t.truncated(math.RoundToEven(f))
		if err != nil {
			return nil, err
		}
		return normInt(i), nil
	}
	d, err := t.intArg(p[1], "ndigits", 0)
	if err != nil {
		return nil, err
	}
	return roundTo(f, d), nil
}

// roundTo rounds to digits behind the point, correctly, or before it.
func roundTo(f float64, digits int64) float64 {
	switch {
	case f == 0 || math.IsInf(f, 0) || math.IsNaN(f) || digits > 323:
		return f
	case digits < -308:
		return math.Copysign(0, f)
	case digits >= 0:
		r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', int(digits), 64), 64)
		return r
	}
	e := int(-digits)
	whole := strconv.FormatFloat(math.Abs(f), 'f', -1, 64)
	point := strings.IndexByte(whole, '.')
	if point < 0 {
		point = len(whole)
	}
	if point < e {
		return math.Copysign(0, f)
	}
	// Rounding at a digit is rounding of the mantissa of an exponent format.
	r, _ := strconv.ParseFloat(strconv.FormatFloat(math.Abs(f), 'e', max(point-e-1, 0), 64), 64)
	if point == e && math.Abs(f) <= 5*math.Pow10(e-1) {
		r = 0
	} else if point == e {
		r = math.Pow10(e)
	}
	return math.Copysign(r, f)
}

// roundInt rounds an int to a multiple of a power of ten, halves to even.
func roundInt(i *big.Int, digits int64) *big.Int {
	if digits >= 0 {
		return i
	}
	if -digits > maxBits/4 {
		return new(big.Int)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(-digits), nil)
	q, r := new(big.Int).DivMod(i, unit, new(big.Int))
	if c := r.Lsh(r, 1).Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q.Mul(q, unit)
}

func pyPow(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("pow", args, "base", "exp", "mod?")
	if err != nil {
		return nil, err
	}
	if p[2] == nil {
		return t.binary(python.Pow, p[0], p[1])
	}
	x, y, m := bigInt(number(p[0])), bigInt(number(p[1])), bigInt(number(p[2]))
	if x == nil || y == nil || m == nil {
		return nil, t.errorf("TypeError", "pow() with three arguments takes integers")
	}
	if m.Sign() == 0 {
		return nil, t.errorf("ValueError", "pow() 3rd argument cannot be 0")
	}
	r := new(big.Int).Exp(x, y, new(big.Int).Abs(m))
	if r == nil {
		return nil, t.errorf("ValueError", "base is not invertible for the given modulus")
	}
	if m.Sign() < 0 && r.Sign() > 0 {
		r.Add(r, m)
	}
	return normInt(r), nil
}

func pyDivmod(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("divmod", args, "a", "b")
	if err != nil {
		return nil, err
	}
	if tensorLike(p[0]) || tensorLike(p[1]) {
		return nil, hint(t.errorf("TypeError", "unsupported operand types for divmod(): %s and %s", typeName(p[0]), typeName(p[1])), "use a // b and a %% b")
	}
	q, err := t.binary(python.FloorDiv, p[0], p[1])
	if err != nil {
		return nil, err
	}
	r, err := t.binary(python.Mod, p[0], p[1])
	return &Tuple{Items: []Value{q, r}}, err
}

func pyOct(t *thread, args *callArgs) (Value, error) { return inBase(t, "oct", "#o", args) }

func pyHex(t *thread, args *callArgs) (Value, error) { return inBase(t, "hex", "#x", args) }

func pyBin(t *thread, args *callArgs) (Value, error) { return inBase(t, "bin", "#b", args) }

func inBase(t *thread, fn, spec string, args *callArgs) (Value, error) {
	p, err := t.params(fn, args, "x")
	if err != nil {
		return nil, err
	}
	i := bigInt(number(p[0]))
	if i == nil {
		return nil, t.errorf("TypeError", "%s object cannot be interpreted as an integer", typeName(p[0]))
	}
	s, err := t.format(normInt(i), spec)
	return s, err
}
