package trace

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// tensorFor is a for statement over a tensor or a variable: over a tf.range
// the range itself is never made; over others the elements are read from a
// TensorArray.
func (t *thread) tensorFor(s *python.For, v Value) (result, error) {
	if err := t.noElse(s.OrElse); err != nil {
		return next, err
	}
	if x, ok := v.(*graph.Tensor); ok && x.Node.Op() == "Range" {
		return next, t.rangeFor(s, x)
	}
	n, err := t.tensorLen(v)
	if err != nil {
		return next, err
	}
	dtype, _ := dtypeOf(v)
	array, err := t.libCallKw("TensorArray", []Value{dtype}, kwArg{"size", n})
	if err != nil {
		return next, err
	}
	unstack, err := t.getAttr(array, "unstack")
	if err != nil {
		return next, err
	}
	if array, err = t.call(unstack, positional(v)); err != nil {
		return next, err
	}
	read, err := t.getAttr(array, "read")
	if err != nil {
		return next, err
	}
	return next, t.indexFor(s, n, func(index Value) (Value, error) { return t.call(read, positional(index)) })
}

// raggedFor is a for statement over the rows of a RaggedTensor
// (ops/ragged/ragged_autograph.py, TF 2.21).
func (t *thread) raggedFor(s *python.For, rt *Composite) (result, error) {
	if err := t.noElse(s.OrElse); err != nil {
		return next, err
	}
	st := t.stateOf(s)
	init, err := st.get()
	if err != nil {
		return next, err
	}
	if err := t.definedBefore(st.names, init); err != nil {
		return next, err
	}
	v, err := t.getAttr(rt, "shape")
	if err != nil {
		return next, err
	}
	var n Value
	if shape, ok := v.(tensor.Shape); ok && shape.Known() {
		n = dimValue(shape.Dim(0))
	}
	if n == nil { // TensorFlow takes the length of the first row
		lengths, err := t.getAttr(rt, "row_lengths")
		if err != nil {
			return next, err
		}
		if lengths, err = t.call(lengths, &callArgs{}); err != nil {
			return next, err
		}
		if n, err = t.getItem(lengths, int64(0)); err != nil {
			return next, err
		}
	}
	return next, t.indexFor(s, n, func(index Value) (Value, error) { return t.getItem(rt, index) })
}

// indexFor is a loop over n elements, which element gives by their index.
func (t *thread) indexFor(s *python.For, n Value, element func(index Value) (Value, error)) error {
	st := t.stateOf(s)
	extra := t.tr.extraTest[s]
	var index Value = int64(0)
	st.count(&index)
	test := func() (Value, error) {
		main, err := t.compare(python.Lt, index, n)
		if err != nil {
			return nil, err
		}
		return t.withExtra(main, extra)
	}
	body := func() error {
		v, err := element(index)
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
		return err
	}
	return t.loopState(st, test, body, opts)
}

func (t *thread) rangeFor(s *python.For, x *graph.Tensor) error {
	st := t.stateOf(s)
	extra := t.tr.extraTest[s]
	start, limit, delta := x.Node.Inputs[0], x.Node.Inputs[1], x.Node.Inputs[2]
	var iterate Value = start
	st.count(&iterate)
	if name, ok := s.Target.(*python.Name); ok {
		st.target = name.ID
	}
	if err := t.rangeLength(start, limit, delta); err != nil {
		return err
	}
	step := staticValue(delta, staticDepth)
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
	return t.loopState(st, test, body, opts)
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
	v, err := t.cond(main, "cond", func() (Value, error) { return t.eval(extra) }, func() (Value, error) { return false, nil })
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
