module github.com/tfsave/tfsave

go 1.26.0

require (
	// FarmHash Fingerprint64, the hash of fingerprint.pb.
	github.com/dgryski/go-farm v0.0.0-20240924180020-3414d57e47da
	// Commands, flags, completion and man pages.
	github.com/spf13/cobra v1.10.2
	// Flag > TFSAVE_* > config file > default.
	github.com/spf13/viper v1.21.0
	// renameat2 on Linux: an export takes the place of the old model in one step.
	golang.org/x/sys v0.49.0
	// Terminal width and detection.
	golang.org/x/term v0.47.0
	// Rendering of protobuf messages: every file of a SavedModel is one.
	google.golang.org/protobuf v1.36.12
	// The model description is YAML (JSON is a subset); its nodes keep line and column.
	gopkg.in/yaml.v3 v3.0.1
)

// Test dependencies.
// Command scripts (testscript).
require github.com/rogpeppe/go-internal v1.16.0

tool google.golang.org/protobuf/cmd/protoc-gen-go
