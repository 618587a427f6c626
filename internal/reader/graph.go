package reader

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/tfpb"
)

// Body is a graph of nodes: the main one, or the body of a function.
type Body struct {
	Function *tfpb.FunctionDef // nil for the main graph
	Nodes    []*tfpb.NodeDef

	index map[string]int
	args  map[string]int
}

// Name is that of the function, "" for the main graph.
func (b *Body) Name() string { return b.Function.GetSignature().GetName() }

// Node finds a node by its name; -1 where there is none. Of two nodes with one
// name it is the first.
func (b *Body) Node(name string) int {
	if i, ok := b.index[name]; ok {
		return i
	}
	return -1
}

// Arg finds an argument of a function by its name, -1 where there is none.
func (b *Body) Arg(name string) int {
	if i, ok := b.args[name]; ok {
		return i
	}
	return -1
}

func newBody(f *tfpb.FunctionDef, nodes []*tfpb.NodeDef) *Body {
	b := &Body{Function: f, Nodes: nodes, index: make(map[string]int, len(nodes)), args: map[string]int{}}
	for i := len(nodes) - 1; i >= 0; i-- {
		b.index[nodes[i].GetName()] = i
	}
	for i, a := range f.GetSignature().GetInputArg() {
		b.args[a.GetName()] = i
	}
	return b
}

// Input is what an input of a node names, or a result of a function.
type Input struct {
	Node    int    // in the body, -1 for an argument or for nothing
	Arg     int    // of the function, -1 for a node or for nothing
	Port    string // in a function: the output of the node's op
	Index   int    // in a function within the port, else of all outputs
	Control bool
	Name    string // of the node or argument
}

// Found says whether what is named exists.
func (in Input) Found() bool { return in.Node >= 0 || in.Arg >= 0 }

// Resolve finds what an input names: "node", "node:1" or "^node" in the main
// graph; "argument", "node:port:1" or "^node" in a function
// (tensorflow/core/framework/function.proto and graph_constructor.cc, TF 2.21).
func (b *Body) Resolve(s string) Input {
	in := Input{Node: -1, Arg: -1}
	if name, ok := strings.CutPrefix(s, "^"); ok {
		in.Control, in.Name = true, name
		in.Node = b.Node(name)
		if in.Node < 0 && b.Function != nil {
			in.Arg = b.Arg(name)
		}
		return in
	}
	name, rest, ok := strings.Cut(s, ":")
	in.Name = name
	if b.Function == nil {
		if ok {
			i, err := strconv.Atoi(rest)
			if err != nil || i < 0 {
				return in
			}
			in.Index = i
		}
		in.Node = b.Node(name)
		return in
	}
	if !ok {
		in.Arg = b.Arg(name)
		return in
	}
	port, index, ok := strings.Cut(rest, ":")
	in.Port = port
	if ok {
		i, err := strconv.Atoi(index)
		if err != nil || i < 0 {
			return in
		}
		in.Index = i
	}
	in.Node = b.Node(name)
	return in
}

// Library is a graph with its functions.
type Library struct {
	Main      *Body
	Functions []*Body // in the order of the file
	byName    map[string]*Body
}

// NewLibrary indexes a graph.
func NewLibrary(g *tfpb.GraphDef) *Library {
	l := &Library{Main: newBody(nil, g.GetNode()), byName: map[string]*Body{}}
	for _, f := range g.GetLibrary().GetFunction() {
		b := newBody(f, f.GetNodeDef())
		l.Functions = append(l.Functions, b)
		if _, ok := l.byName[b.Name()]; !ok {
			l.byName[b.Name()] = b
		}
	}
	return l
}

// Function finds a function by its name, nil where there is none.
func (l *Library) Function(name string) *Body { return l.byName[name] }

// Bodies gives the main graph and all functions.
func (l *Library) Bodies() []*Body { return append([]*Body{l.Main}, l.Functions...) }

// Call is a function that a node's attribute names, or its op.
type Call struct {
	Attr string // "" where the op itself is the function
	Name string
}

// Calls lists the functions that a node names, in the order of the attributes'
// names.
func (l *Library) Calls(n *tfpb.NodeDef) []Call {
	var out []Call
	if l.byName[n.GetOp()] != nil {
		out = append(out, Call{Name: n.GetOp()})
	}
	for _, attr := range slices.Sorted(maps.Keys(n.GetAttr())) {
		eachFunc(n.Attr[attr], func(f *tfpb.NameAttrList) { out = append(out, Call{attr, f.GetName()}) })
	}
	return out
}

