package spec

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// parseYAML reads a text of one YAML document, whose file name is name. The
// node is nil where the text has no usable tree.
func parseYAML(name string, text []byte, errs *sink) *node {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	err := dec.Decode(&doc)
	if err == io.EOF {
		errs.add(Pos{name, 1, 1}, "empty: want a mapping with the key \"module\"")
		return nil
	}
	if err != nil {
		syntaxError(name, text, err, errs)
		return nil
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		errs.add(Pos{name, second.Line, second.Column}, "a second YAML document: a description is one document")
	} else if err != io.EOF {
		syntaxError(name, text, err, errs)
	}
	c := &converter{name: name, errs: errs, done: map[*yaml.Node]*node{}}
	if len(doc.Content) == 0 {
		return nil
	}
	n := c.convert(doc.Content[0], 1)
	if c.broken {
		return nil
	}
	return n
}

// yamlHints explain messages of the YAML library that say little to a person.
var yamlHints = []struct{ part, hint string }{
	{"mapping values are not allowed", "check the indentation, and quote values that hold \": \""},
	{"cannot start any token", "quote values that begin with one of @ ` %, and indent with spaces, not tabs"},
	{"did not find expected key", "check the indentation of this line"},
	{"could not find expected ':'", "a key without \": \", or a value that needs quotes"},
	{"unexpected end of stream", "a quote is not closed"},
	{"did not find expected ',' or", "a comma is missing, a { or [ is not closed, or a value that holds [ ] { } or a comma needs quotes"},
	{"unknown escape character", "backslashes are plain characters in 'single quotes' and in | blocks"},
}

var lineInMessage = regexp.MustCompile(`^line (\d+): `)

// syntaxError reports an error of the YAML library, whose text has at best a
// line. A scanner's error names the line on which the construct starts. A
// parser's error ("did not find expected …") names the line before the
// enclosing construct, so the line is looked for again.
func syntaxError(name string, text []byte, err error, errs *sink) {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := lineInMessage.FindStringSubmatch(msg); m != nil {
		line, _ = strconv.Atoi(m[1])
		msg = msg[len(m[0]):]
	}
	pos := Pos{File: name, Line: line}
	hint := ""
	switch {
	case strings.HasPrefix(msg, "unknown anchor "):
		anchor := strings.Trim(strings.TrimSuffix(strings.TrimPrefix(msg, "unknown anchor "), " referenced"), "'")
		msg = "unknown anchor " + quote(anchor)
		hint = "write " + quote("*"+anchor) + " in quotes if it is a string"
		if at := bytes.Index(text, []byte("*"+anchor)); at >= 0 {
			pos = position(name, text, at)
		}
	case msg == "control characters are not allowed":
		at := bytes.IndexFunc(text, isControl)
		r, _ := utf8.DecodeRune(text[max(at, 0):])
		pos = position(name, text, max(at, 0))
		msg = "control character " + strconv.QuoteRuneToASCII(r)
		hint = "write it as an escape in \"double quotes\""
	case strings.Contains(msg, "exceeded max depth"):
		msg = "nested deeper than " + strconv.Itoa(maxDepth) + " levels"
		pos.Line = failingLine(text)
	case strings.HasPrefix(msg, "did not find expected"), msg == "found undefined tag handle":
		pos.Line = failingLine(text)
	}
	if pos.Col == 0 {
		pos.Col = failingColumn(text, pos.Line, msg)
	}
	for _, h := range yamlHints {
		if strings.Contains(msg, h.part) {
			hint = h.hint
		}
	}
	errs.report(&Error{Pos: pos, Msg: msg, Hint: hint})
}

// isControl reports a character that no YAML text may hold (YAML 1.2.2,
// section 5.1).
func isControl(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == 0x85:
		return false
	case r == 0xFEFF || r == 0xFFFE || r == 0xFFFF:
		return true
	}
	return r < ' ' || r >= 0x7f && r < 0xa0
}

// failingLine finds the line at which the YAML library gives up: it is fed one
// line at a time, and the last one that it asked for is the line.
func failingLine(text []byte) int {
	r := &lineReader{rest: text}
	dec := yaml.NewDecoder(r)
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err != nil {
			return max(r.lines, 1)
		}
	}
}

