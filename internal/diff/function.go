package diff

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// functions compares the functions of the object graphs, by their paths and
// what they compute, and what the signatures compute.
func (c *comparison) functions(g, h *tfpb.MetaGraphDef) {
	x, y := newHasher(g), newHasher(h)
	a, b := x.traces(), y.traces()
	eachKey(a, b, func(path string, inA, inB bool) {
		switch {
		case !inA:
			c.add(Change{Part: "function", Name: path, What: "added"})
		case !inB:
			c.add(Change{Part: "function", Name: path, What: "removed", Breaking: true})
		default:
			c.traces(path, a[path], b[path])
		}
	})
	if len(g.GetSignatureDef()) == 0 && len(h.GetSignatureDef()) == 0 && x.main() != y.main() {
		c.add(Change{Part: "graph", Name: "main", What: "changed", Detail: "it computes something else"})
	}
	for _, key := range slices.Sorted(maps.Keys(g.GetSignatureDef())) {
		if key != reader.InitOp && h.GetSignatureDef()[key] != nil && x.signature(key) != y.signature(key) {
			c.add(Change{Part: "signature", Name: key, What: "changed", Detail: "it computes something else"})
		}
	}
}

// trace is a concrete function: what it is called with, and what it computes.
type trace struct {
	args string
	body digest
}

// traces compares the traces of a function: each is known by its arguments.
func (c *comparison) traces(path string, a, b []trace) {
	byArgs := func(list []trace) map[string]trace {
		m := map[string]trace{}
		for _, t := range list {
			m[t.args] = t
		}
		return m
	}
	x, y := byArgs(a), byArgs(b)
	eachKey(x, y, func(args string, inA, inB bool) {
		switch {
		case !inA:
			c.add(Change{Part: "function", Name: path, What: "changed", Detail: "a trace was added: " + args})
		case !inB:
			c.add(Change{Part: "function", Name: path, What: "changed", Breaking: true, Detail: "a trace was removed: " + args})
		case x[args].body != y[args].body:
			detail := "it computes something else"
			if len(y) > 1 {
				detail += ", called with " + args
			}
			c.add(Change{Part: "function", Name: path, What: "changed", Detail: detail})
		}
	})
}

type digest [sha256.Size]byte

// hasher computes what graphs compute, as a hash: of ops, attributes and edges,
// not of names, of numbers in names, or of the order of nodes.
type hasher struct {
	g      *tfpb.MetaGraphDef
	lib    *reader.Library
	bodies map[*reader.Body]digest
	nodes  map[*reader.Body][]digest
	state  map[*reader.Body][]byte
	inputs map[string]string // nodes that a signature feeds → names of its inputs
	depth  int               // of the calls that are followed
}

func newHasher(g *tfpb.MetaGraphDef) *hasher {
	return &hasher{
		g: g, lib: reader.NewLibrary(g.GetGraphDef()), bodies: map[*reader.Body]digest{}, nodes: map[*reader.Body][]digest{},
		state: map[*reader.Body][]byte{}, inputs: map[string]string{},
	}
}

// traces lists the functions of the object graph with their traces.
func (x *hasher) traces() map[string][]trace {
	out := map[string][]trace{}
	objects := x.g.GetObjectGraphDef().GetNodes()
	for _, p := range reader.Places(x.g.GetObjectGraphDef()) {
		o := objects[p.ID]
		if o.GetFunction() == nil && (o.GetBareConcreteFunction() == nil || isTrace(p.Name) || strings.HasPrefix(p.Path, "signatures.")) {
			continue
		}
		out[p.Path] = []trace{}
		for _, name := range inspect.ConcreteNames(o) {
			t := trace{args: arguments(x.g.GetObjectGraphDef().GetConcreteFunctions()[name])}
			if f := x.lib.Function(name); f != nil {
				t.body = x.body(f)
			}
			out[p.Path] = append(out[p.Path], t)
		}
	}
	return out
}

