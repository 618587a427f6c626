package trace

import (
	"math"
	"math/big"
	"math/cmplx"
	"strings"

	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// number gives bools as ints and other numbers as they are; nil for what is
// no number.
func number(v Value) Value {
	switch x := v.(type) {
	case bool:
		if x {
			return int64(1)
		}
		return int64(0)
	case int64, *big.Int, float64, complex128:
		return x
	case *Scalar:
		return number(x.value)
	}
	return nil
}

func normInt(x *big.Int) Value {
	if x.IsInt64() {
		return x.Int64()
	}
	return x
}

func bigInt(v Value) *big.Int {
	switch x := v.(type) {
	case int64:
		return big.NewInt(x)
	case *big.Int:
		return x
	}
	return nil
}

func toFloat(v Value) (float64, bool) {
	switch x := v.(type) {
	case int64:
		return float64(x), true
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return f, true
	case float64:
		return x, true
	}
	return 0, false
}

// pythonBinary is an operator on Python values.
func (t *thread) pythonBinary(op python.Operator, a, b Value) (Value, bool, error) {
	switch x := a.(type) {
	case string:
		switch op {
		case python.Add:
			if y, ok := b.(string); ok {
				return t.concat(x, y)
			}
		case python.Mult:
			if n, ok := number(b).(int64); ok {
				return t.repeatString(x, n)
			}
		}
		return nil, false, nil
	case python.Bytes:
		switch op {
		case python.Add:
			if y, ok := b.(python.Bytes); ok {
				s, ok, err := t.concat(string(x), string(y))
				return python.Bytes(s), ok, err
			}
		case python.Mult:
			if n, ok := number(b).(int64); ok {
				s, ok, err := t.repeatString(string(x), n)
				return python.Bytes(s), ok, err
			}
		}
		return nil, false, nil
	case *List:
		switch op {
		case python.Add:
			if y, ok := b.(*List); ok {
				items, err := t.join(x.Items, y.Items)
				return &List{Items: items}, true, err
			}
		case python.Mult:
			if n, ok := number(b).(int64); ok {
				items, err := t.repeat(x.Items, n)
				return &List{Items: items}, true, err
			}
		}
		return nil, false, nil
	case *Tuple:
		switch op {
		case python.Add:
			if y, ok := b.(*Tuple); ok {
				items, err := t.join(x.Items, y.Items)
				return &Tuple{Items: items}, true, err
			}
		case python.Mult:
			if n, ok := number(b).(int64); ok {
				items, err := t.repeat(x.Items, n)
				return &Tuple{Items: items}, true, err
			}
		}
		return nil, false, nil
	case tensor.Shape:
		if op == python.Add {
			y, err := t.shape(b)
			if err != nil {
				return nil, false, err
			}
			return x.Concat(y), true, nil
		}
		return nil, false, nil
	case *Dict:
		if y, ok := b.(*Dict); ok && op == python.BitOr {
			c := x.Copy()
			y.Each(func(k, v Value) bool { c.Set(k, v); return true })
			return c, true, t.charge(c.Len())
		}
		return nil, false, nil
	case *Set, *dictView:
		p, ok1 := t.asSet(a)
		q, ok2 := t.asSet(b)
		if ok1 && ok2 {
			if s := setOperator(op, p, q); s != nil {
				return s, true, t.charge(s.d.Len())
			}
		}
		return nil, false, nil
	}
	switch y := b.(type) {
	case *List, *Tuple, string, python.Bytes:
		if n, ok := number(a).(int64); ok && op == python.Mult {
			return t.pythonBinary(op, y, n)
		}
		return nil, false, nil
	case tensor.Shape:
		if op == python.Add {
			x, err := t.shape(a)
			if err != nil {
				return nil, false, err
			}
			return x.Concat(y), true, nil
		}
	}
	if x, ok := a.(bool); ok {
		if y, ok := b.(bool); ok {
			switch op {
			case python.BitAnd:
				return x && y, true, nil
			case python.BitOr:
				return x || y, true, nil
			case python.BitXor:
				return x != y, true, nil
			}
		}
	}
	return t.arithmetic(op, number(a), number(b))
}

func (t *thread) arithmetic(op python.Operator, a, b Value) (Value, bool, error) {
	if a == nil || b == nil {
		return nil, false, nil
	}
	_, ca := a.(complex128)
	_, cb := b.(complex128)
	if ca || cb {
		return complexArithmetic(t, op, a, b)
	}
	x, y := bigInt(a), bigInt(b)
	if x != nil && y != nil {
		return t.intArithmetic(op, x, y)
	}
	f, err := t.finite(a)
	if err != nil {
		return nil, true, err
	}
	g, err := t.finite(b)
	if err != nil {
		return nil, true, err
	}
	switch op {
	case python.Add:
		return f + g, true, nil
	case python.Sub:
		return f - g, true, nil
	case python.Mult:
		return f * g, true, nil
	case python.Pow:
		return t.floatPower(f, g)
	case python.Div, python.FloorDiv, python.Mod:
		if g == 0 {
			return nil, true, t.errorf("ZeroDivisionError", "float division by zero")
		}
		if op == python.Div {
			return f / g, true, nil
		}
		q, m := floorDivide(f, g)
		if op == python.FloorDiv {
			return q, true, nil
		}
		return m, true, nil
	}
	return nil, false, nil
}

// floorDivide is divmod of floats (floatobject.c, _float_div_mod, CPython 3.11).
func floorDivide(f, g float64) (q, m float64) {
	m = math.Mod(f, g)
	q = (f - m) / g
	if m != 0 {
		if (g < 0) != (m < 0) {
			m += g
			q--
		}
	} else {
		m = math.Copysign(0, g)
	}
	if q == 0 {
		return math.Copysign(0, f/g), m
	}
	floor := math.Floor(q)
	if q-floor > 0.5 {
		floor++
	}
	return floor, m
}

// floatPower is f ** g of floats.
func (t *thread) floatPower(f, g float64) (Value, bool, error) {
	if f == 0 && g < 0 {
		return nil, true, t.errorf("ZeroDivisionError", "0.0 cannot be raised to a negative power")
	}
	if f < 0 && !math.IsInf(f, 0) && !math.IsInf(g, 0) && g != math.Trunc(g) {
		return complexArithmetic(t, python.Pow, complex(f, 0), complex(g, 0))
	}
	p := math.Pow(f, g)
	if math.IsInf(p, 0) && !math.IsInf(f, 0) && !math.IsInf(g, 0) {
		return nil, true, t.errorf("OverflowError", "numerical result out of range")
	}
	return p, true, nil
}

func complexArithmetic(t *thread, op python.Operator, a, b Value) (Value, bool, error) {
	toComplex := func(v Value) complex128 {
		if c, ok := v.(complex128); ok {
			return c
		}
		f, _ := toFloat(v)
		return complex(f, 0)
	}
	x, y := toComplex(a), toComplex(b)
	switch op {
	case python.Add:
		return x + y, true, nil
	case python.Sub:
		return x - y, true, nil
	case python.Mult:
		return x * y, true, nil
	case python.Div:
		if y == 0 {
			return nil, true, t.errorf("ZeroDivisionError", "complex division by zero")
		}
		return x / y, true, nil
	case python.Pow:
		return t.complexPower(x, y)
	}
	return nil, false, nil
}

// complexPower is x ** y; small whole exponents are multiplied out, as in
// CPython (complexobject.c, complex_pow, 3.11).
func (t *thread) complexPower(x, y complex128) (Value, bool, error) {
	if x == 0 && (real(y) < 0 || imag(y) != 0) {
		return nil, true, t.errorf("ZeroDivisionError", "0.0 to a negative or complex power")
	}
	if n := int(real(y)); imag(y) == 0 && float64(n) == real(y) && n >= -100 && n <= 100 {
		p := complex(1, 0)
		for base, k := x, max(n, -n); k > 0; k >>= 1 {
			if k&1 == 1 {
				p *= base
			}
			base *= base
		}
		if n < 0 {
			p = 1 / p
		}
		return p, true, nil
	}
	return cmplx.Pow(x, y), true, nil
}

func (t *thread) intArithmetic(op python.Operator, x, y *big.Int) (Value, bool, error) {
	z := new(big.Int)
	switch op {
	case python.Add:
		z.Add(x, y)
	case python.Sub:
		z.Sub(x, y)
	case python.Mult:
		if x.BitLen()+y.BitLen() > maxBits {
			return nil, true, t.errorf("OverflowError", "the product has more than %d bits", maxBits)
		}
		z.Mul(x, y)
	case python.Div, python.FloorDiv, python.Mod:
		if y.Sign() == 0 {
			return nil, true, t.errorf("ZeroDivisionError", "integer division or modulo by zero")
		}
		if op == python.Div {
			f, _ := new(big.Rat).SetFrac(x, y).Float64()
			if math.IsInf(f, 0) {
				return nil, true, t.errorf("OverflowError", "integer division result too large for a float")
			}
			return f, true, nil
		}
		m := new(big.Int)
		z.DivMod(x, y, m) // Euclidean
		if y.Sign() < 0 && m.Sign() != 0 {
			z.Sub(z, big.NewInt(1))
			m.Add(m, y)
		}
		if op == python.Mod {
			z = m
		}
	case python.Pow:
		if y.Sign() < 0 {
			return t.arithmetic(op, mustFloat(x), mustFloat(y))
		}
		if !y.IsInt64() || int64(x.BitLen())*y.Int64() > maxBits || x.BitLen() > 1 && y.Int64() > maxBits {
			return nil, true, t.errorf("OverflowError", "the power has more than %d bits", maxBits)
		}
		z.Exp(x, y, nil)
	case python.LShift, python.RShift:
		if y.Sign() < 0 {
			return nil, true, t.errorf("ValueError", "negative shift count")
		}
		if op == python.LShift {
			if !y.IsInt64() || y.Int64() > maxBits {
				return nil, true, t.errorf("OverflowError", "the shift has more than %d bits", maxBits)
			}
			z.Lsh(x, uint(y.Int64()))
		} else {
			z.Rsh(x, uint(min(y.Uint64(), maxBits*2)))
		}
	case python.BitAnd:
		z.And(x, y)
	case python.BitOr:
		z.Or(x, y)
	case python.BitXor:
		z.Xor(x, y)
	default:
		return nil, false, nil
	}
	if z.BitLen() > 1024 {
		return z, true, t.charge(z.BitLen() / 64)
	}
	return normInt(z), true, nil
}

func mustFloat(x *big.Int) Value {
	f, _ := toFloat(x)
	return f
}

// join is a + b of lists and tuples.
func (t *thread) join(a, b []Value) ([]Value, error) {
	if len(a)+len(b) > maxRepeat {
		return nil, t.errorf("MemoryError", "a list of more than %d elements", maxRepeat)
	}
	return append(append(make([]Value, 0, len(a)+len(b)), a...), b...), t.charge(len(a) + len(b))
}

func (t *thread) concat(a, b string) (string, bool, error) {
	if len(a)+len(b) > maxRepeat {
		return "", true, t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
	}
	return a + b, true, t.chargeText(len(a) + len(b))
}

func (t *thread) repeat(items []Value, n int64) ([]Value, error) {
	if n > 0 && int64(len(items)) > maxRepeat/n {
		return nil, t.errorf("MemoryError", "a list of more than %d elements", maxRepeat)
	}
	var out []Value
	for ; n > 0; n-- {
		out = append(out, items...)
	}
	return out, t.charge(len(out))
}

func (t *thread) repeatString(s string, n int64) (string, bool, error) {
	if n <= 0 {
		return "", true, nil
	}
	if int64(len(s)) > maxRepeat/n {
		return "", true, t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
	}
	return strings.Repeat(s, int(n)), true, t.chargeText(len(s) * int(n))
}
