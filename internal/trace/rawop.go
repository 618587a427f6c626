package trace

import (
	_ "embed"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

//go:embed rawnames.txt
var rawNamesText string

// rawNames says where tf.raw_ops calls an argument of an op otherwise than the
// op's definition does: op → definition → keyword. The table is generated from
// TensorFlow 2.21 (conformance/ops/generate_rawnames.py).
var rawNames = sync.OnceValue(func() map[string]map[string]string {
	table := map[string]map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(rawNamesText), "\n") {
		fields := strings.Fields(line)
		names := map[string]string{}
		for _, f := range fields[1:] {
			def, kw, _ := strings.Cut(f, "=")
			names[def] = kw
		}
		table[fields[0]] = names
	}
	return table
})

// RawKeyword is the name by which tf.raw_ops knows an input or an attribute.
func RawKeyword(def *op.Def, arg string) string {
	if kw, ok := rawNames()[def.Name][arg]; ok {
		return kw
	}
	return arg
}

// rawOp gives tf.raw_ops.<name>.
func rawOp(name string) (*Builtin, bool) {
	def, ok := op.Lookup(name)
	if !ok || strings.HasPrefix(name, "_") {
		return nil, false
	}
	return &Builtin{Name: "tf.raw_ops." + name, Call: func(t *thread, args *callArgs) (Value, error) {
		if len(args.pos) > 0 {
			return nil, hint(t.errorf("TypeError", "tf.raw_ops.%s() takes keyword arguments only", name), "write %s", usage(def))
		}
		n, err := t.addOp(def, args.kw)
		if err != nil {
			return nil, err
		}
		return t.outputs(n)
	}}, true
}

// usage shows how a raw op is called.
func usage(def *op.Def) string {
	var parts []string
	inferred := inferredAttrs(def)
	for _, a := range def.Inputs {
		parts = append(parts, RawKeyword(def, a.Name)+"=")
	}
	for _, a := range def.Attrs {
		if !inferred[a.Name] {
			parts = append(parts, RawKeyword(def, a.Name)+"=")
		}
	}
	return "tf.raw_ops." + def.Name + "(" + strings.Join(parts, ", ") + ")"
}

// inferredAttrs are the attributes that follow from the inputs.
func inferredAttrs(def *op.Def) map[string]bool {
	m := map[string]bool{}
	for i := range def.Inputs {
		a := &def.Inputs[i]
		for _, name := range []string{a.TypeAttr, a.NumberAttr, a.TypeListAttr} {
			if name != "" {
				m[name] = true
			}
		}
	}
	return m
}

// outputs is what a raw op returns: the operation, a tensor, a list, or a
// named tuple.
func (t *thread) outputs(n *graph.Node) (Value, error) {
	def := n.Def
	if len(def.Outputs) == 0 {
		return n, nil
	}
	at := 0
	items := make([]Value, len(def.Outputs))
	names := make([]string, len(def.Outputs))
	for i := range def.Outputs {
		a := &def.Outputs[i]
		names[i] = a.Name
		if a.NumberAttr == "" && a.TypeListAttr == "" {
			items[i] = n.Outputs[at]
			at++
			continue
		}
		types, err := def.ArgTypes(a, n.Attrs)
		if err != nil {
			return nil, t.wrap("TypeError", err)
		}
		list := &List{}
		for range types {
			list.Items = append(list.Items, n.Outputs[at])
			at++
		}
		items[i] = list
	}
	if len(items) == 1 {
		return items[0], nil
	}
	return &Tuple{Items: items, Type: &TupleType{Name: def.Name, Fields: names}}, nil
}

