package weights

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

// The checkpoint comes from conformance/goldens/checkpoint.py.
const checkpointDir = "testdata/checkpoint"

func TestCheckpoint(t *testing.T) {
	for _, path := range []string{checkpointDir, checkpointDir + "/ckpt-2", checkpointDir + "/ckpt-2.index"} {
		f := mustOpen(t, path)
		want := []string{"model/layer/half", "model/layer/kernel", "model/step", "model/words", "save_counter"}
		if !slices.Equal(f.Names(), want) {
			t.Errorf("%s: names %q, want %q", path, f.Names(), want)
		}
		for name, want := range map[string]golden{
			"model/layer/kernel": {"float32", []int64{2, 3}, "0000803f0000004000004040000080400000a0400000c040", nil},
			"model/layer/half":   {"bfloat16", []int64{2}, "803f00c0", nil},
			"model/step":         {"int64", []int64{}, "0800000000000000", nil},
			"model/words":        {"string", []int64{3}, "", []string{"61", "", hex.EncodeToString([]byte("longer"))}},
		} {
			s, err := f.Tensor(name)
			if err != nil {
				t.Error(err)
				continue
			}
			compare(t, s, want)
		}
		s, err := f.Tensor("model/layer/kernel")
		if err != nil {
			t.Fatal(err)
		}
		if s, err = s.Transpose([]int{1, 0}); err != nil {
			t.Fatal(err)
		}
		compare(t, s, golden{"float32", []int64{3, 2}, "0000803f00008040000000400000a040000040400000c040", nil})
	}
}

// copyTo copies a file of the golden, changed.
func copyTo(t *testing.T, dir, name string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(checkpointDir, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCheckpointDamaged(t *testing.T) {
	same := func(b []byte) []byte { return b }
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	none := func([]byte) []byte { return nil }
	const index, shard, latest = "ckpt-2.index", "ckpt-2.data-00000-of-00001", "checkpoint"
	for _, c := range []struct {
		name    string
		changes map[string]func([]byte) []byte
	}{
		{"index", map[string]func([]byte) []byte{index: flip, shard: same, latest: same}},
		{"empty index", map[string]func([]byte) []byte{index: none, shard: same, latest: same}},
		{"empty shard", map[string]func([]byte) []byte{index: same, shard: none, latest: same}},
		{"latest", map[string]func([]byte) []byte{index: same, shard: same, latest: none}},
		{"latest text", map[string]func([]byte) []byte{latest: func([]byte) []byte { return []byte("model_checkpoint_path: x") }}},
	} {
		dir := t.TempDir()
		for name, change := range c.changes {
			copyTo(t, dir, name, change)
		}
		if err := tensorError(dir); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: error %v", c.name, err)
		}
	}

	// Damage of one tensor is noticed when it is read, straight or transposed.
	dir := t.TempDir()
	copyTo(t, dir, index, same)
	copyTo(t, dir, shard, func(b []byte) []byte {
		at := strings.Index(string(b), "\x00\x00\x80\x3f")
		b[at] ^= 1
		return b
	})
	s, err := mustOpen(t, filepath.Join(dir, "ckpt-2")).Tensor("model/layer/kernel")
	if err != nil {
		t.Fatal(err)
	}
	turned, err := s.Transpose([]int{1, 0})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Source{s, turned} {
		if _, err := s.Tensor(100); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "model/layer/kernel") {
			t.Error(err)
		}
	}

	// A missing shard is the system's error.
	dir = t.TempDir()
	copyTo(t, dir, index, same)
	if err := tensorError(filepath.Join(dir, "ckpt-2")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// A SavedModel, and its variables folder, are checkpoints.
func TestSavedModelAsWeights(t *testing.T) {
	dir := t.TempDir()
	variables := filepath.Join(dir, "variables")
	for from, to := range map[string]string{"ckpt-2.index": "variables.index", "ckpt-2.data-00000-of-00001": "variables.data-00000-of-00001"} {
		copyTo(t, variables, from, func(b []byte) []byte { return b })
		if err := os.Rename(filepath.Join(variables, from), filepath.Join(variables, to)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{dir, variables} {
		if f := mustOpen(t, path); !f.Has("model/step") {
			t.Errorf("%s: %q", path, f.Names())
		}
	}
}

func TestCheckpointRefuses(t *testing.T) {
	_, err := mustOpen(t, checkpointDir).TensorAs("model/layr/kernel", tensor.Float32)
	if err == nil || !strings.Contains(err.Error(), `did you mean "model/layer/kernel"?`) {
		t.Error(err)
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "ckpt-9")} {
		if _, err := Open(path); err == nil || errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
