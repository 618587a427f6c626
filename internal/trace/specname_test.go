package trace

import "testing"

func TestArgName(t *testing.T) {
	for in, want := range map[string]string{"x": "x", "A-b": "A_b", "A/D": "A_D", "2x": "arg_2x", "_x": "arg__x", "é": "é", "": "arg_"} {
		if got := ArgName(in); got != want {
			t.Errorf("ArgName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSpecName(t *testing.T) {
	for want, path := range map[string][]string{
		"unknown": {""}, "tensor_0": {"0"}, "tensor_1_k": {"1", "k"}, "a_0": {"a", "0"}, "out_put_é": {"out put/é"}, "a_b": {"A-b"}, "tensor__x": {"_x"},
	} {
		if got := SpecName(path...); got != want {
			t.Errorf("SpecName(%q) = %q, want %q", path, got, want)
		}
	}
}
