package trace

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

// TestErrors traces the functions of testdata/err/*.yaml, each of which holds
// a mistake, and compares what the user sees with the .out file beside it.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/err/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := mistakes(t, filepath.Base(file), text)
			out := strings.TrimSuffix(file, ".yaml") + ".out"
			if *update {
				if err := os.WriteFile(out, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: got\n%s", out, got)
			}
		})
	}
}

// mistakes traces each function that has inputs, in a tracer of its own, and
// writes its error as the user sees it.
func mistakes(t *testing.T, name string, text []byte) []byte {
	s, errs := spec.Parse(name, text, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var out bytes.Buffer
	for _, e := range s.Module.Members {
		m, errs := model.Build(s)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		a, _ := m.Root.Attr(e.Name)
		f, ok := a.Value.(*model.Function)
		if !ok || !f.Spec.HasInputSignature {
			continue
		}
		tr := New(&graph.Library{})
		tr.steps = 1_000_000 // endless bodies take seconds with all of maxSteps
		_, err := tr.Trace(f, nil)
		var mistake *Error
		switch {
		case err == nil:
			out.WriteString(e.Name + ": no error\n")
		case errors.As(err, &mistake):
			if err := (spec.ErrorList{mistake.Spec()}).Print(&out, s.Source); err != nil {
				t.Fatal(err)
			}
		default:
			out.WriteString(e.Name + ": an error without a place: " + err.Error() + "\n")
		}
		out.WriteString("\n")
	}
	return out.Bytes()
}

// TestGraphLimit: a body that makes nodes without end stops at the limit of a
// graph.
func TestGraphLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a graph")
	}
	f, err := bodyModel("x = tf.constant(1.)\nfor i in range(10 ** 9):\n  x = x + x\nreturn x")
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(&graph.Library{}).Trace(f, nil)
	if err == nil || !strings.Contains(err.Error(), "the graph has more than") {
		t.Errorf("got %v", err)
	}
}
