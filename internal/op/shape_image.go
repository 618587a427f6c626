package op

import "github.com/tfsave/tfsave/internal/tensor"

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
	if v, known := c.constInts(i); known && len(v) == 2 {
		if v[0] < 0 || v[1] < 0 {
			c.fail("size must be non-negative: %d, %d", v[0], v[1])
		}
		height, width = v[0], v[1]
	}
	return tensor.ShapeOf(batch, height, width, channels)
}
