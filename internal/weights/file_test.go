package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

// golden is one tensor of testdata/weights.json, which
// conformance/goldens/weights.py writes.
type golden struct {
	DType   string
	Shape   []int64
	Data    string
	Strings []string
}

func goldens(t *testing.T) map[string]map[string]golden {
	t.Helper()
	raw, err := os.ReadFile("testdata/weights.json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]map[string]golden
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// compare reads a Source and compares it with what the writer says.
func compare(t *testing.T, s *Source, want golden) {
	t.Helper()
	if s.DType.String() != want.DType || !slices.Equal(s.Shape, want.Shape) {
		t.Errorf("%s of shape %v, want %s of %v", s.DType, s.Shape, want.DType, want.Shape)
		return
	}
	v, err := s.Tensor(1 << 20)
	if err != nil {
		t.Error(err)
		return
	}
	if err := v.Check(); err != nil {
		t.Error(err)
	}
	if got := hex.EncodeToString(v.Data); got != want.Data {
		t.Errorf("data %s, want %s", got, want.Data)
	}
	var texts []string
	for _, x := range v.Strings {
		texts = append(texts, hex.EncodeToString([]byte(x)))
	}
	if !slices.Equal(texts, want.Strings) {
		t.Errorf("strings %q, want %q", texts, want.Strings)
	}
}

func mustOpen(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestGoldenFiles(t *testing.T) {
	for name, tensors := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			f := mustOpen(t, filepath.Join("testdata", name))
			var names []string
			for n, want := range tensors {
				names = append(names, n)
				s, err := f.Tensor(n)
				if err != nil {
					t.Error(err)
					continue
				}
				t.Run(n, func(t *testing.T) { compare(t, s, want) })
			}
			slices.Sort(names)
			if !slices.Equal(names, f.Names()) {
				t.Errorf("names %q, want %q", f.Names(), names)
			}
		})
	}
}

// Every member of an .npz is an .npy.
func TestGoldenMembersAsNpy(t *testing.T) {
	z, err := zip.OpenReader("testdata/stored.npz")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	want := goldens(t)["stored.npz"]
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		s, err := mustOpen(t, write(t, m.Name, data)).Tensor("")
		if err != nil {
			t.Error(err)
			continue
		}
		compare(t, s, want[strings.TrimSuffix(m.Name, ".npy")])
	}
}

// write puts a file in a temporary directory.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTensorAs(t *testing.T) {
	for _, c := range []struct {
		file string
		want tensor.DType
		data string
	}{
		{"bfloat16.npy", tensor.BFloat16, "40c000c080bf0000803f0040"},
		{"int4.npy", tensor.Int4, "0d0e0f000102"},
	} {
		f := mustOpen(t, "testdata/"+c.file)
		s, err := f.TensorAs("", c.want)
		if err != nil {
			t.Error(err)
			continue
		}
		v, err := s.Tensor(100)
		if err != nil || hex.EncodeToString(v.Data) != c.data || s.DType != c.want {
			t.Errorf("%s: %s %x, %v", c.file, s.DType, v.Data, err)
		}
		for _, d := range []tensor.DType{tensor.Float32, tensor.Half, tensor.Int16} {
			if _, err := f.TensorAs("", d); err == nil {
				t.Errorf("%s as %s is taken", c.file, d)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for file, want := range map[string]string{
		"object.npy":      "pickled",
		"record.npy":      "structured",
		"date.npy":        "dates",
		"longdouble.npy":  `"f16"`,
		"bfloat16.npy":    "dtype: bfloat16",
		"int4.npy":        "say which dtype",
		"f4.safetensors":  "F4",
		"weights.json":    "no weight file",
		"nothing.npy":     "no such file",
		".":               "directory",
		"a.unknown.thing": "no such file",
	} {
		err := tensorError(filepath.Join("testdata", file))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one of %q", file, err, want)
		}
		if errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v is told to be damage", file, err)
		}
	}
	if err := tensorError("testdata/nothing.npy"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}

// tensorError opens a file and reads all of it.
func tensorError(path string) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, name := range f.Names() {
		s, err := f.Tensor(name)
		if err != nil {
			return err
		}
		if _, err := s.Tensor(1 << 20); err != nil {
			return err
		}
	}
	return nil
}

func TestUnknownTensor(t *testing.T) {
	f := mustOpen(t, "testdata/model.safetensors.index.json")
	_, err := f.Tensor("d")
	if err == nil || !strings.Contains(err.Error(), `did you mean "a"?`) && !strings.Contains(err.Error(), "but a, b, c") {
		t.Error(err)
	}
	f = mustOpen(t, "testdata/all.safetensors")
	if _, err = f.Tensor("layer.scalr"); err == nil || !strings.Contains(err.Error(), `did you mean "layer.scalar"?`) {
		t.Error(err)
	}
	f = mustOpen(t, "testdata/version3.npy")
	if _, err = f.Tensor("w"); err == nil || !strings.Contains(err.Error(), "has no name") {
		t.Error(err)
	}
	if f.Has("w") || !f.Has("") {
		t.Error("Has")
	}
}

