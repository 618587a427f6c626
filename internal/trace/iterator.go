package trace

import (
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// iterator is a Python iterator: what iter(), zip() and generator expressions
// give. next gives the next element; ok is false at the end.
type iterator struct {
	typ  string
	next func(t *thread) (v Value, ok bool, err error)
}

// iter is iter(v).
func (t *thread) iter(v Value) (*iterator, error) {
	switch x := v.(type) {
	case *iterator:
		return x, nil
	case *List:
		at := 0
		return &iterator{"list_iterator", func(*thread) (Value, bool, error) {
			if at >= len(x.Items) { // the list may grow meanwhile
				return nil, false, nil
			}
			at++
			return x.Items[at-1], true, nil
		}}, nil
	case *Range:
		at := int64(0)
		return &iterator{"range_iterator", func(*thread) (Value, bool, error) {
			if at >= x.Len() {
				return nil, false, nil
			}
			at++
			return x.Start + (at-1)*x.Step, true, nil
		}}, nil
	}
	items, err := t.items(v)
	return sliceIterator("iterator", items), err
}

func sliceIterator(typ string, items []Value) *iterator {
	return &iterator{typ, func(*thread) (Value, bool, error) {
		if len(items) == 0 {
			return nil, false, nil
		}
		v := items[0]
		items = items[1:]
		return v, true, nil
	}}
}

func pyIter(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("iter", args, "iterable")
	if err != nil {
		return nil, err
	}
	return t.iter(p[0])
}

func pyNext(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("next", args, "iterator", "default?")
	if err != nil {
		return nil, err
	}
	it, ok := p[0].(*iterator)
	if !ok {
		return nil, hint(t.errorf("TypeError", "%s is not an iterator", typeName(p[0])), "make one of it with iter()")
	}
	v, ok, err := it.next(t)
	if err != nil || ok {
		return v, err
	}
	if len(args.pos) == 2 {
		return p[1], nil
	}
	return nil, t.errorf("StopIteration", "the iterator has no more elements")
}

// iterAll is iter() of several values.
func (t *thread) iterAll(values []Value) ([]*iterator, error) {
	its := make([]*iterator, len(values))
	for i, v := range values {
		var err error
		if its[i], err = t.iter(v); err != nil {
			return nil, err
		}
	}
	return its, nil
}

// row takes one element of each iterator; ended is the number of the first
// that has no more, -1 for none.
func (t *thread) row(its []*iterator) (row []Value, ended int, err error) {
	if err := t.step(); err != nil {
		return nil, 0, err
	}
	row = make([]Value, len(its))
	for i, it := range its {
		v, ok, err := it.next(t)
		if err != nil || !ok {
			return nil, i, err
		}
		row[i] = v
	}
	return row, -1, nil
}

func pyZip(t *thread, args *callArgs) (Value, error) {
	strict := false
	for _, k := range args.kw {
		if k.name != "strict" {
			return nil, t.errorf("TypeError", "zip() got an unexpected keyword argument %q", k.name)
		}
		var err error
		if strict, err = t.truth(k.value); err != nil {
			return nil, err
		}
	}
	its, err := t.iterAll(args.pos)
	if err != nil {
		return nil, err
	}
	return &iterator{"zip", func(t *thread) (Value, bool, error) {
		if len(its) == 0 {
			return nil, false, nil
		}
		row, ended, err := t.row(its)
		if err != nil || ended < 0 {
			return &Tuple{Items: row}, err == nil, err
		}
		if strict {
			for i := ended; i < len(its); i++ {
				if i == ended && i > 0 {
					return nil, false, t.errorf("ValueError", "zip() argument %d is shorter than argument 1", i+1)
				}
				if _, more, err := its[i].next(t); err != nil || more {
					return nil, false, t.errorf("ValueError", "zip() argument %d is longer than argument 1", i+1)
				}
			}
		}
		return nil, false, nil
	}}, nil
}

func pyEnumerate(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("enumerate", args, "iterable", "start?")
	if err != nil {
		return nil, err
	}
	i, ok := number(p[1]).(int64)
	if !ok && p[1] != nil {
		return nil, t.errorf("TypeError", "the start of enumerate() must be an integer, not %s", typeName(p[1]))
	}
	it, err := t.iter(p[0])
	if err != nil {
		return nil, err
	}
	return &iterator{"enumerate", func(t *thread) (Value, bool, error) {
		v, ok, err := it.next(t)
		if !ok || err != nil {
			return nil, false, err
		}
		i++
		return &Tuple{Items: []Value{i - 1, v}}, true, nil
	}}, nil
}

func pyMap(t *thread, args *callArgs) (Value, error) {
	if len(args.pos) < 2 || len(args.kw) > 0 {
		return nil, t.errorf("TypeError", "map() takes a function and at least one iterable")
	}
	f := args.pos[0]
	its, err := t.iterAll(args.pos[1:])
	if err != nil {
		return nil, err
	}
	return &iterator{"map", func(t *thread) (Value, bool, error) {
		row, ended, err := t.row(its)
		if err != nil || ended >= 0 {
			return nil, false, err
		}
		v, err := t.call(f, positional(row...))
		return v, err == nil, err
	}}, nil
}

func pyFilter(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("filter", args, "function", "iterable")
	if err != nil {
		return nil, err
	}
	it, err := t.iter(p[1])
	if err != nil {
		return nil, err
	}
	return &iterator{"filter", func(t *thread) (Value, bool, error) {
		for {
			if err := t.step(); err != nil {
				return nil, false, err
			}
			v, ok, err := it.next(t)
			if !ok || err != nil {
				return nil, false, err
			}
			keep := v
			if p[0] != nil {
				if keep, err = t.call(p[0], positional(v)); err != nil {
					return nil, false, err
				}
			}
			if yes, err := t.truth(keep); err != nil || yes {
				return v, err == nil, err
			}
		}
	}}, nil
}

func pyReversed(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("reversed", args, "sequence")
	if err != nil {
		return nil, err
	}
	switch x := p[0].(type) {
	case *List, *Tuple, *Dict, *dictView, *Range, string, python.Bytes, *model.List, *Array, tensor.Shape:
		items, err := t.items(x)
		if err != nil {
			return nil, err
		}
		out := make([]Value, len(items))
		for i, v := range items {
			out[len(items)-1-i] = v
		}
		return sliceIterator("reversed", out), nil
	}
	return nil, t.errorf("TypeError", "%s is not reversible", typeName(p[0]))
}

// generator goes through the combinations of the elements of a comprehension's
// for clauses, in a scope of its own.
type generator struct {
	gens  []*python.Comprehension
	scope *scope
	its   []*iterator // of the clauses entered
}

// generator starts a comprehension; its first iterable is evaluated outside.
func (t *thread) generator(gens []*python.Comprehension) (*generator, error) {
	it, err := t.clause(gens[0])
	g := &generator{gens: gens, its: []*iterator{it}}
	g.scope = &scope{vars: map[string]Value{}, parent: t.top().scope}
	return g, err
}

// clause gives the elements that a for clause goes over.
func (t *thread) clause(g *python.Comprehension) (*iterator, error) {
	v, err := t.eval(g.Iter)
	if err != nil {
		return nil, err
	}
	t.at(g.Iter)
	if symbolic(v) && !t.inLibrary() {
		return nil, hint(t.errorf("OperatorNotAllowedInGraphError", "a comprehension cannot go over a tensor"), "use tf.map_fn, tf.unstack, or a for statement")
	}
	return t.iter(v)
}

// advance goes to the next combination; false at the end.
func (g *generator) advance(t *thread) (bool, error) {
next:
	for len(g.its) > 0 {
		if err := t.step(); err != nil {
			return false, err
		}
		i := len(g.its) - 1
		v, ok, err := g.its[i].next(t)
		if err != nil {
			return false, err
		}
		if !ok {
			g.its = g.its[:i]
			continue
		}
		if err := t.assign(g.gens[i].Target, v); err != nil {
			return false, err
		}
		for _, cond := range g.gens[i].Ifs {
			c, err := t.eval(cond)
			if err != nil {
				return false, err
			}
			t.at(cond)
			yes, err := t.truth(c)
			if err != nil {
				return false, err
			}
			if !yes {
				continue next
			}
		}
		if i+1 == len(g.gens) {
			return true, nil
		}
		inner, err := t.clause(g.gens[i+1])
		if err != nil {
			return false, err
		}
		g.its = append(g.its, inner)
	}
	return false, nil
}

// comprehension runs body for each combination.
func (t *thread) comprehension(gens []*python.Comprehension, body func() error) error {
	g, err := t.generator(gens)
	if err != nil {
		return err
	}
	defer t.enter(g.scope)()
	for {
		more, err := g.advance(t)
		if err != nil || !more {
			return err
		}
		if err := body(); err != nil {
			return err
		}
	}
}

// enter makes s the scope of the current code.
func (t *thread) enter(s *scope) (leave func()) {
	f := t.top()
	saved := f.scope
	f.scope = s
	return func() { f.scope = saved }
}

// generatorExpression is evaluated as its elements are asked for, wherever
// that is.
func (t *thread) generatorExpression(e *python.GeneratorExp) (Value, error) {
	g, err := t.generator(e.Generators)
	if err != nil {
		return nil, err
	}
	home := t.top()
	return &iterator{"generator", func(t *thread) (Value, bool, error) {
		if len(t.frames) >= maxDepth {
			return nil, false, t.errorf("RecursionError", "calls are nested more than %d deep", maxDepth)
		}
		if t.top() == home {
			defer t.enter(g.scope)()
		} else {
			t.frames = append(t.frames, &frame{name: "<genexpr>", src: home.src, scope: g.scope, pos: e.Pos()})
			defer func() { t.frames = t.frames[:len(t.frames)-1] }()
		}
		more, err := g.advance(t)
		if err != nil || !more {
			return nil, false, err
		}
		v, err := t.eval(e.Elt)
		return v, err == nil, err
	}}, nil
}
