package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// maxImported bounds the elements of a constant that is read from a GraphDef
// and written out element by element, as a repeated value.
const maxImported = 1 << 28

// TensorValue reads a TensorProto: raw bytes, or a field of its type whose
// last value is repeated (tensorflow/core/framework/tensor.cc, FromProto).
func TensorValue(p *tfpb.TensorProto) (*tensor.Tensor, error) {
	d := tensor.DType(p.GetDtype())
	t := &tensor.Tensor{DType: d, Dims: []int64{}}
	if p.GetTensorShape().GetUnknownRank() {
		return nil, fmt.Errorf("a constant of unknown rank")
	}
	n := int64(1)
	for _, dim := range p.GetTensorShape().GetDim() {
		if dim.Size < 0 || dim.Size > 0 && n > maxImported*16/dim.Size {
			return nil, fmt.Errorf("a constant with a dimension of %d", dim.Size)
		}
		n *= dim.Size
		t.Dims = append(t.Dims, dim.Size)
	}
	if d == tensor.String {
		for _, s := range p.StringVal {
			t.Strings = append(t.Strings, string(s))
		}
		have := int64(len(t.Strings))
		if have > n || have == 0 && n > 0 && n > maxImported || n > maxImported {
			return nil, fmt.Errorf("a constant of %d strings holds %d", n, have)
		}
		last := ""
		if have > 0 {
			last = t.Strings[have-1]
		}
		for ; have < n; have++ {
			t.Strings = append(t.Strings, last)
		}
		return t, nil
	}
	size := int64(d.Size())
	if size == 0 {
		return nil, fmt.Errorf("a constant of dtype %s", d)
	}
	if len(p.TensorContent) > 0 {
		if int64(len(p.TensorContent)) != n*size {
			return nil, fmt.Errorf("a constant of %d bytes holds %d", n*size, len(p.TensorContent))
		}
		t.Data = p.TensorContent
		return t, nil
	}
	if n*size > maxImported {
		return nil, fmt.Errorf("a constant of %d elements without its bytes", n)
	}
	values := fieldValues(p, d)
	have := int64(len(values)) / size
	if have > n {
		return nil, fmt.Errorf("a constant of %d elements holds %d", n, have)
	}
	t.Data = make([]byte, n*size)
	copy(t.Data, values)
	if have > 0 {
		last := values[(have-1)*size:]
		for ; have < n; have++ {
			copy(t.Data[have*size:], last)
		}
	}
	return t, nil
}

// fieldValues reads the values that stand in the field of a type.
func fieldValues(p *tfpb.TensorProto, d tensor.DType) []byte {
	var b []byte
	bits := func(v uint64) { b = tensor.AppendBits(b, d, v) }
	switch d {
	case tensor.Float32:
		for _, v := range p.FloatVal {
			b = tensor.AppendFloat(b, d, float64(v))
		}
	case tensor.Float64:
		for _, v := range p.DoubleVal {
			b = tensor.AppendFloat(b, d, v)
		}
	case tensor.Half, tensor.BFloat16:
		for _, v := range p.HalfVal {
			bits(uint64(v))
		}
	case tensor.Int64:
		for _, v := range p.Int64Val {
			bits(uint64(v))
		}
	case tensor.Uint32:
		for _, v := range p.Uint32Val {
			bits(uint64(v))
		}
	case tensor.Uint64:
		for _, v := range p.Uint64Val {
			bits(v)
		}
	case tensor.Bool:
		for _, v := range p.BoolVal {
			if v {
				bits(1)
			} else {
				bits(0)
			}
		}
	case tensor.Complex64:
		for i := 0; i+1 < len(p.ScomplexVal); i += 2 {
			b = tensor.AppendComplex(b, d, complex(float64(p.ScomplexVal[i]), float64(p.ScomplexVal[i+1])))
		}
	case tensor.Complex128:
		for i := 0; i+1 < len(p.DcomplexVal); i += 2 {
			b = tensor.AppendComplex(b, d, complex(p.DcomplexVal[i], p.DcomplexVal[i+1]))
		}
	case tensor.Float8E5M2, tensor.Float8E4M3FN, tensor.Float8E4M3FNUZ, tensor.Float8E4M3B11, tensor.Float8E5M2FNUZ:
		b = p.Float8Val
	default:
		for _, v := range p.IntVal {
			bits(uint64(int64(v)))
		}
	}
	return b
}

// ShapeValue reads a TensorShapeProto.
func ShapeValue(p *tfpb.TensorShapeProto) tensor.Shape {
	if p.GetUnknownRank() {
		return tensor.UnknownShape()
	}
	dims := make([]int64, len(p.GetDim()))
	for i, d := range p.GetDim() {
		dims[i] = max(d.Size, -1)
	}
	return tensor.ShapeOf(dims...)
}

