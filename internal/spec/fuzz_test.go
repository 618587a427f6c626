package spec

import (
	"bytes"
	"os"
	"testing"
)

// FuzzParse: no text makes Parse panic; its errors are sorted, have places in
// the text, and can be printed.
func FuzzParse(f *testing.F) {
	for _, dir := range []string{"ok", "err"} {
		for _, pattern := range []string{"yaml", "json"} {
			files, err := os.ReadDir("testdata/" + dir)
			if err != nil {
				f.Fatal(err)
			}
			for _, file := range files {
				text, err := os.ReadFile("testdata/" + dir + "/" + file.Name())
				if err != nil {
					f.Fatal(err)
				}
				if bytes.HasSuffix([]byte(file.Name()), []byte("."+pattern)) {
					f.Add(text, "module.variables.w.shape=[1]")
				}
			}
		}
	}
	f.Add([]byte("module: {}"), `a["b"].0={x: [1]}`)
	f.Fuzz(func(t *testing.T, text []byte, set string) {
		s, errs := Parse("f", text, []string{set})
		if s == nil || s.Source == nil {
			t.Fatal("no source")
		}
		for i, e := range errs {
			if e.Pos.File == "" || e.Msg == "" {
				t.Errorf("error without a place or a text: %q", e)
			}
			if i > 0 && i < maxErrors && e.Pos.File == errs[i-1].Pos.File && e.Pos.Line < errs[i-1].Pos.Line {
				t.Errorf("not sorted: %v after %v", e, errs[i-1])
			}
		}
		var b bytes.Buffer
		if err := errs.Print(&b, s.Source); err != nil {
			t.Error(err)
		}
	})
}
