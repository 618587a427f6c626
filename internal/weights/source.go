// Package weights is where the values of variables come from: numbers written
// in a description, initializers, and files of other tools. Every value is a
// Source, a stream that is read when the model is written; no file is held in
// memory.
package weights

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// ErrCorrupt marks a weight file whose bytes contradict its format: damaged,
// truncated, or not the format its name promises.
var ErrCorrupt = errors.New("damaged weight file")

// corrupt says what is wrong with a file.
func corrupt(name, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if name == "" {
		return fmt.Errorf("%w: %s", ErrCorrupt, what)
	}
	return fmt.Errorf("%s: %w: %s", name, ErrCorrupt, what)
}

// refusal is a value that is sound and that is not taken: of a kind that
// TensorFlow has no type for, or out of the range of the dtype it is
// converted to.
type refusal struct {
	why  string
	name string // where the value comes from; "" as long as it is not known
}

func (e *refusal) Error() string {
	if e.name == "" {
		return e.why
	}
	return e.name + ": " + e.why
}

func refuse(format string, args ...any) error { return &refusal{why: fmt.Sprintf(format, args...)} }

// Source is one tensor's value: dtype, shape and a stream of little-endian,
// row-major elements. It is never changed after it was made; it can be opened
// any number of times, also at once. A Source out of a File lives until the
// File is closed.
type Source struct {
	DType tensor.DType
	Shape []int64

	// name is where the value comes from, for errors: a path and a tensor's name.
	name string

	// A value has one of four forms.
	// 1. A stream (open), random access to the same bytes (at), or both; where
	// both are there, the stream is what checks a checksum.
	open func() (io.ReadCloser, error)
	at   io.ReaderAt
	// 2. Strings.
	strings func() ([]string, error)
	// 3. Another value, converted element by element.
	from *Source
	conv converter
	// 4. A value of form 1 with its axes permuted: axis i is axis perm[i] of base.
	base *Source
	perm []int
}

// New makes a Source of a numeric dtype out of a function that opens its
// stream. The stream must give NumElements times the dtype's size bytes; one
// that gives fewer or more is an error of the reader that Open returns.
func New(d tensor.DType, shape []int64, open func() (io.ReadCloser, error)) (*Source, error) {
	if err := checkNumeric(d, shape); err != nil {
		return nil, err
	}
	return &Source{DType: d, Shape: shape, open: open}, nil
}

// NewAt makes a Source of a numeric dtype whose elements r holds from offset 0.
func NewAt(d tensor.DType, shape []int64, r io.ReaderAt) (*Source, error) {
	if err := checkNumeric(d, shape); err != nil {
		return nil, err
	}
	return &Source{DType: d, Shape: shape, at: r}, nil
}

// NewStrings makes a Source of dtype string.
func NewStrings(shape []int64, strings func() ([]string, error)) (*Source, error) {
	if _, err := numElements(shape, 1); err != nil {
		return nil, err
	}
	return &Source{DType: tensor.String, Shape: shape, strings: strings}, nil
}

func checkNumeric(d tensor.DType, shape []int64) error {
	if d.Size() == 0 {
		return fmt.Errorf("a value of dtype %s is no stream of numbers", d)
	}
	_, err := numElements(shape, d.Size())
	return err
}

// FromTensor is the Source of a value on the host, which must not change
// afterwards.
func FromTensor(t *tensor.Tensor) *Source {
	if t.DType == tensor.String {
		return &Source{DType: t.DType, Shape: t.Dims, strings: func() ([]string, error) { return t.Strings, nil }}
	}
	return &Source{DType: t.DType, Shape: t.Dims, at: bytes.NewReader(t.Data)}
}

// numElements is the product of the dimensions, checked so that neither it
// nor its product with size leaves int64. As in TensorFlow and NumPy, the
// other dimensions may not be out of range where one is zero.
func numElements(shape []int64, size int) (int64, error) {
	n, zero := int64(1), false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		case d == 0:
			zero = true
		case n > math.MaxInt64/d:
			return 0, fmt.Errorf("shape %v has too many elements", shape)
		default:
			n *= d
		}
	}
	if n > math.MaxInt64/int64(max(size, 1)) {
		return 0, fmt.Errorf("shape %v has too many elements", shape)
	}
	if zero {
		return 0, nil
	}
	return n, nil
}

// NumElements is the product of the dimensions.
func (s *Source) NumElements() int64 {
	n, err := numElements(s.Shape, s.DType.Size())
	if err != nil {
		panic("internal error: " + err.Error())
	}
	return n
}