// addOp adds a node the way TensorFlow's op_def_library applies an op
// (_apply_op_helper, TF 2.21): inputs are converted below the node's name,
// types follow from the first tensor that fixes them.
func (t *thread) addOp(def *op.Def, kw []kwArg) (*graph.Node, error) {
	given := make(map[string]Value, len(kw))
	name := ""
	for _, k := range kw {
		if k.name == "name" {
			if k.value != nil {
				s, ok := k.value.(string)
				if !ok {
					return nil, t.errorf("TypeError", "name must be a string, not %s", typeName(k.value))
				}
				name = s
			}
			if _, isArg := def.Attr("name"); !isArg {
				continue
			}
		}
		given[strings.TrimSuffix(k.name, "_")] = k.value
	}
	if name != "" {
		if err := t.checkName(name); err != nil {
			return nil, t.wrap("ValueError", err)
		}
	}
	if err := t.checkKeywords(def, given); err != nil {
		return nil, err
	}
	outer := t.graph.Scope()
	scope, pop := t.graph.PushScope(nameOr2(name, def.Name))
	defer pop()
	if readOps[def.Name] {
		t.watchVariable(given["resource"])
	}
	attrs := make(map[string]any, len(def.Attrs))
	from := map[string]string{} // type attribute → the input that fixed it
	var inputs []*graph.Tensor
	for i := range def.Inputs {
		a := &def.Inputs[i]
		v, ok := given[RawKeyword(def, a.Name)]
		if !ok {
			return nil, hint(t.errorf("TypeError", "tf.raw_ops.%s() is missing argument %q", def.Name, a.Name), "write %s", usage(def))
		}
		list, err := t.convertInput(def, a, v, attrs, from)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, list...)
	}
	inferred := inferredAttrs(def)
	for i := range def.Attrs {
		a := &def.Attrs[i]
		if inferred[a.Name] {
			continue
		}
		v, ok := given[RawKeyword(def, a.Name)]
		if !ok || v == nil && a.HasDefault {
			if !a.HasDefault {
				return nil, hint(t.errorf("TypeError", "tf.raw_ops.%s() is missing argument %q", def.Name, a.Name), "write %s", usage(def))
			}
			attrs[a.Name] = a.Default
			continue
		}
		val, err := t.attrValue(a, v)
		if err != nil {
			return nil, err
		}
		attrs[a.Name] = val
	}
	n, err := t.graph.Add(graph.NodeSpec{Op: def.Name, Name: scope, Exact: true, Inputs: inputs, Attrs: attrs})
	if err != nil {
		return nil, t.wrap("ValueError", err)
	}
	if len(t.tapes) > 0 {
		t.tr.scopes[n] = outer
	}
	t.linkFunctions(n, given)
	return n, nil
}

// linkFunctions notes which functions the node's attributes name.
func (t *thread) linkFunctions(n *graph.Node, given map[string]Value) {
	for i := range n.Def.Attrs {
		a := &n.Def.Attrs[i]
		if a.Type != "func" && a.Type != "list(func)" {
			continue
		}
		values := []Value{given[a.Name]}
		if l, ok := given[a.Name].(*List); ok {
			values = l.Items
		}
		for _, v := range values {
			if c, ok := v.(*ConcreteFunction); ok {
				n.Callees = append(n.Callees, c.Func)
			}
		}
	}
}

func (t *thread) checkKeywords(def *op.Def, given map[string]Value) error {
	inferred := inferredAttrs(def)
	for name := range given {
		isInput := slices.ContainsFunc(def.Inputs, func(a op.Arg) bool { return RawKeyword(def, a.Name) == name })
		isAttr := slices.ContainsFunc(def.Attrs, func(a op.AttrDef) bool { return RawKeyword(def, a.Name) == name })
		if isInput || isAttr && !inferred[name] {
			continue
		}
		if isAttr {
			return t.errorf("TypeError", "tf.raw_ops.%s(): attribute %q follows from the inputs, it cannot be given", def.Name, name)
		}
		var names []string
		for _, a := range def.Inputs {
			names = append(names, RawKeyword(def, a.Name))
		}
		for _, a := range def.Attrs {
			if !inferred[a.Name] {
				names = append(names, RawKeyword(def, a.Name))
			}
		}
		err := t.errorf("TypeError", "tf.raw_ops.%s() got an unexpected keyword argument %q", def.Name, name)
		if near := spell.Nearest(name, names); near != "" {
			return hint(err, "did you mean %q?", near)
		}
		return hint(err, "write %s", usage(def))
	}
	return nil
}

