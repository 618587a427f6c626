package op

import (
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// convShapes are the convolutions (tensorflow/core/framework/common_shape_fns.cc, TF 2.21).
func convShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"Conv2D":                              conv2DShape,
		"Conv3D":                              conv3DShape,
		"DepthwiseConv2dNative":               depthwiseConvShape,
		"Conv2DBackpropInput":                 conv2DBackpropInputShape,
		"Conv2DBackpropFilter":                func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(1, 4)) },
		"Conv3DBackpropInputV2":               func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(0, 5)) },
		"Conv3DBackpropFilterV2":              func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(1, 5)) },
		"DepthwiseConv2dNativeBackpropInput":  func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(0, 4)) },
		"DepthwiseConv2dNativeBackpropFilter": func(c *ShapeContext) []tensor.Shape { return one(c.shapeOfRank(1, 4)) },
		"Dilation2D":                          dilation2DShape,
		"FusedPadConv2D":                      fusedPadConvShape,
		"FusedResizeAndPadConv2D":             fusedResizeConvShape,
	}
}

// shapeOfRank makes a shape of the given rank of an input that holds one.
func (c *ShapeContext) shapeOfRank(i, rank int) tensor.Shape {
	return c.withRank(c.shapeFromInput(i), rank)
}

// layout says where the dimensions of images are, in the notation of
// data_format: NHWC, NCHW, NDHWC, NCDHW, NCHW_VECT_C.
type layout struct {
	batch, channel int
	spatial        []int
	vectC          bool // channels are split: four of each are the last dimension
	rank           int
}

// newLayout reads a data_format with the given number of spatial dimensions.
func (c *ShapeContext) newLayout(format string, spatial int) layout {
	l := layout{rank: spatial + 2}
	switch {
	case strings.HasPrefix(format, "NC"):
		l.channel = 1
		for i := range spatial {
			l.spatial = append(l.spatial, 2+i)
		}
		if format == "NCHW_VECT_C" {
			l.vectC, l.rank = true, spatial+3
		}
	case strings.HasPrefix(format, "N") && strings.HasSuffix(format, "C"):
		l.channel = spatial + 1
		for i := range spatial {
			l.spatial = append(l.spatial, 1+i)
		}
	default:
		c.fail("Invalid data format string: %s", format)
		l = c.newLayout("NHWC", spatial)
	}
	return l
}

// channels is the number of channels of a shape.
func (c *ShapeContext) channels(l layout, s tensor.Shape) int64 {
	if l.vectC {
		if v := s.Dim(-1); v != 4 && v != 32 {
			c.fail("VECT_C dimension must be 4 or 32, but is %d", v)
		}
		return c.mulDims(s.Dim(l.channel), s.Dim(-1))
	}
	return s.Dim(l.channel)
}

// build makes the shape of images.
func (c *ShapeContext) build(l layout, batch int64, spatial []int64, channels int64) tensor.Shape {
	dims := make([]int64, l.rank)
	dims[l.batch] = batch
	dims[l.channel] = channels
	if l.vectC {
		dims[l.channel] = c.divDim(channels, 4, true)
		dims[l.rank-1] = 4
	}
	for i, at := range l.spatial {
		dims[at] = spatial[i]
	}
	return tensor.ShapeOf(dims...)
}

// window is what slides along one spatial dimension.
type window struct {
	size, stride, dilation int64
	before, after          int64 // explicit padding
}

// windowed is how many places a window has along a dimension
// (GetWindowedOutputSizeFromDimsV2).
func (c *ShapeContext) windowed(dim int64, w window, padding string) int64 {
	if w.stride <= 0 {
		c.fail("Stride must be > 0, but got %d", w.stride)
		return tensor.Unknown
	}
	if w.dilation < 1 {
		c.fail("Dilation rate must be >= 1, but got %d", w.dilation)
		return tensor.Unknown
	}
	switch padding {
	case "VALID", "EXPLICIT":
		if w.size == 0 && w.dilation > 1 {
			c.fail("Negative dimension size caused by subtracting 1 from 0")
			return tensor.Unknown
		}
		if dim < 0 || w.size < 0 {
			return tensor.Unknown
		}
		size := (w.size-1)*w.dilation + 1
		room := dim
		if padding == "EXPLICIT" {
			room = c.addDims(dim, w.before+w.after)
		}
		room = c.subDims(room, size)
		if room < 0 {
			return tensor.Unknown
		}
		return room/w.stride + 1
	case "SAME":
		if dim < 0 {
			return tensor.Unknown
		}
		return (dim + w.stride - 1) / w.stride
	}
	c.fail("Invalid padding: %s", padding)
	return tensor.Unknown
}

