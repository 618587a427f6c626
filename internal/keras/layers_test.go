package keras

import (
	"regexp"
	"testing"

	"github.com/tfsave/tfsave/internal/python"
)

// TestLayerNames: the files of layers see each other's names, so no name stands
// in two of them.
func TestLayerNames(t *testing.T) {
	where := map[string]string{}
	for _, f := range builtin().Files {
		for _, b := range python.SplitTopLevel(f.Text) {
			if b.Name == "" {
				continue
			}
			if other, ok := where[b.Name]; ok && other != f.Name {
				t.Errorf("%s is in %s and in %s", b.Name, other, f.Name)
			}
			where[b.Name] = f.Name
		}
	}
}

// TestLimits: what the tables say is not supported begins with a word.
func TestLimits(t *testing.T) {
	text, err := Table()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile(`(?m)^.*; [ (:].*$`).FindAllString(text, -1) {
		t.Error(row)
	}
}
