// Package table reads and writes the sorted string table that a checkpoint's
// .index file is: LevelDB's table format with TensorFlow's settings
// (tensorflow/tsl/lib/io/table_*.cc; bytes observed with TF 2.21). It knows
// keys and values, and nothing of tensors.
//
// # Layout
//
//	data block 0      trailer
//	data block 1      trailer
//	…
//	metaindex block   trailer     always empty
//	index block       trailer     one entry a data block
//	footer                        48 bytes
//
// A block holds entries, the restart points, and their number:
//
//	entry:   shared, unshared, value length   three varints
//	         key[shared:]                     unshared bytes
//	         value                            value length bytes
//	…
//	restart point                             uint32 offset of an entry in the block
//	…
//	number of restart points                  uint32
//
// Keys increase strictly, bytewise. A key leaves out the bytes that it shares
// with the key before, except at a restart point; readers search the restart
// points first. There is one every 16 entries in data blocks, at every entry in
// the index block. A block is full once it has reached 256 KiB.
//
// The trailer is the type of compression (0 none, 1 snappy; we write none, as
// TensorFlow does) and the masked CRC-32C of contents and type, uint32.
//
// The index block's key for a data block is at least the last key in the
// block and less than the first key of the next; as short as can be. Its value is the
// block's handle: varint offset and varint length, without the trailer. All
// fixed-size integers are little-endian.
//
// The footer is the handle of the metaindex block, the handle of the index
// block, zeros up to 40 bytes, and the magic number.
//
// # Example
//
// The table of "" → 08, "w/a" → 01 02, "w/b" → 03:
//
//	00: 00 00 01 08                   entry: shares 0, key of 0, value of 1: "" → 08
//	04: 00 03 02 77 2f 61 01 02       "w/a" → 01 02
//	0c: 02 01 01 62 03                shares "w/": "w/b" → 03
//	11: 00 00 00 00 01 00 00 00       restart points: one, at 0
//	19: 00 12 13 77 b6                trailer: not compressed, checksum
//	1e: 00 00 00 00 01 00 00 00       metaindex block: no entry, one restart point
//	26: 00 c0 f2 a1 b0                its trailer
//	2b: 00 01 02 78 00 19             index: up to "x", the block at 0 of 0x19 bytes
//	31: 00 00 00 00 01 00 00 00
//	39: 00 4c 29 a2 b1
//	3e: 1e 08                         footer: metaindex at 0x1e of 8 bytes,
//	40: 2b 0e                         index at 0x2b of 14 bytes,
//	42: 00 … 00                       36 bytes of padding,
//	66: 57 fb 80 8b 24 75 47 db       magic number
package table

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// TensorFlow's settings (tensorflow/tsl/lib/io/table_options.h and
// BundleWriter::Finish).
const (
	blockSize            = 256 << 10
	dataRestartInterval  = 16
	indexRestartInterval = 1
)

const (
	restartLen   = 4
	trailerLen   = 1 + 4
	maxHandleLen = 2 * binary.MaxVarintLen64
	magicLen     = 8
	footerLen    = 2*maxHandleLen + magicLen

	magic = 0xdb4775248b80fb57

	compressionNone   = 0
	compressionSnappy = 1
)

// maxKeyExpansion bounds the bytes of all keys of a block by the block's size.
// Sixteen entries share one key in what TensorFlow writes.
const maxKeyExpansion = 64

// ErrCorrupt marks the errors that say a file is damaged, as against a file
// that could not be read.
var ErrCorrupt = errors.New("corrupt")

func corruptf(offset int64, format string, args ...any) error {
	return fmt.Errorf("%w at byte %d: %s", ErrCorrupt, offset, fmt.Sprintf(format, args...))
}

// An Entry is a key and its value.
type Entry struct {
	Key string
	// Value points into the block that holds it: copy what is kept, and do not
	// write to it.
	Value []byte
}

// A handle says where a block's contents are; the trailer follows them.
type handle struct{ offset, length int64 }

func (h handle) end() int64 { return h.offset + h.length + trailerLen }

func (h handle) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(h.offset))
	return binary.AppendUvarint(b, uint64(h.length))
}

// parseHandle decodes the handle at the start of b, of a block that with its
// trailer ends at limit or before. It gives the number of bytes read, 0 where
// there is no such handle.
func parseHandle(b []byte, limit int64) (handle, int) {
	offset, n := binary.Uvarint(b)
	if n <= 0 {
		return handle{}, 0
	}
	length, m := binary.Uvarint(b[n:])
	if m <= 0 {
		return handle{}, 0
	}
	room := uint64(limit - trailerLen) // callers have limit ≥ trailerLen
	if limit < trailerLen || offset > room || length > room-offset {
		return handle{}, 0
	}
	return handle{int64(offset), int64(length)}, n + m
}
