package table

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/tfsave/tfsave/internal/bundle/crc"
)

// A Writer writes a table to a stream, one block at a time.
type Writer struct {
	w      io.Writer
	offset int64

	data, index blockBuilder

	started bool
	lastKey string

	// A block's index entry waits for the first key of the next block, which
	// allows a shorter index key.
	pending       bool
	pendingHandle handle

	err error
}

// NewWriter starts a table on w.
func NewWriter(w io.Writer) *Writer {
	return &Writer{
		w:     w,
		data:  blockBuilder{restartInterval: dataRestartInterval},
		index: blockBuilder{restartInterval: indexRestartInterval},
	}
}

// Add appends an entry. Each key must be greater than the key before, bytewise:
// readers search by halving. The first error is kept and given by every later call.
func (w *Writer) Add(key string, value []byte) error {
	if w.err != nil {
		return w.err
	}
	if w.started && key <= w.lastKey {
		w.err = fmt.Errorf("table key %q is not greater than the key before it, %q", key, w.lastKey)
		return w.err
	}
	if w.pending {
		w.addIndexEntry(separator(w.lastKey, key))
	}
	w.data.add(key, value)
	w.started, w.lastKey = true, key
	if w.data.size() >= blockSize {
		w.flush()
	}
	return w.err
}

// Close writes what is left: the last block, the metaindex, the index and the
// footer. It does not close the underlying stream.
func (w *Writer) Close() error {
	if len(w.data.buf) > 0 {
		w.flush()
	}
	meta := w.writeBlock((&blockBuilder{}).finish())
	if w.pending {
		w.addIndexEntry(successor(w.lastKey))
	}
	index := w.writeBlock(w.index.finish())

	footer := make([]byte, 0, footerLen)
	footer = index.append(meta.append(footer))
	footer = footer[:2*maxHandleLen]
	footer = binary.LittleEndian.AppendUint64(footer, magic)
	w.write(footer)
	return w.err
}

func (w *Writer) flush() {
	w.pendingHandle = w.writeBlock(w.data.finish())
	w.pending = true
	w.data.reset()
}

func (w *Writer) addIndexEntry(key string) {
	w.index.add(key, w.pendingHandle.append(nil))
	w.pending = false
}

// writeBlock writes contents and trailer; contents may be appended to.
func (w *Writer) writeBlock(contents []byte) handle {
	h := handle{w.offset, int64(len(contents))}
	b := append(contents, compressionNone)
	b = binary.LittleEndian.AppendUint32(b, crc.Mask(crc.Update(0, b)))
	w.write(b)
	return h
}

func (w *Writer) write(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.w.Write(b)
	w.offset += int64(n)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	w.err = err
}

// separator is a short key that is at least a and less than b, for a < b.
// It changes a only at the first byte that differs, and only where there is
// room between the two (tensorflow/tsl/lib/io, BytewiseComparator, as in LevelDB).
func separator(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n < len(a) && n < len(b) && a[n] < 0xff && a[n]+1 < b[n] {
		return a[:n] + string([]byte{a[n] + 1})
	}
	return a
}

// successor is a short key that is at least a.
func successor(a string) string {
	for i := range len(a) {
		if a[i] != 0xff {
			return a[:i] + string([]byte{a[i] + 1})
		}
	}
	return a
}
