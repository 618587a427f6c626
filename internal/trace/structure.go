package trace

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/model"
)

// Bounds of the structures that go in and out of functions: lists may hold
// themselves.
const (
	maxNesting = 100
	maxLeaves  = 1 << 20
)

var errStructure = fmt.Errorf("a structure is nested more than %d deep, or has more than %d leaves", maxNesting, maxLeaves)

// mapStructure rebuilds a structure of lists, tuples and dicts with each leaf
// replaced; dicts are visited in the order of their sorted keys, as tf.nest
// does. Composites are leaves.
func mapStructure(v Value, f func(Value) (Value, error)) (Value, error) {
	m := mapper{f: f, leaves: maxLeaves}
	return m.value(v, maxNesting)
}

type mapper struct {
	f      func(Value) (Value, error)
	leaves int // how many more there may be
}

func (m *mapper) value(v Value, depth int) (Value, error) {
	if depth == 0 || m.leaves <= 0 {
		return nil, errStructure
	}
	switch x := v.(type) {
	case *List:
		items, err := m.items(x.Items, depth-1)
		return &List{Items: items}, err
	case *Tuple:
		items, err := m.items(x.Items, depth-1)
		return &Tuple{Items: items, Type: x.Type}, err
	case *Dict:
		m.leaves--
		out := x.Copy() // keeps the order of insertion
		for _, k := range x.sortedKeys() {
			e, _ := x.Get(k)
			r, err := m.value(e, depth-1)
			if err != nil {
				return nil, err
			}
			out.Set(k, r)
		}
		return out, nil
	}
	m.leaves--
	return m.f(v)
}

func (m *mapper) items(items []Value, depth int) ([]Value, error) {
	m.leaves--
	out := make([]Value, len(items))
	for i, x := range items {
		r, err := m.value(x, depth)
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

// flatten lists the leaves of a structure (tf.nest.flatten).
func flatten(v Value) []Value {
	var out []Value
	mapStructure(v, func(x Value) (Value, error) {
		out = append(out, x)
		return x, nil
	})
	return out
}

// expand replaces composites among leaves by their tensors
// (tf.nest.flatten(expand_composites=True)).
func expand(leaves []Value) []Value {
	var out []Value
	for _, v := range leaves {
		if c, ok := v.(*Composite); ok {
			for _, x := range c.tensors() {
				out = append(out, x)
			}
			continue
		}
		out = append(out, v)
	}
	return out
}

// repack puts new leaves into a structure (tf.nest.pack_sequence_as).
func (t *thread) repack(structure Value, leaves []Value) (Value, error) {
	i := 0
	out, err := mapStructure(structure, func(Value) (Value, error) {
		if i >= len(leaves) {
			return nil, t.errorf("ValueError", "the structure has more leaves than the %d given", len(leaves))
		}
		i++
		return leaves[i-1], nil
	})
	if err == nil && i < len(leaves) {
		err = t.errorf("ValueError", "the structure has %d leaves, but %d are given", i, len(leaves))
	}
	return out, err
}

// isNested reports whether v is a list, tuple or dict.
func isNested(v Value) bool {
	switch v.(type) {
	case *List, *Tuple, *Dict:
		return true
	}
	return false
}

// sameStructure reports the first place where two structures differ, "" if
// they do not.
func sameStructure(a, b Value) string {
	left := maxLeaves
	return differ(a, b, maxNesting, &left)
}

func differ(a, b Value, depth int, left *int) string {
	if *left--; depth == 0 || *left <= 0 {
		return errStructure.Error()
	}
	switch x := a.(type) {
	case *List:
		y, ok := b.(*List)
		if !ok {
			return "a list and " + typeName(b)
		}
		return itemsDiffer(x.Items, y.Items, depth-1, left)
	case *Tuple:
		y, ok := b.(*Tuple)
		if !ok {
			return typeName(a) + " and " + typeName(b)
		}
		return itemsDiffer(x.Items, y.Items, depth-1, left)
	case *Dict:
		y, ok := b.(*Dict)
		if !ok {
			return "a dict and " + typeName(b)
		}
		if x.Len() != y.Len() {
			return "dicts of different keys"
		}
		diff := ""
		x.Each(func(k, v Value) bool {
			w, ok := y.Get(k)
			if !ok {
				diff = "key " + short(k) + " is missing"
			} else {
				diff = differ(v, w, depth-1, left)
			}
			return diff == ""
		})
		return diff
	}
	if isNested(b) {
		return typeName(a) + " and " + typeName(b)
	}
	return ""
}

func itemsDiffer(a, b []Value, depth int, left *int) string {
	if len(a) != len(b) {
		return itoa(len(a)) + " and " + itoa(len(b)) + " elements"
	}
	for i := range a {
		if d := differ(a[i], b[i], depth, left); d != "" {
			return d
		}
	}
	return ""
}

// unwrapModel gives lists and dicts of the model as Python ones.
func (t *thread) unwrapModel(v Value) Value {
	switch x := v.(type) {
	case *model.List:
		l := &List{}
		for _, o := range x.Items {
			l.Items = append(l.Items, t.unwrapModel(t.tr.objectValue(o)))
		}
		return l
	case *model.Dict:
		d := NewDict()
		for i := range x.Items {
			d.Set(x.Items[i].Name, t.unwrapModel(t.tr.modelValue(&x.Items[i])))
		}
		return d
	}
	return v
}
