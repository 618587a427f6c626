package bundle

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"

	"github.com/tfsave/tfsave/internal/bundle/crc"
	"github.com/tfsave/tfsave/internal/tensor"
)

// lengthSumLen is the length of the checksum between the lengths of a string
// tensor and its bytes.
const lengthSumLen = 4

// Stream gives the bytes of a tensor whose elements have a fixed size, in
// row-major order, little-endian. Where they do not have the checksum that the
// index says, an ErrCorrupt comes in place of io.EOF: what was read before is
// not to be used then.
func (r *Reader) Stream(key string) (io.Reader, error) {
	e, err := r.plain(key)
	if err != nil {
		return nil, err
	}
	return r.stream(e)
}

// ReadTensor reads a whole tensor, of strings or of elements of a fixed size.
func (r *Reader) ReadTensor(key string) (*tensor.Tensor, error) {
	if e, ok := r.Entry(key); ok && e.DType == tensor.String {
		values, err := r.strings(e)
		if err != nil {
			return nil, err
		}
		return &tensor.Tensor{DType: e.DType, Dims: e.Shape, Strings: values}, nil
	}
	e, err := r.plain(key)
	if err != nil {
		return nil, err
	}
	data, err := r.bytes(e)
	if err != nil {
		return nil, err
	}
	return &tensor.Tensor{DType: e.DType, Dims: e.Shape, Data: data}, nil
}

// plain finds the tensor of a key, whose elements must have a fixed size.
func (r *Reader) plain(key string) (Entry, error) {
	e, ok := r.Entry(key)
	switch {
	case !ok:
		return Entry{}, fmt.Errorf("no tensor %q in %s", key, indexName(r.prefix))
	case e.DType.Size() == 0:
		return Entry{}, r.fault(e, fmt.Errorf("dtype %s has no elements of a fixed size", e.DType))
	}
	return e, nil
}

// asCorrupt marks what a decoder says of the bytes, as against what the file
// system says of the file.
func asCorrupt(err error) error {
	var pathErr *fs.PathError
	if errors.Is(err, ErrCorrupt) || errors.As(err, &pathErr) {
		return err
	}
	return fmt.Errorf("%w: %v", ErrCorrupt, err)
}

// fault says that the bytes of e have something wrong with them.
func (r *Reader) fault(e Entry, err error) *Fault {
	return &Fault{File: path.Base(r.shardName(e.Shard)), Key: e.Key, Err: err}
}

// section gives the bytes of an entry that has its own.
func (r *Reader) section(e Entry) (*io.SectionReader, error) {
	f, err := r.shard(e.Shard)
	if err != nil {
		return nil, r.fault(e, err)
	}
	if e.Offset+e.Size > f.size {
		return nil, r.fault(e, corruptf("bytes %d to %d of a file of %d", e.Offset, e.Offset+e.Size, f.size))
	}
	return io.NewSectionReader(f, e.Offset, e.Size), nil
}

func (r *Reader) stream(e Entry) (io.Reader, error) {
	if e.Parts == nil {
		sec, err := r.section(e)
		if err != nil {
			return nil, err
		}
		return &checkedReader{sumReader{r: sec}, r, e}, nil
	}
	if err := r.checkParts(e, int64(e.DType.Size())); err != nil {
		return nil, err
	}
	return &partsReader{r: r, e: e, merge: newMerge(&e), open: map[int]*bufio.Reader{}}, nil
}

// partsReader reads the elements of a partitioned tensor in their order, from all
// parts at the same time where they alternate.
type partsReader struct {
	r     *Reader
	e     Entry
	merge *merge
	open  map[int]*bufio.Reader // the parts that are being read

	part int
	left int64 // bytes of the stretch
	last bool
	err  error // that ended it
}

// partBuffer is how much of each part is in memory, where they are few, and
// leastBuffer where they are many.
const (
	partBuffer  = 1 << 20
	leastBuffer = 1 << 12
)

func (p *partsReader) Read(b []byte) (n int, err error) {
	if p.err == nil {
		n, p.err = p.read(b)
	}
	return n, p.err
}

