package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
)

var update = flag.Bool("update", false, "write what came out into testdata")

// TestGolden reads a model that TensorFlow 2.21 wrote (testdata/model.py).
func TestGolden(t *testing.T) {
	r, err := Open("testdata/model")
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(io.Writer) error{
		"model.txt":  func(w io.Writer) error { return r.WriteText(w, Text{}) },
		"model.json": r.WriteJSON,
		"model.yaml": r.WriteYAML,
	} {
		var got bytes.Buffer
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got.String(), want)
		}
	}
}

// TestYAMLIsJSON: both forms hold the same data, odd names included.
func TestYAMLIsJSON(t *testing.T) {
	model, err := Open("testdata/model")
	if err != nil {
		t.Fatal(err)
	}
	odd := &Report{SchemaVersion: SchemaVersion, MetaGraphs: []*MetaGraph{{
		Tags: []string{"", "serve", "no", "Null", "1", "0x10", "1e3", ".5", "a b", "a: b", "# c", "- d", "é", "\u0085", "\x7f", "\u2028", "😀", "\U000e0001", "'", `"`, `\`, "a,b", "[", strings.Repeat("long ", 30)},
		Signatures: map[string]*Signature{
			"a: b": {Inputs: map[string]*Tensor{"?": {Shape: Shape{tensor.ShapeOf()}}}},
			"":     {Outputs: map[string]*Tensor{}},
		},
		FunctionAliases: map[string]string{"true": "~"},
	}}}
	for _, r := range []*Report{model, odd} {
		var y, j bytes.Buffer
		if err := errors.Join(r.WriteYAML(&y), r.WriteJSON(&j)); err != nil {
			t.Fatal(err)
		}
		var fromYAML any
		if err := yaml.Unmarshal(y.Bytes(), &fromYAML); err != nil {
			t.Fatalf("%v in\n%s", err, y.String())
		}
		var fromJSON, again any
		normal, err := json.Marshal(fromYAML)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(json.Unmarshal(j.Bytes(), &fromJSON), json.Unmarshal(normal, &again)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(fromJSON, again) {
			t.Errorf("the YAML is not the JSON:\n%s", y.String())
		}
	}
}

// TestTextIsPrintable: no name in a file reaches the terminal as a command.
func TestTextIsPrintable(t *testing.T) {
	r := &Report{MetaGraphs: []*MetaGraph{{
		Tags:       []string{"\x1b[2J"},
		Signatures: map[string]*Signature{"\x1b]0;": {Inputs: map[string]*Tensor{"a\tb\n": {}}}},
	}}}
	var b strings.Builder
	if err := r.WriteText(&b, Text{}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\t") {
		t.Errorf("%q", b.String())
	}
}

func TestOpenErrors(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "saved_model.pb")
	link := t.TempDir()
	text, err := os.ReadFile("testdata/model/saved_model.pb")
	if err == nil {
		err = errors.Join(os.WriteFile(outside, text, 0o666), os.Symlink(outside, filepath.Join(link, "saved_model.pb")))
	}
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "saved_model.pb"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ dir, want string }{
		{"testdata/none", "testdata/none: no such file or directory"},
		{"testdata/model.py", "testdata/model.py: taken for a GraphDef: damaged: tensorflow.VersionDef, field 4: unexpected EOF"},
		{"testdata", "testdata: no SavedModel: there is no saved_model.pb"},
		{link, link + ": saved_model.pb: " + reader.ErrOutside.Error()},
		{folder, folder + ": saved_model.pb: not a regular file"},
	} {
		if _, err := Open(test.dir); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

func openFS(fsys fs.FS) (*Report, error) {
	m, err := reader.OpenFS(fsys)
	if err != nil {
		return nil, err
	}
	return Read(m), nil
}

// modelFS is the model of testdata in memory.
func modelFS(t testing.TB) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	dir := os.DirFS("testdata/model")
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(dir, name)
		fsys[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

// TestDamaged: what is cut short is read or refused, and named.
func TestDamaged(t *testing.T) {
	for _, name := range []string{reader.GraphFile, reader.FingerprintFile, reader.VariablesPrefix + ".index"} {
		whole := modelFS(t)[name].Data
		for _, n := range []int{1, len(whole) / 2, len(whole) - 1} {
			fsys := modelFS(t)
			fsys[name] = &fstest.MapFile{Data: whole[:n]}
			r, err := openFS(fsys)
			if err == nil {
				err = r.Damaged()
			}
			if err != nil && !strings.Contains(err.Error(), path.Base(name)) {
				t.Errorf("%s cut at %d: %v", name, n, err)
			}
		}
	}
	fsys := modelFS(t)
	for name := range fsys {
		if name != reader.GraphFile {
			delete(fsys, name)
		}
	}
	r, err := openFS(fsys)
	if err != nil || len(r.Variables) != 0 || len(r.Assets) != 0 || r.Fingerprint != nil {
		t.Errorf("saved_model.pb alone: %+v, %v", r, err)
	}
}

// FuzzOpen: no saved_model.pb and no index makes it panic.
func FuzzOpen(f *testing.F) {
	seed := modelFS(f)
	f.Add(seed[reader.GraphFile].Data, seed[reader.VariablesPrefix+".index"].Data)
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, graph, index []byte) {
		r, err := openFS(fstest.MapFS{
			reader.GraphFile:                  {Data: graph},
			reader.VariablesPrefix + ".index": {Data: index},
		})
		if err != nil {
			return
		}
		if err := errors.Join(r.WriteText(io.Discard, Text{}), r.WriteYAML(io.Discard)); err != nil {
			t.Error(err)
		}
	})
}
