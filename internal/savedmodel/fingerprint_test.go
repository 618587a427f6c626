package savedmodel

import (
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/tfpb"
)

// goldens lists the models of testdata/golden, which TensorFlow 2.21 wrote
// (golden.py).
func goldens(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/golden/*/saved_model.pb")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	var dirs []string
	for _, f := range files {
		dirs = append(dirs, filepath.Dir(f))
	}
	return dirs
}

func readProto(t *testing.T, file string, m proto.Message) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(b, m); err != nil {
		t.Fatal(err)
	}
}

func TestFingerprintOfTensorFlowsFiles(t *testing.T) {
	for _, dir := range goldens(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			sm, want := &tfpb.SavedModel{}, &tfpb.FingerprintDef{}
			readProto(t, filepath.Join(dir, "saved_model.pb"), sm)
			readProto(t, filepath.Join(dir, "fingerprint.pb"), want)
			index, err := os.ReadFile(filepath.Join(dir, "variables.index"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Fingerprint(sm, index)
			if err != nil {
				t.Fatal(err)
			}
			got.Uuid, want.Uuid = "", ""
			if !proto.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}
