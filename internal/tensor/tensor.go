package tensor

import "fmt"

// Tensor is a value on the host: what a Const node, a default or an
// initializer holds. Weights of a model are streams (internal/weights), not
// Tensors.
type Tensor struct {
	DType DType
	Dims  []int64
	// Data holds the elements in row-major order, little-endian, DType.Size()
	// bytes each; nil for strings.
	Data []byte
	// Strings holds the elements of a string tensor.
	Strings []string
	// Repeated says that the value was made from one element for the whole
	// shape, as tf.constant(0., shape=[3]) is; a TensorProto then holds it once.
	Repeated bool
}

// NumElements is the product of the dimensions.
func (t *Tensor) NumElements() int64 {
	n := int64(1)
	for _, d := range t.Dims {
		n *= d
	}
	return n
}

// Shape is the fully defined shape of t.
func (t *Tensor) Shape() Shape { return ShapeOf(t.Dims...) }

// Check reports whether the data has the length that dtype and shape ask for.
func (t *Tensor) Check() error {
	n := t.NumElements()
	if t.DType == String {
		if int64(len(t.Strings)) != n {
			return fmt.Errorf("string tensor of shape %s has %d elements", t.Shape(), len(t.Strings))
		}
		return nil
	}
	size := int64(t.DType.Size())
	if size == 0 {
		return fmt.Errorf("a tensor of dtype %s has no host value", t.DType)
	}
	if int64(len(t.Data)) != n*size {
		return fmt.Errorf("tensor %s of shape %s has %d bytes, want %d", t.DType, t.Shape(), len(t.Data), n*size)
	}
	return nil
}
