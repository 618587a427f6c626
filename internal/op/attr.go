package op

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// elemType is the type of the elements of a list type, or typ itself.
func elemType(typ string) string {
	if elem, ok := strings.CutPrefix(typ, "list("); ok {
		return strings.TrimSuffix(elem, ")")
	}
	return typ
}

// CheckAttr reports whether v is a value that the attribute may have: its
// type, the values that are allowed, the minimum of an int or of a list's length
// (tensorflow/core/framework/op_def_util.cc, ValidateAttrValue, TF 2.21).
func CheckAttr(a *AttrDef, v any) error {
	if got := valueType(v); got != a.Type {
		return fmt.Errorf("attribute %s is of type %s, not %s", a.Name, a.Type, got)
	}
	if a.HasMin {
		switch n, isList := length(v); {
		case isList && int64(n) < a.Min:
			return fmt.Errorf("attribute %s has %d elements, of at least %d", a.Name, n, a.Min)
		case !isList && a.Type == "int" && v.(int64) < a.Min:
			return fmt.Errorf("attribute %s is %d, must be at least %d", a.Name, v, a.Min)
		}
	}
	if a.AllowedTypes != nil {
		for _, t := range listOf[tensor.DType](v) {
			if !slices.Contains(a.AllowedTypes, t) {
				return fmt.Errorf("attribute %s cannot be %s: it is one of %s", a.Name, t, joinTypes(a.AllowedTypes))
			}
		}
	}
	if a.AllowedStrings != nil {
		for _, s := range listOf[string](v) {
			if !slices.Contains(a.AllowedStrings, s) {
				err := fmt.Errorf("attribute %s cannot be %q: it is one of %q", a.Name, s, a.AllowedStrings)
				if near := spell.Nearest(s, a.AllowedStrings); near != "" {
					err = fmt.Errorf("%w (did you mean %q?)", err, near)
				}
				return err
			}
		}
	}
	return nil
}

func joinTypes(types []tensor.DType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}

// listOf gives the elements of a list, or a single value as a list of one.
func listOf[T any](v any) []T {
	switch v := v.(type) {
	case T:
		return []T{v}
	case []T:
		return v
	}
	return nil
}

// valueType is the attribute type of a value, "" for what is no value.
func valueType(v any) string {
	switch v.(type) {
	case int64:
		return "int"
	case float32:
		return "float"
	case bool:
		return "bool"
	case string:
		return "string"
	case tensor.DType:
		return "type"
	case tensor.Shape:
		return "shape"
	case *tensor.Tensor:
		return "tensor"
	case Func:
		return "func"
	case []int64:
		return "list(int)"
	case []float32:
		return "list(float)"
	case []bool:
		return "list(bool)"
	case []string:
		return "list(string)"
	case []tensor.DType:
		return "list(type)"
	case []tensor.Shape:
		return "list(shape)"
	case []*tensor.Tensor:
		return "list(tensor)"
	case []Func:
		return "list(func)"
	}
	return fmt.Sprintf("%T", v)
}

// length is the number of elements of a list value.
func length(v any) (n int, isList bool) {
	switch v := v.(type) {
	case []int64:
		return len(v), true
	case []float32:
		return len(v), true
	case []bool:
		return len(v), true
	case []string:
		return len(v), true
	case []tensor.DType:
		return len(v), true
	case []tensor.Shape:
		return len(v), true
	case []*tensor.Tensor:
		return len(v), true
	case []Func:
		return len(v), true
	}
	return 0, false
}

// EqualAttr reports whether two attribute values are the same. Floats are
// compared by their bits, so that a NaN equals itself.
func EqualAttr(a, b any) bool {
	switch a := a.(type) {
	case float32:
		b, ok := b.(float32)
		return ok && math.Float32bits(a) == math.Float32bits(b)
	case tensor.Shape:
		b, ok := b.(tensor.Shape)
		return ok && a.Equal(b)
	case *tensor.Tensor:
		b, ok := b.(*tensor.Tensor)
		return ok && equalTensors(a, b)
	case Func:
		b, ok := b.(Func)
		return ok && equalFuncs(a, b)
	case []int64:
		return equalLists(a, b)
	case []float32:
		return equalLists(a, b)
	case []bool:
		return equalLists(a, b)
	case []string:
		return equalLists(a, b)
	case []tensor.DType:
		return equalLists(a, b)
	case []tensor.Shape:
		return equalLists(a, b)
	case []*tensor.Tensor:
		return equalLists(a, b)
	case []Func:
		return equalLists(a, b)
	case int64, bool, string, tensor.DType:
		return a == b
	}
	return false
}

