package op

import (
	"fmt"
	"math"
	"sync"

	"github.com/tfsave/tfsave/internal/tensor"
)

// ShapeContext is what is known of a node when the shapes of its outputs are
// inferred. Each of its functions may be nil: nothing is known then.
type ShapeContext struct {
	Def        *Def
	Attrs      map[string]any // those without a value take their default
	Inputs     []tensor.Shape
	InputTypes []tensor.DType

	// Const gives the value of input i, nil where it is not known.
	Const func(i int) *tensor.Tensor
	// ConstShape gives input i, an integer vector or scalar, as the partially
	// known shape that it describes; the unknown shape where nothing is known.
	ConstShape func(i int) tensor.Shape
	// HandleIn gives what is known of the tensors behind input i, a resource
	// or variant; nil where nothing is.
	HandleIn func(i int) []tensor.HandleData

	// HandleOut is set by inference: for each output what is known of the
	// tensors behind it, nil for all but resources and variants.
	HandleOut [][]tensor.HandleData

	err error // the first reason to refuse
}

// shapeFunc infers the shapes of all outputs. It reports a refusal by c.fail
// and goes on: what the helpers return after a refusal is without meaning but
// of the rank that was asked for.
type shapeFunc func(c *ShapeContext) []tensor.Shape

// shapeFuncs holds the ops whose shapes are inferred by code, from the tables
// of all families. The others are in signatures.txt.
var shapeFuncs = sync.OnceValue(func() map[string]shapeFunc {
	all := make(map[string]shapeFunc, 1024)
	for _, family := range []map[string]shapeFunc{
		arrayShapes(), sliceShapes(), gatherShapes(), mathShapes(), linalgShapes(),
		convShapes(), poolShapes(), normShapes(), imageShapes(), randomShapes(),
		variableShapes(), applyShapes(), listShapes(), controlShapes(), stringShapes(), sparseShapes(),
		raggedShapes(), parsingShapes(), quantizeShapes(), dataShapes(), signalShapes(),
	} {
		for name, f := range family {
			if _, twice := all[name]; twice {
				panic("internal error: two shape functions for " + name)
			}
			all[name] = f
		}
	}
	return all
})

// HasShapeFunc reports whether the shapes of an op's outputs are inferred; the
// outputs of other ops have unknown shapes.
func HasShapeFunc(name string) bool {
	if _, ok := shapeFuncs()[name]; ok {
		return true
	}
	_, ok := lookupSignature(name)
	return ok
}

// InferShapes gives the shapes of all outputs of a node of op d, lists spread
// out, and refuses what TensorFlow's own inference refuses. The reason is given
// in TensorFlow's words where people search for these, without the node.
func (d *Def) InferShapes(c *ShapeContext) ([]tensor.Shape, error) {
	in, err := d.InputTypes(c.Attrs)
	if err != nil {
		return nil, err
	}
	if len(in) != len(c.Inputs) {
		return nil, fmt.Errorf("takes %d inputs, not %d", len(in), len(c.Inputs))
	}
	out, err := d.OutputTypes(c.Attrs)
	if err != nil {
		return nil, err
	}
	c.Def = d
	if c.InputTypes == nil {
		c.InputTypes = in
	}
	c.HandleOut = make([][]tensor.HandleData, len(out))
	var shapes []tensor.Shape
	if f, ok := shapeFuncs()[d.Name]; ok {
		shapes = f(c)
	} else if sig, ok := lookupSignature(d.Name); ok {
		shapes = sig.infer(c)
	} else {
		shapes = make([]tensor.Shape, len(out))
	}
	if c.err != nil {
		return nil, c.err
	}
	if len(shapes) != len(out) {
		panic(fmt.Sprintf("internal error: shape function of %s gives %d shapes for %d outputs", d.Name, len(shapes), len(out)))
	}
	return shapes, nil
}

// fail records why the node is refused; the first reason stays.
func (c *ShapeContext) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// Attributes, with their defaults. A value of another type, which CheckAttr
// would have refused, is a refusal here too.

func attrAs[T any](c *ShapeContext, name string) T {
	v, ok := c.Def.value(c.Attrs, name).(T)
	if !ok {
		c.fail("attribute %s is missing or of the wrong type", name)
	}
	return v
}

func (c *ShapeContext) attrInt(name string) int64          { return attrAs[int64](c, name) }
func (c *ShapeContext) attrBool(name string) bool          { return attrAs[bool](c, name) }
func (c *ShapeContext) attrString(name string) string      { return attrAs[string](c, name) }
func (c *ShapeContext) attrType(name string) tensor.DType  { return attrAs[tensor.DType](c, name) }
func (c *ShapeContext) attrShape(name string) tensor.Shape { return attrAs[tensor.Shape](c, name) }
func (c *ShapeContext) attrInts(name string) []int64       { return attrAs[[]int64](c, name) }

