package trace

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file gives if, while, for, and, or, not and conditional expressions on
// tensors AutoGraph's meaning (tensorflow/python/autograph, TF 2.21): branches
// run from copies of the variables, and the variables that they assign and
// that are used afterwards become outputs. The code has been lowered: no
// return, break or continue is left inside (lower.go).

// condition makes the condition of a statement a scalar bool.
func (t *thread) condition(v Value, tag string) (*graph.Tensor, error) {
	x, err := t.convert(v, tensor.Invalid, tensor.Invalid, "")
	if err != nil {
		return nil, err
	}
	if x.DType.Base() != tensor.Bool {
		return nil, hint(t.errorf("ValueError", "condition of %s expected to be a tf.bool scalar, got %s", tag, t.repr(x)), "to use as boolean tensor, use tf.cast; to check for None, use is not None")
	}
	s := x.Shape()
	if s.Known() && s.Rank() == 0 {
		return x, nil
	}
	n := int64(1)
	for _, d := range s.Dims() {
		if d > 0 {
			n *= d
		}
	}
	if n > 1 {
		return nil, hint(t.errorf("ValueError", "condition of %s expected to be a tf.bool scalar, got %s", tag, t.repr(x)), "use tf.reduce_all or tf.reduce_any")
	}
	return t.rawTensor("Reshape", nil, kwArg{"tensor", x}, kwArg{"shape", &List{}})
}

// tensorIf is an if statement on a tensor.
func (t *thread) tensorIf(s *python.If, v Value) (result, error) {
	cond, err := t.condition(v, "if statement")
	if err != nil {
		return next, err
	}
	st := t.stateOf(s)
	init, err := st.get()
	if err != nil {
		return next, err
	}
	var first []Value
	run := func(body []python.Stmt, which string) func() (Value, error) {
		return func() (Value, error) {
			if err := st.set(init); err != nil {
				return nil, err
			}
			r, err := t.execBlock(body)
			if err != nil {
				return nil, err
			}
			if r.flow != flowNext {
				panic("internal error: a jump is left in a lowered branch")
			}
			t.at(s)
			out, err := st.get()
			if err != nil {
				return nil, err
			}
			out = out[:st.outs]
			if err := t.checkBranch(st, init, out, first, which); err != nil {
				return nil, err
			}
			first = out
			if st.outs == 0 { // TensorFlow passes a dummy, which it compares too
				if which == "else" {
					if err := t.trial(int64(0), int64(0)); err != nil {
						return nil, err
					}
				}
				return &List{Items: []Value{int64(0)}}, nil
			}
			return &List{Items: out}, nil
		}
	}
	out, err := t.cond(cond, "cond", run(s.Body, "main"), run(s.OrElse, "else"))
	if err != nil {
		return next, err
	}
	values := append([]Value(nil), init...)
	if st.outs > 0 {
		copy(values, out.(*List).Items)
	}
	st.leave()
	return next, st.set(values)
}

// checkBranch holds what a branch left in the variables against what
// TensorFlow can merge, with the names that the user gave them.
func (t *thread) checkBranch(st *state, init, out, other []Value, which string) error {
	for i, v := range out {
		name := st.names[i]
		switch v := v.(type) {
		case undefined:
			if v.returned {
				err := t.errorf("ValueError", "a value must also be returned from the %s branch: if a value is returned from one branch of a conditional, a value must be returned from all branches", which)
				err.(*Error).unreturned = true
				return err
			}
			return hint(t.errorf("ValueError", "%s must also be initialized in the %s branch", called(name), which), "give it a value before the if statement")
		case nil:
			if other == nil {
				continue
			}
			return hint(t.errorf("ValueError", "%s is None at the end of the %s branch: only tensors can depend on a condition that is known when the graph runs", called(name), which),
				"give it a tensor in each branch")
		}
		if bad, ok := unfit(v); ok {
			return t.errorf("TypeError", "%s is %s at the end of the %s branch: only tensors can depend on a condition that is known when the graph runs", called(name), bad, which)
		}
		if other == nil {
			continue
		}
		w := other[i]
		if w == nil {
			return hint(t.errorf("ValueError", "%s is None at the end of the main branch: only tensors can depend on a condition that is known when the graph runs", called(name)),
				"give it a tensor in each branch")
		}
		if d := sameStructure(t.unwrapModel(w), t.unwrapModel(v)); d != "" {
			return t.errorf("TypeError", "%s must have the same nested structure in the main and else branches: %s", called(name), d)
		}
		a, b := flatten(t.unwrapModel(w)), flatten(t.unwrapModel(v))
		for k := range a {
			if err := t.trial(a[k], b[k]); err != nil {
				return err
			}
			p, ok1 := t.leafType(a[k])
			q, ok2 := t.leafType(b[k])
			if ok1 && ok2 && p != q {
				return hint(t.errorf("TypeError", "%s has dtype %s in the main branch, but dtype %s in the else branch", called(name), p, q), "convert one with tf.cast")
			}
		}
	}
	return nil
}

// trial makes constants of Python numbers, as TensorFlow does to compare the
// types of variables (_verify_single_cond_var and _verify_single_loop_var in
// autograph/operators/control_flow.py, TF 2.21). Nothing uses them; they are
// there for the graphs to be the same.
func (t *thread) trial(values ...Value) error {
	for _, v := range values {
		switch v.(type) {
		case bool, int64, float64, string, *Array:
			if _, err := t.convert(v, tensor.Invalid, tensor.Invalid, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// called is what a message calls a variable.
func called(name string) string {
	if name == returnValue {
		return "the value returned"
	}
	return fmt.Sprintf("%q", name)
}

// unfit finds a function, a type or a module in a value: what no tensor can
// be made of.
func unfit(v Value) (what string, found bool) {
	for _, x := range flatten(v) {
		switch x.(type) {
		case *Closure, *Builtin, *Method, *Type, *Namespace, *model.Function, *inlineFunction, *iterator:
			if v == x {
				return "a " + typeName(x), true
			}
			return "a structure with a " + typeName(x), true
		}
	}
	return "", false
}

// leafType is the dtype that a value has as a tensor.
func (t *thread) leafType(v Value) (tensor.DType, bool) {
	if d, ok := dtypeOf(v); ok {
		return d, true
	}
	switch v.(type) {
	case bool, int64, float64, string:
		d, err := t.inferDType([]Value{v})
		return d, err == nil
	}
	return 0, false
}

func (t *thread) tensorLogical(op python.BoolOperator, x Value, b func() (Value, error)) (Value, error) {
	keep := func() (Value, error) { return x, nil }
	if op == python.And {
		return t.cond(x, "cond", b, keep)
	}
	return t.cond(x, "cond", keep, b)
}

func (t *thread) tensorIfExp(e *python.IfExp, v Value) (Value, error) {
	cond, err := t.condition(v, "conditional expression")
	if err != nil {
		return nil, err
	}
	var yes Value
	return t.cond(cond, "cond",
		func() (v Value, err error) {
			yes, err = t.eval(e.Body)
			return yes, err
		},
		func() (Value, error) {
			no, err := t.eval(e.OrElse)
			if err != nil {
				return nil, err
			}
			t.at(e)
			if yes == nil || no == nil {
				return nil, t.errorf("ValueError", "a branch of this conditional expression is None: only tensors can depend on a condition that is known when the graph runs")
			}
			return no, t.trial(yes, no)
		})
}

func (t *thread) tensorNot(v Value) (Value, error) {
	return t.callRaw("LogicalNot", kwArg{"x", v})
}
