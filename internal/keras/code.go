package keras

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// writer writes the body of a network: Python code that calls its layers.
//
//	def call(self, inputs, training=None, mask=None):
//	    x0 = model_input(inputs, "float32")
//	    x1 = self.conv1(x0)
//	    x2 = self.bn1(x1, training=training)
//	    return x2
type writer struct {
	b      *builder
	n      *network
	p      *part
	lines  []string
	places []spec.Pos
	attrs  map[string]bool
	count  int
	// maskable: the inputs may have masks.
	maskable bool
	order    callOrder
	arrays   []spec.Value
	// arrayIndex tells where arguments that are arrays stand among arrays.
	arrayIndex map[*argument]int
}

// taken are the attributes that a model's module has besides its layers.
var taken = []string{
	"name", "arrays", "call", "variables", "trainable_variables", "non_trainable_variables", "serve", "signatures",
	"_default_save_signature", "layers", "trainable", "class_name", "call_arguments",
}

// network makes the part of a model: the parts of its layers, in the order in
// which they are first called, and the body that calls them. in are the inputs
// of its first call, for a model that does not know them; masked says that they
// may have masks.
func (b *builder) modelPart(n *network, in []info, masked bool) *part {
	p := &part{pos: n.pos, name: n.name, class: "Functional", network: n, trainable: n.trainable, takesTraining: true,
		params: []string{"self", "inputs", "training", "mask"}}
	if n.sequential {
		p.class = "Sequential"
	}
	w := &writer{b: b, n: n, p: p, maskable: masked, attrs: map[string]bool{}, arrayIndex: map[*argument]int{}}
	for _, name := range taken {
		w.attrs[name] = true
	}
	p.module = &spec.Module{Pos: n.pos, Members: []spec.Member{
		constant("name", spec.Value{Pos: n.pos, V: n.name}), callArguments(n.pos, p.params),
	}}
	before := len(b.errs)
	w.line(n.pos, "")
	w.inputs(in)
	if masked {
		w.inputMasks()
	}
	w.orderCalls()
	w.calls()
	if len(b.errs) > before {
		return nil
	}
	w.order.now, p.takesOff = len(w.order.ranks), w.takenInputs()
	outputs := w.expr(n.outputs, w.tensor)
	name := "call"
	if masks := w.masks(n.outputs); masks != nil && masked {
		// Whoever calls the model wants the masks of its outputs too.
		name, p.masked = "call_with_masks", true
		text := masks()
		if n.outputs.kind == tensorArgument {
			text = "[" + text + "]"
		}
		outputs += ", " + text
	}
	w.line(n.pos, "    return "+outputs)
	w.lines[0] = "def " + name + "(self, inputs, training=None, mask=None):"
	if len(w.arrays) > 0 {
		p.module.Members = append(p.module.Members, constant("arrays", spec.Value{Pos: n.pos, V: w.arrays}))
	}
	function := func(name, library string, body *spec.Body) {
		p.module.Members = append(p.module.Members, spec.Member{Name: name, Pos: n.pos, Object: &spec.Function{
			Pos: n.pos, Name: name, Plain: true, Library: b.lib, LibraryFunction: library, Body: body,
		}})
	}
	function(name, "", spec.GeneratedBody(strings.Join(w.lines, "\n")+"\n", w.places))
	if p.masked {
		function("call", "model_without_masks", nil)
		function("masked", "model_with_masks", nil)
	}
	function("__call__", "model_call", nil)
	// Keras lists the layers in the order of the config.
	for _, m := range n.members {
		if m.part != nil {
			p.children = append(p.children, child{m.attr, false, m.part})
		}
	}
	return p
}

func (w *writer) line(pos spec.Pos, text string) {
	w.lines = append(w.lines, text)
	w.places = append(w.places, pos)
}

func (w *writer) variable() string {
	w.count++
	return "x" + strconv.Itoa(w.count-1)
}

