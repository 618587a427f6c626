package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// load reads a model of testdata into memory.
func load(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	dir := os.DirFS("testdata/" + name)
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(dir, name)
		fsys[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

func check(t testing.TB, fsys fs.FS) []Finding {
	t.Helper()
	m, err := reader.OpenFS(fsys)
	if err != nil {
		return []Finding{{ID: "structure.decode", Severity: Error, What: err.Error()}}
	}
	return Model(m)
}

// TestClean: what TensorFlow wrote has nothing wrong with it.
func TestClean(t *testing.T) {
	for _, name := range []string{"adder", "table_file", "v1_ref_variables", "v1_partitioned", "control_flow"} {
		if found := check(t, load(t, name)); len(found) > 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// TestKeras3: the signature of a Keras 3 model that tf.saved_model.save wrote
// reads variables that no session loader restores.
func TestKeras3(t *testing.T) {
	found := check(t, load(t, "keras_saved_by_tf"))
	for _, x := range found {
		if x.ID != "saver.not-restored" {
			t.Errorf("%+v", x)
		}
	}
	if len(found) != 8 {
		t.Errorf("%d findings, want one for each of 8 variables", len(found))
	}
}

// change edits the graph of a model; the fingerprint goes, as it no longer fits.
func change(t *testing.T, fsys fstest.MapFS, edit func(g *tfpb.MetaGraphDef)) fstest.MapFS {
	t.Helper()
	m := &tfpb.SavedModel{}
	if err := proto.Unmarshal(fsys[reader.GraphFile].Data, m); err != nil {
		t.Fatal(err)
	}
	edit(m.MetaGraphs[0])
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	fsys[reader.GraphFile] = &fstest.MapFile{Data: b}
	delete(fsys, reader.FingerprintFile)
	return fsys
}

func nodeOf(g *tfpb.MetaGraphDef, op string) *tfpb.NodeDef {
	for _, n := range g.GraphDef.Node {
		if n.Op == op {
			return n
		}
	}
	panic("no node of op " + op)
}

func function(g *tfpb.MetaGraphDef, part string) *tfpb.FunctionDef {
	for _, f := range g.GraphDef.Library.Function {
		if strings.Contains(f.Signature.Name, part) {
			return f
		}
	}
	panic("no function " + part)
}

// TestFindings: each kind of damage to a graph is found, and named.
func TestFindings(t *testing.T) {
	str := func(s string) *tfpb.AttrValue { return &tfpb.AttrValue{Value: &tfpb.AttrValue_S{S: []byte(s)}} }
	for _, test := range []struct {
		model string
		edit  func(g *tfpb.MetaGraphDef)
		id    string
		what  string
	}{
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[0].Op = "AddV3" }, "graph.op", `unknown (did you mean "AddV2"?)`},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[0].Attr["mode"] = str("x") }, "graph.attr", "no attribute mode"},
		{"adder", func(g *tfpb.MetaGraphDef) { delete(function(g, "lambda").NodeDef[0].Attr, "T") }, "graph.attr", "attribute T of type type is missing"},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[0].Attr["T"] = str("x") }, "graph.attr", "T is of type type, not string"},
		{"adder", func(g *tfpb.MetaGraphDef) {
			function(g, "lambda").NodeDef[0].Attr["T"].Value.(*tfpb.AttrValue_Type).Type = tfpb.DataType_DT_INT32
		}, "graph.type", "is of float32 where int32 is wanted"},
		{"adder", func(g *tfpb.MetaGraphDef) { f := function(g, "lambda"); f.NodeDef[0].Input = f.NodeDef[0].Input[:1] }, "graph.arity", "has 1 inputs, AddV2 takes 2"},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[0].Input[0] = "y" }, "graph.input", "names nothing"},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[2].Input[0] = "add:y:0" }, "graph.input", `AddV2 has no output "y", it has ["z"]`},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").NodeDef[2].Input[0] = "add:z:1" }, "graph.input", "output z of AddV2 has 1 tensors"},
		{"adder", func(g *tfpb.MetaGraphDef) { f := function(g, "lambda"); f.NodeDef = append(f.NodeDef, f.NodeDef[0]) }, "graph.node-twice", "two nodes"},
		{"adder", func(g *tfpb.MetaGraphDef) { f := function(g, "lambda"); f.NodeDef[0].Input[0] = "Identity:output:0" }, "graph.cycle", "depends on itself"},
		{"adder", func(g *tfpb.MetaGraphDef) { f := function(g, "lambda"); f.Ret["identity"] = "nothing:output:0" }, "graph.return", "names nothing"},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").Ret = nil }, "graph.return", "returned by no node"},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "lambda").Signature.OutputArg[0].Type = tfpb.DataType_DT_INT32 }, "graph.return", "of float32, the signature says int32"},
		{"adder", func(g *tfpb.MetaGraphDef) { f := function(g, "lambda"); f.ControlRet = map[string]string{"a": "b"} }, "graph.return", "names no node"},
		{"adder", func(g *tfpb.MetaGraphDef) { nodeOf(g, "PartitionedCall").Attr["f"].GetFunc().Name = "gone" }, "graph.function", "not in the library"},
		{"adder", func(g *tfpb.MetaGraphDef) { function(g, "wrapper").Signature.InputArg[0].Type = tfpb.DataType_DT_INT32 }, "graph.call", "takes int32 as number 0, the node has float32"},
		{"control_flow", func(g *tfpb.MetaGraphDef) {
			f := function(g, "while_body")
			f.Signature.InputArg = f.Signature.InputArg[1:]
		}, "graph.call", "body: "},
		{"adder", func(g *tfpb.MetaGraphDef) { l := g.GraphDef.Library; l.Function = append(l.Function, l.Function[0]) }, "graph.function-twice", "two functions"},
		{"adder", func(g *tfpb.MetaGraphDef) { g.GraphDef.Versions.MinConsumer = 100000 }, "graph.version", "version 100000"},
		{"adder", func(g *tfpb.MetaGraphDef) {
			nodeOf(g, "Const").Attr["value"].GetTensor().TensorShape.Dim = []*tfpb.TensorShapeProto_Dim{{Size: -5}}
		}, "graph.attr", "a dimension of -5"},

		{"adder", func(g *tfpb.MetaGraphDef) {
			g.SignatureDef["serving_default"].Inputs["x"].Encoding = &tfpb.TensorInfo_Name{Name: "y:0"}
		}, "signature.tensor", `"y:0" is not in the graph`},
		{"adder", func(g *tfpb.MetaGraphDef) {
			g.SignatureDef["serving_default"].Inputs["x"].Dtype = tfpb.DataType_DT_INT32
		}, "signature.tensor", "of float32, the signature says int32"},
		{"adder", func(g *tfpb.MetaGraphDef) {
			g.SignatureDef["serving_default"].Outputs["output_0"].Encoding = &tfpb.TensorInfo_Name{Name: "PartitionedCall:3"}
		}, "signature.tensor", "has 1 outputs"},
		{"adder", func(g *tfpb.MetaGraphDef) {
			g.SignatureDef["__saved_model_init_op"].Outputs["__saved_model_init_op"].Encoding = &tfpb.TensorInfo_Name{Name: "Nope"}
		}, "structure.init-op", "Nope"},
		{"adder", func(g *tfpb.MetaGraphDef) { delete(g.SignatureDef, "serving_default") }, "objects.signature", "none of the graph's signatures"},
		{"adder", func(g *tfpb.MetaGraphDef) { g.MetaInfoDef.Tags = nil }, "structure.tags", "no tags"},
		{"adder", func(g *tfpb.MetaGraphDef) { g.MetaInfoDef.Tags = []string{"s", "e", "r", "v"} }, "structure.tags", "single letters"},
		{"adder", func(g *tfpb.MetaGraphDef) { g.SaverDef.RestoreOpName = "gone" }, "saver.node", "gone is not in the graph"},
		{"v1_ref_variables", func(g *tfpb.MetaGraphDef) { g.SaverDef = nil }, "saver.missing", "nothing restores"},
		{"v1_ref_variables", func(g *tfpb.MetaGraphDef) {
			for _, n := range g.GraphDef.Node {
				if n.Name == "save/RestoreV2/tensor_names" {
					n.Attr["value"].GetTensor().StringVal[0] = []byte("z")
				}
			}
		}, "saver.key", `restores "z", which is not in the checkpoint`},
		{"table_file", func(g *tfpb.MetaGraphDef) { g.AssetFileDef[0].Filename = "../../etc/passwd" }, "assets.outside", "no path below assets/"},
		{"table_file", func(g *tfpb.MetaGraphDef) { g.AssetFileDef[0].Filename = "other.txt" }, "assets.missing", "no file assets/other.txt"},

		{"keras_saved_by_tf", func(g *tfpb.MetaGraphDef) { g.ObjectGraphDef.Nodes[0].Children[0].NodeId = 9999 }, "objects.child", "is object 9999 of"},
		{"adder", func(g *tfpb.MetaGraphDef) {
			for _, n := range g.ObjectGraphDef.Nodes {
				if f := n.GetFunction(); f != nil {
					f.ConcreteFunctions = []string{"gone"}
				}
			}
		}, "objects.function", "gone is not among those"},
		{"keras_saved_by_tf", func(g *tfpb.MetaGraphDef) {
			for _, f := range g.ObjectGraphDef.ConcreteFunctions {
				f.BoundInputs = f.BoundInputs[:0]
			}
		}, "objects.function", "captures 0, and takes"},
		{"keras_saved_by_tf", func(g *tfpb.MetaGraphDef) {
			for _, n := range g.ObjectGraphDef.Nodes {
				if v := n.GetVariable(); v != nil {
					v.Dtype = tfpb.DataType_DT_DOUBLE
				}
			}
		}, "objects.dtype", "it is of float64, its value"},
		{"keras_saved_by_tf", func(g *tfpb.MetaGraphDef) {
			for _, n := range g.ObjectGraphDef.Nodes {
				if v := n.GetVariable(); v != nil {
					v.Shape = &tfpb.TensorShapeProto{Dim: []*tfpb.TensorShapeProto_Dim{{Size: 77}}}
				}
			}
		}, "objects.shape", "it is of shape [77]"},
		{"sliced", func(*tfpb.MetaGraphDef) {}, "objects.sliced", `"h/.ATTRIBUTES/VARIABLE_VALUE" is saved in 3 slices, and of float16`},
		{"keras_saved_by_tf", func(g *tfpb.MetaGraphDef) {
			for _, n := range g.ObjectGraphDef.Nodes {
				for _, c := range n.Children {
					c.LocalName += "x"
				}
			}
		}, "objects.unsaved", "not in the object graph of the checkpoint"},
	} {
		found := check(t, change(t, load(t, test.model), test.edit))
		if !slices.ContainsFunc(found, func(x Finding) bool { return x.ID == test.id && strings.Contains(x.What, test.what) }) {
			t.Errorf("%s %q: got %+v", test.id, test.what, found)
		}
		for _, x := range found {
			if x.Where == "" || x.What == "" || x.Why == "" || x.Severity == "" {
				t.Errorf("%s: not all is said: %+v", test.id, x)
			}
		}
	}
}

