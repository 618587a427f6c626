package trace

import (
	"fmt"
	"sort"

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

// undefined is the value of a variable that was not assigned on every path.
type undefined struct{ returned bool }

func (u undefined) message(name string) string {
	if u.returned {
		return "the function returns a value on some paths only"
	}
	return "variable \"" + name + "\" is assigned in one branch only"
}

// state are the variables of the current function that a statement changes.
type state struct {
	scope *scope
	names []string
	outs  int // the first names are outputs; the others are local to the statement
}

func (t *thread) stateOf(s python.Stmt) *state {
	f := t.top()
	sc := f.scope
	for sc.comprehension() {
		sc = sc.parent
	}
	live := t.tr.liveness(s)
	return &state{scope: sc, names: live.names, outs: live.outs}
}

func (s *state) get() []Value {
	out := make([]Value, len(s.names))
	for i, n := range s.names {
		v, found, _ := s.scope.lookup(n)
		if !found {
			v = undefined{returned: n == returnValue}
		}
		out[i] = v
	}
	return out
}

func (s *state) set(values []Value) {
	for i, n := range s.names {
		if i >= len(values) {
			break
		}
		if u, ok := values[i].(undefined); ok {
			_ = u
			if r, redirected := s.scope.redirect[n]; redirected {
				delete(r.vars, n)
			} else {
				delete(s.scope.vars, n)
			}
			continue
		}
		s.scope.set(n, values[i])
	}
}

// condition makes the condition of a statement a scalar bool.
func (t *thread) condition(x *graph.Tensor, tag string) (*graph.Tensor, error) {
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
func (t *thread) tensorIf(s *python.If, cond *graph.Tensor) (result, error) {
	cond, err := t.condition(cond, "if statement")
	if err != nil {
		return next, err
	}
	st := t.stateOf(s)
	init := st.get()
	var first []Value
	run := func(body []python.Stmt, which string) func() (Value, error) {
		return func() (Value, error) {
			st.set(init)
			r, err := t.execBlock(body)
			if err != nil {
				return nil, err
			}
			if r.flow != flowNext {
				panic("internal error: a jump is left in a lowered branch")
			}
			t.at(s)
			out := st.get()[:st.outs]
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
	st.set(values)
	return next, nil
}

// checkBranch holds what a branch left in the variables against what
// TensorFlow can merge, with the names that the user gave them.
func (t *thread) checkBranch(st *state, init, out, other []Value, which string) error {
	for i, v := range out {
		name := st.names[i]
		switch v := v.(type) {
		case undefined:
			if v.returned {
				return t.errorf("ValueError", "a value must also be returned from the %s branch: if a value is returned from one branch of a conditional, a value must be returned from all branches", which)
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
		case bool, int64, float64, string:
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

// tensorWhile is a while statement whose condition is a tensor.
func (t *thread) tensorWhile(s *python.While) (result, error) {
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
	if err := t.loopState(st.names, st.get, st.set, test, body, opts); err != nil {
		return next, err
	}
	return t.execBlock(s.OrElse)
}

// loopCondition is the condition of a loop as a scalar bool.
func (t *thread) loopCondition(v Value) (Value, error) {
	x, err := t.convert(v, tensor.Invalid, tensor.Invalid, "")
	if err != nil {
		return nil, err
	}
	return t.condition(x, "while loop")
}

// loopOptions are those of tf.autograph.experimental.set_loop_options.
type loopOptions struct {
	invariants *List // of pairs of a variable's value and a shape
	maximum    Value
	parallel   int64
}

// loopState runs a loop over the variables that get and set reach
// (_tf_while_stmt). Variables that are not defined before the loop start as
// zeros of the type that one iteration gives them, and the loop must run at
// least once then.
func (t *thread) loopState(names []string, get func() []Value, set func([]Value), test func() (Value, error), body func() error, opts *loopOptions) error {
	init := get()
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
		var err error
		if init, invariants, err = t.firstIteration(names, init, isNull, get, set, body, invariants); err != nil {
			return err
		}
	}
	for i, v := range init {
		if _, ok := v.(undefined); ok {
			return t.errorf("ValueError", "%s must be defined before the loop", called(names[i]))
		}
		if v == nil {
			return t.errorf("ValueError", "%s is not allowed to be None before the loop", called(names[i]))
		}
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
	if len(vars) == 0 {
		vars, skip = []Value{int64(0)}, 1
		if invariants != nil {
			invariants = []Value{nil}
		}
	}
	l := &loop{vars: vars, invariants: invariants}
	if opts != nil {
		l.maximum, l.parallel = opts.maximum, opts.parallel
	}
	l.cond = func(v []Value) (Value, error) {
		set(v[skip:])
		return test()
	}
	l.body = func(v []Value) ([]Value, error) {
		set(v[skip:])
		if err := body(); err != nil {
			return nil, err
		}
		out := get()
		if err := t.checkLoop(names, init, v[skip:], out, invariants, skip); err != nil {
			return nil, err
		}
		switch {
		case nulls:
			out = append([]Value{true}, out...)
		case skip == 1:
			out = []Value{v[0]}
		}
		return out, nil
	}
	out, err := t.while(l)
	if err != nil {
		set(init)
		return err
	}
	final := out[skip:]
	if nulls {
		if final, err = t.requireOneIteration(names, isNull, out[0], final); err != nil {
			return err
		}
	}
	set(final)
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

// firstIteration runs the body once in a scratch graph to find what the
// undefined variables become, and gives them zeros of that type.
func (t *thread) firstIteration(names []string, init []Value, isNull []bool, get func() []Value, set func([]Value), body func() error, invariants []Value) ([]Value, []Value, error) {
	scratch := graph.NewFunc("tmp", t.graph)
	saved := t.graph
	t.graph = scratch
	set(t.placeholders(init))
	err := body()
	after := get()
	t.graph = saved
	set(init)
	if err != nil {
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
			if _, ret := init[i].(undefined); ret && names[i] == returnValue {
				return nil, nil, t.errorf("NotImplementedError", "a return statement cannot be placed inside this loop over tensors")
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

// tensorFor is a for statement over a tensor: over a tf.range the range itself
// is never made; over others the elements are read from a TensorArray.
func (t *thread) tensorFor(s *python.For, x *graph.Tensor) (result, error) {
	st := t.stateOf(s)
	extra := t.tr.extraTest[s]
	if x.Node.Op() == "Range" && x.Node.Graph == t.graph {
		if err := t.rangeFor(s, st, x, extra); err != nil {
			return next, err
		}
		return t.execBlock(s.OrElse)
	}
	n, err := t.tensorLen(x)
	if err != nil {
		return next, err
	}
	array, err := t.libCallKw("TensorArray", []Value{x.DType.Base()}, kwArg{"size", n})
	if err != nil {
		return next, err
	}
	unstack, err := t.getAttr(array, "unstack")
	if err != nil {
		return next, err
	}
	if array, err = t.call(unstack, positional(x)); err != nil {
		return next, err
	}
	read, err := t.getAttr(array, "read")
	if err != nil {
		return next, err
	}
	var index Value = int64(0)
	names, get, set := withIterate(st, &index)
	test := func() (Value, error) {
		main, err := t.compare(python.Lt, index, n)
		if err != nil {
			return nil, err
		}
		return t.withExtra(main, extra)
	}
	body := func() error {
		v, err := t.call(read, positional(index))
		if err != nil {
			return err
		}
		if err := t.assign(s.Target, v); err != nil {
			return err
		}
		if err := t.runBody(s.Body); err != nil {
			return err
		}
		index, err = t.binary(python.Add, index, int64(1))
		return err
	}
	opts, err := t.takeLoopOptions(s.Body)
	if err != nil {
		return result{}, err
	}
	if err := t.loopState(names, get, set, test, body, opts); err != nil {
		return next, err
	}
	return t.execBlock(s.OrElse)
}

func (t *thread) rangeFor(s *python.For, st *state, x *graph.Tensor, extra python.Expr) error {
	start, limit, delta := x.Node.Inputs[0], x.Node.Inputs[1], x.Node.Inputs[2]
	var iterate Value = start
	names, get, set := withIterate(st, &iterate)
	if err := t.rangeLength(start, limit, delta); err != nil {
		return err
	}
	step := staticValue(delta, 8)
	test := func() (Value, error) {
		var main Value
		var err error
		if step != nil {
			op := python.Lt
			if step.DType.IsFloating() && step.Float(0) < 0 || step.DType.IsInteger() && step.Int(0) < 0 {
				op = python.Gt
			}
			main, err = t.compare(op, iterate, limit)
		} else {
			main, err = t.eitherWay(iterate, limit, delta)
		}
		if err != nil {
			return nil, err
		}
		return t.withExtra(main, extra)
	}
	body := func() error {
		if err := t.assign(s.Target, iterate); err != nil {
			return err
		}
		if err := t.runBody(s.Body); err != nil {
			return err
		}
		var err error
		iterate, err = t.binary(python.Add, iterate, delta)
		return err
	}
	opts, err := t.takeLoopOptions(s.Body)
	if err != nil {
		return err
	}
	return t.loopState(names, get, set, test, body, opts)
}

// rangeLength adds the ops by which AutoGraph computes how often a loop over a
// range runs, a hint for compilers that nothing else uses
// (autograph/utils/misc.py, get_range_len, TF 2.21).
func (t *thread) rangeLength(start, limit, delta *graph.Tensor) error {
	dist, err := t.binary(python.Sub, limit, start)
	if err != nil {
		return err
	}
	length, err := t.binary(python.FloorDiv, dist, delta)
	if err != nil {
		return err
	}
	rest, err := t.binary(python.Mod, dist, delta)
	if err != nil {
		return err
	}
	zero, err := t.libCall("zeros_like", length)
	if err != nil {
		return err
	}
	more, err := t.callRaw("NotEqual", kwArg{"x", rest}, kwArg{"y", zero})
	if err != nil {
		return err
	}
	if more, err = t.libCall("cast", more, start.DType.Base()); err != nil {
		return err
	}
	if length, err = t.binary(python.Add, length, more); err != nil {
		return err
	}
	if zero, err = t.libCall("zeros_like", length); err != nil {
		return err
	}
	if length, err = t.callRaw("Maximum", kwArg{"x", length}, kwArg{"y", zero}); err != nil {
		return err
	}
	_, err = t.libCall("cast", length, tensor.Int32)
	return err
}

// eitherWay is the condition of a range whose direction is not known.
func (t *thread) eitherWay(at, limit Value, delta *graph.Tensor) (Value, error) {
	var half [2]Value
	for i, ops := range [2][2]python.CmpOperator{{python.GtE, python.Lt}, {python.Lt, python.Gt}} {
		sign, err := t.compare(ops[0], delta, int64(0))
		if err != nil {
			return nil, err
		}
		inside, err := t.compare(ops[1], at, limit)
		if err != nil {
			return nil, err
		}
		if half[i], err = t.libCall("math.logical_and", sign, inside); err != nil {
			return nil, err
		}
	}
	return t.libCall("math.logical_or", half[0], half[1])
}

// withExtra adds the condition of break and return to a loop's own.
func (t *thread) withExtra(main Value, extra python.Expr) (Value, error) {
	if extra == nil {
		return t.loopCondition(main)
	}
	x, err := t.convert(main, tensor.Invalid, tensor.Invalid, "")
	if err != nil {
		return nil, err
	}
	v, err := t.cond(x, "cond", func() (Value, error) { return t.eval(extra) }, func() (Value, error) { return false, nil })
	if err != nil {
		return nil, err
	}
	return t.loopCondition(v)
}

func (t *thread) runBody(body []python.Stmt) error {
	r, err := t.execBlock(body)
	if err == nil && r.flow != flowNext {
		panic("internal error: a jump is left in a lowered loop")
	}
	return err
}

// withIterate adds the loop's own counter to the variables. A target that is
// used after the loop and has no value before starts as the counter does.
func withIterate(st *state, iterate *Value) (names []string, get func() []Value, set func([]Value)) {
	names = append([]string{"<internal iterate>"}, st.names...)
	get = func() []Value { return append([]Value{*iterate}, st.get()...) }
	set = func(v []Value) { *iterate = v[0]; st.set(v[1:]) }
	return
}

// libCallKw calls a library function with keywords.
func (t *thread) libCallKw(path string, pos []Value, kw ...kwArg) (Value, error) {
	f, ok, err := t.tr.lib.lookup(t, path)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, t.errorf("NotImplementedError", "tf.%s is not supported", path)
	}
	return t.call(f, &callArgs{pos: pos, kw: kw})
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

func (t *thread) tensorLogical(op python.BoolOperator, x *graph.Tensor, b func() (Value, error)) (Value, error) {
	keep := func() (Value, error) { return x, nil }
	if op == python.And {
		return t.cond(x, "cond", b, keep)
	}
	return t.cond(x, "cond", keep, b)
}

func (t *thread) tensorIfExp(e *python.IfExp, cond *graph.Tensor) (Value, error) {
	cond, err := t.condition(cond, "conditional expression")
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

func (t *thread) tensorAssert(x *graph.Tensor, msg Value) error {
	_, err := t.libCall("debugging.Assert", x, &List{Items: []Value{msg}})
	return err
}

// liveVars are the variables of a statement in the order in which AutoGraph
// passes them: outputs first, each group by name.
type liveVars struct {
	names []string
	outs  int
}

// liveness finds the variables that a statement assigns and that matter
// outside of it: read before they are assigned inside, or used afterwards.
func (tr *Tracer) liveness(s python.Stmt) liveVars {
	if v, ok := tr.live[s]; ok {
		return v
	}
	out := tr.liveOut[s]
	in := tr.liveIn[s]
	modified := map[string]bool{}
	for _, b := range blocksOf(s) {
		assigned(b, func(n string) { modified[n] = true })
	}
	if f, ok := s.(*python.For); ok {
		targetNames(f.Target, func(n string) { modified[n] = true })
	}
	var v liveVars
	var inputs []string
	for n := range modified {
		switch {
		case out[n]:
			v.names = append(v.names, n)
		case in[n]:
			inputs = append(inputs, n)
		}
	}
	sort.Strings(v.names)
	sort.Strings(inputs)
	v.outs = len(v.names)
	v.names = append(v.names, inputs...)
	if _, isIf := s.(*python.If); !isIf {
		v.outs = len(v.names) // a loop carries all of them
	}
	tr.live[s] = v
	return v
}
