package weights

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// A transposed value is written in slabs: a run of consecutive output
// elements is gathered from the file into one buffer and permuted into a
// second one.
const (
	// slabBytes bounds each of the two buffers.
	slabBytes = 8 << 20
	// windowBytes is how much is read at once where the wanted pieces lie
	// closer together than maxGap.
	windowBytes = 256 << 10
	// maxGap is where one more read call costs about as much as reading the
	// bytes between two pieces.
	maxGap = 8 << 10
)

// Transpose permutes the axes: axis i of the result is axis perm[i] of s. The
// result is a stream as well: it holds at most 16 MiB. A value that can only
// be read from front to end (a compressed member of an .npz) goes to memory
// first if it is that small, or else to a temporary file.
func (s *Source) Transpose(perm []int) (*Source, error) {
	if err := checkPerm(perm, len(s.Shape)); err != nil {
		return nil, err
	}
	shape := make([]int64, len(perm))
	for i, p := range perm {
		shape[i] = s.Shape[p]
	}
	if sameOrder(s.Shape, perm) {
		return s.Reshape(shape)
	}
	switch {
	case s.strings != nil:
		return s.transposeStrings(shape, perm), nil
	case s.from != nil:
		from, err := s.from.Transpose(perm)
		if err != nil {
			return nil, err
		}
		return from.converted(s.DType, s.conv), nil
	case s.base != nil:
		through := make([]int, len(perm))
		for i, p := range perm {
			through[i] = s.perm[p]
		}
		return s.base.Transpose(through)
	}
	return &Source{DType: s.DType, Shape: shape, name: s.name, base: s, perm: slices.Clone(perm)}, nil
}

func checkPerm(perm []int, rank int) error {
	if len(perm) != rank {
		return fmt.Errorf("permutation %v is for rank %d, the tensor has rank %d", perm, len(perm), rank)
	}
	seen := make([]bool, rank)
	for _, p := range perm {
		if p < 0 || p >= rank || seen[p] {
			return fmt.Errorf("%v is no permutation of the axes 0 to %d", perm, rank-1)
		}
		seen[p] = true
	}
	return nil
}

// sameOrder reports that the permutation moves axes of size 1 only, so that
// the elements keep their order.
func sameOrder(shape []int64, perm []int) bool {
	last := -1
	for _, p := range perm {
		if shape[p] == 1 {
			continue
		}
		if p < last {
			return false
		}
		last = p
	}
	return true
}

func (s *Source) transposeStrings(shape []int64, perm []int) *Source {
	return &Source{DType: s.DType, Shape: shape, name: s.name, strings: func() ([]string, error) {
		in, err := s.Strings()
		if err != nil {
			return nil, err
		}
		stride := strides(s.Shape)
		out := make([]string, 0, len(in))
		for index := range odometer(shape) {
			at := int64(0)
			for i, p := range perm {
				at += index[i] * stride[p]
			}
			out = append(out, in[at])
		}
		return out, nil
	}}
}

// strides are the distances, in elements, between neighbours along each axis.
func strides(shape []int64) []int64 {
	out := make([]int64, len(shape))
	n := int64(1)
	for i := len(shape) - 1; i >= 0; i-- {
		out[i] = n
		n *= shape[i]
	}
	return out
}

// odometer runs through every index of a shape in row-major order; the slice
// it yields is reused.
func odometer(shape []int64) func(yield func([]int64) bool) {
	return func(yield func([]int64) bool) {
		if slices.Contains(shape, 0) {
			return
		}
		index := make([]int64, len(shape))
		for {
			if !yield(index) {
				return
			}
			i := len(shape) - 1
			for ; i >= 0; i-- {
				if index[i]++; index[i] < shape[i] {
					break
				}
				index[i] = 0
			}
			if i < 0 {
				return
			}
		}
	}
}

func (s *Source) openPermuted() (io.ReadCloser, error) {
	at, closer := s.base.at, io.Closer(io.NopCloser(nil))
	switch {
	case at != nil && s.base.open != nil:
		// Random access would not notice what the stream's checksum does.
		if err := s.base.readThrough(); err != nil {
			return nil, err
		}
	case at == nil:
		sp, err := s.base.spool()
		if err != nil {
			return nil, err
		}
		at, closer = sp, sp
	}
	return newTransposer(at, closer, s.DType, s.base.Shape, s.perm, slabBytes), nil
}

