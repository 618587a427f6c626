package savedmodel

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// traces lists the traces of a function that are saved: those whose inputs can
// be written down (_list_all_concrete_functions_for_serialization,
// polymorphic_function.py, TF 2.21). Others can still be called by functions
// of the model.
func (b *builder) traces(f *model.Function) []*trace.ConcreteFunction {
	var out []*trace.ConcreteFunction
	for _, c := range b.tracer.ConcreteFunctions(f) {
		if _, err := b.inputSignature(c); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// inputSignature is the pair of positional and keyword inputs of a trace.
func (b *builder) inputSignature(c *trace.ConcreteFunction) (*tfpb.StructuredValue, error) {
	e := encoder{b.tracer}
	args, err := e.encode(c.Args)
	if err != nil {
		return nil, err
	}
	kwargs, err := e.encode(c.Kwargs)
	return tuple(args, kwargs), err
}

// concreteFunction describes a trace: the structures that it takes and
// returns, and the objects behind its captures.
func (b *builder) concreteFunction(c *trace.ConcreteFunction) (*tfpb.SavedConcreteFunction, error) {
	p := &tfpb.SavedConcreteFunction{}
	var err error
	if p.CanonicalizedInputSignature, err = b.inputSignature(c); err != nil {
		return nil, fmt.Errorf("function %s: %w", c.Name, err)
	}
	if p.OutputSignature, err = (encoder{b.tracer}).encode(c.Outputs); err != nil {
		return nil, fmt.Errorf("function %s: %w", c.Name, err)
	}
	for _, capture := range c.Func.Graph.Captures {
		o, ok := b.objects.captured(capture.Outer)
		if !ok {
			return nil, fmt.Errorf("function %s uses %s, which is no attribute of the model", c.Name, capture.Outer.Name())
		}
		p.BoundInputs = append(p.BoundInputs, int32(o.id))
	}
	return p, nil
}

// bareFunction describes how a trace can be called without its function.
func (b *builder) bareFunction(c *trace.ConcreteFunction) (*tfpb.SavedBareConcreteFunction, error) {
	p := &tfpb.SavedBareConcreteFunction{
		ConcreteFunctionName:       c.Func.Name,
		ArgumentKeywords:           c.Keywords,
		AllowedPositionalArguments: int64(len(c.Keywords)),
	}
	var args trace.ArgSpec
	switch {
	case c.Function != nil:
		spec, err := b.tracer.ArgSpec(c.Function)
		if err != nil {
			return nil, err
		}
		args = boundArgs(spec, c)
	case c.Kwargs.Len() > 0: // a signature
		args.KwOnlyArgs = c.Kwargs.SortedKeys()
		p.AllowedPositionalArguments = int64(c.Positional)
	}
	// Without parameters there is nothing that an input_signature leaves open.
	signature := none()
	if len(args.Args)+len(args.KwOnlyArgs) == 0 {
		signature = tuple()
	}
	spec, err := b.argSpec(&args)
	p.FunctionSpec = &tfpb.FunctionSpec{Fullargspec: spec, InputSignature: signature}
	return p, err
}

// boundArgs is the parameter list of one trace: *args and **kwargs are
// replaced by what was passed through them, and no defaults are left.
func boundArgs(s *trace.ArgSpec, c *trace.ConcreteFunction) trace.ArgSpec {
	args := trace.ArgSpec{Args: s.Args, KwOnlyArgs: s.KwOnlyArgs}
	for i := len(s.Args); i < len(c.Args.Items); i++ {
		args.Args = append(args.Args[:i:i], fmt.Sprintf("%s_%d", s.VarArgs, i-len(s.Args)))
	}
	known := map[string]bool{}
	for _, name := range s.KwOnlyArgs {
		known[name] = true
	}
	for _, k := range c.Kwargs.Keys() {
		if name, ok := k.(string); ok && !known[name] {
			args.KwOnlyArgs = append(args.KwOnlyArgs[:len(args.KwOnlyArgs):len(args.KwOnlyArgs)], name)
		}
	}
	return args
}

// function describes a tf.function and names its traces.
func (b *builder) function(o *object, f *model.Function) (*tfpb.SavedFunction, error) {
	args, err := b.tracer.ArgSpec(f)
	if err != nil {
		return nil, err
	}
	p := &tfpb.SavedFunction{FunctionSpec: &tfpb.FunctionSpec{InputSignature: none()}}
	if p.FunctionSpec.Fullargspec, err = b.argSpec(args); err != nil {
		return nil, fmt.Errorf("function %s: %w", f.Path(), err)
	}
	if s := b.tracer.Signature(f); s != nil {
		if p.FunctionSpec.InputSignature, err = (encoder{b.tracer}).encode(s); err != nil {
			return nil, err
		}
	}
	if jit := f.Spec.JITCompile; jit != nil {
		p.FunctionSpec.JitCompile = tfpb.FunctionSpec_OFF
		if *jit {
			p.FunctionSpec.JitCompile = tfpb.FunctionSpec_ON
		}
	}
	p.ConcreteFunctions = traceNames(o)
	return p, nil
}

// traceNames are the names of the graph functions of an object's traces.
func traceNames(o *object) []string {
	var names []string
	for _, e := range o.children {
		names = append(names, e.to.value.(*trace.ConcreteFunction).Func.Name)
	}
	return names
}

// argSpec writes an inspect.FullArgSpec. Annotations are left out, as
// TensorFlow does.
func (b *builder) argSpec(a *trace.ArgSpec) (*tfpb.StructuredValue, error) {
	e := encoder{b.tracer}
	defaults, kwDefaults := none(), none()
	var err error
	if len(a.Defaults) > 0 {
		if defaults, err = e.encode(&trace.Tuple{Items: a.Defaults}); err != nil {
			return nil, fmt.Errorf("default value: %w", err)
		}
	}
	if a.KwOnlyDefaults != nil && a.KwOnlyDefaults.Len() > 0 {
		if kwDefaults, err = e.encode(a.KwOnlyDefaults); err != nil {
			return nil, fmt.Errorf("default value: %w", err)
		}
	}
	return namedTuple("FullArgSpec",
		[]string{"args", "varargs", "varkw", "defaults", "kwonlyargs", "kwonlydefaults", "annotations"},
		[]*tfpb.StructuredValue{texts(a.Args), textOr(a.VarArgs), textOr(a.VarKw), defaults, texts(a.KwOnlyArgs), kwDefaults, dict(nil)}), nil
}
