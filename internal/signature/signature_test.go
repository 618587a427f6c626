package signature

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/trace"
)

// build makes the signatures of a description.
func build(t *testing.T, text string) ([]*Signature, spec.ErrorList) {
	t.Helper()
	s, errs := spec.Parse("spec.yaml", []byte(text), nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	m, errs := model.Build(s)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return Build(m, trace.New(&graph.Library{}), s.Signatures)
}

// describe writes key(inputs) -> outputs of each signature.
func describe(sigs []*Signature) string {
	var out []string
	for _, s := range sigs {
		var keys []string
		for _, o := range s.Outputs {
			keys = append(keys, o.Key)
		}
		out = append(out, fmt.Sprintf("%s(%s) -> %s", s.Key, strings.Join(s.Wrapper.Keywords, " "), strings.Join(keys, " ")))
	}
	return strings.Join(out, "; ")
}

const scalar = "{shape: [], dtype: float32}"

// function is a function of a description with arguments and input_signature.
func function(name, args, inputs, body string) string {
	return fmt.Sprintf("    %s:\n      args: [%s]\n      input_signature: [%s]\n      body: |\n        %s\n", name, args, inputs, body)
}

func module(functions ...string) string {
	return "module:\n  functions:\n" + strings.Join(functions, "")
}

// TestChoice holds the signature that a model gets by itself against what
// TensorFlow 2.21 chooses (observed).
func TestChoice(t *testing.T) {
	f, g := function("f", "x", scalar, "return x"), function("g", "x", scalar, "return x")
	traced := "    traced:\n      args: [x]\n      body: return x\n      concrete_functions: [[" + scalar + "]]\n"
	for _, tc := range []struct{ name, text, want string }{
		{"one function", module(f), "serving_default(x) -> output_0"},
		{"two functions", module(f, g), ""},
		{"one function twice", module(f, "    g: {ref: f}\n"), ""},
		{"no input_signature", module("    f: {args: [x], body: return x}\n"), ""},
		{"traced, but no input_signature", module(traced), ""},
		{"beside one without input_signature", module(f, traced), "serving_default(x) -> output_0"},
		{"function of a child", "module:\n  modules:\n    m:\n      functions:\n        f: {args: [x], input_signature: [" + scalar + "], body: return x}\n", ""},
		{"beside one that returns nothing", module(f, function("g", "x", scalar, "x + 1.")), "serving_default(x) -> output_0"},
		{"beside one that returns a nested list", module(f, function("g", "x", scalar, "return [x, [x]]")), "serving_default(x) -> output_0"},
		{"beside one that returns an empty dict", module(f, function("g", "x", scalar, "return {}")), "serving_default(x) -> output_0"},
		{"beside a plain method", module(f, "    p: {args: [x], tf_function: false, body: return x}\n"), "serving_default(x) -> output_0"},
		{"_default_save_signature", module(f, function("_default_save_signature", "y", scalar, "return y")), "serving_default(y) -> output_0"},
		{"no arguments", module(function("f", "", "", "return tf.constant(1.)")), "serving_default() -> output_0"},
		{"default value", module(function("f", "x, {name: flag, default: true}", scalar, "return x")), "serving_default(x) -> output_0"},
		{"empty signatures", module(f) + "signatures: {}\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sigs, errs := build(t, tc.text)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := describe(sigs); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			for _, s := range sigs {
				if name := s.Wrapper.Func.Name; strings.Contains(name, "wrapper_f") && tc.name != "_default_save_signature" {
					t.Errorf("wrapper is called %s", name)
				}
			}
		})
	}
}

// TestNames checks the names of inputs and outputs (observed with TF 2.21).
func TestNames(t *testing.T) {
	for _, tc := range []struct{ name, args, inputs, body, want string }{
		{"argument names", "b, a", scalar + ", " + scalar, "return b - a", "k(a b) -> output_0"},
		{"name: wins", "x", "{name: y, shape: [], dtype: float32}", "return x", "k(y) -> output_0"},
		{"odd characters", "x, y", "{name: A/D, shape: [], dtype: float32}, {name: 2x, shape: [], dtype: float32}", "return x", "k(A/D 2x) -> output_0"},
		{"list", "x", scalar, "return [x, x + 1.]", "k(x) -> output_0 output_1"},
		{"tuple", "x", scalar, "return x, x + 1.", "k(x) -> output_0 output_1"},
		{"eleven outputs", "x", scalar, "return [x] * 11", "k(x) -> output_0 output_1 output_10 output_2 output_3 output_4 output_5 output_6 output_7 output_8 output_9"},
		{"dict", "x", scalar, `return {"z": x, "a b": x}`, "k(x) -> a b z"},
		{"Python number", "x", scalar, "return x, 3.", "k(x) -> output_0 output_1"},
		{"unused input", "x, y", scalar + ", " + scalar, "return x", "k(x y) -> output_0"},
		{"one tensor in a list", "x", "[" + scalar + "]", "return x[0]", "k(x) -> output_0"},
		{"one tensor in a dict", "x", "{dict: {k: " + scalar + "}}", `return x["k"]`, "k(x) -> output_0"},
		{"named tensors in a list", "x", "[{name: u, shape: [], dtype: float32}, {name: v, shape: [], dtype: float32}]", "return x[0] + x[1]", "k(u v) -> output_0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sigs, errs := build(t, module(function("f", tc.args, tc.inputs, tc.body))+"signatures: {k: f}\n")
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := describe(sigs); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if name := sigs[0].Wrapper.Func.Name; !strings.HasPrefix(name, "__inference_signature_wrapper_f_") {
				t.Errorf("wrapper is called %s", name)
			}
		})
	}
}

