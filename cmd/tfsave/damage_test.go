package main

import (
	"bytes"
	"flag"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/tfsave/tfsave/internal/draw"
	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/scan"
	"github.com/tfsave/tfsave/internal/verify"
)

// damageRounds is how many changed graph files are read: make damage asks for more.
var damageRounds = flag.Int("damage", 400, "changes to graph files")

// The commands may take so many times the size of the graph file, and some
// memory that does not depend on it, all that they ever allocate counted.
const (
	mostTimes = 300
	mostFree  = 32 << 20
)

// readers are what the commands do with a model.
var readers = []struct {
	name string
	read func(m *reader.Model)
}{
	{"inspect", func(m *reader.Model) {
		r := inspect.Read(m)
		_ = r.WriteText(io.Discard, inspect.Text{Functions: true, Tree: true, Ops: true})
		_ = r.WriteJSON(io.Discard)
	}},
	{"verify", func(m *reader.Model) { verify.Model(m) }},
	{"scan", func(m *reader.Model) { scan.Model(m, scan.Options{Policy: scan.Allowlist}) }},
	{"graph", func(m *reader.Model) {
		for _, g := range inspect.Read(m).MetaGraphs {
			_ = draw.Tree(g, "").WriteDOT(io.Discard)
		}
	}},
}

// TestDamagedGraphs: no change to a graph file makes a command panic, or take
// more memory than is said.
func TestDamagedGraphs(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	models := []struct{ dir, file string }{
		{"verify/testdata/adder", reader.GraphFile}, {"verify/testdata/control_flow", reader.GraphFile}, {"verify/testdata/v1_partitioned", reader.GraphFile},
		{"verify/testdata/keras_saved_by_tf", reader.GraphFile}, {"scan/testdata/hidden_twice", reader.GraphFile}, {"scan/testdata/text_only", reader.TextFile},
		{"reader/testdata/split/chunks", reader.SplitFile},
	}
	most := map[string]uint64{}
	for i := range *damageRounds {
		x := models[i%len(models)]
		files := loadFiles(t, "../../internal/"+x.dir)
		data := changed(r, files[x.file].Data)
		files[x.file] = &fstest.MapFile{Data: data}
		for _, c := range readers {
			used := allocated(func() {
				if m, err := reader.OpenFS(files); err == nil {
					c.read(m)
				}
			})
			if used > uint64(mostTimes*len(data)+mostFree) {
				t.Errorf("%s of a changed %s: %d bytes for a file of %d", c.name, x.dir, used, len(data))
			}
			if len(data) > 1000 { // what does not depend on the file counts little
				most[c.name] = max(most[c.name], used/uint64(len(data)))
			}
		}
	}
	t.Logf("most bytes for one of the file: %v", most)
}

var loaded = map[string]fstest.MapFS{}

// loadFiles reads a folder into memory; the map is the caller's.
func loadFiles(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	if loaded[dir] == nil {
		loaded[dir] = fstest.MapFS{}
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(dir + "/" + name)
			loaded[dir][name] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	out := fstest.MapFS{}
	for name, file := range loaded[dir] {
		out[name] = file
	}
	return out
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// changed changes a few places of a file: bits, bytes, lengths; it cuts, doubles,
// takes out and moves pieces.
func changed(r *rand.Rand, whole []byte) []byte {
	data := bytes.Clone(whole)
	for range 1 + r.IntN(4) {
		if len(data) < 2 {
			break
		}
		at := r.IntN(len(data))
		piece := bytes.Clone(data[at : at+1+r.IntN(min(len(data)-at, 300))])
		switch r.IntN(8) {
		case 0, 1:
			data[at] ^= 1 << r.IntN(8)
		case 2:
			data[at] = byte(r.IntN(256))
		case 3:
			data[at] = 0xff
		case 4:
			data = data[:at]
		case 5:
			data = append(data[:at:at], append(piece, data[at:]...)...)
		case 6:
			data = append(data[:at:at], data[at+len(piece):]...)
		case 7:
			copy(data[r.IntN(len(data)):], piece)
		}
	}
	return data
}
