package trace

import (
	"github.com/tfsave/tfsave/internal/python"
)

// Set is a Python set. It keeps the order of insertion, as a model must not
// depend on hashes.
type Set struct{ d *Dict }

func newSet() *Set { return &Set{d: NewDict()} }

func (s *Set) has(v Value) bool {
	_, ok := s.d.Get(v)
	return ok
}

func (t *thread) makeSet(items []Value) (*Set, error) {
	s := newSet()
	for _, x := range items {
		if !s.d.Set(x, true) {
			return nil, t.unhashable(x)
		}
	}
	return s, nil
}

func (t *thread) unhashable(v Value) error {
	return t.errorf("TypeError", "unhashable type: %s", typeName(v))
}

// dictView is what keys(), values() and items() of a dict give.
type dictView struct {
	d    *Dict
	kind string // keys, values, items
}

func (v *dictView) items() []Value {
	out := make([]Value, 0, v.d.Len())
	v.d.Each(func(key, value Value) bool {
		switch v.kind {
		case "keys":
			out = append(out, key)
		case "values":
			out = append(out, value)
		default:
			out = append(out, &Tuple{Items: []Value{key, value}})
		}
		return true
	})
	return out
}

// asSet gives sets, and the views of dicts that are like sets.
func (t *thread) asSet(v Value) (*Set, bool) {
	switch x := v.(type) {
	case *Set:
		return x, true
	case *dictView:
		if x.kind != "values" {
			s, err := t.makeSet(x.items())
			return s, err == nil
		}
	}
	return nil, false
}

// setOperator is an operator on two sets; nil for one that sets do not have.
func setOperator(op python.Operator, x, y *Set) *Set {
	out := newSet()
	add := func(from *Set, keep func(Value) bool) {
		from.d.Each(func(k, _ Value) bool {
			if keep(k) {
				out.d.Set(k, true)
			}
			return true
		})
	}
	all := func(Value) bool { return true }
	switch op {
	case python.BitOr:
		add(x, all)
		add(y, all)
	case python.BitAnd:
		add(x, y.has)
	case python.Sub:
		add(x, func(v Value) bool { return !y.has(v) })
	case python.BitXor:
		add(x, func(v Value) bool { return !y.has(v) })
		add(y, func(v Value) bool { return !x.has(v) })
	default:
		return nil
	}
	return out
}

// subset reports whether y has every element of x.
func subset(x, y *Set) bool {
	all := true
	x.d.Each(func(k, _ Value) bool { all = y.has(k); return all })
	return all
}

// compareSets is an ordering of sets: by inclusion.
func compareSets(op python.CmpOperator, x, y *Set) bool {
	switch op {
	case python.Lt:
		return x.d.Len() < y.d.Len() && subset(x, y)
	case python.LtE:
		return subset(x, y)
	case python.Gt:
		return y.d.Len() < x.d.Len() && subset(y, x)
	}
	return subset(y, x)
}

func setMethods() map[string]method {
	on := func(f func(t *thread, s *Set, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*Set), args) }}
	}
	// combine folds the arguments, any iterables, into the set.
	combine := func(op python.Operator, inPlace bool) method {
		return on(func(t *thread, s *Set, args *callArgs) (Value, error) {
			out := setOperator(python.BitOr, s, newSet())
			for _, v := range args.pos {
				other, err := t.setOf(v)
				if err != nil {
					return nil, err
				}
				out = setOperator(op, out, other)
			}
			if inPlace {
				s.d = out.d
				return nil, nil
			}
			return out, nil
		})
	}
	relation := func(name string, f func(s, other *Set) bool) method {
		return on(func(t *thread, s *Set, args *callArgs) (Value, error) {
			p, err := t.params(name, args, "other")
			if err != nil {
				return nil, err
			}
			other, err := t.setOf(p[0])
			if err != nil {
				return nil, err
			}
			return f(s, other), nil
		})
	}
	element := func(name string, f func(t *thread, s *Set, v Value) error) method {
		return on(func(t *thread, s *Set, args *callArgs) (Value, error) {
			p, err := t.params(name, args, "elem")
			if err != nil {
				return nil, err
			}
			if _, ok := hashKey(p[0]); !ok {
				return nil, t.unhashable(p[0])
			}
			return nil, f(t, s, p[0])
		})
	}
	return map[string]method{
		"union":                       combine(python.BitOr, false),
		"intersection":                combine(python.BitAnd, false),
		"difference":                  combine(python.Sub, false),
		"symmetric_difference":        combine(python.BitXor, false),
		"update":                      combine(python.BitOr, true),
		"intersection_update":         combine(python.BitAnd, true),
		"difference_update":           combine(python.Sub, true),
		"symmetric_difference_update": combine(python.BitXor, true),
		"issubset":                    relation("issubset", subset),
		"issuperset":                  relation("issuperset", func(s, other *Set) bool { return subset(other, s) }),
		"isdisjoint":                  relation("isdisjoint", func(s, other *Set) bool { return setOperator(python.BitAnd, s, other).d.Len() == 0 }),
		"add":                         element("add", func(_ *thread, s *Set, v Value) error { s.d.Set(v, true); return nil }),
		"discard":                     element("discard", func(_ *thread, s *Set, v Value) error { s.d.Delete(v); return nil }),
		"remove": element("remove", func(t *thread, s *Set, v Value) error {
			if !s.d.Delete(v) {
				return t.keyError(v, s.d.Keys())
			}
			return nil
		}),
		"pop": on(func(t *thread, s *Set, _ *callArgs) (Value, error) {
			keys := s.d.Keys()
			if len(keys) == 0 {
				return nil, t.errorf("KeyError", "pop from an empty set")
			}
			s.d.Delete(keys[0])
			return keys[0], nil
		}),
		"copy":  on(func(_ *thread, s *Set, _ *callArgs) (Value, error) { return &Set{d: s.d.Copy()}, nil }),
		"clear": on(func(_ *thread, s *Set, _ *callArgs) (Value, error) { s.d = NewDict(); return nil, nil }),
	}
}

// setOf makes a set of any iterable.
func (t *thread) setOf(v Value) (*Set, error) {
	if s, ok := v.(*Set); ok {
		return s, nil
	}
	items, err := t.items(v)
	if err != nil {
		return nil, err
	}
	return t.makeSet(items)
}
