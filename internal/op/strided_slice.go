package op

import (
	"fmt"
	"math/bits"

	"github.com/tfsave/tfsave/internal/tensor"
)

// sliceMasks are the mask attributes of StridedSlice: bit i is about the i-th
// item between the brackets.
type sliceMasks struct {
	begin, end, ellipsis, newAxis, shrink int64
}

func newSliceMasks(attr func(name string) int64) sliceMasks {
	return sliceMasks{attr("begin_mask"), attr("end_mask"), attr("ellipsis_mask"), attr("new_axis_mask"), attr("shrink_axis_mask")}
}

// sliceItem is what the brackets say of one dimension of the input.
type sliceItem struct {
	begin, end, stride int64
	known              bool // begin and end are
	noBegin, noEnd     bool // left out
	shrink             bool // a single index: the dimension goes
	out                int  // which dimension of the output it becomes, -1: none
}

// stridedSlice is x[…] written out for each dimension of x
// (tensorflow/core/util/strided_slice_op.cc, ValidateStridedSliceOp, TF 2.21).
type stridedSlice struct {
	items []sliceItem
	shape tensor.Shape // of the output
}

// newStridedSlice resolves a slice of an input of known rank. begin and end
// are nil where they are not known.
func newStridedSlice(m sliceMasks, begin, end, stride []int64, in tensor.Shape) (*stridedSlice, error) {
	n := len(stride)
	if n >= 32 {
		return nil, fmt.Errorf("Expected StridedSlice attrs to be of fewer than 32 dimensions, not %d", n)
	}
	known := begin != nil && end != nil
	if known && (len(begin) != n || len(end) != n) {
		return nil, fmt.Errorf("Expected begin, end, and strides to be 1D equal size tensors, but got sizes %d, %d, and %d instead", len(begin), len(end), n)
	}
	if bits.OnesCount32(uint32(m.ellipsis)) > 1 {
		return nil, fmt.Errorf("Multiple ellipses in slice spec not allowed")
	}
	// Without an ellipsis there is one at the end.
	total := n
	if m.ellipsis&(1<<n-1) == 0 {
		m.ellipsis = 1 << n
		total++
	}
	s := &stridedSlice{}
	rank := in.Rank()
	var dims []int64 // those of the output: Unknown stands in for all but new axes
	for i := range total {
		bit := int64(1) << i
		switch {
		case m.ellipsis&bit != 0:
			// All that the items after the ellipsis leave.
			after := total - i - 1 - bits.OnesCount64(uint64(m.newAxis&(1<<n-1))>>(i+1))
			for len(s.items) < rank-after {
				s.items = append(s.items, sliceItem{stride: 1, known: known, noBegin: true, noEnd: true, out: len(dims)})
				dims = append(dims, tensor.Unknown)
			}
		case m.newAxis&bit != 0:
			dims = append(dims, 1)
		default:
			if len(s.items) == rank {
				return nil, fmt.Errorf("Index out of range using input dim %d; input has only %d dims", len(s.items), rank)
			}
			item := sliceItem{
				stride: stride[i], known: known,
				noBegin: m.begin&bit != 0, noEnd: m.end&bit != 0, shrink: m.shrink&bit != 0, out: -1,
			}
			if known {
				item.begin, item.end = begin[i], end[i]
			}
			if !item.shrink {
				item.out = len(dims)
				dims = append(dims, tensor.Unknown)
			}
			s.items = append(s.items, item)
		}
	}
	for i := range s.items {
		item := &s.items[i]
		size, err := item.resolve(in.Dim(i), i)
		if err != nil {
			return nil, err
		}
		if item.out >= 0 {
			dims[item.out] = size
		}
	}
	s.shape = tensor.ShapeOf(dims...)
	return s, nil
}

// resolve makes begin and end indices that need no interpretation, and gives
// the number of elements taken along the dimension, Unknown if that is not known.
func (it *sliceItem) resolve(dim int64, i int) (int64, error) {
	if it.stride == 0 {
		return 0, fmt.Errorf("strides[%d] must be non-zero", i)
	}
	if dim < 0 {
		return tensor.Unknown, nil
	}
	if it.shrink && it.stride <= 0 {
		return 0, fmt.Errorf("only stride 1 allowed on non-range indexing.")
	}
	switch {
	case it.known && it.shrink:
		if it.begin < 0 {
			it.begin += dim
		}
		if it.begin < 0 || it.begin >= dim {
			return 0, fmt.Errorf("slice index %d of dimension %d out of bounds", it.begin, i)
		}
		it.end = it.begin + 1
	case it.known:
		it.canonical(dim)
	case it.shrink:
		return 1, nil
	case it.noBegin && it.noEnd:
		it.canonical(dim)
	default:
		return tensor.Unknown, nil
	}
	length := it.end - it.begin
	if length == 0 || (length < 0) != (it.stride < 0) {
		return 0, nil
	}
	size := length / it.stride
	if length%it.stride != 0 {
		size++
	}
	return size, nil
}

// canonical cuts begin and end to what there is, as Python does.
func (it *sliceItem) canonical(dim int64) {
	low, high := int64(0), dim
	if it.stride < 0 {
		low, high = -1, dim-1
	}
	cut := func(v int64) int64 {
		if v < 0 {
			v += dim
		}
		return min(max(v, low), high)
	}
	it.begin, it.end = cut(it.begin), cut(it.end)
	first, last := low, high
	if it.stride < 0 {
		first, last = high, low
	}
	if it.noBegin {
		it.begin = first
	}
	if it.noEnd {
		it.end = last
	}
}