// numOutputs is the number of tensors of the output with the given index in Def.Outputs.
func (c *ShapeContext) numOutputs(i int) int {
	types, err := c.Def.ArgTypes(&c.Def.Outputs[i], c.Attrs)
	if err != nil {
		c.fail("%v", err)
	}
	return len(types)
}

// span gives the range of the inputs that belong to the named input of the op.
func (c *ShapeContext) span(name string) (from, to int) {
	for i := range c.Def.Inputs {
		a := &c.Def.Inputs[i]
		types, err := c.Def.ArgTypes(a, c.Attrs)
		if err != nil {
			c.fail("%v", err)
			return 0, 0
		}
		to = from + len(types)
		if a.Name == name {
			return from, to
		}
		from = to
	}
	panic("internal error: " + c.Def.Name + " has no input " + name)
}

// Ranks.

func (c *ShapeContext) rank(i, rank int) tensor.Shape { return c.withRank(c.Inputs[i], rank) }

func (c *ShapeContext) rankAtLeast(i, rank int) tensor.Shape {
	return c.withRankAtLeast(c.Inputs[i], rank)
}

func (c *ShapeContext) rankAtMost(i, rank int) tensor.Shape {
	return c.withRankAtMost(c.Inputs[i], rank)
}

// scalars asks that the inputs are scalars.
func (c *ShapeContext) scalars(inputs ...int) {
	for _, i := range inputs {
		c.rank(i, 0)
	}
}

// withRank gives s as a shape of the rank.
func (c *ShapeContext) withRank(s tensor.Shape, rank int) tensor.Shape {
	if s.Rank() == rank {
		return s
	}
	if s.Known() {
		c.fail("Shape must be rank %d but is rank %d", rank, s.Rank())
	}
	return tensor.UnknownOfRank(rank)
}

// withRankAtLeast refuses a lower rank; what it returns may be of unknown rank.
func (c *ShapeContext) withRankAtLeast(s tensor.Shape, rank int) tensor.Shape {
	if s.Known() && s.Rank() < rank {
		c.fail("Shape must be at least rank %d but is rank %d", rank, s.Rank())
		return tensor.UnknownOfRank(rank)
	}
	return s
}

// withRankAtMost refuses a higher rank; what it returns may be of unknown rank.
func (c *ShapeContext) withRankAtMost(s tensor.Shape, rank int) tensor.Shape {
	if s.Known() && s.Rank() > rank {
		c.fail("Shape must be at most rank %d but is rank %d", rank, s.Rank())
		return tensor.UnknownOfRank(rank)
	}
	return s
}

// Dimensions.

// mergeDim gives the dimension that is both a and b.
func (c *ShapeContext) mergeDim(a, b int64) int64 {
	if a < 0 {
		return b
	}
	if b >= 0 && a != b {
		c.fail("Dimensions must be equal, but are %d and %d", a, b)
	}
	return a
}

// dimIs asks that a dimension is the given one, or unknown.
func (c *ShapeContext) dimIs(dim, want int64) int64 {
	if dim >= 0 && dim != want {
		c.fail("Dimension must be %d but is %d", want, dim)
	}
	return want
}

func (c *ShapeContext) addDims(a, b int64) int64 {
	switch {
	case a < 0 || b < 0:
		return tensor.Unknown
	case a > math.MaxInt64-b:
		c.fail("Dimension size overflow from adding %d and %d", a, b)
		return tensor.Unknown
	}
	return a + b
}

func (c *ShapeContext) subDims(a, b int64) int64 {
	switch {
	case a < 0 || b < 0:
		return tensor.Unknown
	case a < b:
		c.fail("Negative dimension size caused by subtracting %d from %d", b, a)
		return tensor.Unknown
	}
	return a - b
}

// mulDims multiplies: nothing times anything is nothing, even if unknown.
func (c *ShapeContext) mulDims(a, b int64) int64 {
	switch {
	case a == 0 || b == 0:
		return 0
	case a < 0 || b < 0:
		return tensor.Unknown
	case a > math.MaxInt64/b:
		c.fail("Negative dimension size caused by overflow when multiplying %d and %d", a, b)
		return tensor.Unknown
	}
	return a * b
}

// divDim divides, rounding down or, where exact, refusing a rest.
func (c *ShapeContext) divDim(a, by int64, exact bool) int64 {
	switch {
	case by <= 0:
		c.fail("Divisor must be positive but is %d", by)
		return tensor.Unknown
	case a < 0:
		return tensor.Unknown
	case exact && a%by != 0:
		c.fail("Dimension size must be evenly divisible by %d but is %d", by, a)
		return tensor.Unknown
	}
	return a / by
}

