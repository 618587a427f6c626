package bundle

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tfsave/tfsave/internal/tensor"
)

// damageRounds is how often each kind of damage is done: make damage asks for more.
var damageRounds = flag.Int("damage", 100, "changes to each checkpoint, of each kind")

// checkpoints are those of testdata, and one with many blocks of index.
func checkpoints(t *testing.T) map[string]fstest.MapFS {
	t.Helper()
	out := map[string]fstest.MapFS{}
	m := new(memory)
	w := NewWriter(&m.data, &m.index)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 3000 {
		shape := []int64{int64(r.IntN(9)), 3}
		b := make([]byte, shape[0]*shape[1]*4)
		for j := range b {
			b[j] = byte(r.Uint32())
		}
		if err := w.Add(fmt.Sprintf("layer_%05d/kernel", i), tensor.Float32, shape, bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		if err := w.AddStrings(fmt.Sprintf("words_%d", i), []int64{2}, []string{"one", strings.Repeat("two", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out["many"] = m.files()
	for _, name := range []string{"dtypes", "keys", "parts", "shards", "strings", "text_parts", "variants"} {
		out[name] = loadGolden(t, name)
	}
	return out
}

// damages change a file in the ways in which copies go wrong.
var damages = []struct {
	name   string
	change func(r *rand.Rand, b []byte) []byte
}{
	{"a bit", func(r *rand.Rand, b []byte) []byte { b[r.IntN(len(b))] ^= 1 << r.IntN(8); return b }},
	{"cut", func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }},
	{"zeros", func(r *rand.Rand, b []byte) []byte { clear(piece(r, b)); return b }},
	{"swapped", func(r *rand.Rand, b []byte) []byte {
		x := piece(r, b)
		y := b[r.IntN(len(b)-len(x)+1):][:len(x)]
		keep := bytes.Clone(x)
		copy(x, y)
		copy(y, keep)
		return b
	}},
	{"doubled", func(r *rand.Rand, b []byte) []byte {
		x := piece(r, b)
		copy(b[r.IntN(len(b)):], bytes.Clone(x))
		return b
	}},
	{"inserted", func(r *rand.Rand, b []byte) []byte {
		return slices.Insert(b, r.IntN(len(b)+1), bytes.Clone(piece(r, b))...)
	}},
	{"taken out", func(r *rand.Rand, b []byte) []byte {
		at := r.IntN(len(b))
		return slices.Delete(b, at, min(at+1+r.IntN(4096), len(b)))
	}},
}

// piece is a part of a file, of the size of a block often.
func piece(r *rand.Rand, b []byte) []byte {
	n := 1 + r.IntN(len(b))
	if r.IntN(2) == 0 {
		n = min(n, 1<<r.IntN(13))
	}
	at := r.IntN(len(b) - n + 1)
	if r.IntN(2) == 0 {
		at = min(at&^511, len(b)-n)
	}
	return b[at : at+n]
}

// TestDamage: all damage to a checkpoint is found, and it is told where: the
// tensor, the block, or the bytes.
func TestDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for prefix, files := range checkpoints(t) {
		rounds := *damageRounds
		if len(files["c.index"].Data) > 50_000 {
			rounds = max(10, rounds/10)
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			whole := files[name].Data
			for _, d := range damages {
				for i := range rounds {
					if len(whole) == 0 {
						break
					}
					data := d.change(r, bytes.Clone(whole))
					if bytes.Equal(data, whole) {
						continue
					}
					files[name] = &fstest.MapFile{Data: data}
					faults := Verify(files, "c")
					if len(faults) == 0 {
						t.Errorf("%s, %s: %s (%d): nothing found", prefix, name, d.name, i)
					}
					for _, f := range faults {
						text := f.Error()
						if f.Key == "" && !strings.ContainsAny(text, "0123456789") && !strings.Contains(text, "no header entry") {
							t.Errorf("%s, %s: %s: it is not said where: %v", prefix, name, d.name, f)
						}
					}
				}
			}
			files[name] = &fstest.MapFile{Data: whole}
		}
	}
}
