package scan

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// origin says where the parts of a string come from.
type origin uint8

const (
	fromLiteral origin = 1 << iota // of the graph
	fromSaver                      // the file name that a loader gives to save and restore
	fromAsset                      // the path of a file in assets/
	fromCaller                     // an input of the model
	fromElse                       // what cannot be followed
)

// value is what is known of a string: what it can be, with what is unknown in
// braces, and where that comes from.
type value struct {
	texts []string
	from  origin
}

// maxTexts bounds the alternatives of a value.
const maxTexts = 8

func (v value) or(w value) value {
	out := value{slices.Clone(v.texts), v.from | w.from}
	for _, t := range w.texts {
		if !slices.Contains(out.texts, t) && len(out.texts) < maxTexts {
			out.texts = append(out.texts, t)
		}
	}
	return out
}

func (v value) text() string { return strings.Join(v.texts, " or ") }

// saver says that a string is a name below the one that the loader gives.
func (v value) saver() bool {
	return v.from&fromSaver != 0 && v.from&^(fromSaver|fromLiteral) == 0 && !slices.ContainsFunc(v.texts, outside)
}

// relative says that a string is one that the program gives, or a name in its
// own directory.
func (v value) relative() bool {
	return v.from&^(fromSaver|fromCaller|fromLiteral) == 0 && v.from != fromLiteral && !slices.ContainsFunc(v.texts, outside)
}

// outside says that a text leads elsewhere, whatever stands in its braces.
func outside(s string) bool {
	return strings.HasPrefix(s, "/") || strings.Contains(s, "://") || strings.Contains(s, "..")
}

func literal(texts ...string) value {
	if len(texts) > maxTexts {
		texts = texts[:maxTexts]
	}
	return value{slices.Clone(texts), fromLiteral}
}

func unknown(what string) value { return value{[]string{"{" + what + "}"}, fromElse} }

// site is a place that calls a function.
type site struct {
	body  *reader.Body
	node  *tfpb.NodeDef
	first int // input that is the first argument; -1 where that is not known
}

// tracer follows strings through a graph and its functions.
type tracer struct {
	lib    *reader.Library
	saver  string            // node of the file name
	assets map[string]string // node → file
	sites  map[string][]site
	bound  map[string][]*tfpb.SavedObject // function → objects that it captures
	files  []*tfpb.AssetFileDef
	assign map[string][]string // node of a variable → inputs that are assigned to it

	steps int
	busy  map[place]bool
}

type place struct {
	body  *reader.Body
	node  int
	arg   int
	index int
}

// maxSteps bounds the work for one string.
const maxSteps = 2000

func newTracer(g *tfpb.MetaGraphDef, lib *reader.Library) *tracer {
	t := &tracer{lib: lib, assets: map[string]string{}, sites: map[string][]site{}, bound: map[string][]*tfpb.SavedObject{}, assign: map[string][]string{}, files: g.GetAssetFileDef()}
	t.saver, _, _ = strings.Cut(g.GetSaverDef().GetFilenameTensorName(), ":")
	for _, a := range reader.AssetFiles(g) {
		name, _, _ := strings.Cut(a.GetTensorInfo().GetName(), ":")
		t.assets[name] = a.GetFilename()
	}
	for _, b := range lib.Bodies() {
		for _, n := range b.Nodes {
			for _, c := range lib.Calls(n) {
				t.sites[c.Name] = append(t.sites[c.Name], site{b, n, firstArgument(n, c)})
			}
		}
	}
	for _, n := range lib.Main.Nodes {
		if (n.GetOp() == "AssignVariableOp" || n.GetOp() == "Assign") && len(n.GetInput()) >= 2 {
			if in := lib.Main.Resolve(n.Input[0]); in.Node >= 0 {
				t.assign[in.Name] = append(t.assign[in.Name], n.Input[1])
			}
		}
	}
	objects := g.GetObjectGraphDef().GetNodes()
	for name, f := range g.GetObjectGraphDef().GetConcreteFunctions() {
		for _, id := range f.GetBoundInputs() {
			if id < 0 || int(id) >= len(objects) {
				t.bound[name] = append(t.bound[name], nil)
			} else {
				t.bound[name] = append(t.bound[name], objects[id])
			}
		}
	}
	return t
}

