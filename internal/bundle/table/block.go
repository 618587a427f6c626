package table

import (
	"encoding/binary"
	"iter"
)

// blockBuilder gathers the entries of one block; see the package doc for the
// encoding.
type blockBuilder struct {
	restartInterval int

	buf      []byte
	restarts []byte // encoded as they will stand at the block's end
	lastKey  []byte
	since    int // entries since the last restart point
}

// add appends an entry. Keys must come in increasing order.
func (b *blockBuilder) add(key string, value []byte) {
	shared := 0
	if len(b.restarts) == 0 || b.since == b.restartInterval {
		b.restarts = binary.LittleEndian.AppendUint32(b.restarts, uint32(len(b.buf)))
		b.since = 0
	} else {
		shared = sharedPrefix(b.lastKey, key)
	}
	b.buf = binary.AppendUvarint(b.buf, uint64(shared))
	b.buf = binary.AppendUvarint(b.buf, uint64(len(key)-shared))
	b.buf = binary.AppendUvarint(b.buf, uint64(len(value)))
	b.buf = append(b.buf, key[shared:]...)
	b.buf = append(b.buf, value...)
	b.lastKey = append(b.lastKey[:shared], key[shared:]...)
	b.since++
}

// size is the length that finish will give.
func (b *blockBuilder) size() int { return len(b.buf) + len(b.restarts) + restartLen }

// finish appends the restart points and gives the contents, which are valid
// until the next add after a reset.
func (b *blockBuilder) finish() []byte {
	if len(b.restarts) == 0 { // a block without entries has one restart point too
		b.restarts = append(b.restarts, 0, 0, 0, 0)
	}
	n := len(b.restarts) / restartLen
	b.buf = append(b.buf, b.restarts...)
	b.buf = binary.LittleEndian.AppendUint32(b.buf, uint32(n))
	return b.buf
}

func (b *blockBuilder) reset() {
	b.buf, b.restarts, b.lastKey, b.since = b.buf[:0], b.restarts[:0], b.lastKey[:0], 0
}

func sharedPrefix(a []byte, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// block is the decoded form of a block's contents.
type block struct {
	offset   int64  // where the block starts in the file, for errors
	data     []byte // the entries
	restarts []byte // the encoded restart points
}

func parseBlock(offset int64, contents []byte) (block, error) {
	if len(contents) < restartLen {
		return block{}, corruptf(offset, "block of %d bytes has no room for its restart count", len(contents))
	}
	rest := contents[:len(contents)-restartLen]
	n := binary.LittleEndian.Uint32(contents[len(rest):])
	if uint64(n) > uint64(len(rest)/restartLen) {
		return block{}, corruptf(offset, "block of %d bytes claims %d restart points", len(contents), n)
	}
	end := len(rest) - int(n)*restartLen
	b := block{offset: offset, data: rest[:end], restarts: rest[end:]}
	if n == 0 && end > 0 {
		return block{}, corruptf(offset, "block with %d bytes of entries has no restart point", end)
	}
	if n > 0 && binary.LittleEndian.Uint32(b.restarts) != 0 {
		return block{}, corruptf(offset, "first restart point is not the first entry")
	}
	return b, nil
}

// entries iterates over the block. It checks what a binary search relies on:
// keys strictly increase, and every restart point is an entry with a whole key.
func (b block) entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		var key []byte
		keyBytes, nextRestart := 0, 0
		for pos := 0; pos < len(b.data); {
			start := pos
			fail := func(format string, args ...any) {
				args = append([]any{start}, args...)
				yield(Entry{}, corruptf(b.offset, "block entry at +%d: "+format, args...))
			}
			var lens [3]int // shared, unshared, value
			for i := range lens {
				v, n := binary.Uvarint(b.data[pos:])
				if n <= 0 || v > uint64(len(b.data)) && i > 0 || v > uint64(len(key)) && i == 0 {
					fail("%s is no length that fits the block", [...]string{"shared key length", "key length", "value length"}[i])
					return
				}
				lens[i], pos = int(v), pos+n
			}
			shared, unshared, valueLen := lens[0], lens[1], lens[2]
			if left := len(b.data) - pos; unshared > left || valueLen > left-unshared {
				fail("key and value of %d+%d bytes, the block has %d left", unshared, valueLen, left)
				return
			}
			if nextRestart < len(b.restarts) && int(binary.LittleEndian.Uint32(b.restarts[nextRestart:])) == start {
				if shared != 0 {
					fail("restart point shares %d bytes of the key before", shared)
					return
				}
				nextRestart += restartLen
			}
			suffix := b.data[pos : pos+unshared]
			// The shared prefix is equal, so the rest decides the order.
			if start > 0 && string(suffix) <= string(key[shared:]) {
				fail("key is not greater than the key before")
				return
			}
			key = append(key[:shared], suffix...)
			pos += unshared
			// Prefix sharing must not turn a small file into gigabytes of keys.
			if keyBytes += len(key); keyBytes > maxKeyExpansion*len(b.data) {
				fail("keys take more than %d times the block's size", maxKeyExpansion)
				return
			}
			value := b.data[pos : pos+valueLen : pos+valueLen]
			pos += valueLen
			if !yield(Entry{Key: string(key), Value: value}, nil) {
				return
			}
		}
		if nextRestart != len(b.restarts) && len(b.data) > 0 {
			yield(Entry{}, corruptf(b.offset, "restart point %d of the block is not the start of an entry", nextRestart/restartLen))
		}
	}
}