// convertInput converts the value of one input argument, which may stand for
// several tensors, and notes the attributes that it fixes.
func (t *thread) convertInput(def *op.Def, a *op.Arg, v Value, attrs map[string]any, from map[string]string) ([]*graph.Tensor, error) {
	if a.NumberAttr != "" || a.TypeListAttr != "" {
		return t.convertList(def, a, v, attrs, from)
	}
	dtype, want := a.Type, tensor.Invalid
	if a.TypeAttr != "" {
		if d, ok := attrs[a.TypeAttr].(tensor.DType); ok {
			dtype = d
		} else if ad, _ := def.Attr(a.TypeAttr); ad != nil && ad.HasDefault {
			want, _ = ad.Default.(tensor.DType)
			// The value's own dtype comes before the default where it is allowed
			// (op_def_library.py, _ExtractInputsAndAttrs, TF 2.21).
			if x, ok := v.(*graph.Tensor); len(ad.AllowedTypes) > 0 && !(ok && t.graph.Reaches(x)) {
				x, err := t.convert(v, tensor.Invalid, tensor.Invalid, a.Name)
				if err == nil && slices.Contains(ad.AllowedTypes, x.DType.Base()) {
					v = x
				} else if err != nil && !isTypeError(err) {
					return nil, t.prefix(err, "argument %q of %s", a.Name, def.Name)
				}
			}
		}
	}
	x, err := t.convertArg(def, a, v, dtype, want, from[a.TypeAttr])
	if err != nil {
		return nil, err
	}
	if a.TypeAttr != "" {
		if err := t.fixType(def, a, x.DType.Base(), attrs, from); err != nil {
			return nil, err
		}
	} else if x.DType.Base() != a.Type.Base() {
		return nil, t.errorf("TypeError", "input %q of %s must be %s, not %s", a.Name, def.Name, a.Type, x.DType)
	}
	return []*graph.Tensor{x}, nil
}

// convertArg converts one value; a tensor of the wrong dtype is named together
// with the argument that asked for another.
func (t *thread) convertArg(def *op.Def, a *op.Arg, v Value, dtype, want tensor.DType, by string) (*graph.Tensor, error) {
	if x, ok := dtypeOf(v); ok && dtype != tensor.Invalid && x != dtype.Base() && x != tensor.Invalid {
		if !(dtype == tensor.Resource) {
			if by != "" {
				return nil, hint(t.errorf("TypeError", "input %q of %s has type %s that does not match type %s of argument %q", a.Name, def.Name, x, dtype, by),
					"convert one with tf.cast")
			}
			return nil, t.errorf("TypeError", "input %q of %s must be %s, not %s", a.Name, def.Name, dtype, x)
		}
	}
	if x, ok := v.(*graph.Tensor); ok && t.graph.Reaches(x) {
		return x, nil // the op captures it, after what other inputs capture
	}
	x, err := t.convert(v, dtype, want, a.Name)
	if err != nil {
		if dtype != tensor.Invalid {
			return nil, t.prefix(err, "expected %s passed to parameter %q of op %s, got %s of type %q instead", dtype, a.Name, def.Name, t.short(v), typeName(v))
		}
		return nil, t.prefix(err, "argument %q of %s", a.Name, def.Name)
	}
	return x, nil
}

func isTypeError(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Type == "TypeError"
}

// dtypeOf is the dtype of a value that has one by itself.
func dtypeOf(v Value) (tensor.DType, bool) {
	switch x := v.(type) {
	case *graph.Tensor:
		return x.DType.Base(), true
	case *model.Variable:
		return x.DType, true
	case *unread:
		return x.variable.DType, true
	}
	return tensor.Invalid, false
}

