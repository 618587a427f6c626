package trace

import (
	"math/big"
	"slices"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// code is a spec.Library as one tracer uses it: a module a file, each of which
// sees the names of the others.
type code struct {
	peers map[string]*module // by the names that they define
	empty *module            // sees them all; for bodies outside the library
}

// code prepares a library; nil for nil.
func (tr *Tracer) code(l *spec.Library) *code {
	if l == nil {
		return nil
	}
	if c, ok := tr.codes[l]; ok {
		return c
	}
	c := &code{peers: map[string]*module{}}
	for _, f := range l.Files {
		src := &source{name: f.Name}
		if f.User {
			src.text = f.Text
			src.locate = func(p python.Pos) spec.Pos { return spec.Pos{File: f.Name, Line: p.Line, Col: p.Col} }
		}
		index := indexLibrary
		if f.User {
			index = indexFile
		}
		m := newModule(src, index(f.Text))
		m.peers = c.peers
		for _, name := range m.names() {
			c.peers[name] = m
		}
	}
	c.empty = newModule(&source{}, &fileIndex{})
	c.empty.peers = c.peers
	tr.codes[l] = c
	return c
}

// module is what a body that may use the library sees.
func (c *code) module() *module {
	if c == nil {
		return nil
	}
	return c.empty
}

// closure finds a function of a library.
func (c *code) closure(t *thread, name string) (*Closure, error) {
	m, ok := c.peers[name]
	if !ok {
		err := t.errorf("NameError", "name %q is not defined", name)
		if near := spell.Nearest(name, c.names()); near != "" {
			return nil, hint(err, "did you mean %q?", near)
		}
		return nil, err
	}
	v, err := m.get(t, name)
	if err != nil {
		return nil, err
	}
	f, ok := v.(*Closure)
	if !ok {
		return nil, t.errorf("TypeError", "%q is no function", name)
	}
	return f, nil
}

func (c *code) names() []string {
	var out []string
	for name := range c.peers {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Defines reports whether a library has a top-level name.
func (tr *Tracer) Defines(l *spec.Library, name string) bool {
	_, ok := tr.code(l).peers[name]
	return ok
}

// Names lists the top-level names of a library.
func (tr *Tracer) Names(l *spec.Library) []string { return tr.code(l).names() }

// Parameters lists the parameters of a function of a library, `self` included.
func (tr *Tracer) Parameters(l *spec.Library, name string) ([]string, error) {
	f, err := tr.code(l).closure(tr.outside(spec.Pos{}), name)
	if err != nil {
		return nil, err
	}
	return paramNames(f.args), nil
}

// Bind gives what the parameters of a function of a library would be in a
// call with these keywords, defaults filled in, in the order of the function.
// An error has the place pos.
func (tr *Tracer) Bind(l *spec.Library, name string, pos spec.Pos, keywords []spec.Entry) ([]spec.Entry, error) {
	t := tr.outside(pos)
	f, err := tr.code(l).closure(t, name)
	if err != nil {
		return nil, err
	}
	s := &scope{vars: map[string]Value{}}
	if err := t.bind(f, keywordArgs(nil, keywords), s); err != nil {
		return nil, err
	}
	var out []spec.Entry
	add := func(name string, v Value) error {
		p, err := t.plain(v, pos)
		out = append(out, spec.Entry{Key: spec.Value{Pos: pos, V: name}, Value: p})
		return err
	}
	for _, p := range paramNames(f.args) {
		if err := add(p, s.vars[p]); err != nil {
			return nil, err
		}
	}
	if f.args.Kwarg != nil {
		s.vars[f.args.Kwarg.Arg].(*Dict).Each(func(k, v Value) bool {
			err = add(k.(string), v)
			return err == nil
		})
	}
	// What was given keeps its place in the description.
	for i, e := range out {
		for _, k := range keywords {
			if k.Key.V == e.Key.V {
				out[i] = k
			}
		}
	}
	return out, err
}

// Evaluate calls a function of a library on plain values; its result must be
// one too. An error has the place pos unless the code is a user's.
func (tr *Tracer) Evaluate(l *spec.Library, name string, self *model.Module, pos spec.Pos, args []spec.Value, keywords []spec.Entry) (spec.Value, error) {
	t := tr.outside(pos)
	f, err := tr.code(l).closure(t, name)
	if err != nil {
		return spec.Value{}, err
	}
	if self != nil {
		f = bindSelf(f, self)
	}
	v, err := t.callClosure(f, keywordArgs(args, keywords))
	if err != nil {
		return spec.Value{}, err
	}
	return t.plain(v, pos)
}

func keywordArgs(args []spec.Value, keywords []spec.Entry) *callArgs {
	call := &callArgs{pos: literals(args)}
	for _, k := range keywords {
		if name, ok := k.Key.V.(string); ok {
			call.kw = append(call.kw, kwArg{name, literal(k.Value)})
		}
	}
	return call
}

// plain gives a value of the evaluator as one that a description holds: dtypes
// as their names, shapes as lists.
func (t *thread) plain(v Value, pos spec.Pos) (spec.Value, error) {
	var items []Value
	switch x := v.(type) {
	case nil, bool, int64, float64, string, *big.Int:
		return spec.Value{Pos: pos, V: x}, nil
	case tensor.DType:
		return spec.Value{Pos: pos, V: x.String()}, nil
	case tensor.Shape:
		return t.plain(shapeList(x), pos)
	case *Dict:
		entries := []spec.Entry{}
		var err error
		x.Each(func(k, v Value) bool {
			var e spec.Entry
			if e.Key, err = t.plain(k, pos); err == nil {
				e.Value, err = t.plain(v, pos)
			}
			entries = append(entries, e)
			return err == nil
		})
		return spec.Value{Pos: pos, V: entries}, err
	case *List:
		items = x.Items
	case *Tuple:
		items = x.Items
	default:
		return spec.Value{}, t.errorf("TypeError", "%s is no plain value", typeName(v))
	}
	out := make([]spec.Value, len(items))
	for i, item := range items {
		var err error
		if out[i], err = t.plain(item, pos); err != nil {
			return spec.Value{}, err
		}
	}
	return spec.Value{Pos: pos, V: out}, nil
}

// shapeList is a shape as bodies see it from as_list; None without a rank.
func shapeList(s tensor.Shape) Value {
	if !s.Known() {
		return nil
	}
	out := &List{}
	for _, d := range s.Dims() {
		if d == tensor.Unknown {
			out.Items = append(out.Items, nil)
		} else {
			out.Items = append(out.Items, d)
		}
	}
	return out
}
