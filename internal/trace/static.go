package trace

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/tensor"
)

// What TensorFlow's Python knows of a tensor while it builds a graph is less
// than what its shape functions know (graph.Tensor.Value): it looks through
// the ops of staticOps only. Library functions that make other nodes where a
// value is known must know as much, not more
// (tensorflow/python/framework/tensor_util.py, TF 2.21).

// staticDepth bounds the chains of nodes that are looked through.
const staticDepth = 32

// staticOps are the ops that constant_value looks through.
var staticOps = map[string]bool{
	"Const": true, "Shape": true, "Size": true, "Rank": true, "Range": true, "Cast": true, "Concat": true, "ConcatV2": true,
	"Pack": true, "Unpack": true, "Split": true, "Fill": true, "Equal": true, "NotEqual": true, "StopGradient": true,
	"Identity": true, "CheckNumericsV2": true, "DebugIdentityV2": true,
}

// staticValue is constant_value: nil where the value is not known.
func staticValue(x *graph.Tensor, depth int) *tensor.Tensor {
	if x.Node.Def == nil {
		return x.Value()
	}
	n := x.Node
	if depth == 0 || !staticOps[n.Op()] {
		return nil
	}
	inputs := n.Inputs
	switch n.Op() {
	case "Const", "Shape", "Size", "Rank":
		return x.Value()
	case "Pack", "Unpack":
		if axis, _ := n.Attrs["axis"].(int64); axis != 0 {
			return nil
		}
	case "Fill":
		inputs = inputs[1:] // the dimensions are those of the static shape
	}
	for _, in := range inputs {
		if staticValue(in, depth-1) == nil {
			return nil
		}
	}
	return x.Value()
}

// staticShape is constant_value_as_shape: the shape that a vector holds, of
// which some dimensions may be known.
func (t *thread) staticShape(x *graph.Tensor, depth int) tensor.Shape {
	if x.Node.Def == nil {
		return x.ValueAsShape()
	}
	static := x.Shape()
	if depth == 0 || !static.Known() || static.Rank() != 1 {
		return tensor.UnknownShape()
	}
	if static.Dim(0) == 0 {
		return tensor.ShapeOf()
	}
	n := x.Node
	switch n.Op() {
	case "Cast":
		return t.staticShape(n.Inputs[0], depth-1)
	case "Shape":
		return n.Inputs[0].Shape()
	case "Pack":
		dims := make([]int64, len(n.Inputs))
		for i, in := range n.Inputs {
			dims[i] = tensor.Unknown
			if v := staticValue(in, depth-1); v != nil && v.NumElements() == 1 {
				dims[i] = max(v.Int(0), tensor.Unknown)
			}
		}
		return tensor.ShapeOf(dims...)
	case "Concat":
		return t.joinedShapes(n.Inputs[1:], depth)
	case "ConcatV2":
		return t.joinedShapes(n.Inputs[:len(n.Inputs)-1], depth)
	case "StridedSlice":
		if s, ok := t.slicedShape(n, depth); ok {
			return s
		}
	case "Placeholder":
		if outer := n.Graph.OuterOf(x); outer != nil {
			return t.staticShape(outer, depth-1)
		}
	}
	if v := staticValue(x, depth); v != nil {
		dims := make([]int64, v.NumElements())
		for i := range dims {
			dims[i] = max(v.Int(i), tensor.Unknown)
		}
		return tensor.ShapeOf(dims...)
	}
	if static.Dim(0) == tensor.Unknown {
		return tensor.UnknownShape()
	}
	return tensor.UnknownOfRank(int(static.Dim(0)))
}

func (t *thread) joinedShapes(parts []*graph.Tensor, depth int) tensor.Shape {
	out := tensor.ShapeOf()
	for _, p := range parts {
		out = out.Concat(t.staticShape(p, depth-1))
	}
	return out
}

// slicedShape is shape[a:b:c], where a, b and c are known; false where the
// slice is not of this kind.
func (t *thread) slicedShape(n *graph.Node, depth int) (tensor.Shape, bool) {
	for _, mask := range []string{"ellipsis_mask", "new_axis_mask", "shrink_axis_mask"} {
		if v, _ := n.Attrs[mask].(int64); v != 0 {
			return tensor.Shape{}, false
		}
	}
	var bounds [3]Value
	for i := range bounds {
		v := staticValue(n.Inputs[i+1], depth-1)
		if v == nil || v.NumElements() == 0 {
			return tensor.Shape{}, false
		}
		bounds[i] = v.Int(0)
	}
	for i, mask := range []string{"begin_mask", "end_mask"} {
		switch v, _ := n.Attrs[mask].(int64); v {
		case 0:
		case 1:
			bounds[i] = nil
		default:
			return tensor.Shape{}, false
		}
	}
	s, err := t.shapeItem(t.staticShape(n.Inputs[0], depth-1), &Slice{bounds[0], bounds[1], bounds[2]})
	if err != nil {
		return tensor.Shape{}, false
	}
	return s.(tensor.Shape), true
}
