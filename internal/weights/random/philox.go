// Package random generates the numbers of initializers. They are the same on
// every machine and in every release: number i of a stream depends on the
// seed and on i alone, and all arithmetic is spelled out.
//
// Go may fuse a product and a sum into one instruction that rounds once, on
// some architectures; an explicit conversion float64(x*y) forbids it (Go
// specification, "Floating-point operators"). The logarithm is our own,
// because math.Log is assembly on some architectures and fusable Go on
// others. Addition, multiplication, division and square root are exactly
// rounded everywhere.
package random

import "math/bits"

// Stream is an endless sequence of random bits, by Philox4x32-10 (Salmon et
// al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), the generator
// of TensorFlow's own random ops. The seed is the key; the counter's low half
// is the number of the block, its high half is zero.
type Stream struct {
	seed  uint64
	block uint64    // the number of the block in words
	words [2]uint64 // the block; valid if ready
	ready bool
}

// New gives the stream of a seed.
func New(seed uint64) *Stream { return &Stream{seed: seed} }

// Uint64 is number i of the stream.
func (s *Stream) Uint64(i uint64) uint64 {
	if b := i / 2; !s.ready || s.block != b {
		w := philox([4]uint32{uint32(b), uint32(b >> 32), 0, 0}, [2]uint32{uint32(s.seed), uint32(s.seed >> 32)})
		s.words = [2]uint64{uint64(w[0]) | uint64(w[1])<<32, uint64(w[2]) | uint64(w[3])<<32}
		s.block, s.ready = b, true
	}
	return s.words[i%2]
}

// The constants of the paper, section 4.3.
const (
	philoxM0 = 0xD2511F53
	philoxM1 = 0xCD9E8D57
	philoxW0 = 0x9E3779B9
	philoxW1 = 0xBB67AE85
	rounds   = 10
)

func philox(c [4]uint32, k [2]uint32) [4]uint32 {
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	k0, k1 := k[0], k[1]
	for range rounds {
		p0 := uint64(philoxM0) * uint64(c0)
		p1 := uint64(philoxM1) * uint64(c2)
		c0, c1 = uint32(p1>>32)^c1^k0, uint32(p1)
		c2, c3 = uint32(p0>>32)^c3^k1, uint32(p0)
		k0 += philoxW0
		k1 += philoxW1
	}
	return [4]uint32{c0, c1, c2, c3}
}

// Float64 is number i as a multiple of 2^-53 in [0, 1).
func (s *Stream) Float64(i uint64) float64 { return float64(s.Uint64(i)>>11) / (1 << 53) }

// open is number i in (0, 1), never one of the ends: the middles of 2^52 equal
// parts.
func (s *Stream) open(i uint64) float64 {
	return (float64(s.Uint64(i)>>12) + 0.5) / (1 << 52)
}

// Uint64n is number i in [0, n), for n above zero; its deviation from equal
// chances is below n/2^64.
func (s *Stream) Uint64n(i, n uint64) uint64 {
	hi, _ := bits.Mul64(s.Uint64(i), n)
	return hi
}

// Normal is number i of the standard normal distribution.
func (s *Stream) Normal(i uint64) float64 { return quantile(s.open(i)) }

// below2Sigma is the probability of a standard normal number below -2.
const below2Sigma = 0.022750131948179207

// TruncatedNormal is number i of the standard normal distribution without
// what lies beyond two standard deviations. TensorFlow draws such numbers
// again; here the uniform number is taken from the part that remains, which is
// the same distribution.
func (s *Stream) TruncatedNormal(i uint64) float64 {
	p := below2Sigma + float64(s.open(i)*(1-2*below2Sigma))
	return min(max(quantile(p), -2), 2)
}