// isTrace says of a child that it is a trace of the function it belongs to.
func isTrace(name string) bool { return strings.HasPrefix(name, "trace_") }

// arguments writes what a concrete function is called with.
func arguments(f *tfpb.SavedConcreteFunction) string {
	b, err := json.Marshal(inspect.Structure(f.GetCanonicalizedInputSignature()))
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// signature is what a signature computes.
func (x *hasher) signature(key string) digest {
	s := x.g.GetSignatureDef()[key]
	x.inputs = map[string]string{}
	delete(x.nodes, x.lib.Main)
	delete(x.state, x.lib.Main)
	for _, name := range slices.Sorted(maps.Keys(s.GetInputs())) {
		node, _, _ := strings.Cut(s.Inputs[name].GetName(), ":")
		x.inputs[node] += name + "\x00" // a tensor can be several inputs
	}
	w := newWriter()
	for _, name := range slices.Sorted(maps.Keys(s.GetOutputs())) {
		w.text(name)
		w.add(x.edge(x.lib.Main, s.Outputs[name].GetName()))
	}
	return w.sum()
}

// main is what the main graph computes, whose results are the nodes that no
// other node uses.
func (x *hasher) main() digest {
	b := x.lib.Main
	used := make([]bool, len(b.Nodes))
	for _, n := range b.Nodes {
		for _, s := range n.GetInput() {
			if in := b.Resolve(s); in.Node >= 0 {
				used[in.Node] = true
			}
		}
	}
	var results []digest
	for i := range b.Nodes {
		if !used[i] {
			results = append(results, x.node(b, i))
		}
	}
	w := newWriter()
	w.set(results)
	return w.sum()
}

// maxCalls is how deep functions that call functions are followed: below that
// a function counts by its name.
const maxCalls = 1000

// body is what a function computes.
func (x *hasher) body(f *reader.Body) digest {
	if d, ok := x.bodies[f]; ok {
		return d
	}
	if x.depth == maxCalls {
		w := newWriter()
		w.text(f.Name())
		return w.sum()
	}
	x.depth++
	defer func() { x.depth-- }()
	x.bodies[f] = digest{} // of a function that calls itself
	w := newWriter()
	sig := f.Function.GetSignature()
	for _, a := range sig.GetInputArg() {
		w.number(int64(a.GetType()))
	}
	w.text("returns")
	for _, a := range sig.GetOutputArg() {
		w.add(x.edge(f, f.Function.GetRet()[a.GetName()]))
	}
	var effects []digest
	for _, node := range f.Function.GetControlRet() {
		if i := f.Node(node); i >= 0 {
			effects = append(effects, x.node(f, i))
		}
	}
	w.set(effects)
	d := w.sum()
	x.bodies[f] = d
	return d
}

// edge is what an input of a node is.
func (x *hasher) edge(b *reader.Body, s string) digest {
	in := b.Resolve(s)
	w := newWriter()
	switch {
	case in.Arg >= 0:
		w.text("argument")
		w.number(int64(in.Arg))
	case in.Node >= 0:
		w.add(x.node(b, in.Node))
		w.text(in.Port)
		w.number(int64(in.Index))
	default:
		w.text("nothing")
	}
	return w.sum()
}

// node is what a node computes. The walk keeps its own stack: graphs are deep.
func (x *hasher) node(b *reader.Body, start int) digest {
	if x.nodes[b] == nil {
		x.nodes[b] = make([]digest, len(b.Nodes))
		x.state[b] = make([]byte, len(b.Nodes))
	}
	nodes, state := x.nodes[b], x.state[b]
	const open, done = 1, 2
	stack := []int{start}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		if state[at] == done {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		if state[at] == 0 {
			state[at] = open
			for _, s := range b.Nodes[at].GetInput() {
				if in := b.Resolve(s); in.Node >= 0 && state[in.Node] == 0 {
					stack = append(stack, in.Node)
					ready = false
				}
			}
		}
		if ready {
			nodes[at] = x.single(b, at)
			state[at] = done
			stack = stack[:len(stack)-1]
		}
	}
	return nodes[start]
}

// single hashes a node whose inputs are hashed; those of a loop that is not
// closed yet count as nothing.
func (x *hasher) single(b *reader.Body, at int) digest {
	n := b.Nodes[at]
	w := newWriter()
	if b.Function == nil {
		if name, ok := x.inputs[n.GetName()]; ok {
			w.text("input")
			w.text(name)
			return w.sum()
		}
	}
	if f := x.lib.Function(n.GetOp()); f != nil {
		w.add(x.body(f))
	} else {
		w.text(n.GetOp())
	}
	x.attributes(w, n)
	var control []digest
	for _, s := range n.GetInput() {
		in := b.Resolve(s)
		switch {
		case in.Node < 0 && in.Arg < 0, in.Arg >= 0 && in.Control:
		case in.Control:
			control = append(control, x.nodes[b][in.Node])
		case in.Arg >= 0:
			w.text("argument")
			w.number(int64(in.Arg))
		default:
			w.add(x.nodes[b][in.Node])
			w.text(in.Port)
			w.number(int64(in.Index))
		}
	}
	w.set(control)
	return w.sum()
}

// attributes hashes the attributes of a node, but those that say nothing of what
// it computes: annotations, defaults that are written out, and the names of
// resources, but for those of variables.
func (x *hasher) attributes(w *writer, n *tfpb.NodeDef) {
	def, _ := op.Lookup(n.GetOp())
	for _, name := range slices.Sorted(maps.Keys(n.GetAttr())) {
		v := n.Attr[name]
		isName := name == "config_proto" || name == "debug_name" || (name == "shared_name" || name == "container") && !isVariable(n.GetOp())
		if strings.HasPrefix(name, "_") || isName || isDefault(def, name, v) {
			continue
		}
		w.text(name)
		functions := false
		one := func(f *tfpb.NameAttrList) {
			functions = true
			if body := x.lib.Function(f.GetName()); body != nil {
				w.add(x.body(body))
			} else {
				w.text(f.GetName())
			}
		}
		if f := v.GetFunc(); f != nil {
			one(f)
		}
		for _, f := range v.GetList().GetFunc() {
			one(f)
		}
		if functions {
			continue
		}
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(v)
		if err != nil {
			w.text(err.Error())
		}
		w.text(string(b))
	}
}

// isVariable says of an op that its shared_name tells which variable it is.
func isVariable(name string) bool {
	return name == "VarHandleOp" || name == "Variable" || name == "VariableV2"
}

func isDefault(def *op.Def, name string, v *tfpb.AttrValue) bool {
	if def == nil || v.GetTensor() != nil {
		return false
	}
	a, ok := def.Attr(name)
	if !ok || !a.HasDefault {
		return false
	}
	value, err := graph.AttrValue(v, a.Type)
	return err == nil && op.EqualAttr(a.Default, value)
}

// writer hashes pieces, each with its length.
type writer struct{ h hash.Hash }

func newWriter() *writer { return &writer{sha256.New()} }

func (w *writer) number(n int64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	w.h.Write(b[:]) // never fails
}

func (w *writer) text(s string) {
	w.number(int64(len(s)))
	fmt.Fprint(w.h, s)
}

func (w *writer) add(d digest) { w.h.Write(d[:]) }

// set hashes pieces whose order does not matter.
func (w *writer) set(list []digest) {
	slices.SortFunc(list, func(a, b digest) int { return cmp.Compare(string(a[:]), string(b[:])) })
	w.number(int64(len(list)))
	for _, d := range list {
		w.add(d)
	}
}

func (w *writer) sum() digest { return digest(w.h.Sum(nil)) }
