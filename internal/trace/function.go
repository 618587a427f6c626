package trace

import (
	"errors"
	"maps"
	"sort"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// ConcreteFunction is one trace of a function: a graph function with the
// Python structure of what goes in and comes out.
type ConcreteFunction struct {
	Func *graph.Function
	// Function is the function of the model that was traced; nil for others.
	Function *model.Function
	Name     string
	// Args and Kwargs are the inputs in the order of the arguments. Their
	// leaves are *TensorSpec (with the names that inputs have), composites
	// that are specs, or Python values.
	Args   *Tuple
	Kwargs *Dict
	// Outputs is what the function returns: a structure of tensors of
	// Func.Graph, composites and None.
	Outputs Value
	// Keywords are the names by which the tensor inputs can be given.
	Keywords []string
	// Positional is how many of them can be given by position.
	Positional int
}

// function is a tf.function: a closure and its traces.
type function struct {
	model     *model.Function // nil for one defined in a body
	name      string
	closure   *Closure
	signature *Tuple // of TensorSpecs, where there is an input_signature
	traces    []*ConcreteFunction
	busy      []*Tuple // inputs of the traces under way
	outer     *graph.Graph
	attrs     map[string]any // of its FunctionDefs
}

// inlineFunction is a tf.function that a body defines.
type inlineFunction struct{ f *function }

// function prepares a function of the model for tracing: parses its body.
func (t *thread) function(m *model.Function) (*function, error) {
	if f, ok := t.tr.functions[m]; ok {
		return f, nil
	}
	f := &function{model: m, name: m.Name, outer: t.tr.eager}
	c, err := t.bodyClosure(m)
	if err != nil {
		return nil, err
	}
	f.closure = c
	if m.Spec.JITCompile != nil {
		f.attrs = jitAttrs(*m.Spec.JITCompile)
	}
	if m.Spec.HasInputSignature {
		f.signature = &Tuple{}
		own := parameterNames(c.args, 0)
		for i, in := range m.Spec.InputSignature {
			v, err := t.inputValue(in)
			if err != nil {
				return nil, err
			}
			// A name that is the argument's own is none that a tf.TensorSpec was
			// given.
			if s, ok := v.(*TensorSpec); ok && i < len(own) && s.Name == own[i] {
				s.Name = ""
			}
			f.signature.Items = append(f.signature.Items, v)
		}
	} else if a := c.args; len(a.PosOnlyArgs)+len(a.Args)+len(a.KwOnlyArgs) == 0 && a.Vararg == nil && a.Kwarg == nil {
		f.signature = &Tuple{} // as tf.function does for a function without arguments
	}
	t.tr.functions[m] = f
	return f, nil
}

// jitAttrs are the attributes of a function that was given jit_compile.
func jitAttrs(jit bool) map[string]any {
	attrs := map[string]any{graph.MustCompile: jit}
	if jit {
		attrs[graph.NoInline] = true
	}
	return attrs
}

// maxFile bounds a Python file.
const maxFile = 16 << 20

// ErrIncomplete tells that a function met an object whose description has
// mistakes, and that it has mistakes itself or because of that.
var ErrIncomplete = errors.New("the function uses an object with mistakes")

// Trace gives the concrete function for the inputs, as get_concrete_function
// does; nil inputs are those of the function's own input_signature. It is
// traced unless it has been before. The error is ErrIncomplete where a Broken
// object may be its cause.
func (tr *Tracer) Trace(m *model.Function, in *spec.Inputs) (*ConcreteFunction, error) {
	before := tr.gaps
	c, err := tr.trace(m, in)
	if err != nil && tr.gaps > before {
		return nil, ErrIncomplete
	}
	return c, err
}

func (tr *Tracer) trace(m *model.Function, in *spec.Inputs) (*ConcreteFunction, error) {
	pos := m.Spec.Pos
	if in != nil {
		pos = in.Pos
	}
	t := tr.outside(pos)
	t.frames[0].quiet = in == nil
	if tr.Stacks {
		library := tr.eager.Library()
		library.Stack = t.stack
		defer func() { library.Stack = nil }()
	}
	f, err := t.function(m)
	if err != nil {
		return nil, err
	}
	args := &callArgs{}
	if in == nil {
		if f.signature == nil {
			if len(f.closure.args.Args) == len(f.closure.defaults) && len(f.closure.args.KwOnlyArgs) == 0 {
				return t.concrete(f, args)
			}
			return nil, t.errorf("", "function %q has no input_signature: inputs are needed to trace it", m.Path())
		}
		args.pos = f.signature.Items
	} else {
		for _, x := range in.Positional {
			v, err := t.inputValue(x)
			if err != nil {
				return nil, err
			}
			args.pos = append(args.pos, v)
		}
		for _, x := range in.Named {
			v, err := t.inputValue(x.Input)
			if err != nil {
				return nil, err
			}
			args.kw = append(args.kw, kwArg{x.Name, v})
		}
	}
	return t.concrete(f, args)
}

// Functions lists the functions of the model that have been traced, in the
// order of their first trace.
func (tr *Tracer) Functions() []*model.Function {
	out := make([]*model.Function, len(tr.order))
	for i, f := range tr.order {
		out[i] = f.model
	}
	return out
}

// ConcreteFunctions lists the traces of a function so far.
func (tr *Tracer) ConcreteFunctions(m *model.Function) []*ConcreteFunction {
	if f, ok := tr.functions[m]; ok {
		return f.traces
	}
	return nil
}

// Signature is the function's input_signature, nil without one.
func (tr *Tracer) Signature(m *model.Function) *Tuple {
	if f, ok := tr.functions[m]; ok {
		return f.signature
	}
	return nil
}

// canonical binds the arguments of a call to the function's parameters. The
// first result has one entry a positional parameter, *args appended; the
// second the keyword-only ones and **kwargs.
func (t *thread) canonical(f *function, args *callArgs) (*Tuple, *Dict, error) {
	s := &scope{vars: map[string]Value{}}
	if err := t.bind(f.closure, args, s); err != nil {
		return nil, nil, err
	}
	a := f.closure.args
	pos, kw := &Tuple{}, NewDict()
	for _, list := range [][]*python.Arg{a.PosOnlyArgs, a.Args} {
		for _, p := range list {
			pos.Items = append(pos.Items, s.vars[p.Arg])
		}
	}
	if a.Vararg != nil {
		pos.Items = append(pos.Items, s.vars[a.Vararg.Arg].(*Tuple).Items...)
	}
	for _, p := range a.KwOnlyArgs {
		kw.Set(p.Arg, s.vars[p.Arg])
	}
	if a.Kwarg != nil {
		s.vars[a.Kwarg.Arg].(*Dict).Each(func(k, v Value) bool { kw.Set(k, v); return true })
	}
	return pos, kw, nil
}

// concrete finds or makes the trace for the arguments of a call, which may be
// tensors, specs or Python values.
func (t *thread) concrete(f *function, args *callArgs) (*ConcreteFunction, error) {
	pos, kw, err := t.canonical(f, args)
	if err != nil {
		return nil, err
	}
	return t.concreteFor(f, pos, kw)
}

func (t *thread) concreteFor(f *function, pos *Tuple, kw *Dict) (*ConcreteFunction, error) {
	key, err := t.specs(f, pos, kw)
	if err != nil {
		return nil, err
	}
	if c := t.findTrace(f, key); c != nil {
		return c, nil
	}
	for _, b := range f.busy {
		if t.subsumes(b, key) {
			return nil, hint(t.errorf("RecursionError", "function %q calls itself: a graph function cannot be recursive", f.name), "use tf.while_loop")
		}
	}
	f.busy = append(f.busy, key)
	defer func() { f.busy = f.busy[:len(f.busy)-1] }()
	return t.traceFunction(f, key.Items[0].(*Tuple), key.Items[1].(*Dict))
}

// specs replaces the tensors among arguments by their specs. With an
// input_signature the specs are those of the signature.
func (t *thread) specs(f *function, pos *Tuple, kw *Dict) (*Tuple, error) {
	if f.signature != nil {
		out := &Tuple{}
		for i, v := range pos.Items {
			if i >= len(f.signature.Items) { // arguments with defaults
				out.Items = append(out.Items, v)
				continue
			}
			s := f.signature.Items[i]
			if d := sameStructure(s, t.unwrapModel(v)); d != "" {
				return nil, t.errorf("TypeError", "%s(): argument %d has another structure than its input_signature: %s", f.name, i+1, d)
			}
			out.Items = append(out.Items, s)
		}
		return &Tuple{Items: []Value{out, kw}}, nil
	}
	return t.specsOf(&Tuple{Items: []Value{pos, kw}})
}

func (t *thread) specsOf(v Value) (*Tuple, error) {
	out, err := mapStructure(v, func(x Value) (Value, error) {
		switch x := x.(type) {
		case *graph.Tensor:
			return &TensorSpec{Shape: x.Shape(), DType: x.DType}, nil
		case *Composite:
			return t.specOf(x)
		case *model.List, *model.Dict:
			return t.specsOf(&Tuple{Items: []Value{t.unwrapModel(x)}})
		}
		return x, nil
	})
	if err != nil {
		return nil, err
	}
	return out.(*Tuple), nil
}

// findTrace looks for a trace that takes the inputs: the same ones, else a
// more general one (tf.function's cache, TF 2.21).
func (t *thread) findTrace(f *function, key *Tuple) *ConcreteFunction {
	var general *ConcreteFunction
	for _, c := range f.traces {
		have := &Tuple{Items: []Value{c.Args, c.Kwargs}}
		if !t.subsumes(have, key) {
			continue
		}
		if t.subsumes(key, have) {
			return c
		}
		if general == nil {
			general = c
		}
	}
	return general
}

// subsumes reports whether inputs of shape b can be given where a is traced.
func (t *thread) subsumes(a, b Value) bool {
	if sameStructure(a, b) != "" {
		return false
	}
	x, y := flatten(a), flatten(b)
	for i := range x {
		switch p := x[i].(type) {
		case *TensorSpec:
			q, ok := y[i].(*TensorSpec)
			if !ok || p.DType != q.DType || !p.Shape.Subsumes(q.Shape) || q.Name != "" && p.Name != q.Name {
				return false
			}
		case *Composite:
			q, ok := y[i].(*Composite)
			if !ok || !t.sameSpec(p, q) {
				return false
			}
		default:
			if tensorLike(x[i]) || tensorLike(y[i]) {
				if x[i] != y[i] {
					return false
				}
				continue
			}
			if typeName(x[i]) != typeName(y[i]) {
				return false
			}
			if same, err := t.equal(x[i], y[i]); err != nil || !same {
				return false
			}
		}
	}
	return true
}

// traceFunction runs the body on placeholders.
func (t *thread) traceFunction(f *function, pos *Tuple, kw *Dict) (*ConcreteFunction, error) {
	g := graph.NewFunc(f.name, f.outer)
	c := &ConcreteFunction{Function: f.model, Name: f.name}
	saved := t.graph
	t.graph = g // composites are put together by library code
	defer func() { t.graph = saved }()
	in := &inputs{t: t, g: g, c: c, seen: map[string]int{}, signed: f.signature != nil}
	names := parameterNames(f.closure.args, len(pos.Items))
	specs, values := &Tuple{}, &callArgs{}
	for i, v := range pos.Items {
		s, x, err := in.argument(names[i], v)
		if err != nil {
			return nil, err
		}
		specs.Items = append(specs.Items, s)
		values.pos = append(values.pos, x)
	}
	c.Positional = len(c.Keywords)
	kwSpecs := NewDict()
	for _, k := range kw.sortedKeys() {
		v, _ := kw.Get(k)
		s, x, err := in.argument(k.(string), v)
		if err != nil {
			return nil, err
		}
		kwSpecs.Set(k, s)
		values.kw = append(values.kw, kwArg{k.(string), x})
	}
	c.Args, c.Kwargs = specs, kwSpecs

	first := len(g.Nodes)
	out, err := t.callClosure(f.closure, values)
	if err != nil {
		return nil, err
	}
	t.frames = append(t.frames, t.left) // a mistake in the result is one of the return statement
	err = t.wrap("ValueError", t.finishOutputs(c, g, out, first))
	t.frames = t.frames[:len(t.frames)-1]
	if err != nil {
		return nil, err
	}
	c.Func = g.Library().Finish(g, "__inference_"+nodeChars(f.name))
	maps.Copy(c.Func.Attrs, f.attrs)
	if f.model != nil && len(f.traces) == 0 {
		t.tr.order = append(t.tr.order, f)
	}
	f.traces = append(f.traces, c)
	return c, nil
}

// finishOutputs makes what a body returned the outputs of its graph: each
// tensor goes through an Identity that waits for what must run.
func (t *thread) finishOutputs(c *ConcreteFunction, g *graph.Graph, out Value, first int) error {
	_, pop := g.PushScope("")
	defer pop()
	clear := g.ClearControl()
	defer clear()
	var returned []*graph.Tensor
	// First everything becomes a tensor, then each of them is returned.
	outputs, err := mapStructure(t.unwrapModel(out), func(v Value) (Value, error) {
		switch v := v.(type) {
		case nil:
			return nil, nil
		case *graph.Node:
			return nil, hint(t.errorf("TypeError", "to be a graph function, %q must return zero or more tensors; it returned the operation %s", c.Name, v.Name),
				"call it without return: what has an effect runs, whether it is returned or not")
		case *Composite:
			return v, nil
		}
		x, err := t.convert(v, tensor.Invalid, tensor.Invalid, "")
		if err != nil {
			return nil, t.errorf("TypeError", "to be a graph function, %q must return zero or more tensors; it returned %s, which cannot be one", c.Name, t.short(v))
		}
		return x, nil
	})
	if err != nil {
		return err
	}
	result := func(x *graph.Tensor) (*graph.Tensor, error) {
		r, err := t.identity(x)
		returned = append(returned, r)
		return r, err
	}
	outputs, err = mapStructure(outputs, func(v Value) (Value, error) {
		switch v := v.(type) {
		case *graph.Tensor:
			return result(v)
		case *Composite:
			return t.mapComposite(v, result)
		}
		return v, nil
	})
	if err != nil {
		return err
	}
	if err := g.AutoControlDependencies(first, returned); err != nil {
		return t.wrap("ValueError", err)
	}
	c.Outputs = outputs
	g.Outputs = returned
	return nil
}

func (t *thread) identity(x *graph.Tensor) (*graph.Tensor, error) {
	x, err := t.capture(x, "")
	if err != nil {
		return nil, err
	}
	return t.opTensor("Identity", "", map[string]any{"T": x.DType.Base()}, x)
}

// callModelFunction calls a function of the model from a body.
func (t *thread) callModelFunction(m *model.Function, args *callArgs) (Value, error) {
	f, err := t.function(m)
	if err != nil {
		return nil, err
	}
	if m.Spec.Plain {
		return t.callClosure(f.closure, args)
	}
	return t.callFunction(f, args)
}

func (t *thread) callInline(i *inlineFunction, args *callArgs) (Value, error) {
	return t.callFunction(i.f, args)
}

// callFunction adds a call of the trace that fits the arguments.
func (t *thread) callFunction(f *function, args *callArgs) (Value, error) {
	pos, kw, err := t.canonical(f, args)
	if err != nil {
		return nil, err
	}
	for i, v := range pos.Items {
		pos.Items[i] = t.unwrapModel(v)
	}
	if t.taping() && f.closure != nil {
		return t.callInPlace(f, pos, kw)
	}
	c, err := t.concreteFor(f, pos, kw)
	if err != nil {
		return nil, err
	}
	given := flatten(&Tuple{Items: []Value{pos, kw}})
	want := flatten(&Tuple{Items: []Value{c.Args, c.Kwargs}})
	return t.callConcrete(c, given, want, f.name)
}

// argument is the tensor that an argument of the function name becomes.
func (t *thread) argument(name string, s *TensorSpec, v Value) (*graph.Tensor, error) {
	x, err := t.convert(v, s.DType, tensor.Invalid, s.Name)
	if err != nil {
		return nil, t.prefix(err, "%s(): argument %q", name, s.Name)
	}
	if !s.Shape.Compatible(x.Shape()) {
		return nil, t.errorf("TypeError", "%s(): argument %q has shape %s, which does not fit %s", name, s.Name, shapeText(x.Shape()), shapeText(s.Shape))
	}
	return x, nil
}

// callConcrete adds the call; given are the leaves of the arguments, want
// those of the trace's inputs.
func (t *thread) callConcrete(c *ConcreteFunction, given, want []Value, name string) (Value, error) {
	var tensors []*graph.Tensor
	for i, w := range want {
		switch s := w.(type) {
		case *TensorSpec:
			x, err := t.argument(name, s, given[i])
			if err != nil {
				return nil, err
			}
			tensors = append(tensors, x)
		case *Composite:
			if x, ok := given[i].(*Composite); ok {
				tensors = append(tensors, x.tensors()...)
			}
		}
	}
	for _, capture := range c.Func.Graph.Captures {
		t.watchVariable(capture.Outer.Node.Object)
	}
	n, err := t.graph.Call(c.Func, tensors)
	if err != nil {
		return nil, t.wrap("ValueError", err)
	}
	at := 0
	take := func() *graph.Tensor { at++; return n.Outputs[at-1] }
	return mapStructure(c.Outputs, func(v Value) (Value, error) {
		switch v := v.(type) {
		case nil:
			return nil, nil
		case *Composite:
			return t.mapComposite(v, func(*graph.Tensor) (*graph.Tensor, error) { return take(), nil })
		}
		return take(), nil
	})
}

// makeFunction is tf.function: of a closure, or with options a decorator.
func makeFunction(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.function", args, "func?", "input_signature?", "autograph?", "jit_compile?", "reduce_retracing?",
		"experimental_implements?", "experimental_autograph_options?", "experimental_attributes?", "experimental_relax_shapes?",
		"experimental_compile?", "experimental_follow_type_hints?")
	if err != nil {
		return nil, err
	}
	var signature *Tuple
	if p[1] != nil {
		items, err := t.items(p[1])
		if err != nil {
			return nil, err
		}
		signature = &Tuple{Items: items}
	}
	attrs := map[string]any{}
	if jit, ok := p[3].(bool); ok {
		attrs = jitAttrs(jit)
	}
	if name, ok := p[5].(string); ok {
		if strings.ContainsAny(name, ":{") {
			return nil, t.errorf("ValueError", "experimental_implements is a name; attributes with it are not supported")
		}
		attrs["_implements"] = name
	}
	wrap := func(t *thread, v Value) (Value, error) {
		if m, ok := v.(*model.Function); ok && m.Spec.Plain {
			method, err := t.function(m)
			if err != nil {
				return nil, err
			}
			v = method.closure
		}
		c, ok := v.(*Closure)
		if !ok {
			return nil, t.errorf("TypeError", "tf.function() takes a function, not %s", typeName(v))
		}
		return &inlineFunction{&function{name: strings.Trim(c.Name, "<>"), closure: c, signature: signature, outer: t.graph, attrs: attrs}}, nil
	}
	if p[0] != nil {
		return wrap(t, p[0])
	}
	return &Builtin{Name: "tf.function", Call: func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params("tf.function", args, "func")
		if err != nil {
			return nil, err
		}
		return wrap(t, p[0])
	}}, nil
}

