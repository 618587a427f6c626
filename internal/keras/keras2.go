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
		a := b.tensor2(m, c, item)
		if a == nil {
			return nil
		}
		tensors = append(tensors, a)
	}
	if len(tensors) == 1 && (single || !m.isLambda()) {
		c.args = tensors
	} else {
		c.args = []*argument{{pos: v.Pos, kind: listArgument, items: tensors}}
	}
	return c
}

// tensor2 reads one of the tensors of a call, or a list of them: the states of
// stacked cells. The keywords beside it are those of the call.
func (b *builder) tensor2(m *member, c *call, v spec.Value) *argument {
	parts, _ := v.V.([]spec.Value)
	if len(parts) > 0 {
		if _, ok := parts[0].V.([]spec.Value); ok {
			list := &argument{pos: v.Pos, kind: listArgument}
			for _, part := range parts {
				a := b.tensor2(m, c, part)
				if a == nil {
					return nil
				}
				list.items = append(list.items, a)
			}
			return list
		}
	}
	if len(parts) < 3 {
		b.errs.Add(v.Pos, "layer %q: a call of something that is not [layer, call, output]", m.name)
		return nil
	}
	if len(parts) > 3 {
		entries, _ := parts[3].V.([]spec.Entry)
		for _, e := range entries {
			name, _ := e.Key.V.(string)
			if e.Value.V != nil && !c.has(name) {
				c.kwargs = append(c.kwargs, keyword{name, b.argument2(e.Value)})
			}
		}
	}
	return b.argument2(spec.Value{Pos: v.Pos, V: parts[:3]})
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
