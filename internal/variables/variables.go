// Package variables reads the tensors of a checkpoint: lists them, computes
// statistics, writes them to files of other formats. All is streamed: memory does
// not grow with the tensors.
package variables

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

const (
	// valueSuffix ends the key of a variable's value
	// (tensorflow/python/trackable/base.py, VARIABLE_VALUE_KEY, TF 2.21).
	valueSuffix = "/.ATTRIBUTES/VARIABLE_VALUE"
	// objectGraphKey is the tensor in which tf.train.Checkpoint describes the
	// objects; it is none of the variables.
	objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"
)

// Set is a checkpoint, or a choice of its tensors.
type Set struct {
	model *reader.Model
	r     *bundle.Reader
	List  []Variable
}

// Variable is a tensor of a checkpoint.
type Variable struct {
	Name string // the key without what stands behind every variable's path
	bundle.Entry
}

// Bytes is the length of the tensor in the files.
func (v *Variable) Bytes() int64 {
	n := v.Size
	for _, p := range v.Parts {
		n += p.Size
	}
	return n
}

// Elements is the number of its elements.
func (v *Variable) Elements() int64 { return tensor.ShapeOf(v.Shape...).NumElements() }

// Open opens the checkpoint at a path.
func Open(path string) (*Set, error) {
	m, err := reader.OpenCheckpoint(path)
	if err != nil {
		return nil, err
	}
	r, err := bundle.OpenFS(m.FS, m.Prefix)
	if err != nil {
		m.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s := &Set{model: m, r: r}
	for _, e := range r.Entries() {
		if e.Key != objectGraphKey {
			s.List = append(s.List, Variable{strings.TrimSuffix(e.Key, valueSuffix), e})
		}
	}
	return s, nil
}

// Close closes the checkpoint.
func (s *Set) Close() error { return errors.Join(s.r.Close(), s.model.Close()) }

// Choose keeps the variables that have one of the names, which may be patterns
// as in path.Match. A name that none has is an error.
func (s *Set) Choose(names []string) error {
	if len(names) == 0 {
		return nil
	}
	var keep []Variable
	used := make([]bool, len(names))
	for _, v := range s.List {
		chosen := false
		for i, n := range names {
			ok, err := path.Match(n, v.Name)
			if err != nil {
				return fmt.Errorf("name %q: %w", n, err)
			}
			if ok || n == v.Name || n == v.Key {
				chosen, used[i] = true, true
			}
		}
		if chosen {
			keep = append(keep, v)
		}
	}
	for i, n := range names {
		if !used[i] {
			return s.unknown(n)
		}
	}
	s.List = keep
	return nil
}

func (s *Set) unknown(name string) error {
	var names []string
	for _, v := range s.List {
		names = append(names, v.Name)
	}
	err := fmt.Errorf("no variable %q", name)
	if near := spell.Nearest(name, names); near != "" {
		err = fmt.Errorf("%w (did you mean %q?)", err, near)
	}
	return err
}

// stream gives the elements of a numeric tensor.
func (s *Set) stream(v *Variable) (io.Reader, error) {
	if v.DType.Size() == 0 {
		return nil, fmt.Errorf("%s is of dtype %s, which has no numbers", v.Name, v.DType)
	}
	return s.r.Stream(v.Key)
}

// Strings gives the elements of a string tensor, one by one.
func (s *Set) Strings(v *Variable) iter.Seq2[string, error] { return s.r.Strings(v.Key) }
