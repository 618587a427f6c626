package op

import (
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// sliceShapes are the ops that put tensors together along an axis, and take
// them apart (tensorflow/core/ops/array_ops.cc, TF 2.21).
func sliceShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"Pack":             packShape,
		"ParallelConcat":   parallelConcatShape,
		"Unpack":           unpackShape,
		"Concat":           func(c *ShapeContext) []tensor.Shape { return one(concatShape(c, 0, 1, len(c.Inputs))) },
		"ConcatV2":         func(c *ShapeContext) []tensor.Shape { return one(concatShape(c, len(c.Inputs)-1, 0, len(c.Inputs)-1)) },
		"ConcatOffset":     concatOffsetShape,
		"Split":            splitShape,
		"SplitV":           splitVShape,
		"Slice":            sliceShape,
		"StridedSlice":     stridedSliceShape,
		"StridedSliceGrad": func(c *ShapeContext) []tensor.Shape { return one(c.shapeFromInput(0)) },
		"Tile":             tileShape,
		"Pad":              padShape,
		"PadV2":            padShape,
		"MirrorPad":        padShape,
		"MirrorPadGrad":    mirrorPadGradShape,
	}
}

func packShape(c *ShapeContext) []tensor.Shape {
	var in tensor.Shape
	for _, s := range c.Inputs {
		in = c.merge(in, s)
	}
	c.HandleOut[0] = c.relaxHandles()
	if !in.Known() {
		return unknowns(1)
	}
	i, ok := axisOf(c.attrInt("axis"), in.Rank()+1)
	if !ok {
		c.fail("Invalid axis: %d; must be in [%d,%d)", c.attrInt("axis"), -in.Rank()-1, in.Rank()+1)
		return unknowns(1)
	}
	return one(tensor.ShapeOf(slices.Insert(slices.Clone(in.Dims()), i, int64(len(c.Inputs)))...))
}

func parallelConcatShape(c *ShapeContext) []tensor.Shape {
	s := c.attrShape("shape")
	if !s.FullyDefined() {
		c.fail("shape attr must be fully defined.")
		return unknowns(1)
	}
	if s.Rank() < 1 {
		c.fail("Shape must be at least rank 1 but is rank 0")
		return unknowns(1)
	}
	piece := c.replaceDim(s, 0, 1)
	for _, in := range c.Inputs {
		if !in.FullyDefined() {
			c.fail("All input shapes must be fully defined.")
			return unknowns(1)
		}
		c.merge(piece, in)
	}
	return one(s)
}

func unpackShape(c *ShapeContext) []tensor.Shape {
	n := c.numOutputs(0)
	in := c.rankAtLeast(0, 1)
	if !in.Known() {
		return unknowns(n)
	}
	i, ok := axisOf(c.attrInt("axis"), in.Rank())
	if !ok {
		c.fail("Invalid axis: %d; must be in [%d,%d)", c.attrInt("axis"), -in.Rank(), in.Rank())
		return unknowns(n)
	}
	c.dimIs(in.Dim(i), int64(n))
	return same(tensor.ShapeOf(slices.Delete(slices.Clone(in.Dims()), i, i+1)...), n)
}

// concatShape joins inputs from to to along the axis that another input gives.
func concatShape(c *ShapeContext, axisInput, from, to int) tensor.Shape {
	c.rank(axisInput, 0)
	inputs := c.Inputs[from:to]
	axis, known := c.constInt(axisInput)
	if !known {
		// All that can be said is the rank, if one of them has one, and it is no scalar.
		rank := -1
		for _, s := range inputs {
			if !s.Known() {
				continue
			}
			if s.Rank() == 0 {
				c.fail("Can't concatenate scalars (use tf.stack instead)")
			}
			if rank >= 0 && s.Rank() != rank {
				c.fail("Shapes must be equal rank, but are %d and %d", rank, s.Rank())
			}
			rank = s.Rank()
		}
		if rank < 0 {
			return tensor.UnknownShape()
		}
		return tensor.UnknownOfRank(rank)
	}
	// A negative axis needs a rank of as many, a positive one of one more.
	least := axis + 1
	if axis < 0 {
		least = -axis
	}
	if least > maxRank {
		c.fail("Shape must be at least rank %d", least)
		return tensor.UnknownShape()
	}
	sum := int64(0)
	var before, after tensor.Shape
	before, after = tensor.UnknownShape(), tensor.UnknownShape()
	for _, s := range inputs {
		s = c.withRankAtLeast(s, int(least))
		if !s.Known() {
			sum = tensor.Unknown
			continue
		}
		i, ok := axisOf(axis, s.Rank())
		if !ok {
			return tensor.UnknownShape() // refused above
		}
		before = c.merge(before, sub(s, 0, i))
		after = c.merge(after, sub(s, i+1, toEnd))
		sum = c.addDims(sum, s.Dim(i))
	}
	return before.Concat(vector(sum)).Concat(after)
}

