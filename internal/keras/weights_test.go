package keras

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/model"
)

// TestWeights reads the variables of one model from every form of file that
// Keras writes; variable i has the values i, i + 1/16, ….
func TestWeights(t *testing.T) {
	tests := map[string]string{
		"no weights in the config": `{config: weights/weighted.json, weights: weights/model.weights.h5}`,
		"archive":                  `weights/model.keras`,
		"unpacked archive":         `weights/unpacked`,
		"legacy h5":                `weights/legacy.h5`,
		"weights of a legacy h5":   `{config: weights/weighted.json, weights: weights/legacy.h5}`,
		"weights alone":            `{weights: weights/legacy.h5}`,
		"weights of an archive":    `{config: weights/weighted.json, weights: weights/model.keras}`,
		"weights of a folder":      `{config: weights/weighted.json, weights: weights/unpacked/model.weights.h5}`,
		"shards":                   `{config: weights/weighted.json, weights: weights/sharded.weights.json}`,
		"npz":                      `{config: weights/weighted.json, weights: weights/model.npz}`,
		"safetensors":              `{config: weights/weighted.json, weights: weights/model.safetensors}`,
		"checkpoint":               `{config: weights/weighted.json, weights: weights/checkpoint/model}`,
		"SavedModel":               `{config: weights/weighted.json, weights: weights/saved_model}`,
		"Keras 2 h5":               `weights/keras2.h5`,
		"Keras 2 archive":          `weights/keras2.keras`,
		"Keras 2 weights":          `{config: weights/weighted.json, weights: weights/keras2_weights.h5}`,
		"Keras 2 checkpoint":       `{archive: weights/keras2.h5, weights: weights/keras2_checkpoint}`,
		"another archive's":        `{archive: weights/keras2.keras, weights: weights/model.keras}`,
	}
	for name, settings := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := expand("testdata", "keras: "+settings)
			if err != nil {
				t.Fatal(err)
			}
			m, errs := model.Build(s)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			defer m.Close()
			got := map[string]float32{}
			all, _ := m.Root.Attr("variables")
			for _, item := range all.Value.(*model.List).Items {
				v := item.(*model.Variable)
				r, err := v.Value.Tensor(1 << 10)
				if err != nil {
					t.Fatal(err)
				}
				first := math.Float32frombits(binary.LittleEndian.Uint32(r.Data))
				for i := range len(r.Data) / 4 {
					if x := math.Float32frombits(binary.LittleEndian.Uint32(r.Data[4*i:])); x != first+float32(i)/16 {
						t.Errorf("%s[%d] = %v", v.Name, i, x)
					}
				}
				got[v.Name] = first
			}
			want := map[string]float32{
				"first/kernel": 0, "first/bias": 1, "inner/bn/gamma": 2, "inner/bn/beta": 3, "inner/bn/moving_mean": 4,
				"inner/bn/moving_variance": 5, "inner/deep/kernel": 6, "inner/deep/bias": 7, "last/kernel": 8,
			}
			for name, first := range want {
				if x, ok := got[name]; !ok || x != first {
					t.Errorf("%s = %v (%v), want %v", name, x, ok, first)
				}
			}
			if len(got) != len(want) {
				t.Errorf("variables %v", got)
			}
		})
	}
}

// TestOtherWeights: the weights of another model are refused, as are damaged
// files.
func TestOtherWeights(t *testing.T) {
	work := t.TempDir()
	if err := os.CopyFS(work, os.DirFS("testdata/weights")); err != nil {
		t.Fatal(err)
	}
	short := func(name, from string) {
		data, err := os.ReadFile(filepath.Join(work, from))
		if err == nil {
			err = os.WriteFile(filepath.Join(work, name), data[:len(data)/2], 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	short("short.keras", "model.keras")
	short("short.h5", "model.weights.h5")
	short("short.npz", "model.npz")
	short("short.json", "weighted.json")
	for name, members := range map[string][]string{"empty.keras": nil, "npz.keras": {"config.json", "model.weights.npz"}, "no_config.keras": {"model.weights.h5"}} {
		f, err := os.Create(filepath.Join(work, name))
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		for _, m := range members {
			if _, err := z.Create(m); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(z.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	layers := func(last string) string {
		return "{weights: model.weights.h5, layers: [Input: {shape: [3]}, Dense: {units: 4}, " + last + "]}"
	}
	tests := []struct{ settings, want string }{
		{`short.keras`, "model.yaml:1:8: short.keras: damaged weight file: zip: not a valid zip file"},
		{`{config: weighted.json, weights: short.h5}`, "model.yaml:1:41: weight file short.h5: damaged weight file: ends at 15572, tells of 31144 bytes"},
		{`{config: weighted.json, weights: short.npz}`, "model.yaml:1:41: weight file short.npz: damaged weight file: zip: not a valid zip file"},
		{`empty.keras`, "model.yaml:1:8: empty.keras: the archive has no model.weights.h5: give weights: besides it"},
		{`npz.keras`, "model.yaml:1:8: npz.keras: the archive has no model.weights.h5: give weights: besides it"},
		{`no_config.keras`, "model.yaml:1:8: no_config.keras: the archive has no config.json"},
		{`short.json`, "model.yaml:1:8: short.json: is no weight file: .npy, .npz, .safetensors, .h5, .keras, their indexes and TensorFlow checkpoints can be read"},
		{`{config: short.json}`, "short.json:"},
		{`{weights: model.weights.h5}`, "model.yaml:1:18: model.weights.h5: the file holds no config of a model: give config: besides it"},
		{`{config: weighted.json, weights: none.h5}`, "model.yaml:1:41: weight file none.h5: no such file or directory"},
		{`none.keras`, "model.yaml:1:8: none.keras: no such file or directory"},
		{layers("Dense: {units: 2}"), `holds no tensor "layers/dense_1/vars/1"`},
		{layers("Dense: {units: 1, use_bias: false}"), `holds 6 tensors that no variable of the model takes, the first is "layers/functional/layers/batch_normalization/vars/0"`},
		{`{weights: model.npz, layers: [Input: {shape: [3]}, Dense: {units: 4, name: first, use_bias: false}]}`,
			`weight file model.npz holds 1 tensors that no variable of the model takes, the first is "first/bias"`},
		{`{weights: model.npz, layers: [Input: {shape: [3]}, Dense: {units: 4, name: fisrt}]}`,
			`weight file model.npz holds no tensor for variable "fisrt/kernel" (the nearest is "first/kernel")`},
		{`{weights: keras2_weights.h5, layers: [Input: {shape: [3]}, Dense: {units: 4, name: first}]}`,
			`weight file keras2_weights.h5 has weights of 3 layers, the model has 1 layers with weights`},
		{`{weights: model.npz, layers: [Input: {shape: [3]}, Dense: {units: 5, name: first}]}`, `[3,4]`},
	}
	for _, test := range tests {
		s, err := expand(work, "keras: "+test.settings)
		if err == nil {
			m, errs := model.Build(s)
			if err = errs.Err(); err == nil {
				m.Close()
			}
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\n got %v\nwant %s", test.settings, err, test.want)
		}
	}
}
