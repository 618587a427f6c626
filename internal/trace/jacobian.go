package trace

import (
	"github.com/tfsave/tfsave/internal/graph"
)

// tapeJacobian is tape.jacobian: the gradient of every element of the target, in
// a loop. TensorFlow vectorizes the loop unless it is told not to.
func tapeJacobian(t *thread, tape *Tape, args *callArgs) (Value, error) {
	p, err := t.params("jacobian", args, "target", "sources", "unconnected_gradients?", "parallel_iterations?", "experimental_use_pfor?")
	if err != nil {
		return nil, err
	}
	return t.jacobian("internal.tape.jacobian", tape, p[0], p[1], p[2])
}

// tapeBatchJacobian is tape.batch_jacobian: the same for each element of a batch.
func tapeBatchJacobian(t *thread, tape *Tape, args *callArgs) (Value, error) {
	p, err := t.params("batch_jacobian", args, "target", "source", "unconnected_gradients?", "parallel_iterations?", "experimental_use_pfor?")
	if err != nil {
		return nil, err
	}
	return t.jacobian("internal.tape.batch_jacobian", tape, p[0], p[1], p[2])
}

func (t *thread) jacobian(function string, tape *Tape, target, sources, unconnected Value) (Value, error) {
	zero, err := t.unconnected(unconnected)
	if err != nil {
		return nil, err
	}
	if err := t.useTape(tape); err != nil {
		return nil, err
	}
	y, ok := target.(*graph.Tensor)
	if !ok {
		return nil, t.errorf("TypeError", "the target of a jacobian is a tensor, not %s", typeName(target))
	}
	b := &backprop{t: t, tape: tape}
	return mapStructure(t.unwrapModel(sources), func(source Value) (Value, error) {
		x, err := t.tapeSource(tape, source)
		if err != nil {
			return nil, err
		}
		if !b.connected(y, x) && !zero {
			return nil, nil
		}
		gradient := &Builtin{Name: "gradient", Call: func(t *thread, args *callArgs) (Value, error) {
			return t.gradient(tape, y, source, args.pos[0], zero)
		}}
		return b.library(function, gradient, y, source)
	})
}

// connected reports whether y depends on x by what the tape recorded.
func (b *backprop) connected(y, x *graph.Tensor) bool {
	records := b.relevant()
	seen := map[*graph.Tensor]bool{}
	for stack := []*graph.Tensor{y}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if at == x {
			return b.depends[x]
		}
		if !seen[at] && b.depends[at] && records[at.Node] {
			stack = append(stack, at.Node.Inputs...)
		}
		seen[at] = true
	}
	return false
}

// tfGradients is tf.gradients: what a tape gives that recorded all of the
// function, and watched xs.
func tfGradients(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.gradients", args, "ys", "xs", "grad_ys?", "name?", "gate_gradients?", "aggregation_method?", "stop_gradients?", "unconnected_gradients?")
	if err != nil {
		return nil, err
	}
	if p[6] != nil {
		return nil, hint(t.errorf("NotImplementedError", "stop_gradients is not supported"), "tf.stop_gradient")
	}
	zero, err := t.unconnected(p[7])
	if err != nil {
		return nil, err
	}
	name, ok := p[3].(string)
	if !ok {
		name = "gradients"
	}
	_, pop := t.graph.PushScope(name)
	defer pop()
	tape := &Tape{graph: t.graph, watched: map[*graph.Tensor]bool{}, spans: []span{{0, len(t.graph.Nodes)}}}
	sources := flatten(t.unwrapModel(p[1]))
	for _, v := range sources {
		x, err := t.tapeSource(tape, v)
		if err != nil {
			return nil, err
		}
		tape.watched[x] = true
	}
	return t.gradient(tape, p[0], &List{Items: sources}, p[2], zero)
}
