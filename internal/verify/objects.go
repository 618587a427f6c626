package verify

import (
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// pyLoad is what breaks where the object graph is wrong.
const pyLoad = "tf.saved_model.load fails"

// objects checks the object graph, which tf.saved_model.load builds Python
// objects from.
func (c *checker) objects(ckpt *bundle.Reader) {
	g := c.g.GetObjectGraphDef()
	if g == nil {
		return // TensorFlow 1
	}
	places := reader.Places(g)
	paths := make(map[int]string, len(places))
	for _, p := range places {
		paths[p.ID] = p.Path
	}
	o := &objectChecker{checker: c, nodes: g.GetNodes(), functions: g.GetConcreteFunctions(), paths: paths}
	for id := range o.nodes {
		o.object(id)
	}
	for _, name := range slices.Sorted(maps.Keys(o.functions)) {
		o.concrete(name, o.functions[name])
	}
	o.signatureMap(places)
	if ckpt != nil {
		o.saved(ckpt, places)
	}
}

type objectChecker struct {
	*checker
	nodes     []*tfpb.SavedObject
	functions map[string]*tfpb.SavedConcreteFunction
	paths     map[int]string
}

func (o *objectChecker) where(id int) string {
	path, ok := o.paths[id]
	switch {
	case !ok:
		path = fmt.Sprintf("#%d", id)
	case path == "":
		path = "(root)"
	}
	return o.prefix + "object " + path
}

func (o *objectChecker) wrong(id int, what, why string, args ...any) {
	o.add(Finding{ID: what, Severity: Error, Where: o.where(id), What: fmt.Sprintf(why, args...), Why: pyLoad, Fix: "export the model again"})
}

func (o *objectChecker) valid(id int32) bool { return id >= 0 && int(id) < len(o.nodes) }

// object checks what one object says of others.
func (o *objectChecker) object(id int) {
	n := o.nodes[id]
	names := map[string]bool{}
	for _, child := range n.GetChildren() {
		if !o.valid(child.GetNodeId()) {
			o.wrong(id, "objects.child", "its child %s is object %d of %d", child.GetLocalName(), child.GetNodeId(), len(o.nodes))
		}
		if names[child.GetLocalName()] {
			o.wrong(id, "objects.child", "it has two children %s", child.GetLocalName())
		}
		names[child.GetLocalName()] = true
	}
	for _, d := range n.GetDependencies() {
		if !o.valid(d.GetNodeId()) {
			o.wrong(id, "objects.child", "it depends on object %d of %d", d.GetNodeId(), len(o.nodes))
		}
	}
	for _, s := range n.GetSlotVariables() {
		if !o.valid(s.GetOriginalVariableNodeId()) || !o.valid(s.GetSlotVariableNodeId()) {
			o.wrong(id, "objects.child", "its slot %s is of object %d, of %d", s.GetSlotName(), s.GetOriginalVariableNodeId(), len(o.nodes))
		}
	}
	for name, s := range n.GetSaveableObjects() {
		if !o.valid(s.GetSaveFunction()) || !o.valid(s.GetRestoreFunction()) {
			o.wrong(id, "objects.child", "the functions that save and restore %s are objects %d and %d of %d", name, s.GetSaveFunction(), s.GetRestoreFunction(), len(o.nodes))
		}
	}
	switch k := n.GetKind().(type) {
	case *tfpb.SavedObject_Function, *tfpb.SavedObject_BareConcreteFunction:
		for _, name := range inspect.ConcreteNames(n) {
			if o.functions[name] == nil {
				o.wrong(id, "objects.function", "its concrete function %s is not among those of the object graph", name)
			}
		}
	case *tfpb.SavedObject_Asset:
		if i := k.Asset.GetAssetFileDefIndex(); i < 0 || int(i) >= len(o.g.GetAssetFileDef()) {
			o.wrong(id, "objects.asset", "it is asset %d of %d", i, len(o.g.GetAssetFileDef()))
		}
	case *tfpb.SavedObject_Constant:
		if at := o.lib.Main.Node(k.Constant.GetOperation()); at < 0 || o.lib.Main.Nodes[at].GetOp() != "Const" {
			o.wrong(id, "objects.constant", "its value is to be the node %q, which is no constant of the graph", k.Constant.GetOperation())
		}
	case *tfpb.SavedObject_Variable:
		if d := tensor.DType(k.Variable.GetDtype()); !d.Valid() {
			o.wrong(id, "objects.variable", "it is a variable of dtype %d", d)
		}
	case *tfpb.SavedObject_CapturedTensor:
		if name := k.CapturedTensor.GetConcreteFunction(); o.lib.Function(name) == nil {
			o.wrong(id, "objects.function", "it is a tensor of the function %s, which is not in the library", name)
		}
	}
}

// concrete checks a concrete function: that it is in the library, and captures
// what its arguments want.
func (o *objectChecker) concrete(name string, f *tfpb.SavedConcreteFunction) {
	where := o.prefix + "concrete function " + name
	wrong := func(format string, args ...any) {
		o.add(Finding{ID: "objects.function", Severity: Error, Where: where, What: fmt.Sprintf(format, args...), Why: pyLoad, Fix: "export the model again"})
	}
	body := o.lib.Function(name)
	if body == nil {
		wrong("it is not in the library of the graph")
		return
	}
	args := body.Function.GetSignature().GetInputArg()
	bound := f.GetBoundInputs()
	// A function that was cut out of a graph of TensorFlow 1 has no structure of
	// its arguments.
	in := f.GetCanonicalizedInputSignature()
	if n, ok := countTensors(in); ok && in.GetNoneValue() == nil && n+len(bound) != len(args) {
		wrong("it is called with %d tensors and captures %d, and takes %d", n, len(bound), len(args))
		return
	}
	if len(bound) > len(args) {
		wrong("it captures %d tensors, and takes %d", len(bound), len(args))
		return
	}
	for i, id := range bound {
		arg := args[len(args)-len(bound)+i]
		if !o.valid(id) {
			wrong("it captures object %d of %d", id, len(o.nodes))
			continue
		}
		if what := o.captures(arg, o.nodes[id]); what != "" {
			wrong("%s is captured as argument %s: %s", o.where(int(id)), arg.GetName(), what)
		}
	}
	if n, ok := countTensors(f.GetOutputSignature()); ok && n != len(body.Function.GetSignature().GetOutputArg()) {
		wrong("it returns %d tensors, its structure has %d", len(body.Function.GetSignature().GetOutputArg()), n)
	}
}

// captures says what is wrong with an object in the place of an argument.
func (o *objectChecker) captures(arg *tfpb.OpDef_ArgDef, n *tfpb.SavedObject) string {
	got := tensor.DType(arg.GetType())
	switch k := n.GetKind().(type) {
	case *tfpb.SavedObject_Variable:
		if got != tensor.Resource {
			return fmt.Sprintf("a variable, where the function takes %s", got)
		}
		for _, h := range arg.GetHandleData() {
			want := tensor.DType(k.Variable.GetDtype())
			if d := tensor.DType(h.GetDtype()); d != tensor.Invalid && d != want {
				return fmt.Sprintf("a variable of %s, where the function takes one of %s", want, d)
			}
			a, b := graph.ShapeValue(h.GetShape()), graph.ShapeValue(k.Variable.GetShape())
			if h.GetShape() != nil && k.Variable.GetShape() != nil && !a.Compatible(b) {
				return fmt.Sprintf("a variable of shape %s, where the function takes one of %s", b, a)
			}
		}
	case *tfpb.SavedObject_Constant:
		if at := o.lib.Main.Node(k.Constant.GetOperation()); at >= 0 {
			if d := tensor.DType(o.lib.Main.Nodes[at].GetAttr()["dtype"].GetType()); d != got {
				return fmt.Sprintf("a constant of %s, where the function takes %s", d, got)
			}
		}
	case *tfpb.SavedObject_Asset:
		if got != tensor.String {
			return fmt.Sprintf("an asset, where the function takes %s", got)
		}
	case *tfpb.SavedObject_Function, *tfpb.SavedObject_BareConcreteFunction:
		return "a function, where the function takes a tensor"
	}
	return ""
}

// countTensors counts the tensors in a structure; ok is false where it holds
// something of which that is not known.
func countTensors(v *tfpb.StructuredValue) (n int, ok bool) {
	sum := func(values []*tfpb.StructuredValue) (int, bool) {
		total := 0
		for _, v := range values {
			n, ok := countTensors(v)
			if !ok {
				return 0, false
			}
			total += n
		}
		return total, true
	}
	switch k := v.GetKind().(type) {
	case nil:
		return 0, false
	case *tfpb.StructuredValue_TensorSpecValue, *tfpb.StructuredValue_BoundedTensorSpecValue:
		return 1, true
	case *tfpb.StructuredValue_TypeSpecValue:
		switch k.TypeSpecValue.GetTypeSpecClass() {
		case tfpb.TypeSpecProto_SPARSE_TENSOR_SPEC:
			return 3, true
		case tfpb.TypeSpecProto_VARIABLE_SPEC:
			return 1, true
		}
		n := int(k.TypeSpecValue.GetNumFlatComponents())
		return n, n > 0
	case *tfpb.StructuredValue_ListValue:
		return sum(k.ListValue.GetValues())
	case *tfpb.StructuredValue_TupleValue:
		return sum(k.TupleValue.GetValues())
	case *tfpb.StructuredValue_DictValue:
		return sum(slices.Collect(maps.Values(k.DictValue.GetFields())))
	case *tfpb.StructuredValue_NamedTupleValue:
		var values []*tfpb.StructuredValue
		for _, p := range k.NamedTupleValue.GetValues() {
			values = append(values, p.GetValue())
		}
		return sum(values)
	case *tfpb.StructuredValue_TensorValue, *tfpb.StructuredValue_NumpyValue:
		return 0, false
	}
	return 0, true
}

// signatureMap holds the signatures of the object graph, which
// tf.saved_model.load gives, against those of the graph, which Serving calls.
func (o *objectChecker) signatureMap(places []reader.Place) {
	for _, p := range places {
		if o.nodes[p.ID].GetUserObject().GetIdentifier() != "signature_map" || p.Depth != 1 {
			continue
		}
		have := map[string]bool{}
		for _, c := range o.nodes[p.ID].GetChildren() {
			have[c.GetLocalName()] = true
			if o.g.GetSignatureDef()[c.GetLocalName()] == nil && o.valid(c.GetNodeId()) && o.nodes[c.GetNodeId()].GetBareConcreteFunction() != nil {
				o.mismatch(c.GetLocalName(), "is in the object graph, and is none of the graph's signatures", "TensorFlow Serving does not have it")
			}
		}
		for _, key := range slices.Sorted(maps.Keys(o.g.GetSignatureDef())) {
			if key != reader.InitOp && !have[key] {
				o.mismatch(key, "is not in the object graph", "tf.saved_model.load does not have it")
			}
		}
	}
}

func (o *objectChecker) mismatch(key, what, why string) {
	o.add(Finding{ID: "objects.signature", Severity: Warning, Where: o.prefix + "signature " + key, What: "the signature " + what, Why: why, Fix: "export the model again"})
}

// valueAttribute is the name of a variable's value in the object graph of a
// checkpoint (tensorflow/python/trackable/base.py, TF 2.21).
const valueAttribute = "VARIABLE_VALUE"

// saved checks that each variable is in the checkpoint with its dtype and
// shape. The checkpoint has an object graph of its own, which has the same names
// on the same ways; its numbers are others.
func (o *objectChecker) saved(ckpt *bundle.Reader, places []reader.Place) {
	trackable := o.trackable(ckpt)
	if trackable == nil {
		return
	}
	ids := make([]int32, len(places)) // in the checkpoint's object graph
	for i, p := range places {
		if i > 0 {
			ids[i] = -1
			if parent := ids[p.Parent]; parent >= 0 {
				for _, c := range trackable.GetNodes()[parent].GetChildren() {
					if c.GetLocalName() == p.Name && int(c.GetNodeId()) < len(trackable.GetNodes()) {
						ids[i] = c.GetNodeId()
					}
				}
			}
		}
		v := o.nodes[p.ID].GetVariable()
		if v == nil {
			continue
		}
		if ids[i] < 0 {
			o.unsaved(p.ID, "it is not in the object graph of the checkpoint")
			continue
		}
		o.value(p.ID, v, trackable.GetNodes()[ids[i]], ckpt)
	}
}

// value checks one variable.
func (o *objectChecker) value(id int, v *tfpb.SavedVariable, n *tfpb.TrackableObjectGraph_TrackableObject, ckpt *bundle.Reader) {
	key, found := "", false
	for _, a := range n.GetAttributes() {
		if a.GetName() == valueAttribute {
			key, found = a.GetCheckpointKey(), true
		}
	}
	if !found {
		o.unsaved(id, "the checkpoint has no value for it")
		return
	}
	e, found := ckpt.Entry(key)
	if !found {
		o.unsaved(id, fmt.Sprintf("its value %q is not in the checkpoint", key))
		return
	}
	if want := tensor.DType(v.GetDtype()); e.DType != want {
		o.wrong(id, "objects.dtype", "it is of %s, its value %q in the checkpoint of %s", want, key, e.DType)
	}
	if want, got := graph.ShapeValue(v.GetShape()), tensor.ShapeOf(e.Shape...); !want.Compatible(got) {
		o.wrong(id, "objects.shape", "it is of shape %s, its value %q in the checkpoint of %s", want, key, got)
	}
	if e.Parts != nil && !bundle.Sliceable(e.DType) {
		o.add(Finding{
			ID: "objects.sliced", Severity: Error, Where: o.where(id), What: fmt.Sprintf("its value %q is saved in %d slices, and of %s", key, len(e.Parts), e.DType),
			Why: "tf.saved_model.load and the C++ loader fail: TensorFlow does not join slices of that dtype", Fix: "export again without MaxShardSizePolicy, or with a larger size",
		})
	}
}

func (o *objectChecker) unsaved(id int, what string) {
	o.add(Finding{
		ID: "objects.unsaved", Severity: Error, Where: o.where(id), What: what,
		Why: "tf.saved_model.load fails, or leaves the variable without a value", Fix: "the graph and variables/ are of different exports: copy both again",
	})
}

// trackable reads the object graph of the checkpoint.
func (o *objectChecker) trackable(ckpt *bundle.Reader) *tfpb.TrackableObjectGraph {
	if _, ok := ckpt.Entry(objectGraphKey); !ok {
		return nil // a checkpoint by names
	}
	t, err := ckpt.ReadTensor(objectGraphKey)
	g := &tfpb.TrackableObjectGraph{}
	if err == nil && len(t.Strings) == 1 {
		err = reader.Unmarshal([]byte(t.Strings[0]), g)
	}
	if err != nil || len(g.GetNodes()) == 0 || proto.Size(g) == 0 {
		o.add(Finding{
			ID: "checkpoint.objects", Severity: Error, Where: "variables: " + objectGraphKey, What: fmt.Sprintf("the object graph of the checkpoint cannot be read: %v", err),
			Why: pyLoad, Fix: "export the model again",
		})
		return nil
	}
	for _, n := range g.GetNodes() {
		n.Children = slices.DeleteFunc(n.Children, func(r *tfpb.TrackableObjectGraph_TrackableObject_ObjectReference) bool {
			return r.GetNodeId() < 0 || int(r.GetNodeId()) >= len(g.GetNodes())
		})
	}
	return g
}
