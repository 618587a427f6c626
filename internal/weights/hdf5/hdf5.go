// Package hdf5 reads the part of the HDF5 format that h5py writes by default,
// and with it Keras: version 0 superblock, version 1 object headers, groups
// as symbol tables, contiguous or compact datasets without filters, strings
// in attributes. Anything else is refused by name. A dataset is a place in the
// file; its values are not read here.
//
// The layout, after the HDF5 File Format Specification, version 3.0 (all
// numbers little-endian, addresses and lengths of 8 bytes; the section in
// brackets):
//
//	superblock     [II.A] signature, versions, root group's symbol table entry
//	object header  [IV.A.1.a] 16 bytes, then messages of 8 bytes and their data;
//	               a continuation message leads to more messages elsewhere
//	group          a symbol table message: address of a B-tree and of a local heap
//	B-tree node    [III.A.1] "TREE", 24 bytes, then key, child, key, …, key; the
//	               children of a node of level 0 are symbol table nodes
//	symbol table   [III.B] "SNOD", 8 bytes, then entries of 40 bytes: the name's
//	               offset in the heap, the object header's address
//	local heap     [III.D] "HEAP", 32 bytes; a data segment elsewhere, of names
//	global heap    [III.E] "GCOL", 16 bytes, then numbered objects: the strings
//	               of variable length
//	dataset        messages: dataspace (shape), datatype, data layout (address, length)
//	attribute      a message: name, datatype, dataspace, value
package hdf5

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Signature is what an HDF5 file begins with.
const Signature = "\x89HDF\r\n\x1a\n"

// ErrUnsupported marks a sound file with a part that is not read.
var ErrUnsupported = errors.New("HDF5 feature that is not read")

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnsupported, fmt.Sprintf(format, args...))
}

const (
	superblockLen  = 96
	undefined      = ^uint64(0) // the address of what was never stored
	maxDepth       = 64         // of groups in groups
	maxMetadataLen = 16 << 20   // of one piece: a heap, a header block
)

// File is an open HDF5 file.
type File struct {
	r    io.ReaderAt
	size int64
	// objects are the groups and datasets by path, "" being the root.
	objects map[string]*object
}

// object is a group or, with data, a dataset.
type object struct {
	data       *Dataset
	attributes [][]byte // the messages
}

// Dataset is where the values of an array are.
type Dataset struct {
	Type   Type
	Shape  []int64
	Offset int64 // in the file
	Size   int64 // in bytes
	// Err tells why the values cannot be read; the rest is not valid then.
	Err error
}

// Open reads the structure of a file of size bytes.
func Open(r io.ReaderAt, size int64) (*File, error) {
	if size < superblockLen {
		return nil, fmt.Errorf("has %d bytes, too few for an HDF5 file", size)
	}
	f := &File{r: r, size: size, objects: map[string]*object{}}
	// Each structure is read once or twice, if the file does not lead in circles.
	p := &parser{r, size, 4*size + 1<<16}
	b, err := p.read(0, superblockLen)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if string(c.take(8)) != Signature {
		return nil, errors.New("no HDF5 signature")
	}
	if v := c.u8(); v != 0 {
		return nil, unsupported("superblock version %d (written with libver='latest'?); h5py's default is read", v)
	}
	c.skip(4)
	if offsets, lengths := c.u8(), c.u8(); offsets != 8 || lengths != 8 {
		return nil, unsupported("offsets of %d and lengths of %d bytes; both are 8 as a rule", offsets, lengths)
	}
	c.skip(1 + 2 + 2 + 4)
	if base := c.u64(); base != 0 {
		return nil, unsupported("a base address of %d", base)
	}
	c.skip(8)
	if end := c.u64(); end > uint64(size) {
		return nil, fmt.Errorf("ends at %d, tells of %d bytes", size, end)
	}
	c.skip(8 + 8) // driver information; the root's name
	root := c.u64()
	if err := f.walk(p, "", root, nil); err != nil {
		return nil, err
	}
	return f, nil
}

// Datasets lists the paths of the datasets, sorted.
func (f *File) Datasets() []string {
	var out []string
	for _, path := range slices.Sorted(maps.Keys(f.objects)) {
		if f.objects[path].data != nil {
			out = append(out, path)
		}
	}
	return out
}

// Dataset is the dataset of that path, or nil.
func (f *File) Dataset(path string) *Dataset {
	if o := f.objects[path]; o != nil {
		return o.data
	}
	return nil
}

// walk enters the object at an address and everything below it; above are the
// addresses of the groups around it.
func (f *File) walk(p *parser, path string, addr uint64, above []uint64) error {
	o, table, err := p.object(addr)
	if err != nil {
		return fmt.Errorf("object %q: %w", path, err)
	}
	if _, ok := f.objects[path]; ok {
		return fmt.Errorf("two objects %q", path)
	}
	f.objects[path] = o
	if table == nil {
		return nil
	}
	if slices.Contains(above, addr) {
		return fmt.Errorf("group %q contains itself", path)
	}
	if len(above) == maxDepth {
		return fmt.Errorf("groups are nested more than %d deep", maxDepth)
	}
	links, err := p.group(table)
	if err != nil {
		return fmt.Errorf("group %q: %w", path, err)
	}
	for _, l := range links {
		below := l.name
		if path != "" {
			below = path + "/" + l.name
		}
		if err := p.spend(len(below)); err != nil {
			return err
		}
		if err := f.walk(p, below, l.addr, append(slices.Clip(above), addr)); err != nil {
			return err
		}
	}
	return nil
}

// parser reads structures. What it reads and keeps is bounded, because a file
// of a few bytes can refer to itself without end.
type parser struct {
	r    io.ReaderAt
	size int64 // of the file
	left int64 // bytes that may still be read
}

func (p *parser) spend(n int) error {
	if p.left -= int64(n); p.left < 0 {
		return errors.New("its structures refer to each other again and again")
	}
	return nil
}

// read gives n bytes at an address; neither is to be trusted.
func (p *parser) read(addr, n uint64) ([]byte, error) {
	if n > uint64(p.size) || addr > uint64(p.size)-n {
		return nil, fmt.Errorf("%d bytes at %d, in a file of %d", n, addr, p.size)
	}
	if n > maxMetadataLen {
		return nil, unsupported("a structure of %d bytes", n)
	}
	if err := p.spend(int(n)); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	if k, err := p.r.ReadAt(b, int64(addr)); k < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b, nil
}
