package inspect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// The files of a SavedModel (tensorflow/cc/saved_model/constants.h, TF 2.21).
const (
	graphFile       = "saved_model.pb"
	fingerprintFile = "fingerprint.pb"
	variablesPrefix = "variables/variables"
	assetsFolder    = "assets"
)

// maxMessage is the largest message that protobuf allows.
const maxMessage = 1<<31 - 1

// initOp is the key of the signature whose output a loader runs first
// (tensorflow/python/saved_model/constants.py, TF 2.21).
const initOp = "__saved_model_init_op"

// ErrCorrupt marks the errors that say a file is damaged, as against one that
// could not be read.
var ErrCorrupt = errors.New("damaged")

// Open reads the SavedModel in a directory.
func Open(dir string) (*Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, bare(err))
	}
	defer root.Close()
	r, err := OpenFS(root.FS())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return r, nil
}

// OpenFS reads the SavedModel at the root of a file system, whose files must be
// io.ReaderAt.
func OpenFS(fsys fs.FS) (*Report, error) {
	var model tfpb.SavedModel
	err := readMessage(fsys, graphFile, &model)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no SavedModel: there is no %s", graphFile)
	}
	if err != nil {
		return nil, err
	}
	r := &Report{SchemaVersion: SchemaVersion, MetaGraphs: []*MetaGraph{}}
	for _, g := range model.MetaGraphs {
		r.MetaGraphs = append(r.MetaGraphs, metaGraph(g))
	}
	if r.Variables, err = variables(fsys); err != nil {
		return nil, err
	}
	if r.Assets, err = assets(fsys); err != nil {
		return nil, err
	}
	if r.Fingerprint, err = fingerprint(fsys); err != nil {
		return nil, err
	}
	return r, nil
}

// readMessage reads a file that holds one message.
func readMessage(fsys fs.FS, name string, m proto.Message) error {
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if info.Size() > maxMessage {
		return fmt.Errorf("%s: %w: %d bytes, more than a protobuf message can have", name, ErrCorrupt, info.Size())
	}
	data, err := io.ReadAll(io.LimitReader(f, maxMessage))
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if err := proto.Unmarshal(data, m); err != nil {
		return fmt.Errorf("%s: %w: %w", name, ErrCorrupt, err)
	}
	return nil
}

