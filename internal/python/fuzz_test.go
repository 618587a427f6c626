package python_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/python/astdump"
)

// FuzzParse checks that no text makes the parser panic, that every position
// lies in the text, and that the blocks of a file have the tree of the whole.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"trees.txt", "errors.txt"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		for _, text := range strings.Split(string(data), "\n---\n") {
			src, _, _ := strings.Cut(text, "\n=> ")
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		m, err := python.Parse(src)
		if err != nil {
			e := err.(*python.SyntaxError)
			checkExtent(t, src, e.Pos, e.End)
			return
		}
		for _, stmt := range m.Body {
			python.Inspect(stmt, func(n python.Node) bool {
				if n != nil {
					checkExtent(t, src, n.Pos(), n.End())
				}
				return true
			})
		}
		tree := astdump.DumpWithPositions(m, src)
		if m.Body != nil && m.Body[0].Pos().Col > 1 {
			return // all lines are indented: not a file
		}
		var parts python.Module
		for _, b := range python.SplitTopLevel(src) {
			m, err := python.ParseAt(b.Text, b.Line)
			if err != nil {
				t.Fatalf("block at line %d: %v", b.Line, err)
			}
			parts.Body = append(parts.Body, m.Body...)
		}
		if got := astdump.DumpWithPositions(&parts, src); got != tree {
			t.Errorf("\n got %s\nwant %s", got, tree)
		}
	})
}

func checkExtent(t *testing.T, src string, pos, end python.Pos) {
	t.Helper()
	lines := 1 + strings.Count(src, "\n") + strings.Count(src, "\r")
	if pos.Line < 1 || pos.Col < 1 || end.Line < pos.Line || end.Line == pos.Line && end.Col < pos.Col ||
		end.Line > lines || end.Col > len(src)+2 {
		t.Errorf("extent %v-%v of a text of %d lines", pos, end, lines)
	}
}