// badStart is where a token begins with a character that none can begin with.
var badStart = regexp.MustCompile("^ *(\t)|(?:^|[ \\[{,])([@`%])")

// failingColumn finds the place in a line that a message is about: the
// character that begins no token, or else where the text of the line begins.
func failingColumn(text []byte, line int, msg string) int {
	for range line - 1 {
		_, text, _ = bytes.Cut(text, []byte{'\n'})
	}
	text, _, _ = bytes.Cut(text, []byte{'\n'})
	at := len(text) - len(bytes.TrimLeft(text, " \t"))
	if m := badStart.FindSubmatchIndex(text); m != nil && strings.Contains(msg, "cannot start any token") {
		at = max(m[2], m[4])
	}
	return utf8.RuneCount(text[:at]) + 1
}

// lineReader gives one line a Read.
type lineReader struct {
	rest  []byte
	lines int
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	line := r.rest
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i+1]
	}
	n := copy(p, line)
	r.rest = r.rest[n:]
	if n == len(line) {
		r.lines++
	}
	return n, nil
}

// position turns an offset into a place.
func position(name string, text []byte, offset int) Pos {
	before := text[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return Pos{name, bytes.Count(before, []byte{'\n'}) + 1, len([]rune(string(before[start:]))) + 1}
}

// converter turns the YAML library's nodes into ours: tags resolved, aliases
// shared, merge keys merged, duplicates and bombs refused.
type converter struct {
	name   string
	errs   *sink
	done   map[*yaml.Node]*node // anchored nodes; nil while one is being converted
	extra  int                  // nodes that aliases added so far
	bombed bool                 // they are too many
	broken bool                 // some nodes have only a stand-in
}

func (c *converter) pos(y *yaml.Node) Pos { return Pos{c.name, y.Line, y.Column} }

// null stands in for a node that can not be used, which was reported.
func (c *converter) null(y *yaml.Node) *node {
	c.broken = true
	return &node{pos: c.pos(y), size: 1, height: 1}
}

func (c *converter) convert(y *yaml.Node, depth int) *node {
	if y.Kind == yaml.AliasNode {
		return c.alias(y, depth)
	}
	if depth > maxDepth {
		c.errs.add(c.pos(y), "nested deeper than %d levels", maxDepth)
		return c.null(y)
	}
	if y.Anchor != "" {
		c.done[y] = nil
	}
	n := &node{pos: c.pos(y), style: yamlStyle(y.Style)}
	switch y.Kind {
	case yaml.ScalarNode:
		n.text = y.Value
		n.scalar = c.scalar(y)
	case yaml.SequenceNode:
		n.kind = listNode
		c.tag(y, "!!seq")
		n.items = make([]*node, len(y.Content))
		for i, item := range y.Content {
			n.items[i] = c.convert(item, depth+1)
		}
	case yaml.MappingNode:
		n.kind = mapNode
		c.tag(y, "!!map")
		n.pairs = c.pairs(y, depth)
	}
	n.measure()
	if y.Anchor != "" {
		c.done[y] = n
	}
	return n
}

// alias gives the node that an alias stands for. The sizes of what aliases
// stand for are added up, so that a bomb is refused before anybody walks it.
func (c *converter) alias(y *yaml.Node, depth int) *node {
	target := c.done[y.Alias]
	if target == nil {
		c.errs.add(c.pos(y), "anchor %s contains itself", quote(y.Value))
		return c.null(y)
	}
	if depth+target.height > maxDepth {
		c.errs.add(c.pos(y), "nested deeper than %d levels", maxDepth)
		return c.null(y)
	}
	c.extra += target.size
	if c.extra > maxExpanded {
		if !c.bombed {
			c.errs.add(c.pos(y), "aliases expand to more than %d nodes", maxExpanded)
		}
		c.bombed = true
		return c.null(y)
	}
	return target
}

func (c *converter) pairs(y *yaml.Node, depth int) []pair {
	pairs := make([]pair, 0, len(y.Content)/2)
	var merged []*yaml.Node
	mergedAt := 0
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind == yaml.ScalarNode && k.ShortTag() == "!!merge" {
			if merged != nil {
				c.errs.add(c.pos(k), "a second merge key: write <<: [*a, *b]")
				continue
			}
			merged, mergedAt = []*yaml.Node{v}, len(pairs)
			if v.Kind == yaml.SequenceNode {
				merged = v.Content
			}
			continue
		}
		key, ok := c.key(k)
		value := c.convert(v, depth+1)
		if ok {
			pairs = append(pairs, pair{key, c.pos(y.Content[i]), value})
		}
	}
	pairs = checkDuplicates(pairs, c.errs)
	if merged == nil {
		return pairs
	}
	return c.merge(pairs, merged, min(mergedAt, len(pairs)), depth)
}

