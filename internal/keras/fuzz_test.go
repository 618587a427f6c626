package keras

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/trace"
)

// FuzzConfig: no config makes it panic.
func FuzzConfig(f *testing.F) {
	files, err := filepath.Glob("testdata/keras[23]/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, errs := spec.ParseJSON("config.json", text)
		if len(errs) > 0 {
			return
		}
		build(t, v)
	})
}

func build(t *testing.T, config spec.Value) {
	b := &builder{set: &settings{}, lib: builtin(), tracer: trace.New(&graph.Library{})}
	p := b.topModel(config)
	if p == nil && len(b.errs) == 0 {
		t.Error("no model, and no error")
	}
}

// TestHostile puts something else at the places of the configs, one at a time.
func TestHostile(t *testing.T) {
	others := []any{
		nil, true, int64(-1), int64(1) << 40, math.Inf(1), "", "x", []spec.Value{}, []spec.Entry{},
		[]spec.Value{{V: int64(0)}, {V: nil}, {V: "x"}, {V: []spec.Value{}}},
	}
	files, _ := filepath.Glob("testdata/keras[23]/*.json")
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, errs := spec.ParseJSON(file, text)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		var visit func(at *spec.Value)
		visit = func(at *spec.Value) {
			was := at.V
			for _, other := range others {
				if count++; count%19 != 0 { // enough, and a second instead of half a minute
					continue
				}
				at.V = other
				build(t, v)
			}
			at.V = was
			switch x := was.(type) {
			case []spec.Value:
				for i := range x {
					visit(&x[i])
				}
			case []spec.Entry:
				for i := range x {
					visit(&x[i].Value)
				}
			}
		}
		visit(&v)
	}
}
