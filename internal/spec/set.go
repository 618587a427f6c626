package spec

import (
	"strconv"
)

// applySet changes the tree as a "path=value" argument says, and gives the new
// root. The value is YAML. Mappings that are missing on the way are made; a
// list takes an index, or its length to append.
func applySet(root *node, arg string, errs *sink) *node {
	steps, rest, err := cutPath(arg, "=")
	switch {
	case err != nil:
		errs.add(Pos{File: "--set " + arg}, "%v", err)
		return root
	case rest == "":
		errs.add(Pos{File: "--set " + arg}, "want path=value")
		return root
	}
	pos := Pos{File: "--set " + arg[:len(arg)-len(rest)]}
	value := parseSetValue(pos, rest[1:], errs)
	if value == nil {
		return root
	}
	changed, e := setNode(root, steps, 0, pos, value)
	if e != nil {
		errs.report(e)
		return root
	}
	return changed
}

// parseSetValue reads the value of a --set. All of its places are the
// argument's.
func parseSetValue(pos Pos, text string, errs *sink) *node {
	own := &sink{}
	valid, ok := checkText(pos.File, []byte(text), own)
	if ok && len(valid) == 0 {
		return &node{pos: pos, size: 1, height: 1}
	}
	var n *node
	if ok {
		n = parseYAML(pos.File, valid, own)
	}
	for _, e := range own.list {
		e.Pos = pos
		errs.report(e)
	}
	if n == nil {
		return nil
	}
	return n.moved(pos)
}

// moved is a copy of the subtree with all places at pos.
func (n *node) moved(pos Pos) *node {
	c := *n
	c.pos = pos
	c.items = make([]*node, len(n.items))
	for i, item := range n.items {
		c.items[i] = item.moved(pos)
	}
	c.pairs = make([]pair, len(n.pairs))
	for i, p := range n.pairs {
		c.pairs[i] = pair{p.key, pos, p.value.moved(pos)}
	}
	return &c
}

// setNode gives a copy of n with the value at steps[done:]. Nodes beside the
// path are shared with n, those on it are copied: an alias keeps its value in
// other places.
func setNode(n *node, steps []string, done int, pos Pos, value *node) (*node, *Error) {
	if done == len(steps) {
		return value, nil
	}
	step := steps[done]
	if n == nil {
		n = &node{pos: pos, kind: mapNode}
	}
	c := *n
	var err *Error
	switch n.kind {
	case mapNode:
		c.pairs = make([]pair, len(n.pairs), len(n.pairs)+1)
		copy(c.pairs, n.pairs)
		i := 0
		for i < len(c.pairs) && c.pairs[i].key != step {
			i++
		}
		if i == len(c.pairs) {
			c.pairs = append(c.pairs, pair{key: step, pos: pos})
		}
		c.pairs[i].value, err = setNode(c.pairs[i].value, steps, done+1, pos, value)
	case listNode:
		i, convErr := strconv.Atoi(step)
		if convErr != nil || i < 0 || i > len(n.items) {
			return nil, Errorf(pos, "%s is a list of %d elements: want an index of 0 to %d, not %s",
				joinPath(steps[:done]), len(n.items), len(n.items), quote(step))
		}
		c.items = make([]*node, len(n.items), len(n.items)+1)
		copy(c.items, n.items)
		if i == len(c.items) {
			c.items = append(c.items, nil)
		}
		c.items[i], err = setNode(c.items[i], steps, done+1, pos, value)
	default:
		return nil, Errorf(pos, "%s is %s, which has no %s", joinPath(steps[:done]), n.describe(), quote(step))
	}
	if err != nil {
		return nil, err
	}
	c.measure()
	return &c, nil
}
