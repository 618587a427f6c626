package hdf5

import (
	"errors"
	"fmt"
	"math"
)

// The messages of an object header that are looked at [IV.A.2].
const (
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgExternal     = 0x07
	msgLayout       = 0x08
	msgFilter       = 0x0b
	msgAttribute    = 0x0c
	msgContinuation = 0x10
	msgSymbolTable  = 0x11

	flagShared = 2
)

const (
	headerLen  = 16
	messageLen = 8
)

// message is one of an object header; offset is where its body is in the file.
type message struct {
	kind   uint16
	body   []byte
	offset int64
}

// messages reads an object header.
func (p *parser) messages(addr uint64) ([]message, error) {
	b, err := p.read(addr, headerLen)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if v := c.u8(); v != 1 {
		if string(b[:4]) == "OHDR" {
			return nil, unsupported("object headers of version 2 (written with libver='latest' or track_order?)")
		}
		return nil, fmt.Errorf("no object header at %d", addr)
	}
	c.skip(1)
	count := int(c.u16())
	c.skip(4)
	type block struct{ addr, size uint64 }
	blocks := []block{{addr + headerLen, uint64(c.u32())}}
	var out []message
	for len(blocks) > 0 {
		at := blocks[0].addr
		b, err := p.read(at, blocks[0].size)
		if err != nil {
			return nil, err
		}
		blocks = blocks[1:]
		c := cursor{b: b}
		for len(c.b) >= messageLen && count > 0 {
			count-- // which bounds the continuations, too
			kind, size, flags := c.u16(), int(c.u16()), c.u8()
			c.skip(3)
			offset := int64(at) + int64(len(b)-len(c.b))
			body := c.take(size)
			if c.err != nil {
				return nil, c.err
			}
			if flags&flagShared != 0 {
				return nil, unsupported("a shared message (a committed datatype)")
			}
			if kind == msgContinuation {
				next := cursor{b: body}
				blocks = append(blocks, block{next.u64(), next.u64()})
				if next.err != nil {
					return nil, next.err
				}
				continue
			}
			out = append(out, message{kind, body, offset})
		}
	}
	return out, nil
}

// object reads a group, whose symbol table it gives, or a dataset.
func (p *parser) object(addr uint64) (*object, *symbolTable, error) {
	messages, err := p.messages(addr)
	if err != nil {
		return nil, nil, err
	}
	o := &object{}
	var (
		table  *symbolTable
		layout *message
		d      Dataset
		parts  int
		bad    error // why the values cannot be read
	)
	for _, m := range messages {
		c := cursor{b: m.body}
		switch m.kind {
		case msgDataspace:
			d.Shape, err = dataspace(&c)
			parts++
		case msgDatatype:
			d.Type, err = datatype(&c)
			parts++
		case msgLayout:
			layout = &m
			parts++
		case msgAttribute:
			o.attributes = append(o.attributes, m.body)
		case msgSymbolTable:
			table = &symbolTable{c.u64(), c.u64()}
			err = c.err
		case msgLinkInfo:
			err = unsupported("groups of the newer kind (links in the object header)")
		case msgExternal:
			bad = unsupported("data in an external file")
		case msgFilter:
			bad = unsupported("compressed or filtered data; save it without")
		}
		if errors.Is(err, ErrUnsupported) && m.kind != msgLinkInfo {
			bad, err = err, nil
		}
		if err != nil {
			return nil, nil, err
		}
	}
	switch {
	case table != nil && layout == nil:
		return o, table, nil
	case layout == nil: // a named datatype
		return o, nil, nil
	case parts != 3 || table != nil:
		return nil, nil, errors.New("a dataset without shape or type")
	}
	if bad == nil {
		bad = p.place(&d, layout)
	}
	if bad != nil {
		if !errors.Is(bad, ErrUnsupported) {
			return nil, nil, bad
		}
		d = Dataset{Err: bad}
	}
	o.data = &d
	return o, nil, nil
}

// place finds where the values of a dataset are [IV.A.2.i].
func (p *parser) place(d *Dataset, layout *message) error {
	want, err := d.bytes()
	if err != nil {
		return err
	}
	c := cursor{b: layout.body}
	if v := c.u8(); v != 3 {
		return unsupported("a data layout of version %d", v)
	}
	var offset, size uint64
	switch class := c.u8(); class {
	case 0: // compact: in the message itself
		size = uint64(c.u16())
		if size > uint64(len(c.b)) {
			return errShort
		}
		offset = uint64(layout.offset) + uint64(len(layout.body)-len(c.b))
	case 1: // contiguous
		offset, size = c.u64(), c.u64()
	case 2:
		return unsupported("data in chunks; save it without chunks and compression")
	default:
		return fmt.Errorf("a data layout of class %d", class)
	}
	if c.err != nil {
		return c.err
	}
	if want == 0 {
		return nil
	}
	if offset == undefined {
		return unsupported("a dataset that was never written")
	}
	if size != uint64(want) {
		return fmt.Errorf("%d bytes are stored, shape and type take %d", size, want)
	}
	if size > uint64(p.size) || offset > uint64(p.size)-size {
		return fmt.Errorf("%d bytes at %d, in a file of %d", size, offset, p.size)
	}
	d.Offset, d.Size = int64(offset), want
	return nil
}

// bytes is the length of the values; they may be less than none.
func (d *Dataset) bytes() (int64, error) {
	n, zero := int64(d.Type.Size), d.Type.Size == 0
	for _, k := range d.Shape {
		switch {
		case k == 0:
			zero = true
		case !zero && n > math.MaxInt64/k:
			return 0, errors.New("a shape of too many elements")
		case !zero:
			n *= k
		}
	}
	if zero {
		return 0, nil
	}
	return n, nil
}

// dataspace reads a shape [IV.A.2.b].
func dataspace(c *cursor) ([]int64, error) {
	version, rank, flags := c.u8(), int(c.u8()), c.u8()
	switch version {
	case 1:
		c.skip(1 + 4)
	case 2:
		if kind := c.u8(); kind == 2 {
			return []int64{0}, c.err // a null dataspace: h5py's Empty
		}
	default:
		return nil, fmt.Errorf("a dataspace of version %d", version)
	}
	shape := make([]int64, rank)
	for i := range shape {
		n := c.u64()
		if n > math.MaxInt64 {
			return nil, errors.New("a dimension beyond 2^63")
		}
		shape[i] = int64(n)
	}
	if flags&1 != 0 {
		c.skip(8 * rank) // the largest size it may grow to
	}
	return shape, c.err
}
