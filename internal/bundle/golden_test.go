package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

// pattern gives the bytes that conformance/goldens/bundle.py fills tensors with.
func pattern(seed int, d tensor.DType, n int) []byte {
	mask := 0xff
	switch d {
	case tensor.Bool, tensor.Int2:
		mask = 1
	case tensor.Uint2:
		mask = 3
	case tensor.Int4:
		mask = 7
	case tensor.Uint4, tensor.Float4E2M1FN:
		mask = 15
	}
	b := make([]byte, n*d.Size())
	for i := range b {
		b[i] = byte((7*i + 31*seed) & mask)
	}
	return b
}

// memory is a checkpoint of one shard.
type memory struct{ data, index bytes.Buffer }

// golden adds tensors and stops at an error.
type golden struct {
	t *testing.T
	*Writer
}

func (g golden) add(key string, d tensor.DType, seed int, shape ...int64) {
	g.t.Helper()
	n, _ := numElements(shape)
	if err := g.Add(key, d, shape, bytes.NewReader(pattern(seed, d, int(n)))); err != nil {
		g.t.Fatal(err)
	}
}

func (g golden) strings(key string, shape []int64, values ...string) {
	g.t.Helper()
	if err := g.AddStrings(key, shape, values); err != nil {
		g.t.Fatal(err)
	}
}

// goldens writes what bundle.py writes, in its order.
var goldens = map[string]func(golden){
	"no_variables": func(g golden) {
		// The object graph of a tf.Module: a root with the child "signatures".
		g.strings("_CHECKPOINTABLE_OBJECT_GRAPH", nil, "\n\x12\n\x0e\b\x01\x12\nsignatures*\x00\n\x02*\x00")
	},
	"dtypes": func(g golden) {
		for _, name := range tensor.DTypeNames() {
			if d, _ := tensor.ParseDType(name); d.Size() > 0 {
				g.add("dtype/"+name, d, int(d), 2, 3)
			}
		}
	},
	"strings": func(g golden) {
		many := []string{"", "a", "é", strings.Repeat("x", 300), "\x00\xff"}
		g.strings("s/many", []int64{5}, many...)
		g.strings("s/scalar", nil, "scalar")
		g.strings("s/none", []int64{0})
		g.strings("s/grid", []int64{2, 2}, many[:4]...)
		if err := g.Add("after", tensor.Int8, nil, strings.NewReader("\x01")); err != nil {
			g.t.Fatal(err)
		}
	},
	"shapes": func(g golden) {
		g.add("z", tensor.Float32, 1)
		g.add("a", tensor.Int64, 2, 0)
		g.add("m", tensor.Int8, 3, 3, 0, 2)
		g.add("b", tensor.Float64, 4)
		g.add("ones", tensor.Int16, 5, 1, 1, 1, 1, 1, 1)
		g.add("c", tensor.Int32, 6, 0)
	},
	"keys": func(g golden) {
		long := strings.Repeat("a", 200)
		for i, key := range []string{"\xff\xff", "\xff", "a", "a/b", "ab", "a\x00b", "\x01", "é/ü", long, long + "b"} {
			g.add(key, tensor.Uint8, i, 2)
		}
	},
	"blocks": func(g golden) {
		for i := range 10_000 {
			g.add(fmt.Sprintf("layer_%05d/kernel/.ATTRIBUTES/VARIABLE_VALUE", i), tensor.Int8, i)
		}
	},
	"separators": func(g golden) {
		for i := 4_999; i >= 0; i-- {
			g.add(fmt.Sprintf("k%05d/", 3*i)+strings.Repeat("p", 200), tensor.Int8, i)
		}
	},
	"long_keys": func(g golden) {
		for i := range 100 {
			g.add(strings.Repeat("k", 20_000)+fmt.Sprintf("%03d", i), tensor.Int8, i)
		}
	},
	"huge_key": func(g golden) {
		g.add(strings.Repeat("k", 300_000), tensor.Int8, 0)
		g.add("l", tensor.Int8, 1)
	},
}

func writeGolden(t *testing.T, name string) *memory {
	m := new(memory)
	w := NewWriter(&m.data, &m.index)
	goldens[name](golden{t, w})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestGoldens: the same tensors give the bytes that TensorFlow writes.
func TestGoldens(t *testing.T) {
	raw, err := os.ReadFile("testdata/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		SHA256 map[string]map[string]string
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	for name := range goldens {
		t.Run(name, func(t *testing.T) {
			m := writeGolden(t, name)
			for part, got := range map[string][]byte{"index": m.index.Bytes(), "data-00000-of-00001": m.data.Bytes()} {
				if want := manifest.SHA256[name][part]; want != "" {
					sum := sha256.Sum256(got)
					if hex.EncodeToString(sum[:]) != want {
						t.Errorf("%s: %d bytes are not those of TensorFlow", part, len(got))
					}
					continue
				}
				want, err := os.ReadFile(filepath.Join("testdata", name+"."+part))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s: wrote\n%sTensorFlow wrote\n%s", part, hex.Dump(got), hex.Dump(want))
				}
			}
		})
	}
}