func (p *partsReader) read(b []byte) (int, error) {
	for p.left == 0 {
		part, n, last, err := p.merge.next()
		if err != nil {
			return 0, err
		}
		p.part, p.left, p.last = part, n*int64(p.e.DType.Size()), last
	}
	from := p.open[p.part]
	if from == nil {
		s, err := p.r.stream(p.e.Parts[p.part].Entry)
		if err != nil {
			return 0, err
		}
		from = bufio.NewReaderSize(s, max(leastBuffer, partBuffer/len(p.e.Parts)))
		p.open[p.part] = from
	}
	n, err := from.Read(b[:min(int64(len(b)), p.left)])
	p.left -= int64(n)
	if err == nil && p.left == 0 && p.last {
		// The end of the part tells whether its checksum is right.
		delete(p.open, p.part)
		if _, err = from.ReadByte(); err == io.EOF {
			err = nil
		}
	}
	if err == io.EOF {
		err = p.r.fault(p.e.Parts[p.part].Entry, io.ErrUnexpectedEOF)
	}
	return n, err
}

// bytes reads all of a tensor whose elements have a fixed size.
func (r *Reader) bytes(e Entry) ([]byte, error) {
	s, err := r.stream(e) // which checks that the file has as much
	if err != nil {
		return nil, err
	}
	n, _ := numElements(e.Shape)
	data := make([]byte, n*int64(e.DType.Size()))
	if _, err := io.ReadFull(s, data); err != nil {
		return nil, err
	}
	// The end tells whether the checksum is right.
	if _, err := io.Copy(io.Discard, s); err != nil {
		return nil, err
	}
	return data, nil
}

// checkParts checks, for a partitioned tensor, that the parts do not overlap, and
// that the shards have as many bytes as the elements take at least: many parts may
// claim the same bytes. Then a buffer may be made. For other tensors section
// checks that.
func (r *Reader) checkParts(e Entry, size int64) error {
	if e.Parts == nil {
		return nil
	}
	seen := make(map[int]bool)
	room := int64(0)
	for _, p := range e.Parts {
		f, err := r.shard(p.Shard)
		if err != nil {
			return r.fault(p.Entry, err)
		}
		if !seen[p.Shard] {
			seen[p.Shard] = true
			room += f.size
		}
	}
	var err error
	if n, _ := numElements(e.Shape); n > room/size {
		err = corruptf("%d elements of %s, the shards have %d bytes together", n, e.DType, room)
	} else {
		err = e.checkCover()
	}
	if err != nil {
		return &Fault{File: path.Base(indexName(r.prefix)), Key: e.Key, Err: err}
	}
	return nil
}

// sumReader sums up what is read through it.
type sumReader struct {
	r   io.Reader
	sum uint32
}

func (s *sumReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.sum = crc.Update(s.sum, p[:n])
	return n, err
}

// checkedReader reads the bytes of e and checks them at their end.
type checkedReader struct {
	sumReader
	r *Reader
	e Entry
}

func (c *checkedReader) Read(p []byte) (int, error) {
	n, err := c.sumReader.Read(p)
	switch {
	case err == io.EOF && crc.Mask(c.sum) != c.e.CRC:
		return n, c.r.fault(c.e, badSum(c.e, c.sum))
	case err != nil && err != io.EOF:
		return n, c.r.fault(c.e, err)
	}
	return n, err
}

func badSum(e Entry, sum uint32) error {
	return corruptf("the %d bytes at %d have checksum %08x, the index says %08x", e.Size, e.Offset, sum, crc.Unmask(e.CRC))
}

// Strings gives the elements of a string tensor one by one, and an error in place
// of the first that cannot be read. Where they do not have the checksum that the
// index says, the error comes last: what was read before is not to be used then.
func (r *Reader) Strings(key string) iter.Seq2[string, error] {
	e, ok := r.Entry(key)
	if !ok || e.DType != tensor.String {
		return func(yield func(string, error) bool) {
			yield("", fmt.Errorf("no tensor %q of strings in %s", key, indexName(r.prefix)))
		}
	}
	return r.eachString(e)
}

// strings reads a string tensor.
func (r *Reader) strings(e Entry) ([]string, error) {
	var values []string
	for s, err := range r.eachString(e) {
		if err != nil {
			return nil, err
		}
		values = append(values, s)
	}
	return values, nil
}

func (r *Reader) eachString(e Entry) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if e.Parts != nil {
			r.eachPartString(e, yield)
			return
		}
		sec, err := r.section(e)
		if err != nil {
			yield("", err)
			return
		}
		n, _ := numElements(e.Shape)
		stopped := false
		err = readStrings(sec, e, n, func(s string) bool {
			stopped = !yield(s, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield("", r.fault(e, asCorrupt(err)))
		}
	}
}

