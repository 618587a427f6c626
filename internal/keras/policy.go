package keras

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// policy is a dtype policy: what a layer computes in and what its variables are.
type policy struct {
	name              string
	compute, variable tensor.DType
	quantization      string     // "int8", "int4", …; "" for none
	options           spec.Value // of quantization: its mode, as "int4/128", and what belongs to it
}

// readPolicy reads the dtype of a layer: the name of a policy, or one as an
// object (keras/src/dtype_policies/dtype_policy.py, Keras 3.15).
func readPolicy(v spec.Value) (policy, bool) {
	var p policy
	mode := ""
	switch x := v.V.(type) {
	case nil:
		p.name = defaultPolicy
	case string:
		var quantized bool
		if mode, p.name, quantized = strings.Cut(x, "_from_"); !quantized {
			mode, p.name = "", x
		} else {
			p.options = spec.Value{Pos: v.Pos, V: []spec.Entry{{Key: spec.Value{Pos: v.Pos, V: "mode"}, Value: spec.Value{Pos: v.Pos, V: mode}}}}
		}
	default:
		o, ok := readObject(v)
		if !ok {
			return policy{}, false
		}
		name, known := o.config.Get("name")
		if m, quantized := o.config.Get("mode"); quantized {
			if mode, ok = m.V.(string); !ok {
				return policy{}, false
			}
			p.options = o.config
			name, known = o.config.Get("source_name")
		}
		if p.name, ok = name.V.(string); known && name.V == nil { // in a DTypePolicyMap without a default
			p.name, ok = defaultPolicy, true
		}
		if !ok {
			return policy{}, false
		}
	}
	p.quantization, _, _ = strings.Cut(mode, "/")
	if compute, ok := strings.CutPrefix(p.name, "mixed_"); ok {
		p.compute, ok = tensor.ParseDType(compute)
		p.variable = tensor.Float32
		return p, ok
	}
	d, ok := tensor.ParseDType(p.name)
	p.compute, p.variable = d, d
	return p, ok
}

// defaultPolicy is that of a layer whose config has none.
const defaultPolicy = "float32"

// isPolicyMap tells a policy for each layer below the one that has it
// (keras/src/dtype_policies/dtype_policy_map.py, Keras 3.15).
func isPolicyMap(v spec.Value) bool {
	o, ok := readObject(v)
	return ok && o.class == "DTypePolicyMap"
}

// policyAt finds the policy of a layer in a map: that of its path, else that of
// the one pattern that matches the path, else the default.
func policyAt(v spec.Value, path string) (spec.Value, error) {
	o, _ := readObject(v)
	policies, _ := o.config.Get("policy_map")
	entries, _ := policies.V.([]spec.Entry)
	for _, e := range entries {
		if e.Key.V == path {
			return e.Value, nil
		}
	}
	var found []spec.Entry
	for _, e := range entries {
		pattern, _ := e.Key.V.(string)
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		if err != nil {
			return spec.Value{}, fmt.Errorf("the key %q of its DTypePolicyMap is no pattern: %w", pattern, err)
		}
		if re.MatchString(path) {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 0:
		otherwise, _ := o.config.Get("default_policy")
		otherwise.Pos = v.Pos
		return otherwise, nil
	case 1:
		return found[0].Value, nil
	}
	return spec.Value{}, fmt.Errorf("its DTypePolicyMap has two keys for %q: %q and %q", path, found[0].Key.V, found[1].Key.V)
}
