package trace

import (
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// Tape is a tf.GradientTape: it notes the ops that are added to a graph while
// it records, and adds those that compute gradients. What the gradient of an op
// is, is library code: lib/gradients_*.py.
type Tape struct {
	graph          *graph.Graph
	persistent     bool
	watchVariables bool
	recording      bool
	used           bool
	// spans are the ops that were added while it recorded, as ranges of the
	// graph's nodes; the last one is open while it records.
	spans   []span
	watched map[*graph.Tensor]bool
}

type span struct{ from, to int }

// newTape is tf.GradientTape.
func newTape(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("tf.GradientTape", args, "persistent?", "watch_accessed_variables?")
	if err != nil {
		return nil, err
	}
	return &Tape{graph: t.graph, persistent: p[0] == true, watchVariables: p[1] == nil || p[1] == true, watched: map[*graph.Tensor]bool{}}, nil
}

// context records what is made below a with statement.
func (tape *Tape) context() *Context {
	return &Context{name: "GradientTape", enter: func(t *thread) (Value, func(), error) {
		switch {
		case tape.graph != t.graph:
			return nil, nil, t.errorf("ValueError", "a tape records the function or branch that it was made in, not another one")
		case tape.recording:
			return nil, nil, t.errorf("ValueError", "the tape is recording already")
		}
		return tape, t.record(tape), nil
	}}
}

// record lets a tape note ops until it is left.
func (t *thread) record(tape *Tape) (leave func()) {
	tape.recording = true
	tape.spans = append(tape.spans, span{from: len(tape.graph.Nodes)})
	t.tapes = append(t.tapes, tape)
	return func() { t.pause(tape) }
}

// pause takes a tape off those that record.
func (t *thread) pause(tape *Tape) {
	if !tape.recording {
		return
	}
	tape.recording = false
	tape.spans[len(tape.spans)-1].to = len(tape.graph.Nodes)
	t.tapes = slices.DeleteFunc(slices.Clone(t.tapes), func(other *Tape) bool { return other == tape })
}

// taping reports whether a tape records the graph that ops go into.
func (t *thread) taping() bool {
	return slices.ContainsFunc(t.tapes, func(tape *Tape) bool { return tape.graph == t.graph })
}

// recorded lists the ops that the tape noted so far.
func (tape *Tape) recorded() []*graph.Node {
	var out []*graph.Node
	for i, s := range tape.spans {
		if i == len(tape.spans)-1 && tape.recording {
			s.to = len(tape.graph.Nodes)
		}
		out = append(out, tape.graph.Nodes[s.from:s.to]...)
	}
	return out
}

// variables are the variables that are watched: those that watch was given, and
// trainable ones whose value was read, in the order of the first read. Their
// handles are in handles.
func (tape *Tape) watchedVariables() (variables []*model.Variable, handles []*graph.Tensor) {
	add := func(x *graph.Tensor) {
		if v := variableIn(tape.graph, x); v != nil && !slices.Contains(handles, x) && (tape.watched[x] || tape.watchVariables && v.Trainable) {
			variables, handles = append(variables, v), append(handles, x)
		}
	}
	for _, n := range tape.recorded() {
		for _, x := range readHandles(n) {
			add(x)
		}
	}
	for _, x := range tape.graph.AllInputs() {
		if tape.watched[x] {
			add(x)
		}
	}
	return variables, handles
}

func tapeMethods() map[string]method {
	on := func(f func(t *thread, tape *Tape, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*Tape), args) }}
	}
	return map[string]method{
		"watch": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			p, err := t.params("watch", args, "tensor")
			if err != nil {
				return nil, err
			}
			for _, v := range expand(flatten(t.unwrapModel(p[0]))) {
				x, err := t.tapeSource(tape, v)
				if err != nil {
					return nil, err
				}
				if x.DType == tensor.Resource || trainable(x.DType) {
					tape.watched[x] = true
				}
			}
			return nil, nil
		}),
		"watched_variables": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			if _, err := t.params("watched_variables", args); err != nil {
				return nil, err
			}
			out := &Tuple{}
			variables, _ := tape.watchedVariables()
			for _, v := range variables {
				out.Items = append(out.Items, v)
			}
			return out, nil
		}),
		"stop_recording": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			if _, err := t.params("stop_recording", args); err != nil {
				return nil, err
			}
			return &Context{name: "stop_recording", enter: func(t *thread) (Value, func(), error) {
				if !tape.recording {
					return nil, nil, t.errorf("ValueError", "the tape does not record here")
				}
				t.pause(tape)
				return nil, func() { t.record(tape) }, nil
			}}, nil
		}),
		"reset": on(func(t *thread, tape *Tape, args *callArgs) (Value, error) {
			_, err := t.params("reset", args)
			tape.spans, tape.watched, tape.used = nil, map[*graph.Tensor]bool{}, false
			if tape.recording {
				tape.spans = []span{{from: len(tape.graph.Nodes)}}
			}
			return nil, err
		}),
		"gradient":       on(tapeGradient),
		"jacobian":       on(tapeJacobian),
		"batch_jacobian": on(tapeBatchJacobian),
	}
}

