package savedmodel

import (
	"fmt"
	"strings"
	"testing"
)

// TestErrorsTogether checks that every broken function is reported, each once.
func TestErrorsTogether(t *testing.T) {
	errs := buildErrors(t, `module:
  functions:
    a: {args: [x], input_signature: [{shape: [2], dtype: float32}], body: return y}
    b: {args: [x], input_signature: [{shape: [2], dtype: float32}], body: return self.nothing}
    c: {args: [x], body: "return ("}
    d:
      args: [x]
      body: return x + z
      concrete_functions: [[{shape: [], dtype: int32}]]
signatures: {s: a}
`)
	var lines []int
	for _, e := range errs {
		lines = append(lines, e.Pos.Line)
	}
	if fmt.Sprint(lines) != "[3 4 5 8]" {
		t.Errorf("errors: %v", errs)
	}
}

func TestCheckpointKeys(t *testing.T) {
	for want, path := range map[string][]string{
		"/.ATTRIBUTES/VARIABLE_VALUE":          {},
		"w/.ATTRIBUTES/VARIABLE_VALUE":         {"w"},
		"a.Sb/c..d/.ATTRIBUTES/VARIABLE_VALUE": {"a/b", "c.d"},
		"..s/.ATTRIBUTES/VARIABLE_VALUE":       {".s"},
	} {
		if got := checkpointKey(&object{path: path}); got != want {
			t.Errorf("key of %q is %q, want %q", path, got, want)
		}
	}
}

func TestPlaceholderNames(t *testing.T) {
	for _, tc := range []struct{ key, name, want string }{ // observed with TF 2.21
		{"serving_default", "x", "serving_default_x"},
		{"serving_default", "A-b", "serving_default_A-b"},
		{"serving_default", "A/D", "serving_default_A_D"},
		{"", "x", "x"},
		{"a b/c:é", "x", "a_b_c___x"},
		{"foo:bar", "2x", "foo_bar_2x"},
		{"_k", "x", "k_x"},
	} {
		if got := placeholderName(tc.key, tc.name); got != tc.want {
			t.Errorf("placeholderName(%q, %q) = %q, want %q", tc.key, tc.name, got, tc.want)
		}
	}
}

// many makes a description with n variables and n functions.
func many(n int) string {
	var b strings.Builder
	b.WriteString("module:\n  variables:\n")
	for i := range n {
		fmt.Fprintf(&b, "    v%d: {value: 1}\n", i)
	}
	b.WriteString("  functions:\n")
	for i := range n {
		fmt.Fprintf(&b, "    f%d: {args: [x], input_signature: [{shape: [2], dtype: float32}], body: return x * self.v%d}\n", i, i)
	}
	return b.String()
}

// TestLinear checks that ten times the model takes about ten times as long.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	allocations := func(text string) float64 {
		return testing.AllocsPerRun(1, func() { parse(t, text) })
	}
	small, large := allocations(many(100)), allocations(many(1000))
	if large > 12*small {
		t.Errorf("ten times the model takes %v allocations instead of %v", large, small)
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1, 100, 1000, 10000} {
		text := many(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				parse(b, text)
			}
		})
	}
}
