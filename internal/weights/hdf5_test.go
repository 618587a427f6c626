package weights

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

// The files come from conformance/goldens/hdf5.py; package hdf5 compares their
// structure with what h5py says.
const hdf5Dir = "hdf5/testdata/"

// The same model as .weights.h5, as .keras archive and in shards.
func TestKerasFiles(t *testing.T) {
	weights := mustOpen(t, hdf5Dir+"model.weights.h5")
	want := []string{
		"layers/batch_normalization/vars/0", "layers/batch_normalization/vars/1",
		"layers/batch_normalization/vars/2", "layers/batch_normalization/vars/3",
		"layers/dense/vars/0", "layers/dense/vars/1", "layers/dense_1/vars/0", "layers/dense_1/vars/1",
	}
	if !slices.Equal(weights.Names(), want) {
		t.Fatalf("names %q, want %q", weights.Names(), want)
	}
	for _, file := range []string{"model.keras", "w.weights.json"} {
		f := mustOpen(t, hdf5Dir+file)
		if !slices.Equal(f.Names(), want) {
			t.Errorf("%s: names %q, want %q", file, f.Names(), want)
		}
		for _, name := range want {
			a, err := weights.Tensor(name)
			if err != nil {
				t.Fatal(err)
			}
			b, err := f.Tensor(name)
			if err != nil {
				t.Fatal(err)
			}
			if a.DType != b.DType || hex.EncodeToString(read(t, a)) != hex.EncodeToString(read(t, b)) {
				t.Errorf("%s: %s differs", file, name)
			}
		}
	}
	s, err := weights.Tensor("layers/dense_1/vars/0")
	if err != nil || s.DType != tensor.BFloat16 || !slices.Equal(s.Shape, []int64{3, 2}) {
		t.Error(s, err)
	}
	if v, ok, err := weights.Attribute("layers/dense/vars", "name"); err != nil || !ok || !slices.Equal(v, []string{"hidden"}) {
		t.Errorf("name %q, %v, %v", v, ok, err)
	}
	legacy := mustOpen(t, hdf5Dir+"legacy.h5")
	if v, ok, err := legacy.Attribute("model_weights", "layer_names"); err != nil || !ok || !slices.Equal(v, []string{"x", "hidden", "norm", "out"}) {
		t.Errorf("layer names %q, %v, %v", v, ok, err)
	}
	if v, ok, err := legacy.Attribute("", "model_config"); err != nil || !ok || len(v) != 1 || !strings.HasPrefix(v[0], `{"class_name"`) {
		t.Errorf("config %q, %v, %v", v, ok, err)
	}
	if v, ok, err := mustOpen(t, "testdata/stored.npz").Attribute("", "x"); v != nil || ok || err != nil {
		t.Errorf("an .npz has an attribute: %q, %v, %v", v, ok, err)
	}
}

func TestHDF5Types(t *testing.T) {
	f := mustOpen(t, hdf5Dir+"kinds.h5")
	for name, want := range map[string]golden{
		"i4":       {"int32", []int64{2, 3}, "000000000100000002000000030000000400000005000000", nil}, // big-endian there
		"u1":       {"uint8", []int64{2, 3}, "000102030405", nil},
		"f2":       {"float16", []int64{2, 3}, "0000003c0040004200440045", nil},
		"f4":       {"float32", []int64{2, 3}, "000000000000803f0000004000004040000080400000a040", nil},
		"bool":     {"bool", []int64{2}, "0100", nil},
		"scalar":   {"float32", []int64{}, "0000c03f", nil},
		"empty":    {"float32", []int64{0, 3}, "", nil},
		"a/b/c/d":  {"float32", []int64{2}, "000000000000803f", nil},
		"bfloat16": {"bfloat16", []int64{3}, "0000803f0040", nil},
	} {
		s, err := f.Tensor(name)
		if err != nil {
			t.Error(err)
			continue
		}
		t.Run(name, func(t *testing.T) { compare(t, s, want) })
	}
}

func TestHDF5Refused(t *testing.T) {
	for file, want := range map[string]string{"latest.h5": "libver", "soft.h5": "soft link", "chunked.h5": "chunks"} {
		err := tensorError(hdf5Dir + file)
		if err == nil || errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: error %v, want one of %q", file, err, want)
		}
	}
	for _, name := range []string{"x.h5", "x.keras"} {
		if err := tensorError(write(t, name, []byte("something else"))); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
