package op

import "github.com/tfsave/tfsave/internal/tensor"

// randomShapes are the ops that draw numbers
// (tensorflow/core/ops/random_ops.cc, stateless_random_ops*.cc, TF 2.21).
func randomShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{
		"RandomGamma":            drawsOfEach,
		"RandomPoisson":          drawsOfEach,
		"RandomPoissonV2":        drawsOfEach,
		"Multinomial":            multinomialShape,
		"StatelessMultinomial":   multinomialShape,
		"StatelessRandomGammaV2": func(c *ShapeContext) []tensor.Shape { return c.seeded(c.shapeFromInput(0), 1) },
	}
	for _, name := range []string{"RandomUniform", "RandomStandardNormal", "TruncatedNormal", "RandomUniformInt", "ParameterizedTruncatedNormal"} {
		all[name] = func(c *ShapeContext) []tensor.Shape { return one(c.shapeFromInput(0)) }
	}
	for _, name := range []string{
		"StatelessRandomUniform", "StatelessRandomNormal", "StatelessTruncatedNormal", "StatelessRandomUniformInt",
		"StatelessRandomUniformFullInt", "StatelessRandomBinomial", "StatelessRandomPoisson", "StatelessParameterizedTruncatedNormal",
	} {
		all[name] = func(c *ShapeContext) []tensor.Shape { return c.seeded(c.shapeFromInput(0), 1) }
	}
	for _, name := range []string{
		"StatelessRandomUniformV2", "StatelessRandomNormalV2", "StatelessTruncatedNormalV2", "StatelessRandomUniformIntV2",
		"StatelessRandomUniformFullIntV2", "StatelessRandomGammaV3",
	} {
		all[name] = keyedShape
	}
	return all
}

// seeded asks that input i, the seed, is a vector of two.
func (c *ShapeContext) seeded(out tensor.Shape, i int) []tensor.Shape {
	c.dimIs(c.rank(i, 1).Dim(0), 2)
	return one(out)
}

// keyedShape: inputs are shape, key, counter and algorithm.
func keyedShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(1, 1).Dim(0), 1)
	c.rank(2, 1)
	c.rank(3, 0)
	return one(c.shapeFromInput(0))
}

// drawsOfEach: for each parameter of input 1 as many numbers as input 0 says.
func drawsOfEach(c *ShapeContext) []tensor.Shape {
	return one(c.shapeFromInput(0).Concat(c.Inputs[1]))
}

func multinomialShape(c *ShapeContext) []tensor.Shape {
	logits := c.rank(0, 2)
	c.rank(1, 0)
	return one(tensor.ShapeOf(logits.Dim(0), c.dimFromInput(1)))
}
