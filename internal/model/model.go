// Package model is the trackable object tree: what a live tf.Module with its
// variables, functions and children is in Python. It comes from a description
// (Build) or from a Keras model, and is what bodies see as self, what the
// object graph of a SavedModel records, and what variables/ is keyed by.
package model

import (
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights"
)

// Object is a trackable: *Module, *List, *Dict, *Variable, *Constant,
// *Function, *Asset or *Table; or *Broken. The same pointer under two names is one object.
type Object interface {
	// Path is the dotted path under which the object was first found, "" for
	// the root.
	Path() string
}

// path is what every object embeds.
type path string

func (p path) Path() string { return string(p) }

// Attr is a named attribute of a module, or an entry of a dict. Value is an
// Object, or a spec.Value: a plain Python value that is visible to bodies and
// not saved.
type Attr struct {
	Name  string
	Pos   spec.Pos
	Value any
}

// Broken is an object whose description has mistakes, which were reported.
type Broken struct{ path }

// Module is a tf.Module: an object with attributes in the order in which they
// were assigned.
type Module struct {
	path
	Pos   spec.Pos
	Attrs []Attr
	// Incomplete is set where mistakes may hide further attributes.
	Incomplete bool
	index      map[string]int
}

// Attr finds an attribute.
func (m *Module) Attr(name string) (*Attr, bool) {
	i, ok := m.index[name]
	if !ok {
		return nil, false
	}
	return &m.Attrs[i], true
}

// Names lists the attributes' names in order.
func (m *Module) Names() []string {
	names := make([]string, len(m.Attrs))
	for i := range m.Attrs {
		names[i] = m.Attrs[i].Name
	}
	return names
}

// Set appends an attribute that is not there yet: for modules that no
// description has.
func (m *Module) Set(name string, value any) { m.add(Attr{Name: name, Value: value}) }

// add appends an attribute; the description has been checked for clashes.
func (m *Module) add(a Attr) {
	if m.index == nil {
		m.index = map[string]int{}
	}
	m.index[a.Name] = len(m.Attrs)
	m.Attrs = append(m.Attrs, a)
}

// List is a list of trackables (ListWrapper).
type List struct {
	path
	Items []Object
}

// Dict is a dict of trackables with string keys (_DictWrapper).
type Dict struct {
	path
	Items []Attr
}

// Variable is a tf.Variable.
type Variable struct {
	path
	Pos             spec.Pos
	Name            string // tf.Variable(name=…), without ":0"
	DType           tensor.DType
	Shape           tensor.Shape // static shape; may have unknown dimensions
	Trainable       bool
	Synchronization string // AUTO, NONE, ON_WRITE, ON_READ
	Aggregation     string // NONE, SUM, MEAN, ONLY_FIRST_REPLICA
	Value           *weights.Source
	// Incomplete is set where a mistake hides what its shape is.
	Incomplete bool
}

// Constant is an eager tensor in an attribute: functions that use it capture it.
type Constant struct {
	path
	Pos   spec.Pos
	Value *tensor.Tensor
}

// Function is a tf.function, or a plain method (Spec.Plain).
type Function struct {
	path
	Name string // the Python function's name: its attribute's name
	Spec *spec.Function
	// Owner is what the body sees as self.
	Owner *Module
	// File is the path of the Python file or GraphDef that holds the function,
	// as it can be opened; "" where it stands in the description.
	File string
}

// Asset is a file that is copied into assets/.
type Asset struct {
	path
	Pos  spec.Pos
	File string // path of the source file, as it can be opened
	Name string // base name
}

// Table is a lookup table with fixed contents (tf.lookup.StaticHashTable).
type Table struct {
	path
	Pos          spec.Pos
	KeyDType     tensor.DType
	ValueDType   tensor.DType
	Default      *Constant // scalar
	Asset        *Asset    // a text file; nil where Keys and Values are set
	KeyIndex     int       // column, or spec.WholeLine, spec.LineNumber
	ValueIndex   int
	Delimiter    string
	VocabSize    int64 // -1: not given
	Offset       int64 // added to the number of a line
	Keys, Values *Constant
	OOVBuckets   int64 // of a tf.lookup.StaticVocabularyTable; 0 for a plain table
}
