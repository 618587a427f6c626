package trace

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// This file makes functions of op lists (nodes: in a description).

// nodesClosure is the function of a list of nodes: its body adds them.
func (t *thread) nodesClosure(m *model.Function) (*Closure, error) {
	args, defaults, kwDefaults := arguments(m.Spec.Args)
	c := &Closure{Name: m.Name, args: args, defaults: defaults, kwDefaults: kwDefaults,
		src: t.top().src, scope: &scope{vars: map[string]Value{"self": m.Owner}}}
	c.local = namesOf(args, nil).local
	c.native = func(t *thread, vars map[string]Value) (Value, error) {
		b := &nodeBuilder{t: t, fn: m, vars: vars, made: map[string]*graph.Node{}, specs: map[string]*spec.NodeDef{}, busy: map[string]bool{}}
		return b.build()
	}
	return c, nil
}

// nodeBuilder adds the nodes of one function, each after those it needs.
type nodeBuilder struct {
	t     *thread
	fn    *model.Function
	vars  map[string]Value
	specs map[string]*spec.NodeDef
	made  map[string]*graph.Node
	busy  map[string]bool
}

func nodeError(pos spec.Pos, format string, args ...any) error {
	return &Error{Msg: fmt.Sprintf(format, args...), Pos: pos}
}

func (b *nodeBuilder) build() (Value, error) {
	nodes := b.fn.Spec.Nodes
	for _, n := range nodes.Nodes {
		b.specs[n.Name] = n
	}
	for _, n := range nodes.Nodes {
		if _, err := b.node(n.Name, n.NamePos); err != nil {
			return nil, err
		}
	}
	return outputsOf(nodes.Outputs, func(x spec.Text) (Value, error) { return b.tensor(x) })
}

// outputsOf gives the result of a function of nodes or of a graph.
func outputsOf(out spec.Outputs, tensor func(spec.Text) (Value, error)) (Value, error) {
	values := make([]Value, len(out.Items))
	d := NewDict()
	for i, item := range out.Items {
		x, err := tensor(item.Tensor)
		if err != nil {
			return nil, err
		}
		values[i] = x
		d.Set(item.Name, x)
	}
	switch out.Form {
	case spec.SingleOutput:
		return first(values), nil
	case spec.MappingOutput:
		return d, nil
	}
	return &List{Items: values}, nil
}

