package spec

import "math/big"

// Value is a Python value written in the description. V holds
//
//	nil, bool, int64, *big.Int (beyond int64), float64, string,
//	List of values:  []Value
//	Tuple of values: Tuple (only in Python literals)
//	Dict:            []Entry, in the order of the file
type Value struct {
	Pos Pos
	V   any
}

// Tuple is the V of a Python tuple.
type Tuple []Value

// Entry is one item of a dict value. The keys are strings, except in Python
// literals.
type Entry struct {
	Key, Value Value
}

// Plain is the value without its places: nil, bool, int64, *big.Int, float64,
// string, []any (lists and tuples) or map[string]any. Keys of a dict that are
// no strings are left out.
func (v Value) Plain() any {
	switch x := v.V.(type) {
	case []Value:
		return plainItems(x)
	case Tuple:
		return plainItems(x)
	case []Entry:
		out := make(map[string]any, len(x))
		for _, e := range x {
			if key, ok := e.Key.V.(string); ok {
				out[key] = e.Value.Plain()
			}
		}
		return out
	}
	return v.V
}

func plainItems(items []Value) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = item.Plain()
	}
	return out
}

// What names the type of the value in messages: "null", "a string", ….
func (v Value) What() string {
	switch v.V.(type) {
	case nil:
		return "null"
	case bool:
		return "a bool"
	case int64, *big.Int:
		return "an integer"
	case float64:
		return "a float"
	case string:
		return "a string"
	case []Value:
		return "a list"
	case Tuple:
		return "a tuple"
	case []Entry:
		return "a mapping"
	}
	panic("internal error: value of a foreign type")
}
