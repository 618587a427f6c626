package trace

import (
	"math"
	"math/cmplx"

	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file computes with NumPy arrays, element by element.

// operands makes arrays of two operands and gives the dtype that they have in
// common; a Python number takes that of the other one, unless it is of a
// higher kind.
func (t *thread) operands(x, y Value) (a, b *Array, d tensor.DType, err error) {
	a, weakA, err := t.asArray(x)
	if err != nil {
		return nil, nil, 0, err
	}
	b, weakB, err := t.asArray(y)
	if err != nil {
		return nil, nil, 0, err
	}
	switch {
	case weakA && !weakB:
		d, err = t.weakly(b.dtype, x)
	case weakB && !weakA:
		d, err = t.weakly(a.dtype, y)
	default:
		d = promote(a.dtype, b.dtype)
	}
	if err == nil && (d == tensor.Invalid || d == tensor.String) {
		err = t.errorf("TypeError", "NumPy arrays of text do not compute")
	}
	return a, b, d, err
}

// weakly is the dtype of an array of d beside a Python number.
func (t *thread) weakly(d tensor.DType, v Value) (tensor.DType, error) {
	switch x := number(v).(type) {
	case float64:
		if !d.IsFloating() && !d.IsComplex() {
			return tensor.Float64, nil
		}
	case complex128:
		if d.IsComplex() {
			return d, nil
		}
		if d == tensor.Float32 || d == tensor.Half {
			return tensor.Complex64, nil
		}
		return tensor.Complex128, nil
	default:
		if d == tensor.Bool {
			return tensor.Int64, nil
		}
		if d.IsInteger() { // must fit
			one, err := t.newArray(d, nil)
			if err == nil {
				err = t.putValue(one, 0, x)
			}
			return d, err
		}
	}
	return d, nil
}

// elementwise makes an array of the results for each pair of elements, which
// are converted to d.
type elementwise struct {
	result tensor.DType // Invalid for d
	ints   func(a, b int64) (int64, error)
	floats func(a, b float64) float64
	parts  func(a, b complex128) complex128
}

func (t *thread) pairs(name string, a, b *Array, d tensor.DType, f elementwise) (Value, error) {
	dims, err := t.broadcast(a, b)
	if err != nil {
		return nil, err
	}
	result := f.result
	if result == tensor.Invalid {
		result = d
	}
	out, err := t.newArray(result, dims)
	if err != nil {
		return nil, err
	}
	p, q := a.broadcastTo(dims).places(), b.broadcastTo(dims).places()
	one := &Array{dtype: d, data: &elements{i: make([]int64, 2), f: make([]float64, 2), c: make([]complex128, 2)}}
	for i := range p {
		one.put(0, a, p[i])
		one.put(1, b, q[i])
		at := int64(i)
		switch {
		case d.IsComplex() && f.parts != nil:
			r := f.parts(one.data.c[0], one.data.c[1])
			if out.dtype.IsComplex() {
				out.setComplex(at, r)
			} else {
				out.setInt(at, truthInt(r != 0))
			}
		case d.IsFloating() && f.floats != nil:
			r := f.floats(one.data.f[0], one.data.f[1])
			if out.dtype.IsFloating() {
				out.setFloat(at, r)
			} else {
				out.setInt(at, truthInt(r != 0))
			}
		case !d.IsFloating() && !d.IsComplex() && f.ints != nil:
			r, err := f.ints(one.data.i[0], one.data.i[1])
			if err != nil {
				return nil, err
			}
			out.setInt(at, r)
		default:
			return nil, t.errorf("TypeError", "%s of NumPy arrays of %s is not supported", name, d)
		}
	}
	return unpacked(out), nil
}

// arrayBinary is an operator on NumPy arrays and scalars.
func (t *thread) arrayBinary(op python.Operator, x, y Value) (Value, error) {
	if op == python.MatMult {
		return t.arrayMatMul(x, y)
	}
	a, b, d, err := t.operands(x, y)
	if err != nil {
		return nil, err
	}
	name := op.String()
	if d == tensor.Uint64 && op != python.Add && op != python.Sub && op != python.Mult {
		return nil, t.errorf("TypeError", "%s of NumPy arrays of uint64 is not supported", name)
	}
	switch op {
	case python.Add:
		if d == tensor.Bool {
			return t.pairs(name, a, b, d, elementwise{ints: func(a, b int64) (int64, error) { return a | b, nil }})
		}
		return t.pairs(name, a, b, d, elementwise{ints: func(a, b int64) (int64, error) { return a + b, nil },
			floats: func(a, b float64) float64 { return a + b }, parts: func(a, b complex128) complex128 { return a + b }})
	case python.Sub:
		if d == tensor.Bool {
			return nil, t.errorf("TypeError", "numpy boolean subtract, the `-` operator, is not supported")
		}
		return t.pairs(name, a, b, d, elementwise{ints: func(a, b int64) (int64, error) { return a - b, nil },
			floats: func(a, b float64) float64 { return a - b }, parts: func(a, b complex128) complex128 { return a - b }})
	case python.Mult:
		return t.pairs(name, a, b, d, elementwise{ints: func(a, b int64) (int64, error) { return a * b, nil },
			floats: func(a, b float64) float64 { return a * b }, parts: func(a, b complex128) complex128 { return a * b }})
	case python.Div:
		if !d.IsFloating() && !d.IsComplex() {
			d = tensor.Float64
		}
		return t.pairs(name, a, b, d, elementwise{floats: func(a, b float64) float64 { return a / b },
			parts: func(a, b complex128) complex128 { return a / b }})
	case python.FloorDiv, python.Mod:
		if d == tensor.Bool {
			d = tensor.Int8
		}
		return t.pairs(name, a, b, d, floorOrMod(op))
	case python.Pow:
		if d == tensor.Bool {
			d = tensor.Int8
		}
		return t.pairs(name, a, b, d, elementwise{floats: math.Pow, parts: cmplx.Pow, ints: t.intPower})
	case python.BitAnd, python.BitOr, python.BitXor, python.LShift, python.RShift:
		return t.pairs(name, a, b, d, elementwise{ints: func(a, b int64) (int64, error) {
			switch op {
			case python.BitAnd:
				return a & b, nil
			case python.BitOr:
				return a | b, nil
			case python.BitXor:
				return a ^ b, nil
			}
			switch {
			case b < 0 || b > 63:
				return 0, t.errorf("ValueError", "shift count %d", b)
			case op == python.LShift:
				return a << b, nil
			}
			return a >> b, nil
		}})
	}
	return nil, t.errorf("TypeError", "%s of NumPy arrays is not supported", name)
}

func floorOrMod(op python.Operator) elementwise {
	return elementwise{
		ints: func(a, b int64) (int64, error) {
			if b == 0 { // with a warning
				return 0, nil
			}
			q, m := a/b, a%b
			if m != 0 && (m < 0) != (b < 0) {
				q, m = q-1, m+b
			}
			if op == python.Mod {
				return m, nil
			}
			return q, nil
		},
		floats: func(a, b float64) float64 {
			if b == 0 && op == python.FloorDiv {
				return a / b
			}
			if b == 0 {
				return math.NaN()
			}
			q, m := floorDivide(a, b)
			if op == python.Mod {
				return m
			}
			return q
		},
	}
}

func (t *thread) intPower(a, b int64) (int64, error) {
	if b < 0 {
		return 0, t.errorf("ValueError", "integers to negative integer powers are not allowed")
	}
	r := int64(1)
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			r *= a
		}
		a *= a
	}
	return r, nil
}

