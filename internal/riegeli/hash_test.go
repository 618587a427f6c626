package riegeli

import (
	"encoding/binary"
	"encoding/hex"
	"testing"
)

// signature is how every file begins (riegeli_records_file_format.md).
const signature = "83af70d10d884a3f000000000000000040000000000000" + "0091bac23c9287e1a90000000000000000e19f13c0e9b1c3727300000000000000" + "0000000000000000"

// TestHash: the hashes in the signature, which the format states.
func TestHash(t *testing.T) {
	b, err := hex.DecodeString(signature)
	if err != nil || len(b) != 64 {
		t.Fatal(len(b), err)
	}
	for _, test := range []struct {
		of   []byte
		want uint64
	}{{b[8:24], binary.LittleEndian.Uint64(b)}, {b[32:64], binary.LittleEndian.Uint64(b[24:])}, {nil, binary.LittleEndian.Uint64(b[40:])}} {
		if got := hash(test.of); got != test.want {
			t.Errorf("%d bytes: got %#x, want %#x", len(test.of), got, test.want)
		}
	}
}
