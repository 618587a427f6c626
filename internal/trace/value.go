// Package trace evaluates function bodies on symbolic tensors and records the
// ops: what tf.function and AutoGraph do in Python. Bodies are written in a
// subset of Python (internal/python); the tf library that they call is written
// in the same subset (internal/trace/lib).
//
// The evaluator is hermetic: no files, no clock, no imports; a bounded number of
// steps, of nested calls and of nodes.
package trace

import (
	"fmt"
	"math"
	"math/big"
	"sort"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/tensor"
)

// Value is a Python value as bodies see it:
//
//	None nil · bool · int as int64 or, beyond it, *big.Int · float64 · complex128
//	str as string · bytes as python.Bytes · ... as python.EllipsisType
//	*List · *Tuple · *Dict · *Set · *Slice · *Range
//	functions: *Closure, *Builtin, *Method (bound)
//	types and modules: *Type, *Namespace
//	tensors: *graph.Tensor · *Variable · tensor.DType · tensor.Shape · *TensorSpec
//	objects of the model: *Object · *Function · *ListView …
type Value = any

// List is a Python list.
type List struct{ Items []Value }

// Tuple is a Python tuple; Type is set for a named tuple.
type Tuple struct {
	Items []Value
	Type  *TupleType
}

// TupleType is the type of a named tuple.
type TupleType struct {
	Name   string
	Fields []string
}

// Dict is a Python dict: keys in insertion order. A collections.defaultdict and
// a Counter have a factory of missing values; the latter does not keep them.
type Dict struct {
	factory Value
	counter bool
	keys    []Value
	values  []Value
	index   map[any]int // by hash key; deleted entries leave holes
	live    int
}

// hole marks a deleted entry of a Dict.
type hole struct{}

// NewDict makes an empty dict.
func NewDict() *Dict { return &Dict{index: map[any]int{}} }

// Len is the number of entries.
func (d *Dict) Len() int { return d.live }

// hashKey gives what a value is looked up by: equal values have equal keys
// (1, 1.0 and True are one key, as in Python). False for unhashable values.
func hashKey(v Value) (any, bool) {
	switch v := v.(type) {
	case nil:
		return "none", true
	case bool:
		if v {
			return int64(1), true
		}
		return int64(0), true
	case int64:
		return v, true
	case float64:
		if v == math.Trunc(v) && !math.IsInf(v, 0) {
			i, _ := new(big.Float).SetFloat64(v).Int(nil)
			return hashKey(normInt(i))
		}
		return v, true
	case complex128:
		if imag(v) == 0 {
			return hashKey(real(v))
		}
		return v, true
	case *big.Int:
		return "int:" + v.String(), true
	case string:
		return "str:" + v, true
	case *Tuple:
		var b strings.Builder
		ok := tupleKey(&b, v)
		return b.String(), ok
	case *List, *Dict, *Set, *dictView, *graph.Tensor, *Slice:
		return nil, false
	case *Array:
		return nil, false
	case *Scalar:
		return hashKey(v.value)
	case tensor.Shape:
		return "shape:" + v.String(), true
	}
	return v, true // pointers and comparable values by identity
}

// tupleKey writes the key of a tuple; false for an unhashable one, and for one
// that would fill the memory.
func tupleKey(b *strings.Builder, v *Tuple) bool {
	b.WriteByte('(')
	for _, x := range v.Items {
		if b.Len() > maxKey {
			return false
		}
		if inner, ok := x.(*Tuple); ok {
			if !tupleKey(b, inner) {
				return false
			}
			continue
		}
		k, ok := hashKey(x)
		if !ok {
			return false
		}
		s := fmt.Sprint(k)
		fmt.Fprintf(b, "%T:%d:%s,", k, len(s), s)
	}
	b.WriteByte(')')
	return b.Len() <= maxKey
}

// maxKey bounds the key of a tuple.
const maxKey = 1 << 20

// Get looks a key up.
func (d *Dict) Get(key Value) (Value, bool) {
	k, ok := hashKey(key)
	if !ok {
		return nil, false
	}
	i, ok := d.index[k]
	if !ok {
		return nil, false
	}
	return d.values[i], true
}

// Set adds or replaces an entry; false for an unhashable key.
func (d *Dict) Set(key, value Value) bool {
	k, ok := hashKey(key)
	if !ok {
		return false
	}
	if i, ok := d.index[k]; ok {
		d.values[i] = value
		return true
	}
	d.index[k] = len(d.keys)
	d.keys = append(d.keys, key)
	d.values = append(d.values, value)
	d.live++
	return true
}

// Delete removes an entry and reports whether it was there.
func (d *Dict) Delete(key Value) bool {
	k, ok := hashKey(key)
	if !ok {
		return false
	}
	i, ok := d.index[k]
	if !ok {
		return false
	}
	delete(d.index, k)
	d.keys[i], d.values[i] = hole{}, nil
	d.live--
	return true
}

// Each calls f for the entries in order until f returns false.
func (d *Dict) Each(f func(key, value Value) bool) {
	for i := 0; i < len(d.keys); i++ {
		if _, gone := d.keys[i].(hole); gone {
			continue
		}
		if !f(d.keys[i], d.values[i]) {
			return
		}
	}
}

// Keys lists the keys in order.
func (d *Dict) Keys() []Value {
	keys := make([]Value, 0, d.live)
	d.Each(func(k, _ Value) bool { keys = append(keys, k); return true })
	return keys
}

// Copy makes a shallow copy.
func (d *Dict) Copy() *Dict {
	c := NewDict()
	c.factory, c.counter = d.factory, d.counter
	d.Each(func(k, v Value) bool { c.Set(k, v); return true })
	return c
}

// sortedKeys lists the keys in the order in which tf.nest visits them:
// ascending where they can be compared, else as inserted.
func (d *Dict) sortedKeys() []Value {
	keys := d.Keys()
	ok := true
	sort.SliceStable(keys, func(i, j int) bool {
		less, err := lessValues(keys[i], keys[j])
		if err != nil {
			ok = false
		}
		return less
	})
	if !ok {
		return d.Keys()
	}
	return keys
}

// Slice is a Python slice; its parts are None, ints or tensors.
type Slice struct{ Start, Stop, Step Value }

// Range is a Python range.
type Range struct{ Start, Stop, Step int64 }

// Len is the number of elements.
func (r *Range) Len() int64 {
	switch {
	case r.Step > 0 && r.Start < r.Stop:
		return (r.Stop-r.Start-1)/r.Step + 1
	case r.Step < 0 && r.Start > r.Stop:
		return (r.Start-r.Stop-1)/(-r.Step) + 1
	}
	return 0
}

// TensorSpec is a tf.TensorSpec: an argument of a concrete function, or a
// result. Name is "" for None.
type TensorSpec struct {
	Name  string
	Shape tensor.Shape
	DType tensor.DType
}

// Builtin is a function of the evaluator itself.
type Builtin struct {
	Name string
	Call func(t *thread, args *callArgs) (Value, error)
}

// Method is a function bound to its first argument.
type Method struct {
	Self Value
	Func Value
}

// Type is a Python type as isinstance and conversions need it.
type Type struct {
	Name string
	is   func(v Value) bool
	call func(t *thread, args *callArgs) (Value, error) // nil: cannot be called
}
