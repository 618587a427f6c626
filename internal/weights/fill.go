package weights

import (
	"fmt"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// Fill is the one element of t, repeated to a shape.
func Fill(t *tensor.Tensor, shape []int64) (*Source, error) {
	n, err := numElements(shape, t.DType.Size())
	if err != nil {
		return nil, err
	}
	if t.NumElements() != 1 {
		return nil, fmt.Errorf("a value of shape %s is not a single one to be repeated", t.Shape())
	}
	if t.DType == tensor.String {
		if n > maxStringBytes/16 {
			return nil, fmt.Errorf("%d strings are more than is held in memory", n)
		}
		return NewStrings(shape, func() ([]string, error) {
			return slices.Repeat(t.Strings[:1], int(n)), nil
		})
	}
	return NewAt(t.DType, shape, repeated(t.Data))
}

// repeated is a pattern without end.
type repeated []byte

func (r repeated) ReadAt(p []byte, off int64) (int, error) {
	at := int(off % int64(len(r)))
	n := copy(p, r[at:])
	n += copy(p[n:], r[:at])
	for n < len(p) { // n is a multiple of the pattern's length
		n += copy(p[n:], p[:n])
	}
	return n, nil
}
