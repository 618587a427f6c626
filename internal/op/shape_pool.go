package op

import (
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// poolShapes are the pooling ops (tensorflow/core/framework/common_shape_fns.cc,
// tensorflow/core/ops/nn_ops.cc, TF 2.21).
func poolShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"AvgPool":                   func(c *ShapeContext) []tensor.Shape { return one(pool2D(c, "AvgPool")) },
		"MaxPool":                   func(c *ShapeContext) []tensor.Shape { return one(pool2D(c, "MaxPool")) },
		"MaxPoolV2":                 maxPoolV2Shape,
		"MaxPoolWithArgmax":         func(c *ShapeContext) []tensor.Shape { return same(pool2D(c, "MaxPool"), 2) },
		"AvgPool3D":                 pool3DShape,
		"MaxPool3D":                 pool3DShape,
		"AvgPoolGrad":               func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(0, 4)) },
		"AvgPool3DGrad":             func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(0, 5)) },
		"MaxPoolGradGrad":           maxPoolGradGradShape,
		"MaxPoolGradGradV2":         maxPoolGradGradV2Shape,
		"MaxPoolGradGradWithArgmax": maxPoolGradGradShape,
		"MaxPool3DGradGrad":         func(c *ShapeContext) []tensor.Shape { return gradGrad(c, pool3DShape(c)[0]) },
		"FractionalMaxPool":         fractionalPoolShape,
		"FractionalAvgPool":         fractionalPoolShape,
		"FractionalAvgPoolGrad":     fractionalAvgPoolGradShape,
		"ExtractImagePatches":       extractImagePatchesShape,
		"ExtractVolumePatches":      extractVolumePatchesShape,
	}
}

func pool2D(c *ShapeContext, name string) tensor.Shape {
	format := "NHWC"
	if _, ok := c.Def.Attr("data_format"); ok {
		format = c.attrString("data_format")
	}
	l := c.newLayout(format, 2)
	in := c.rank(0, l.rank)
	return poolOut(c, l, in, c.attrPer("ksize", name, l), c.attrPer("strides", name, l), name)
}

func poolOut(c *ShapeContext, l layout, in tensor.Shape, size, strides []int64, name string) tensor.Shape {
	padding := c.attrString("padding")
	var explicit []int64
	if _, ok := c.Def.Attr("explicit_paddings"); ok {
		explicit = c.explicitPaddings(l, padding)
	}
	if c.err != nil {
		return tensor.UnknownOfRank(l.rank)
	}
	if n := slices.Min(size); n <= 0 && c.Def.Name == "MaxPoolWithArgmax" {
		c.fail("ksize must be a positive int32 value, got:%d", n)
	}
	along := func(at int) int64 {
		w := window{size: size[at], stride: strides[at], dilation: 1}
		if explicit != nil {
			w.before, w.after = explicit[2*at], explicit[2*at+1]
		}
		return c.windowed(in.Dim(at), w, padding)
	}
	spatial := make([]int64, len(l.spatial))
	for i, at := range l.spatial {
		spatial[i] = along(at)
	}
	channels := c.channels(l, in)
	if name == "MaxPool" {
		w := window{size: size[l.channel], stride: strides[l.channel], dilation: 1}
		if explicit != nil {
			padding = "VALID" // channels are not padded
		}
		channels = c.windowed(channels, w, padding)
	}
	return c.build(l, in.Dim(l.batch), spatial, channels)
}

// maxPoolV2Shape: sizes and strides are inputs.
func maxPoolV2Shape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 2)
	in := c.rank(0, l.rank)
	c.channels(l, in)
	c.dimIs(c.rank(1, 1).Dim(0), 4)
	c.dimIs(c.rank(2, 1).Dim(0), 4)
	size, known1 := c.constInts(1)
	strides, known2 := c.constInts(2)
	if !known1 || !known2 || c.err != nil {
		return unknowns(1)
	}
	return one(poolOut(c, l, in, size, strides, "MaxPool"))
}

