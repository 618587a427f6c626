package trace

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
)

func (t *thread) tensorIf(s *python.If, cond *graph.Tensor) (result, error) {
	return next, t.errorf("NotImplementedError", "a branch on a tensor is not supported yet")
}

func (t *thread) tensorWhile(s *python.While, cond *graph.Tensor) (result, error) {
	return next, t.errorf("NotImplementedError", "a loop on a tensor is not supported yet")
}

func (t *thread) tensorFor(s *python.For, x *graph.Tensor) (result, error) {
	return next, t.errorf("NotImplementedError", "a loop over a tensor is not supported yet")
}

func (t *thread) tensorLogical(op python.BoolOperator, x *graph.Tensor, b func() (Value, error)) (Value, error) {
	return nil, t.errorf("NotImplementedError", "and/or on a tensor is not supported yet")
}

func (t *thread) tensorIfExp(e *python.IfExp, cond *graph.Tensor) (Value, error) {
	return nil, t.errorf("NotImplementedError", "a branch on a tensor is not supported yet")
}

func (t *thread) tensorNot(v Value) (Value, error) {
	return t.libCall("math.logical_not", v)
}

func (t *thread) tensorAssert(x *graph.Tensor, msg Value) error {
	_, err := t.libCall("debugging.Assert", x, &List{Items: []Value{msg}})
	return err
}

func tfCond(t *thread, _ *callArgs) (Value, error) {
	return nil, t.errorf("NotImplementedError", "tf.cond is not supported yet")
}
func tfCase(t *thread, _ *callArgs) (Value, error) {
	return nil, t.errorf("NotImplementedError", "tf.case is not supported yet")
}
func tfSwitchCase(t *thread, _ *callArgs) (Value, error) {
	return nil, t.errorf("NotImplementedError", "tf.switch_case is not supported yet")
}
func tfWhileLoop(t *thread, _ *callArgs) (Value, error) {
	return nil, t.errorf("NotImplementedError", "tf.while_loop is not supported yet")
}
func tfSetLoopOptions(*thread, *callArgs) (Value, error) { return nil, nil }

type undefined struct{}

func (undefined) message(name string) string { return name }

// TensorArray is a tf.TensorArray.
type TensorArray struct{ flow *graph.Tensor }

func (a *TensorArray) withFlow(flow *graph.Tensor) *TensorArray {
	c := *a
	c.flow = flow
	return &c
}

var typeTensorArray = &Type{Name: "TensorArray", is: func(v Value) bool { _, ok := v.(*TensorArray); return ok }}

func tensorArrayMethods() map[string]method { return nil }
