package trace

import (
	"errors"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
)

// Graph is the outermost graph: its tensors are the handles of the model's
// objects, its library is where traces go.
func (tr *Tracer) Graph() *graph.Graph { return tr.eager }

// outside makes a thread for what happens outside every body; pos is where its
// mistakes are.
func (tr *Tracer) outside(pos spec.Pos) *thread {
	src := &source{locate: func(python.Pos) spec.Pos { return pos }}
	return &thread{tr: tr, graph: tr.eager, frames: []*frame{{src: src, scope: &scope{vars: map[string]Value{}}}}}
}

// ArgSpec is the parameter list of a function, self left out
// (inspect.FullArgSpec).
type ArgSpec struct {
	Args       []string
	VarArgs    string // "" for none
	VarKw      string // "" for none
	Defaults   []Value
	KwOnlyArgs []string
	// KwOnlyDefaults has the defaults of the keyword-only arguments that have one.
	KwOnlyDefaults *Dict
}

// ArgSpec gives the parameter list of a function of the model. An error means
// that the function cannot be parsed.
func (tr *Tracer) ArgSpec(m *model.Function) (*ArgSpec, error) {
	f, err := tr.outside(m.Spec.Pos).function(m)
	if err != nil {
		return nil, err
	}
	a := f.closure.args
	s := &ArgSpec{Defaults: f.closure.defaults, KwOnlyDefaults: NewDict()}
	for _, list := range [][]*python.Arg{a.PosOnlyArgs, a.Args} {
		for _, p := range list {
			s.Args = append(s.Args, p.Arg)
		}
	}
	if a.Vararg != nil {
		s.VarArgs = a.Vararg.Arg
	}
	if a.Kwarg != nil {
		s.VarKw = a.Kwarg.Arg
	}
	for i, p := range a.KwOnlyArgs {
		s.KwOnlyArgs = append(s.KwOnlyArgs, p.Arg)
		if _, none := f.closure.kwDefaults[i].(absent); !none {
			s.KwOnlyDefaults.Set(p.Arg, f.closure.kwDefaults[i])
		}
	}
	return s, nil
}

// TypeSpec gives the type spec of a composite value (a spec is its own), and
// the specs of the tensors that it stands for.
func (tr *Tracer) TypeSpec(c *Composite) (*Composite, []*TensorSpec, error) {
	t := tr.outside(spec.Pos{})
	// The library asks for the shape with ops, which are thrown away.
	outer := tr.eager
	if parts := c.tensors(); len(parts) > 0 {
		outer = parts[0].Node.Graph
	}
	t.graph = graph.NewFunc("spec", outer)
	if _, ok := c.Static("type_spec_class").(int64); !ok {
		v, err := t.specOf(c)
		if err != nil {
			return nil, nil, err
		}
		s, ok := v.(*Composite)
		if !ok {
			return nil, nil, t.errorf("TypeError", "a %s has no type spec", c.typ)
		}
		c = s
	}
	parts, _, err := t.specComponents(c)
	return c, parts, err
}

// SpecError gives an error of a trace in the form of the description's errors;
// pos is its place if it has none.
func SpecError(pos spec.Pos, err error) *spec.Error {
	var e *Error
	if errors.As(err, &e) {
		s := e.Spec()
		if s.Pos == (spec.Pos{}) {
			s.Pos = pos
		}
		return s
	}
	return spec.Errorf(pos, "%v", err)
}