// eachPartString gives the strings of a partitioned tensor.
func (r *Reader) eachPartString(e Entry, yield func(string, error) bool) {
	if err := r.checkParts(e, 1); err != nil {
		yield("", err)
		return
	}
	open := map[int]func() (string, error, bool){}
	for m := newMerge(&e); ; {
		part, n, last, err := m.next()
		if err == io.EOF {
			return
		}
		if err != nil {
			yield("", r.fault(e, err))
			return
		}
		next := open[part]
		if next == nil {
			var stop func()
			next, stop = iter.Pull2(r.eachString(e.Parts[part].Entry))
			defer stop()
			open[part] = next
		}
		for range n {
			s, err, _ := next()
			if !yield(s, err) || err != nil {
				return
			}
		}
		if last { // its end tells whether its checksum is right
			if _, err, ok := next(); ok && err != nil {
				yield("", err)
				return
			}
		}
	}
}

// readStrings reads the lengths of the elements twice: first to find where the
// elements begin, then along with them.
func readStrings(sec *io.SectionReader, e Entry, n int64, visit func(string) bool) error {
	size := int(min(bufferSize, e.Size))
	br := bufio.NewReaderSize(sec, size)
	sum := uint32(0)
	total := int64(0)
	for i := range n {
		v, err := binary.ReadUvarint(br)
		if err != nil {
			return fmt.Errorf("length of element %d: %w", i, err)
		}
		if v > uint64(e.Size-total) {
			return corruptf("element %d has %d bytes, all have %d", i, v, e.Size)
		}
		sum = updateLength(sum, v)
		total += int64(v)
	}
	var lengthSum [lengthSumLen]byte
	if _, err := io.ReadFull(br, lengthSum[:]); err != nil {
		return err
	}
	if stored := binary.LittleEndian.Uint32(lengthSum[:]); stored != crc.Mask(sum) {
		return corruptf("the lengths at %d have checksum %08x, the data says %08x", e.Offset, sum, crc.Unmask(stored))
	}
	at, err := sec.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if left := e.Size - at + int64(br.Buffered()); left != total {
		return corruptf("the elements have %d bytes together, %d are left for them", total, left)
	}
	lengths := bufio.NewReaderSize(io.NewSectionReader(sec, 0, e.Size), size)
	rest := &sumReader{r: br, sum: crc.Update(sum, lengthSum[:])}
	for range n {
		v, err := binary.ReadUvarint(lengths)
		if err != nil {
			return err
		}
		b := make([]byte, v)
		if _, err := io.ReadFull(rest, b); err != nil {
			return err
		}
		if !visit(string(b)) {
			return nil
		}
	}
	if crc.Mask(rest.sum) != e.CRC {
		return badSum(e, rest.sum)
	}
	return nil
}

// checkVariants checks the checksums of a variant tensor.
func (r *Reader) checkVariants(e Entry) error {
	sec, err := r.section(e)
	if err != nil {
		return err
	}
	n, _ := numElements(e.Shape)
	if err := sumVariants(sec, e, n); err != nil {
		return r.fault(e, asCorrupt(err))
	}
	return nil
}

func sumVariants(sec *io.SectionReader, e Entry, n int64) error {
	br := bufio.NewReaderSize(sec, int(min(bufferSize, e.Size)))
	sum := uint32(0)
	for i := range n {
		v, err := binary.ReadUvarint(br)
		if err != nil {
			return fmt.Errorf("length of element %d: %w", i, err)
		}
		sum = crc.Update(sum, binary.LittleEndian.AppendUint64(nil, v))
		part := &sumReader{r: io.LimitReader(br, int64(min(v, maxInt64))), sum: sum}
		if copied, err := io.Copy(io.Discard, part); err != nil {
			return err
		} else if uint64(copied) != v {
			return corruptf("element %d has %d bytes, %d are left", i, v, copied)
		}
		sum = part.sum
		var stored [4]byte
		if _, err := io.ReadFull(br, stored[:]); err != nil {
			return err
		}
		if s := binary.LittleEndian.Uint32(stored[:]); s != crc.Mask(sum) {
			return corruptf("element %d has checksum %08x, the data says %08x", i, sum, crc.Unmask(s))
		}
		sum = crc.Update(sum, stored[:])
	}
	if _, err := br.ReadByte(); err != io.EOF {
		return corruptf("bytes are left after the last element")
	}
	if crc.Mask(sum) != e.CRC {
		return badSum(e, sum)
	}
	return nil
}
