package op

import "github.com/tfsave/tfsave/internal/tensor"

// raggedShapes are ops on the parts of ragged tensors: row splits and values
// (tensorflow/core/ops/ragged_array_ops.cc, ragged_conversion_ops.cc, ragged_math_ops.cc, TF 2.21).
func raggedShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"RaggedRange":                   raggedRangeShape,
		"RaggedGather":                  raggedGatherShape,
		"RaggedCross":                   raggedCrossShape,
		"RaggedTensorToSparse":          raggedToSparseShape,
		"RaggedTensorToTensor":          raggedToTensorShape,
		"RaggedTensorToVariant":         raggedToVariantShape,
		"RaggedTensorFromVariant":       raggedFromVariantShape,
		"RaggedTensorToVariantGradient": raggedToVariantGradientShape,
	}
}

// raggedCrossShape: all inputs have as many rows; of sparse ones the number
// is not known.
func raggedCrossShape(c *ShapeContext) []tensor.Shape {
	splits := tensor.UnknownOfRank(1)
	from, to := c.span("ragged_row_splits")
	for _, s := range c.Inputs[from:to] {
		splits = c.merge(splits, s)
	}
	from, to = c.span("dense_inputs")
	for _, s := range c.Inputs[from:to] {
		if n := c.withRank(s, 2).Dim(0); s.Known() && n >= 0 {
			splits = c.merge(splits, vector(c.addDims(n, 1)))
		}
	}
	return []tensor.Shape{vector(tensor.Unknown), splits}
}

// raggedRangeShape: starts, limits and deltas are scalars or vectors of one length.
func raggedRangeShape(c *ShapeContext) []tensor.Shape {
	n := tensor.Unknown
	scalars := 0
	for i := range 3 {
		s := c.rankAtMost(i, 1)
		switch s.Rank() {
		case 0:
			scalars++
		case 1:
			n = c.mergeDim(n, s.Dim(0))
		}
	}
	splits := tensor.Unknown
	if n >= 0 {
		splits = n + 1
	} else if scalars == 3 {
		splits = 2
	}
	return []tensor.Shape{vector(splits), vector(tensor.Unknown)}
}

func raggedGatherShape(c *ShapeContext) []tensor.Shape {
	n := int(c.attrInt("PARAMS_RAGGED_RANK"))
	for i := range n {
		c.rank(i, 1)
	}
	values := c.rankAtLeast(n, 1)
	indices := c.Inputs[n+1]
	outer := c.numOutputs(0)
	if outer < n-2 {
		c.fail("OUTPUT_RAGGED_RANK is too small: %d", outer)
	}
	if indices.Known() && int64(indices.Rank()-1+n) != int64(outer) {
		c.fail("indices.rank - 1 + PARAMS_RAGGED_RANK must be OUTPUT_RAGGED_RANK: %d - 1 + %d vs. %d", indices.Rank(), n, outer)
	}
	out := same(vector(tensor.Unknown), outer)
	return append(out, vector(tensor.Unknown).Concat(sub(values, 1, toEnd)))
}

func raggedToSparseShape(c *ShapeContext) []tensor.Shape {
	n := int(c.attrInt("RAGGED_RANK"))
	for i := range n {
		c.rank(i, 1)
	}
	values := c.rankAtLeast(n, 1)
	rank := tensor.Unknown
	if values.Known() {
		rank = int64(n + values.Rank())
	}
	count := c.numElements(values)
	return []tensor.Shape{tensor.ShapeOf(count, rank), vector(count), vector(rank)}
}

// raggedToTensorShape puts together what the wanted shape and the values say.
func raggedToTensorShape(c *ShapeContext) []tensor.Shape {
	types := attrAs[[]string](c, "row_partition_types")
	for i, t := range types {
		switch t {
		case "FIRST_DIM_SIZE":
			if i > 0 || len(types) < 2 || types[1] != "VALUE_ROWIDS" {
				c.fail("FIRST_DIM_SIZE must be first and followed by VALUE_ROWIDS")
			}
		case "VALUE_ROWIDS":
			if i == 0 {
				c.fail("VALUE_ROWIDS cannot be first")
			}
		case "ROW_LENGTHS", "ROW_SPLITS", "ROW_LIMITS", "ROW_STARTS":
		default:
			c.fail("Unknown string: %s", t)
		}
	}
	ragged := len(types)
	if ragged > 0 && types[0] == "FIRST_DIM_SIZE" {
		ragged--
	}
	for i, t := range types {
		if 3+i >= len(c.Inputs) {
			break
		}
		if t == "FIRST_DIM_SIZE" {
			c.scalars(3 + i)
		} else {
			c.rank(3+i, 1)
		}
	}
	want := c.shapeOrUnknownFromInput(0)
	values := c.Inputs[1]
	c.checkRaggedDefault(c.Inputs[2], values)
	whole := tensor.UnknownShape()
	if values.Known() {
		if values.Rank() == 0 {
			c.fail("Shape must be at least rank 1 but is rank 0")
			return unknowns(1)
		}
		whole = tensor.UnknownOfRank(ragged + 1).Concat(sub(values, 1, toEnd))
	}
	if !want.Known() {
		return one(whole)
	}
	if !whole.Known() {
		return one(want)
	}
	return one(c.merge(want, whole))
}

// checkRaggedDefault: the default is broadcast to one of the values.
func (c *ShapeContext) checkRaggedDefault(d, values tensor.Shape) {
	if !d.Known() || !values.Known() {
		return
	}
	fits := d.Rank() < values.Rank()
	for i := 1; fits && i <= d.Rank(); i++ {
		a, b := d.Dim(-i), values.Dim(-i)
		fits = a < 0 || b < 0 || a == 1 || a == b
	}
	if !fits {
		c.fail("default_value.shape=%s and rt_input.flat_values.shape=%s are incompatible", d, values)
	}
}

func raggedToVariantShape(c *ShapeContext) []tensor.Shape {
	last := len(c.Inputs) - 1
	for i := range last {
		c.rank(i, 1)
	}
	c.rankAtLeast(last, 1)
	if !c.attrBool("batched_input") {
		return one(scalar())
	}
	// One less than the outermost splits; or, without splits, than the values.
	rows := tensor.Unknown
	if s := c.rankAtLeast(0, 1); s.Known() {
		rows = s.Dim(0)
	}
	return one(vector(c.subDims(rows, 1)))
}

func raggedFromVariantShape(c *ShapeContext) []tensor.Shape {
	n := c.attrInt("input_ragged_rank")
	outer := c.numOutputs(0)
	if in := c.Inputs[0]; n >= 0 && in.Known() && int64(in.Rank()) != int64(outer)-n {
		c.fail("Shape must be rank %d but is rank %d", int64(outer)-n, in.Rank())
	}
	return append(same(vector(tensor.Unknown), outer), tensor.UnknownShape())
}

func raggedToVariantGradientShape(c *ShapeContext) []tensor.Shape {
	return one(c.shapeFromInput(2))
}
