package riegeli

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

func load(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// read gives all records of a file.
func read(data []byte, limit int64) ([]Record, error) {
	r := NewReader(bytes.NewReader(data), int64(len(data)), limit)
	var all []Record
	for {
		records, err := r.Chunk()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, records...)
	}
}

// TestRead: what the format's own library wrote.
func TestRead(t *testing.T) {
	for _, name := range []string{"brotli", "none"} {
		records, err := read(load(t, name), 1<<20)
		if err != nil || len(records) < 21 {
			t.Fatalf("%s: %d records, %v", name, len(records), err)
		}
		last := uint64(0)
		for i, r := range records[:21] { // then come the library's own
			n := i * i
			if i == 20 {
				n = 9000
			}
			if string(r.Data) != strings.Repeat(fmt.Sprintf("record %d ", i), n) {
				t.Errorf("%s: record %d: %d bytes", name, i, len(r.Data))
			}
			if r.Position <= last {
				t.Errorf("%s: record %d at %d, behind one at %d", name, i, r.Position, last)
			}
			last = r.Position
		}
	}
}

func TestRefused(t *testing.T) {
	brotli := load(t, "brotli")
	for _, test := range []struct {
		name  string
		data  []byte
		limit int64
		want  string
	}{
		{"zstd", load(t, "zstd"), 1 << 20, "of which only Brotli is read"},
		{"transposed", load(t, "transposed"), 1 << 20, "transposed, which is not read"},
		{"limit", brotli, 50000, "larger than allowed"},
		{"cut", brotli[:len(brotli)-1], 1 << 20, "the file ends in it"},
		{"no signature", brotli[64:], 1 << 20, "not a whole Riegeli file"},
		{"text", []byte(strings.Repeat("text ", 100)), 1 << 20, "the hash of the block at byte 0 is wrong"},
	} {
		if _, err := read(test.data, test.limit); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestEveryByte: no byte that means something can change unseen.
func TestEveryByte(t *testing.T) {
	whole := load(t, "brotli")
	want, err := read(whole, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at++ {
		if at > 200 && at%blockSize >= blockHeaderSize && at%1511 != 0 {
			continue // zeros, for the most part
		}
		whole[at] ^= 0x10
		got, err := read(whole, 1<<20)
		whole[at] ^= 0x10
		if err != nil && !errors.Is(err, ErrCorrupt) {
			t.Errorf("byte %d: %v", at, err)
		}
		same := len(got) == len(want)
		for i := 0; same && i < len(got); i++ {
			same = got[i].Position == want[i].Position && bytes.Equal(got[i].Data, want[i].Data)
		}
		if err == nil && !same {
			t.Errorf("byte %d: other records", at)
		}
	}
}

// FuzzRead: no file makes it panic; a chunk of its own reaches what hashes hide.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"brotli", "none"} {
		f.Add(load(f, name)[:4096])
	}
	f.Add([]byte("\x00\x02\x03\x02abcde"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = read(data, 1<<20)
		r := NewReader(bytes.NewReader(nil), 0, 1<<20)
		_, _ = r.simple(0, chunkHeader{records: 2, decodedSize: 5}, data)
	})
}