// gradGrad checks the inputs that are of the shapes of the pooled images, and
// of the result.
func gradGrad(c *ShapeContext, out tensor.Shape) []tensor.Shape {
	result, pooled := 1, 2
	if c.Def.Name == "MaxPoolGradGradWithArgmax" {
		result, pooled = 2, 1
	}
	c.merge(c.Inputs[0], c.Inputs[pooled])
	c.merge(c.Inputs[result], out)
	return one(out)
}

func maxPoolGradGradShape(c *ShapeContext) []tensor.Shape {
	return gradGrad(c, pool2D(c, "MaxPool"))
}

func maxPoolGradGradV2Shape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 2)
	in := c.rank(0, l.rank)
	c.dimIs(c.rank(3, 1).Dim(0), 4)
	c.dimIs(c.rank(4, 1).Dim(0), 4)
	size, known1 := c.constInts(3)
	strides, known2 := c.constInts(4)
	if !known1 || !known2 || c.err != nil {
		return gradGrad(c, tensor.UnknownShape())
	}
	return gradGrad(c, poolOut(c, l, in, size, strides, "MaxPool"))
}

func pool3DShape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 3)
	in := c.rank(0, 5)
	return one(poolOut(c, l, in, c.attrPer("ksize", "Pool3D", l), c.attrPer("strides", "Pool3D", l), "Pool3D"))
}

// fractionalPoolShape divides each dimension by a ratio, rounding down.
func fractionalPoolShape(c *ShapeContext) []tensor.Shape {
	in := c.rank(0, 4)
	ratios := attrAs[[]float32](c, "pooling_ratio")
	if len(ratios) != 4 {
		c.fail("pooling_ratio field must specify 4 dimensions")
		return unknowns(3)
	}
	dims := make([]int64, 4)
	for i, r := range ratios {
		dims[i] = tensor.Unknown
		if d := in.Dim(i); d >= 0 {
			if dims[i] = int64(float32(d) / r); dims[i] < 0 {
				c.fail("Size computed for dim %d is negative: %d", i, dims[i])
				return unknowns(3)
			}
		}
	}
	return []tensor.Shape{tensor.ShapeOf(dims...), vector(dims[1]), vector(dims[2])}
}

func fractionalAvgPoolGradShape(c *ShapeContext) []tensor.Shape {
	if c.constant(0) != nil {
		return one(c.shapeFromInput(0))
	}
	return one(tensor.UnknownOfRank(4))
}

func extractImagePatchesShape(c *ShapeContext) []tensor.Shape {
	in := c.rank(0, 4)
	return one(patches(c, in, "rates", 2))
}

func extractVolumePatchesShape(c *ShapeContext) []tensor.Shape {
	in := c.rank(0, 5)
	return one(patches(c, in, "", 3))
}

func patches(c *ShapeContext, in tensor.Shape, rates string, spatial int) tensor.Shape {
	sizes, strides := c.attrInts("ksizes"), c.attrInts("strides")
	spread := make([]int64, spatial+2)
	for i := range spread {
		spread[i] = 1
	}
	if rates != "" {
		spread = c.attrInts(rates)
	}
	if len(sizes) != spatial+2 || len(strides) != spatial+2 || len(spread) != spatial+2 {
		c.fail("ksizes, strides and rates must contain %d values, but got: %d, %d and %d", spatial+2, len(sizes), len(strides), len(spread))
		return tensor.UnknownShape()
	}
	dims := make([]int64, spatial+2)
	dims[0] = in.Dim(0)
	known, each := true, int64(1) // elements of one channel of a patch
	for i := 1; i <= spatial; i++ {
		each *= sizes[i]
		known = known && in.Dim(i) >= 0
	}
	depth := in.Dim(-1)
	if each < tensor.Unknown && depth > 0 {
		c.fail("Negative dimension size caused by overflow when multiplying %d and %d", depth, each)
	}
	depth = c.mulDims(depth, each)
	if !known {
		// TensorFlow gives volumes the rank of images then.
		return tensor.ShapeOf(dims[0], tensor.Unknown, tensor.Unknown, depth)
	}
	for i := 1; i <= spatial; i++ {
		size := sizes[i] + (sizes[i]-1)*(spread[i]-1)
		dims[i] = c.windowedKnown(in.Dim(i), size, strides[i], c.attrString("padding"))
	}
	dims[spatial+1] = depth
	return tensor.ShapeOf(dims...)
}
