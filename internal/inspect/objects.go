package inspect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// functions lists the tf.functions of an object graph by their paths.
func functions(g *tfpb.SavedObjectGraph, places []reader.Place) []Function {
	out := []Function{}
	paths := make(map[int]string, len(places))
	for _, p := range places {
		paths[p.ID] = p.Path
	}
	for _, p := range places {
		f := g.GetNodes()[p.ID].GetFunction()
		if f == nil {
			continue
		}
		fn := Function{Name: p.Path, ConcreteFunctions: []ConcreteFunction{}}
		if jit := f.GetFunctionSpec().GetJitCompile(); jit != tfpb.FunctionSpec_DEFAULT {
			on := jit == tfpb.FunctionSpec_ON
			fn.Compiled = &on
		}
		for _, name := range f.GetConcreteFunctions() {
			fn.ConcreteFunctions = append(fn.ConcreteFunctions, concreteFunction(name, g.GetConcreteFunctions()[name], paths))
		}
		out = append(out, fn)
	}
	slices.SortStableFunc(out, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func concreteFunction(name string, f *tfpb.SavedConcreteFunction, paths map[int]string) ConcreteFunction {
	c := ConcreteFunction{Name: name, Args: []any{}, Captures: []string{}}
	// The canonicalized signature is ((args…), {kwargs…}).
	if both := f.GetCanonicalizedInputSignature().GetTupleValue().GetValues(); len(both) == 2 {
		for _, v := range both[0].GetTupleValue().GetValues() {
			c.Args = append(c.Args, Structure(v))
		}
		for key, v := range both[1].GetDictValue().GetFields() {
			if c.Kwargs == nil {
				c.Kwargs = map[string]any{}
			}
			c.Kwargs[key] = Structure(v)
		}
	}
	c.Outputs = Structure(f.GetOutputSignature())
	for _, id := range f.GetBoundInputs() {
		path, ok := paths[int(id)]
		if !ok {
			path = "#" + strconv.Itoa(int(id))
		}
		c.Captures = append(c.Captures, path)
	}
	return c
}

// objects lists the object graph, each variable with its own size.
func objects(g *tfpb.MetaGraphDef, places []reader.Place) []*Object {
	nodes := g.GetObjectGraphDef().GetNodes()
	out := make([]*Object, len(places))
	for i, p := range places {
		out[i] = object(nodes[p.ID], g)
		out[i].ID, out[i].Path, out[i].edge = p.ID, p.Path, p.Name
		out[i].place, out[i].parent, out[i].depth = i, p.Parent, p.Depth
		if v := nodes[p.ID].GetVariable(); v != nil {
			out[i].Variables = 1
			if n := out[i].Shape.NumElements(); n > 0 {
				out[i].Parameters, out[i].Bytes = n, n*dtypeSize(out[i].DType)
			}
		}
	}
	return out
}

// sum gives each object the sums over what is below it. Parents stand before
// their children.
func sum(objects []*Object) {
	for i := len(objects) - 1; i > 0; i-- {
		o := objects[i]
		parent := objects[o.parent]
		parent.children++
		parent.Variables += o.Variables
		parent.Parameters += o.Parameters
		parent.Bytes += o.Bytes
	}
}

// Edge is the last name of the object's path, "root" for the root.
func (o *Object) Edge() string { return cmp.Or(o.edge, "root") }

// Parent is the place of the parent in the list of objects, -1 for the root.
func (o *Object) Parent() int { return o.parent }

// containers are the identifiers of user objects that are no modules
// (tensorflow/python/trackable/data_structures.py and
// tensorflow/python/saved_model/signature_serialization.py, TF 2.21).
var containers = map[string]string{
	"trackable_list_wrapper":  "list",
	"trackable_dict_wrapper":  "dict",
	"trackable_tuple_wrapper": "tuple",
	"signature_map":           "signatures",
}

func object(n *tfpb.SavedObject, g *tfpb.MetaGraphDef) *Object {
	o := &Object{Kind: "unknown", Class: n.GetRegisteredName()}
	switch k := n.GetKind().(type) {
	case *tfpb.SavedObject_UserObject:
		id := k.UserObject.GetIdentifier()
		if o.Kind = containers[id]; o.Kind == "" {
			o.Kind = "module"
		}
		if o.Class == "" && o.Kind == "module" && id != "_generic_user_object" {
			o.Class = id
		}
	case *tfpb.SavedObject_Asset:
		o.Kind = "asset"
		if i := int(k.Asset.GetAssetFileDefIndex()); i >= 0 && i < len(g.GetAssetFileDef()) {
			o.Name = g.GetAssetFileDef()[i].GetFilename()
		}
	case *tfpb.SavedObject_Function:
		o.Kind = "function"
	case *tfpb.SavedObject_Variable:
		v := k.Variable
		trainable, shape := v.GetTrainable(), shapeOf(v.GetShape())
		o.Kind, o.DType, o.Shape, o.Trainable = "variable", DType(v.GetDtype()), &shape, &trainable
		o.Name, o.Device = v.GetName(), v.GetDevice()
	case *tfpb.SavedObject_BareConcreteFunction:
		o.Kind, o.Name = "concrete_function", k.BareConcreteFunction.GetConcreteFunctionName()
	case *tfpb.SavedObject_Constant:
		o.Kind, o.Name = "constant", k.Constant.GetOperation()
	case *tfpb.SavedObject_Resource:
		o.Kind, o.Device = "resource", k.Resource.GetDevice()
	case *tfpb.SavedObject_CapturedTensor:
		o.Kind, o.Name = "captured_tensor", k.CapturedTensor.GetName()
	}
	return o
}

// variableSuffix ends the checkpoint key of a variable's value
// (tensorflow/python/trackable/base.py, VARIABLE_VALUE_KEY, TF 2.21).
const variableSuffix = "/.ATTRIBUTES/VARIABLE_VALUE"

// escape writes a name as it stands in a checkpoint key (escape_local_name,
// tensorflow/python/checkpoint/util.py, TF 2.21).
func escapeLocal(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, ".", ".."), "/", ".S")
}

// link gives the variables of the checkpoint the paths of their objects. The
// key of a variable is made of the names on the way to it.
func (r *Report) link(m *MetaGraph, g *tfpb.MetaGraphDef, places []reader.Place) {
	keys := make([]string, len(places))
	byKey := map[string]int{}
	for i, p := range places {
		if p.Parent >= 0 {
			keys[i] = escapeLocal(p.Name)
			if parent := keys[p.Parent]; parent != "" {
				keys[i] = parent + "/" + keys[i]
			}
			if len(keys[i]) > maxKey {
				keys[i] = keys[i][:maxKey] // of a chain of thousands of objects
			}
		}
		if g.GetObjectGraphDef().GetNodes()[p.ID].GetVariable() != nil {
			byKey[keys[i]+variableSuffix] = i
		}
	}
	for i := range r.Variables {
		if at, ok := byKey[r.Variables[i].Name]; ok {
			o := m.Objects[at]
			r.Variables[i].Object, r.Variables[i].Trainable = o.Path, o.Trainable
			if o.Shape.NumElements() < 0 { // the checkpoint knows
				o.Parameters, o.Bytes = max(r.Variables[i].Shape.NumElements(), 0), r.Variables[i].Bytes
			}
		}
	}
}

const maxKey = 4000
