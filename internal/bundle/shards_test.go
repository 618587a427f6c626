package bundle

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

func layout(key string, d tensor.DType, shape ...int64) Layout {
	n, _ := dataSize(d, shape)
	return Layout{key, d, shape, n}
}

// planString writes a plan: shards apart by "|", "a" for a whole tensor.
func planString(tensors []Layout, shards [][]Piece) string {
	var out []string
	for _, shard := range shards {
		var pieces []string
		for _, p := range shard {
			s := tensors[p.Tensor].Key
			if p.Slice != nil {
				s += "[" + sliceString(p.Slice) + "]"
			}
			pieces = append(pieces, s)
		}
		out = append(out, strings.Join(pieces, " "))
	}
	return strings.Join(out, " | ")
}

// The plans are those of MaxShardSizePolicy of TF 2.21, but for those that its
// documentation here excepts.
func TestPlanShards(t *testing.T) {
	f32, object := tensor.Float32, Layout{Key: "o", DType: tensor.String}
	for _, tc := range []struct {
		tensors []Layout
		limit   int64
		want    string
	}{
		{[]Layout{layout("a", f32, 2), layout("b", f32, 3), object}, 100, "a b o"},
		{[]Layout{layout("a", f32, 10), object}, 16, "a[0,4] | a[4,3] a[7,1] | a[8,2] o"},
		{[]Layout{layout("a", f32, 3), layout("b", f32, 4), object}, 16, "a b[0,1] | b[1,3] o"},
		{[]Layout{layout("a", f32, 4), layout("b", f32, 4), object}, 16, "a | b o"},
		// 5 columns fit, no row; of what is left then, a row does.
		{[]Layout{layout("a", f32, 3, 20), object}, 60, "a[0,3:0,5] | a[0,1:5,15] | a[1,1:5,15] | a[2,1:5,15] o"},
		{[]Layout{layout("a", f32, 7, 2), object}, 40, "a[0,4:0,2] a[4,1:0,2] | a[5,2:0,2] o"},
		{[]Layout{layout("a", f32), layout("b", f32), layout("c", f32), object}, 8, "a b | c o"},
		{[]Layout{layout("a", f32), layout("b", tensor.Complex128), object}, 8, "a o | b"},
		{[]Layout{layout("a", f32, 0, 3), layout("b", f32, 2), object}, 8, "a b o"},
		{[]Layout{layout("a", tensor.Half, 5), layout("b", f32, 2), object}, 8, "b o | a"},
		{[]Layout{{"a", tensor.String, []int64{2}, 9}, {"b", tensor.String, []int64{1}, 8}, object}, 8, "b o | a"},
	} {
		shards, err := PlanShards(tc.tensors, tc.limit)
		if got := planString(tc.tensors, shards); err != nil || got != tc.want {
			t.Errorf("%v of %d bytes: %s, %v, want %s", tc.tensors, tc.limit, got, err, tc.want)
		}
	}
	for _, tc := range []struct {
		tensors []Layout
		limit   int64
		want    string
	}{
		{[]Layout{layout("a", f32, 10)}, 3, `"a", float32 of shape [10], cannot be cut into parts of at most 3 bytes`},
		{[]Layout{layout("a", f32, 1<<30)}, 4, `"a", float32 of shape [1073741824], would go into more than 99999 files of 4 bytes`},
		{slices.Repeat([]Layout{layout("a", f32)}, 100_000), 4, "the tensors would go into 100000 files of 4 bytes, at most 99999 are allowed"},
	} {
		if _, err := PlanShards(tc.tensors, tc.limit); fmt.Sprint(err) != tc.want {
			t.Errorf("error %v, want %s", err, tc.want)
		}
	}
}

