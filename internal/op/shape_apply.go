package op

import (
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// applyShapes are the steps of optimizers: Apply…, SparseApply…, and the same
// on resources (tensorflow/core/ops/training_ops.cc, TF 2.21). The names of
// their inputs tell the part of each.
func applyShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{}
	for _, name := range []string{
		"AdaMax", "Adadelta", "Adagrad", "AdagradDA", "AdagradV2", "Adam", "AdamWithAmsgrad", "AddSign", "CenteredRMSProp",
		"Ftrl", "FtrlV2", "GradientDescent", "KerasMomentum", "Momentum", "PowerSign", "ProximalAdagrad", "RMSProp",
	} {
		all["ResourceApply"+name] = applyShape
	}
	for _, name := range []string{
		"Adadelta", "Adagrad", "AdagradDA", "AdagradV2", "CenteredRMSProp", "Ftrl", "FtrlV2", "Momentum",
		"ProximalAdagrad", "ProximalGradientDescent", "RMSProp",
	} {
		all["SparseApply"+name] = applyShape
		all["ResourceSparseApply"+name] = applyShape
	}
	all["ResourceSparseApplyKerasMomentum"] = applyShape
	return all
}

// applyShape merges the shapes of the variable and its slots with that of the
// gradient; all but these are scalars.
func applyShape(c *ShapeContext) []tensor.Shape {
	sparse := strings.Contains(c.Def.Name, "Sparse")
	s := c.slot(0)
	for i := 1; i < len(c.Inputs); i++ {
		switch arg := c.Def.Inputs[i]; {
		case arg.Name == "grad" && sparse:
			grad := c.Inputs[i]
			indices := c.rank(i+1, 1)
			rows := tensor.Unknown
			if grad.Known() {
				grad = c.withRankAtLeast(grad, 1)
				rows = grad.Dim(0)
			}
			c.mergeDim(indices.Dim(0), rows)
			// The gradient has rows for some indices of the variable.
			if s.Known() {
				s = c.withRankAtLeast(s, 1)
				c.merge(grad, vector(tensor.Unknown).Concat(sub(s, 1, toEnd)))
			}
		case arg.Name == "grad":
			s = c.merge(s, c.Inputs[i])
		case arg.Name == "indices":
		case arg.IsRef || arg.Type == tensor.Resource:
			s = c.merge(s, c.slot(i))
		default:
			c.scalars(i)
		}
	}
	if len(c.Def.Outputs) == 0 {
		return nil
	}
	return one(s)
}

// slot is the shape of a variable: of a reference, or behind a handle.
func (c *ShapeContext) slot(i int) tensor.Shape {
	if c.Def.Inputs[i].Type != tensor.Resource {
		return c.Inputs[i]
	}
	if h := c.handleIn(i); len(h) > 0 {
		return h[0].Shape
	}
	return tensor.UnknownShape()
}
