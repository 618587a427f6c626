package spec

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	for text, want := range map[string]string{
		"": "None", "~": "None", "Null": "None", "nul": `"nul"`, "true": "True", "FALSE": "False", "tRUE": `"tRUE"`, "y": `"y"`, "off": `"off"`,
		"0": "0", "-0": "0", "+12": "12", "007": "7", "0o17": "15", "0x1F": "31", "-0x1F": `"-0x1F"`, "0b1": `"0b1"`, "1_000": `"1_000"`,
		"9223372036854775807": "9223372036854775807", "9223372036854775808": "9223372036854775808", "-9223372036854775809": "-9223372036854775809",
		"1.5": "1.5", "1.": "1.0", ".5": "0.5", "-.5e-3": "-0.0005", "1e3": "1000.0", "1E+3": "1000.0", "+.inf": "+Inf", "-.INF": "-Inf", ".NaN": "NaN", ".nAn": `".nAn"`,
		".": `"."`, "-": `"-"`, "+": `"+"`, "--1": `"--1"`, "1e": `"1e"`, "1e+": `"1e+"`, "1e+-3": `"1e+-3"`, "e3": `"e3"`, "0x": `"0x"`, "1.2.3": `"1.2.3"`, "inf": `"inf"`, "nan": `"nan"`,
		"2001-01-01": `"2001-01-01"`, "12:30": `"12:30"`, "1,000": `"1,000"`, "<<": `"<<"`, "=": `"="`, "1e999": "", strings.Repeat("9", 5000): "",
	} {
		v, err := resolve(text)
		got := ""
		if err == nil {
			got = valueString(Value{V: v})
		}
		if got != want {
			t.Errorf("resolve(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestParseLiteral(t *testing.T) {
	for text, want := range map[string]string{
		"None": "None", " True ": "True", "False": "False", "1": "1", "-1": "-1", "- -1": "", "--1": "1", "1_000": "1000", "0x_ff": "255", "0b101": "5", "0o17": "15", "017": "", "00": "0",
		"1.": "1.0", ".5": "0.5", "1e-3": "0.001", "1_0.5": "10.5", "-1E+2": "-100.0", "1e": "", "1.2.3": "", "12345678901234567890": "12345678901234567890", "1e999": "", "5j": "",
		`"a"`: `"a"`, `'a"b'`: `"a\"b"`, `"a\"b\n\x41\u00e9\'\0"`: `"a\"b\nAé'\x00"`, `"a`: "", `"\q"`: "", `'a' 'b'`: "",
		"[]": "[]", "[1, 'a', ]": `[1, "a"]`, "[1 2]": "", "[": "", "(1)": "1", "(1,)": "(1,)", "()": "(,)", "(1, (2, 3))": "(1, (2, 3,),)", "{}": "{}", "{'a': [1], 2: None}": `{"a": [1], 2: None}`, "{1}": "", "{1: }": "",
		"tf.float32": "", "true": "", "null": "", "foo()": "", "": "", "1 + 1": "", "Nonee": "",
		strings.Repeat("[", 200) + strings.Repeat("]", 200): "",
	} {
		v, err := parseLiteral(text, Pos{})
		got := ""
		if err == nil {
			got = valueString(v)
		}
		if got != want {
			t.Errorf("parseLiteral(%q) = %s (%v), want %s", text, got, err, want)
		}
	}
}

func TestPath(t *testing.T) {
	for text, want := range map[string][]string{
		".": {}, "a": {"a"}, "a.b.0": {"a", "b", "0"}, "a[0].b": {"a", "0", "b"}, `a["x.y"]['z']`: {"a", "x.y", "z"}, `["a"].b`: {"a", "b"}, "a b": {"a b"},
		"": nil, "a.": nil, ".a": nil, "a..b": nil, "a[": nil, "a[x]": nil, "a[-1]": nil, `a["x]`: nil, "a[0]b": nil, "[0][1": nil,
	} {
		steps, _, err := cutPath(text, "")
		if (err != nil) != (want == nil) || err == nil && strings.Join(steps, "|") != strings.Join(want, "|") {
			t.Errorf("cutPath(%q) = %q, %v, want %q", text, steps, err, want)
		}
		if err == nil {
			again, _, err := cutPath(joinPath(steps), "")
			if err != nil || !reflect.DeepEqual(again, steps) {
				t.Errorf("%q → %s → %q, %v", steps, joinPath(steps), again, err)
			}
		}
	}
}

// FuzzJSON compares the JSON parser with encoding/json.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"a": [1, -0, 1.5e3, null, true, false, "x\n\u00e9\ud83d\ude00\/"]}`, `[]`, ` { } `, `01`, `-`, `1.`, `.5`, `1e+`, `"\ud800"`, `[1,]`, `{"a":1,}`, `{"a" 1}`,
		`"`, `"\`, `"\u12`, "\"\t\"", `nul`, `[[[]]]x`, `"\ud800\ud800\udc00"`, `{"a":1,"a":2}`, `1.5.5`, `1e5e5`, `--1`, `{`, `[`, `1e400`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		errs := &sink{}
		valid, ok := checkText("x.json", []byte(text), errs)
		if !ok || strings.HasPrefix(text, "\uFEFF") || strings.Contains(text, "NaN") || strings.Contains(text, "Infinity") {
			t.Skip()
		}
		n, err := parseJSON("x.json", valid, errs)
		if (err == nil) != json.Valid([]byte(text)) {
			t.Fatalf("%q: %v, encoding/json disagrees", text, err)
		}
		if err != nil || len(errs.list) > 0 {
			return
		}
		var want any
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := plainJSON(n); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, encoding/json gives %v", text, got, want)
		}
	})
}

// plainJSON gives a node as encoding/json would.
func plainJSON(n *node) any {
	switch n.kind {
	case listNode:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = plainJSON(item)
		}
		return out
	case mapNode:
		out := map[string]any{}
		for _, p := range n.pairs {
			out[p.key] = plainJSON(p.value)
		}
		return out
	}
	if n.style == plain {
		switch n.text {
		case "null", "true", "false":
		default:
			return json.Number(n.text)
		}
	}
	return n.scalar
}
