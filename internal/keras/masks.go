package keras

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
)

// Masks follow tensors through a network without standing in its config: a
// layer that makes one (Embedding with mask_zero, Masking) gives it to the next
// that takes one, through layers that let it pass
// (Layer.__call__ and _set_mask_metadata, keras/src/layers/layer.py, Keras 3.15).
// The body that is written has them as variables:
//
//	x1 = self.embedding(x0)
//	m1 = self.embedding.compute_mask(x0)
//	x2 = self.lstm(x1, mask=m1)
//
// Configs of Keras 3.15 have masks as arguments of calls already; those win.

// maskState is the mask of what a call gives, or the masks.
type maskState struct {
	// find gives what holds them. It is asked where they are first used, so that
	// no mask is computed for nothing.
	find func() string
	text string // what find gave
	list bool   // one for each output
}

// heldMasks are the masks that the results of a call have. A layer that gives
// its input as it is shares them with the call before it.
type heldMasks struct {
	state   *maskState
	dropped map[int]bool // results that have lost theirs
}

// mask gives the mask that a tensor has at this place of the body: a function
// that writes what holds it, nil where there is none.
func (w *writer) mask(a *argument) func() string {
	if a.kind != tensorArgument {
		return nil
	}
	c := w.n.byName[a.ref.layer].calls[a.ref.node]
	if c.masks == nil || c.masks.dropped[a.ref.index] || w.order.takenBefore(w, a) {
		return nil
	}
	state := c.masks.state
	return func() string {
		if state.text == "" {
			state.text = state.find()
		}
		if c.many || state.list {
			return fmt.Sprintf("mask_of(%s, %d)", state.text, a.ref.index)
		}
		return state.text
	}
}

// masks gives the masks of an argument in its structure, nil where no tensor of
// it has one.
func (w *writer) masks(a *argument) func() string {
	switch a.kind {
	case tensorArgument:
		return w.mask(a)
	case listArgument, tupleArgument, dictArgument:
		var items []func() string
		some := false
		for _, item := range a.items {
			m := w.masks(item)
			some = some || m != nil
			items = append(items, m)
		}
		if !some {
			return nil
		}
		return func() string {
			var texts []string
			for i, m := range items {
				text := "None"
				if m != nil {
					text = m()
				}
				if a.kind == dictArgument {
					text = fmt.Sprintf("%q: %s", a.keys[i], text)
				}
				texts = append(texts, text)
			}
			if a.kind == dictArgument {
				return "{" + strings.Join(texts, ", ") + "}"
			}
			return "[" + strings.Join(texts, ", ") + "]"
		}
	}
	return nil
}

// The MultiHeadAttention of Keras 3 takes the mask of its query from the tensor,
// even where it is called with another, and takes the masks off the tensors
// that it is called with (its call, keras/src/layers/attention/multi_head_attention.py,
// Keras 3.15).
func (w *writer) takesMasksOff(m *member) bool {
	return m.class == "MultiHeadAttention" && !w.b.keras2 && !w.b.isUsers(m.class+"_call")
}

// overridden are arguments that are not used as they are given.
func (w *writer) overridden(m *member, name string) bool {
	return name == "query_mask" && m.part != nil && w.takesMasksOff(m)
}

// Classes whose results are their inputs, unless they are trained: the same
// tensor with the same mask.
var sameTensor = []string{"ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Identity",
	"SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"}

// callOrder is the order in which Keras runs the calls of a model, which decides
// from when on a tensor has no mask. It is empty where no layer takes masks off.
type callOrder struct {
	ranks map[*call]int
	taken map[tensorKey]int // the rank of the first call that takes the mask off a tensor
	now   int               // rank of the call that is written
}

// tensorKey names an output of a call.
type tensorKey struct {
	layer       string
	node, index int
}

