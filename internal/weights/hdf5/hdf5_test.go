package hdf5

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// golden is what testdata/hdf5.json, written by conformance/goldens/hdf5.py,
// says of a file.
type golden struct {
	Datasets map[string]struct {
		DType string
		Shape []int64
		Data  string
	}
	Attributes map[string][]string
}

func data(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(b []byte) (*File, error) { return Open(bytes.NewReader(b), int64(len(b))) }

// numpy names a type as h5py does.
func numpy(t Type) string {
	kind := map[Class]string{Float: "f", Opaque: "V", Enum: "b"}[t.Class]
	if t.Class == Integer {
		kind = "u"
		if t.Signed {
			kind = "i"
		}
	}
	order := "<"
	switch {
	case t.Size == 1 || t.Class == Opaque:
		order = "|"
	case t.BigEndian:
		order = ">"
	}
	return fmt.Sprint(order, kind, t.Size)
}

func TestGoldens(t *testing.T) {
	var goldens map[string]golden
	if err := json.Unmarshal(data(t, "hdf5.json"), &goldens); err != nil {
		t.Fatal(err)
	}
	for name, want := range goldens {
		b := data(t, name)
		f, err := open(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := len(f.Datasets()); n < len(want.Datasets) || n > len(want.Datasets) && name != "many.h5" {
			t.Errorf("%s: %d datasets, want %d", name, n, len(want.Datasets))
		}
		for path, w := range want.Datasets {
			d := f.Dataset(path)
			if d == nil || d.Err != nil {
				t.Errorf("%s: dataset %q: %v", name, path, d)
				continue
			}
			if got := numpy(d.Type); got != w.DType {
				t.Errorf("%s: %q is of type %s, want %s", name, path, got, w.DType)
			}
			if !slices.Equal(d.Shape, w.Shape) {
				t.Errorf("%s: %q has shape %v, want %v", name, path, d.Shape, w.Shape)
			}
			if got := hex.EncodeToString(b[d.Offset:][:d.Size]); got != w.Data {
				t.Errorf("%s: %q holds %s, want %s", name, path, got, w.Data)
			}
		}
		for where, w := range want.Attributes {
			path, attr, _ := strings.Cut(where, "@")
			got, ok, err := f.Attribute(path, attr)
			if err != nil || !ok || !slices.Equal(got, w) {
				t.Errorf("%s: attribute %s: %q, %v, %v; want %q", name, where, got, ok, err, w)
			}
		}
	}
}

func TestAttribute(t *testing.T) {
	f, err := open(data(t, "kinds.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{"", "nothing"}, {"nowhere", "text"}, {"scalar", "text"}} {
		if _, ok, err := f.Attribute(c[0], c[1]); ok || err != nil {
			t.Errorf("attribute %q of %q: %v, %v", c[1], c[0], ok, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, want := range map[string]string{
		"latest.h5": "superblock version",
		"soft.h5":   `"v" is a soft link`,
		"order.h5":  "object headers of version 2",
	} {
		if _, err := open(data(t, name)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one of %q", name, err, want)
		}
	}
	// Only the datasets that are not readable are refused.
	f, err := open(data(t, "chunked.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"w": "chunks", "z": "compress"} {
		if d := f.Dataset(name); d == nil || !errors.Is(d.Err, ErrUnsupported) || !strings.Contains(d.Err.Error(), want) {
			t.Errorf("%s: %v", name, d)
		}
	}
	if d := f.Dataset("ok"); d == nil || d.Err != nil {
		t.Error(d)
	}
}

// Wherever the file ends, that is an error; but behind the end of the last
// structure, where padding is.
func TestTruncated(t *testing.T) {
	b := data(t, "model.weights.h5")
	for n := range len(b) - 1 {
		if _, err := open(b[:n]); err == nil {
			t.Fatalf("cut at %d of %d: no error", n, len(b))
		}
	}
}

// A group whose symbol table refers to itself, and one that is linked many
// times over: the superblock's root is changed, or links are.
func TestCircles(t *testing.T) {
	b := data(t, "kinds.h5")
	root := binary.LittleEndian.Uint64(b[64:])
	// The links of the file: the header address stands 8 bytes into an entry.
	for at := bytes.Index(b, []byte("SNOD")); at >= 0; {
		for i := range int(binary.LittleEndian.Uint16(b[at+6:])) {
			damaged := bytes.Clone(b)
			binary.LittleEndian.PutUint64(damaged[at+symbolHeadLen+i*linkLen+8:], root)
			if _, err := open(damaged); err == nil || !strings.Contains(err.Error(), "contains itself") {
				t.Errorf("link %d at %d to the root: %v", i, at, err)
			}
		}
		next := bytes.Index(b[at+1:], []byte("SNOD"))
		if next < 0 {
			break
		}
		at += 1 + next
	}
}

// image makes HDF5 structures by hand.
type image struct{ b []byte }

func (m *image) add(parts ...any) uint64 {
	at := uint64(len(m.b))
	for _, p := range parts {
		if s, ok := p.(string); ok {
			m.b = append(m.b, s...)
			continue
		}
		b, err := binary.Append(nil, binary.LittleEndian, p)
		if err != nil {
			panic(err)
		}
		m.b = append(m.b, b...)
	}
	return at
}

// Groups that each hold the next one a hundred times: 100^20 paths in 100 KB.
func TestUnfolding(t *testing.T) {
	m := &image{b: make([]byte, superblockLen)}
	names := ""
	for i := range 100 {
		names += fmt.Sprintf("%02d\x00", i)
	}
	segment := m.add(names)
	heap := m.add("HEAP", uint32(0), uint64(len(names)), uint64(0), segment)
	group := m.add(uint8(1), uint8(0), uint16(0), uint32(1), uint32(0), uint32(0)) // an empty one
	for range 20 {
		table := m.add("SNOD", uint16(1), uint16(100))
		for i := range 100 {
			m.add(uint64(3*i), group, uint32(0), uint32(0), [2]uint64{})
		}
		tree := m.add("TREE", uint8(0), uint8(0), uint16(1), [2]uint64{}, uint64(0), table, uint64(0))
		group = m.add(uint8(1), uint8(0), uint16(1), uint32(1), uint32(24), uint32(0),
			uint16(msgSymbolTable), uint16(16), uint32(0), tree, heap)
	}
	head := &image{}
	head.add(Signature, [5]byte{}, [3]byte{8, 8, 0}, uint16(4), uint16(16), uint32(0), uint64(0), undefined, uint64(len(m.b)), undefined, uint64(0), group, [3]uint64{})
	copy(m.b, head.b)
	if _, err := open(m.b); err == nil || !strings.Contains(err.Error(), "again and again") {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"model.weights.h5", "legacy.h5", "kinds.h5", "chunked.h5", "latest.h5", "order.h5"} {
		f.Add(data(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := open(b)
		if err != nil {
			return
		}
		for _, path := range h.Datasets() {
			d := h.Dataset(path)
			if d.Err != nil {
				continue
			}
			if n, err := d.bytes(); err != nil || n != d.Size {
				t.Fatalf("%q: %d bytes for %v of %d: %v", path, d.Size, d.Shape, d.Type.Size, err)
			}
			if _, err := io.Copy(io.Discard, io.NewSectionReader(bytes.NewReader(b), d.Offset, d.Size)); err != nil || d.Offset+d.Size > int64(len(b)) {
				t.Fatalf("%q: %d bytes at %d of %d", path, d.Size, d.Offset, len(b))
			}
		}
		for path := range h.objects {
			for _, name := range []string{"name", "dtype", "layer_names", "weight_names", "text", "list"} {
				h.Attribute(path, name)
			}
		}
	})
}
