// Package spec is the model description: the YAML or JSON file that a person or
// a program writes, as Go types.
//
// Load and Parse decode by hand from syntax nodes, without reflection, so that
// every key and scalar keeps its position and one run reports every mistake.
// What the package checks is what can be seen in the text alone: keys, types,
// names, dtypes, shapes, references. It opens no other file; whether weights
// fit, bodies parse or tensors have the right shapes is for later stages, which
// report their findings as *Error with the positions kept here.
package spec

import (
	"github.com/tfsave/tfsave/internal/tensor"
)

// Spec is one model description.
type Spec struct {
	// Source is the text that positions refer to.
	Source *Source
	// Dir is what relative paths of the description start from: the folder of
	// its file, "." for standard input.
	Dir string

	// Module is the root object; nil where Keras describes it.
	Module *Module
	// Keras is set instead of Module for a description by a Keras model.
	Keras *Keras
	// Signatures is nil where the key is absent: TensorFlow then looks for a
	// default; an empty list means no signatures at all.
	Signatures *Signatures
	Options    Options
	Weights    []*WeightFile
}

// An Object is what an attribute of a module, or an element of a list or dict,
// is: *Module, *Variable, *Constant, *Function, *Asset, *Table, *List, *Dict,
// *Ref, *Keras or *Broken. Objects are pointers: the same pointer is the same object.
type Object interface {
	// Position is where the object's description starts.
	Position() Pos
	// What names the kind of object in messages: "a module", "a variable", ….
	What() string
}

// Member is a named object: an attribute of a module or an entry of a dict.
type Member struct {
	Name   string
	Pos    Pos // of the name
	Object Object
}

// Module is a tf.Module: an object with attributes.
type Module struct {
	Pos Pos
	// Members are the attributes of all sections in the order of the file,
	// which is the order in which TensorFlow would have tracked them.
	Members []Member
	// Incomplete is set where there are mistakes beside the members: there may
	// be attributes that nobody could read.
	Incomplete bool
}

// Broken is an object whose description has mistakes, which were reported. It
// stands in the tree so that the rest can be checked too, and what leads to it is
// not reported once more.
type Broken struct{ Pos Pos }

// List is a list attribute; its elements are modules, variables, refs, lists
// and dicts.
type List struct {
	Pos   Pos
	Items []Object
}

// Dict is a dict attribute with string keys, in the order of the file.
type Dict struct {
	Pos     Pos
	Members []Member
}

// Ref is the same object under another name.
type Ref struct {
	Pos  Pos
	Path Path
	// Target is what the path leads to, never a Ref. It may enclose the ref:
	// TensorFlow allows cycles in the object graph.
	Target Object

	section section // whose objects the path must lead to
}

// Path is a dotted path from the root: `encoder.layers.0.w`, with `layers[0]`
// for `layers.0` and `d["key"]` for keys that hold dots. "." is the root.
type Path struct {
	Pos   Pos
	Text  string // as written
	Steps []string
}

// Constant is a plain Python value of an attribute, visible as self.x and not
// saved as a variable; or, where Tensor is set, an eager tensor.
type Constant struct {
	Pos    Pos
	Value  Value
	Tensor bool
	// Of a tensor: the dtype, Invalid where TensorFlow infers it from the
	// value, and the shape, which the value must have or fill.
	DType    tensor.DType
	HasShape bool
	Shape    tensor.Shape
}

// Variable is a tf.Variable. At most one of Initializer, Value and File is
// set; with none of them a weight file must provide the value.
type Variable struct {
	Pos Pos
	// Name is the name given to tf.Variable, "" for the attribute's name.
	Name     string
	HasShape bool
	Shape    tensor.Shape // static shape; unknown dimensions are allowed
	ShapePos Pos          // Pos where the shape is not given
	DType    tensor.DType // float32 unless said
	DTypePos Pos          // Pos where the dtype is not given

	Initializer *Initializer
	Value       *Value
	File        *FileValue

	Trainable *bool
	// Synchronization is one of AUTO, NONE, ON_WRITE, ON_READ; "" if not given.
	Synchronization string
	// Aggregation is one of NONE, SUM, MEAN, ONLY_FIRST_REPLICA; "" if not given.
	Aggregation string
}

// Initializer is a named rule for a variable's first value. Names and
// parameters are checked by the package that computes the values.
type Initializer struct {
	Pos    Pos
	Name   string
	Params []Param
}

// Param is a named argument of an initializer.
type Param struct {
	Name  string
	Pos   Pos // of the name
	Value Value
}

// FileValue is a variable's value in a file.
type FileValue struct {
	Pos       Pos
	File      string // relative to Spec.Dir
	FilePos   Pos
	Tensor    string // name in the file; "" for the only one
	TensorPos Pos
	Transpose []int // a permutation of the axes of the stored tensor; nil for none
	Cast      bool  // convert the stored dtype to the variable's
}

