package python_test

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/python/astdump"
)

// readCases reads a file of texts and what is expected of each.
func readCases(t *testing.T, name string, f func(t *testing.T, src string, want []string)) {
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n---\n") {
		src, want, found := strings.Cut(text, "\n=> ")
		if !found {
			continue // the comment at the start
		}
		t.Run("", func(t *testing.T) {
			f(t, src, strings.Split(want, "\n=> "))
		})
	}
}

func TestTrees(t *testing.T) {
	readCases(t, "trees.txt", func(t *testing.T, src string, want []string) {
		m, err := python.Parse(src)
		if err != nil {
			t.Fatalf("%s\n%v", src, err)
		}
		if len(m.Body) != len(want) {
			t.Fatalf("%s\ngot %d statements, want %d", src, len(m.Body), len(want))
		}
		for i, stmt := range m.Body {
			if got := astdump.Dump(stmt); got != want[i] {
				t.Errorf("%s\n got %s\nwant %s", src, got, want[i])
			}
		}
	})
}

func TestErrors(t *testing.T) {
	readCases(t, "errors.txt", func(t *testing.T, src string, want []string) {
		if got := describe(python.Parse(src)); got != want[0] {
			t.Errorf("%s\n got %s\nwant %s", src, got, want[0])
		}
	})
}

// describe writes an error with its extent.
func describe(_ *python.Module, err error) string {
	var e *python.SyntaxError
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%d:%d-%d:%d %s", e.Pos.Line, e.Pos.Col, e.End.Line, e.End.Col, e.Msg)
}

// Texts that do not stand well in a file of cases.
func TestOddErrors(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"x = 1\ny = \x00", "2:5-2:6 source code cannot contain null bytes"},
		{"é\xff", "1:2-1:3 source code is not UTF-8: invalid byte 0xff"},
		{"x = \u00a0y", "1:5-1:6 invalid non-printable character U+00A0"},
		{"é = a\u2044b", "1:6-1:7 invalid character '⁄' (U+2044)"},
		{"x = \x01", "1:5-1:6 invalid non-printable character U+0001"},
		{"x\ry\r\nz w", "3:3-3:4 invalid syntax"},
		{"\ufeffx y", "1:3-1:4 invalid syntax"},
		{"x = '''\n\n", "1:5-1:6 unterminated triple-quoted string literal (detected at line 2)"},
		{"x = '\\", "1:5-1:6 unterminated string literal (detected at line 1)"},
		{"x = \\", "1:6-1:6 unexpected EOF while parsing"},
		{"x = '" + strings.Repeat("é", 3) + "' y", "1:11-1:12 invalid syntax"},
		{strings.Repeat("9", 4301), "1:1-1:4302 integer literal of 4301 digits is too long: at most 4300 decimal digits are allowed"},
	} {
		if got := describe(python.Parse(test.src)); got != test.want {
			t.Errorf("Parse(%.20q): got %s, want %s", test.src, got, test.want)
		}
	}
}

func TestOddTexts(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"", ""},
		{"\n  \n# comment", ""},
		{"\ufeffx", "Expr(value=Name(id='x'))"},
		{"x\r\ny\rz", "Expr(value=Name(id='x'))Expr(value=Name(id='y'))Expr(value=Name(id='z'))"},
		{"'''a\r\nb\rc'''", `Expr(value=Constant(value='a\nb\nc'))`},
		{"'a\\\r\nb'", `Expr(value=Constant(value='ab'))`},
		{"if x:\r\n\fpass\r\n", ""},
		{"  x\n\n  if y:\n    z\n  w", "Expr(value=Name(id='x'))If(test=Name(id='y'), body=[Expr(value=Name(id='z'))], orelse=[])Expr(value=Name(id='w'))"},
		{"\tx\n\ty", "Expr(value=Name(id='x'))Expr(value=Name(id='y'))"},
	} {
		m, err := python.Parse(test.src)
		if err != nil {
			if test.want != "" {
				t.Errorf("Parse(%q): %v", test.src, err)
			}
			continue
		}
		got := ""
		for _, stmt := range m.Body {
			got += astdump.Dump(stmt)
		}
		if got != test.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", test.src, got, test.want)
		}
	}
}

func TestConstants(t *testing.T) {
	big64, _ := new(big.Int).SetString("9223372036854775808", 10)
	for _, test := range []struct {
		src  string
		want any
	}{
		{"None", nil},
		{"True", true},
		{"...", python.EllipsisType{}},
		{"0x7fffffffffffffff", int64(1<<63 - 1)},
		{"1.5", 1.5},
		{"2j", 2i},
		{`"\u00e9"`, "é"},
		{`"\ud800"`, "\xed\xa0\x80"},
		{`b"\xff"`, python.Bytes("\xff")},
	} {
		e, err := python.ParseExpr(test.src)
		if err != nil {
			t.Errorf("ParseExpr(%q): %v", test.src, err)
		} else if got := e.(*python.Constant).Value; got != test.want {
			t.Errorf("ParseExpr(%q): got %#v, want %#v", test.src, got, test.want)
		}
	}
	e, err := python.ParseExpr("9223372036854775808")
	if err != nil {
		t.Fatal(err)
	}
	if got := e.(*python.Constant).Value.(*big.Int); got.Cmp(big64) != 0 {
		t.Errorf("got %v, want %v", got, big64)
	}
}

