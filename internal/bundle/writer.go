package bundle

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/bundle/crc"
	"github.com/tfsave/tfsave/internal/bundle/table"
	"github.com/tfsave/tfsave/internal/tensor"
)

// bufferSize is what a Writer and a Reader hold of a tensor's bytes.
const bufferSize = 256 << 10

// A Writer writes a checkpoint of one shard. Tensors are laid out in the order
// of the calls; to get the bytes of a SavedModel that TensorFlow wrote, call in
// the order of the tensor_names of its SaveV2 node, which is that of the object
// graph, with the graph itself last (observed with TF 2.21).
//
// The first error is kept: every later call gives it, and no checkpoint comes
// to be.
type Writer struct {
	data  buffer
	index io.Writer

	entries []Entry
	seen    map[string]bool
	err     error
	done    bool

	// Where Create was called: files under temporary names, then under their own.
	files []outputFile
}

type outputFile struct {
	*os.File
	name string
}

// earlyWriter writes a large file to the disk while it grows.
type earlyWriter struct {
	f                *os.File
	written, started int64
}

// writebackSize is how much gathers before it is sent to the disk.
const writebackSize = 8 << 20

func (w *earlyWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	w.written += int64(n)
	if w.written-w.started >= writebackSize {
		startWriteback(w.f, w.started, w.written-w.started)
		w.started = w.written
	}
	return n, err
}

// NewWriter writes a checkpoint's data file and its index to two streams. The
// index is written by Close.
func NewWriter(data, index io.Writer) *Writer {
	return &Writer{
		data:  buffer{w: data, buf: make([]byte, bufferSize)},
		index: index,
		seen:  make(map[string]bool),
	}
}

// Create writes the checkpoint prefix+".index" and prefix+".data-00000-of-00001"
// in a folder that exists. Until Close the files have names that end in ".tmp",
// and an older checkpoint of that prefix stays as it is. Close does not sync
// the files.
func Create(prefix string) (*Writer, error) {
	var files []outputFile
	for _, name := range []string{shardName(prefix, 0, 1), indexName(prefix)} {
		f, err := os.Create(name + ".tmp")
		if err != nil {
			return nil, errors.Join(err, removeAll(files))
		}
		files = append(files, outputFile{f, name})
	}
	w := NewWriter(&earlyWriter{f: files[0].File}, files[1])
	w.files = files
	return w, nil
}

// Add writes one tensor, of a dtype with elements of a fixed size. Exactly as
// many bytes as dtype and shape ask for are read from r: the elements in
// row-major order, little-endian.
func (w *Writer) Add(key string, d tensor.DType, shape []int64, r io.Reader) error {
	return w.add(Entry{Key: key, DType: d, Shape: shape}, func(e *Entry) error {
		if d.Size() == 0 || d.IsRef() {
			return fmt.Errorf("a tensor of dtype %s has no plain bytes", d)
		}
		sum := uint32(0)
		for left := e.Size; left > 0; {
			p, err := w.data.readFrom(r, left)
			sum = crc.Update(sum, p)
			left -= int64(len(p))
			if left > 0 && errors.Is(err, io.EOF) {
				return fmt.Errorf("the data ends after %d bytes, %s of shape %s takes %d: %w", e.Size-left, d, tensor.ShapeOf(shape...), e.Size, io.ErrUnexpectedEOF)
			}
			if left > 0 && err != nil {
				return err
			}
		}
		e.CRC = crc.Mask(sum)
		return nil
	})
}

// AddStrings writes a string tensor.
func (w *Writer) AddStrings(key string, shape []int64, values []string) error {
	return w.add(Entry{Key: key, DType: tensor.String, Shape: shape}, func(e *Entry) error {
		if n, _ := numElements(shape); n != int64(len(values)) {
			return fmt.Errorf("%d strings for shape %s, which takes %d", len(values), tensor.ShapeOf(shape...), n)
		}
		start := w.data.offset
		sum := uint32(0)
		var scratch [binary.MaxVarintLen64]byte
		for _, v := range values {
			sum = updateLength(sum, uint64(len(v)))
			if _, err := put(&w.data, 0, binary.AppendUvarint(scratch[:0], uint64(len(v)))); err != nil {
				return err
			}
		}
		sum, err := put(&w.data, sum, binary.LittleEndian.AppendUint32(nil, crc.Mask(sum)))
		if err != nil {
			return err
		}
		for _, v := range values {
			if sum, err = put(&w.data, sum, v); err != nil {
				return err
			}
		}
		e.Size = w.data.offset - start
		e.CRC = crc.Mask(sum)
		return nil
	})
}

