package bundle

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

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
	if rows, ok := e.rows(); ok {
		var all []io.Reader
		for _, p := range rows {
			s, err := r.stream(p.Entry)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		return io.MultiReader(all...), nil
	}
	data, err := r.bytes(e)
	if err != nil {
		return nil, err
	}
	return bytes.NewReader(data), nil
}

// bytes reads all of a tensor whose elements have a fixed size.
func (r *Reader) bytes(e Entry) ([]byte, error) {
	size := int64(e.DType.Size())
	if err := r.checkParts(e, size); err != nil {
		return nil, err
	}
	if _, ok := e.rows(); e.Parts != nil && !ok {
		return assemble(&e, size, func(p Part) ([]byte, error) { return r.bytes(p.Entry) })
	}
	s, err := r.stream(e)
	if err != nil {
		return nil, err
	}
	n, _ := numElements(e.Shape)
	data := make([]byte, n*size)
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

// strings reads a string tensor.
func (r *Reader) strings(e Entry) ([]string, error) {
	if e.Parts != nil {
		if err := r.checkParts(e, 1); err != nil {
			return nil, err
		}
		return assemble(&e, 1, func(p Part) ([]string, error) { return r.strings(p.Entry) })
	}
	sec, err := r.section(e)
	if err != nil {
		return nil, err
	}
	n, _ := numElements(e.Shape)
	values, err := readStrings(sec, e, n)
	if err != nil {
		return nil, r.fault(e, asCorrupt(err))
	}
	return values, nil
}

func readStrings(sec *io.SectionReader, e Entry, n int64) ([]string, error) {
	br := bufio.NewReaderSize(sec, int(min(bufferSize, e.Size)))
	sum := uint32(0)
	lengths := make([]int64, n) // e.Size is more, see Entry.check
	total := int64(0)
	for i := range lengths {
		v, err := binary.ReadUvarint(br)
		if err != nil {
			return nil, fmt.Errorf("length of element %d: %w", i, err)
		}
		if v > uint64(e.Size-total) {
			return nil, corruptf("element %d has %d bytes, all have %d", i, v, e.Size)
		}
		sum = updateLength(sum, v)
		lengths[i] = int64(v)
		total += int64(v)
	}
	var lengthSum [lengthSumLen]byte
	if _, err := io.ReadFull(br, lengthSum[:]); err != nil {
		return nil, err
	}
	if stored := binary.LittleEndian.Uint32(lengthSum[:]); stored != crc.Mask(sum) {
		return nil, corruptf("the lengths at %d have checksum %08x, the data says %08x", e.Offset, sum, crc.Unmask(stored))
	}
	at, err := sec.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	if left := e.Size - at + int64(br.Buffered()); left != total {
		return nil, corruptf("the elements have %d bytes together, %d are left for them", total, left)
	}
	var data strings.Builder
	data.Grow(int(total))
	rest := &sumReader{r: br, sum: crc.Update(sum, lengthSum[:])}
	if _, err := io.Copy(&data, rest); err != nil {
		return nil, err
	}
	if crc.Mask(rest.sum) != e.CRC {
		return nil, badSum(e, rest.sum)
	}
	values := make([]string, n)
	for i, rest := 0, data.String(); i < len(values); i++ {
		values[i], rest = rest[:lengths[i]], rest[lengths[i]:]
	}
	return values, nil
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
