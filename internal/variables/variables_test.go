package variables

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights"
)

func open(t *testing.T, name string, names ...string) *Set {
	t.Helper()
	s, err := Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Choose(names); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValues(t *testing.T) {
	for _, test := range []struct {
		model, name, text, json string
		most                    int64
	}{
		{"dtypes", "v/float32", "[[1,2,3],[4,5,6]]", "[[1,2,3],[4,5,6]]", 0},
		{"dtypes", "v/float32", "[[1,2,3],[4,…]]", "", 4},
		{"dtypes", "v/scalar", "1", "1", 0},
		{"dtypes", "v/empty", "[]", "[]", 0},
		{"dtypes", "v/bool", "[true,false]", "[true,false]", 0},
		{"dtypes", "v/complex64", "[[1+0j,2+0j,3+0j],[4+0j,5+0j,6+0j]]", `[["1+0j","2+0j","3+0j"],["4+0j","5+0j","6+0j"]]`, 0},
		{"dtypes", "v/string", `["a","","ccc","é\u0000x"]`, `["a","","ccc","é\u0000x"]`, 0},
		{"dtypes", "v/string", `["a",…]`, "", 1},
		{"special_floats", "v", "[1,inf,-inf,nan,-0,1e-40]", "[1,null,null,null,-0,1e-40]", 0},
		{"v1_partitioned", "p/w", "[[1,1,1,1],[1,1,1,1],[1,1,1,1],[1,1,1,1],[1,1,1,1],[1,1,1,1]]", "", 0},
	} {
		s := open(t, test.model, test.name)
		for asJSON, want := range map[bool]string{false: test.text, true: test.json} {
			var b bytes.Buffer
			if err := s.WriteValues(&b, &s.List[0], test.most, asJSON); err != nil {
				t.Fatal(err)
			}
			if want != "" && b.String() != want {
				t.Errorf("%s: got %s, want %s", test.name, b.String(), want)
			}
		}
	}
}

func TestStats(t *testing.T) {
	s := open(t, "special_floats")
	got, err := s.Stats(&s.List[0])
	if err != nil {
		t.Fatal(err)
	}
	got.m2, got.finite = 0, 0
	if want := (Stats{Count: 6, Zeros: 1, NaNs: 1, Infs: 2, Max: 1, Mean: got.Mean, Std: got.Std}); *got != want || math.Abs(float64(got.Mean)-1./3) > 1e-15 {
		t.Errorf("got %+v", *got)
	}
	// 1 to 6 in every dtype.
	s = open(t, "dtypes", "v/*")
	for i := range s.List {
		v := &s.List[i]
		if v.DType == tensor.String || v.DType == tensor.Bool || v.Elements() != 6 {
			continue
		}
		got, err := s.Stats(v)
		if err != nil || got.Min != 1 || got.Max != 6 || got.Mean != 3.5 || math.Abs(float64(got.Std)-math.Sqrt(35./12)) > 1e-12 {
			t.Errorf("%s: %+v, %v", v.Name, got, err)
		}
	}
}

// TestExtract: what is written is read back by internal/weights, which is
// tested against NumPy and safetensors.
func TestExtract(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		file  string
		names []string
	}{
		{"all.npz", nil},
		{"some.safetensors", []string{"v/[bfi]*", "v/uint*", "v/scalar", "v/empty", "v/complex64"}},
	} {
		s := open(t, "dtypes", test.names...)
		file := filepath.Join(dir, test.file)
		if err := s.Extract(file); err != nil {
			t.Fatal(err)
		}
		f, err := weights.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Names()) != len(s.List) {
			t.Errorf("%s: %d tensors, want %d", test.file, len(f.Names()), len(s.List))
		}
		for i := range s.List {
			v := &s.List[i]
			src, err := f.TensorAs(v.Name, v.DType)
			if err != nil {
				t.Errorf("%s: %v", v.Name, err)
				continue
			}
			got, err := src.Tensor(1 << 20)
			if err != nil {
				t.Fatal(err)
			}
			want, err := s.r.ReadTensor(v.Key)
			if err != nil {
				t.Fatal(err)
			}
			if got.DType != want.DType || !tensor.ShapeOf(got.Dims...).Equal(tensor.ShapeOf(want.Dims...)) || !bytes.Equal(got.Data, want.Data) ||
				strings.Join(got.Strings, ";") != strings.Join(want.Strings, ";") {
				t.Errorf("%s: got %+v, want %+v", v.Name, got, want)
			}
		}
		f.Close()
	}
}

func TestExtractToDirectory(t *testing.T) {
	dir := t.TempDir() + "/"
	s := open(t, "dtypes", "v/float32", "v/string")
	if err := s.Extract(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"v.float32.npy", "v.string.npy"} {
		if b, err := os.ReadFile(dir + name); err != nil || !bytes.HasPrefix(b, []byte("\x93NUMPY")) || bytes.IndexByte(b, '\n') != 127 {
			t.Errorf("%s: %v, header of %d bytes", name, err, bytes.IndexByte(b, '\n')+1)
		}
	}
}

func TestExtractErrors(t *testing.T) {
	dir := t.TempDir()
	s := open(t, "dtypes")
	for file, want := range map[string]string{
		"x.npy":           "an .npy file holds one variable, these are 18",
		"x.txt":           "what to write?",
		"x.safetensors":   "which safetensors has no type for; write to .npz",
		"no/folder/x.npz": "no such file or directory",
	} {
		if err := s.Extract(filepath.Join(dir, file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{"a/b": "a.b", "../../etc/passwd": "etc.passwd", "/x": "x", "ü:\x00": "___", "..": ""} {
		if got := fileName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestChoose(t *testing.T) {
	s := open(t, "dtypes")
	if err := s.Choose([]string{"v/flot32"}); err == nil || !strings.Contains(err.Error(), `did you mean "v/float32"?`) {
		t.Error(err)
	}
	if err := s.Choose([]string{"v/float*", "v/bool/.ATTRIBUTES/VARIABLE_VALUE"}); err != nil || len(s.List) != 4 {
		t.Errorf("%d variables, %v", len(s.List), err)
	}
}

// TestDamage: a byte that is wrong is no value.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/special_floats")); err != nil {
		t.Fatal(err)
	}
	shard := filepath.Join(dir, "variables", "variables.data-00000-of-00001")
	b, err := os.ReadFile(shard)
	if err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1
	if err := os.WriteFile(shard, b, 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Stats(&s.List[0]); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Error(err)
	}
	for _, most := range []int64{0, 1} { // shown or not
		if err := s.WriteValues(io.Discard, &s.List[0], most, false); err == nil || !strings.Contains(err.Error(), "checksum") {
			t.Error(most, err)
		}
	}
	out := filepath.Join(dir, "out.npz")
	if err := s.Extract(out); err == nil {
		t.Error("extracted")
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file is left")
	}
}