// TestShards writes random tensors in shards, and reads them back.
func TestShards(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		var tensors []Layout
		data := map[string][]byte{}
		total := int64(0)
		for i := range 1 + r.IntN(5) {
			shape := make([]int64, r.IntN(4))
			for d := range shape {
				shape[d] = r.Int64N(9)
			}
			l := layout(fmt.Sprint("v", i), []tensor.DType{tensor.Float32, tensor.Int64, tensor.Bool, tensor.Half}[r.IntN(4)], shape...)
			b := make([]byte, l.Bytes)
			for j := range b {
				b[j] = byte(r.Uint32())
			}
			tensors, data[l.Key], total = append(tensors, l), b, total+l.Bytes
		}
		limit := 1 + r.Int64N(total+1)
		shards, err := PlanShards(tensors, limit)
		if err != nil {
			continue
		}
		dir := t.TempDir()
		prefix := filepath.Join(dir, "c")
		w, err := Create(prefix, len(shards))
		if err != nil {
			t.Fatal(err)
		}
		opened := 0
		for i, shard := range shards {
			if i > 0 {
				w.NextShard()
			}
			for _, p := range shard {
				l := tensors[p.Tensor]
				open := func() (io.ReadCloser, error) { opened++; return io.NopCloser(bytes.NewReader(data[l.Key])), nil }
				if p.Slice == nil {
					w.Add(l.Key, l.DType, l.Shape, bytes.NewReader(data[l.Key]))
					continue
				}
				s := NewSlicer(l.Shape, l.DType.Size(), open)
				w.AddSlice(l.Key, l.DType, l.Shape, p.Slice, s.Slice(p.Slice))
				s.Close()
			}
		}
		if err := w.Close(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if faults := Verify(os.DirFS(dir), "c"); len(faults) > 0 {
			t.Fatalf("round %d: faults %v", round, faults)
		}
		c, err := Open(prefix)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range tensors {
			if got, err := c.ReadTensor(l.Key); err != nil || !bytes.Equal(got.Data, data[l.Key]) {
				t.Errorf("round %d: %s of %d bytes: %v, want %x, limit %d, %v", round, l.Key, l.Bytes, got, data[l.Key], limit, err)
			}
		}
		c.Close()
	}
}

// TestSlicer: slices one behind the other take one pass over the stream.
func TestSlicer(t *testing.T) {
	opened := 0
	s := NewSlicer([]int64{4, 3}, 1, func() (io.ReadCloser, error) {
		opened++
		return io.NopCloser(strings.NewReader("abcdefghijkl")), nil
	})
	for _, tc := range []struct {
		slice  []Extent
		want   string
		opened int
	}{
		{[]Extent{{0, 2}, {0, whole}}, "abcdef", 1},
		{[]Extent{{2, 1}, {1, 2}}, "hi", 1},
		{[]Extent{{3, 1}, {0, 3}}, "jkl", 1},
		{[]Extent{{1, 3}, {2, 1}}, "fil", 2},
		{[]Extent{{1, 0}, {2, 1}}, "", 2},
	} {
		slice, err := resolveSlice(tc.slice, s.shape)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(s.Slice(slice))
		if err != nil || string(got) != tc.want || opened != tc.opened {
			t.Errorf("%v: %q, opened %d times, %v; want %q, %d", tc.slice, got, opened, err, tc.want, tc.opened)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestAddSliceErrors(t *testing.T) {
	half := []Extent{{0, 1}, {0, 2}}
	add := func(w *Writer, key string, d tensor.DType, shape []int64, slice []Extent) error {
		return w.AddSlice(key, d, shape, slice, strings.NewReader(strings.Repeat("x", 8)))
	}
	shape := []int64{2, 2}
	for _, tc := range []struct {
		want string
		do   func(w *Writer) error
	}{
		{"no slice has element 2", func(w *Writer) error { add(w, "a", tensor.Float32, shape, half); return w.Close() }},
		{"overlap at element 0", func(w *Writer) error {
			add(w, "a", tensor.Float32, shape, half)
			add(w, "a", tensor.Float32, shape, half)
			return w.Close()
		}},
		{"there is a tensor of that key already", func(w *Writer) error {
			w.Add("a", tensor.Uint8, nil, strings.NewReader("x"))
			return add(w, "a", tensor.Float32, shape, half)
		}},
		{"the others are of float32", func(w *Writer) error {
			add(w, "a", tensor.Float32, shape, half)
			return add(w, "a", tensor.Int32, shape, half)
		}},
		{"not within shape", func(w *Writer) error { return add(w, "a", tensor.Float32, []int64{2, 1}, half) }},
		{"1 shards of 2", func(w *Writer) error { w.numShards = 2; return w.Close() }},
	} {
		if err := tc.do(NewWriter(io.Discard, io.Discard)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("error %v, want one with %q", err, tc.want)
		}
	}
}
