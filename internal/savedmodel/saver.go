package savedmodel

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// Devices that the saver's ops are pinned to.
const (
	anyCPU   = "/device:CPU:*"
	firstCPU = "/device:CPU:0"
)

// addSaver adds the object graph of the checkpoint as a constant, and calls of
// the functions that save and restore all variables
// (MultiDeviceSaver, functional_saver.py, TF 2.21).
func (m *mainGraph) addSaver() error {
	checkpoint, err := m.b.trackableGraph(func(o *object) string { return m.handles[o].Node.Name })
	if err != nil {
		return err
	}
	pop := m.g.PushDevice(firstCPU)
	objects, err := addConst(m.g, "Const", tensor.FromStrings([]int64{}, []string{checkpoint}))
	pop()
	if err != nil {
		return err
	}
	if m.b.options.ExperimentalSkipSaver.Value {
		return nil
	}
	file, err := m.add(graph.NodeSpec{Op: "Placeholder", Name: "saver_filename",
		Attrs: map[string]any{"dtype": tensor.String, "shape": tensor.ShapeOf()}})
	if err != nil {
		return err
	}
	save, err := m.traceSave(objects)
	if err != nil {
		return err
	}
	saved, err := m.g.Call(save, []*graph.Tensor{file})
	if err != nil {
		return err
	}
	restore, err := m.traceRestore()
	if err != nil {
		return err
	}
	restored, err := m.g.Call(restore, []*graph.Tensor{file})
	if err != nil {
		return err
	}
	m.saver = &tfpb.SaverDef{
		FilenameTensorName: file.Name(),
		SaveTensorName:     saved.Outputs[0].Name(),
		RestoreOpName:      restored.Name,
		Version:            tfpb.SaverDef_V2,
	}
	return nil
}

// opAdder adds ops to a function until the first error.
type opAdder struct {
	g   *graph.Graph
	err error
}

// op adds a node below the current scope.
func (a *opAdder) op(op, name string, attrs map[string]any, inputs ...*graph.Tensor) *graph.Node {
	if a.err != nil {
		return nil
	}
	var n *graph.Node
	n, a.err = a.g.Add(graph.NodeSpec{Op: op, Name: name, Attrs: attrs, Inputs: inputs})
	return n
}

// out is op for a node with one output.
func (a *opAdder) out(op, name string, attrs map[string]any, inputs ...*graph.Tensor) *graph.Tensor {
	if n := a.op(op, name, attrs, inputs...); n != nil {
		return n.Outputs[0]
	}
	return nil
}

func (a *opAdder) constant(name string, v *tensor.Tensor) *graph.Tensor {
	return a.out("Const", name, map[string]any{"dtype": v.DType, "value": v})
}

func (a *opAdder) identity(t *graph.Tensor) *graph.Tensor {
	if a.err != nil {
		return nil
	}
	return a.out("Identity", "", map[string]any{"T": t.DType}, t)
}

// scoped adds a node whose further inputs are made below its name.
func (a *opAdder) scoped(op string, attrs map[string]any, inputs func() []*graph.Tensor) *graph.Node {
	if a.err != nil {
		return nil
	}
	scope, pop := a.g.PushScope(op)
	in := inputs()
	pop()
	if a.err != nil {
		return nil
	}
	var n *graph.Node
	n, a.err = a.g.Add(graph.NodeSpec{Op: op, Name: scope, Exact: true, Attrs: attrs, Inputs: in})
	return n
}

// capture takes a tensor of the main graph.
func (a *opAdder) capture(t *graph.Tensor) *graph.Tensor {
	if a.err != nil {
		return nil
	}
	t, a.err = a.g.Capture(t, "")
	return t
}

// function ends the function: it returns out.
func (a *opAdder) function(first int, out *graph.Tensor) (*graph.Function, error) {
	if a.err == nil {
		a.err = finish(a.g, first, out)
	}
	if a.err != nil {
		return nil, a.err
	}
	return a.g.Library().Finish(a.g, "__inference_"+a.g.Name), nil
}

// entries are keys and dtypes of the checkpoint: the variables, then the
// object graph.
func (m *mainGraph) entries() (keys *tensor.Tensor, slices *tensor.Tensor, dtypes []tensor.DType) {
	var names []string
	for _, o := range m.b.objects.variables() {
		names = append(names, checkpointKey(o))
		dtypes = append(dtypes, o.value.(*model.Variable).DType)
	}
	names, dtypes = append(names, objectGraphKey), append(dtypes, tensor.String)
	dims := []int64{int64(len(names))}
	return tensor.FromStrings(dims, names), tensor.FromStrings(dims, make([]string, len(names))), dtypes
}

