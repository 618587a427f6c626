package spec

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestBodyPositions looks at every letter of a body: at its place in the file
// the same letter must stand.
func TestBodyPositions(t *testing.T) {
	for name, text := range map[string]string{
		"plain":              "module: {functions: {f: {body: return x + y}}}",
		"plain, folded":      "module:\n  functions:\n    f:\n      body: return a +\n        b\n\n        + c\n",
		"plain, comment":     "module:\n  functions:\n    f:\n      body: return a # no\n",
		"single":             "module: {functions: {f: {body: 'return ''a'' + b'}}}",
		"single, folded":     "module:\n  functions:\n    f:\n      body: 'return ''a''  \n\n\n        + b\n        + c'\n",
		"double":             `module: {functions: {f: {body: "x = \"a\"\n\treturn x\\y # \u00e9 \x41 z"}}}`,
		"double, folded":     "module:\n  functions:\n    f:\n      body: \"a\\\n        b\n        c\n\n        d  \\  e\"\n",
		"JSON":               `{"module": {"functions": {"f": {"body": "a = '\/é\ud83d\ude00b'\nreturn\tc"}}}}`,
		"literal":            "module:\n  functions:\n    f:\n      body: |\n        a\n          b c\n\n        d\n",
		"literal, indicated": "module:\n  functions:\n    f:\n      body: |2-\n\n          a\n        b\n         c\n",
		"literal, tagged":    "module:\n  functions:\n    f:\n      body: !!str &anchor |+ # comment\n        a\n\n",
		"literal, next line": "module:\n  functions:\n    f:\n      body:\n        |\n        a\n        bé c\n",
		"literal, CRLF":      "module:\r\n  functions:\r\n    f:\r\n      body: |\r\n        a\r\n        b\r\n",
		"folded":             "module:\n  functions:\n    f:\n      body: >\n        a b\n        c\n\n        d\n          e f\n          g\n        h\n\n\n        i\n",
		"folded, kept":       "module:\n  functions:\n    f:\n      body: >+2\n\n        a\n        b\n\n\n",
		"non-ASCII before":   "module: {functions: {é: {body: \"ü\", args: [é]}, f: {body: 'a \"é\" b'}}}",
	} {
		t.Run(name, func(t *testing.T) {
			s, errs := Parse("f.yaml", []byte(text), nil)
			if errs != nil {
				t.Fatal(errs)
			}
			f := s.Module.Members[len(s.Module.Members)-1].Object.(*Function)
			if len(f.Body.segments) == 0 {
				t.Fatalf("no places for %q", f.Body.Text)
			}
			for i, line := range strings.Split(f.Body.Text, "\n") {
				for j, r := range []rune(line) {
					if r == ' ' || r == '\t' {
						continue
					}
					pos := f.Body.Position(i+1, j+1)
					at := []rune(s.Source.Line(pos.Line))[pos.Col-1:]
					if at[0] != r && at[0] != '\\' && !(r == '\'' && at[0] == '\'') {
						t.Errorf("%q of line %d, column %d, of %q is at %s, where %q stands", r, i+1, j+1, f.Body.Text, pos, string(at))
					}
				}
			}
		})
	}
}

// TestBodyWithoutPlaces: a body from the command line has one place.
func TestBodyWithoutPlaces(t *testing.T) {
	s, errs := Parse("f.yaml", []byte("module: {functions: {f: {body: x}}}"), []string{`module.functions.f.body="a\nb"`})
	if errs != nil {
		t.Fatal(errs)
	}
	body := s.Module.Members[0].Object.(*Function).Body
	if got := body.Position(2, 1).String(); got != "--set module.functions.f.body" {
		t.Error(got)
	}
}

func FuzzBody(f *testing.F) {
	f.Add("return x", 0)
	f.Add("a\n  b\n\nc", 3)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		s, errs := Parse("f.json", []byte(`{"module": {"functions": {"f": {"body": `+quoteJSON(text)+`}}}}`), nil)
		if errs != nil {
			t.Skip()
		}
		body := s.Module.Members[0].Object.(*Function).Body
		if body.Text != text {
			t.Errorf("%q became %q", text, body.Text)
		}
		if len(body.segments) == 0 {
			t.Errorf("no places for %q", text)
		}
	})
}
