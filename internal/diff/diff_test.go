package diff

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tfpb"
)

const models = "../verify/testdata/"

// changed copies a model and edits its graph.
func changed(t *testing.T, name string, edit func(g *tfpb.MetaGraphDef)) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(models+name)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, reader.GraphFile)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := &tfpb.SavedModel{}
	if err := proto.Unmarshal(b, m); err != nil {
		t.Fatal(err)
	}
	edit(m.MetaGraphs[0])
	if b, err = proto.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEqual(t *testing.T) {
	for _, name := range []string{"adder", "table_file", "v1_ref_variables", "keras_saved_by_tf", "control_flow"} {
		r, err := Paths(models+name, models+name)
		if err != nil || !r.Equal || r.Breaking {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// TestSharedInput: a tensor that is several inputs of a signature has one hash,
// whatever the order of a map.
func TestSharedInput(t *testing.T) {
	dir := changed(t, "adder", func(g *tfpb.MetaGraphDef) {
		s := g.SignatureDef["serving_default"]
		for i := range 9 {
			s.Inputs[fmt.Sprint("x", i)] = s.Inputs["x"]
		}
	})
	for range 10 {
		if r, err := Paths(dir, dir); err != nil || !r.Equal {
			t.Fatalf("%+v, %v", r, err)
		}
	}
}

// TestDamagedValues: values are compared by their bytes, not by what the indexes
// say of them.
func TestDamagedValues(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(models+"v1_ref_variables")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, reader.VariablesPrefix+".data-00000-of-00001")
	data, err := os.ReadFile(file)
	if err == nil {
		data[0] ^= 1
		err = os.WriteFile(file, data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{dir, models + "v1_ref_variables"}, {models + "v1_ref_variables", dir}} {
		if r, err := Paths(pair[0], pair[1]); err == nil || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

// TestNames: the names of functions and nodes, and the order of nodes, are no
// difference.
func TestNames(t *testing.T) {
	dir := changed(t, "control_flow", func(g *tfpb.MetaGraphDef) {
		rename := func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "while", "loop"), "cond", "choice")
		}
		nodes := func(list []*tfpb.NodeDef) {
			for _, n := range list {
				n.Name = rename(n.Name)
				for i := range n.Input {
					n.Input[i] = rename(n.Input[i])
				}
				for _, a := range n.Attr {
					if f := a.GetFunc(); f != nil {
						f.Name = rename(f.Name)
					}
					for _, f := range a.GetList().GetFunc() {
						f.Name = rename(f.Name)
					}
				}
			}
			slices.Reverse(list)
		}
		for _, f := range g.GraphDef.Library.Function {
			f.Signature.Name = rename(f.Signature.Name)
			for _, a := range f.Signature.InputArg {
				a.Name = rename(a.Name)
			}
			nodes(f.NodeDef)
			for key, v := range f.Ret {
				f.Ret[key] = rename(v)
			}
			for key, v := range f.ControlRet {
				f.ControlRet[key] = rename(v)
			}
		}
		slices.Reverse(g.GraphDef.Library.Function)
	})
	r, err := Paths(models+"control_flow", dir)
	if err != nil || !r.Equal {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestChanges(t *testing.T) {
	function := func(g *tfpb.MetaGraphDef, part string) *tfpb.FunctionDef {
		for _, f := range g.GraphDef.Library.Function {
			if strings.Contains(f.Signature.Name, part) {
				return f
			}
		}
		t.Fatal("no function " + part)
		return nil
	}
	dims := func(sizes ...int64) *tfpb.TensorShapeProto {
		s := &tfpb.TensorShapeProto{}
		for _, n := range sizes {
			s.Dim = append(s.Dim, &tfpb.TensorShapeProto_Dim{Size: n})
		}
		return s
	}
	for _, test := range []struct {
		model    string
		edit     func(g *tfpb.MetaGraphDef)
		part     string
		detail   string
		breaking bool
	}{
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[0].Op = "Mul" }, "function", "it computes something else", false},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[0].Op = "Mul" }, "signature", "it computes something else", false},
		{"adder", func(g *tfpb.MetaGraphDef) {
			function(g, "lambda").NodeDef[1].Attr["value"].GetTensor().FloatVal[0] = 2
		}, "function", "it computes something else", false},
		{"control_flow", func(g *tfpb.MetaGraphDef) {
			for _, n := range function(g, "while_body").NodeDef {
				if n.Op == "AddV2" {
					n.Op = "Mul"
				}
			}
		}, "signature", "it computes something else", false},
		{"adder", func(g *tfpb.MetaGraphDef) { g.SignatureDef["other"] = g.SignatureDef["serving_default"] }, "signature", "", false},
		{"adder", func(g *tfpb.MetaGraphDef) { delete(g.SignatureDef, "serving_default") }, "signature", "", true},
		{"adder", func(g *tfpb.MetaGraphDef) { g.SignatureDef["serving_default"].MethodName = "m" }, "signature", `method: "m"`, true},
		{"adder", func(g *tfpb.MetaGraphDef) { g.SignatureDef["serving_default"].Inputs["x"].TensorShape = dims(-1, 3) }, "signature", "input x: shape [null, 3], was any shape", true},
		{"adder", func(g *tfpb.MetaGraphDef) {
			g.SignatureDef["serving_default"].Outputs["output_0"].TensorShape = dims(-1, 3)
		}, "signature", "output output_0: shape [null, 3], was any shape", false},
		{"adder", func(g *tfpb.MetaGraphDef) {
			g.SignatureDef["serving_default"].Inputs["x"].Dtype = tfpb.DataType_DT_INT32
		}, "signature", "int32, was float32", true},
		{"adder", func(g *tfpb.MetaGraphDef) { s := g.SignatureDef["serving_default"]; s.Inputs["y"] = s.Inputs["x"] }, "signature", "added: callers do not send it", true},
		{"adder", func(g *tfpb.MetaGraphDef) {
			s := g.SignatureDef["serving_default"]
			s.Inputs["y"] = s.Inputs["x"]
			s.Defaults = map[string]*tfpb.TensorProto{"y": {}}
		}, "signature", "added, with a default", false},
		{"adder", func(g *tfpb.MetaGraphDef) {
			s := g.SignatureDef["serving_default"]
			s.Outputs["y"] = s.Outputs["output_0"]
		}, "signature", "output y: added", false},
		{"adder", func(g *tfpb.MetaGraphDef) { delete(g.SignatureDef["serving_default"].Outputs, "output_0") }, "signature", "removed: callers use it", true},
		{"adder", func(g *tfpb.MetaGraphDef) { g.MetaInfoDef.Tags = []string{"gpu"} }, "graph", `["gpu"], was ["serve"]`, true},
		{"adder", func(g *tfpb.MetaGraphDef) { g.MetaInfoDef.FunctionAliases = map[string]string{"f": "a"} }, "alias", "", false},
		{"adder", func(g *tfpb.MetaGraphDef) { g.MetaInfoDef.TensorflowVersion = "3" }, "version", "3, was 2.21.0", false},
		{"adder", func(g *tfpb.MetaGraphDef) { g.ObjectGraphDef.Nodes[0].Children[0].LocalName = "sum" }, "function", "", true},
	} {
		r, err := Paths(models+test.model, changed(t, test.model, test.edit))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(r.Changes, func(c Change) bool {
			return c.Part == test.part && strings.Contains(c.Detail, test.detail) && c.Breaking == test.breaking
		}) || r.Breaking != test.breaking || r.Equal {
			t.Errorf("%s %q: %+v", test.part, test.detail, r)
		}
	}
}

