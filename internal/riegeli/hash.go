package riegeli

import (
	"encoding/binary"
	"math/bits"
)

// hashKey is the key that the format hashes with: "Riegeli/" and "records\n",
// twice.
var hashKey = [4]uint64{0x2f696c6567656952, 0x0a7364726f636572, 0x2f696c6567656952, 0x0a7364726f636572}

// hasher is the state of HighwayHash
// (github.com/google/highwayhash, highwayhash/hh_portable.h).
type hasher struct{ v0, v1, mul0, mul1 [4]uint64 }

// hash is the 64-bit HighwayHash of some bytes.
func hash(b []byte) uint64 {
	h := &hasher{
		mul0: [4]uint64{0xdbe6d5d5fe4cce2f, 0xa4093822299f31d0, 0x13198a2e03707344, 0x243f6a8885a308d3},
		mul1: [4]uint64{0x3bd39e10cb0ef593, 0xc0acf169b5f18a8c, 0xbe5466cf34e90c6c, 0x452821e638d01377},
	}
	for i, k := range hashKey {
		h.v0[i] = h.mul0[i] ^ k
		h.v1[i] = h.mul1[i] ^ bits.RotateLeft64(k, 32)
	}
	for ; len(b) >= 32; b = b[32:] {
		h.update(lanes(b))
	}
	if len(b) > 0 {
		h.remainder(b)
	}
	for range 4 {
		v := h.v0
		for i := range v {
			v[i] = bits.RotateLeft64(h.v0[(i+2)%4], 32)
		}
		h.update(v)
	}
	return h.v0[0] + h.v1[0] + h.mul0[0] + h.mul1[0]
}

func lanes(b []byte) (out [4]uint64) {
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return out
}

func (h *hasher) update(lanes [4]uint64) {
	for i, x := range lanes {
		h.v1[i] += h.mul0[i] + x
		h.mul0[i] ^= h.v1[i] & 0xffffffff * (h.v0[i] >> 32)
		h.v0[i] += h.mul1[i]
		h.mul1[i] ^= h.v0[i] & 0xffffffff * (h.v1[i] >> 32)
	}
	for i := 0; i < 4; i += 2 {
		mix(h.v1[i], h.v1[i+1], &h.v0[i], &h.v0[i+1])
	}
	for i := 0; i < 4; i += 2 {
		mix(h.v0[i], h.v0[i+1], &h.v1[i], &h.v1[i+1])
	}
}

// mix adds the bytes of two numbers, in another order, to two others.
func mix(low, high uint64, toLow, toHigh *uint64) {
	var in, out [16]byte
	binary.LittleEndian.PutUint64(in[:], low)
	binary.LittleEndian.PutUint64(in[8:], high)
	for i, from := range [16]uint8{3, 12, 2, 5, 14, 1, 15, 0, 11, 4, 10, 13, 9, 6, 8, 7} {
		out[i] = in[from]
	}
	*toLow += binary.LittleEndian.Uint64(out[:])
	*toHigh += binary.LittleEndian.Uint64(out[8:])
}

// remainder hashes the last bytes, fewer than 32.
func (h *hasher) remainder(b []byte) {
	n := len(b)
	for i := range h.v0 {
		h.v0[i] += uint64(n)<<32 + uint64(n)
		lo, hi := bits.RotateLeft32(uint32(h.v1[i]), n), bits.RotateLeft32(uint32(h.v1[i]>>32), n)
		h.v1[i] = uint64(hi)<<32 | uint64(lo)
	}
	var packet [32]byte
	whole := n &^ 3
	copy(packet[:], b[:whole])
	rest := b[whole:]
	switch {
	case n&16 != 0:
		copy(packet[28:], b[n-4:])
	case len(rest) > 0:
		packet[16] = rest[0]
		packet[17] = rest[len(rest)/2]
		packet[18] = rest[len(rest)-1]
	}
	h.update(lanes(packet[:]))
}
