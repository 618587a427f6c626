package table

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/tfsave/tfsave/internal/bundle/crc"
)

// A Reader reads a table. It keeps only the index in memory, and is safe for
// use by several goroutines.
type Reader struct {
	r         io.ReaderAt
	size      int64
	metaindex handle
	index     handle
	blocks    []indexEntry
	dirty     bool // the footer has more than handles and zeros
}

type indexEntry struct {
	key string // at least every key in the block, less than those of the next
	handle
}

// NewReader reads footer, metaindex and index of the table of size bytes behind r.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	t := &Reader{r: r, size: size}
	if size < footerLen {
		return nil, corruptf(0, "file of %d bytes is too short for a table, which has a footer of %d", size, footerLen)
	}
	footerOffset := size - footerLen
	footer := make([]byte, footerLen)
	if err := t.readAt(footer, footerOffset); err != nil {
		return nil, err
	}
	if m := binary.LittleEndian.Uint64(footer[2*maxHandleLen:]); m != magic {
		return nil, corruptf(size-magicLen, "not a table: magic number is %#x, want %#x", m, uint64(magic))
	}
	var n, m int
	if t.metaindex, n = parseHandle(footer[:2*maxHandleLen], footerOffset); n == 0 {
		return nil, corruptf(footerOffset, "footer: metaindex handle points outside the file")
	}
	if t.index, m = parseHandle(footer[n:2*maxHandleLen], footerOffset); m == 0 {
		return nil, corruptf(footerOffset, "footer: index handle points outside the file")
	}
	clean := t.index.append(t.metaindex.append(make([]byte, 0, footerLen)))
	t.dirty = !bytes.Equal(footer[:2*maxHandleLen], clean[:2*maxHandleLen])
	if _, err := t.readBlock(t.metaindex); err != nil {
		return nil, fmt.Errorf("metaindex: %w", err)
	}
	if err := t.readIndex(); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return t, nil
}

func (t *Reader) readIndex() error {
	b, err := t.readBlock(t.index)
	if err != nil {
		return err
	}
	end := int64(0)
	for e, err := range b.entries() {
		if err != nil {
			return err
		}
		h, n := parseHandle(e.Value, t.size-footerLen)
		if n == 0 || n != len(e.Value) {
			return corruptf(t.index.offset, "handle of block %d points outside the file", len(t.blocks))
		}
		// Each byte is read once at most, whatever the index says.
		if h.offset < end {
			return corruptf(t.index.offset, "block %d starts at %d, within or before the block that ends at %d", len(t.blocks), h.offset, end)
		}
		end = h.end()
		t.blocks = append(t.blocks, indexEntry{e.Key, h})
	}
	return nil
}

// All iterates over the entries in order of their keys. An error stands for a
// block that is damaged, or the rest of one; the iteration then goes on with
// the next block, so that a check finds every fault. A reader that wants all
// or nothing stops at the first error.
func (t *Reader) All() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for i, ie := range t.blocks {
			if !t.yieldBlock(i, ie, yield) {
				return
			}
		}
	}
}

func (t *Reader) yieldBlock(i int, ie indexEntry, yield func(Entry, error) bool) bool {
	fail := func(err error) bool { return yield(Entry{}, fmt.Errorf("data block %d: %w", i, err)) }
	b, err := t.readBlock(ie.handle)
	if err != nil {
		return fail(err)
	}
	for e, err := range b.entries() {
		switch {
		case err != nil:
			return fail(err)
		case i > 0 && e.Key <= t.blocks[i-1].key:
			return fail(corruptf(ie.offset, "key %q is not greater than the index key of the block before, %q", e.Key, t.blocks[i-1].key))
		case e.Key > ie.key:
			return fail(corruptf(ie.offset, "key %q is greater than the block's index key, %q", e.Key, ie.key))
		}
		if !yield(e, nil) {
			return false
		}
	}
	return true
}

// Strays lists what no reader looks at and no checksum covers: bytes that
// belong to no block, and footer padding other than zeros. There is none in
// a table that a Writer wrote.
func (t *Reader) Strays() []string {
	handles := []handle{t.metaindex, t.index}
	for _, b := range t.blocks {
		handles = append(handles, b.handle)
	}
	slices.SortFunc(handles, func(a, b handle) int { return cmp.Compare(a.offset, b.offset) })
	handles = append(handles, handle{offset: t.size - footerLen})

	var strays []string
	end := int64(0)
	for _, h := range handles {
		if h.offset > end {
			strays = append(strays, fmt.Sprintf("%d bytes at %d belong to no block", h.offset-end, end))
		}
		end = max(end, h.end())
	}
	if t.dirty {
		strays = append(strays, fmt.Sprintf("the footer at %d is padded with other bytes than zeros", t.size-footerLen))
	}
	return strays
}

// readBlock reads the block at h, checks its checksum and decompresses it.
func (t *Reader) readBlock(h handle) (block, error) {
	buf := make([]byte, h.length+trailerLen) // within the file, see parseHandle
	if err := t.readAt(buf, h.offset); err != nil {
		return block{}, err
	}
	checked := buf[:h.length+1]
	stored := crc.Unmask(binary.LittleEndian.Uint32(buf[len(checked):]))
	if sum := crc.Update(0, checked); sum != stored {
		return block{}, corruptf(h.offset, "block of %d bytes has checksum %#08x, its trailer says %#08x", h.length, sum, stored)
	}
	contents := buf[:h.length]
	switch c := buf[h.length]; c {
	case compressionNone:
	case compressionSnappy:
		var err error
		if contents, err = decodeSnappy(contents); err != nil {
			return block{}, corruptf(h.offset, "%v", err)
		}
	default:
		return block{}, corruptf(h.offset, "block has compression type %d, want 0 (none) or 1 (snappy)", c)
	}
	return parseBlock(h.offset, contents)
}

func (t *Reader) readAt(b []byte, offset int64) error {
	n, err := t.r.ReadAt(b, offset)
	if n == len(b) {
		return nil
	}
	return fmt.Errorf("reading %d bytes at %d: %w", len(b), offset, err)
}
