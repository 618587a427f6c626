package bundle

import (
	"cmp"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
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

// sliceShape is the shape of a resolved slice.
func sliceShape(slice []Extent) []int64 {
	shape := make([]int64, len(slice))
	for i, x := range slice {
		shape[i] = x.Length
	}
	return shape
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
		shape := sliceShape(resolved)
		switch n, _ := numElements(shape); {
		case !slices.Equal(part.Shape, shape):
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

// run is the stretches of a tensor's elements that a slice is, one at a time:
// where it starts, and its length.
type run struct {
	start, n int64

	slice   []Extent // in the dimensions that a stretch is not whole in
	strides []int64
	at      []int64
}

// newRun gives the first stretch of a slice, nil where that has no elements.
func newRun(shape []int64, slice []Extent) *run {
	// Whole dimensions at the end, and the one before them, are one stretch.
	outer, stride := len(shape), int64(1)
	for outer > 0 && slice[outer-1].Length == shape[outer-1] {
		outer--
		stride *= shape[outer]
	}
	r := &run{n: stride, strides: make([]int64, outer)}
	for d := outer - 1; d >= 0; d-- {
		r.strides[d] = stride
		r.start += slice[d].Start * stride
		stride *= shape[d]
	}
	if outer > 0 {
		outer--
		r.n *= slice[outer].Length
	}
	if r.n == 0 || slices.ContainsFunc(slice, func(x Extent) bool { return x.Length == 0 }) {
		return nil
	}
	r.slice, r.at = slice[:outer], make([]int64, outer)
	return r
}

// next goes to the next stretch, and says whether there is one.
func (r *run) next() bool {
	for d := len(r.at) - 1; d >= 0; d-- {
		r.start += r.strides[d]
		if r.at[d]++; r.at[d] < r.slice[d].Length {
			return true
		}
		r.start -= r.at[d] * r.strides[d]
		r.at[d] = 0
	}
	return false
}

// merge gives the elements of a partitioned tensor in their order: which part
// each stretch is of. Of each part the next stretch waits in a heap.
type merge struct {
	waiting runHeap
	at      int64
	total   int64
}

type partRun struct {
	*run
	part int
}

type runHeap []partRun

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return h[i].start < h[j].start }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(partRun)) }

func (h *runHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func newMerge(e *Entry) *merge {
	m := &merge{}
	m.total, _ = numElements(e.Shape)
	for i, p := range e.Parts {
		if r := newRun(e.Shape, p.Slice); r != nil {
			m.waiting = append(m.waiting, partRun{r, i})
		}
	}
	heap.Init(&m.waiting)
	return m
}

// next gives the part that the next n elements are of; last says that they are
// the part's last. The error is io.EOF at the end, and else of parts that
// overlap or leave something out.
func (m *merge) next() (part int, n int64, last bool, err error) {
	if len(m.waiting) == 0 {
		if m.at < m.total {
			return 0, 0, false, corruptf("no slice has element %d", m.at)
		}
		return 0, 0, false, io.EOF
	}
	first := &m.waiting[0]
	part, n = first.part, first.n
	switch {
	case first.start < m.at:
		return 0, 0, false, corruptf("slices overlap at element %d", first.start)
	case first.start > m.at:
		return 0, 0, false, corruptf("no slice has element %d", m.at)
	}
	m.at += n
	if last = !first.next(); last {
		heap.Pop(&m.waiting)
	} else {
		heap.Fix(&m.waiting, 0)
	}
	return part, n, last, nil
}

// checkCover checks that each element of e is in one part.
func (e *Entry) checkCover() error {
	for m := newMerge(e); ; {
		if _, _, _, err := m.next(); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}