// windowedKnown is windowed of numbers, which may also leave no place at all
// (GetWindowedOutputSizeVerbose).
func (c *ShapeContext) windowedKnown(dim, size, stride int64, padding string) int64 {
	if stride <= 0 {
		c.fail("Stride must be > 0, but got %d", stride)
		return tensor.Unknown
	}
	places := (dim + stride - 1) / stride
	if padding == "VALID" {
		places = (dim - size + stride) / stride
	}
	if places < 0 {
		c.fail("Computed output size would be negative: %d", places)
		return tensor.Unknown
	}
	return places
}

// explicitPaddings checks the attribute of the same name and gives pairs of
// what is added before and after each dimension, nil unless padding is EXPLICIT.
func (c *ShapeContext) explicitPaddings(l layout, padding string) []int64 {
	p := c.attrInts("explicit_paddings")
	if padding != "EXPLICIT" {
		if len(p) != 0 {
			c.fail("explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT")
		}
		return nil
	}
	rank := len(l.spatial) + 2
	if len(p) != 2*rank {
		c.fail("explicit_paddings attribute must contain %d values, but got: %d", 2*rank, len(p))
		return nil
	}
	for i, v := range p {
		if v < 0 {
			c.fail("All elements of explicit_paddings must be nonnegative, but got %d", v)
		}
		if (i/2 == l.batch || i/2 == l.channel) && v != 0 {
			c.fail("Nonzero explicit padding in the batch or depth dimensions is not supported")
		}
	}
	if c.err != nil {
		return nil
	}
	return p
}

// attrPer is an attribute with a value for each dimension of the data format.
func (c *ShapeContext) attrPer(name, op string, l layout) []int64 {
	v := c.attrInts(name)
	if len(v) != len(l.spatial)+2 {
		c.fail("%s requires the %s attribute to contain %d values, but got: %d", op, name, len(l.spatial)+2, len(v))
		return make([]int64, len(l.spatial)+2)
	}
	return v
}

func conv2DShape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 2)
	in, filter := c.rank(0, l.rank), c.rank(1, boolRank(l.vectC, 4))
	return one(convOut(c, l, in, filter, "Conv2D"))
}

func boolRank(vectC bool, rank int) int {
	if vectC {
		return rank + 1
	}
	return rank
}

// convOut is the output of a convolution with a filter of the spatial
// dimensions, then input channels, then output channels; OIHW_VECT_I where the
// channels of the images are split.
func convOut(c *ShapeContext, l layout, in, filter tensor.Shape, name string) tensor.Shape {
	strides := c.attrPer("strides", name, l)
	dilations := c.attrPer("dilations", name, l)
	if name == "Conv3D" {
		// TensorFlow takes the one of height for that of width (observed with TF 2.21).
		dilations = slices.Clone(dilations)
		height, width := l.spatial[1], l.spatial[2]
		dilations[height], dilations[width] = dilations[width], dilations[height]
	}
	padding := c.attrString("padding")
	n := len(l.spatial)
	var explicit []int64
	if _, ok := c.Def.Attr("explicit_paddings"); ok {
		explicit = c.explicitPaddings(l, padding)
	}
	if c.err != nil {
		return tensor.UnknownOfRank(l.rank)
	}
	inChannels, outChannels := filter.Dim(n), filter.Dim(n+1)
	first := 0
	if l.vectC {
		outChannels, inChannels, first = filter.Dim(0), c.mulDims(filter.Dim(1), 4), 2
	}
	channels := c.channels(l, in)
	// Channels may come in groups, each with filters of its own.
	if channels >= 0 && inChannels >= 0 {
		switch {
		case channels > 0 && inChannels == 0:
			c.fail("Depth of filter must not be 0")
		case inChannels > 0 && channels%inChannels != 0:
			c.fail("Depth of input (%d) is not a multiple of input depth of filter (%d)", channels, inChannels)
		case inChannels > 0 && outChannels >= 0 && channels/inChannels > 1 && outChannels%(channels/inChannels) != 0:
			c.fail("Depth of output (%d) is not a multiple of the number of groups (%d)", outChannels, channels/inChannels)
		}
	}
	spatial := make([]int64, n)
	for i, at := range l.spatial {
		w := window{size: filter.Dim(first + i), stride: strides[at], dilation: dilations[at]}
		if explicit != nil {
			w.before, w.after = explicit[2*at], explicit[2*at+1]
		}
		spatial[i] = c.windowed(in.Dim(at), w, padding)
	}
	return c.build(l, in.Dim(l.batch), spatial, outChannels)
}

func conv3DShape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 3)
	in, filter := c.rank(0, 5), c.rank(1, 5)
	return one(convOut(c, l, in, filter, "Conv3D"))
}

