package trace

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
)

func (t *thread) eval(e python.Expr) (Value, error) {
	if err := t.step(); err != nil {
		return nil, err
	}
	switch e := e.(type) {
	case *python.Constant:
		return e.Value, nil
	case *python.Name:
		return t.evalName(e)
	case *python.Attribute:
		v, err := t.eval(e.Value)
		if err != nil {
			return nil, err
		}
		t.at(e)
		t.top().pos = attrPos(e)
		return t.getAttr(v, e.Attr)
	case *python.Call:
		return t.evalCall(e)
	case *python.BinOp:
		a, err := t.eval(e.Left)
		if err != nil {
			return nil, err
		}
		b, err := t.eval(e.Right)
		if err != nil {
			return nil, err
		}
		t.at(e)
		return t.binary(e.Op, a, b)
	case *python.UnaryOp:
		v, err := t.eval(e.Operand)
		if err != nil {
			return nil, err
		}
		t.at(e)
		return t.unary(e.Op, v)
	case *python.Compare:
		return t.evalCompare(e)
	case *python.BoolOp:
		return t.evalBoolOp(e.Op, e.Values)
	case *python.IfExp:
		return t.evalIfExp(e)
	case *python.Subscript:
		obj, key, err := t.evalSubscript(e)
		if err != nil {
			return nil, err
		}
		return t.getItem(obj, key)
	case *python.Tuple:
		items, err := t.evalElements(e.Elts)
		return &Tuple{Items: items}, err
	case *python.List:
		items, err := t.evalElements(e.Elts)
		return &List{Items: items}, err
	case *python.Set:
		items, err := t.evalElements(e.Elts)
		if err != nil {
			return nil, err
		}
		return t.makeSet(items)
	case *python.Dict:
		return t.evalDict(e)
	case *python.Lambda:
		return t.lambda(e)
	case *python.JoinedStr:
		return t.evalJoined(e)
	case *python.ListComp:
		out := &List{}
		err := t.comprehension(e.Generators, func() error {
			v, err := t.eval(e.Elt)
			out.Items = append(out.Items, v)
			return err
		})
		return out, err
	case *python.GeneratorExp:
		return t.generatorExpression(e)
	case *python.SetComp:
		var items []Value
		err := t.comprehension(e.Generators, func() error {
			v, err := t.eval(e.Elt)
			items = append(items, v)
			return err
		})
		if err != nil {
			return nil, err
		}
		return t.makeSet(items)
	case *python.DictComp:
		out := NewDict()
		err := t.comprehension(e.Generators, func() error {
			k, err := t.eval(e.Key)
			if err != nil {
				return err
			}
			v, err := t.eval(e.Value)
			if err != nil {
				return err
			}
			t.at(e)
			return t.setItem(out, k, v)
		})
		return out, err
	case *python.NamedExpr:
		v, err := t.eval(e.Value)
		if err != nil {
			return nil, err
		}
		s := t.top().scope
		for s.comprehension() && s.parent != nil {
			s = s.parent
		}
		s.set(e.Target.ID, v)
		return v, nil
	case *python.Slice:
		return t.evalSlice(e)
	case *python.Starred:
		t.at(e)
		return nil, t.errorf("SyntaxError", "can't use starred expression here")
	case *python.Await, *python.Yield, *python.YieldFrom:
		t.at(e)
		return nil, hint(t.errorf("SyntaxError", "generators and coroutines are not supported in a body"), "return a list")
	}
	t.at(e)
	return nil, t.errorf("SyntaxError", "this expression is not supported in a body")
}

// attrPos is the place of the name behind the dot.
func attrPos(e *python.Attribute) python.Pos {
	end := e.End()
	return python.Pos{Line: end.Line, Col: end.Col - utf8.RuneCountInString(e.Attr)}
}

