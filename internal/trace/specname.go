package trace

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ArgName makes the name of an input one that a Python argument can have
// (sanitize_arg_name, tensorflow/core/function/polymorphism/function_type.py,
// TF 2.21).
func ArgName(name string) string { return identifier(name, "arg_") }

// SpecName names the TensorSpec of a tensor by its place in the structure that
// a function takes or returns (sanitize_spec_name,
// tensorflow/python/framework/tensor.py, TF 2.21).
func SpecName(path ...string) string {
	name := strings.ToLower(strings.Join(path, "_"))
	if name == "" {
		return "unknown"
	}
	return identifier(name, "tensor_")
}

// identifier replaces the characters that are not letters or numbers by "_",
// and puts prefix before what does not begin with a letter.
func identifier(name, prefix string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return '_'
	}, name)
	if r, _ := utf8.DecodeRuneInString(s); unicode.IsLetter(r) {
		return s
	}
	return prefix + s
}
