// Package savedmodel puts a SavedModel together and writes its folder: what
// tf.saved_model.save does once functions are traced
// (tensorflow/python/saved_model/save.py, TF 2.21).
//
// What it writes is what TensorFlow 2.21 writes, up to the numbers of
// functions, and without what a loader of TensorFlow 2.4 refuses. The same
// model gives the same bytes.
package savedmodel

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/signature"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// tensorflowVersion is the release whose files the written ones equal.
const tensorflowVersion = "2.21.0"

// schemaVersion is saved_model_schema_version
// (tensorflow/cc/saved_model/constants.h).
const schemaVersion = 1

// serveTag is the tag by which loaders find the MetaGraph.
const serveTag = "serve"

// Config is what a SavedModel is made from besides the model.
type Config struct {
	Signatures *spec.Signatures // nil: the only function of the root that can be one
	Options    spec.Options
	Version    string // of tfsave
}

// Model is a SavedModel that can be written.
type Model struct {
	Proto      *tfpb.SavedModel
	Signatures []*signature.Signature

	content    []byte // of saved_model.pb
	debugInfo  []byte // of its debug info; nil where none is asked for
	entries    []entry
	shards     [][]bundle.Piece // of the entries
	trackables string           // the checkpoint's object graph
	assets     []assetFile
}

// assetFile is a file to be copied below assets/.
type assetFile struct{ name, source string }

// Check finds the mistakes in the functions, signatures and options of a model
// that has mistakes elsewhere. Those of a function that meets a Broken object may
// come from that, and are not reported.
func Check(m *model.Model, tr *trace.Tracer, c Config) spec.ErrorList {
	return newBuilder(m, tr, c).errs
}

// newBuilder traces every function that is exported.
func newBuilder(m *model.Model, tr *trace.Tracer, c Config) *builder {
	b := &builder{
		model: m, tracer: tr, options: c.Options,
		tables: map[*model.Table]*tableObjects{}, assetFiles: map[string]string{},
		meta: &tfpb.MetaGraphDef{SignatureDef: map[string]*tfpb.SignatureDef{}},
	}
	b.checkOptions()
	tr.Stacks = b.options.SaveDebugInfo.Value
	b.trace(c.Signatures)
	b.errs.Sort()
	return b
}

// Build makes the SavedModel of a model: it traces every function that is
// exported, and reads no value of a variable but strings that are to be
// distributed over shards. All mistakes are reported
// together.
func Build(m *model.Model, tr *trace.Tracer, c Config) (*Model, spec.ErrorList) {
	b := newBuilder(m, tr, c)
	if len(b.errs) > 0 {
		return nil, b.errs
	}
	out, err := b.build(c.Version)
	if err != nil {
		b.errs = append(b.errs, trace.SpecError(m.Root.Pos, err))
	}
	if len(b.errs) > 0 {
		b.errs.Sort()
		return nil, b.errs
	}
	return out, nil
}

// builder holds what is known of a SavedModel under construction.
type builder struct {
	model      *model.Model
	tracer     *trace.Tracer
	options    spec.Options
	signatures []*signature.Signature
	objects    *objectGraph
	gradients  gradients
	tables     map[*model.Table]*tableObjects

	assets     []*savedAsset // in the order of asset_file_def
	assetFiles map[string]string
	assetOrder []string

	meta *tfpb.MetaGraphDef
	errs spec.ErrorList
}

// trace makes all traces: those that the description asks for, those of the
// signatures, and those of input_signatures.
func (b *builder) trace(sigs *spec.Signatures) {
	functions := b.functions()
	failed := map[*model.Function]bool{}
	try := func(f *model.Function, in *spec.Inputs) {
		_, err := b.tracer.Trace(f, in)
		failed[f] = failed[f] || err != nil
		if err != nil && err != trace.ErrIncomplete {
			b.errs = append(b.errs, trace.SpecError(f.Spec.Pos, err))
		}
	}
	for _, f := range functions {
		for _, in := range f.Spec.ConcreteFunctions {
			try(f, in)
		}
	}
	var errs spec.ErrorList
	b.signatures, errs = signature.Build(b.model, b.tracer, sigs)
	b.errs = append(b.errs, errs...)
	for _, f := range functions {
		switch {
		case signature.Complete(f) && !failed[f]:
			try(f, nil)
		case !signature.Complete(f):
			if _, err := b.tracer.ArgSpec(f); err != nil { // a body that does not parse
				b.errs = append(b.errs, trace.SpecError(f.Spec.Pos, err))
			}
		}
	}
}

// functions lists the functions of the model, breadth first.
func (b *builder) functions() []*model.Function {
	var out []*model.Function
	seen := map[any]bool{b.model.Root: true}
	for queue := []any{b.model.Root}; len(queue) > 0; queue = queue[1:] {
		var attrs []child
		switch v := queue[0].(type) {
		case *model.Module:
			attrs = attributes(v.Attrs)
		case *model.Dict:
			attrs = attributes(v.Items)
		case *model.List:
			for _, item := range v.Items {
				attrs = append(attrs, child{"", item})
			}
		case *model.Function:
			out = append(out, v)
		}
		for _, a := range attrs {
			if !seen[a.value] {
				seen[a.value] = true
				queue = append(queue, a.value)
			}
		}
	}
	return out
}