// NumBytes is the length of the stream; 0 for strings.
func (s *Source) NumBytes() int64 { return s.NumElements() * int64(s.DType.Size()) }

// Open gives the elements of a numeric value: exactly NumBytes of them. The
// reader wants large reads; it is to be closed.
func (s *Source) Open() (io.ReadCloser, error) {
	if s.DType == tensor.String {
		return nil, errors.New("a string tensor is no stream of numbers")
	}
	n := s.NumBytes()
	if n == 0 {
		return io.NopCloser(bytes.NewReader(nil)), nil
	}
	var (
		r   io.ReadCloser
		err error
	)
	switch {
	case s.from != nil:
		r, err = s.openConverted()
	case s.base != nil:
		r, err = s.openPermuted()
	case s.open != nil:
		r, err = s.open()
	default:
		r = io.NopCloser(io.NewSectionReader(s.at, 0, n))
	}
	if err != nil {
		return nil, s.explain(err)
	}
	return &exactReader{r: r, left: n, s: s}, nil
}

// Strings gives the elements of a string tensor, which the caller must not
// change.
func (s *Source) Strings() ([]string, error) {
	if s.DType != tensor.String {
		return nil, fmt.Errorf("a tensor of dtype %s holds no strings", s.DType)
	}
	v, err := s.strings()
	if err != nil {
		return nil, s.explain(err)
	}
	if n := s.NumElements(); int64(len(v)) != n {
		return nil, corrupt(s.name, "%d strings for shape %v", len(v), s.Shape)
	}
	return v, nil
}

// Tensor reads the whole value into memory, unless it takes more than limit
// bytes.
func (s *Source) Tensor(limit int64) (*tensor.Tensor, error) {
	if s.DType == tensor.String {
		v, err := s.Strings()
		if err != nil {
			return nil, err
		}
		return tensor.FromStrings(s.Shape, v), nil
	}
	if n := s.NumBytes(); n > limit {
		return nil, fmt.Errorf("a tensor of %d bytes is more than the %d that are held in memory", n, limit)
	}
	r, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &tensor.Tensor{DType: s.DType, Dims: s.Shape, Data: data}, nil
}

// explain adds where the value comes from. What is not the operating system's
// error is damage of the file: a checksum, a broken compressed stream, its end.
func (s *Source) explain(err error) error {
	var (
		sys     *fs.PathError
		refused *refusal
	)
	switch {
	case s.name == "" || errors.Is(err, ErrCorrupt) || errors.As(err, &sys) || errors.Is(err, fs.ErrClosed):
		return err
	case errors.As(err, &refused):
		if refused.name != "" {
			return err
		}
		return &refusal{refused.why, s.name}
	}
	return corrupt(s.name, "%v", err)
}

// exactReader passes exactly the bytes of a value on. The end of the stream
// below is looked at before the last bytes are given away, so that a checksum
// that does not fit is noticed by whoever reads no further than he must.
type exactReader struct {
	r    io.ReadCloser
	left int64
	s    *Source
	err  error
}

func (e *exactReader) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	if e.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.r.Read(p)
	e.left -= int64(n)
	if err == nil && e.left == 0 && n > 0 {
		err = e.end()
	}
	switch {
	case err == io.EOF && e.left == 0:
		return n, nil
	case err == io.EOF:
		e.err = corrupt(e.s.name, "ends %d bytes before its end", e.left)
	case err != nil:
		e.err = e.s.explain(err)
	default:
		return n, nil
	}
	return 0, e.err
}

// end reads on behind the last byte; io.EOF is what should come.
func (e *exactReader) end() error {
	var one [1]byte
	for range 100 {
		n, err := e.r.Read(one[:])
		if n > 0 {
			return corrupt(e.s.name, "goes on behind its end")
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

func (e *exactReader) Close() error { return e.r.Close() }

// Reshape gives the same elements another shape of as many elements.
func (s *Source) Reshape(shape []int64) (*Source, error) {
	n, err := numElements(shape, s.DType.Size())
	if err != nil {
		return nil, err
	}
	if n != s.NumElements() {
		return nil, fmt.Errorf("cannot reshape %v (%d elements) to %v (%d)", s.Shape, s.NumElements(), shape, n)
	}
	if slices.Equal(shape, s.Shape) {
		return s, nil
	}
	switch {
	case s.from != nil:
		from, err := s.from.Reshape(shape)
		if err != nil {
			return nil, err
		}
		return from.converted(s.DType, s.conv), nil
	case s.base != nil:
		return &Source{DType: s.DType, Shape: shape, name: s.name, open: s.Open}, nil
	}
	out := *s
	out.Shape = shape
	return &out, nil
}
