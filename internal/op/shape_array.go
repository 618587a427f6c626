package op

import (
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// arrayShapes are the ops that rearrange elements
// (tensorflow/core/ops/array_ops.cc, TF 2.21).
func arrayShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"Const":                  constShape,
		"Shape":                  shapeShape,
		"ShapeN":                 shapeShape,
		"Reshape":                reshapeShape,
		"QuantizedReshape":       reshapeShape,
		"ExpandDims":             expandDimsShape,
		"Squeeze":                squeezeShape,
		"Transpose":              transposeShape,
		"ConjugateTranspose":     transposeShape,
		"BroadcastTo":            broadcastToShape,
		"BroadcastArgs":          broadcastArgsShape,
		"Fill":                   fillShape,
		"Empty":                  func(c *ShapeContext) []tensor.Shape { return one(c.shapeFromInput(0)) },
		"EnsureShape":            ensureShapeShape,
		"PlaceholderWithDefault": placeholderWithDefaultShape,
		"OneHot":                 oneHotShape,
		"Reverse":                reverseShape,
		"ReverseV2":              reverseV2Shape,
		"ReverseSequence":        reverseSequenceShape,
		"Where":                  whereShape,
		"Unique":                 uniqueShape,
		"UniqueV2":               uniqueV2Shape,
		"UniqueWithCountsV2":     uniqueV2Shape,
		"TopKV2":                 topKShape,
		"Bitcast":                bitcastShape,
		"Roll":                   rollShape,
		"UnravelIndex":           unravelIndexShape,
		"LowerBound":             func(c *ShapeContext) []tensor.Shape { return one(searchShape(c)) },
		"UpperBound":             func(c *ShapeContext) []tensor.Shape { return one(searchShape(c)) },
		"Fingerprint":            fingerprintShape,
		"EditDistance":           editDistanceShape,
		"IdentityN":              identityNShape,
	}
}

func constShape(c *ShapeContext) []tensor.Shape {
	if t := attrAs[*tensor.Tensor](c, "value"); t != nil {
		return one(t.Shape())
	}
	return unknowns(1)
}

// shapeShape gives as many vectors as there are inputs, as long as their ranks.
func shapeShape(c *ShapeContext) []tensor.Shape {
	out := make([]tensor.Shape, len(c.Inputs))
	for i, s := range c.Inputs {
		out[i] = vector(int64(s.Rank())) // -1 for an unknown rank is an unknown length
	}
	return out
}

func reshapeShape(c *ShapeContext) []tensor.Shape {
	out := c.shapeFromInput(1)
	if c.Def.Name == "QuantizedReshape" {
		c.scalars(2, 3)
		return []tensor.Shape{reshaped(c, c.Inputs[0], out), scalar(), scalar()}
	}
	return one(reshaped(c, c.Inputs[0], out))
}

// reshaped finds the one unknown dimension of out, if the number of elements says it.
func reshaped(c *ShapeContext, in, out tensor.Shape) tensor.Shape {
	if !in.Known() || !out.Known() {
		return out
	}
	inKnown, inOpen := c.elements(in)
	outKnown, outOpen := c.elements(out)
	if len(inOpen) > 1 || len(outOpen) > 1 {
		return out
	}
	switch {
	case len(inOpen) == 0 && len(outOpen) == 0:
		if inKnown != outKnown {
			c.fail("Cannot reshape a tensor with %d elements to shape %s (%d elements)", inKnown, out, outKnown)
		}
	case len(inOpen) == 0 && outKnown > 0:
		return c.replaceDim(out, outOpen[0], c.divDim(inKnown, outKnown, true))
	case len(outOpen) == 0 && inKnown != 0:
		c.divDim(outKnown, inKnown, true)
	}
	return out
}

// elements gives the product of the known dimensions, and which are unknown;
// none are where a dimension is 0, which makes the product known.
func (c *ShapeContext) elements(s tensor.Shape) (product int64, unknown []int) {
	if n := c.numElements(s); n >= 0 {
		return n, nil
	}
	product = 1
	for i, d := range s.Dims() {
		if d < 0 {
			unknown = append(unknown, i)
		} else {
			product = c.mulDims(product, d)
		}
	}
	return product, unknown
}

func expandDimsShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	t := c.constant(1)
	if t != nil && t.NumElements() != 1 {
		c.fail("'dim' input must be a tensor with a single value")
		return unknowns(1)
	}
	if !in.Known() {
		return unknowns(1)
	}
	axes, known := c.constInts(1)
	if !known {
		return unknowns(1)
	}
	axis := axes[0]
	i, ok := axisOf(axis, in.Rank()+1)
	if !ok {
		c.fail("dim %d not in the interval [%d, %d].", axis, -in.Rank()-1, in.Rank())
		return unknowns(1)
	}
	return one(tensor.ShapeOf(slices.Insert(slices.Clone(in.Dims()), i, 1)...))
}

func squeezeShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	axes := c.attrInts("squeeze_dims")
	if !in.Known() {
		return unknowns(1)
	}
	drop := make([]bool, in.Rank())
	for _, axis := range axes {
		i, ok := axisOf(axis, in.Rank())
		if !ok {
			c.fail("squeeze_dims[%d] not in [%d,%d).", axis, -in.Rank(), in.Rank())
			return unknowns(1)
		}
		drop[i] = true
	}
	dims := []int64{}
	for i, d := range in.Dims() {
		switch {
		case len(axes) == 0 && d < 0:
			return unknowns(1) // it may be squeezed, or not
		case len(axes) == 0 && d == 1:
		case drop[i] && d >= 0 && d != 1:
			c.fail("Can not squeeze dim[%d], expected a dimension of 1, got %d", i, d)
		case !drop[i]:
			dims = append(dims, d)
		}
	}
	return one(tensor.ShapeOf(dims...))
}

func transposeShape(c *ShapeContext) []tensor.Shape {
	in, perm := c.Inputs[0], c.Inputs[1]
	if !in.Known() {
		// The permutation tells the rank, unless it is of less than two.
		n := c.numElements(perm)
		if n < 2 {
			return unknowns(1)
		}
		in = tensor.UnknownOfRank(int(min(n, maxRank+1)))
	}
	rank := in.Rank()
	c.mergeDim(c.rank(1, 1).Dim(0), int64(rank))
	values, known := c.constInts(1)
	if !known || c.err != nil {
		return one(tensor.UnknownOfRank(rank))
	}
	dims := make([]int64, rank)
	for i, p := range values {
		if p < -int64(rank) || p >= int64(rank) {
			c.fail("perm dim %d is out of range of input rank %d", p, rank)
			return unknowns(1)
		}
		dims[i] = in.Dim(int(p))
	}
	return one(tensor.ShapeOf(dims...))
}

func broadcastToShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	out := c.shapeFromInput(1)
	if !out.Known() {
		return one(out)
	}
	if in.Known() {
		out = c.withRankAtLeast(out, in.Rank())
		for i := 1; i <= in.Rank() && c.err == nil; i++ {
			if d := in.Dim(-i); d > 1 {
				out = c.replaceDim(out, -i, c.mergeDim(d, out.Dim(-i)))
			}
		}
	}
	return one(out)
}

func broadcastArgsShape(c *ShapeContext) []tensor.Shape {
	a, b := c.rank(0, 1), c.rank(1, 1)
	n, m := a.Dim(0), b.Dim(0)
	if n < 0 || m < 0 {
		return one(vector(tensor.Unknown))
	}
	return one(vector(max(n, m)))
}

func fillShape(c *ShapeContext) []tensor.Shape {
	if dims, known := c.constInts(0); known {
		for _, d := range dims {
			if d < 0 {
				c.fail("Fill dimensions must be >= 0")
			}
		}
	}
	c.scalars(1)
	c.HandleOut[0] = c.handleIn(1)
	return one(c.shapeFromInput(0))
}

func ensureShapeShape(c *ShapeContext) []tensor.Shape {
	in, s := c.Inputs[0], c.attrShape("shape")
	if in.Known() && !s.Known() {
		// TensorFlow asks for rank -1 here.
		c.fail("Shape must be rank -1 but is rank %d", in.Rank())
	}
	return one(c.merge(in, s))
}

// placeholderWithDefaultShape: the default need not have all that the shape says.
func placeholderWithDefaultShape(c *ShapeContext) []tensor.Shape {
	s := c.attrShape("shape")
	c.merge(c.Inputs[0], s)
	return one(s)
}

func oneHotShape(c *ShapeContext) []tensor.Shape {
	axis := c.attrInt("axis")
	if axis < -1 {
		c.fail("axis must be >= -1")
		return unknowns(1)
	}
	depth := c.dimFromInput(1)
	in := c.Inputs[0]
	if !in.Known() {
		return unknowns(1)
	}
	at := in.Rank()
	if axis >= 0 {
		// TensorFlow does not refuse an axis that is too high: it starts over.
		at = int(axis % int64(at+1))
	}
	return one(tensor.ShapeOf(slices.Insert(slices.Clone(in.Dims()), at, depth)...))
}

func reverseShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	dims := c.rank(1, 1)
	if n := dims.Dim(0); n >= 0 {
		in = c.withRank(in, int(min(n, maxRank+1)))
	}
	if in.Known() && in.Rank() > 8 {
		c.fail("reverse does not work on tensors with more than 8 dimensions")
	}
	return one(in)
}

func reverseV2Shape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	axes := c.rank(1, 1)
	if n := axes.Dim(0); n > 8 {
		c.fail("reverse does not work on tensors with more than 8 dimensions")
	}
	if in.Known() && in.Rank() > 8 {
		c.fail("reverse does not work on tensors with more than 8 dimensions")
	}
	values, known := c.constInts(1)
	if !known || !in.Known() {
		return one(in)
	}
	seen := map[int]bool{}
	for _, axis := range values {
		i, ok := axisOf(axis, in.Rank())
		if !ok {
			c.fail("axis %d is out of valid range [0, %d)", axis, in.Rank())
		} else if seen[i] {
			c.fail("axis %d specified more than once.", i)
		}
		seen[i] = true
	}
	return one(in)
}

func reverseSequenceShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	lengths := c.rank(1, 1)
	seq, batch := c.attrInt("seq_dim"), c.attrInt("batch_dim")
	if !in.Known() {
		return one(in)
	}
	if batch >= int64(in.Rank()) || seq >= int64(in.Rank()) || batch < 0 {
		c.fail("batch_dim and seq_dim must be < input rank: %d, %d vs. %d", batch, seq, in.Rank())
		return unknowns(1)
	}
	n := c.mergeDim(in.Dim(int(batch)), lengths.Dim(0))
	return one(c.replaceDim(in, int(batch), n))
}

func whereShape(c *ShapeContext) []tensor.Shape {
	return one(tensor.ShapeOf(tensor.Unknown, int64(c.Inputs[0].Rank())))
}

func uniqueShape(c *ShapeContext) []tensor.Shape {
	c.rank(0, 1)
	return []tensor.Shape{vector(tensor.Unknown), c.Inputs[0]}
}

// uniqueV2Shape covers the forms with an axis, with or without counts.
func uniqueV2Shape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	out := make([]tensor.Shape, len(c.Def.Outputs))
	for i := range out {
		out[i] = vector(tensor.Unknown)
	}
	t := c.constant(1)
	axes, known := c.constInts(1)
	switch {
	case !in.Known():
		out[0] = in
		return out
	case t == nil || !known:
		out[0] = tensor.UnknownOfRank(in.Rank())
		return out
	case len(t.Dims) != 1:
		c.fail("axis expects a 1D vector.")
	case len(axes) > 1:
		c.fail("axis does not support input tensors larger than 1 elements.")
	case len(axes) == 0:
		if in.Rank() != 1 {
			c.fail("axis expects a 1D vector.")
			return out
		}
		out[1] = vector(in.Dim(0))
	default:
		i, ok := axisOf(axes[0], in.Rank())
		if !ok {
			c.fail("axis expects to be in the range [%d, %d)", -in.Rank(), in.Rank())
			return out
		}
		out[0] = tensor.UnknownOfRank(in.Rank())
		out[1] = vector(in.Dim(i))
	}
	return out
}

func topKShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	k := c.dimFromInput(1)
	if last := lastDim(in); last >= 0 && k >= 0 && last < k {
		c.fail("input must have last dimension >= k = %d but is %d", k, last)
	}
	return same(sub(in, 0, -1).Concat(vector(k)), 2)
}

func bitcastShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	from, to := int64(c.attrType("T").Size()), int64(c.attrType("type").Size())
	if from == 0 || to == 0 {
		c.fail("Cannot bitcast types %s to %s because one of the type sizes is zero.", c.attrType("T"), c.attrType("type"))
		return unknowns(1)
	}
	switch {
	case !in.Known() || from == to:
		return one(in)
	case from < to:
		// The last dimension becomes part of an element.
		in = c.withRankAtLeast(in, 1)
		c.dimIs(in.Dim(-1), to/from)
		return one(sub(in, 0, -1))
	}
	return one(in.Concat(vector(from / to)))
}

func rollShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	c.merge(c.rankAtMost(1, 1), c.rankAtMost(2, 1))
	return one(in)
}

func unravelIndexShape(c *ShapeContext) []tensor.Shape {
	indices := c.Inputs[0]
	dims := c.rank(1, 1)
	switch {
	case !indices.Known():
		return unknowns(1)
	case indices.Rank() == 0:
		return one(dims)
	}
	return one(tensor.ShapeOf(dims.Dim(0), c.numElements(indices)))
}

// searchShape is that of LowerBound and UpperBound: of the values.
func searchShape(c *ShapeContext) tensor.Shape {
	c.rank(0, 2)
	c.rank(1, 2)
	return c.Inputs[1]
}

func fingerprintShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	c.scalars(1)
	size := tensor.Unknown
	if t := c.constant(1); t != nil && t.DType == tensor.String && len(t.Strings) == 1 {
		if t.Strings[0] == "farmhash64" {
			size = 8
		} else {
			c.fail("Unsupported method: %s", t.Strings[0])
		}
	}
	first := tensor.Unknown
	if in.Known() {
		first = in.Dim(0)
	}
	return one(tensor.ShapeOf(first, size))
}

// editDistanceShape looks at the constant shapes of the two sparse tensors.
func editDistanceShape(c *ShapeContext) []tensor.Shape {
	c.sparse(0, 1, 2)
	c.sparse(3, 4, 5)
	a, knownA := c.constInts(2)
	b, knownB := c.constInts(5)
	if !knownA || !knownB {
		return unknowns(1)
	}
	if len(a) != len(b) {
		c.fail("rank of hypothesis_shape and truth_shape must be the same, but saw %d and %d", len(a), len(b))
		return unknowns(1)
	}
	dims := make([]int64, max(len(a)-1, 0))
	for i := range dims {
		dims[i] = max(a[i], b[i])
	}
	return one(tensor.ShapeOf(dims...))
}

func identityNShape(c *ShapeContext) []tensor.Shape {
	return c.Inputs
}
