package spec

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")

// TestDocs parses every YAML block of the reference.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := yamlBlock.FindAllSubmatchIndex(text, -1)
	if len(blocks) < 10 {
		t.Fatalf("%d YAML blocks", len(blocks))
	}
	for _, at := range blocks {
		line := strings.Count(string(text[:at[2]]), "\n")
		// Lines before the block keep the places right.
		block := strings.Repeat("\n", line) + string(text[at[2]:at[3]])
		if _, errs := Parse("spec.md", []byte(block), nil); errs != nil {
			t.Error(errs)
		}
	}
}

// TestDocsNameEveryKey: the reference mentions every key of the tables.
func TestDocsNameEveryKey(t *testing.T) {
	text, err := os.ReadFile("../../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range append(mappings, &specKeys) {
		for _, k := range m.keys {
			if !strings.Contains(string(text), "`"+k.name+"`") && !strings.Contains(string(text), k.name+":") {
				t.Errorf("key %s of %s is not in docs/spec.md", k.name, m.what)
			}
		}
	}
	for _, limit := range []string{fmt.Sprintf("%d MiB", maxBytes>>20), fmt.Sprintf("%d levels", maxDepth), "2,000,000 nodes"} {
		if !strings.Contains(string(text), limit) {
			t.Errorf("limit %q is not in docs/spec.md", limit)
		}
	}
}

// TestDocsError: the error shown in the reference is what one gets.
func TestDocsError(t *testing.T) {
	text, err := os.ReadFile("../../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	s, errs := Parse("model.yaml", []byte("module:\n  variables:\n    w: {shpe: [3], value: 0}\n"), nil)
	var b strings.Builder
	if err := errs.Print(&b, s.Source); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "```text\n"+b.String()+"```") {
		t.Errorf("docs/spec.md does not show:\n%s", b.String())
	}
}
