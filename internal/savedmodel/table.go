package savedmodel

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/trace"
)

// tableObjects are the objects that belong to a lookup table: its initializer,
// and the functions by which a loader makes, fills and frees it
// (CapturableResource, resource.py, TF 2.21).
type tableObjects struct {
	initializer                 *tableInitializer
	create, initialize, destroy *tableFunction
	sharedName                  string
}

// tableInitializer is the object that says where the contents come from.
type tableInitializer struct{ table *model.Table }

// tableFunction is a tf.function of a table, without arguments.
type tableFunction struct{ concrete *trace.ConcreteFunction }

// table makes the objects of a table once.
func (b *builder) table(t *model.Table) (*tableObjects, error) {
	if o, ok := b.tables[t]; ok {
		return o, nil
	}
	name, err := sharedName(t)
	if err != nil {
		return nil, err
	}
	o := &tableObjects{initializer: &tableInitializer{t}, sharedName: name}
	if o.create, err = b.tableFunction("_creator", func(g *graph.Graph) (*graph.Tensor, error) { return addTable(g, t, name) }); err != nil {
		return nil, err
	}
	o.initialize, err = b.tableFunction("_initializer", func(g *graph.Graph) (*graph.Tensor, error) {
		if err := b.fillTable(g, t); err != nil {
			return nil, err
		}
		return addConst(g, "Const", tensor.FromInts(tensor.Int32, []int64{}, []int64{1}))
	})
	if err != nil {
		return nil, err
	}
	o.destroy, err = b.tableFunction("_destroyer", func(g *graph.Graph) (*graph.Tensor, error) {
		return addConst(g, "Const", tensor.FromInts(tensor.Int32, []int64{}, []int64{1}))
	})
	b.tables[t] = o
	return o, err
}

// tableFunction traces a function that takes nothing and returns one tensor.
func (b *builder) tableFunction(name string, body func(*graph.Graph) (*graph.Tensor, error)) (*tableFunction, error) {
	g := graph.NewFunc(name, b.tracer.Graph())
	out, err := body(g)
	if err != nil {
		return nil, err
	}
	if err := finish(g, 0, out); err != nil {
		return nil, err
	}
	c := &trace.ConcreteFunction{Name: name, Args: &trace.Tuple{}, Kwargs: trace.NewDict(), Outputs: g.Outputs[0]}
	c.Func = g.Library().Finish(g, "__inference_"+name)
	return &tableFunction{c}, nil
}

// finish makes out the result of a function whose body starts at node first.
func finish(g *graph.Graph, first int, out *graph.Tensor) error {
	n, err := g.Add(graph.NodeSpec{Op: "Identity", Inputs: []*graph.Tensor{out}, Attrs: map[string]any{"T": out.DType}})
	if err != nil {
		return err
	}
	g.Outputs = n.Outputs
	return g.AutoControlDependencies(first, n.Outputs)
}

// addTable adds the op that makes a table, or finds the one of that name.
func addTable(g *graph.Graph, t *model.Table, sharedName string) (*graph.Tensor, error) {
	n, err := g.Add(graph.NodeSpec{Op: "HashTableV2", Name: "hash_table", Attrs: map[string]any{
		"key_dtype": t.KeyDType, "value_dtype": t.ValueDType, "shared_name": sharedName,
	}})
	if err != nil {
		return nil, err
	}
	return n.Outputs[0], nil
}

// fillTable adds the op that fills a table (TextFileInitializer and
// KeyValueTensorInitializer, lookup_ops.py, TF 2.21).
func (b *builder) fillTable(g *graph.Graph, t *model.Table) error {
	handle := b.tracer.Handle(t)
	if t.Asset != nil {
		_, pop := g.PushScope("text_file_init")
		defer pop()
		file, err := g.Capture(b.tracer.Handle(t.Asset), "asset_filepath")
		if err != nil {
			return err
		}
		return addIn(g, "InitializeTableFromTextFileV2", []capture{{handle, "table_handle"}, {file, ""}}, map[string]any{
			"key_index": int64(t.KeyIndex), "value_index": int64(t.ValueIndex), "vocab_size": t.VocabSize, "delimiter": t.Delimiter,
			"offset": t.Offset,
		})
	}
	_, pop := g.PushScope("key_value_init")
	defer pop()
	return addIn(g, "LookupTableImportV2", []capture{
		{handle, "table_handle"}, {b.tracer.Handle(t.Keys), "keys"}, {b.tracer.Handle(t.Values), "values"},
	}, map[string]any{"Tin": t.KeyDType, "Tout": t.ValueDType})
}

// capture is an input of an op that may come from another graph, with the name
// of the op's argument.
type capture struct {
	t    *graph.Tensor
	name string
}

// addIn adds an op whose captured inputs are named below the op.
func addIn(g *graph.Graph, op string, inputs []capture, attrs map[string]any) error {
	scope, pop := g.PushScope(op)
	in := make([]*graph.Tensor, len(inputs))
	for i, c := range inputs {
		var err error
		if in[i], err = g.Capture(c.t, c.name); err != nil {
			pop()
			return err
		}
	}
	pop()
	_, err := g.Add(graph.NodeSpec{Op: op, Name: scope, Exact: true, Inputs: in, Attrs: attrs})
	return err
}

func addConst(g *graph.Graph, name string, v *tensor.Tensor) (*graph.Tensor, error) {
	n, err := g.Add(graph.NodeSpec{Op: "Const", Name: name, Attrs: map[string]any{"dtype": v.DType, "value": v}})
	if err != nil {
		return nil, err
	}
	return n.Outputs[0], nil
}

// sharedName names the resource of a table. Tables of one process that have the
// same name are one table, so it follows from the contents. TensorFlow uses the
// path of the file, which would tell where the model was made, or a number that
// differs from process to process.
func sharedName(t *model.Table) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, t.KeyDType, t.ValueDType)
	if t.Asset == nil {
		for _, c := range []*model.Constant{t.Keys, t.Values} {
			h.Write(c.Value.Data)
			for _, s := range c.Value.Strings {
				fmt.Fprintf(h, "%d:%s", len(s), s)
			}
		}
		return "hash_table_" + hex.EncodeToString(h.Sum(nil)[:16]), nil
	}
	fmt.Fprintf(h, "%d %d %d %q\n", t.KeyIndex, t.ValueIndex, t.VocabSize, t.Delimiter)
	if t.Offset != 0 {
		fmt.Fprintln(h, t.Offset)
	}
	f, err := os.Open(t.Asset.File)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("hash_table_%s_%s_%d_%d", t.Asset.Name, hex.EncodeToString(h.Sum(nil)[:16]), t.KeyIndex, t.ValueIndex), nil
}