// traceSave makes the function that writes a checkpoint. TensorFlow 2.21 reads
// with DisableCopyOnRead, an op that loaders of 2.4 do not know; it only saves
// memory and is left out.
func (m *mainGraph) traceSave(objects *graph.Tensor) (*graph.Function, error) {
	a := &opAdder{g: graph.NewFunc("_traced_save", m.g)}
	prefix := a.g.AddInput("file_prefix", "file_prefix", tensor.String, tensor.ShapeOf(), nil)
	first := len(a.g.Nodes)

	pop := a.g.PushDevice(anyCPU)
	s3 := a.out("StaticRegexFullMatch", "", map[string]any{"pattern": "^s3://.*"}, prefix)
	part := a.constant("Const", tensor.FromStrings([]int64{}, []string{".part"}))
	temp := a.constant("Const", tensor.FromStrings([]int64{}, []string{"_temp/part"}))
	suffix := a.out("Select", "", map[string]any{"T": tensor.String}, s3, part, temp)
	parts := a.out("StringJoin", "", map[string]any{"N": int64(2)}, prefix, suffix)
	pop()

	var values []*graph.Tensor
	for _, o := range m.b.objects.variables() {
		d := o.value.(*model.Variable).DType
		_, popScope := a.g.PushScope("Read")
		read := a.scoped("ReadVariableOp", map[string]any{"dtype": d}, func() []*graph.Tensor {
			return []*graph.Tensor{a.capture(m.handles[o])}
		})
		popScope()
		if a.err != nil {
			return nil, a.err
		}
		v := a.identity(read.Outputs[0])
		pop := a.g.PushDevice(firstCPU)
		values = append(values, a.identity(v))
		pop()
	}

	shards := a.constant("num_shards", tensor.FromInts(tensor.Int32, []int64{}, []int64{1}))
	pop = a.g.PushDevice(firstCPU)
	defer pop()
	shard := a.scoped("ShardedFilename", nil, func() []*graph.Tensor {
		return []*graph.Tensor{parts, a.constant("shard", tensor.FromInts(tensor.Int32, []int64{}, []int64{0})), shards}
	})
	keys, slices, dtypes := m.entries()
	save := a.scoped("SaveV2", map[string]any{"dtypes": dtypes}, func() []*graph.Tensor {
		in := []*graph.Tensor{shard.Outputs[0], a.constant("tensor_names", keys), a.constant("shape_and_slices", slices)}
		return append(append(in, values...), a.capture(objects))
	})
	if a.err != nil {
		return nil, a.err
	}
	popControl := a.g.PushControl([]*graph.Node{save})
	merge := a.scoped("MergeV2Checkpoints", nil, func() []*graph.Tensor {
		return []*graph.Tensor{
			a.out("Pack", "checkpoint_prefixes", map[string]any{"N": int64(1), "T": tensor.String}, shard.Outputs[0]), prefix,
		}
	})
	popControl()
	if a.err != nil {
		return nil, a.err
	}
	return m.returnPrefix(a, first, prefix, []*graph.Node{merge})
}

// returnPrefix ends a function of the saver, which returns its argument when
// all of after are done.
func (m *mainGraph) returnPrefix(a *opAdder, first int, prefix *graph.Tensor, after []*graph.Node) (*graph.Function, error) {
	pop := a.g.PushControl(after)
	out := a.identity(prefix)
	pop()
	pop = a.g.PushDevice("")
	defer pop()
	return a.function(first, out)
}

// traceRestore makes the function that reads a checkpoint into the variables
// that the signatures use.
func (m *mainGraph) traceRestore() (*graph.Function, error) {
	a := &opAdder{g: graph.NewFunc("_traced_restore", m.g)}
	prefix := a.g.AddInput("file_prefix", "file_prefix", tensor.String, tensor.ShapeOf(), nil)
	first := len(a.g.Nodes)
	pop := a.g.PushDevice(firstCPU)
	defer pop()
	keys, slices, dtypes := m.entries()
	restore := a.scoped("RestoreV2", map[string]any{"dtypes": dtypes}, func() []*graph.Tensor {
		return []*graph.Tensor{prefix, a.constant("tensor_names", keys), a.constant("shape_and_slices", slices)}
	})
	var after []*graph.Node
	for i, o := range m.b.objects.variables() {
		if a.err != nil {
			return nil, a.err
		}
		v := a.identity(restore.Outputs[i])
		after = append(after, a.scoped("AssignVariableOp", map[string]any{"dtype": dtypes[i]}, func() []*graph.Tensor {
			return []*graph.Tensor{a.capture(m.handles[o]), v}
		}))
	}
	after = append(after, a.op("NoOp", "", nil)) // for the object graph, which is not restored
	if a.err != nil {
		return nil, a.err
	}
	return m.returnPrefix(a, first, prefix, after)
}
