package reader

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/tfpb"
)

const model = "../inspect/testdata/model"

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestKinds: the content of a file says what it is, whatever its name.
func TestKinds(t *testing.T) {
	m, err := Open(model)
	if err != nil {
		t.Fatal(err)
	}
	mg := m.Proto.MetaGraphs[0]
	text, err := prototext.Marshal(mg.GraphDef)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, test := range []struct {
		name string
		data []byte
		kind Kind
	}{
		{"model.pb", marshal(t, m.Proto), SavedModel},
		{"unversioned", marshal(t, &tfpb.SavedModel{MetaGraphs: m.Proto.MetaGraphs}), SavedModel},
		{"model.meta", marshal(t, mg), MetaGraph},
		{"frozen.pb", marshal(t, mg.GraphDef), Graph},
		{"versions", marshal(t, &tfpb.GraphDef{Versions: mg.GraphDef.Versions}), Graph},
		{"graph.pbtxt", text, Graph},
	} {
		path := filepath.Join(dir, test.name)
		if err := os.WriteFile(path, test.data, 0o666); err != nil {
			t.Fatal(err)
		}
		got, err := Open(path)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got.Kind != test.kind || got.Whole || len(got.Proto.MetaGraphs) != 1 {
			t.Errorf("%s: %s, %d graphs", test.name, got.Kind, len(got.Proto.MetaGraphs))
		}
		got.Close()
	}
}

func TestCheckpoints(t *testing.T) {
	for _, path := range []string{"/variables", "/variables/variables", "/variables/variables.index", "/variables/variables.data-00000-of-00001"} {
		m, err := Open(model + path)
		if err != nil {
			t.Error(err)
			continue
		}
		if m.Kind != Checkpoint || m.Prefix != "variables" {
			t.Errorf("%s: %s %q", path, m.Kind, m.Prefix)
		}
		m.Close()
	}
}

// TestRefused: what is something else is called by its name.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ data, want string }{
		{"", "the file is empty"},
		{"\x89HDF\r\n\x1a\n....", "an HDF5 file"},
		{"PK\x03\x04....", "a zip archive"},
		{"\x1c\x00\x00\x00TFL3....", "a TensorFlow Lite model"},
		{"\x1f\x8b....", "unpack it first"},
		{"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"},
		{"some bytes" + tableMagic, "a checkpoint of format V1"},
		{"hello: 1\n", "a text, but none of"},
		{"\xff\xff\xff", "neither a SavedModel"},
		{"\x08\x01\x10\x02", "neither a SavedModel"},    // two numbers
		{"\x0a\x05\x12\x03age", "neither a SavedModel"}, // a list of what has an op and no name
	} {
		path := filepath.Join(dir, "file")
		if err := os.WriteFile(path, []byte(test.data), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %q", test.data, err, test.want)
		}
	}
	if _, err := OpenFS(fstest.MapFS{GraphFile: {Data: []byte("version https://git-lfs.github.com/spec/v1\n")}}); err == nil || !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "Git LFS") {
		t.Error(err)
	}
	path := filepath.Join(dir, FingerprintFile)
	if err := os.WriteFile(path, []byte("\x08\x01"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "the fingerprint of a SavedModel") {
		t.Error(err)
	}
	versions := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(versions, "1"), 0o777), os.Mkdir(filepath.Join(versions, "2"), 0o777)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(versions); err == nil || !strings.Contains(err.Error(), "a folder of versions (1, 2); say which") {
		t.Error(err)
	}
	if _, err := OpenFS(fstest.MapFS{SplitFile: {}}); err == nil || !strings.Contains(err.Error(), "there is no record in it") {
		t.Error(err)
	}
}

// TestNested: neither form is nested without end.
func TestNested(t *testing.T) {
	var value []byte
	for range 200 { // a StructuredValue in a list in a StructuredValue …
		list := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), value)
		value = protowire.AppendBytes(protowire.AppendTag(nil, 51, protowire.BytesType), list)
	}
	err := Unmarshal(value, &tfpb.StructuredValue{})
	if err == nil || !strings.Contains(err.Error(), "nested more than 100 deep") {
		t.Error(err)
	}
	text := strings.Repeat("list_value { values { ", 100) + strings.Repeat("} } ", 100)
	err = unmarshalText([]byte(text), &tfpb.StructuredValue{})
	if err == nil || !strings.Contains(err.Error(), "nested more than 100 deep") {
		t.Error(err)
	}
}

