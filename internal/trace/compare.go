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
	if isNumPy(a) && comparable(b) || isNumPy(b) && comparable(a) {
		return t.arrayCompare(op, a, b)
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

// comparable reports whether NumPy compares a value element by element.
func comparable(v Value) bool {
	switch v.(type) {
	case *List, *Tuple:
		return true
	}
	return isNumPy(v) || number(v) != nil
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
	if isNumPy(a) || isNumPy(b) {
		if !comparable(a) || !comparable(b) {
			return false, nil
		}
		v, err := t.arrayCompare(python.Eq, a, b)
		if err != nil {
			return false, err
		}
		return t.truth(v)
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
	}
	switch y := b.(type) {
	case tensor.DType, tensor.Shape:
		return t.equal(y, a)
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
	case *Array:
		return t.arrayTruth(x)
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
