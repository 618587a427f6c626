package signature

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/trace"
)

// result is one output of a function under its name in a signature.
type result struct {
	key       string
	composite *trace.Composite
	first     int // of the function's outputs
	count     int
}

const outputsHint = "return a tensor, a flat list of tensors, or a dict of strings to tensors"

var errNoOutputs = errors.New("returns no tensor")

// results names what a function returns: output_0 for one tensor, output_i for
// a list or tuple, the fields of a namedtuple, the keys of a dict
// (_normalize_outputs). They are sorted by name.
func results(v trace.Value) ([]result, error) {
	var out []result
	at := 0
	add := func(key string, v trace.Value) error {
		r := result{key: key, first: at, count: 1}
		switch v := v.(type) {
		case *graph.Tensor:
		case *trace.Composite:
			r.composite, r.count = v, len(v.Tensors())
		default:
			return fmt.Errorf("returns %s for output %q, which is no tensor", what(v), key)
		}
		at += r.count
		out = append(out, r)
		return nil
	}
	items, names := []trace.Value{v}, []string(nil)
	switch v := v.(type) {
	case *trace.Dict:
		for _, k := range v.Keys() {
			if _, ok := k.(string); !ok {
				return nil, fmt.Errorf("returns a dict with the key %v, which is no string", k)
			}
		}
		items, names = nil, v.SortedKeys()
		for _, k := range names {
			x, _ := v.Get(k)
			items = append(items, x)
		}
	case *trace.Tuple:
		items = v.Items
		if v.Type != nil {
			names = v.Type.Fields
		}
	case *trace.List:
		items = v.Items
	}
	for i, x := range items {
		key := fmt.Sprintf("output_%d", i)
		if names != nil {
			key = names[i]
		}
		if err := add(key, x); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b result) int { return strings.Compare(a.key, b.key) })
	return out, nil
}

// what names a returned value in a message.
func what(v trace.Value) string {
	switch v.(type) {
	case nil:
		return "None"
	case *trace.List:
		return "a list"
	case *trace.Tuple:
		return "a tuple"
	case *trace.Dict:
		return "a dict"
	}
	return "a value"
}