// Asset is a file that is copied into the model.
type Asset struct {
	Pos  Pos
	File string // relative to Spec.Dir
}

// Column numbers of a table's text file with a special meaning
// (tf.lookup.TextFileIndex).
const (
	WholeLine  = -2
	LineNumber = -1
)

// Table is a lookup table: from an asset or from inline keys and values.
type Table struct {
	Pos Pos

	Asset     *Asset // nil for an inline table
	AssetPath Path
	KeyIndex  int // column, WholeLine or LineNumber; WholeLine unless said
	// ValueIndex is LineNumber unless said.
	ValueIndex int
	Delimiter  string // a tab unless said
	VocabSize  int64  // 0: not given
	Offset     int64  // of the numbers of lines; no key of a description sets it

	Keys, Values *Value // lists; nil for a table from an asset

	KeyDType      tensor.DType
	ValueDType    tensor.DType
	Default       Value
	HasDefault    bool
	NumOOVBuckets int64 // 0: not given
}

// Function is a tf.function, or a plain method where Plain is set. Exactly one
// of Body, BodyFile, Nodes, Graph and LibraryFunction is set.
type Function struct {
	Pos  Pos
	Name string // attribute name
	// Args are the arguments, `self` aside. Where the file gives none they
	// come from the names of InputSignature (HasArgs is false).
	Args    []Arg
	HasArgs bool
	// InputSignature is meaningful where HasInputSignature is set; it may be
	// empty (a function of no arguments).
	InputSignature    []Input
	HasInputSignature bool
	InputSignaturePos Pos
	// ConcreteFunctions are the traces asked for besides those that signatures
	// and calls make, each as get_concrete_function takes it.
	ConcreteFunctions []*Inputs
	JITCompile        *bool
	// Plain is a Python method without @tf.function: called inline, not
	// exported.
	Plain bool

	Body     *Body
	BodyFile *BodyFile
	Nodes    *Nodes
	Graph    *Graph

	// Broken is set where it has mistakes, which were reported.
	Broken bool

	// Library is code whose names the Body sees; where LibraryFunction is set it
	// stands for the body. No description sets them: see internal/keras.
	Library         *Library
	LibraryFunction string
}

// Library is Python code of several files, which see each other's functions:
// a top-level name may be used in all of them.
type Library struct{ Files []LibraryFile }

// LibraryFile is a file of a Library. A name in two files is that of the later.
type LibraryFile struct {
	Name string
	Text string
	// User marks a file of the user's: errors tell places in it, and AutoGraph
	// applies to it.
	User bool
}

// ArgKind is how an argument may be passed.
type ArgKind int

// The kinds of arguments of a Python function.
const (
	Positional  ArgKind = iota // or by keyword
	KeywordOnly                // after * or *args
	VarArgs                    // *args
	VarKeywords                // **kwargs
)

// Arg is an argument of a function.
type Arg struct {
	Pos     Pos
	Name    string
	Kind    ArgKind
	Default *Value // nil: none
}

// BodyFile is a body that stands in a Python file of its own.
type BodyFile struct {
	Pos      Pos
	File     string // relative to Spec.Dir
	FilePos  Pos
	Function string // name of the def in the file
}

// Nodes is a function written as ops.
type Nodes struct {
	Pos     Pos
	Nodes   []*NodeDef
	Outputs Outputs
}

// NodeDef is one op of a function, as in GraphDef.
type NodeDef struct {
	Pos     Pos
	Name    string
	NamePos Pos
	Op      string
	OpPos   Pos
	// Inputs are arguments, nodes, node:output, or self.path: the handle of a
	// variable or table, by its path from the module that has the function.
	Inputs        []Text
	ControlInputs []Text
	Device        string
	Attrs         []Param
}

// OutputForm is what a function of nodes or of a graph returns.
type OutputForm int

// The forms of a result.
const (
	SingleOutput  OutputForm = iota // one tensor
	ListOutput                      // a list of tensors
	MappingOutput                   // a dict
)

// Outputs is the result of a function of nodes or of a graph.
type Outputs struct {
	Pos   Pos
	Form  OutputForm
	Items []NamedTensor // in the order of the file
}

// NamedTensor gives a name to a tensor of the graph.
type NamedTensor struct {
	Name   string // "" where outputs are not a mapping
	Pos    Pos    // of the name; of the tensor where there is none
	Tensor Text
}

// Graph is a function that a file holds as a GraphDef.
type Graph struct {
	Pos     Pos
	File    string // relative to Spec.Dir
	FilePos Pos
	Inputs  []NamedTensor // argument name → tensor of the graph
	Outputs Outputs
}