// orderCalls finds that order: by the distance to the outputs (map_graph,
// keras/src/ops/function.py, Keras 3.15).
func (w *writer) orderCalls() {
	if !slices.ContainsFunc(w.n.members, w.takesMasksOff) {
		return
	}
	owner := map[*call]*member{}
	for _, m := range w.n.members {
		for _, c := range m.calls {
			owner[c] = m
		}
	}
	parents := func(c *call, f func(*call)) {
		c.each(func(a *argument) { f(w.n.byName[a.ref.layer].calls[a.ref.node]) })
	}
	var found []*call // each after those that it takes something of
	seen := map[*call]bool{}
	var visit func(c *call)
	visit = func(c *call) {
		if !seen[c] {
			seen[c] = true
			parents(c, visit)
			found = append(found, c)
		}
	}
	w.n.outputs.each(func(a *argument) { visit(w.n.byName[a.ref.layer].calls[a.ref.node]) })
	depths, layers := map[*call]int{}, map[*member]int{}
	var order []*call
	deepen := func(c *call, depth int) {
		if _, ok := depths[c]; !ok {
			order = append(order, c)
		}
		depths[c] = max(depths[c], depth)
	}
	for _, c := range slices.Backward(found) {
		deepen(c, layers[owner[c]])
		layers[owner[c]] = depths[c]
		parents(c, func(p *call) { deepen(p, depths[c]+1) })
	}
	slices.SortStableFunc(order, func(a, b *call) int { return depths[b] - depths[a] })
	w.order = callOrder{ranks: map[*call]int{}, taken: map[tensorKey]int{}}
	for rank, c := range order {
		w.order.ranks[c] = rank
		if !w.takesMasksOff(owner[c]) {
			continue
		}
		take := func(a *argument) {
			a.each(func(t *argument) {
				if key := w.sameAs(t); w.order.taken[key] == 0 {
					w.order.taken[key] = rank
				}
			})
		}
		for _, a := range c.args[:min(len(c.args), 3)] { // query, value and key
			take(a)
		}
		for _, k := range c.kwargs {
			if slices.Contains([]string{"query", "value", "key"}, k.name) {
				take(k.value)
			}
		}
	}
}

// takenInputs are the inputs of a model that lose their masks in it, by their
// numbers.
func (w *writer) takenInputs() []int {
	var out []int
	i := 0
	w.n.inputs.each(func(a *argument) {
		if w.order.taken[w.sameAs(a)] > 0 {
			out = append(out, i)
		}
		i++
	})
	return out
}

// takenBefore reports whether a tensor has lost its mask before the call that is
// written. Rank 0 is that of an input.
func (o *callOrder) takenBefore(w *writer, a *argument) bool {
	rank := o.taken[w.sameAs(a)]
	return rank > 0 && rank < o.now
}

// sameAs is the first of the names that a tensor has in a network.
func (w *writer) sameAs(a *argument) tensorKey {
	for {
		m := w.n.byName[a.ref.layer]
		c := m.calls[a.ref.node]
		if !w.passesSame(m) || len(c.args) == 0 || c.args[0].kind != tensorArgument {
			return tensorKey{a.ref.layer, a.ref.node, a.ref.index}
		}
		a = c.args[0]
	}
}

// passesSame tells the layers that give their input itself.
func (w *writer) passesSame(m *member) bool {
	return slices.Contains(sameTensor, m.class) && !w.b.set.training && !w.b.isUsers(m.class+"_call")
}

func (c *call) setMask(s *maskState) { c.masks = &heldMasks{s, map[int]bool{}} }

// maskArguments writes the masks that a call gets because of its tensors: mask
// where it has one argument, else query_mask, value_mask, ….
func (w *writer) maskArguments(m *member, c *call) []string {
	if m.part == nil {
		return nil
	}
	takes := func(name string) bool {
		return m.part.takes(name) && (!c.has(name) && slices.Index(m.part.params, name) > len(c.args) || w.overridden(m, name))
	}
	var names []string // of the arguments that are tensors
	var arguments []*argument
	for i, a := range c.args {
		if hasTensor(a) && i+1 < len(m.part.params) {
			names, arguments = append(names, m.part.params[i+1]), append(arguments, a)
		}
	}
	for _, k := range c.kwargs {
		if hasTensor(k.value) && !isMaskArgument(k.name) {
			names, arguments = append(names, k.name), append(arguments, k.value)
		}
	}
	var out []string
	add := func(name string, a *argument) {
		if takes(name) {
			if mask := w.masks(a); mask != nil {
				out = append(out, name+"="+mask())
			}
		}
	}
	// Keras 3 wants to know which of several tensors a mask is of.
	if len(arguments) == 1 || len(arguments) > 0 && w.n.keras2 && takes("mask") {
		add("mask", arguments[0])
		return out
	}
	for i, a := range arguments {
		add(names[i]+"_mask", a)
	}
	return out
}

func hasTensor(a *argument) bool {
	found := false
	a.each(func(*argument) { found = true })
	return found
}

