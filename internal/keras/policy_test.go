package keras

import (
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// policyConfig is the dtype of a layer in a config.
func policyConfig(t *testing.T, text string) spec.Value {
	t.Helper()
	v, errs := spec.ParseJSON("m.json", []byte(text))
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReadPolicy(t *testing.T) {
	quantized := func(class, config string) string {
		return `{"module": "keras.dtype_policies", "class_name": "` + class + `", "config": ` + config + `}`
	}
	tests := []struct {
		text              string
		compute, variable tensor.DType
		quantization      string
	}{
		{`null`, tensor.Float32, tensor.Float32, ""},
		{`"mixed_float16"`, tensor.Half, tensor.Float32, ""},
		{quantized("DTypePolicy", `{"name": "bfloat16"}`), tensor.BFloat16, tensor.BFloat16, ""},
		{quantized("DTypePolicy", `{"name": null}`), tensor.Float32, tensor.Float32, ""},
		{`"int8_from_float64"`, tensor.Float64, tensor.Float64, "int8"},
		{`"gptq/4/128_from_mixed_bfloat16"`, tensor.BFloat16, tensor.Float32, "gptq"},
		{quantized("QuantizedDTypePolicy", `{"mode": "int8", "source_name": "mixed_bfloat16"}`), tensor.BFloat16, tensor.Float32, "int8"},
		{quantized("Int4DTypePolicy", `{"mode": "int4/64", "source_name": null}`), tensor.Float32, tensor.Float32, "int4"},
	}
	for _, test := range tests {
		p, ok := readPolicy(policyConfig(t, test.text))
		if !ok || p.compute != test.compute || p.variable != test.variable || p.quantization != test.quantization {
			t.Errorf("%s: %v, %v, %v, %q", test.text, ok, p.compute, p.variable, p.quantization)
		}
	}
	for _, text := range []string{`3`, `"float33"`, `"int8_from_"`, quantized("QuantizedDTypePolicy", `{"mode": 8, "source_name": "float32"}`), quantized("DTypePolicy", `{"name": 3}`)} {
		if _, ok := readPolicy(policyConfig(t, text)); ok {
			t.Errorf("%s is taken", text)
		}
	}
}

func TestPolicyAt(t *testing.T) {
	policies := policyConfig(t, `{"class_name": "DTypePolicyMap", "config": {"default_policy": "float64", "policy_map": {
		"a/query": "int8_from_float32", "a/.*": "float16", "b/.*": "int4/8_from_float32", "b/key|c": "float32"}}}`)
	for path, want := range map[string]string{"a/query": "int8_from_float32", "a/key": "float16", "b/query": "int4/8_from_float32", "c": "float32", "a": "float64", "xc": "float64"} {
		if v, err := policyAt(policies, path); err != nil || v.V != want {
			t.Errorf("%s has %v, want %s (%v)", path, v.V, want, err)
		}
	}
	if _, err := policyAt(policies, "b/key"); err == nil || !strings.Contains(err.Error(), `two keys for "b/key": "b/.*" and "b/key|c"`) {
		t.Errorf("b/key: %v", err)
	}
}
