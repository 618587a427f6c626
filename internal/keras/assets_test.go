package keras

import (
	"slices"
	"testing"

	"github.com/tfsave/tfsave/internal/spec"
)

// TestWords: lines as Python's str.splitlines gives them, observed with CPython 3.11.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"\n[UNK]\nthe\ncat", []string{"", "[UNK]", "the", "cat"}},
		{"a\r\nb\rc\n", []string{"a", "b", "c"}},
		{"a\n\nb\n\n\n", []string{"a", "", "b"}},
		{"a\u2028b\u0085c\x1cd", []string{"a", "b", "c", "d"}},
	} {
		var got []string
		for _, v := range words(c.text, spec.Pos{}) {
			got = append(got, v.V.(string))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("words(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
