package op

import "github.com/tfsave/tfsave/internal/tensor"

// sparseShapes are ops on sparse tensors: indices, values and a shape
// (tensorflow/core/ops/sparse_ops.cc, set_ops.cc, TF 2.21).
func sparseShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"SparseTensorDenseMatMul":    sparseDenseMatMulShape,
		"SparseConcat":               sparseConcatShape,
		"SparseSplit":                sparseSplitShape,
		"SparseSlice":                sparseSliceShape,
		"SparseReduceSum":            sparseReduceShape,
		"SparseReduceMax":            sparseReduceShape,
		"SparseFillEmptyRows":        sparseFillEmptyRowsShape,
		"DenseCountSparseOutput":     denseCountShape,
		"RaggedCountSparseOutput":    func(c *ShapeContext) []tensor.Shape { return countShape(c.Inputs[1], 1) },
		"SparseToDense":              func(c *ShapeContext) []tensor.Shape { return one(c.shapeFromInput(1)) },
		"DenseToDenseSetOperation":   denseToDenseSetShape,
		"DenseToSparseSetOperation":  denseToSparseSetShape,
		"SparseToSparseSetOperation": sparseToSparseSetShape,
	}
}

// denseCountShape: there may be no weights; otherwise they are of the shape of the values.
func denseCountShape(c *ShapeContext) []tensor.Shape {
	values, weights := c.Inputs[0], c.Inputs[1]
	if c.numElements(weights) != 0 {
		values = c.merge(weights, values)
	}
	return countShape(values, 0)
}

// countShape is a sparse tensor of more dimensions than s.
func countShape(s tensor.Shape, more int) []tensor.Shape {
	rank := tensor.Unknown
	if s.Known() {
		rank = int64(s.Rank() + more)
	}
	return []tensor.Shape{tensor.ShapeOf(tensor.Unknown, rank), vector(tensor.Unknown), vector(rank)}
}

func sparseDenseMatMulShape(c *ShapeContext) []tensor.Shape {
	c.rank(0, 2)
	c.rank(1, 1)
	a := c.withRank(c.shapeFromInput(2), 2)
	b := c.rank(3, 2)
	rows, inner := a.Dim(0), a.Dim(1)
	if c.attrBool("adjoint_a") {
		rows, inner = inner, rows
	}
	other, columns := b.Dim(0), b.Dim(1)
	if c.attrBool("adjoint_b") {
		other, columns = columns, other
	}
	c.mergeDim(inner, other)
	return one(tensor.ShapeOf(rows, columns))
}

func sparseConcatShape(c *ShapeContext) []tensor.Shape {
	n := len(c.Inputs) / 3
	rows, rank := int64(0), tensor.Unknown
	var shape tensor.Shape
	for i := range n {
		indices, values := c.rank(i, 2), c.rank(n+i, 1)
		shape = c.merge(shape, c.rank(2*n+i, 1))
		rows = c.addDims(rows, c.mergeDim(indices.Dim(0), values.Dim(0)))
		rank = c.mergeDim(rank, indices.Dim(1))
	}
	return []tensor.Shape{tensor.ShapeOf(rows, rank), vector(rows), shape}
}

func sparseSplitShape(c *ShapeContext) []tensor.Shape {
	n := c.numOutputs(0)
	shape := c.Inputs[3]
	out := same(tensor.ShapeOf(tensor.Unknown, c.numElements(shape)), n)
	out = append(out, same(vector(tensor.Unknown), n)...)
	return append(out, same(shape, n)...)
}

func sparseSliceShape(c *ShapeContext) []tensor.Shape {
	shape := c.Inputs[2]
	return []tensor.Shape{tensor.ShapeOf(tensor.Unknown, c.numElements(shape)), vector(tensor.Unknown), shape}
}

func sparseReduceShape(c *ShapeContext) []tensor.Shape {
	shape, known1 := c.constInts(2)
	axes, known2 := c.constInts(3)
	if !known1 || !known2 {
		return unknowns(1)
	}
	if len(shape) == 0 {
		c.fail("Number of dims in shape tensor must not be 0")
		return unknowns(1)
	}
	dims := make([]int64, len(shape))
	for i, d := range shape {
		dims[i] = max(d, tensor.Unknown)
	}
	s := tensor.ShapeOf(dims...)
	reduced := make([]int64, len(axes))
	for i, axis := range axes {
		// TensorFlow takes any axis, from either end.
		reduced[i] = (axis%int64(len(shape)) + int64(len(shape))) % int64(len(shape))
	}
	return one(c.reduce(s, reduced, c.attrBool("keep_dims")))
}

func sparseFillEmptyRowsShape(c *ShapeContext) []tensor.Shape {
	indices, values, shape := c.rank(0, 2), c.rank(1, 1), c.rank(2, 1)
	c.scalars(3)
	n := c.mergeDim(indices.Dim(0), values.Dim(0))
	rank := shape.Dim(0)
	c.mergeDim(indices.Dim(1), rank)
	if shape.Dim(0) == 0 {
		c.fail("dense_shape must not be empty")
	}
	rows := tensor.Unknown
	if s := c.shapeFromInput(2); s.Rank() > 0 {
		rows = s.Dim(0)
	}
	return []tensor.Shape{tensor.ShapeOf(tensor.Unknown, rank), vector(tensor.Unknown), vector(rows), vector(n)}
}

// setOut is the result of a set operation on sets of the given rank.
func setOut(rank int64) []tensor.Shape {
	return []tensor.Shape{tensor.ShapeOf(tensor.Unknown, rank), vector(tensor.Unknown), vector(rank)}
}

func denseToDenseSetShape(c *ShapeContext) []tensor.Shape {
	a, b := c.Inputs[0], c.Inputs[1]
	rank := tensor.Unknown
	if a.Known() {
		a = c.withRankAtLeast(a, 2)
		rank = int64(a.Rank())
		b = c.withRank(b, a.Rank())
	} else if b.Known() {
		b = c.withRankAtLeast(b, 2)
		rank = int64(b.Rank())
		a = c.withRank(a, b.Rank())
	}
	c.merge(sub(a, 0, -1), sub(b, 0, -1))
	return setOut(rank)
}

func denseToSparseSetShape(c *ShapeContext) []tensor.Shape {
	a := c.Inputs[0]
	c.sparse(1, 2, 3)
	rank := c.rank(3, 1).Dim(0)
	if a.Known() {
		a = c.rankAtLeast(0, 2)
		rank = c.mergeDim(int64(a.Rank()), rank)
	}
	return setOut(rank)
}

func sparseToSparseSetShape(c *ShapeContext) []tensor.Shape {
	c.sparse(0, 1, 2)
	c.sparse(3, 4, 5)
	rank, other := c.rank(2, 1).Dim(0), c.rank(5, 1).Dim(0)
	for i, r := range []int64{rank, other} {
		if r == 0 || r == 1 {
			c.fail("Input %d, expected rank >= 2, got %d.", i, r)
		}
	}
	return setOut(c.mergeDim(rank, other))
}
