package keras

import (
	"maps"
	"slices"
	"strconv"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// network is a functional or a sequential model: calls of layers.
type network struct {
	pos        spec.Pos
	name       string
	sequential bool
	keras2     bool
	trainable  bool
	members    []*member
	byName     map[string]*member
	// inputs and outputs are tensors of members, in the structure in which the
	// model takes and returns them. A sequential model without an InputLayer has
	// no inputs until it is called.
	inputs, outputs *argument
	listed          bool // the only input stands in a list
	// denseInputs: dense tensors are taken for inputs that are sparse or ragged.
	denseInputs bool
}

// member is a layer or an op of a network with the calls of it.
type member struct {
	*object
	calls []*call
	// offset is what the first call counts as: a nested functional model of
	// Keras 2 counts the making of itself as the first.
	offset int
	attr   string // its name in the object tree
	file   string // its name in files of Keras 3, "" where they do not have it
	part   *part  // once it is built
	failed bool   // it was tried, and what is wrong reported
}

func (m *member) isInput() bool { return m.class == "InputLayer" && !m.isOp() }

// call is one use of a layer in a network: a node.
type call struct {
	pos    spec.Pos
	args   []*argument
	kwargs []keyword
	// Once the call is written: the variable of the body that holds the result,
	// whether that is a list of tensors, and what is known of them.
	variable string
	many     bool
	last     int // the highest number of an output that is used
	masks    *heldMasks
	outputs  []info
}

type keyword struct {
	name  string
	value *argument
}

// argument is what a call is given: a tensor of the network, a plain value, or
// a list or dict of arguments.
type argument struct {
	pos   spec.Pos
	kind  argumentKind
	ref   *ref
	plain spec.Value
	items []*argument
	keys  []string // of a dict
}

type argumentKind int

const (
	plainArgument argumentKind = iota
	tensorArgument
	listArgument
	tupleArgument
	dictArgument
	sliceArgument    // items are start, stop, step
	ellipsisArgument // ...
	arrayArgument    // plain is a mapping of value and dtype
)

// ref names an output of a call of a layer.
type ref struct {
	layer string
	node  int
	index int
	info  info
}

// each visits the tensors of an argument.
func (a *argument) each(f func(*argument)) {
	if a == nil {
		return
	}
	if a.kind == tensorArgument {
		f(a)
	}
	for _, item := range a.items {
		item.each(f)
	}
}

// single is the only element of a list of one, else the argument itself.
func (a *argument) single() *argument {
	if a.kind == listArgument && len(a.items) == 1 {
		return a.items[0]
	}
	return a
}

func (c *call) each(f func(*argument)) {
	for _, a := range c.args {
		a.each(f)
	}
	for _, k := range c.kwargs {
		k.value.each(f)
	}
}

// network reads a functional or sequential model.
func (b *builder) network(o *object) *network {
	n := &network{pos: o.pos, name: o.name, byName: map[string]*member{}, trainable: true}
	if v, ok := o.config.Get("trainable"); ok && v.V == false {
		n.trainable = false
	}
	layers, isList := o.config.V.([]spec.Value) // a sequential model before Keras 2.3
	if !isList {
		layers = list(o.config, "layers")
	}
	n.sequential = o.class == "Sequential" || isList
	for _, v := range layers {
		layer, ok := readObject(v)
		if !ok {
			b.errs.Add(v.Pos, "model %q: a layer is %s, want a mapping with class_name and config", n.name, v.What())
			continue
		}
		n.add(b, &member{object: layer})
	}
	n.setPlaces(o.place)
	if n.sequential {
		n.chain(b, o)
		return n
	}
	n.keras2 = isKeras2(n.members)
	for _, m := range n.members {
		for _, v := range m.nodes {
			var c *call
			if n.keras2 {
				c = b.node2(m, v)
			} else {
				c = b.node3(v)
			}
			if c != nil {
				m.calls = append(m.calls, c)
			}
		}
		if m.isInput() && len(m.calls) == 0 {
			m.calls = []*call{{pos: m.pos}}
		}
	}
	in, _ := o.config.Get("input_layers")
	out, _ := o.config.Get("output_layers")
	n.inputs, n.outputs = b.endpoint(in), b.endpoint(out)
	// Keras 2 writes one tensor as a list of one. Keras 3 takes one input with
	// and without a list, and gives one output without (Functional.call).
	n.listed = !n.keras2 && n.inputs.single() != n.inputs
	n.inputs, n.outputs = n.inputs.single(), n.outputs.single()
	n.resolve(b)
	return n
}

func (n *network) add(b *builder, m *member) {
	if _, ok := n.byName[m.name]; ok {
		b.errs.Add(m.pos, "model %q has two layers %q", n.name, m.name)
		return
	}
	n.members = append(n.members, m)
	n.byName[m.name] = m
}

// chain makes the calls of a sequential model: each layer takes what the one
// before it gives.
func (n *network) chain(b *builder, o *object) {
	n.keras2 = len(n.members) > 0 && n.members[0].module == ""
	if len(n.members) > 0 && !n.members[0].isInput() {
		// Keras 2 puts the input's shape into the first layer; Keras 3 keeps that
		// which the model was built for.
		first := n.members[0].config
		shape, ok := first.Get("batch_input_shape")
		dtype, _ := first.Get("dtype")
		if !ok || shape.V == nil {
			shape, ok = o.config.Get("build_input_shape")
			dtype = spec.Value{}
		}
		if ok && shape.V != nil {
			n.members = append([]*member{inputMember(n.members[0].name+"_input", shape, dtype)}, n.members...)
			n.byName[n.members[0].name] = n.members[0]
		}
	}
	var last *argument
	for i, m := range n.members {
		c := &call{pos: m.pos}
		if i > 0 || !m.isInput() {
			if last != nil {
				c.args = []*argument{last}
			} else {
				c.args = []*argument{{pos: m.pos, kind: tensorArgument, ref: &ref{}}} // the model's input
			}
		}
		m.calls = []*call{c}
		last = &argument{pos: m.pos, kind: tensorArgument, ref: &ref{layer: m.name}}
		if i == 0 && m.isInput() {
			n.inputs = last
		}
	}
	n.outputs = last
	if last == nil {
		b.errs.Add(n.pos, "model %q has no layers", n.name)
	}
}

// inputMember is an InputLayer that no config has.
func inputMember(name string, shape, dtype spec.Value) *member {
	if _, ok := dtype.V.(string); !ok {
		dtype = spec.Value{Pos: shape.Pos, V: "float32"}
	}
	key := func(k string) spec.Value { return spec.Value{Pos: shape.Pos, V: k} }
	return &member{object: &object{pos: shape.Pos, class: "InputLayer", name: name, config: spec.Value{Pos: shape.Pos, V: []spec.Entry{
		{Key: key("batch_shape"), Value: shape}, {Key: key("dtype"), Value: dtype},
	}}}}
}

// node3 reads a call as Keras 3 writes it.
func (b *builder) node3(v spec.Value) *call {
	c := &call{pos: v.Pos}
	for _, a := range list(v, "args") {
		c.args = append(c.args, b.argument(a))
	}
	kwargs, _ := v.Get("kwargs")
	entries, _ := kwargs.V.([]spec.Entry)
	for _, e := range entries {
		name, _ := e.Key.V.(string)
		if e.Value.V != nil {
			c.kwargs = append(c.kwargs, keyword{name, b.argument(e.Value)})
		}
	}
	return c
}

// argument reads a value that a call of Keras 3 is given.
func (b *builder) argument(v spec.Value) *argument {
	return readArgument(v, func(v spec.Value) *argument {
		o, ok := readObject(v)
		if !ok {
			return nil
		}
		return b.objectArgument(o, v)
	})
}

// readArgument reads lists and dicts of arguments; leaf reads what stands in
// them, and gives nil for what it does not know.
func readArgument(v spec.Value, leaf func(spec.Value) *argument) *argument {
	if a := leaf(v); a != nil {
		return a
	}
	a := &argument{pos: v.Pos, plain: v}
	switch x := v.V.(type) {
	case []spec.Value:
		a.kind = listArgument
		for _, item := range x {
			a.items = append(a.items, readArgument(item, leaf))
		}
	case []spec.Entry:
		a.kind = dictArgument
		for _, e := range x {
			key, _ := e.Key.V.(string)
			a.keys = append(a.keys, key)
			a.items = append(a.items, readArgument(e.Value, leaf))
		}
	}
	return a
}

// objectArgument reads a serialized object: a tensor of the network, an array,
// a part of a subscript; any other is a plain value.
func (b *builder) objectArgument(o *object, v spec.Value) *argument {
	a := &argument{pos: v.Pos, plain: v}
	switch o.class {
	case "__keras_tensor__":
		a.kind, a.ref = tensorArgument, b.history(o)
	case "__numpy__", "__tensor__":
		a.kind, a.plain = arrayArgument, o.config
	case "__ellipsis__":
		a.kind = ellipsisArgument
	case "__slice__":
		a.kind = sliceArgument
		for _, key := range []string{"start", "stop", "step"} {
			part, _ := o.config.Get(key)
			part.Pos = v.Pos
			a.items = append(a.items, b.argument(part))
		}
	case "TensorShape": // Keras 2
		a.plain, _ = v.Get("items")
	case "__tuple__": // Keras 2
		items, ok := o.config.V.([]spec.Value)
		if !ok {
			items = list(v, "items")
		}
		a.kind = tupleArgument
		for _, item := range items {
			a.items = append(a.items, b.argument(item))
		}
	}
	return a
}

// history reads a tensor of the network with its shape and dtype.
func (b *builder) history(o *object) *ref {
	h := list(o.config, "keras_history")
	r, ok := readRef(h)
	if !ok {
		b.errs.Add(o.pos, "a tensor without keras_history")
		return &ref{}
	}
	shape, _ := o.config.Get("shape")
	dtype, _ := text(o.config, "dtype")
	if d, ok := tensor.ParseDType(dtype); ok {
		if s, ok := readShape(shape); ok {
			r.info = info{known: true, shape: s, dtype: d}
		}
	}
	return r
}

// readRef reads [layer, call, output].
func readRef(items []spec.Value) (*ref, bool) {
	if len(items) < 3 {
		return nil, false
	}
	layer, ok := items[0].V.(string)
	node, ok1 := items[1].V.(int64)
	index, ok2 := items[2].V.(int64)
	const most = 1 << 20
	if !ok || !ok1 || !ok2 || node < 0 || node > most || index < 0 || index > most {
		return nil, false
	}
	return &ref{layer: layer, node: int(node), index: int(index)}, true
}

// endpoint reads the inputs or outputs of a model: one [layer, call, output],
// or lists and dicts of those, in the order of tf.nest.
func (b *builder) endpoint(v spec.Value) *argument {
	a := readArgument(v, func(v spec.Value) *argument {
		switch x := v.V.(type) {
		case []spec.Value:
			if r, ok := readRef(x); ok && len(x) == 3 {
				return &argument{pos: v.Pos, kind: tensorArgument, ref: r}
			}
		case []spec.Entry:
		default:
			b.errs.Add(v.Pos, "want [layer, call, output] or a list or mapping of those, not %s", v.What())
		}
		return nil
	})
	a.sortKeys()
	return a
}

// sortKeys puts the entries of dicts into the order of their keys.
func (a *argument) sortKeys() {
	for _, item := range a.items {
		item.sortKeys()
	}
	if a.kind != dictArgument {
		return
	}
	entries := map[string]*argument{}
	for i, key := range a.keys {
		entries[key] = a.items[i]
	}
	a.keys = slices.Sorted(maps.Keys(entries))
	a.items = a.items[:0]
	for _, key := range a.keys {
		a.items = append(a.items, entries[key])
	}
}

// resolve checks the tensors that calls and outputs name, and gives the calls
// of nested models their numbers. Keras 3 counts the making of a nested
// functional model as its first call, but only in output_layers; Keras 2
// everywhere.
func (n *network) resolve(b *builder) {
	inCalls, inOutputs := map[*member][]*ref{}, map[*member][]*ref{}
	gather := func(in map[*member][]*ref) func(*argument) {
		return func(a *argument) {
			m := n.byName[a.ref.layer]
			if m == nil {
				e := spec.Errorf(a.pos, "model %q has no layer %q", n.name, a.ref.layer)
				if near := spell.Nearest(a.ref.layer, n.names()); near != "" {
					e.Hint = "did you mean " + strconv.Quote(near) + "?"
				}
				b.errs = append(b.errs, e)
				return
			}
			in[m] = append(in[m], a.ref)
		}
	}
	for _, m := range n.members {
		for _, c := range m.calls {
			c.each(gather(inCalls))
		}
	}
	n.inputs.each(gather(inCalls))
	n.outputs.each(gather(inOutputs))
	if len(b.errs) > 0 {
		return
	}
	for _, m := range n.members {
		nested := m.isNetwork()
		fromOne := nested && n.keras2
		b.renumber(m, inCalls[m], fromOne)
		b.renumber(m, inOutputs[m], fromOne || nested && m.class != "Sequential")
	}
}

// renumber makes the numbers of calls start from 0. Where they tell by
// themselves from where they count, that decides.
func (b *builder) renumber(m *member, refs []*ref, fromOne bool) {
	for _, r := range refs {
		switch r.node {
		case 0:
			fromOne = false
		case len(m.calls):
			fromOne = true
		}
	}
	for _, r := range refs {
		if fromOne {
			r.node--
		}
		if r.node < 0 || r.node >= len(m.calls) {
			b.errs.Add(m.pos, "layer %q has %d calls; call %d of it is used", m.name, len(m.calls), r.node)
			return
		}
	}
}

func (n *network) names() []string {
	names := make([]string, len(n.members))
	for i, m := range n.members {
		names[i] = m.name
	}
	return names
}
