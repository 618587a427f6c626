// Package signature decides which functions of a model serving programs can
// call, and under which names: the rules of tf.saved_model.save for its
// argument signatures (tensorflow/python/saved_model/signature_serialization.py,
// TF 2.21).
//
// A signature takes tensors by name and returns tensors by name. For each one
// a wrapper function is made that does so and calls the function of the model.
package signature

import (
	"cmp"
	"slices"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/trace"
)

// DefaultKey is the key of a signature that is given without one.
const DefaultKey = "serving_default"

// InitOpKey is the key under which a SavedModel has its initialisation.
const InitOpKey = "__saved_model_init_op"

// defaultAttr is the attribute of the root whose function is preferred as the
// signature.
const defaultAttr = "_default_save_signature"

// Signature is one entry of a model's signatures.
type Signature struct {
	Key string
	// Function is what the signature calls.
	Function *trace.ConcreteFunction
	// Wrapper takes each input as a keyword argument and returns a dict of the
	// outputs; Keywords are the inputs' names in the order of its arguments.
	Wrapper *trace.ConcreteFunction
	// Outputs are in the order of the wrapper's outputs: ascending by key.
	Outputs []Output
}

// Output is one named result.
type Output struct {
	Key string
	// Composite is set where the result is a composite tensor: the value that
	// the function returns.
	Composite *trace.Composite
	First     int // of the wrapper's outputs
	Count     int // 1, or the number of a composite's tensors
}

// Build makes the signatures that s asks for, in the order of the description;
// where s is nil, the one that the root offers by itself, if there is one. Every
// function that may be needed is traced.
func Build(m *model.Model, tr *trace.Tracer, s *spec.Signatures) ([]*Signature, spec.ErrorList) {
	b := &builder{model: m, tracer: tr}
	if s == nil {
		b.choose()
	} else {
		for _, e := range s.Entries {
			b.explicit(e)
		}
	}
	if len(b.errs) > 0 {
		b.errs.Sort()
		return nil, b.errs
	}
	return b.signatures, nil
}

type builder struct {
	model      *model.Model
	tracer     *trace.Tracer
	signatures []*Signature
	errs       spec.ErrorList
}

// candidate is a function on the way to being a signature.
type candidate struct {
	key      string
	pos      spec.Pos // of what asks for the signature
	function *model.Function
	concrete *trace.ConcreteFunction
	inputs   []argument
	keywords []string // the names of the inputs in the signature
	results  []result
	// named gives the wrapper the function's name: TensorFlow does so where
	// the signature is a tf.function and not one of its traces.
	named bool
}

// explicit makes a signature that the description asks for.
func (b *builder) explicit(e *spec.Signature) {
	f := b.model.Function(e.Function.Function)
	if f == nil { // which the path does not lead to, as was reported
		return
	}
	b.add(e.Key, e.Pos, f, e.Inputs)
}

// add makes a signature of a function, traced for in or else its own
// input_signature.
func (b *builder) add(key string, pos spec.Pos, f *model.Function, in *spec.Inputs) {
	c := candidate{key: key, pos: pos, function: f, named: in == nil}
	if in == nil && !Complete(f) {
		err := spec.Errorf(pos, "signature %q: function %q has no input_signature", key, f.Path())
		err.Hint = "give the function one, or the signature inputs"
		b.errs = append(b.errs, err)
		return
	}
	args, err := b.tracer.ArgSpec(f)
	if err == nil {
		c.concrete, err = b.tracer.Trace(f, in)
	}
	if err != nil {
		b.report(pos, err)
		return
	}
	c.inputs = arguments(args, f.Spec, in)
	if c.results, err = results(c.concrete.Outputs); err == nil && len(c.results) == 0 {
		err = errNoOutputs
	}
	if err != nil {
		e := spec.Errorf(pos, "signature %q: function %s %v", key, f.Path(), err)
		e.Hint = outputsHint
		b.errs = append(b.errs, e)
		return
	}
	b.finish(&c)
}

// Complete reports whether a function says itself what it is traced for.
func Complete(f *model.Function) bool { return f.Spec.HasInputSignature || f.Spec.Graph != nil }

// choose takes the only function of the root that can be a signature as it is:
// a direct attribute with an input_signature and flat outputs. Where there are
// several there is no signature (find_function_to_export). A function without an
// input_signature is not looked at, even if it has one trace only.
func (b *builder) choose() {
	var found []*candidate
	attrs := slices.Clone(b.model.Root.Attrs)
	slices.SortFunc(attrs, func(x, y model.Attr) int { return cmp.Compare(x.Name, y.Name) })
	for i := range attrs {
		f, ok := attrs[i].Value.(*model.Function)
		switch {
		case !ok || f.Spec.Plain:
			continue
		case attrs[i].Name == defaultAttr:
			b.add(DefaultKey, attrs[i].Pos, f, nil)
			return
		case !Complete(f):
			continue
		}
		args, err := b.tracer.ArgSpec(f)
		if err != nil {
			b.report(attrs[i].Pos, err)
			continue
		}
		c := &candidate{key: DefaultKey, pos: attrs[i].Pos, function: f, inputs: arguments(args, f.Spec, nil)}
		if c.concrete, err = b.tracer.Trace(f, nil); err != nil {
			b.report(attrs[i].Pos, err)
			continue
		}
		if c.results, err = results(c.concrete.Outputs); err == nil && len(c.concrete.Func.Graph.Outputs) > 0 {
			found = append(found, c)
		}
	}
	if len(found) == 1 {
		b.finish(found[0])
	}
}

// finish checks the names of a candidate's inputs and makes its wrapper.
func (b *builder) finish(c *candidate) {
	if errs := c.checkNames(); len(errs) > 0 {
		b.errs = append(b.errs, errs...)
		return
	}
	s, err := c.wrap(b.tracer)
	if err != nil {
		b.report(c.pos, err)
		return
	}
	b.signatures = append(b.signatures, s)
}

// report adds an error of a trace; pos is where it belongs if it has no place
// of its own.
func (b *builder) report(pos spec.Pos, err error) {
	if err == trace.ErrIncomplete {
		return
	}
	b.errs = append(b.errs, trace.SpecError(pos, err))
}
