package trace

import (
	"fmt"
	"strings"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
)

// Closure is a function of Python code.
type Closure struct {
	Name       string
	args       *python.Arguments
	body       []python.Stmt
	expr       python.Expr // of a lambda; nil for a def
	defaults   []Value
	kwDefaults []Value // absent where the default is missing
	local      map[string]bool
	nonlocal   []string
	scope      *scope // where it was defined
	src        *source
	public     []string // of a library function: its names below tf
	// native replaces the body of a function that is not written in Python; it
	// is given the arguments.
	native func(t *thread, vars map[string]Value) (Value, error)
}

// absent marks a keyword-only argument without a default, and an attribute of a
// module that is not there.
type absent struct{}

// callArgs are the arguments of a call.
type callArgs struct {
	pos []Value
	kw  []kwArg
}

type kwArg struct {
	name  string
	value Value
}

func positional(v ...Value) *callArgs { return &callArgs{pos: v} }

func (a *callArgs) keyword(name string) (Value, bool) {
	for _, k := range a.kw {
		if k.name == name {
			return k.value, true
		}
	}
	return nil, false
}

func (t *thread) evalCall(e *python.Call) (Value, error) {
	f, err := t.eval(e.Func)
	if err != nil {
		return nil, err
	}
	args := &callArgs{}
	if args.pos, err = t.evalElements(e.Args); err != nil {
		return nil, err
	}
	for _, k := range e.Keywords {
		v, err := t.eval(k.Value)
		if err != nil {
			return nil, err
		}
		if k.Arg != "" {
			args.kw = append(args.kw, kwArg{k.Arg, v})
			continue
		}
		t.at(k)
		d, err := t.asDict(v)
		if err != nil {
			return nil, err
		}
		d.Each(func(k, v Value) bool {
			name, ok := k.(string)
			if !ok {
				err = t.errorf("TypeError", "keywords must be strings, not %s", t.repr(k))
				return false
			}
			args.kw = append(args.kw, kwArg{name, v})
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	t.at(e)
	for i, k := range args.kw {
		for _, other := range args.kw[:i] {
			if other.name == k.name {
				return nil, t.errorf("TypeError", "keyword argument %q is given twice", k.name)
			}
		}
	}
	return t.call(f, args)
}

// call calls any callable value.
func (t *thread) call(f Value, args *callArgs) (Value, error) {
	switch f := f.(type) {
	case *Closure:
		if v, done, err := t.dispatch(f, args); done || err != nil {
			return v, err
		}
		return t.callClosure(f, args)
	case *Builtin:
		return f.Call(t, args)
	case *Method:
		bound := &callArgs{pos: append([]Value{f.Self}, args.pos...), kw: args.kw}
		return t.call(f.Func, bound)
	case *Type:
		if f.call != nil {
			return f.call(t, args)
		}
		return nil, t.errorf("TypeError", "%s cannot be called in a body", f.Name)
	case *model.Function:
		return t.callModelFunction(f, args)
	case *inlineFunction:
		return t.callInline(f, args)
	case *compositeType:
		return t.newComposite(f, args)
	case *TupleType:
		return t.newNamedTuple(f, args)
	case *model.Module:
		if a, ok := f.Attr("__call__"); ok {
			if fn, ok := a.Value.(*model.Function); ok {
				return t.callModelFunction(fn, args)
			}
		}
		return nil, t.errorf("TypeError", "module %q is not callable: it has no function __call__", f.Path())
	case *Namespace:
		return nil, t.errorf("TypeError", "module %q is not callable", "tf."+f.Path)
	}
	return nil, t.errorf("TypeError", "%s is not callable", typeName(f))
}

func (t *thread) callClosure(f *Closure, args *callArgs) (Value, error) {
	s := &scope{vars: make(map[string]Value, len(f.local)), local: f.local, parent: f.scope}
	if len(f.nonlocal) > 0 {
		s.redirect = map[string]*scope{}
		for _, name := range f.nonlocal {
			for at := f.scope; at != nil; at = at.parent {
				if _, ok := at.vars[name]; ok || at.local[name] {
					s.redirect[name] = at
					break
				}
			}
			if s.redirect[name] == nil {
				return nil, t.errorf("SyntaxError", "no binding for nonlocal %q found", name)
			}
		}
	}
	if err := t.bind(f, args, s); err != nil {
		return nil, err
	}
	if len(t.frames) >= maxDepth {
		return nil, t.errorf("RecursionError", "calls are nested more than %d deep", maxDepth)
	}
	t.frames = append(t.frames, &frame{name: f.Name, src: f.src, scope: s})
	defer func() {
		t.left = t.frames[len(t.frames)-1]
		t.frames = t.frames[:len(t.frames)-1]
	}()
	switch {
	case f.native != nil:
		return f.native(t, s.vars)
	case f.expr != nil:
		return t.eval(f.expr)
	}
	r, err := t.execBlock(f.body)
	return r.value, err
}

// bind puts arguments into the variables of a call, as Python binds them.
func (t *thread) bind(f *Closure, args *callArgs, s *scope) error {
	a := f.args
	params := make([]*python.Arg, 0, len(a.PosOnlyArgs)+len(a.Args))
	params = append(append(params, a.PosOnlyArgs...), a.Args...)
	for i, v := range args.pos {
		if i >= len(params) {
			break
		}
		s.vars[params[i].Arg] = v
	}
	if len(args.pos) > len(params) {
		if a.Vararg == nil {
			return t.errorf("TypeError", "%s() takes %s but %d were given", f.Name, count(len(params), "positional argument"), len(args.pos))
		}
		s.vars[a.Vararg.Arg] = &Tuple{Items: append([]Value(nil), args.pos[len(params):]...)}
	} else if a.Vararg != nil {
		s.vars[a.Vararg.Arg] = &Tuple{}
	}
	var extra *Dict
	if a.Kwarg != nil {
		extra = NewDict()
		s.vars[a.Kwarg.Arg] = extra
	}
keywords:
	for _, k := range args.kw {
		for i, p := range params {
			if p.Arg == k.name && i >= len(a.PosOnlyArgs) {
				if i < len(args.pos) {
					return t.errorf("TypeError", "%s() got multiple values for argument %q", f.Name, k.name)
				}
				s.vars[k.name] = k.value
				continue keywords
			}
		}
		for _, p := range a.KwOnlyArgs {
			if p.Arg == k.name {
				s.vars[k.name] = k.value
				continue keywords
			}
		}
		if extra == nil {
			err := t.errorf("TypeError", "%s() got an unexpected keyword argument %q", f.Name, k.name)
			if near := spell.Nearest(k.name, paramNames(a)); near != "" {
				return hint(err, "did you mean %q?", near)
			}
			return hint(err, "it takes %s", strings.Join(paramNames(a), ", "))
		}
		extra.Set(k.name, k.value)
	}
	var missing []string
	for i, p := range params {
		if _, ok := s.vars[p.Arg]; ok {
			continue
		}
		if d := i - (len(params) - len(f.defaults)); d >= 0 {
			s.vars[p.Arg] = f.defaults[d]
			continue
		}
		missing = append(missing, p.Arg)
	}
	for i, p := range a.KwOnlyArgs {
		if _, ok := s.vars[p.Arg]; ok {
			continue
		}
		if _, none := f.kwDefaults[i].(absent); none {
			missing = append(missing, p.Arg)
			continue
		}
		s.vars[p.Arg] = f.kwDefaults[i]
	}
	if len(missing) > 0 {
		return t.errorf("TypeError", "%s() is missing %s: %s", f.Name, count(len(missing), "argument"), strings.Join(missing, ", "))
	}
	return nil
}

func paramNames(a *python.Arguments) []string {
	var names []string
	for _, p := range a.Args {
		names = append(names, p.Arg)
	}
	for _, p := range a.KwOnlyArgs {
		names = append(names, p.Arg)
	}
	return names
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// defineFunction makes the value of a def statement. The code of users is
// lowered first: see lower.go.
func (t *thread) defineFunction(def *python.FunctionDef, user bool) (Value, error) {
	c := &Closure{Name: def.Name, args: def.Args, body: def.Body, scope: t.top().scope, src: t.top().src}
	if user {
		c.body = t.tr.lowered(def)
	}
	info := namesOf(def.Args, c.body)
	c.local, c.nonlocal = info.local, info.nonlocal
	if err := t.defaults(c); err != nil {
		return nil, err
	}
	var v Value = c
	for i := len(def.Decorators) - 1; i >= 0; i-- {
		if !user && isIndexed(def.Decorators[i]) {
			continue
		}
		d, err := t.eval(def.Decorators[i])
		if err != nil {
			return nil, err
		}
		t.at(def.Decorators[i])
		if v, err = t.call(d, positional(v)); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// isIndexed reports whether a decorator is @export or @dispatch, which the index
// of the tf library has read.
func isIndexed(e python.Expr) bool {
	call, ok := e.(*python.Call)
	if !ok {
		return false
	}
	name, ok := call.Func.(*python.Name)
	return ok && (name.ID == "export" || name.ID == "dispatch")
}

func (t *thread) lambda(e *python.Lambda) (Value, error) {
	c := &Closure{Name: "<lambda>", args: e.Args, expr: e.Body, scope: t.top().scope, src: t.top().src}
	c.local = namesOf(e.Args, nil).local
	return c, t.defaults(c)
}

func (t *thread) defaults(c *Closure) error {
	for _, e := range c.args.Defaults {
		v, err := t.eval(e)
		if err != nil {
			return err
		}
		c.defaults = append(c.defaults, v)
	}
	for _, e := range c.args.KwDefaults {
		if e == nil {
			c.kwDefaults = append(c.kwDefaults, absent{})
			continue
		}
		v, err := t.eval(e)
		if err != nil {
			return err
		}
		c.kwDefaults = append(c.kwDefaults, v)
	}
	return nil
}

// params reads the arguments of a builtin by name: positional ones first, then
// keywords. names may end in "?" for an optional argument.
func (t *thread) params(fn string, args *callArgs, names ...string) ([]Value, error) {
	out := make([]Value, len(names))
	given := make([]bool, len(names))
	if len(args.pos) > len(names) {
		return nil, t.errorf("TypeError", "%s() takes at most %s, not %d", fn, count(len(names), "argument"), len(args.pos))
	}
	for i, v := range args.pos {
		out[i], given[i] = v, true
	}
next:
	for _, k := range args.kw {
		for i, n := range names {
			if strings.TrimSuffix(n, "?") != k.name {
				continue
			}
			if given[i] {
				return nil, t.errorf("TypeError", "%s() got multiple values for argument %q", fn, k.name)
			}
			out[i], given[i] = k.value, true
			continue next
		}
		err := t.errorf("TypeError", "%s() got an unexpected keyword argument %q", fn, k.name)
		plain := make([]string, len(names))
		for i, n := range names {
			plain[i] = strings.TrimSuffix(n, "?")
		}
		if near := spell.Nearest(k.name, plain); near != "" {
			return nil, hint(err, "did you mean %q?", near)
		}
		return nil, hint(err, "it takes %s", strings.Join(plain, ", "))
	}
	for i, n := range names {
		if !given[i] && !strings.HasSuffix(n, "?") {
			return nil, t.errorf("TypeError", "%s() is missing argument %q", fn, n)
		}
	}
	return out, nil
}
