package op

import "github.com/tfsave/tfsave/internal/tensor"

// gatherShapes are the ops that read or write at indices
// (tensorflow/core/ops/array_ops.cc, state_ops.cc, data_flow_ops.cc, TF 2.21).
func gatherShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{
		"Gather":                  gatherShape,
		"GatherV2":                gatherV2Shape,
		"GatherNd":                gatherNdShape,
		"ScatterNd":               scatterNdShape,
		"ScatterNdNonAliasingAdd": tensorScatterShape,
		"DynamicPartition":        dynamicPartitionShape,
		"DynamicStitch":           dynamicStitchShape,
		"ParallelDynamicStitch":   dynamicStitchShape,
	}
	for _, name := range []string{"Add", "Sub", "Update", "Min", "Max"} {
		all["TensorScatter"+name] = tensorScatterShape
		all["ScatterNd"+name] = tensorScatterShape
	}
	for _, name := range []string{"Add", "Sub", "Mul", "Div", "Min", "Max", "Update"} {
		all["Scatter"+name] = scatterShape
	}
	return all
}

func gatherShape(c *ShapeContext) []tensor.Shape {
	params := c.rankAtLeast(0, 1)
	return one(c.Inputs[1].Concat(sub(params, 1, toEnd)))
}

func gatherV2Shape(c *ShapeContext) []tensor.Shape {
	params, indices := c.rankAtLeast(0, 1), c.Inputs[1]
	c.scalars(2)
	axis, known := c.constInt(2)
	batch := c.attrInt("batch_dims")
	if !known {
		if params.Known() && indices.Known() && c.err == nil {
			rank := params.Rank() + indices.Rank() - 1
			rank -= int(max(min(batch, maxRank), -maxRank))
			if rank < 0 || rank > 2*maxRank {
				return unknowns(1)
			}
			return one(tensor.UnknownOfRank(rank))
		}
		return unknowns(1)
	}
	if axis < 0 {
		params = c.withRankAtLeast(params, int(min(-axis, maxRank)))
	} else {
		params = c.withRankAtLeast(params, int(min(axis+1, maxRank)))
	}
	if indices.Known() && (batch < -int64(indices.Rank()) || batch > int64(indices.Rank())) {
		c.fail("Expected batch_dims in the range [%d, %d], but got %d", -indices.Rank(), indices.Rank(), batch)
		return unknowns(1)
	}
	if batch < 0 && indices.Known() {
		batch += int64(indices.Rank())
	}
	if batch >= 0 {
		params = c.withRankAtLeast(params, int(min(batch+1, maxRank)))
	}
	if !params.Known() || !indices.Known() || c.err != nil {
		return unknowns(1)
	}
	i, ok := axisOf(axis, params.Rank())
	if !ok {
		return unknowns(1) // refused above
	}
	return one(sub(params, 0, i).Concat(sub(indices, int(batch), toEnd)).Concat(sub(params, i+1, toEnd)))
}

func gatherNdShape(c *ShapeContext) []tensor.Shape {
	if c.handleIn(0) != nil {
		// TensorFlow takes handles for a variable's, and asks for its type.
		c.fail("No attr named 'dtype' in NodeDef")
	}
	return one(gatherNd(c, c.Inputs[0], c.Inputs[1]))
}

// gatherNd gives the shape of params[indices]: the last dimension of the
// indices says how many dimensions of params one of them is for.
func gatherNd(c *ShapeContext, params, indices tensor.Shape) tensor.Shape {
	indices = c.withRankAtLeast(indices, 1)
	if !indices.Known() || !params.Known() || indices.Dim(-1) < 0 {
		return tensor.UnknownShape()
	}
	n := indices.Dim(-1)
	if n > int64(params.Rank()) {
		c.fail("indices.shape[-1] must be <= params.rank, but saw indices shape: %s and params shape: %s", indices, params)
		return tensor.UnknownShape()
	}
	return sub(indices, 0, -1).Concat(sub(params, int(n), toEnd))
}

// checkEmpty refuses to write to what has no elements.
func (c *ShapeContext) checkEmpty(indices, updates, into tensor.Shape) {
	if c.numElements(into) == 0 && (c.numElements(indices) > 0 || c.numElements(updates) > 0) {
		c.fail("Indices and updates specified for empty input")
	}
}

// scatterNd holds indices and updates against the shape that is written to.
func scatterNd(c *ShapeContext, indices, updates, into tensor.Shape) {
	if !indices.Known() || !updates.Known() || indices.Rank() == 0 {
		if indices.Rank() == 0 {
			c.withRankAtLeast(indices, 1)
		}
		return
	}
	n := indices.Dim(-1)
	if n < 0 {
		return
	}
	// The leading dimensions of updates are those of indices, the others those that are left of the output.
	outer := indices.Rank() - 1
	lead := sub(updates, 0, outer)
	if lead.Rank() != outer {
		c.withRankAtLeast(updates, outer)
		return
	}
	c.merge(sub(indices, 0, -1), lead)
	if into.Known() {
		c.merge(sub(into, int(min(n, maxRank)), toEnd), sub(updates, outer, toEnd))
	}
}

func scatterNdShape(c *ShapeContext) []tensor.Shape {
	indices := c.rankAtLeast(0, 1)
	updates := c.rankAtLeast(1, 1)
	out := c.shapeFromInput(2)
	c.checkEmpty(indices, updates, out)
	scatterNd(c, indices, updates, out)
	return one(out)
}

// tensorScatterShape is that of TensorScatter… and ScatterNd… on a reference: the first input's.
func tensorScatterShape(c *ShapeContext) []tensor.Shape {
	into := c.Inputs[0]
	indices, updates := c.rankAtLeast(1, 1), c.Inputs[2]
	if c.Def.Inputs[0].IsRef {
		updates = c.rankAtLeast(2, 1)
	} else {
		into = c.rankAtLeast(0, 1)
	}
	c.checkEmpty(indices, updates, into)
	if updates.Rank() != 0 {
		scatterNd(c, indices, updates, into)
	}
	return one(into)
}

// scatterShape is that of Scatter… on a reference: updates for slices, or one scalar.
func scatterShape(c *ShapeContext) []tensor.Shape {
	ref := c.Inputs[0]
	c.scatterInto(ref, c.Inputs[1], c.Inputs[2])
	return one(ref)
}

func (c *ShapeContext) scatterInto(ref, indices, updates tensor.Shape) {
	if updates.Rank() != 0 {
		c.merge(updates, indices.Concat(sub(ref, 1, toEnd)))
	}
}

func dynamicPartitionShape(c *ShapeContext) []tensor.Shape {
	n := c.numOutputs(0)
	data, partitions := c.Inputs[0], c.Inputs[1]
	if !partitions.Known() {
		return unknowns(n)
	}
	whole, _ := c.mergePrefix(data, partitions)
	return same(vector(tensor.Unknown).Concat(sub(whole, partitions.Rank(), toEnd)), n)
}

func dynamicStitchShape(c *ShapeContext) []tensor.Shape {
	n := len(c.Inputs) / 2
	var rest tensor.Shape
	highest, all := int64(-1), true
	for i := range n {
		indices, data := c.Inputs[i], c.Inputs[n+i]
		values, known := c.constInts(i)
		if !known {
			all = false
		}
		for _, v := range values {
			highest = max(highest, v)
		}
		if !indices.Known() {
			continue
		}
		whole, _ := c.mergePrefix(data, indices)
		rest = c.merge(rest, sub(whole, indices.Rank(), toEnd))
	}
	size := tensor.Unknown
	if all {
		size = highest + 1
	}
	return one(vector(size).Concat(rest))
}
