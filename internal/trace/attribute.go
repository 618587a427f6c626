package trace

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// getAttr is obj.name.
func (t *thread) getAttr(obj Value, name string) (Value, error) {
	switch x := obj.(type) {
	case *Namespace:
		return t.namespaceAttr(x, name)
	case *model.Module:
		return t.modelAttr(x, name)
	case *unread:
		return x.attr(t, name)
	case *Composite:
		return t.compositeAttr(x, name)
	case *compositeType:
		return t.compositeTypeAttr(x, name)
	case *Tuple:
		if x.Type != nil {
			for i, f := range x.Type.Fields {
				if f == name {
					return x.Items[i], nil
				}
			}
		}
	case *Slice:
		switch name {
		case "start":
			return x.Start, nil
		case "stop":
			return x.Stop, nil
		case "step":
			return x.Step, nil
		}
	case *Closure:
		if name == "__name__" {
			return x.Name, nil
		}
	case *Array, *Scalar:
		return t.arrayAttr(obj, name)
	case *TupleType:
		switch name {
		case "__name__":
			return x.Name, nil
		case "_fields":
			return tupleFields(t, &Tuple{Type: x})
		}
	case *Type:
		if v, ok := typeAttr(x, name); ok {
			return v, nil
		}
	}
	if m, ok := methods[kindOf(obj)]; ok {
		if f, ok := m[name]; ok {
			if f.property {
				return f.call(t, obj, &callArgs{})
			}
			return &Builtin{Name: name, Call: func(t *thread, args *callArgs) (Value, error) { return f.call(t, obj, args) }}, nil
		}
	}
	return nil, t.noAttr(obj, name)
}

// method is a method or property of a kind of value.
type method struct {
	property bool
	call     func(t *thread, self Value, args *callArgs) (Value, error)
}

func property(f func(t *thread, self Value) (Value, error)) method {
	return method{property: true, call: func(t *thread, self Value, _ *callArgs) (Value, error) { return f(t, self) }}
}

// methods are the methods of each kind of value, by the name that kindOf gives.
var methods map[string]map[string]method

func (t *thread) noAttr(obj Value, name string) error {
	err := t.errorf("AttributeError", "%s has no attribute %q", typeName(obj), name)
	var known []string
	for n := range methods[kindOf(obj)] {
		known = append(known, n)
	}
	if _, ok := obj.(*graph.Tensor); ok && (name == "numpy" || name == "eval") {
		return hint(err, "a tensor has no value while a function is traced")
	}
	sort.Strings(known)
	if tensorLike(obj) {
		if use := t.instead(name); use != "" {
			return hint(err, "%s", use)
		}
	}
	if near := spell.Nearest(name, known); near != "" {
		return hint(err, "did you mean %q?", near)
	}
	return err
}

// typeAttr is an attribute of a Python type: its methods take the value as
// their first argument.
func typeAttr(typ *Type, name string) (Value, bool) {
	switch typ.Name + "." + name {
	case "dict.fromkeys":
		return &Builtin{Name: "fromkeys", Call: dictFromKeys}, true
	case "str.maketrans":
		return &Builtin{Name: "maketrans", Call: makeTranslation}, true
	}
	if name == "__name__" {
		return typ.Name, true
	}
	m, ok := methods[typ.Name][name]
	if !ok || m.property {
		return nil, false
	}
	return &Builtin{Name: name, Call: func(t *thread, args *callArgs) (Value, error) {
		if len(args.pos) == 0 || !typ.is(args.pos[0]) {
			return nil, t.errorf("TypeError", "%s.%s() takes a %s as its first argument", typ.Name, name, typ.Name)
		}
		return m.call(t, args.pos[0], &callArgs{pos: args.pos[1:], kw: args.kw})
	}}, true
}

