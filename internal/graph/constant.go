package graph

import (
	"math"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

// States of Tensor.valueState.
const (
	notEvaluated uint8 = iota
	evaluating
	evaluated
)

// Value is what the tensor is known to be while the graph is built, nil if
// that is not known: a constant, the shape of a tensor whose static shape is
// complete, or what follows from such by a few ops (op.Evaluate). Shape
// functions ask for it, as TensorFlow's do
// (tensorflow/core/common_runtime/eval_const_tensor.cc).
func (t *Tensor) Value() *tensor.Tensor {
	switch t.valueState {
	case evaluated:
		return t.value
	case evaluating:
		return nil
	}
	t.valueState = evaluating
	t.value = t.evaluate()
	t.valueState = evaluated
	return t.value
}

func (t *Tensor) evaluate() *tensor.Tensor {
	n := t.Node
	switch n.Op() {
	case "", "Placeholder":
		return nil // of a capture too: TensorFlow does not look into other graphs
	case "Const":
		v, _ := n.Attrs["value"].(*tensor.Tensor)
		return v
	case "Shape", "ShapeN", "Size", "Rank":
		return n.shapeValue(t.Index)
	}
	if n.Def.Stateful || len(n.Callees) > 0 {
		return nil
	}
	if d := t.dimOfShape(); d != tensor.Unknown {
		return tensor.FromInts(t.DType, []int64{}, []int64{d})
	}
	in := make([]*tensor.Tensor, len(n.Inputs))
	for i, x := range n.Inputs {
		if in[i] = x.Value(); in[i] == nil {
			return nil
		}
	}
	out, ok := op.Evaluate(n.Def, n.Attrs, in)
	if !ok {
		return nil
	}
	for i, o := range n.Outputs {
		o.value, o.valueState = out[i], evaluated
	}
	return out[t.Index]
}

// shapeValue evaluates the ops that look at static shapes only.
func (n *Node) shapeValue(i int) *tensor.Tensor {
	s := n.Inputs[i].shape
	out, _ := n.Attrs["out_type"].(tensor.DType)
	if out == tensor.Invalid {
		out = tensor.Int32
	}
	switch n.Op() {
	case "Rank":
		if s.Known() {
			return tensor.FromInts(tensor.Int32, []int64{}, []int64{int64(s.Rank())})
		}
	case "Size":
		if s.FullyDefined() {
			return tensor.FromInts(out, []int64{}, []int64{s.NumElements()})
		}
	default:
		if s.FullyDefined() {
			return tensor.FromInts(out, []int64{int64(s.Rank())}, s.Dims())
		}
	}
	return nil
}

// dimOfShape is the known dimension that t is, as tf.shape(x)[i] or as
// tf.unstack(tf.shape(x))[i] of an x of which other dimensions may be unknown
// (eval_const_tensor.cc, TryInferFromShapes).
func (t *Tensor) dimOfShape() int64 {
	n := t.Node
	if len(n.Inputs) == 0 || n.Inputs[0].Node.Op() != "Shape" {
		return tensor.Unknown
	}
	s := n.Inputs[0].Node.Inputs[0].shape
	if !s.Known() {
		return tensor.Unknown
	}
	i := int64(t.Index)
	switch n.Op() {
	case "Unpack":
		if n.attrInt("axis") != 0 {
			return tensor.Unknown
		}
	case "StridedSlice":
		begin, _ := n.Inputs[1].Node.Attrs["value"].(*tensor.Tensor)
		if n.attrInt("shrink_axis_mask") != 1 || n.attrInt("begin_mask") != 0 || n.attrInt("end_mask") != 0 ||
			n.attrInt("ellipsis_mask") != 0 || n.attrInt("new_axis_mask") != 0 ||
			n.Inputs[1].Node.Op() != "Const" || begin == nil || !begin.DType.IsInteger() || begin.NumElements() != 1 {
			return tensor.Unknown
		}
		if i = begin.Int(0); i < 0 {
			i += int64(s.Rank())
		}
	default:
		return tensor.Unknown
	}
	if i < 0 || i >= int64(s.Rank()) {
		return tensor.Unknown
	}
	if d := s.Dim(int(i)); t.DType == tensor.Int64 || d < math.MaxInt32 {
		return d
	}
	return tensor.Unknown
}

// ValueAsShape reads an int vector as a shape of which only some dimensions
// may be known; unknown rank if nothing is
// (tensorflow/core/common_runtime/shape_refiner.cc, ConstantPartialShape).
func (t *Tensor) ValueAsShape() tensor.Shape {
	return t.valueAsShape(64)
}

func (t *Tensor) valueAsShape(depth int) tensor.Shape {
	if depth == 0 || !t.DType.IsInteger() {
		return tensor.Shape{}
	}
	if v := t.Value(); v != nil {
		return shapeFromValue(v)
	}
	rank := t.shape
	if rank.Known() && rank.Rank() == 0 {
		return tensor.Shape{}
	}
	n := t.Node
	switch n.Op() {
	case "Shape", "ShapeN":
		return n.Inputs[t.Index].shape
	case "Identity", "StopGradient", "Cast":
		if n.Op() != "Cast" || n.Inputs[0].DType.IsInteger() {
			return n.Inputs[0].valueAsShape(depth - 1)
		}
	case "Pack":
		dims := make([]int64, len(n.Inputs))
		for i, x := range n.Inputs {
			dims[i] = x.valueAsDim(depth - 1)
		}
		return tensor.ShapeOf(dims...)
	case "ConcatV2", "Concat":
		parts := n.Inputs[:len(n.Inputs)-1]
		if n.Op() == "Concat" {
			parts = n.Inputs[1:]
		}
		out := tensor.ShapeOf()
		for _, x := range parts {
			s := x.valueAsShape(depth - 1)
			if !s.Known() && x.shape.FullyDefined() && x.shape.Rank() == 1 {
				s = tensor.UnknownOfRank(int(x.shape.Dim(0)))
			}
			if out = out.Concat(s); !out.Known() {
				break
			}
		}
		if out.Known() {
			return out
		}
	case "StridedSlice":
		if s, ok := sliceOfShape(n, depth); ok {
			return s
		}
	}
	if rank.Rank() == 1 && rank.Dim(0) >= 0 && rank.Dim(0) < 1<<16 {
		return tensor.UnknownOfRank(int(rank.Dim(0)))
	}
	return tensor.Shape{}
}

// valueAsDim is one dimension: a scalar whose value may come from a partly
// known shape, as in tf.shape(x)[1].
func (t *Tensor) valueAsDim(depth int) int64 {
	if v := t.Value(); v != nil && t.DType.IsInteger() && v.NumElements() == 1 {
		if d := v.Int(0); d >= 0 {
			return d
		}
		return tensor.Unknown
	}
	if depth == 0 {
		return tensor.Unknown
	}
	n := t.Node
	switch n.Op() {
	case "Identity", "Cast":
		if n.Inputs[0].DType.IsInteger() {
			return n.Inputs[0].valueAsDim(depth - 1)
		}
	case "StridedSlice":
		if n.attrInt("shrink_axis_mask") != 1 || n.attrInt("new_axis_mask") != 0 || n.attrInt("ellipsis_mask") != 0 {
			break
		}
		begin := n.Inputs[1].Value()
		s := n.Inputs[0].valueAsShape(depth - 1)
		if begin == nil || begin.NumElements() != 1 || !s.Known() {
			break
		}
		i := begin.Int(0)
		if i < 0 {
			i += int64(s.Rank())
		}
		if i >= 0 && i < int64(s.Rank()) {
			return s.Dim(int(i))
		}
	}
	return tensor.Unknown
}

func (n *Node) attrInt(name string) int64 {
	v, _ := n.Attrs[name].(int64)
	return v
}

// sliceOfShape evaluates shape[a:b:c] of a partly known shape.
func sliceOfShape(n *Node, depth int) (tensor.Shape, bool) {
	if n.attrInt("shrink_axis_mask") != 0 || n.attrInt("new_axis_mask") != 0 || n.attrInt("ellipsis_mask") != 0 {
		return tensor.Shape{}, false
	}
	begin, end, stride := n.Inputs[1].Value(), n.Inputs[2].Value(), n.Inputs[3].Value()
	if begin == nil || end == nil || stride == nil ||
		begin.NumElements() != 1 || end.NumElements() != 1 || stride.NumElements() != 1 {
		return tensor.Shape{}, false
	}
	s := n.Inputs[0].valueAsShape(depth - 1)
	if !s.Known() {
		return tensor.Shape{}, false
	}
	rank, step := int64(s.Rank()), stride.Int(0)
	if step == 0 {
		return tensor.Shape{}, false
	}
	lo, hi := int64(0), rank
	if step < 0 {
		lo, hi = -1, rank-1
	}
	bound := func(v int64) int64 {
		if v < 0 {
			v += rank
		}
		return min(max(v, lo), hi)
	}
	b, e := bound(begin.Int(0)), bound(end.Int(0))
	if n.attrInt("begin_mask")&1 != 0 {
		if b = lo; step < 0 {
			b = hi
		}
	}
	if n.attrInt("end_mask")&1 != 0 {
		if e = hi; step < 0 {
			e = lo
		}
	}
	dims := []int64{}
	for i := b; (step > 0 && i < e) || (step < 0 && i > e); i += step {
		dims = append(dims, s.Dim(int(i)))
	}
	return tensor.ShapeOf(dims...), true
}

func shapeFromValue(v *tensor.Tensor) tensor.Shape {
	if len(v.Dims) != 1 || !v.DType.IsInteger() {
		return tensor.Shape{} // a scalar -1 asks for any shape; others are no shape
	}
	dims := make([]int64, v.NumElements())
	for i := range dims {
		if dims[i] = v.Int(i); dims[i] < -1 {
			return tensor.Shape{}
		}
	}
	return tensor.ShapeOf(dims...)
}
