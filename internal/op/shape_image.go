package op

import "github.com/tfsave/tfsave/internal/tensor"

// imageShapes are the ops on images: batch, height, width, channels
// (tensorflow/core/ops/image_ops.cc, TF 2.21).
func imageShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"ResizeArea":                    resizeShape,
		"ResizeBicubic":                 resizeShape,
		"ResizeBilinear":                resizeShape,
		"ResizeNearestNeighbor":         resizeShape,
		"ResizeNearestNeighborGrad":     resizeShape,
		"QuantizedResizeBilinear":       quantizedResizeShape,
		"ScaleAndTranslate":             resizeShape,
		"ImageProjectiveTransformV2":    projectiveShape,
		"ImageProjectiveTransformV3":    projectiveShape,
		"CropAndResize":                 cropAndResizeShape,
		"CropAndResizeGradImage":        func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(3, 4)) },
		"DecodeJpeg":                    decodeImageShape,
		"DecodePng":                     decodeImageShape,
		"DecodeBmp":                     decodeImageShape,
		"DecodeJxl":                     decodeImageShape,
		"DecodeWebP":                    decodeAnimationShape,
		"DecodeImage":                   decodeAnyImageShape,
		"DecodeAndCropJpeg":             decodeAndCropImageShape,
		"DrawBoundingBoxes":             drawBoundingBoxesShape,
		"ExtractGlimpse":                glimpseShape,
		"ExtractGlimpseV2":              glimpseShape,
		"NonMaxSuppressionV4":           nonMaxSuppressionV4Shape,
		"NonMaxSuppressionV5":           nonMaxSuppressionV5Shape,
		"NonMaxSuppressionWithOverlaps": nonMaxSuppressionOverlapsShape,
		"CombinedNonMaxSuppression":     combinedNonMaxSuppressionShape,
	}
}

// resized is the shape of images of input i in the size that another input
// holds: height and width.
func (c *ShapeContext) resized(i, size int) tensor.Shape {
	in := c.rank(i, 4)
	return c.sized(size, in.Dim(0), in.Dim(3))
}

// sized makes the shape of images of the size that input i holds.
func (c *ShapeContext) sized(i int, batch, channels int64) tensor.Shape {
	c.dimIs(c.rank(i, 1).Dim(0), 2)
	height, width := tensor.Unknown, tensor.Unknown
	if t := c.constant(i); t != nil {
		v, known := intElements(t)
		switch {
		case !known:
			c.fail("Bad size input type for SetOutputToSizedImage: Expected DT_INT32 but got %s", t.DType)
		case len(v) != 2:
		default:
			height, width = max(v[0], tensor.Unknown), max(v[1], tensor.Unknown)
		}
	}
	return tensor.ShapeOf(batch, height, width, channels)
}

func resizeShape(c *ShapeContext) []tensor.Shape { return one(c.resized(0, 1)) }

func quantizedResizeShape(c *ShapeContext) []tensor.Shape {
	out := c.resized(0, 1)
	c.scalars(2, 3)
	return []tensor.Shape{out, scalar(), scalar()}
}

func projectiveShape(c *ShapeContext) []tensor.Shape {
	in := c.rank(0, 4)
	c.dimIs(c.rank(2, 1).Dim(0), 2)
	return one(c.sized(2, in.Dim(0), in.Dim(3)))
}

func cropAndResizeShape(c *ShapeContext) []tensor.Shape {
	in, boxes, index := c.rank(0, 4), c.rank(1, 2), c.rank(2, 1)
	n := c.mergeDim(boxes.Dim(0), index.Dim(0))
	c.dimIs(boxes.Dim(1), 4)
	return one(c.sized(3, n, in.Dim(3)))
}

// decodeImageShape: the number of channels is an attribute, 0 for as many as there are.
func decodeImageShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	return one(tensor.ShapeOf(tensor.Unknown, tensor.Unknown, c.decodedChannels()))
}

// decodeAnimationShape: the same, with a dimension of frames before.
func decodeAnimationShape(c *ShapeContext) []tensor.Shape {
	return one(vector(tensor.Unknown).Concat(decodeImageShape(c)[0]))
}

// decodeAnyImageShape: animations may be among what is decoded.
func decodeAnyImageShape(c *ShapeContext) []tensor.Shape {
	image := decodeImageShape(c)
	if c.attrBool("expand_animations") {
		return unknowns(1)
	}
	return image
}