func (b *builder) build(version string) (*Model, error) {
	var err error
	if b.objects, err = newObjectGraph(b); err != nil {
		return nil, err
	}
	if err := b.addGradients(); err != nil {
		return nil, err
	}
	main, err := b.mainGraph()
	if err != nil {
		return nil, err
	}
	meta := b.meta
	meta.GraphDef = b.graphDef(main)
	meta.SaverDef = main.saver
	meta.CollectionDef = map[string]*tfpb.CollectionDef{"saved_model_main_op": {
		Kind: &tfpb.CollectionDef_NodeList_{NodeList: &tfpb.CollectionDef_NodeList{Value: []string{main.initOp.Name}}},
	}}
	meta.SignatureDef[signature.InitOpKey] = &tfpb.SignatureDef{Outputs: map[string]*tfpb.TensorInfo{signature.InitOpKey: {
		Encoding: &tfpb.TensorInfo_Name{Name: main.initOp.Name}, TensorShape: &tfpb.TensorShapeProto{UnknownRank: true},
	}}}
	if meta.ObjectGraphDef, err = b.savedObjectGraph(main); err != nil {
		return nil, err
	}
	if b.options.ExperimentalDebugStripper.Value {
		stripDebugNodes(meta.GraphDef)
	}
	ops := usedOps(meta.GraphDef)
	b.checkNamespaces(ops)
	meta.MetaInfoDef = &tfpb.MetaGraphDef_MetaInfoDef{
		Tags:                 append([]string{serveTag}, b.options.ExtraTags.Value...),
		TensorflowVersion:    tensorflowVersion,
		TensorflowGitVersion: "tfsave-" + version,
		StrippedDefaultAttrs: true,
		FunctionAliases:      b.aliases(),
	}
	if meta.MetaInfoDef.StrippedOpList, err = opList(ops); err != nil {
		return nil, err
	}

	out := &Model{
		Proto:      &tfpb.SavedModel{SavedModelSchemaVersion: schemaVersion, MetaGraphs: []*tfpb.MetaGraphDef{meta}},
		Signatures: b.signatures,
	}
	for _, o := range b.objects.variables() {
		out.entries = append(out.entries, entry{checkpointKey(o), o.value.(*model.Variable)})
	}
	out.entries = append(out.entries, entry{key: objectGraphKey})
	out.shards = b.plan(out.entries)
	if out.trackables, err = b.trackableGraph(func(o *object) string { return o.value.(*model.Variable).Name }); err != nil {
		return nil, err
	}
	for _, name := range b.assetOrder {
		out.assets = append(out.assets, assetFile{name, b.assetFiles[name]})
	}
	if out.content, err = marshal(out.Proto); err != nil {
		return nil, err
	}
	if b.options.SaveDebugInfo.Value {
		if out.debugInfo, err = marshal(debugInfo(filepath.Dir(b.model.Root.Pos.File), main.g.Library(), meta.GraphDef.Library)); err != nil {
			return nil, err
		}
	}
	if len(out.content) > math.MaxInt32 {
		return nil, fmt.Errorf("saved_model.pb would take %d bytes, and a protobuf file can have 2 GiB: values that are this large belong into variables", len(out.content))
	}
	return out, nil
}

// graphDef writes the main graph with the functions that are reachable.
func (b *builder) graphDef(main *mainGraph) *tfpb.GraphDef {
	g := main.g
	p := g.Proto()
	for _, n := range main.constants {
		compact(p.Node[n.ID])
	}
	keep := b.reachable(g)
	functions := p.Library.Function[:0]
	for _, f := range p.Library.Function {
		if keep[f.Signature.Name] {
			functions = append(functions, f)
		}
	}
	p.Library.Function = functions
	p.Library.RegisteredGradients = b.gradients.registered
	return p
}

// reachable finds the functions that are saved as traces or called by others
// that are kept; a trace can have been made for nothing.
func (b *builder) reachable(main *graph.Graph) map[string]bool {
	byName := map[string]*graph.Function{}
	for _, f := range main.Library().Functions() {
		byName[f.Name] = f
	}
	keep := map[string]bool{}
	var queue []*graph.Graph
	visit := func(name string) {
		if f := byName[name]; f != nil && !keep[name] {
			keep[name] = true
			queue = append(queue, f.Graph)
		}
	}
	for _, o := range b.objects.nodes {
		if c, ok := o.value.(*trace.ConcreteFunction); ok {
			visit(c.Func.Name)
		}
	}
	for _, c := range b.gradients.functions {
		visit(c.Func.Name)
	}
	queue = append(queue, main)
	for ; len(queue) > 0; queue = queue[1:] {
		for _, n := range queue[0].Nodes {
			for _, v := range n.Attrs {
				switch v := v.(type) {
				case op.Func:
					visit(v.Name)
				case []op.Func:
					for _, f := range v {
						visit(f.Name)
					}
				}
			}
		}
	}
	return keep
}

// compact writes a constant of equal elements as one of them, as TensorFlow
// does for captured constants (TrackableConstant, saved_model_utils.py,
// TF 2.21).
func compact(n *tfpb.NodeDef) {
	t := n.Attr["value"].GetTensor()
	switch {
	case len(t.StringVal) > 1:
		if !slices.ContainsFunc(t.StringVal, func(s []byte) bool { return !bytes.Equal(s, t.StringVal[0]) }) {
			t.StringVal = t.StringVal[:1]
		}
		return
	case len(t.BoolVal) > 1:
		if !slices.Contains(t.BoolVal, !t.BoolVal[0]) {
			t.BoolVal = t.BoolVal[:1]
		}
		return
	}
	d := tensor.DType(t.Dtype)
	size := d.Size()
	if size == 0 || len(t.TensorContent) < 2*size {
		return
	}
	for i := size; i < len(t.TensorContent); i += size {
		if !bytes.Equal(t.TensorContent[i:i+size], t.TensorContent[:size]) {
			return
		}
	}
	shape := t.TensorShape
	n.Attr["value"] = graph.AttrProto(&tensor.Tensor{DType: d, Dims: []int64{}, Data: t.TensorContent[:size]})
	n.Attr["value"].GetTensor().TensorShape = shape
}
