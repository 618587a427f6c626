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
	delete(all, "ResourceSparseApplyProximalGradientDescent")
	all["ResourceSparseApplyKerasMomentum"] = applyShape
	return all
}

// proximalAdagrad is an op on resources for which TensorFlow takes the shape of
// the handle itself, where it knows none behind it.
const proximalAdagrad = "ResourceApplyProximalAdagrad"

// applyShape merges the shapes of the variable and its slots with that of the
// gradient; all but these are scalars.
func applyShape(c *ShapeContext) []tensor.Shape {
	sparse := strings.Contains(c.Def.Name, "Sparse")
	// TensorFlow looks for the shape of a resource op's gradient behind a handle, and finds none.
	resource := c.Def.Inputs[0].Type == tensor.Resource && c.Def.Name != proximalAdagrad
	s := c.slot(0)
	for i := 1; i < len(c.Inputs); i++ {
		switch arg := c.Def.Inputs[i]; {
		case arg.Name == "grad" && resource:
			if sparse {
				c.rank(i+1, 1)
			}
		case arg.Name == "grad" && sparse:
			// The gradient has rows for some indices of the variable.
			indices, grad := c.rank(i+1, 1), c.Inputs[i]
			if grad.Known() {
				grad = c.withRankAtLeast(grad, 1)
				c.mergeDim(indices.Dim(0), grad.Dim(0))
				s = c.merge(s, vector(tensor.Unknown).Concat(sub(grad, 1, toEnd)))
			}
		case arg.Name == "delta":
			s = c.merge(s, c.Inputs[i])
		case arg.Name == "grad":
			s = c.merge(s, c.Inputs[i])
		case arg.Name == "indices":
		case arg.Name == "lr_power" && strings.HasSuffix(c.Def.Name, "V2"): // not looked at
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
	if h := c.handleIn(i); len(h) > 0 && c.Def.Inputs[i].Type == tensor.Resource {
		return h[0].Shape
	}
	if c.Def.Inputs[i].Type != tensor.Resource || c.Def.Name == proximalAdagrad {
		return c.Inputs[i]
	}
	return tensor.UnknownShape()
}
