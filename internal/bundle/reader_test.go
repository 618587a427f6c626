package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/tfsave/tfsave/internal/bundle/crc"
	"github.com/tfsave/tfsave/internal/bundle/table"
	"github.com/tfsave/tfsave/internal/tensor"
)

func openGolden(t *testing.T, name string) *Reader {
	t.Helper()
	r, err := Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// checkTensor compares all the ways to read a tensor.
func checkTensor(t *testing.T, r *Reader, key string, d tensor.DType, shape []int64, want []byte) {
	t.Helper()
	got, err := r.ReadTensor(key)
	if err != nil {
		t.Fatal(err)
	}
	if got.DType != d || !slices.Equal(got.Dims, shape) || !bytes.Equal(got.Data, want) {
		t.Errorf("%q is %s %v % x, want %s %v % x", key, got.DType, got.Dims, got.Data, d, shape, want)
	}
	s, err := r.Stream(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(s, want); err != nil {
		t.Errorf("%q as a stream: %v", key, err)
	}
}

func TestReadDTypes(t *testing.T) {
	r := openGolden(t, "dtypes")
	n := 0
	for _, name := range tensor.DTypeNames() {
		if d, _ := tensor.ParseDType(name); d.Size() > 0 {
			checkTensor(t, r, "dtype/"+name, d, []int64{2, 3}, pattern(int(d), d, 6))
			n++
		}
	}
	if len(r.Entries()) != n {
		t.Errorf("%d entries, want %d", len(r.Entries()), n)
	}
	if h := r.Header(); h != (Header{NumShards: 1, Producer: 1}) {
		t.Errorf("header is %+v", h)
	}
}

func TestReadStrings(t *testing.T) {
	r := openGolden(t, "strings")
	many := []string{"", "a", "é", strings.Repeat("x", 300), "\x00\xff"}
	for _, c := range []struct {
		key   string
		shape []int64
		want  []string
	}{
		{"s/many", []int64{5}, many},
		{"s/scalar", nil, []string{"scalar"}},
		{"s/none", []int64{0}, []string{}},
		{"s/grid", []int64{2, 2}, many[:4]},
	} {
		got, err := r.ReadTensor(c.key)
		if err != nil {
			t.Fatal(err)
		}
		if got.DType != tensor.String || !slices.Equal(got.Dims, c.shape) || !slices.Equal(got.Strings, c.want) {
			t.Errorf("%q is %+v, want %q", c.key, got, c.want)
		}
	}
	if _, err := r.Stream("s/many"); err == nil || !strings.Contains(err.Error(), "dtype string") {
		t.Errorf("a stream of strings: %v", err)
	}
}

func TestReadShards(t *testing.T) {
	r := openGolden(t, "shards")
	checkTensor(t, r, "a", tensor.Float32, []int64{2}, pattern(2, tensor.Float32, 2))
	checkTensor(t, r, "b", tensor.Int32, []int64{3}, pattern(1, tensor.Int32, 3))
	checkTensor(t, r, "c", tensor.Bool, nil, pattern(3, tensor.Bool, 1))
	if d, err := r.ReadTensor("d"); err != nil || !slices.Equal(d.Strings, []string{"x", "y"}) {
		t.Errorf("d is %v, %v", d, err)
	}
	if h := r.Header(); h.NumShards != 2 {
		t.Errorf("header is %+v", h)
	}
}

func TestReadParts(t *testing.T) {
	count := func(n int, put func(b []byte, i int) []byte) []byte {
		var b []byte
		for i := range n {
			b = put(b, i)
		}
		return b
	}
	le := binary.LittleEndian
	rows := count(4*300, func(b []byte, i int) []byte { return le.AppendUint16(b, uint16(i)) })
	grid := count(4*6, func(b []byte, i int) []byte {
		b, _ = binary.Append(b, le, float32(i))
		return b
	})
	cube := count(2*3*4, func(b []byte, i int) []byte { return le.AppendUint32(b, uint32(i)) })

	r := openGolden(t, "parts")
	for _, c := range []struct {
		key   string
		d     tensor.DType
		shape []int64
		parts int
		want  []byte
	}{
		{"cols", tensor.Int16, []int64{4, 300}, 2, rows},
		{"cube", tensor.Int32, []int64{2, 3, 4}, 3, cube},
		{"grid", tensor.Float32, []int64{4, 6}, 4, grid},
		{"line", tensor.Uint8, []int64{8200}, 3, pattern(9, tensor.Uint8, 8200)},
		{"n\x00\xffx", tensor.Int16, []int64{4, 300}, 2, rows},
		{"plain", tensor.Int8, nil, 0, []byte{1}},
		{"rows", tensor.Int16, []int64{4, 300}, 2, rows},
		{"whole", tensor.Float32, []int64{4, 6}, 0, grid},
	} {
		checkTensor(t, r, c.key, c.d, c.shape, c.want)
		if e, _ := r.Entry(c.key); len(e.Parts) != c.parts {
			t.Errorf("%q has %d parts, want %d", c.key, len(e.Parts), c.parts)
		}
	}
	if n := len(r.Entries()); n != 8 {
		t.Errorf("%d entries, want 8", n)
	}

	r = openGolden(t, "text_parts")
	if got, err := r.ReadTensor("t"); err != nil || fmt.Sprint(got.Strings) != "[s0 s1 s2 s3 s4 s5]" {
		t.Errorf("t is %v, %v", got, err)
	}
}

func TestReadUnknown(t *testing.T) {
	r := openGolden(t, "variants")
	if _, err := r.ReadTensor("nope"); err == nil || !strings.Contains(err.Error(), `no tensor "nope" in variants.index`) {
		t.Errorf("a key that is not there: %v", err)
	}
	if _, err := r.ReadTensor("v"); err == nil || !strings.Contains(err.Error(), "dtype variant") {
		t.Errorf("a variant: %v", err)
	}
	if _, err := Open("testdata/nope"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a checkpoint that is not there: %v", err)
	}
}

// loadGolden copies a golden checkpoint into memory, as the checkpoint "c".
func loadGolden(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", name+".*"))
	if err != nil || len(paths) < 2 {
		t.Fatalf("%s: %d files, %v", name, len(paths), err)
	}
	files := fstest.MapFS{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files["c"+strings.TrimPrefix(filepath.Base(p), name)] = &fstest.MapFile{Data: b}
	}
	return files
}

// contents reads everything, as text that tells any two checkpoints apart.
func contents(fsys fs.FS) (string, error) {
	r, err := OpenFS(fsys, "c")
	if err != nil {
		return "", err
	}
	defer r.Close()
	var out strings.Builder
	for _, e := range r.Entries() {
		fmt.Fprintf(&out, "%q %s %v ", e.Key, e.DType, e.Shape)
		if e.DType == tensor.Variant {
			continue
		}
		v, err := r.ReadTensor(e.Key)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "%x %q\n", v.Data, v.Strings)
	}
	return out.String(), nil
}

// TestEveryBit flips every bit of every file. Verify names what is wrong; a reader
// gives an error or the same tensors.
func TestEveryBit(t *testing.T) {
	for _, name := range []string{"no_variables", "keys", "shapes", "strings", "shards", "text_parts", "variants"} {
		t.Run(name, func(t *testing.T) {
			files := loadGolden(t, name)
			if faults := Verify(files, "c"); len(faults) > 0 {
				t.Fatalf("faults of an intact checkpoint: %v", faults)
			}
			want, err := contents(files)
			if err != nil {
				t.Fatal(err)
			}
			for file := range files {
				b := files[file].Data
				for bit := range 8 * len(b) {
					b[bit/8] ^= 1 << (bit % 8)
					faults := Verify(files, "c")
					got, err := contents(files)
					b[bit/8] ^= 1 << (bit % 8)
					if len(faults) == 0 {
						t.Fatalf("%s: bit %d of byte %d: no fault", file, bit%8, bit/8)
					}
					for _, f := range faults {
						if f.File != file || !errors.Is(f, ErrCorrupt) {
							t.Fatalf("%s: bit %d of byte %d: fault %v", file, bit%8, bit/8, f)
						}
						named := f.Key != ""
						if file == "c.index" {
							named = strings.Contains(f.Error(), "block") || strings.Contains(f.Error(), "footer") || strings.Contains(f.Error(), "magic number")
						}
						if !named {
							t.Fatalf("%s: bit %d of byte %d: fault %v names no tensor and no block", file, bit%8, bit/8, f)
						}
					}
					if err == nil && got != want {
						t.Fatalf("%s: bit %d of byte %d: tensors change without an error", file, bit%8, bit/8)
					}
				}
			}
		})
	}
}

// makeIndex makes an index of raw values.
func makeIndex(t testing.TB, entries map[string][]byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := table.NewWriter(&buf)
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if err := w.Add(key, entries[key]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// partitioned encodes the entry of a tensor in parts.
func partitioned(d tensor.DType, shape []int64, list ...[]Extent) []byte {
	e := Entry{DType: d, Shape: shape}
	b := e.append(nil)
	for _, slice := range list {
		var msg []byte
		for _, x := range slice {
			var extent []byte
			if x.Length != whole {
				extent = appendVarint(extent, extentStart, x.Start)
				extent = append(extent, extentLength<<3)
				extent = binary.AppendUvarint(extent, uint64(x.Length))
			}
			msg = appendMessage(msg, sliceExtent, extent)
		}
		b = appendMessage(b, entrySlices, msg)
	}
	return b
}

func sliceKey(name string, slice ...Extent) string {
	return string(appendExtents(appendSliceName(nil, name), slice))
}

func TestFaults(t *testing.T) {
	sum := func(b ...byte) uint32 { return crc.Mask(crc.Update(0, b)) }
	entry := func(e Entry) []byte { return e.append(nil) }
	header := Header{NumShards: 1, Producer: 1}.append(nil)
	one := func(shape ...int64) []byte { // the byte 1 at 0
		return entry(Entry{DType: tensor.Uint8, Shape: shape, Size: 1, CRC: sum(1)})
	}
	const huge = 1 << 40
	half := []Extent{{0, 1}}
	rest := []Extent{{1, 1}}

	for _, c := range []struct {
		name    string
		data    string
		entries map[string][]byte
		want    string // an error of Open or ReadTensor("a")
	}{
		{"no header", "", map[string][]byte{"a": one()}, "no header"},
		{"empty table", "", nil, "no header"},
		{"header garbage", "", map[string][]byte{"": {0xff}}, "header: corrupt"},
		{"negative shards", "", map[string][]byte{"": appendVarint(nil, headerNumShards, -1)}, "-1 shards"},
		{"big-endian", "", map[string][]byte{"": {8, 1, 0x10, 1}}, "big-endian"},
		{"newer format", "", map[string][]byte{"": {8, 1, 0x1a, 2, 0x10, 2}}, "version 2"},
		{"refused reader", "", map[string][]byte{"": {8, 1, 0x1a, 3, 0x1a, 1, 1}}, "refuses"},
		{"refused reader, not packed", "", map[string][]byte{"": {8, 1, 0x1a, 2, 0x18, 1}}, "refuses"},
		{"entry garbage", "", map[string][]byte{"": header, "a": {0x0a, 0x7f}}, `c.index: tensor "a": corrupt: field 1`},
		{"no dtype", "", map[string][]byte{"": header, "a": {}}, "dtype dtype(0)"},
		{"reference dtype", "", map[string][]byte{"": header, "a": {8, 101}}, "dtype float32_ref"},
		{"resource", "", map[string][]byte{"": header, "a": {8, 20}}, "dtype resource"},
		{"unknown rank", "", map[string][]byte{"": header, "a": {8, 1, 0x12, 2, 0x18, 1}}, "unknown rank"},
		{"rank", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Shape: make([]int64, maxRank+1)})}, "more than 254 dimensions"},
		{"negative dimension", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Shape: []int64{-1}})}, "[?] of int8 is negative"},
		{"too many elements", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Shape: []int64{huge, huge}})}, "too large"},
		{"too many bytes", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int64, Shape: []int64{1 << 62}})}, "too large"},
		{"size", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int32, Shape: []int64{3}, Size: 11})}, "11 bytes, int32 of shape [3] takes 12"},
		{"negative size", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.String, Size: -1})}, "size -1"},
		{"negative offset", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Size: 1, Offset: -1})}, "offset -1"},
		{"offset overflows", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Size: 1, Offset: maxInt64})}, "offset 9223372036854775807"},
		{"shard", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Size: 1, Shard: 1})}, "shard 1 of 1"},
		{"too few bytes for strings", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.String, Shape: []int64{huge}, Size: 100})}, "too few for 1099511627776 elements"},
		{"beyond the file", "x", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Shape: []int64{huge}, Size: huge})}, "bytes 0 to 1099511627776 of a file of 1"},
		{"checksum", "x", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Size: 1, CRC: sum()})}, "checksum"},
		{"checksum of nothing", "", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.Int8, Shape: []int64{0}, CRC: 1})}, "checksum"},
		{"string length", "\x7f\x00\x00\x00\x00", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.String, Size: 5})}, "element 0 has 127 bytes"},
		{"string length varint", "\xff\xff\xff\xff\xff", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.String, Size: 5})}, "length of element 0"},
		{"string length sum", "\x00\x00\x00\x00\x00", map[string][]byte{"": header, "a": entry(Entry{DType: tensor.String, Size: 5})}, "the lengths at 0 have checksum"},
		{"slice without entry", "", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2}, half)}, "slice 0,1 has no entry"},
		{"slice rank", "", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2, 2}, half)}, "1 dimensions, the tensor has 2"},
		{"slice outside", "", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2}, []Extent{{1, 2}})}, "slice 1,2 is not within shape [2]"},
		{"slice overflows", "", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2}, []Extent{{maxInt64, maxInt64}})}, "is not within"},
		{"slice twice", "", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2}, half, half), sliceKey("a", half...): one(1)}, "slice 0,1 is listed twice"},
		{"slice shape", "", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2}, half), sliceKey("a", half...): one()}, "slice 0,1 has an entry of shape []"},
		{"slice dtype", "", map[string][]byte{"": header, "a": partitioned(tensor.Int8, []int64{2}, half), sliceKey("a", half...): one(1)}, "dtype uint8, the tensor is int8"},
		{"slice missing", "", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2}, half), sliceKey("a", half...): one(1)}, "slices leave 1 elements of shape [2] out"},
		{"slices overlap", "\x01\x02\x03", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{3}, half, []Extent{{0, 2}}), sliceKey("a", half...): one(1),
			sliceKey("a", Extent{0, 2}): entry(Entry{DType: tensor.Uint8, Shape: []int64{2}, Offset: 1, Size: 2, CRC: sum(2, 3)})}, "slices overlap at element 0"},
		{"slices share bytes", "\x01", map[string][]byte{"": header, "a": partitioned(tensor.Uint8, []int64{2}, half, rest), sliceKey("a", half...): one(1), sliceKey("a", rest...): one(1)}, "2 elements of uint8, the shards have 1 bytes together"},
		{"fine", "\x01", map[string][]byte{"": header, "a": one()}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{
				"c.index":               {Data: makeIndex(t, c.entries)},
				"c.data-00000-of-00001": {Data: []byte(c.data)},
			}
			err := readA(files)
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one with %q", err, c.want)
			}
			if faults := Verify(files, "c"); len(faults) == 0 {
				t.Error("Verify finds no fault")
			}
		})
	}
}

func readA(fsys fs.FS) error {
	r, err := OpenFS(fsys, "c")
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = r.ReadTensor("a")
	return err
}
