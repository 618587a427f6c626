package trace

import (
	"math/big"

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
	if isNumPy(a) || isNumPy(b) {
		return t.numpyBinary(op, a, b)
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

// numpyBinary is an operator with a NumPy array or scalar on one side. A list
// or a text is repeated by a scalar.
func (t *thread) numpyBinary(op python.Operator, a, b Value) (Value, error) {
	for _, v := range []Value{a, b} {
		switch v.(type) {
		case string, python.Bytes, tensor.Shape, *Dict, *Set, nil:
			return nil, t.errorf("TypeError", "unsupported operand types for %s: %s and %s", op, typeName(a), typeName(b))
		}
	}
	return t.arrayBinary(op, a, b)
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
	if isNumPy(v) && op != python.Not {
		return t.arrayUnary(op.String(), v)
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

// maxBits bounds the integers that bodies compute with.
const maxBits = 1 << 16

// maxRepeat bounds the lists and strings that bodies make.
const maxRepeat = 1 << 24

var compareNames = map[python.CmpOperator][2]string{
	python.Eq: {"eq", "eq"}, python.NotEq: {"ne", "ne"}, python.Lt: {"lt", "gt"},
	python.LtE: {"le", "ge"}, python.Gt: {"gt", "lt"}, python.GtE: {"ge", "le"},
}
