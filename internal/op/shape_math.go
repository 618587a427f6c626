package op

import (
	"math"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// mathShapes are the ops that compute element by element, or reduce
// (tensorflow/core/ops/math_ops.cc, TF 2.21).
func mathShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{
		"Equal":               equalShape,
		"NotEqual":            equalShape,
		"Select":              selectShape,
		"SelectV2":            selectV2Shape,
		"Betainc":             betaincShape,
		"ArgMax":              argShape,
		"ArgMin":              argShape,
		"Range":               rangeShape,
		"LinSpace":            linSpaceShape,
		"MatMul":              func(c *ShapeContext) []tensor.Shape { return one(matMul(c)) },
		"SparseMatMul":        func(c *ShapeContext) []tensor.Shape { return one(matMul(c)) },
		"BatchMatMul":         batchMatMulShape,
		"BatchMatMulV2":       batchMatMulV2Shape,
		"BatchMatMulV3":       batchMatMulV2Shape,
		"Bincount":            bincountShape,
		"DenseBincount":       denseBincountShape,
		"SparseBincount":      sparseBincountShape,
		"HistogramFixedWidth": histogramShape,
		"Cross":               crossShape,
		"SobolSample":         sobolShape,
	}
	for _, name := range []string{"Sum", "Prod", "Max", "Min", "Mean", "All", "Any", "EuclideanNorm", "ReduceJoin"} {
		all[name] = reductionShape
	}
	for _, kind := range []string{"Sum", "Prod", "Max", "Min", "Mean"} {
		all["Segment"+kind] = segmentShape
		all["Segment"+kind+"V2"] = unsortedSegmentShape
		all["UnsortedSegment"+kind] = unsortedSegmentShape
	}
	delete(all, "SegmentMeanV2")
	delete(all, "UnsortedSegmentMean")
	all["UnsortedSegmentJoin"] = unsortedSegmentShape
	for _, kind := range []string{"Sum", "Mean", "SqrtN"} {
		all["SparseSegment"+kind] = sparseSegmentShape
		all["SparseSegment"+kind+"WithNumSegments"] = sparseSegmentNShape
		all["SparseSegment"+kind+"Grad"] = sparseSegmentNShape
		all["SparseSegment"+kind+"GradV2"] = sparseSegmentGradV2Shape
	}
	return all
}

// equalShape broadcasts, unless the op may give a scalar for shapes that do not fit.
func equalShape(c *ShapeContext) []tensor.Shape {
	x, y := c.Inputs[0], c.Inputs[1]
	if c.attrBool("incompatible_shape_error") {
		return one(c.broadcast(x, y))
	}
	if !x.Known() || !y.Known() {
		return unknowns(1)
	}
	// Shapes that do not fit give a scalar; those that may not fit, nobody knows what.
	for i := min(x.Rank(), y.Rank()); i > 0; i-- {
		a, b := x.Dim(-i), y.Dim(-i)
		switch {
		case a == 1 || b == 1 || a < 0 && b < 0:
		case a < 0 || b < 0:
			return unknowns(1)
		case a != b:
			return one(scalar())
		}
	}
	return one(c.broadcast(x, y))
}

// selectShape: the condition is a scalar, a vector that chooses rows, or of
// the shape of the others.
func selectShape(c *ShapeContext) []tensor.Shape {
	cond := c.Inputs[0]
	data := c.merge(c.Inputs[1], c.Inputs[2])
	c.HandleOut[0] = c.mergeHandles(1, 2)
	if !cond.Known() || cond.Rank() == 0 || !data.Known() {
		return one(data)
	}
	if cond.Rank() == 1 && data.Rank() > 0 {
		c.mergeDim(data.Dim(0), cond.Dim(0))
		return one(data)
	}
	return one(c.merge(data, cond))
}

func selectV2Shape(c *ShapeContext) []tensor.Shape {
	cond, then, other := c.Inputs[0], c.Inputs[1], c.Inputs[2]
	c.HandleOut[0] = c.mergeHandles(1, 2)
	return one(c.broadcast(cond, c.broadcast(then, other)))
}

// betaincShape: scalars go with any shape, the others are equal.
func betaincShape(c *ShapeContext) []tensor.Shape {
	var out tensor.Shape
	known := false
	for _, s := range c.Inputs {
		if !s.Known() || s.Rank() > 0 {
			known = true
			out = c.merge(out, s)
		}
	}
	if !known {
		return one(scalar())
	}
	if !out.Known() {
		return unknowns(1)
	}
	return one(out)
}

// reductionShape drops the axes of input 1, or makes them 1.
func reductionShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	c.rankAtMost(1, 1)
	keep := c.attrBool("keep_dims")
	axes, known := c.constInts(1)
	if !known || !in.Known() {
		if keep && in.Known() {
			return one(tensor.UnknownOfRank(in.Rank()))
		}
		return unknowns(1)
	}
	return one(c.reduce(in, axes, keep))
}