// TestHealthy: what other releases and libraries write on purpose is no finding
// that fails.
func TestHealthy(t *testing.T) {
	for _, test := range []struct {
		name, model string
		edit        func(g *tfpb.MetaGraphDef)
		file        string // that is there as well
	}{
		{"a module of tensorflow_hub", "v1_ref_variables", func(g *tfpb.MetaGraphDef) { g.MetaInfoDef.Tags, g.SaverDef = nil, nil }, reader.HubFile},
		{"a signature whose input gets Examples", "adder", func(g *tfpb.MetaGraphDef) {
			g.GraphDef.Node = append(g.GraphDef.Node, &tfpb.NodeDef{Name: "examples", Op: "Placeholder", Attr: map[string]*tfpb.AttrValue{
				"dtype": {Value: &tfpb.AttrValue_Type{Type: tfpb.DataType_DT_STRING}},
			}})
			g.SignatureDef["regress"] = &tfpb.SignatureDef{
				MethodName: "tensorflow/serving/regress",
				Inputs:     map[string]*tfpb.TensorInfo{"inputs": {Encoding: &tfpb.TensorInfo_Name{Name: "examples:0"}, Dtype: tfpb.DataType_DT_FLOAT}},
			}
			g.ObjectGraphDef = nil
		}, ""},
		{"a function cut out of a graph of TensorFlow 1", "keras_saved_by_tf", func(g *tfpb.MetaGraphDef) {
			for _, f := range g.ObjectGraphDef.ConcreteFunctions {
				f.CanonicalizedInputSignature = &tfpb.StructuredValue{Kind: &tfpb.StructuredValue_NoneValue{NoneValue: &tfpb.NoneValue{}}}
			}
		}, ""},
	} {
		fsys := change(t, load(t, test.model), test.edit)
		if test.file != "" {
			fsys[test.file] = &fstest.MapFile{}
		}
		for _, x := range check(t, fsys) {
			if x.Severity != Info && x.ID != "saver.not-restored" {
				t.Errorf("%s: %+v", test.name, x)
			}
		}
	}
}

