package reader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/riegeli"
	"github.com/tfsave/tfsave/internal/tfpb"
)

const split = "testdata/split"

// TestSplit: a model in chunks is the one that it was cut from.
func TestSplit(t *testing.T) {
	want, err := Open(split)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{split + "/chunks", split + "/chunks/" + SplitFile} {
		got, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(got.Proto, want.Proto) || got.Kind != SavedModel || !got.Split() {
			t.Errorf("%s: %s, another message", path, got.Kind)
		}
	}
}

func splitFile(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(split + "/chunks/" + SplitFile)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestSplitDamaged: no change to such a file is taken for the model, makes it
// panic, or takes more memory than it may.
func TestSplitDamaged(t *testing.T) {
	whole := splitFile(t)
	want, err := Open(split)
	if err != nil {
		t.Fatal(err)
	}
	open := func(what string, data []byte) {
		var m *Model
		var err error
		used := allocated(func() { m, err = OpenFS(fstest.MapFS{SplitFile: {Data: data}}) })
		switch {
		case err == nil && !proto.Equal(m.Proto, want.Proto):
			t.Errorf("%s: it is read as another model", what)
		case err != nil && !errors.Is(err, ErrCorrupt) && !strings.Contains(err.Error(), "is not read"):
			t.Errorf("%s: %v", what, err)
		}
		if limit := uint64(2*(maxBlowup+splitBlowup)*len(data) + 4<<20); used > limit {
			t.Errorf("%s: %d bytes for a file of %d", what, used, len(data))
		}
	}
	step := 3
	if testing.Short() {
		step = 31
	}
	for bit := 0; bit < 8*len(whole); bit += step {
		data := bytes.Clone(whole)
		data[bit/8] ^= 1 << (bit % 8)
		open("a bit", data)
	}
	for n := 0; n < len(whole); n += 7 {
		open("cut", whole[:n])
	}
	// Without its last chunk the file is whole, and has no end.
	records := riegeli.NewReader(bytes.NewReader(whole), int64(len(whole)), 1<<20)
	last := uint64(0)
	for {
		chunk, err := records.Chunk()
		if err != nil {
			break
		}
		last = chunk[0].Position
	}
	open("without its end", whole[:last])
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		open("changed", mutate(r, whole))
	}
}

// TestSplitPieces: what is whole as a file, and wrong as a model.
func TestSplitPieces(t *testing.T) {
	graph := func(nodes ...*tfpb.NodeDef) []byte {
		return marshal(t, &tfpb.SavedModel{MetaGraphs: []*tfpb.MetaGraphDef{{GraphDef: &tfpb.GraphDef{Node: nodes}}}})
	}
	field := func(n uint32) *tfpb.FieldIndex { return &tfpb.FieldIndex{Kind: &tfpb.FieldIndex_Field{Field: n}} }
	index := func(n uint64) *tfpb.FieldIndex { return &tfpb.FieldIndex{Kind: &tfpb.FieldIndex_Index{Index: n}} }
	at := func(piece uint64, tags ...*tfpb.FieldIndex) *tfpb.ChunkedField {
		return &tfpb.ChunkedField{FieldTag: tags, Message: &tfpb.ChunkedMessage{ChunkIndex: &piece}}
	}
	const size, offset = 1, 2
	for _, test := range []struct {
		name   string
		fields []*tfpb.ChunkedField
		wrong  int // of the ChunkInfos
		want   string
	}{
		{"the tail of the nodes", []*tfpb.ChunkedField{at(1, field(2), index(0), field(2))}, 0, ""},
		{"twice", []*tfpb.ChunkedField{at(1, field(2), index(0), field(2)), at(1, field(2), index(0), field(2))}, 0, "piece 1 is used twice"},
		{"none", []*tfpb.ChunkedField{at(2)}, 0, "piece 2 of 2"},
		{"size", []*tfpb.ChunkedField{at(1)}, size, "bytes, not"},
		{"offset", []*tfpb.ChunkedField{at(1)}, offset, "where there is none"},
		{"no field", []*tfpb.ChunkedField{at(1, field(77))}, 0, "is to be field 77 of a tensorflow.SavedModel, which has none"},
		{"far index", []*tfpb.ChunkedField{at(1, field(2), index(1<<40))}, 0, "is to be number 1099511627776 of"},
		{"no index", []*tfpb.ChunkedField{at(1, field(2))}, 0, "the whole of"},
		{"a key of a list", []*tfpb.ChunkedField{at(1, field(2), &tfpb.FieldIndex{Kind: &tfpb.FieldIndex_MapKey_{MapKey: &tfpb.FieldIndex_MapKey{}}})}, 0, "is to be number 0 of"},
		{"no bytes", []*tfpb.ChunkedField{at(1, field(1))}, 0, "of type int64"},
		{"in a number", []*tfpb.ChunkedField{at(1, field(1), field(1))}, 0, "which is no message"},
		{"no message", []*tfpb.ChunkedField{{FieldTag: []*tfpb.FieldIndex{field(2), index(0)}}}, 0, ""},
		{"an index first", []*tfpb.ChunkedField{at(1, index(1))}, 0, "which has none"},
	} {
		head := graph(&tfpb.NodeDef{Name: "a", Op: "NoOp"})
		tail := marshal(t, &tfpb.GraphDef{Node: []*tfpb.NodeDef{{Name: "b", Op: "NoOp"}}})
		zero := uint64(0)
		s := &splitter{pieces: map[uint64][]byte{10: head, 20: tail}, chunks: []*tfpb.ChunkInfo{
			{Offset: 10, Size: uint64(len(head))}, {Offset: 20, Size: uint64(len(tail))},
		}, checker: newChecker(100)}
		switch test.wrong {
		case size:
			s.chunks[1].Size++
		case offset:
			s.chunks[1].Offset++
		}
		m := &tfpb.SavedModel{}
		err := s.message(&tfpb.ChunkedMessage{ChunkIndex: &zero, ChunkedFields: test.fields}, m, 1)
		switch {
		case test.want != "" && (err == nil || !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v", test.name, err)
		case test.want == "" && (err != nil || len(m.MetaGraphs[0].GraphDef.Node) != 1+len(test.fields[0].GetFieldTag())/3):
			t.Errorf("%s: %v, %v", test.name, err, m)
		}
	}
}

// TestSplitBomb: pieces that compress to nearly nothing are refused before they
// are made.
func TestSplitBomb(t *testing.T) {
	data := splitFile(t)
	r := riegeli.NewReader(bytes.NewReader(data), int64(len(data)), 1000)
	if _, err := r.Chunk(); !errors.Is(err, riegeli.ErrTooLarge) {
		t.Error(err)
	}
	if err := splitError(riegeli.ErrTooLarge); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "100 times") {
		t.Error(err)
	}
}

// FuzzSplit: no file in chunks makes it panic; those that are whole but for
// their hashes are reached by what the records are.
func FuzzSplit(f *testing.F) {
	f.Add(splitFile(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = OpenFS(fstest.MapFS{SplitFile: {Data: data}})
		metadata := &tfpb.ChunkMetadata{}
		if Unmarshal(data, metadata) != nil {
			return
		}
		s := &splitter{pieces: map[uint64][]byte{}, chunks: metadata.Chunks, checker: newChecker(int64(len(data)))}
		for _, c := range metadata.Chunks {
			s.pieces[c.Offset] = binary.AppendUvarint(nil, c.Size)
			c.Size = uint64(len(s.pieces[c.Offset]))
		}
		_ = s.message(metadata.GetMessage(), &tfpb.SavedModel{}, 1)
	})
}
