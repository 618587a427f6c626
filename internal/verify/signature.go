package verify

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// signatures checks that what signatures name is in the graph, of the type that
// they say.
func (c *checker) signatures() {
	for _, key := range slices.Sorted(maps.Keys(c.g.GetSignatureDef())) {
		s := c.g.SignatureDef[key]
		for _, name := range slices.Sorted(maps.Keys(s.GetInputs())) {
			c.tensorInfo(fmt.Sprintf("%ssignature %s, input %s", c.prefix, key, name), s.Inputs[name], takesExamples(s.GetMethodName()))
		}
		for _, name := range slices.Sorted(maps.Keys(s.GetOutputs())) {
			c.tensorInfo(fmt.Sprintf("%ssignature %s, output %s", c.prefix, key, name), s.Outputs[name], false)
		}
		for _, name := range slices.Sorted(maps.Keys(s.GetDefaults())) {
			if s.GetInputs()[name] == nil {
				c.add(Finding{
					ID: "signature.default", Severity: Error, Where: fmt.Sprintf("%ssignature %s", c.prefix, key),
					What: fmt.Sprintf("there is a default for %s, which is no input", name), Why: "TensorFlow refuses the model", Fix: "export the model again",
				})
			}
		}
	}
	if name, by := reader.InitNode(c.g); name != "" && c.lib.Main.Node(name) < 0 {
		c.add(Finding{
			ID: "structure.init-op", Severity: Error, Where: c.prefix + by, What: fmt.Sprintf("the node %s, which is to run first, is not in the graph", name),
			Why: "TensorFlow Serving and the C++ loader fail", Fix: "export the model again",
		})
	}
}

// tensorInfo checks one TensorInfo, or its components; examples says that it is
// called with serialized Examples.
func (c *checker) tensorInfo(where string, info *tfpb.TensorInfo, examples bool) {
	if s := info.GetCooSparse(); s != nil {
		d := info.GetDtype()
		c.tensorInfo(where+", values", named(s.GetValuesTensorName(), d), examples)
		c.tensorInfo(where+", indices", named(s.GetIndicesTensorName(), tfpb.DataType_DT_INT64), examples)
		c.tensorInfo(where+", dense_shape", named(s.GetDenseShapeTensorName(), tfpb.DataType_DT_INT64), examples)
		return
	}
	if info.GetCompositeTensor() != nil {
		for i, part := range info.GetCompositeTensor().GetComponents() {
			c.tensorInfo(fmt.Sprintf("%s, component %d", where, i), part, examples)
		}
		return
	}
	wrong := func(format string, args ...any) {
		c.add(Finding{
			ID: "signature.tensor", Severity: Error, Where: where, What: fmt.Sprintf(format, args...),
			Why: "calls of the signature fail", Fix: "export the model again",
		})
	}
	in := c.lib.Main.Resolve(info.GetName())
	if in.Node < 0 {
		what := fmt.Sprintf("the tensor %q is not in the graph", info.GetName())
		if near := c.nearest(c.lib.Main, in.Name); near != "" {
			what += fmt.Sprintf(" (did you mean %q?)", near)
		}
		wrong("%s", what)
		return
	}
	// A signature can name an op that is to run: of no dtype.
	n := c.nodes[c.lib.Main][in.Node]
	if n.def == nil || info.GetDtype() == tfpb.DataType_DT_INVALID && !strings.Contains(info.GetName(), ":") {
		return
	}
	if in.Index >= len(n.outs) {
		wrong("the tensor %s: %s has %d outputs", info.GetName(), n.def.Name, len(n.outs))
		return
	}
	if got, want := n.outs[in.Index], tensor.DType(info.GetDtype()); got.Base() != want.Base() {
		if examples && got.Base() == tensor.String {
			c.add(Finding{
				ID: "signature.examples", Severity: Info, Where: where,
				What: fmt.Sprintf("the tensor %s is of %s, the signature says %s", info.GetName(), got.Base(), want),
				Why:  "TensorFlow Serving gives it serialized Examples in any case; who reads the signature is misled",
			})
			return
		}
		wrong("the tensor %s is of %s, the signature says %s", info.GetName(), got.Base(), want)
	}
}

// takesExamples says of a method that TensorFlow Serving calls it with serialized
// Examples, whatever dtype the signature states
// (tensorflow_serving/servables/tensorflow/{classifier,regressor}.cc).
func takesExamples(method string) bool {
	return method == "tensorflow/serving/classify" || method == "tensorflow/serving/regress"
}

func named(name string, d tfpb.DataType) *tfpb.TensorInfo {
	return &tfpb.TensorInfo{Encoding: &tfpb.TensorInfo_Name{Name: name}, Dtype: d}
}

// assets checks the files that the graph is given the paths of.
func (c *checker) assets() {
	known := map[string]bool{}
	for _, a := range reader.AssetFiles(c.g) {
		name := a.GetFilename()
		where := c.prefix + "asset " + name
		known[name] = true
		if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00") {
			c.add(Finding{
				ID: "assets.outside", Severity: Error, Where: where, What: fmt.Sprintf("%q is no path below %s/", name, reader.AssetsFolder),
				Why: "the program that loads the model would open another file", Fix: "do not load this model",
			})
			continue
		}
		if t := a.GetTensorInfo().GetName(); c.lib.Main.Resolve(t).Node < 0 {
			c.add(Finding{
				ID: "assets.tensor", Severity: Error, Where: where, What: fmt.Sprintf("the tensor %q, which is given its path, is not in the graph", t),
				Why: "TensorFlow Serving and the C++ loader fail", Fix: "export the model again",
			})
		}
		if file := path.Join(reader.AssetsFolder, name); c.m.Whole && !c.m.Exists(file) && !c.m.Outside(file) {
			c.add(Finding{
				ID: "assets.missing", Severity: Error, Where: where, What: "there is no file " + file,
				Why: "what reads it fails when the model is loaded or called", Fix: "copy the model's directory as a whole",
			})
		}
	}
	if c.m.Whole {
		c.strayAssets(known)
	}
}

// strayAssets names files of assets/ that no graph knows.
func (c *checker) strayAssets(known map[string]bool) {
	for _, g := range c.m.Proto.GetMetaGraphs() {
		for _, a := range reader.AssetFiles(g) {
			known[a.GetFilename()] = true
		}
	}
	if c.prefix != "" && c.g != c.m.Proto.GetMetaGraphs()[0] {
		return
	}
	entries, err := fs.ReadDir(c.m.FS, reader.AssetsFolder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() && !known[e.Name()] {
			c.add(Finding{
				ID: "assets.stray", Severity: Warning, Where: path.Join(reader.AssetsFolder, e.Name()), What: "no graph of the model knows this file",
				Why: "it is left over, or was put there by hand", Fix: "remove it, or put it into assets.extra/",
			})
		}
	}
}