func functionMethods() map[string]method {
	return map[string]method{
		"get_concrete_function": {call: func(t *thread, self Value, args *callArgs) (Value, error) {
			f, err := t.functionOf(self)
			if err != nil {
				return nil, err
			}
			return t.concrete(f, args)
		}},
		"python_function": property(func(t *thread, self Value) (Value, error) {
			f, err := t.functionOf(self)
			if err != nil {
				return nil, err
			}
			return f.closure, nil
		}),
		"__name__": property(func(t *thread, self Value) (Value, error) {
			f, err := t.functionOf(self)
			if err != nil {
				return nil, err
			}
			return f.name, nil
		}),
	}
}

func (t *thread) functionOf(v Value) (*function, error) {
	if i, ok := v.(*inlineFunction); ok {
		return i.f, nil
	}
	return t.function(v.(*model.Function))
}

func concreteMethods() map[string]method {
	return map[string]method{
		"name": property(func(_ *thread, v Value) (Value, error) { return v.(*ConcreteFunction).Func.Name, nil }),
	}
}

// Leaves lists the tensor specs among the inputs, in the order of the graph's
// arguments.
func (c *ConcreteFunction) Leaves() []*TensorSpec {
	var out []*TensorSpec
	for _, v := range flatten(&Tuple{Items: []Value{c.Args, c.Kwargs}}) {
		if s, ok := v.(*TensorSpec); ok {
			out = append(out, s)
		}
	}
	return out
}

// SortedKeys lists the keys of a dict of strings in ascending order.
func (d *Dict) SortedKeys() []string {
	var keys []string
	d.Each(func(k, _ Value) bool {
		if s, ok := k.(string); ok {
			keys = append(keys, s)
		}
		return true
	})
	sort.Strings(keys)
	return keys
}
