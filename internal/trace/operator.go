package trace

import (
	"math"
	"math/big"
	"math/cmplx"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// operatorNames are the library functions that operators on tensors call,
// below tf.internal.operators; the reflected one has an "r" in front.
var operatorNames = map[python.Operator]string{
	python.Add: "add", python.Sub: "sub", python.Mult: "mul", python.MatMult: "matmul",
	python.Div: "truediv", python.FloorDiv: "floordiv", python.Mod: "mod", python.Pow: "pow",
	python.BitAnd: "and_", python.BitOr: "or_", python.BitXor: "xor",
}

var reflectedNames = map[python.Operator]string{
	python.BitAnd: "rand", python.BitOr: "ror",
}

func (t *thread) binary(op python.Operator, a, b Value) (Value, error) {
	if isComposite(a) || isComposite(b) {
		return t.compositeBinary(op, a, b)
	}
	if op == python.Mod {
		switch format := a.(type) {
		case string:
			return t.percent(format, b)
		case python.Bytes:
			s, err := t.percent(string(format), b)
			return python.Bytes(s), err
		}
	}
	if _, shape := a.(tensor.Shape); shape && op == python.Add && tensorLike(b) { // a shape has a + of its own
		return nil, hint(t.errorf("TypeError", "a static shape and a tensor cannot be joined"), "join tensors: tf.concat([tf.shape(x), y], 0)")
	}
	if tensorLike(a) || tensorLike(b) {
		return t.tensorBinary(op, a, b)
	}
	if x, ok := a.(*Array); ok {
		return t.arrayBinary(op, hostValue(x.t), b)
	}
	if x, ok := b.(*Array); ok {
		return t.arrayBinary(op, a, hostValue(x.t))
	}
	if x, ok := a.(*Scalar); ok {
		a = x.value
	}
	if x, ok := b.(*Scalar); ok {
		b = x.value
	}
	v, ok, err := t.pythonBinary(op, a, b)
	if err != nil {
		return nil, err
	}
	if !ok {
		err := t.errorf("TypeError", "unsupported operand types for %s: %s and %s", op, typeName(a), typeName(b))
		if (a == nil) != (b == nil) {
			return nil, hint(err, "%s", whyNone)
		}
		return nil, err
	}
	return v, nil
}

// whyNone tells where None usually comes from.
const whyNone = "a dimension that is not known is None in a static shape; tf.shape(x)[i] gives it when the graph runs"

// tensorBinary calls the library's operator; a variable on the left is read
// first.
func (t *thread) tensorBinary(op python.Operator, a, b Value) (Value, error) {
	name, ok := operatorNames[op]
	if !ok {
		return nil, hint(t.errorf("TypeError", "unsupported operand types for %s: %s and %s", op, typeName(a), typeName(b)), "use tf.bitwise.left_shift or right_shift")
	}
	if !tensorLike(a) {
		a, b = b, a
		if r, ok := reflectedNames[op]; ok {
			name = r
		} else {
			name = "r" + name
		}
	}
	return t.callOperator(name, a, b)
}

// callOperator calls a function of tf.internal.operators on a tensor.
func (t *thread) callOperator(name string, a Value, rest ...Value) (Value, error) {
	if _, ok := asVariable(a); ok {
		x, err := t.readValue(a)
		if err != nil {
			return nil, err
		}
		a = x
	}
	f, ok, err := t.tr.lib.lookup(t, "internal.operators."+name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, t.errorf("TypeError", "tensors have no operator %s", name)
	}
	return t.call(f, positional(append([]Value{a}, rest...)...))
}

func (t *thread) unary(op python.UnaryOperator, v Value) (Value, error) {
	if isComposite(v) {
		return t.compositeUnary(op, v)
	}
	if tensorLike(v) {
		switch op {
		case python.USub:
			return t.callOperator("neg", v)
		case python.Invert:
			return t.callOperator("invert", v)
		case python.UAdd:
			return nil, t.errorf("TypeError", "bad operand type for unary +: a tensor")
		}
		return t.tensorNot(v)
	}
	if s, ok := v.(*Scalar); ok {
		v = s.value
	}
	switch op {
	case python.Not:
		yes, err := t.truth(v)
		return !yes, err
	case python.USub:
		switch x := number(v).(type) {
		case int64:
			return normInt(new(big.Int).Neg(big.NewInt(x))), nil
		case *big.Int:
			return normInt(new(big.Int).Neg(x)), nil
		case float64:
			return -x, nil
		case complex128:
			return -x, nil
		}
	case python.UAdd:
		if n := number(v); n != nil {
			return n, nil
		}
	case python.Invert:
		switch x := number(v).(type) {
		case int64:
			return ^x, nil
		case *big.Int:
			return normInt(new(big.Int).Not(x)), nil
		}
	}
	return nil, t.errorf("TypeError", "bad operand type for unary %s: %s", op, typeName(v))
}

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

// maxBits bounds the integers that bodies compute with.
const maxBits = 1 << 16

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

// maxRepeat bounds the lists and strings that bodies make.
const maxRepeat = 1 << 24

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

var compareNames = map[python.CmpOperator][2]string{
	python.Eq: {"eq", "eq"}, python.NotEq: {"ne", "ne"}, python.Lt: {"lt", "gt"},
	python.LtE: {"le", "ge"}, python.Gt: {"gt", "lt"}, python.GtE: {"ge", "le"},
}

// compare is one comparison of two values.
func (t *thread) compare(op python.CmpOperator, a, b Value) (Value, error) {
	switch op {
	case python.Is, python.IsNot:
		return identical(a, b) == (op == python.Is), nil
	case python.In, python.NotIn:
		yes, err := t.contains(b, a)
		return yes == (op == python.In), err
	}
	names := compareNames[op]
	if isComposite(a) || isComposite(b) {
		return t.compositeCompare(op, a, b)
	}
	if tensorLike(a) {
		return t.callOperator(names[0], a, b)
	}
	if _, isDType := a.(tensor.DType); isDType && (op == python.Eq || op == python.NotEq) { // has an == of its own
		eq, err := t.equal(a, b)
		return eq == (op == python.Eq), err
	}
	if tensorLike(b) {
		return t.callOperator(names[1], b, a)
	}
	switch op {
	case python.Eq, python.NotEq:
		eq, err := t.equal(a, b)
		return eq == (op == python.Eq), err
	}
	if p, ok := t.asSet(a); ok {
		if q, ok := t.asSet(b); ok {
			return compareSets(op, p, q), nil
		}
	}
	order, err := orderValues(a, b, maxNesting)
	if err != nil {
		return nil, t.errorf("TypeError", "%s not supported between %s and %s", op, typeName(a), typeName(b))
	}
	switch op {
	case python.Lt:
		return order < 0, nil
	case python.Gt:
		return order > 0, nil
	case python.LtE:
		return order < 0 || order == 0 && comparableFloats(a, b), nil
	}
	return order > 0 || order == 0 && comparableFloats(a, b), nil
}

// comparableFloats is false where a value is NaN.
func comparableFloats(a, b Value) bool {
	f, ok := number(a).(float64)
	if ok && math.IsNaN(f) {
		return false
	}
	g, ok := number(b).(float64)
	return !ok || !math.IsNaN(g)
}

// identical is "a is b".
func identical(a, b Value) bool {
	switch a.(type) {
	case tensor.Shape:
		return false
	}
	switch b.(type) {
	case tensor.Shape:
		return false
	}
	if f, ok := a.(float64); ok && math.IsNaN(f) { // as good as one object
		g, ok := b.(float64)
		return ok && math.IsNaN(g)
	}
	return a == b
}

// same is how containers compare their elements: identical or equal.
func (t *thread) same(a, b Value) (bool, error) {
	if identical(a, b) {
		return true, nil
	}
	return t.equal(a, b)
}

// compareNumbers orders two real numbers by their exact values; ok is false
// where one is complex or not a number.
func compareNumbers(a, b Value) (order int, ok bool) {
	i, j := bigInt(a), bigInt(b)
	if i != nil && j != nil {
		return i.Cmp(j), true
	}
	f, ok1 := toFloat(a)
	g, ok2 := toFloat(b)
	if !ok1 || !ok2 || math.IsNaN(f) || math.IsNaN(g) {
		return 0, false
	}
	x, y := new(big.Float).SetFloat64(f), new(big.Float).SetFloat64(g)
	if i != nil {
		x = new(big.Float).SetInt(i)
	}
	if j != nil {
		y = new(big.Float).SetInt(j)
	}
	return x.Cmp(y), true
}

// equal is a == b of Python values.
func (t *thread) equal(a, b Value) (bool, error) {
	if err := t.step(); err != nil {
		return false, err
	}
	if t.nested++; t.nested > maxNesting {
		t.nested--
		return false, t.errorf("RecursionError", "the values compared are nested more than %d deep", maxNesting)
	}
	defer func() { t.nested-- }()
	if x, y := number(a), number(b); x != nil && y != nil {
		c, cx := x.(complex128)
		d, cy := y.(complex128)
		switch {
		case cx && cy:
			return c == d, nil
		case cx:
			order, ok := compareNumbers(real(c), y)
			return ok && order == 0 && imag(c) == 0, nil
		case cy:
			order, ok := compareNumbers(x, real(d))
			return ok && order == 0 && imag(d) == 0, nil
		}
		order, ok := compareNumbers(x, y)
		return ok && order == 0, nil
	}
	switch x := a.(type) {
	case *List:
		if y, ok := b.(*List); ok {
			return t.equalItems(x.Items, y.Items)
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return t.equalItems(x.Items, y.Items)
		}
	case *Dict:
		y, ok := b.(*Dict)
		if !ok || x.Len() != y.Len() {
			return false, nil
		}
		same := true
		var err error
		x.Each(func(k, v Value) bool {
			w, ok := y.Get(k)
			if !ok {
				same = false
				return false
			}
			same, err = t.same(v, w)
			return same && err == nil
		})
		return same, err
	case *Set, *dictView:
		p, ok1 := t.asSet(a)
		q, ok2 := t.asSet(b)
		if !ok1 || !ok2 {
			return a == b, nil
		}
		return p.d.Len() == q.d.Len() && subset(p, q), nil
	case tensor.Shape:
		y, err := t.shape(b)
		if err != nil {
			return false, nil
		}
		return x.Equal(y), nil
	case tensor.DType:
		d, err := t.dtype(b)
		return err == nil && d == x, nil
	case *Range:
		y, ok := b.(*Range)
		return ok && x.Len() == y.Len() && (x.Len() == 0 || x.Start == y.Start && (x.Len() == 1 || x.Step == y.Step)), nil
	case *Array:
		return t.equal(hostValue(x.t), b)
	}
	switch y := b.(type) {
	case tensor.DType, tensor.Shape:
		return t.equal(y, a)
	case *Array:
		return t.equal(a, hostValue(y.t))
	}
	if tensorLike(a) || tensorLike(b) {
		return a == b, nil
	}
	switch a.(type) {
	case *List, *Tuple, *Dict, *Set, tensor.Shape, *Range:
		return false, nil
	}
	switch b.(type) {
	case *List, *Tuple, *Dict, *Set, tensor.Shape, *Range:
		return false, nil
	}
	return a == b, nil
}

func (t *thread) equalItems(a, b []Value) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		same, err := t.same(a[i], b[i])
		if err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// lessValues is a < b of Python values; an error where they have no order.
func lessValues(a, b Value) (bool, error) {
	order, err := orderValues(a, b, maxNesting)
	return order < 0, err
}

// orderValues compares two values: negative where a < b, positive where b < a,
// 0 where they are equal or not ordered (NaN).
func orderValues(a, b Value, depth int) (int, error) {
	if x, y := number(a), number(b); x != nil && y != nil {
		_, cx := x.(complex128)
		_, cy := y.(complex128)
		if cx || cy {
			return 0, errUndefined
		}
		order, _ := compareNumbers(x, y)
		return order, nil
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil
		}
	case python.Bytes:
		if y, ok := b.(python.Bytes); ok {
			return strings.Compare(string(x), string(y)), nil
		}
	case *List:
		if y, ok := b.(*List); ok {
			return orderItems(x.Items, y.Items, depth-1)
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return orderItems(x.Items, y.Items, depth-1)
		}
	}
	return 0, errUndefined
}

