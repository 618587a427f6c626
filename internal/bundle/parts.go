package bundle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// sliceKeyPrefix starts the key of every slice. An ordinary key does not start
// with a zero byte in any checkpoint that TensorFlow makes.
const sliceKeyPrefix = "\x00"

// The key under which the slice of a tensor stands is, in OrderedCode
// (tensorflow/core/lib/strings/ordered_code.cc), the number 0, the name, the rank,
// and for each dimension start and length, where 0 and -1 stand for a whole
// dimension (saved_tensor_slice_util.cc, EncodeTensorNameSlice, TF 2.21). For the
// slice 0,2:- of "v":
//
//	00           the number 0: no bytes follow
//	76 00 01     "v" and a terminator
//	01 02        the rank: one byte follows, 2
//	80 82        start 0, length 2
//	80 7f        start 0, length -1

// appendSliceName appends the part of a slice's key that all slices of a tensor
// have. Bytes 00 and ff of the name are escaped.
func appendSliceName(b []byte, name string) []byte {
	b = append(b, sliceKeyPrefix...)
	for _, c := range []byte(name) {
		switch b = append(b, c); c {
		case 0:
			b = append(b, 0xff)
		case 0xff:
			b = append(b, 0)
		}
	}
	return append(b, 0, 1)
}

// appendExtents appends the rest.
func appendExtents(b []byte, slice []Extent) []byte {
	if len(slice) == 0 {
		b = append(b, 0)
	} else {
		b = append(b, 1, byte(len(slice))) // at most maxRank
	}
	for _, x := range slice {
		b = appendOrdered(appendOrdered(b, x.Start), x.Length)
	}
	return b
}

// appendOrdered encodes a signed number so that bytes sort as numbers do: in n
// bytes, as many as hold 7n-1 bits and the sign, the n leading bits are the
// opposite of the sign bit and the next bit is the sign.
func appendOrdered(b []byte, v int64) []byte {
	magnitude := uint64(v ^ v>>63)
	n := bits.Len64(magnitude)/7 + 1

	var wide [10]byte // v with its sign extended
	wide[0], wide[1] = byte(v>>63), byte(v>>63)
	binary.BigEndian.PutUint64(wide[2:], uint64(v))
	code := wide[len(wide)-n:]
	for i := range n {
		code[i/8] ^= 0x80 >> (i % 8)
	}
	return append(b, code...)
}

// resolve gives the range that x is of a dimension of the given size.
func (x Extent) resolve(size int64) (Extent, bool) {
	if x.Length == whole {
		return Extent{0, size}, x.Start == 0
	}
	return x, x.Start >= 0 && x.Length >= 0 && x.Start <= size && x.Length <= size-x.Start
}

// sliceString writes a slice as shape_and_slices of SaveV2 has it: "0,2:-".
func sliceString(slice []Extent) string {
	s := make([]string, len(slice))
	for i, x := range slice {
		s[i] = "-"
		if x.Length != whole {
			s[i] = fmt.Sprintf("%d,%d", x.Start, x.Length)
		}
	}
	return strings.Join(s, ":")
}

// resolveSlice checks that a slice lies within the shape, and gives it with every
// extent spelled out.
func resolveSlice(slice []Extent, shape []int64) ([]Extent, error) {
	if len(slice) != len(shape) {
		return nil, corruptf("slice %s has %d dimensions, the tensor has %d", sliceString(slice), len(slice), len(shape))
	}
	resolved := make([]Extent, len(slice))
	for i, x := range slice {
		var ok bool
		if resolved[i], ok = x.resolve(shape[i]); !ok {
			return nil, corruptf("slice %s is not within shape %s", sliceString(slice), tensor.ShapeOf(shape...))
		}
	}
	return resolved, nil
}

