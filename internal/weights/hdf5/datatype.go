package hdf5

import "fmt"

// Class is the kind of an element type.
type Class uint8

// The classes that are read [IV.A.2.d].
const (
	Integer  Class = 0
	Float    Class = 1
	String   Class = 3 // of fixed length, filled up with zeros or blanks
	Opaque   Class = 5
	Compound Class = 6
	Enum     Class = 8
	Variable Class = 9 // of variable length: a string, as long as Text is set
)

// Type is an element type.
type Type struct {
	Class     Class
	Size      int // in bytes
	BigEndian bool
	Signed    bool
	// Members is the number of names of an Enum; h5py writes bool as one of two.
	Members int
	// Text tells that a Variable is a string.
	Text bool
}

// datatype reads an element type. Of a Float of unusual layout the Class is
// Opaque.
func datatype(c *cursor) (Type, error) {
	head, bits0, bits1, _ := c.u8(), c.u8(), c.u8(), c.u8()
	size := c.u32()
	if c.err != nil {
		return Type{}, c.err
	}
	if size == 0 || size > maxMetadataLen {
		return Type{}, fmt.Errorf("elements of %d bytes", size)
	}
	t := Type{Class: Class(head & 0xf), Size: int(size)}
	switch t.Class {
	case Integer:
		t.BigEndian, t.Signed = bits0&1 != 0, bits0&8 != 0
		if offset, precision := c.u16(), c.u16(); offset != 0 || int(precision) != 8*t.Size {
			return t, unsupported("integers of %d bits in %d bytes", precision, size)
		}
	case Float:
		t.BigEndian = bits0&1 != 0
		c.skip(4)
		exponent, exponentBits, mantissa, mantissaBits := c.u8(), c.u8(), c.u8(), c.u8()
		layout := [4]uint8{exponent, exponentBits, mantissa, mantissaBits}
		if ieee, ok := ieeeLayouts[t.Size]; !ok || layout != ieee || bits1 != uint8(8*t.Size-1) {
			t.Class = Opaque
		}
	case Enum:
		t.Members = int(bits0) | int(bits1)<<8
		base, err := datatype(c)
		if err != nil {
			return t, err
		}
		if base.Class != Integer || base.Size != t.Size {
			return t, unsupported("an enumeration of class %d", base.Class)
		}
		t.BigEndian, t.Signed = base.BigEndian, base.Signed
	case Variable:
		t.Text = bits0&0xf == 1
	}
	return t, c.err
}

// ieeeLayouts are the half, single and double of IEEE 754, by size: position
// and bits of the exponent, position and bits of the mantissa.
var ieeeLayouts = map[int][4]uint8{
	2: {10, 5, 0, 10},
	4: {23, 8, 0, 23},
	8: {52, 11, 0, 52},
}
