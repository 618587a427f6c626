// Package brotli decompresses data in the Brotli format, RFC 7932, in which
// Riegeli files are compressed.
//
// The data may be hostile: no more is allocated than is decompressed, and that
// is bounded by the length that the caller states.
package brotli

import (
	"errors"
	"fmt"
)

// ErrCorrupt is the error of data that is none of the format.
var ErrCorrupt = errors.New("corrupt brotli data")

// Decode decompresses what must be exactly size bytes.
func Decode(src []byte, size int) ([]byte, error) {
	d := &decoder{r: bitReader{src: src}, size: size}
	d.distances = [4]int{16, 15, 11, 4}
	if err := d.stream(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if len(d.out) != size {
		return nil, fmt.Errorf("%w: %d bytes, not %d", ErrCorrupt, len(d.out), size)
	}
	return d.out, nil
}

// The mistakes of the format.
var (
	errEnd    = errors.New("it ends early")
	errTrail  = errors.New("there is more behind the end")
	errLong   = errors.New("it is longer than stated")
	errCode   = errors.New("a prefix code is not complete")
	errHeader = errors.New("a header has a reserved value")
	errWord   = errors.New("there is no such word in the dictionary")
)

type decoder struct {
	r      bitReader
	out    []byte
	size   int
	window int
	// distances are the last four, the newest last.
	distances [4]int
}

func (d *decoder) stream() error {
	d.window = 1<<d.windowBits() - 16
	if d.window < 0 {
		return errHeader
	}
	for last := false; !last; {
		last = d.r.read(1) == 1
		if last && d.r.read(1) == 1 {
			break // and empty
		}
		if err := d.metaBlock(last); err != nil {
			return err
		}
		if d.r.over {
			return errEnd
		}
	}
	if !d.r.align() {
		return errHeader
	}
	if d.r.over {
		return errEnd
	}
	if d.r.n > 0 || d.r.at < len(d.r.src) {
		return errTrail
	}
	return nil
}

// windowBits reads the logarithm of the window; 0 where it is reserved.
func (d *decoder) windowBits() int {
	if d.r.read(1) == 0 {
		return 16
	}
	if n := d.r.read(3); n > 0 {
		return 17 + n
	}
	switch n := d.r.read(3); n {
	case 0:
		return 17
	case 1:
		return 0
	default:
		return 8 + n
	}
}

func (d *decoder) metaBlock(last bool) error {
	nibbles := uint(d.r.read(2)) + 4
	if nibbles == 7 {
		return d.metadata(last)
	}
	length := 0
	for i := range nibbles {
		v := d.r.read(4)
		if i > 3 && i+1 == nibbles && v == 0 {
			return errHeader
		}
		length |= v << (4 * i)
	}
	length++
	if length > d.size-len(d.out) {
		return errLong
	}
	if !last && d.r.read(1) == 1 {
		if !d.r.align() {
			return errHeader
		}
		d.out = append(d.out, d.r.bytes(length)...)
		return nil
	}
	m, err := d.header()
	if err != nil {
		return err
	}
	return d.commands(m, len(d.out)+length)
}

// metadata skips what is not part of the data.
func (d *decoder) metadata(last bool) error {
	if last || d.r.read(1) == 1 {
		return errHeader
	}
	n := uint(d.r.read(2))
	skip := 0
	for i := range n {
		v := d.r.read(8)
		if i > 0 && i+1 == n && v == 0 {
			return errHeader
		}
		skip |= v << (8 * i)
	}
	if n > 0 {
		skip++
	}
	if !d.r.align() {
		return errHeader
	}
	d.r.bytes(skip)
	return nil
}

// blocks are the parts of one of the three streams of symbols, each of a type
// that says which codes it uses.
type blocks struct {
	types        int
	typeCode     *prefixCode
	countCode    *prefixCode
	left         int // symbols in this part
	now, earlier int // types of this part and of the one before
}

// readNumber reads a number from 1 to 256.
func (r *bitReader) readNumber() int {
	if r.read(1) == 0 {
		return 1
	}
	n := uint(r.read(3))
	return 1<<n + 1 + r.read(n)
}

// countRange says which numbers a symbol stands for: those from base, by bits
// that follow.
type countRange struct {
	base int
	bits uint
}

// blockCounts are how many symbols a part has (RFC 7932, 6).
var blockCounts = ranges(1, []uint{2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 13, 24})

// The lengths of what is inserted and copied (RFC 7932, 5).
var (
	insertLengths = ranges(0, []uint{0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 14, 24})
	copyLengths   = ranges(2, []uint{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 24})
)

// ranges lines up numbers of so many bits each.
func ranges(from int, bits []uint) []countRange {
	out := make([]countRange, len(bits))
	for i, n := range bits {
		out[i] = countRange{from, n}
		from += 1 << n
	}
	return out
}

func (r *bitReader) readRange(c countRange) int { return c.base + r.read(c.bits) }

func (r *bitReader) readBlocks() (*blocks, error) {
	b := &blocks{types: r.readNumber(), left: 1 << 24, earlier: 1}
	if b.types == 1 {
		return b, nil
	}
	if b.typeCode = r.readPrefixCode(b.types + 2); b.typeCode == nil {
		return nil, errCode
	}
	if b.countCode = r.readPrefixCode(len(blockCounts)); b.countCode == nil {
		return nil, errCode
	}
	b.left = r.readRange(blockCounts[r.symbol(b.countCode)])
	return b, nil
}

// next counts a symbol, and goes to the next part where one ends.
func (r *bitReader) next(b *blocks) {
	if b.left == 0 && b.types > 1 {
		t := r.symbol(b.typeCode)
		switch t {
		case 0:
			t = b.earlier
		case 1:
			t = (b.now + 1) % b.types
		default:
			t -= 2
		}
		b.earlier, b.now = b.now, t
		b.left = r.readRange(blockCounts[r.symbol(b.countCode)])
	}
	b.left--
}

// header is what precedes the symbols of a meta-block.
type header struct {
	literals, inserts, copies *blocks // the last of distances

	modes       []contextMode // by type of literals
	literalMap  []byte        // 64 numbers of codes for each type
	distanceMap []byte        // 4 for each type

	literalCodes, insertCodes, distanceCodes []*prefixCode

	postfix uint // bits
	direct  int
}

func (d *decoder) header() (*header, error) {
	r := &d.r
	h := &header{}
	for _, b := range []**blocks{&h.literals, &h.inserts, &h.copies} {
		var err error
		if *b, err = r.readBlocks(); err != nil {
			return nil, err
		}
	}
	h.postfix = uint(r.read(2))
	h.direct = r.read(4) << h.postfix
	for range h.literals.types {
		h.modes = append(h.modes, contextMode(r.read(2)))
	}
	var codes [2]int
	for i, m := range []*[]byte{&h.literalMap, &h.distanceMap} {
		size := []int{64 * h.literals.types, 4 * h.copies.types}[i]
		codes[i] = r.readNumber()
		if *m = r.readContextMap(size, codes[i]); *m == nil {
			return nil, errCode
		}
	}
	for _, x := range []struct {
		to              *[]*prefixCode
		count, alphabet int
	}{
		{&h.literalCodes, codes[0], 256},
		{&h.insertCodes, h.inserts.types, 704},
		{&h.distanceCodes, codes[1], 16 + h.direct + 48<<h.postfix},
	} {
		for range x.count {
			c := r.readPrefixCode(x.alphabet)
			if c == nil {
				return nil, errCode
			}
			*x.to = append(*x.to, c)
		}
	}
	return h, nil
}

// readContextMap reads which of so many codes each context uses (RFC 7932, 7.3).
func (r *bitReader) readContextMap(size, codes int) []byte {
	m := make([]byte, size)
	if codes == 1 {
		return m
	}
	runs := 0
	if r.read(1) == 1 {
		runs = r.read(4) + 1
	}
	c := r.readPrefixCode(codes + runs)
	if c == nil {
		return nil
	}
	for at := 0; at < size; at++ {
		switch s := r.symbol(c); {
		case r.over:
			return nil
		case s > runs:
			m[at] = byte(s - runs)
		case s > 0:
			n := 1<<s + r.read(uint(s)) // zeros
			if at+n > size {
				return nil
			}
			at += n - 1
		}
	}
	if r.read(1) == 1 {
		moveToFront(m)
	}
	return m
}

// moveToFront undoes the transform of that name.
func moveToFront(m []byte) {
	var order [256]byte
	for i := range order {
		order[i] = byte(i)
	}
	for i, at := range m {
		v := order[at]
		copy(order[1:at+1], order[:at])
		order[0] = v
		m[i] = v
	}
}

// commands decodes the symbols of a meta-block: literals to insert, and what to
// copy then.
func (d *decoder) commands(h *header, end int) error {
	r := &d.r
	for len(d.out) < end {
		r.next(h.inserts)
		command := r.symbol(h.insertCodes[h.inserts.now])
		insert, copies, sameDistance := lengthsOf(command)
		n := r.readRange(insertLengths[insert])
		length := r.readRange(copyLengths[copies])
		if n > end-len(d.out) {
			return errLong
		}
		for range n {
			d.literal(h)
			if r.over {
				return errEnd
			}
		}
		if len(d.out) == end {
			break
		}
		distance, code := d.distances[3], 0
		if !sameDistance {
			r.next(h.copies)
			context := min(length, 5) - 2
			code = r.symbol(h.distanceCodes[h.distanceMap[4*h.copies.now+context]])
			distance = d.distance(h, code)
		}
		if r.over {
			return errEnd
		}
		if distance <= 0 {
			return errHeader
		}
		if err := d.copy(length, distance, code != 0, end); err != nil {
			return err
		}
	}
	return nil
}

// lengthsOf splits a symbol into those of the lengths, and says whether the
// distance is that of before (RFC 7932, 5).
func lengthsOf(command int) (insert, copies int, sameDistance bool) {
	group := [...]struct{ insert, copies int }{
		{0, 0}, {0, 8}, {0, 0}, {0, 8}, {8, 0}, {8, 8}, {0, 16}, {16, 0}, {8, 16}, {16, 8}, {16, 16},
	}[command>>6]
	return group.insert + command>>3&7, group.copies + command&7, command < 128
}

func (d *decoder) literal(h *header) {
	r := &d.r
	r.next(h.literals)
	var last, before byte
	if n := len(d.out); n > 1 {
		last, before = d.out[n-1], d.out[n-2]
	} else if n > 0 {
		last = d.out[n-1]
	}
	t := h.literals.now
	code := h.literalMap[64*t+h.modes[t].context(last, before)]
	d.out = append(d.out, byte(r.symbol(h.literalCodes[code])))
}

// distance is what a symbol stands for (RFC 7932, 4).
func (d *decoder) distance(h *header, code int) int {
	switch {
	case code < 4:
		return d.distances[3-code]
	case code < 10:
		return d.distances[3] + near(code-4)
	case code < 16:
		return d.distances[2] + near(code-10)
	case code < 16+h.direct:
		return code - 15
	}
	code -= 16 + h.direct
	bits := uint(1 + code>>(h.postfix+1))
	high := code >> h.postfix
	offset := (2+high&1)<<bits - 4
	return (offset+d.r.read(bits))<<h.postfix + code&(1<<h.postfix-1) + h.direct + 1
}

// near is -1, 1, -2, 2, -3, 3.
func near(i int) int {
	if i%2 == 0 {
		return -(i/2 + 1)
	}
	return i/2 + 1
}

// copy appends what was there a distance before, or a word of the dictionary
// where that is farther than there is anything.
func (d *decoder) copy(length, distance int, remember bool, end int) error {
	reach := min(len(d.out), d.window)
	if distance > reach {
		out, ok := appendWord(d.out, length, distance-reach-1)
		if !ok {
			return errWord
		}
		if d.out = out; len(out) > end {
			return errLong
		}
		return nil
	}
	if remember {
		d.distances = [4]int{d.distances[1], d.distances[2], d.distances[3], distance}
	}
	if length > end-len(d.out) {
		return errLong
	}
	for length > 0 {
		from := len(d.out) - distance
		n := min(length, distance)
		d.out = append(d.out, d.out[from:from+n]...)
		length -= n
	}
	return nil
}
