package op

import "github.com/tfsave/tfsave/internal/tensor"

// randomShapes are the ops that draw (tensorflow/core/ops/random_ops.cc,
// stateful_random_ops.cc, stateless_random_ops.cc, stateless_random_ops_v2.cc, TF 2.21).
func randomShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{
		"RandomUniform":                         shapeInput(0),
		"RandomUniformInt":                      shapeInput(0, 1, 2),
		"RandomStandardNormal":                  shapeInput(0),
		"TruncatedNormal":                       shapeInput(0),
		"ParameterizedTruncatedNormal":          parameterizedShape,
		"NonDeterministicInts":                  shapeInput(0),
		"RandomGamma":                           func(c *ShapeContext) []tensor.Shape { return one(c.shapeFromInput(0).Concat(c.Inputs[1])) },
		"RandomPoissonV2":                       func(c *ShapeContext) []tensor.Shape { return one(c.shapeFromInput(0).Concat(c.Inputs[1])) },
		"Multinomial":                           multinomialShape,
		"ComputeAccidentalHits":                 accidentalHitsShape,
		"FixedUnigramCandidateSampler":          candidateSamplerShape,
		"RandomIndexShuffle":                    indexShuffleShape,
		"StatelessMultinomial":                  statelessMultinomialShape,
		"StatefulStandardNormalV2":              statefulShape,
		"StatefulTruncatedNormal":               statefulShape,
		"StatefulUniform":                       statefulShape,
		"StatefulUniformFullInt":                statefulShape,
		"StatefulUniformInt":                    statefulShape,
		"StatefulRandomBinomial":                statefulBinomialShape,
		"StatelessRandomBinomial":               statelessShape,
		"StatelessRandomPoisson":                statelessShape,
		"StatelessRandomGammaV2":                statelessShape,
		"StatelessRandomGammaV3":                statelessV2Shape,
		"StatelessParameterizedTruncatedNormal": statelessParameterizedShape,
	}
	for _, name := range []string{"RandomNormal", "TruncatedNormal", "RandomUniform", "RandomUniformFullInt", "RandomUniformInt"} {
		all["Stateless"+name] = statelessShape
		all["Stateless"+name+"V2"] = statelessV2Shape
	}
	return all
}

// shapeInput makes the function of an op whose output has the shape that an
// input holds, and some of whose inputs are scalars.
func shapeInput(i int, scalars ...int) shapeFunc {
	return func(c *ShapeContext) []tensor.Shape {
		c.scalars(scalars...)
		return one(c.shapeFromInput(i))
	}
}

func parameterizedShape(c *ShapeContext) []tensor.Shape {
	for i := 1; i < 5; i++ {
		c.rankAtMost(i, 1)
	}
	return one(c.shapeFromInput(0))
}

// indexShuffleShape: scalars, or as many indices, seeds and limits as one of
// them has (tensorflow/core/ops/random_index_shuffle_ops.cc). A seed of unknown
// length is refused.
func indexShuffleShape(c *ShapeContext) []tensor.Shape {
	index, seed, limit := c.rankAtMost(0, 1), c.rankAtMost(1, 2), c.rankAtMost(2, 1)
	if r := seed.Rank(); (r == 1 || r == 2) && seed.Dim(-1) != 3 {
		c.fail("Seed must have shape [3] or [n, 3] but got %s.", seed)
	}
	if index.Rank() == 0 && seed.Rank() == 1 && limit.Rank() == 0 {
		return one(scalar())
	}
	// The first known number decides; those after it are the same, or 1.
	listed, size := false, tensor.Unknown
	for i, s := range []tensor.Shape{index, seed, limit} {
		if single := i % 2; s.Rank() != single+1 {
			continue
		}
		listed = true
		switch n := s.Dim(0); {
		case size < 0:
			size = n
		case size != 1 && n >= 0 && n != 1 && n != size:
			c.fail("Input %d has shape %s but must have %d elements.", i, s, size)
		}
	}
	if !listed {
		return unknowns(1)
	}
	return one(vector(size))
}

func candidateSamplerShape(c *ShapeContext) []tensor.Shape {
	sampled := vector(c.attrInt("num_sampled"))
	return []tensor.Shape{sampled, tensor.ShapeOf(c.rank(0, 2).Dim(0), c.attrInt("num_true")), sampled}
}

func accidentalHitsShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(0, 2).Dim(1), c.attrInt("num_true"))
	c.rank(1, 1)
	return same(vector(tensor.Unknown), 3)
}

func multinomialShape(c *ShapeContext) []tensor.Shape {
	logits := c.rank(0, 2)
	c.scalars(1)
	return one(tensor.ShapeOf(logits.Dim(0), c.dimFromInput(1)))
}

func statelessMultinomialShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(2, 1).Dim(0), 2)
	return multinomialShape(c)
}

// statefulShape: after the resource comes the algorithm, then the shape, then
// perhaps the bounds.
func statefulShape(c *ShapeContext) []tensor.Shape {
	c.scalars(1)
	for i := 3; i < len(c.Inputs); i++ {
		c.scalars(i)
	}
	return one(c.shapeFromInput(2))
}

func statefulBinomialShape(c *ShapeContext) []tensor.Shape {
	return one(c.shapeFromInput(2))
}

// statelessShape: the shape, a seed of two numbers, perhaps parameters.
func statelessShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(1, 1).Dim(0), 2)
	if c.Def.Name == "StatelessRandomUniformInt" {
		c.scalars(2, 3)
	}
	return one(c.shapeFromInput(0))
}

// statelessV2Shape: the shape, then key, counter and algorithm.
func statelessV2Shape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(1, 1).Dim(0), 1)
	c.rank(2, 1)
	c.scalars(3)
	if c.Def.Name == "StatelessRandomUniformIntV2" {
		c.scalars(4, 5)
	}
	return one(c.shapeFromInput(0))
}

func statelessParameterizedShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(1, 1).Dim(0), 2)
	out := c.shapeFromInput(0)
	params := c.Inputs[2]
	for _, s := range c.Inputs[3:] {
		params = c.broadcast(params, s)
	}
	return one(out)
}