func (t *thread) evalName(e *python.Name) (Value, error) {
	s := t.top().scope
	v, found, unbound := s.lookup(e.ID)
	if found {
		if u, ok := v.(undefined); ok {
			t.at(e)
			return nil, t.errorf("UnboundLocalError", "%s", u.message(e.ID))
		}
		return v, nil
	}
	if unbound && e.ID == returnValue {
		return nil, nil // the end of the function without a return
	}
	t.at(e)
	if unbound {
		return nil, t.errorf("UnboundLocalError", "local variable %q is used before it is assigned", e.ID)
	}
	if m := s.root().module; m != nil {
		if v, err := m.get(t, e.ID); err != errUndefined {
			return v, err
		}
	}
	if v, ok := t.tr.global(e.ID); ok {
		return v, nil
	}
	if err := t.unsupportedName(e.ID); err != nil {
		return nil, err
	}
	err := t.errorf("NameError", "name %q is not defined", e.ID)
	if near := spell.Nearest(e.ID, t.visible()); near != "" {
		return nil, hint(err, "did you mean %q?", near)
	}
	return nil, err
}

// visible lists the names that the current code can use, innermost scope first,
// in one order each time: a hint is the first of equally near names.
func (t *thread) visible() []string {
	var names []string
	for s := t.top().scope; s != nil; s = s.parent {
		names = append(names, slices.Sorted(maps.Keys(s.vars))...)
		if s.module != nil {
			names = append(names, s.module.names()...)
		}
	}
	return append(names, globalNames()...)
}

func (s *scope) root() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// comprehension reports whether s is the scope of a comprehension: the only
// scopes without assigned names of their own.
func (s *scope) comprehension() bool { return s.local == nil && s.parent != nil && s.block == nil }

