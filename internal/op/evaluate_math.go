package op

import (
	"cmp"
	"math"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// mathEvaluators are the ops that compute. Integers are computed in 64 bits and
// cut to their type; float32 in float64 and rounded, which for a single one of
// these operations gives what float32 arithmetic gives.
func mathEvaluators() map[string]evaluator {
	return map[string]evaluator{
		"Add":               pairwise(addInts, func(a, b float64) float64 { return a + b }),
		"AddV2":             pairwise(addInts, func(a, b float64) float64 { return a + b }),
		"Sub":               pairwise(func(a, b int64) (int64, bool) { return a - b, true }, func(a, b float64) float64 { return a - b }),
		"Mul":               pairwise(mulInts, func(a, b float64) float64 { return a * b }),
		"FloorDiv":          pairwise(floorDivInts, nil),
		"FloorMod":          pairwise(floorModInts, nil),
		"TruncateDiv":       pairwise(truncateDivInts, nil),
		"TruncateMod":       pairwise(truncateModInts, nil),
		"Div":               pairwise(truncateDivInts, func(a, b float64) float64 { return a / b }),
		"RealDiv":           pairwise(nil, func(a, b float64) float64 { return a / b }),
		"Maximum":           pairwise(func(a, b int64) (int64, bool) { return max(a, b), true }, maxFloats),
		"Minimum":           pairwise(func(a, b int64) (int64, bool) { return min(a, b), true }, minFloats),
		"SquaredDifference": pairwise(func(a, b int64) (int64, bool) { return (a - b) * (a - b), true }, nil),
		"Less":              compare(func(c int) bool { return c < 0 }),
		"LessEqual":         compare(func(c int) bool { return c <= 0 }),
		"Greater":           compare(func(c int) bool { return c > 0 }),
		"GreaterEqual":      compare(func(c int) bool { return c >= 0 }),
		"Equal":             compare(func(c int) bool { return c == 0 }),
		"NotEqual":          compare(func(c int) bool { return c != 0 }),
		"LogicalAnd":        logical(func(a, b bool) bool { return a && b }),
		"LogicalOr":         logical(func(a, b bool) bool { return a || b }),
		"LogicalNot":        evalLogicalNot,
		"Neg":               each(func(a int64) int64 { return -a }, func(a float64) float64 { return -a }),
		"Abs":               each(func(a int64) int64 { return max(a, -a) }, math.Abs),
		"Square":            each(func(a int64) int64 { return a * a }, func(a float64) float64 { return a * a }),
		"Sign":              each(func(a int64) int64 { return int64(cmp.Compare(a, 0)) }, nil),
		"Floor":             each(nil, math.Floor),
		"Ceil":              each(nil, math.Ceil),
		"Rint":              each(nil, math.RoundToEven),
		"Round":             each(nil, math.RoundToEven),
		"Sqrt":              each(nil, math.Sqrt),
		"ZerosLike":         each(func(int64) int64 { return 0 }, func(float64) float64 { return 0 }),
		"OnesLike":          each(func(int64) int64 { return 1 }, func(float64) float64 { return 1 }),
		"Cast":              evalCast,
		"Range":             evalRange,
		"Sum":               reduce(0, addInts),
		"Prod":              reduce(1, mulInts),
		"Max":               reduce(math.MinInt64, func(a, b int64) (int64, bool) { return max(a, b), true }),
		"Min":               reduce(math.MaxInt64, func(a, b int64) (int64, bool) { return min(a, b), true }),
		"All":               reduceBool(func(a, b int64) (int64, bool) { return a & b, true }, 1),
		"Any":               reduceBool(func(a, b int64) (int64, bool) { return a | b, true }, 0),
		"Cumsum":            cumulate(0, addInts),
		"Cumprod":           cumulate(1, mulInts),
	}
}

func addInts(a, b int64) (int64, bool) { return a + b, true }
func mulInts(a, b int64) (int64, bool) { return a * b, true }

// Division by nothing is an error of the kernel.

func truncateDivInts(a, b int64) (int64, bool) {
	if b == 0 || b == -1 {
		return -a, b != 0
	}
	return a / b, true
}

func truncateModInts(a, b int64) (int64, bool) {
	if b == 0 || b == -1 {
		return 0, b != 0
	}
	return a % b, true
}

func floorDivInts(a, b int64) (int64, bool) {
	q, ok := truncateDivInts(a, b)
	if r, _ := truncateModInts(a, b); r != 0 && (r < 0) != (b < 0) {
		q--
	}
	return q, ok
}

func floorModInts(a, b int64) (int64, bool) {
	r, ok := truncateModInts(a, b)
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return r, ok
}

// A comparison with NaN is false: the kernel takes the second operand.

func maxFloats(a, b float64) float64 {
	if a > b {
		return a
	}
	return b
}

func minFloats(a, b float64) float64 {
	if a < b {
		return a
	}
	return b
}

// countable reports the types that int64 holds all values of.
func countable(d tensor.DType) bool {
	return d.IsInteger() && d != tensor.Uint64 && d.Size() > 0
}

func floating(d tensor.DType) bool { return d == tensor.Float32 || d == tensor.Float64 }

// pairs visits the elements of two tensors that are broadcast to each other,
// until visit says no.
func pairs(a, b *tensor.Tensor, visit func(i, j int) bool) (dims []int64, ok bool) {
	dims, ok = broadcastDims(a.Dims, b.Dims)
	if !ok {
		return nil, false
	}
	if _, ok := countOf(dims); !ok {
		return nil, false
	}
	fromA, _ := broadcastFrom(a.Dims, dims)
	fromB, _ := broadcastFrom(b.Dims, dims)
	odometer(dims, func(at []int) { ok = ok && visit(fromA(at), fromB(at)) })
	return dims, ok
}

func pairwise(ints func(a, b int64) (int64, bool), floats func(a, b float64) float64) evaluator {
	return func(e *evaluation) []*tensor.Tensor {
		a, b := e.inputs[0], e.inputs[1]
		switch d := a.DType; {
		case countable(d) && ints != nil:
			var values []int64
			dims, ok := pairs(a, b, func(i, j int) bool {
				v, ok := ints(a.Int(i), b.Int(j))
				values = append(values, v)
				return ok
			})
			if ok {
				return []*tensor.Tensor{tensor.FromInts(d, dims, values)}
			}
		case floating(d) && floats != nil:
			var values []float64
			dims, ok := pairs(a, b, func(i, j int) bool {
				values = append(values, floats(a.Float(i), b.Float(j)))
				return true
			})
			if ok {
				return []*tensor.Tensor{tensor.FromFloats(d, dims, values)}
			}
		}
		return nil
	}
}

func compare(holds func(c int) bool) evaluator {
	return func(e *evaluation) []*tensor.Tensor {
		a, b := e.inputs[0], e.inputs[1]
		if !countable(a.DType) && !floating(a.DType) && a.DType != tensor.Bool {
			return nil
		}
		return bools(a, b, func(i, j int) (result, ok bool) {
			if floating(a.DType) {
				x, y := a.Float(i), b.Float(j)
				return holds(cmp.Compare(x, y)), !math.IsNaN(x) && !math.IsNaN(y)
			}
			return holds(cmp.Compare(a.Int(i), b.Int(j))), true
		})
	}
}

func logical(f func(a, b bool) bool) evaluator {
	return func(e *evaluation) []*tensor.Tensor {
		a, b := e.inputs[0], e.inputs[1]
		return bools(a, b, func(i, j int) (result, ok bool) { return f(a.Data[i] != 0, b.Data[j] != 0), true })
	}
}

// bools makes a bool tensor of two tensors, element by element.
func bools(a, b *tensor.Tensor, f func(i, j int) (result, ok bool)) []*tensor.Tensor {
	out := &tensor.Tensor{DType: tensor.Bool}
	dims, ok := pairs(a, b, func(i, j int) bool {
		v, ok := f(i, j)
		out.Data = append(out.Data, boolByte(v))
		return ok
	})
	if !ok {
		return nil
	}
	out.Dims = dims
	return []*tensor.Tensor{out}
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func evalLogicalNot(e *evaluation) []*tensor.Tensor {
	out := &tensor.Tensor{DType: tensor.Bool, Dims: e.inputs[0].Dims}
	for _, b := range e.inputs[0].Data {
		out.Data = append(out.Data, boolByte(b == 0))
	}
	return []*tensor.Tensor{out}
}

func each(ints func(int64) int64, floats func(float64) float64) evaluator {
	return func(e *evaluation) []*tensor.Tensor {
		t := e.inputs[0]
		n := int(t.NumElements())
		switch {
		case countable(t.DType) && ints != nil:
			values := make([]int64, n)
			for i := range values {
				values[i] = ints(t.Int(i))
			}
			return []*tensor.Tensor{tensor.FromInts(t.DType, t.Dims, values)}
		case floating(t.DType) && floats != nil:
			values := make([]float64, n)
			for i := range values {
				values[i] = floats(t.Float(i))
			}
			return []*tensor.Tensor{tensor.FromFloats(t.DType, t.Dims, values)}
		}
		return nil
	}
}

func evalCast(e *evaluation) []*tensor.Tensor {
	t, to := e.inputs[0], evalAttr[tensor.DType](e, "DstT")
	n := int(t.NumElements())
	short := to == tensor.Half || to == tensor.BFloat16
	switch {
	case t.DType == to:
		return e.inputs[:1]
	case short && (floating(t.DType) || countable(t.DType) || t.DType == tensor.Bool): // by way of float32 (Eigen)
		values := make([]float64, n)
		for i := range values {
			if floating(t.DType) {
				values[i] = float64(float32(t.Float(i)))
			} else {
				values[i] = float64(float32(t.Int(i)))
			}
		}
		return []*tensor.Tensor{tensor.FromFloats(to, t.Dims, values)}
	case (floating(t.DType) || t.DType == tensor.Half || t.DType == tensor.BFloat16) && floating(to):
		values := make([]float64, n)
		for i := range values {
			values[i] = t.Float(i)
		}
		return []*tensor.Tensor{tensor.FromFloats(to, t.Dims, values)}
	case floating(t.DType) && (to == tensor.Int32 || to == tensor.Int64):
		values := make([]int64, n)
		for i := range values {
			v := math.Trunc(t.Float(i))
			if !(math.Abs(v) < 1<<31) && (to == tensor.Int32 || !(math.Abs(v) < 1<<63)) {
				return nil // what becomes of it depends on the machine
			}
			values[i] = int64(v)
		}
		return []*tensor.Tensor{tensor.FromInts(to, t.Dims, values)}
	case (countable(t.DType) || t.DType == tensor.Bool) && floating(to):
		values := make([]float64, n)
		for i := range values {
			v := t.Int(i)
			if to == tensor.Float32 {
				values[i] = float64(float32(v)) // rounded once
			} else {
				values[i] = float64(v)
			}
		}
		return []*tensor.Tensor{tensor.FromFloats(to, t.Dims, values)}
	case (countable(t.DType) || floating(t.DType)) && to == tensor.Bool:
		out := &tensor.Tensor{DType: to, Dims: t.Dims}
		for i := range n {
			out.Data = append(out.Data, boolByte(floating(t.DType) && t.Float(i) != 0 || countable(t.DType) && t.Int(i) != 0))
		}
		return []*tensor.Tensor{out}
	case (countable(t.DType) || t.DType == tensor.Bool) && countable(to):
		values := make([]int64, n)
		for i := range values {
			values[i] = t.Int(i)
		}
		return []*tensor.Tensor{tensor.FromInts(to, t.Dims, values)}
	}
	return nil
}

func evalRange(e *evaluation) []*tensor.Tensor {
	start, ok1 := e.scalarInt(0)
	limit, ok2 := e.scalarInt(1)
	delta, ok3 := e.scalarInt(2)
	if !ok1 || !ok2 || !ok3 || delta == 0 {
		return nil
	}
	values := []int64{}
	for v := start; delta > 0 && v < limit || delta < 0 && v > limit; v += delta {
		if len(values) == maxEvaluated {
			return nil
		}
		values = append(values, v)
	}
	return []*tensor.Tensor{tensor.FromInts(e.inputs[0].DType, []int64{int64(len(values))}, values)}
}

// reduce folds along the axes given by the second input. The order of a sum of
// floats is the kernel's own, so that only integers are reduced.
func reduce(start int64, fold func(a, b int64) (int64, bool)) evaluator {
	return func(e *evaluation) []*tensor.Tensor {
		if !countable(e.inputs[0].DType) {
			return nil
		}
		dims, values, ok := reduceInts(e, start, fold)
		if !ok {
			return nil
		}
		return []*tensor.Tensor{tensor.FromInts(e.inputs[0].DType, dims, values)}
	}
}

func reduceBool(fold func(a, b int64) (int64, bool), start int64) evaluator {
	return func(e *evaluation) []*tensor.Tensor {
		dims, values, ok := reduceInts(e, start, fold)
		if !ok {
			return nil
		}
		out := &tensor.Tensor{DType: tensor.Bool, Dims: dims}
		for _, v := range values {
			out.Data = append(out.Data, boolByte(v != 0))
		}
		return []*tensor.Tensor{out}
	}
}

func reduceInts(e *evaluation, start int64, fold func(a, b int64) (int64, bool)) (dims, values []int64, ok bool) {
	t := e.inputs[0]
	axes, ok := e.ints(1)
	if !ok || len(e.inputs[1].Dims) > 1 || t.NumElements() == 0 {
		return nil, nil, false
	}
	folded := make([]bool, len(t.Dims))
	for _, axis := range axes {
		i, ok := axisOf(axis, len(t.Dims))
		if !ok || folded[i] {
			return nil, nil, false
		}
		folded[i] = true
	}
	kept := slices.Clone(t.Dims)
	dims = []int64{}
	for i := range kept {
		if folded[i] {
			kept[i] = 1
			if !evalAttr[bool](e, "keep_dims") {
				continue
			}
		}
		dims = append(dims, kept[i])
	}
	n, ok := countOf(kept)
	if !ok {
		return nil, nil, false
	}
	values = slices.Repeat([]int64{start}, n)
	to, _ := broadcastFrom(kept, t.Dims)
	i := 0
	odometer(t.Dims, func(at []int) {
		v, _ := fold(values[to(at)], t.Int(i))
		values[to(at)] = v
		i++
	})
	return dims, values, true
}

// cumulate folds a vector, keeping what it had at each element.
func cumulate(start int64, fold func(a, b int64) (int64, bool)) evaluator {
	return func(e *evaluation) []*tensor.Tensor {
		t := e.inputs[0]
		axis, ok := e.scalarInt(1)
		if !ok || !countable(t.DType) || len(t.Dims) != 1 || axis != 0 && axis != -1 {
			return nil
		}
		values := make([]int64, t.NumElements())
		sum := start
		for k := range values {
			i := k
			if evalAttr[bool](e, "reverse") {
				i = len(values) - 1 - k
			}
			next, _ := fold(sum, t.Int(i))
			if values[i] = next; evalAttr[bool](e, "exclusive") {
				values[i] = sum
			}
			sum = next
		}
		return []*tensor.Tensor{tensor.FromInts(t.DType, t.Dims, values)}
	}
}
