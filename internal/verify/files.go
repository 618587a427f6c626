package verify

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/reader"
)

// files checks what is in a model's directory.
func (f *findings) files(m *reader.Model) {
	if !m.Whole {
		return
	}
	for _, name := range reader.GraphFiles {
		if name != m.File && m.Exists(name) {
			f.add(Finding{
				ID: "files.two-graphs", Severity: Warning, Where: name, What: "beside " + m.File + ": loaders read only that",
				Why: "the two can be different models", Fix: "remove one of them",
			})
		}
	}
	f.links(m)
	old := false
	defer func() {
		index := reader.VariablesPrefix + ".index"
		if !m.Exists(index) && !m.Outside(index) && !old && needsCheckpoint(m) {
			f.add(Finding{
				ID: "files.variables", Severity: Error, Where: reader.VariablesFolder, What: "there is no " + index,
				Why: "tf.saved_model.load fails; other loaders leave the variables without values", Fix: "copy the model's directory as a whole",
			})
		}
	}()
	entries, err := fs.ReadDir(m.FS, reader.VariablesFolder)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case name == "variables.index", strings.HasPrefix(name, "variables.data-"):
		case name == "checkpoint": // TensorFlow 1 wrote one
		case name == "variables", strings.HasPrefix(name, "variables-"):
			old = true
			f.add(Finding{
				ID: "checkpoint.v1", Severity: Warning, Where: path.Join(reader.VariablesFolder, name), What: "a checkpoint of format V1 cannot be checked",
				Why: "TensorFlow stopped writing it with 1.0", Fix: "load the model with TensorFlow 1 and save it again",
			})
		default:
			f.add(Finding{
				ID: "files.stray", Severity: Warning, Where: path.Join(reader.VariablesFolder, name), What: "not a file of the checkpoint",
				Why: "a copy or an export that was interrupted leaves such files", Fix: "remove it",
			})
		}
	}
}

// links names the links that lead out of the model's directory.
func (f *findings) links(m *reader.Model) {
	_ = fs.WalkDir(m.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type()&fs.ModeSymlink != 0 && m.Outside(name) {
			f.add(Finding{
				ID: "files.outside", Severity: Error, Where: name, What: "a link that leads out of the model's directory",
				Why: "a program that loads the model would open a file that is no part of it; here it is not followed", Fix: "copy the model with the files themselves, or do not load it",
			})
		}
		return nil // what cannot be read is told of where it is needed
	})
}

// needsCheckpoint says whether a model has a checkpoint: those of TensorFlow 2
// have one even where they have no variables, those of TensorFlow 1 where they
// have some.
func needsCheckpoint(m *reader.Model) bool {
	for _, g := range m.Proto.GetMetaGraphs() {
		if len(g.GetObjectGraphDef().GetNodes()) > 0 {
			return true
		}
		for _, n := range g.GetGraphDef().GetNode() {
			switch n.GetOp() {
			case "VarHandleOp", "Variable", "VariableV2":
				if g.GetSaverDef().GetRestoreOpName() != "" {
					return true
				}
			}
		}
	}
	return false
}

// variables checks the bytes of the checkpoint, and gives a reader of it, nil
// where there is none or it cannot be read.
func (f *findings) variables(m *reader.Model) *bundle.Reader {
	if m.Prefix == "" {
		return nil
	}
	f.checkpoint(bundle.Verify(m.FS, m.Prefix), path.Dir(m.Prefix))
	r, err := bundle.OpenFS(m.FS, m.Prefix)
	if err != nil {
		return nil
	}
	return r
}

func (f *findings) checkpoint(faults []*bundle.Fault, dir string) {
	for _, fault := range faults {
		x := Finding{Severity: Error, Where: path.Join(dir, fault.File), What: fault.Err.Error(), Fix: "copy the file again, or export the model again"}
		isIndex := strings.HasSuffix(fault.File, ".index")
		switch {
		case fault.Key != "":
			x.ID, x.Where = "checkpoint.tensor", fmt.Sprintf("%s: tensor %q", x.Where, fault.Key)
			x.Why = "TensorFlow refuses to restore it; other readers take the damaged numbers"
		case isIndex:
			x.ID, x.Why = "checkpoint.index", "TensorFlow cannot find the variables"
		default:
			x.ID, x.Why = "checkpoint.shard", "the variables in it cannot be restored, or the file is of another checkpoint"
		}
		f.add(x)
	}
}

// tags checks the tag sets, by which loaders choose a graph.
func (f *findings) tags(m *reader.Model) {
	if m.Kind != reader.SavedModel {
		return
	}
	seen := map[string]bool{}
	for i, g := range m.Proto.GetMetaGraphs() {
		tags := slices.Clone(g.GetMetaInfoDef().GetTags())
		slices.Sort(tags)
		where := fmt.Sprintf("MetaGraph %d", i)
		key := strings.Join(tags, "\x00")
		letters := 0
		for _, t := range tags {
			if len(t) == 1 {
				letters++
			}
		}
		switch {
		case len(tags) == 0 && m.HubModule():
		case len(tags) == 0:
			f.add(Finding{
				ID: "structure.tags", Severity: Warning, Where: where, What: "it has no tags",
				Why: "TensorFlow Serving and the C++ loader look for a graph by its tags", Fix: "export it with the tag serve",
			})
		case seen[key]:
			f.add(Finding{
				ID: "structure.tags", Severity: Error, Where: where, What: fmt.Sprintf("a second graph with the tags %q", tags),
				Why: "loaders take the first of them",
			})
		case letters == len(tags) && len(tags) > 2:
			f.add(Finding{
				ID: "structure.tags", Severity: Warning, Where: where, What: fmt.Sprintf("its tags are single letters, %q", tags),
				Why: "no loader asks for those", Fix: "give a list of tags, not a string",
			})
		}
		seen[key] = true
	}
}
