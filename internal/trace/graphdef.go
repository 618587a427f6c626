package trace

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// maxGraphFile bounds a GraphDef: protobuf cannot hold more.
const maxGraphFile = 2 << 30

// graphClosure is the function of a frozen graph (graph: in a description).
func (t *thread) graphClosure(m *model.Function) (*Closure, error) {
	g := m.Spec.Graph
	def, err := readGraphDef(m.File)
	if err != nil {
		return nil, &Error{Msg: fmt.Sprintf("graph %s: %v", g.File, err), Pos: g.FilePos}
	}
	args := m.Spec.Args
	if !m.Spec.HasArgs {
		args = nil
		for _, in := range g.Inputs {
			args = append(args, spec.Arg{Pos: in.Pos, Name: in.Name})
		}
	}
	a, defaults, kwDefaults := arguments(args)
	c := &Closure{Name: m.Name, args: a, defaults: defaults, kwDefaults: kwDefaults,
		src: t.top().src, scope: &scope{vars: map[string]Value{"self": m.Owner}}}
	c.local = namesOf(a, nil).local
	c.native = func(t *thread, vars map[string]Value) (Value, error) { return t.importGraph(m, def, vars) }
	return c, nil
}

// readGraphDef reads a GraphDef, or the graph of a SavedModel or MetaGraphDef
// that has been frozen, in binary or text form.
func readGraphDef(path string) (*tfpb.GraphDef, error) {
	info, err := os.Stat(path)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxGraphFile {
		return nil, errors.New("not a file of at most 2 GiB")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	def := &tfpb.GraphDef{}
	if looksLikeText(b) {
		if err := (prototext.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(b, def); err != nil {
			return nil, fmt.Errorf("not a GraphDef in text form: %w", err)
		}
		return def, nil
	}
	if err := proto.Unmarshal(b, def); err != nil || len(def.Node) == 0 {
		return nil, errors.New("not a GraphDef: neither binary nor text")
	}
	return def, nil
}

func looksLikeText(b []byte) bool {
	head := bytes.TrimLeft(b, " \t\r\n")
	for _, word := range []string{"node", "library", "versions", "#"} {
		if bytes.HasPrefix(head, []byte(word)) {
			return true
		}
	}
	return false
}

func (t *thread) importGraph(m *model.Function, def *tfpb.GraphDef, vars map[string]Value) (Value, error) {
	g := m.Spec.Graph
	given := map[string]*graph.Tensor{}
	for _, in := range g.Inputs {
		x, err := t.convert(vars[in.Name], tensor.Invalid, tensor.Invalid, in.Name)
		if err != nil {
			return nil, err
		}
		given[tensorName(in.Tensor.Value)] = x
	}
	im := graph.NewImporter(def.GetLibrary(), t.tr.eager)
	nodes := im.Nodes(t.graph, def.GetNode(), given)
	for _, in := range g.Inputs {
		if err := checkInput(nodes, def, in, given[tensorName(in.Tensor.Value)]); err != nil {
			return nil, err
		}
	}
	return outputsOf(g.Outputs, func(x spec.Text) (Value, error) {
		out, err := nodes.Tensor(tensorName(x.Value))
		if err != nil {
			return nil, graphError(nodes, x, err)
		}
		return out, nil
	})
}

// checkInput holds an argument against the placeholder that it replaces.
func checkInput(nodes *graph.Nodes, def *tfpb.GraphDef, in spec.NamedTensor, x *graph.Tensor) error {
	name, _, _ := strings.Cut(in.Tensor.Value, ":")
	for _, d := range def.GetNode() {
		if d.GetName() != name {
			continue
		}
		if dt := d.GetAttr()["dtype"]; d.GetOp() == "Placeholder" && dt != nil && tensor.DType(dt.GetType()) != x.DType.Base() {
			return nodeError(in.Tensor.Pos, "argument %q has dtype %s, but %q of the graph is %s", in.Name, x.DType, in.Tensor.Value, tensor.DType(dt.GetType()))
		}
		return nil
	}
	return graphError(nodes, in.Tensor, &graph.ErrNoNode{Name: name})
}

func graphError(nodes *graph.Nodes, at spec.Text, err error) error {
	e := &Error{Msg: err.Error(), Pos: at.Pos}
	var missing *graph.ErrNoNode
	if errors.As(err, &missing) {
		e.Msg = fmt.Sprintf("the graph has no node %q", missing.Name)
		if near := spell.Nearest(missing.Name, nodes.Names()); near != "" {
			e.Hint = fmt.Sprintf("did you mean %q?", near)
		}
	}
	return e
}

// tensorName gives a tensor its full name: "x" is "x:0".
func tensorName(s string) string {
	if !strings.Contains(s, ":") {
		return s + ":0"
	}
	return s
}
