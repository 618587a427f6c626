package graph

import (
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

func evaluateOp(d *op.Def, attrs map[string]any, in []*tensor.Tensor) ([]*tensor.Tensor, bool) {
	return nil, false
}

func tmpShapes(n *Node) bool {
	switch n.Def.Name {
	case "AddV2", "Add", "Mul", "Sub", "RealDiv", "Less", "Greater", "LessEqual", "GreaterEqual", "Equal", "NotEqual", "Maximum", "Minimum", "FloorDiv", "FloorMod", "Pow", "LogicalAnd", "LogicalOr", "SquaredDifference":
		a, b := n.Inputs[0].shape, n.Inputs[1].shape
		if !a.Known() || !b.Known() {
			return true
		}
		x, y := a.Dims(), b.Dims()
		if len(x) < len(y) {
			x, y = y, x
		}
		out := append([]int64{}, x...)
		for i := range y {
			k := len(x) - len(y) + i
			switch {
			case out[k] == 1:
				out[k] = y[i]
			case y[i] == 1:
			case out[k] < 0 && y[i] > 1:
				out[k] = y[i]
			}
		}
		n.Outputs[0].shape = tensor.ShapeOf(out...)
		return true
	case "StridedSlice", "Slice", "Pack", "Reshape":
		return true
	}
	return false
}
