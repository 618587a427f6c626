package op

import "github.com/tfsave/tfsave/internal/tensor"

// normShapes are normalizations, losses and other ops of neural networks
// (tensorflow/core/ops/nn_ops.cc, TF 2.21).
func normShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"BiasAdd":                           biasAddShape,
		"BiasAddGrad":                       biasAddGradShape,
		"FusedBatchNorm":                    fusedBatchNormShape,
		"FusedBatchNormV2":                  fusedBatchNormShape,
		"FusedBatchNormV3":                  fusedBatchNormShape,
		"FusedBatchNormGrad":                fusedBatchNormGradShape,
		"FusedBatchNormGradV2":              fusedBatchNormGradShape,
		"FusedBatchNormGradV3":              fusedBatchNormGradShape,
		"SoftmaxCrossEntropyWithLogits":     softmaxCrossEntropyShape,
		"NthElement":                        nthElementShape,
		"ApproxTopK":                        approxTopKShape,
		"SpaceToBatch":                      spaceToBatchShape,
		"BatchToSpace":                      batchToSpaceShape,
		"SpaceToBatchND":                    spaceToBatchNDShape,
		"BatchToSpaceND":                    batchToSpaceNDShape,
		"SpaceToDepth":                      spaceToDepthShape,
		"DepthToSpace":                      depthToSpaceShape,
		"FakeQuantWithMinMaxVarsPerChannel": fakeQuantPerChannelShape,
		"FakeQuantWithMinMaxVarsPerChannelGradient": fakeQuantPerChannelGradientShape,
		"CTCBeamSearchDecoder":                      ctcBeamSearchShape,
	}
}

// biasAddShape: one bias for each channel.
func biasAddShape(c *ShapeContext) []tensor.Shape {
	format := c.attrString("data_format")
	first := format == "NCHW"
	least := 2
	if first {
		least = 3
	}
	in := c.rankAtLeast(0, least)
	bias := c.rank(1, 1)
	if !in.Known() || c.err != nil {
		return unknowns(1)
	}
	at := -1
	if first {
		at = 1
	}
	return one(c.replaceDim(in, at, c.mergeDim(in.Dim(at), bias.Dim(0))))
}

func biasAddGradShape(c *ShapeContext) []tensor.Shape {
	if c.attrString("data_format") == "NCHW" {
		in := c.rankAtLeast(0, 3)
		if !in.Known() {
			return one(vector(tensor.Unknown))
		}
		return one(vector(in.Dim(1)))
	}
	in := c.rankAtLeast(0, 2)
	return one(vector(lastDim(in)))
}

// batchNormLayout is where the channels of images, or of volumes, are.
func batchNormLayout(c *ShapeContext) layout {
	format := c.attrString("data_format")
	spatial := len(format) - 2
	if spatial != 2 && spatial != 3 || (spatial == 3 && c.Def.Name != "FusedBatchNormV3" && c.Def.Name != "FusedBatchNormGradV3") {
		spatial = 2
	}
	return c.newLayout(format, spatial)
}

func fusedBatchNormShape(c *ShapeContext) []tensor.Shape {
	l := batchNormLayout(c)
	in := c.rank(0, l.rank)
	channels := in.Dim(l.channel)
	// Mean and variance are looked at in inference only, or to go on averaging.
	inputs := 5
	if c.attrBool("is_training") && attrAs[float32](c, "exponential_avg_factor") == 1 {
		inputs = 3
	}
	for i := 1; i < inputs; i++ {
		channels = c.mergeDim(channels, c.rank(i, 1).Dim(0))
	}
	out := []tensor.Shape{c.replaceDim(in, l.channel, channels)}
	for range 4 {
		out = append(out, vector(channels))
	}
	if len(c.Def.Outputs) == 6 {
		out = append(out, tensor.UnknownShape())
	}
	return out
}