// trainable reports a dtype that gradients are taken of
// (backprop_util.py, IsTrainable, TF 2.21).
func trainable(d tensor.DType) bool {
	d = d.Base()
	return d.IsFloating() || d.IsComplex() || d == tensor.Resource || d == tensor.Variant
}

// tapeSource is the tensor that stands for a source in the tape's graph: that of
// a variable is its handle.
func (t *thread) tapeSource(tape *Tape, v Value) (*graph.Tensor, error) {
	x, ok := v.(*graph.Tensor)
	if variable, is := asVariable(v); is {
		x, ok = t.tr.Handle(variable), true
	}
	if !ok {
		return nil, t.errorf("TypeError", "gradients are taken with respect to tensors and variables, not %s", typeName(v))
	}
	x, err := tape.graph.Capture(x, "resource")
	return x, t.wrap("ValueError", err)
}

// tapeGradient is tape.gradient.
func tapeGradient(t *thread, tape *Tape, args *callArgs) (Value, error) {
	p, err := t.params("gradient", args, "target", "sources", "output_gradients?", "unconnected_gradients?")
	if err != nil {
		return nil, err
	}
	zero, err := t.unconnected(p[3])
	if err != nil {
		return nil, err
	}
	if err := t.useTape(tape); err != nil {
		return nil, err
	}
	return t.gradient(tape, p[0], p[1], p[2], zero)
}

// unconnected reads unconnected_gradients: whether the gradient of what the
// target does not depend on is zeros rather than None.
func (t *thread) unconnected(v Value) (zero bool, err error) {
	switch v {
	case nil, "none":
		return false, nil
	case "zero":
		return true, nil
	}
	return false, t.errorf("ValueError", "unconnected_gradients is %s, want \"none\" or \"zero\"", t.repr(v))
}

// useTape ends the recording of a tape that is not persistent, which gives
// gradients once.
func (t *thread) useTape(tape *Tape) error {
	if tape.persistent {
		return nil
	}
	if tape.used {
		return hint(t.errorf("RuntimeError", "a non-persistent GradientTape can only be used to compute one set of gradients"), "tf.GradientTape(persistent=True)")
	}
	tape.used = true
	t.pause(tape)
	return nil
}

// gradient adds the ops that compute the gradients of a target. They go into the
// current graph, that of the tape or one inside it.
func (t *thread) gradient(tape *Tape, target, sources, given Value, zero bool) (Value, error) {
	for g := t.graph; g != tape.graph; g = g.Outer {
		if g.Outer == nil {
			return nil, t.errorf("ValueError", "the gradient of a tape is taken outside of the function that it records")
		}
	}
	b := &backprop{t: t, tape: tape, grads: map[*graph.Tensor][]Value{}}
	if err := b.seed(target, given); err != nil {
		return nil, err
	}
	sources = t.unwrapModel(sources)
	var wanted []*graph.Tensor
	for _, v := range flatten(sources) {
		x, err := t.tapeSource(tape, v)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, x)
	}
	if err := b.run(wanted); err != nil {
		return nil, err
	}
	at := 0
	return mapStructure(sources, func(v Value) (Value, error) {
		g, err := b.gradient(wanted[at])
		at++
		if err == nil && g == nil && zero {
			return b.library("internal.tape.zeros_like", v)
		}
		return g, err
	})
}

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

// backprop is one computation of gradients.
type backprop struct {
	t       *thread
	tape    *Tape
	depends map[*graph.Tensor]bool // on what is watched
	grads   map[*graph.Tensor][]Value
	starts  []*graph.Tensor // the targets
}

