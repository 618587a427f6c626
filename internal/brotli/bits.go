package brotli

// bitReader reads bits, the lowest of each byte first.
type bitReader struct {
	src  []byte
	at   int    // next byte of src
	bits uint64 // read ahead, the next bit lowest
	n    uint   // how many
	over bool   // more bits were taken than there are
}

// fill reads ahead 56 bits or more; behind the end there are zeros.
func (r *bitReader) fill() {
	for r.n <= 56 && r.at < len(r.src) {
		r.bits |= uint64(r.src[r.at]) << r.n
		r.at++
		r.n += 8
	}
}

// read takes up to 32 bits.
func (r *bitReader) read(n uint) int {
	if r.n < n {
		r.fill()
	}
	v := r.bits & (1<<n - 1)
	r.skip(n)
	return int(v)
}

func (r *bitReader) skip(n uint) {
	if r.n < n {
		r.over = true
		r.bits, r.n = 0, 0
		return
	}
	r.bits >>= n
	r.n -= n
}

// align goes to the next byte; the bits before it must be zero.
func (r *bitReader) align() bool { return r.read(r.n%8) == 0 }

// bytes takes whole bytes, from a place that is aligned. It gives fewer where
// there are no more.
func (r *bitReader) bytes(n int) []byte {
	r.at -= int(r.n / 8)
	r.bits, r.n = 0, 0
	b := r.src[r.at:min(r.at+n, len(r.src))]
	r.at += len(b)
	r.over = r.over || len(b) < n
	return b
}