func fusedBatchNormGradShape(c *ShapeContext) []tensor.Shape {
	l := batchNormLayout(c)
	grad, in := c.rank(0, l.rank), c.rank(1, l.rank)
	channels := c.mergeDim(grad.Dim(l.channel), in.Dim(l.channel))
	for i := 2; i < 5; i++ {
		channels = c.mergeDim(channels, c.rank(i, 1).Dim(0))
	}
	return []tensor.Shape{
		c.replaceDim(grad, l.channel, channels), vector(channels), vector(channels), vector(0), vector(0),
	}
}

func softmaxCrossEntropyShape(c *ShapeContext) []tensor.Shape {
	// Logits and labels are of one shape, or else they are broadcast.
	s, err := c.Inputs[0].Merge(c.Inputs[1])
	if err != nil {
		s = c.broadcast(c.Inputs[0], c.Inputs[1])
	}
	s = c.withRank(s, 2)
	return []tensor.Shape{vector(s.Dim(0)), s}
}

func nthElementShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	n, known := c.constInt(1)
	if known && n < 0 {
		c.fail("Dimension size, given by scalar input 1, must be non-negative but is %d", n)
	}
	if known && in.Known() && in.Dim(-1) >= 0 && in.Dim(-1) <= n {
		c.fail("Input must have last dimension > n = %d but is %d", n, in.Dim(-1))
	}
	return one(sub(in, 0, -1))
}

func approxTopKShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	if !in.Known() {
		c.fail("Invalid reduction dimension: %d", c.attrInt("reduction_dimension"))
		return unknowns(2)
	}
	axis, ok := axisOf(c.attrInt("reduction_dimension"), in.Rank())
	if !ok {
		c.fail("reduction_dimension must be in [-%d, %d), but is %d", in.Rank(), in.Rank(), c.attrInt("reduction_dimension"))
		return unknowns(2)
	}
	k := c.attrInt("k")
	if d := in.Dim(axis); d < k {
		c.fail("input must have last dimension >= k = %d but is %d", k, d)
	}
	if !c.attrBool("aggregate_to_topk") {
		// What fits into a tile is not reduced; how much of more is depends on the kernel.
		tile := int64(128)
		if in.Rank() == 1 {
			tile = 1024
		}
		k = tensor.Unknown
		if d := in.Dim(axis); d <= tile {
			k = d
		}
	}
	return same(c.replaceDim(in, axis, k), 2)
}

// blocks are the sizes of the blocks of SpaceToBatchND and BatchToSpaceND, and
// what is padded or cropped, -1 where not known.
func blocks(c *ShapeContext, block, padding int) (sizes, pads []int64, n int64) {
	b := c.Inputs[block]
	n = int64(tensor.Unknown)
	if b.Known() {
		n = c.withRank(b, 1).Dim(0)
	}
	p := c.Inputs[padding]
	if p.Known() {
		p = c.withRank(p, 2)
		n = c.mergeDim(n, p.Dim(0))
		c.dimIs(p.Dim(1), 2)
	}
	sizes, _ = c.constInts(block)
	pads, _ = c.constInts(padding)
	return sizes, pads, n
}

func spaceToBatchNDShape(c *ShapeContext) []tensor.Shape {
	block := c.Inputs[1]
	if block.Rank() != 1 || block.Dim(0) < 0 {
		c.fail("block_shape must have rank 1 and known size.")
		return unknowns(1)
	}
	sizes, pads, n := blocks(c, 1, 2)
	return one(spaceBatch(c, sizes, pads, n, true))
}

func batchToSpaceNDShape(c *ShapeContext) []tensor.Shape {
	block := c.Inputs[1]
	if block.Rank() != 1 || block.Dim(0) < 0 {
		c.fail("block_shape must have rank 1 and known size.")
		return unknowns(1)
	}
	sizes, pads, n := blocks(c, 1, 2)
	return one(spaceBatch(c, sizes, pads, n, false))
}

