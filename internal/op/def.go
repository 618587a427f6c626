// Package op knows the operations of the pinned TensorFlow release: their
// definitions, as its C registry gives them, and how the shapes of their
// outputs follow from their inputs. It knows nothing of graphs.
//
// # Attribute values
//
// An attribute's value is a Go value, the same in defaults, in graphs and in
// specs:
//
//	int     int64            list(int)     []int64
//	float   float32          list(float)   []float32
//	bool    bool             list(bool)    []bool
//	string  string (bytes)   list(string)  []string
//	type    tensor.DType     list(type)    []tensor.DType
//	shape   tensor.Shape     list(shape)   []tensor.Shape
//	tensor  *tensor.Tensor   list(tensor)  []*tensor.Tensor
//	func    Func             list(func)    []Func
//
// CheckAttr holds a value against the definition of its attribute, EqualAttr
// compares two.
package op

import "github.com/tfsave/tfsave/internal/tensor"

// Def is the definition of one operation (OpDef of
// tensorflow/core/framework/op_def.proto, without its documentation).
type Def struct {
	Name           string
	Inputs         []Arg
	Outputs        []Arg
	ControlOutputs []string
	Attrs          []AttrDef
	Deprecated     *Deprecation // nil where the op is not deprecated

	Stateful                 bool
	Commutative              bool
	Aggregate                bool
	DistributedCommunication bool
	AllowsUninitialized      bool

	encoded []byte
}

// Arg is an input or an output of an op: one tensor, or a list of tensors
// where NumberAttr or TypeListAttr is set.
type Arg struct {
	Name         string
	Type         tensor.DType // 0 where the type comes from an attribute
	TypeAttr     string       // the attribute that holds the type
	NumberAttr   string       // the attribute that holds the length of a list of one type
	TypeListAttr string       // the attribute that holds the types of a list
	IsRef        bool
}

// AttrDef is the definition of one attribute of an op.
type AttrDef struct {
	Name           string
	Type           string // "int", "list(type)", …, as in the table of the package documentation
	Default        any    // nil where there is none
	HasDefault     bool
	AllowedTypes   []tensor.DType // nil: any
	AllowedStrings []string       // nil: any
	HasMin         bool
	Min            int64 // of an int, or of the length of a list
}

// Deprecation says since which GraphDef version an op is not to be used.
type Deprecation struct {
	Version     int
	Explanation string
}

// Func is the value of a func attribute: the name of a function of the
// library, and the attributes that it is instantiated with.
type Func struct {
	Name  string
	Attrs map[string]any
}

// Attr finds the definition of an attribute.
func (d *Def) Attr(name string) (*AttrDef, bool) {
	for i := range d.Attrs {
		if d.Attrs[i].Name == name {
			return &d.Attrs[i], true
		}
	}
	return nil, false
}

// Encoded gives the OpDef in protobuf wire form, without documentation, as
// the list of used ops of a MetaGraphDef holds it.
func (d *Def) Encoded() []byte { return d.encoded }