// arrayCompare is a comparison of NumPy arrays and scalars.
func (t *thread) arrayCompare(op python.CmpOperator, x, y Value) (Value, error) {
	a, _, err := t.asArray(x)
	if err != nil {
		return nil, err
	}
	b, _, err := t.asArray(y)
	if err != nil {
		return nil, err
	}
	d := promote(a.dtype, b.dtype)
	if d == tensor.String || d == tensor.Invalid || d == tensor.Uint64 {
		return nil, t.errorf("TypeError", "%s of NumPy arrays of %s and %s is not supported", op, a.dtype, b.dtype)
	}
	yes := func(order int, nan bool) bool {
		switch op {
		case python.Eq:
			return order == 0 && !nan
		case python.NotEq:
			return order != 0 || nan
		case python.Lt:
			return order < 0 && !nan
		case python.LtE:
			return order <= 0 && !nan
		case python.Gt:
			return order > 0 && !nan
		}
		return order >= 0 && !nan
	}
	f := elementwise{result: tensor.Bool,
		ints: func(a, b int64) (int64, error) {
			return truthInt(yes(int(truthInt(a > b)-truthInt(a < b)), false)), nil
		},
		floats: func(a, b float64) float64 {
			return float64(truthInt(yes(int(truthInt(a > b)-truthInt(a < b)), a != a || b != b)))
		},
	}
	if op == python.Eq || op == python.NotEq {
		f.parts = func(a, b complex128) complex128 { return complex(float64(truthInt((a == b) == (op == python.Eq))), 0) }
	}
	return t.pairs(op.String(), a, b, d, f)
}

// each makes an array of f of each element.
func (t *thread) each(a *Array, result tensor.DType, f func(out *Array, at, p int64)) (Value, error) {
	out, err := t.newArray(result, a.dims)
	if err != nil {
		return nil, err
	}
	for i, p := range a.places() {
		f(out, int64(i), p)
	}
	return unpacked(out), nil
}

