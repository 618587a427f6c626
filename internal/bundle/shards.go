package bundle

import (
	"fmt"
	"io"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// A Layout is what a shard plan has to know of a tensor.
type Layout struct {
	Key   string
	DType tensor.DType
	Shape []int64
	Bytes int64 // for strings the sum of their lengths; 0 for a tensor that goes wherever there is a shard
}

// A Piece is a tensor, or a part of one, that a shard holds.
type Piece struct {
	Tensor int      // index into what was planned
	Slice  []Extent // nil for the whole tensor
}

// maxShards is the most files that a plan has: their names hold five digits.
const maxShards = 99_999

// PlanShards says which tensors the files of a checkpoint hold so that none is
// larger than limit bytes, as MaxShardSizePolicy plans it
// (tensorflow/python/checkpoint/sharding/sharding_policies.py, TF 2.21): one
// tensor after the other, and what does not fit is cut along the axis that
// gives the fewest parts. A scalar that is larger than limit gets a shard of its
// own, behind the others.
//
// It differs where what TensorFlow does would be of no use, and refuses more than
// maxShards files: a tensor whose
// slices it does not restore (Sliceable) is kept whole, as a scalar is; one
// without elements, which it would leave out, goes into the shard at hand; and
// where no slice of a tensor fits into a shard, so that it would never end, there
// is an error.
func PlanShards(tensors []Layout, limit int64) ([][]Piece, error) {
	shards := [][]Piece{nil}
	var large [][]Piece
	room := limit
	put := func(p Piece) { shards[len(shards)-1] = append(shards[len(shards)-1], p) }
	turn := func() {
		shards = append(shards, nil)
		room = limit
	}
	for i, t := range tensors {
		if len(t.Shape) == 0 || t.Bytes == 0 || !Sliceable(t.DType) {
			switch {
			case t.Bytes > limit:
				large = append(large, []Piece{{Tensor: i}})
				continue
			case t.Bytes > room:
				turn()
			}
			put(Piece{Tensor: i})
			room -= t.Bytes
			continue
		}
		element := int64(t.DType.Size())
		offset, rest := make([]int64, len(t.Shape)), slices.Clone(t.Shape)
		left := t.Bytes
		for left > room {
			axis, length := cut(rest, element, room)
			if length == 0 {
				if room == limit {
					return nil, fmt.Errorf("%q, %s of shape %s, cannot be cut into parts of at most %d bytes", t.Key, t.DType, tensor.ShapeOf(t.Shape...), limit)
				}
				turn()
				continue
			}
			if len(shards) > maxShards {
				return nil, fmt.Errorf("%q, %s of shape %s, would go into more than %d files of %d bytes", t.Key, t.DType, tensor.ShapeOf(t.Shape...), maxShards, limit)
			}
			part := slices.Clone(rest)
			part[axis] = length
			put(Piece{i, extents(offset, part)})
			n, _ := numElements(part)
			left -= n * element
			if room -= n * element; room == 0 {
				turn()
			}
			offset[axis] += length
			rest[axis] -= length
		}
		p := Piece{Tensor: i}
		if left < t.Bytes {
			p.Slice = extents(offset, rest)
		}
		put(p)
		room -= left
	}
	if shards = append(shards, large...); len(shards) > maxShards {
		return nil, fmt.Errorf("the tensors would go into %d files of %d bytes, at most %d are allowed", len(shards), limit, maxShards)
	}
	return shards, nil
}

// Sliceable reports whether TensorFlow restores a tensor that was saved in slices
// (BundleReader::GetSliceValue, tensor_bundle.cc; observed with TF 2.4, 2.12 and
// 2.21: of others RestoreV2 says that the dtype is not supported. 2.4 does not
// do so for bfloat16 either).
func Sliceable(d tensor.DType) bool {
	switch d {
	case tensor.Float32, tensor.Float64, tensor.BFloat16, tensor.Bool, tensor.Complex64, tensor.Complex128,
		tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Uint8,
		tensor.QInt8, tensor.QUint8, tensor.QInt32:
		return true
	}
	return false
}

// cut chooses the axis along which a tensor falls into the fewest parts that room
// takes, and the length of one, 0 where there is none.
func cut(shape []int64, element, room int64) (axis int, length int64) {
	n, _ := numElements(shape)
	fewest := int64(0) // 0: no part of that axis fits
	for i, d := range shape {
		perPart := room / (n / d * element)
		if perPart == 0 {
			continue
		}
		if parts := (d + perPart - 1) / perPart; fewest == 0 || parts < fewest {
			axis, fewest = i, parts
		}
	}
	if fewest == 0 {
		return 0, 0
	}
	return axis, (shape[axis] + fewest - 1) / fewest
}

func extents(offset, shape []int64) []Extent {
	slice := make([]Extent, len(shape))
	for i := range slice {
		slice[i] = Extent{offset[i], shape[i]}
	}
	return slice
}

// A Slicer reads slices out of a tensor's stream. Slices that lie one behind
// the other are read in one pass; for one that lies before the last the stream
// is opened anew.
type Slicer struct {
	shape []int64
	size  int64 // bytes of an element
	open  func() (io.ReadCloser, error)
	r     io.ReadCloser
	at    int64 // bytes of r that were read
}

// NewSlicer reads slices of a tensor whose elements, of size bytes each, open
// gives in row-major order.
func NewSlicer(shape []int64, size int, open func() (io.ReadCloser, error)) *Slicer {
	return &Slicer{shape: shape, size: int64(size), open: open}
}

// Slice gives the elements of a slice, to be read before the next call.
func (s *Slicer) Slice(slice []Extent) io.Reader {
	return &sliceReader{s: s, run: newRun(s.shape, slice)}
}

// Close closes the stream.
func (s *Slicer) Close() error {
	if s.r == nil {
		return nil
	}
	return s.r.Close()
}

// seek goes to a byte of the stream.
func (s *Slicer) seek(to int64) error {
	if s.r != nil && to < s.at {
		if err := s.r.Close(); err != nil {
			return err
		}
		s.r = nil
	}
	if s.r == nil {
		r, err := s.open()
		if err != nil {
			return err
		}
		s.r, s.at = r, 0
	}
	n, err := io.CopyN(io.Discard, s.r, to-s.at)
	s.at += n
	return err
}

type sliceReader struct {
	s    *Slicer
	run  *run  // nil at the end
	done int64 // bytes of the run that were read
}

func (r *sliceReader) Read(p []byte) (int, error) {
	if r.run != nil && r.done == r.run.n*r.s.size {
		r.done = 0
		if !r.run.next() {
			r.run = nil
		}
	}
	if r.run == nil {
		return 0, io.EOF
	}
	if err := r.s.seek(r.run.start*r.s.size + r.done); err != nil {
		return 0, err
	}
	if left := r.run.n*r.s.size - r.done; int64(len(p)) > left {
		p = p[:left]
	}
	n, err := r.s.r.Read(p)
	r.s.at += int64(n)
	r.done += int64(n)
	if err == io.EOF && n > 0 {
		err = nil
	}
	return n, err
}
