package trace

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/python"
)

// undefined is the value of a variable that was not assigned on every path.
type undefined struct{ returned bool }

func (u undefined) message(name string) string {
	if u.returned {
		return "the function returns a value on some paths only"
	}
	return "variable \"" + name + "\" is assigned in one branch only"
}

// state are the variables of the current function that a statement changes.
type state struct {
	t     *thread
	scope *scope
	vars  []symbol
	names []string
	outs  int // the first names are outputs; the others are local to the statement
	// outside are the values of what only the inside of the statement uses:
	// such a variable is another one than that of the same name outside.
	outside map[string]Value
	// iterate is what a for loop counts with, passed before the variables; nil
	// for other statements.
	iterate *Value
	// target is a variable that has the value of iterate as long as it has none
	// of its own.
	target string
}

// count adds the counter of a for loop to the variables.
func (s *state) count(iterate *Value) {
	s.iterate = iterate
	s.names = append([]string{"<internal iterate>"}, s.names...)
}

func (t *thread) stateOf(s python.Stmt) *state {
	f := t.top()
	sc := f.scope
	for sc.comprehension() {
		sc = sc.parent
	}
	live := t.tr.liveness(s)
	st := &state{t: t, scope: sc, vars: live.vars, outs: live.outs, outside: map[string]Value{}}
	for _, n := range live.inner {
		if v, found, _ := sc.lookup(n); found {
			st.outside[n] = v
		} else {
			st.outside[n] = undefined{}
		}
	}
	for _, v := range live.vars {
		st.names = append(st.names, v.name)
	}
	return st
}

