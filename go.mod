module github.com/tfsave/tfsave

go 1.26.0

require (
	// FarmHash Fingerprint64, the hash of fingerprint.pb.
	github.com/dgryski/go-farm v0.0.0-20240924180020-3414d57e47da
	// Commands, flags, completion and man pages.
	github.com/spf13/cobra v1.10.2
	// The flags of cobra, for man pages and settings.
	github.com/spf13/pflag v1.0.10
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

require (
	github.com/fsnotify/fsnotify v1.9.0 // indirect
	github.com/go-viper/mapstructure/v2 v2.4.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/pelletier/go-toml/v2 v2.2.4 // indirect
	github.com/sagikazarmark/locafero v0.11.0 // indirect
	github.com/sourcegraph/conc v0.3.1-0.20240121214520-5f936abd7ae8 // indirect
	github.com/spf13/afero v1.15.0 // indirect
	github.com/spf13/cast v1.10.0 // indirect
	github.com/subosito/gotenv v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.4 // indirect
	golang.org/x/text v0.28.0 // indirect
	golang.org/x/tools v0.35.0 // indirect
)

tool google.golang.org/protobuf/cmd/protoc-gen-go
