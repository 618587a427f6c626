package savedmodel

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/signature"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// mainGraph is the graph that sessions load: handles of the resources, a call
// for each signature, the initialisation and the saver. The nodes come in the
// order in which TensorFlow makes them, which decides their names
// (_fill_meta_graph_def, save.py, TF 2.21).
type mainGraph struct {
	b *builder
	g *graph.Graph

	handles   map[*object]*graph.Tensor // of variables and tables
	assets    map[*object]*assetNodes
	constants map[*object]*graph.Node
	inits     []*graph.Node
	initOp    *graph.Node
	saver     *tfpb.SaverDef
}

// assetNodes are the nodes of an asset: its path comes in through a
// placeholder and is held by a variable.
type assetNodes struct {
	placeholder, assign *graph.Node
	variable            *graph.Tensor
}

func (b *builder) mainGraph() (*mainGraph, error) {
	m := &mainGraph{
		b: b, g: graph.NewMain(b.tracer.Graph().Library()),
		handles: map[*object]*graph.Tensor{}, assets: map[*object]*assetNodes{}, constants: map[*object]*graph.Node{},
	}
	for _, o := range b.objects.byDependency() {
		if err := m.export(o); err != nil {
			return nil, err
		}
	}
	if err := m.callSignatures(); err != nil {
		return nil, err
	}
	if err := m.initialize(); err != nil {
		return nil, err
	}
	return m, m.addSaver()
}

// add makes a node with one output.
func (m *mainGraph) add(s graph.NodeSpec) (*graph.Tensor, error) {
	n, err := m.g.Add(s)
	if err != nil {
		return nil, err
	}
	return n.Outputs[0], nil
}

// export adds the nodes of one object (_export_to_saved_model_graph).
func (m *mainGraph) export(o *object) error {
	switch v := o.value.(type) {
	case *model.Variable:
		if err := spec.CheckOpName(v.Name); err != nil {
			return fmt.Errorf("variable %s: %w", v.Path(), err)
		}
		pop := m.g.PushDevice(m.b.variableDevice())
		defer pop()
		h, err := m.variable(v.Name, v.DType, v.Shape, false)
		if err != nil {
			return fmt.Errorf("variable %s: %w", v.Path(), err)
		}
		m.handles[o] = h
		m.g.Bind(m.b.tracer.Handle(v), h)
		return m.readVariable(h, v.DType)
	case *model.Table:
		t, err := m.b.table(v)
		if err != nil {
			return err
		}
		h, err := addTable(m.g, v, t.sharedName)
		if err != nil {
			return err
		}
		m.handles[o] = h
		m.g.Bind(m.b.tracer.Handle(v), h)
	case *model.Asset:
		return m.asset(o, v)
	case *graph.Tensor:
		t, err := addConst(m.g, "Const", v.Value())
		if err != nil {
			return err
		}
		m.constants[o] = t.Node
		m.g.Bind(v, t)
	}
	return nil
}

// variable adds the handle of a variable. Its shared name is the name of the
// node: the C++ loader tells variables apart by it. debug_name, which TensorFlow
// 2.21 sets, is unknown to loaders of 2.4 and left out. One that is initialised
// in the graph is its own location.
func (m *mainGraph) variable(name string, d tensor.DType, shape tensor.Shape, initialised bool) (*graph.Tensor, error) {
	scope, pop := m.g.PushScope(name)
	pop()
	attrs := map[string]any{"dtype": d, "shape": shape, "shared_name": scope}
	if initialised {
		attrs["_class"] = []string{"loc:@" + scope}
	}
	h, err := m.add(graph.NodeSpec{Op: "VarHandleOp", Name: scope, Exact: true, Attrs: attrs})
	if err == nil && len(h.Handle) == 0 {
		h.Handle = []tensor.HandleData{{DType: d, Shape: shape}}
	}
	return h, err
}

