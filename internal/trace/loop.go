package trace

import (
	"errors"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file gives while and for statements on tensors AutoGraph's meaning
// (autograph/operators/control_flow.py, TF 2.21): the variables that the body
// changes become loop variables. What goes over a tensor is in for.go.

// tensorWhile is a while statement whose condition is a tensor.
func (t *thread) tensorWhile(s *python.While) (result, error) {
	if err := t.noElse(s.OrElse); err != nil {
		return next, err
	}
	st := t.stateOf(s)
	test := func() (Value, error) {
		v, err := t.eval(s.Test)
		if err != nil {
			return nil, err
		}
		t.at(s.Test)
		return t.loopCondition(v)
	}
	body := func() error {
		r, err := t.execBlock(s.Body)
		if err == nil && r.flow != flowNext {
			panic("internal error: a jump is left in a lowered loop")
		}
		return err
	}
	opts, err := t.takeLoopOptions(s.Body)
	if err != nil {
		return result{}, err
	}
	return next, t.loopState(st, test, body, opts)
}

// noElse refuses the else of a loop over tensors, as TensorFlow does.
func (t *thread) noElse(orElse []python.Stmt) error {
	if len(orElse) == 0 {
		return nil
	}
	return hint(t.errorf("NotImplementedError", "a loop over tensors cannot have an else branch"), "write what the else branch does after the loop")
}

// loopCondition is the condition of a loop as a scalar bool.
func (t *thread) loopCondition(v Value) (Value, error) { return t.condition(v, "while loop") }

// loopOptions are those of tf.autograph.experimental.set_loop_options.
type loopOptions struct {
	invariants *List // of pairs of a variable's value and a shape
	maximum    Value
	parallel   int64
}

// loopState runs a loop over the variables of a state (_tf_while_stmt). Variables that are not defined before the loop start as
// zeros of the type that one iteration gives them, and the loop must run at
// least once then.
func (t *thread) loopState(st *state, test func() (Value, error), body func() error, opts *loopOptions) error {
	init, err := st.get()
	if err != nil {
		return err
	}
	nulls := false
	isNull := make([]bool, len(init))
	for i, v := range init {
		if _, ok := v.(undefined); ok || v == nil {
			isNull[i], nulls = true, true
		}
	}
	var invariants []Value
	if opts != nil && opts.invariants != nil {
		invariants = make([]Value, len(init))
		for _, p := range opts.invariants.Items {
			pair, ok := sequence(p)
			if !ok || len(pair) != 2 {
				return t.errorf("TypeError", "shape_invariants must be a list of pairs of a variable and a shape")
			}
			for i, v := range init {
				if v == pair[0] {
					invariants[i] = pair[1]
				}
			}
		}
	}
	if nulls {
		if init, invariants, err = t.firstIteration(st, init, isNull, body, invariants); err != nil {
			return err
		}
	}
	if err := t.definedBefore(st.names, init); err != nil {
		return err
	}
	vars := init
	skip := 0
	if nulls {
		vars = append([]Value{false}, init...)
		skip = 1
		if invariants != nil {
			invariants = append([]Value{nil}, invariants...)
		}
	}
	l := &loop{vars: vars, invariants: invariants}
	if opts != nil {
		l.maximum, l.parallel = opts.maximum, opts.parallel
	}
	l.cond = func(v []Value) (Value, error) {
		if err := st.set(v[skip:]); err != nil {
			return nil, err
		}
		return test()
	}
	l.body = func(v []Value) ([]Value, error) {
		if err := st.set(v[skip:]); err != nil {
			return nil, err
		}
		if err := body(); err != nil {
			return nil, err
		}
		out, err := st.get()
		if err != nil {
			return nil, err
		}
		if err := t.checkLoop(st.names, init, v[skip:], out, invariants, skip); err != nil {
			return nil, err
		}
		if nulls {
			out = append([]Value{true}, out...)
		}
		return out, nil
	}
	out, err := t.while(l)
	if err != nil {
		return err
	}
	final := out[skip:]
	if nulls {
		if final, err = t.requireOneIteration(st.names, isNull, out[0], final); err != nil {
			return err
		}
	}
	st.leave()
	return st.set(final)
}

// definedBefore refuses variables that have no value where a loop starts.
func (t *thread) definedBefore(names []string, init []Value) error {
	for i, v := range init {
		if u, ok := v.(undefined); ok {
			if u.returned {
				return t.returnInLoop()
			}
			return t.errorf("ValueError", "%s must be defined before the loop", called(names[i]))
		}
		if v == nil {
			return t.errorf("ValueError", "%s is not allowed to be None before the loop", called(names[i]))
		}
	}
	return nil
}

// checkLoop holds the variables after an iteration against those before it.
func (t *thread) checkLoop(names []string, init, entry, exit, invariants []Value, skip int) error {
	for i, name := range names {
		v := exit[i]
		if u, ok := v.(undefined); ok {
			return t.errorf("ValueError", "%s", u.message(name))
		}
		if v == nil {
			return t.errorf("ValueError", "%q is None at the end of the iteration", name)
		}
		a, b := t.unwrapModel(entry[i]), t.unwrapModel(v)
		if d := sameStructure(a, b); d != "" {
			return t.errorf("TypeError", "%q does not have the same nested structure after one iteration: %s", name, d)
		}
		first, x, y := flatten(t.unwrapModel(init[i])), flatten(a), flatten(b)
		for k := range x {
			if k < len(first) {
				if err := t.trial(first[k]); err != nil {
					return err
				}
			}
			if err := t.trial(x[k], y[k]); err != nil {
				return err
			}
			p, ok1 := t.leafType(x[k])
			q, ok2 := t.leafType(y[k])
			if ok1 && ok2 && p != q {
				return hint(t.errorf("TypeError", "%s has dtype %s before the loop, but dtype %s after one iteration", called(name), p, q), "start with a value of that dtype, or convert with tf.cast")
			}
			if invariants != nil && i+skip < len(invariants) && invariants[i+skip] != nil {
				if err := t.checkInvariant(name, first, invariants[i+skip]); err != nil {
					return err
				}
				continue
			}
			in, ok1 := x[k].(*graph.Tensor)
			out, ok2 := y[k].(*graph.Tensor)
			if ok1 && ok2 && !in.Shape().Subsumes(out.Shape()) {
				return hint(t.errorf("ValueError", "%q has shape %s before the loop, but shape %s after one iteration", name, shapeText(in.Shape()), shapeText(out.Shape())),
					"use tf.autograph.experimental.set_loop_options to set shape invariants")
			}
		}
	}
	return nil
}

// checkInvariant holds the value of a variable before a loop against the shape
// that set_loop_options gives it.
func (t *thread) checkInvariant(name string, init []Value, invariant Value) error {
	if len(init) != 1 {
		return nil
	}
	x, ok := init[0].(*graph.Tensor)
	if s, shaped := invariant.(tensor.Shape); ok && shaped && !s.Subsumes(x.Shape()) {
		return t.errorf("ValueError", "%q has shape %s before the loop, which does not conform with the shape invariant %s", name, shapeText(x.Shape()), shapeText(s))
	}
	return nil
}

// firstIteration runs the body once in a scratch graph to find what the
// undefined variables become, and gives them zeros of that type.
func (t *thread) firstIteration(st *state, init []Value, isNull []bool, body func() error, invariants []Value) ([]Value, []Value, error) {
	after, err := t.scratchIteration(st, init, body)
	if err != nil {
		var e *Error
		if errors.As(err, &e) && e.unreturned {
			return nil, nil, t.returnInLoop()
		}
		return nil, nil, err
	}
	if err := st.set(init); err != nil {
		return nil, nil, err
	}
	out := append([]Value(nil), init...)
	for i := range init {
		if !isNull[i] {
			continue
		}
		inv := Value(nil)
		if invariants != nil {
			inv = invariants[i]
		}
		v, shape, ok, err := t.zeroLike(after[i], inv)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			if _, ret := init[i].(undefined); ret && st.names[i] == returnValue {
				return nil, nil, t.returnInLoop()
			}
			continue
		}
		out[i] = v
		if shape != nil {
			if invariants == nil {
				invariants = make([]Value, len(init))
			}
			invariants[i] = shape
		}
	}
	return out, invariants, nil
}