// seed enters the gradients of the targets: those given, or ones.
func (b *backprop) seed(target, given Value) error {
	targets := expand(flatten(b.t.unwrapModel(target)))
	var outs []Value
	if given != nil {
		outs = flatten(b.t.unwrapModel(given))
		if len(outs) != len(targets) {
			return b.t.errorf("ValueError", "%d output_gradients for %d targets", len(outs), len(targets))
		}
	}
	for i, v := range targets {
		if variable, ok := asVariable(v); ok {
			return b.t.errorf("TypeError", "the target is the variable %s itself, not a value computed from it", variable.Name)
		}
		y, ok := v.(*graph.Tensor)
		if !ok {
			return b.t.errorf("TypeError", "the target of a gradient is a tensor, not %s", typeName(v))
		}
		if y.Node.Graph != b.tape.graph || !trainable(y.DType) {
			continue
		}
		var g Value
		var err error
		if outs != nil && outs[i] != nil {
			g, err = b.t.convert(outs[i], y.DType, tensor.Invalid, "")
		} else {
			g, err = b.library("internal.tape.ones_like", y)
		}
		if err != nil {
			return err
		}
		b.grads[y] = append(b.grads[y], g)
		b.starts = append(b.starts, y)
	}
	return nil
}

// library calls a function of the tf library.
func (b *backprop) library(path string, args ...Value) (Value, error) {
	f, ok, err := b.t.tr.lib.lookup(b.t, path)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.t.errorf("LookupError", "the library has no %s", path)
	}
	return b.t.call(f, &callArgs{pos: args})
}

// run takes the gradients from the targets as far as the sources. Ops come in
// the order of TensorFlow's tape (c/eager/tape.h, TF 2.21): an op when all ops
// that use its results have been, first come first served.
func (b *backprop) run(wanted []*graph.Tensor) error {
	records := b.relevant()
	waiting := map[*graph.Node]int{} // uses of its results whose gradients are to come
	uses := map[*graph.Tensor]int{}
	reached := map[*graph.Node]bool{}
	var reach func(n *graph.Node)
	reach = func(n *graph.Node) {
		for stack := []*graph.Node{n}; len(stack) > 0; {
			n := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if reached[n] {
				continue
			}
			reached[n] = true
			for _, in := range n.Inputs {
				if records[in.Node] && b.depends[in] {
					uses[in]++
					waiting[in.Node]++
					stack = append(stack, in.Node)
				}
			}
		}
	}
	for _, y := range b.starts {
		if records[y.Node] && b.depends[y] {
			reach(y.Node)
		}
	}
	var queue []*graph.Node
	queued := map[*graph.Node]bool{}
	for _, y := range b.starts {
		if n := y.Node; reached[n] && waiting[n] == 0 && !queued[n] {
			queued[n] = true
			queue = append(queue, n)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		if err := b.step(n, wanted); err != nil {
			return err
		}
		for _, in := range n.Inputs {
			if uses[in] == 0 || !b.depends[in] {
				continue
			}
			waiting[in.Node]--
			if waiting[in.Node] == 0 && !queued[in.Node] {
				queued[in.Node] = true
				queue = append(queue, in.Node)
			}
		}
	}
	return nil
}

// relevant finds the ops that depend on what is watched; b.depends then has the
// tensors that do.
func (b *backprop) relevant() map[*graph.Node]bool {
	b.depends = map[*graph.Tensor]bool{}
	for x := range b.tape.watched {
		b.depends[x] = true
	}
	_, handles := b.tape.watchedVariables()
	for _, x := range handles {
		b.depends[x] = true
	}
	out := map[*graph.Node]bool{}
	for _, n := range b.tape.recorded() {
		if stopsGradient[n.Op()] || !slices.ContainsFunc(n.Inputs, func(x *graph.Tensor) bool { return b.depends[x] }) {
			continue
		}
		out[n] = true
		for _, y := range n.Outputs {
			if trainable(y.DType) {
				b.depends[y] = true
			}
		}
	}
	return out
}

// step adds the gradients of the inputs of an op, where any of its results has
// one.
func (b *backprop) step(n *graph.Node, wanted []*graph.Tensor) error {
	if !slices.ContainsFunc(n.Outputs, func(y *graph.Tensor) bool { return len(b.grads[y]) > 0 }) {
		return nil
	}
	args := make([]Value, 0, len(n.Outputs)+1)
	args = append(args, n)
	for i, y := range n.Outputs {
		g, err := b.gradient(y)
		if err == nil && g == nil && trainable(y.DType) && y.DType != tensor.Variant && y.DType != tensor.Resource && !acceptsNone(n.Op(), i) {
			g, err = b.library("internal.tape.zeros_like", y)
		}
		if err != nil {
			return err
		}
		args = append(args, g)
		if !slices.Contains(wanted, y) {
			delete(b.grads, y)
		}
	}
	gradients, err := b.call(n, args)
	if err != nil {
		return err
	}
	if len(gradients) != len(n.Inputs) {
		return b.t.errorf("ValueError", "internal error: %d gradients for the %d inputs of %s", len(gradients), len(n.Inputs), n.Op())
	}
	for i, x := range n.Inputs {
		if gradients[i] != nil && b.depends[x] {
			b.grads[x] = append(b.grads[x], gradients[i])
		}
	}
	return nil
}

// call has the library add the gradient of an op, below the scope that
// TensorFlow gives it (backprop.py, _gradient_function, TF 2.21).
func (b *backprop) call(n *graph.Node, args []Value) ([]Value, error) {
	if g := b.t.tr.gradients[n]; g != nil {
		return g.backward(args[1:])
	}
	f, ok, err := b.t.tr.lib.lookup(b.t, "internal.gradient."+n.Op())
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.t.errorf("LookupError", "there is no gradient for the op %s (node %q)", n.Op(), n.Name)
	}
	name := "gradient_tape/"
	scope, ok := b.t.tr.scopes[n]
	if !ok {
		scope = n.Name[:max(strings.LastIndexByte(n.Name, '/'), 0)]
	}
	if scope != "" {
		name += scope + "/"
	}
	_, pop := b.t.graph.PushScope(name)
	defer pop()
	for i, x := range n.Inputs {
		if !b.depends[x] {
			b.t.tr.skipped[n] = append(b.t.tr.skipped[n], int64(i))
		}
	}
	defer delete(b.t.tr.skipped, n)
	out, err := b.t.call(f, &callArgs{pos: args})
	if err != nil {
		return nil, err
	}
	if items, ok := sequence(out); ok {
		return items, nil
	}
	return []Value{out}, nil
}