// readVariable adds the read that TensorFlow puts beside every handle.
func (m *mainGraph) readVariable(h *graph.Tensor, d tensor.DType) error {
	_, pop := m.g.PushScope(h.Node.Name + "/Read/")
	defer pop()
	_, err := m.add(graph.NodeSpec{Op: "ReadVariableOp", Inputs: []*graph.Tensor{h}, Attrs: map[string]any{"dtype": d}})
	return err
}

// asset adds the nodes of a file: loaders feed its path into the placeholder.
func (m *mainGraph) asset(o *object, a *model.Asset) error {
	path, err := m.add(graph.NodeSpec{Op: "Placeholder", Name: "asset_path_initializer",
		Attrs: map[string]any{"dtype": tensor.String, "shape": tensor.ShapeOf()}})
	if err != nil {
		return err
	}
	h, err := m.variable("Variable", tensor.String, tensor.ShapeOf(), true)
	if err != nil {
		return err
	}
	_, pop := m.g.PushScope(h.Node.Name + "/")
	defer pop()
	_, popInner := m.g.PushScope("IsInitialized")
	_, err = m.add(graph.NodeSpec{Op: "VarIsInitializedOp", Inputs: []*graph.Tensor{h}})
	popInner()
	if err != nil {
		return err
	}
	assign, err := m.g.Add(graph.NodeSpec{Op: "AssignVariableOp", Name: "Assign", Inputs: []*graph.Tensor{h, path},
		Attrs: map[string]any{"dtype": tensor.String}})
	if err != nil {
		return err
	}
	m.assets[o] = &assetNodes{placeholder: path.Node, assign: assign, variable: h}
	m.b.addAsset(o, a, path.Name())
	return m.readVariable(h, tensor.String)
}

// call adds a call of a function whose captures are objects of the model.
func (m *mainGraph) call(f *graph.Function, args []*graph.Tensor) (*graph.Node, error) {
	for _, c := range f.Graph.Captures {
		o, ok := m.b.objects.captured(c.Outer)
		if !ok {
			return nil, fmt.Errorf("function %s uses %s, which is no attribute of the model", f.Name, c.Outer.Name())
		}
		if a, ok := m.assets[o]; ok { // a path is read anew for every call
			path, err := m.add(graph.NodeSpec{Op: "ReadVariableOp", Inputs: []*graph.Tensor{a.variable}, Attrs: map[string]any{"dtype": tensor.String}})
			if err != nil {
				return nil, err
			}
			m.g.Bind(c.Outer, path)
		}
	}
	return m.g.Call(f, args)
}

// callSignatures adds placeholders and a call for each signature.
func (m *mainGraph) callSignatures() error {
	sigs := slices.Clone(m.b.signatures)
	slices.SortFunc(sigs, func(a, b *signature.Signature) int { return cmp.Compare(a.Key, b.Key) })
	for _, s := range sigs {
		def := &tfpb.SignatureDef{Inputs: map[string]*tfpb.TensorInfo{}, Outputs: map[string]*tfpb.TensorInfo{}, MethodName: predictMethod}
		var args []*graph.Tensor
		for i, in := range s.Wrapper.Func.Graph.Inputs {
			name := s.Wrapper.Keywords[i]
			t, err := m.add(graph.NodeSpec{Op: "Placeholder", Name: placeholderName(s.Key, name),
				Attrs: map[string]any{"dtype": in.DType, "shape": in.Shape()}})
			if err != nil {
				return err
			}
			def.Inputs[name] = tensorInfo(t)
			args = append(args, t)
		}
		call, err := m.call(s.Wrapper.Func, args)
		if err != nil {
			return err
		}
		for _, o := range s.Outputs {
			if def.Outputs[o.Key], err = m.outputInfo(&o, call.Outputs[o.First:o.First+o.Count]); err != nil {
				return err
			}
		}
		m.b.meta.SignatureDef[s.Key] = def
	}
	return nil
}

