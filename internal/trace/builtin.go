package trace

import (
	"math"
	"math/big"
	"sort"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// global finds a name that every body sees: tf, np, math, and the builtins of
// Python.
func (tr *Tracer) global(name string) (Value, bool) {
	if v, ok := importable[name]; ok {
		if name == "tensorflow" || name == "numpy" {
			return nil, false // those need an import
		}
		return v, true
	}
	v, ok := builtins[name]
	return v, ok
}

func globalNames() []string {
	names := make([]string, 0, len(builtins)+8)
	for n := range builtins {
		names = append(names, n)
	}
	for n := range importable {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

var (
	tfSpace   = &Namespace{}
	npSpace   = &Namespace{Path: "internal.np"}
	mathSpace = &Namespace{Path: "internal.pymath"}
)

// importable are the modules that import knows; tf, np and math need none.
var importable map[string]Value

// builtins are Python's own functions and types.
var builtins map[string]Value

func init() {
	for typ, call := range map[*Type]func(t *thread, args *callArgs) (Value, error){
		typeInt: pyInt, typeFloat: pyFloat, typeComplex: pyComplex, typeBool: pyBool, typeStr: pyStr, typeList: pyList,
		typeTuple: pyTuple, typeDict: pyDict, typeSet: pySet, typeRange: pyRange, typeSlice: pySlice, typeType: pyType,
	} {
		typ.call = call
	}
	importable = map[string]Value{
		"tf": tfSpace, "tensorflow": tfSpace, "np": npSpace, "numpy": npSpace, "math": mathSpace,
	}
	builtins = map[string]Value{
		"int": typeInt, "float": typeFloat, "bool": typeBool, "str": typeStr, "bytes": typeBytes,
		"list": typeList, "tuple": typeTuple, "dict": typeDict, "set": typeSet, "frozenset": typeSet,
		"Ellipsis": python.EllipsisType{},
		"range":    typeRange, "slice": typeSlice, "complex": typeComplex, "type": typeType, "object": typeObject,
	}
	for _, name := range []string{
		"BaseException", "Exception", "ArithmeticError", "AssertionError", "AttributeError", "ImportError", "IndexError", "KeyError",
		"LookupError", "MemoryError", "NameError", "NotImplementedError", "OverflowError", "RecursionError", "RuntimeError", "StopIteration",
		"TypeError", "ValueError", "ZeroDivisionError",
	} {
		builtins[name] = exceptionType(name)
	}
	for name, f := range map[string]func(t *thread, args *callArgs) (Value, error){
		"len": pyLen, "min": pyMin, "max": pyMax, "sum": pySum, "sorted": pySorted, "reversed": pyReversed,
		"abs": pyAbs, "all": pyAll, "any": pyAny, "zip": pyZip, "enumerate": pyEnumerate, "map": pyMap, "filter": pyFilter,
		"isinstance": pyIsinstance, "round": pyRound, "pow": pyPow, "divmod": pyDivmod, "hasattr": pyHasattr,
		"getattr": pyGetattr, "print": pyPrint, "repr": pyRepr, "callable": pyCallable, "iter": pyIter, "next": pyNext,
		"ord": pyOrd, "chr": pyChr, "hex": pyHex, "oct": pyOct, "bin": pyBin, "format": pyFormat,
	} {
		builtins[name] = &Builtin{Name: name, Call: f}
	}
}

func exceptionType(name string) *Type {
	return &Type{Name: name,
		is:   func(v Value) bool { e, ok := v.(*Exception); return ok && e.Type == name },
		call: func(_ *thread, args *callArgs) (Value, error) { return &Exception{Type: name, Args: args.pos}, nil },
	}
}

// Python's types. What calling them does is set by init, as the functions
// refer to the types.
var (
	typeInt = &Type{Name: "int", is: func(v Value) bool {
		switch v.(type) {
		case int64, *big.Int, bool:
			return true
		}
		return false
	}}
	typeFloat   = &Type{Name: "float", is: func(v Value) bool { _, ok := v.(float64); return ok }}
	typeComplex = &Type{Name: "complex", is: func(v Value) bool { _, ok := v.(complex128); return ok }}
	typeBool    = &Type{Name: "bool", is: func(v Value) bool { _, ok := v.(bool); return ok }}
	typeStr     = &Type{Name: "str", is: func(v Value) bool { _, ok := v.(string); return ok }}
	typeBytes   = &Type{Name: "bytes", is: func(v Value) bool { _, ok := v.(python.Bytes); return ok }}
	typeList    = &Type{Name: "list", is: func(v Value) bool {
		switch v.(type) {
		case *List, *model.List:
			return true
		}
		return false
	}}
	typeTuple = &Type{Name: "tuple", is: func(v Value) bool { _, ok := v.(*Tuple); return ok }}
	typeDict  = &Type{Name: "dict", is: func(v Value) bool {
		switch v.(type) {
		case *Dict, *model.Dict:
			return true
		}
		return false
	}}
	typeSet    = &Type{Name: "set", is: func(v Value) bool { _, ok := v.(*Set); return ok }}
	typeRange  = &Type{Name: "range", is: func(v Value) bool { _, ok := v.(*Range); return ok }}
	typeSlice  = &Type{Name: "slice", is: func(v Value) bool { _, ok := v.(*Slice); return ok }}
	typeObject = &Type{Name: "object", is: func(Value) bool { return true }}
	typeType   = &Type{Name: "type", is: func(v Value) bool { _, ok := v.(*Type); return ok }}
)

func pyList(t *thread, args *callArgs) (Value, error) {
	items, err := t.optionalItems("list", args)
	return &List{Items: append([]Value(nil), items...)}, err
}

func pyTuple(t *thread, args *callArgs) (Value, error) {
	items, err := t.optionalItems("tuple", args)
	return &Tuple{Items: append([]Value(nil), items...)}, err
}

func pySet(t *thread, args *callArgs) (Value, error) {
	items, err := t.optionalItems("set", args)
	if err != nil {
		return nil, err
	}
	return t.makeSet(items)
}

func pyType(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("type", args, "object")
	if err != nil {
		return nil, err
	}
	return t.tr.typeOf(p[0]), nil
}

// typeOf gives the type of a value; the same one for all values of a type.
func (tr *Tracer) typeOf(v Value) Value {
	switch x := v.(type) {
	case *Tuple:
		if x.Type != nil {
			return x.Type
		}
	case *Composite:
		return tr.lib.compositeType(x.typ)
	}
	name := typeName(v)
	if ty, ok := builtins[name].(*Type); ok {
		return ty
	}
	if ty, ok := primitives[name].(*Type); ok {
		return ty
	}
	if ty, ok := tr.types[name]; ok {
		return ty
	}
	ty := &Type{Name: name, is: func(v Value) bool { return typeName(v) == name }}
	tr.types[name] = ty
	return ty
}

func (t *thread) optionalItems(fn string, args *callArgs) ([]Value, error) {
	p, err := t.params(fn, args, "iterable?")
	if err != nil || len(args.pos) == 0 {
		return nil, err
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	return items, t.charge(len(items))
}

// tensorCast is AutoGraph's int() and float() of tensors: a cast, or of text
// the number in it (autograph/operators/py_builtins.py, TF 2.21).
func (t *thread) tensorCast(v Value, d tensor.DType) (Value, error) {
	if have, _ := dtypeOf(v); have == tensor.String {
		return t.callRaw("StringToNumber", kwArg{"string_tensor", v}, kwArg{"out_type", d})
	}
	f, _, err := t.tr.lib.lookup(t, "cast")
	if err != nil {
		return nil, err
	}
	return t.call(f, positional(v, d))
}

func pyInt(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("int", args, "x?", "base?")
	if err != nil {
		return nil, err
	}
	if len(args.pos)+len(args.kw) == 0 {
		return int64(0), nil
	}
	switch x := p[0].(type) {
	case string:
		base, err := t.intArg(p[1], "base", 10)
		if err != nil {
			return nil, err
		}
		return t.parseInt(x, base)
	case float64:
		i, err := t.truncated(x)
		if err != nil {
			return nil, err
		}
		return normInt(i), nil
	case *graph.Tensor, *model.Variable:
		if p[1] != nil && p[1] != int64(10) {
			return nil, t.errorf("NotImplementedError", "int() of a tensor with a base is not supported")
		}
		return t.tensorCast(x, tensor.Int32)
	}
	if p[1] != nil {
		return nil, t.errorf("TypeError", "int() can't convert non-string with explicit base")
	}
	if n := number(p[0]); bigInt(n) != nil {
		return n, nil
	}
	return nil, t.errorf("TypeError", "int() argument must be a string or a real number, not %s", typeName(p[0]))
}

// parseInt is int() of a str.
func (t *thread) parseInt(s string, base int64) (Value, error) {
	if base != 0 && (base < 2 || base > 36) {
		return nil, t.errorf("ValueError", "int() base must be >= 2 and <= 36, or 0")
	}
	digits := strings.ToLower(strings.TrimSpace(s))
	sign := ""
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		sign, digits = digits[:1], digits[1:]
	}
	for prefix, b := range map[string]int64{"0x": 16, "0o": 8, "0b": 2} {
		if (base == b || base == 0) && strings.HasPrefix(digits, prefix) {
			digits, base = strings.TrimPrefix(digits[2:], "_"), b
			break
		}
	}
	if base == 0 {
		base = 10
	}
	bad := digits == "" || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") || strings.ContainsAny(digits, "+-")
	n, ok := new(big.Int).SetString(sign+strings.ReplaceAll(digits, "_", ""), int(base))
	if bad || !ok || len(s) > maxBits/4 {
		return nil, t.errorf("ValueError", "invalid literal for int() with base %d: %s", base, t.short(s))
	}
	return normInt(n), nil
}

func pyFloat(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("float", args, "x?")
	if err != nil {
		return nil, err
	}
	if len(args.pos)+len(args.kw) == 0 {
		return 0.0, nil
	}
	switch x := p[0].(type) {
	case string:
		f, ok := parseFloat(x)
		if !ok {
			return nil, t.errorf("ValueError", "could not convert string to float: %s", t.short(x))
		}
		return f, nil
	case *graph.Tensor, *model.Variable:
		return t.tensorCast(x, tensor.Float32)
	}
	if _, ok := toFloat(number(p[0])); ok {
		return t.finiteValue(number(p[0]))
	}
	return nil, t.errorf("TypeError", "float() argument must be a string or a real number, not %s", typeName(p[0]))
}

// parseFloat is float() of a str; Go reads hexadecimal floats too.
func parseFloat(s string) (float64, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.Contains(s, "0x") || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	return f, err == nil || math.IsInf(f, 0)
}

func (t *thread) finiteValue(n Value) (Value, error) {
	f, err := t.finite(n)
	return f, err
}

func pyComplex(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("complex", args, "real?", "imag?")
	if err != nil {
		return nil, err
	}
	if s, ok := p[0].(string); ok {
		c, err := strconv.ParseComplex(strings.ReplaceAll(strings.TrimSpace(s), "j", "i"), 128)
		if err != nil {
			return nil, t.errorf("ValueError", "complex() arg is a malformed string")
		}
		return c, nil
	}
	out := complex(0, 0)
	for i, v := range p {
		if v == nil {
			continue
		}
		c, ok := number(v).(complex128)
		if f, isFloat := toFloat(number(v)); isFloat {
			c, ok = complex(f, 0), true
		}
		if !ok {
			return nil, t.errorf("TypeError", "complex() takes numbers, not %s", typeName(v))
		}
		if i == 1 {
			c *= 1i
		}
		out += c
	}
	return out, nil
}

func pyBool(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("bool", args, "x?")
	if err != nil {
		return nil, err
	}
	yes, err := t.truth(p[0])
	return yes, err
}

func pyStr(t *thread, args *callArgs) (Value, error) {
	if len(args.pos) == 0 {
		return "", nil
	}
	p, err := t.params("str", args, "object")
	if err != nil {
		return nil, err
	}
	return t.str(p[0]), nil
}

func pyDict(t *thread, args *callArgs) (Value, error) {
	d := NewDict()
	if len(args.pos) > 1 {
		return nil, t.errorf("TypeError", "dict() takes at most 1 positional argument")
	}
	for _, v := range args.pos {
		if m, err := t.asDict(v); err == nil {
			m.Each(func(k, v Value) bool { d.Set(k, v); return true })
			continue
		}
		pairs, err := t.items(v)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			kv, err := t.items(p)
			if err != nil {
				return nil, err
			}
			if len(kv) != 2 {
				return nil, t.errorf("ValueError", "dict() takes pairs, not sequences of %d elements", len(kv))
			}
			if err := t.setItem(d, kv[0], kv[1]); err != nil {
				return nil, err
			}
		}
	}
	for _, k := range args.kw {
		d.Set(k.name, k.value)
	}
	return d, nil
}

func pyRange(t *thread, args *callArgs) (Value, error) {
	var n [3]int64
	if len(args.pos) < 1 || len(args.pos) > 3 || len(args.kw) > 0 {
		return nil, t.errorf("TypeError", "range() takes 1 to 3 positional arguments")
	}
	for i, v := range args.pos {
		if tensorLike(v) && !t.inLibrary() {
			return t.tensorRange(args.pos)
		}
		x, ok := number(v).(int64)
		if !ok {
			err := t.errorf("TypeError", "range() takes integers, not %s", typeName(v))
			if v == nil {
				return nil, hint(err, "%s, and tf.range goes over it", whyNone)
			}
			return nil, err
		}
		n[i] = x
	}
	r := &Range{Start: n[0], Stop: n[1], Step: n[2]}
	switch len(args.pos) {
	case 1:
		r = &Range{Stop: n[0], Step: 1}
	case 2:
		r.Step = 1
	}
	if r.Step == 0 {
		return nil, t.errorf("ValueError", "range() step must not be zero")
	}
	return r, nil
}

// tensorRange is AutoGraph's range() of tensors: a tf.range that is empty where
// Python's is (autograph/operators/py_builtins.py, _tf_range, TF 2.21).
func (t *thread) tensorRange(args []Value) (Value, error) {
	args = append([]Value(nil), args...)
	var err error
	switch len(args) {
	case 1:
		args[0], err = t.libCall("maximum", args[0], int64(0))
	case 2:
		args[1], err = t.libCall("maximum", args[0], args[1])
	}
	if err != nil {
		return nil, err
	}
	return t.libCall("range", args...)
}

func pySlice(t *thread, args *callArgs) (Value, error) {
	switch len(args.pos) {
	case 1:
		return &Slice{Stop: args.pos[0]}, nil
	case 2:
		return &Slice{Start: args.pos[0], Stop: args.pos[1]}, nil
	case 3:
		return &Slice{args.pos[0], args.pos[1], args.pos[2]}, nil
	}
	return nil, t.errorf("TypeError", "slice() takes 1 to 3 arguments")
}

func pyLen(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("len", args, "object")
	if err != nil {
		return nil, err
	}
	switch x := p[0].(type) {
	case string:
		return int64(len([]rune(x))), nil
	case python.Bytes:
		return int64(len(x)), nil
	case *List:
		return int64(len(x.Items)), nil
	case *Tuple:
		return int64(len(x.Items)), nil
	case *Dict:
		return int64(x.Len()), nil
	case *Set:
		return int64(x.d.Len()), nil
	case *dictView:
		return int64(x.d.Len()), nil
	case *Range:
		return x.Len(), nil
	case tensor.Shape:
		if !x.Known() {
			return nil, t.errorf("ValueError", "cannot take the length of a shape with unknown rank")
		}
		return int64(x.Rank()), nil
	case *model.List:
		return int64(len(x.Items)), nil
	case *model.Dict:
		return int64(len(x.Items)), nil
	case *Array:
		if len(x.t.Dims) == 0 {
			return nil, t.errorf("TypeError", "len() of unsized object")
		}
		return x.t.Dims[0], nil
	case *model.Variable:
		return t.tensorLen(x)
	case *graph.Tensor:
		return t.tensorLen(x)
	case *Composite:
		return t.compositeLen(x)
	}
	return nil, t.errorf("TypeError", "object of type %s has no len()", typeName(p[0]))
}

// tensorLen is AutoGraph's len(): the static first dimension, or the op that
// gives it (autograph/operators/py_builtins.py, _tf_tensor_len, TF 2.21).
func (t *thread) tensorLen(v Value) (Value, error) {
	s := tensor.UnknownShape()
	switch x := v.(type) {
	case *graph.Tensor:
		s = x.Shape()
	case *model.Variable:
		s = x.Shape
	}
	if s.Known() && s.Rank() > 0 && s.Dim(0) >= 0 {
		return s.Dim(0), nil
	}
	shape, err := t.libCall("shape", v) // unused where the rank is known, as in TensorFlow
	if err != nil {
		return nil, err
	}
	switch {
	case s.Known() && s.Rank() == 0:
		return nil, t.errorf("ValueError", "len() requires a tensor with dimensions, not a scalar")
	case s.Known():
		if shape, err = t.libCall("shape", v); err != nil {
			return nil, err
		}
		return t.getItem(shape, int64(0))
	}
	return t.lenOfUnknown(v)
}

// lenOfUnknown is the length of a tensor of unknown rank; scalars fail when
// the graph runs.
func (t *thread) lenOfUnknown(v Value) (Value, error) {
	rank, err := t.libCall("rank", v)
	if err != nil {
		return nil, err
	}
	positive, err := t.compare(python.Gt, rank, int64(0))
	if err != nil {
		return nil, err
	}
	pred, err := t.convert(positive, tensor.Bool, tensor.Invalid, "")
	if err != nil {
		return nil, err
	}
	return t.cond(pred, "cond", func() (Value, error) {
		shape, err := t.libCall("shape", v)
		if err != nil {
			return nil, err
		}
		return t.getItem(shape, int64(0))
	}, func() (Value, error) {
		text, err := t.callRaw("AsString", kwArg{"input", rank})
		if err != nil {
			return nil, err
		}
		msg, err := t.callRaw("StringJoin", kwArg{"inputs", &List{Items: []Value{"len requires non-zero rank, got ", text}}})
		if err != nil {
			return nil, err
		}
		check, err := t.libCall("debugging.Assert", false, &List{Items: []Value{msg}})
		if err != nil {
			return nil, err
		}
		if n, ok := check.(*graph.Node); ok {
			defer t.graph.PushControl([]*graph.Node{n})()
		}
		return t.constant(tensor.FromInts(tensor.Int32, []int64{}, []int64{0}), "")
	})
}

// extreme is min or max.
func extreme(t *thread, name string, args *callArgs, better func(a, b Value) (bool, error)) (Value, error) {
	items := args.pos
	if len(items) == 1 {
		var err error
		if items, err = t.items(items[0]); err != nil {
			return nil, err
		}
	}
	key, _ := args.keyword("key")
	if len(items) == 0 {
		if d, ok := args.keyword("default"); ok {
			return d, nil
		}
		return nil, t.errorf("ValueError", "%s() of an empty sequence", name)
	}
	rank := func(v Value) (Value, error) {
		if key == nil {
			return v, nil
		}
		return t.call(key, positional(v))
	}
	best := items[0]
	bestKey, err := rank(best)
	if err != nil {
		return nil, err
	}
	for _, x := range items[1:] {
		if tensorLike(x) || tensorLike(best) {
			return nil, hint(t.errorf("OperatorNotAllowedInGraphError", "%s() of tensors is not known while a function is traced", name), "use tf.%simum", name)
		}
		k, err := rank(x)
		if err != nil {
			return nil, err
		}
		yes, err := better(k, bestKey)
		if err != nil {
			return nil, t.errorf("TypeError", "%s and %s cannot be compared", typeName(x), typeName(best))
		}
		if yes {
			best, bestKey = x, k
		}
	}
	return best, nil
}

func pyMin(t *thread, args *callArgs) (Value, error) {
	return extreme(t, "min", args, lessValues)
}

func pyMax(t *thread, args *callArgs) (Value, error) {
	return extreme(t, "max", args, func(a, b Value) (bool, error) { return lessValues(b, a) })
}

func pySum(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("sum", args, "iterable", "start?")
	if err != nil {
		return nil, err
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	acc := p[1]
	if acc == nil {
		acc = int64(0)
	}
	for _, x := range items {
		if acc, err = t.binary(python.Add, acc, x); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

func pySorted(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("sorted", args, "iterable", "key?", "reverse?")
	if err != nil {
		return nil, err
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	out, err := t.sortItems(items, p[1], p[2])
	return &List{Items: out}, err
}

func (t *thread) sortItems(items []Value, key, reverse Value) ([]Value, error) {
	type pair struct{ k, v Value }
	pairs := make([]pair, len(items))
	for i, x := range items {
		pairs[i] = pair{x, x}
		if key != nil {
			k, err := t.call(key, positional(x))
			if err != nil {
				return nil, err
			}
			pairs[i].k = k
		}
		if tensorLike(pairs[i].k) {
			return nil, hint(t.errorf("OperatorNotAllowedInGraphError", "tensors cannot be sorted while a function is traced"), "use tf.sort")
		}
	}
	down, err := t.truth(reverse)
	if err != nil {
		return nil, err
	}
	var bad error
	sort.SliceStable(pairs, func(i, j int) bool {
		a, b := pairs[i].k, pairs[j].k
		if down {
			a, b = b, a
		}
		less, err := lessValues(a, b)
		if err != nil && bad == nil {
			bad = t.errorf("TypeError", "%s and %s cannot be compared", typeName(a), typeName(b))
		}
		return less
	})
	out := make([]Value, len(pairs))
	for i, p := range pairs {
		out[i] = p.v
	}
	return out, bad
}

func pyAbs(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("abs", args, "x")
	if err != nil {
		return nil, err
	}
	if tensorLike(p[0]) || isComposite(p[0]) {
		f, _, err := t.tr.lib.lookup(t, "abs")
		if err != nil {
			return nil, err
		}
		return t.call(f, args)
	}
	switch x := number(p[0]).(type) {
	case int64:
		return normInt(new(big.Int).Abs(big.NewInt(x))), nil
	case *big.Int:
		return new(big.Int).Abs(x), nil
	case float64:
		return math.Abs(x), nil
	case complex128:
		return math.Hypot(real(x), imag(x)), nil
	}
	return nil, t.errorf("TypeError", "bad operand type for abs(): %s", typeName(p[0]))
}

func anyAll(name string, want bool) func(t *thread, args *callArgs) (Value, error) {
	return func(t *thread, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "iterable")
		if err != nil {
			return nil, err
		}
		out := !want
		err = t.iterate(p[0], func(v Value) (bool, error) {
			yes, err := t.truth(v)
			if yes == want {
				out = want
				return false, err
			}
			return true, err
		})
		return out, err
	}
}

var (
	pyAny = anyAll("any", true)
	pyAll = anyAll("all", false)
)

func pyIsinstance(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("isinstance", args, "object", "classinfo")
	if err != nil {
		return nil, err
	}
	return t.isInstance(p[0], p[1])
}

func (t *thread) isInstance(v, class Value) (Value, error) {
	switch c := class.(type) {
	case *Tuple:
		for _, x := range c.Items {
			yes, err := t.isInstance(v, x)
			if err != nil || yes == true {
				return yes, err
			}
		}
		return false, nil
	case *Type:
		return c.is(v), nil
	case *compositeType:
		x, ok := v.(*Composite)
		return ok && x.typ == c.name, nil
	case *TupleType:
		x, ok := v.(*Tuple)
		return ok && x.Type == c, nil
	}
	return nil, t.errorf("TypeError", "isinstance() takes a type or a tuple of types, not %s", typeName(class))
}

func pyRound(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("round", args, "number", "ndigits?")
	if err != nil {
		return nil, err
	}
	if tensorLike(p[0]) {
		f, _, err := t.tr.lib.lookup(t, "round")
		if err != nil {
			return nil, err
		}
		return t.call(f, positional(p[0]))
	}
	n := number(p[0])
	if i := bigInt(n); i != nil {
		d, err := t.intArg(p[1], "ndigits", 0)
		if err != nil {
			return nil, err
		}
		return normInt(roundInt(i, d)), nil
	}
	f, ok := toFloat(n)
	if !ok {
		return nil, t.errorf("TypeError", "round() takes a number, not %s", typeName(p[0]))
	}
	if p[1] == nil {
		i, err := t.truncated(math.RoundToEven(f))
		if err != nil {
			return nil, err
		}
		return normInt(i), nil
	}
	d, err := t.intArg(p[1], "ndigits", 0)
	if err != nil {
		return nil, err
	}
	return roundTo(f, d), nil
}

// roundTo rounds to digits behind the point, correctly, or before it.
func roundTo(f float64, digits int64) float64 {
	switch {
	case f == 0 || math.IsInf(f, 0) || math.IsNaN(f) || digits > 323:
		return f
	case digits < -308:
		return math.Copysign(0, f)
	case digits >= 0:
		r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', int(digits), 64), 64)
		return r
	}
	e := int(-digits)
	whole := strconv.FormatFloat(math.Abs(f), 'f', -1, 64)
	point := strings.IndexByte(whole, '.')
	if point < 0 {
		point = len(whole)
	}
	if point < e {
		return math.Copysign(0, f)
	}
	// Rounding at a digit is rounding of the mantissa of an exponent format.
	r, _ := strconv.ParseFloat(strconv.FormatFloat(math.Abs(f), 'e', max(point-e-1, 0), 64), 64)
	if point == e && math.Abs(f) <= 5*math.Pow10(e-1) {
		r = 0
	} else if point == e {
		r = math.Pow10(e)
	}
	return math.Copysign(r, f)
}

// roundInt rounds an int to a multiple of a power of ten, halves to even.
func roundInt(i *big.Int, digits int64) *big.Int {
	if digits >= 0 {
		return i
	}
	if -digits > maxBits/4 {
		return new(big.Int)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(-digits), nil)
	q, r := new(big.Int).DivMod(i, unit, new(big.Int))
	if c := r.Lsh(r, 1).Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q.Mul(q, unit)
}

func pyPow(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("pow", args, "base", "exp", "mod?")
	if err != nil {
		return nil, err
	}
	if p[2] == nil {
		return t.binary(python.Pow, p[0], p[1])
	}
	x, y, m := bigInt(number(p[0])), bigInt(number(p[1])), bigInt(number(p[2]))
	if x == nil || y == nil || m == nil {
		return nil, t.errorf("TypeError", "pow() with three arguments takes integers")
	}
	if m.Sign() == 0 {
		return nil, t.errorf("ValueError", "pow() 3rd argument cannot be 0")
	}
	r := new(big.Int).Exp(x, y, new(big.Int).Abs(m))
	if r == nil {
		return nil, t.errorf("ValueError", "base is not invertible for the given modulus")
	}
	if m.Sign() < 0 && r.Sign() > 0 {
		r.Add(r, m)
	}
	return normInt(r), nil
}

func pyDivmod(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("divmod", args, "a", "b")
	if err != nil {
		return nil, err
	}
	q, err := t.binary(python.FloorDiv, p[0], p[1])
	if err != nil {
		return nil, err
	}
	r, err := t.binary(python.Mod, p[0], p[1])
	return &Tuple{Items: []Value{q, r}}, err
}

func pyHasattr(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("hasattr", args, "object", "name")
	if err != nil {
		return nil, err
	}
	name, ok := p[1].(string)
	if !ok {
		return nil, t.errorf("TypeError", "attribute name must be a string")
	}
	_, err = t.getAttr(p[0], name)
	return err == nil, nil
}

func pyGetattr(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("getattr", args, "object", "name", "default?")
	if err != nil {
		return nil, err
	}
	name, ok := p[1].(string)
	if !ok {
		return nil, t.errorf("TypeError", "attribute name must be a string")
	}
	v, err := t.getAttr(p[0], name)
	if err != nil && len(args.pos) == 3 {
		return p[2], nil
	}
	return v, err
}

// pyPrint is print(): of tensors it is tf.print, as AutoGraph makes it; of
// Python values it would print while tracing, and an export prints nothing.
func pyPrint(t *thread, args *callArgs) (Value, error) {
	for _, v := range args.pos {
		if tensorLike(v) {
			f, ok, err := t.tr.lib.lookup(t, "print")
			if err != nil || !ok {
				return nil, err
			}
			return t.call(f, &callArgs{pos: args.pos})
		}
	}
	return nil, nil
}

func pyRepr(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("repr", args, "object")
	if err != nil {
		return nil, err
	}
	return t.repr(p[0]), nil
}

func pyCallable(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("callable", args, "object")
	if err != nil {
		return nil, err
	}
	switch x := p[0].(type) {
	case *Closure, *Builtin, *Method, *Type, *model.Function, *inlineFunction, *compositeType, *TupleType:
		return true, nil
	case *model.Module:
		_, ok := x.Attr("__call__")
		return ok, nil
	}
	return false, nil
}

func pyOrd(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("ord", args, "c")
	if err != nil {
		return nil, err
	}
	s, _ := p[0].(string)
	if r := []rune(s); len(r) == 1 {
		return int64(r[0]), nil
	}
	return nil, t.errorf("TypeError", "ord() expected a character, not %s", t.repr(p[0]))
}

func pyChr(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("chr", args, "i")
	if err != nil {
		return nil, err
	}
	i, ok := p[0].(int64)
	if !ok || i < 0 || i > 0x10ffff {
		return nil, t.errorf("ValueError", "chr() takes an integer below 0x110000, not %s", t.repr(p[0]))
	}
	return string(rune(i)), nil
}

func pyOct(t *thread, args *callArgs) (Value, error) { return inBase(t, "oct", "#o", args) }
func pyHex(t *thread, args *callArgs) (Value, error) { return inBase(t, "hex", "#x", args) }
func pyBin(t *thread, args *callArgs) (Value, error) { return inBase(t, "bin", "#b", args) }

func inBase(t *thread, fn, spec string, args *callArgs) (Value, error) {
	p, err := t.params(fn, args, "x")
	if err != nil {
		return nil, err
	}
	i := bigInt(number(p[0]))
	if i == nil {
		return nil, t.errorf("TypeError", "%s object cannot be interpreted as an integer", typeName(p[0]))
	}
	s, err := t.format(normInt(i), spec)
	return s, err
}

func pyFormat(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("format", args, "value", "spec?")
	if err != nil {
		return nil, err
	}
	s, _ := p[1].(string)
	return t.format(p[0], s)
}

// hostValue gives a host tensor as nested Python lists and scalars.
func hostValue(x *tensor.Tensor) Value {
	at := 0
	var build func(dims []int64) Value
	build = func(dims []int64) Value {
		if len(dims) == 0 {
			v := hostElement(x, at)
			at++
			return v
		}
		l := &List{}
		for i := int64(0); i < dims[0]; i++ {
			l.Items = append(l.Items, build(dims[1:]))
		}
		return l
	}
	return build(x.Dims)
}

func hostElement(x *tensor.Tensor, i int) Value {
	d := x.DType
	switch {
	case d == tensor.String:
		return python.Bytes(x.Strings[i])
	case d == tensor.Bool:
		return x.Data[i] != 0
	case d == tensor.Uint64:
		return normInt(new(big.Int).SetUint64(x.Bits(i)))
	case d.IsInteger() || d.IsQuantized():
		return x.Int(i)
	case d.IsFloating():
		return x.Float(i)
	case d.IsComplex():
		r := d.Real()
		part := &tensor.Tensor{DType: r, Data: x.Data[i*d.Size():]}
		return complex(part.Float(0), part.Float(1))
	}
	panic("internal error: host value of dtype " + d.String())
}

// dimOf reads a dimension: an int, or None and -1 for an unknown one.
func (t *thread) dimOf(v Value) (int64, error) {
	switch x := number(v).(type) {
	case int64:
		if x < -1 {
			return 0, t.errorf("ValueError", "dimension %d must be >= 0", x)
		}
		return x, nil
	}
	if v == nil {
		return tensor.Unknown, nil
	}
	if x, ok := v.(*graph.Tensor); ok {
		if c := x.Value(); c != nil && c.DType.IsInteger() && c.NumElements() == 1 {
			return c.Int(0), nil
		}
	}
	return 0, t.errorf("TypeError", "a dimension must be an integer or None, not %s", t.repr(v))
}

// shape reads a static shape: a TensorShape, None, or a sequence of dimensions.
func (t *thread) shape(v Value) (tensor.Shape, error) {
	switch x := v.(type) {
	case nil:
		return tensor.UnknownShape(), nil
	case tensor.Shape:
		return x, nil
	case int64:
		return tensor.ShapeOf(x), nil
	case *List, *Tuple, *Range, *Array:
		items, err := t.items(x)
		if err != nil {
			return tensor.Shape{}, err
		}
		dims := make([]int64, len(items))
		for i, d := range items {
			if dims[i], err = t.dimOf(d); err != nil {
				return tensor.Shape{}, err
			}
		}
		return tensor.ShapeOf(dims...), nil
	case *graph.Tensor:
		if s := x.ValueAsShape(); s.Known() {
			return s, nil
		}
	}
	return tensor.Shape{}, t.errorf("TypeError", "%s is no static shape", t.short(v))
}

// dtype reads a dtype: tf.float32, "float32", np.float32, float.
func (t *thread) dtype(v Value) (tensor.DType, error) {
	switch x := v.(type) {
	case tensor.DType:
		return x, nil
	case string:
		if d, ok := tensor.ParseDType(x); ok {
			return d, nil
		}
		err := t.errorf("TypeError", "cannot convert %s to a TensorFlow DType", t.short(x))
		if near := spell.Nearest(x, tensor.DTypeNames()); near != "" {
			return 0, hint(err, "did you mean %q?", near)
		}
		return 0, err
	case int64:
		if d := tensor.DType(x); d.Valid() {
			return d, nil
		}
	case *Type:
		switch x {
		case typeFloat:
			return tensor.Float32, nil
		case typeInt:
			return tensor.Int32, nil
		case typeBool:
			return tensor.Bool, nil
		case typeStr, typeBytes:
			return tensor.String, nil
		case typeComplex:
			return tensor.Complex128, nil
		}
		if d, ok := npTypes[x]; ok {
			return d, nil
		}
	}
	return 0, t.errorf("TypeError", "cannot convert %s to a TensorFlow DType", t.repr(v))
}

// optionalDType reads a dtype that may be None.
func (t *thread) optionalDType(v Value) (tensor.DType, error) {
	if v == nil {
		return tensor.Invalid, nil
	}
	return t.dtype(v)
}
