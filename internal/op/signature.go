package op

import (
	_ "embed"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/tfsave/tfsave/internal/tensor"
)

// signatureTable says for most ops how the shapes of outputs follow from those
// of inputs: one op a line, in ascending order. It was measured, by
// conformance/ops/probe_shapes.py, with TensorFlow 2.21.
//
//	MatrixSolve      [B...,m,m] [B...,m,k] -> [B...,m,k]
//	TensorListLength [] -> []
//
// There is a term for each input and each output of the op's definition; one
// that is a list of tensors has its term for each of them. A term is:
//
//	?          any shape; of an output: unknown
//	S          a whole shape
//	[m,3,?]    a shape of that rank
//	[B...,m]   a shape of at least that rank; B is the dimensions before
//	~S, [~B...,m]  the same, but what has this name is broadcast, not merged
//	^S         of an output: S, and what is known of the tensors behind the first
//	           input called S, a resource or variant, is true of it
//	@shape     of an output: the value of an attribute of type shape, or the
//	           elements, in order, of one of type list(shape)
//
// and a dimension is a number, a name, @attr for the value of an int
// attribute (-1: unknown), or ? for any. What has the same name is merged:
// it is equal, or refused, and what is known at one place is known at all.
//
//go:embed signatures.txt
var signatureTable string

// signature is one parsed line of the table.
type signature struct {
	inputs, outputs []term
}

// term describes one shape.
type term struct {
	any       bool     // ?
	attr      string   // @attr
	rest      string   // the name of the leading dimensions, or of the whole shape
	broadcast bool     // ~
	handle    bool     // ^
	dims      []string // the dimensions after those
}

var signatureLines = sync.OnceValue(func() []string {
	lines := strings.Split(signatureTable, "\n")
	kept := lines[:0]
	for _, l := range lines {
		if l != "" && l[0] != '#' {
			kept = append(kept, l)
		}
	}
	return kept
})

var parsedSignatures sync.Map // op name → *signature

func lookupSignature(name string) (*signature, bool) {
	if s, ok := parsedSignatures.Load(name); ok {
		return s.(*signature), true
	}
	lines := signatureLines()
	prefix := name + " "
	i := sort.Search(len(lines), func(i int) bool { return lines[i] >= prefix })
	if i == len(lines) || !strings.HasPrefix(lines[i], prefix) {
		return nil, false
	}
	s, _ := parsedSignatures.LoadOrStore(name, parseSignature(lines[i][len(prefix):]))
	return s.(*signature), true
}

func parseSignature(text string) *signature {
	s := &signature{}
	list := &s.inputs
	for _, word := range strings.Fields(text) {
		if word == "->" {
			list = &s.outputs
			continue
		}
		*list = append(*list, parseTerm(word))
	}
	return s
}

func parseTerm(word string) term {
	switch {
	case word == "?":
		return term{any: true}
	case word[0] == '@':
		return term{attr: word[1:]}
	case word == "[]":
		return term{}
	}
	var t term
	if word[0] == '[' {
		t.dims = strings.Split(strings.Trim(word, "[]"), ",")
		if rest, ok := strings.CutSuffix(t.dims[0], "..."); ok {
			t.rest, t.dims = rest, t.dims[1:]
		}
	} else {
		t.rest = word
	}
	t.rest, t.broadcast = strings.CutPrefix(t.rest, "~")
	t.rest, t.handle = strings.CutPrefix(t.rest, "^")
	return t
}

// bindings are the names of a signature and what they were found to be.
type bindings struct {
	c      *ShapeContext
	dims   map[string]int64
	shapes map[string]tensor.Shape
}

func (s *signature) infer(c *ShapeContext) []tensor.Shape {
	b := bindings{c, map[string]int64{}, map[string]tensor.Shape{}}
	behind := map[string][]tensor.HandleData{}
	next := 0
	for i := range c.Def.Inputs {
		// The types were counted before: there is no error.
		types, _ := c.Def.ArgTypes(&c.Def.Inputs[i], c.Attrs)
		for range types {
			t := s.inputs[i]
			if _, found := behind[t.rest]; !found {
				behind[t.rest] = c.handleIn(next)
			}
			b.match(t, c.Inputs[next])
			next++
		}
	}
	var shapes []tensor.Shape
	for i := range c.Def.Outputs {
		types, _ := c.Def.ArgTypes(&c.Def.Outputs[i], c.Attrs)
		for j := range types {
			t := s.outputs[i]
			if t.handle && (types[j] == tensor.Resource || types[j] == tensor.Variant) {
				c.HandleOut[len(shapes)] = behind[t.rest]
			}
			shapes = append(shapes, b.build(t, j, len(types)))
		}
	}
	return shapes
}

// match holds an input against its term.
func (b *bindings) match(t term, s tensor.Shape) {
	if t.any {
		return
	}
	if t.rest == "" {
		s = b.c.withRank(s, len(t.dims))
	} else {
		s = b.c.withRankAtLeast(s, len(t.dims))
		if !s.Known() {
			b.bind(t, s)
			return
		}
		cut := s.Rank() - len(t.dims)
		b.bind(t, sub(s, 0, cut))
		s = sub(s, cut, toEnd)
	}
	for i, name := range t.dims {
		dim := s.Dim(i)
		if n, err := strconv.ParseInt(name, 10, 64); err == nil {
			b.c.dimIs(dim, n)
		} else if name[0] == '@' {
			b.c.mergeDim(dim, b.c.attrInt(name[1:]))
		} else if name != "?" {
			b.dims[name] = b.c.mergeDim(b.dim(name), dim)
		}
	}
}

// bind holds the leading dimensions of an input against what has the same name.
func (b *bindings) bind(t term, s tensor.Shape) {
	old, bound := b.shapes[t.rest]
	switch {
	case t.rest == "?":
	case !bound:
		b.shapes[t.rest] = s
	case t.broadcast:
		b.shapes[t.rest] = b.c.broadcast(old, s)
	default:
		b.shapes[t.rest] = b.c.merge(old, s)
	}
}

// build makes the shape of tensor i of the n of an output.
func (b *bindings) build(t term, i, n int) tensor.Shape {
	switch {
	case t.any:
		return tensor.UnknownShape()
	case t.attr != "":
		switch v := b.c.Def.value(b.c.Attrs, t.attr).(type) {
		case tensor.Shape:
			return v
		case []tensor.Shape:
			if len(v) == n {
				return v[i]
			}
			b.c.fail("`%s` must be the same length as the number of outputs (%d vs. %d)", t.attr, len(v), n)
		}
		return tensor.UnknownShape()
	}
	dims := make([]int64, len(t.dims))
	for i, name := range t.dims {
		if n, err := strconv.ParseInt(name, 10, 64); err == nil {
			dims[i] = n
		} else if name[0] == '@' {
			dims[i] = b.c.attrInt(name[1:])
			if dims[i] < -1 {
				b.c.fail("attribute %s is %d, must be a dimension", name[1:], dims[i])
			}
		} else {
			dims[i] = b.dim(name)
		}
	}
	if t.rest != "" {
		return b.shapes[t.rest].Concat(tensor.ShapeOf(dims...))
	}
	return tensor.ShapeOf(dims...)
}

func (b *bindings) dim(name string) int64 {
	if d, ok := b.dims[name]; ok {
		return d
	}
	return tensor.Unknown
}
