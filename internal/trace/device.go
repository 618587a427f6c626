package trace

import (
	"fmt"
	"strings"
)

// deviceParts are the fields of a device name, in the order in which they are
// written.
var deviceParts = []string{"job", "replica", "task", "device"}

// parseDevice takes a device name apart: "/job:w/task:1/device:GPU:0", and the
// short forms "/GPU:0" and "gpu:0" (DeviceSpec.from_string, TF 2.21).
func parseDevice(name string) (map[string]string, error) {
	out := map[string]string{}
	for _, part := range strings.Split(name, "/") {
		if part == "" {
			continue
		}
		key, rest, hasValue := strings.Cut(part, ":")
		switch lower := strings.ToLower(key); lower {
		case "job", "replica", "task":
			if !hasValue || rest == "" {
				return nil, fmt.Errorf("unknown attribute %q in device %q", part, name)
			}
			out[lower] = rest
		case "device":
			out["device"] = deviceType(rest)
		case "cpu", "gpu", "tpu", "tpu_system", "xla_cpu", "xla_gpu":
			if hasValue {
				out["device"] = deviceType(part)
			} else {
				out["device"] = strings.ToUpper(key) + ":*"
			}
		default:
			return nil, fmt.Errorf("unknown attribute %q in device %q", part, name)
		}
	}
	return out, nil
}

// deviceType writes the type of a device in capitals; without an index it is
// any of them.
func deviceType(s string) string {
	kind, index, ok := strings.Cut(s, ":")
	if !ok {
		index = "*"
	}
	return strings.ToUpper(kind) + ":" + index
}

func deviceString(parts map[string]string) string {
	var b strings.Builder
	for _, key := range deviceParts {
		if v, ok := parts[key]; ok {
			b.WriteString("/" + key + ":" + v)
		}
	}
	return b.String()
}

// canonicalDevice writes a device name as TensorFlow stores it.
func canonicalDevice(name string) (string, error) {
	parts, err := parseDevice(name)
	if err != nil {
		return "", err
	}
	return deviceString(parts), nil
}

// mergeDevice is the device of a scope inside another: what it says, and what
// the outer one says besides. An empty name clears it.
func mergeDevice(outer, inner string) string {
	if inner == "" {
		return ""
	}
	parts, err := parseDevice(outer)
	if err != nil {
		return inner
	}
	in, err := parseDevice(inner)
	if err != nil {
		return inner
	}
	for k, v := range in {
		parts[k] = v
	}
	return deviceString(parts)
}
