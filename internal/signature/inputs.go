package signature

import (
	"fmt"

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

// checkNames finds the name of each input, and makes sure that no two have the
// same one.
func (c *candidate) checkNames() spec.ErrorList {
	var errs spec.ErrorList
	short := map[string]string{}
	for _, a := range c.inputs {
		var tensors []*spec.TensorSpec
		var path string // of the last one
		leaves(a.name, a.input, func(at string, in spec.Input) {
			if t, ok := in.(*spec.TensorSpec); ok {
				tensors, path = append(tensors, t), at
			}
		})
		if len(tensors) == 1 && tensors[0].Name == "" {
			short[path] = a.name
		}
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
	for _, k := range c.concrete.Keywords {
		// The only tensor inside a list or dict is called as the argument is.
		if name, ok := short[k]; ok {
			k = name
		}
		c.keywords = append(c.keywords, k)
	}
	if name := c.repeated(); name != "" {
		e := spec.Errorf(c.lastNamed(name), "signature %q: two inputs are called %q", c.key, name)
		e.Hint = "say name: to tell them apart"
		return spec.ErrorList{e}
	}
	canonical := map[string]string{}
	for _, name := range c.keywords {
		k := trace.ArgName(name)
		if !spec.IsIdentifier(k) {
			// inspect.Parameter, by which a loader makes the signature, refuses it.
			return spec.ErrorList{spec.Errorf(c.lastNamed(name), "signature %q: an input cannot be called %q: loaders make it a Python argument", c.key, name)}
		}
		if other, ok := canonical[k]; ok {
			return spec.ErrorList{spec.Errorf(c.lastNamed(name), "signature %q: inputs %q and %q are the same Python name %q", c.key, other, name, k)}
		}
		canonical[k] = name
	}
	return nil
}

// repeated finds a name that two inputs ask for: the trace has given one of
// them a number.
func (c *candidate) repeated() string {
	seen := map[string]bool{}
	for _, s := range c.concrete.Leaves() {
		if seen[s.Name] {
			return s.Name
		}
		seen[s.Name] = true
	}
	clear(seen)
	for _, k := range c.keywords {
		if seen[k] {
			return k
		}
		seen[k] = true
	}
	return ""
}

// lastNamed is the place of the last input with a name, that of the signature
// where the name was not written.
func (c *candidate) lastNamed(name string) spec.Pos {
	pos := c.pos
	for _, a := range c.inputs {
		leaves(a.name, a.input, func(_ string, in spec.Input) {
			if spec.InputName(in) == name || spec.InputName(in) == "" && a.name == name {
				pos = in.Position()
			}
		})
	}
	return pos
}

// leaves visits the inputs inside lists, tuples and dicts, each with the name
// that a trace makes of its place: x_0 or x_key of argument x.
func leaves(name string, in spec.Input, visit func(name string, in spec.Input)) {
	switch in := in.(type) {
	case *spec.ListSpec:
		for i, x := range in.Items {
			leaves(fmt.Sprintf("%s_%d", name, i), x, visit)
		}
	case *spec.DictSpec:
		for _, x := range in.Entries {
			leaves(name+"_"+x.Name, x.Input, visit)
		}
	default:
		visit(name, in)
	}
}
