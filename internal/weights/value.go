package weights

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

const (
	// maxRank is the largest rank of a TensorFlow tensor
	// (TensorShape::MaxDimensions, tensorflow/core/framework/tensor_shape.h, TF 2.21).
	maxRank = 254
	// maxFill bounds a host tensor that a single number is repeated into.
	maxFill = 256 << 20
)

// FromValue makes a host tensor out of nested lists ([]any) of bool, int,
// int64, uint64, *big.Int, float64, complex128 and string.
//
// With dtype Invalid the type is found as tf.constant finds it: bool, int32
// (int64 where a number needs it), float32, complex128 or string. With one
// given, a number must fit it: an integer is in range, a floating number has
// no fraction where integers are wanted and does not overflow. That is
// stricter than tf.constant, which wraps around, and overflows to infinity.
// Strings are taken as bytes. For a floating type "nan", "inf" and "-inf" may
// be strings, because JSON has no numbers for them; a complex number is a
// string in Python's notation, "1+2j".
//
// Where shape is not nil, the value must have it (a negative dimension fits
// any); a single number is repeated, and a flat list of as many elements is
// given the shape, as tf.constant does.
func FromValue(v any, d tensor.DType, shape []int64) (*tensor.Tensor, error) {
	t, dims, err := parseValue(v, d, shape)
	if err != nil {
		return nil, err
	}
	if len(t.Dims) != 0 || len(dims) == 0 {
		t.Dims = dims
		return t, nil
	}
	s, err := Fill(t, dims)
	if err != nil {
		return nil, err
	}
	return s.Tensor(maxFill)
}

// Value is FromValue as a Source; a single number is repeated without taking
// memory.
func Value(v any, d tensor.DType, shape []int64) (*Source, error) {
	t, dims, err := parseValue(v, d, shape)
	if err != nil {
		return nil, err
	}
	if len(t.Dims) == 0 {
		return Fill(t, dims)
	}
	t.Dims = dims
	return FromTensor(t), nil
}

// parseValue gives the value in its own shape, and the shape it is to have.
func parseValue(v any, d tensor.DType, shape []int64) (*tensor.Tensor, []int64, error) {
	dims, err := dimsOf(v)
	if err != nil {
		return nil, nil, err
	}
	var leaves []any
	if leaves, err = flatten(leaves, v, dims, nil); err != nil {
		return nil, nil, err
	}
	if d == tensor.Invalid {
		if d, err = infer(leaves, dims); err != nil {
			return nil, nil, err
		}
	}
	t := &tensor.Tensor{DType: d, Dims: dims}
	switch {
	case d == tensor.String:
		t.Strings = make([]string, len(leaves))
	case d.Size() == 0:
		return nil, nil, fmt.Errorf("a value cannot be of dtype %s", d)
	}
	for i, leaf := range leaves {
		if d == tensor.String {
			s, ok := leaf.(string)
			if !ok {
				return nil, nil, fmt.Errorf("%s%s is no string; quote it", place(dims, i), show(leaf))
			}
			t.Strings[i] = s
			continue
		}
		if t.Data, err = appendValue(t.Data, d, leaf); err != nil {
			return nil, nil, fmt.Errorf("%s%w", place(dims, i), err)
		}
	}
	out, err := conform(dims, shape)
	return t, out, err
}

// dimsOf follows the first elements down. flatten checks the others.
func dimsOf(v any) ([]int64, error) {
	dims := []int64{}
	for {
		list, ok := v.([]any)
		if !ok {
			return dims, nil
		}
		if len(dims) == maxRank {
			return nil, fmt.Errorf("lists are nested more than %d deep", maxRank)
		}
		dims = append(dims, int64(len(list)))
		if len(list) == 0 {
			return dims, nil
		}
		v = list[0]
	}
}