func TestParseExpr(t *testing.T) {
	if _, err := python.ParseExpr("x = 1"); describe(nil, err) != "1:3-1:4 invalid syntax" {
		t.Errorf("got %v", err)
	}
	e, err := python.ParseExpr(" x, *y\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := astdump.Dump(e), "Tuple(elts=[Name(id='x'), Starred(value=Name(id='y'))])"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The expressions in f-strings have their own places, also after wide
// characters, escapes and line ends.
func TestFStringPositions(t *testing.T) {
	const src = "f'é\\x41{a}{b!r:{c}}' 'd'\nf'''\n{e +\n ff}'''"
	m, err := python.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, stmt := range m.Body {
		python.Inspect(stmt, func(n python.Node) bool {
			switch n := n.(type) {
			case *python.Name:
				got = append(got, fmt.Sprintf("%s%v%v", n.ID, n.Pos(), n.End()))
			case *python.FormattedValue:
				got = append(got, fmt.Sprintf("{}%v%v", n.Pos(), n.End()))
			case *python.Constant:
				got = append(got, fmt.Sprintf("%q%v%v", n.Value, n.Pos(), n.End()))
			}
			return true
		})
	}
	want := `["éA"{1 3}{1 8} {}{1 8}{1 11} a{1 9}{1 10} {}{1 11}{1 20} b{1 12}{1 13} {}{1 16}{1 19} c{1 17}{1 18} ` +
		`"d"{1 23}{1 24} "\n"{2 5}{3 1} {}{3 1}{4 5} e{3 2}{3 3} ff{4 2}{4 4}]`
	if fmt.Sprint(got) != want {
		t.Errorf("\n got %v\nwant %s", got, want)
	}
}

func TestParseAt(t *testing.T) {
	m, err := python.ParseAt("\nx = y", 40)
	if err != nil {
		t.Fatal(err)
	}
	if pos := m.Body[0].Pos(); pos != (python.Pos{Line: 41, Col: 1}) {
		t.Errorf("got %v", pos)
	}
}

// Deep nesting of any kind is an error, not the end of the stack, and takes
// linear time.
func TestDeepNesting(t *testing.T) {
	const n = 100_000
	repeat := func(s string) string { return strings.Repeat(s, n) }
	var blocks strings.Builder
	for i := range 1000 {
		blocks.WriteString(strings.Repeat(" ", i) + "if x:\n")
	}
	elifs := "if x: y\n" + repeat("elif x: y\n")
	for _, test := range []struct{ name, src, want string }{
		{"round", repeat("("), "too many nested parentheses"},
		{"square", repeat("[") + repeat("]"), "too many nested parentheses"},
		{"curly", repeat("{1:"), "too many nested parentheses"},
		{"call", repeat("f("), "too many nested parentheses"},
		{"f-string", "f'{" + repeat("(") + "}'", "f-string: too many nested parentheses"},
		{"minus", repeat("-") + "x", "too many nested expressions"},
		{"not", repeat("not ") + "x", "too many nested expressions"},
		{"power", repeat("x**") + "x", "too many nested expressions"},
		{"lambda", repeat("lambda:") + "x", "too many nested expressions"},
		{"default", repeat("lambda x=") + "x", "too many nested expressions"},
		{"conditional", repeat("x if x else ") + "x", "too many nested expressions"},
		{"await", repeat("await ") + "x", "invalid syntax"},
		{"sum", repeat("x+") + "x", "too many nested expressions or blocks"},
		{"attribute", "x" + repeat(".x"), "too many nested expressions or blocks"},
		{"calls", "x" + repeat("()"), "too many nested expressions or blocks"},
		{"indices", "x" + repeat("[0]"), "too many nested expressions or blocks"},
		{"elif", elifs, "too many nested expressions or blocks"},
		{"blocks", blocks.String(), "too many levels of indentation"},
		{"with", "with " + repeat("("), "too many nested parentheses"},
		{"equal", repeat("f() = [")[:6*150], "cannot assign to function call"},
		{"or", repeat("x or ") + "x", ""},
		{"comparison", repeat("x < ") + "x", ""},
		{"list", "[" + repeat("x,") + "]", ""},
		{"string", repeat("'x' "), ""},
		{"targets", repeat("x = ") + "x", ""},
		{"f-strings", "f'" + repeat("{x}") + "'", ""},
		{"escapes", "f'" + repeat(`\n{x}`) + "'", ""},
		{"bad escapes", "f'" + repeat(`\N{x`) + "'", `\N{…} escapes are not supported: write the character itself, or \u and its code`},
		{"statements", repeat("x;"), ""},
		{"lines", repeat("x\n"), ""},
	} {
		_, err := python.Parse(test.src)
		var e *python.SyntaxError
		if errors.As(err, &e) && e.Msg != test.want || err == nil && test.want != "" {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}
