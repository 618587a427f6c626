package trace

import (
	"math/big"
	"sort"
	"strings"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
)

// global finds a name that every body sees: tf, np, the modules of Python that
// can be imported, and its builtins.
func (tr *Tracer) global(name string) (Value, bool) {
	if v, ok := importable[name]; ok {
		if strings.HasPrefix(name, "tensorflow") || name == "numpy" {
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

// importable are the modules that import knows; the body needs none of them.
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
		"tf": tfSpace, "tensorflow": tfSpace, "tensorflow.compat.v2": tfSpace, "np": npSpace, "numpy": npSpace, "math": mathSpace,
	}
	for _, name := range []string{"collections", "copy", "functools", "itertools", "operator", "re", "string"} {
		importable[name] = &Namespace{Path: "internal." + name}
	}
	builtins = map[string]Value{
		"int": typeInt, "float": typeFloat, "bool": typeBool, "str": typeStr, "bytes": typeBytes,
		"list": typeList, "tuple": typeTuple, "dict": typeDict, "set": typeSet, "frozenset": typeSet,
		"Ellipsis": python.EllipsisType{},
		"range":    typeRange, "slice": typeSlice, "complex": typeComplex, "type": typeType, "object": typeObject,
	}
	for name := range exceptionBase {
		if name != "OperatorNotAllowedInGraphError" {
			builtins[name] = exceptionType(name)
		}
	}
	for name, f := range map[string]func(t *thread, args *callArgs) (Value, error){
		"len": pyLen, "min": pyMin, "max": pyMax, "sum": pySum, "sorted": pySorted, "reversed": pyReversed,
		"abs": pyAbs, "all": pyAll, "any": pyAny, "zip": pyZip, "enumerate": pyEnumerate, "map": pyMap, "filter": pyFilter,
		"isinstance": pyIsinstance, "round": pyRound, "pow": pyPow, "divmod": pyDivmod, "hasattr": pyHasattr,
		"getattr": pyGetattr, "print": pyPrint, "repr": pyRepr, "callable": pyCallable, "iter": pyIter, "next": pyNext,
		"issubclass": pyIssubclass, "ord": pyOrd, "chr": pyChr, "hex": pyHex, "oct": pyOct, "bin": pyBin, "format": pyFormat,
	} {
		builtins[name] = &Builtin{Name: name, Call: f}
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
	typeFloat = &Type{Name: "float", is: func(v Value) bool {
		if s, ok := v.(*Scalar); ok { // np.float64 is a float
			return s.dtype == tensor.Float64
		}
		_, ok := v.(float64)
		return ok
	}}
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
		if s, ok := v.(*Scalar); ok && c == typeInt && t.inLibrary() {
			return s.dtype.IsInteger(), nil // TensorFlow asks for numbers.Integral
		}
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

func pyHasattr(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("hasattr", args, "object", "name")
	if err != nil {
		return nil, err
	}
	name, ok := p[1].(string)
	if !ok {
		return nil, t.errorf("TypeError", "attribute name must be a string")
	}
	if _, err = t.getAttr(p[0], name); err != nil {
		t.missed(p[0], name)
	}
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
		t.missed(p[0], name)
		return p[2], nil
	}
	return v, err
}

// pyPrint drops what Python would print while it traces. AutoGraph leaves print
// as it is, for tensors too (converters/call_trees.py, TF 2.21).
func pyPrint(*thread, *callArgs) (Value, error) { return nil, nil }

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

func pyFormat(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("format", args, "value", "spec?")
	if err != nil {
		return nil, err
	}
	s, _ := p[1].(string)
	return t.format(p[0], s)
}

func pyIssubclass(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("issubclass", args, "class", "classinfo")
	if err != nil {
		return nil, err
	}
	bases := []Value{p[1]}
	if tuple, ok := p[1].(*Tuple); ok {
		bases = tuple.Items
	}
	for _, b := range bases {
		if p[0] == b || b == Value(typeObject) || p[0] == Value(typeBool) && b == Value(typeInt) {
			return true, nil
		}
		a, ok1 := p[0].(*Type)
		c, ok2 := b.(*Type)
		if !ok1 || !ok2 {
			return nil, t.errorf("TypeError", "issubclass() of %s and %s is not supported in a body", t.short(p[0]), t.short(b))
		}
		if derives(a.Name, c.Name) {
			return true, nil
		}
	}
	return false, nil
}