// gradient is the sum of the gradients that reached a tensor, nil if there are
// none. It takes the place of the summands.
func (b *backprop) gradient(x *graph.Tensor) (Value, error) {
	list := b.grads[x]
	if len(list) == 0 {
		return nil, nil
	}
	if len(list) > 1 {
		sum, err := b.library("internal.tape.add", &List{Items: list})
		if err != nil {
			return nil, err
		}
		b.grads[x] = []Value{sum}
	}
	return b.grads[x][0], nil
}

// acceptsNone reports results whose missing gradient is None to the gradient
// function rather than zeros (backprop.py, _MustRecordGradient and
// pywrap_gradient_exclusions.cc, TF 2.21).
func acceptsNone(op string, output int) bool {
	switch op {
	case "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits":
		return output == 1
	case "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3":
		return output > 0
	}
	return false
}

// tfSkippedInputs lists the inputs of an op whose gradients nobody asks for.
func tfSkippedInputs(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("skip_input_indices", args, "op")
	if err != nil {
		return nil, err
	}
	out := &Tuple{}
	if n, ok := p[0].(*graph.Node); ok {
		for _, i := range t.tr.skipped[n] {
			out.Items = append(out.Items, i)
		}
	}
	return out, nil
}

// tfHandleShape is the shape of the variable behind a handle.
func tfHandleShape(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("handle_shape", args, "handle")
	if err != nil {
		return nil, err
	}
	if x, ok := p[0].(*graph.Tensor); ok && len(x.Handle) == 1 {
		return x.Handle[0].Shape, nil
	}
	return tensor.UnknownShape(), nil
}

// tfHandleDType is the dtype of the variable behind a handle.
func tfHandleDType(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("handle_dtype", args, "handle")
	if err != nil {
		return nil, err
	}
	if x, ok := p[0].(*graph.Tensor); ok && len(x.Handle) == 1 {
		return x.Handle[0].DType, nil
	}
	return nil, t.errorf("ValueError", "the dtype behind the handle is not known")
}

