package trace

import (
	"os"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
)

// TestPublic looks up every public function of TensorFlow that the API page
// says works, and holds its arguments against TensorFlow's. (The defaults are
// compared by conformance/lib/check_lib.py.)
func TestPublic(t *testing.T) {
	text, err := os.ReadFile("genapi/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	tr := New(&graph.Library{})
	th := &thread{tr: tr, graph: tr.eager}
	works := 0
	for line := range strings.Lines(string(text)) {
		declared, ok := strings.CutPrefix(strings.TrimSpace(line), "function ")
		if !ok {
			continue
		}
		path, args, _ := strings.Cut(declared, "(")
		if ok, _, _ := Public(path); !ok {
			continue
		}
		works++
		v, ok, err := tr.lib.lookup(th, path)
		if err != nil || !ok {
			t.Errorf("tf.%s is not found: %v", path, err)
			continue
		}
		c, ok := v.(*Closure)
		if !ok {
			continue // a primitive
		}
		tree, err := python.Parse("def f(" + args + ":\n  pass\n")
		if err != nil {
			t.Fatalf("arguments of tf.%s: %v", path, err)
		}
		if got, want := signatureOf(c.args), signatureOf(tree.Body[0].(*python.FunctionDef).Args); got != want {
			t.Errorf("tf.%s takes (%s), not (%s)", path, want, got)
		}
	}
	if works < 700 {
		t.Errorf("%d functions work", works)
	}
}

// signatureOf writes the arguments of a function, defaults as "=".
func signatureOf(a *python.Arguments) string {
	var out []string
	positional := append(append([]*python.Arg{}, a.PosOnlyArgs...), a.Args...)
	for i, arg := range positional {
		name := arg.Arg
		if i >= len(positional)-len(a.Defaults) {
			name += "="
		}
		out = append(out, name)
	}
	if a.Vararg != nil {
		out = append(out, "*"+a.Vararg.Arg)
	}
	for i, arg := range a.KwOnlyArgs {
		name := arg.Arg + " by name"
		if a.KwDefaults[i] != nil {
			name += "="
		}
		out = append(out, name)
	}
	if a.Kwarg != nil {
		out = append(out, "**"+a.Kwarg.Arg)
	}
	return strings.Join(out, ", ")
}