func depthwiseConvShape(c *ShapeContext) []tensor.Shape {
	in, filter := c.rank(0, 4), c.rank(1, 4)
	strides := c.attrInts("strides")
	if len(strides) != 4 {
		c.fail("DepthwiseConv2D requires the stride attribute to contain 4 values, but got: %d", len(strides))
		return unknowns(1)
	}
	dilations := c.attrInts("dilations")
	if len(dilations) != 4 {
		c.fail("DepthwiseConv2D requires the dilations attribute to contain 4 values, but got: %d", len(dilations))
		return unknowns(1)
	}
	l := c.newLayout(c.attrString("data_format"), 2)
	padding := c.attrString("padding")
	explicit := c.explicitPaddings(l, padding)
	if c.err != nil {
		return unknowns(1)
	}
	channels := c.mergeDim(in.Dim(l.channel), filter.Dim(2))
	spatial := make([]int64, 2)
	for i, at := range l.spatial {
		w := window{size: filter.Dim(i), stride: strides[at], dilation: dilations[at]}
		if explicit != nil {
			w.before, w.after = explicit[2*at], explicit[2*at+1]
		}
		spatial[i] = c.windowed(in.Dim(at), w, padding)
	}
	return one(c.build(l, in.Dim(l.batch), spatial, c.mulDims(channels, filter.Dim(3))))
}

// conv2DBackpropInputShape: the input's shape is an input, or its height and width are.
func conv2DBackpropInputShape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 2)
	in := c.shapeFromInput(0)
	filter, grad := c.rank(1, 4), c.rank(2, 4)
	if c.err != nil {
		return unknowns(1)
	}
	c.mergeDim(filter.Dim(3), grad.Dim(l.channel))
	batch := grad.Dim(l.batch)
	if in.Rank() == 2 {
		return one(c.build(l, batch, in.Dims(), filter.Dim(2)))
	}
	in = c.withRank(in, 4)
	c.mergeDim(in.Dim(l.batch), batch)
	return one(c.replaceDim(in, l.batch, batch))
}

func dilation2DShape(c *ShapeContext) []tensor.Shape {
	in, filter := c.rank(0, 4), c.rank(1, 3)
	strides, rates := c.attrInts("strides"), c.attrInts("rates")
	if len(strides) != 4 || len(rates) != 4 {
		c.fail("Dilation2D requires the strides and rates attributes to contain 4 values, but got: %d and %d", len(strides), len(rates))
		return unknowns(1)
	}
	channels := c.mergeDim(in.Dim(3), filter.Dim(2))
	if in.Dim(1) < 0 || in.Dim(2) < 0 || filter.Dim(0) < 0 || filter.Dim(1) < 0 {
		return one(tensor.ShapeOf(in.Dim(0), tensor.Unknown, tensor.Unknown, channels))
	}
	spatial := make([]int64, 2)
	for i := range spatial {
		size := filter.Dim(i)
		// The filter is spread by its rate.
		size += (size - 1) * (rates[1+i] - 1)
		spatial[i] = c.windowedKnown(in.Dim(1+i), size, strides[1+i], c.attrString("padding"))
	}
	return one(tensor.ShapeOf(in.Dim(0), spatial[0], spatial[1], channels))
}

// fusedPadConvShape is a convolution of an image that is padded first.
func fusedPadConvShape(c *ShapeContext) []tensor.Shape {
	return one(fusedConv(c, c.rank(0, 4), 1, 2))
}

// fusedResizeConvShape is one of an image that is resized, then padded.
func fusedResizeConvShape(c *ShapeContext) []tensor.Shape {
	in := c.resized(0, 1)
	return one(fusedConv(c, in, 2, 3))
}

func fusedConv(c *ShapeContext, in tensor.Shape, paddings, filter int) tensor.Shape {
	p := c.rank(paddings, 2)
	c.dimIs(p.Dim(1), 2)
	c.dimIs(p.Dim(0), 4)
	weights := c.rank(filter, 4)
	strides := c.attrInts("strides")
	if len(strides) != 4 {
		c.fail("Operation requires the stride attribute to contain 4 values, but got: %d", len(strides))
	}
	values, known := c.constInts(paddings)
	if c.err != nil {
		return tensor.UnknownShape()
	}
	dims := append([]int64(nil), in.Dims()...)
	for i := range dims {
		if !known {
			dims[i] = tensor.Unknown
			continue
		}
		if values[2*i] < 0 || values[2*i+1] < 0 {
			c.fail("Paddings must be non-negative: %d, %d", values[2*i], values[2*i+1])
			return tensor.UnknownShape()
		}
		dims[i] = c.addDims(dims[i], values[2*i]+values[2*i+1])
	}
	c.mergeDim(dims[3], weights.Dim(2))
	spatial := make([]int64, 2)
	for i := range spatial {
		w := window{size: weights.Dim(i), stride: strides[1+i], dilation: 1}
		spatial[i] = c.windowed(dims[1+i], w, c.attrString("padding"))
	}
	return tensor.ShapeOf(dims[0], spatial[0], spatial[1], weights.Dim(3))
}
