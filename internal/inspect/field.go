package inspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/spell"
)

// Field gives one value of the JSON form of a report, for scripts: a string as
// it is, anything else as JSON on one line. A path is names and places in lists
// joined by dots, inputs.x.shape; names may have dots themselves. With a
// signature the path starts there. A report of several graphs takes the first
// that has the signature.
func (r *Report) Field(signature, path string) (string, error) {
	var whole any
	b, err := json.Marshal(r)
	if err == nil {
		whole, err = decode(b)
	}
	if err != nil {
		return "", err
	}
	if signature != "" {
		var names []string
		found := false
		for i, g := range r.MetaGraphs {
			if g.Signatures[signature] != nil && !found {
				whole, found = whole.(map[string]any)["meta_graphs"].([]any)[i].(map[string]any)["signatures"].(map[string]any)[signature], true
			}
			names = append(names, slices.Sorted(maps.Keys(g.Signatures))...)
		}
		if !found {
			return "", missing("signature", signature, names)
		}
	}
	v, err := walk(whole, path)
	if err != nil {
		return "", err
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSpace(out.String()), nil
}

func decode(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// walk follows a path. Of the keys of an object that the path begins with the
// longest is meant.
func walk(v any, path string) (any, error) {
	if path == "" {
		return v, nil
	}
	switch v := v.(type) {
	case map[string]any:
		for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
			if next, ok := v[path[:end]]; ok {
				return walk(next, strings.TrimPrefix(path[end:], "."))
			}
		}
		name, _, _ := strings.Cut(path, ".")
		return nil, missing("field", name, slices.Sorted(maps.Keys(v)))
	case []any:
		name, rest, _ := strings.Cut(path, ".")
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(v) {
			return nil, fmt.Errorf("no item %q in a list of %d", name, len(v))
		}
		return walk(v[i], rest)
	}
	return nil, fmt.Errorf("no field %q in a value that has no fields", path)
}

func missing(what, name string, names []string) error {
	err := fmt.Errorf("no %s %q", what, name)
	if near := spell.Nearest(name, names); near != "" {
		return fmt.Errorf("%w (did you mean %q?)", err, near)
	}
	if len(names) == 0 {
		return fmt.Errorf("%w: there is none", err)
	}
	return fmt.Errorf("%w: there are %s", err, strings.Join(names, ", "))
}

// Only leaves out all signatures but one.
func (r *Report) Only(signature string) error {
	var names []string
	found := false
	for _, g := range r.MetaGraphs {
		for key := range g.Signatures {
			if key != signature {
				names = append(names, key)
				delete(g.Signatures, key)
			}
		}
		found = found || g.Signatures[signature] != nil
	}
	if !found {
		slices.Sort(names)
		return missing("signature", signature, names)
	}
	return nil
}