// noteMask notes what becomes of masks in a call that has just been written.
func (w *writer) noteMask(m *member, c *call) {
	if m.part == nil || len(c.args) == 0 {
		return
	}
	first := c.args[0]
	given := w.givenMask(c)
	switch defines := w.b.tracer.Defines(w.b.lib, m.class+"_compute_mask"); {
	case m.isNetwork():
		if m.part.masked {
			c.setMask(&maskState{text: c.maskVariable(), list: true})
		}
		w.dropNested(m, first)
	case w.passesSame(m) && w.lone(first):
		c.masks = w.n.byName[first.ref.layer].calls[first.ref.node].masks
	case defines && (w.masks(first) != nil || w.makesMask(m)):
		c.setMask(&maskState{find: func() string {
			text := "self." + m.attr + ".compute_mask(" + w.expr(first, w.tensor)
			if given != nil {
				text += ", " + given()
			}
			w.line(c.pos, "    "+c.maskVariable()+" = "+text+")")
			return c.maskVariable()
		}})
	case !defines && w.b.passesMask(m.class):
		if mask := w.masks(first); mask != nil {
			c.setMask(&maskState{find: mask})
		}
	}
}

// dropNested notes that tensors have lost their masks in a nested model.
func (w *writer) dropNested(m *member, given *argument) {
	var tensors []*argument
	given.each(func(a *argument) { tensors = append(tensors, a) })
	for _, i := range m.part.takesOff {
		if i < len(tensors) {
			t := tensors[i].ref
			if c := w.n.byName[t.layer].calls[t.node]; c.masks != nil {
				c.masks.dropped[t.index] = true
			}
		}
	}
}

// lone tells an argument that is the only result of a call.
func (w *writer) lone(a *argument) bool {
	return a.kind == tensorArgument && !w.n.byName[a.ref.layer].calls[a.ref.node].many
}

// givenMask is the mask of a call's first argument, an explicit one first.
func (w *writer) givenMask(c *call) func() string {
	for _, k := range c.kwargs {
		if k.name == "mask" {
			return func() string { return w.expr(k.value, w.tensor) }
		}
	}
	return w.masks(c.args[0])
}

// maskVariable is where the masks of a call are kept: m5 beside x5.
func (c *call) maskVariable() string { return strings.Replace(c.variable, "x", "m", 1) }

// makesMask tells the layers that make a mask where there was none.
func (w *writer) makesMask(m *member) bool {
	if v, _ := m.config.Get("mask_zero"); v.V == true {
		return true
	}
	return m.class == "Masking" || m.part != nil && m.part.user
}

// anyMask reports whether there may be masks in a network: a layer makes one, or
// a call is given one, in nested models too.
func (n *network) anyMask() bool {
	for _, m := range n.members {
		if m.class == "Masking" || mentionsMask(m.config) {
			return true
		}
		for _, c := range m.calls {
			for _, k := range c.kwargs {
				if isMaskArgument(k.name) && hasTensor(k.value) {
					return true
				}
			}
		}
	}
	return false
}

// isMaskArgument tells the arguments of calls that are masks.
func isMaskArgument(name string) bool { return name == "mask" || strings.HasSuffix(name, "_mask") }

// mentionsMask reports the same of the config of a layer.
func mentionsMask(config spec.Value) bool {
	switch x := config.V.(type) {
	case []spec.Value:
		return slices.ContainsFunc(x, mentionsMask)
	case []spec.Entry:
		for _, e := range x {
			switch key, _ := e.Key.V.(string); {
			case key == "mask_zero" && e.Value.V == true, key == "class_name" && e.Value.V == "Masking":
				return true
			case isMaskArgument(key) && isCollection(e.Value):
				return true // a tensor, that a call in a nested model is given
			}
			if mentionsMask(e.Value) {
				return true
			}
		}
	}
	return false
}

// usersMask reports whether a class of the user's may make masks.
func (b *builder) usersMask() bool {
	return slices.ContainsFunc(b.lib.Files, func(f spec.LibraryFile) bool {
		return f.User && strings.Contains(f.Text, "_compute_mask(")
	})
}

func isCollection(v spec.Value) bool {
	switch v.V.(type) {
	case []spec.Value, []spec.Entry:
		return true
	}
	return false
}

// passesMask tells the classes through which a mask goes as it is.
func (b *builder) passesMask(class string) bool {
	if b.maskPassing == nil {
		b.maskPassing = []string{}
		v, err := b.tracer.Evaluate(b.lib, "mask_passing_classes", nil, b.set.pos, nil, nil)
		if err != nil {
			b.report(b.set.pos, err, "masks")
			return false
		}
		items, _ := v.V.([]spec.Value)
		for _, item := range items {
			name, _ := item.V.(string)
			b.maskPassing = append(b.maskPassing, name)
		}
	}
	return slices.Contains(b.maskPassing, class)
}
