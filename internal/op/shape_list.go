package op

import "github.com/tfsave/tfsave/internal/tensor"

// listShapes are the ops on lists of tensors, whose elements' shape is behind
// the handle (tensorflow/core/ops/list_ops.cc, TF 2.21), and on TensorArrays.
func listShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"EmptyTensorList":                   emptyListShape,
		"TensorListReserve":                 emptyListShape,
		"TensorListPushBack":                pushBackShape,
		"TensorListPopBack":                 popBackShape,
		"TensorListStack":                   listStackShape,
		"TensorListFromTensor":              listFromTensorShape,
		"TensorListElementShape":            listElementShapeShape,
		"TensorListGetItem":                 popBackShape,
		"TensorListSetItem":                 setItemShape,
		"TensorListResize":                  resizeListShape,
		"TensorListGather":                  listGatherShape,
		"TensorListScatter":                 listScatterShape,
		"TensorListScatterV2":               listScatterShape,
		"TensorListScatterIntoExistingList": scatterIntoListShape,
		"TensorListConcat":                  listConcatShape,
		"TensorListConcatV2":                listConcatShape,
		"TensorListConcatLists":             concatListsShape,
		"TensorListSplit":                   listSplitShape,
		"TensorListPushBackBatch":           pushBackBatchShape,
		"TensorArrayV3":                     tensorArrayShape,
		"TensorArrayScatterV3":              tensorArrayScatterShape,
		"TensorArrayGatherV3":               tensorArrayGatherShape,
	}
}

// element is what is known of the elements of the list of input i.
func (c *ShapeContext) element(i int) tensor.Shape {
	h := c.handleIn(i)
	if len(h) == 0 {
		return tensor.UnknownShape()
	}
	if len(h) > 1 {
		c.fail("Trying to read from list with wrong variant data.")
	}
	if want := c.attrType("element_dtype"); h[0].DType != want {
		c.fail("Trying to read from list with wrong element dtype. List has type %s but expected type %s", h[0].DType, want)
	}
	return h[0].Shape
}

// withElement is what is known of the elements of the list of input 0, of
// which one is of the shape s; unknown for a list of which nothing is known.
func (c *ShapeContext) withElement(s tensor.Shape) tensor.Shape {
	element := c.element(0)
	if len(c.handleIn(0)) == 0 {
		return element
	}
	return c.merge(element, s)
}

// setElement says what the elements of the list of output 0 are.
func (c *ShapeContext) setElement(s tensor.Shape) {
	c.HandleOut[0] = []tensor.HandleData{{DType: c.attrType("element_dtype"), Shape: s}}
}

func emptyListShape(c *ShapeContext) []tensor.Shape {
	c.setElement(c.shapeOrUnknownFromInput(0))
	return one(scalar())
}

func pushBackShape(c *ShapeContext) []tensor.Shape {
	c.setElement(c.element(0))
	return one(scalar())
}

// popBackShape covers TensorListGetItem too: an element, of a shape given again.
func popBackShape(c *ShapeContext) []tensor.Shape {
	if c.Def.Name == "TensorListGetItem" {
		return one(c.merge(c.element(0), c.shapeOrUnknownFromInput(2)))
	}
	s := c.element(0)
	c.HandleOut[0] = c.handleIn(0)
	return []tensor.Shape{scalar(), s}
}

func listStackShape(c *ShapeContext) []tensor.Shape {
	s := c.merge(c.element(0), c.shapeOrUnknownFromInput(1))
	n := c.attrInt("num_elements")
	return one(vector(max(n, tensor.Unknown)).Concat(s))
}

func listFromTensorShape(c *ShapeContext) []tensor.Shape {
	s := c.shapeOrUnknownFromInput(1)
	c.merge(sub(c.Inputs[0], 1, toEnd), s)
	c.setElement(s)
	return one(scalar())
}

