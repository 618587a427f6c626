package savedmodel

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/trace"
)

// build makes the SavedModel of a description.
func build(t testing.TB, file string) *Model {
	t.Helper()
	s, errs := spec.Load(file, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return buildSpec(t, s)
}

func buildSpec(t testing.TB, s *spec.Spec) *Model {
	t.Helper()
	m, errs := model.Build(s)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(func() { m.Close() })
	sm, errs := Build(m, trace.New(&graph.Library{}), Config{Signatures: s.Signatures, Options: s.Options, Version: "test"})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return sm
}

// TestGoldens compares models with those that TensorFlow 2.21 wrote
// (testdata/golden.py): everything in saved_model.pb but the numbers of
// functions, and the bytes of the checkpoint.
func TestGoldens(t *testing.T) {
	for _, dir := range goldens(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			m := build(t, filepath.Join(dir, "spec.yaml"))
			out := filepath.Join(t.TempDir(), "m")
			if err := m.Write(out, WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			for got, want := range map[string]string{"variables.index": "variables.index", "variables.data-00000-of-00001": "variables.data"} {
				g, err := os.ReadFile(filepath.Join(out, "variables", got))
				if err != nil {
					t.Fatal(err)
				}
				w, err := os.ReadFile(filepath.Join(dir, want))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(g, w) {
					t.Errorf("%s differs: %d bytes, want %d", got, len(g), len(w))
				}
			}
			want, got := &tfpb.SavedModel{}, &tfpb.SavedModel{}
			readProto(t, filepath.Join(dir, "saved_model.pb"), want)
			readProto(t, filepath.Join(out, "saved_model.pb"), got)
			compareMeta(t, got.MetaGraphs[0], want.MetaGraphs[0])
		})
	}
}

func compareMeta(t *testing.T, got, want *tfpb.MetaGraphDef) {
	normalize(got)
	normalize(want)
	rename(want, functionNames(got, want))

	compare(t, "saver_def", got.SaverDef, want.SaverDef)
	for i := range max(len(got.AssetFileDef), len(want.AssetFileDef)) {
		compareAt(t, "asset_file_def", i, got.AssetFileDef, want.AssetFileDef)
	}
	for i := range max(len(got.GraphDef.Node), len(want.GraphDef.Node)) {
		compareAt(t, "node", i, got.GraphDef.Node, want.GraphDef.Node)
	}
	compareMaps(t, "function", byName(got.GraphDef.Library.Function), byName(want.GraphDef.Library.Function))
	compareMaps(t, "signature_def", got.SignatureDef, want.SignatureDef)
	compareMaps(t, "collection_def", got.CollectionDef, want.CollectionDef)
	for i := range max(len(got.ObjectGraphDef.Nodes), len(want.ObjectGraphDef.Nodes)) {
		compareAt(t, "object", i, got.ObjectGraphDef.Nodes, want.ObjectGraphDef.Nodes)
	}
	compareMaps(t, "concrete_function", got.ObjectGraphDef.ConcreteFunctions, want.ObjectGraphDef.ConcreteFunctions)
	compareMaps(t, "op", byName2(got.MetaInfoDef.StrippedOpList.Op), byName2(want.MetaInfoDef.StrippedOpList.Op))
	compare(t, "meta_info_def", got.MetaInfoDef, want.MetaInfoDef)
	compare(t, "versions", got.GraphDef.Versions, want.GraphDef.Versions)
}

func byName(list []*tfpb.FunctionDef) map[string]*tfpb.FunctionDef {
	m := map[string]*tfpb.FunctionDef{}
	for _, f := range list {
		m[f.Signature.Name] = f
	}
	return m
}

func byName2(list []*tfpb.OpDef) map[string]*tfpb.OpDef {
	m := map[string]*tfpb.OpDef{}
	for _, o := range list {
		m[o.Name] = o
	}
	return m
}

func compareMaps[M proto.Message](t *testing.T, what string, got, want map[string]M) {
	t.Helper()
	for name, w := range want {
		g, ok := got[name]
		if !ok {
			t.Errorf("%s %q is missing", what, name)
			continue
		}
		compare(t, what+" "+name, g, w)
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s %q is not in the golden", what, name)
		}
	}
}

func compareAt[M proto.Message](t *testing.T, what string, i int, got, want []M) {
	t.Helper()
	switch {
	case i >= len(got):
		t.Errorf("%s %d is missing: %v", what, i, want[i])
	case i >= len(want):
		t.Errorf("%s %d is not in the golden: %v", what, i, got[i])
	default:
		compare(t, what, got[i], want[i])
	}
}

func compare(t *testing.T, what string, got, want proto.Message) {
	t.Helper()
	if proto.Equal(got, want) {
		return
	}
	g, w := strings.Split(prototext.Format(got), "\n"), strings.Split(prototext.Format(want), "\n")
	at := 0
	for at < min(len(g), len(w)) && g[at] == w[at] {
		at++
	}
	from := max(at-6, 0)
	show := func(l []string) string { return strings.Join(l[min(from, len(l)):min(at+6, len(l))], "\n") }
	t.Errorf("%s differs at line %d:\n--- got\n%s\n--- want\n%s", what, at, show(g), show(w))
}

