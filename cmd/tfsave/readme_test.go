package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeExamples: the descriptions in the README are those of the gallery.
func TestReadmeExamples(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)\\]\\((specs/[^)]*\\.yaml)\\)\n\n```yaml\n(.*?)```")
	found := example.FindAllSubmatch(readme, -1)
	if len(found) != strings.Count(string(readme), "```yaml") || len(found) == 0 {
		t.Errorf("%d of %d descriptions have a link to specs/ above them", len(found), strings.Count(string(readme), "```yaml"))
	}
	for _, m := range found {
		text, err := os.ReadFile(filepath.Join("../..", string(m[1])))
		if err != nil || string(text) != string(m[2]) {
			t.Errorf("README.md does not show %s as it is", m[1])
		}
	}
}

// TestReadmeOutput: the output in the README is what one gets.
func TestReadmeOutput(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	specs, err := filepath.Abs("../../specs")
	if err != nil {
		t.Fatal(err)
	}
	adder, keras := filepath.Join(specs, "adder.yaml"), filepath.Join(specs, "keras.yaml")
	bad := regexp.MustCompile("(?s)```text\n(module:.*?)```").FindStringSubmatch(readme)
	if bad == nil {
		t.Fatal("no description with mistakes")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("bad.yaml", []byte(bad[1]), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		shown string
		args  []string
	}{
		{"go run ./cmd/tfsave export specs/adder.yaml build/adder", []string{"export", adder, "build/adder"}},
		{"go run ./cmd/tfsave inspect --signatures build/adder", []string{"inspect", "--signatures", "build/adder"}},
		{"tfsave export specs/keras.yaml build/keras", []string{"export", keras, "build/keras"}},
		{"tfsave inspect --signatures build/keras", []string{"inspect", "--signatures", "build/keras"}},
		{"tfsave export bad.yaml build/bad", []string{"export", "bad.yaml", "build/bad"}},
	} {
		got := runWith("", test.args...)
		if want := "$ " + test.shown + "\n" + got.out + got.err; !strings.Contains(readme, want) {
			t.Errorf("README.md does not show\n%s", want)
		}
	}
}
