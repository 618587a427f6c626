// Package inspect reads a SavedModel, whoever wrote it, into a Report that
// prints as text, JSON or YAML.
//
// The JSON is a schema that scripts may rely on; SchemaVersion counts its
// incompatible changes. Sizes in the files are not believed before they are
// checked, and nothing outside the model's directory is opened.
package inspect

import (
	"encoding/json"
	"strconv"

	"github.com/tfsave/tfsave/internal/tensor"
)

// SchemaVersion is the version of the JSON form of a Report.
const SchemaVersion = 1

// Report is what is in a SavedModel.
type Report struct {
	SchemaVersion int          `json:"schema_version"`
	MetaGraphs    []*MetaGraph `json:"meta_graphs"`
	Variables     []Variable   `json:"variables"`
	Assets        []Asset      `json:"assets"`
	Fingerprint   *Fingerprint `json:"fingerprint"` // nil before TensorFlow 2.12
}

// MetaGraph is one MetaGraphDef.
type MetaGraph struct {
	Tags              []string              `json:"tags"`
	TensorFlowVersion string                `json:"tensorflow_version"`
	Signatures        map[string]*Signature `json:"signatures"`
	// InitOp is the node that loaders run first: that of the signature
	// __saved_model_init_op, which is none of the user's.
	InitOp          string            `json:"init_op,omitempty"`
	FunctionAliases map[string]string `json:"function_aliases"` // function → alias
	Functions       []Function        `json:"functions"`
}

// Signature is one SignatureDef.
type Signature struct {
	MethodName string             `json:"method_name"`
	Inputs     map[string]*Tensor `json:"inputs"`
	Outputs    map[string]*Tensor `json:"outputs"`
}

// Tensor is one TensorInfo.
type Tensor struct {
	Tensor string `json:"tensor"` // name in the graph; "" where there are components
	DType  DType  `json:"dtype"`
	Shape  Shape  `json:"shape"`
	// Type is the class of the TypeSpec of a composite tensor.
	Type string `json:"type,omitempty"`
	// Components are the tensors of a sparse tensor (values, indices, dense
	// shape) or of another composite.
	Components []*Tensor `json:"components,omitempty"`
}

// Function is a tf.function of the object graph.
type Function struct {
	Name              string   `json:"name"` // path from the root
	ConcreteFunctions []string `json:"concrete_functions"`
}

// Variable is a tensor of the checkpoint in variables/.
type Variable struct {
	Name  string `json:"name"` // checkpoint key
	DType DType  `json:"dtype"`
	Shape Shape  `json:"shape"`
	Bytes int64  `json:"bytes"`
	Shard int    `json:"shard"` // the first one, of a tensor in parts
}

// Asset is a file in assets/.
type Asset struct {
	Name  string `json:"name"` // path below assets/
	Bytes int64  `json:"bytes"`
}

// Fingerprint is fingerprint.pb. Its hashes are decimal strings, since the
// numbers of JSON are not exact beyond 2^53.
type Fingerprint struct {
	SavedModelChecksum   uint64 `json:"saved_model_checksum,string"`
	GraphDefProgramHash  uint64 `json:"graph_def_program_hash,string"`
	SignatureDefHash     uint64 `json:"signature_def_hash,string"`
	SavedObjectGraphHash uint64 `json:"saved_object_graph_hash,string"`
	CheckpointHash       uint64 `json:"checkpoint_hash,string"`
	UUID                 string `json:"uuid"`
}

// DType is a dtype that JSON knows by its name; null where there is none.
type DType tensor.DType

func (d DType) String() string { return tensor.DType(d).String() }

// MarshalJSON gives the dtype's name, or null.
func (d DType) MarshalJSON() ([]byte, error) {
	if tensor.DType(d) == tensor.Invalid {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// Shape is a shape that is null in JSON where the rank is unknown, and a list
// with null for unknown dimensions otherwise.
type Shape struct{ tensor.Shape }

// MarshalJSON gives null or a list.
func (s Shape) MarshalJSON() ([]byte, error) {
	if !s.Known() {
		return []byte("null"), nil
	}
	dims := make([]*int64, s.Rank())
	for i, d := range s.Dims() {
		if d >= 0 {
			dims[i] = &d
		}
	}
	return json.Marshal(dims)
}

// String writes [null, 4], or "any shape" for an unknown rank.
func (s Shape) String() string {
	if !s.Known() {
		return "any shape"
	}
	out := []byte{'['}
	for i, d := range s.Dims() {
		if i > 0 {
			out = append(out, ", "...)
		}
		if d < 0 {
			out = append(out, "null"...)
		} else {
			out = strconv.AppendInt(out, d, 10)
		}
	}
	return string(append(out, ']'))
}