// functionNames pairs the functions of two models: those of the same objects
// and those that the same nodes call.
func functionNames(got, want *tfpb.MetaGraphDef) map[string]string {
	names := map[string]string{}
	for i, n := range want.ObjectGraphDef.Nodes {
		if i < len(got.ObjectGraphDef.Nodes) {
			if f := n.GetBareConcreteFunction(); f != nil {
				names[f.ConcreteFunctionName] = got.ObjectGraphDef.Nodes[i].GetBareConcreteFunction().GetConcreteFunctionName()
			}
		}
	}
	pair := func(got, want []*tfpb.NodeDef) {
		for i, n := range want {
			f := n.Attr["f"].GetFunc().GetName()
			if f != "" && names[f] == "" && i < len(got) {
				names[f] = got[i].Attr["f"].GetFunc().GetName()
			}
		}
	}
	pair(got.GraphDef.Node, want.GraphDef.Node)
	functions := byName(got.GraphDef.Library.Function)
	for range 3 { // functions called by functions
		for _, f := range want.GraphDef.Library.Function {
			if g := functions[names[f.Signature.Name]]; g != nil {
				pair(g.NodeDef, f.NodeDef)
			}
		}
	}
	return names
}

// rename gives functions other names.
func rename(m *tfpb.MetaGraphDef, names map[string]string) {
	nodes := func(list []*tfpb.NodeDef) {
		for _, n := range list {
			if f := n.Attr["f"].GetFunc(); f != nil {
				f.Name = names[f.Name]
			}
		}
	}
	nodes(m.GraphDef.Node)
	for _, f := range m.GraphDef.Library.Function {
		f.Signature.Name = names[f.Signature.Name]
		nodes(f.NodeDef)
	}
	concrete := map[string]*tfpb.SavedConcreteFunction{}
	for name, f := range m.ObjectGraphDef.ConcreteFunctions {
		concrete[names[name]] = f
	}
	m.ObjectGraphDef.ConcreteFunctions = concrete
	for _, n := range m.ObjectGraphDef.Nodes {
		if f := n.GetBareConcreteFunction(); f != nil {
			f.ConcreteFunctionName = names[f.ConcreteFunctionName]
		}
		for i, name := range n.GetFunction().GetConcreteFunctions() {
			n.GetFunction().ConcreteFunctions[i] = names[name]
		}
	}
	aliases := map[string]string{}
	for name, a := range m.MetaInfoDef.FunctionAliases {
		aliases[names[name]] = a
	}
	m.MetaInfoDef.FunctionAliases = aliases
}

var (
	uniqueNumber = regexp.MustCompile(`key_value_init\d+`)
	number       = regexp.MustCompile(`^\d+$`)
)

// normalize takes out what is meant to differ: what loaders of TensorFlow 2.4
// refuse, and what differs from run to run.
func normalize(m *tfpb.MetaGraphDef) {
	m.MetaInfoDef.TensorflowGitVersion = ""
	m.MetaInfoDef.StrippedOpList.Op = slices.DeleteFunc(m.MetaInfoDef.StrippedOpList.Op, func(o *tfpb.OpDef) bool {
		return o.Name == "DisableCopyOnRead"
	})
	for _, n := range m.GraphDef.Node {
		normalizeNode(n)
	}
	for i, f := range m.GraphDef.Library.Function {
		text := prototext.Format(f)
		text = strings.ReplaceAll(text, "disablecopyonread", "readvariableop")
		text = uniqueNumber.ReplaceAllString(text, "key_value_init")
		f = &tfpb.FunctionDef{}
		if err := prototext.Unmarshal([]byte(text), f); err != nil {
			panic(err)
		}
		m.GraphDef.Library.Function[i] = f
		f.NodeDef = slices.DeleteFunc(f.NodeDef, func(n *tfpb.NodeDef) bool { return n.Op == "DisableCopyOnRead" })
		f.Signature.ControlOutput = slices.DeleteFunc(f.Signature.ControlOutput, disableCopy)
		for name := range f.ControlRet {
			if disableCopy(name) {
				delete(f.ControlRet, name)
			}
		}
		for _, n := range f.NodeDef {
			n.Input = slices.DeleteFunc(n.Input, disableCopy)
			normalizeNode(n)
		}
		for i, a := range f.ArgAttr {
			// Captures are called by the numbers of eager tensors.
			if number.Match(a.Attr["_user_specified_name"].GetS()) {
				delete(a.Attr, "_user_specified_name")
			}
			if len(a.Attr) == 0 {
				delete(f.ArgAttr, i)
			}
		}
	}
}

func disableCopy(name string) bool { return strings.HasSuffix(name, "/DisableCopyOnRead") }

func normalizeNode(n *tfpb.NodeDef) {
	delete(n.Attr, "debug_name")
	delete(n.Attr, "validate_shape")
	switch {
	case n.Op == "HashTableV2":
		n.Attr["shared_name"] = nil
	case strings.HasPrefix(n.Attr["f"].GetFunc().GetName(), "__inference__traced_save"):
		delete(n.Attr, "_read_only_resource_inputs") // DisableCopyOnRead counts as a write
	}
}