func (c *ShapeContext) reduce(in tensor.Shape, axes []int64, keep bool) tensor.Shape {
	reduced := make([]bool, in.Rank())
	for _, axis := range axes {
		i, ok := axisOf(axis, in.Rank())
		if !ok {
			c.fail("Invalid reduction dimension %d for input with %d dimensions.", axis, in.Rank())
			return tensor.UnknownShape()
		}
		reduced[i] = true
	}
	dims := []int64{}
	for i, d := range in.Dims() {
		if !reduced[i] {
			dims = append(dims, d)
		} else if keep {
			dims = append(dims, 1)
		}
	}
	return tensor.ShapeOf(dims...)
}

func argShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	c.scalars(1)
	switch {
	case !in.Known():
		return unknowns(1)
	case in.Rank() <= 1:
		return one(scalar())
	}
	axis, known := c.constInt(1)
	if !known {
		return one(tensor.UnknownOfRank(in.Rank() - 1))
	}
	i, ok := axisOf(axis, in.Rank())
	if !ok {
		c.fail("Dimension (%d) must be in the range [%d, %d), where %d is the number of dimensions in the input.", axis, -in.Rank(), in.Rank(), in.Rank())
		return unknowns(1)
	}
	return one(tensor.ShapeOf(slices.Delete(slices.Clone(in.Dims()), i, i+1)...))
}

func rangeShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0, 1, 2)
	start, limit, delta := c.constant(0), c.constant(1), c.constant(2)
	if start == nil || limit == nil || delta == nil || c.err != nil {
		return one(vector(tensor.Unknown))
	}
	return one(vector(c.rangeSize(start, limit, delta)))
}

func (c *ShapeContext) rangeSize(start, limit, delta *tensor.Tensor) int64 {
	d := start.DType
	if d == tensor.Half { // refused where all is known (observed with TF 2.21)
		c.fail("Unsupported dtype %s", d)
		return tensor.Unknown
	}
	if !countable(d) && !d.IsFloating() && d != tensor.Uint64 {
		return tensor.Unknown
	}
	if d.IsFloating() {
		return c.floatRangeSize(start.Float(0), limit.Float(0), delta.Float(0))
	}
	from, to, step := start.Int(0), limit.Int(0), delta.Int(0)
	if d == tensor.Uint64 { // of which no more than half the numbers can be a length
		from, to = from^math.MinInt64, to^math.MinInt64
	}
	switch {
	case step == 0:
		c.fail("Requires delta != 0")
	case (step > 0 || d == tensor.Uint64) && from > to:
		c.fail("Requires start <= limit when delta > 0: %d/%d", from, to)
	case step < 0 && d != tensor.Uint64 && from < to:
		c.fail("Requires start >= limit when delta < 0: %d/%d", from, to)
	default:
		// The distance may be more than an int64 holds, but a uint64 holds it.
		distance, stride := uint64(to)-uint64(from), uint64(step)
		if step < 0 && d != tensor.Uint64 {
			distance, stride = uint64(from)-uint64(to), -uint64(step)
		}
		size := distance / stride
		if distance%stride != 0 {
			size++
		}
		if int64(size) < 0 {
			c.fail("Requires ((limit - start) / delta) <= 9223372036854775807")
			return tensor.Unknown
		}
		return int64(size)
	}
	return tensor.Unknown
}

func (c *ShapeContext) floatRangeSize(from, to, step float64) int64 {
	switch {
	case step == 0 || math.IsNaN(step):
		c.fail("Requires delta != 0")
	case step > 0 && from > to:
		c.fail("Requires start <= limit when delta > 0: %g/%g", from, to)
	case step < 0 && from < to:
		c.fail("Requires start >= limit when delta < 0: %g/%g", from, to)
	default:
		size := math.Ceil(math.Abs((to - from) / step))
		if size < math.MaxInt64 {
			return int64(size)
		}
		c.fail("Requires ((limit - start) / delta) <= 9223372036854775807")
	}
	return tensor.Unknown
}

func linSpaceShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0, 1, 2)
	n, known := c.constInt(2)
	if !known {
		return one(vector(tensor.Unknown))
	}
	if n <= 0 {
		c.fail("Requires num > 0: %d", n)
	}
	return one(vector(n))
}

func matMul(c *ShapeContext) tensor.Shape {
	a, b := c.rank(0, 2), c.rank(1, 2)
	rows, inner := a.Dim(0), a.Dim(1)
	if c.attrBool("transpose_a") {
		rows, inner = inner, rows
	}
	other, columns := b.Dim(0), b.Dim(1)
	if c.attrBool("transpose_b") {
		other, columns = columns, other
	}
	c.mergeDim(inner, other)
	return tensor.ShapeOf(rows, columns)
}

