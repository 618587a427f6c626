package spec

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// decoder turns the syntax tree into a Spec. Each of its methods reports what
// is wrong with a node and gives the best that it can make of it, so that the
// rest is looked at too.
type decoder struct {
	src    *Source
	bodies cursor
	*sink
}

// fields visits the keys of a mapping that m knows, and reports the others and
// those that are missing.
func (d *decoder) fields(n *node, m *mapping) iter.Seq2[string, *node] {
	return func(yield func(string, *node) bool) {
		if n.kind != mapNode {
			d.add(n.pos, "%s: want a mapping, not %s", m.bare(), n.describe())
			return
		}
		for _, p := range n.pairs {
			if m.find(p.key) == nil {
				if outer := m.outer(p.key); outer != "" {
					e := Errorf(p.pos, "unknown key %s in %s", quote(p.key), m.what)
					e.Hint = fmt.Sprintf("write it as %s: {%s: …}", outer, p.key)
					d.report(e)
					continue
				}
				d.unknown(p.pos, m.names(), p.key, "unknown key %s in %s", quote(p.key), m.what)
				continue
			}
			if !yield(p.key, p.value) {
				return
			}
		}
		for _, k := range m.keys {
			if k.required && n.get(k.name) == nil && !misspelt(n, m, k.name) {
				d.add(n.pos, "%s needs the key %q", m.what, k.name)
			}
		}
	}
}

// misspelt reports whether n has a key that m does not know, and that is probably
// one of those wanted or belongs into one: that is not said to be missing besides.
func misspelt(n *node, m *mapping, wanted ...string) bool {
	return slices.ContainsFunc(n.pairs, func(p pair) bool {
		return m.find(p.key) == nil &&
			(slices.Contains(wanted, spell.Nearest(p.key, m.names())) || slices.Contains(wanted, m.outer(p.key)))
	})
}

// pairs gives the entries of a mapping with free keys.
func (d *decoder) pairs(n *node, what string) []pair {
	if n.kind != mapNode {
		d.add(n.pos, "%s: want a mapping, not %s", what, n.describe())
	}
	return n.pairs
}

func (d *decoder) list(n *node, what string) []*node {
	if n.kind != listNode {
		d.add(n.pos, "%s: want a list, not %s", what, n.describe())
	}
	return n.items
}

func (d *decoder) text(n *node, what string) Text {
	s, ok := n.str()
	if !ok {
		e := Errorf(n.pos, "%s: want a string, not %s", what, n.describe())
		if n.kind == scalarNode && n.scalar != nil {
			e.Hint = "write " + quote(n.text) + " in quotes"
		}
		d.report(e)
	} else if s == "" {
		d.add(n.pos, "%s: want a string that is not empty", what)
	}
	return Text{n.pos, s}
}

func (d *decoder) texts(n *node, what string) []Text {
	var out []Text
	for _, item := range d.list(n, what) {
		out = append(out, d.text(item, what))
	}
	return out
}

func (d *decoder) boolean(n *node, what string) bool {
	v, ok := n.scalar.(bool)
	if !ok || n.kind != scalarNode {
		e := Errorf(n.pos, "%s: want true or false, not %s", what, n.describe())
		switch s, _ := n.str(); strings.ToLower(s) {
		case "yes", "on", "true":
			e.Hint = "write true"
		case "no", "off", "false":
			e.Hint = "write false"
		}
		d.report(e)
	}
	return v
}

// integer reads an integer of at least low.
func (d *decoder) integer(n *node, low int64, what string) int64 {
	v, ok := n.scalar.(int64)
	if !ok || n.kind != scalarNode || v < low {
		d.add(n.pos, "%s: want an integer of at least %d, not %s", what, low, n.describe())
		return low
	}
	return v
}

// choice reads one of a few strings.
func (d *decoder) choice(n *node, values []string, what string) string {
	s, ok := n.str()
	if !ok {
		d.add(n.pos, "%s: want one of %s, not %s", what, strings.Join(values, ", "), n.describe())
		return ""
	}
	for _, v := range values {
		if v == s {
			return s
		}
	}
	d.unknown(n.pos, values, s, "%s: unknown value %s", what, quote(s))
	return ""
}

func (d *decoder) dtype(n *node, what string) tensor.DType {
	s, ok := n.str()
	if !ok {
		d.add(n.pos, "%s: want the name of a dtype, not %s", what, n.describe())
		return tensor.Invalid
	}
	t, ok := tensor.ParseDType(s)
	if !ok {
		t, ok = tensor.ParseDType(strings.TrimPrefix(s, "tf."))
	}
	if !ok {
		d.unknown(n.pos, tensor.DTypeNames(), s, "%s: unknown dtype %s", what, quote(s))
	}
	return t
}