// TestEmptyParts: two bytes make a node, which takes a hundred times that; a
// file of nothing else is refused before it is decoded.
func TestEmptyParts(t *testing.T) {
	for _, part := range []string{"\x0a\x00", "\x12\x02\x0a\x00"} {
		data := bytes.Repeat([]byte(part), 4<<20)
		used := allocated(func() {
			err := Unmarshal(data, &tfpb.GraphDef{})
			if err == nil || !strings.Contains(err.Error(), "many empty parts") {
				t.Error(err)
			}
		})
		if used > 1<<20 {
			t.Errorf("%d bytes to refuse %d", used, len(data))
		}
	}
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMutated: no change to a saved_model.pb makes it panic, or take more
// memory than maxBlowup times its size.
func TestMutated(t *testing.T) {
	seed, err := os.ReadFile(model + "/saved_model.pb")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	rounds := 2000
	if testing.Short() {
		rounds = 200
	}
	for range rounds {
		data := mutate(r, seed)
		used := allocated(func() {
			m, err := OpenFS(fstest.MapFS{GraphFile: {Data: data}})
			if err != nil {
				return
			}
			for _, mg := range m.Proto.GetMetaGraphs() {
				NewLibrary(mg.GetGraphDef())
				Places(mg.GetObjectGraphDef())
				InitNode(mg)
			}
		})
		if limit := uint64(2*maxBlowup*len(data) + 1<<20); used > limit {
			t.Fatalf("%d bytes for a file of %d", used, len(data))
		}
	}
}

// mutate changes a few places of a file: bits, bytes, lengths; it cuts,
// repeats and moves pieces.
func mutate(r *rand.Rand, seed []byte) []byte {
	data := bytes.Clone(seed)
	for range 1 + r.IntN(4) {
		if len(data) < 2 {
			return data
		}
		at := r.IntN(len(data))
		piece := data[at : at+1+r.IntN(min(len(data)-at, 200))]
		switch r.IntN(7) {
		case 0:
			data[at] ^= 1 << r.IntN(8)
		case 1:
			data[at] = byte(r.IntN(256))
		case 2:
			data[at] = 0xff
		case 3:
			data = data[:at]
		case 4:
			data = append(data[:at:at], append(bytes.Clone(piece), data[at:]...)...)
		case 5:
			data = append(data[:at:at], data[at+len(piece):]...)
		case 6:
			copy(data[r.IntN(len(data)):], piece)
		}
	}
	return data
}

func TestResolve(t *testing.T) {
	f := &tfpb.FunctionDef{
		Signature: &tfpb.OpDef{Name: "f", InputArg: []*tfpb.OpDef_ArgDef{{Name: "x"}}},
		NodeDef:   []*tfpb.NodeDef{{Name: "a", Op: "Split"}},
	}
	lib := NewLibrary(&tfpb.GraphDef{Node: []*tfpb.NodeDef{{Name: "a", Op: "f"}, {Name: "b", Op: "NoOp"}}, Library: &tfpb.FunctionDefLibrary{Function: []*tfpb.FunctionDef{f}}})
	for _, test := range []struct {
		body *Body
		in   string
		want Input
	}{
		{lib.Main, "a", Input{Node: 0, Arg: -1, Name: "a"}},
		{lib.Main, "a:2", Input{Node: 0, Arg: -1, Index: 2, Name: "a"}},
		{lib.Main, "^b", Input{Node: 1, Arg: -1, Control: true, Name: "b"}},
		{lib.Main, "x", Input{Node: -1, Arg: -1, Name: "x"}},
		{lib.Main, "a:-1", Input{Node: -1, Arg: -1, Name: "a"}},
		{lib.Functions[0], "x", Input{Node: -1, Arg: 0, Name: "x"}},
		{lib.Functions[0], "a:output:1", Input{Node: 0, Arg: -1, Port: "output", Index: 1, Name: "a"}},
		{lib.Functions[0], "a", Input{Node: -1, Arg: -1, Name: "a"}},
		{lib.Functions[0], "^x", Input{Node: -1, Arg: 0, Control: true, Name: "x"}},
	} {
		if got := test.body.Resolve(test.in); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.in, got, test.want)
		}
	}
	if calls := lib.Calls(lib.Main.Nodes[0]); len(calls) != 1 || calls[0].Name != "f" {
		t.Errorf("calls: %v", calls)
	}
}

// FuzzText: no text makes it panic.
func FuzzText(f *testing.F) {
	f.Add([]byte("saved_model_schema_version: 1\nmeta_graphs { meta_info_def { tags: \"serve\" } }\n"))
	f.Add([]byte("node { name: \"a\" op: \"Const\" attr { key: \"dtype\" value { type: DT_FLOAT } } }"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = OpenFS(fstest.MapFS{TextFile: {Data: data}})
	})
}

// FuzzBinary: no bytes make it panic.
func FuzzBinary(f *testing.F) {
	seed, err := os.ReadFile(model + "/saved_model.pb")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = binaryKind(data)
		_, _ = OpenFS(fstest.MapFS{GraphFile: {Data: data}})
	})
}