// AttrValue reads an attribute of the given type, "" where no definition
// gives one.
func AttrValue(p *tfpb.AttrValue, typ string) (any, error) {
	switch v := p.GetValue().(type) {
	case *tfpb.AttrValue_I:
		return v.I, nil
	case *tfpb.AttrValue_F:
		return v.F, nil
	case *tfpb.AttrValue_B:
		return v.B, nil
	case *tfpb.AttrValue_S:
		return string(v.S), nil
	case *tfpb.AttrValue_Type:
		return tensor.DType(v.Type), nil
	case *tfpb.AttrValue_Shape:
		return ShapeValue(v.Shape), nil
	case *tfpb.AttrValue_Tensor:
		return TensorValue(v.Tensor)
	case *tfpb.AttrValue_Func:
		return funcValue(v.Func)
	case *tfpb.AttrValue_List:
		return listValue(v.List, typ)
	case *tfpb.AttrValue_Placeholder:
		return nil, fmt.Errorf("the value is a parameter (%q) of a generic function", v.Placeholder)
	}
	if strings.HasPrefix(typ, "list(") {
		return listValue(&tfpb.AttrValue_ListValue{}, typ)
	}
	return nil, fmt.Errorf("no value")
}

func funcValue(p *tfpb.NameAttrList) (op.Func, error) {
	f := op.Func{Name: p.GetName()}
	for name, a := range p.GetAttr() {
		v, err := AttrValue(a, "")
		if err != nil {
			return f, err
		}
		if f.Attrs == nil {
			f.Attrs = map[string]any{}
		}
		f.Attrs[name] = v
	}
	return f, nil
}