func spaceBatch(c *ShapeContext, sizes, pads []int64, n int64, toBatch bool) tensor.Shape {
	if n < 0 || c.err != nil {
		return tensor.UnknownShape()
	}
	in := c.rankAtLeast(0, int(min(n, maxRank))+1)
	if !in.Known() {
		return tensor.UnknownShape()
	}
	dims := append([]int64(nil), in.Dims()...)
	if sizes == nil {
		dims[0] = tensor.Unknown
	}
	for _, size := range sizes {
		if size < 1 {
			c.fail("block_shape must be positive, got %d", size)
			return tensor.UnknownShape()
		}
		if toBatch {
			dims[0] = c.mulDims(dims[0], size)
		} else {
			dims[0] = c.divDim(dims[0], size, true)
		}
	}
	for i := range int(n) {
		if pads == nil || sizes == nil {
			dims[1+i] = tensor.Unknown
			continue
		}
		before, after := pads[2*i], pads[2*i+1]
		if before < 0 || after < 0 {
			c.fail("paddings cannot be negative: %d, %d", before, after)
			return tensor.UnknownShape()
		}
		if toBatch {
			dims[1+i] = c.divDim(c.addDims(dims[1+i], before+after), sizes[i], true)
		} else {
			dims[1+i] = c.subDims(c.mulDims(dims[1+i], sizes[i]), before+after)
		}
	}
	return tensor.ShapeOf(dims...)
}

// spaceToBatchShape: height and width are in blocks of one size.
func spaceToBatchShape(c *ShapeContext) []tensor.Shape {
	c.rank(0, 4)
	p := c.rank(1, 2)
	c.dimIs(p.Dim(0), 2)
	c.dimIs(p.Dim(1), 2)
	size := c.attrInt("block_size")
	pads, _ := c.constInts(1)
	return one(spaceBatch(c, []int64{size, size}, pads, 2, true))
}

func batchToSpaceShape(c *ShapeContext) []tensor.Shape {
	c.rank(0, 4)
	p := c.rank(1, 2)
	c.dimIs(p.Dim(0), 2)
	c.dimIs(p.Dim(1), 2)
	size := c.attrInt("block_size")
	crops, _ := c.constInts(1)
	return one(spaceBatch(c, []int64{size, size}, crops, 2, false))
}

func spaceToDepthShape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 2)
	in := c.rank(0, l.rank)
	size := c.attrInt("block_size")
	height, width := c.divDim(in.Dim(l.spatial[0]), size, true), c.divDim(in.Dim(l.spatial[1]), size, true)
	return one(c.build(l, in.Dim(l.batch), []int64{height, width}, c.mulDims(c.channels(l, in), size*size)))
}

func depthToSpaceShape(c *ShapeContext) []tensor.Shape {
	l := c.newLayout(c.attrString("data_format"), 2)
	in := c.rank(0, l.rank)
	size := c.attrInt("block_size")
	height, width := c.mulDims(in.Dim(l.spatial[0]), size), c.mulDims(in.Dim(l.spatial[1]), size)
	return one(c.build(l, in.Dim(l.batch), []int64{height, width}, c.divDim(c.channels(l, in), size*size, true)))
}

func fakeQuantPerChannelShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	channels := lastDim(in)
	channels = c.mergeDim(channels, c.rank(1, 1).Dim(0))
	c.mergeDim(channels, c.rank(2, 1).Dim(0))
	return one(c.Inputs[0])
}

func fakeQuantPerChannelGradientShape(c *ShapeContext) []tensor.Shape {
	in := c.merge(c.withRankAtMost(c.rankAtLeast(0, 1), 4), c.Inputs[1])
	channels := lastDim(in)
	channels = c.mergeDim(channels, c.rank(2, 1).Dim(0))
	channels = c.mergeDim(channels, c.rank(3, 1).Dim(0))
	return []tensor.Shape{in, vector(channels), vector(channels)}
}

func ctcBeamSearchShape(c *ShapeContext) []tensor.Shape {
	in, lengths := c.rank(0, 3), c.rank(1, 1)
	batch := c.mergeDim(in.Dim(1), lengths.Dim(0))
	n := c.attrInt("top_paths")
	var out []tensor.Shape
	for _, s := range []tensor.Shape{tensor.ShapeOf(tensor.Unknown, 2), vector(tensor.Unknown), vector(2)} {
		out = append(out, same(s, int(min(n, maxArgs)))...)
	}
	return append(out, tensor.ShapeOf(batch, n))
}
