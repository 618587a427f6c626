package trace

import (
	"sort"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// Composite is a value made of named tensors and plain values: a RaggedTensor,
// a SparseTensor, a feature description. What its type can do is library code:
// see lib/README.md.
type Composite struct {
	typ        string
	names      []string // of the components, in order
	components map[string]Value
	static     map[string]Value
}

// compositeType is the type object of a composite type.
type compositeType struct{ name string }

func (l *library) compositeType(name string) *compositeType {
	path := strings.TrimSuffix(name, ".__new__")
	if v, ok := l.funcs["type "+path]; ok {
		return v.(*compositeType)
	}
	ct := &compositeType{name: path}
	l.funcs["type "+path] = ct
	return ct
}

// TypeName is the public name of the type below tf.
func (c *Composite) TypeName() string { return c.typ }

// Static is a plain value of a composite.
func (c *Composite) Static(name string) Value { return c.static[name] }

// Component is a named tensor (or tuple of tensors) of a composite.
func (c *Composite) Component(name string) Value { return c.components[name] }

func isComposite(v Value) bool {
	_, ok := v.(*Composite)
	return ok
}

// makeComposite is tf.internal.composite.
func makeComposite(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("composite", args, "type_name", "components", "static")
	if err != nil {
		return nil, err
	}
	c := &Composite{components: map[string]Value{}, static: map[string]Value{}}
	var ok bool
	if c.typ, ok = p[0].(string); !ok {
		return nil, t.errorf("TypeError", "composite() takes the name of a type")
	}
	for i, dst := range []map[string]Value{c.components, c.static} {
		d, err := t.asDict(p[i+1])
		if err != nil {
			return nil, err
		}
		d.Each(func(k, v Value) bool {
			name, _ := k.(string)
			dst[name] = v
			if i == 0 {
				c.names = append(c.names, name)
			}
			return true
		})
	}
	return c, nil
}

// tensors lists the component tensors in order, tuples flattened, None left out.
func (c *Composite) tensors() []*graph.Tensor {
	var out []*graph.Tensor
	for _, n := range c.names {
		for _, v := range flatten(c.components[n]) {
			switch x := v.(type) {
			case *graph.Tensor:
				out = append(out, x)
			case *Composite:
				out = append(out, x.tensors()...)
			}
		}
	}
	return out
}

// Tensors lists the component tensors in the order in which they cross the
// boundary of a function.
func (c *Composite) Tensors() []*graph.Tensor { return c.tensors() }

// exported finds a library function by its public name.
func (t *thread) exported(path string) (Value, bool, bool, error) {
	ex, ok := t.tr.lib.index.exports[path]
	if !ok {
		return nil, false, false, nil
	}
	f, err := t.tr.lib.module(ex.file).get(t, ex.function)
	return f, ex.property, err == nil, err
}

func (t *thread) compositeAttr(c *Composite, name string) (Value, error) {
	if v, ok := c.components[name]; ok {
		return v, nil
	}
	if v, ok := c.static[name]; ok {
		return v, nil
	}
	f, prop, ok, err := t.exported(c.typ + "." + name)
	if err != nil {
		return nil, err
	}
	if ok && prop {
		return t.call(f, positional(c))
	}
	if ok {
		return &Method{Self: c, Func: f}, nil
	}
	e := t.errorf("AttributeError", "%s has no attribute %q", c.typ, name)
	var known []string
	for n := range c.components {
		known = append(known, n)
	}
	for path := range t.tr.lib.index.exports {
		if rest, ok := strings.CutPrefix(path, c.typ+"."); ok {
			known = append(known, rest)
		}
	}
	sort.Strings(known)
	if near := spell.Nearest(name, known); near != "" {
		return nil, hint(e, "did you mean %q?", near)
	}
	return nil, e
}

func (t *thread) compositeTypeAttr(c *compositeType, name string) (Value, error) {
	if name == "__name__" {
		return lastName(c.name), nil
	}
	v, ok, err := t.tr.lib.lookup(t, c.name+"."+name)
	if err != nil || ok {
		return v, err
	}
	return nil, t.errorf("AttributeError", "tf.%s has no attribute %q", c.name, name)
}

func (t *thread) newComposite(c *compositeType, args *callArgs) (Value, error) {
	f, _, ok, err := t.exported(c.name + ".__new__")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, t.errorf("TypeError", "tf.%s cannot be made in a body", c.name)
	}
	return t.call(f, args)
}

// special calls a double-underscore function of a composite's type.
func (t *thread) special(c *Composite, name string, args ...Value) (v Value, ok bool, err error) {
	f, _, ok, err := t.exported(c.typ + "." + name)
	if !ok || err != nil {
		return nil, ok, err
	}
	v, err = t.call(f, positional(args...))
	return v, true, err
}