// TestFiles: files that are missing, too many or of another model.
func TestFiles(t *testing.T) {
	shard := reader.VariablesPrefix + ".data-00000-of-00001"
	for _, test := range []struct {
		edit func(fsys fstest.MapFS)
		id   string
	}{
		{func(f fstest.MapFS) { delete(f, shard) }, "checkpoint.shard"},
		{func(f fstest.MapFS) { delete(f, shard); delete(f, reader.VariablesPrefix+".index") }, "files.variables"},
		{func(f fstest.MapFS) { f["variables/variables.data-00001-of-00002"] = f[shard] }, "checkpoint.shard"},
		{func(f fstest.MapFS) { f["variables/variables.index.tmp"] = f[shard] }, "files.stray"},
		{func(f fstest.MapFS) { f["assets/more.txt"] = f[shard] }, "assets.stray"},
		{func(f fstest.MapFS) { delete(f, "assets/vocab.txt") }, "assets.missing"},
		{func(f fstest.MapFS) { f[reader.TextFile] = f[shard] }, "files.two-graphs"},
		{func(f fstest.MapFS) { f[reader.FingerprintFile] = &fstest.MapFile{Data: []byte{0xff}} }, "fingerprint.decode"},
		{func(f fstest.MapFS) { f[reader.FingerprintFile] = load(t, "adder")[reader.FingerprintFile] }, "fingerprint.mismatch"},
		{func(f fstest.MapFS) {
			for name, file := range load(t, "adder") {
				if strings.HasPrefix(name, "variables/") {
					f[name] = file
				}
			}
		}, "fingerprint.mismatch"},
	} {
		fsys := load(t, "table_file")
		test.edit(fsys)
		found := check(t, fsys)
		if !slices.ContainsFunc(found, func(x Finding) bool { return x.ID == test.id }) {
			t.Errorf("%s: got %+v", test.id, found)
		}
	}
}

