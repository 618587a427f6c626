package inspect

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// Open reads what is at a path.
func Open(path string) (*Report, error) {
	m, err := reader.Open(path)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return Read(m), nil
}

// Read describes a model. What cannot be read is told in the report.
func Read(m *reader.Model) *Report {
	r := &Report{SchemaVersion: SchemaVersion, Kind: string(m.Kind), Text: m.Text, MetaGraphs: []*MetaGraph{}, Variables: []Variable{}, Assets: []File{}}
	if m.File != "" {
		r.File = &File{m.File, m.Size}
	}
	r.variables(m)
	for i, g := range m.Proto.GetMetaGraphs() {
		r.MetaGraphs = append(r.MetaGraphs, r.metaGraph(g, i == 0))
	}
	r.totals()
	if !m.Whole {
		return r
	}
	r.Assets = r.files(m, reader.AssetsFolder)
	r.ExtraAssets = r.files(m, reader.ExtraFolder)
	r.fingerprint(m)
	r.keras(m)
	r.DebugInfo = m.Exists(reader.DebugInfoFile)
	return r
}

func (r *Report) problem(err error) { r.Problems = append(r.Problems, err.Error()) }

func (r *Report) metaGraph(g *tfpb.MetaGraphDef, first bool) *MetaGraph {
	info := g.GetMetaInfoDef()
	versions := g.GetGraphDef().GetVersions()
	m := &MetaGraph{
		Tags:                 append([]string{}, info.GetTags()...),
		TensorFlowVersion:    info.GetTensorflowVersion(),
		TensorFlowGitVersion: info.GetTensorflowGitVersion(),
		Producer:             max(versions.GetProducer(), g.GetGraphDef().GetVersion()),
		MinConsumer:          versions.GetMinConsumer(),
		StrippedDefaults:     info.GetStrippedDefaultAttrs(),
		Signatures:           map[string]*Signature{},
		FunctionAliases:      info.GetFunctionAliases(),
		AssetFiles:           []AssetFile{},
		Collections:          map[string]int{},
	}
	if m.FunctionAliases == nil {
		m.FunctionAliases = map[string]string{}
	}
	m.InitOp, _ = reader.InitNode(g)
	for key, s := range g.GetSignatureDef() {
		if key != reader.InitOp {
			m.Signatures[key] = signature(s)
		}
	}
	for _, a := range g.GetAssetFileDef() {
		m.AssetFiles = append(m.AssetFiles, AssetFile{a.GetTensorInfo().GetName(), a.GetFilename()})
	}
	for name, c := range g.GetCollectionDef() {
		m.Collections[name] = len(c.GetNodeList().GetValue()) + len(c.GetBytesList().GetValue()) +
			len(c.GetInt64List().GetValue()) + len(c.GetFloatList().GetValue()) + len(c.GetAnyList().GetValue())
	}
	if s := g.GetSaverDef(); s != nil {
		m.Saver = &Saver{s.GetFilenameTensorName(), s.GetSaveTensorName(), s.GetRestoreOpName(), int32(s.GetVersion()), s.GetSharded()}
	}
	lib := reader.NewLibrary(g.GetGraphDef())
	m.graphs(lib)
	places := reader.Places(g.GetObjectGraphDef())
	m.Functions = functions(g.GetObjectGraphDef(), places)
	m.Objects = objects(g, places)
	m.Load = load(g, lib, places)
	if first {
		r.link(m, g, places)
	}
	sum(m.Objects)
	return m
}

func signature(s *tfpb.SignatureDef) *Signature {
	out := &Signature{MethodName: s.GetMethodName(), Inputs: tensors(s.GetInputs()), Outputs: tensors(s.GetOutputs())}
	for name, t := range s.GetDefaults() {
		if out.Defaults == nil {
			out.Defaults = map[string]*Value{}
		}
		out.Defaults[name] = &Value{DType(t.GetDtype()), shapeOf(t.GetTensorShape())}
	}
	return out
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
	for _, c := range info.GetCompositeTensor().GetComponents() {
		t.Components = append(t.Components, tensorOf(c))
	}
	return t
}

// shapeOf reads a shape; a message that is absent says nothing of the rank.
func shapeOf(s *tfpb.TensorShapeProto) Shape {
	if s == nil {
		return Shape{}
	}
	return Shape{graph.ShapeValue(s)}
}

