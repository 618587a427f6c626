// Package inspect reads a SavedModel, whoever wrote it, or another thing that
// internal/reader knows, into a Report that prints as text, JSON or YAML.
//
// The JSON is a schema that scripts may rely on, described in docs/inspect.md;
// SchemaVersion counts its incompatible changes.
package inspect

import (
	"encoding/json"
	"strconv"

	"github.com/tfsave/tfsave/internal/tensor"
)

// SchemaVersion is the version of the JSON form of a Report.
const SchemaVersion = 1

// Report is what is in a SavedModel, a graph or a checkpoint.
type Report struct {
	SchemaVersion int          `json:"schema_version"`
	Kind          string       `json:"kind"`           // SavedModel, MetaGraphDef, GraphDef, checkpoint
	File          *File        `json:"file,omitempty"` // that was decoded
	Text          bool         `json:"text,omitempty"` // whether it is in text form
	MetaGraphs    []*MetaGraph `json:"meta_graphs"`
	Variables     []Variable   `json:"variables"`
	Totals        Totals       `json:"totals"`
	Assets        []File       `json:"assets"`
	ExtraAssets   []File       `json:"extra_assets,omitempty"` // assets.extra/
	Fingerprint   *Fingerprint `json:"fingerprint"`            // nil before TensorFlow 2.12
	Keras         *Keras       `json:"keras,omitempty"`        // keras_metadata.pb
	DebugInfo     bool         `json:"debug_info,omitempty"`   // whether there is debug/saved_model_debug_info.pb
	// Problems say what could not be read: the rest of the report holds.
	Problems []string `json:"problems,omitempty"`
}

// Totals are sums over the variables.
type Totals struct {
	Variables  int   `json:"variables"`
	Parameters int64 `json:"parameters"` // elements
	Trainable  int64 `json:"trainable"`  // elements of trainable variables
	Bytes      int64 `json:"bytes"`
}

// MetaGraph is one MetaGraphDef.
type MetaGraph struct {
	Tags                 []string              `json:"tags"`
	TensorFlowVersion    string                `json:"tensorflow_version"`
	TensorFlowGitVersion string                `json:"tensorflow_git_version"`
	Producer             int32                 `json:"producer"` // version of the GraphDef
	MinConsumer          int32                 `json:"min_consumer"`
	StrippedDefaults     bool                  `json:"stripped_default_attrs"`
	Signatures           map[string]*Signature `json:"signatures"`
	// InitOp is the node that loaders run first: that of the signature
	// __saved_model_init_op, which is none of the user's, or of TensorFlow 1.
	InitOp          string            `json:"init_op,omitempty"`
	FunctionAliases map[string]string `json:"function_aliases"` // function → alias
	Functions       []Function        `json:"functions"`
	Objects         []*Object         `json:"objects"`
	Load            []Step            `json:"load"`
	Library         []Body            `json:"library"`
	Nodes           int               `json:"nodes"` // of the main graph
	Ops             []Op              `json:"ops"`
	Devices         map[string]int    `json:"devices"` // device → nodes
	Constants       []Constant        `json:"constants"`
	AssetFiles      []AssetFile       `json:"asset_files"`
	Saver           *Saver            `json:"saver"`
	Collections     map[string]int    `json:"collections"` // name → entries
}

// Signature is one SignatureDef.
type Signature struct {
	MethodName string             `json:"method_name"`
	Inputs     map[string]*Tensor `json:"inputs"`
	Outputs    map[string]*Tensor `json:"outputs"`
	Defaults   map[string]*Value  `json:"defaults,omitempty"` // of inputs that may be left out
}

// Value is a small tensor's dtype and shape, for a default.
type Value struct {
	DType DType `json:"dtype"`
	Shape Shape `json:"shape"`
}

// Tensor is one TensorInfo.
type Tensor struct {
	Tensor string `json:"tensor"` // name in the graph; "" where there are components
	DType  DType  `json:"dtype"`
	Shape  Shape  `json:"shape"`
	// Components are the tensors of a sparse tensor (values, indices, dense
	// shape) or of another composite.
	Components []*Tensor `json:"components,omitempty"`
}

// Function is a tf.function of the object graph.
type Function struct {
	Name              string             `json:"name"` // path from the root
	Compiled          *bool              `json:"jit_compile,omitempty"`
	ConcreteFunctions []ConcreteFunction `json:"concrete_functions"`
}

