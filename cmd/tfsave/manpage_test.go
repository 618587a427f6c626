package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestManualIsWritten compares man/ with the commands.
func TestManualIsWritten(t *testing.T) {
	a := &app{}
	pages := manual(a.rootCommand())
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join("../../man", name))
		if err != nil || string(got) != want {
			t.Errorf("man/%s is not up to date: make man", name)
		}
	}
	files, err := filepath.Glob("../../man/*.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := pages[filepath.Base(f)]; !ok {
			t.Errorf("%s is the page of no command", f)
		}
	}
}

func TestRoff(t *testing.T) {
	p := &roff{}
	p.prose(".a line, -x and \\ there\n'quote\n\n  literal\n\n  more\nafter")
	want := strings.Join([]string{
		`\&.a line, \-x and \e there`, `\&'quote`, `.PP`,
		`.RS "2"`, `.nf`, `literal`, `.sp`, `more`, `.fi`, `.RE`, `after`, ``,
	}, "\n")
	if p.String() != want {
		t.Errorf("got\n%s\nwant\n%s", p.String(), want)
	}
}