// inputs writes the lines that take the model's inputs apart.
func (w *writer) inputs(in []info) {
	n := w.n
	if n.inputs == nil { // a sequential model that learns its input when it is called
		first := n.members[0].calls[0]
		first.args[0].ref.layer = ""
		input := &member{object: &object{pos: n.pos, class: "InputLayer"}, calls: []*call{{variable: w.variable()}}}
		if len(in) > 0 {
			input.calls[0].outputs = in[:1]
		}
		n.byName[""] = input
		w.line(n.pos, "    "+input.calls[0].variable+" = densified(inputs)")
		return
	}
	var names, dtypes, sparse []string
	n.inputs.each(func(a *argument) {
		m := n.byName[a.ref.layer]
		i := w.b.inputInfo(m)
		if n.denseInputs {
			i.ragged, i.sparse = false, false
		}
		m.calls[0].variable = w.variable()
		m.calls[0].outputs = []info{i}
		names = append(names, m.name)
		dtypes = append(dtypes, strconv.Quote(i.dtype.String()))
		if i.sparse {
			sparse = append(sparse, strconv.Quote(m.name))
		}
	})
	if n.inputs.kind == tensorArgument {
		option := ""
		if len(sparse) > 0 {
			option = ", sparse=True"
		}
		w.line(n.pos, "    x0 = model_input(inputs, "+dtypes[0]+option+")")
		return
	}
	var targets []string
	var quoted []string
	for i := range names {
		targets = append(targets, "x"+strconv.Itoa(i))
		quoted = append(quoted, strconv.Quote(names[i]))
	}
	keys := "None"
	if n.inputs.kind == dictArgument && !slices.ContainsFunc(n.inputs.items, func(a *argument) bool { return a.kind != tensorArgument }) {
		var list []string
		for _, k := range n.inputs.keys {
			list = append(list, strconv.Quote(k))
		}
		keys = "[" + strings.Join(list, ", ") + "]"
	}
	option := ""
	if len(sparse) > 0 {
		option = ", sparse=[" + strings.Join(sparse, ", ") + "]"
	}
	w.line(n.pos, fmt.Sprintf("    %s = model_inputs(inputs, [%s], [%s], %s%s)", strings.Join(targets, ", ")+",",
		strings.Join(quoted, ", "), strings.Join(dtypes, ", "), keys, option))
}

// inputMasks writes the lines that give the inputs of a nested model the masks
// that it is called with.
func (w *writer) inputMasks() {
	var calls []*call
	if w.n.inputs == nil {
		calls = append(calls, w.n.byName[""].calls[0])
	}
	w.n.inputs.each(func(a *argument) { calls = append(calls, w.n.byName[a.ref.layer].calls[0]) })
	for i, c := range calls {
		c.setMask(&maskState{find: func() string {
			w.line(c.pos, fmt.Sprintf("    %s = mask_of(mask, %d)", c.maskVariable(), i))
			return c.maskVariable()
		}})
	}
}

// raggedRank is the ragged rank that Keras 2 gives an input: up to its last
// unknown dimension (placeholder, tf_keras/src/backend.py, tf_keras 2.21).
func raggedRank(s tensor.Shape) int {
	rank := 0
	if s.Known() {
		for i, d := range s.Dims() {
			if d == tensor.Unknown {
				rank = i
			}
		}
	}
	return rank
}

// inputInfo reads the shape and the dtype of an InputLayer.
func (b *builder) inputInfo(m *member) info {
	i := info{known: true, dtype: tensor.Float32, shape: tensor.UnknownShape()}
	if _, ok := b.options(m.object); !ok {
		return i
	}
	for _, key := range []string{"batch_shape", "batch_input_shape"} {
		if v, ok := m.config.Get(key); ok && v.V != nil {
			if i.shape, ok = readShape(v); !ok {
				b.errs.Add(v.Pos, "input %q: %s is no shape", m.name, key)
			}
		}
	}
	if v, ok := m.config.Get("shape"); ok && v.V != nil { // without the batch
		s, ok := readShape(v)
		if !ok {
			b.errs.Add(v.Pos, "input %q: shape is no shape", m.name)
		}
		batch := tensor.Unknown
		if size, _ := m.config.Get("batch_size"); size.V != nil {
			n, ok := size.V.(int64)
			if batch = n; !ok || n < 0 {
				b.errs.Add(size.Pos, "input %q: batch_size is no size", m.name)
				batch = tensor.Unknown
			}
		}
		i.shape = tensor.ShapeOf(batch).Concat(s)
	}
	if v, ok := m.config.Get("dtype"); ok && v.V != nil {
		p, ok := readPolicy(v)
		if !ok {
			b.errs.Add(v.Pos, "input %q: unknown dtype", m.name)
		} else {
			i.dtype = p.variable
		}
	}
	for key, to := range map[string]*bool{"ragged": &i.ragged, "sparse": &i.sparse} {
		v, _ := m.config.Get(key)
		*to = v.V == true
	}
	i.raggedRank = raggedRank(i.shape)
	if !b.keras2 {
		i.raggedRank = max(i.raggedRank, 1) // Keras 3 takes those of any rank
	}
	return i
}