// returnInLoop refuses a return statement that not every way through a loop
// reaches.
func (t *thread) returnInLoop() error {
	return hint(t.errorf("NotImplementedError", "a return statement cannot be placed inside this loop over tensors"),
		"give a variable the value, leave the loop with break, and return the variable after the loop")
}

// scratchIteration runs a body in a graph that is thrown away, and gives the
// variables after it.
func (t *thread) scratchIteration(st *state, init []Value, body func() error) ([]Value, error) {
	saved := t.graph
	t.graph = graph.NewFunc("tmp", saved)
	defer func() { t.graph = saved }()
	if err := st.set(t.placeholders(init)); err != nil {
		return nil, err
	}
	if err := body(); err != nil {
		return nil, err
	}
	return st.get()
}

// placeholders stand for Python numbers that the loop will make tensors of.
func (t *thread) placeholders(values []Value) []Value {
	out := make([]Value, len(values))
	for i, v := range values {
		out[i], _ = mapStructure(v, func(x Value) (Value, error) {
			switch x.(type) {
			case bool, int64, float64, string:
				d, err := t.inferDType([]Value{x})
				if err != nil {
					return x, nil
				}
				n, err := t.graph.Add(graph.NodeSpec{Op: "Placeholder", Attrs: map[string]any{"dtype": d, "shape": tensor.ShapeOf()}})
				if err != nil {
					return x, nil
				}
				return n.Outputs[0], nil
			}
			return x, nil
		})
	}
	return out
}

