package op

import "github.com/tfsave/tfsave/internal/tensor"

// signalShapes are the Fourier transforms of real signals, which halve the
// last dimension (tensorflow/core/ops/spectral_ops.cc, TF 2.21).
func signalShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"RFFT":    func(c *ShapeContext) []tensor.Shape { return one(c.rfft(1, true)) },
		"RFFT2D":  func(c *ShapeContext) []tensor.Shape { return one(c.rfft(2, true)) },
		"RFFT3D":  func(c *ShapeContext) []tensor.Shape { return one(c.rfft(3, true)) },
		"IRFFT":   func(c *ShapeContext) []tensor.Shape { return one(c.rfft(1, false)) },
		"IRFFT2D": func(c *ShapeContext) []tensor.Shape { return one(c.rfft(2, false)) },
		"IRFFT3D": func(c *ShapeContext) []tensor.Shape { return one(c.rfft(3, false)) },
	}
}

// rfft transforms the last dimensions: of the lengths that input 1 gives, or
// of unknown ones.
func (c *ShapeContext) rfft(rank int, forward bool) tensor.Shape {
	out := c.rankAtLeast(0, rank)
	c.dimIs(c.rank(1, 1).Dim(0), int64(rank))
	lengths, known := c.constInts(1)
	if !out.Known() || c.err != nil {
		return tensor.UnknownShape()
	}
	for i := range rank {
		n := tensor.Unknown
		if known && len(lengths) == rank {
			n = lengths[i]
			if forward && i == rank-1 && n != 0 {
				n = n/2 + 1
			}
			if n < 0 {
				n = tensor.Unknown
			}
		}
		out = c.replaceDim(out, out.Rank()-rank+i, n)
	}
	return out
}
