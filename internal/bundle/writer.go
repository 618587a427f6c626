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

// A Writer writes a checkpoint. Tensors are laid out in the order of the calls,
// those after NextShard in the next file; to get the bytes of a SavedModel that
// TensorFlow wrote, call in the order of the tensor_names of its SaveV2 node,
// which is that of the object graph, with the graph itself last (observed with
// TF 2.21).
//
// The first error is kept: every later call gives it, and no checkpoint comes
// to be.
type Writer struct {
	data  buffer
	index io.Writer

	entries []Entry
	seen    map[string]int // key → place of its entry
	shard   int            // at hand, of numShards
	err     error
	done    bool

	numShards int
	// Where Create was called: files under temporary names, then under their
	// own. The index first, then the shards as far as there are any yet.
	prefix string
	files  []outputFile
}

type outputFile struct {
	*os.File // nil once it is complete
	name     string
}

// temporary is what a file is called before Close.
func (f outputFile) temporary() string { return f.name + ".tmp" }

// create makes one more file.
func (w *Writer) create(name string) (*os.File, error) {
	f := outputFile{name: name}
	var err error
	if f.File, err = os.Create(f.temporary()); err != nil {
		return nil, err
	}
	w.files = append(w.files, f)
	return f.File, nil
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
		seen:  make(map[string]int),

		numShards: 1,
	}
}

// Create writes the checkpoint prefix+".index" with numShards files
// prefix+".data-00000-of-00001" (or however many) in a folder that exists. Until
// Close the files have names that end in ".tmp", and an older checkpoint of that
// prefix stays as it is. Close does not sync the files.
func Create(prefix string, numShards int) (*Writer, error) {
	w := NewWriter(nil, nil)
	w.prefix, w.numShards = prefix, numShards
	index, err := w.create(indexName(prefix))
	if err == nil {
		w.index = index
		err = w.openShard()
	}
	if err != nil {
		return nil, errors.Join(err, w.remove())
	}
	return w, nil
}

// openShard makes the file of the shard at hand.
func (w *Writer) openShard() error {
	f, err := w.create(shardName(w.prefix, w.shard, w.numShards))
	if err != nil {
		return err
	}
	w.data.w, w.data.offset = &earlyWriter{f: f}, 0
	return nil
}

// NextShard completes a file and goes on with the next one, of those that Create
// was told of.
func (w *Writer) NextShard() error {
	if w.err != nil {
		return w.err
	}
	if w.shard++; w.shard >= w.numShards {
		panic("internal error: more shards than Create was told of")
	}
	if w.err = w.data.flush(); w.err != nil {
		return w.err
	}
	if w.err = w.files[len(w.files)-1].complete(); w.err != nil {
		return w.err
	}
	w.err = w.openShard()
	return w.err
}

// complete closes a file, if it is open.
func (f *outputFile) complete() error {
	if f.File == nil {
		return nil
	}
	err := f.Close()
	f.File = nil
	return err
}

// Add writes one tensor, of a dtype with elements of a fixed size. Exactly as
// many bytes as dtype and shape ask for are read from r: the elements in
// row-major order, little-endian.
func (w *Writer) Add(key string, d tensor.DType, shape []int64, r io.Reader) error {
	return w.add(Entry{Key: key, DType: d, Shape: shape}, w.numbers(d, r))
}

// AddSlice writes a slice of a tensor of the given shape, from a reader as that
// of Add. All slices of a tensor, which together are the whole, stand in the
// index under its key (BundleWriter::AddSlice and MergeBundles,
// tensor_bundle.cc, TF 2.21).
func (w *Writer) AddSlice(key string, d tensor.DType, shape []int64, slice []Extent, r io.Reader) error {
	return w.keep(key, func() error {
		slice, err := resolveSlice(slice, shape)
		if err != nil {
			return err
		}
		at, ok := w.seen[key]
		if !ok {
			at = len(w.entries)
			w.entries = append(w.entries, Entry{Key: key, DType: d, Shape: slices.Clone(shape), Shard: w.shard})
			w.seen[key] = at
		}
		switch e := &w.entries[at]; {
		case ok && e.Parts == nil:
			return errors.New("there is a tensor of that key already")
		case e.DType != d || !slices.Equal(e.Shape, shape):
			return fmt.Errorf("a slice of %s %s, the others are of %s %s", d, tensor.ShapeOf(shape...), e.DType, tensor.ShapeOf(e.Shape...))
		}
		part := Part{slice, Entry{Key: key, DType: d, Shape: sliceShape(slice)}}
		if err := w.write(&part.Entry, w.numbers(d, r)); err != nil {
			return err
		}
		w.entries[at].Parts = append(w.entries[at].Parts, part)
		return nil
	})
}