// bare takes the path off an error, for messages that name it already.
func bare(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

func metaGraph(g *tfpb.MetaGraphDef) *MetaGraph {
	m := &MetaGraph{
		Tags:              append([]string{}, g.GetMetaInfoDef().GetTags()...),
		TensorFlowVersion: g.GetMetaInfoDef().GetTensorflowVersion(),
		Signatures:        map[string]*Signature{},
		FunctionAliases:   g.GetMetaInfoDef().GetFunctionAliases(),
		Functions:         functions(g.GetObjectGraphDef()),
	}
	if m.FunctionAliases == nil {
		m.FunctionAliases = map[string]string{}
	}
	for key, s := range g.SignatureDef {
		if key == initOp {
			m.InitOp = s.GetOutputs()[initOp].GetName()
			continue
		}
		m.Signatures[key] = &Signature{
			MethodName: s.GetMethodName(),
			Inputs:     tensors(s.GetInputs()),
			Outputs:    tensors(s.GetOutputs()),
		}
	}
	return m
}

func tensors(infos map[string]*tfpb.TensorInfo) map[string]*Tensor {
	out := map[string]*Tensor{}
	for name, info := range infos {
		out[name] = tensorOf(info)
	}
	return out
}

func tensorOf(info *tfpb.TensorInfo) *Tensor {
	t := &Tensor{
		Tensor: info.GetName(),
		DType:  DType(info.GetDtype()),
		Shape:  shapeOf(info.GetTensorShape()),
	}
	if sparse := info.GetCooSparse(); sparse != nil {
		// The dtypes are those of tf.SparseTensor.
		t.Components = []*Tensor{
			{Tensor: sparse.ValuesTensorName, DType: t.DType},
			{Tensor: sparse.IndicesTensorName, DType: DType(tensor.Int64)},
			{Tensor: sparse.DenseShapeTensorName, DType: DType(tensor.Int64)},
		}
	}
	if composite := info.GetCompositeTensor(); composite != nil {
		t.Type = composite.GetTypeSpec().GetTypeSpecClassName()
		for _, c := range composite.Components {
			t.Components = append(t.Components, tensorOf(c))
		}
	}
	return t
}

// shapeOf reads a shape; a message that is absent says nothing of the rank.
func shapeOf(s *tfpb.TensorShapeProto) Shape {
	if s == nil || s.UnknownRank {
		return Shape{}
	}
	dims := make([]int64, len(s.Dim))
	for i, d := range s.Dim {
		dims[i] = max(d.GetSize(), tensor.Unknown)
	}
	return Shape{tensor.ShapeOf(dims...)}
}

// functions lists the tf.functions of an object graph by their shortest paths
// from the root.
func functions(g *tfpb.SavedObjectGraph) []Function {
	out := []Function{}
	nodes := g.GetNodes()
	paths := make([]string, len(nodes))
	seen := make([]bool, len(nodes))
	queue := []int{0}
	for ; len(nodes) > 0 && len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if f := nodes[at].GetFunction(); f != nil {
			out = append(out, Function{
				Name:              paths[at],
				ConcreteFunctions: append([]string{}, f.ConcreteFunctions...),
			})
		}
		for _, child := range nodes[at].GetChildren() {
			id := int(child.NodeId)
			if id <= 0 || id >= len(nodes) || seen[id] {
				continue
			}
			seen[id] = true
			paths[id] = strings.TrimPrefix(paths[at]+"."+child.LocalName, ".")
			queue = append(queue, id)
		}
	}
	slices.SortFunc(out, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// variables lists the tensors of the checkpoint, the object graph aside. A
// model without variables/ has none.
func variables(fsys fs.FS) ([]Variable, error) {
	out := []Variable{}
	if _, err := fs.Stat(fsys, variablesPrefix+".index"); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	b, err := bundle.OpenFS(fsys, variablesPrefix)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	for _, e := range b.Entries() {
		if e.Key == "_CHECKPOINTABLE_OBJECT_GRAPH" {
			continue
		}
		v := Variable{
			Name:  e.Key,
			DType: DType(e.DType),
			Shape: Shape{tensor.ShapeOf(e.Shape...)},
			Bytes: e.Size,
			Shard: e.Shard,
		}
		for i, p := range e.Parts {
			if i == 0 {
				v.Shard = p.Shard
			}
			v.Bytes += p.Size
		}
		out = append(out, v)
	}
	return out, nil
}

// assets lists the files in assets/.
func assets(fsys fs.FS) ([]Asset, error) {
	out := []Asset{}
	err := fs.WalkDir(fsys, assetsFolder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case name == assetsFolder && errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", name, bare(err))
		case d.IsDir():
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return fmt.Errorf("%s: %w", name, bare(err))
		}
		out = append(out, Asset{Name: strings.TrimPrefix(name, assetsFolder+"/"), Bytes: info.Size()})
		return nil
	})
	return out, err
}

func fingerprint(fsys fs.FS) (*Fingerprint, error) {
	var f tfpb.FingerprintDef
	err := readMessage(fsys, fingerprintFile, &f)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &Fingerprint{
		SavedModelChecksum:   f.SavedModelChecksum,
		GraphDefProgramHash:  f.GraphDefProgramHash,
		SignatureDefHash:     f.SignatureDefHash,
		SavedObjectGraphHash: f.SavedObjectGraphHash,
		CheckpointHash:       f.CheckpointHash,
		UUID:                 f.Uuid,
	}, nil
}
