// Package verify checks a SavedModel as a whole before a program loads it: the
// files, the bytes of the checkpoint, the graphs, the object graph, the assets
// and the fingerprint, and what each says of the others.
//
// It looks for what makes TensorFlow's loaders refuse a model, or compute
// something else than the writer meant. It knows the ops of TensorFlow 2.21,
// and those that the model itself lists.
package verify

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/reader"
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	// Error: a loader refuses the model, or it computes something else.
	Error Severity = "error"
	// Warning: some loaders refuse it, or something is there that should not be.
	Warning Severity = "warning"
	// Info: good to know.
	Info Severity = "info"
)

// Finding is something wrong with a model.
type Finding struct {
	ID       string   `json:"id"` // "graph.input": the kind of check, and what it found
	Severity Severity `json:"severity"`
	Where    string   `json:"where"`         // file, function, node, tensor or object
	What     string   `json:"what"`          // what is wrong
	Why      string   `json:"why"`           // what breaks
	Fix      string   `json:"fix,omitempty"` // what to do
}

// maxSame bounds the findings of one kind: a hostile file can have millions.
const maxSame = 1000

// findings collects.
type findings struct {
	list []Finding
	same map[string]int
}

func (f *findings) add(x Finding) {
	if f.same == nil {
		f.same = map[string]int{}
	}
	if f.same[x.ID]++; f.same[x.ID] <= maxSame {
		f.list = append(f.list, x)
	}
}

// done gives what was found, and says what was left out.
func (f *findings) done() []Finding {
	for _, x := range f.list {
		if n := f.same[x.ID]; n > maxSame {
			f.same[x.ID] = 0
			f.list = append(f.list, Finding{ID: x.ID, Severity: x.Severity, Where: "the model", What: fmt.Sprintf("%d more of these are not listed", n-maxSame), Why: x.Why})
		}
	}
	return f.list
}

// Path checks what is at a path. The error says that there is no model, or that
// it could not be read; what could be checked of a model whose graph is damaged
// is given as well.
func Path(path string) ([]Finding, error) {
	m, err := reader.Open(path)
	if errors.Is(err, reader.ErrCorrupt) {
		f := &findings{}
		f.add(Finding{
			ID: "structure.decode", Severity: Error, Where: path, What: strings.TrimPrefix(err.Error(), path+": "),
			Why: "no loader can read the graph, of which nothing is checked", Fix: "copy the file again, or export the model again",
		})
		if root, err := os.OpenRoot(path); err == nil {
			defer root.Close()
			if _, err := root.Stat(reader.VariablesPrefix + ".index"); err == nil {
				f.checkpoint(bundle.Verify(root.FS(), reader.VariablesPrefix), reader.VariablesFolder)
			}
		}
		return f.done(), err
	}
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return Model(m), nil
}

// Model checks a model that was opened.
func Model(m *reader.Model) []Finding {
	f := &findings{}
	f.files(m)
	ckpt := f.variables(m)
	if m.Kind == reader.SavedModel && len(m.Proto.GetMetaGraphs()) == 0 {
		f.add(Finding{
			ID: "structure.empty", Severity: Error, Where: m.File, What: "there is no graph in it",
			Why: "no loader finds anything to load", Fix: "export the model again",
		})
	}
	f.tags(m)
	for i, g := range m.Proto.GetMetaGraphs() {
		c := newChecker(f, m, g, i)
		c.graphs()
		if m.Kind != reader.Graph {
			c.signatures()
			c.saver(ckpt)
			c.assets()
			c.objects(ckpt)
		}
	}
	f.fingerprint(m)
	return f.done()
}