func (c *ShapeContext) decodedChannels() int64 {
	n := c.attrInt("channels")
	if n < 0 {
		c.fail("channels must be non-negative, got %d", n)
	}
	if n == 0 {
		return tensor.Unknown
	}
	return n
}

func decodeAndCropImageShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	channels := c.decodedChannels()
	height, width := tensor.Unknown, tensor.Unknown
	c.dimIs(c.rank(1, 1).Dim(0), 4)
	if v, known := c.constInts(1); known && len(v) == 4 {
		height, width = v[2], v[3]
	}
	if height < -1 || width < -1 {
		c.fail("crop window must be non-negative: %d, %d", height, width)
	}
	return one(tensor.ShapeOf(height, width, channels))
}

func drawBoundingBoxesShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(1, 3).Dim(2), 4)
	if d := c.rank(0, 4).Dim(3); d >= 0 && d != 1 && d != 3 && d != 4 {
		c.fail("Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
	}
	return one(c.Inputs[0])
}

func glimpseShape(c *ShapeContext) []tensor.Shape {
	if c.attrBool("uniform_noise") && c.attrString("noise") != "uniform" {
		c.fail("The uniform_noise should not be True when noise is not uniform")
	}
	in, offsets := c.rank(0, 4), c.rank(2, 2)
	batch := c.mergeDim(in.Dim(0), offsets.Dim(0))
	c.dimIs(offsets.Dim(1), 2)
	return one(c.sized(1, batch, in.Dim(3)))
}

func nonMaxSuppressionV4Shape(c *ShapeContext) []tensor.Shape {
	return []tensor.Shape{c.selectedBoxes(2, 3, 4), scalar()}
}

func nonMaxSuppressionV5Shape(c *ShapeContext) []tensor.Shape {
	n := c.selectedBoxes(2, 3, 4, 5)
	return []tensor.Shape{n, n, scalar()}
}

// selectedBoxes checks boxes, scores and the scalars after them, and gives
// the shape of the indices of those that are kept.
func (c *ShapeContext) selectedBoxes(scalars ...int) tensor.Shape {
	boxes, scores := c.rank(0, 2), c.rank(1, 1)
	c.scalars(scalars...)
	c.mergeDim(boxes.Dim(0), scores.Dim(0))
	c.dimIs(boxes.Dim(1), 4)
	n := tensor.Unknown
	if c.attrBool("pad_to_max_output_size") && c.constant(2) != nil {
		n = c.dimFromInput(2)
	}
	return vector(n)
}

func nonMaxSuppressionOverlapsShape(c *ShapeContext) []tensor.Shape {
	overlaps, scores := c.rank(0, 2), c.rank(1, 1)
	c.scalars(2, 3, 4)
	c.mergeDim(overlaps.Dim(0), scores.Dim(0))
	c.mergeDim(overlaps.Dim(0), overlaps.Dim(1))
	return one(vector(tensor.Unknown))
}

func combinedNonMaxSuppressionShape(c *ShapeContext) []tensor.Shape {
	boxes, scores := c.rank(0, 4), c.rank(1, 3)
	c.scalars(2, 3, 4, 5)
	c.dimIs(boxes.Dim(3), 4)
	// Boxes are shared by the classes, or each has its own.
	if boxes.Dim(2) >= 0 && scores.Dim(2) >= 0 && boxes.Dim(2) != 1 && boxes.Dim(2) != scores.Dim(2) {
		c.fail("third dimension of boxes must be either 1 or equal to the third dimension of scores")
	}
	batch := boxes.Dim(0)
	c.mergeDim(batch, scores.Dim(0))
	c.mergeDim(boxes.Dim(1), scores.Dim(1))
	n := tensor.Unknown
	total, totalKnown := c.constInt(3)
	if totalKnown && total <= 0 {
		c.fail("max_total_size should be > 0 ")
	}
	c.dimFromInput(2)
	perClass, perClassKnown := c.constInt(2)
	perClassPads := c.attrBool("pad_per_class")
	if perClassPads && perClassKnown && perClass <= 0 {
		c.fail("max_output_size_per_class must be > 0 if pad_per_class is set to true ")
	}
	switch {
	case !totalKnown:
	case !perClassPads:
		n = total
	case perClassKnown && scores.Dim(2) >= 0:
		n = min(total, c.mulDims(perClass, scores.Dim(2)))
	}
	return []tensor.Shape{tensor.ShapeOf(batch, n, 4), tensor.ShapeOf(batch, n), tensor.ShapeOf(batch, n), vector(batch)}
}