// readThrough reads a value for its checksum only.
func (s *Source) readThrough() error {
	r, err := s.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, make([]byte, windowBytes))
	return err
}

// transposer is the stream of a permuted value.
type transposer struct {
	at     io.ReaderAt
	closer io.Closer
	size   int64 // of an element

	shape  []int64 // of the source; axes of size 1 dropped, axes that stay together merged
	stride []int64
	perm   []int

	// A slab fixes output axes 0 to split-1, takes up to step indices of
	// output axis split, and all of those behind it.
	split int
	step  int64
	start []int64 // of the next slab, by output axis
	more  bool

	in, out, window []byte
	ready           []byte // what of out is not given away yet
}

func newTransposer(at io.ReaderAt, closer io.Closer, d tensor.DType, shape []int64, perm []int, slab int64) *transposer {
	shape, perm = coalesce(shape, perm)
	t := &transposer{
		at: at, closer: closer, size: int64(d.Size()),
		shape: shape, stride: strides(shape), perm: perm,
		start: make([]int64, len(perm)), more: true,
	}
	behind := t.size
	t.split = len(perm) - 1
	for t.split > 0 && behind*shape[perm[t.split]] <= slab {
		behind *= shape[perm[t.split]]
		t.split--
	}
	t.step = min(max(slab/behind, 1), shape[perm[t.split]])
	t.in = make([]byte, t.step*behind)
	t.out = make([]byte, t.step*behind)
	return t
}

// coalesce drops axes of size 1 and merges axes that follow each other before
// and after. The result has at least two axes, as sameOrder is false.
func coalesce(shape []int64, perm []int) ([]int64, []int) {
	// starts[p] is set where source axis p begins a merged axis.
	starts := make([]bool, len(shape))
	last := -1
	for _, p := range perm {
		if shape[p] == 1 {
			continue
		}
		between := p > last && last >= 0
		for q := last + 1; between && q < p; q++ {
			between = shape[q] == 1
		}
		starts[p] = !between
		last = p
	}
	merged := make([]int, len(shape)) // source axis → merged axis
	var dims []int64
	for p, n := range shape {
		if n == 1 {
			continue
		}
		if starts[p] {
			dims = append(dims, 1)
		}
		merged[p] = len(dims) - 1
		dims[len(dims)-1] *= n
	}
	var order []int
	for _, p := range perm {
		if starts[p] {
			order = append(order, merged[p])
		}
	}
	return dims, order
}

func (t *transposer) Read(p []byte) (int, error) {
	if len(t.ready) == 0 {
		if !t.more {
			return 0, io.EOF
		}
		if err := t.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.ready)
	t.ready = t.ready[n:]
	return n, nil
}

func (t *transposer) Close() error { return t.closer.Close() }

// fill makes the next slab.
func (t *transposer) fill() error {
	begin := make([]int64, len(t.shape)) // by source axis
	count := make([]int64, len(t.shape))
	n := t.size
	for i, p := range t.perm {
		begin[p], count[p] = t.start[i], 1
		switch {
		case i == t.split:
			count[p] = min(t.step, t.shape[p]-t.start[i])
		case i > t.split:
			count[p] = t.shape[p]
		}
		n *= count[p]
	}
	if err := t.gather(begin, count); err != nil {
		return err
	}
	t.permute(count)
	t.ready = t.out[:n]

	t.start[t.split] += t.step
	for i := t.split; t.start[i] >= t.shape[t.perm[i]]; i-- {
		if i == 0 {
			t.more = false
			break
		}
		t.start[i] = 0
		t.start[i-1]++
	}
	return nil
}