// shape reads a list of dimensions, null where unknown, or null for an unknown
// rank.
func (d *decoder) shape(n *node) tensor.Shape {
	if n.kind == scalarNode && n.scalar == nil {
		return tensor.UnknownShape()
	}
	if n.kind != listNode {
		e := Errorf(n.pos, "shape: want a list of dimensions or null, not %s", n.describe())
		if _, ok := n.scalar.(int64); ok {
			e.Hint = "write [" + n.text + "]"
		}
		d.report(e)
		return tensor.UnknownShape()
	}
	const maxRank = 254 // tensorflow/core/framework/tensor_shape.h, TF 2.21: MaxDimensions
	if len(n.items) > maxRank {
		d.add(n.pos, "shape: %d dimensions, TensorFlow allows %d", len(n.items), maxRank)
		return tensor.UnknownShape()
	}
	dims := make([]int64, len(n.items))
	elements := int64(1)
	for i, item := range n.items {
		dims[i] = d.dimension(item)
		if dims[i] > 0 && elements > math.MaxInt64/dims[i] {
			d.add(n.pos, "shape: more than 2**63-1 elements")
			return tensor.UnknownShape()
		}
		if dims[i] > 0 {
			elements *= dims[i]
		}
	}
	return tensor.ShapeOf(dims...)
}

func (d *decoder) dimension(n *node) int64 {
	if n.kind == scalarNode {
		switch v := n.scalar.(type) {
		case nil:
			return tensor.Unknown
		case int64:
			if v >= 0 {
				return v
			}
		case string:
			if v == "None" || v == "?" {
				d.report(&Error{Pos: n.pos, Msg: "shape: want integers of at least 0, or null, not " + n.describe(),
					Hint: "an unknown dimension is null"})
				return tensor.Unknown
			}
		}
	}
	e := Errorf(n.pos, "shape: want integers of at least 0, or null, not %s", n.describe())
	if n.scalar == int64(-1) {
		e.Hint = "an unknown dimension is null"
	}
	d.report(e)
	return tensor.Unknown
}

// permutation reads a list that holds each of 0, 1, … once.
func (d *decoder) permutation(n *node, what string) []int {
	items := d.list(n, what)
	perm := make([]int, len(items))
	seen := make([]bool, len(items))
	for i, item := range items {
		v, ok := item.scalar.(int64)
		switch {
		case !ok || item.kind != scalarNode:
			d.add(item.pos, "%s: want a permutation of the axes, such as [1, 0], not %s in it", what, item.describe())
			return nil
		case v < 0 || v >= int64(len(items)):
			d.add(item.pos, "%s: axis %d in a permutation of %d axes, want 0 to %d", what, v, len(items), len(items)-1)
			return nil
		case seen[v]:
			d.add(item.pos, "%s: axis %d occurs twice", what, v)
			return nil
		}
		seen[v] = true
		perm[i] = int(v)
	}
	return perm
}

// path reads a path from the root.
func (d *decoder) path(n *node, what string) Path {
	t := d.text(n, what)
	p := Path{Pos: n.pos, Text: t.Value}
	if t.Value == "" {
		return p
	}
	steps, _, err := cutPath(t.Value, "")
	if err != nil {
		d.add(n.pos, "%s: path %s: %v", what, quote(t.Value), err)
		p.Text = ""
	}
	p.Steps = steps
	return p
}

// spec decodes the whole description.
func (d *decoder) spec(n *node) *Spec {
	s := &Spec{}
	if n.kind == mapNode {
		n = n.without(func(key string) bool { return strings.HasPrefix(key, "x-") })
	}
	if n.kind == scalarNode && n.scalar == nil {
		d.add(n.pos, "empty: want a mapping with the key \"module\"")
		return s
	}
	for key, v := range d.fields(n, &specKeys) {
		switch key {
		case "$schema":
		case "module":
			s.Module = d.module(v, true)
		case "keras":
			s.Keras = &Keras{v.pos, v.value()}
		case "weights":
			if v.kind != listNode {
				s.Weights = []*WeightFile{{Broken: true}} // the values are somewhere
			}
			for _, item := range d.list(v, "weights") {
				s.Weights = append(s.Weights, d.weights(item))
			}
		case "signatures":
			s.Signatures = d.signatures(v)
		case "options":
			s.Options = d.options(v)
		default:
			panic("internal error: no code for key " + key)
		}
	}
	switch {
	case n.kind != mapNode:
	case s.Module == nil && s.Keras == nil && misspelt(n, &specKeys, "module", "keras"):
	case s.Module == nil && s.Keras == nil:
		d.add(n.pos, "a description needs the key \"module\" (or \"keras\")")
	case s.Module != nil && s.Keras != nil:
		d.add(s.Keras.Pos, "a description has one root object: module or keras, not both")
	}
	return s
}

// without is the mapping without some of its keys.
func (n *node) without(drop func(key string) bool) *node {
	c := *n
	c.pairs = nil
	for _, p := range n.pairs {
		if !drop(p.key) {
			c.pairs = append(c.pairs, p)
		}
	}
	return &c
}
