package spec

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile gives texts that cost more than their length if one is not careful.
// Each must end with an error, in bounded time and memory.
func hostile() map[string]string {
	var refs, dups, names, merges strings.Builder
	refs.WriteString("module:\n  modules:\n")
	for i := range 20_000 {
		fmt.Fprintf(&refs, "    a%d: {ref: a%d}\n", i, i+1)
	}
	dups.WriteString("module:\n  constants:\n")
	names.WriteString("module:\n  functions:\n")
	for i := range 10_000 {
		fmt.Fprintf(&dups, "    same: %d\n", i)
		fmt.Fprintf(&names, "    f%d: {bdy: x}\n    g%d: {ref: x%d}\n", i, i, i)
	}
	merges.WriteString("x-big: &big {")
	for i := range 10_000 {
		fmt.Fprintf(&merges, "k%d: 1, ", i)
	}
	merges.WriteString("}\nmodule:\n  constants:\n")
	for i := range 10_000 {
		fmt.Fprintf(&merges, "    c%d: {<<: *big}\n", i)
	}
	bomb := "x-a: &x0 [lol]\n"
	for i := range 40 {
		bomb += fmt.Sprintf("x-%d: &x%d [*x%d, *x%d, *x%d]\n", i, i+1, i, i, i)
	}
	wide := "x-a: &a [" + strings.Repeat("0,", 1000) + "]\nmodule:\n  constants:\n    c: [" + strings.Repeat("*a, ", 2_500_000) + "]\n"
	return map[string]string{
		"alias bomb":           bomb + "module: {constants: {c: *x40}}\n",
		"wide aliases":         wide,
		"merges":               merges.String(),
		"deep lists":           "module: {constants: {a: " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}}",
		"deep lists, YAML":     "module:\n  constants:\n    a: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"deep mappings":        "module: " + strings.Repeat("{a: ", 100_000) + strings.Repeat("}", 100_000),
		"deep JSON":            `{"module": ` + strings.Repeat(`{"a":`, 100_000) + strings.Repeat("}", 100_000) + "}",
		"deep JSON, not ended": `{"module": ` + strings.Repeat(`[`, 5_000_000),
		"deep dashes":          strings.Repeat("- ", 100_000) + "a",
		"deep keys":            strings.Repeat("? ", 100_000) + "a",
		"deep modules":         "module: " + strings.Repeat("{modules: {a: ", 5_000) + strings.Repeat("}}", 5_000),
		"refs in a chain":      refs.String(),
		"duplicate keys":       dups.String(),
		"unknown names":        names.String(),
		"anchors":              "module:\n  constants:\n    c:\n" + strings.Repeat("    - &a\n", 200_000) + "  x: 1\n",
		"digits":               "module: {constants: {c: " + strings.Repeat("9", 1_000_000) + "}}",
		"one long line":        "module: " + strings.Repeat("a", 2_000_000),
		"tags":                 "module: {constants: {c: [" + strings.Repeat("!x a,", 100_000) + "]}}",
		"documents":            "module: {}\n" + strings.Repeat("---\n", 200_000),
		"unclosed":             "module: {constants: {c: [" + strings.Repeat("\"a\", ", 200_000),
		"unclosed at the end":  "module:\n  constants:\n" + strings.Repeat("    - a\n", 100_000) + "   - {",
		"too large":            strings.Repeat("#", maxBytes+1),
		"nothing but lines":    strings.Repeat("\n", 2_000_000),
		"comments":             strings.Repeat("# a\n", 1_000_000),
		"NULs":                 strings.Repeat("\x00", 1_000_000),
	}
}

func TestHostile(t *testing.T) {
	const limit = 30 * time.Second // a second or two, on a machine with nothing else to do
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, errs := Parse("hostile", []byte(text), nil)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if errs == nil {
				t.Fatal("no error")
			}
			if took > limit {
				t.Errorf("took %v", took)
			}
			if len(errs) > maxErrors+1 {
				t.Errorf("%d errors", len(errs))
			}
			t.Logf("%d bytes, %v, %d MiB allocated, %d errors, first: %s", len(text), took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, len(errs), clip(errs[0].Error()))
		})
	}
}

// TestLarge parses what a program may well write.
func TestLarge(t *testing.T) {
	var b strings.Builder
	b.WriteString("x-w: &w {shape: [3], dtype: float16}\nmodule:\n  variables:\n")
	for i := range 100_000 {
		fmt.Fprintf(&b, "    v%d: {<<: *w, value: [1, 2, 3]}\n", i)
	}
	b.WriteString("  functions:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "    f%d: {args: [x], body: return x}\n", i)
	}
	b.WriteString("signatures:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "  s%d: {function: f%d, inputs: [{dtype: float32}]}\n", i, i)
	}
	start := time.Now()
	s, errs := Parse("large.yaml", []byte(b.String()), nil)
	if errs != nil {
		t.Fatal(errs[0])
	}
	t.Logf("%d bytes in %v", b.Len(), time.Since(start).Round(time.Millisecond))
	if len(s.Module.Members) != 110_000 || s.Signatures.Entries[9_999].Function.Function.Name != "f9999" {
		t.Error("wrong contents")
	}
}

// TestOneLine parses what json.dumps writes, and prints many errors in it: the
// cost must not grow with the square of the line.
func TestOneLine(t *testing.T) {
	const n = 20_000
	var good, bad strings.Builder
	good.WriteString(`{"module": {"functions": {"first": {"body": "pass"}`)
	bad.WriteString(`{"module": {"functions": {"first": {"body": "pass"}`)
	for i := range n {
		fmt.Fprintf(&good, `, "f%d": {"args": ["x"], "body": "y = x + %d\nreturn y"}`, i, i)
		fmt.Fprintf(&bad, `, "f%d": {"args": ["x"], "boddy": "y = x + %d\nreturn y"}`, i, i)
	}
	good.WriteString("}}}")
	bad.WriteString("}}}")
	start := time.Now()
	s, errs := Parse("one.json", []byte(good.String()), nil)
	if errs != nil {
		t.Fatal(errs[0])
	}
	body := s.Module.Members[n].Object.(*Function).Body
	at := body.Position(2, 1)
	if got := good.String()[at.Col-1:]; !strings.HasPrefix(got, "return y") {
		t.Errorf("line 2 is at %s", clip(got))
	}
	s, errs = Parse("one.json", []byte(bad.String()), nil)
	if len(errs) != maxErrors+1 {
		t.Errorf("%d errors", len(errs))
	}
	if err := errs.Print(io.Discard, s.Source); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	} else {
		t.Log(took)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.yaml")
	if err := os.WriteFile(good, []byte("\uFEFFmodule: {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, errs := Load(good, []string{"module.constants.x=3"})
	if errs != nil {
		t.Fatal(errs)
	}
	if s.Dir != dir || len(s.Module.Members) != 1 {
		t.Errorf("dir %q, members %v", s.Dir, s.Module.Members)
	}
	for path, want := range map[string]string{
		dir:                           dir + ": is a directory, want a YAML or JSON file",
		filepath.Join(dir, "no.yaml"): filepath.Join(dir, "no.yaml") + ": no such file or directory",
	} {
		if _, errs := Load(path, nil); errs.Error() != want {
			t.Errorf("%s: %v, want %s", path, errs, want)
		}
	}
	s, errs = Read("<stdin>", strings.NewReader("module: {}"), nil)
	if errs != nil || s.Dir != "." {
		t.Error(errs, s.Dir)
	}
}
