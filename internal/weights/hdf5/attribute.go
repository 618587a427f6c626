package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// maxAttributeLen bounds what is read for one attribute. An object header
// holds at most 64 KiB of it; the strings are elsewhere.
const maxAttributeLen = 64 << 20

// Attribute gives the strings of an attribute of the object of that path (""
// is the root): one for a scalar, several for a list, none for an empty list
// of whatever type. ok tells whether there is one.
func (f *File) Attribute(path, name string) (values []string, ok bool, err error) {
	o := f.objects[path]
	if o == nil {
		return nil, false, nil
	}
	p := &parser{f.r, f.size, maxAttributeLen}
	for _, m := range o.attributes {
		a, err := attribute(m)
		if err != nil {
			return nil, false, fmt.Errorf("attribute of %q: %w", path, err)
		}
		if a.name != name {
			continue
		}
		values, err := p.texts(a)
		if err != nil {
			return nil, false, fmt.Errorf("attribute %q of %q: %w", name, path, err)
		}
		return values, true, nil
	}
	return nil, false, nil
}

// rawAttribute is an attribute whose type is not looked at yet.
type rawAttribute struct {
	name            string
	datatype, space []byte
	value           []byte
}

// attribute splits an attribute message [IV.A.2.m]; version 1 fills each part
// up to 8 bytes.
func attribute(body []byte) (*rawAttribute, error) {
	c := cursor{b: body}
	version, flags := c.u8(), c.u8()
	sizes := [3]int{int(c.u16()), int(c.u16()), int(c.u16())}
	pad := func(n int) int { return n }
	switch version {
	case 1:
		pad = padded
	case 2, 3:
		if flags != 0 {
			return nil, unsupported("an attribute of a committed type")
		}
		if version == 3 {
			c.skip(1) // the name's character set
		}
	default:
		return nil, fmt.Errorf("version %d", version)
	}
	var parts [3][]byte
	for i, n := range sizes {
		parts[i] = c.take(pad(n))
	}
	if c.err != nil {
		return nil, c.err
	}
	name, _, _ := bytes.Cut(parts[0], []byte{0})
	return &rawAttribute{string(name), parts[1], parts[2], c.b}, nil
}

// referenceLen is the length of a value of variable length: its own length,
// the address of a global heap, a number in that.
const referenceLen = 4 + 8 + 4

func (p *parser) texts(a *rawAttribute) ([]string, error) {
	shape, err := dataspace(&cursor{b: a.space})
	if err != nil {
		return nil, err
	}
	t, err := datatype(&cursor{b: a.datatype})
	if err != nil {
		return nil, err
	}
	d := Dataset{Type: t, Shape: shape}
	n, err := d.bytes()
	if err != nil || n == 0 {
		return nil, err
	}
	if n > int64(len(a.value)) {
		return nil, errShort
	}
	var out []string
	heaps := map[uint64]map[uint16][]byte{}
	for value := a.value[:n]; len(value) > 0; value = value[t.Size:] {
		switch {
		case t.Class == String:
			out = append(out, strings.TrimRight(string(value[:t.Size]), "\x00"))
		case t.Class == Variable && t.Text && t.Size == referenceLen:
			c := cursor{b: value}
			length, addr, index := c.u32(), c.u64(), c.u32()
			if length == 0 {
				out = append(out, "")
				continue
			}
			if heaps[addr] == nil {
				if heaps[addr], err = p.globalHeap(addr); err != nil {
					return nil, err
				}
			}
			text := heaps[addr][uint16(index)]
			if index > 0xffff || uint64(length) > uint64(len(text)) {
				return nil, fmt.Errorf("a string of %d bytes, number %d of the heap at %d, is not there", length, index, addr)
			}
			out = append(out, strings.TrimRight(string(text[:length]), "\x00"))
		default:
			return nil, unsupported("an attribute that is no string")
		}
	}
	return out, nil
}

const (
	globalHeapHeadLen   = 16
	globalHeapObjectLen = 16
)

// globalHeap reads a collection of the global heap.
func (p *parser) globalHeap(addr uint64) (map[uint16][]byte, error) {
	b, err := p.read(addr, globalHeapHeadLen)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if string(c.take(4)) != "GCOL" {
		return nil, errors.New(`no "GCOL" where a global heap should be`)
	}
	c.skip(4)
	size := c.u64()
	if b, err = p.read(addr, size); err != nil {
		return nil, err
	}
	c = cursor{b: b}
	c.skip(globalHeapHeadLen)
	objects := map[uint16][]byte{}
	for len(c.b) >= globalHeapObjectLen {
		index := c.u16()
		c.skip(2 + 4)
		n := c.u64()
		if index == 0 { // the free space, always the last
			break
		}
		if n > uint64(len(c.b)) {
			return nil, errShort
		}
		objects[index] = c.take(int(n))
		c.skip(min(padded(int(n))-int(n), len(c.b)))
	}
	return objects, c.err
}
