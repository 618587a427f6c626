package brotli

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// vectors gives the files of testdata that the reference encoder compressed, by
// names that say quality and window, with what they hold.
func vectors(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/*.br")
	if err != nil || len(names) < 7 {
		t.Fatal(names, err)
	}
	out := map[string][]byte{}
	for _, name := range names {
		whole, _, _ := strings.Cut(name, "-")
		out[name] = read(t, whole)
	}
	return out
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	for name, want := range vectors(t) {
		got, err := Decode(read(t, name), len(want))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Nothing, with windows of 16 and 22 bits; bytes that are not compressed.
	for in, want := range map[string]string{"\x06": "", "\x3b": "", "\x10\x00\x10hi\x03": "hi"} {
		if got, err := Decode([]byte(in), len(want)); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// TestDamaged: what is not whole is refused, and nothing panics or takes more
// memory than the data that was announced, and the tables.
func TestDamaged(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, want := range vectors(t) {
		whole := read(t, name)
		for _, data := range [][]byte{nil, whole[:1], whole[:len(whole)/2], whole[:len(whole)-1], append(bytes.Clone(whole), 0)} {
			if _, err := Decode(data, len(want)); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: %d of %d bytes: %v", name, len(data), len(whole), err)
			}
		}
		for _, size := range []int{0, len(want) - 1, len(want) + 1, 1 << 40} {
			if _, err := Decode(whole, size); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: as %d bytes: %v", name, size, err)
			}
		}
		for range 300 {
			data := bytes.Clone(whole)
			for range 1 + r.IntN(3) {
				data[r.IntN(len(data))] ^= 1 << r.IntN(8)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _ = Decode(data, len(want))
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
				t.Fatalf("%s: %d bytes", name, used)
			}
		}
	}
}

// FuzzDecode: no data makes it panic, or gives more than was asked for.
func FuzzDecode(f *testing.F) {
	for name := range vectors(f) {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, err := Decode(data, 1<<16); err == nil && len(out) != 1<<16 {
			t.Errorf("%d bytes", len(out))
		}
	})
}
