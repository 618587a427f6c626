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

// maskState is what is known of the masks of a call's results.
type maskState struct {
	some bool // there may be one
	// find gives what holds them. It is asked where they are first used, so that
	// no mask is computed for nothing.
	find func() string
	text string // what find gave
	list bool   // one for each output
}

// mask gives the variable that holds the mask of a tensor, "" where it has none.
func (w *writer) mask(a *argument) string {
	if a.kind != tensorArgument {
		return ""
	}
	c := w.n.byName[a.ref.layer].calls[a.ref.node]
	if !c.mask.some {
		return ""
	}
	if c.mask.text == "" {
		c.mask.text = c.mask.find()
	}
	if c.many || c.mask.list {
		return fmt.Sprintf("mask_of(%s, %d)", c.mask.text, a.ref.index)
	}
	return c.mask.text
}

// masks gives the masks of an argument in its structure, "" where no tensor of
// it has one.
func (w *writer) masks(a *argument) string {
	switch a.kind {
	case tensorArgument:
		return w.mask(a)
	case listArgument, tupleArgument, dictArgument:
		var items []string
		some := false
		for i, item := range a.items {
			m := w.masks(item)
			some = some || m != ""
			if m == "" {
				m = "None"
			}
			if a.kind == dictArgument {
				m = fmt.Sprintf("%q: %s", a.keys[i], m)
			}
			items = append(items, m)
		}
		if !some {
			return ""
		}
		if a.kind == dictArgument {
			return "{" + strings.Join(items, ", ") + "}"
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return ""
}

// maskArguments writes the masks that a call gets because of its tensors: mask
// where it has one argument, else query_mask, value_mask, ….
func (w *writer) maskArguments(m *member, c *call) []string {
	if m.part == nil {
		return nil
	}
	takes := func(name string) bool { return m.part.takes(name) && !c.has(name) }
	var names []string // of the arguments that are tensors
	var arguments []*argument
	for i, a := range c.args {
		if hasTensor(a) && i+1 < len(m.part.params) {
			names, arguments = append(names, m.part.params[i+1]), append(arguments, a)
		}
	}
	for _, k := range c.kwargs {
		if hasTensor(k.value) && k.name != "mask" && !strings.HasSuffix(k.name, "_mask") {
			names, arguments = append(names, k.name), append(arguments, k.value)
		}
	}
	var out []string
	add := func(name string, a *argument) {
		if takes(name) {
			if text := w.masks(a); text != "" {
				out = append(out, name+"="+text)
			}
		}
	}
	if len(arguments) == 1 || len(arguments) > 0 && takes("mask") {
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
	if m.isNetwork() {
		if m.part.masked {
			c.mask = maskState{some: true, text: c.maskVariable(), list: true}
		}
		return
	}
	first := c.args[0]
	has := w.argumentMasked(first)
	defines := w.b.tracer.Defines(w.b.lib, m.class+"_compute_mask")
	switch {
	case defines && (has || w.makesMask(m)):
		c.mask = maskState{some: true, find: func() string {
			text := "self." + m.attr + ".compute_mask(" + w.expr(first, w.tensor)
			if given := w.givenMask(c); given != "" {
				text += ", " + given
			}
			w.line(c.pos, "    "+c.maskVariable()+" = "+text+")")
			return c.maskVariable()
		}}
	case !defines && has && w.b.passesMask(m.class):
		c.mask = maskState{some: true, find: func() string { return w.masks(first) }}
	}
}

// givenMask is the mask of a call's first argument, an explicit one first.
func (w *writer) givenMask(c *call) string {
	for _, k := range c.kwargs {
		if k.name == "mask" {
			return w.expr(k.value, w.tensor)
		}
	}
	return w.masks(c.args[0])
}

// maskVariable is where the masks of a call are kept: m5 beside x5.
func (c *call) maskVariable() string { return strings.Replace(c.variable, "x", "m", 1) }

func (w *writer) argumentMasked(a *argument) bool {
	some := false
	a.each(func(t *argument) {
		some = some || w.n.byName[t.ref.layer].calls[t.ref.node].mask.some
	})
	return some
}

// makesMask tells the layers that make a mask where there was none.
func (w *writer) makesMask(m *member) bool {
	if v, _ := m.config.Get("mask_zero"); v.V == true {
		return true
	}
	return m.class == "Masking" || m.part != nil && m.part.user
}

// anyMask reports whether a network has such layers, in nested models too.
func (n *network) anyMask() bool {
	for _, m := range n.members {
		if v, _ := m.config.Get("mask_zero"); v.V == true || m.class == "Masking" {
			return true
		}
		for _, v := range list(m.config, "layers") {
			if o, ok := readObject(v); ok {
				if zero, _ := o.config.Get("mask_zero"); zero.V == true || o.class == "Masking" {
					return true
				}
			}
		}
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