// npy makes a file with a version 1 header.
func npy(header string, data ...byte) []byte {
	b := append([]byte(npyMagic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	return append(append(b, header...), data...)
}

func safetensors(header string, data ...byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

func TestCorruptNpy(t *testing.T) {
	ok := "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
	if err := tensorError(write(t, "x.npy", npy(ok, 0, 0, 0, 0))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":      {nil, "is empty"},
		"magic":      {[]byte("hello, world"), "NUMPY"},
		"short":      {[]byte(npyMagic), "EOF"},
		"version":    {append([]byte(npyMagic), 9, 0, 0, 0), "version 9.0"},
		"no header":  {append([]byte(npyMagic), 1, 0, 200, 0, '{'), "EOF"},
		"huge":       {append([]byte(npyMagic), 2, 0, 255, 255, 255, 255), "4294967295"},
		"truncated":  {npy(ok, 0, 0, 0), "the header tells"},
		"longer":     {npy(ok, 0, 0, 0, 0, 0), "the header tells"},
		"2^63":       {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,), }"), "too many elements"},
		"2^63 bytes": {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,2), }"), "too many elements"},
		"product":    {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296,4294967296,0), }"), "too many elements"},
		"overflow":   {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"), "a dimension"},
		"negative":   {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"), "a dimension"},
		"twice":      {npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}"), "two keys"},
		"key":        {npy("{'descr': '<f4', 'order': False, 'shape': ()}"), "unknown key"},
		"missing":    {npy("{'descr': '<f4', 'shape': ()}"), "without"},
		"code":       {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1)+(2,)}"), "should be"},
		"behind":     {npy("{'descr': '<f4', 'fortran_order': False, 'shape': ()} + f()"), "the end"},
		"type":       {npy("{'descr': 'f', 'fortran_order': False, 'shape': ()}"), "element type"},
		"width":      {npy("{'descr': '<U999999999', 'fortran_order': False, 'shape': ()}"), "element type"},
		"character":  {npy("{'descr': '<U1', 'fortran_order': False, 'shape': ()}", 0, 0, 0, 1), "no Unicode character"},
		"surrogate":  {npy("{'descr': '<U1', 'fortran_order': False, 'shape': ()}", 0, 0xd8, 0, 0), "no Unicode character"},
	} {
		err := tensorError(write(t, "x.npy", c.data))
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x.npy") {
			t.Errorf("%s: error %v, want damage with %q", name, err, c.want)
		}
	}
	// Sound by its numbers, but strings of no bytes are not worth memory.
	err := tensorError(write(t, "x.npy", npy("{'descr': '|S0', 'fortran_order': False, 'shape': (9000000000,), }")))
	if err == nil || !strings.Contains(err.Error(), "held in memory") {
		t.Error(err)
	}
}