// node adds a node, after its inputs.
func (b *nodeBuilder) node(name string, at spec.Pos) (*graph.Node, error) {
	if n, ok := b.made[name]; ok {
		return n, nil
	}
	s := b.specs[name]
	if b.busy[name] {
		return nil, nodeError(at, "node %q needs itself: the nodes form a cycle", name)
	}
	b.busy[name] = true
	defer delete(b.busy, name)
	def, ok := op.Lookup(s.Op)
	if !ok {
		err := &Error{Msg: fmt.Sprintf("TensorFlow 2.21 has no op %q", s.Op), Pos: s.OpPos}
		if near := spell.Nearest(s.Op, op.Names()); near != "" {
			err.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		return nil, err
	}
	inputs := make([]*graph.Tensor, len(s.Inputs))
	for i, in := range s.Inputs {
		v, err := b.tensor(in)
		if err != nil {
			return nil, err
		}
		if inputs[i], ok = v.(*graph.Tensor); !ok {
			return nil, nodeError(in.Pos, "%q is %s, not a tensor", in.Value, typeName(v))
		}
	}
	var control []*graph.Node
	for _, c := range s.ControlInputs {
		n, err := b.reference(strings.TrimPrefix(c.Value, "^"), c.Pos)
		if err != nil {
			return nil, err
		}
		control = append(control, n)
	}
	attrs, callees, err := b.attrs(def, s)
	if err != nil {
		return nil, err
	}
	called := s.Op == "PartitionedCall" || s.Op == "StatefulPartitionedCall"
	if called && len(callees) == 1 {
		// What the function captures is passed to it besides.
		if inputs, err = b.t.graph.WithCaptures(inputs, callees[0].Graph.Captures); err != nil {
			return nil, nodeError(s.Pos, "node %q: %v", s.Name, err)
		}
	}
	if err := inferAttrs(def, inputs, attrs); err != nil {
		return nil, nodeError(s.Pos, "node %q: %v", s.Name, err)
	}
	for i := range def.Attrs {
		if a := &def.Attrs[i]; a.HasDefault {
			if _, given := attrs[a.Name]; !given {
				attrs[a.Name] = a.Default
			}
		}
	}
	device, err := canonicalDevice(s.Device)
	if err != nil {
		return nil, nodeError(s.Pos, "node %q: %v", s.Name, err)
	}
	n, err := b.t.graph.Add(graph.NodeSpec{Op: s.Op, Name: s.Name, Inputs: inputs, Attrs: attrs, Device: device, Control: control})
	if err != nil {
		return nil, nodeError(s.Pos, "node %q: %v", s.Name, err)
	}
	n.Callees = callees
	if called && len(callees) == 1 && len(n.Outputs) == len(callees[0].Graph.Outputs) {
		for i, o := range callees[0].Graph.Outputs {
			n.Outputs[i].ReplaceShape(o.Shape())
			n.Outputs[i].Handle = o.Handle
		}
	}
	b.made[name] = n
	return n, nil
}

// reference finds a node by its name.
func (b *nodeBuilder) reference(name string, at spec.Pos) (*graph.Node, error) {
	if _, ok := b.specs[name]; ok {
		return b.node(name, at)
	}
	var names []string
	for n := range b.specs {
		names = append(names, n)
	}
	for n := range b.vars {
		names = append(names, n)
	}
	err := &Error{Msg: fmt.Sprintf("there is no node %q", name), Pos: at}
	slices.Sort(names)
	if near := spell.Nearest(name, names); near != "" {
		err.Hint = fmt.Sprintf("did you mean %q?", near)
	}
	return nil, err
}

// tensor reads an input: an argument, a node, node:output, or self.path.
func (b *nodeBuilder) tensor(x spec.Text) (Value, error) {
	if path, ok := strings.CutPrefix(x.Value, "self."); ok {
		return b.object(path, x.Pos)
	}
	name, output, _ := strings.Cut(x.Value, ":")
	if v, ok := b.vars[name]; ok {
		if _, isNode := b.specs[name]; !isNode {
			return v, nil
		}
	}
	n, err := b.reference(name, x.Pos)
	if err != nil {
		return nil, err
	}
	i, err := outputIndex(n, output)
	if err != nil {
		return nil, nodeError(x.Pos, "%v", err)
	}
	return n.Outputs[i], nil
}

// outputIndex finds an output of a node: "", "1", "values" or "values:0".
func outputIndex(n *graph.Node, output string) (int, error) {
	if output == "" {
		output = "0"
	}
	i, err := strconv.Atoi(output)
	if err != nil {
		arg, at, _ := strings.Cut(output, ":")
		i, _ = strconv.Atoi(at)
		base := 0
		for k := range n.Def.Outputs {
			types, err := n.Def.ArgTypes(&n.Def.Outputs[k], n.Attrs)
			if err != nil {
				return 0, err
			}
			if n.Def.Outputs[k].Name == arg && i < len(types) {
				return base + i, nil
			}
			base += len(types)
		}
		return 0, fmt.Errorf("node %q (%s) has no output %q", n.Name, n.Op(), output)
	}
	if i < 0 || i >= len(n.Outputs) {
		return 0, fmt.Errorf("node %q (%s) has %d outputs, no output %d", n.Name, n.Op(), len(n.Outputs), i)
	}
	return i, nil
}

// object is the tensor that stands for an object of the model.
func (b *nodeBuilder) object(path string, at spec.Pos) (Value, error) {
	var v Value = b.fn.Owner
	for _, step := range strings.Split(path, ".") {
		var err error
		switch x := v.(type) {
		case *model.Module:
			v, err = b.t.modelAttr(x, step)
		case *model.List:
			i, convErr := strconv.Atoi(step)
			if convErr != nil || i < 0 || i >= len(x.Items) {
				return nil, nodeError(at, "%q: the list has %d elements", "self."+path, len(x.Items))
			}
			v = b.t.tr.objectValue(x.Items[i])
		case *model.Dict:
			v, err = b.t.getItem(x, step)
		default:
			return nil, nodeError(at, "%q: %s has no parts", "self."+path, typeName(v))
		}
		if err != nil {
			return nil, nodeError(at, "%q: %v", "self."+path, err)
		}
	}
	switch x := v.(type) {
	case *model.Variable:
		return b.t.handle(x, "resource")
	case *model.Table:
		return b.t.handle(x, "")
	case *model.Asset:
		return b.t.handle(x, "")
	case *graph.Tensor:
		return b.t.capture(x, "")
	}
	x, err := b.t.convert(v, tensor.Invalid, tensor.Invalid, "")
	if err != nil {
		return nil, nodeError(at, "%q is %s, not a variable, table, asset or constant", "self."+path, typeName(v))
	}
	return x, nil
}

// attrs reads the attributes that are given.
func (b *nodeBuilder) attrs(def *op.Def, s *spec.NodeDef) (map[string]any, []*graph.Function, error) {
	attrs := map[string]any{}
	var callees []*graph.Function
	for _, p := range s.Attrs {
		a, ok := def.Attr(p.Name)
		if !ok && strings.HasPrefix(p.Name, "_") {
			v, err := plainAttr(p.Value)
			if err != nil {
				return nil, nil, nodeError(p.Value.Pos, "attribute %s: %v", p.Name, err)
			}
			attrs[p.Name] = v
			continue
		}
		if !ok {
			var names []string
			for _, x := range def.Attrs {
				names = append(names, x.Name)
			}
			err := &Error{Msg: fmt.Sprintf("op %s has no attribute %q", def.Name, p.Name), Pos: p.Pos}
			if near := spell.Nearest(p.Name, names); near != "" {
				err.Hint = fmt.Sprintf("did you mean %q?", near)
			} else if len(names) > 0 {
				err.Hint = "it has " + strings.Join(names, ", ")
			}
			return nil, nil, err
		}
		v, fns, err := b.attr(a, p.Value)
		if err != nil {
			return nil, nil, err
		}
		callees = append(callees, fns...)
		attrs[p.Name] = v
	}
	return attrs, callees, nil
}

// attr reads one attribute by the type that the op gives it.
func (b *nodeBuilder) attr(a *op.AttrDef, v spec.Value) (any, []*graph.Function, error) {
	var fns []*graph.Function
	var resolve func(typ string, v spec.Value) (Value, error)
	resolve = func(typ string, v spec.Value) (Value, error) {
		switch typ {
		case "tensor":
			return b.tensorAttr(v)
		case "func":
			c, err := b.functionAttr(v)
			if err == nil {
				fns = append(fns, c.Func)
			}
			return c, err
		}
		return literal(v), nil
	}
	var value Value
	var err error
	if elem, isList := strings.CutPrefix(a.Type, "list("); isList {
		items, ok := v.V.([]spec.Value)
		if !ok {
			return nil, nil, nodeError(v.Pos, "attribute %s is a %s, not %s", a.Name, a.Type, v.What())
		}
		list := &List{}
		for _, item := range items {
			x, err := resolve(strings.TrimSuffix(elem, ")"), item)
			if err != nil {
				return nil, nil, err
			}
			list.Items = append(list.Items, x)
		}
		value = list
	} else if value, err = resolve(a.Type, v); err != nil {
		return nil, nil, err
	}
	out, err := b.t.attrValue(a, value)
	if err != nil {
		if e, ok := err.(*Error); ok {
			return nil, nil, nodeError(v.Pos, "attribute %s: %s", a.Name, e.Msg)
		}
		return nil, nil, err
	}
	return out, fns, nil
}

// tensorAttr reads the value of a tensor attribute: {value:, dtype:, shape:},
// or a plain value.
func (b *nodeBuilder) tensorAttr(v spec.Value) (Value, error) {
	value, dtype := v, tensor.Invalid
	var dims []int64
	if entries, ok := v.V.([]spec.Entry); ok {
		value = spec.Value{Pos: v.Pos}
		for _, e := range entries {
			switch e.Key.V {
			case "value":
				value = e.Value
			case "dtype":
				name, _ := e.Value.V.(string)
				d, ok := tensor.ParseDType(name)
				if !ok {
					return nil, nodeError(e.Value.Pos, "unknown dtype %q", name)
				}
				dtype = d
			case "shape":
				s, err := b.t.shape(literal(e.Value))
				if err != nil || !s.FullyDefined() {
					return nil, nodeError(e.Value.Pos, "the shape of a tensor attribute must be a list of integers")
				}
				dims = s.Dims()
			default:
				return nil, nodeError(e.Key.Pos, "unknown key %v in a tensor; it has value, dtype and shape", e.Key.V)
			}
		}
	}
	x, err := b.t.hostTensor(literal(value), dtype, dims)
	if err != nil {
		if e, ok := err.(*Error); ok {
			return nil, nodeError(value.Pos, "%s", e.Msg)
		}
		return nil, err
	}
	return b.t.arrayOf(x)
}

// functionAttr finds the function that a func attribute names: a function of
// the object, by its path.
func (b *nodeBuilder) functionAttr(v spec.Value) (*ConcreteFunction, error) {
	path, ok := v.V.(string)
	if !ok {
		return nil, nodeError(v.Pos, "a func attribute is the path of a function, not %s", v.What())
	}
	var at Value = b.fn.Owner
	for _, step := range strings.Split(strings.TrimPrefix(path, "self."), ".") {
		m, ok := at.(*model.Module)
		if !ok {
			return nil, nodeError(v.Pos, "there is no function %q", path)
		}
		x, err := b.t.modelAttr(m, step)
		if err != nil {
			return nil, nodeError(v.Pos, "there is no function %q", path)
		}
		at = x
	}
	m, ok := at.(*model.Function)
	if !ok {
		return nil, nodeError(v.Pos, "%q is %s, not a function", path, typeName(at))
	}
	f, err := b.t.function(m)
	if err != nil {
		return nil, err
	}
	if f.signature == nil && len(f.traces) != 1 {
		return nil, nodeError(v.Pos, "function %q needs an input_signature to be used as an attribute", path)
	}
	if f.signature == nil {
		return f.traces[0], nil
	}
	return b.t.concrete(f, &callArgs{pos: f.signature.Items})
}

// plainAttr reads an attribute that no op defines, such as _class.
func plainAttr(v spec.Value) (any, error) {
	switch x := v.V.(type) {
	case bool, int64, string:
		return x, nil
	case float64:
		return float32(x), nil
	case []spec.Value:
		if len(x) == 0 {
			return []int64{}, nil
		}
		switch x[0].V.(type) {
		case int64:
			return plainList[int64](x)
		case string:
			return plainList[string](x)
		case bool:
			return plainList[bool](x)
		}
	}
	return nil, fmt.Errorf("%s cannot be the value of an attribute without a definition", v.What())
}

func plainList[T any](items []spec.Value) ([]T, error) {
	out := make([]T, len(items))
	for i, v := range items {
		x, ok := v.V.(T)
		if !ok {
			return nil, fmt.Errorf("the list is of mixed types")
		}
		out[i] = x
	}
	return out, nil
}

// inferAttrs fills in the attributes that follow from the inputs: types, and
// the lengths of lists.
func inferAttrs(def *op.Def, inputs []*graph.Tensor, attrs map[string]any) error {
	counts, err := countInputs(def, len(inputs), attrs)
	if err != nil {
		return err
	}
	at := 0
	set := func(name string, v any) error {
		if have, ok := attrs[name]; ok {
			if !op.EqualAttr(have, v) {
				return fmt.Errorf("attribute %s is %v, but the inputs ask for %v", name, have, v)
			}
			return nil
		}
		attrs[name] = v
		return nil
	}
	for i := range def.Inputs {
		a := &def.Inputs[i]
		part := inputs[at : at+counts[i]]
		at += counts[i]
		if a.NumberAttr != "" {
			if err := set(a.NumberAttr, int64(len(part))); err != nil {
				return err
			}
		}
		if a.TypeListAttr != "" {
			types := make([]tensor.DType, len(part))
			for k, x := range part {
				types[k] = x.DType.Base()
			}
			if err := set(a.TypeListAttr, types); err != nil {
				return err
			}
		}
		if a.TypeAttr != "" && len(part) > 0 {
			if err := set(a.TypeAttr, part[0].DType.Base()); err != nil {
				return err
			}
		}
	}
	return nil
}

// countInputs says how many tensors each input argument takes: the attributes
// tell, and of one list the length follows.
func countInputs(def *op.Def, n int, attrs map[string]any) ([]int, error) {
	counts := make([]int, len(def.Inputs))
	open, total := -1, 0
	for i := range def.Inputs {
		a := &def.Inputs[i]
		counts[i] = 1
		switch {
		case a.NumberAttr != "":
			if k, ok := attrs[a.NumberAttr].(int64); ok {
				counts[i] = int(k)
			} else if open < 0 {
				open, counts[i] = i, 0
			} else {
				return nil, fmt.Errorf("op %s takes several lists: say how long they are with attribute %s", def.Name, a.NumberAttr)
			}
		case a.TypeListAttr != "":
			if types, ok := attrs[a.TypeListAttr].([]tensor.DType); ok {
				counts[i] = len(types)
			} else if open < 0 {
				open, counts[i] = i, 0
			} else {
				return nil, fmt.Errorf("op %s takes several lists: say their types with attribute %s", def.Name, a.TypeListAttr)
			}
		}
		total += counts[i]
	}
	if open >= 0 && n >= total {
		counts[open] = n - total
		total = n
	}
	if total != n {
		return nil, fmt.Errorf("op %s takes %d inputs, not %d", def.Name, total, n)
	}
	return counts, nil
}
