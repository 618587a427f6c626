package inspect

import (
	"math"
	"strconv"

	"github.com/tfsave/tfsave/internal/tfpb"
)

// Spec is a TensorSpec within a structure.
type Spec struct {
	Name  string `json:"name,omitempty"`
	DType DType  `json:"dtype"`
	Shape Shape  `json:"shape"`
}

// Structure turns a StructuredValue into JSON: a TensorSpec into a Spec, lists
// and tuples into lists, literals into themselves, and what JSON has no word for
// into an object with one telling key: dict, namedtuple, type_spec, dtype of a
// value, tensor_shape, tensor.
func Structure(v *tfpb.StructuredValue) any {
	switch k := v.GetKind().(type) {
	case *tfpb.StructuredValue_Float64Value:
		if f := k.Float64Value; math.IsNaN(f) || math.IsInf(f, 0) {
			return map[string]any{"float": strconv.FormatFloat(f, 'g', -1, 64)}
		}
		return k.Float64Value
	case *tfpb.StructuredValue_Int64Value:
		return k.Int64Value
	case *tfpb.StructuredValue_StringValue:
		return k.StringValue
	case *tfpb.StructuredValue_BoolValue:
		return k.BoolValue
	case *tfpb.StructuredValue_TensorShapeValue:
		return map[string]any{"tensor_shape": shapeOf(k.TensorShapeValue)}
	case *tfpb.StructuredValue_TensorDtypeValue:
		return map[string]any{"tensor_dtype": DType(k.TensorDtypeValue)}
	case *tfpb.StructuredValue_TensorSpecValue:
		s := k.TensorSpecValue
		return Spec{s.GetName(), DType(s.GetDtype()), shapeOf(s.GetShape())}
	case *tfpb.StructuredValue_BoundedTensorSpecValue:
		s := k.BoundedTensorSpecValue
		return Spec{s.GetName(), DType(s.GetDtype()), shapeOf(s.GetShape())}
	case *tfpb.StructuredValue_TypeSpecValue:
		return map[string]any{"type_spec": k.TypeSpecValue.GetTypeSpecClassName(), "state": Structure(k.TypeSpecValue.GetTypeState())}
	case *tfpb.StructuredValue_ListValue:
		return structures(k.ListValue.GetValues())
	case *tfpb.StructuredValue_TupleValue:
		return structures(k.TupleValue.GetValues())
	case *tfpb.StructuredValue_DictValue:
		fields := map[string]any{}
		for key, f := range k.DictValue.GetFields() {
			fields[key] = Structure(f)
		}
		return map[string]any{"dict": fields}
	case *tfpb.StructuredValue_NamedTupleValue:
		fields := map[string]any{}
		for _, p := range k.NamedTupleValue.GetValues() {
			fields[p.GetKey()] = Structure(p.GetValue())
		}
		return map[string]any{"namedtuple": k.NamedTupleValue.GetName(), "fields": fields}
	case *tfpb.StructuredValue_TensorValue:
		return map[string]any{"tensor": Value{DType(k.TensorValue.GetDtype()), shapeOf(k.TensorValue.GetTensorShape())}}
	case *tfpb.StructuredValue_NumpyValue:
		return map[string]any{"tensor": Value{DType(k.NumpyValue.GetDtype()), shapeOf(k.NumpyValue.GetTensorShape())}}
	}
	return nil
}

func structures(values []*tfpb.StructuredValue) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = Structure(v)
	}
	return out
}
