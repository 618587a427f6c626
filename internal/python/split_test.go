package python_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/python/astdump"
)

func TestSplitTopLevel(t *testing.T) {
	const src = `"""A file.

def not_this(): pass
"""
# comment
import a

PI = 3.14  # (
x == y


@export("a(")
# comment
@other

def f(x,
y):
    return "'''"
  # odd comment
  
class A: pass
if x:
    y
elif z: pass
else:
    w
s = '(' \
  + '''
d = 1
'''; t = 2
async \
def g(): pass
try: a
except B: b
finally:
    c
elsewhere = 1`
	var got []string
	for _, b := range python.SplitTopLevel(src) {
		if b.Text != src[b.Start:b.End] {
			t.Errorf("Text of the block at line %d is not src[%d:%d]", b.Line, b.Start, b.End)
		}
		if line := 1 + strings.Count(src[:b.Start], "\n"); line != b.Line {
			t.Errorf("block at line %d says line %d", line, b.Line)
		}
		got = append(got, fmt.Sprintf("%d+%d %s", b.Line, strings.Count(b.Text, "\n"), b.Name))
	}
	want := []string{"1+4 ", "6+1 ", "8+1 PI", "9+1 ", "12+7 f", "21+1 A", "22+5 ", "27+4 s", "31+2 g", "33+4 ", "37+0 elsewhere"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	checkSplit(t, src)
}

// checkSplit fails if the blocks of a text do not have the tree of the whole.
func checkSplit(t *testing.T, src string) {
	t.Helper()
	whole, err := python.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	var parts python.Module
	for _, b := range python.SplitTopLevel(src) {
		m, err := python.ParseAt(b.Text, b.Line)
		if err != nil {
			t.Fatalf("block at line %d: %v", b.Line, err)
		}
		parts.Body = append(parts.Body, m.Body...)
	}
	got, want := astdump.DumpWithPositions(&parts, src), astdump.DumpWithPositions(whole, src)
	if got != want {
		t.Errorf("%s\n got %s\nwant %s", src, got, want)
	}
}

func TestSplitTrees(t *testing.T) {
	readCases(t, "trees.txt", func(t *testing.T, src string, _ []string) {
		checkSplit(t, src)
		checkSplit(t, "\ufeff\n"+strings.ReplaceAll(src, "\n", "\r\n"))
	})
}