// gather reads a box of the source into t.in, in the source's order.
func (t *transposer) gather(begin, count []int64) error {
	// The pieces that are contiguous in the file: the last axes while they
	// are whole, and the one before.
	piece, axis := t.size, len(count)-1
	for axis > 0 && count[axis] == t.shape[axis] {
		piece *= count[axis]
		axis--
	}
	piece *= count[axis]
	offset := int64(0)
	for i, b := range begin {
		offset += b * t.stride[i] * t.size
	}
	in := t.in
	if axis == 0 {
		return t.readAt(in[:piece], offset)
	}
	// Rows of pieces along the axis before; where the gaps are small, several
	// pieces come with one read.
	along := axis - 1
	pitch := t.stride[along] * t.size
	together := int64(1)
	if pitch-piece <= maxGap {
		together = min(max(windowBytes/pitch, 1), count[along])
	}
	if together > 1 && t.window == nil {
		t.window = make([]byte, windowBytes)
	}
	for index := range odometer(count[:along]) {
		row := offset
		for i, x := range index {
			row += x * t.stride[i] * t.size
		}
		for done := int64(0); done < count[along]; done += together {
			k := min(together, count[along]-done)
			if k == 1 {
				if err := t.readAt(in[:piece], row+done*pitch); err != nil {
					return err
				}
				in = in[piece:]
				continue
			}
			window := t.window[:(k-1)*pitch+piece]
			if err := t.readAt(window, row+done*pitch); err != nil {
				return err
			}
			for i := range k {
				in = in[copy(in[:piece], window[i*pitch:]):]
			}
		}
	}
	return nil
}

func (t *transposer) readAt(p []byte, off int64) error {
	n, err := t.at.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	return err
}

// tile is the edge of the square of elements that permute copies at a time,
// so that both sides of it stay in the cache.
const tile = 32

// permute brings the box in t.in into the order of the output, in t.out.
func (t *transposer) permute(count []int64) {
	stride := strides(count)
	rank := len(t.perm)
	dims := make([]int64, rank) // of the box, by output axis
	step := make([]int64, rank) // in t.in, in bytes, by output axis
	for i, p := range t.perm {
		dims[i], step[i] = count[p], stride[p]*t.size
	}
	// The last two output axes are a matrix, copied tile by tile.
	rows, cols := dims[rank-2], dims[rank-1]
	rowStep, colStep := step[rank-2], step[rank-1]
	out := int64(0)
	for index := range odometer(dims[:rank-2]) {
		in := int64(0)
		for i, x := range index {
			in += x * step[i]
		}
		if colStep == t.size {
			for r := range rows {
				copy(t.out[out+r*cols*t.size:][:cols*t.size], t.in[in+r*rowStep:])
			}
		} else {
			for r := int64(0); r < rows; r += tile {
				for c := int64(0); c < cols; c += tile {
					for y := r; y < min(r+tile, rows); y++ {
						n := min(tile, cols-c)
						copyStrided(t.out[out+(y*cols+c)*t.size:][:n*t.size], t.in[in+y*rowStep+c*colStep:], t.size, colStep)
					}
				}
			}
		}
		out += rows * cols * t.size
	}
}

// copyStrided fills dst with elements of size bytes that lie step bytes apart.
func copyStrided(dst, src []byte, size, step int64) {
	switch size {
	case 1:
		for i := range dst {
			dst[i] = src[int64(i)*step]
		}
	case 2:
		for i := int64(0); i < int64(len(dst))/2; i++ {
			*(*[2]byte)(dst[2*i:]) = *(*[2]byte)(src[i*step:])
		}
	case 4:
		for i := int64(0); i < int64(len(dst))/4; i++ {
			*(*[4]byte)(dst[4*i:]) = *(*[4]byte)(src[i*step:])
		}
	case 8:
		for i := int64(0); i < int64(len(dst))/8; i++ {
			*(*[8]byte)(dst[8*i:]) = *(*[8]byte)(src[i*step:])
		}
	default:
		for i := int64(0); i < int64(len(dst))/size; i++ {
			copy(dst[size*i:][:size], src[i*step:])
		}
	}
}

// spooled is a stream that was made random access.
type spooled struct {
	io.ReaderAt
	file    *os.File // nil if it is in memory
	unnamed bool
}

func (s *Source) spool() (*spooled, error) {
	if s.NumBytes() <= 2*slabBytes {
		t, err := s.Tensor(2 * slabBytes)
		if err != nil {
			return nil, err
		}
		return &spooled{ReaderAt: FromTensor(t).at}, nil
	}
	r, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := os.CreateTemp("", "tfsave-transpose-*")
	if err != nil {
		return nil, err
	}
	sp := &spooled{ReaderAt: f, file: f}
	// Where an open file can lose its name, a killed process leaves nothing.
	sp.unnamed = os.Remove(f.Name()) == nil
	if _, err := io.CopyBuffer(struct{ io.Writer }{f}, r, make([]byte, 1<<20)); err != nil {
		sp.Close()
		return nil, err
	}
	return sp, nil
}

func (s *spooled) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if !s.unnamed {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}
