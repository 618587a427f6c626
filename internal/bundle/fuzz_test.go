package bundle

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tfsave/tfsave/internal/bundle/table"
	"github.com/tfsave/tfsave/internal/tensor"
)

// FuzzBundle reads two entries of any content, under a header and checksums that
// are right, and the same tensors after they were written.
func FuzzBundle(f *testing.F) {
	header := Header{NumShards: 1, Producer: 1}.append(nil)
	for _, name := range []string{"no_variables", "keys", "shapes", "strings", "text_parts", "parts", "variants"} {
		files := loadGolden(f, name)
		index := files["c.index"].Data
		t, err := table.NewReader(bytes.NewReader(index), int64(len(index)))
		if err != nil {
			f.Fatal(err)
		}
		last := table.Entry{Key: "\x00"}
		for e := range t.All() {
			if e.Key != "" {
				f.Add(header, last.Key, last.Value, e.Key, e.Value, files["c.data-00000-of-00001"].Data)
				last = e
			}
		}
	}
	f.Add(header, sliceKey("a", Extent{0, 1}), []byte{8, 4, 0x12, 4, 0x12, 2, 8, 1, 0x28, 1}, "a", partitioned(tensor.Uint8, []int64{1}, []Extent{{0, 1}}), []byte{1})

	f.Fuzz(func(t *testing.T, header []byte, key1 string, value1 []byte, key2 string, value2 []byte, data []byte) {
		if key1 == "" || key1 == key2 || key2 == "" {
			return
		}
		files := fstest.MapFS{
			"c.index":               {Data: makeIndex(t, map[string][]byte{"": header, key1: value1, key2: value2})},
			"c.data-00000-of-00001": {Data: data},
		}
		faults := Verify(files, "c")
		r, err := OpenFS(files, "c")
		if err != nil {
			if len(faults) == 0 {
				t.Fatalf("Verify has no fault where Open says %v", err)
			}
			return
		}
		defer r.Close()

		m := new(memory)
		w := NewWriter(&m.data, &m.index)
		want := make(map[string]*tensor.Tensor)
		for _, e := range r.Entries() {
			v, err := r.ReadTensor(e.Key)
			if err != nil {
				if len(faults) == 0 && (e.DType.Size() > 0 || e.DType == tensor.String) {
					t.Fatalf("Verify has no fault where ReadTensor says %v", err)
				}
				continue
			}
			if strings.HasPrefix(e.Key, sliceKeyPrefix) {
				continue
			}
			want[e.Key] = v
			if e.DType == tensor.String {
				err = w.AddStrings(e.Key, v.Dims, v.Strings)
			} else {
				err = w.Add(e.Key, v.DType, v.Dims, bytes.NewReader(v.Data))
			}
			if err != nil {
				t.Fatal(err)
			}
			if s, err := r.Stream(e.Key); err == nil {
				if b, err := io.ReadAll(s); err != nil || !bytes.Equal(b, v.Data) {
					t.Fatalf("tensor %q as a stream is % x, %v; want % x", e.Key, b, err, v.Data)
				}
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if faults := Verify(m.files(), "c"); len(faults) > 0 {
			t.Fatalf("faults of what was written: %v", faults)
		}
		again, err := OpenFS(m.files(), "c")
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		for key, v := range want {
			got, err := again.ReadTensor(key)
			if err != nil || got.DType != v.DType || !slices.Equal(got.Dims, v.Dims) || !bytes.Equal(got.Data, v.Data) || !slices.Equal(got.Strings, v.Strings) {
				t.Fatalf("tensor %q reads %v, %v after it was written; was %v", key, got, err, v)
			}
		}
	})
}
