package op

import (
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// arrayEvaluators are the ops that move elements.
func arrayEvaluators() map[string]evaluator {
	return map[string]evaluator{
		"Identity":          evalIdentity,
		"IdentityN":         func(e *evaluation) []*tensor.Tensor { return e.inputs },
		"StopGradient":      evalIdentity,
		"PreventGradient":   evalIdentity,
		"EnsureShape":       evalEnsureShape,
		"Rank":              evalRank,
		"Size":              evalSize,
		"Shape":             evalShapes,
		"ShapeN":            evalShapes,
		"Reshape":           evalReshape,
		"ExpandDims":        evalExpandDims,
		"Squeeze":           evalSqueeze,
		"Pack":              evalPack,
		"Unpack":            evalUnpack,
		"Concat":            func(e *evaluation) []*tensor.Tensor { return concat(e, 0, e.inputs[1:]) },
		"ConcatV2":          func(e *evaluation) []*tensor.Tensor { n := len(e.inputs) - 1; return concat(e, n, e.inputs[:n]) },
		"StridedSlice":      evalStridedSlice,
		"Slice":             evalSlice,
		"Gather":            func(e *evaluation) []*tensor.Tensor { return gather(e, 0, 0) },
		"GatherV2":          evalGatherV2,
		"Transpose":         evalTranspose,
		"Tile":              evalTile,
		"BroadcastTo":       evalBroadcastTo,
		"BroadcastArgs":     evalBroadcastArgs,
		"Fill":              evalFill,
		"ReverseV2":         evalReverseV2,
		"Split":             evalSplit,
		"SplitV":            evalSplitV,
		"Select":            evalSelect,
		"SelectV2":          evalSelect,
		"InvertPermutation": evalInvertPermutation,
		"ListDiff":          evalListDiff,
	}
}

func evalIdentity(e *evaluation) []*tensor.Tensor { return e.inputs[:1] }

func evalEnsureShape(e *evaluation) []*tensor.Tensor {
	if !evalAttr[tensor.Shape](e, "shape").Compatible(e.inputs[0].Shape()) {
		return nil
	}
	return e.inputs[:1]
}

func evalRank(e *evaluation) []*tensor.Tensor {
	return oneInt(tensor.Int32, int64(len(e.inputs[0].Dims)))
}

func evalSize(e *evaluation) []*tensor.Tensor {
	return oneInt(evalAttr[tensor.DType](e, "out_type"), e.inputs[0].NumElements())
}

func oneInt(d tensor.DType, v int64) []*tensor.Tensor {
	return []*tensor.Tensor{tensor.FromInts(d, []int64{}, []int64{v})}
}

func evalShapes(e *evaluation) []*tensor.Tensor {
	var out []*tensor.Tensor
	for _, t := range e.inputs {
		out = append(out, tensor.FromInts(evalAttr[tensor.DType](e, "out_type"), []int64{int64(len(t.Dims))}, t.Dims))
	}
	return out
}

// withDims gives the same elements another shape.
func withDims(t *tensor.Tensor, dims []int64) []*tensor.Tensor {
	out := *t
	out.Dims = dims
	if n, ok := countOf(dims); !ok || int64(n) != t.NumElements() {
		return nil
	}
	return []*tensor.Tensor{&out}
}

func evalReshape(e *evaluation) []*tensor.Tensor {
	dims, ok := e.ints(1)
	if !ok || len(e.inputs[1].Dims) != 1 {
		return nil
	}
	dims = slices.Clone(dims)
	if open := slices.Index(dims, -1); open >= 0 {
		dims[open] = 1
		rest, ok := countOf(dims)
		if !ok || rest == 0 || e.inputs[0].NumElements()%int64(rest) != 0 {
			return nil
		}
		dims[open] = e.inputs[0].NumElements() / int64(rest)
	}
	return withDims(e.inputs[0], dims)
}

func evalExpandDims(e *evaluation) []*tensor.Tensor {
	axis, ok := e.ints(1)
	if !ok || len(axis) != 1 {
		return nil
	}
	i, ok := axisOf(axis[0], len(e.inputs[0].Dims)+1)
	if !ok {
		return nil
	}
	return withDims(e.inputs[0], slices.Insert(slices.Clone(e.inputs[0].Dims), i, 1))
}

func evalSqueeze(e *evaluation) []*tensor.Tensor {
	t := e.inputs[0]
	axes := evalAttr[[]int64](e, "squeeze_dims")
	drop := make([]bool, len(t.Dims))
	for _, axis := range axes {
		i, ok := axisOf(axis, len(t.Dims))
		if !ok || t.Dims[i] != 1 {
			return nil
		}
		drop[i] = true
	}
	dims := []int64{}
	for i, d := range t.Dims {
		if !drop[i] && (len(axes) > 0 || d != 1) {
			dims = append(dims, d)
		}
	}
	return withDims(t, dims)
}

func evalPack(e *evaluation) []*tensor.Tensor {
	first := e.inputs[0]
	axis, ok := axisOf(evalAttr[int64](e, "axis"), len(first.Dims)+1)
	if !ok {
		return nil
	}
	parts := make([]*tensor.Tensor, len(e.inputs))
	for i, t := range e.inputs {
		if !slices.Equal(t.Dims, first.Dims) {
			return nil
		}
		part := *t
		part.Dims = slices.Insert(slices.Clone(t.Dims), axis, 1)
		parts[i] = &part
	}
	return concatAlong(axis, parts)
}

func evalUnpack(e *evaluation) []*tensor.Tensor {
	t := e.inputs[0]
	axis, ok := axisOf(evalAttr[int64](e, "axis"), len(t.Dims))
	if !ok || t.Dims[axis] != evalAttr[int64](e, "num") {
		return nil
	}
	var out []*tensor.Tensor
	step := strides(t.Dims)
	dims := slices.Delete(slices.Clone(t.Dims), axis, axis+1)
	rest := slices.Delete(slices.Clone(step), axis, axis+1)
	for i := range int(t.Dims[axis]) {
		out = append(out, pick(t, dims, func(at []int) int { return i*step[axis] + dot(at, rest) })...)
	}
	return out
}

func dot(a, b []int) int {
	n := 0
	for i := range a {
		n += a[i] * b[i]
	}
	return n
}

func concat(e *evaluation, axisInput int, parts []*tensor.Tensor) []*tensor.Tensor {
	axis, ok := e.scalarInt(axisInput)
	if !ok {
		return nil
	}
	i, ok := axisOf(axis, len(parts[0].Dims))
	if !ok {
		return nil
	}
	return concatAlong(i, parts)
}

func concatAlong(axis int, parts []*tensor.Tensor) []*tensor.Tensor {
	dims := slices.Clone(parts[0].Dims)
	dims[axis] = 0
	var owner, offset []int // for each index along the axis: which part, and which index in it
	for p, t := range parts {
		if len(t.Dims) != len(dims) {
			return nil
		}
		for i, d := range t.Dims {
			if i != axis && d != dims[i] {
				return nil
			}
		}
		for k := range int(t.Dims[axis]) {
			owner, offset = append(owner, p), append(offset, k)
		}
		dims[axis] += t.Dims[axis]
	}
	starts, steps := make([]int, len(parts)), make([][]int, len(parts))
	n := 0
	for p, t := range parts {
		starts[p], steps[p] = n, strides(t.Dims)
		n += int(t.NumElements())
	}
	return pick(join(parts), dims, func(at []int) int {
		p, k := owner[at[axis]], offset[at[axis]]
		return starts[p] + dot(at, steps[p]) + (k-at[axis])*steps[p][axis]
	})
}

func evalStridedSlice(e *evaluation) []*tensor.Tensor {
	t := e.inputs[0]
	begin, ok1 := e.ints(1)
	end, ok2 := e.ints(2)
	stride, ok3 := e.ints(3)
	if !ok1 || !ok2 || !ok3 {
		return nil
	}
	masks := newSliceMasks(func(name string) int64 { return evalAttr[int64](e, name) })
	s, err := newStridedSlice(masks, begin, end, stride, t.Shape())
	if err != nil {
		return nil
	}
	// How far an index of the output moves in the input.
	dims := s.shape.Dims()
	start, steps := 0, make([]int, len(dims))
	for i, step := range strides(t.Dims) {
		start += int(s.items[i].begin) * step
		if out := s.items[i].out; out >= 0 {
			steps[out] = int(s.items[i].stride) * step
		}
	}
	return pick(t, dims, func(at []int) int { return start + dot(at, steps) })
}

func evalSlice(e *evaluation) []*tensor.Tensor {
	t := e.inputs[0]
	begin, ok1 := e.ints(1)
	size, ok2 := e.ints(2)
	if !ok1 || !ok2 || len(begin) != len(t.Dims) || len(size) != len(t.Dims) {
		return nil
	}
	dims := slices.Clone(size)
	step, start := strides(t.Dims), 0
	for i, d := range t.Dims {
		if dims[i] == -1 {
			dims[i] = d - begin[i]
		}
		if begin[i] < 0 || begin[i] > d || dims[i] < 0 || dims[i] > d-begin[i] {
			return nil
		}
		start += int(begin[i]) * step[i]
	}
	return pick(t, dims, func(at []int) int { return start + dot(at, step) })
}

func evalGatherV2(e *evaluation) []*tensor.Tensor {
	axis, ok := e.scalarInt(2)
	if !ok {
		return nil
	}
	i, ok := axisOf(axis, len(e.inputs[0].Dims))
	batch := evalAttr[int64](e, "batch_dims")
	if !ok || batch < 0 || int(batch) > min(i, len(e.inputs[1].Dims)) {
		return nil
	}
	return gather(e, i, int(batch))
}

func gather(e *evaluation, axis, batch int) []*tensor.Tensor {
	t, indices := e.inputs[0], e.inputs[1]
	values, ok := e.ints(1)
	if !ok || axis >= len(t.Dims) || !slices.Equal(t.Dims[:batch], indices.Dims[:batch]) {
		return nil
	}
	for _, v := range values {
		if v < 0 || v >= t.Dims[axis] {
			return nil
		}
	}
	inner := indices.Dims[batch:]
	dims := append([]int64{}, t.Dims[:axis]...)
	dims = append(append(dims, inner...), t.Dims[axis+1:]...)
	step, istep := strides(t.Dims), strides(indices.Dims)
	return pick(t, dims, func(at []int) int {
		which := dot(at[:batch], istep) + dot(at[axis:axis+len(inner)], istep[batch:])
		return dot(at[:axis], step) + int(values[which])*step[axis] + dot(at[axis+len(inner):], step[axis+1:])
	})
}

func evalTranspose(e *evaluation) []*tensor.Tensor {
	t := e.inputs[0]
	perm, ok := e.ints(1)
	if !ok || !isPermutation(perm, len(t.Dims)) {
		return nil
	}
	step := strides(t.Dims)
	dims, steps := make([]int64, len(perm)), make([]int, len(perm))
	for i, p := range perm {
		dims[i], steps[i] = t.Dims[p], step[p]
	}
	return pick(t, dims, func(at []int) int { return dot(at, steps) })
}

func isPermutation(perm []int64, n int) bool {
	seen := make([]bool, n)
	for _, p := range perm {
		if p < 0 || p >= int64(n) || seen[p] {
			return false
		}
		seen[p] = true
	}
	return len(perm) == n
}

func evalTile(e *evaluation) []*tensor.Tensor {
	t := e.inputs[0]
	times, ok := e.ints(1)
	if !ok || len(times) != len(t.Dims) {
		return nil
	}
	dims := make([]int64, len(times))
	for i, n := range times {
		if n < 0 || n > maxEvaluated {
			return nil
		}
		dims[i] = t.Dims[i] * n
	}
	step := strides(t.Dims)
	return pick(t, dims, func(at []int) int {
		from := 0
		for i, a := range at {
			from += a % int(t.Dims[i]) * step[i]
		}
		return from
	})
}

func evalBroadcastTo(e *evaluation) []*tensor.Tensor {
	dims, ok := e.ints(1)
	if !ok {
		return nil
	}
	from, ok := broadcastFrom(e.inputs[0].Dims, dims)
	if !ok {
		return nil
	}
	return pick(e.inputs[0], dims, from)
}

// broadcastFrom maps the positions of a tensor of dimensions to to the
// elements of one of dimensions from that is broadcast to it.
func broadcastFrom(from, to []int64) (func(at []int) int, bool) {
	shift := len(to) - len(from)
	if shift < 0 {
		return nil, false
	}
	step := strides(from)
	for i, d := range from {
		if d == 1 {
			step[i] = 0
		} else if d != to[shift+i] {
			return nil, false
		}
	}
	return func(at []int) int { return dot(at[shift:], step) }, true
}

// broadcastDims are the dimensions of what is computed element by element of
// two tensors.
func broadcastDims(a, b []int64) ([]int64, bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	dims := slices.Clone(a)
	for i, d := range b {
		k := len(a) - len(b) + i
		switch {
		case dims[k] == 1:
			dims[k] = d
		case d != 1 && d != dims[k]:
			return nil, false
		}
	}
	return dims, true
}

func evalBroadcastArgs(e *evaluation) []*tensor.Tensor {
	a, ok1 := e.ints(0)
	b, ok2 := e.ints(1)
	if !ok1 || !ok2 {
		return nil
	}
	dims, ok := broadcastDims(a, b)
	if !ok {
		return nil
	}
	return []*tensor.Tensor{tensor.FromInts(e.inputs[0].DType, []int64{int64(len(dims))}, dims)}
}

func evalFill(e *evaluation) []*tensor.Tensor {
	dims, ok := e.ints(0)
	if !ok || len(e.inputs[0].Dims) != 1 || len(e.inputs[1].Dims) != 0 {
		return nil
	}
	return pick(e.inputs[1], dims, func([]int) int { return 0 })
}

func evalReverseV2(e *evaluation) []*tensor.Tensor {
	t := e.inputs[0]
	axes, ok := e.ints(1)
	if !ok {
		return nil
	}
	reversed := make([]bool, len(t.Dims))
	for _, axis := range axes {
		i, ok := axisOf(axis, len(t.Dims))
		if !ok || reversed[i] {
			return nil
		}
		reversed[i] = true
	}
	step := strides(t.Dims)
	return pick(t, t.Dims, func(at []int) int {
		from := 0
		for i, a := range at {
			if reversed[i] {
				a = int(t.Dims[i]) - 1 - a
			}
			from += a * step[i]
		}
		return from
	})
}

func evalSplit(e *evaluation) []*tensor.Tensor {
	axis, ok := e.scalarInt(0)
	n := evalAttr[int64](e, "num_split")
	if !ok || n <= 0 {
		return nil
	}
	t := e.inputs[1]
	i, ok := axisOf(axis, len(t.Dims))
	if !ok || t.Dims[i]%n != 0 || n > maxEvaluated {
		return nil
	}
	return split(t, i, slices.Repeat([]int64{t.Dims[i] / n}, int(n)))
}

func evalSplitV(e *evaluation) []*tensor.Tensor {
	sizes, ok1 := e.ints(1)
	axis, ok2 := e.scalarInt(2)
	if !ok1 || !ok2 {
		return nil
	}
	t := e.inputs[0]
	i, ok := axisOf(axis, len(t.Dims))
	if !ok {
		return nil
	}
	sizes = slices.Clone(sizes)
	rest, open := t.Dims[i], -1
	for k, n := range sizes {
		switch {
		case n == -1 && open < 0:
			open = k
		case n < 0 || n > rest:
			return nil
		default:
			rest -= n
		}
	}
	if open >= 0 {
		sizes[open] = rest
	} else if rest != 0 {
		return nil
	}
	return split(t, i, sizes)
}

func split(t *tensor.Tensor, axis int, sizes []int64) []*tensor.Tensor {
	var out []*tensor.Tensor
	step, start := strides(t.Dims), 0
	for _, n := range sizes {
		dims := slices.Clone(t.Dims)
		dims[axis] = n
		out = append(out, pick(t, dims, func(at []int) int { return start + dot(at, step) })...)
		start += int(n) * step[axis]
	}
	return out
}

// evalSelect covers Select, whose condition may also be a vector that chooses
// rows, and SelectV2, whose inputs are broadcast.
func evalSelect(e *evaluation) []*tensor.Tensor {
	cond, a, b := e.inputs[0], e.inputs[1], e.inputs[2]
	condDims := cond.Dims
	dims := a.Dims
	if e.def.Name == "Select" {
		if !slices.Equal(a.Dims, b.Dims) {
			return nil
		}
		if len(condDims) == 1 && len(dims) > 1 {
			condDims = slices.Concat(condDims, slices.Repeat([]int64{1}, len(dims)-1))
		} else if len(condDims) > 0 && !slices.Equal(condDims, dims) {
			return nil
		}
	} else {
		var ok1, ok2 bool
		dims, ok1 = broadcastDims(a.Dims, b.Dims)
		dims, ok2 = broadcastDims(dims, condDims)
		if !ok1 || !ok2 {
			return nil
		}
	}
	fromCond, ok1 := broadcastFrom(condDims, dims)
	fromA, ok2 := broadcastFrom(a.Dims, dims)
	fromB, ok3 := broadcastFrom(b.Dims, dims)
	if !ok1 || !ok2 || !ok3 {
		return nil
	}
	second := int(a.NumElements())
	return pick(join([]*tensor.Tensor{a, b}), dims, func(at []int) int {
		if cond.Data[fromCond(at)] != 0 {
			return fromA(at)
		}
		return second + fromB(at)
	})
}

func evalInvertPermutation(e *evaluation) []*tensor.Tensor {
	perm, ok := e.ints(0)
	if !ok || len(e.inputs[0].Dims) != 1 || !isPermutation(perm, len(perm)) {
		return nil
	}
	inverse := make([]int64, len(perm))
	for i, p := range perm {
		inverse[p] = int64(i)
	}
	return []*tensor.Tensor{tensor.FromInts(e.inputs[0].DType, e.inputs[0].Dims, inverse)}
}

func evalListDiff(e *evaluation) []*tensor.Tensor {
	x, ok1 := e.ints(0)
	y, ok2 := e.ints(1)
	if !ok1 || !ok2 || len(e.inputs[0].Dims) != 1 || len(e.inputs[1].Dims) != 1 {
		return nil
	}
	left, at := []int64{}, []int64{}
	for i, v := range x {
		if !slices.Contains(y, v) {
			left, at = append(left, v), append(at, int64(i))
		}
	}
	dims := []int64{int64(len(left))}
	return []*tensor.Tensor{
		tensor.FromInts(e.inputs[0].DType, dims, left),
		tensor.FromInts(evalAttr[tensor.DType](e, "out_idx"), dims, at),
	}
}
