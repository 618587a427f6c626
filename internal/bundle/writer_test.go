package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/tfsave/tfsave/internal/bundle/crc"
	"github.com/tfsave/tfsave/internal/tensor"
)

func (m *memory) files() fstest.MapFS {
	return fstest.MapFS{
		"c.index":               {Data: m.index.Bytes()},
		"c.data-00000-of-00001": {Data: m.data.Bytes()},
	}
}

func TestWriterErrors(t *testing.T) {
	errSource := errors.New("source broke")
	three := func() io.Reader { return strings.NewReader("abc") }
	for _, c := range []struct {
		name  string
		write func(w *Writer) error
		want  string
	}{
		{"empty key", func(w *Writer) error { return w.Add("", tensor.Int8, nil, three()) }, `tensor "": the empty key`},
		{"slice key", func(w *Writer) error { return w.Add("\x00a", tensor.Int8, nil, three()) }, "that of a slice"},
		{"duplicate", func(w *Writer) error {
			w.Add("a", tensor.Int8, nil, three())
			return w.AddStrings("a", nil, []string{"x"})
		}, `tensor "a": there is a tensor of that key already`},
		{"short data", func(w *Writer) error { return w.Add("a", tensor.Int32, []int64{5}, three()) }, `tensor "a": the data ends after 3 bytes, int32 of shape [5] takes 20: unexpected EOF`},
		{"no data", func(w *Writer) error {
			return w.Add("a", tensor.Int8, nil, iotest.DataErrReader(strings.NewReader("")))
		}, `ends after 0 bytes`},
		{"source error", func(w *Writer) error { return w.Add("a", tensor.Int32, nil, iotest.ErrReader(errSource)) }, `tensor "a": source broke`},
		{"string by Add", func(w *Writer) error { return w.Add("a", tensor.String, nil, three()) }, "dtype string has no plain bytes"},
		{"resource", func(w *Writer) error { return w.Add("a", tensor.Resource, nil, three()) }, "dtype resource has no plain bytes"},
		{"reference", func(w *Writer) error { return w.Add("a", tensor.Float32.Ref(), nil, three()) }, "dtype float32_ref has no plain bytes"},
		{"unknown shape", func(w *Writer) error { return w.Add("a", tensor.Int8, []int64{-1}, three()) }, "shape [?] of int8 is negative"},
		{"too large", func(w *Writer) error { return w.Add("a", tensor.Int8, []int64{1 << 40, 1 << 40}, three()) }, "too large"},
		{"rank", func(w *Writer) error { return w.Add("a", tensor.Int8, make([]int64, 255), three()) }, "255 dimensions, at most 254"},
		{"string count", func(w *Writer) error { return w.AddStrings("a", []int64{3}, []string{"x"}) }, "1 strings for shape [3], which takes 3"},
		{"closed", func(w *Writer) error { w.Close(); return w.Add("a", tensor.Int8, nil, three()) }, "closed"},
		{"aborted", func(w *Writer) error { w.Abort(); return w.Add("a", tensor.Int8, nil, three()) }, "closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := NewWriter(io.Discard, io.Discard)
			err := c.write(w)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error is %v, want one with %q", err, c.want)
			}
			if again := w.Add("z", tensor.Int8, nil, three()); again != err {
				t.Errorf("after that error Add gives %v", again)
			}
			if again := w.Close(); again != err {
				t.Errorf("after that error Close gives %v", again)
			}
		})
	}
	if w := NewWriter(io.Discard, io.Discard); !errors.Is(w.Add("a", tensor.Int32, nil, iotest.ErrReader(errSource)), errSource) {
		t.Error("the error of the source is not wrapped")
	}
}