// numElements is the product of the dimensions, Unknown where one of them is
// and none is 0.
func (c *ShapeContext) numElements(s tensor.Shape) int64 {
	if !s.Known() {
		return tensor.Unknown
	}
	n := int64(1)
	for _, d := range s.Dims() {
		n = c.mulDims(n, d)
	}
	return n
}

// Whole shapes.

// merge gives the shape that is both s and t.
func (c *ShapeContext) merge(s, t tensor.Shape) tensor.Shape {
	if !s.Known() {
		return t
	}
	if !t.Known() {
		return s
	}
	if s.Rank() != t.Rank() {
		c.fail("Shapes must be equal rank, but are %d and %d", s.Rank(), t.Rank())
		return s
	}
	dims := make([]int64, s.Rank())
	for i, a := range s.Dims() {
		b := t.Dim(i)
		if a >= 0 && b >= 0 && a != b {
			c.fail("Dimension %d in both shapes must be equal, but are %d and %d. Shapes are %s and %s", i, a, b, s, t)
		}
		dims[i] = max(a, b)
	}
	return tensor.ShapeOf(dims...)
}

// mergePrefix merges prefix with the first dimensions of s, and gives both.
func (c *ShapeContext) mergePrefix(s, prefix tensor.Shape) (whole, merged tensor.Shape) {
	if !s.Known() || !prefix.Known() {
		return s, prefix
	}
	s = c.withRankAtLeast(s, prefix.Rank())
	dims := append([]int64(nil), s.Dims()...)
	for i, d := range prefix.Dims() {
		dims[i] = c.mergeDim(dims[i], d)
	}
	return tensor.ShapeOf(dims...), tensor.ShapeOf(dims[:prefix.Rank()]...)
}

// broadcast gives the shape of what is computed element by element of s and
// t (tensorflow/core/framework/common_shape_fns.cc,
// BroadcastBinaryOpOutputShapeFnHelper, TF 2.21).
func (c *ShapeContext) broadcast(s, t tensor.Shape) tensor.Shape {
	if !s.Known() || !t.Known() {
		return tensor.UnknownShape()
	}
	if s.Rank() < t.Rank() {
		s, t = t, s
	}
	dims := append([]int64(nil), s.Dims()...)
	shift := s.Rank() - t.Rank()
	for i, b := range t.Dims() {
		a := dims[shift+i]
		switch {
		case a == 1:
			dims[shift+i] = b
		case b == 1:
		case a > 1 && b < 0:
		case b > 1 && a < 0:
			dims[shift+i] = b
		case a < 0 || b < 0:
			// The unknown one may be 1: nothing is known, even if the other is 0.
			dims[shift+i] = tensor.Unknown
		default:
			c.mergeDim(a, b)
		}
	}
	return tensor.ShapeOf(dims...)
}

// sub gives dimensions from to to of s, as Python slices do: negative ones
// count from the end, and both are cut to what is there. Unknown where the
// rank is.
func sub(s tensor.Shape, from, to int) tensor.Shape {
	if !s.Known() {
		return s
	}
	n := s.Rank()
	if from < 0 {
		from += n
	}
	if to < 0 {
		to += n
	}
	from, to = min(max(from, 0), n), min(max(to, 0), n)
	return tensor.ShapeOf(s.Dims()[from:max(from, to)]...)
}

// lastDim is the last dimension of s, Unknown if there is none.
func lastDim(s tensor.Shape) int64 {
	if s.Rank() < 1 {
		return tensor.Unknown
	}
	return s.Dim(-1)
}

// toEnd is the end of a shape, for sub.
const toEnd = math.MaxInt

// replaceDim gives s with one dimension changed; s itself where the rank is unknown.
func (c *ShapeContext) replaceDim(s tensor.Shape, i int, dim int64) tensor.Shape {
	if !s.Known() {
		return s
	}
	if i < 0 {
		i += s.Rank()
	}
	if i < 0 || i >= s.Rank() {
		c.fail("Out of range dim index %d for shape with %d dimensions", i, s.Rank())
		return s
	}
	dims := append([]int64(nil), s.Dims()...)
	dims[i] = dim
	return tensor.ShapeOf(dims...)
}

// vector is the shape of a vector of n elements.
func vector(n int64) tensor.Shape { return tensor.ShapeOf(n) }

// scalar is the shape of a scalar.
func scalar() tensor.Shape { return tensor.ShapeOf() }

// unknowns is a list of n unknown shapes.
func unknowns(n int) []tensor.Shape { return make([]tensor.Shape, n) }

// same is a list of n times the same shape.
func same(s tensor.Shape, n int) []tensor.Shape {
	list := make([]tensor.Shape, n)
	for i := range list {
		list[i] = s
	}
	return list
}

// one makes the list of shapes of an op with one output.
func one(s tensor.Shape) []tensor.Shape { return []tensor.Shape{s} }