// firstArgument says which input of a node is the first argument of a function
// that it calls.
func firstArgument(n *tfpb.NodeDef, c reader.Call) int {
	switch {
	case c.Attr == "", c.Attr == "f" && (n.GetOp() == "PartitionedCall" || n.GetOp() == "StatefulPartitionedCall"):
		return 0
	case strings.HasSuffix(n.GetOp(), "While"):
		return 0
	case strings.HasSuffix(n.GetOp(), "If"), strings.HasSuffix(n.GetOp(), "Case"):
		return 1
	}
	return -1
}

// input gives what is known of an input of a node.
func (t *tracer) input(b *reader.Body, n *tfpb.NodeDef, i int) value {
	if i < 0 || i >= len(n.GetInput()) {
		return unknown("nothing")
	}
	t.steps, t.busy = maxSteps, map[place]bool{}
	return t.follow(b, n.Input[i])
}

// follow gives what is known of what an input names.
func (t *tracer) follow(b *reader.Body, s string) value {
	in := b.Resolve(s)
	p := place{b, in.Node, in.Arg, in.Index}
	if t.steps--; t.steps < 0 || t.busy[p] || !in.Found() {
		return value{}
	}
	t.busy[p] = true
	defer delete(t.busy, p)
	if in.Arg >= 0 {
		return t.argument(b, in.Arg, in.Name)
	}
	return t.output(b, b.Nodes[in.Node], in)
}

// argument gives what all callers pass for an argument.
func (t *tracer) argument(b *reader.Body, arg int, name string) value {
	var v value
	called := false
	total := len(b.Function.GetSignature().GetInputArg())
	for _, s := range t.sites[b.Name()] {
		called = true
		if i := s.argument(arg, total); i >= 0 && i < len(s.node.GetInput()) {
			v = v.or(t.follow(s.body, s.node.Input[i]))
		} else if e, ok := t.element(s.body, s.node, arg); ok {
			v = v.or(e)
		} else {
			v = v.or(unknown(name))
		}
	}
	if bound := t.bound[b.Name()]; len(bound) > 0 || !called {
		called = true
		if at := arg - (total - len(bound)); at >= 0 && at < len(bound) {
			v = v.or(t.object(bound[at], name))
		} else {
			v = v.or(value{[]string{"{" + name + "}"}, fromCaller})
		}
	}
	return v
}

// argument says which input of the calling node an argument is. Functions of
// datasets get elements first, and what they capture, other_arguments, last.
func (s site) argument(arg, total int) int {
	if s.first >= 0 {
		return s.first + arg
	}
	from, n := span(s.node, "other_arguments")
	if at := arg - (total - n); at >= 0 && at < n {
		return from + at
	}
	return -1
}

// maxChain is how many datasets are followed that are made from each other.
const maxChain = 20

// element gives a component of the elements of the dataset that a node works on,
// where they are slices of tensors.
func (t *tracer) element(b *reader.Body, n *tfpb.NodeDef, component int) (value, bool) {
	for range maxChain {
		if len(n.GetInput()) == 0 {
			break
		}
		in := b.Resolve(n.Input[0])
		if in.Node < 0 {
			break
		}
		n = b.Nodes[in.Node]
		switch {
		case n.GetOp() == "TensorSliceDataset" || n.GetOp() == "TensorDataset":
			if component < len(n.GetInput()) {
				return t.follow(b, n.Input[component]), true
			}
			return value{}, false
		case len(t.lib.Calls(n)) > 0 || !strings.Contains(n.GetOp(), "Dataset"):
			return value{}, false
		}
	}
	return value{}, false
}

// span finds the inputs of a node that are an argument of its op.
func span(n *tfpb.NodeDef, name string) (from, count int) {
	def, ok := op.Lookup(n.GetOp())
	if !ok {
		return 0, 0
	}
	attrs := map[string]any{}
	for attr, p := range n.GetAttr() {
		if a, ok := def.Attr(attr); ok && a.Type != "tensor" && a.Type != "list(tensor)" && a.Type != "func" {
			if v, err := graph.AttrValue(p, a.Type); err == nil {
				attrs[attr] = v
			}
		}
	}
	for i := range def.Inputs {
		types, err := def.ArgTypes(&def.Inputs[i], attrs)
		if err != nil {
			return 0, 0
		}
		if def.Inputs[i].Name == name {
			return from, len(types)
		}
		from += len(types)
	}
	return 0, 0
}

