package op

import "github.com/tfsave/tfsave/internal/tensor"

// resourceShapes are the ops on variables and on lists of tensors, whose
// shapes the handle knows (tensorflow/core/ops/resource_variable_ops.cc and
// list_ops.cc, TF 2.21).
func resourceShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{
		"VarHandleOp":        varHandleShape,
		"ReadVariableOp":     readVariableShape,
		"AssignVariableOp":   assignVariableShape,
		"EmptyTensorList":    reserveShape,
		"TensorListReserve":  reserveShape,
		"TensorListPushBack": func(c *ShapeContext) []tensor.Shape { return c.listWith(0, c.Inputs[1]) },
		"TensorListPopBack": func(c *ShapeContext) []tensor.Shape {
			return append(c.list(0), c.elementShape(0, 1))
		},
		"TensorListGetItem": func(c *ShapeContext) []tensor.Shape { return one(c.elementShape(0, 2)) },
		"TensorListSetItem": func(c *ShapeContext) []tensor.Shape { return c.list(0) },
		"TensorListResize":  func(c *ShapeContext) []tensor.Shape { return c.list(0) },
		"TensorListStack": func(c *ShapeContext) []tensor.Shape {
			return one(vector(max(c.attrInt("num_elements"), tensor.Unknown)).Concat(c.elementShape(0, 1)))
		},
		"TensorListGather": func(c *ShapeContext) []tensor.Shape {
			return one(vector(c.rank(1, 1).Dim(0)).Concat(c.elementShape(0, 2)))
		},
		"TensorListConcat": func(c *ShapeContext) []tensor.Shape {
			return []tensor.Shape{c.concatenated(c.attrShape("element_shape")), vector(tensor.Unknown)}
		},
		"TensorListConcatV2": func(c *ShapeContext) []tensor.Shape {
			return []tensor.Shape{c.concatenated(c.elementShape(0, 1)), vector(tensor.Unknown)}
		},
		"TensorListFromTensor": func(c *ShapeContext) []tensor.Shape {
			element := sub(c.rankAtLeast(0, 1), 1, toEnd)
			return c.newList(c.merge(element, c.shapeOrUnknownFromInput(1)))
		},
		"TensorListScatter": func(c *ShapeContext) []tensor.Shape { return c.newList(c.shapeOrUnknownFromInput(2)) },
		"TensorListScatterV2": func(c *ShapeContext) []tensor.Shape {
			return c.newList(c.shapeOrUnknownFromInput(2))
		},
		"TensorListScatterIntoExistingList": func(c *ShapeContext) []tensor.Shape { return c.list(0) },
		"TensorListSplit": func(c *ShapeContext) []tensor.Shape {
			return c.newList(c.shapeOrUnknownFromInput(1))
		},
	}
	for _, name := range []string{"AssignAddVariableOp", "AssignSubVariableOp"} {
		all[name] = assignVariableShape
	}
	return all
}

func varHandleShape(c *ShapeContext) []tensor.Shape {
	c.HandleOut[0] = []tensor.HandleData{{DType: c.attrType("dtype"), Shape: c.attrShape("shape")}}
	return one(scalar())
}

func readVariableShape(c *ShapeContext) []tensor.Shape {
	h := c.handleIn(0)
	if len(h) == 0 {
		return unknowns(1)
	}
	if d := c.attrType("dtype"); h[0].DType != d {
		c.fail("Trying to read variable with wrong dtype. Expected %s got %s", h[0].DType, d)
	}
	return one(h[0].Shape)
}

func assignVariableShape(c *ShapeContext) []tensor.Shape {
	if h := c.handleIn(0); len(h) > 0 {
		if d := c.InputTypes[1]; h[0].DType != d {
			c.fail("Trying to assign variable with wrong dtype. Expected %s got %s", h[0].DType, d)
		}
		c.merge(h[0].Shape, c.Inputs[1])
	}
	return nil
}

// reserveShape: the shape of the elements is input 0.
func reserveShape(c *ShapeContext) []tensor.Shape { return c.newList(c.shapeOrUnknownFromInput(0)) }

// newList is a list with elements of a shape, of the type of the attribute.
func (c *ShapeContext) newList(element tensor.Shape) []tensor.Shape {
	c.HandleOut[0] = []tensor.HandleData{{DType: c.attrType("element_dtype"), Shape: element}}
	return one(scalar())
}

// list is the list of input i, as the op's first output.
func (c *ShapeContext) list(i int) []tensor.Shape { return c.listWith(i, tensor.UnknownShape()) }

// listWith is the list of input i after an element of a shape was put into it.
func (c *ShapeContext) listWith(i int, element tensor.Shape) []tensor.Shape {
	h := c.handleIn(i)
	if len(h) == 0 {
		return c.newList(tensor.UnknownShape())
	}
	if d := c.attrType("element_dtype"); h[0].DType != d {
		c.fail("Expected list with element dtype %s but got list with element dtype %s", d, h[0].DType)
	}
	return c.newList(c.merge(h[0].Shape, element))
}

// elementShape is the shape of the elements of the list of input i, of which
// input j says something too.
func (c *ShapeContext) elementShape(i, j int) tensor.Shape {
	s := c.shapeOrUnknownFromInput(j)
	h := c.handleIn(i)
	if len(h) == 0 {
		return s
	}
	if d := c.attrType("element_dtype"); h[0].DType != d {
		c.fail("Expected list with element dtype %s but got list with element dtype %s", d, h[0].DType)
	}
	return c.merge(h[0].Shape, s)
}

// concatenated is the shape of elements that are joined along their first
// dimension.
func (c *ShapeContext) concatenated(element tensor.Shape) tensor.Shape {
	if !element.Known() {
		return element
	}
	return vector(tensor.Unknown).Concat(sub(c.withRankAtLeast(element, 1), 1, toEnd))
}