func dictFromKeys(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("fromkeys", args, "iterable", "value?")
	if err != nil {
		return nil, err
	}
	keys, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	d := NewDict()
	for _, k := range keys {
		if err := t.setItem(d, k, p[1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (t *thread) namespaceAttr(n *Namespace, name string) (Value, error) {
	v, err := t.findInNamespace(n, name)
	var e *Error
	if errors.As(err, &e) {
		e.missing = true
	}
	return v, err
}

func (t *thread) findInNamespace(n *Namespace, name string) (Value, error) {
	path := n.child(name)
	if n.Path == "raw_ops" {
		if f, ok := rawOp(name); ok {
			return f, nil
		}
		err := t.errorf("AttributeError", "TensorFlow 2.21 has no op %q", name)
		if near := spell.Nearest(name, op.Names()); near != "" {
			return nil, hint(err, "did you mean tf.raw_ops.%s?", near)
		}
		return nil, err
	}
	if path == "internal" && !t.inLibrary() {
		return nil, t.errorf("AttributeError", "module %q has no attribute %q", "tf", name)
	}
	v, ok, err := t.tr.lib.lookup(t, path)
	if err != nil || ok && (t.inLibrary() || !barred(path)) {
		return v, err
	}
	module := n.name()
	if reason, ok := refused(path); ok {
		return nil, t.errorf("AttributeError", "%s.%s is not supported: %s", module, name, reason)
	}
	e := t.errorf("AttributeError", "module %q has no attribute %q", module, name)
	if near := spell.Nearest(name, t.tr.lib.names(n.Path)); near != "" {
		return nil, hint(e, "did you mean %s.%s?", module, near)
	}
	if why := moduleHints[n.Path]; why != "" {
		return nil, hint(e, "%s", why)
	}
	if paths := t.elsewhere(name); len(paths) > 0 && strings.HasPrefix(module, "tf") {
		return nil, hint(e, "did you mean %s?", paths[0])
	}
	return nil, e
}

// moduleHints tell what to use instead of functions that a module has not.
var moduleHints = map[string]string{
	"internal.np": "not all of NumPy's functions are there; use those of tf",
	"internal.re": "tf.strings.regex_replace and regex_full_match work on tensors",
}

// modelAttr is an attribute of an object of the model.
func (t *thread) modelAttr(m *model.Module, name string) (Value, error) {
	if a, ok := m.Attr(name); ok {
		return t.tr.modelValue(a), nil
	}
	if v, ok := t.tr.attrs[m][name]; ok && v != Value(absent{}) {
		return v, nil
	}
	switch name {
	case "variables", "trainable_variables":
		return t.tr.variablesOf(m, name == "trainable_variables"), nil
	case "name":
		return lastName(m.Path()), nil
	}
	if m.Incomplete {
		t.tr.gaps++
	}
	where := "self"
	if m.Path() != "" {
		where = "module " + m.Path()
	}
	err := t.errorf("AttributeError", "%s has no attribute %q", where, name)
	if near := spell.Nearest(name, m.Names()); near != "" {
		return nil, hint(err, "did you mean %q?", near)
	}
	if len(m.Attrs) > 0 {
		return nil, hint(err, "it has %s", strings.Join(m.Names(), ", "))
	}
	return nil, err
}

// modelValue is what a body sees of an attribute.
func (tr *Tracer) modelValue(a *model.Attr) Value {
	if o, ok := a.Value.(model.Object); ok && tr.incomplete(o) {
		return nil
	}
	if v, ok := tr.values[a]; ok {
		return v
	}
	var v Value
	switch x := a.Value.(type) {
	case spec.Value:
		v = literal(x)
	case *model.Constant:
		v = tr.Handle(x)
	default:
		v = x
	}
	tr.values[a] = v
	return v
}

// objectValue is what a body sees of an element of a list.
func (tr *Tracer) objectValue(o model.Object) Value {
	if tr.incomplete(o) {
		return nil
	}
	if c, ok := o.(*model.Constant); ok {
		return tr.Handle(c)
	}
	return o
}

// incomplete notes that a body meets an object that mistakes of the description
// hide.
func (tr *Tracer) incomplete(o model.Object) bool {
	_, hidden := o.(*model.Broken)
	if v, ok := o.(*model.Variable); ok {
		hidden = v.Incomplete
	}
	if hidden {
		tr.gaps++
	}
	return hidden
}

// literal makes a Python value of one that a description holds.
func literal(v spec.Value) Value {
	switch x := v.V.(type) {
	case []spec.Value:
		return &List{Items: literals(x)}
	case spec.Tuple:
		return &Tuple{Items: literals(x)}
	case []spec.Entry:
		d := NewDict()
		for _, e := range x {
			d.Set(literal(e.Key), literal(e.Value))
		}
		return d
	}
	return v.V
}

func literals(list []spec.Value) []Value {
	out := make([]Value, len(list))
	for i, v := range list {
		out[i] = literal(v)
	}
	return out
}

func lastName(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}

// variablesOf lists the variables below an object, each once, in the order of
// the attributes' names (tf.Module.variables).
func (tr *Tracer) variablesOf(m *model.Module, trainable bool) *Tuple {
	out := &Tuple{}
	seen := map[model.Object]bool{}
	var visit func(o model.Object)
	visit = func(o model.Object) {
		if seen[o] {
			return
		}
		seen[o] = true
		switch x := o.(type) {
		case *model.Broken:
			tr.gaps++
		case *model.Variable:
			if !trainable || x.Trainable {
				out.Items = append(out.Items, x)
			}
		case *model.Module:
			names := x.Names()
			sort.Strings(names)
			for _, n := range names {
				a, _ := x.Attr(n)
				if c, ok := a.Value.(model.Object); ok {
					visit(c)
				}
			}
		case *model.List:
			for _, c := range x.Items {
				visit(c)
			}
		case *model.Dict:
			for _, a := range x.Items {
				if c, ok := a.Value.(model.Object); ok {
					visit(c)
				}
			}
		}
	}
	visit(m)
	return out
}

// attrsOf are the attributes of a module that bodies have set, or found absent.
func (tr *Tracer) attrsOf(m *model.Module) map[string]Value {
	if tr.attrs[m] == nil {
		tr.attrs[m] = map[string]Value{}
	}
	return tr.attrs[m]
}

// missed notes that a body asked whether a module has an attribute, and it has
// not.
func (t *thread) missed(obj Value, name string) {
	if m, ok := obj.(*model.Module); ok {
		t.tr.attrsOf(m)[name] = absent{}
	}
}

// setAttr is obj.name = v. A module takes new attributes that TensorFlow would
// not track: what a body leaves for the rest of it, and for whom it calls.
func (t *thread) setAttr(obj Value, name string, v Value) error {
	switch m := obj.(type) {
	case *model.Module:
		_, declared := m.Attr(name)
		switch v.(type) {
		case *graph.Tensor, nil, bool, int64, float64, string, *Scalar, *Array:
			attrs := t.tr.attrsOf(m)
			if _, ok := attrs[name].(absent); ok {
				return hint(t.errorf("NotImplementedError", "attribute %q of a model is set after the body has found that it is not there: TensorFlow traces a function more than once", name),
					"declare it in the description")
			}
			if !declared {
				attrs[name] = v
				return nil
			}
		}
		return hint(t.errorf("AttributeError", "attribute %q of a model cannot be set while a function is traced", name),
			"declare it in the description; change a variable with assign")
	}
	return t.errorf("AttributeError", "attribute %q of %s cannot be set", name, typeName(obj))
}

// kindOf names the kind of a value as methods are found by it.
func kindOf(v Value) string {
	switch x := v.(type) {
	case *graph.Tensor:
		return "Tensor"
	case *graph.Node:
		return "Operation"
	case *Tape:
		return "GradientTape"
	case *model.Variable:
		return "Variable"
	case *model.Table:
		return "Table"
	case *ConcreteFunction:
		return "ConcreteFunction"
	case *model.Function, *inlineFunction:
		return "function"
	case *model.List:
		return "ListWrapper"
	case *model.Dict:
		return "DictWrapper"
	case tensor.DType:
		return "DType"
	case tensor.Shape:
		return "TensorShape"
	case *TensorSpec:
		return "TensorSpec"
	case *Tuple:
		return "tuple"
	case *Composite:
		return x.typ
	}
	return typeName(v)
}

// typeName is the Python name of a value's type.
func typeName(v Value) string {
	switch x := v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64:
		return "int"
	case float64:
		return "float"
	case complex128:
		return "complex"
	case string:
		return "str"
	case python.Bytes:
		return "bytes"
	case python.EllipsisType:
		return "ellipsis"
	case *List:
		return "list"
	case *Tuple:
		if x.Type != nil {
			return x.Type.Name
		}
		return "tuple"
	case *Dict:
		return "dict"
	case *Set:
		return "set"
	case *dictView:
		return "dict_" + x.kind
	case *iterator:
		return x.typ
	case *Slice:
		return "slice"
	case *Range:
		return "range"
	case *Closure, *Builtin, *Method:
		return "function"
	case *Type, *compositeType, *TupleType:
		return "type"
	case *Namespace:
		return "module"
	case *graph.Tensor:
		return "Tensor"
	case *graph.Node:
		return "Operation"
	case *model.Variable, *unread:
		return "Variable"
	case *model.Function, *inlineFunction:
		return "tf.function"
	case *model.Module:
		return "Module"
	case *model.List:
		return "list"
	case *model.Dict:
		return "dict"
	case *model.Table:
		return "StaticHashTable"
	case *model.Asset:
		return "Asset"
	case tensor.DType:
		return "DType"
	case tensor.Shape:
		return "TensorShape"
	case *TensorSpec:
		return "TensorSpec"
	case *Composite:
		return x.typ
	case *Array:
		return "ndarray"
	case *Scalar:
		return x.dtype.String()
	case *Exception:
		return x.Type
	case *Context:
		return x.name
	case *Tape:
		return "GradientTape"
	}
	if n := number(v); n != nil {
		return "int"
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", v), "*trace.")
}