// objectGraphKey is the tensor in which tf.train.Checkpoint describes the
// objects; it is none of the variables.
const objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"

// sameBytes is the length from which two variables of equal checksums are
// called the same: small ones are often equal, zeros for instance.
const sameBytes = 4096

// variables lists the tensors of the checkpoint, the object graph aside.
func (r *Report) variables(m *reader.Model) {
	if m.Prefix == "" {
		r.explainMissing(m)
		return
	}
	b, err := bundle.OpenFS(m.FS, m.Prefix)
	if err != nil {
		r.problem(err)
		return
	}
	defer b.Close()
	type content struct {
		crc   uint32
		bytes int64
		dtype tensor.DType
	}
	seen := map[content]string{}
	for _, e := range b.Entries() {
		if e.Key == objectGraphKey {
			continue
		}
		v := Variable{
			Name:  e.Key,
			DType: DType(e.DType),
			Shape: Shape{tensor.ShapeOf(e.Shape...)},
			Bytes: e.Size,
			Shard: e.Shard,
			Parts: len(e.Parts),
		}
		for i, p := range e.Parts {
			if i == 0 {
				v.Shard = p.Shard
			}
			v.Bytes += p.Size
		}
		if e.Parts == nil && e.Size >= sameBytes {
			c := content{e.CRC, e.Size, e.DType}
			if first, ok := seen[c]; ok {
				v.SameAs = first
			} else {
				seen[c] = e.Key
			}
		}
		r.Variables = append(r.Variables, v)
	}
}

// explainMissing says where variables are that a SavedModel should have.
func (r *Report) explainMissing(m *reader.Model) {
	if !m.Whole {
		return
	}
	if index := reader.VariablesPrefix + ".index"; m.Outside(index) {
		r.problem(fmt.Errorf("%s: %w", index, reader.ErrOutside))
		return
	}
	entries, err := fs.ReadDir(m.FS, reader.VariablesFolder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if name := e.Name(); name == "variables" || strings.HasPrefix(name, "variables-") {
			r.problem(errors.New("variables/" + name + ": a checkpoint of format V1, which TensorFlow stopped writing with 1.0 and tfsave does not read"))
			return
		}
	}
}

func (r *Report) totals() {
	r.Totals.Variables = len(r.Variables)
	for _, v := range r.Variables {
		n := v.Shape.NumElements()
		r.Totals.Parameters += n
		r.Totals.Bytes += v.Bytes
		if v.Trainable != nil && *v.Trainable {
			r.Totals.Trainable += n
		}
	}
}

// files lists the files in a folder.
func (r *Report) files(m *reader.Model, folder string) []File {
	out := []File{}
	err := fs.WalkDir(m.FS, folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case name == folder && errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case d.IsDir():
			return nil
		}
		info, err := fs.Stat(m.FS, name) // of what a link points to
		if m.Outside(name) {
			err = fmt.Errorf("%s: %w", name, reader.ErrOutside)
		}
		if err != nil {
			r.problem(err)
			return nil
		}
		out = append(out, File{Name: strings.TrimPrefix(name, folder+"/"), Bytes: info.Size()})
		return nil
	})
	if err != nil {
		r.problem(err)
	}
	return out
}

func (r *Report) fingerprint(m *reader.Model) {
	var f tfpb.FingerprintDef
	if !r.message(m, reader.FingerprintFile, &f) {
		return
	}
	r.Fingerprint = &Fingerprint{
		SavedModelChecksum:   f.SavedModelChecksum,
		GraphDefProgramHash:  f.GraphDefProgramHash,
		SignatureDefHash:     f.SignatureDefHash,
		SavedObjectGraphHash: f.SavedObjectGraphHash,
		CheckpointHash:       f.CheckpointHash,
		UUID:                 f.Uuid,
		Version:              f.GetVersion().GetProducer(),
	}
}

// message reads a file that may be missing.
func (r *Report) message(m *reader.Model, name string, to proto.Message) bool {
	if !m.Exists(name) {
		return false
	}
	if err := m.ReadMessage(name, to); err != nil {
		r.problem(err)
		return false
	}
	return true
}

// Damaged gives the problems as one error, nil where there are none.
func (r *Report) Damaged() error {
	var errs []error
	for _, p := range r.Problems {
		errs = append(errs, fmt.Errorf("%s", p))
	}
	return errors.Join(errs...)
}