func (t *thread) evalElements(list []python.Expr) ([]Value, error) {
	items := make([]Value, 0, len(list))
	for _, e := range list {
		if star, ok := e.(*python.Starred); ok {
			v, err := t.eval(star.Value)
			if err != nil {
				return nil, err
			}
			t.at(star)
			more, err := t.items(v)
			if err != nil {
				return nil, err
			}
			items = append(items, more...)
			continue
		}
		v, err := t.eval(e)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}

func (t *thread) evalDict(e *python.Dict) (Value, error) {
	d := NewDict()
	for i, k := range e.Keys {
		var key Value
		var err error
		if k != nil {
			if key, err = t.eval(k); err != nil {
				return nil, err
			}
		}
		v, err := t.eval(e.Values[i])
		if err != nil {
			return nil, err
		}
		if k == nil {
			t.at(e.Values[i])
			more, err := t.asDict(v)
			if err != nil {
				return nil, err
			}
			more.Each(func(k, v Value) bool { d.Set(k, v); return true })
			continue
		}
		t.at(k)
		if err := t.setItem(d, key, v); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// evalCompare evaluates a comparison; a < b < c is a < b and b < c. What is
// in the middle is evaluated again where the first half is known only when the
// graph runs (autograph/converters/logical_expressions.py, TF 2.21).
func (t *thread) evalCompare(e *python.Compare) (Value, error) {
	left, err := t.eval(e.Left)
	if err != nil {
		return nil, err
	}
	right, err := t.eval(e.Comparators[0])
	if err != nil {
		return nil, err
	}
	t.at(e)
	acc, err := t.compare(e.Ops[0], left, right)
	for i := 1; i < len(e.Ops) && err == nil; i++ {
		again := symbolic(acc) && !t.inLibrary()
		acc, err = t.logical(python.And, acc, func() (Value, error) {
			if left = right; again {
				if left, err = t.eval(e.Comparators[i-1]); err != nil {
					return nil, err
				}
			}
			if right, err = t.eval(e.Comparators[i]); err != nil {
				return nil, err
			}
			t.at(e)
			return t.compare(e.Ops[i], left, right)
		})
	}
	return acc, err
}

// evalBoolOp evaluates a and b and c as a and (b and c).
func (t *thread) evalBoolOp(op python.BoolOperator, operands []python.Expr) (Value, error) {
	first, err := t.eval(operands[0])
	if err != nil || len(operands) == 1 {
		return first, err
	}
	t.at(operands[0])
	return t.logical(op, first, func() (Value, error) { return t.evalBoolOp(op, operands[1:]) })
}

// logical is "a and b" or "a or b": b is evaluated only where a does not
// decide. On tensors it is a cond whose branches give a or b
// (autograph/operators/logical.py, TF 2.21).
func (t *thread) logical(op python.BoolOperator, a Value, b func() (Value, error)) (Value, error) {
	if symbolic(a) && !t.inLibrary() {
		pos := t.top().pos
		return t.tensorLogical(op, a, func() (Value, error) {
			v, err := b()
			t.top().pos = pos
			return v, err
		})
	}
	yes, err := t.truth(a)
	if err != nil {
		return nil, err
	}
	if yes == (op == python.Or) {
		return a, nil
	}
	return b()
}

// evalIfExp evaluates "body if test else orelse". AutoGraph does not convert
// one that stands inside another (conditional_expressions.py, TF 2.21).
func (t *thread) evalIfExp(e *python.IfExp) (Value, error) {
	if !t.tr.nestedIf[e] && !t.inLibrary() {
		python.Inspect(e, func(n python.Node) bool {
			if inner, ok := n.(*python.IfExp); ok && inner != e {
				t.tr.nestedIf[inner] = true
			}
			return true
		})
	}
	cond, err := t.eval(e.Test)
	if err != nil {
		return nil, err
	}
	t.at(e)
	if symbolic(cond) && !t.inLibrary() {
		if t.tr.nestedIf[e] {
			return nil, hint(t.errorf("OperatorNotAllowedInGraphError", "a conditional expression inside another one cannot depend on a tensor"),
				"use an if statement, tf.cond or tf.where")
		}
		return t.tensorIfExp(e, cond)
	}
	yes, err := t.truth(cond)
	if err != nil {
		return nil, err
	}
	if yes {
		return t.eval(e.Body)
	}
	return t.eval(e.OrElse)
}

// evalIndex evaluates what stands in brackets: slices become *Slice.
func (t *thread) evalIndex(e python.Expr) (Value, error) {
	if tuple, ok := e.(*python.Tuple); ok {
		items := make([]Value, 0, len(tuple.Elts))
		for _, x := range tuple.Elts {
			if star, ok := x.(*python.Starred); ok {
				v, err := t.eval(star.Value)
				if err != nil {
					return nil, err
				}
				more, err := t.items(v)
				if err != nil {
					return nil, err
				}
				items = append(items, more...)
				continue
			}
			v, err := t.eval(x)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		return &Tuple{Items: items}, nil
	}
	return t.eval(e)
}

func (t *thread) evalSlice(e *python.Slice) (Value, error) {
	s := &Slice{}
	for _, part := range []struct {
		e python.Expr
		v *Value
	}{{e.Lower, &s.Start}, {e.Upper, &s.Stop}, {e.Step, &s.Step}} {
		if part.e == nil {
			continue
		}
		v, err := t.eval(part.e)
		if err != nil {
			return nil, err
		}
		*part.v = v
	}
	return s, nil
}

func (t *thread) evalJoined(e *python.JoinedStr) (Value, error) {
	var b strings.Builder
	for _, part := range e.Values {
		switch p := part.(type) {
		case *python.Constant:
			b.WriteString(p.Value.(string))
		case *python.FormattedValue:
			v, err := t.eval(p.Value)
			if err != nil {
				return nil, err
			}
			spec := ""
			if p.FormatSpec != nil {
				s, err := t.evalJoined(p.FormatSpec)
				if err != nil {
					return nil, err
				}
				spec = s.(string)
			}
			t.at(p)
			switch p.Conversion {
			case 's':
				v = t.str(v)
			case 'r':
				v = t.repr(v)
			case 'a':
				v = ascii(t.repr(v))
			}
			s, err := t.format(v, spec)
			if err != nil {
				return nil, err
			}
			b.WriteString(s)
		}
	}
	return b.String(), nil
}

// tensorLike reports whether operators on v are operators on tensors.
func tensorLike(v Value) bool {
	switch v.(type) {
	case *graph.Tensor, *model.Variable, *unread:
		return true
	}
	return false
}
