package savedmodel

import (
	"fmt"
	"strconv"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// encoder writes Python structures as StructuredValues
// (nested_structure_coder.py, TF 2.21).
type encoder struct{ tracer *trace.Tracer }

// encode writes a structure of specs and plain values, or of tensors; path is
// what leads to v, and names a tensor.
func (e encoder) encode(v trace.Value, path ...string) (*tfpb.StructuredValue, error) {
	switch x := v.(type) {
	case nil:
		return none(), nil
	case bool:
		return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_BoolValue{BoolValue: x}}, nil
	case int64:
		return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_Int64Value{Int64Value: x}}, nil
	case float64:
		return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_Float64Value{Float64Value: x}}, nil
	case string:
		return text(x), nil
	case python.Bytes:
		return text(string(x)), nil
	case tensor.DType:
		return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_TensorDtypeValue{TensorDtypeValue: tfpb.DataType(x)}}, nil
	case tensor.Shape:
		return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_TensorShapeValue{TensorShapeValue: graph.ShapeProto(x)}}, nil
	case *trace.TensorSpec:
		return tensorSpec(x.Name, x.Shape, x.DType), nil
	case *graph.Tensor:
		return tensorSpec(trace.SpecName(path...), x.Shape(), x.DType), nil
	case *trace.Composite:
		return e.typeSpec(x)
	case *trace.List:
		items, err := e.items(x.Items, path)
		return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_ListValue{ListValue: &tfpb.ListValue{Values: items}}}, err
	case *trace.Tuple:
		items, err := e.items(x.Items, path)
		if err == nil && x.Type != nil {
			return namedTuple(x.Type.Name, x.Type.Fields, items), nil
		}
		return tuple(items...), err
	case *trace.Dict:
		fields := make(map[string]*tfpb.StructuredValue, x.Len())
		var err error
		x.Each(func(k, v trace.Value) bool {
			key, ok := k.(string)
			if !ok {
				err = fmt.Errorf("a dict with the key %v, which is no string, cannot be saved", k)
				return false
			}
			fields[key], err = e.encode(v, append(path[:len(path):len(path)], key)...)
			return err == nil
		})
		return dict(fields), err
	}
	return nil, fmt.Errorf("a value of type %T cannot be saved", v)
}

func (e encoder) items(items []trace.Value, path []string) ([]*tfpb.StructuredValue, error) {
	out := make([]*tfpb.StructuredValue, len(items))
	for i, x := range items {
		var err error
		if out[i], err = e.encode(x, append(path[:len(path):len(path)], strconv.Itoa(i))...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// typeSpec writes the type of a composite tensor.
func (e encoder) typeSpec(c *trace.Composite) (*tfpb.StructuredValue, error) {
	p, err := e.typeSpecProto(c)
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_TypeSpecValue{TypeSpecValue: p}}, err
}

func (e encoder) typeSpecProto(c *trace.Composite) (*tfpb.TypeSpecProto, error) {
	s, parts, err := e.tracer.TypeSpec(c)
	if err != nil {
		return nil, err
	}
	class, ok := s.Static("type_spec_class").(int64)
	if !ok {
		return nil, fmt.Errorf("a %s cannot be saved", s.TypeName())
	}
	state, err := e.encode(s.Static("type_state"))
	return &tfpb.TypeSpecProto{
		TypeSpecClass:     tfpb.TypeSpecProto_TypeSpecClass(class),
		TypeState:         state,
		TypeSpecClassName: s.TypeName(),
		NumFlatComponents: int32(len(parts)),
	}, err
}

func none() *tfpb.StructuredValue {
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_NoneValue{NoneValue: &tfpb.NoneValue{}}}
}

func text(s string) *tfpb.StructuredValue {
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_StringValue{StringValue: s}}
}

// textOr is a string, or None where it is empty.
func textOr(s string) *tfpb.StructuredValue {
	if s == "" {
		return none()
	}
	return text(s)
}

func texts(list []string) *tfpb.StructuredValue {
	l := &tfpb.ListValue{}
	for _, s := range list {
		l.Values = append(l.Values, text(s))
	}
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_ListValue{ListValue: l}}
}

func tuple(items ...*tfpb.StructuredValue) *tfpb.StructuredValue {
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_TupleValue{TupleValue: &tfpb.TupleValue{Values: items}}}
}

func dict(fields map[string]*tfpb.StructuredValue) *tfpb.StructuredValue {
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_DictValue{DictValue: &tfpb.DictValue{Fields: fields}}}
}

func namedTuple(name string, fields []string, items []*tfpb.StructuredValue) *tfpb.StructuredValue {
	t := &tfpb.NamedTupleValue{Name: name}
	for i, f := range fields {
		t.Values = append(t.Values, &tfpb.PairValue{Key: f, Value: items[i]})
	}
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_NamedTupleValue{NamedTupleValue: t}}
}

func tensorSpec(name string, shape tensor.Shape, d tensor.DType) *tfpb.StructuredValue {
	return &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_TensorSpecValue{TensorSpecValue: &tfpb.TensorSpecProto{
		Name: name, Shape: graph.ShapeProto(shape), Dtype: tfpb.DataType(d),
	}}}
}