func TestAssets(t *testing.T) {
	dir := changed(t, "table_file", func(*tfpb.MetaGraphDef) {})
	if err := os.WriteFile(filepath.Join(dir, "assets", "vocab.txt"), []byte("a\nb\nd\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := Paths(models+"table_file", dir)
	if err != nil || len(r.Changes) != 1 || r.Changes[0].Detail != "other bytes" {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestGraphs: GraphDefs alone are compared by what their last nodes compute.
func TestGraphs(t *testing.T) {
	dir := t.TempDir()
	write := func(name, op string) string {
		b, err := proto.Marshal(&tfpb.GraphDef{Node: []*tfpb.NodeDef{{Name: name + "_x", Op: "Placeholder"}, {Name: name, Op: op, Input: []string{name + "_x"}}}})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, b, 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	a, b, c := write("a", "Exp"), write("b", "Exp"), write("c", "Log")
	if r, err := Paths(a, b); err != nil || !r.Equal {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := Paths(a, c); err != nil || !slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Part == "graph" }) {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestDeepCalls: functions that call each other without end do not take the
// stack.
func TestDeepCalls(t *testing.T) {
	g := &tfpb.GraphDef{Library: &tfpb.FunctionDefLibrary{}, Node: []*tfpb.NodeDef{{Name: "call", Op: "f0"}}}
	const most = 100_000
	for i := range most {
		g.Library.Function = append(g.Library.Function, &tfpb.FunctionDef{
			Signature: &tfpb.OpDef{Name: fmt.Sprint("f", i), OutputArg: []*tfpb.OpDef_ArgDef{{Name: "y"}}},
			NodeDef:   []*tfpb.NodeDef{{Name: "c", Op: fmt.Sprint("f", (i+1)%most)}},
			Ret:       map[string]string{"y": "c:y:0"},
		})
	}
	newHasher(&tfpb.MetaGraphDef{GraphDef: g}).main()
}

func TestCompareValues(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		x, y float64
		want Values
	}{
		{1, 1, Values{}},
		{nan, nan, Values{}},
		{0, 0, Values{}},
		{1, 2, Values{1, 1, 0.5}},
		{-1, 1, Values{1, 2, 2}},
	} {
		v := Values{}
		v.compare(test.x, test.y)
		if v != test.want {
			t.Errorf("%v %v: got %+v", test.x, test.y, v)
		}
	}
}

// FuzzHash: no graph makes hashing panic.
func FuzzHash(f *testing.F) {
	for _, name := range []string{"control_flow", "table_file", "v1_ref_variables"} {
		data, err := os.ReadFile(models + name + "/saved_model.pb")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := reader.OpenFS(fstest.MapFS{reader.GraphFile: {Data: data}})
		if err != nil {
			return
		}
		for _, g := range m.Proto.GetMetaGraphs() {
			h := newHasher(g)
			h.traces()
			h.main()
			for key := range g.GetSignatureDef() {
				h.signature(key)
			}
		}
	})
}