// calls writes the calls, each as soon as what it takes is there: a shared
// layer may be called again with what a later layer gives.
func (w *writer) calls() {
	type use struct {
		m *member
		c *call
	}
	waiting := map[*call][]use{} // calls by what they wait for
	missing := map[*call]int{}
	var ready []use
	for _, m := range w.n.members {
		for i, c := range m.calls {
			u := use{m, c}
			c.each(w.note)
			c.each(func(a *argument) {
				if on := w.n.byName[a.ref.layer].calls[a.ref.node]; on.variable == "" {
					waiting[on] = append(waiting[on], u)
					missing[c]++
				}
			})
			if i > 0 { // calls of one layer in their order: the first builds it
				waiting[m.calls[i-1]] = append(waiting[m.calls[i-1]], u)
				missing[c]++
			}
			if missing[c] == 0 && c.variable == "" {
				ready = append(ready, u)
			}
		}
	}
	w.n.outputs.each(w.note)
	for len(ready) > 0 {
		u := ready[0]
		ready = ready[1:]
		if u.c.variable == "" && !w.call(u.m, u.c) {
			u.c.variable = "None" // reported; go on for further mistakes
		}
		for _, next := range waiting[u.c] {
			if missing[next.c]--; missing[next.c] == 0 {
				ready = append(ready, next)
			}
		}
	}
	for _, m := range w.n.members {
		for _, c := range m.calls {
			if c.variable == "" {
				w.b.errs.Add(c.pos, "model %q: the calls of layer %q wait for each other", w.n.name, m.name)
				return
			}
		}
	}
}

// note notes which outputs of a call are used.
func (w *writer) note(a *argument) {
	c := w.n.byName[a.ref.layer].calls[a.ref.node]
	c.last = max(c.last, a.ref.index)
}

// call writes one call; false after an error.
func (w *writer) call(m *member, c *call) bool {
	if m.isInput() {
		w.b.errs.Add(m.pos, "model %q: layer %q is an input that input_layers does not have", w.n.name, m.name)
		return false
	}
	w.order.now = w.order.ranks[c]
	text, ok := w.text(m, c, w.tensor, true)
	if !ok {
		return false
	}
	c.many = w.many(m, c)
	masked := m.part != nil && m.part.masked
	if c.many && !masked {
		text = "tf.nest.flatten(" + text + ")"
	}
	c.variable = w.variable()
	target := c.variable
	if masked {
		target += ", " + c.maskVariable()
	}
	w.line(c.pos, "    "+target+" = "+text)
	if masked && c.many {
		w.line(c.pos, "    "+c.variable+" = tf.nest.flatten("+c.variable+")")
	}
	w.noteMask(m, c)
	return true
}

// text writes a call; tensor writes the tensors that it takes, and withMasks
// adds the masks that they have.
func (w *writer) text(m *member, c *call, tensor func(*argument) string, withMasks bool) (string, bool) {
	if m.isLambda() {
		return w.lambdaText(m, c, tensor)
	}
	function, ok := w.function(m, c)
	if !ok {
		return "", false
	}
	return w.callText(function, m, c, tensor, withMasks), true
}