// Text is a string with its position.
type Text struct {
	Pos   Pos
	Value string
}

// Inputs is what tf.function.get_concrete_function is given. By position or,
// where Named is not nil, by argument name.
type Inputs struct {
	Pos        Pos
	Positional []Input
	Named      []NamedInput
}

// NamedInput is the input for one argument, or for one key of a dict.
type NamedInput struct {
	Name  string
	Pos   Pos // of the name
	Input Input
}

// An Input describes one argument: *TensorSpec, *RaggedSpec, *SparseSpec,
// *ListSpec (lists and tuples), *DictSpec or *Literal.
type Input interface {
	// Position is where the description starts.
	Position() Pos
	input()
}

// TensorSpec is a tf.TensorSpec.
type TensorSpec struct {
	Pos   Pos
	Name  string       // "" if not given
	Shape tensor.Shape // of unknown rank where absent or null
	DType tensor.DType
}

// RaggedSpec is a tf.RaggedTensorSpec.
type RaggedSpec struct {
	Pos            Pos
	Name           string
	Shape          tensor.Shape
	DType          tensor.DType
	RaggedRank     int          // -1 if not given
	RowSplitsDType tensor.DType // int64 unless said
}

// SparseSpec is a tf.SparseTensorSpec.
type SparseSpec struct {
	Pos   Pos
	Name  string
	Shape tensor.Shape
	DType tensor.DType
}

// ListSpec is a list or a tuple of inputs, passed as one argument.
type ListSpec struct {
	Pos   Pos
	Tuple bool
	Items []Input
}

// DictSpec is a dict of inputs, passed as one argument, in the order of the file.
type DictSpec struct {
	Pos     Pos
	Entries []NamedInput
}

// Literal is a Python value as an argument.
type Literal struct {
	Value Value
}

// FunctionRef names a function by its path from the root.
type FunctionRef struct {
	Path Path
	// Function is nil where a Keras model lies on the path, until that is
	// expanded; or after a mistake, which was reported.
	Function *Function
}

// Signatures are the entries of `signatures`, in the order of the file.
type Signatures struct {
	Pos     Pos
	Entries []*Signature
}

// Signature is one entry of the signature map.
type Signature struct {
	Key      string
	KeyPos   Pos // where the key stands; Pos where it is implied
	Pos      Pos
	Function FunctionRef
	Inputs   *Inputs // nil: the function's own input_signature
}

// WeightFile is a file with values of several variables. Names in the file,
// after Prefix was stripped and Rename applied, are variable paths below
// Module, with "." or "/" between the steps. Every tensor of the file must be
// used or match Ignore.
type WeightFile struct {
	Pos     Pos
	File    string // relative to Spec.Dir
	FilePos Pos
	// Module is where the paths start, an empty Path for the root; Target is
	// what it leads to (nil where Keras describes the root).
	Module    Path
	Target    Object
	Prefix    string
	Rename    []Rename
	Transpose []Transpose
	Cast      bool
	Ignore    []Text // globs over names in the file
	Broken    bool   // it has mistakes, which were reported
}

// Rename maps a name in a weight file to a variable path below its module.
type Rename struct {
	From, To Text
	Variable Object // that To leads to; nil where only the Keras model knows
}

// Transpose permutes the axes of a stored tensor.
type Transpose struct {
	Path     Text   // variable path below the module
	Variable Object // that it leads to; nil where only the Keras model knows
	Perm     []int
}

// Setting is an option with the place where it was set.
type Setting[T any] struct {
	Pos   Pos
	Set   bool
	Value T
}

// Options are the fields of tf.saved_model.SaveOptions
// (tensorflow/python/saved_model/save_options.py, TF 2.21).
type Options struct {
	Pos                         Pos
	NamespaceWhitelist          Setting[[]string]
	SaveDebugInfo               Setting[bool]
	FunctionAliases             []FunctionAlias
	ExperimentalDebugStripper   Setting[bool]
	ExperimentalIODevice        Setting[string]
	ExperimentalVariablePolicy  Setting[string] // none, save_variable_devices or expand_distributed_variables
	ExperimentalCustomGradients Setting[bool]
	ExperimentalImageFormat     Setting[bool]
	ExperimentalSkipSaver       Setting[bool]
	// MaxShardSize is experimental_sharding_callback: {max_shard_size: bytes}.
	MaxShardSize Setting[int64]
	ExtraTags    Setting[[]string]
}

// FunctionAlias is one entry of function_aliases.
type FunctionAlias struct {
	Name      string
	Pos       Pos // of the name
	Functions []FunctionRef
}

// Keras is a model that Keras describes: its position and its settings as
// plain data.
type Keras struct {
	Pos   Pos
	Value Value
}
