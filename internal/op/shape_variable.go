package op

import "github.com/tfsave/tfsave/internal/tensor"

// variableShapes are the ops on variables, of which the handle tells the shape
// (tensorflow/core/ops/resource_variable_ops.cc, state_ops.cc, TF 2.21).
func variableShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{
		"VarHandleOp":         varHandleShape,
		"ReadVariableOp":      readVariableShape,
		"AssignVariableOp":    assignVariableShape,
		"AssignAddVariableOp": assignVariableShape,
		"AssignSubVariableOp": assignVariableShape,
		"VariableShape":       variableShapeShape,
		"Variable":            variableShape,
		"Assign":              assignShape,
		"ResourceGather":      resourceGatherShape,
		"ResourceGatherNd":    resourceGatherNdShape,
		"ResourceCountUpTo":   resourceCountUpToShape,
	}
	for _, kind := range []string{"Add", "Sub", "Mul", "Div", "Min", "Max", "Update"} {
		all["ResourceScatter"+kind] = resourceScatterShape
	}
	for _, kind := range []string{"Add", "Sub", "Min", "Max", "Update"} {
		all["ResourceScatterNd"+kind] = resourceScatterNdShape
	}
	return all
}

func varHandleShape(c *ShapeContext) []tensor.Shape {
	c.HandleOut[0] = []tensor.HandleData{{DType: c.attrType("dtype"), Shape: c.attrShape("shape")}}
	return one(scalar())
}

// variable is what is known of the variable behind input i; it must be of the
// type that the node's attribute says.
func (c *ShapeContext) variable(i int, attr string) tensor.HandleData {
	h := c.handleIn(i)
	if len(h) == 0 {
		return tensor.HandleData{}
	}
	if want := c.attrType(attr); h[0].DType != want {
		c.fail("Trying to access resource with wrong dtype. Expected %s got %s", h[0].DType, want)
	}
	return h[0]
}

func readVariableShape(c *ShapeContext) []tensor.Shape {
	return one(c.variable(0, "dtype").Shape)
}

func assignVariableShape(c *ShapeContext) []tensor.Shape {
	c.merge(c.variable(0, "dtype").Shape, c.Inputs[1])
	return nil
}

func variableShapeShape(c *ShapeContext) []tensor.Shape {
	if h := c.handleIn(0); len(h) > 0 {
		return one(vector(int64(h[0].Shape.Rank())))
	}
	return one(vector(tensor.Unknown))
}

// variableShape: a scalar shape stands for an unknown one in this oldest form.
func variableShape(c *ShapeContext) []tensor.Shape {
	s := c.attrShape("shape")
	if s.Rank() == 0 {
		return unknowns(1)
	}
	return one(s)
}

func assignShape(c *ShapeContext) []tensor.Shape {
	if c.attrBool("validate_shape") {
		return one(c.merge(c.Inputs[0], c.Inputs[1]))
	}
	return one(c.Inputs[1])
}

func resourceGatherShape(c *ShapeContext) []tensor.Shape {
	if c.attrInt("batch_dims") < 0 {
		c.fail("batch_dims is negative (%d)", c.attrInt("batch_dims"))
		return unknowns(1)
	}
	batch := int(min(c.attrInt("batch_dims"), maxRank))
	indices := c.rankAtLeast(1, batch)
	if len(c.handleIn(0)) == 0 {
		return unknowns(1)
	}
	params := c.variable(0, "dtype").Shape
	params = c.withRankAtLeast(params, batch+1)
	if c.err != nil {
		return unknowns(1)
	}
	if batch == 0 {
		return one(indices.Concat(sub(params, 1, toEnd)))
	}
	lead := sub(indices, 0, batch)
	if !indices.Known() || !params.Known() {
		return unknowns(1)
	}
	return one(lead.Concat(sub(indices, batch, toEnd)).Concat(sub(params, batch+1, toEnd)))
}

func resourceGatherNdShape(c *ShapeContext) []tensor.Shape {
	params := c.Inputs[0]
	if len(c.handleIn(0)) > 0 {
		params = c.variable(0, "dtype").Shape
	}
	return one(gatherNd(c, params, c.Inputs[1]))
}

func resourceCountUpToShape(c *ShapeContext) []tensor.Shape {
	h := c.handleIn(0)
	if len(h) == 0 {
		c.fail("Handle has no shape/type information.")
		return unknowns(1)
	}
	if want := c.attrType("T"); h[0].DType != want {
		c.fail("Handle's dtype is %s, expected %s", h[0].DType, want)
	}
	c.withRank(h[0].Shape, 0)
	return one(scalar())
}

func resourceScatterShape(c *ShapeContext) []tensor.Shape {
	c.scatterInto(c.variable(0, "dtype").Shape, c.Inputs[1], c.Inputs[2])
	return nil
}

func resourceScatterNdShape(c *ShapeContext) []tensor.Shape {
	into := c.Inputs[0]
	if h := c.handleIn(0); len(h) > 0 {
		into = h[0].Shape
	}
	indices, updates := c.rankAtLeast(1, 1), c.rankAtLeast(2, 1)
	c.checkEmpty(indices, updates, into)
	scatterNd(c, indices, updates, into)
	return nil
}
