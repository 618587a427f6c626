package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/diff"
	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/scan"
)

// documented gives the fields in the tables of docs/inspect.md, by the heading
// above them.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/inspect.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	heading := ""
	field := regexp.MustCompile("`([a-z_]+)`")
	for line := range strings.Lines(string(text)) {
		if title, ok := strings.CutPrefix(line, "#"); ok {
			heading = strings.TrimSpace(strings.TrimLeft(title, "#"))
		}
		if cells := strings.Split(line, "|"); len(cells) >= 4 {
			for _, m := range field.FindAllStringSubmatch(cells[1], -1) {
				out[heading] = append(out[heading], m[1])
			}
		}
	}
	return out
}

// jsonFields gives the names of a struct's fields in JSON, and the structs that
// they are of.
func jsonFields(t reflect.Type) (names []string, inner []reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		names = append(names, name)
		of := f.Type
		for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, of.Kind()) {
			of = of.Elem()
		}
		if of.Kind() == reflect.Struct && of != reflect.TypeFor[inspect.Shape]() {
			inner = append(inner, of)
		}
	}
	return names, inner
}

// TestSchema: docs/inspect.md has every field of the JSON of each command, and no
// other.
func TestSchema(t *testing.T) {
	docs := documented(t)
	check := func(heading string, want []string) {
		got := slices.Clone(docs[heading])
		slices.Sort(got)
		slices.Sort(want)
		if got, want = slices.Compact(got), slices.Compact(want); !slices.Equal(got, want) {
			t.Errorf("under %q are documented\n%q\nwant\n%q", heading, got, want)
		}
	}
	// Of inspect each struct has its heading.
	seen := map[reflect.Type]bool{}
	queue := []reflect.Type{reflect.TypeFor[inspect.Report]()}
	for ; len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		names, inner := jsonFields(queue[0])
		heading := queue[0].Name()
		if heading == "Report" {
			heading = "The report"
		}
		check(heading, names)
		queue = append(queue, inner...)
	}
	for heading, of := range map[string]reflect.Type{
		"verify": reflect.TypeFor[verifyJSON](), "scan": reflect.TypeFor[scan.Report](),
		"variables": reflect.TypeFor[variablesJSON](), "diff": reflect.TypeFor[diff.Report](),
	} {
		var all []string
		var add func(t reflect.Type)
		add = func(t reflect.Type) {
			names, inner := jsonFields(t)
			all = append(all, names...)
			for _, x := range inner {
				add(x)
			}
		}
		add(of)
		check(heading, all)
	}
}
