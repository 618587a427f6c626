package keras

import "github.com/tfsave/tfsave/internal/spec"

// isKeras2 tells a functional model as Keras 2 writes it: calls are lists of
// [layer, call, output, keywords].
func isKeras2(members []*member) bool {
	for _, m := range members {
		for _, v := range m.nodes {
			if _, ok := v.V.([]spec.Value); ok {
				return true
			}
		}
	}
	return false
}

// constantValue is the layer of an argument that is no tensor
// (keras/src/engine/node.py, tf_keras 2.21).
const constantValue = "_CONSTANT_VALUE"

// node2 reads a call as Keras 2 writes it: the tensors of the first argument,
// with the other arguments at the first of them.
func (b *builder) node2(m *member, v spec.Value) *call {
	c := &call{pos: v.Pos}
	items, _ := v.V.([]spec.Value)
	if len(items) == 0 {
		return c
	}
	var tensors []*argument
	single := false
	if _, ok := items[0].V.(string); ok { // functions of TensorFlow are one level flatter
		items, single = []spec.Value{v}, true
	}
	for _, item := range items {
		parts, _ := item.V.([]spec.Value)
		if len(parts) < 3 {
			b.errs.Add(item.Pos, "layer %q: a call of something that is not [layer, call, output]", m.name)
			return nil
		}
		a := b.argument2(spec.Value{Pos: item.Pos, V: parts[:3]})
		tensors = append(tensors, a)
		if len(parts) > 3 {
			entries, _ := parts[3].V.([]spec.Entry)
			for _, e := range entries {
				name, _ := e.Key.V.(string)
				if e.Value.V != nil && !c.has(name) {
					c.kwargs = append(c.kwargs, keyword{name, b.argument2(e.Value)})
				}
			}
		}
	}
	if len(tensors) == 1 && (single || !m.isLambda()) {
		c.args = tensors
	} else {
		c.args = []*argument{{pos: v.Pos, kind: listArgument, items: tensors}}
	}
	return c
}

func (c *call) has(keyword string) bool {
	for _, k := range c.kwargs {
		if k.name == keyword {
			return true
		}
	}
	return false
}

// argument2 reads an argument in which tensors are [layer, call, output].
func (b *builder) argument2(v spec.Value) *argument {
	return readArgument(v, func(v spec.Value) *argument {
		if x, _ := v.V.([]spec.Value); len(x) == 3 || len(x) == 4 {
			if x[0].V == constantValue {
				return b.argument(x[2])
			}
			if r, ok := readRef(x); ok {
				return &argument{pos: v.Pos, kind: tensorArgument, ref: r}
			}
		}
		if o, ok := readObject(v); ok {
			return b.objectArgument(o, v)
		}
		return nil
	})
}
