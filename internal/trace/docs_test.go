package trace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
)

var docsBlock = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?")

// TestBodiesDocs traces the Python blocks of docs/bodies.md as functions of
// the object that its YAML block describes. The text block that follows one
// of them is the error that it ends in.
func TestBodiesDocs(t *testing.T) {
	const page = "../../docs/bodies.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []string{"50,000,000 |", "| 200 |", "| 500,000 |", "| 256 MiB |", "| 16 MiB |"} {
		if !strings.Contains(string(text), limit) {
			t.Errorf("%s does not have the limit %q", page, limit)
		}
	}
	if maxSteps != 50_000_000 || maxDepth != 200 || graph.MaxNodes != 500_000 || maxConstant != 256<<20 || maxFile != 16<<20 {
		t.Errorf("limits have changed: %s has others", page)
	}
	var names []string
	for name := range builtins {
		if !strings.HasSuffix(name, "Error") && !strings.HasSuffix(name, "Exception") && name != "StopIteration" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if list := "| builtins | `" + strings.Join(names, " ") + "`"; !strings.Contains(string(text), list) {
		t.Errorf("%s does not have the line %s", page, list)
	}
	object, examples, updated := "", 0, ""
	copied := 0 // bytes of text that are in updated
	for _, at := range docsBlock.FindAllStringSubmatchIndex(string(text), -1) {
		part := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return string(text[at[2*i]:at[2*i+1]])
		}
		if part(1) == "yaml" {
			object = part(2)
			continue
		}
		examples++
		line := 1 + strings.Count(string(text[:at[0]]), "\n")
		got, err := traceExample(t, object, part(2))
		if err != nil {
			t.Fatalf("%s:%d: %v", page, line, err)
		}
		if *update && at[6] >= 0 {
			updated += string(text[copied:at[6]]) + got
			copied = at[7]
			continue
		}
		if want := part(3); got != want {
			t.Errorf("%s:%d: got\n%s\nwant\n%s", page, line, got, want)
		}
	}
	if examples < 20 {
		t.Errorf("%d examples", examples)
	}
	if *update {
		if err := os.WriteFile(page, []byte(updated+string(text[copied:])), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	exampleInput = regexp.MustCompile(`(\w+): (\w+) (\[.*?\])`)
	exampleDef   = regexp.MustCompile(`(?m)^(?:async )?def (\w+)\(`)
)

// traceExample traces the last function of a Python file, whose first line
// says what it is called with, and gives the error as the user sees it.
func traceExample(t *testing.T, object, code string) (string, error) {
	head, _, _ := strings.Cut(code, "\n")
	var inputs []string
	for _, in := range exampleInput.FindAllStringSubmatch(head, -1) {
		inputs = append(inputs, fmt.Sprintf("{name: %s, dtype: %s, shape: %s}", in[1], in[2], in[3]))
	}
	defs := exampleDef.FindAllStringSubmatch(code, -1)
	if inputs == nil || defs == nil {
		return "", errors.New("no inputs in the first line, or no function")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "example.py"), []byte(code), 0o644); err != nil {
		return "", err
	}
	description := fmt.Sprintf("%s    example: {input_signature: [%s], body: {file: example.py, function: %s}}\n",
		object, strings.Join(inputs, ", "), defs[len(defs)-1][1])
	path := filepath.Join(dir, "model.yaml")
	if err := os.WriteFile(path, []byte(description), 0o644); err != nil {
		return "", err
	}
	var out strings.Builder
	s, errs := spec.Load(path, nil)
	if len(errs) > 0 {
		return "", errs
	}
	m, errs := model.Build(s)
	if len(errs) > 0 {
		return "", errs
	}
	a, _ := m.Root.Attr("example")
	tr := New(&graph.Library{})
	tr.steps = 1_000_000
	_, err := tr.Trace(a.Value.(*model.Function), nil)
	var mistake *Error
	if err != nil && !errors.As(err, &mistake) {
		return "", err
	}
	if err != nil {
		err = spec.ErrorList{mistake.Spec()}.Print(&out, s.Source)
	}
	return strings.ReplaceAll(out.String(), dir+string(filepath.Separator), ""), err
}
