package op

import "github.com/tfsave/tfsave/internal/tensor"

// handleIn is what is known of the tensors behind input i, nil if nothing is.
func (c *ShapeContext) handleIn(i int) []tensor.HandleData {
	if c.HandleIn == nil {
		return nil
	}
	return c.HandleIn(i)
}

// mergeHandles gives what is known of the tensors behind inputs i and j, of
// which the output is one or the other; nil where nothing is known of one.
func (c *ShapeContext) mergeHandles(i, j int) []tensor.HandleData {
	a, b := c.handleIn(i), c.handleIn(j)
	if a == nil || b == nil {
		return nil
	}
	if len(a) != len(b) {
		c.fail("Trying to merge handles pointing to different numbers of tensors.")
		return nil
	}
	merged := make([]tensor.HandleData, len(a))
	for k := range a {
		if a[k].DType != b[k].DType {
			c.fail("Trying to merge handles pointing to different dtypes.")
		}
		merged[k] = tensor.HandleData{DType: a[k].DType, Shape: c.merge(a[k].Shape, b[k].Shape)}
	}
	return merged
}

// relaxHandles gives what is true of the tensors behind all inputs of which
// anything is known.
func (c *ShapeContext) relaxHandles() []tensor.HandleData {
	var relaxed []tensor.HandleData
	for i := range c.Inputs {
		h := c.handleIn(i)
		switch {
		case h == nil:
			continue
		case relaxed == nil:
			relaxed = h
			continue
		case len(h) != len(relaxed):
			return nil
		}
		both := make([]tensor.HandleData, len(h))
		for k := range h {
			if h[k].DType != relaxed[k].DType {
				return nil
			}
			both[k] = tensor.HandleData{DType: h[k].DType, Shape: relaxed[k].Shape.Relax(h[k].Shape)}
		}
		relaxed = both
	}
	return relaxed
}

// sparse checks the three parts of a sparse tensor: indices, values, shape.
func (c *ShapeContext) sparse(indices, values, shape int) {
	i, v, s := c.rank(indices, 2), c.rank(values, 1), c.rank(shape, 1)
	c.mergeDim(i.Dim(0), v.Dim(0))
	c.mergeDim(i.Dim(1), s.Dim(0))
}
