package trace

import (
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file holds tf.cond, tf.case, tf.switch_case and tf.while_loop: how a
// branch or a loop becomes an op with functions (cond_v2.py and while_v2.py,
// TF 2.21). What AutoGraph makes of statements is in autograph.go.

// branch runs f in a graph of its own, inside the current one, and gives the
// structure that it returned.
func (t *thread) branch(name string, pred *graph.Tensor, f func() (Value, error)) (*ConcreteFunction, *graph.Graph, error) {
	g := graph.NewBranch(name, t.graph)
	saved := t.graph
	t.graph = g
	defer func() { t.graph = saved }()
	out, err := f()
	if err != nil {
		return nil, nil, err
	}
	out, err = mapStructure(t.unwrapModel(out), func(v Value) (Value, error) {
		n, ok := v.(*graph.Node)
		if !ok || pred == nil {
			return v, nil
		}
		defer g.PushControl([]*graph.Node{n})()
		return t.identity(pred)
	})
	if err != nil {
		return nil, nil, err
	}
	c := &ConcreteFunction{Name: name}
	return c, g, t.finishOutputs(c, g, out, 0)
}

// scalarPredicate makes a predicate of any shape a scalar.
func (t *thread) scalarPredicate(pred *graph.Tensor) (*graph.Tensor, error) {
	if s := pred.Shape(); s.Known() && s.Rank() == 0 {
		return pred, nil
	}
	return t.rawTensor("Squeeze", nil, kwArg{"input", pred}, kwArg{"axis", &List{}})
}

// functionName is the name of a branch's function: the scope with "_" for
// "/", and what it is.
func functionName(scope, what string) string {
	return strings.ReplaceAll(scope+"/"+what, "/", "_")
}

// cond is tf.cond on a tensor or a variable.
func (t *thread) cond(on Value, name string, yes, no func() (Value, error)) (Value, error) {
	scope, pop := t.graph.PushScope(nameOr(name, "cond"))
	defer pop()
	pred, err := t.convert(on, tensor.Invalid, tensor.Invalid, "")
	if err != nil {
		return nil, err
	}
	if pred, err = t.scalarPredicate(pred); err != nil {
		return nil, err
	}
	names := []string{functionName(scope, "true"), functionName(scope, "false")}
	a, ga, err := t.branch(names[0], pred, yes)
	if err != nil {
		return nil, err
	}
	b, gb, err := t.branch(names[1], pred, no)
	if err != nil {
		return nil, err
	}
	return t.finishBranches("If", scope, pred, []*ConcreteFunction{a, b}, []*graph.Graph{ga, gb}, names)
}

// finishBranches checks that branches return alike and adds the node.
func (t *thread) finishBranches(opName, scope string, pred *graph.Tensor, fns []*ConcreteFunction, graphs []*graph.Graph, names []string) (Value, error) {
	for i, c := range fns[1:] {
		if d := sameStructure(fns[0].Outputs, c.Outputs); d != "" {
			return nil, t.errorf("TypeError", "the branches must return the same structure: %s", d)
		}
		x, y := flatten(fns[0].Outputs), flatten(c.Outputs)
		for k := range x {
			if (x[k] == nil) != (y[k] == nil) {
				return nil, t.errorf("TypeError", "the branches must return the same structure: one returns None where another returns a value")
			}
		}
		if len(graphs[0].Outputs) != len(graphs[i+1].Outputs) {
			return nil, t.errorf("TypeError", "the branches must return the same number of tensors")
		}
		for k, o := range graphs[0].Outputs {
			if p := graphs[i+1].Outputs[k]; o.DType.Base() != p.DType.Base() {
				return nil, t.errorf("TypeError", "the branches must return the same types, but result %d is %s in one and %s in another", k, o.DType, p.DType)
			}
		}
	}
	n, err := t.graph.Branch(opName, scope, pred, graphs, names)
	if err != nil {
		return nil, t.wrap("TypeError", err)
	}
	results := make([]*graph.Tensor, len(n.Outputs))
	for i, o := range n.Outputs {
		if results[i], err = t.identity(o); err != nil {
			return nil, err
		}
		results[i].ReplaceShape(o.Shape())
	}
	if opName != "If" {
		return t.replaceTensors(fns[0].Outputs, results)
	}
	return t.mergeBranches(fns[0].Outputs, fns[1].Outputs, results)
}

// mergeBranches is the result of an If: composites have what both branches
// know of them (cond_v2.py, _get_compatible_structured_output_specs, TF 2.21).
func (t *thread) mergeBranches(yes, no Value, tensors []*graph.Tensor) (Value, error) {
	other := flatten(no)
	at, leaf := 0, -1
	take := func() *graph.Tensor { at++; return tensors[at-1] }
	return mapStructure(yes, func(v Value) (Value, error) {
		leaf++
		c, ok := v.(*Composite)
		switch {
		case v == nil:
			return nil, nil
		case !ok:
			return take(), nil
		}
		d, ok := other[leaf].(*Composite)
		if !ok || d.typ != c.typ {
			return nil, t.errorf("TypeError", "the branches must return the same types, but one returns %s and one %s", typeName(c), typeName(other[leaf]))
		}
		common, err := t.commonSpec(c, d)
		if err != nil || common == nil {
			if err != nil {
				return nil, err
			}
			return t.mapComposite(c, func(*graph.Tensor) (*graph.Tensor, error) { return take(), nil })
		}
		parts := make([]*graph.Tensor, len(c.tensors()))
		for i := range parts {
			parts[i] = take()
		}
		return t.compose(common, parts)
	})
}

// commonSpec is the most specific type spec of two composites; nil where their
// type does not say.
func (t *thread) commonSpec(a, b *Composite) (*Composite, error) {
	p, err := t.specOf(a)
	if err != nil {
		return nil, err
	}
	q, err := t.specOf(b)
	if err != nil {
		return nil, err
	}
	sp, ok := p.(*Composite)
	if !ok || sp == a {
		return nil, nil
	}
	v, ok, err := t.special(sp, "__common__", p, q)
	if !ok || err != nil {
		return nil, err
	}
	common, _ := v.(*Composite)
	return common, nil
}

// replaceTensors puts tensors in the place of those of a structure.
func (t *thread) replaceTensors(structure Value, tensors []*graph.Tensor) (Value, error) {
	at := 0
	take := func() *graph.Tensor { at++; return tensors[at-1] }
	return mapStructure(structure, func(v Value) (Value, error) {
		switch v := v.(type) {
		case nil:
			return nil, nil
		case *Composite:
			return t.mapComposite(v, func(*graph.Tensor) (*graph.Tensor, error) { return take(), nil })
		}
		return take(), nil
	})
}

// callable makes a Go function of a callable value without arguments.
func (t *thread) callable(f Value) func() (Value, error) {
	return func() (Value, error) { return t.call(f, &callArgs{}) }
}

func tfCond(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.cond", args, "pred", "true_fn", "false_fn", "name?")
	if err != nil {
		return nil, err
	}
	if b, ok := p[0].(bool); ok {
		if t.inLibrary() { // smart_cond
			if b {
				return t.call(p[1], &callArgs{})
			}
			return t.call(p[2], &callArgs{})
		}
		return nil, hint(t.errorf("TypeError", "pred must not be a Python bool"), "use an if statement")
	}
	name, _ := p[3].(string)
	return t.cond(p[0], name, t.callable(p[1]), t.callable(p[2]))
}

// tfSwitchCase is tf.switch_case: a Case node, whose last branch is the default.
func tfSwitchCase(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.switch_case", args, "branch_index", "branch_fns", "default?", "name?")
	if err != nil {
		return nil, err
	}
	var fns []Value
	if d, ok := p[1].(*Dict); ok {
		byIndex := map[int64]Value{}
		d.Each(func(k, v Value) bool {
			if i, ok := k.(int64); ok {
				byIndex[i] = v
			}
			return true
		})
		for i := int64(0); i < int64(d.Len()); i++ {
			f, ok := byIndex[i]
			if !ok {
				return nil, t.errorf("ValueError", "branch indices must be 0 to %d without gaps", d.Len()-1)
			}
			fns = append(fns, f)
		}
	} else if fns, err = t.items(p[1]); err != nil {
		return nil, err
	} else {
		for i, f := range fns {
			if pair, ok := sequence(f); ok && len(pair) == 2 {
				if pair[0] != int64(i) {
					return nil, t.errorf("ValueError", "branch indices must be 0 to %d in order", len(fns)-1)
				}
				fns[i] = pair[1]
			}
		}
	}
	if len(fns) == 0 {
		return nil, t.errorf("ValueError", "branch_fns must not be empty")
	}
	name, _ := p[3].(string)
	scope, pop := t.graph.PushScope(nameOr(name, "switch_case"))
	defer pop()
	index, err := t.convert(p[0], tensor.Invalid, tensor.Invalid, "branch_index")
	if err != nil {
		return nil, err
	}
	if index.DType.Base() != tensor.Int32 {
		return nil, t.errorf("TypeError", "branch_index must be an int32 tensor, not %s", index.DType)
	}
	if p[2] != nil {
		fns = append(append([]Value(nil), fns...), p[2])
	}
	inner, popInner := t.graph.PushScope("indexed_case")
	defer popInner()
	_ = scope
	var cs []*ConcreteFunction
	var gs []*graph.Graph
	var names []string
	for i, f := range fns {
		name := functionName(inner, "branch"+itoa(i))
		c, g, err := t.branch(name, index, t.callable(f))
		if err != nil {
			return nil, err
		}
		cs, gs, names = append(cs, c), append(gs, g), append(names, name)
	}
	return t.finishBranches("Case", inner, index, cs, gs, names)
}

// loop is what a while loop is made of.
type loop struct {
	cond func(vars []Value) (Value, error)
	body func(vars []Value) ([]Value, error)
	vars []Value
	// invariants are shapes for the leaves of vars; nil leaves for none.
	invariants []Value
	maximum    Value // maximum_iterations
	parallel   int64
	name       string
}

// leafShapes are the shape invariants of the tensors of the loop variables.
func (t *thread) leafShapes(l *loop, leaves []*graph.Tensor) ([]tensor.Shape, error) {
	shapes := make([]tensor.Shape, len(leaves))
	for i, x := range leaves {
		shapes[i] = x.Shape()
	}
	if l.invariants == nil {
		return shapes, nil
	}
	at := 0
	for i, v := range l.vars {
		parts := expand(flatten(v))
		inv := l.invariants[i]
		var given []Value
		if inv != nil {
			if isNested(v) {
				given = flatten(inv)
			} else {
				given = []Value{inv}
			}
		}
		for k := range parts {
			if k < len(given) && given[k] != nil && len(given) == len(parts) {
				g := given[k]
				if s, ok := g.(*TensorSpec); ok {
					g = s.Shape
				}
				s, err := t.shape(g)
				if err != nil {
					return nil, err
				}
				if !s.Compatible(leaves[at].Shape()) {
					return nil, t.errorf("ValueError", "the shape invariant %s does not fit the shape %s of the loop variable", shapeText(s), shapeText(leaves[at].Shape()))
				}
				shapes[at] = s
			}
			at++
		}
	}
	return shapes, nil
}

// while adds a loop.
func (t *thread) while(l *loop) ([]Value, error) {
	structure, err := mapStructure(&List{Items: l.vars}, func(v Value) (Value, error) {
		switch v := v.(type) {
		case *Composite, nil:
			return v, nil
		case *model.List, *model.Dict:
			return t.unwrapModel(v), nil
		}
		return t.convert(v, tensor.Invalid, tensor.Invalid, "")
	})
	if err != nil {
		return nil, err
	}
	l.vars = structure.(*List).Items
	var leaves []*graph.Tensor
	for _, v := range expand(flatten(structure)) {
		x, ok := v.(*graph.Tensor)
		if !ok {
			return nil, t.errorf("TypeError", "a loop variable cannot be %s", t.repr(v))
		}
		if x, err = t.capture(x, ""); err != nil {
			return nil, err
		}
		leaves = append(leaves, x)
	}
	shapes, err := t.leafShapes(l, leaves)
	if err != nil {
		return nil, err
	}
	scope, pop := t.graph.PushScope(nameOr(l.name, "while"))
	defer pop()
	counterType := tensor.Int32
	var maximum *graph.Tensor
	if l.maximum == nil {
		maximum, err = t.constant(tensor.FromInts(tensor.Int32, []int64{}, []int64{-1}), "maximum_iterations")
	} else {
		if maximum, err = t.convert(l.maximum, tensor.Invalid, tensor.Int32, "maximum_iterations"); err == nil {
			counterType = maximum.DType.Base()
		}
	}
	if err != nil {
		return nil, err
	}
	counter, err := t.constant(tensor.FromInts(counterType, []int64{}, []int64{0}), "loop_counter")
	if err != nil {
		return nil, err
	}
	all := append([]*graph.Tensor{counter, maximum}, leaves...)
	allShapes := append([]tensor.Shape{tensor.ShapeOf(), maximum.Shape()}, shapes...)

	condName, bodyName := functionName(scope, "cond"), functionName(scope, "body")
	_, condGraph, err := t.loopGraph(condName, all, allShapes, func(in []*graph.Tensor) (Value, error) {
		vars, err := t.replaceTensors(structure, in[2:])
		if err != nil {
			return nil, err
		}
		pred, err := l.cond(vars.(*List).Items)
		if err != nil {
			return nil, err
		}
		x, err := t.convert(pred, tensor.Invalid, tensor.Invalid, "")
		if err != nil {
			return nil, err
		}
		if x, err = t.scalarPredicate(x); err != nil {
			return nil, err
		}
		if x.DType.Base() != tensor.Bool {
			return nil, t.errorf("TypeError", "the condition of a loop must be a bool tensor, not %s", x.DType)
		}
		if l.maximum == nil {
			return x, nil
		}
		less, err := t.callOperator("lt", in[0], in[1])
		if err != nil {
			return nil, err
		}
		return t.libCall("math.logical_and", less, x)
	})
	if err != nil {
		return nil, err
	}
	var outputs Value
	_, bodyGraph, err := t.loopGraph(bodyName, all, allShapes, func(in []*graph.Tensor) (Value, error) {
		for _, c := range condGraph.Captures {
			if _, err := t.capture(c.Outer, ""); err != nil {
				return nil, err
			}
		}
		vars, err := t.replaceTensors(structure, in[2:])
		if err != nil {
			return nil, err
		}
		out, err := l.body(vars.(*List).Items)
		if err != nil {
			return nil, err
		}
		outputs = t.unwrapModel(&List{Items: out})
		if d := sameStructure(structure, outputs); d != "" {
			return nil, t.errorf("ValueError", "the loop variables have another structure after one iteration: %s", d)
		}
		// Python values keep the dtype that the variable has.
		was := flatten(structure)
		k := -1
		outputs, err = mapStructure(outputs, func(v Value) (Value, error) {
			k++
			if w, ok := was[k].(*graph.Tensor); ok && !isComposite(v) {
				x, err := t.convert(v, tensor.Invalid, w.DType, "")
				return x, err
			}
			return v, nil
		})
		if err != nil {
			return nil, err
		}
		next, err := t.callOperator("add", in[0], int64(1))
		if err != nil {
			return nil, err
		}
		return &List{Items: append([]Value{next, in[1]}, outputs.(*List).Items...)}, nil
	})
	if err != nil {
		return nil, err
	}
	if len(bodyGraph.Outputs) != len(all) {
		return nil, t.errorf("ValueError", "the loop body returns %d tensors for %d loop variables", len(bodyGraph.Outputs)-2, len(leaves))
	}
	for i, o := range bodyGraph.Outputs[2:] {
		if o.DType.Base() != leaves[i].DType.Base() {
			return nil, t.errorf("TypeError", "a loop variable has dtype %s before the loop, but dtype %s after one iteration", leaves[i].DType, o.DType)
		}
		if !shapes[i].Subsumes(o.Shape()) {
			return nil, hint(t.errorf("ValueError", "a loop variable enters the loop with shape %s, but has shape %s after one iteration", shapeText(shapes[i]), shapeText(o.Shape())),
				"give shape_invariants, which allow it to vary")
		}
	}
	parallel := l.parallel
	if parallel == 0 {
		parallel = 10
	}
	n, err := t.graph.Loop(scope, all, condGraph, bodyGraph, condName, bodyName, allShapes, parallel)
	if err != nil {
		return nil, t.wrap("TypeError", err)
	}
	result, err := t.replaceTensors(outputs, n.Outputs[2:2+len(leaves)])
	if err != nil {
		return nil, err
	}
	return result.(*List).Items, nil
}

// loopGraph runs f on placeholders for the loop variables.
func (t *thread) loopGraph(name string, vars []*graph.Tensor, shapes []tensor.Shape, f func(in []*graph.Tensor) (Value, error)) (*ConcreteFunction, *graph.Graph, error) {
	g := graph.NewBranch(name, t.graph)
	in := make([]*graph.Tensor, len(vars))
	for i, x := range vars {
		// Counter and limit have names, the loop's own variables have none.
		label, user := "Placeholder", ""
		if i < 2 {
			label, user = x.Node.Name, x.Node.Name
		}
		in[i] = g.AddInput(label, user, x.DType.Base(), shapes[i], x.Handle)
	}
	saved := t.graph
	t.graph = g
	defer func() { t.graph = saved }()
	first := len(g.Nodes)
	out, err := f(in)
	if err != nil {
		return nil, nil, err
	}
	c := &ConcreteFunction{Name: name}
	return c, g, t.finishOutputs(c, g, out, first)
}

func tfWhileLoop(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.while_loop", args, "cond", "body", "loop_vars", "shape_invariants?", "parallel_iterations?",
		"back_prop?", "swap_memory?", "maximum_iterations?", "name?")
	if err != nil {
		return nil, err
	}
	given := t.unwrapModel(p[2])
	items, ok := sequence(given)
	if !ok {
		return nil, t.errorf("TypeError", "loop_vars must be a list or tuple, not %s", typeName(p[2]))
	}
	if len(items) == 0 {
		return nil, t.errorf("ValueError", "loop_vars must not be empty")
	}
	l := &loop{vars: append([]Value(nil), items...), maximum: p[7]}
	l.name, _ = p[8].(string)
	if n, ok := p[4].(int64); ok {
		l.parallel = n
	}
	if p[3] != nil {
		if l.invariants, ok = sequence(p[3]); !ok || len(l.invariants) != len(items) {
			return nil, t.errorf("ValueError", "shape_invariants must be a list with one entry a loop variable")
		}
	}
	l.cond = func(vars []Value) (Value, error) { return t.call(p[0], &callArgs{pos: vars}) }
	l.body = func(vars []Value) ([]Value, error) {
		out, err := t.call(p[1], &callArgs{pos: vars})
		if err != nil {
			return nil, err
		}
		if list, ok := sequence(out); ok && (len(items) > 1 || len(list) == 1) {
			return list, nil
		}
		if d, ok := t.unwrapModel(out).(*Dict); ok {
			return nil, t.errorf("ValueError", "the loop variables are a list of %d, and the body returns a dict of %d", len(items), d.Len())
		}
		return []Value{out}, nil
	}
	out, err := t.while(l)
	if err != nil {
		return nil, err
	}
	if p[5] == false {
		if out, err = t.stopGradients(out); err != nil {
			return nil, err
		}
	}
	if tuple, ok := given.(*Tuple); ok {
		return &Tuple{Items: out, Type: tuple.Type}, nil
	}
	return &List{Items: out}, nil
}

// stopGradients lets no gradient through the results of a loop.
func (t *thread) stopGradients(values []Value) ([]Value, error) {
	stop := func(x *graph.Tensor) (*graph.Tensor, error) {
		return t.rawTensor("StopGradient", nil, kwArg{"input", x})
	}
	out, err := mapStructure(&List{Items: values}, func(v Value) (Value, error) {
		switch x := v.(type) {
		case *graph.Tensor:
			return stop(x)
		case *Composite:
			return t.mapComposite(x, stop)
		}
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	return out.(*List).Items, nil
}