// ConcreteFunction is a trace of a function. Args, Kwargs and Outputs are
// structures; see Structure.
type ConcreteFunction struct {
	Name     string         `json:"name"`
	Args     []any          `json:"args"`
	Kwargs   map[string]any `json:"kwargs,omitempty"`
	Outputs  any            `json:"outputs"`
	Captures []string       `json:"captures"` // paths of objects
}

// Object is a node of the object graph, under its shortest path.
type Object struct {
	ID         int    `json:"id"`
	Path       string `json:"path"`
	Kind       string `json:"kind"`
	Class      string `json:"class,omitempty"` // identifier of a user object, or registered name
	DType      DType  `json:"dtype,omitempty"`
	Shape      *Shape `json:"shape,omitempty"`
	Name       string `json:"name,omitempty"` // of a variable, of a constant's node, of an asset's file
	Device     string `json:"device,omitempty"`
	Trainable  *bool  `json:"trainable,omitempty"`
	Variables  int    `json:"variables,omitempty"` // below and including it, each counted once
	Parameters int64  `json:"parameters,omitempty"`
	Bytes      int64  `json:"bytes,omitempty"`

	edge     string // the last name of the path
	place    int    // in the list of objects
	parent   int
	depth    int
	children int
}

// Step is something that runs when the model is loaded.
type Step struct {
	What string `json:"what"` // init_op, restore, initialize, create
	Node string `json:"node,omitempty"`
	By   string `json:"by"` // what makes it run
	// Functions are those that it calls, in order of first call, and Ops those
	// that have effects.
	Functions []string `json:"functions,omitempty"`
	Ops       []string `json:"ops,omitempty"`
}

// Body is a function of the graph's library.
type Body struct {
	Name     string `json:"name"`
	Nodes    int    `json:"nodes"`
	Stateful bool   `json:"stateful,omitempty"`
}

// Op says how often an op occurs in the main graph and all functions.
type Op struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"` // before the > of a custom op
	Count     int    `json:"count"`
	// Known says whether TensorFlow 2.21 has it, or the graph's library.
	Known bool `json:"known"`
}

// Constant is a value in the graph itself.
type Constant struct {
	Function string `json:"function,omitempty"`
	Node     string `json:"node"`
	DType    DType  `json:"dtype"`
	Shape    Shape  `json:"shape"`
	Bytes    int64  `json:"bytes"`
}

// AssetFile is an AssetFileDef: which tensor gets the path of which file.
type AssetFile struct {
	Tensor string `json:"tensor"`
	File   string `json:"file"`
}

// Saver is the SaverDef.
type Saver struct {
	Filename string `json:"filename_tensor"`
	Save     string `json:"save_tensor"`
	Restore  string `json:"restore_op"`
	Version  int32  `json:"version"` // of checkpoints: 2 is V2
	Sharded  bool   `json:"sharded,omitempty"`
}

// Variable is a tensor of the checkpoint in variables/.
type Variable struct {
	Name  string `json:"name"` // checkpoint key
	DType DType  `json:"dtype"`
	Shape Shape  `json:"shape"`
	Bytes int64  `json:"bytes"`
	Shard int    `json:"shard"` // the first one, of a tensor in parts
	Parts int    `json:"parts,omitempty"`
	// Object is the path of the variable's object, Trainable what that says.
	Object    string `json:"object,omitempty"`
	Trainable *bool  `json:"trainable,omitempty"`
	// SameAs is an earlier variable with the same bytes, of some length.
	SameAs string `json:"same_as,omitempty"`
}

// File is a file and its size.
type File struct {
	Name  string `json:"name"` // path below its folder
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
	Version              int32  `json:"version"`
}

// Keras is what keras_metadata.pb, of Keras 2, says of the layers.
type Keras struct {
	Layers int            `json:"layers"`
	Ops    map[string]int `json:"classes"` // class name → layers
}

// DType is a dtype that JSON knows by its name.
type DType tensor.DType

func (d DType) String() string {
	if tensor.DType(d) == tensor.Invalid {
		return "invalid"
	}
	return tensor.DType(d).String()
}

// MarshalText gives the dtype's name.
func (d DType) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

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
