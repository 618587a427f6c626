// Package riegeli reads files of records in the Riegeli format
// (github.com/google/riegeli, doc/riegeli_records_file_format.md): what a writer
// makes unless it is told to compress by other means than Brotli, or to
// transpose its records.
//
// A file may be hostile: every hash is checked, and no more is decoded than the
// caller allows.
package riegeli

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/tfsave/tfsave/internal/brotli"
)

// ErrCorrupt is the error of a file that is damaged, or none of the format.
var ErrCorrupt = errors.New("not a whole Riegeli file")

// ErrTooLarge is the error of records that take more than is allowed.
var ErrTooLarge = errors.New("its records are larger than allowed")

const (
	blockSize       = 1 << 16
	blockHeaderSize = 24
	usableSize      = blockSize - blockHeaderSize
	chunkHeaderSize = 40
)

// Types of chunks.
const (
	typeSignature  = 's'
	typeMetadata   = 'm'
	typePadding    = 'p'
	typeSimple     = 'r'
	typeTransposed = 't'
)

// Compressions of a chunk.
const (
	notCompressed = 0
	byBrotli      = 'b'
)

// Record is a record with the number that stands for its position: that of its
// chunk in the file, and which of the chunk it is.
type Record struct {
	Position uint64
	Data     []byte
}

// Reader reads a file from its beginning.
type Reader struct {
	file io.ReaderAt
	size int64
	left int64 // that may still be decoded
	at   int64
}

// NewReader reads a file of so many bytes, and gives at most limit bytes of
// records.
func NewReader(file io.ReaderAt, size, limit int64) *Reader {
	return &Reader{file: file, size: size, left: limit}
}

// Chunk gives the records of the next chunk that has any; io.EOF at the end of
// the file.
func (r *Reader) Chunk() ([]Record, error) {
	for r.at < r.size {
		begin := r.at
		records, err := r.chunk()
		if err != nil {
			return nil, fmt.Errorf("chunk at byte %d: %w", begin, err)
		}
		if len(records) > 0 {
			return records, nil
		}
	}
	return nil, io.EOF
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

type chunkHeader struct {
	dataSize    uint64
	dataHash    uint64
	kind        byte
	records     uint64
	decodedSize uint64
}

func (r *Reader) chunk() ([]Record, error) {
	s := &span{Reader: r, begin: r.at, at: r.at}
	raw, err := s.read(chunkHeaderSize)
	if err != nil {
		return nil, err
	}
	if hash(raw[8:]) != binary.LittleEndian.Uint64(raw) {
		return nil, corrupt("the hash of its header is wrong")
	}
	h := chunkHeader{
		dataSize: binary.LittleEndian.Uint64(raw[8:]), dataHash: binary.LittleEndian.Uint64(raw[16:]),
		kind: raw[24], records: binary.LittleEndian.Uint64(raw[24:]) >> 8, decodedSize: binary.LittleEndian.Uint64(raw[32:]),
	}
	remaining := uint64(r.size - r.at)
	if h.dataSize > remaining || h.records > remaining {
		return nil, corrupt("%d bytes and %d records, %d bytes before the end of the file", h.dataSize, h.records, remaining)
	}
	if r.at == 0 && h.kind != typeSignature {
		return nil, corrupt("it does not begin with a signature")
	}
	data, err := s.read(int(h.dataSize))
	if err != nil {
		return nil, err
	}
	if hash(data) != h.dataHash {
		return nil, corrupt("the hash of its data is wrong")
	}
	end := max(s.at, toBoundary(r.at+int64(h.records)))
	if err := s.check(end); err != nil {
		return nil, err
	}
	begin := uint64(r.at)
	r.at = end
	switch h.kind {
	case typeSignature, typePadding, typeMetadata:
		if h.records > 0 {
			return nil, corrupt("a chunk of type %q with %d records", h.kind, h.records)
		}
		return nil, nil
	case typeSimple:
		return r.simple(begin, h, data)
	case typeTransposed:
		return nil, errors.New("its records are transposed, which is not read")
	}
	return nil, corrupt("a chunk of type %q", h.kind)
}

// toBoundary rounds up to where a chunk can begin: neither within a block's
// header nor right behind it.
func toBoundary(at int64) int64 {
	remaining := (blockSize - at%blockSize) % blockSize
	return at + max(0, remaining-(usableSize-1))
}

// span reads a chunk, around the headers of the blocks that it is in.
type span struct {
	*Reader
	begin, at int64
	headers   []blockHeader
}

// blockHeader is what a header within the chunk says of it.
type blockHeader struct {
	at             int64
	previous, next uint64
}

// read reads the next n bytes.
func (s *span) read(n int) ([]byte, error) {
	if int64(n) > s.size-s.at {
		return nil, corrupt("the file ends in it")
	}
	out := make([]byte, 0, n)
	for len(out) < n {
		if s.at%blockSize == 0 {
			if err := s.blockHeader(); err != nil {
				return nil, err
			}
		}
		part := min(int64(n-len(out)), blockSize-s.at%blockSize)
		to := len(out)
		out = out[:to+int(part)]
		if err := s.readAt(out[to:], s.at); err != nil {
			return nil, err
		}
		s.at += part
	}
	return out, nil
}

func (s *span) readAt(b []byte, at int64) error {
	switch _, err := s.file.ReadAt(b, at); {
	case at+int64(len(b)) > s.size:
		return corrupt("the file ends in it")
	case err == io.EOF && at+int64(len(b)) == s.size:
		return nil
	default:
		return err
	}
}

func (s *span) blockHeader() error {
	var b [blockHeaderSize]byte
	if err := s.readAt(b[:], s.at); err != nil {
		return err
	}
	if hash(b[8:]) != binary.LittleEndian.Uint64(b[:]) {
		return corrupt("the hash of the block at byte %d is wrong", s.at)
	}
	s.headers = append(s.headers, blockHeader{s.at, binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])})
	s.at += blockHeaderSize
	return nil
}