// eachFunc calls visit for the functions in an attribute's value, those that
// others are instantiated with included.
func eachFunc(v *tfpb.AttrValue, visit func(*tfpb.NameAttrList)) {
	one := func(f *tfpb.NameAttrList) {
		visit(f)
		for _, attr := range slices.Sorted(maps.Keys(f.GetAttr())) {
			eachFunc(f.Attr[attr], visit)
		}
	}
	if f := v.GetFunc(); f != nil {
		one(f)
	}
	for _, f := range v.GetList().GetFunc() {
		one(f)
	}
}

// InitOp is the signature whose output a loader runs first
// (tensorflow/python/saved_model/constants.py, TF 2.21).
const InitOp = "__saved_model_init_op"

// initCollections are where TensorFlow 1 says what to run first, and
// afterwards the tables of models older than main_op.
var initCollections = []string{"saved_model_main_op", "legacy_init_op"}

// InitNode gives the node that loaders run first, and how the model says so;
// "" where there is none (GetInitOp, tensorflow/cc/saved_model/loader_util.cc,
// TF 2.21).
func InitNode(g *tfpb.MetaGraphDef) (node, by string) {
	if s, ok := g.GetSignatureDef()[InitOp]; ok {
		node, _, _ := strings.Cut(s.GetOutputs()[InitOp].GetName(), ":")
		return node, "signature " + InitOp
	}
	for _, name := range initCollections {
		if list := g.GetCollectionDef()[name].GetNodeList().GetValue(); len(list) > 0 {
			node, _, _ := strings.Cut(list[0], ":")
			return node, "collection " + name
		}
	}
	return "", ""
}

// Place is an object of an object graph under the shortest path to it.
type Place struct {
	ID     int
	Path   string // names joined by dots, "" for the root
	Name   string // of the edge that led here
	Parent int    // in the list of places, -1 for the root
	Depth  int
}

// Places lists the objects that can be reached from the root, breadth first,
// each once.
func Places(g *tfpb.SavedObjectGraph) []Place {
	nodes := g.GetNodes()
	if len(nodes) == 0 {
		return nil
	}
	seen := make([]bool, len(nodes))
	seen[0] = true
	out := []Place{{Parent: -1}}
	for at := 0; at < len(out); at++ {
		p := out[at]
		for _, c := range nodes[p.ID].GetChildren() {
			id := int(c.GetNodeId())
			if id < 0 || id >= len(nodes) || seen[id] {
				continue
			}
			seen[id] = true
			path := c.GetLocalName()
			// A path of more than a few thousand characters is of a chain that
			// is as long as the file: all paths together would be its square.
			if p.Path != "" {
				path = shorten(p.Path) + "." + path
			}
			out = append(out, Place{ID: id, Path: path, Name: c.GetLocalName(), Parent: at, Depth: p.Depth + 1})
		}
	}
	return out
}

const maxPath = 2000

// shorten cuts the middle out of a very long path.
func shorten(path string) string {
	if len(path) <= maxPath {
		return path
	}
	return path[:maxPath/2] + "…" + path[len(path)-maxPath/4:]
}

// AssetFiles lists the AssetFileDefs: the field of today, or the collection of
// TensorFlow 1 (saved_model_assets).
func AssetFiles(g *tfpb.MetaGraphDef) []*tfpb.AssetFileDef {
	if list := g.GetAssetFileDef(); len(list) > 0 {
		return list
	}
	var out []*tfpb.AssetFileDef
	for _, a := range g.GetCollectionDef()["saved_model_assets"].GetAnyList().GetValue() {
		def := &tfpb.AssetFileDef{}
		if proto.Unmarshal(a.GetValue(), def) == nil {
			out = append(out, def)
		}
	}
	return out
}

// TensorNames visits the names of the tensors that a TensorInfo stands for.
func TensorNames(info *tfpb.TensorInfo, visit func(string)) {
	visit(info.GetName())
	if s := info.GetCooSparse(); s != nil {
		visit(s.GetValuesTensorName())
		visit(s.GetIndicesTensorName())
		visit(s.GetDenseShapeTensorName())
	}
	for _, part := range info.GetCompositeTensor().GetComponents() {
		TensorNames(part, visit)
	}
}
