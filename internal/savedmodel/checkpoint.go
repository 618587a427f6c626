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

// entry is a tensor of the checkpoint.
type entry struct {
	key string
	v   *model.Variable
}

// writeCheckpoint writes the values of the variables below prefix. step is
// called with the number of bytes that each one takes.
func (m *Model) writeCheckpoint(prefix string, step func(int64)) error {
	w, err := bundle.Create(prefix)
	if err != nil {
		return err
	}
	defer w.Abort()
	for _, e := range m.entries {
		if err := addVariable(w, e, step); err != nil {
			return err
		}
	}
	if err := w.AddStrings(objectGraphKey, nil, []string{m.trackables}); err != nil {
		return err
	}
	return w.Close()
}

func addVariable(w *bundle.Writer, e entry, step func(int64)) error {
	src := e.v.Value
	if src.DType == tensor.String {
		values, err := src.Strings()
		if err != nil {
			return err
		}
		return w.AddStrings(e.key, src.Shape, values)
	}
	r, err := src.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return w.Add(e.key, src.DType, src.Shape, &counter{r, step})
}
