package trace

import (
	"math"
	"math/big"
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
		return nil, t.errorf("TypeError", "unsupported operand types for %s: %s and %s", op, typeName(a), typeName(b))
	}
	return v, nil
}

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
	if v, ok := a.(*model.Variable); ok {
		x, err := t.readVariable(v)
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
				return x + y, true, nil
			}
		case python.Mod:
			s, err := t.percent(x, b)
			return s, true, err
		case python.Mult:
			if n, ok := number(b).(int64); ok {
				return t.repeatString(x, n)
			}
		}
		return nil, false, nil
	case python.Bytes:
		if y, ok := b.(python.Bytes); ok && op == python.Add {
			return x + y, true, nil
		}
		return nil, false, nil
	case *List:
		switch op {
		case python.Add:
			if y, ok := b.(*List); ok {
				return &List{Items: append(append([]Value(nil), x.Items...), y.Items...)}, true, nil
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
				return &Tuple{Items: append(append([]Value(nil), x.Items...), y.Items...)}, true, nil
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
			return c, true, nil
		}
		return nil, false, nil
	case *Set:
		if y, ok := b.(*Set); ok {
			return setOperator(op, x, y)
		}
		return nil, false, nil
	}
	switch y := b.(type) {
	case *List, *Tuple, string:
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
		return complexArithmetic(op, a, b)
	}
	x, y := bigInt(a), bigInt(b)
	if x != nil && y != nil {
		return t.intArithmetic(op, x, y)
	}
	f, _ := toFloat(a)
	g, _ := toFloat(b)
	switch op {
	case python.Add:
		return f + g, true, nil
	case python.Sub:
		return f - g, true, nil
	case python.Mult:
		return f * g, true, nil
	case python.Pow:
		return math.Pow(f, g), true, nil
	case python.Div, python.FloorDiv, python.Mod:
		if g == 0 {
			return nil, true, t.errorf("ZeroDivisionError", "float division by zero")
		}
		switch op {
		case python.Div:
			return f / g, true, nil
		case python.FloorDiv:
			return math.Floor(f / g), true, nil
		}
		m := math.Mod(f, g)
		if m != 0 && (m < 0) != (g < 0) {
			m += g
		}
		return m, true, nil
	}
	return nil, false, nil
}

func complexArithmetic(op python.Operator, a, b Value) (Value, bool, error) {
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
		return x / y, true, nil
	}
	return nil, false, nil
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
			f, _ := new(big.Float).SetInt(x).Float64()
			g, _ := new(big.Float).SetInt(y).Float64()
			if f == 0 {
				return nil, true, t.errorf("ZeroDivisionError", "0 cannot be raised to a negative power")
			}
			return math.Pow(f, g), true, nil
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
	return normInt(z), true, nil
}

// maxRepeat bounds lists and strings made by multiplication.
const maxRepeat = 1 << 24

func (t *thread) repeat(items []Value, n int64) ([]Value, error) {
	if n > 0 && int64(len(items)) > maxRepeat/n {
		return nil, t.errorf("MemoryError", "a list of more than %d elements", maxRepeat)
	}
	var out []Value
	for ; n > 0; n-- {
		out = append(out, items...)
	}
	return out, nil
}

func (t *thread) repeatString(s string, n int64) (Value, bool, error) {
	if n <= 0 {
		return "", true, nil
	}
	if int64(len(s)) > maxRepeat/n {
		return nil, true, t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
	}
	return strings.Repeat(s, int(n)), true, nil
}

func setOperator(op python.Operator, x, y *Set) (Value, bool, error) {
	out := &Set{d: NewDict()}
	add := func(from *Set, keep func(Value) bool) {
		from.d.Each(func(k, _ Value) bool {
			if keep(k) {
				out.d.Set(k, true)
			}
			return true
		})
	}
	in := func(s *Set) func(Value) bool { return func(k Value) bool { _, ok := s.d.Get(k); return ok } }
	not := func(f func(Value) bool) func(Value) bool { return func(k Value) bool { return !f(k) } }
	all := func(Value) bool { return true }
	switch op {
	case python.BitOr:
		add(x, all)
		add(y, all)
	case python.BitAnd:
		add(x, in(y))
	case python.Sub:
		add(x, not(in(y)))
	case python.BitXor:
		add(x, not(in(y)))
		add(y, not(in(x)))
	default:
		return nil, false, nil
	}
	return out, true, nil
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
	if tensorLike(b) {
		return t.callOperator(names[1], b, a)
	}
	switch op {
	case python.Eq, python.NotEq:
		eq, err := t.equal(a, b)
		return eq == (op == python.Eq), err
	}
	less, err := lessValues(a, b)
	if err != nil {
		return nil, t.errorf("TypeError", "%s not supported between %s and %s", op, typeName(a), typeName(b))
	}
	more, _ := lessValues(b, a)
	switch op {
	case python.Lt:
		return less, nil
	case python.Gt:
		return more, nil
	case python.LtE:
		return less || !more && comparableFloats(a, b), nil
	}
	return more || !less && comparableFloats(a, b), nil
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
	return a == b
}

// equal is a == b of Python values.
func (t *thread) equal(a, b Value) (bool, error) {
	if x, y := number(a), number(b); x != nil && y != nil {
		if i, j := bigInt(x), bigInt(y); i != nil && j != nil {
			return i.Cmp(j) == 0, nil
		}
		_, cx := x.(complex128)
		_, cy := y.(complex128)
		if cx || cy {
			d, _, _ := complexArithmetic(python.Sub, x, y)
			return d == complex128(0), nil
		}
		f, _ := toFloat(x)
		g, _ := toFloat(y)
		return f == g, nil
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
			same, err = t.equal(v, w)
			return same && err == nil
		})
		return same, err
	case *Set:
		y, ok := b.(*Set)
		if !ok || x.d.Len() != y.d.Len() {
			return false, nil
		}
		same := true
		x.d.Each(func(k, _ Value) bool { _, same = y.d.Get(k); return same })
		return same, nil
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
		same, err := t.equal(a[i], b[i])
		if err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// lessValues is a < b of Python values; an error where they have no order.
func lessValues(a, b Value) (bool, error) {
	if x, y := number(a), number(b); x != nil && y != nil {
		if i, j := bigInt(x), bigInt(y); i != nil && j != nil {
			return i.Cmp(j) < 0, nil
		}
		f, ok1 := toFloat(x)
		g, ok2 := toFloat(y)
		if ok1 && ok2 {
			return f < g, nil
		}
		return false, errUndefined
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return x < y, nil
		}
	case python.Bytes:
		if y, ok := b.(python.Bytes); ok {
			return x < y, nil
		}
	case *List:
		if y, ok := b.(*List); ok {
			return lessItems(x.Items, y.Items)
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return lessItems(x.Items, y.Items)
		}
	}
	return false, errUndefined
}

func lessItems(a, b []Value) (bool, error) {
	for i := range min(len(a), len(b)) {
		less, err := lessValues(a[i], b[i])
		if err != nil || less {
			return less, err
		}
		if more, _ := lessValues(b[i], a[i]); more {
			return false, nil
		}
	}
	return len(a) < len(b), nil
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
	case *Range:
		return x.Len() > 0, nil
	case tensor.Shape:
		return x.Known(), nil
	case *Scalar:
		return t.truth(x.value)
	case *graph.Tensor, *model.Variable:
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
