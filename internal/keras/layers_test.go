package keras

import (
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