func TestInputsOfSignature(t *testing.T) {
	f := "    f: {args: [x, n], body: \"return x * n\"}\n"
	sigs, errs := build(t, module(f)+`signatures:
  double: {function: f, inputs: [{shape: [null], dtype: float32}, 2.0]}
  by_name: {function: f, inputs: {n: 3.0, x: {name: inp, shape: [2], dtype: float32}}}
`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if got, want := describe(sigs), "double(x) -> output_0; by_name(inp) -> output_0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if sigs[0].Wrapper.Positional != 1 {
		t.Error("a single input can be given by position")
	}
	if name := sigs[0].Wrapper.Func.Name; strings.Contains(name, "wrapper_f") {
		t.Errorf("wrapper is called %s: a trace has no name", name)
	}
}

func TestErrors(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing returned", module(function("f", "x", scalar, "x + 1.")) + "signatures: f\n",
			`spec.yaml:8:13: signature "serving_default": function f returns None for output "output_0", which is no tensor (` + outputsHint + `)`},
		{"empty list", module(function("f", "x", scalar, "return []")) + "signatures: f\n",
			`spec.yaml:8:13: signature "serving_default": function f returns no tensor (` + outputsHint + `)`},
		{"nested list", module(function("f", "x", scalar, "return x, [x]")) + "signatures: f\n",
			`spec.yaml:8:13: signature "serving_default": function f returns a list for output "output_1", which is no tensor (` + outputsHint + `)`},
		{"None in a dict", module(function("f", "x", scalar, `return {"a": x, "b": None}`)) + "signatures: f\n",
			`spec.yaml:8:13: signature "serving_default": function f returns None for output "b", which is no tensor (` + outputsHint + `)`},
		{"number as key", module(function("f", "x", scalar, `return {1: x}`)) + "signatures: f\n",
			`spec.yaml:8:13: signature "serving_default": function f returns a dict with the key 1, which is no string (` + outputsHint + `)`},
		{"same name twice", module(function("f", "x, y", "{name: y, shape: [], dtype: float32}, "+scalar, "return x")) + "signatures: f\n",
			`spec.yaml:5:63: signature "serving_default": two inputs are called "y" (say name: to tell them apart)`},
		{"keyword of Python", module(function("f", "x", "{name: class, shape: [], dtype: float32}", "return x")) + "signatures: f\n",
			`spec.yaml:5:25: signature "serving_default": an input cannot be called "class": loaders make it a Python argument`},
		{"number that no name has", module(function("f", "x", "{name: x², shape: [], dtype: float32}", "return x")) + "signatures: f\n",
			`spec.yaml:5:25: signature "serving_default": an input cannot be called "x²": loaders make it a Python argument`},
		{"same Python name", module(function("f", "x, y", "{name: a-b, shape: [], dtype: float32}, {name: a_b, shape: [], dtype: float32}", "return x")) + "signatures: f\n",
			`spec.yaml:5:65: signature "serving_default": inputs "a-b" and "a_b" are the same Python name "a_b"`},
		{"unnamed tensors in a list", module(function("f", "x", "["+scalar+", "+scalar+"]", "return x[0]")) + "signatures: f\n",
			`spec.yaml:5:26: signature "serving_default": argument "x" passes 2 tensors, so each needs a name of its own (say name: for each)`},
		{"unnamed tensors, chosen by itself", module(function("f", "x", "["+scalar+", "+scalar+"]", "return x[0]")),
			`spec.yaml:5:26: signature "serving_default": argument "x" passes 2 tensors, so each needs a name of its own (say name: for each)`},
		{"_default_save_signature without input_signature", module("    _default_save_signature: {args: [x], body: return x}\n"),
			`spec.yaml:3:5: signature "serving_default": function "_default_save_signature" has no input_signature (give the function one, or the signature inputs)`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sigs, errs := build(t, tc.text)
			if len(errs) != 1 {
				t.Fatalf("%d errors, want 1: %v; %s", len(errs), errs, describe(sigs))
			}
			if got := errs[0].Error(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// TestWrapper looks at the function that is made: it waits for what must run,
// and takes its inputs in the order of their Python names.
func TestWrapper(t *testing.T) {
	sigs, errs := build(t, `module:
  variables: {v: {value: 1}}
  functions:
    f:
      args: [b, a]
      input_signature: [{shape: [2], dtype: float32}, {shape: [], dtype: float32}]
      body: |
        self.v.assign(a)
        return {"z": b, "y": self.v + a}
signatures: f
`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var got []string
	for _, n := range sigs[0].Wrapper.Func.Proto().NodeDef {
		got = append(got, n.Name+"("+strings.Join(n.Input, ", ")+")")
	}
	want := []string{
		"StatefulPartitionedCall(b, a, unknown)",
		"Identity(StatefulPartitionedCall:output:0, ^NoOp)",
		"Identity_1(StatefulPartitionedCall:output:1, ^NoOp)",
		"NoOp(^StatefulPartitionedCall)",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if in := sigs[0].Wrapper.Func.Graph.Inputs; in[0].Node.UserName != "a" || in[1].Node.UserName != "b" {
		t.Errorf("inputs are %s, %s", in[0].Node.UserName, in[1].Node.UserName)
	}
}
