package op

import "github.com/tfsave/tfsave/internal/tensor"

// handleIn is what is known of the tensors behind input i, nil if nothing is.
func (c *ShapeContext) handleIn(i int) []tensor.HandleData {
	if c.HandleIn == nil {
		return nil
	}
	return c.HandleIn(i)
}

// sparse checks the three parts of a sparse tensor: indices, values, shape.
func (c *ShapeContext) sparse(indices, values, shape int) {
	i, v, s := c.rank(indices, 2), c.rank(values, 1), c.rank(shape, 1)
	c.mergeDim(i.Dim(0), v.Dim(0))
	c.mergeDim(i.Dim(1), s.Dim(0))
}
