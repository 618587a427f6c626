package hdf5

import (
	"bytes"
	"errors"
	"fmt"
)

const (
	treeHeadLen   = 24
	symbolHeadLen = 8
	linkLen       = 40
	heapLen       = 32
	// What the scratch space of a symbol table entry holds: nothing or a copy
	// of what the object header says, or a symbolic link's target.
	cacheSymbolicLink = 2
)

// link is a name in a group.
type link struct {
	name string
	addr uint64 // of the object header
}

// symbolTable is the message that makes an object a group.
type symbolTable struct{ tree, heap uint64 }

// group lists the links of a group.
func (p *parser) group(t *symbolTable) ([]link, error) {
	b, err := p.read(t.heap, heapLen)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if string(c.take(4)) != "HEAP" {
		return nil, errors.New(`no "HEAP" where its local heap should be`)
	}
	c.skip(4)
	size := c.u64()
	c.skip(8)
	names, err := p.read(c.u64(), size)
	if err != nil {
		return nil, err
	}
	var links []link
	if err := p.tree(t.tree, names, &links, 0); err != nil {
		return nil, err
	}
	return links, nil
}

// tree collects the links below a B-tree node. The levels go down by one at
// each step, so that a tree cannot contain itself.
func (p *parser) tree(addr uint64, names []byte, links *[]link, above uint8) error {
	b, err := p.read(addr, treeHeadLen)
	if err != nil {
		return err
	}
	c := cursor{b: b}
	if string(c.take(4)) != "TREE" {
		return errors.New(`no "TREE" where a B-tree node should be`)
	}
	if kind := c.u8(); kind != 0 {
		return fmt.Errorf("a B-tree node of kind %d in a group", kind)
	}
	level, used := c.u8(), uint64(c.u16())
	if above > 0 && level != above-1 {
		return fmt.Errorf("a B-tree node of level %d below one of level %d", level, above)
	}
	b, err = p.read(addr+treeHeadLen, used*16)
	if err != nil {
		return err
	}
	c = cursor{b: b}
	for range used {
		c.skip(8) // the key: the heap offset of a name
		child := c.u64()
		if level > 0 {
			err = p.tree(child, names, links, level)
		} else {
			err = p.symbols(child, names, links)
		}
		if err != nil {
			return err
		}
	}
	return c.err
}

// symbols collects the links of a symbol table node.
func (p *parser) symbols(addr uint64, names []byte, links *[]link) error {
	b, err := p.read(addr, symbolHeadLen)
	if err != nil {
		return err
	}
	c := cursor{b: b}
	if string(c.take(4)) != "SNOD" {
		return errors.New(`no "SNOD" where a symbol table node should be`)
	}
	c.skip(2)
	n := uint64(c.u16())
	if b, err = p.read(addr+symbolHeadLen, n*linkLen); err != nil {
		return err
	}
	c = cursor{b: b}
	for range n {
		name, header, cache := c.u64(), c.u64(), c.u32()
		c.skip(4 + 16)
		if name >= uint64(len(names)) {
			return fmt.Errorf("a name at %d in a heap of %d bytes", name, len(names))
		}
		text, _, ended := bytes.Cut(names[name:], []byte{0})
		if !ended || len(text) == 0 || bytes.IndexByte(text, '/') >= 0 {
			return fmt.Errorf("a link named %q", text)
		}
		if cache == cacheSymbolicLink {
			return unsupported("%q is a soft link", text)
		}
		if err := p.spend(len(text)); err != nil {
			return err
		}
		*links = append(*links, link{string(text), header})
	}
	return c.err
}
