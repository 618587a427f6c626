package spec

import (
	"bytes"
	"flag"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected outputs")

// golden compares got with a file, or rewrites the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it):\n%s", file, got)
	}
}

// inputs lists the descriptions in a folder of testdata.
func testFiles(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.yaml", "*.json"} {
		found, err := filepath.Glob(filepath.Join("testdata", dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatal("no test files")
	}
	return files
}

// parseFile parses a test file under its base name. A first line
// "# --set …" gives the changes, one an argument.
func parseFile(t *testing.T, file string) (*Spec, ErrorList) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var sets []string
	for _, line := range strings.Split(string(text), "\n") {
		if arg, ok := strings.CutPrefix(line, "# --set "); ok {
			sets = append(sets, arg)
		}
	}
	return Parse(filepath.Base(file), text, sets)
}

// TestOK decodes each description and compares it with its dump.
func TestOK(t *testing.T) {
	for _, file := range testFiles(t, "ok") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s, errs := parseFile(t, file)
			if errs != nil {
				t.Fatal(errs)
			}
			var b strings.Builder
			dump(&b, reflect.ValueOf(*s), "")
			golden(t, file+".out", b.String())
		})
	}
}

// TestErr compares the errors of each description, as they are printed on a
// terminal.
func TestErr(t *testing.T) {
	for _, file := range testFiles(t, "err") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s, errs := parseFile(t, file)
			if errs == nil {
				t.Fatal("no error")
			}
			var b bytes.Buffer
			if err := errs.Print(&b, s.Source); err != nil {
				t.Fatal(err)
			}
			golden(t, file+".out", b.String())
		})
	}
}

// dump writes the fields that are set, indented, places as line:col.
func dump(b *strings.Builder, v reflect.Value, indent string) {
	switch x := v.Interface().(type) {
	case Pos:
		b.WriteString(short(x) + "\n")
		return
	case Path:
		fmt.Fprintf(b, "%s %q\n", short(x.Pos), x.Steps)
		return
	case Value:
		fmt.Fprintf(b, "%s %s\n", short(x.Pos), valueString(x))
		return
	case *Body:
		fmt.Fprintf(b, "%s %q\n", short(x.Pos), x.Text)
		for line := range strings.Count(x.Text, "\n") + 1 {
			fmt.Fprintf(b, "%s%d is at %s\n", indent, line+1, short(x.Position(line+1, 1)))
		}
		return
	case *Source:
		b.WriteString(x.Name + "\n")
		return
	case fmt.Stringer:
		fmt.Fprintf(b, "%s\n", x)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		name := v.Type().Elem().Name()
		b.WriteString(name)
		dump(b, v.Elem(), indent)
	case reflect.Struct:
		b.WriteString("\n")
		for i := range v.NumField() {
			f, name := v.Field(i), v.Type().Field(i).Name
			if f.IsZero() || !v.Type().Field(i).IsExported() {
				continue
			}
			fmt.Fprintf(b, "%s%s: ", indent, name)
			if name == "Target" || name == "Function" && f.Kind() == reflect.Pointer || v.Type() == reflect.TypeFor[Table]() && name == "Asset" {
				o := f.Interface().(Object)
				fmt.Fprintf(b, "%s of %s\n", o.What(), short(o.Position()))
				continue
			}
			dump(b, f, indent+"  ")
		}
	case reflect.Slice:
		if v.Len() == 0 || v.Index(0).Kind() == reflect.Int || v.Index(0).Kind() == reflect.String {
			fmt.Fprintf(b, "%v\n", v.Interface())
			return
		}
		b.WriteString("\n")
		for i := range v.Len() {
			fmt.Fprintf(b, "%s- ", indent)
			dump(b, v.Index(i), indent+"  ")
		}
	default:
		fmt.Fprintf(b, "%v\n", v.Interface())
	}
}

func short(p Pos) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%d:%d", p.Line, p.Col)
}

// valueString writes a value in Python's spelling.
func valueString(v Value) string {
	join := func(values []Value) string {
		var parts []string
		for _, item := range values {
			parts = append(parts, valueString(item))
		}
		return strings.Join(parts, ", ")
	}
	switch x := v.V.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[x]
	case string:
		return fmt.Sprintf("%q", x)
	case float64:
		s := fmt.Sprint(x)
		if !strings.ContainsAny(s, ".eIN") {
			s += ".0"
		}
		return s
	case *big.Int:
		return x.String()
	case []Value:
		return "[" + join(x) + "]"
	case Tuple:
		return "(" + join(x) + ",)"
	case []Entry:
		var parts []string
		for _, e := range x {
			parts = append(parts, valueString(e.Key)+": "+valueString(e.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v.V)
}
