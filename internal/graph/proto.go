package graph

import (
	"fmt"
	"sort"
	"strconv"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// FuncAttr is the value of a func attribute that names f.
func FuncAttr(f *Function) op.Func { return op.Func{Name: f.Name} }

// outputShapes is the attribute in which TensorFlow keeps the static shapes of
// a node's outputs.
const outputShapes = "_output_shapes"

// inputShapesAttr is the attribute of a function with the shapes of its inputs.
const inputShapesAttr = "_input_shapes"

// ShapeProto writes a static shape.
func ShapeProto(s tensor.Shape) *tfpb.TensorShapeProto {
	if !s.Known() {
		return &tfpb.TensorShapeProto{UnknownRank: true}
	}
	p := &tfpb.TensorShapeProto{}
	for _, d := range s.Dims() {
		p.Dim = append(p.Dim, &tfpb.TensorShapeProto_Dim{Size: d})
	}
	return p
}

// TensorProto writes a value the way tf.make_tensor_proto does: strings and
// bools as lists, one number in the field of its type, several numbers as
// bytes (tensorflow/python/framework/tensor_util.py, TF 2.21).
func TensorProto(t *tensor.Tensor) *tfpb.TensorProto {
	p := &tfpb.TensorProto{Dtype: tfpb.DataType(t.DType), TensorShape: ShapeProto(t.Shape())}
	n := t.NumElements()
	if t.Repeated && n > 1 {
		one := &tensor.Tensor{DType: t.DType, Dims: []int64{}}
		if t.DType == tensor.String {
			one.Strings = t.Strings[:1]
		} else {
			one.Data = t.Data[:t.DType.Size()]
		}
		q := TensorProto(one)
		q.TensorShape = p.TensorShape
		return q
	}
	switch {
	case t.DType == tensor.String:
		for _, s := range t.Strings {
			p.StringVal = append(p.StringVal, []byte(s))
		}
	case t.DType == tensor.Bool:
		for _, b := range t.Data {
			p.BoolVal = append(p.BoolVal, b != 0)
		}
	case n == 0:
	case n > 1 && inContent(t.DType):
		p.TensorContent = t.Data
	default:
		numbersProto(p, t)
	}
	return p
}

// inContent tells which types several numbers of are written as bytes
// (_TENSOR_CONTENT_TYPES in tensor_util.py, TF 2.21).
func inContent(d tensor.DType) bool {
	switch d {
	case tensor.Uint16, tensor.Complex64, tensor.Complex128, tensor.Int4, tensor.Uint4, tensor.Int2, tensor.Uint2:
		return false
	}
	return true
}

// numbersProto writes numbers into the field of their type.
func numbersProto(p *tfpb.TensorProto, t *tensor.Tensor) {
	for i := range int(t.NumElements()) {
		switch t.DType {
		case tensor.Float32:
			p.FloatVal = append(p.FloatVal, float32(t.Float(i)))
		case tensor.Float64:
			p.DoubleVal = append(p.DoubleVal, t.Float(i))
		case tensor.Half, tensor.BFloat16:
			p.HalfVal = append(p.HalfVal, int32(t.Bits(i)))
		case tensor.Int64:
			p.Int64Val = append(p.Int64Val, t.Int(i))
		case tensor.Uint32:
			p.Uint32Val = append(p.Uint32Val, uint32(t.Bits(i)))
		case tensor.Uint64:
			p.Uint64Val = append(p.Uint64Val, t.Bits(i))
		case tensor.Complex64:
			p.ScomplexVal = append(p.ScomplexVal, float32(part(t, 2*i)), float32(part(t, 2*i+1)))
		case tensor.Complex128:
			p.DcomplexVal = append(p.DcomplexVal, part(t, 2*i), part(t, 2*i+1))
		case tensor.Int32, tensor.Int16, tensor.Int8, tensor.Uint8, tensor.Uint16,
			tensor.QInt8, tensor.QInt16, tensor.QInt32, tensor.QUint8, tensor.QUint16,
			tensor.Int4, tensor.Uint4, tensor.Int2, tensor.Uint2:
			p.IntVal = append(p.IntVal, int32(t.Int(i)))
		case tensor.Float8E5M2, tensor.Float8E4M3FN, tensor.Float8E4M3FNUZ, tensor.Float8E4M3B11, tensor.Float8E5M2FNUZ:
			p.Float8Val = t.Data
		default:
			p.TensorContent = t.Data
		}
	}
}

// part is the i-th of the real and imaginary parts of complex numbers.
func part(t *tensor.Tensor, i int) float64 {
	r := t.DType.Real()
	size := r.Size()
	return (&tensor.Tensor{DType: r, Dims: []int64{}, Data: t.Data[i*size : (i+1)*size]}).Float(0)
}

// AttrProto writes an attribute's value.
func AttrProto(v any) *tfpb.AttrValue {
	a := &tfpb.AttrValue{}
	list := &tfpb.AttrValue_ListValue{}
	switch v := v.(type) {
	case int64:
		a.Value = &tfpb.AttrValue_I{I: v}
	case float32:
		a.Value = &tfpb.AttrValue_F{F: v}
	case bool:
		a.Value = &tfpb.AttrValue_B{B: v}
	case string:
		a.Value = &tfpb.AttrValue_S{S: []byte(v)}
	case tensor.DType:
		a.Value = &tfpb.AttrValue_Type{Type: tfpb.DataType(v)}
	case tensor.Shape:
		a.Value = &tfpb.AttrValue_Shape{Shape: ShapeProto(v)}
	case *tensor.Tensor:
		a.Value = &tfpb.AttrValue_Tensor{Tensor: TensorProto(v)}
	case op.Func:
		a.Value = &tfpb.AttrValue_Func{Func: funcProto(v)}
	case []int64:
		list.I = v
	case []float32:
		list.F = v
	case []bool:
		list.B = v
	case []string:
		for _, s := range v {
			list.S = append(list.S, []byte(s))
		}
	case []tensor.DType:
		for _, d := range v {
			list.Type = append(list.Type, tfpb.DataType(d))
		}
	case []tensor.Shape:
		for _, s := range v {
			list.Shape = append(list.Shape, ShapeProto(s))
		}
	case []*tensor.Tensor:
		for _, t := range v {
			list.Tensor = append(list.Tensor, TensorProto(t))
		}
	case []op.Func:
		for _, f := range v {
			list.Func = append(list.Func, funcProto(f))
		}
	default:
		panic(fmt.Sprintf("internal error: attribute value of type %T", v))
	}
	if a.Value == nil {
		a.Value = &tfpb.AttrValue_List{List: list}
	}
	return a
}

func funcProto(f op.Func) *tfpb.NameAttrList {
	p := &tfpb.NameAttrList{Name: f.Name}
	if len(f.Attrs) > 0 {
		p.Attr = map[string]*tfpb.AttrValue{}
		for name, v := range f.Attrs {
			p.Attr[name] = AttrProto(v)
		}
	}
	return p
}

// nodeProto writes a node; inputs are the names of its data inputs and rename
// gives the names of other nodes. Attributes that equal their defaults are
// left out, as the SavedModel format asks.
func (n *Node) nodeProto(name string, inputs []string, control []string) *tfpb.NodeDef {
	p := &tfpb.NodeDef{Name: name, Op: n.Def.Name, Device: n.Device, Attr: make(map[string]*tfpb.AttrValue, len(n.Attrs)+1)}
	p.Input = inputs
	for _, c := range control {
		p.Input = append(p.Input, "^"+c)
	}
	for attr, v := range n.Attrs {
		if def, ok := n.Def.Attr(attr); ok && def.HasDefault && op.EqualAttr(def.Default, v) {
			continue
		}
		if d, ok := v.(tensor.DType); ok {
			p.Attr[attr] = n.Graph.library.common.dtype(d)
		} else {
			p.Attr[attr] = AttrProto(v)
		}
	}
	if len(n.Outputs) > 0 || n.Graph.Outer != nil {
		p.Attr[outputShapes] = n.Graph.library.common.shapes(n.Outputs)
	}
	return p
}

// commonAttrs holds the attribute values that many nodes have, so that the
// nodes can share them: they take most of the memory of a large model.
type commonAttrs struct {
	byDType map[tensor.DType]*tfpb.AttrValue
	byShape map[string]*tfpb.AttrValue
}

func (c *commonAttrs) dtype(d tensor.DType) *tfpb.AttrValue {
	if c.byDType == nil {
		c.byDType = map[tensor.DType]*tfpb.AttrValue{}
	}
	a, ok := c.byDType[d]
	if !ok {
		a = AttrProto(d)
		c.byDType[d] = a
	}
	return a
}

// shapes is the list of the static shapes of a node's outputs.
func (c *commonAttrs) shapes(outputs []*Tensor) *tfpb.AttrValue {
	shapes := make([]tensor.Shape, len(outputs))
	for i, t := range outputs {
		shapes[i] = t.shape
	}
	if len(shapes) > 1 {
		return AttrProto(shapes)
	}
	key := ""
	if len(shapes) == 1 {
		key = shapes[0].String()
	}
	if c.byShape == nil {
		c.byShape = map[string]*tfpb.AttrValue{}
	}
	a, ok := c.byShape[key]
	if !ok {
		a = AttrProto(shapes)
		c.byShape[key] = a
	}
	return a
}

// Proto writes a main graph, with the functions of its library.
func (g *Graph) Proto() *tfpb.GraphDef {
	p := &tfpb.GraphDef{
		Versions: &tfpb.VersionDef{Producer: Producer, MinConsumer: 12},
		Library:  &tfpb.FunctionDefLibrary{},
	}
	for _, n := range g.Nodes {
		inputs := make([]string, len(n.Inputs))
		for i, t := range n.Inputs {
			if inputs[i] = t.Node.Name; t.Index > 0 {
				inputs[i] += ":" + strconv.Itoa(t.Index)
			}
		}
		p.Node = append(p.Node, n.nodeProto(n.Name, inputs, sortedNames(n.Control)))
	}
	for _, f := range g.library.functions {
		p.Library.Function = append(p.Library.Function, f.Proto())
	}
	return p
}

// Producer is the GraphDef version of TensorFlow 2.21.
const Producer = 2474

// Proto writes the function
// (tensorflow/core/framework/graph_to_functiondef.cc, TF 2.21).
func (f *Function) Proto() *tfpb.FunctionDef {
	g := f.Graph
	inputs := g.AllInputs()
	p := &tfpb.FunctionDef{
		Signature:  &tfpb.OpDef{Name: f.Name, IsStateful: f.Stateful()},
		Attr:       map[string]*tfpb.AttrValue{},
		Ret:        map[string]string{},
		ControlRet: map[string]string{},
		ArgAttr:    map[uint32]*tfpb.FunctionDef_ArgAttrs{},
	}
	names := nameSet{}
	isInput := make(map[*Tensor]string, len(inputs))
	inputShapes := make([]tensor.Shape, len(inputs))
	for i, t := range inputs {
		name := names.unique(argName(t.Node.Name))
		isInput[t] = name
		inputShapes[i] = t.shape
		p.Signature.InputArg = append(p.Signature.InputArg, argProto(name, t))
		attrs := map[string]*tfpb.AttrValue{}
		if t.Node.UserName != "" {
			attrs["_user_specified_name"] = AttrProto(t.Node.UserName)
		}
		if t.DType != tensor.Resource {
			// As declared: what the body has learnt of it since does not count.
			attrs[outputShapes] = AttrProto([]tensor.Shape{t.Node.Attrs["shape"].(tensor.Shape)})
		}
		if v, ok := t.Node.Attrs[manualControl]; ok {
			attrs[manualControl] = AttrProto(v)
		}
		if len(attrs) > 0 {
			p.ArgAttr[uint32(i)] = &tfpb.FunctionDef_ArgAttrs{Attr: attrs}
		}
	}
	p.Attr[inputShapesAttr] = AttrProto(inputShapes)
	if len(inputs) == 0 {
		p.Attr[inputShapesAttr] = &tfpb.AttrValue{} // no value, as TensorFlow writes it
	}
	for name, v := range f.Attrs {
		p.Attr[name] = AttrProto(v)
	}

	outNames := make([]string, len(g.Outputs))
	for i, t := range g.Outputs {
		outNames[i] = names.unique(argName(t.Node.Name))
		p.Signature.OutputArg = append(p.Signature.OutputArg, argProto(outNames[i], t))
	}
	nodeNames := make([]string, len(g.Nodes))
	for i, n := range g.Nodes {
		if n.Def != placeholderDef || isInput[n.Outputs[0]] == "" {
			nodeNames[i] = names.unique(n.Name)
		}
	}
	ref := func(t *Tensor) string {
		if name, ok := isInput[t]; ok {
			return name
		}
		return nodeNames[t.Node.ID] + ":" + t.portName()
	}
	for i, n := range g.Nodes {
		if nodeNames[i] == "" {
			continue
		}
		in := make([]string, len(n.Inputs))
		for j, t := range n.Inputs {
			in[j] = ref(t)
		}
		var control []string
		for _, c := range n.Control {
			if name := nodeNames[c.ID]; name != "" {
				control = append(control, name)
			} else {
				control = append(control, isInput[c.Outputs[0]])
			}
		}
		sort.Strings(control)
		p.NodeDef = append(p.NodeDef, n.nodeProto(nodeNames[i], in, control))
	}
	for i, t := range g.Outputs {
		p.Ret[outNames[i]] = ref(t)
	}
	for _, n := range g.ControlOutputs {
		name := nodeNames[n.ID]
		p.Signature.ControlOutput = append(p.Signature.ControlOutput, name)
		p.ControlRet[name] = name
	}
	sort.Strings(p.Signature.ControlOutput)
	return p
}

func argProto(name string, t *Tensor) *tfpb.OpDef_ArgDef {
	p := &tfpb.OpDef_ArgDef{Name: name, Type: tfpb.DataType(t.DType)}
	if t.DType != tensor.Resource {
		return p // what is known of a list of tensors is not recorded
	}
	for _, h := range t.Handle {
		p.HandleData = append(p.HandleData, &tfpb.ResourceHandleProto_DtypeAndShape{
			Dtype: tfpb.DataType(h.DType), Shape: ShapeProto(h.Shape),
		})
	}
	return p
}

// portName names an output the way FunctionDefs refer to it: the output
// argument of the op and the index within it, "product:0".
func (t *Tensor) portName() string {
	index := t.Index
	for i := range t.Node.Def.Outputs {
		arg := &t.Node.Def.Outputs[i]
		n := 1
		if arg.NumberAttr != "" || arg.TypeListAttr != "" {
			types, err := t.Node.Def.ArgTypes(arg, t.Node.Attrs)
			if err != nil {
				panic("internal error: " + err.Error()) // checked when the node was made
			}
			n = len(types)
		}
		if index < n {
			return arg.Name + ":" + strconv.Itoa(index)
		}
		index -= n
	}
	panic("internal error: output out of range")
}