// function is what a call calls, up to its arguments: `self.dense(`,
// `numpy_Mean({"axis": 1}, `. A layer is made for its first call.
func (w *writer) function(m *member, c *call) (string, bool) {
	if m.isOp() {
		return w.op(m)
	}
	if m.part != nil {
		return w.method(m), true
	}
	if m.failed {
		return "", false
	}
	m.failed = true // until it has gone well
	if m.isNetwork() {
		inner := w.b.network(m.object)
		if len(w.b.errs) > 0 {
			return "", false
		}
		m.part = w.b.modelPart(inner, w.infos(c), w.maskable || w.n.anyMask() || w.b.usersMask())
	} else if in, ok := w.shapes(m, c); ok {
		m.part = w.b.layer(m.object, in)
	}
	if m.part == nil {
		return "", false
	}
	m.failed = false
	if !w.n.trainable {
		m.part.freeze()
	}
	m.attr = w.attribute(m.name)
	w.p.module.Members = append(w.p.module.Members, spec.Member{Name: m.attr, Pos: m.pos, Object: m.part.module})
	return w.method(m), true
}

// method is how a layer is called.
func (w *writer) method(m *member) string {
	if m.part.masked {
		return "self." + m.attr + ".masked("
	}
	return "self." + m.attr + "("
}

// attribute finds a free attribute for a layer.
func (w *writer) attribute(name string) string {
	base := identifier(name, "layer")
	if slices.Contains(pythonKeywords, base) {
		base += "_"
	}
	attr := base
	for i := 1; w.attrs[attr]; i++ {
		attr = base + "_" + strconv.Itoa(i)
	}
	w.attrs[attr] = true
	return attr
}

