package trace

import (
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
)

// inputValue gives the Python value of a described input: specs and literals.
func (t *thread) inputValue(in spec.Input) (Value, error) {
	switch x := in.(type) {
	case *spec.TensorSpec:
		return &TensorSpec{Name: x.Name, Shape: x.Shape, DType: x.DType}, nil
	case *spec.Literal:
		return literal(x.Value), nil
	case *spec.ListSpec:
		items := make([]Value, len(x.Items))
		for i, e := range x.Items {
			v, err := t.inputValue(e)
			if err != nil {
				return nil, err
			}
			items[i] = v
		}
		if x.Tuple {
			return &Tuple{Items: items}, nil
		}
		return &List{Items: items}, nil
	case *spec.DictSpec:
		d := NewDict()
		for _, e := range x.Entries {
			v, err := t.inputValue(e.Input)
			if err != nil {
				return nil, err
			}
			d.Set(e.Name, v)
		}
		return d, nil
	case *spec.RaggedSpec:
		rank := Value(nil)
		if x.RaggedRank >= 0 {
			rank = int64(x.RaggedRank)
		}
		return t.compositeSpec("RaggedTensorSpec", x.Shape, x.DType, rank, x.RowSplitsDType)
	case *spec.SparseSpec:
		return t.compositeSpec("SparseTensorSpec", x.Shape, x.DType)
	}
	panic("internal error: unknown input")
}

// parameterNames names the positional inputs: the parameters, then args_0, …
// for those of *args.
func parameterNames(a *python.Arguments, n int) []string {
	var names []string
	for _, list := range [][]*python.Arg{a.PosOnlyArgs, a.Args} {
		for _, p := range list {
			names = append(names, p.Arg)
		}
	}
	for i := 0; len(names) < n; i++ {
		names = append(names, a.Vararg.Arg+"_"+itoa(i))
	}
	return names
}

// inputs makes the placeholders of a trace.
type inputs struct {
	t    *thread
	g    *graph.Graph
	c    *ConcreteFunction
	seen map[string]int
	// Placeholders without names are called after the argument, those of a trace
	// without an input_signature after the place in it: saving traces it again,
	// with the names that the specs have got (observed with TF 2.21).
	signed bool
	arg    string
}

// argument makes the placeholders for one argument.
func (in *inputs) argument(name string, v Value) (specs, values Value, err error) {
	in.arg = name
	return in.add(name, v)
}

// label is what the placeholder of a part of an argument is called.
func (in *inputs) label(name string) string {
	if in.signed {
		return in.arg
	}
	return name
}

// add makes the placeholders for a part of an argument; it gives the argument with
// named specs, and with tensors, as leaves.
func (in *inputs) add(name string, v Value) (specs, values Value, err error) {
	switch x := v.(type) {
	case *List:
		a, b, err := in.addItems(name, x.Items)
		return &List{Items: a}, &List{Items: b}, err
	case *Tuple:
		a, b, err := in.addItems(name, x.Items)
		return &Tuple{Items: a, Type: x.Type}, &Tuple{Items: b, Type: x.Type}, err
	case *Dict:
		a, b := x.Copy(), x.Copy()
		for _, k := range x.sortedKeys() {
			e, _ := x.Get(k)
			s, val, err := in.add(name+"_"+in.t.str(k), e)
			if err != nil {
				return nil, nil, err
			}
			a.Set(k, s)
			b.Set(k, val)
		}
		return a, b, nil
	case *TensorSpec:
		// An argument's own name is in lower case as the name of a spec
		// (observed with TF 2.21), but not as a keyword.
		s, label := *x, x.Name
		if s.Name == "" {
			s.Name, label = SpecName(name), in.label(name)
		}
		return &s, in.placeholder(&s, label), nil
	case *Composite:
		if parts, ok, err := in.t.specComponents(x); err != nil {
			return nil, nil, err
		} else if ok {
			tensors := make([]*graph.Tensor, len(parts))
			for i, p := range parts {
				part := *p
				label := in.label(name)
				if part.Name != "" {
					label = part.Name
				}
				tensors[i] = in.placeholder(&part, label)
			}
			val, err := in.t.compose(x, tensors)
			return x, val, err
		}
	}
	return v, v, nil
}

func (in *inputs) addItems(name string, items []Value) (specs, values []Value, err error) {
	for i, e := range items {
		s, v, err := in.add(name+"_"+itoa(i), e)
		if err != nil {
			return nil, nil, err
		}
		specs, values = append(specs, s), append(values, v)
	}
	return specs, values, nil
}

func (in *inputs) placeholder(s *TensorSpec, name string) *graph.Tensor {
	user := name
	if n := in.seen[name]; n > 0 {
		user = name + "_" + itoa(n)
	}
	in.seen[name]++
	in.c.Keywords = append(in.c.Keywords, user)
	return in.g.AddInput(scopeName(name), name, s.DType, s.Shape, nil)
}

// scopeName makes an op name of any name: characters that cannot stand in one
// become "_", leading ones that cannot begin one are dropped.
func scopeName(name string) string {
	s := strings.TrimLeft(nodeChars(name), "_-")
	if s == "" {
		return "x"
	}
	return s
}

// nodeChars replaces the characters of a name that a node's name cannot have.
func nodeChars(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_.-", r) {
			return r
		}
		return '_'
	}, name)
}