// flatten appends the elements in row-major order and checks that the lists
// are rectangular.
func flatten(leaves []any, v any, dims []int64, at []int) ([]any, error) {
	list, ok := v.([]any)
	switch {
	case !ok && len(dims) == 0:
		return append(leaves, v), nil
	case !ok:
		return nil, fmt.Errorf("%s%s stands where a list of %d should, as in %s", index(at), show(v), dims[0], firsts(at))
	case len(dims) == 0:
		return nil, fmt.Errorf("%sa list stands where a single value should, as in %s", index(at), firsts(at))
	case int64(len(list)) != dims[0]:
		return nil, fmt.Errorf("%sa list of %d stands where one of %d should, as in %s", index(at), len(list), dims[0], firsts(at))
	}
	var err error
	for i, x := range list {
		if leaves, err = flatten(leaves, x, dims[1:], append(at, i)); err != nil {
			return nil, err
		}
	}
	return leaves, nil
}

// firsts is the place that gave the shape.
func firsts(at []int) string { return strings.Repeat("[0]", len(at)) }

// index writes a place as [1][2] and a colon.
func index(at []int) string {
	if len(at) == 0 {
		return ""
	}
	var b strings.Builder
	for _, i := range at {
		fmt.Fprintf(&b, "[%d]", i)
	}
	return b.String() + ": "
}

// place is the index of flat element i.
func place(dims []int64, i int) string {
	at := make([]int, len(dims))
	for k := len(dims) - 1; k >= 0; k-- {
		at[k] = i % int(dims[k])
		i /= int(dims[k])
	}
	return index(at)
}

// infer finds the dtype as tf.constant does (observed with TF 2.21).
func infer(leaves []any, dims []int64) (tensor.DType, error) {
	found := tensor.Invalid
	wide := false
	for i, leaf := range leaves {
		var d tensor.DType
		switch v := leaf.(type) {
		case bool:
			d = tensor.Bool
		case string:
			d = tensor.String
		case float64:
			d = tensor.Float32
		case complex128:
			d = tensor.Complex128
		default:
			n, ok := bigInt(v)
			if !ok {
				return 0, fmt.Errorf("%s%s is no number, string or bool", place(dims, i), show(leaf))
			}
			d = tensor.Int32
			wide = wide || !n.IsInt64() || n.Int64() != int64(int32(n.Int64()))
		}
		switch {
		case found == tensor.Invalid || found == d:
			found = d
		case numberRank(found) > 0 && numberRank(d) > 0:
			if numberRank(d) > numberRank(found) {
				found = d
			}
		default:
			return 0, fmt.Errorf("%s%s stands among elements of dtype %s", place(dims, i), show(leaf), found)
		}
	}
	switch {
	case found == tensor.Invalid:
		return tensor.Float32, nil
	case found == tensor.Int32 && wide:
		return tensor.Int64, nil
	}
	return found, nil
}

// numberRank orders the kinds of numbers that may stand together.
func numberRank(d tensor.DType) int {
	switch d {
	case tensor.Int32:
		return 1
	case tensor.Float32:
		return 2
	case tensor.Complex128:
		return 3
	}
	return 0
}

// bigInt takes any of the integer kinds.
func bigInt(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int:
		return big.NewInt(int64(v)), true
	case int64:
		return big.NewInt(v), true
	case uint64:
		return new(big.Int).SetUint64(v), true
	case *big.Int:
		return v, v != nil
	}
	return nil, false
}

func appendValue(b []byte, d tensor.DType, v any) ([]byte, error) {
	switch {
	case d == tensor.Bool:
		t, ok := v.(bool)
		if !ok {
			return nil, fmt.Errorf("%s is no bool; write true or false", show(v))
		}
		return tensor.AppendBits(b, d, truth(t)), nil
	case d.IsComplex():
		c, err := complexValue(v)
		if err != nil {
			return nil, err
		}
		for _, f := range []float64{real(c), imag(c)} {
			if b, err = appendFloat(b, d.Real(), f); err != nil {
				return nil, err
			}
		}
		return b, nil
	case d.IsFloating():
		f, err := floatValue(v)
		if err != nil {
			return nil, err
		}
		return appendFloat(b, d, f)
	}
	return appendInt(b, d, v)
}

func appendFloat(b []byte, d tensor.DType, f float64) ([]byte, error) {
	bits := tensor.EncodeFloat(d, f)
	back := tensor.DecodeFloat(d, bits)
	finite := func(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }
	if finite(f) && !finite(back) {
		return nil, fmt.Errorf("%v is too large for %s", f, d)
	}
	return tensor.AppendBits(b, d, bits), nil
}