func (t *thread) convertList(def *op.Def, a *op.Arg, v Value, attrs map[string]any, from map[string]string) ([]*graph.Tensor, error) {
	items, ok := sequence(v)
	if !ok {
		return nil, t.errorf("TypeError", "argument %q of %s takes a list, not %s", a.Name, def.Name, typeName(v))
	}
	dtype, want := a.Type, tensor.Invalid
	by := ""
	if a.TypeAttr != "" {
		if d, ok := attrs[a.TypeAttr].(tensor.DType); ok {
			dtype, by = d, from[a.TypeAttr]
		} else {
			for _, x := range items {
				if d, ok := dtypeOf(x); ok {
					dtype, by = d, a.Name
					break
				}
			}
			if ad, _ := def.Attr(a.TypeAttr); dtype == tensor.Invalid && ad != nil && ad.HasDefault {
				want, _ = ad.Default.(tensor.DType)
			}
		}
	}
	list := make([]*graph.Tensor, len(items))
	for i, x := range items {
		elem := *a
		elem.Name = a.Name + "_" + itoa(i)
		d := dtype
		if a.TypeListAttr != "" {
			d = tensor.Invalid
		}
		c, err := t.convertArg(def, &elem, x, d, want, by)
		if err != nil {
			return nil, err
		}
		list[i] = c
		if a.TypeAttr != "" && dtype == tensor.Invalid {
			dtype, by = c.DType.Base(), elem.Name
		}
	}
	if a.TypeListAttr != "" {
		types := make([]tensor.DType, len(list))
		for i, x := range list {
			types[i] = x.DType.Base()
		}
		if have, ok := attrs[a.TypeListAttr].([]tensor.DType); ok && !slices.Equal(have, types) {
			return nil, t.errorf("TypeError", "input %q of %s has types %v, which differ from %v of another input", a.Name, def.Name, types, have)
		}
		ad, _ := def.Attr(a.TypeListAttr)
		if err := op.CheckAttr(ad, types); err != nil {
			return nil, t.errorf("ValueError", "%s: %v", def.Name, err)
		}
		attrs[a.TypeListAttr] = types
		return list, nil
	}
	n := int64(len(list))
	if have, ok := attrs[a.NumberAttr].(int64); ok && have != n {
		return nil, t.errorf("ValueError", "list argument %q of %s has length %d, which must match length %d of another argument", a.Name, def.Name, n, have)
	}
	ad, _ := def.Attr(a.NumberAttr)
	if ad.HasMin && n < ad.Min {
		return nil, t.errorf("ValueError", "list argument %q of %s has length %d, at least %d is needed", a.Name, def.Name, n, ad.Min)
	}
	attrs[a.NumberAttr] = n
	if a.TypeAttr != "" {
		if dtype == tensor.Invalid {
			if want == tensor.Invalid {
				return nil, t.errorf("TypeError", "the type of the empty list %q of %s is not known", a.Name, def.Name)
			}
			dtype = want
		}
		if err := t.fixType(def, a, dtype.Base(), attrs, from); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fixType sets a type attribute, or holds a further input against it.
func (t *thread) fixType(def *op.Def, a *op.Arg, d tensor.DType, attrs map[string]any, from map[string]string) error {
	if have, ok := attrs[a.TypeAttr].(tensor.DType); ok {
		if have != d {
			return hint(t.errorf("TypeError", "input %q of %s has type %s that does not match type %s of argument %q", a.Name, def.Name, d, have, from[a.TypeAttr]),
				"convert one with tf.cast")
		}
		return nil
	}
	ad, _ := def.Attr(a.TypeAttr)
	if ad.AllowedTypes != nil && !slices.Contains(ad.AllowedTypes, d) {
		names := make([]string, len(ad.AllowedTypes))
		for i, x := range ad.AllowedTypes {
			names[i] = x.String()
		}
		return t.errorf("TypeError", "value passed to parameter %q of %s has dtype %s, which is not in the list of allowed values: %s", a.Name, def.Name, d, strings.Join(names, ", "))
	}
	attrs[a.TypeAttr] = d
	from[a.TypeAttr] = a.Name
	return nil
}

// attrValue converts a Python value to the value of an attribute.
func (t *thread) attrValue(a *op.AttrDef, v Value) (any, error) {
	elem, isList := strings.CutPrefix(a.Type, "list(")
	if !isList {
		x, err := t.attrScalar(a, a.Type, v)
		if err != nil {
			return nil, err
		}
		if err := op.CheckAttr(a, x); err != nil {
			return nil, t.errorf("ValueError", "%v", err)
		}
		return x, nil
	}
	items, ok := sequence(v)
	if s, isShape := v.(tensor.Shape); isShape && elem == "int)" && s.Known() {
		ok = true
		for _, d := range s.Dims() {
			items = append(items, d)
		}
	}
	if !ok {
		return nil, t.errorf("TypeError", "expected a list for attribute %q, not %s", a.Name, t.repr(v))
	}
	var out any
	var err error
	switch elem {
	case "int)":
		out, err = attrList[int64](t, a, "int", items)
	case "float)":
		out, err = attrList[float32](t, a, "float", items)
	case "bool)":
		out, err = attrList[bool](t, a, "bool", items)
	case "string)":
		out, err = attrList[string](t, a, "string", items)
	case "type)":
		out, err = attrList[tensor.DType](t, a, "type", items)
	case "shape)":
		out, err = attrList[tensor.Shape](t, a, "shape", items)
	case "tensor)":
		out, err = attrList[*tensor.Tensor](t, a, "tensor", items)
	case "func)":
		out, err = attrList[op.Func](t, a, "func", items)
	}
	if err != nil {
		return nil, err
	}
	if err := op.CheckAttr(a, out); err != nil {
		return nil, t.errorf("ValueError", "%v", err)
	}
	return out, nil
}

func attrList[T any](t *thread, a *op.AttrDef, typ string, items []Value) ([]T, error) {
	out := make([]T, len(items))
	for i, v := range items {
		x, err := t.attrScalar(a, typ, v)
		if err != nil {
			return nil, err
		}
		out[i] = x.(T)
	}
	return out, nil
}

func (t *thread) attrScalar(a *op.AttrDef, typ string, v Value) (any, error) {
	bad := func() error {
		return t.errorf("TypeError", "expected %s for argument %q, not %s", typ, a.Name, t.repr(v))
	}
	v = element(v)
	switch typ {
	case "int":
		switch x := v.(type) {
		case int64:
			return x, nil
		case bool:
			if x {
				return int64(1), nil
			}
			return int64(0), nil
		case *big.Int:
			if x.IsUint64() { // seeds are written as unsigned numbers
				return int64(x.Uint64()), nil
			}
		case float64:
			if x == float64(int64(x)) {
				return int64(x), nil
			}
		case tensor.DType:
			return int64(x), nil
		}
	case "float":
		switch x := v.(type) {
		case float64:
			return float32(x), nil
		case int64:
			return float32(x), nil
		}
	case "bool":
		switch x := v.(type) {
		case bool:
			return x, nil
		case int64:
			if x == 0 || x == 1 {
				return x == 1, nil
			}
		}
	case "string":
		switch x := v.(type) {
		case string:
			return x, nil
		case python.Bytes:
			return string(x), nil
		}
	case "type":
		return t.dtype(v)
	case "shape":
		return t.shape(v)
	case "tensor":
		if a, ok := v.(*Array); ok {
			return a.tensor(), nil
		}
		return t.hostTensor(v, tensor.Invalid, nil)
	case "func":
		if c, ok := v.(*ConcreteFunction); ok {
			return graph.FuncAttr(c.Func), nil
		}
	}
	return nil, bad()
}

// rawTensor adds an op of one output.
func (t *thread) rawTensor(name string, nodeName Value, kw ...kwArg) (*graph.Tensor, error) {
	def, ok := op.Lookup(name)
	if !ok {
		panic("internal error: no op " + name)
	}
	if nodeName != nil {
		kw = append(kw, kwArg{"name", nodeName})
	}
	n, err := t.addOp(def, kw)
	if err != nil {
		return nil, err
	}
	return n.Outputs[0], nil
}

// opTensor adds an op of one output whose attributes are all known.
func (t *thread) opTensor(name, nodeName string, attrs map[string]any, inputs ...*graph.Tensor) (*graph.Tensor, error) {
	n, err := t.graph.Add(graph.NodeSpec{Op: name, Name: nodeName, Inputs: inputs, Attrs: attrs})
	if err != nil {
		return nil, t.wrap("ValueError", err)
	}
	return n.Outputs[0], nil
}

// prefix puts words before the message of an error.
func (t *thread) prefix(err error, format string, args ...any) error {
	e := t.wrap("ValueError", err)
	if x, ok := e.(*Error); ok {
		x.Msg = t.errorf("", format, args...).(*Error).Msg + ": " + x.Msg
	}
	return e
}

func exactName(name string) bool { return strings.HasSuffix(name, "/") }

func trimSlash(name string) string { return strings.TrimSuffix(name, "/") }

// nameOr2 keeps a final slash, which makes a scope's name exact.
func nameOr2(name, other string) string {
	if name == "" {
		return other
	}
	return name
}
