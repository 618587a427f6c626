package spec

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Bounds on a description. They are far beyond what people and generators
// write and keep a hostile file from costing more than its own length.
const (
	maxBytes    = 64 << 20  // of text
	maxDepth    = 1000      // of nested lists and mappings
	maxExpanded = 2_000_000 // nodes that aliases and merge keys add
	maxErrors   = 1000      // reported; the rest is counted
	maxNearest  = 50        // errors that get a suggestion, which costs a search
)

type nodeKind uint8

const (
	scalarNode nodeKind = iota
	listNode
	mapNode
)

type style uint8

const (
	plain style = iota
	singleQuoted
	doubleQuoted
	jsonQuoted
	literal // |
	folded  // >
)

// node is a piece of the syntax tree that YAML, JSON and --set values are read
// into. Nodes do not change once they are made: aliases share them.
type node struct {
	pos    Pos
	kind   nodeKind
	style  style
	scalar any    // of a scalar: nil, bool, int64, *big.Int, float64 or string
	text   string // of a scalar: as written, unquoted
	items  []*node
	pairs  []pair
	size   int // nodes of the subtree, those behind aliases included
	height int // levels of the subtree
}

// pair is a key of a mapping with its value.
type pair struct {
	key   string
	pos   Pos // of the key
	value *node
}

// measure sets size and height from the children.
func (n *node) measure() {
	n.size, n.height = 1, 1
	add := func(c *node) {
		n.size += c.size
		n.height = max(n.height, c.height+1)
	}
	for _, c := range n.items {
		add(c)
	}
	for _, p := range n.pairs {
		add(p.value)
	}
}

// get finds the value of a key, nil where the mapping has none.
func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

// has reports whether n is a mapping with the key.
func (n *node) has(key string) bool { return n.kind == mapNode && n.get(key) != nil }

// only reports whether n is a mapping with the key and no other.
func (n *node) only(key string) bool {
	return n.kind == mapNode && len(n.pairs) == 1 && n.pairs[0].key == key
}

// str is the text of a string scalar.
func (n *node) str() (string, bool) {
	s, ok := n.scalar.(string)
	return s, ok && n.kind == scalarNode
}

// describe says what was seen: `the string "abc"`, `null`, `a list`.
func (n *node) describe() string {
	switch n.kind {
	case listNode:
		if len(n.items) == 0 {
			return "an empty list"
		}
		return "a list"
	case mapNode:
		if len(n.pairs) == 0 {
			return "an empty mapping"
		}
		return "a mapping"
	}
	switch v := n.scalar.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case string:
		return "the string " + quote(v)
	case float64:
		return "the float " + clip(n.text)
	default:
		return "the integer " + clip(n.text)
	}
}

// value turns the subtree into plain data.
func (n *node) value() Value {
	switch n.kind {
	case listNode:
		items := make([]Value, len(n.items))
		for i, c := range n.items {
			items[i] = c.value()
		}
		return Value{n.pos, items}
	case mapNode:
		entries := make([]Entry, len(n.pairs))
		for i, p := range n.pairs {
			entries[i] = Entry{Value{p.pos, p.key}, p.value.value()}
		}
		return Value{n.pos, entries}
	}
	return Value{n.pos, n.scalar}
}

// clip shortens a text for a message.
func clip(s string) string {
	const limit = 60
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// quote quotes a text for a message, shortened.
func quote(s string) string { return strconv.Quote(clip(s)) }

// checkDuplicates reports keys that are written twice, and gives the pairs
// without the repetitions.
func checkDuplicates(pairs []pair, errs *sink) []pair {
	seen := make(map[string]Pos, len(pairs))
	kept := pairs[:0]
	for _, p := range pairs {
		if first, ok := seen[p.key]; ok {
			errs.add(p.pos, "key %s is given twice, first %s", quote(p.key), at(first, p.pos))
			continue
		}
		seen[p.key] = p.pos
		kept = append(kept, p)
	}
	return kept
}

// at names a place as seen from another: by line alone in the same file.
func at(p, from Pos) string {
	if p.File == from.File && p.Line > 0 {
		return fmt.Sprintf("on line %d", p.Line)
	}
	return "at " + p.String()
}