// updateLength extends the checksum of a string tensor by the length of an element.
func updateLength(sum uint32, n uint64) uint32 {
	if n <= 1<<32-1 {
		return crc.Update(sum, binary.LittleEndian.AppendUint32(nil, uint32(n)))
	}
	return crc.Update(sum, binary.LittleEndian.AppendUint64(nil, n))
}

// add checks a new entry, has its bytes written and completes it.
func (w *Writer) add(e Entry, write func(*Entry) error) error {
	if w.err != nil {
		return w.err
	}
	e.Shape = slices.Clone(e.Shape)
	e.Offset = w.data.offset
	var err error
	switch e.Size, err = dataSize(e.DType, e.Shape); {
	case w.done:
		err = errors.New("the checkpoint is closed")
	case e.Key == "":
		err = errors.New("the empty key is the header's")
	case strings.HasPrefix(e.Key, sliceKeyPrefix):
		err = errors.New("a key with a zero byte at its start is that of a slice")
	case w.seen[e.Key]:
		err = errors.New("there is a tensor of that key already")
	case err == nil:
		err = write(&e)
	}
	if err != nil {
		w.err = fmt.Errorf("tensor %q: %w", e.Key, err)
		return w.err
	}
	w.seen[e.Key] = true
	w.entries = append(w.entries, e)
	return nil
}

// Close writes the index. Where an error occurred, now or before, it removes
// what Create made and gives the error.
func (w *Writer) Close() error {
	if w.done {
		return w.err
	}
	if w.err == nil {
		w.err = w.finish()
	}
	if w.err != nil {
		w.Abort()
	}
	w.done = true
	return w.err
}

func (w *Writer) finish() error {
	if err := w.data.flush(); err != nil {
		return err
	}
	if err := w.writeIndex(); err != nil {
		return err
	}
	for _, f := range w.files {
		if err := f.Close(); err != nil {
			return err
		}
	}
	for _, f := range w.files { // the index last: it makes the checkpoint visible
		if err := os.Rename(f.Name(), f.name); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) writeIndex() error {
	slices.SortFunc(w.entries, func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) })
	t := table.NewWriter(w.index)
	if err := t.Add("", Header{NumShards: 1, Producer: formatVersion}.append(nil)); err != nil {
		return err
	}
	for i := range w.entries {
		if err := t.Add(w.entries[i].Key, w.entries[i].append(nil)); err != nil {
			return err
		}
	}
	return t.Close()
}

// Abort gives up: it removes what Create made. After Close it does nothing, so
// that it can be deferred.
func (w *Writer) Abort() {
	if w.done {
		return
	}
	w.done = true
	removeAll(w.files)
}

func removeAll(files []outputFile) error {
	var errs []error
	for _, f := range files {
		f.Close()
		errs = append(errs, os.Remove(f.Name()))
	}
	return errors.Join(errs...)
}

// buffer gathers what is written, and lets a reader read straight into it.
type buffer struct {
	w      io.Writer
	buf    []byte
	n      int   // bytes of buf that are to be written
	offset int64 // bytes written, those in buf included
}

// readFrom reads up to limit bytes of r and gives those that it read, valid
// until the next call. The error is io.EOF where r ends before.
func (b *buffer) readFrom(r io.Reader, limit int64) ([]byte, error) {
	if b.n == len(b.buf) {
		if err := b.flush(); err != nil {
			return nil, err
		}
	}
	p := b.buf[b.n:]
	p = p[:min(int64(len(p)), limit)]
	n, err := io.ReadFull(r, p)
	b.n += n
	b.offset += int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return p[:n], err
}

// put appends p to b, and extends the checksum sum by it.
func put[T string | []byte](b *buffer, sum uint32, p T) (uint32, error) {
	for len(p) > 0 {
		if b.n == len(b.buf) {
			if err := b.flush(); err != nil {
				return 0, err
			}
		}
		n := copy(b.buf[b.n:], p)
		sum = crc.Update(sum, b.buf[b.n:b.n+n])
		p = p[n:]
		b.n += n
		b.offset += int64(n)
	}
	return sum, nil
}

func (b *buffer) flush() error {
	n, err := b.w.Write(b.buf[:b.n])
	if err == nil && n < b.n {
		err = io.ErrShortWrite
	}
	b.n = 0
	return err
}
