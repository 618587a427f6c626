package op

import (
	"sync"

	"github.com/tfsave/tfsave/internal/tensor"
)

// maxEvaluated bounds the elements of what is evaluated: shape arithmetic is
// done on a few numbers, and more is left to TensorFlow.
const maxEvaluated = 4096

// evaluation is one node whose inputs are all known.
type evaluation struct {
	def    *Def
	attrs  map[string]any
	inputs []*tensor.Tensor
}

// evaluator computes the outputs, nil where it cannot: it refuses what
// TensorFlow's kernel would refuse, and what it does not implement.
type evaluator func(e *evaluation) []*tensor.Tensor

var evaluators = sync.OnceValue(func() map[string]evaluator {
	all := map[string]evaluator{}
	for _, family := range []map[string]evaluator{arrayEvaluators(), mathEvaluators()} {
		for name, f := range family {
			all[name] = f
		}
	}
	return all
})

// Evaluate computes the outputs of a node from those of its inputs, all
// known, for the ops that occur in the arithmetic on shapes, as TensorFlow
// does while it builds a graph. False where op, types or values are not
// supported, or the tensors are large.
func Evaluate(d *Def, attrs map[string]any, inputs []*tensor.Tensor) ([]*tensor.Tensor, bool) {
	f, ok := evaluators()[d.Name]
	if !ok {
		return nil, false
	}
	types, err := d.InputTypes(attrs)
	if err != nil || len(types) != len(inputs) {
		return nil, false
	}
	for i, t := range inputs {
		if t == nil || t.DType != types[i] || t.Check() != nil || t.NumElements() > maxEvaluated {
			return nil, false
		}
	}
	out := f(&evaluation{d, attrs, inputs})
	types, err = d.OutputTypes(attrs)
	if err != nil || len(out) != len(types) {
		return nil, false
	}
	for i, t := range out {
		if t == nil || t.DType != types[i] {
			return nil, false
		}
	}
	return out, true
}

// attr is the value of an attribute, the zero value if it has none of the type.
func evalAttr[T any](e *evaluation, name string) T {
	v, _ := e.def.value(e.attrs, name).(T)
	return v
}

// ints gives the elements of input i, where it is of an integer type.
func (e *evaluation) ints(i int) ([]int64, bool) {
	if i >= len(e.inputs) {
		return nil, false
	}
	return intElements(e.inputs[i])
}

// scalarInt is the value of input i, an integer scalar.
func (e *evaluation) scalarInt(i int) (int64, bool) {
	v, ok := e.ints(i)
	if !ok || len(e.inputs[i].Dims) != 0 {
		return 0, false
	}
	return v[0], true
}

// countOf is the number of elements of a tensor of these dimensions; false if
// they are none, or more than are evaluated.
func countOf(dims []int64) (int, bool) {
	n := int64(1)
	for _, d := range dims {
		if d < 0 {
			return 0, false
		}
		if d == 0 {
			return 0, true
		}
	}
	for _, d := range dims {
		if d > maxEvaluated || n > maxEvaluated/d {
			return 0, false
		}
		n *= d
	}
	return int(n), true
}

// take makes a tensor of elements of t: element i is t's element from[i].
func take(t *tensor.Tensor, dims []int64, from []int) *tensor.Tensor {
	out := &tensor.Tensor{DType: t.DType, Dims: dims}
	if t.DType == tensor.String {
		out.Strings = make([]string, len(from))
		for i, j := range from {
			out.Strings[i] = t.Strings[j]
		}
		return out
	}
	size := t.DType.Size()
	out.Data = make([]byte, 0, size*len(from))
	for _, j := range from {
		out.Data = append(out.Data, t.Data[j*size:(j+1)*size]...)
	}
	return out
}

// join makes one list of the elements of several tensors of the same type.
func join(list []*tensor.Tensor) *tensor.Tensor {
	out := &tensor.Tensor{DType: list[0].DType}
	n := int64(0)
	for _, t := range list {
		out.Data = append(out.Data, t.Data...)
		out.Strings = append(out.Strings, t.Strings...)
		n += t.NumElements()
	}
	out.Dims = []int64{n}
	return out
}

// strides are the distances, in elements, between neighbours along each dimension.
func strides(dims []int64) []int {
	s := make([]int, len(dims))
	n := 1
	for i := len(dims) - 1; i >= 0; i-- {
		s[i] = n
		n *= int(dims[i])
	}
	return s
}

// odometer visits all positions of a tensor of these dimensions, in row-major order.
func odometer(dims []int64, visit func(at []int)) {
	n, ok := countOf(dims)
	if !ok {
		return
	}
	at := make([]int, len(dims))
	for range n {
		visit(at)
		for i := len(at) - 1; i >= 0; i-- {
			at[i]++
			if at[i] < int(dims[i]) {
				break
			}
			at[i] = 0
		}
	}
}

// pick makes a tensor of the given dimensions: where says for each position
// which element of t it is.
func pick(t *tensor.Tensor, dims []int64, where func(at []int) int) []*tensor.Tensor {
	n, ok := countOf(dims)
	if !ok {
		return nil
	}
	from := make([]int, 0, n)
	odometer(dims, func(at []int) { from = append(from, where(at)) })
	return []*tensor.Tensor{take(t, dims, from)}
}

// axisOf makes an axis that may count from the end one that does not.
func axisOf(axis int64, rank int) (int, bool) {
	if axis < 0 {
		axis += int64(rank)
	}
	return int(axis), axis >= 0 && axis < int64(rank)
}