func listElementShapeShape(c *ShapeContext) []tensor.Shape {
	h := c.handleIn(0)
	if len(h) == 0 {
		return unknowns(1)
	}
	if s := h[0].Shape; s.Known() {
		return one(vector(int64(s.Rank())))
	}
	return unknowns(1)
}

func setItemShape(c *ShapeContext) []tensor.Shape {
	// Of which type the list is does not matter here.
	if h := c.handleIn(0); len(h) > 0 {
		c.merge(h[0].Shape, c.Inputs[2])
		c.HandleOut[0] = h
	} else {
		c.setElement(tensor.UnknownShape())
	}
	return one(scalar())
}

func resizeListShape(c *ShapeContext) []tensor.Shape {
	c.HandleOut[0] = c.handleIn(0)
	c.scalars(1)
	return one(scalar())
}

func listGatherShape(c *ShapeContext) []tensor.Shape {
	s := c.merge(c.element(0), c.shapeOrUnknownFromInput(2))
	return one(c.Inputs[1].Concat(s))
}

func listScatterShape(c *ShapeContext) []tensor.Shape {
	s := c.shapeOrUnknownFromInput(2)
	c.setElement(s)
	return one(scalar())
}

func scatterIntoListShape(c *ShapeContext) []tensor.Shape {
	c.rank(2, 1)
	c.rankAtLeast(1, 1)
	c.setElement(c.element(0))
	return one(scalar())
}

func listConcatShape(c *ShapeContext) []tensor.Shape {
	s := c.element(0)
	if c.Def.Name == "TensorListConcatV2" {
		s = c.merge(s, c.shapeOrUnknownFromInput(1))
	} else if a := c.attrShape("element_shape"); a.Known() {
		s = c.merge(s, a)
	}
	return []tensor.Shape{vector(tensor.Unknown).Concat(sub(s, 1, toEnd)), vector(tensor.Unknown)}
}

func concatListsShape(c *ShapeContext) []tensor.Shape {
	a, b := c.element(0), c.element(1)
	c.setElement(c.merge(a, b))
	return one(c.merge(c.Inputs[0], c.Inputs[1]))
}

func listSplitShape(c *ShapeContext) []tensor.Shape {
	s := c.rankAtLeast(0, 1)
	c.rank(2, 1)
	given := c.shapeOrUnknownFromInput(1)
	c.merge(vector(tensor.Unknown).Concat(sub(s, 1, toEnd)), given)
	c.setElement(given)
	return one(scalar())
}

func pushBackBatchShape(c *ShapeContext) []tensor.Shape {
	handles := c.rank(0, 1)
	tensors := c.rankAtLeast(1, 1)
	rows := tensor.Unknown
	if tensors.Known() {
		rows = tensors.Dim(0)
	}
	n := c.mergeDim(handles.Dim(0), rows)
	c.setElement(c.withElement(sub(tensors, 1, toEnd)))
	return one(vector(n))
}

// tensorArrayShape: a handle of two strings' worth, and a flow.
func tensorArrayShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	s := c.attrShape("element_shape")
	if s.FullyDefined() || c.attrBool("identical_element_shapes") {
		c.HandleOut[0] = []tensor.HandleData{{DType: c.attrType("dtype"), Shape: s}}
	}
	return []tensor.Shape{vector(2), scalar()}
}

func tensorArrayScatterShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(0, 1).Dim(0), 2)
	indices := c.rank(1, 1)
	if c.Inputs[2].Known() {
		c.mergeDim(c.rankAtLeast(2, 1).Dim(0), indices.Dim(0))
	}
	c.scalars(3)
	return one(scalar())
}

func tensorArrayGatherShape(c *ShapeContext) []tensor.Shape {
	c.dimIs(c.rank(0, 1).Dim(0), 2)
	indices := c.rank(1, 1)
	c.scalars(2)
	s := c.attrShape("element_shape")
	return one(vector(indices.Dim(0)).Concat(s))
}