// numbers writes the bytes of a tensor of numbers.
func (w *Writer) numbers(d tensor.DType, r io.Reader) func(*Entry) error {
	return func(e *Entry) error {
		if d.Size() == 0 || d.IsRef() {
			return fmt.Errorf("a tensor of dtype %s has no plain bytes", d)
		}
		sum := uint32(0)
		for left := e.Size; left > 0; {
			p, err := w.data.readFrom(r, left)
			sum = crc.Update(sum, p)
			left -= int64(len(p))
			if left > 0 && errors.Is(err, io.EOF) {
				return fmt.Errorf("the data ends after %d bytes, %s of shape %s takes %d: %w", e.Size-left, d, tensor.ShapeOf(e.Shape...), e.Size, io.ErrUnexpectedEOF)
			}
			if left > 0 && err != nil {
				return err
			}
		}
		e.CRC = crc.Mask(sum)
		return nil
	}
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
	return w.keep(e.Key, func() error {
		if _, ok := w.seen[e.Key]; ok {
			return errors.New("there is a tensor of that key already")
		}
		e.Shape = slices.Clone(e.Shape)
		if err := w.write(&e, write); err != nil {
			return err
		}
		w.seen[e.Key] = len(w.entries)
		w.entries = append(w.entries, e)
		return nil
	})
}

// keep does something for a tensor and keeps its error.
func (w *Writer) keep(key string, do func() error) error {
	if w.err != nil {
		return w.err
	}
	var err error
	switch {
	case w.done:
		err = errors.New("the checkpoint is closed")
	case key == "":
		err = errors.New("the empty key is the header's")
	case strings.HasPrefix(key, sliceKeyPrefix):
		err = errors.New("a key with a zero byte at its start is that of a slice")
	default:
		err = do()
	}
	if err != nil {
		w.err = fmt.Errorf("tensor %q: %w", key, err)
	}
	return w.err
}

// write has the bytes of an entry written, and notes where they are.
func (w *Writer) write(e *Entry, write func(*Entry) error) error {
	e.Shard, e.Offset = w.shard, w.data.offset
	var err error
	if e.Size, err = dataSize(e.DType, e.Shape); err != nil {
		return err
	}
	return write(e)
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
	if w.shard != w.numShards-1 {
		return fmt.Errorf("%d shards of %d were written", w.shard+1, w.numShards)
	}
	if err := w.data.flush(); err != nil {
		return err
	}
	if err := w.writeIndex(); err != nil {
		return err
	}
	for i := range w.files {
		if err := w.files[i].complete(); err != nil {
			return err
		}
	}
	for _, f := range slices.Backward(w.files) { // the index last: it makes the checkpoint visible
		if err := os.Rename(f.temporary(), f.name); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) writeIndex() error {
	type record struct {
		key   string
		value []byte
	}
	records := []record{{"", Header{NumShards: w.numShards, Producer: formatVersion}.append(nil)}}
	for i := range w.entries {
		e := &w.entries[i]
		records = append(records, record{e.Key, e.append(nil)})
		if e.Parts == nil {
			continue
		}
		if err := e.checkCover(); err != nil {
			return fmt.Errorf("tensor %q: %w", e.Key, err)
		}
		name := appendSliceName(nil, e.Key)
		for _, p := range e.Parts {
			records = append(records, record{string(appendExtents(slices.Clip(name), p.Slice)), p.append(nil)})
		}
	}
	slices.SortFunc(records, func(a, b record) int { return cmp.Compare(a.key, b.key) })
	t := table.NewWriter(w.index)
	for _, r := range records {
		if err := t.Add(r.key, r.value); err != nil {
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
	w.remove()
}

// remove takes the files away that Close has not made the checkpoint's.
func (w *Writer) remove() error {
	var errs []error
	for i := range w.files {
		w.files[i].complete()
		errs = append(errs, os.Remove(w.files[i].temporary()))
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