func equalLists[T any](a []T, b any) bool {
	bs, ok := b.([]T)
	return ok && slices.EqualFunc(a, bs, func(x, y T) bool { return EqualAttr(x, y) })
}

func equalTensors(a, b *tensor.Tensor) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.DType == b.DType && slices.Equal(a.Dims, b.Dims) &&
		bytes.Equal(a.Data, b.Data) && slices.Equal(a.Strings, b.Strings)
}

func equalFuncs(a, b Func) bool {
	if a.Name != b.Name || len(a.Attrs) != len(b.Attrs) {
		return false
	}
	for name, v := range a.Attrs {
		w, ok := b.Attrs[name]
		if !ok || !EqualAttr(v, w) {
			return false
		}
	}
	return true
}

// InputTypes lists the types of the inputs of a node with these attributes,
// lists spread out, reference types as such.
func (d *Def) InputTypes(attrs map[string]any) ([]tensor.DType, error) {
	return d.argTypes(d.Inputs, attrs)
}

// OutputTypes lists the types of the outputs of a node with these attributes,
// lists spread out, reference types as such.
func (d *Def) OutputTypes(attrs map[string]any) ([]tensor.DType, error) {
	return d.argTypes(d.Outputs, attrs)
}

// maxArgs bounds the inputs, or outputs, of one node, as a count from a file
// must not decide how much is allocated.
const maxArgs = 1 << 20

func (d *Def) argTypes(args []Arg, attrs map[string]any) ([]tensor.DType, error) {
	var types []tensor.DType
	for i := range args {
		a := &args[i]
		list, err := d.ArgTypes(a, attrs)
		if err != nil {
			return nil, err
		}
		if len(types)+len(list) > maxArgs {
			return nil, fmt.Errorf("op %s: more than %d tensors", d.Name, maxArgs)
		}
		types = append(types, list...)
	}
	return types, nil
}

// ArgTypes lists the types of the tensors of one input or output of d: one
// type unless the argument is a list.
func (d *Def) ArgTypes(a *Arg, attrs map[string]any) ([]tensor.DType, error) {
	if a.TypeListAttr != "" {
		list, ok := d.value(attrs, a.TypeListAttr).([]tensor.DType)
		if !ok {
			return nil, fmt.Errorf("op %s: %s needs the attribute %s, a list of types", d.Name, a.Name, a.TypeListAttr)
		}
		return list, nil
	}
	n := int64(1)
	if a.NumberAttr != "" {
		var ok bool
		if n, ok = d.value(attrs, a.NumberAttr).(int64); !ok {
			return nil, fmt.Errorf("op %s: %s needs the attribute %s, a number", d.Name, a.Name, a.NumberAttr)
		}
		if n < 0 || n > maxArgs {
			return nil, fmt.Errorf("op %s: attribute %s is %d, must be between 0 and %d", d.Name, a.NumberAttr, n, maxArgs)
		}
	}
	t := a.Type
	if a.TypeAttr != "" {
		var ok bool
		if t, ok = d.value(attrs, a.TypeAttr).(tensor.DType); !ok {
			return nil, fmt.Errorf("op %s: %s needs the attribute %s, a type", d.Name, a.Name, a.TypeAttr)
		}
	}
	if a.IsRef {
		t = t.Ref()
	}
	types := make([]tensor.DType, n)
	for i := range types {
		types[i] = t
	}
	return types, nil
}

// value is the value of an attribute of a node: the one given, or the default.
func (d *Def) value(attrs map[string]any, name string) any {
	if v, ok := attrs[name]; ok {
		return v
	}
	if a, ok := d.Attr(name); ok {
		return a.Default
	}
	return nil
}