var compositeOperators = map[python.Operator]string{
	python.Add: "add", python.Sub: "sub", python.Mult: "mul", python.Div: "truediv", python.FloorDiv: "floordiv",
	python.Mod: "mod", python.Pow: "pow", python.MatMult: "matmul", python.BitAnd: "and", python.BitOr: "or", python.BitXor: "xor",
}

func (t *thread) compositeBinary(op python.Operator, a, b Value) (Value, error) {
	if name, ok := compositeOperators[op]; ok {
		if c, ok := a.(*Composite); ok {
			if v, ok, err := t.special(c, "__"+name+"__", a, b); ok || err != nil {
				return v, err
			}
		}
		if c, ok := b.(*Composite); ok {
			if v, ok, err := t.special(c, "__r"+name+"__", b, a); ok || err != nil {
				return v, err
			}
		}
	}
	return nil, t.errorf("TypeError", "unsupported operand types for %s: %s and %s", op, typeName(a), typeName(b))
}

var compositeComparisons = map[python.CmpOperator][2]string{
	python.Lt: {"__lt__", "__gt__"}, python.LtE: {"__le__", "__ge__"}, python.Gt: {"__gt__", "__lt__"},
	python.GtE: {"__ge__", "__le__"}, python.Eq: {"__eq__", "__eq__"}, python.NotEq: {"__ne__", "__ne__"},
}

func (t *thread) compositeCompare(op python.CmpOperator, a, b Value) (Value, error) {
	names := compositeComparisons[op]
	if c, ok := a.(*Composite); ok {
		if v, ok, err := t.special(c, names[0], a, b); ok || err != nil {
			return v, err
		}
	}
	if c, ok := b.(*Composite); ok {
		if v, ok, err := t.special(c, names[1], b, a); ok || err != nil {
			return v, err
		}
	}
	switch op {
	case python.Eq:
		return a == b, nil
	case python.NotEq:
		return a != b, nil
	}
	return nil, t.errorf("TypeError", "%s not supported between %s and %s", op, typeName(a), typeName(b))
}

func (t *thread) compositeUnary(op python.UnaryOperator, v Value) (Value, error) {
	name := map[python.UnaryOperator]string{python.USub: "__neg__", python.Invert: "__invert__"}[op]
	if op == python.Not {
		yes, err := t.truth(v)
		return !yes, err
	}
	if name != "" {
		if r, ok, err := t.special(v.(*Composite), name, v); ok || err != nil {
			return r, err
		}
	}
	return nil, t.errorf("TypeError", "bad operand type for unary %s: %s", op, typeName(v))
}

func (t *thread) compositeItem(c *Composite, key Value) (Value, error) {
	v, ok, err := t.special(c, "__getitem__", c, key)
	if !ok && err == nil {
		err = t.errorf("TypeError", "%s is not subscriptable", c.typ)
	}
	return v, err
}

func (t *thread) compositeLen(c *Composite) (Value, error) {
	v, ok, err := t.special(c, "__len__", c)
	if !ok && err == nil {
		err = t.errorf("TypeError", "object of type %s has no len()", c.typ)
	}
	return v, err
}

func (t *thread) compositeTruth(c *Composite) (bool, error) {
	v, ok, err := t.special(c, "__bool__", c)
	if !ok || err != nil {
		return true, err
	}
	return t.truth(v)
}

func (t *thread) compositeIter(c *Composite) (Value, error) {
	v, ok, err := t.special(c, "__iter__", c)
	if !ok && err == nil {
		err = t.errorf("TypeError", "%s is not iterable", c.typ)
	}
	return v, err
}

// compositeTensor converts a composite to one tensor, where its type can.
func (t *thread) compositeTensor(c *Composite, dtype tensor.DType, name string) (*graph.Tensor, error) {
	var d, n Value
	if dtype != tensor.Invalid {
		d = dtype
	}
	if name != "" {
		n = name
	}
	v, ok, err := t.special(c, "__tensor__", c, d, n)
	if err != nil {
		return nil, err
	}
	if !ok {
		how := "use its to_tensor or its components"
		if c.typ == "SparseTensor" {
			how = "tf.sparse.to_dense makes it dense"
		}
		return nil, hint(t.errorf("TypeError", "a %s cannot be converted to a tensor", c.typ), "%s", how)
	}
	x, ok := v.(*graph.Tensor)
	if !ok {
		return nil, t.errorf("TypeError", "a %s did not become a tensor", c.typ)
	}
	return x, nil
}

