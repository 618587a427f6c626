package crc

import "testing"

func TestUpdate(t *testing.T) {
	// RFC 3720, B.4: 32 bytes of zeros, of ones, and ascending.
	ascending := make([]byte, 32)
	ones := make([]byte, 32)
	for i := range ascending {
		ascending[i], ones[i] = byte(i), 0xff
	}
	for _, c := range []struct {
		in   []byte
		want uint32
	}{
		{nil, 0},
		{make([]byte, 32), 0x8a9136aa},
		{ones, 0x62a8ab43},
		{ascending, 0x46dd794e},
	} {
		if got := Update(0, c.in); got != c.want {
			t.Errorf("Update(0, %x) = %#x, want %#x", c.in, got, c.want)
		}
		if n := len(c.in) / 3; Update(Update(0, c.in[:n]), c.in[n:]) != c.want {
			t.Errorf("%x in two parts differs", c.in)
		}
	}
}

func TestMask(t *testing.T) {
	// The checksum of an empty tensor: TF 2.21 stores d8 ea 82 a2.
	if got := Mask(0); got != 0xa282ead8 {
		t.Errorf("Mask(0) = %#x", got)
	}
	for _, c := range []uint32{0, 1, 0x7fff, 0x8000, 0xdeadbeef, 1<<32 - 1} {
		if got := Unmask(Mask(c)); got != c {
			t.Errorf("Unmask(Mask(%#x)) = %#x", c, got)
		}
	}
}
