package table

import (
	"encoding/binary"
	"errors"
)

// A snappy element turns at most 3 bytes into 64, so no stream grows more.
const maxSnappyExpansion = 64/3 + 1

var (
	errSnappyLength = errors.New("snappy: the length it claims is not that of its data")
	errSnappyData   = errors.New("snappy: an element reaches outside the data")
)

// decodeSnappy undoes the snappy block compression that a table may use:
// a varint with the decoded length, then literals and copies of earlier output
// (github.com/google/snappy, format_description.txt).
func decodeSnappy(src []byte) ([]byte, error) {
	size, n := binary.Uvarint(src)
	if n <= 0 || size > uint64(maxSnappyExpansion*len(src)) {
		return nil, errSnappyLength
	}
	src = src[n:]
	dst := make([]byte, 0, size)
	for len(src) > 0 {
		tag := src[0]
		src = src[1:]
		length := int(tag>>2) + 1
		extra := 0 // bytes of length or offset that follow the tag
		switch tag & 3 {
		case 0:
			if length > 60 {
				extra = length - 60
			}
		case 1:
			length = int(tag>>2&7) + 4
			extra = 1
		case 2:
			extra = 2
		case 3:
			extra = 4
		}
		if extra > len(src) {
			return nil, errSnappyData
		}
		var v uint64
		for i := range extra {
			v |= uint64(src[i]) << (8 * i)
		}
		src = src[extra:]

		if tag&3 == 0 {
			if extra > 0 {
				length = int(v) + 1
			}
			if length > len(src) || length > cap(dst)-len(dst) {
				return nil, errSnappyData
			}
			dst = append(dst, src[:length]...)
			src = src[length:]
			continue
		}
		if tag&3 == 1 {
			v |= uint64(tag>>5) << 8
		}
		if v == 0 || v > uint64(len(dst)) || length > cap(dst)-len(dst) {
			return nil, errSnappyData
		}
		// Byte by byte: a copy may overlap its own output.
		for from := len(dst) - int(v); length > 0; length-- {
			dst = append(dst, dst[from])
			from++
		}
	}
	if uint64(len(dst)) != size {
		return nil, errSnappyLength
	}
	return dst, nil
}