func listValue(l *tfpb.AttrValue_ListValue, typ string) (any, error) {
	switch {
	case len(l.I) > 0 || typ == "list(int)":
		return append([]int64{}, l.I...), nil
	case len(l.F) > 0 || typ == "list(float)":
		return append([]float32{}, l.F...), nil
	case len(l.B) > 0 || typ == "list(bool)":
		return append([]bool{}, l.B...), nil
	case len(l.S) > 0 || typ == "list(string)":
		out := make([]string, len(l.S))
		for i, s := range l.S {
			out[i] = string(s)
		}
		return out, nil
	case len(l.Type) > 0 || typ == "list(type)":
		out := make([]tensor.DType, len(l.Type))
		for i, d := range l.Type {
			out[i] = tensor.DType(d)
		}
		return out, nil
	case len(l.Shape) > 0 || typ == "list(shape)":
		out := make([]tensor.Shape, len(l.Shape))
		for i, s := range l.Shape {
			out[i] = ShapeValue(s)
		}
		return out, nil
	case len(l.Tensor) > 0 || typ == "list(tensor)":
		out := make([]*tensor.Tensor, len(l.Tensor))
		for i, t := range l.Tensor {
			v, err := TensorValue(t)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	case len(l.Func) > 0 || typ == "list(func)":
		out := make([]op.Func, len(l.Func))
		for i, f := range l.Func {
			v, err := funcValue(f)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	return []int64{}, nil
}

// Importer brings nodes of a GraphDef, and the functions that they call, into
// graphs of this program.
type Importer struct {
	library *Library
	outer   *Graph
	defs    map[string]*tfpb.FunctionDef
	made    map[string]*Function
	busy    map[string]bool
}

// NewImporter makes an importer of the functions of a library; outer is the
// outermost graph.
func NewImporter(lib *tfpb.FunctionDefLibrary, outer *Graph) *Importer {
	im := &Importer{library: outer.library, outer: outer, defs: map[string]*tfpb.FunctionDef{}, made: map[string]*Function{}, busy: map[string]bool{}}
	for _, f := range lib.GetFunction() {
		im.defs[f.GetSignature().GetName()] = f
	}
	return im
}

// Nodes is a set of nodes of one graph under import.
type Nodes struct {
	im     *Importer
	g      *Graph
	defs   map[string]*tfpb.NodeDef
	made   map[string]*Node
	given  map[string]*Tensor // tensors that take the place of outputs, "name:0"
	args   map[string]*Tensor // arguments of a function, by name
	inFunc bool
}

// Nodes prepares the nodes of a GraphDef for import into g. given replaces
// tensors: "input:0" → the tensor that stands for it.
func (im *Importer) Nodes(g *Graph, list []*tfpb.NodeDef, given map[string]*Tensor) *Nodes {
	n := &Nodes{im: im, g: g, defs: make(map[string]*tfpb.NodeDef, len(list)), made: map[string]*Node{}, given: given}
	for _, d := range list {
		n.defs[d.GetName()] = d
	}
	return n
}

// Names lists the names of the nodes, sorted.
func (n *Nodes) Names() []string {
	names := make([]string, 0, len(n.defs))
	for name := range n.defs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ErrNoNode is the error of a reference to a node that is not there.
type ErrNoNode struct{ Name string }

func (e *ErrNoNode) Error() string { return fmt.Sprintf("there is no node %q", e.Name) }

// Tensor imports what a tensor needs and gives it.
func (n *Nodes) Tensor(ref string) (*Tensor, error) {
	if t := n.given[ref]; t != nil {
		return t, nil
	}
	if t := n.given[ref+":0"]; t != nil && !strings.Contains(ref, ":") {
		return t, nil
	}
	if t := n.args[ref]; t != nil {
		return t, nil
	}
	name, output, _ := strings.Cut(ref, ":")
	node, err := n.node(name)
	if err != nil {
		return nil, err
	}
	return node.output(output)
}

// output finds an output by "", "1", "arg:1" or "arg".
func (n *Node) output(ref string) (*Tensor, error) {
	if ref == "" {
		ref = "0"
	}
	if i, err := strconv.Atoi(ref); err == nil {
		if i < 0 || i >= len(n.Outputs) {
			return nil, fmt.Errorf("node %q (%s) has %d outputs, no output %d", n.Name, n.Op(), len(n.Outputs), i)
		}
		return n.Outputs[i], nil
	}
	arg, at, _ := strings.Cut(ref, ":")
	i, _ := strconv.Atoi(at)
	base := 0
	for k := range n.Def.Outputs {
		types, err := n.Def.ArgTypes(&n.Def.Outputs[k], n.Attrs)
		if err != nil {
			return nil, err
		}
		if n.Def.Outputs[k].Name == arg && i >= 0 && i < len(types) {
			return n.Outputs[base+i], nil
		}
		base += len(types)
	}
	return nil, fmt.Errorf("node %q (%s) has no output %q", n.Name, n.Op(), ref)
}

// Node imports a node with all that it needs.
func (n *Nodes) node(root string) (*Node, error) {
	// An explicit stack: graphs of files may be deeper than ours.
	type visit struct {
		name  string
		ready bool
	}
	state := map[string]bool{}
	stack := []visit{{name: root}}
	for len(stack) > 0 {
		v := &stack[len(stack)-1]
		if n.made[v.name] != nil {
			stack = stack[:len(stack)-1]
			continue
		}
		d, ok := n.defs[v.name]
		if !ok {
			return nil, &ErrNoNode{v.name}
		}
		if v.ready {
			if err := n.add(d); err != nil {
				return nil, fmt.Errorf("node %q: %w", v.name, err)
			}
			stack = stack[:len(stack)-1]
			continue
		}
		if state[v.name] {
			return nil, fmt.Errorf("node %q needs itself: loops of TensorFlow 1 are not supported in a frozen graph", v.name)
		}
		state[v.name] = true
		v.ready = true
		for _, in := range d.GetInput() {
			if n.given[in] != nil || n.args[in] != nil || n.given[in+":0"] != nil && !strings.Contains(in, ":") {
				continue
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(in, "^"), ":")
			if n.args[name] != nil && strings.HasPrefix(in, "^") {
				continue
			}
			if n.made[name] == nil {
				stack = append(stack, visit{name: name})
			}
		}
	}
	return n.made[root], nil
}

// add makes one node, whose inputs are there.
func (n *Nodes) add(d *tfpb.NodeDef) error {
	def, ok := op.Lookup(d.GetOp())
	if !ok {
		if f, isFunction := n.im.defs[d.GetOp()]; isFunction && f != nil {
			return fmt.Errorf("op %q is a function of the library; calls by name are not supported", d.GetOp())
		}
		return fmt.Errorf("TensorFlow 2.21 has no op %q", d.GetOp())
	}
	var inputs []*Tensor
	var control []*Node
	for _, in := range d.GetInput() {
		if name, isControl := strings.CutPrefix(in, "^"); isControl {
			if n.args[name] != nil || n.given[name+":0"] != nil {
				continue
			}
			control = append(control, n.made[name])
			continue
		}
		t, err := n.Tensor(in)
		if err != nil {
			return err
		}
		inputs = append(inputs, t)
	}
	attrs := map[string]any{}
	var callees []*Function
	for name, p := range d.GetAttr() {
		typ := ""
		if a, ok := def.Attr(name); ok {
			typ = a.Type
		} else if !strings.HasPrefix(name, "_") {
			continue // of an older or newer definition
		}
		if name == outputShapes {
			continue
		}
		v, err := AttrValue(p, typ)
		if err != nil {
			return fmt.Errorf("attribute %s: %w", name, err)
		}
		if v, callees, err = n.im.functions(v, callees); err != nil {
			return err
		}
		attrs[name] = v
	}
	for i := range def.Attrs {
		if a := &def.Attrs[i]; a.HasDefault {
			if _, ok := attrs[a.Name]; !ok {
				attrs[a.Name] = a.Default
			}
		}
	}
	node, err := n.g.Add(NodeSpec{Op: d.GetOp(), Name: d.GetName(), Inputs: inputs, Attrs: attrs, Device: d.GetDevice(), Control: control})
	if err != nil {
		return err
	}
	node.Callees = callees
	if p := d.GetAttr()[outputShapes]; p != nil {
		node.addShapes(p)
	}
	n.made[d.GetName()] = node
	return nil
}

// addShapes adds the static shapes that a file records, where they agree with
// ours.
func (n *Node) addShapes(p *tfpb.AttrValue) {
	for i, s := range p.GetList().GetShape() {
		if i < len(n.Outputs) {
			if m, err := n.Outputs[i].shape.Merge(ShapeValue(s)); err == nil {
				n.Outputs[i].shape = m
			}
		}
	}
}

// functions replaces the names of functions in an attribute by those of the
// imported ones.
func (im *Importer) functions(v any, callees []*Function) (any, []*Function, error) {
	one := func(f op.Func) (op.Func, error) {
		fn, err := im.Function(f.Name)
		if err != nil {
			return f, err
		}
		callees = append(callees, fn)
		return op.Func{Name: fn.Name, Attrs: f.Attrs}, nil
	}
	switch v := v.(type) {
	case op.Func:
		f, err := one(v)
		return f, callees, err
	case []op.Func:
		out := make([]op.Func, len(v))
		for i, f := range v {
			var err error
			if out[i], err = one(f); err != nil {
				return nil, nil, err
			}
		}
		return out, callees, nil
	}
	return v, callees, nil
}

// Function imports a function of the library.
func (im *Importer) Function(name string) (*Function, error) {
	if f := im.made[name]; f != nil {
		return f, nil
	}
	d := im.defs[name]
	if d == nil {
		return nil, fmt.Errorf("the library has no function %q", name)
	}
	if im.busy[name] {
		return nil, fmt.Errorf("function %q calls itself", name)
	}
	im.busy[name] = true
	defer delete(im.busy, name)
	base := strings.TrimRight(name, "0123456789")
	base = strings.TrimSuffix(base, "_")
	g := NewFunc(base, im.outer)
	n := im.Nodes(g, d.GetNodeDef(), nil)
	n.args = map[string]*Tensor{}
	for i, a := range d.GetSignature().GetInputArg() {
		if a.GetTypeAttr() != "" || a.GetNumberAttr() != "" || a.GetTypeListAttr() != "" {
			return nil, fmt.Errorf("function %q: argument %q has no fixed type", name, a.GetName())
		}
		shape := tensor.UnknownShape()
		if s := d.GetArgAttr()[uint32(i)].GetAttr()[outputShapes].GetList().GetShape(); len(s) == 1 {
			shape = ShapeValue(s[0])
		}
		var handle []tensor.HandleData
		for _, h := range a.GetHandleData() {
			handle = append(handle, tensor.HandleData{DType: tensor.DType(h.GetDtype()), Shape: ShapeValue(h.GetShape())})
		}
		n.args[a.GetName()] = g.AddInput(a.GetName(), "", tensor.DType(a.GetType()), shape, handle)
	}
	for _, node := range d.GetNodeDef() {
		if _, err := n.node(node.GetName()); err != nil {
			return nil, fmt.Errorf("function %q: %w", name, err)
		}
	}
	for _, out := range d.GetSignature().GetOutputArg() {
		t, err := n.Tensor(d.GetRet()[out.GetName()])
		if err != nil {
			return nil, fmt.Errorf("function %q: result %q: %w", name, out.GetName(), err)
		}
		g.Outputs = append(g.Outputs, t)
	}
	var control []string
	for _, ret := range d.GetControlRet() {
		control = append(control, ret)
	}
	slices.Sort(control)
	for _, ret := range control {
		node := n.made[ret]
		if node == nil {
			return nil, fmt.Errorf("function %q: control output %q is no node", name, ret)
		}
		g.ControlOutputs = append(g.ControlOutputs, node)
	}
	f := im.library.Finish(g, base)
	im.made[name] = f
	return f, nil
}
