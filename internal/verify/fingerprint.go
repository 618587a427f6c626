package verify

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/savedmodel"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// The versions of the hashes that are recomputed: those of TensorFlow 2.21, and
// of 2.12 to 2.16, which differ in nothing but that 2.12 hashed signatures in
// another way (observed with TF 2.12, 2.16 and 2.21).
const (
	newestVersion = 4
	olderVersion  = 1
)

// fingerprint recomputes fingerprint.pb.
func (f *findings) fingerprint(m *reader.Model) {
	if !m.Whole || m.Text || !m.Exists(reader.FingerprintFile) || len(m.Proto.GetMetaGraphs()) == 0 {
		return
	}
	said := &tfpb.FingerprintDef{}
	if err := m.ReadMessage(reader.FingerprintFile, said); err != nil {
		f.add(Finding{
			ID: "fingerprint.decode", Severity: Error, Where: reader.FingerprintFile, What: err.Error(),
			Why: "what tells models apart by it fails", Fix: "copy the file again, or export the model again",
		})
		return
	}
	version := said.GetVersion().GetProducer()
	if version != newestVersion && version != olderVersion {
		f.add(Finding{
			ID: "fingerprint.version", Severity: Info, Where: reader.FingerprintFile, What: fmt.Sprintf("its hashes are of version %d, and are not recomputed", version),
			Why: fmt.Sprintf("only those of versions %d and %d are known, which TensorFlow 2.12 to 2.16 and 2.21 write", olderVersion, newestVersion),
		})
		return
	}
	if version == olderVersion {
		said.SignatureDefHash = 0
	}
	if m.Split() {
		// Of a model in chunks the hashes are of its pieces.
		said = &tfpb.FingerprintDef{CheckpointHash: said.GetCheckpointHash()}
	}
	index, err := m.ReadFile(reader.VariablesPrefix+".index", maxIndex)
	if err != nil {
		index = nil
	}
	is, err := savedmodel.Fingerprint(m.Proto, index)
	if err != nil {
		return
	}
	for _, x := range []struct {
		field    string
		is, said uint64
		of       string
	}{
		{"graph_def_program_hash", is.GraphDefProgramHash, said.GraphDefProgramHash, "the main graph"},
		{"signature_def_hash", is.SignatureDefHash, said.SignatureDefHash, "the signatures"},
		{"saved_object_graph_hash", is.SavedObjectGraphHash, said.SavedObjectGraphHash, "the concrete functions"},
		{"checkpoint_hash", is.CheckpointHash, said.CheckpointHash, "variables.index"},
		{"saved_model_checksum", is.SavedModelChecksum, said.SavedModelChecksum, "saved_model.pb"},
	} {
		if x.is != x.said && x.said != 0 {
			severity := Error
			if version == olderVersion && x.field == "saved_model_checksum" {
				severity = Info // it is of the order in which the writer put the fields, too
			}
			f.add(Finding{
				ID: "fingerprint.mismatch", Severity: severity, Where: reader.FingerprintFile + ", " + x.field, What: fmt.Sprintf("it says %016x of %s, which has %016x", x.said, x.of, x.is),
				Why: "the model is not the one that was written", Fix: "export the model again, or remove " + reader.FingerprintFile + " if it was changed on purpose",
			})
		}
	}
}

// maxIndex bounds the index of a checkpoint that is hashed.
const maxIndex = 1 << 30
