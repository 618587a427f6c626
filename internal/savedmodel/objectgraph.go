package savedmodel

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// Identifiers of the kinds of objects that are restored by their class alone
// (revived_types.py and data_structures.py, TF 2.21).
const (
	genericObject = "_generic_user_object"
	listWrapper   = "trackable_list_wrapper"
	dictWrapper   = "trackable_dict_wrapper"
	signatureID   = "signature_map"
)

// savedObjectGraph writes the object graph of the SavedModel
// (_serialize_object_graph and _write_object_proto, save.py, TF 2.21).
func (b *builder) savedObjectGraph(m *mainGraph) (*tfpb.SavedObjectGraph, error) {
	p := &tfpb.SavedObjectGraph{ConcreteFunctions: map[string]*tfpb.SavedConcreteFunction{}}
	assets := map[*object]int32{}
	for _, a := range b.assets {
		assets[a.object] = a.index
	}
	for _, o := range b.objects.nodes {
		s := &tfpb.SavedObject{Children: references(o.children), Dependencies: references(o.dependencies())}
		var err error
		switch v := o.value.(type) {
		case *model.Module, *tableInitializer:
			s.Kind = userObject(genericObject)
		case *model.List:
			s.Kind = userObject(listWrapper)
		case *model.Dict:
			s.Kind = userObject(dictWrapper)
		case *signatureMap:
			s.Kind = userObject(signatureID)
		case *model.Variable:
			s.Kind = &tfpb.SavedObject_Variable{Variable: b.savedVariable(v)}
		case *model.Asset:
			s.Kind = &tfpb.SavedObject_Asset{Asset: &tfpb.SavedAsset{AssetFileDefIndex: assets[o]}}
		case *model.Table:
			s.Kind = &tfpb.SavedObject_Resource{Resource: &tfpb.SavedResource{}}
			if v.OOVBuckets == 0 { // a StaticVocabularyTable has no registered name
				s.RegisteredName = "tf.StaticHashTable"
			}
		case *graph.Tensor:
			s.Kind = &tfpb.SavedObject_Constant{Constant: &tfpb.SavedConstant{Operation: m.constants[o].Name}}
			s.RegisteredName = "tf.TrackableConstant"
		case *model.Function:
			var f *tfpb.SavedFunction
			f, err = b.function(o, v)
			s.Kind = &tfpb.SavedObject_Function{Function: f}
		case *tableFunction:
			var f *tfpb.SavedFunction
			f, err = b.tableFunctionProto(o)
			s.Kind = &tfpb.SavedObject_Function{Function: f}
		case *trace.ConcreteFunction:
			var f *tfpb.SavedBareConcreteFunction
			if f, err = b.bareFunction(v); err == nil {
				p.ConcreteFunctions[v.Func.Name], err = b.concreteFunction(v)
			}
			s.Kind = &tfpb.SavedObject_BareConcreteFunction{BareConcreteFunction: f}
		}
		if err != nil {
			return nil, err
		}
		p.Nodes = append(p.Nodes, s)
	}
	for _, o := range b.gradients.captured {
		c := o.value.(*capturedTensor)
		p.Nodes = append(p.Nodes, &tfpb.SavedObject{Kind: &tfpb.SavedObject_CapturedTensor{
			CapturedTensor: &tfpb.CapturedTensor{Name: c.name, ConcreteFunction: c.function}}})
	}
	for _, c := range b.gradients.functions {
		var err error
		if p.ConcreteFunctions[c.Func.Name], err = b.concreteFunction(c); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func userObject(identifier string) *tfpb.SavedObject_UserObject {
	return &tfpb.SavedObject_UserObject{UserObject: &tfpb.SavedUserObject{
		Identifier: identifier, Version: &tfpb.VersionDef{Producer: 1, MinConsumer: 1},
	}}
}

// tableFunctionProto describes a function of a table.
func (b *builder) tableFunctionProto(o *object) (*tfpb.SavedFunction, error) {
	spec, err := b.argSpec(&trace.ArgSpec{})
	return &tfpb.SavedFunction{
		ConcreteFunctions: traceNames(o),
		FunctionSpec:      &tfpb.FunctionSpec{Fullargspec: spec, InputSignature: tuple()},
	}, err
}

func (b *builder) savedVariable(v *model.Variable) *tfpb.SavedVariable {
	return &tfpb.SavedVariable{
		Dtype: tfpb.DataType(v.DType), Shape: graph.ShapeProto(v.Shape), Trainable: v.Trainable, Name: v.Name, Device: b.variableDevice(),
		Synchronization: tfpb.VariableSynchronization(tfpb.VariableSynchronization_value["VARIABLE_SYNCHRONIZATION_"+v.Synchronization]),
		Aggregation:     tfpb.VariableAggregation(tfpb.VariableAggregation_value["VARIABLE_AGGREGATION_"+v.Aggregation]),
	}
}
