package signature

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/trace"
)

// argument is what the description gives for one argument of the function.
type argument struct {
	name  string
	input spec.Input
}

// arguments pairs the inputs of a trace with the arguments that they are for.
func arguments(args *trace.ArgSpec, f *spec.Function, in *spec.Inputs) []argument {
	positional := f.InputSignature
	var named []spec.NamedInput
	if in != nil {
		positional, named = in.Positional, in.Named
	}
	var out []argument
	for i, x := range positional {
		name := fmt.Sprintf("%s_%d", args.VarArgs, i-len(args.Args))
		if i < len(args.Args) {
			name = args.Args[i]
		}
		out = append(out, argument{name, x})
	}
	for _, x := range named {
		out = append(out, argument{x.Name, x.Input})
	}
	return out
}

// checkNames makes sure that each input has one name, and each name one input.
func (c *candidate) checkNames() spec.ErrorList {
	var errs spec.ErrorList
	for _, a := range c.inputs {
		var tensors []*spec.TensorSpec
		leaves(a.input, func(in spec.Input) {
			if t, ok := in.(*spec.TensorSpec); ok {
				tensors = append(tensors, t)
			}
		})
		if len(tensors) < 2 {
			continue
		}
		for _, t := range tensors {
			if t.Name == "" {
				e := spec.Errorf(t.Pos, "signature %q: argument %q passes %d tensors, so each needs a name of its own", c.key, a.name, len(tensors))
				e.Hint = "say name: for each"
				errs = append(errs, e)
				break
			}
		}
	}
	if len(errs) > 0 {
		return errs
	}
	seen := map[string]bool{}
	for _, s := range c.concrete.Leaves() {
		if seen[s.Name] {
			e := spec.Errorf(c.lastNamed(s.Name), "signature %q: two inputs are called %q", c.key, s.Name)
			e.Hint = "say name: to tell them apart"
			return append(errs, e)
		}
		seen[s.Name] = true
	}
	canonical := map[string]string{}
	for _, name := range c.concrete.Keywords {
		k := argName(name)
		if other, ok := canonical[k]; ok {
			return append(errs, spec.Errorf(c.lastNamed(name), "signature %q: inputs %q and %q are the same Python name %q", c.key, other, name, k))
		}
		canonical[k] = name
	}
	return nil
}

// lastNamed is the place of the last input with a name, that of the signature
// where the name was not written.
func (c *candidate) lastNamed(name string) spec.Pos {
	pos := c.pos
	for _, a := range c.inputs {
		leaves(a.input, func(in spec.Input) {
			if spec.InputName(in) == name || spec.InputName(in) == "" && a.name == name {
				pos = in.Position()
			}
		})
	}
	return pos
}

// leaves visits the inputs inside lists, tuples and dicts.
func leaves(in spec.Input, visit func(spec.Input)) {
	switch in := in.(type) {
	case *spec.ListSpec:
		for _, x := range in.Items {
			leaves(x, visit)
		}
	case *spec.DictSpec:
		for _, x := range in.Entries {
			leaves(x.Input, visit)
		}
	default:
		visit(in)
	}
}

// argName makes the name of an input one that a Python argument can have
// (sanitize_arg_name, tensorflow/core/function/polymorphism/function_type.py,
// TF 2.21).
func argName(name string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return '_'
	}, name)
	for _, r := range s {
		if unicode.IsLetter(r) {
			return s
		}
		break
	}
	return "arg_" + s
}
