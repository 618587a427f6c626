package op

import (
	"encoding/binary"

	"github.com/tfsave/tfsave/internal/tensor"
)

// constant is the value of input i, nil where it is not known.
func (c *ShapeContext) constant(i int) *tensor.Tensor {
	if c.Const == nil {
		return nil
	}
	return c.Const(i)
}

// constInts gives the elements of input i where it is known and of an
// integer type that shapes are given in.
func (c *ShapeContext) constInts(i int) (values []int64, known bool) {
	t := c.constant(i)
	if t == nil {
		return nil, false
	}
	return intElements(t)
}

// constInt is the value of input i, a scalar.
func (c *ShapeContext) constInt(i int) (value int64, known bool) {
	t := c.constant(i)
	if t == nil {
		return 0, false
	}
	if len(t.Dims) != 0 {
		c.fail("Input must be scalar but has rank %d", len(t.Dims))
		return 0, false
	}
	values, known := intElements(t)
	if !known {
		return 0, false
	}
	return values[0], true
}

// intElements gives the elements of an int32 or int64 tensor.
func intElements(t *tensor.Tensor) ([]int64, bool) {
	if t.Check() != nil {
		return nil, false
	}
	values := make([]int64, t.NumElements())
	switch t.DType {
	case tensor.Int32:
		for i := range values {
			values[i] = int64(int32(binary.LittleEndian.Uint32(t.Data[4*i:])))
		}
	case tensor.Int64:
		for i := range values {
			values[i] = int64(binary.LittleEndian.Uint64(t.Data[8*i:]))
		}
	default:
		return nil, false
	}
	return values, true
}

// dimFromInput makes a dimension of input i, a scalar; Unknown where its value is.
func (c *ShapeContext) dimFromInput(i int) int64 {
	v, known := c.constInt(i)
	if !known {
		return tensor.Unknown
	}
	if v < 0 {
		c.fail("Dimension size, given by scalar input %d, must be non-negative but is %d", i, v)
	}
	return max(v, tensor.Unknown)
}

// shapeFromInput makes a shape of input i, a vector of which all, some
// or no elements are known; -1 is an unknown dimension.
func (c *ShapeContext) shapeFromInput(i int) tensor.Shape {
	v := c.rank(i, 1)
	if t := c.constant(i); t != nil {
		return c.shapeFromTensor(t)
	}
	if c.ConstShape != nil {
		if s := c.ConstShape(i); s.Known() {
			return s
		}
	}
	if n := v.Dim(0); n >= 0 && n <= maxRank {
		return tensor.UnknownOfRank(int(n))
	}
	return tensor.UnknownShape()
}

// shapeOrUnknownFromInput is shapeFromInput, of an input that may also be the
// scalar -1, for the unknown shape.
func (c *ShapeContext) shapeOrUnknownFromInput(i int) tensor.Shape {
	s := c.rankAtMost(i, 1)
	if s.Rank() == 1 {
		return c.shapeFromInput(i)
	}
	t := c.constant(i)
	if t == nil {
		if s.Rank() == 0 {
			c.fail("Received a shape scalar with unknown static value.  A static value of '-1' is required to represent an unknown shape.")
		}
		return tensor.UnknownShape()
	}
	if len(t.Dims) == 1 {
		return c.shapeFromTensor(t)
	}
	if v, known := intElements(t); known && (len(v) != 1 || v[0] != -1) {
		c.fail("Input tensor must be rank 1, or if its rank 0 it must have value -1 (representing an unknown shape). Saw value: %v", v)
	}
	return tensor.UnknownShape()
}

// maxRank is the highest rank of a tensor (TensorShape::MaxDimensions).
const maxRank = 254

func (c *ShapeContext) shapeFromTensor(t *tensor.Tensor) tensor.Shape {
	dims, known := intElements(t)
	if len(t.Dims) == 1 && t.Dims[0] == 0 {
		return scalar()
	}
	if !known {
		c.fail("Input tensor must be int32 or int64, but was %s", t.DType)
		return tensor.UnknownShape()
	}
	if len(t.Dims) != 1 {
		c.fail("Input tensor must be rank 1, but was rank %d", len(t.Dims))
		return tensor.UnknownShape()
	}
	for _, d := range dims {
		if d < -1 {
			c.fail("Invalid value in tensor used for shape: %d", d)
			return tensor.UnknownOfRank(len(dims))
		}
	}
	return tensor.ShapeOf(dims...)
}
