package brotli

// maxLength is the longest code of a symbol.
const maxLength = 15

// fastBits are the bits that one look at a table decodes.
const fastBits = 8

// prefixCode decodes symbols: short codes by a table, longer ones bit by bit.
type prefixCode struct {
	fast    [1 << fastBits]uint16 // symbol<<4 | length; 0 where the code is longer
	only    int                   // the symbol of a code of no bits, -1 where there are more
	count   [maxLength + 1]uint16 // codes of each length
	symbols []uint16              // in the order of their codes
}

// newPrefixCode makes the canonical code of lengths, which must be complete: nil
// where they are not. A single symbol, of any length, has a code of no bits.
func newPrefixCode(lengths []byte) *prefixCode {
	c := &prefixCode{only: -1}
	used, last, space := 0, 0, 1<<maxLength
	for s, n := range lengths {
		if n > 0 {
			c.count[n]++
			used, last = used+1, s
			space -= 1 << maxLength >> n
		}
	}
	switch {
	case used == 1:
		c.only = last
		return c
	case space != 0:
		return nil
	}
	var offset, code [maxLength + 1]uint16
	for n := 1; n < maxLength; n++ {
		offset[n+1] = offset[n] + c.count[n]
		code[n+1] = (code[n] + c.count[n]) << 1
	}
	c.symbols = make([]uint16, used)
	for s, n := range lengths {
		if n == 0 {
			continue
		}
		c.symbols[offset[n]] = uint16(s)
		offset[n]++
		if n <= fastBits {
			// Codes begin with their highest bit, which is the lowest of what is read.
			for at := reverse(code[n], uint(n)); at < 1<<fastBits; at += 1 << n {
				c.fast[at] = uint16(s)<<4 | uint16(n)
			}
		}
		code[n]++
	}
	return c
}

func reverse(code uint16, n uint) int {
	out := 0
	for range n {
		out = out<<1 | int(code&1)
		code >>= 1
	}
	return out
}

// symbol decodes one symbol.
func (r *bitReader) symbol(c *prefixCode) int {
	if c.only >= 0 {
		return c.only
	}
	if r.n < maxLength {
		r.fill()
	}
	if e := c.fast[r.bits&(1<<fastBits-1)]; e != 0 {
		r.skip(uint(e & 15))
		return int(e >> 4)
	}
	code, first, index := 0, 0, 0
	for n := 1; n <= maxLength; n++ {
		code |= int(r.bits >> (n - 1) & 1)
		count := int(c.count[n])
		if code < first+count {
			r.skip(uint(n))
			return int(c.symbols[index+code-first])
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	r.over = true // of a complete code only behind the end
	return 0
}

// lengthOrder is the order in which the lengths of the code of lengths stand.
var lengthOrder = [...]uint8{1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// readPrefixCode reads the code of an alphabet (RFC 7932, 3.4 and 3.5); nil
// where there is none.
func (r *bitReader) readPrefixCode(alphabet int) *prefixCode {
	lengths := make([]byte, alphabet)
	skip := r.read(2)
	if skip == 1 {
		return r.readSimple(lengths)
	}
	of := r.readLengthCode(skip)
	if of == nil {
		return nil
	}
	const space = 1 << maxLength
	repeat, repeated := 0, byte(0)
	last := byte(8)
	left, at := space, 0
	for at < alphabet && left > 0 && !r.over {
		s := r.symbol(of)
		if s < 16 {
			lengths[at] = byte(s)
			at++
			repeat = 0
			if s > 0 {
				last = byte(s)
				left -= space >> s
			}
			continue
		}
		// Codes of the same kind in a row make one number.
		bits, value := uint(2), last
		if s == 17 {
			bits, value = 3, 0
		}
		if repeated != value {
			repeat, repeated = 0, value
		}
		before := repeat
		if repeat > 0 {
			repeat = (repeat - 2) << bits
		}
		repeat += r.read(bits) + 3
		n := repeat - before
		if at+n > alphabet {
			return nil
		}
		for range n {
			lengths[at] = value
			at++
		}
		if value > 0 {
			left -= n * (space >> value)
		}
	}
	if left != 0 || r.over {
		return nil
	}
	return newPrefixCode(lengths)
}

// readLengthCode reads the code that the lengths of a code are written in.
func (r *bitReader) readLengthCode(skip int) *prefixCode {
	const space = 32
	lengths := make([]byte, len(lengthOrder))
	left, used := space, 0
	for _, s := range lengthOrder[skip:] {
		if left <= 0 {
			break
		}
		if r.n < 4 {
			r.fill()
		}
		v := r.bits & 15
		var n uint
		var value byte
		switch {
		case v&3 == 0:
			n, value = 2, 0
		case v&3 == 1:
			n, value = 2, 4
		case v&3 == 2:
			n, value = 2, 3
		case v&7 == 3:
			n, value = 3, 2
		case v == 7:
			n, value = 4, 1
		default:
			n, value = 4, 5
		}
		r.skip(n)
		lengths[s] = value
		if value > 0 {
			left -= space >> value
			used++
		}
	}
	if r.over || left != 0 && used != 1 {
		return nil
	}
	return newPrefixCode(lengths)
}

// readSimple reads a code of one to four symbols.
func (r *bitReader) readSimple(lengths []byte) *prefixCode {
	width := uint(0)
	for len(lengths)-1 > 1<<width-1 {
		width++
	}
	n := r.read(2) + 1
	var symbols [4]int
	for i := range n {
		symbols[i] = r.read(width)
		if symbols[i] >= len(lengths) || lengths[symbols[i]] != 0 {
			return nil
		}
		lengths[symbols[i]] = 1 // for now, to find doubles
	}
	shape := [...][4]byte{{1}, {1, 1}, {1, 2, 2}, {2, 2, 2, 2}}[n-1]
	if n == 4 && r.read(1) == 1 {
		shape = [4]byte{1, 2, 3, 3}
	}
	for i := range n {
		lengths[symbols[i]] = shape[i]
	}
	if r.over {
		return nil
	}
	return newPrefixCode(lengths)
}
