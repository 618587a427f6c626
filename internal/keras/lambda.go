package keras

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// Layers of Keras 2 that stand for what was done to symbolic tensors without a
// layer (tf_keras/src/layers/core/tf_op_layer.py, tf_keras 2.21).
const (
	opLambda         = "TFOpLambda"        // tf.nn.relu(x)
	slicingLambda    = "SlicingOpLambda"   // x[:, 0]
	instanceProperty = "InstanceProperty"  // x.values
	instanceMethod   = "InstanceMethod"    // x.to_tensor()
	classMethod      = "ClassMethod"       // tf.RaggedTensor.from_tensor(x)
	tensorFlowOp     = "TensorFlowOpLayer" // a node of a graph
)

// isLambda tells those layers.
func (m *member) isLambda() bool {
	switch m.class {
	case opLambda, slicingLambda, instanceProperty, instanceMethod, classMethod, tensorFlowOp:
		return true
	}
	return false
}

// lambdaText writes what such a layer stands for.
func (w *writer) lambdaText(m *member, c *call, tensor func(*argument) string) (string, bool) {
	switch m.class {
	case slicingLambda:
		if spec := c.keyword("slice_spec"); spec != nil && len(c.args) == 1 {
			return w.expr(c.args[0], tensor) + "[" + w.subscripts(spec, tensor) + "]", true
		}
	case instanceProperty, instanceMethod, classMethod:
		return w.memberText(m, c, tensor)
	case tensorFlowOp:
		return w.nodeText(m, c, tensor)
	}
	function, ok := w.dotted(m, "function")
	if !ok {
		return "", false
	}
	name := "tf." + function
	if operator, ok := strings.CutPrefix(function, "__operators__."); ok {
		name = "operator_" + operator
		if !w.b.tracer.Defines(w.b.lib, name) {
			w.b.errs.Add(m.pos, "layer %q (%s): unknown operator %q", m.name, m.class, function)
			return "", false
		}
	} else if v1, ok := strings.CutPrefix(function, "compat.v1."); ok {
		name = "tf." + v1
		if own := "compat_v1_" + strings.ReplaceAll(v1, ".", "_"); w.b.tracer.Defines(w.b.lib, own) {
			name = own
		}
	}
	return w.callText(name+"(", m, c, tensor, false), true
}

func (c *call) keyword(name string) *argument {
	for _, k := range c.kwargs {
		if k.name == name {
			return k.value
		}
	}
	return nil
}

// dotted reads an option that is a name in TensorFlow.
func (w *writer) dotted(m *member, option string) (string, bool) {
	name, _ := text(m.config, option)
	for _, part := range strings.Split(name, ".") {
		if part == "" || identifier(part, "") != part {
			w.b.errs.Add(m.pos, "layer %q (%s): %s is %s, which is no name", m.name, m.class, option, strconv.Quote(name))
			return "", false
		}
	}
	return name, true
}

// memberText writes a property or a method of a tensor, or a method of a class.
func (w *writer) memberText(m *member, c *call, tensor func(*argument) string) (string, bool) {
	var of string
	var args []*argument
	attr := "attr_name"
	switch {
	case m.class == classMethod:
		attr = "method_name"
		class, ok := w.dotted(m, "cls_symbol")
		if !ok {
			return "", false
		}
		of = "tf." + class
		for _, a := range c.args { // one: the list of the arguments
			args = append(args, a.items...)
		}
	case len(c.args) != 1:
		w.b.errs.Add(c.pos, "layer %q (%s): want one tensor, not %d", m.name, m.class, len(c.args))
		return "", false
	default:
		of = w.expr(c.args[0].single(), tensor)
		if given := c.keyword("args"); given != nil {
			args = given.items
		}
	}
	name, ok := w.dotted(m, attr)
	if !ok {
		return "", false
	}
	if m.class == instanceProperty {
		return of + "." + name, true
	}
	var parts []string
	for _, a := range args {
		parts = append(parts, w.expr(a, tensor))
	}
	if given := c.keyword("kwargs"); given != nil {
		for i, key := range given.keys {
			if !isIdentifier(key) {
				w.b.errs.Add(given.pos, "layer %q (%s): %q is no name of an argument", m.name, m.class, key)
				return "", false
			}
			parts = append(parts, key+"="+w.expr(given.items[i], tensor))
		}
	}
	return of + "." + name + "(" + strings.Join(parts, ", ") + ")", true
}

// subscripts writes a slice_spec.
func (w *writer) subscripts(a *argument, tensor func(*argument) string) string {
	if a.kind != listArgument && a.kind != tupleArgument {
		a = &argument{items: []*argument{a}}
	}
	var out []string
	for _, item := range a.items {
		if item.kind == dictArgument { // {"start": …, "stop": …, "step": …}
			part := map[string]string{"start": "None", "stop": "None", "step": "None"}
			for i, key := range item.keys {
				part[key] = w.expr(item.items[i], tensor)
			}
			out = append(out, "slice("+part["start"]+", "+part["stop"]+", "+part["step"]+")")
			continue
		}
		out = append(out, w.expr(item, tensor))
	}
	return strings.Join(out, ", ")
}