// batchSides gives the leading dimensions of two stacks of matrices, and the
// shape of their products.
func batchSides(c *ShapeContext) (x, y, product tensor.Shape) {
	a, b := c.rankAtLeast(0, 2), c.rankAtLeast(1, 2)
	x, y = sub(a, 0, -2), sub(b, 0, -2)
	rows, inner := lastTwo(a)
	if c.attrBool("adj_x") {
		rows, inner = inner, rows
	}
	other, columns := lastTwo(b)
	if c.attrBool("adj_y") {
		other, columns = columns, other
	}
	c.mergeDim(inner, other)
	return x, y, tensor.ShapeOf(rows, columns)
}

func lastTwo(s tensor.Shape) (int64, int64) {
	if !s.Known() {
		return tensor.Unknown, tensor.Unknown
	}
	return s.Dim(-2), s.Dim(-1)
}

func batchMatMulShape(c *ShapeContext) []tensor.Shape {
	x, y, product := batchSides(c)
	return one(c.merge(x, y).Concat(product))
}

func batchMatMulV2Shape(c *ShapeContext) []tensor.Shape {
	x, y, product := batchSides(c)
	return one(c.broadcast(x, y).Concat(product))
}

func bincountShape(c *ShapeContext) []tensor.Shape {
	c.scalars(1)
	n, known := c.constInt(1)
	if !known {
		return one(vector(tensor.Unknown))
	}
	if n < 0 {
		c.fail("size (%d) must be non-negative", n)
	}
	return one(vector(n))
}

func denseBincountShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtMost(0, 2)
	c.scalars(1)
	n, known := c.constInt(1)
	if known && n < 0 {
		c.fail("size (%d) must be non-negative", n)
	}
	switch {
	case !in.Known():
		return unknowns(1)
	case !known:
		return one(tensor.UnknownOfRank(in.Rank()))
	}
	if in.Rank() == 2 {
		return one(tensor.ShapeOf(in.Dim(0), n))
	}
	return one(vector(n))
}

func sparseBincountShape(c *ShapeContext) []tensor.Shape {
	n, known := c.constInt(3)
	if !known {
		return unknowns(1)
	}
	if n < 0 {
		c.fail("size (%d) must be non-negative", n)
	}
	shape, known := c.constInts(2)
	switch {
	case !known:
		return unknowns(1)
	case len(shape) == 1:
		return one(vector(n))
	case len(shape) == 2:
		return one(tensor.ShapeOf(shape[0], n))
	}
	c.fail("Input must be less than rank 2")
	return unknowns(1)
}

func histogramShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(1, 1).Dim(0), 2)
	c.scalars(2)
	n, known := c.constInt(2)
	if !known {
		return one(vector(tensor.Unknown))
	}
	if n <= 0 {
		c.fail("Requires nbins > 0: %d", n)
	}
	return one(vector(n))
}

func crossShape(c *ShapeContext) []tensor.Shape {
	a := c.rankAtLeast(0, 1)
	b := c.rankAtLeast(1, 1)
	s := c.merge(a, b)
	if s.Known() && c.err == nil {
		c.dimIs(s.Dim(-1), 3)
	}
	return one(s)
}

func sobolShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0, 1, 2)
	dim, results := tensor.Unknown, tensor.Unknown
	if v, known := c.constInt(0); known {
		dim = v
	}
	if v, known := c.constInt(1); known {
		results = v
	}
	return one(tensor.ShapeOf(results, dim))
}

// segmentShape: rows of equal ids are folded; how many ids is not known.
func segmentShape(c *ShapeContext) []tensor.Shape {
	data := c.rankAtLeast(0, 1)
	c.rank(1, 1)
	return one(vector(tensor.Unknown).Concat(sub(data, 1, toEnd)))
}

// unsortedSegmentShape: the ids are a prefix of the data's shape, their number input 2.
func unsortedSegmentShape(c *ShapeContext) []tensor.Shape {
	data, ids := c.Inputs[0], c.Inputs[1]
	c.scalars(2)
	if !ids.Known() {
		return unknowns(1)
	}
	data, ids = c.mergePrefix(data, ids)
	n := c.dimFromInput(2)
	return one(vector(n).Concat(sub(data, ids.Rank(), toEnd)))
}

func sparseSegment(c *ShapeContext, rows int64) []tensor.Shape {
	data := c.rankAtLeast(0, 1)
	indices, ids := c.rank(1, 1), c.rank(2, 1)
	c.mergeDim(indices.Dim(0), ids.Dim(0))
	return one(vector(rows).Concat(sub(data, 1, toEnd)))
}

func sparseSegmentShape(c *ShapeContext) []tensor.Shape { return sparseSegment(c, tensor.Unknown) }

func sparseSegmentNShape(c *ShapeContext) []tensor.Shape {
	c.scalars(3)
	return sparseSegment(c, c.dimFromInput(3))
}

func sparseSegmentGradV2Shape(c *ShapeContext) []tensor.Shape {
	grad := sparseSegment(c, tensor.Unknown)
	c.scalars(3)
	return []tensor.Shape{grad[0], vector(tensor.Unknown)}
}
