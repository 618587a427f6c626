package hdf5

import (
	"encoding/binary"
	"errors"
)

var errShort = errors.New("a structure ends too early")

// cursor takes little-endian numbers from the front of a block; behind its
// end there are zeros, and err is set.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) take(n int) []byte {
	if n > len(c.b) {
		c.b, c.err = nil, errShort
		return make([]byte, min(n, 8))
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) skip(n int)  { c.take(n) }
func (c *cursor) u8() uint8   { return c.take(1)[0] }
func (c *cursor) u16() uint16 { return binary.LittleEndian.Uint16(c.take(2)) }
func (c *cursor) u32() uint32 { return binary.LittleEndian.Uint32(c.take(4)) }
func (c *cursor) u64() uint64 { return binary.LittleEndian.Uint64(c.take(8)) }

// padded is n filled up to a multiple of 8.
func padded(n int) int { return (n + 7) &^ 7 }