// object gives what an object is that a function captures.
func (t *tracer) object(o *tfpb.SavedObject, name string) value {
	switch {
	case o.GetAsset() != nil:
		if i := int(o.GetAsset().GetAssetFileDefIndex()); i >= 0 && i < len(t.files) {
			return value{[]string{"assets/" + t.files[i].GetFilename()}, fromAsset}
		}
	case o.GetConstant() != nil:
		return t.follow(t.lib.Main, o.GetConstant().GetOperation())
	}
	return unknown(name)
}

// output gives what is known of an output of a node.
func (t *tracer) output(b *reader.Body, n *tfpb.NodeDef, in reader.Input) value {
	if b.Function == nil {
		if n.GetName() == t.saver {
			return value{[]string{"{checkpoint}"}, fromSaver}
		}
		if file, ok := t.assets[n.GetName()]; ok {
			return value{[]string{"assets/" + file}, fromAsset}
		}
	}
	from := func(i int) value {
		if i < len(n.GetInput()) {
			return t.follow(b, n.Input[i])
		}
		return unknown(n.GetName())
	}
	all := func(first int) value {
		var v value
		for _, s := range n.GetInput()[min(first, len(n.GetInput())):] {
			if !strings.HasPrefix(s, "^") {
				v = v.or(t.follow(b, s))
			}
		}
		return v
	}
	switch n.GetOp() {
	case "Const":
		var texts []string
		for _, s := range n.GetAttr()["value"].GetTensor().GetStringVal() {
			if len(texts) < maxTexts {
				texts = append(texts, string(s))
			}
		}
		return literal(texts...)
	case "Placeholder":
		return value{[]string{"{" + n.GetName() + "}"}, fromCaller}
	case "PlaceholderWithDefault":
		return from(0).or(value{[]string{"{" + n.GetName() + "}"}, fromCaller})
	case "Identity", "StopGradient", "EnsureShape", "Reshape", "ExpandDims", "Squeeze", "StridedSlice", "GatherV2", "Gather", "Enter", "Exit", "NextIteration",
		"StringSplit", "StringSplitV2", "BroadcastTo", "Tile", "RandomShuffle", "Unpack":
		return from(0)
	case "IdentityN", "Switch":
		if n.GetOp() == "Switch" {
			return from(0)
		}
		return from(in.Index)
	case "Pack", "Concat", "ConcatV2", "Merge":
		return all(0)
	case "Select", "SelectV2":
		return from(1).or(from(2))
	case "StringJoin":
		return t.join(b, n)
	case "ShardedFilename":
		v := from(0)
		return v.each(func(s string) string { return s + "-{shard}" })
	case "DecodeBase64":
		return from(0).each(func(s string) string {
			if d, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "=")); err == nil {
				return string(d)
			}
			return "{DecodeBase64}"
		})
	case "ReadVariableOp":
		return t.variable(b, n)
	case "Variable", "VariableV2":
		return t.assigned(n.GetName())
	}
	if v, ok := t.called(b, n, in); ok {
		return v
	}
	return unknown(n.GetOp())
}

func (v value) each(f func(string) string) value {
	out := value{from: v.from}
	for _, s := range v.texts {
		out.texts = append(out.texts, f(s))
	}
	return out
}

// join puts together the first texts of the inputs.
func (t *tracer) join(b *reader.Body, n *tfpb.NodeDef) value {
	sep := string(n.GetAttr()["separator"].GetS())
	out := value{texts: []string{""}}
	for i, s := range n.GetInput() {
		if strings.HasPrefix(s, "^") {
			continue
		}
		v := t.follow(b, s)
		out.from |= v.from
		var texts []string
		for _, head := range out.texts {
			for _, tail := range v.texts {
				if i > 0 {
					tail = sep + tail
				}
				if len(texts) < maxTexts {
					texts = append(texts, head+tail)
				}
			}
		}
		if len(texts) > 0 {
			out.texts = texts
		}
	}
	return out
}