// check holds the headers of blocks against where the chunk was found to end.
func (s *span) check(end int64) error {
	if end > s.size {
		return corrupt("the file ends in it")
	}
	for _, h := range s.headers {
		if h.previous != uint64(h.at-s.begin) || h.next != uint64(end-h.at) {
			return corrupt("the block at byte %d is not of it", h.at)
		}
	}
	return nil
}

// simple decodes a chunk of sizes and values.
func (r *Reader) simple(begin uint64, h chunkHeader, data []byte) ([]Record, error) {
	if len(data) == 0 {
		return nil, corrupt("it has no data")
	}
	compression := data[0]
	sizesLength, n := binary.Uvarint(data[1:])
	if n <= 0 || sizesLength > uint64(len(data)-1-n) {
		return nil, corrupt("the sizes of its records are not there")
	}
	data = data[1+n:]
	sizes, err := r.decompress(compression, data[:sizesLength])
	if err != nil {
		return nil, fmt.Errorf("sizes: %w", err)
	}
	values, err := r.decompress(compression, data[sizesLength:])
	if err != nil {
		return nil, err
	}
	if uint64(len(values)) != h.decodedSize || h.records > uint64(len(sizes)) {
		return nil, corrupt("%d bytes of records and %d of sizes, its header says %d bytes and %d records", len(values), len(sizes), h.decodedSize, h.records)
	}
	records := make([]Record, 0, h.records)
	for i := range h.records {
		size, n := binary.Uvarint(sizes)
		if n <= 0 || size > uint64(len(values)) {
			return nil, corrupt("record %d is longer than the chunk", i)
		}
		records = append(records, Record{begin + i, values[:size:size]})
		sizes, values = sizes[n:], values[size:]
	}
	if len(sizes) > 0 || len(values) > 0 {
		return nil, corrupt("it holds more than its records")
	}
	return records, nil
}

// decompress gives a part of a chunk, which has its size in front where it is
// compressed.
func (r *Reader) decompress(compression byte, data []byte) ([]byte, error) {
	if compression == notCompressed {
		return data, r.spend(uint64(len(data)))
	}
	size, n := binary.Uvarint(data)
	if n <= 0 {
		return nil, corrupt("the size of what is compressed is not there")
	}
	if compression != byBrotli {
		return nil, fmt.Errorf("it is compressed by method %q, of which only Brotli is read", compression)
	}
	if err := r.spend(size); err != nil {
		return nil, err
	}
	out, err := brotli.Decode(data[n:], int(size))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return out, nil
}

func (r *Reader) spend(n uint64) error {
	if r.left < 0 || n > uint64(r.left) {
		return ErrTooLarge
	}
	r.left -= int64(n)
	return nil
}