// findParts looks up the entries of the slices of e among all, which are sorted,
// and marks them as taken.
func findParts(e *Entry, list [][]Extent, all []Entry, taken []bool) error {
	name := appendSliceName(nil, e.Key)
	left, _ := numElements(e.Shape)
	for _, slice := range list {
		resolved, err := resolveSlice(slice, e.Shape)
		if err != nil {
			return err
		}
		key := string(appendExtents(slices.Clip(name), slice))
		i, ok := slices.BinarySearchFunc(all, key, func(e Entry, key string) int { return cmp.Compare(e.Key, key) })
		switch {
		case !ok:
			return corruptf("slice %s has no entry", sliceString(slice))
		case taken[i]:
			return corruptf("slice %s is listed twice", sliceString(slice))
		}
		taken[i] = true
		part := Part{Slice: resolved, Entry: all[i]}
		part.Key = e.Key
		lengths := make([]int64, len(resolved))
		for d, x := range resolved {
			lengths[d] = x.Length
		}
		switch n, _ := numElements(lengths); {
		case !slices.Equal(part.Shape, lengths):
			return corruptf("slice %s has an entry of shape %s", sliceString(slice), tensor.ShapeOf(part.Shape...))
		case part.DType != e.DType:
			return corruptf("slice %s has an entry of dtype %s, the tensor is %s", sliceString(slice), part.DType, e.DType)
		case n > left:
			return corruptf("slices have more elements than shape %s", tensor.ShapeOf(e.Shape...))
		default:
			left -= n
		}
		e.Parts = append(e.Parts, part)
	}
	if left > 0 {
		return corruptf("slices leave %d elements of shape %s out", left, tensor.ShapeOf(e.Shape...))
	}
	return nil
}

// rows gives the parts in order of dimension 0, where that is all that divides
// the tensor: then its bytes are those of the parts, one after the other.
func (e *Entry) rows() ([]Part, bool) {
	if len(e.Shape) == 0 {
		return nil, false
	}
	parts := slices.Clone(e.Parts)
	slices.SortFunc(parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Slice[0].Start, b.Slice[0].Start), cmp.Compare(a.Slice[0].Length, b.Slice[0].Length))
	})
	next := int64(0)
	for _, p := range parts {
		if p.Slice[0].Start != next {
			return nil, false
		}
		next += p.Slice[0].Length
		for d, x := range p.Slice[1:] {
			if x.Length != e.Shape[d+1] {
				return nil, false
			}
		}
	}
	return parts, next == e.Shape[0]
}

// checkCover checks that no two parts of e hold the same element. As they have as
// many elements together as e, each is in one then.
func (e *Entry) checkCover() error {
	if _, ok := e.rows(); ok {
		return nil
	}
	total, _ := numElements(e.Shape)
	covered := make([]bool, total)
	for _, p := range e.Parts {
		for start, n := range runs(e.Shape, p.Slice) {
			for i := start; i < start+n; i++ {
				if covered[i] {
					return corruptf("slices overlap at element %d", i)
				}
				covered[i] = true
			}
		}
	}
	return nil
}

// assemble puts the parts of e together, however they divide it. An element is
// stride values of T, read gives those of a part.
func assemble[T any](e *Entry, stride int64, read func(Part) ([]T, error)) ([]T, error) {
	total, _ := numElements(e.Shape)
	out := make([]T, total*stride)
	for _, p := range e.Parts {
		src, err := read(p)
		if err != nil {
			return nil, err
		}
		for start, n := range runs(e.Shape, p.Slice) {
			src = src[copy(out[start*stride:(start+n)*stride], src):]
		}
	}
	return out, nil
}

// runs gives the stretches of a tensor's elements that a slice is: where each
// starts, and its length.
func runs(shape []int64, slice []Extent) iter.Seq2[int64, int64] {
	return func(yield func(start, n int64) bool) {
		// Whole dimensions at the end, and the one before them, are one stretch.
		outer, stride := len(shape), int64(1)
		for outer > 0 && slice[outer-1].Length == shape[outer-1] {
			outer--
			stride *= shape[outer]
		}
		first, n := int64(0), stride
		strides := make([]int64, outer)
		for d := outer - 1; d >= 0; d-- {
			strides[d] = stride
			first += slice[d].Start * stride
			stride *= shape[d]
		}
		if outer > 0 {
			outer--
			n *= slice[outer].Length
		}
		if n == 0 || slices.ContainsFunc(slice, func(x Extent) bool { return x.Length == 0 }) {
			return
		}
		at := make([]int64, outer)
		for start := first; ; {
			if !yield(start, n) {
				return
			}
			d := outer - 1
			for ; d >= 0; d-- {
				start += strides[d]
				if at[d]++; at[d] < slice[d].Length {
					break
				}
				start -= at[d] * strides[d]
				at[d] = 0
			}
			if d < 0 {
				return
			}
		}
	}
}
