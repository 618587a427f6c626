package op

import "github.com/tfsave/tfsave/internal/tensor"

// handleIn is what is known of the tensors behind input i, nil if nothing is.
func (c *ShapeContext) handleIn(i int) []tensor.HandleData {
	if c.HandleIn == nil {
		return nil
	}
	return c.HandleIn(i)
}

// mergeHandles gives what is known of the tensors behind all of the inputs.
func (c *ShapeContext) mergeHandles(inputs ...int) []tensor.HandleData {
	var merged []tensor.HandleData
	for _, i := range inputs {
		h := c.handleIn(i)
		switch {
		case h == nil:
		case merged == nil:
			merged = h
		case len(h) != len(merged):
			c.fail("Trying to merge handles pointing to different numbers of tensors.")
		default:
			both := make([]tensor.HandleData, len(h))
			for k := range h {
				if h[k].DType != merged[k].DType {
					c.fail("Trying to merge handles pointing to different dtypes.")
				}
				both[k] = tensor.HandleData{DType: h[k].DType, Shape: c.merge(merged[k].Shape, h[k].Shape)}
			}
			merged = both
		}
	}
	return merged
}

// sparse checks the three parts of a sparse tensor: indices, values, shape.
func (c *ShapeContext) sparse(indices, values, shape int) {
	i, v, s := c.rank(indices, 2), c.rank(values, 1), c.rank(shape, 1)
	c.mergeDim(i.Dim(0), v.Dim(0))
	c.mergeDim(i.Dim(1), s.Dim(0))
}
