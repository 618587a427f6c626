package scan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tfsave/tfsave/internal/reader"
)

// want is a finding that must be there.
type want struct {
	rule     string
	severity Severity
	op       string
	when     When
	target   string // a part of it
}

// attacks are the models of testdata, and all that is to be found in them.
var attacks = map[string][]want{
	"clean":           {},
	"memory_cache":    {},
	"print_to_stderr": {},
	"table_of_asset":  {},

	"no_signature":      {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"cond_branch":       {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"while_body":        {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"case_branch":       {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"nested_calls":      {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"dataset_map":       {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"second_meta_graph": {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"text_only":         {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}},
	"text_beside":       {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}, {"two-graphs", Medium, "", Unused, ""}},
	"split_beside":      {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}, {"two-graphs", Medium, "", Unused, ""}},
	"hidden_graph":      {{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}, {"hidden-graph", High, "DatasetFromGraph", AtCall, ""}},
	"hidden_twice": {
		{"file-write", High, "WriteFile", AtCall, "/tmp/pwned"}, {"hidden-graph", High, "DatasetFromGraph", AtCall, ""}, {"hidden-graph", High, "DatasetFromGraph", AtCall, ""},
	},
	"graph_from_caller": {{"hidden-graph", High, "DatasetFromGraph", AtCall, ""}, {"not-scanned", High, "DatasetFromGraph", AtCall, ""}},
	"unused_function":   {{"file-write", Medium, "WriteFile", Unused, "/tmp/pwned"}},

	"main_op":          {{"file-write", Critical, "WriteFile", AtLoad, "/tmp/pwned"}},
	"initializer":      {{"file-write", Critical, "WriteFile", AtLoad, "/tmp/pwned"}},
	"restore_function": {{"file-write", Critical, "WriteFile", AtLoad, "/tmp/pwned"}},
	"saver_elsewhere":  {{"file-write", High, "SaveV2", AtCall, "/etc/cron.d/x.part-{shard}"}},

	"print_to_file":  {{"file-write", High, "PrintV2", AtCall, "file:///tmp/pwned"}},
	"debug_identity": {{"file-write", High, "DebugIdentityV2", AtCall, "file:///tmp/pwned"}},
	"save_ops": {
		{"file-write", High, "Save", AtCall, "/tmp/pwned1"}, {"file-write", High, "SaveSlices", AtCall, "/tmp/pwned2"},
		{"file-write", High, "SaveV2", AtCall, "/tmp/pwned3"}, {"file-write", High, "MergeV2Checkpoints", AtCall, "/tmp/pwned4"},
	},
	"summary_writer": {{"file-write", High, "CreateSummaryFileWriter", AtCall, "/tmp/pwned"}, {"file-write", High, "WriteScalarSummary", AtCall, ""}},
	"joined_path":    {{"file-write", High, "WriteFile", AtCall, "/home/{serving_default_s}/.bashrc"}},
	"encoded_path":   {{"file-write", High, "WriteFile", AtCall, "/etc/cron.d/x"}},
	"passed_path":    {{"file-write", High, "WriteFile", AtCall, "/tmp/passed"}},
	"snapshot":       {{"file-write", High, "SnapshotDatasetV2", AtCall, "/tmp/pwned"}, {"file-write", High, "CacheDatasetV2", AtCall, "/tmp/cache"}},

	"reads":             {{"file-read", High, "ReadFile", AtCall, "/etc/passwd"}, {"file-read", High, "MatchingFiles", AtCall, "/home/*"}},
	"whole_file_reader": {{"file-read", Medium, "WholeFileReaderV2", AtCall, ""}, {"file-read", Medium, "ReaderReadV2", AtCall, ""}},
	"table_elsewhere":   {{"file-read", High, "InitializeTableFromTextFileV2", AtCall, "/etc/passwd"}},
	"asset_outside":     {{"asset-path", Critical, "", AtLoad, "../../../etc/passwd"}},
	"restore_elsewhere": {{"file-read", High, "RestoreV2", AtCall, "/home/model"}},
	"mapped_memory":     {{"file-read", High, "ImmutableConst", AtCall, "/etc/passwd"}},
	"record_readers":    {{"file-read", High, "TFRecordDataset", AtCall, "/data/a.tfrecord"}, {"file-read", High, "TextLineDataset", AtCall, "/data/b.txt"}},

	"py_func":           {{"execute", Critical, "EagerPyFunc", AtCall, ""}},
	"numpy_func":        {{"execute", Critical, "PyFunc", AtCall, ""}},
	"custom_op":         {{"custom-op", Medium, "Evil>Run", AtCall, ""}},
	"file_system":       {{"configuration", High, "FileSystemSetConfiguration", AtCall, "s3"}},
	"data_service":      {{"network", High, "RegisterDataset", AtCall, "evil.example:80"}},
	"parse_tensor":      {{"decode", Low, "ParseTensor", AtCall, ""}},
	"keras_lambda_2.4":  {{"keras-lambda", High, "", AtLoad, ""}},
	"keras_lambda_2.12": {{"keras-lambda", High, "", AtLoad, ""}},
}

// TestAttacks: all that is in a model is found, and nothing else.
func TestAttacks(t *testing.T) {
	for name, all := range attacks {
		r, err := Path("testdata/"+name, Options{Policy: Denylist})
		if err != nil {
			t.Error(err)
			continue
		}
		left := slices.Clone(r.Findings)
		for _, w := range all {
			i := slices.IndexFunc(left, func(f Finding) bool {
				return f.Rule == w.rule && f.Severity == w.severity && f.Op == w.op && f.When == w.when && strings.Contains(f.Target, w.target)
			})
			if i < 0 {
				t.Errorf("%s: no %+v in %+v", name, w, left)
				continue
			}
			left = slices.Delete(left, i, i+1)
		}
		if len(left) > 0 {
			t.Errorf("%s: %+v", name, left)
		}
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := attacks[e.Name()]; !ok && e.IsDir() && e.Name() != "fuzz" {
			t.Errorf("testdata/%s is not scanned", e.Name())
		}
	}
}

// TestAllowlist: the policy lets pass what computes, and lists all else.
func TestAllowlist(t *testing.T) {
	for name, all := range attacks {
		r, err := Path("testdata/"+name, Options{Policy: Allowlist})
		if err != nil {
			t.Error(err)
			continue
		}
		for _, w := range all {
			if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Rule == w.rule && f.Op == w.op }) {
				t.Errorf("%s: no %+v in %+v", name, w, r.Findings)
			}
		}
		if len(all) == 0 && len(r.Findings) > 0 {
			t.Errorf("%s: %+v", name, r.Findings)
		}
	}
}

// TestLeftOver: what models of other releases keep of their past is not listed,
// as nothing runs it and it names no file.
func TestLeftOver(t *testing.T) {
	constant := func(name, value string) string {
		return `node { name: "` + name + `" op: "Const" attr { key: "value" value { tensor { dtype: DT_STRING tensor_shape {} string_val: "` + value + `" } } } } `
	}
	const meta = `meta_graphs { meta_info_def { tags: "serve" } graph_def { `
	for _, test := range []struct {
		name, graph string
		want        int
	}{
		{"a saver of TensorFlow 1", constant("f", "model") + `node { name: "s" op: "SaveV2" input: "f" input: "f" input: "f" }`, 0},
		{"with another name", constant("f", "/tmp/x") + `node { name: "s" op: "SaveV2" input: "f" input: "f" input: "f" }`, 1},
		{"a function that saved", `library { function { signature { name: "save" input_arg { name: "p" type: DT_STRING } }
			node_def { name: "s" op: "SaveV2" input: "p" input: "p" input: "p" } } }`, 0},
		{"that writes elsewhere", `library { function { signature { name: "save" input_arg { name: "p" type: DT_STRING } }
			node_def { name: "w" op: "WriteFile" input: "p" input: "p" } } }`, 1},
		{"a descriptor in the graph", `node { name: "e" op: "EncodeProto" attr { key: "descriptor_source" value { s: "bytes://x" } } }`, 0},
		{"in a file", `node { name: "e" op: "EncodeProto" attr { key: "descriptor_source" value { s: "/x.bin" } } }`, 1},
	} {
		m, err := reader.OpenFS(fstest.MapFS{reader.TextFile: {Data: []byte(meta + test.graph + " } }")}})
		if err != nil {
			t.Error(test.name, err)
			continue
		}
		if r := Model(m, Options{Policy: Denylist}); len(r.Findings) != test.want {
			t.Errorf("%s: %+v", test.name, r.Findings)
		}
	}
}

func TestAllow(t *testing.T) {
	for _, test := range []struct {
		allow string
		left  int
	}{{"WriteFile", 0}, {"WriteFile@cond_*", 0}, {"WriteFile@while*", 1}, {"Write*", 0}, {"ReadFile", 1}, {"*@cond_true*", 0}} {
		r, err := Path("testdata/cond_branch", Options{Policy: Denylist, Allow: []string{test.allow}})
		if err != nil || len(r.Findings) != test.left {
			t.Errorf("--allow %s: %d findings, %v", test.allow, len(r.Findings), err)
		}
	}
}

func TestSARIF(t *testing.T) {
	r, err := Path("testdata/main_op", Options{Policy: Denylist})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r.SARIF("models/main_op", "1.0"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"version":"2.1.0"`, `"ruleId":"file-write"`, `"level":"error"`, `"uri":"models/main_op/saved_model.pb"`, `"fullyQualifiedName":"WriteFile"`,
		`"name":"tfsave"`, `"security-severity":"9.5"`,
	} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("no %s in %s", want, b)
		}
	}
}

// TestLink: an asset that is a link out of the model's directory.
func TestLink(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/table_of_asset")); err != nil {
		t.Fatal(err)
	}
	assets := filepath.Join(dir, reader.AssetsFolder)
	if err := errors.Join(os.Mkdir(assets, 0o777), os.Symlink("/etc/passwd", filepath.Join(assets, "vocab.txt"))); err != nil {
		t.Fatal(err)
	}
	r, err := Path(dir, Options{Policy: Denylist})
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Rule != "asset-path" || r.Findings[0].Severity != Critical {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestURI(t *testing.T) {
	for _, test := range []struct{ dir, want string }{
		{"models/main_op", "models/main_op/saved_model.pb"},
		{"models/main_op/saved_model.pb", "models/main_op/saved_model.pb"},
		{"/a b/50%:é", "/a%20b/50%25%3A%C3%A9/saved_model.pb"},
	} {
		if got := uri(test.dir, reader.GraphFile); got != test.want {
			t.Errorf("%s: got %s, want %s", test.dir, got, test.want)
		}
	}
}

// TestMutated: no change to a graph makes the scan panic.
func TestMutated(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"hidden_twice", "joined_path", "record_readers", "main_op"} {
		whole, err := os.ReadFile("testdata/" + name + "/saved_model.pb")
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			data := bytes.Clone(whole)
			for range 1 + r.IntN(3) {
				at, n := r.IntN(len(data)), 1+r.IntN(20)
				switch r.IntN(3) {
				case 0:
					data[at] ^= 1 << r.IntN(8)
				case 1:
					data = append(data[:at:at], data[min(at+n, len(data)):]...)
				case 2:
					copy(data[r.IntN(len(data)):], data[at:min(at+n, len(data))])
				}
			}
			scanned(fstest.MapFS{reader.GraphFile: {Data: data}})
		}
	}
}

func scanned(fsys fs.FS) {
	if m, err := reader.OpenFS(fsys); err == nil {
		Model(m, Options{Policy: Allowlist})
	}
}

// FuzzScan: no graph makes the scan panic.
func FuzzScan(f *testing.F) {
	for _, name := range []string{"hidden_twice", "joined_path", "record_readers", "main_op"} {
		data, err := os.ReadFile("testdata/" + name + "/saved_model.pb")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		scanned(fstest.MapFS{reader.GraphFile: {Data: data}})
	})
}