func appendInt(b []byte, d tensor.DType, v any) ([]byte, error) {
	n, ok := bigInt(v)
	if !ok {
		f, isFloat := v.(float64)
		switch {
		case !isFloat:
			return nil, fmt.Errorf("%s is no integer, as %s wants", show(v), d)
		case math.IsNaN(f) || math.IsInf(f, 0):
			return nil, fmt.Errorf("%v is no integer, as %s wants", f, d)
		case f != math.Trunc(f):
			return nil, fmt.Errorf("%v has a fraction, and %s holds integers", f, d)
		}
		n, _ = big.NewFloat(f).Int(nil)
	}
	lo, hi, ok := tensor.IntRange(d)
	if !ok {
		return nil, fmt.Errorf("a value cannot be of dtype %s", d)
	}
	if n.Cmp(big.NewInt(lo)) < 0 || n.Cmp(new(big.Int).SetUint64(hi)) > 0 {
		return nil, fmt.Errorf("%s is out of range for %s (%d to %d)", show(n), d, lo, hi)
	}
	if n.Sign() < 0 {
		return tensor.AppendBits(b, d, uint64(n.Int64())), nil
	}
	return tensor.AppendBits(b, d, n.Uint64()), nil
}

func floatValue(v any) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case string:
		switch strings.ToLower(v) {
		case "nan":
			return math.NaN(), nil
		case "inf", "+inf", "infinity", "+infinity":
			return math.Inf(1), nil
		case "-inf", "-infinity":
			return math.Inf(-1), nil
		}
	}
	n, ok := bigInt(v)
	if !ok {
		return 0, fmt.Errorf("%s is no number", show(v))
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	if math.IsInf(f, 0) {
		return 0, fmt.Errorf("%s is too large for a floating number", show(v))
	}
	return f, nil
}

func complexValue(v any) (complex128, error) {
	switch v := v.(type) {
	case complex128:
		return v, nil
	case string:
		if c, ok := parseComplex(v); ok {
			return c, nil
		}
		return 0, fmt.Errorf(`%s is no complex number; write it as Python does, "1+2j"`, show(v))
	}
	f, err := floatValue(v)
	return complex(f, 0), err
}

// parseComplex takes what Python's complex() takes: "1+2j", "(1+2j)", "2j",
// "1"; and i for j.
func parseComplex(s string) (complex128, bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = s[1 : len(s)-1]
	}
	if n := len(s); n > 0 && (s[n-1] == 'j' || s[n-1] == 'J') {
		s = s[:n-1] + "i"
	}
	c, err := strconv.ParseComplex(s, 128)
	return c, err == nil
}

// show writes a value as an error tells it; long ones are cut.
func show(v any) string {
	s := fmt.Sprint(v)
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		s = strconv.Quote(v)
	}
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// conform is the shape a value of shape dims takes where shape is asked for.
// Lists cannot say what follows a dimension of 0: [[], []] may be a [2,0,3] as
// well, of which NumPy's tolist makes it.
func conform(dims, shape []int64) ([]int64, error) {
	if shape == nil {
		return dims, nil
	}
	full := dims
	if n := len(dims); n > 0 && n < len(shape) && dims[n-1] == 0 {
		full = append(slices.Clone(dims), shape[n:]...)
	}
	fits := len(full) == len(shape)
	for i := 0; fits && i < len(full); i++ {
		fits = full[i] >= 0 && (shape[i] < 0 || shape[i] == full[i])
	}
	if fits {
		return full, nil
	}
	want := tensor.ShapeOf(shape...)
	if !want.FullyDefined() || len(dims) > 1 {
		return nil, fmt.Errorf("the value has shape %s, not %s", tensor.ShapeOf(dims...), want)
	}
	n, err := numElements(shape, 1)
	if err != nil {
		return nil, err
	}
	if len(dims) == 1 && dims[0] != n {
		return nil, fmt.Errorf("the value has %d elements, shape %s has %d", dims[0], want, n)
	}
	return slices.Clone(shape), nil
}
