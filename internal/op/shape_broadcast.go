package op

import "github.com/tfsave/tfsave/internal/tensor"

// broadcastShapes are the ops of two inputs that compute element by element
// (BroadcastBinaryOpShapeFn of tensorflow/core/ops, TF 2.21).
func broadcastShapes() map[string]shapeFunc {
	all := map[string]shapeFunc{"StringJoin": stringJoinShape, "Substr": substrShape}
	for _, name := range []string{
		"Add", "AddV2", "Sub", "Mul", "MulNoNan", "Div", "DivNoNan", "RealDiv", "FloorDiv", "TruncateDiv",
		"FloorMod", "Mod", "TruncateMod", "Pow", "Maximum", "Minimum", "SquaredDifference", "Atan2", "Complex",
		"Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr",
		"BitwiseAnd", "BitwiseOr", "BitwiseXor", "LeftShift", "RightShift",
		"Igamma", "Igammac", "IgammaGradA", "Zeta", "Polygamma", "Xdivy", "Xlogy", "Xlog1py", "NextAfter", "RandomGammaGrad",
	} {
		all[name] = func(c *ShapeContext) []tensor.Shape { return one(c.broadcast(c.Inputs[0], c.Inputs[1])) }
	}
	return all
}

// stringJoinShape: the inputs are scalars, or all of one shape.
func stringJoinShape(c *ShapeContext) []tensor.Shape {
	out := scalar()
	for _, s := range c.Inputs {
		switch {
		case !s.Known():
			return unknowns(1)
		case s.Rank() > 0 && out.Rank() == 0:
			out = s
		case s.Rank() > 0:
			out = c.merge(out, s)
		}
	}
	return one(out)
}

// substrShape: positions and lengths are of one shape, which is broadcast with
// the strings.
func substrShape(c *ShapeContext) []tensor.Shape {
	pos, length := c.Inputs[1], c.Inputs[2]
	if pos.Known() && length.Known() {
		pos = c.merge(pos, length)
	}
	return one(c.broadcast(c.Inputs[0], pos))
}
