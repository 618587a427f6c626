package savedmodel

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/tfpb"
)

const traced = `module:
  functions:
    g: {args: [x], body: return x * 2.}
    f:
      input_signature: [{shape: [2], dtype: float32}]
      args: [x]
      body: |
        y = self.g(x) - 1.
        return [v for v in [
            y + 3.]]
options: {save_debug_info: true}
`

func TestDebugInfo(t *testing.T) {
	m := parse(t, traced)
	dir := filepath.Join(t.TempDir(), "m")
	if err := m.Write(dir, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, "debug", "saved_model_debug_info.pb"))
	if err != nil {
		t.Fatal(err)
	}
	info := &tfpb.GraphDebugInfo{}
	if err := proto.Unmarshal(content, info); err != nil {
		t.Fatal(err)
	}
	stack := func(name string) string {
		id, ok := info.NameToTraceId[name]
		if !ok {
			return "no trace"
		}
		var out []string
		for _, frame := range info.TracesById[id].FrameId {
			f := info.FramesById[frame]
			out = append(out, fmt.Sprintf("%s:%d:%d %s", info.Files[f.FileIndex], f.Line, f.Col, f.Func))
		}
		return strings.Join(out, ", ")
	}
	name := func(base string) string {
		for _, f := range m.Proto.MetaGraphs[0].GraphDef.Library.Function {
			if strings.HasPrefix(f.Signature.Name, "__inference_"+base+"_") {
				return f.Signature.Name
			}
		}
		t.Fatalf("no function %s", base)
		return ""
	}
	for node, want := range map[string]string{
		"mul@" + name("g"):               "spec.yaml:5:7 <module>, spec.yaml:8:13 f, spec.yaml:3:33 g",
		"sub@" + name("f"):               "spec.yaml:5:7 <module>, spec.yaml:8:13 f",
		"add@" + name("f"):               "spec.yaml:5:7 <module>, spec.yaml:10:13 f",
		"add@" + name("g"):               "no trace",
		"SaveV2@" + name("_traced_save"): "no trace",
	} {
		if got := stack(node); got != want {
			t.Errorf("%s: %s, want %s", node, got, want)
		}
	}
	if without := parse(t, oneFunction); without.debugInfo != nil {
		t.Error("there is debug info that nobody asked for")
	}
}
