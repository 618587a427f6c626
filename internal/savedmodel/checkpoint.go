package savedmodel

import (
	"strings"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// objectGraphKey is the checkpoint's entry with the object graph
// (OBJECT_GRAPH_PROTO_KEY, tensorflow/python/trackable/base.py, TF 2.21).
const objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"

// valueName is what the value of a variable is called among its attributes
// (VARIABLE_VALUE_KEY, base.py).
const valueName = "VARIABLE_VALUE"

// checkpointKey is the name of a variable's value in the checkpoint: the path
// that leads to it first, breadth first (trackable_utils.py, TF 2.21).
func checkpointKey(o *object) string {
	steps := make([]string, len(o.path))
	for i, s := range o.path {
		steps[i] = escape(s)
	}
	return strings.Join(steps, "/") + "/.ATTRIBUTES/" + valueName
}

// escape writes a name so that it can be a step of a path.
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, ".", ".."), "/", ".S")
}

// trackableGraph serializes the object graph of the checkpoint: the same nodes
// as in the SavedModel (save_util.py and util.py, TF 2.21). name gives the name
// of a variable.
func (b *builder) trackableGraph(name func(*object) string) (string, error) {
	nodes := b.objects.nodes
	p := &tfpb.TrackableObjectGraph{Nodes: make([]*tfpb.TrackableObjectGraph_TrackableObject, len(nodes))}
	parents := make([][]int, len(nodes))
	holds := make([]bool, len(nodes)) // the object or one below it has a value
	var queue []int
	for i, o := range nodes {
		n := &tfpb.TrackableObjectGraph_TrackableObject{Children: references(o.children)}
		for _, c := range o.children {
			parents[c.to.id] = append(parents[c.to.id], i)
		}
		if _, ok := o.value.(*model.Variable); ok {
			n.Attributes = []*tfpb.TrackableObjectGraph_TrackableObject_SerializedTensor{{
				Name: valueName, FullName: name(o), CheckpointKey: checkpointKey(o),
			}}
			holds[i] = true
			queue = append(queue, i)
		}
		p.Nodes[i] = n
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, parent := range parents[at] {
			if !holds[parent] {
				holds[parent] = true
				queue = append(queue, parent)
			}
		}
	}
	for i, n := range p.Nodes {
		n.HasCheckpointValues = wrapperspb.Bool(holds[i])
	}
	s, err := marshal(p)
	return string(s), err
}

func references(edges []edge) []*tfpb.TrackableObjectGraph_TrackableObject_ObjectReference {
	var out []*tfpb.TrackableObjectGraph_TrackableObject_ObjectReference
	for _, e := range edges {
		out = append(out, &tfpb.TrackableObjectGraph_TrackableObject_ObjectReference{NodeId: int32(e.to.id), LocalName: e.name})
	}
	return out
}

// entry is a tensor of the checkpoint: a variable's value or, with v nil, the
// object graph.
type entry struct {
	key string
	v   *model.Variable
}

// plan says which tensors each file of the checkpoint holds: all are in one unless
// experimental_sharding_callback limits their size. The object graph is the last
// of the entries. Strings are read for their lengths.
func (b *builder) plan(entries []entry) [][]bundle.Piece {
	limit := b.options.MaxShardSize
	if !limit.Set {
		one := make([]bundle.Piece, len(entries))
		for i := range entries {
			one[i].Tensor = i
		}
		return [][]bundle.Piece{one}
	}
	layouts := make([]bundle.Layout, len(entries))
	for i, e := range entries {
		layouts[i] = bundle.Layout{Key: e.key, DType: tensor.String}
		if e.v == nil {
			continue // its size is not looked at, as by TensorFlow
		}
		l, src := &layouts[i], e.v.Value
		l.DType, l.Shape, l.Bytes = src.DType, src.Shape, src.NumBytes()
		if src.DType == tensor.String {
			values, err := src.Strings()
			if err != nil {
				b.errs.Add(e.v.Pos, "%v", err)
			}
			for _, s := range values {
				l.Bytes += int64(len(s))
			}
		}
	}
	shards, err := bundle.PlanShards(layouts, limit.Value)
	if err != nil {
		b.errs.Add(limit.Pos, "max_shard_size: %v", err)
	}
	return shards
}

// writeCheckpoint writes the values of the variables below prefix. step is
// called with the number of bytes that each one takes.
func (m *Model) writeCheckpoint(prefix string, step func(int64) error) error {
	w, err := bundle.Create(prefix, len(m.shards))
	if err != nil {
		return err
	}
	defer w.Abort()
	t := tensorWriter{w: w, step: step}
	defer t.close()
	for i, shard := range m.shards {
		if i > 0 {
			if err := w.NextShard(); err != nil {
				return err
			}
		}
		for _, p := range shard {
			if e := m.entries[p.Tensor]; e.v == nil {
				err = w.AddStrings(e.key, nil, []string{m.trackables})
			} else {
				err = t.add(e, p.Slice)
			}
			if err != nil {
				return err
			}
		}
	}
	return w.Close()
}

// tensorWriter writes values of variables, and slices of them.
type tensorWriter struct {
	w    *bundle.Writer
	step func(int64) error

	slicer *bundle.Slicer // of the value that is written in parts
	of     entry
}

func (t *tensorWriter) add(e entry, slice []bundle.Extent) error {
	src := e.v.Value
	switch {
	case src.DType == tensor.String:
		values, err := src.Strings()
		if err != nil {
			return err
		}
		return t.w.AddStrings(e.key, src.Shape, values)
	case slice == nil:
		r, err := src.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		return t.w.Add(e.key, src.DType, src.Shape, &counter{r, t.step})
	}
	if t.of != e {
		if err := t.close(); err != nil {
			return err
		}
		t.slicer, t.of = bundle.NewSlicer(src.Shape, src.DType.Size(), src.Open), e
	}
	return t.w.AddSlice(e.key, src.DType, src.Shape, slice, &counter{t.slicer.Slice(slice), t.step})
}

// close closes the value that is at hand.
func (t *tensorWriter) close() error {
	if t.slicer == nil {
		return nil
	}
	err := t.slicer.Close()
	t.slicer = nil
	return err
}