// predictMethod is the method name of a signature of tf.saved_model.save
// (signature_constants.py, TF 2.21).
const predictMethod = "tensorflow/serving/predict"

// outputInfo describes an output, which may be a composite of several tensors
// (build_tensor_info_internal, utils_impl.py, TF 2.21).
func (m *mainGraph) outputInfo(o *signature.Output, tensors []*graph.Tensor) (*tfpb.TensorInfo, error) {
	if o.Composite == nil {
		return tensorInfo(tensors[0]), nil
	}
	spec, err := encoder{m.b.tracer}.typeSpecProto(o.Composite)
	if err != nil {
		return nil, err
	}
	if spec.TypeSpecClass == tfpb.TypeSpecProto_SPARSE_TENSOR_SPEC {
		state := spec.TypeState.GetTupleValue().GetValues() // shape and dtype
		return &tfpb.TensorInfo{
			Dtype: tfpb.DataType(tensors[1].DType), TensorShape: state[0].GetTensorShapeValue(),
			Encoding: &tfpb.TensorInfo_CooSparse_{CooSparse: &tfpb.TensorInfo_CooSparse{
				IndicesTensorName: tensors[0].Name(), ValuesTensorName: tensors[1].Name(), DenseShapeTensorName: tensors[2].Name(),
			}},
		}, nil
	}
	info := &tfpb.TensorInfo_CompositeTensor{TypeSpec: spec}
	for _, t := range tensors {
		info.Components = append(info.Components, tensorInfo(t))
	}
	return &tfpb.TensorInfo{Encoding: &tfpb.TensorInfo_CompositeTensor_{CompositeTensor: info}}, nil
}

func tensorInfo(t *graph.Tensor) *tfpb.TensorInfo {
	return &tfpb.TensorInfo{
		Encoding: &tfpb.TensorInfo_Name{Name: t.Name()}, Dtype: tfpb.DataType(t.DType), TensorShape: graph.ShapeProto(t.Shape()),
	}
}

var (
	scopeName    = regexp.MustCompile(`^[A-Za-z0-9.][A-Za-z0-9_.\\-]*$`)
	badStart     = regexp.MustCompile(`^[^A-Za-z0-9.]*`)
	badCharacter = regexp.MustCompile(`[^A-Za-z0-9_.\\-]`)
)

// placeholderName names the placeholder of an input: key and name, made a name
// that nodes can have (_to_safe_name_scope).
func placeholderName(key, name string) string {
	s := key + "_" + strings.ReplaceAll(name, "\\", "_") // which no C++ loader takes
	if scopeName.MatchString(s) {
		return s
	}
	return badCharacter.ReplaceAllString(badStart.ReplaceAllString(s, ""), "_")
}

// initialize adds the initialisation of tables and assets, and the op that
// stands for all of it.
func (m *mainGraph) initialize() error {
	for _, o := range m.b.objects.nodes {
		v, ok := o.value.(*model.Table)
		if !ok {
			continue
		}
		t, err := m.b.table(v)
		if err != nil {
			return err
		}
		if err := m.initTable(t.initialize.concrete); err != nil {
			return err
		}
	}
	for _, a := range m.b.assets {
		m.inits = append(m.inits, m.assets[a.object].assign)
	}
	pop := m.g.PushControl(m.inits)
	defer pop()
	var err error
	m.initOp, err = m.g.Add(graph.NodeSpec{Op: "NoOp"})
	return err
}

// initTable calls the initializer of a table, once its file's path is there.
func (m *mainGraph) initTable(c *trace.ConcreteFunction) error {
	var after []*graph.Node
	for _, capture := range c.Func.Graph.Captures {
		if o, ok := m.b.objects.captured(capture.Outer); ok && m.assets[o] != nil {
			after = append(after, m.assets[o].assign)
		}
	}
	pop := m.g.PushControl(after)
	defer pop()
	n, err := m.call(c.Func, nil)
	if err == nil {
		m.inits = append(m.inits, n)
	}
	return err
}
