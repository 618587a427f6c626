package trace

import (
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// trainable reports a dtype that gradients are taken of
// (backprop_util.py, IsTrainable, TF 2.21).
func trainable(d tensor.DType) bool {
	d = d.Base()
	return d.IsFloating() || d.IsComplex() || d == tensor.Resource || d == tensor.Variant
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
		return b.t.errorf("ValueError", "%d gradients for the %d inputs of %s", len(gradients), len(n.Inputs), n.Op())
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
