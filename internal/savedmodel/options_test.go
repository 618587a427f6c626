package savedmodel

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// buildErrors gives the mistakes of a description that is sound as a text.
func buildErrors(t *testing.T, text string) spec.ErrorList {
	t.Helper()
	s, errs := spec.Parse("spec.yaml", []byte(text), nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	m, errs := model.Build(s)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	_, errs = Build(m, trace.New(&graph.Library{}), Config{Signatures: s.Signatures, Options: s.Options})
	return errs
}

const oneFunction = `module:
  functions:
    f: {args: [x], input_signature: [{shape: [2], dtype: float32}], body: return x + 1.}
    g: {args: [x, n], body: return x * n}
    h: {args: [x], body: "return self.g(x, 2.) + self.g(x, 3.)", input_signature: [{shape: [2], dtype: float32}]}
`

func TestRefusedOptions(t *testing.T) {
	for _, tc := range []struct{ options, want string }{
		{"experimental_image_format: true", "experimental_image_format is not supported"},
		{"experimental_variable_policy: expand_distributed_variables", "a description has no distributed variables"},
		{"experimental_io_device: /job:worker/task:1", `experimental_io_device "/job:worker/task:1" is not this machine`},
	} {
		errs := buildErrors(t, oneFunction+"options: {"+tc.options+"}\n")
		if len(errs) != 1 || !strings.Contains(errs[0].Msg, tc.want) || errs[0].Pos.Line != 6 {
			t.Errorf("%s: %v, want %q in line 6", tc.options, errs, tc.want)
		}
	}
	for _, ok := range []string{
		"save_debug_info: false", "save_debug_info: true", "experimental_image_format: false", "experimental_variable_policy: NONE",
		"experimental_io_device: /job:localhost", "experimental_io_device: /job:localhost/replica:0/task:0/device:CPU:0",
		"experimental_custom_gradients: false", "namespace_whitelist: []",
		"experimental_sharding_callback: {max_shard_size: 1000}",
	} {
		if errs := buildErrors(t, oneFunction+"options: {"+ok+"}\n"); len(errs) > 0 {
			t.Errorf("%s: %v", ok, errs)
		}
	}
}

func TestTags(t *testing.T) {
	m := parse(t, oneFunction+"options: {extra_tags: [gpu, a]}\n")
	if got := m.Proto.MetaGraphs[0].MetaInfoDef.Tags; !slices.Equal(got, []string{"serve", "gpu", "a"}) {
		t.Errorf("tags are %q", got)
	}
}

func TestFunctionAliases(t *testing.T) {
	m := parse(t, oneFunction+"options: {function_aliases: {all: [f, g], last: g}}\n")
	got := m.Proto.MetaGraphs[0].MetaInfoDef.FunctionAliases
	if len(got) != 3 { // one trace of f, two of g
		t.Fatalf("aliases are %v", got)
	}
	for name, alias := range got {
		want := "last"
		if strings.HasPrefix(name, "__inference_f_") {
			want = "all"
		}
		if alias != want {
			t.Errorf("%s is called %s, want %s", name, alias, want)
		}
	}
}

func TestSkipSaver(t *testing.T) {
	m := parse(t, oneFunction+"options: {experimental_skip_saver: true}\n")
	meta := m.Proto.MetaGraphs[0]
	if meta.SaverDef != nil {
		t.Errorf("saver_def is %v", meta.SaverDef)
	}
	for _, f := range meta.GraphDef.Library.Function {
		if strings.Contains(f.Signature.Name, "traced") {
			t.Errorf("there is a function %s", f.Signature.Name)
		}
	}
	dir := filepath.Join(t.TempDir(), "m")
	write(t, m, dir)
	if _, err := os.Stat(filepath.Join(dir, "variables", "variables.index")); err != nil {
		t.Error(err)
	}
}

func TestVariableDevices(t *testing.T) {
	for policy, want := range map[string]string{"none": "", "save_variable_devices": "/job:localhost/replica:0/task:0/device:CPU:0"} {
		m := parse(t, "module: {variables: {v: {value: 1}}}\noptions: {experimental_variable_policy: "+policy+"}\n").Proto.MetaGraphs[0]
		got := []string{m.ObjectGraphDef.Nodes[1].GetVariable().Device}
		for _, n := range m.GraphDef.Node[:2] { // VarHandleOp and ReadVariableOp
			got = append(got, n.Device)
		}
		if !slices.Equal(got, []string{want, want, want}) {
			t.Errorf("%s: devices are %q", policy, got)
		}
	}
}

func TestNamespaces(t *testing.T) {
	b := &builder{options: spec.Options{NamespaceWhitelist: spec.Setting[[]string]{Set: true, Value: []string{"Good", "Other"}}}}
	b.checkNamespaces([]string{"Add", "Good>Op", "Goood>Op"})
	if len(b.errs) != 1 || !strings.Contains(b.errs[0].Msg, "Goood>Op") || !strings.Contains(b.errs[0].Hint, `"Good"`) {
		t.Errorf("errors are %v", b.errs)
	}
	b = &builder{}
	if b.checkNamespaces([]string{"Any>Op"}); len(b.errs) > 0 {
		t.Errorf("without a list: %v", b.errs)
	}
}

// TestStripDebugNodes follows _strip_debug_nodes of TensorFlow 2.21.
func TestStripDebugNodes(t *testing.T) {
	attr := func(names ...string) map[string]*tfpb.AttrValue {
		m := map[string]*tfpb.AttrValue{}
		for _, n := range names {
			m[n] = &tfpb.AttrValue{}
		}
		return m
	}
	for _, tc := range []struct {
		in, want *tfpb.NodeDef
	}{
		{&tfpb.NodeDef{Op: "Assert", Input: []string{"a:0", "b:out:1", "^c"}, Attr: attr("T", "summarize", "_output_shapes")},
			&tfpb.NodeDef{Op: "NoOp", Input: []string{"^a", "^b", "^c"}, Attr: attr("_output_shapes")}},
		{&tfpb.NodeDef{Op: "PrintV2", Input: []string{"a"}, Attr: attr("end")}, &tfpb.NodeDef{Op: "NoOp", Input: []string{"^a"}}},
		{&tfpb.NodeDef{Op: "CheckNumerics", Input: []string{"a:0", "^c"}, Attr: attr("T", "message", "_output_shapes")},
			&tfpb.NodeDef{Op: "Identity", Input: []string{"a:0", "^c"}, Attr: attr("T")}},
		{&tfpb.NodeDef{Op: "Print", Input: []string{"a:0", "b:0"}, Attr: attr("T", "U")},
			&tfpb.NodeDef{Op: "Identity", Input: []string{"a:0", "^b"}, Attr: attr("T")}},
		{&tfpb.NodeDef{Op: "Add", Input: []string{"a", "b"}, Attr: attr("T")}, &tfpb.NodeDef{Op: "Add", Input: []string{"a", "b"}, Attr: attr("T")}},
	} {
		op := tc.in.Op
		stripDebugNodes(&tfpb.GraphDef{Node: []*tfpb.NodeDef{tc.in}, Library: &tfpb.FunctionDefLibrary{}})
		if tc.in.Op != tc.want.Op || !slices.Equal(tc.in.Input, tc.want.Input) ||
			!slices.Equal(slices.Sorted(maps.Keys(tc.in.Attr)), slices.Sorted(maps.Keys(tc.want.Attr))) {
			t.Errorf("%s became %v, want %v", op, tc.in, tc.want)
		}
	}
}

func TestDebugStripperOption(t *testing.T) {
	body := "module: {functions: {f: {args: [x], input_signature: [{shape: [2], dtype: float32}], body: \"return tf.debugging.check_numerics(x, 'bad')\"}}}\n"
	for option, want := range map[string]string{"true": "Identity", "false": "CheckNumerics"} {
		m := parse(t, body+"options: {experimental_debug_stripper: "+option+"}\n")
		found := false
		for _, f := range m.Proto.MetaGraphs[0].GraphDef.Library.Function {
			for _, n := range f.NodeDef {
				found = found || n.Name == "CheckNumerics" && n.Op == want
			}
		}
		if !found {
			t.Errorf("%s: no node CheckNumerics of op %s", option, want)
		}
	}
}