// specOf gives the type spec of a composite; a composite that is no tensor is
// its own.
func (t *thread) specOf(c *Composite) (Value, error) {
	v, ok, err := t.special(c, "__spec__", c)
	if !ok {
		return c, err
	}
	return v, err
}

// specComponents lists the tensors that a type spec stands for; ok is false
// for composites that are no spec.
func (t *thread) specComponents(c *Composite) (parts []*TensorSpec, ok bool, err error) {
	v, ok, err := t.special(c, "__components__", c)
	if !ok || err != nil {
		return nil, ok, err
	}
	items, err := t.items(v)
	if err != nil {
		return nil, true, err
	}
	for _, x := range items {
		s, ok := x.(*TensorSpec)
		if !ok {
			return nil, true, t.errorf("TypeError", "a component of %s is no TensorSpec", c.typ)
		}
		parts = append(parts, s)
	}
	return parts, true, nil
}

// compose makes the value of a spec out of tensors.
func (t *thread) compose(s *Composite, tensors []*graph.Tensor) (Value, error) {
	v, ok, err := t.special(s, "__compose__", s, tensorList(tensors))
	if !ok && err == nil {
		err = t.errorf("TypeError", "%s is no type spec", s.typ)
	}
	return v, err
}

// mapComposite gives c with each of its tensors replaced.
func (t *thread) mapComposite(c *Composite, f func(*graph.Tensor) (*graph.Tensor, error)) (Value, error) {
	s, err := t.specOf(c)
	if err != nil {
		return nil, err
	}
	sc, ok := s.(*Composite)
	if !ok || sc == c {
		return c, nil // no tensors inside
	}
	old := c.tensors()
	fresh := make([]*graph.Tensor, len(old))
	for i, x := range old {
		if fresh[i], err = f(x); err != nil {
			return nil, err
		}
	}
	return t.compose(sc, fresh)
}

// sameSpec reports whether two specs, or records, are equal.
func (t *thread) sameSpec(a, b *Composite) bool {
	if a.typ != b.typ || len(a.static) != len(b.static) {
		return false
	}
	for k, v := range a.static {
		w, ok := b.static[k]
		if !ok {
			return false
		}
		if !t.subsumes(v, w) || !t.subsumes(w, v) {
			return false
		}
	}
	for k, v := range a.components {
		if w, ok := b.components[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// compositeSpec makes a type spec from the library's constructor.
func (t *thread) compositeSpec(typ string, args ...Value) (Value, error) {
	f, ok, err := t.tr.lib.lookup(t, typ)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, t.errorf("TypeError", "tf.%s is not supported", typ)
	}
	return t.call(f, positional(args...))
}

// dispatch hands a call of a library function to the replacement that a
// composite argument's type has registered; done is false where there is none.
func (t *thread) dispatch(f *Closure, args *callArgs) (v Value, done bool, err error) {
	if len(f.public) == 0 {
		return nil, false, nil
	}
	return t.dispatchNames(f, f.public, args)
}

func (t *thread) dispatchNames(f Value, names []string, args *callArgs) (Value, bool, error) {
	c := firstComposite(args, func(c *Composite) bool {
		for _, n := range names {
			if len(t.tr.lib.index.dispatches[c.typ+" "+n]) > 0 {
				return true
			}
		}
		return false
	})
	if c == nil {
		return nil, false, nil
	}
	for _, n := range names {
		for _, ex := range t.tr.lib.index.dispatches[c.typ+" "+n] {
			h, err := t.tr.lib.module(ex.file).get(t, ex.function)
			if err != nil {
				return nil, true, err
			}
			if ex.passFunction {
				args = &callArgs{pos: append([]Value{f}, args.pos...), kw: args.kw}
			}
			v, err := t.call(h, args)
			return v, true, err
		}
	}
	return nil, false, nil
}

// firstComposite finds the first composite among arguments, or in a list or
// tuple among them, that ok accepts.
func firstComposite(args *callArgs, ok func(*Composite) bool) *Composite {
	var find func(v Value, depth int) *Composite
	find = func(v Value, depth int) *Composite {
		if c, is := v.(*Composite); is && ok(c) {
			return c
		}
		if items, is := sequence(v); is && depth > 0 {
			for _, x := range items {
				if c := find(x, depth-1); c != nil {
					return c
				}
			}
		}
		return nil
	}
	for _, v := range args.pos {
		if c := find(v, 1); c != nil {
			return c
		}
	}
	for _, k := range args.kw {
		if c := find(k.value, 1); c != nil {
			return c
		}
	}
	return nil
}
