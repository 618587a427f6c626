package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/python"
)

// TestPython runs the snippets of testdata/python. Their results are those of
// CPython (conformance/python/semantics.py).
func TestPython(t *testing.T) {
	files, err := filepath.Glob("testdata/python/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no snippets: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range snippets(string(text)) {
			t.Run(fmt.Sprintf("%s:%d", filepath.Base(file), c.line), func(t *testing.T) {
				got, err := evaluate(c.body)
				if err != nil {
					got = "raises " + exception(t, err)
				}
				if got != c.want {
					t.Errorf("%s\n got %s\nwant %s\nerror %v", c.body, got, c.want, err)
				}
			})
		}
	}
}

type snippet struct {
	line       int
	body, want string
}

// snippets reads a file of cases: the body of a function, or one expression,
// and a line with its result.
func snippets(text string) []snippet {
	var out []snippet
	var body []string
	for i, line := range strings.Split(text, "\n") {
		want, end := strings.CutPrefix(line, "#=> ")
		switch {
		case end:
			c := snippet{line: i + 1, body: strings.Join(body, "\n"), want: want}
			if _, err := python.ParseExpr(c.body); err == nil {
				c.body = "return (" + c.body + ")"
			}
			out, body = append(out, c), nil
		case len(body) == 0 && (strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#")):
		default:
			body = append(body, line)
		}
	}
	return out
}