// variable gives what is assigned to the variable that a node reads.
func (t *tracer) variable(b *reader.Body, n *tfpb.NodeDef) value {
	if len(n.GetInput()) == 0 {
		return unknown(n.GetName())
	}
	in := b.Resolve(n.Input[0])
	if in.Arg >= 0 {
		// The handle is passed in: that of an asset's variable, mostly.
		var v value
		for _, s := range t.sites[b.Name()] {
			if i := s.argument(in.Arg, len(b.Function.GetSignature().GetInputArg())); i >= 0 && i < len(s.node.GetInput()) {
				if h := s.body.Resolve(s.node.Input[i]); h.Node >= 0 && s.body.Function == nil {
					v = v.or(t.assigned(h.Name))
				}
			}
		}
		if len(v.texts) > 0 {
			return v
		}
		return unknown(in.Name)
	}
	if in.Node >= 0 && b.Function == nil {
		return t.assigned(in.Name)
	}
	return unknown(n.GetName())
}

func (t *tracer) assigned(name string) value {
	var v value
	for _, s := range t.assign[name] {
		v = v.or(t.follow(t.lib.Main, s))
	}
	if len(v.texts) == 0 {
		return unknown("variable " + name)
	}
	return v
}

// called gives what the functions return that a node calls.
func (t *tracer) called(b *reader.Body, n *tfpb.NodeDef, in reader.Input) (value, bool) {
	var v value
	found := false
	for _, c := range t.lib.Calls(n) {
		f := t.lib.Function(c.Name)
		if f == nil || firstArgument(n, c) < 0 || c.Attr == "cond" {
			continue
		}
		outs := f.Function.GetSignature().GetOutputArg()
		if in.Index >= len(outs) {
			continue
		}
		found = true
		v = v.or(t.follow(f, f.Function.GetRet()[outs[in.Index].GetName()]))
	}
	return v, found && len(v.texts) > 0
}

// attrTexts gives the strings of an attribute.
func attrTexts(n *tfpb.NodeDef, name string) []string {
	a, ok := n.GetAttr()[name]
	if !ok {
		if def, known := op.Lookup(n.GetOp()); known {
			if d, ok := def.Attr(name); ok {
				switch v := d.Default.(type) {
				case string:
					return []string{v}
				case []string:
					return v
				}
			}
		}
		return nil
	}
	if l := a.GetList(); l != nil {
		var out []string
		for _, s := range l.GetS() {
			if len(out) < maxTexts {
				out = append(out, string(s))
			}
		}
		return out
	}
	return []string{string(a.GetS())}
}

// stringsOf gives the long strings of a node's attributes, in which a graph can
// be hidden.
func stringsOf(n *tfpb.NodeDef) [][]byte {
	var out [][]byte
	add := func(b []byte) {
		if len(b) >= minGraph {
			out = append(out, b)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(n.GetAttr())) {
		a := n.Attr[name]
		add(a.GetS())
		for _, s := range a.GetList().GetS() {
			add(s)
		}
		eachTensor(a, func(t *tfpb.TensorProto) {
			for _, s := range t.GetStringVal() {
				add(s)
			}
			if d := tensor.DType(t.GetDtype()); d == tensor.Uint8 || d == tensor.Int8 {
				add(t.GetTensorContent())
			}
		})
	}
	return out
}

// eachTensor visits the tensors in an attribute, those within variants included.
func eachTensor(a *tfpb.AttrValue, visit func(*tfpb.TensorProto)) {
	var one func(t *tfpb.TensorProto)
	one = func(t *tfpb.TensorProto) {
		visit(t)
		for _, v := range t.GetVariantVal() {
			visit(&tfpb.TensorProto{StringVal: [][]byte{v.GetMetadata()}})
			for _, inner := range v.GetTensors() {
				one(inner)
			}
		}
	}
	if t := a.GetTensor(); t != nil {
		one(t)
	}
	for _, t := range a.GetList().GetTensor() {
		one(t)
	}
}