func concatOffsetShape(c *ShapeContext) []tensor.Shape {
	return c.Inputs[1:]
}

// axisFromInput is the axis that input i, a scalar, gives; not known where its
// value, or the rank that a negative one counts from, is not.
func (c *ShapeContext) axisFromInput(i, rank int) (axis int, known bool) {
	v, known := c.constInt(i)
	if !known || v < 0 && rank < 0 {
		return 0, false
	}
	if v < 0 {
		v += int64(rank)
	}
	if v < 0 || v >= maxRank || rank >= 0 && v >= int64(rank) {
		c.fail("Dimension size, given by scalar input %d must be in range [-%d, %d)", v, max(rank, 0), max(rank, 0))
		return 0, false
	}
	return int(v), true
}

func splitShape(c *ShapeContext) []tensor.Shape {
	n := c.numOutputs(0)
	in := c.Inputs[1]
	axis, known := c.axisFromInput(0, in.Rank())
	switch {
	case !known && in.Known():
		return same(tensor.UnknownOfRank(in.Rank()), n)
	case !known || !in.Known():
		return unknowns(n)
	}
	return same(c.replaceDim(in, axis, c.divDim(in.Dim(axis), int64(n), true)), n)
}

func splitVShape(c *ShapeContext) []tensor.Shape {
	n := c.numOutputs(0)
	in := c.Inputs[0]
	if in.Rank() == 0 {
		c.fail("Can't split scalars")
		return unknowns(n)
	}
	axis, known := c.axisFromInput(2, in.Rank())
	sizes, sized := c.constInts(1)
	if !known && in.Known() && (sized || in.Rank() == 1) {
		// For an unknown axis TensorFlow takes the last, if it knows the sizes (observed with TF 2.21).
		axis, known = in.Rank()-1, true
	}
	if in.Known() && sized && len(sizes) != n {
		c.fail("Length of size_splits should be equal to num_outputs")
		return unknowns(n)
	}
	for i, size := range sizes {
		if in.Known() && size < -1 {
			c.fail("Split size at index %d must be >= 0. Got: %d", i, size)
		}
	}
	switch {
	case !known && in.Known():
		return same(tensor.UnknownOfRank(in.Rank()), n)
	case !known || !in.Known():
		return unknowns(n)
	case !sized:
		return same(c.replaceDim(in, axis, tensor.Unknown), n)
	}
	total, open := int64(0), -1
	for i, size := range sizes {
		switch {
		case size == -1 && open >= 0:
			c.fail("size_splits can only have one -1")
		case size == -1:
			open = i
		default:
			total += size
		}
	}
	dim := in.Dim(axis)
	sizes = slices.Clone(sizes)
	switch {
	case open < 0 && dim >= 0 && total != dim, open >= 0 && dim >= 0 && total > dim:
		c.fail("can't split axis of size %d into pieces of size %v", dim, sizes)
	case open >= 0 && dim >= 0:
		sizes[open] = dim - total
	}
	out := make([]tensor.Shape, n)
	for i, size := range sizes {
		out[i] = c.replaceDim(in, axis, size)
	}
	return out
}

func sliceShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	begin, size := c.rank(1, 1), c.rank(2, 1)
	n := c.mergeDim(begin.Dim(0), size.Dim(0))
	if n >= 0 {
		in = c.withRank(in, int(min(n, maxRank+1)))
	} else if in.Known() {
		c.dimIs(n, int64(in.Rank()))
	}
	if !in.Known() {
		return unknowns(1)
	}
	from, fromKnown := c.partialInts(1, in.Rank())
	sizes, sizesKnown := c.partialInts(2, in.Rank())
	for _, v := range slices.Concat(from, sizes) {
		if v < -1 {
			c.fail("Invalid value in tensor used for shape: %d", v)
		}
	}
	if !sizesKnown {
		return one(tensor.UnknownOfRank(in.Rank()))
	}
	dims := slices.Clone(sizes)
	if !fromKnown {
		// A size of -1 takes what is left, which is not known.
		return one(tensor.ShapeOf(dims...))
	}
	for i, d := range sizes {
		if d == -1 && c.constant(2) != nil {
			dims[i] = c.subDims(in.Dim(i), from[i])
		}
	}
	return one(tensor.ShapeOf(dims...))
}

// partialInts gives the elements of input i, a vector of n; -1 for those that
// are not known.
func (c *ShapeContext) partialInts(i, n int) ([]int64, bool) {
	if v, known := c.constInts(i); known {
		return v, len(v) == n
	}
	if c.ConstShape == nil {
		return nil, false
	}
	s := c.ConstShape(i)
	return s.Dims(), s.Rank() == n
}

func stridedSliceShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	n := c.rank(1, 1).Dim(0)
	n = c.mergeDim(n, c.rank(2, 1).Dim(0))
	c.mergeDim(n, c.rank(3, 1).Dim(0))
	stride, known := c.constInts(3)
	if !in.Known() || !known || c.err != nil {
		return unknowns(1)
	}
	begin, _ := c.constInts(1)
	end, _ := c.constInts(2)
	s, err := newStridedSlice(newSliceMasks(c.attrInt), begin, end, stride, in)
	if err != nil {
		c.fail("%v", err)
		return unknowns(1)
	}
	return one(s.shape)
}

func tileShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	times := c.shapeFromInput(1)
	switch {
	case in.Known():
		times = c.withRank(times, in.Rank())
	case times.Known():
		in = tensor.UnknownOfRank(times.Rank())
	default:
		return unknowns(1)
	}
	dims := make([]int64, in.Rank())
	for i := range dims {
		dims[i] = c.mulDims(in.Dim(i), times.Dim(i))
	}
	return one(tensor.ShapeOf(dims...))
}

func padShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	paddings := c.rank(1, 2)
	c.dimIs(paddings.Dim(1), 2)
	n := paddings.Dim(0)
	if n >= 0 {
		in = c.withRank(in, int(min(n, maxRank+1)))
	} else if in.Known() {
		n = int64(in.Rank())
	}
	values, known := c.constInts(1)
	if c.err != nil || n < 0 {
		return unknowns(1)
	}
	if !known || int64(len(values)) != 2*n {
		return one(tensor.UnknownOfRank(int(n)))
	}
	dims := make([]int64, n)
	for i := range dims {
		before, after := values[2*i], values[2*i+1]
		if before < 0 || after < 0 {
			c.fail("Paddings must be non-negative: %d, %d", before, after)
		}
		dims[i] = c.addDims(in.Dim(i), c.addDims(max(before, 0), max(after, 0)))
	}
	return one(tensor.ShapeOf(dims...))
}

func mirrorPadGradShape(c *ShapeContext) []tensor.Shape {
	paddings := c.rank(1, 2)
	n := paddings.Dim(0)
	if n < 0 {
		return unknowns(1)
	}
	in := c.rank(0, int(min(n, maxRank+1)))
	c.dimIs(paddings.Dim(1), 2)
	values, known := c.constInts(1)
	if !known || c.err != nil {
		return one(tensor.UnknownOfRank(in.Rank()))
	}
	dims := make([]int64, n)
	for i := range dims {
		before, after := values[2*i], values[2*i+1]
		if before < 0 || after < 0 {
			c.fail("Paddings must be non-negative: %d, %d", before, after)
			return unknowns(1)
		}
		dims[i] = c.subDims(in.Dim(i), before+after)
	}
	return one(tensor.ShapeOf(dims...))
}