func orderItems(a, b []Value, depth int) (int, error) {
	if depth == 0 {
		return 0, errUndefined
	}
	for i := range min(len(a), len(b)) {
		if identical(a[i], b[i]) {
			continue
		}
		order, err := orderValues(a[i], b[i], depth)
		if err != nil || order != 0 {
			return order, err
		}
	}
	return len(a) - len(b), nil
}

// truth is bool(v). Of a tensor it is known only when the graph runs.
func (t *thread) truth(v Value) (bool, error) {
	switch x := v.(type) {
	case nil:
		return false, nil
	case bool:
		return x, nil
	case int64:
		return x != 0, nil
	case *big.Int:
		return x.Sign() != 0, nil
	case float64:
		return x != 0, nil
	case complex128:
		return x != 0, nil
	case string:
		return x != "", nil
	case python.Bytes:
		return x != "", nil
	case *List:
		return len(x.Items) > 0, nil
	case *Tuple:
		return len(x.Items) > 0, nil
	case *Dict:
		return x.Len() > 0, nil
	case *Set:
		return x.d.Len() > 0, nil
	case *dictView:
		return x.d.Len() > 0, nil
	case *Range:
		return x.Len() > 0, nil
	case tensor.Shape:
		return x.Known(), nil
	case *Scalar:
		return t.truth(x.value)
	case *graph.Tensor, *model.Variable, *unread:
		return false, hint(t.errorf("OperatorNotAllowedInGraphError", "using %s as a Python bool is not allowed: its value is known only when the graph runs", t.repr(v)),
			"use tf.cond or tf.where, or an if statement of the body itself")
	case *Composite:
		return t.compositeTruth(x)
	case *model.List:
		return len(x.Items) > 0, nil
	case *model.Dict:
		return len(x.Items) > 0, nil
	}
	return true, nil
}