// TestAddReadsExactly: several tensors can come from one stream.
func TestAddReadsExactly(t *testing.T) {
	m := new(memory)
	w := NewWriter(&m.data, &m.index)
	r := iotest.OneByteReader(strings.NewReader("aabbbbc"))
	if err := w.Add("x", tensor.Uint8, []int64{2}, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Add("y", tensor.Int32, nil, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(r); m.data.String() != "aabbbb" || string(rest) != "c" {
		t.Errorf("wrote %q, left %q", m.data.String(), rest)
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
		w := NewWriter(f, f)
		w.Add("a", tensor.Uint8, []int64{3 * bufferSize}, zeros{})
		w.AddStrings("b", []int64{1}, []string{strings.Repeat("x", 2*bufferSize)})
		return w.Close()
	}
	calls := &failAt{}
	if err := write(calls); err != nil {
		t.Fatal(err)
	}
	if calls.n > -6 {
		t.Fatalf("only %d calls of Write", -calls.n)
	}
	for n := 1; n <= -calls.n; n++ {
		if err := write(&failAt{n: n}); !errors.Is(err, errDisk) {
			t.Errorf("call %d fails, the writer says %v", n, err)
		}
		if err := write(&failAt{n: n, short: true}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("call %d writes a part, the writer says %v", n, err)
		}
	}
}

// zeros reads as zeros without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func ls(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	return strings.Join(names, " ")
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	prefix := filepath.Join(dir, "variables")
	write := func(value string) error {
		w, err := Create(prefix, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		w.Add("a", tensor.Uint8, []int64{2}, strings.NewReader(value))
		return w.Close()
	}
	if err := write("12"); err != nil {
		t.Fatal(err)
	}
	const both = "variables.data-00000-of-00001 variables.index"
	if got := ls(t, dir); got != both {
		t.Errorf("files are %s", got)
	}
	// An export that fails leaves the checkpoint that was there.
	if err := write("1"); err == nil {
		t.Error("a short tensor gives no error")
	}
	w, err := Create(prefix, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if got := ls(t, dir); got != both {
		t.Errorf("files after an error and an abort are %s", got)
	}
	r, err := Open(prefix)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := r.ReadTensor("a"); err != nil || string(got.Data) != "12" {
		t.Errorf("a is %v, %v", got, err)
	}
	if faults := Verify(os.DirFS(dir), "variables"); len(faults) > 0 {
		t.Errorf("faults %v", faults)
	}

	if _, err := Create(filepath.Join(dir, "nope", "variables"), 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
}

func TestRenameFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "c.index", "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	w, err := Create(filepath.Join(dir, "c"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err == nil {
		t.Fatal("the index replaces a folder")
	}
	if got := ls(t, dir); strings.Contains(got, ".tmp") {
		t.Errorf("files are %s", got)
	}
}

// TestUpdateLength: a length that does not fit a uint32 counts as a uint64. The
// masked checksum is what TF 2.21 writes for "ab" and a string of 4 GiB and 5 bytes.
func TestUpdateLength(t *testing.T) {
	for _, c := range []struct {
		lengths []uint64
		want    uint32
	}{
		{nil, 0xa282ead8},
		{[]uint64{2, 1<<32 + 5}, 0x3422e4a6},
	} {
		sum := uint32(0)
		for _, n := range c.lengths {
			sum = updateLength(sum, n)
		}
		if got := crc.Mask(sum); got != c.want {
			t.Errorf("lengths %d have the checksum %#x, want %#x", c.lengths, got, c.want)
		}
	}
}

func TestManyTensors(t *testing.T) {
	const n = 100_000
	m := new(memory)
	w := NewWriter(&m.data, &m.index)
	for i := range n {
		i = i * 7919 % n // any order
		if err := w.Add(fmt.Sprintf("layer_%d/kernel", i), tensor.Int32, nil, bytes.NewReader([]byte{byte(i), byte(i >> 8), byte(i >> 16), 0})); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := OpenFS(m.files(), "c")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(r.Entries()) != n {
		t.Fatalf("%d entries", len(r.Entries()))
	}
	for i := range n {
		got, err := r.ReadTensor(fmt.Sprintf("layer_%d/kernel", i))
		if err != nil || int(got.Data[0])|int(got.Data[1])<<8|int(got.Data[2])<<16 != i {
			t.Fatalf("tensor %d is %v, %v", i, got, err)
		}
	}
	if faults := Verify(m.files(), "c"); len(faults) > 0 {
		t.Errorf("%d faults, %v the first", len(faults), faults[0])
	}
}

// BenchmarkWrite writes a tensor from a file to a file; BenchmarkCopy is what a
// plain copy of it takes.
func BenchmarkWrite(b *testing.B) {
	benchmarkFile(b, func(src *os.File, dir string, size int64) error {
		w, err := Create(filepath.Join(dir, "c"), 1)
		if err != nil {
			return err
		}
		if err := w.Add("a", tensor.Uint8, []int64{size}, src); err != nil {
			return err
		}
		return w.Close()
	})
}

func BenchmarkCopy(b *testing.B) {
	benchmarkFile(b, func(src *os.File, dir string, size int64) error {
		dst, err := os.Create(filepath.Join(dir, "copy"))
		if err != nil {
			return err
		}
		// Through a buffer: the kernel's own copy may share blocks and copy nothing.
		if _, err := io.CopyBuffer(struct{ io.Writer }{dst}, struct{ io.Reader }{src}, make([]byte, bufferSize)); err != nil {
			return err
		}
		return dst.Close()
	})
}

func benchmarkFile(b *testing.B, write func(src *os.File, dir string, size int64) error) {
	const size = 256 << 20
	dir := b.TempDir()
	src, err := os.Create(filepath.Join(dir, "source"))
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	if _, err := io.CopyN(src, zeros{}, size); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	for b.Loop() {
		if _, err := src.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		// A fresh folder: file systems flush a file that is renamed over another.
		out, err := os.MkdirTemp(dir, "")
		if err != nil {
			b.Fatal(err)
		}
		if err := write(src, out, size); err != nil {
			b.Fatal(err)
		}
		if err := os.RemoveAll(out); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	const size = 256 << 20
	dir := b.TempDir()
	w, err := Create(filepath.Join(dir, "c"), 1)
	if err != nil {
		b.Fatal(err)
	}
	w.Add("a", tensor.Uint8, []int64{size}, zeros{})
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	for b.Loop() {
		if faults := Verify(os.DirFS(dir), "c"); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}