func (s *state) get() ([]Value, error) {
	out := make([]Value, 0, len(s.names))
	if s.iterate != nil {
		out = append(out, *s.iterate)
	}
	for _, x := range s.vars {
		if x.expr != nil {
			v, err := s.element(x)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
			continue
		}
		v, found, _ := s.scope.lookup(x.name)
		if !found {
			v = undefined{returned: x.name == returnValue}
			if s.iterate != nil && x.name == s.target {
				v = *s.iterate
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// element reads an element such as d['x'], which need not be there
// (autograph/operators/variables.py, ldu, TF 2.21).
func (s *state) element(x symbol) (Value, error) {
	pos := s.t.top().pos
	defer func() { s.t.top().pos = pos }()
	v, err := s.t.eval(x.expr)
	var e *Error
	if errors.As(err, &e) {
		switch e.Type {
		case "KeyError", "AttributeError", "NameError", "UnboundLocalError":
			return undefined{}, nil
		}
	}
	return v, err
}

func (s *state) set(values []Value) error {
	if s.iterate != nil {
		*s.iterate, values = values[0], values[1:]
	}
	for i, x := range s.vars {
		if i >= len(values) {
			break
		}
		if x.expr == nil {
			s.setVariable(x.name, values[i])
		} else if err := s.setElement(x, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// leave ends the statement: what only its inside used is as it was before.
func (s *state) leave() {
	for n, v := range s.outside {
		s.setVariable(n, v)
	}
}

// setVariable assigns a variable; undefined removes it.
func (s *state) setVariable(name string, v Value) {
	if _, gone := v.(undefined); !gone {
		s.scope.set(name, v)
		return
	}
	s.scope.unset(name)
}

// setElement assigns an element, or removes one that was not there.
func (s *state) setElement(x symbol, v Value) error {
	pos := s.t.top().pos
	defer func() { s.t.top().pos = pos }()
	if _, gone := v.(undefined); !gone {
		return s.t.assign(x.expr, v)
	}
	if now, err := s.element(x); err != nil || now == (undefined{}) {
		return err
	}
	return s.t.del(x.expr)
}

// symbol is a variable that a statement changes, or an element of one, such as
// d['x'].
type symbol struct {
	name string
	expr python.Expr // of an element
}

// liveVars are the variables of a statement in the order in which AutoGraph
// passes them: outputs first, each group by name.
type liveVars struct {
	vars  []symbol
	outs  int
	inner []string // variables that matter inside only
}

// liveness finds the variables that a statement assigns and that matter
// outside of it: read before they are assigned inside, or used afterwards. An
// element matters where what it is an element of is there before
// (autograph/converters/control_flow.py, _get_block_vars, TF 2.21).
func (tr *Tracer) liveness(s python.Stmt) liveVars {
	if v, ok := tr.live[s]; ok {
		return v
	}
	out := tr.liveOut[s]
	in := tr.liveIn[s]
	modified := map[string]python.Expr{}
	name := func(n string) { modified[n] = nil }
	element := func(e python.Expr) {
		if n, ok := symbolName(e); ok {
			modified[n] = e
		}
	}
	for _, b := range blocksOf(s) {
		assigned(b, name)
		assignedElements(b, element)
	}
	if f, ok := s.(*python.For); ok {
		targetNames(f.Target, name)
		targetElements(f.Target, element)
	}
	var v liveVars
	var inputs []symbol
	for n, e := range modified {
		switch {
		case e != nil:
			if supported(e, in) {
				v.vars = append(v.vars, symbol{n, e})
			}
		case out[n], tr.nonlocal[s][n] && !in[n]:
			v.vars = append(v.vars, symbol{name: n})
		case in[n]:
			inputs = append(inputs, symbol{name: n})
		default:
			v.inner = append(v.inner, n)
		}
	}
	byName := func(a, b symbol) int { return strings.Compare(a.name, b.name) }
	slices.SortFunc(v.vars, byName)
	slices.SortFunc(inputs, byName)
	v.outs = len(v.vars)
	v.vars = append(v.vars, inputs...)
	if _, isIf := s.(*python.If); !isIf {
		v.outs = len(v.vars) // a loop carries all of them
	}
	tr.live[s] = v
	return v
}

// symbolName is how AutoGraph calls a variable, or an element that can be told
// from others without running the code: an attribute, an item with a constant
// or a variable as its key (autograph/pyct/qual_names.py, TF 2.21).
func symbolName(e python.Expr) (string, bool) {
	switch x := e.(type) {
	case *python.Name:
		return x.ID, true
	case *python.Attribute:
		base, ok := symbolName(x.Value)
		return base + "." + x.Attr, ok
	case *python.Subscript:
		base, ok := symbolName(x.Value)
		if !ok {
			return "", false
		}
		key, ok := symbolName(x.Slice)
		if c, constant := x.Slice.(*python.Constant); constant {
			_, ellipsis := c.Value.(python.EllipsisType)
			key, ok = keyName(c.Value), !ellipsis
		}
		return base + "[" + key + "]", ok
	}
	return "", false
}

// keyName is how a constant key stands in the name of an element.
func keyName(v Value) string {
	if s, ok := v.(string); ok {
		return "'" + s + "'"
	}
	return fmt.Sprint(v)
}

// supported reports whether all variables that an element depends on are among
// names.
func supported(e python.Expr, names nameSet) bool {
	switch x := e.(type) {
	case *python.Name:
		return names[x.ID]
	case *python.Attribute:
		return supported(x.Value, names)
	case *python.Subscript:
		return supported(x.Value, names) && supported(x.Slice, names)
	}
	return true
}

// assignedElements calls f with the items and attributes that the statements
// assign or delete.
func assignedElements(stmts []python.Stmt, f func(python.Expr)) {
	for _, s := range stmts {
		switch s := s.(type) {
		case *python.Assign:
			for _, x := range s.Targets {
				targetElements(x, f)
			}
		case *python.AugAssign:
			targetElements(s.Target, f)
		case *python.AnnAssign:
			if s.Value != nil {
				targetElements(s.Target, f)
			}
		case *python.For:
			targetElements(s.Target, f)
		case *python.With:
			for _, item := range s.Items {
				if item.OptionalVars != nil {
					targetElements(item.OptionalVars, f)
				}
			}
		case *python.Delete:
			for _, x := range s.Targets {
				targetElements(x, f)
			}
		}
		for _, b := range blocksOf(s) {
			assignedElements(b, f)
		}
	}
}

// targetElements calls f with the items and attributes that a target assigns.
func targetElements(target python.Expr, f func(python.Expr)) {
	switch x := target.(type) {
	case *python.Subscript, *python.Attribute:
		f(x)
	case *python.Tuple:
		for _, e := range x.Elts {
			targetElements(e, f)
		}
	case *python.List:
		for _, e := range x.Elts {
			targetElements(e, f)
		}
	case *python.Starred:
		targetElements(x.Value, f)
	}
}
