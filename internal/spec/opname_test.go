package spec

import "testing"

func TestOpName(t *testing.T) {
	for in, want := range map[string]string{
		"w": "w", "_w": "w", "__": "Variable", "": "Variable", "größe": "gr__e", "ä": "Variable", "a b": "a_b",
		"x:0": "x_0", "c/d": "c/d", "/a": "a", "-1": "1", ".a": ".a", "A>b\\c": "A>b\\c", "0": "0",
	} {
		got := OpName(in)
		if got != want {
			t.Errorf("OpName(%q) = %q, want %q", in, got, want)
		}
		if err := CheckOpName(got); err != nil {
			t.Error(err)
		}
		if err := CheckOpName(in); (err == nil) != (in == want) {
			t.Errorf("CheckOpName(%q): %v", in, err)
		}
	}
}