// stopsGradient are the ops without a gradient by their nature
// (ops.NotDifferentiable of TF 2.21, those of TensorFlow 1 aside).
var stopsGradient = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`
		ApproximateEqual AsString Assert BitwiseAnd BitwiseOr BitwiseXor BroadcastGradientArgs CTCBeamSearchDecoder
		CTCGreedyDecoder ConcatOffset Const DecodeBase64 DecodePaddedRaw DecodeProtoV2 DecodeRaw DenseToDenseSetOperation
		DenseToSparseSetOperation DrawBoundingBoxes EditDistance EncodeBase64 EncodeProto Equal ExtractGlimpse
		FakeQuantWithMinMaxArgsGradient FakeQuantWithMinMaxVarsGradient FakeQuantWithMinMaxVarsPerChannelGradient
		GenerateBoundingBoxProposals Greater GreaterEqual HSVToRGB Invert InvertPermutation LeftShift Less LessEqual LinSpace
		LogicalAnd LogicalNot LogicalOr LookupTableFindV2 LookupTableSizeV2 Multinomial NonMaxSuppression NonMaxSuppressionV2
		NonMaxSuppressionWithOverlaps NotEqual OneHot OnesLike ParameterizedTruncatedNormal ParseTensor PopulationCount
		RaggedRange RandomCrop RandomIndexShuffle RandomShuffle RandomStandardNormal RandomUniform Range Rank ReduceJoin
		RegexReplace ResizeBilinearGrad RightShift SampleDistortedBoundingBox SampleDistortedBoundingBoxV2 SerializeTensor
		SetSize Shape ShapeN Size SparseAddGrad SparseConcat SparseToSparseSetOperation StatelessMultinomial
		StatelessRandomBinomial StatelessRandomNormal StatelessRandomNormalV2 StatelessRandomPoisson StatelessRandomUniform
		StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2 StatelessRandomUniformInt StatelessRandomUniformIntV2
		StatelessRandomUniformV2 StatelessTruncatedNormal StatelessTruncatedNormalV2 StopGradient StringJoin StringSplit
		StringToHashBucket StringToHashBucketFast StringToHashBucketStrong StringToNumber TensorListElementShape
		TensorListLength Timestamp TruncatedNormal VarIsInitializedOp VariableShape ZerosLike`) {
		m[name] = true
	}
	return m
}()

// attrAsPython is the value of an attribute as op.get_attr gives it.
func attrAsPython(v any) Value {
	switch x := v.(type) {
	case string:
		return python.Bytes(x)
	case float32:
		return float64(x)
	case []int64:
		return listOf(x, func(i int64) Value { return i })
	case []float32:
		return listOf(x, func(f float32) Value { return float64(f) })
	case []bool:
		return listOf(x, func(b bool) Value { return b })
	case []string:
		return listOf(x, func(s string) Value { return python.Bytes(s) })
	case []tensor.DType:
		return listOf(x, func(d tensor.DType) Value { return d })
	case []op.Func:
		return listOf(x, func(f op.Func) Value { return f.Name })
	case []tensor.Shape:
		return listOf(x, func(s tensor.Shape) Value { return s })
	}
	return v
}

func listOf[T any](items []T, value func(T) Value) *List {
	out := &List{}
	for _, x := range items {
		out.Items = append(out.Items, value(x))
	}
	return out
}

// callInPlace runs a function while a tape records: its ops become those of the
// caller, where the tape sees them. TensorFlow adds a call of a function that
// also gives what its gradient needs.
func (t *thread) callInPlace(f *function, pos *Tuple, kw *Dict) (Value, error) {
	key, err := t.specs(f, pos, kw)
	if err != nil {
		return nil, err
	}
	given := flatten(&Tuple{Items: []Value{pos, kw}})
	at := 0
	packed, err := mapStructure(key, func(want Value) (Value, error) {
		v := given[at]
		at++
		s, ok := want.(*TensorSpec)
		if !ok {
			return v, nil
		}
		x, err := t.convert(v, s.DType, tensor.Invalid, s.Name)
		if err != nil {
			return nil, t.prefix(err, "%s(): argument %q", f.name, s.Name)
		}
		if !s.Shape.Compatible(x.Shape()) {
			return nil, t.errorf("TypeError", "%s(): argument %q has shape %s, which does not fit %s", f.name, s.Name, shapeText(x.Shape()), shapeText(s.Shape))
		}
		return x, nil
	})
	if err != nil {
		return nil, err
	}
	args := &callArgs{pos: packed.(*Tuple).Items[0].(*Tuple).Items}
	keywords := packed.(*Tuple).Items[1].(*Dict)
	for _, k := range keywords.Keys() {
		v, _ := keywords.Get(k)
		args.kw = append(args.kw, kwArg{k.(string), v})
	}
	return t.callClosure(f.closure, args)
}