func TestCorruptSafetensors(t *testing.T) {
	w := `"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}`
	// Keys that the format does not know are no damage to its own reader.
	more := strings.Replace(w, "{", `{"x":[1],`, 1)
	for _, header := range []string{"{" + w + "}  ", "{" + more + "}", `{"__metadata__":null,` + w + "}"} {
		if err := tensorError(write(t, "x.safetensors", safetensors(header, 0, 0))); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"short":     {[]byte{1, 2, 3}, "too few"},
		"2^63":      {append([]byte{0, 0, 0, 0, 0, 0, 0, 0x80}, "{}"...), "9223372036854775808"},
		"header":    {append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0}, "{}"...), "255"},
		"json":      {safetensors(`{"w":`), "EOF"},
		"array":     {safetensors(`[]`), "instead of"},
		"behind":    {safetensors("{" + w + "} x"), "header"},
		"deep":      {safetensors(`{"w":` + strings.Repeat("[", 100000)), "header"},
		"deep meta": {safetensors(`{"__metadata__":{"a":` + strings.Repeat(`{"a":`, 100000)), "header"},
		"meta":      {safetensors(`{"__metadata__":{"a":1}}`), `"__metadata__" has a number in the wrong place`},
		"null":      {safetensors(`{"w":null}`), "lacks"},
		"lacks":     {safetensors(`{"w":{"dtype":"U8","shape":[2]}}`), "lacks"},
		"twice":     {safetensors("{"+w+","+w+"}", 0, 0), "twice"},
		"fraction":  {safetensors(`{"w":{"dtype":"U8","shape":[2.5],"data_offsets":[0,2]}}`, 0, 0), `"w" has a number 2.5 in its shape`},
		"shape":     {safetensors(`{"w":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}`, 0, 0), "negative"},
		"too large": {safetensors(`{"w":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,2]}}`, 0, 0), "too many"},
		"size":      {safetensors(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}}`, 0, 0), "takes 8"},
		"offsets":   {safetensors(`{"w":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 0, 0), "data_offsets"},
		"backwards": {safetensors(`{"w":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}`, 0, 0), "data_offsets"},
		"three":     {safetensors(`{"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2,2]}}`, 0, 0), "data_offsets"},
		"gap":       {safetensors(`{"w":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 0, 0, 0), "gap"},
		"overlap": {safetensors(`{`+w+`,"v":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`,
			0, 0, 0), "overlap"},
		"rest":      {safetensors("{"+w+"}", 0, 0, 0), "3 bytes of data"},
		"truncated": {safetensors("{"+w+"}", 0), "data_offsets"},
	} {
		err := tensorError(write(t, "x.safetensors", c.data))
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x.safetensors") {
			t.Errorf("%s: error %v, want damage with %q", name, err, c.want)
		}
	}
}

func TestCorruptIndex(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                                     "weight_map",
		`{"weight_map": {"a": "../secret"}}`:     "outside",
		`{"weight_map": {"a": "/etc/passwd"}}`:   "outside",
		`{"weight_map": {"a": 1}}`:               "number",
		`{"weight_map": `:                        "unexpected end",
		`{"weight_map": {"b": "s.safetensors"}}`: `no tensor "b"`,
	} {
		dir := t.TempDir()
		for name, data := range map[string][]byte{
			"m.safetensors.index.json": []byte(text),
			"s.safetensors":            safetensors(`{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, 1),
		} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Open(filepath.Join(dir, "m.safetensors.index.json"))
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want damage with %q", text, err, want)
		}
	}
	_, err := Open(write(t, "m.index.json", []byte(`{"weight_map": {"a": "gone.safetensors"}}`)))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// A byte changed anywhere in a zip's members is noticed, by its checksum at
// the latest.
func TestCorruptNpz(t *testing.T) {
	for _, file := range []string{"stored.npz", "deflated.npz"} {
		data, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range z.File {
			if m.Name == "empty.npy" {
				continue // nothing of it is read
			}
			from, err := m.DataOffset()
			if err != nil {
				t.Fatal(err)
			}
			damaged := bytes.Clone(data)
			damaged[from+int64(m.CompressedSize64)/2] ^= 0x10
			err = tensorError(write(t, file, damaged))
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: %s damaged: error %v", file, m.Name, err)
			}
		}
		for cut := 0; cut < len(data); cut += 61 {
			if err := tensorError(write(t, file, data[:cut])); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("%s cut at %d: error %v", file, cut, err)
			}
		}
	}
}

// A member that inflates to more than its header tells is refused before it is
// inflated.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("w.npy")
	if err != nil {
		t.Fatal(err)
	}
	w.Write(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"))
	zeros := make([]byte, 1<<20)
	for range 64 {
		w.Write(zeros)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	err = tensorError(write(t, "bomb.npz", b.Bytes()))
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "the header tells") {
		t.Error(err)
	}
}

// A file that shrinks after it was opened ends in an error, not in a short
// value.
func TestShrunk(t *testing.T) {
	path := write(t, "x.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,2), }", make([]byte, 16)...))
	f := mustOpen(t, path)
	s, err := f.Tensor("")
	if err != nil {
		t.Fatal(err)
	}
	turned, err := s.Transpose([]int{1, 0})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 80); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Source{s, turned} {
		if _, err := s.Tensor(100); !errors.Is(err, ErrCorrupt) {
			t.Error(err)
		}
	}
}

func FuzzNpy(f *testing.F) {
	for _, name := range []string{"version2.npy", "version3.npy", "bfloat16.npy", "object.npy", "record.npy", "date.npy"} {
		seed(f, name)
	}
	f.Add(npy("{'descr': '>U2', 'fortran_order': True, 'shape': (1, 2L), }", make([]byte, 16)...))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzFile(t, "x.npy", data) })
}

func FuzzNpz(f *testing.F) {
	for _, name := range []string{"stored.npz", "deflated.npz"} {
		seed(f, name)
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzFile(t, "x.npz", data) })
}

func FuzzSafetensors(f *testing.F) {
	for _, name := range []string{"all.safetensors", "f4.safetensors", "model-00002-of-00002.safetensors"} {
		seed(f, name)
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzFile(t, "x.safetensors", data) })
}

func seed(f *testing.F, name string) {
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
}

// fuzzFile reads all there is; what can be read has the size it is said to have.
func fuzzFile(t *testing.T, name string, data []byte) {
	f, err := Open(write(t, name, data))
	if err != nil {
		return
	}
	defer f.Close()
	for _, name := range f.Names() {
		s, err := f.TensorAs(name, tensor.BFloat16)
		if err != nil || s.NumBytes() > 1<<20 {
			continue
		}
		v, err := s.Tensor(1 << 20)
		if err != nil {
			continue
		}
		if err := v.Check(); err != nil {
			t.Error(fmt.Errorf("%s: %w", name, err))
		}
	}
}
