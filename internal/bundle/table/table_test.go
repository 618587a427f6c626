package table

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/bundle/crc"
)

func build(t testing.TB, entries []Entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := NewWriter(&buf)
	for _, e := range entries {
		if err := w.Add(e.Key, e.Value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// read gives all entries, and the first error.
func read(b []byte) ([]Entry, error) {
	r, err := NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for e, err := range r.All() {
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func checkEntries(t *testing.T, got, want []Entry) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("read %d entries, wrote %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Key != want[i].Key || !bytes.Equal(got[i].Value, want[i].Value) {
			t.Fatalf("entry %d is %q → %x, wrote %q → %x", i, got[i].Key, got[i].Value, want[i].Key, want[i].Value)
		}
	}
}

// TestDocExample holds the hex of the package comment to what the writer writes.
func TestDocExample(t *testing.T) {
	src, err := os.ReadFile("table.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	line := regexp.MustCompile(`(?m)^//\t([0-9a-f]{2}): ((?:[0-9a-f]{2} |… )*[0-9a-f]{2})`)
	for _, m := range line.FindAllStringSubmatch(string(src), -1) {
		if offset, _ := hex.DecodeString(m[1]); int(offset[0]) != len(want) {
			t.Fatalf("line %q stands at %#x", m[0], len(want))
		}
		if strings.Contains(m[2], "…") {
			want = append(want, make([]byte, footerLen-magicLen-4)...)
			continue
		}
		b, err := hex.DecodeString(strings.ReplaceAll(m[2], " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, b...)
	}
	got := build(t, []Entry{{"", []byte{8}}, {"w/a", []byte{1, 2}}, {"w/b", []byte{3}}})
	if !bytes.Equal(got, want) {
		t.Errorf("wrote\n%sthe comment says\n%s", hex.Dump(got), hex.Dump(want))
	}
}

func TestRoundTrip(t *testing.T) {
	long := strings.Repeat("k", 300<<10)
	var many []Entry
	for i := range 50_000 {
		many = append(many, Entry{fmt.Sprintf("layer_%05d/kernel", i), []byte(strings.Repeat("v", i%40))})
	}
	for name, entries := range map[string][]Entry{
		"no entry":    nil,
		"empty key":   {{"", nil}},
		"one":         {{"a", []byte("1")}},
		"prefixes":    {{"a", nil}, {"aa", []byte("2")}, {"aaa", nil}, {"ab", []byte{0}}},
		"high bytes":  {{"\x00", nil}, {"\xff", []byte("x")}, {"\xff\xff", nil}},
		"long keys":   {{long, nil}, {long + "a", []byte("1")}, {long + "b", nil}},
		"long value":  {{"a", []byte(long)}, {"b", []byte(long)}},
		"many blocks": many,
	} {
		t.Run(name, func(t *testing.T) {
			b := build(t, entries)
			got, err := read(b)
			if err != nil {
				t.Fatal(err)
			}
			checkEntries(t, got, entries)
			r, _ := NewReader(bytes.NewReader(b), int64(len(b)))
			if s := r.Strays(); s != nil {
				t.Errorf("strays: %q", s)
			}
		})
	}
}

func TestIndexKeys(t *testing.T) {
	for _, c := range []struct{ a, b, separator, successor string }{
		{"abc", "abf", "abd", "b"},
		{"abc", "abd", "abc", "b"},
		{"a", "ab", "a", "b"},
		{"k13800/x", "k13803/x", "k13801", "l"},
		{"layer_04591/x", "layer_04592/x", "layer_04591/x", "m"},
		{"a\xfe", "a\xff", "a\xfe", "b"},
		{"\xff\xff", "\xff\xff\x01", "\xff\xff", "\xff\xff"},
		{"\xffa", "\xffc", "\xffb", "\xffb"},
		{"", "a", "", ""},
	} {
		if got := separator(c.a, c.b); got != c.separator {
			t.Errorf("separator(%q, %q) = %q, want %q", c.a, c.b, got, c.separator)
		}
		if got := successor(c.a); got != c.successor {
			t.Errorf("successor(%q) = %q, want %q", c.a, got, c.successor)
		}
	}
}

func TestWriterOrder(t *testing.T) {
	w := NewWriter(new(bytes.Buffer))
	if err := w.Add("b", nil); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"b", "a", "c"} { // the error stays
		if err := w.Add(key, nil); err == nil || !strings.Contains(err.Error(), `"b"`) {
			t.Errorf("Add(%q) = %v", key, err)
		}
	}
	if err := w.Close(); err == nil {
		t.Error("Close after a failed Add succeeds")
	}
}

// failAt fails call number n; short makes it write a part without an error.
type failAt struct {
	n     int
	short bool
}

var errDisk = errors.New("disk full")

func (f *failAt) Write(b []byte) (int, error) {
	f.n--
	switch {
	case f.n != 0:
		return len(b), nil
	case f.short:
		return len(b) / 2, nil
	}
	return 0, errDisk
}

func TestWriterSurfacesErrors(t *testing.T) {
	write := func(f *failAt) error {
		w := NewWriter(f)
		for i := range 3 {
			if err := w.Add(fmt.Sprint(i), make([]byte, blockSize)); err != nil {
				if err2 := w.Close(); err2 != err {
					t.Errorf("Close after %v gives %v", err, err2)
				}
				return err
			}
		}
		return w.Close()
	}
	calls := &failAt{}
	if err := write(calls); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= -calls.n; n++ {
		if err := write(&failAt{n: n}); !errors.Is(err, errDisk) {
			t.Errorf("call %d fails, the writer says %v", n, err)
		}
		if err := write(&failAt{n: n, short: true}); err == nil {
			t.Errorf("call %d writes a part, the writer says nothing", n)
		}
	}
}

// seal gives contents the trailer of an uncompressed block.
func seal(contents string, compression byte) string {
	b := append([]byte(contents), compression)
	return string(binary.LittleEndian.AppendUint32(b, crc.Mask(crc.Update(0, b))))
}

// tableOf puts one data block and the given index entry together.
func tableOf(block, indexKey string, h handle) []byte {
	b := []byte(block)
	meta := handle{int64(len(b)), 8}
	b = append(b, seal("\x00\x00\x00\x00\x01\x00\x00\x00", 0)...)
	ib := blockBuilder{restartInterval: 1}
	ib.add(indexKey, h.append(nil))
	index := ib.finish()
	ih := handle{int64(len(b)), int64(len(index))}
	b = append(b, seal(string(index), 0)...)
	footer := ih.append(meta.append(make([]byte, 0, footerLen)))[:footerLen-magicLen]
	return binary.LittleEndian.AppendUint64(append(b, footer...), magic)
}

func TestCorrupt(t *testing.T) {
	const restart0, restarts1 = "\x00\x00\x00\x00", "\x01\x00\x00\x00"
	one := "\x00\x01\x01a1" // "a" → "1"
	valid := build(t, []Entry{{"a", []byte("1")}})
	edit := func(f func(b []byte) []byte) []byte { return f(bytes.Clone(valid)) }
	block := func(contents string) []byte {
		return tableOf(seal(contents, 0), "z", handle{0, int64(len(contents))})
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty file", nil, "too short"},
		{"short file", valid[len(valid)-footerLen+1:], "too short"},
		{"bad magic", edit(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), "magic"},
		{"no data", valid[len(valid)-footerLen:], "metaindex handle points outside"},
		{"cut in front", valid[1:], "index handle"},
		{"metaindex outside", edit(func(b []byte) []byte { b[len(b)-footerLen+1] = 0x7f; return b }), "metaindex handle"},
		{"index outside", edit(func(b []byte) []byte { b[len(b)-footerLen+3] = 0x7f; return b }), "index handle"},
		{"block damaged", edit(func(b []byte) []byte { b[4] ^= 0x10; return b }), "data block 0: corrupt at byte 0: block of 13 bytes has checksum"},
		{"block outside", tableOf("", "z", handle{1 << 40, 1 << 40}), "handle of block 0"},
		{"handle overflows", tableOf("", "z", handle{1<<63 - 1, 1<<63 - 1}), "handle of block 0"},
		{"tiny block", block("\x00\x00\x00"), "no room for its restart count"},
		{"too many restarts", block("\xff\xff\xff\xff"), "4294967295 restart points"},
		{"no restarts", block(one + "\x00\x00\x00\x00"), "no restart point"},
		{"first restart", block(one + "\x05\x00\x00\x00" + restarts1), "first restart point"},
		{"stray restart", block(one + restart0 + "\x04\x00\x00\x00" + "\x02\x00\x00\x00"), "restart point 1"},
		{"restart shares", block(one + "\x01\x01\x00b" + restart0 + "\x05\x00\x00\x00" + "\x02\x00\x00\x00"), "shares 1 bytes"},
		{"shared too long", block("\x01\x01\x01a1" + restart0 + restarts1), "shared key length"},
		{"key too long", block("\x00\x7f\x01a1" + restart0 + restarts1), "key length"},
		{"value too long", block("\x00\x01\x05a1" + restart0 + restarts1), "1+5 bytes, the block has 2 left"},
		{"unfinished varint", block("\xff\xff\xff" + restart0 + restarts1), "shared key length"},
		{"key repeats", block(one + one + restart0 + restarts1), "not greater than the key before"},
		{"key shrinks", block(one + "\x01\x00\x001" + restart0 + restarts1), "not greater than the key before"},
		{"key beyond index", tableOf(seal(one+restart0+restarts1, 0), "Z", handle{0, 13}), "greater than the block's index key"},
		{"keys explode", block(explode()), "more than 64 times"},
		{"compression", tableOf(seal(one+restart0+restarts1, 7), "z", handle{0, 13}), "compression type 7"},
		{"bad snappy", tableOf(seal("\x05\x00", 1), "z", handle{0, 2}), "snappy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.file)
			if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one with %q", err, c.want)
			}
		})
	}
}

// explode is a block whose keys share one long prefix without end.
func explode() string {
	b := blockBuilder{restartInterval: 1 << 30}
	prefix := strings.Repeat("p", 1000)
	for i := range 1000 {
		b.add(fmt.Sprintf("%s%04d", prefix, i), nil)
	}
	return string(b.finish())
}

// TestAllGoesOn: a damaged block does not hide the ones after it.
func TestAllGoesOn(t *testing.T) {
	var entries []Entry
	for i := range 3 {
		entries = append(entries, Entry{fmt.Sprint(i), make([]byte, blockSize)})
	}
	b := build(t, entries)
	b[blockSize+1000] ^= 1 // in block 1
	r, err := NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range r.All() {
		if err != nil {
			e.Key = "!"
		}
		got = append(got, e.Key)
	}
	if fmt.Sprint(got) != "[0 ! 2]" {
		t.Errorf("got %v", got)
	}
}

func TestStrays(t *testing.T) {
	contents := "\x00\x01\x01a1\x00\x00\x00\x00\x01\x00\x00\x00"
	b := tableOf("junk"+seal(contents, 0), "z", handle{4, int64(len(contents))})
	b[len(b)-magicLen-1] = 1
	r, err := NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"4 bytes at 0 belong to no block", fmt.Sprintf("the footer at %d is padded with other bytes than zeros", len(b)-footerLen)}
	if got := r.Strays(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("strays %q, want %q", got, want)
	}
}

func TestSnappy(t *testing.T) {
	ok := []struct{ in, want string }{
		{"\x00", ""},
		{"\x03\x08abc", "abc"},
		{"\x3d\xf0\x3c" + strings.Repeat("x", 61), strings.Repeat("x", 61)},
		{"\x3d\xf4\x3c\x00" + strings.Repeat("x", 61), strings.Repeat("x", 61)},
		{"\x08\x00a\x0d\x01", "aaaaaaaa"},             // copy with 1 byte of offset, over its own output
		{"\x06\x08abc\x0a\x03\x00", "abcabc"},         // 2 bytes
		{"\x06\x08abc\x0b\x03\x00\x00\x00", "abcabc"}, // 4 bytes
	}
	for _, c := range ok {
		got, err := decodeSnappy([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("decodeSnappy(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
	for _, in := range []string{
		"", "\x80", "\xff\xff\xff\xff\xff\x0f", "\x01", "\x02\x00a", "\x00\x00a", // lengths
		"\x01\x04a", "\x01\xf0", "\x10\x00a\x0d", "\x10\x0d\x01", "\x08\x00a\x0d\x00", "\x08\x00a\x0d\x02", "\x04\x00a\x0d\x01",
	} {
		if got, err := decodeSnappy([]byte(in)); err == nil {
			t.Errorf("decodeSnappy(%q) = %q", in, got)
		}
	}
}

func TestSnappyBlock(t *testing.T) {
	// "a" → 20 times "1": the value is a literal and an overlapping copy.
	compressed := "\x20" + "\x0c\x00\x01\x14a" + "\x001" + "\x4a\x01\x00" + "\x1c\x00\x00\x00\x00\x01\x00\x00\x00"
	got, err := read(tableOf(seal(compressed, 1), "z", handle{0, int64(len(compressed))}))
	if err != nil {
		t.Fatal(err)
	}
	checkEntries(t, got, []Entry{{"a", []byte(strings.Repeat("1", 20))}})
}

func FuzzTable(f *testing.F) {
	f.Add([]byte{})
	f.Add(build(f, nil))
	f.Add(build(f, []Entry{{"", []byte{8, 1}}, {"w/a", []byte{1, 2}}, {"w/b", nil}}))
	compressed := "\x20" + "\x0c\x00\x01\x14a" + "\x001" + "\x4a\x01\x00" + "\x1c\x00\x00\x00\x00\x01\x00\x00\x00"
	f.Add(tableOf(seal(compressed, 1), "z", handle{0, int64(len(compressed))}))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := read(b)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("%v is not ErrCorrupt", err)
			}
			return
		}
		// What can be read can be written, and reads the same.
		again, err := read(build(t, entries))
		if err != nil {
			t.Fatal(err)
		}
		checkEntries(t, again, entries)
	})
}

// FuzzBlock reaches what the checksums keep FuzzTable from.
func FuzzBlock(f *testing.F) {
	f.Add("\x00\x01\x01a1\x01\x01\x00b\x00\x00\x00\x00\x01\x00\x00\x00", byte(0))
	f.Add("\x20\x0c\x00\x01\x14a\x001\x4a\x01\x00\x1c\x00\x00\x00\x00\x01\x00\x00\x00", byte(1))
	f.Fuzz(func(t *testing.T, contents string, compression byte) {
		if _, err := read(tableOf(seal(contents, compression), "z", handle{0, int64(len(contents))})); err != nil && !errors.Is(err, ErrCorrupt) {
			t.Fatalf("%v is not ErrCorrupt", err)
		}
	})
}