// nodeText writes the node that a TensorFlowOpLayer has as a call of
// tf.raw_ops. TensorFlow 2.0 to 2.3 made such layers (tf_keras/src/engine/base_layer.py,
// tf_keras 2.21).
func (w *writer) nodeText(m *member, c *call, tensorText func(*argument) string) (string, bool) {
	fail := func(format string, args ...any) (string, bool) {
		w.b.errs.Add(m.pos, "layer %q (%s): %s", m.name, m.class, fmt.Sprintf(format, args...))
		return "", false
	}
	node, err := readNodeDef(m.config)
	if err != nil {
		return fail("%v", err)
	}
	def, ok := op.Lookup(node.Op)
	if !ok {
		return fail("TensorFlow has no op %q; the nearest is %s", node.Op, spell.Nearest(node.Op, op.Names()))
	}
	attrs := map[string]any{}
	for i := range def.Attrs {
		a := &def.Attrs[i]
		if p, ok := node.Attr[a.Name]; ok {
			if attrs[a.Name], err = graph.AttrValue(p, a.Type); err != nil {
				return fail("attribute %s of %s: %v", a.Name, node.Op, err)
			}
		}
	}
	types, err := def.InputTypes(attrs)
	if err != nil {
		return fail("%v", err)
	}
	var inputs []string
	for _, a := range c.args {
		a.each(func(t *argument) { inputs = append(inputs, tensorText(t)) })
	}
	constants, _ := m.config.Get("constants")
	entries, _ := constants.V.([]spec.Entry)
	for _, e := range entries {
		key, _ := e.Key.V.(string)
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i > len(inputs) || i >= len(types) {
			return fail("constant %q is for no input of %s", key, node.Op)
		}
		value := e.Value
		if a := w.b.argument(value); a.kind == arrayArgument {
			value, _ = a.plain.Get("value")
		}
		inputs = slices.Insert(inputs, i, fmt.Sprintf("tf.constant(%s, %q)", literal(value), types[i]))
	}
	if len(inputs) != len(types) {
		return fail("%s takes %d tensors, here are %d", node.Op, len(types), len(inputs))
	}
	var args []string
	inferred := map[string]bool{}
	at := 0
	for i := range def.Inputs {
		a := &def.Inputs[i]
		inferred[a.TypeAttr], inferred[a.NumberAttr], inferred[a.TypeListAttr] = true, true, true
		list, _ := def.ArgTypes(a, attrs) // InputTypes has done the same
		text := strings.Join(inputs[at:at+len(list)], ", ")
		if a.NumberAttr != "" || a.TypeListAttr != "" {
			text = "[" + text + "]"
		}
		at += len(list)
		args = append(args, trace.RawKeyword(def, a.Name)+"="+text)
	}
	for i := range def.Attrs {
		name := def.Attrs[i].Name
		v, given := attrs[name]
		if inferred[name] || !given {
			continue
		}
		text, ok := attrText(v)
		if !ok {
			return fail("attribute %s of %s: a layer cannot have a %s", name, node.Op, def.Attrs[i].Type)
		}
		args = append(args, trace.RawKeyword(def, name)+"="+text)
	}
	return "tf.raw_ops." + node.Op + "(" + strings.Join(args, ", ") + ")", true
}

// readNodeDef reads the option node_def: a NodeDef in protobuf's JSON form, in
// TensorFlow 2.0 and 2.1 a string of it.
func readNodeDef(config spec.Value) (*tfpb.NodeDef, error) {
	v, _ := config.Get("node_def")
	node := &tfpb.NodeDef{}
	fromJSON := protojson.UnmarshalOptions{DiscardUnknown: true}
	if s, ok := v.V.(string); ok {
		if err := fromJSON.Unmarshal([]byte(s), node); err == nil {
			return node, nil
		}
		if err := proto.Unmarshal([]byte(s), node); err != nil || node.Op == "" {
			return nil, fmt.Errorf("node_def is no NodeDef")
		}
		return node, nil
	}
	b, err := json.Marshal(v.Plain())
	if err != nil {
		return nil, err
	}
	if err := fromJSON.Unmarshal(b, node); err != nil || node.Op == "" {
		return nil, fmt.Errorf("node_def is no NodeDef")
	}
	return node, nil
}

// attrText writes the value of an attribute as Python; false for tensors and
// functions.
func attrText(v any) (string, bool) {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10), true
	case float32:
		return floatLiteral(float64(v)), true
	case bool:
		if v {
			return "True", true
		}
		return "False", true
	case string:
		return strconv.Quote(v), true
	case tensor.DType:
		return fmt.Sprintf("tf.as_dtype(%q)", v), true
	case tensor.Shape:
		if !v.Known() {
			return "tf.TensorShape(None)", true
		}
		return literal(shapeValue(v, spec.Pos{})), true
	case []int64:
		return attrTexts(v)
	case []float32:
		return attrTexts(v)
	case []bool:
		return attrTexts(v)
	case []string:
		return attrTexts(v)
	case []tensor.DType:
		return attrTexts(v)
	case []tensor.Shape:
		return attrTexts(v)
	}
	return "", false
}

func attrTexts[T any](list []T) (string, bool) {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i], _ = attrText(v)
	}
	return "[" + strings.Join(parts, ", ") + "]", true
}
