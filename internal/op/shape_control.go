package op

import "github.com/tfsave/tfsave/internal/tensor"

// controlShapes are the ops of control flow that have a shape of their own
// (tensorflow/core/ops/control_flow_ops.cc, functional_ops.cc, TF 2.21), and those that
// pass a handle on.
func controlShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{
		"Enter":              enterShape,
		"TPUReplicatedInput": replicatedShape,
		"Merge":              mergeShape,
		"RefMerge":           mergeShape,
		"RefSelect":          refSelectShape,
		"While":              whileShape,
		"StatelessWhile":     whileShape,
		"If":                 branchShape,
		"StatelessIf":        branchShape,
		"Case":               branchShape,
		"StatelessCase":      branchShape,
	}
	for _, name := range []string{"Identity", "Exit", "NextIteration", "ZerosLike", "StopGradient", "RefIdentity", "RefExit", "RefNextIteration"} {
		all[name] = passShape
	}
	for _, name := range []string{"Switch", "RefSwitch", "_SwitchN"} {
		all[name] = switchShape
	}
	return all
}

// passShape passes on shape and handle.
func passShape(c *ShapeContext) []tensor.Shape {
	c.HandleOut[0] = c.handleIn(0)
	return one(c.Inputs[0])
}

func switchShape(c *ShapeContext) []tensor.Shape {
	c.scalars(1)
	for i := range c.HandleOut {
		c.HandleOut[i] = c.handleIn(0)
	}
	return same(c.Inputs[0], len(c.HandleOut))
}

// enterShape: into a loop, all but constants may change their shape.
func enterShape(c *ShapeContext) []tensor.Shape {
	c.HandleOut[0] = c.handleIn(0)
	if c.attrBool("is_constant") {
		return one(c.Inputs[0])
	}
	return unknowns(1)
}

// replicatedShape: all inputs have one shape; behind the output is what is
// behind the last resource of which that is known.
func replicatedShape(c *ShapeContext) []tensor.Shape {
	s := c.Inputs[len(c.Inputs)-1]
	for i := len(c.Inputs) - 1; i >= 0; i-- {
		s = c.merge(c.Inputs[i], s)
		if c.HandleOut[0] == nil && c.InputTypes[i] == tensor.Resource {
			c.HandleOut[0] = c.handleIn(i)
		}
	}
	return one(s)
}

// mergeShape: whichever input comes.
func mergeShape(c *ShapeContext) []tensor.Shape {
	s := c.Inputs[0]
	for _, t := range c.Inputs[1:] {
		s = s.Relax(t)
	}
	return []tensor.Shape{s, scalar()}
}

func refSelectShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	first := c.Inputs[1]
	if !first.FullyDefined() {
		return unknowns(1)
	}
	for _, s := range c.Inputs[2:] {
		if !s.FullyDefined() || !s.Equal(first) {
			return unknowns(1)
		}
	}
	return one(first)
}

// whileShape: loop variables keep their shape unless the attribute says else.
func whileShape(c *ShapeContext) []tensor.Shape {
	shapes := attrAs[[]tensor.Shape](c, "output_shapes")
	if len(shapes) == 0 {
		return c.Inputs
	}
	if len(shapes) != len(c.HandleOut) {
		c.fail("`output_shapes` must be the same length as num outputs (%d vs. %d", len(shapes), len(c.HandleOut))
	}
	return shapes
}

// branchShape: what the attribute says.
func branchShape(c *ShapeContext) []tensor.Shape {
	shapes := attrAs[[]tensor.Shape](c, "output_shapes")
	if len(shapes) == 0 {
		return unknowns(len(c.HandleOut))
	}
	if len(shapes) != len(c.HandleOut) {
		c.fail("`output_shapes` must be the same length as num outputs (%d vs. %d", len(shapes), len(c.HandleOut))
	}
	return shapes
}
