package op

import "github.com/tfsave/tfsave/internal/tensor"

// quantizeShapes are the ops that quantize, by a range for all or for each
// slice along an axis (tensorflow/core/framework/common_shape_fns.cc,
// tensorflow/core/ops/array_ops.cc, TF 2.21).
func quantizeShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"QuantizeV2":                  quantizeV2Shape,
		"Dequantize":                  dequantizeShape,
		"QuantizeAndDequantizeV2":     dequantizeShape,
		"QuantizeAndDequantizeV3":     quantizeDequantizeV3Shape,
		"QuantizeAndDequantizeV4":     dequantizeShape,
		"QuantizeAndDequantizeV4Grad": quantizeGradShape,
		"QuantizedConcat":             quantizedConcatShape,
		"QuantizedMatMul":             quantizedMatMulShape,
		"QuantizedAvgPool":            func(c *ShapeContext) []tensor.Shape { return quantizedPool(c, "AvgPool") },
		"QuantizedMaxPool":            func(c *ShapeContext) []tensor.Shape { return quantizedPool(c, "MaxPool") },
		"QuantizedAdd":                quantizedPairShape,
		"QuantizedMul":                quantizedPairShape,
		"QuantizedInstanceNorm":       quantizedInstanceNormShape,
		"QuantizedConv2D":             quantizedConvShape,
	}
}

// ranges checks the inputs i and j, lowest and highest value: scalars, or
// vectors of as many as in has along the axis. The shape returned is theirs.
func (c *ShapeContext) ranges(in tensor.Shape, i, j int, axis int64) tensor.Shape {
	if axis < -1 {
		c.fail("axis should be at least -1, got %d", axis)
		return scalar()
	}
	if axis == -1 {
		c.scalars(i, j)
		return scalar()
	}
	low, high := c.rank(i, 1), c.rank(j, 1)
	n := c.mergeDim(low.Dim(0), high.Dim(0))
	if in.Known() {
		in = c.withRankAtLeast(in, int(min(axis, maxRank))+1)
		if c.err == nil {
			n = c.mergeDim(n, in.Dim(int(axis)))
		}
	}
	return vector(n)
}

func quantizeV2Shape(c *ShapeContext) []tensor.Shape {
	axis := c.attrInt("axis")
	in := c.Inputs[0]
	if axis >= 0 {
		in = c.rankAtLeast(0, int(min(axis, maxRank))+1)
	}
	c.ranges(in, 1, 2, axis)
	r := c.ranges(tensor.UnknownShape(), 1, 2, axis)
	return []tensor.Shape{c.Inputs[0], r, r}
}

func dequantizeShape(c *ShapeContext) []tensor.Shape {
	if axis := c.attrInt("axis"); c.Def.Name == "Dequantize" && axis >= int64(c.Inputs[0].Rank()) && axis >= 0 {
		c.fail("Axis must be less than input dimension(%d), got %d", c.Inputs[0].Rank(), axis)
	}
	c.ranges(c.Inputs[0], 1, 2, c.attrInt("axis"))
	return one(c.Inputs[0])
}

func quantizeDequantizeV3Shape(c *ShapeContext) []tensor.Shape {
	c.ranges(c.Inputs[0], 1, 2, c.attrInt("axis"))
	c.scalars(3)
	return one(c.Inputs[0])
}

func quantizeGradShape(c *ShapeContext) []tensor.Shape {
	axis := c.attrInt("axis")
	c.ranges(c.Inputs[0], 2, 3, axis)
	r := c.ranges(tensor.UnknownShape(), 2, 3, axis)
	return []tensor.Shape{c.merge(c.Inputs[0], c.Inputs[1]), r, r}
}

// quantizedConcatShape: first the axis, then the values, then their ranges.
func quantizedConcatShape(c *ShapeContext) []tensor.Shape {
	n := (len(c.Inputs) - 1) / 3
	out := concatShape(c, 0, 1, 1+n)
	for i := 1 + n; i < len(c.Inputs); i++ {
		c.scalars(i)
	}
	return []tensor.Shape{out, scalar(), scalar()}
}

func quantizedMatMulShape(c *ShapeContext) []tensor.Shape {
	out := matMul(c)
	c.scalars(2, 3, 4, 5)
	return []tensor.Shape{out, scalar(), scalar()}
}

func quantizedPool(c *ShapeContext, name string) []tensor.Shape {
	out := pool2D(c, name)
	c.scalars(1, 2)
	return []tensor.Shape{out, scalar(), scalar()}
}

func quantizedPairShape(c *ShapeContext) []tensor.Shape {
	if c.Def.Name == "QuantizedAdd" {
		c.scalars(2, 3, 4, 5)
	}
	return []tensor.Shape{c.broadcast(c.Inputs[0], c.Inputs[1]), scalar(), scalar()}
}

func quantizedInstanceNormShape(c *ShapeContext) []tensor.Shape {
	c.rank(0, 4)
	c.scalars(1, 2)
	return []tensor.Shape{c.Inputs[0], scalar(), scalar()}
}

func quantizedConvShape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout("NHWC", 2)
	out := convOut(c, l, c.rank(0, 4), c.rank(1, 4), "Conv2D")
	c.scalars(2, 3, 4, 5)
	return []tensor.Shape{out, scalar(), scalar()}
}
