package trace

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
)

// unread is what assign and its kin return: the variable, whose value is read
// only after the assignment (_UnreadVariable, TF 2.21).
type unread struct {
	variable *model.Variable
	op       *graph.Node
}

// after runs f under the control of the assignment.
func (u *unread) after(t *thread, f func() (Value, error)) (Value, error) {
	defer t.graph.PushControl([]*graph.Node{u.op})()
	return f()
}

// read gives the value after the assignment.
func (u *unread) read(t *thread) (*graph.Tensor, error) {
	v, err := u.after(t, func() (Value, error) { return t.readVariable(u.variable) })
	if err != nil {
		return nil, err
	}
	return v.(*graph.Tensor), nil
}

// attr is an attribute of the variable; what reads or changes it comes after
// the assignment.
func (u *unread) attr(t *thread, name string) (Value, error) {
	switch name {
	case "op":
		return u.op, nil
	case "shape", "dtype", "name", "trainable", "get_shape", "ndim", "handle":
		return t.getAttr(u.variable, name)
	}
	f, err := t.getAttr(u.variable, name)
	if err != nil {
		return nil, err
	}
	return &Builtin{Name: name, Call: func(t *thread, args *callArgs) (Value, error) {
		return u.after(t, func() (Value, error) { return t.call(f, args) })
	}}, nil
}

// afterAssign wraps the result of an assignment made by a raw op.
func afterAssign(v *model.Variable, op Value) Value {
	if n, ok := op.(*graph.Node); ok {
		return &unread{variable: v, op: n}
	}
	return v
}

// asVariable gives the variable that a value is, if it is one.
func asVariable(v Value) (*model.Variable, bool) {
	switch x := v.(type) {
	case *model.Variable:
		return x, true
	case *unread:
		return x.variable, true
	}
	return nil, false
}

// readValue reads a variable, or one that was assigned to.
func (t *thread) readValue(v Value) (*graph.Tensor, error) {
	if u, ok := v.(*unread); ok {
		return u.read(t)
	}
	return t.readVariable(v.(*model.Variable))
}

// convertVariable makes a tensor of a variable: its value, or its handle where
// a resource is asked for.
func (t *thread) convertVariable(v Value, dtype tensor.DType, name string) (*graph.Tensor, error) {
	x, _ := asVariable(v)
	switch dtype {
	case tensor.Resource:
		return t.handle(x, name)
	case tensor.Invalid, x.DType:
		return t.readValue(v)
	}
	return nil, t.errorf("ValueError", "incompatible type conversion requested to type %s for variable %q of type %s", dtype, x.Path(), x.DType)
}