// TestLinks: a link out of the model's directory is told of as that, and not as a
// file that is missing.
func TestLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/table_file")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"assets/vocab.txt", "variables"} {
		moved := filepath.Join(outside, path.Base(name))
		if err := errors.Join(os.Rename(filepath.Join(dir, name), moved), os.Symlink(moved, filepath.Join(dir, name))); err != nil {
			t.Fatal(err)
		}
	}
	found, err := Path(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range found {
		if x.ID != "fingerprint.mismatch" {
			got = append(got, x.ID+" "+x.Where)
		}
	}
	if want := []string{"files.outside assets/vocab.txt", "files.outside variables"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestEveryBit: no bit of a checkpoint, of the graph or of the fingerprint can
// change unseen.
func TestEveryBit(t *testing.T) {
	fsys := load(t, "v1_ref_variables")
	adder := load(t, "adder")
	for _, test := range []struct {
		fsys fstest.MapFS
		name string
		step int
	}{
		{fsys, reader.VariablesPrefix + ".index", 1},
		{fsys, reader.VariablesPrefix + ".data-00000-of-00001", 1},
		{adder, reader.VariablesPrefix + ".index", 1},
		{adder, reader.VariablesPrefix + ".data-00000-of-00001", 1},
		{adder, reader.GraphFile, 61},
	} {
		whole := test.fsys[test.name].Data
		for bit := 0; bit < 8*len(whole); bit += test.step {
			data := bytes.Clone(whole)
			data[bit/8] ^= 1 << (bit % 8)
			test.fsys[test.name] = &fstest.MapFile{Data: data}
			if len(check(t, test.fsys)) == 0 && !same(t, test.name, whole, data) {
				t.Errorf("%s: bit %d: nothing found", test.name, bit)
			}
		}
		test.fsys[test.name] = &fstest.MapFile{Data: whole}
	}
}

// same says whether two graph files are one message: the order of fields and a
// default that is written out mean nothing.
func same(t *testing.T, name string, a, b []byte) bool {
	if path.Base(name) != reader.GraphFile {
		return false
	}
	x, y := &tfpb.SavedModel{}, &tfpb.SavedModel{}
	if proto.Unmarshal(a, x) != nil || proto.Unmarshal(b, y) != nil {
		return false
	}
	return proto.Equal(x, y)
}

// TestMutated: no change to a graph makes the checks panic.
func TestMutated(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	rounds := 300
	if testing.Short() {
		rounds = 30
	}
	for _, name := range []string{"adder", "table_file", "control_flow", "v1_partitioned"} {
		fsys := load(t, name)
		whole := fsys[reader.GraphFile].Data
		for range rounds {
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
			fsys[reader.GraphFile] = &fstest.MapFile{Data: data}
			check(t, fsys)
		}
	}
}

// FuzzModel: no graph makes the checks panic.
func FuzzModel(f *testing.F) {
	fsys := load(f, "table_file")
	f.Add(fsys[reader.GraphFile].Data)
	f.Add(load(f, "adder")[reader.GraphFile].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := fstest.MapFS{}
		for name, file := range load(t, "table_file") {
			fsys[name] = file
		}
		fsys[reader.GraphFile] = &fstest.MapFile{Data: data}
		check(t, fsys)
	})
}

func TestExpect(t *testing.T) {
	m, err := reader.OpenFS(load(t, "table_file"))
	if err != nil {
		t.Fatal(err)
	}
	r := inspect.Read(m)
	var own bytes.Buffer
	if err := r.WriteYAML(&own); err != nil {
		t.Fatal(err)
	}
	const head = "meta_graphs: [{signatures: {serving_default: "
	for _, test := range []struct{ contract, want string }{
		{own.String(), ""},
		{"{}", ""},
		{head + "{inputs: {k: {dtype: string, shape: [null]}}}}}]", ""},
		{head + "{outputs: {output_0: {dtype: int64}}}}}]", ""},
		{head + "{inputs: {k: {dtype: int64}}}}}]", "its dtype is string, not int64 (c.yaml:1:67)"},
		{head + "{inputs: {k: {shape: [3]}}}}}]", "its shape is [null], not [3]"},
		{head + "{inputs: {k: {shape: null}}}}}]", "its shape is [null], not null"},
		{head + "{inputs: {}}}}]", "the input is new"},
		{head + "{inputs: {k: {}, key: {}}}}}]", "there is no such input"},
		{head + "{outputs: {output_1: {}}}}}]", `did you mean "output_0"?`},
		{head + "{method_name: other}}}]", `not "other"`},
		{"meta_graphs: [{signatures: {other: {}}}]", "no such signature"},
		{"meta_graphs: [{tags: [gpu]}]", "no graph with these tags"},
		{"meta_graphs: [{function_aliases: {f: my_f}}]", "no such alias"},
		{"meta_graphs: [{functions: [{name: g}]}]", "no such function"},
		{"variables: [{name: w}]", "no such variable"},
		{"assets: [{name: a.txt}]", "no such asset"},
		{"assets: [{name: vocab.tx}]", `did you mean "vocab.txt"?`},
	} {
		contract, errs := spec.ReadValue("c.yaml", []byte(test.contract))
		if err := errs.Err(); err != nil {
			t.Fatal(err)
		}
		found, err := Expect(r, contract)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, x := range found {
			got += x.What
		}
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.contract, got, test.want)
		}
	}
	if _, err := Expect(r, spec.Value{V: "text"}); err == nil {
		t.Error("a contract that is a string")
	}
}

// TestManyFindings: what is found again and again is told of so often, and
// counted.
func TestManyFindings(t *testing.T) {
	f := &findings{}
	for i := range 2 * maxSame {
		f.add(Finding{ID: "x", Where: fmt.Sprint(i)})
	}
	if found := f.done(); len(found) != maxSame+1 || !strings.HasPrefix(found[maxSame].What, "1000 more") {
		t.Errorf("%d findings", len(found))
	}
}
