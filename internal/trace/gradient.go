package trace

import (
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file holds tf.custom_gradient (ops/custom_gradient.py,
// _graph_mode_decorator, TF 2.21): results and arguments go through an
// IdentityN, whose attribute names the gradient that a program finds in the
// SavedModel.

// GradientType is the attribute of a node that names its gradient.
const GradientType = "_gradient_op_type"

// Gradient is the function that computes the gradient of a node; nil for
// nodes whose gradient is that of their op.
func (tr *Tracer) Gradient(n *graph.Node) *ConcreteFunction {
	if g := tr.gradients[n]; g != nil {
		return g.traced
	}
	return nil
}

// watcher notes the variables that are read.
type watcher struct{ variables []*model.Variable }

// readOps are the ops that read a variable.
var readOps = map[string]bool{"ReadVariableOp": true, "ResourceGather": true, "ResourceGatherNd": true}

// watchVariable tells those who watch that a variable is read; others than
// trainable variables are of no interest for gradients.
func (t *thread) watchVariable(v any) {
	x, ok := v.(*model.Variable)
	if !ok || !x.Trainable {
		return
	}
	for _, w := range t.watchers {
		if !slices.Contains(w.variables, x) {
			w.variables = append(w.variables, x)
		}
	}
}

func tfCustomGradient(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.custom_gradient", args, "f?")
	if err != nil {
		return nil, err
	}
	if p[0] == nil {
		return &Builtin{Name: "custom_gradient", Call: tfCustomGradient}, nil
	}
	return &Builtin{Name: "custom_gradient", Call: func(t *thread, args *callArgs) (Value, error) {
		if len(args.kw) > 0 {
			return nil, t.errorf("ValueError", "a function with a custom gradient takes no keyword arguments in a graph")
		}
		return t.withGradient(p[0], args.pos)
	}}, nil
}

// withGradient calls a function that returns its result and the function that
// computes the gradient.
func (t *thread) withGradient(f Value, args []Value) (Value, error) {
	tensors, err := mapStructure(&Tuple{Items: args}, func(v Value) (Value, error) {
		switch x := t.unwrapModel(v).(type) {
		case *graph.Tensor:
			return x, nil
		case *Composite:
			return nil, t.errorf("NotImplementedError", "a custom gradient of a %s is not supported", x.typ)
		default:
			return t.convert(x, tensor.Invalid, tensor.Invalid, "")
		}
	})
	if err != nil {
		return nil, err
	}
	w := &watcher{}
	t.watchers = append(t.watchers, w)
	out, err := t.call(f, &callArgs{pos: tensors.(*Tuple).Items})
	t.watchers = t.watchers[:len(t.watchers)-1]
	if err != nil {
		return nil, err
	}
	pair, ok := sequence(out)
	if !ok || len(pair) != 2 {
		return nil, hint(t.errorf("TypeError", "a function with a custom gradient returns its result and the gradient function, not %s", t.short(out)),
			"write: return y, grad")
	}
	g := &gradient{t: t, f: pair[1], results: flatten(pair[0]), args: flatten(tensors), variables: w.variables}
	slices.SortFunc(g.variables, func(a, b *model.Variable) int { return strings.Compare(a.Name, b.Name) })
	if err := g.checkVariables(); err != nil {
		return nil, err
	}
	for _, x := range g.results { // nothing uses them; TensorFlow looks for variables behind them
		if _, ok := x.(*graph.Tensor); !ok {
			return nil, t.errorf("TypeError", "a function with a custom gradient returns tensors, not %s", t.short(x))
		}
		if _, err := t.identity(x.(*graph.Tensor)); err != nil {
			return nil, err
		}
	}
	outputs, err := g.identity()
	if err != nil {
		return nil, err
	}
	return t.repack(pair[0], outputs)
}

// gradient is one call of a function with a custom gradient.
type gradient struct {
	t         *thread
	f         Value
	results   []Value
	args      []Value
	variables []*model.Variable
	traced    *ConcreteFunction // what is saved of it
}

// checkVariables refuses a gradient function that cannot be given the
// variables that the function reads.
func (g *gradient) checkVariables() error {
	if len(g.variables) == 0 {
		return nil
	}
	c, ok := g.f.(*Closure)
	takes := ok && c.args.Kwarg != nil
	if ok {
		for _, a := range slices.Concat(c.args.Args, c.args.KwOnlyArgs) {
			takes = takes || a.Arg == "variables"
		}
	}
	if takes {
		return nil
	}
	var names []string
	for _, v := range g.variables {
		names = append(names, v.Path())
	}
	return hint(g.t.errorf("TypeError", "the gradient function must take the keyword argument 'variables', as the function reads %s", strings.Join(names, ", ")),
		"write def grad(dy, variables=None), and return a pair: gradients of the arguments, gradients of the variables")
}

// identity adds the node that has the gradient, and gives what it makes of the
// results.
func (g *gradient) identity() ([]Value, error) {
	t := g.t
	def, _ := op.Lookup("IdentityN")
	all := slices.Concat(g.results, g.args)
	for _, v := range g.variables {
		all = append(all, v)
	}
	n, err := t.addOp(def, []kwArg{{"input", &List{Items: all}}})
	if err != nil {
		return nil, err
	}
	n.Attrs[GradientType] = "CustomGradient-" + itoa(t.tr.gradientTypes)
	t.tr.gradientTypes++
	t.tr.gradients[n] = g
	if !t.inGradient { // TensorFlow saves no gradients of gradients
		if g.traced, err = g.trace(n); err != nil {
			return nil, err
		}
	}
	for _, v := range g.variables { // unused, as in TensorFlow
		if _, err := t.readVariable(v); err != nil {
			return nil, err
		}
	}
	out := make([]Value, len(g.results))
	for i := range out {
		out[i] = n.Outputs[i]
	}
	return out, nil
}

// trace makes a function of the gradient function, as saving does
// (saved_model/save.py, _trace_gradient_functions, TF 2.21): it takes a
// gradient for each output of the node, and gives one for each input.
func (g *gradient) trace(n *graph.Node) (*ConcreteFunction, error) {
	t := g.t
	inner := graph.NewFunc("internal_grad_fn", t.graph)
	c := &ConcreteFunction{Name: "internal_grad_fn", Kwargs: NewDict()}
	savedGraph, savedWatchers := t.graph, t.watchers
	t.graph, t.watchers, t.inGradient = inner, nil, true
	defer func() { t.graph, t.watchers, t.inGradient = savedGraph, savedWatchers, false }()
	in := &inputs{t: t, g: inner, c: c, seen: map[string]int{}}
	specs := &Tuple{Items: []Value{nil}}
	var grads []Value
	for i, x := range n.Inputs {
		s, v, err := in.argument("result_grads_"+itoa(i), &TensorSpec{Shape: x.Shape(), DType: x.DType.Base()})
		if err != nil {
			return nil, err
		}
		specs.Items = append(specs.Items, s)
		grads = append(grads, v)
	}
	c.Args = specs
	first := len(inner.Nodes)
	all, err := g.backward(grads)
	if err != nil {
		return nil, err
	}
	if err := t.finishOutputs(c, inner, &List{Items: all}, first); err != nil {
		return nil, err
	}
	c.Func = inner.Library().Finish(inner, "__inference_internal_grad_fn")
	return c, nil
}

// backward calls the gradient function on the gradients of the node's outputs,
// and gives those of its inputs: the results have none.
func (g *gradient) backward(grads []Value) ([]Value, error) {
	t := g.t
	call := &callArgs{pos: grads[:len(g.results)]}
	if len(g.variables) > 0 {
		variables := &List{}
		for _, v := range g.variables {
			variables.Items = append(variables.Items, v)
		}
		call.kw = []kwArg{{"variables", variables}}
	}
	out, err := t.call(g.f, call)
	if err != nil {
		return nil, err
	}
	byArgs, byVariables := out, []Value(nil)
	if len(g.variables) > 0 {
		pair, ok := sequence(out)
		if ok && len(pair) == 2 {
			byArgs = pair[0]
			byVariables, ok = sequence(pair[1])
		}
		if !ok || len(byVariables) != len(g.variables) {
			return nil, t.errorf("ValueError", "the gradient function must return a pair: the gradients of the arguments, and a list of a gradient for each of %d variables", len(g.variables))
		}
	}
	// Their number is TensorFlow's concern when the gradient is taken, not before.
	return slices.Concat(make([]Value, len(g.results)), flatten(byArgs), byVariables), nil
}