var pythonKeywords = strings.Fields(`False None True and as assert async await break class continue def del elif else except
	finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)

// op is what a call of an op of keras.ops calls.
func (w *writer) op(m *member) (string, bool) {
	if m.failed {
		return "", false
	}
	name, ok := w.b.knownOp(m)
	if !ok {
		m.failed = true
		return "", false
	}
	return name + "(", true
}

// optionArguments writes the config of an op as keyword arguments.
func (w *writer) optionArguments(m *member) []string {
	var out []string
	entries, _ := m.config.V.([]spec.Entry)
	for _, e := range entries {
		switch name, _ := e.Key.V.(string); {
		case name == "name":
		case isIdentifier(name):
			out = append(out, name+"="+literal(e.Value))
		default:
			w.b.errs.Add(e.Key.Pos, "op %q: %q is no name of an option", m.name, name)
		}
	}
	return out
}

// callText writes a call with its arguments.
func (w *writer) callText(function string, m *member, c *call, tensor func(*argument) string, withMasks bool) string {
	var args []string
	for _, a := range c.args {
		args = append(args, w.expr(a, tensor))
	}
	for _, k := range c.kwargs {
		if !isIdentifier(k.name) {
			w.b.errs.Add(k.value.pos, "layer %q: %q is no name of an argument", m.name, k.name)
		} else if (k.name != "training" || m.part == nil) && !w.overridden(m, k.name) {
			args = append(args, k.name+"="+w.expr(k.value, tensor))
		}
	}
	if m.part != nil && m.part.takesTraining {
		args = append(args, "training="+w.training(m, c, tensor))
	}
	if m.isOp() {
		args = append(args, w.optionArguments(m)...)
	}
	if withMasks {
		args = append(args, w.maskArguments(m, c)...)
	}
	return function + strings.Join(args, ", ") + ")"
}

// training writes the argument training of a call. In Keras 3 what a model is
// called with counts for all its layers, and training=True in the config only
// where the model is called without (operation_fn, keras/src/models/functional.py,
// Keras 3.15); in Keras 2 the config counts first.
//
// The layers that change images while training write the True that their call
// has by default into every config. Here they give images as they are unless
// the model is called with training=True, as by model.predict.
func (w *writer) training(m *member, c *call, tensor func(*argument) string) string {
	for _, k := range c.kwargs {
		if k.name != "training" {
			continue
		}
		if w.n.keras2 || k.value.kind != plainArgument {
			return w.expr(k.value, tensor)
		}
		if k.value.plain.V == true && !augments(m.class) {
			return "True if training is None else training"
		}
	}
	return "training"
}

// augments tells the layers whose call has training=True by default
// (keras/src/layers/preprocessing, Keras 3.15).
func augments(class string) bool {
	return strings.HasPrefix(class, "Random") ||
		slices.Contains([]string{"AugMix", "CutMix", "Equalization", "MaxNumBoundingBoxes", "MixUp", "Pipeline", "RandAugment", "Solarization"}, class)
}

// tensor writes a tensor of the network as the variable that holds it.
func (w *writer) tensor(a *argument) string {
	c := w.n.byName[a.ref.layer].calls[a.ref.node]
	if c.many {
		return c.variable + "[" + strconv.Itoa(a.ref.index) + "]"
	}
	return c.variable
}

// expr writes an argument.
func (w *writer) expr(a *argument, tensor func(*argument) string) string {
	items := func(open, close string) string {
		var out []string
		for _, item := range a.items {
			out = append(out, w.expr(item, tensor))
		}
		return open + strings.Join(out, ", ") + close
	}
	switch a.kind {
	case tensorArgument:
		return tensor(a)
	case listArgument:
		return items("[", "]")
	case tupleArgument:
		return items("(", ",)")
	case sliceArgument:
		return items("slice(", ")")
	case dictArgument:
		var out []string
		for i, k := range a.keys {
			out = append(out, strconv.Quote(k)+": "+w.expr(a.items[i], tensor))
		}
		return "{" + strings.Join(out, ", ") + "}"
	case ellipsisArgument:
		return "..."
	case arrayArgument:
		value, _ := a.plain.Get("value")
		dtype, _ := text(a.plain, "dtype")
		i, ok := w.arrayIndex[a]
		if !ok {
			i = len(w.arrays)
			w.arrayIndex[a] = i
			w.arrays = append(w.arrays, value)
		}
		return fmt.Sprintf("tf.constant(self.arrays[%d], %q)", i, dtype)
	}
	return literal(a.plain)
}

// severalLayers are classes of layers that give several tensors: cells give their output and their
// states, Bidirectional may give both directions.
var severalLayers = []string{"SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells", "Bidirectional"}

// many reports whether a call gives several tensors, or a list of one.
func (w *writer) many(m *member, c *call) bool {
	if c.last > 0 {
		return true
	}
	if m.isOp() || m.isLambda() {
		return true // some give a list, if only of one
	}
	if m.isNetwork() {
		return m.part != nil && m.part.network.outputs.kind != tensorArgument
	}
	wrapped, _ := m.config.Get("layer")
	wrapped, _ = wrapped.Get("config")
	for _, config := range []spec.Value{m.config, wrapped} {
		if v, _ := config.Get("return_state"); v.V == true {
			return true
		}
	}
	if slices.Contains(severalLayers, m.class) {
		return true
	}
	if len(c.args) > 0 && c.args[0].kind == dictArgument {
		return true // images and what belongs to them, which come back changed
	}
	for _, k := range c.kwargs {
		if k.name == "return_attention_scores" && k.value.plain.V == true {
			return true
		}
	}
	return m.part != nil && m.part.user
}

// literal writes a plain value as Python.
func literal(v spec.Value) string {
	var b strings.Builder
	writeLiteral(&b, v)
	return b.String()
}

func writeLiteral(b *strings.Builder, v spec.Value) {
	items := func(items []spec.Value, open, close string) {
		b.WriteString(open)
		for i, item := range items {
			if i > 0 {
				b.WriteString(", ")
			}
			writeLiteral(b, item)
		}
		b.WriteString(close)
	}
	switch x := v.V.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		b.WriteString(map[bool]string{true: "True", false: "False"}[x])
	case int64:
		b.WriteString(strconv.FormatInt(x, 10))
	case *big.Int:
		b.WriteString(x.String())
	case float64:
		b.WriteString(floatLiteral(x))
	case string:
		b.WriteString(strconv.Quote(x))
	case []spec.Value:
		items(x, "[", "]")
	case spec.Tuple:
		items(x, "(", ",)")
	case []spec.Entry:
		b.WriteString("{")
		for i, e := range x {
			if i > 0 {
				b.WriteString(", ")
			}
			writeLiteral(b, e.Key)
			b.WriteString(": ")
			writeLiteral(b, e.Value)
		}
		b.WriteString("}")
	}
}

func floatLiteral(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return `float("inf")`
	case math.IsInf(x, -1):
		return `float("-inf")`
	case math.IsNaN(x):
		return `float("nan")`
	}
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