// arrayUnary is -a, ~a, +a and abs(a) of a NumPy array or scalar.
func (t *thread) arrayUnary(op string, v Value) (Value, error) {
	a, _, err := t.asArray(v)
	if err != nil {
		return nil, err
	}
	switch {
	case a.dtype.IsComplex() && op == "abs":
		return t.each(a, a.dtype.Real(), func(out *Array, at, p int64) { out.setFloat(at, cmplx.Abs(a.data.c[p])) })
	case a.dtype.IsComplex() && op != "~":
		return t.each(a, a.dtype, func(out *Array, at, p int64) {
			if out.data.c[at] = a.data.c[p]; op == "-" {
				out.data.c[at] = -a.data.c[p]
			}
		})
	case a.dtype.IsFloating() && op != "~":
		return t.each(a, a.dtype, func(out *Array, at, p int64) {
			switch x := a.data.f[p]; op {
			case "-":
				out.data.f[at] = -x
			case "abs":
				out.data.f[at] = math.Abs(x)
			default:
				out.data.f[at] = x
			}
		})
	case a.dtype == tensor.Bool && op == "~":
		return t.each(a, a.dtype, func(out *Array, at, p int64) { out.data.i[at] = 1 - a.data.i[p] })
	case a.dtype.IsInteger() || a.dtype == tensor.Bool && op == "abs":
		return t.each(a, a.dtype, func(out *Array, at, p int64) {
			x := a.data.i[p]
			if op == "-" || op == "abs" && x < 0 && !a.dtype.IsUnsigned() {
				x = -x
			}
			if op == "~" {
				x = ^x
			}
			out.setInt(at, x)
		})
	}
	return nil, t.errorf("TypeError", "bad operand type for unary %s: an array of %s", op, a.dtype)
}

// arrayMatMul is a @ b.
func (t *thread) arrayMatMul(x, y Value) (Value, error) {
	a, b, d, err := t.operands(x, y)
	if err != nil {
		return nil, err
	}
	if len(a.dims) == 0 || len(b.dims) == 0 {
		return nil, t.errorf("ValueError", "matmul: an operand has no dimensions")
	}
	vectorA, vectorB := len(a.dims) == 1, len(b.dims) == 1
	if vectorA {
		a = a.view([]int64{1, a.dims[0]}, []int64{0, a.strides[0]}, a.offset)
	}
	if vectorB {
		b = b.view([]int64{b.dims[0], 1}, []int64{b.strides[0], 0}, b.offset)
	}
	n, k, m := a.dims[len(a.dims)-2], a.dims[len(a.dims)-1], b.dims[len(b.dims)-1]
	if k != b.dims[len(b.dims)-2] {
		return nil, t.errorf("ValueError", "matmul: input operands have a mismatch in the core dimension: shapes %s and %s", tensor.ShapeOf(a.dims...), tensor.ShapeOf(b.dims...))
	}
	batch, err := t.broadcast(&Array{dims: a.dims[:len(a.dims)-2]}, &Array{dims: b.dims[:len(b.dims)-2]})
	if err != nil {
		return nil, err
	}
	out, err := t.newArray(d, append(append([]int64(nil), batch...), n, m))
	if err != nil {
		return nil, err
	}
	left := a.broadcastTo(append(append([]int64(nil), batch...), n, k)).places()
	right := b.broadcastTo(append(append([]int64(nil), batch...), k, m)).places()
	if size := out.size(); k > 0 && size > maxSteps/k {
		return nil, t.errorf("MemoryError", "the matrix product is too large")
	}
	if err := t.charge(int(out.size() * k / 8)); err != nil {
		return nil, err
	}
	for at := int64(0); at < out.size(); at++ {
		g, i, j := at/(n*m), at/m%n, at%m
		var si int64
		var sf float64
		var sc complex128
		for l := int64(0); l < k; l++ {
			p, q := left[(g*n+i)*k+l], right[(g*k+l)*m+j]
			switch {
			case d.IsComplex():
				sc += a.complex(p) * b.complex(q)
			case d.IsFloating():
				sf += a.float(p) * b.float(q)
			default:
				si += a.data.i[p] * b.data.i[q]
			}
		}
		switch {
		case d.IsComplex():
			out.setComplex(at, sc)
		case d.IsFloating():
			out.setFloat(at, sf)
		default:
			out.setInt(at, si)
		}
	}
	dims := append([]int64(nil), batch...)
	if !vectorA {
		dims = append(dims, n)
	}
	if !vectorB {
		dims = append(dims, m)
	}
	return unpacked(out.view(dims, rowMajor(dims), 0)), nil
}