// zeroLike makes the first value of a variable that a loop defines.
func (t *thread) zeroLike(like, invariant Value) (v, shape Value, ok bool, err error) {
	switch x := like.(type) {
	case undefined, nil:
		return nil, nil, false, nil
	case bool:
		return false, nil, true, nil
	case int64:
		return int64(0), nil, true, nil
	case float64:
		return 0.0, nil, true, nil
	case *model.Variable:
		v, err := t.libCall("zeros", x.Shape, x.DType)
		return v, nil, err == nil, err
	case *graph.Tensor:
		s := x.Shape()
		if invariant != nil {
			if s, err = t.shape(invariant); err != nil {
				return nil, nil, false, err
			}
		}
		if !s.Known() {
			v, err := t.libCall("zeros", &Tuple{}, x.DType.Base())
			return v, s, err == nil, err
		}
		dims := &List{}
		dynamic := false
		for i, d := range s.Dims() {
			if own := x.Shape(); own.Known() && own.Rank() == s.Rank() && own.Dim(i) >= 0 {
				d = own.Dim(i)
			} else {
				dynamic = true
				d = max(d, 0)
			}
			dims.Items = append(dims.Items, d)
		}
		v, err := t.libCall("zeros", dims, x.DType.Base())
		if dynamic {
			return v, s, err == nil, err
		}
		return v, nil, err == nil, err
	case *List, *Tuple, *Dict:
		out, err := mapStructure(x, func(e Value) (Value, error) {
			v, _, ok, err := t.zeroLike(e, nil)
			if err == nil && !ok {
				err = t.errorf("TypeError", "a variable that a loop defines cannot hold %s", t.repr(e))
			}
			return v, err
		})
		return out, nil, err == nil, err
	}
	return nil, nil, false, t.errorf("TypeError", "a variable of type %s must be defined before the loop", typeName(like))
}

// requireOneIteration makes the variables wait for an assertion that the loop
// ran.
func (t *thread) requireOneIteration(names []string, isNull []bool, ran Value, values []Value) ([]Value, error) {
	list := ""
	for i, n := range names {
		if isNull[i] {
			if n == returnValue {
				n = "the function return value"
			}
			if list != "" {
				list += ", "
			}
			list += n
		}
	}
	check, err := t.libCall("debugging.Assert", ran, &List{Items: []Value{"loop must iterate at least once to initialize " + list}})
	if err != nil {
		return nil, err
	}
	if n, ok := check.(*graph.Node); ok {
		defer t.graph.PushControl([]*graph.Node{n})()
	} else if x, ok := check.(*graph.Tensor); ok {
		defer t.graph.PushControl([]*graph.Node{x.Node})()
	}
	out := make([]Value, len(values))
	for i, v := range values {
		if out[i], err = mapStructure(v, func(x Value) (Value, error) {
			if y, ok := x.(*graph.Tensor); ok {
				return t.identity(y)
			}
			return x, nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// takeLoopOptions reads a call of set_loop_options at the start of a loop's
// body; evaluated before the loop, as its variables mean those before it.
func (t *thread) takeLoopOptions(body []python.Stmt) (*loopOptions, error) {
	for _, s := range body {
		if a, ok := s.(*python.Assign); ok && a.Pos().Line == 0 {
			continue // of a lowered continue
		}
		e, ok := s.(*python.ExprStmt)
		if !ok {
			return nil, nil
		}
		c, ok := e.Value.(*python.Call)
		if !ok {
			continue
		}
		if a, ok := c.Func.(*python.Attribute); !ok || a.Attr != "set_loop_options" {
			continue
		}
		opts := &loopOptions{}
		for _, k := range c.Keywords {
			v, err := t.eval(k.Value)
			if err != nil {
				return nil, err
			}
			switch k.Arg {
			case "shape_invariants":
				items, ok := sequence(v)
				if !ok {
					return nil, t.errorf("TypeError", "shape_invariants must be a list of pairs of a variable and a shape, not %s", typeName(v))
				}
				opts.invariants = &List{Items: items}
			case "maximum_iterations":
				opts.maximum = v
			case "parallel_iterations":
				opts.parallel, _ = v.(int64)
			}
		}
		return opts, nil
	}
	return nil, nil
}

// tfSetLoopOptions does nothing where it is called: the loop has read it.
func tfSetLoopOptions(*thread, *callArgs) (Value, error) { return nil, nil }