// merge inserts at place the keys of the sources that the mapping has not got
// itself; of several sources the first wins.
func (c *converter) merge(pairs []pair, sources []*yaml.Node, place, depth int) []pair {
	have := make(map[string]bool, len(pairs))
	for _, p := range pairs {
		have[p.key] = true
	}
	var added []pair
	for _, y := range sources {
		src := c.convert(y, depth)
		if c.bombed {
			break
		}
		if src.kind != mapNode {
			c.errs.add(c.pos(y), "merge key: want a mapping or a list of mappings, not %s", src.describe())
			continue
		}
		for _, p := range src.pairs {
			if !have[p.key] {
				have[p.key] = true
				added = append(added, p)
			}
		}
	}
	out := make([]pair, 0, len(pairs)+len(added))
	out = append(out, pairs[:place]...)
	out = append(out, added...)
	return append(out, pairs[place:]...)
}

// key reads a key, which must be a string.
func (c *converter) key(y *yaml.Node) (string, bool) {
	if y.Kind != yaml.ScalarNode {
		c.errs.add(c.pos(y), "a key must be a string, not a list or a mapping")
		return "", false
	}
	v := c.scalar(y)
	s, ok := v.(string)
	if !ok {
		n := node{scalar: v, text: y.Value}
		e := Errorf(c.pos(y), "a key must be a string, not %s", n.describe())
		if y.Value != "" {
			e.Hint = "write " + strconv.Quote(clip(y.Value))
		}
		c.errs.report(e)
	}
	return s, ok
}

// coreTags are the tags of the YAML core schema.
var coreTags = []string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map"}

// tag checks the explicit tag of a list or a mapping.
func (c *converter) tag(y *yaml.Node, want string) {
	if y.Style&yaml.TaggedStyle == 0 || y.ShortTag() == want {
		return
	}
	if slices.Contains(coreTags, y.ShortTag()) {
		c.errs.add(c.pos(y), "tag %s on a node of another type", y.ShortTag())
		return
	}
	c.errs.report(&Error{Pos: c.pos(y), Msg: "unknown tag " + quote(y.Tag), Hint: "want one of " + strings.Join(coreTags, ", ")})
}

// scalar finds the value of a scalar by its tag or by the core schema.
func (c *converter) scalar(y *yaml.Node) any {
	if y.Style&yaml.TaggedStyle == 0 {
		if y.Style != 0 {
			return y.Value
		}
		return c.plain(y)
	}
	switch tag := y.ShortTag(); tag {
	case "!!str":
		return y.Value
	case "!!int", "!!float", "!!bool", "!!null":
		v := c.plain(y)
		if i, ok := v.(int64); ok && tag == "!!float" {
			v = float64(i)
		}
		n := node{scalar: v}
		if n.typeTag() != tag {
			c.errs.add(c.pos(y), "%s is not of the type of its tag %s", quote(y.Value), tag)
		}
		return v
	}
	c.tag(y, "")
	return y.Value
}

func (c *converter) plain(y *yaml.Node) any {
	v, err := resolve(y.Value)
	if err != nil {
		c.errs.add(c.pos(y), "%s: %v", clip(y.Value), err)
		return 0.0
	}
	return v
}

// typeTag is the tag of the scalar's type in the core schema.
func (n *node) typeTag() string {
	switch n.scalar.(type) {
	case nil:
		return "!!null"
	case bool:
		return "!!bool"
	case float64:
		return "!!float"
	case string:
		return "!!str"
	}
	return "!!int"
}

func yamlStyle(s yaml.Style) style {
	switch {
	case s&yaml.DoubleQuotedStyle != 0:
		return doubleQuoted
	case s&yaml.SingleQuotedStyle != 0:
		return singleQuoted
	case s&yaml.LiteralStyle != 0:
		return literal
	case s&yaml.FoldedStyle != 0:
		return folded
	}
	return plain
}
