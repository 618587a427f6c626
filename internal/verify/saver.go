package verify

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// objectGraphKey is the tensor of a checkpoint with its object graph.
const objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"

// saver checks what loaders of graphs run to restore the variables.
func (c *checker) saver(ckpt *bundle.Reader) {
	s := c.g.GetSaverDef()
	needed := c.handles(c.signatureNodes())
	if s == nil || s.GetRestoreOpName() == "" {
		if len(needed) > 0 && !c.m.HubModule() {
			c.add(Finding{
				ID: "saver.missing", Severity: Warning, Where: c.prefix + "saver_def", What: "nothing restores the variables that signatures use",
				Why: "TensorFlow Serving and the C++ loader leave them without values; tf.saved_model.load restores them by itself",
				Fix: "save without experimental_skip_saver",
			})
		}
		return
	}
	for _, x := range []struct{ field, name string }{
		{"filename_tensor_name", s.GetFilenameTensorName()}, {"save_tensor_name", s.GetSaveTensorName()}, {"restore_op_name", s.GetRestoreOpName()},
	} {
		if x.name == "" || c.lib.Main.Resolve(x.name).Node >= 0 {
			continue
		}
		severity, why := Error, "TensorFlow Serving and the C++ loader refuse the model"
		if x.field == "save_tensor_name" {
			severity, why = Warning, "a program that saves the model again fails"
		}
		c.add(Finding{
			ID: "saver.node", Severity: severity, Where: c.prefix + "saver_def." + x.field, What: fmt.Sprintf("%s is not in the graph", x.name),
			Why: why, Fix: "export the model again",
		})
	}
	at := c.lib.Main.Node(s.GetRestoreOpName())
	if at < 0 || ckpt == nil && c.m.Prefix == "" {
		return // loaders restore nothing where there is no checkpoint
	}
	restoring := c.closure([]int{at})
	restored := c.handles(restoring)
	for name := range c.handles(c.initNodes()) {
		restored[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if !restored[name] {
			c.add(Finding{
				ID: "saver.not-restored", Severity: Error, Where: c.prefix + "main graph, node " + name, What: "a signature reads this variable, and nothing gives it a value",
				Why: "in TensorFlow Serving, the C++ loader and the language bindings the signature fails when it is called; tf.saved_model.load is not affected",
				Fix: "of a Keras 3 model, save it with model.export",
			})
		}
	}
	if ckpt != nil {
		c.restores(c.lib.Main, restoring, ckpt)
	}
}

// signatureNodes are the nodes that the signatures' outputs come from.
func (c *checker) signatureNodes() []int {
	var from []int
	for key, s := range c.g.GetSignatureDef() {
		if key == reader.InitOp {
			continue
		}
		for _, info := range s.GetOutputs() {
			reader.TensorNames(info, func(name string) {
				if in := c.lib.Main.Resolve(name); in.Node >= 0 {
					from = append(from, in.Node)
				}
			})
		}
	}
	return c.closure(from)
}

// initNodes are those that run first.
func (c *checker) initNodes() []int {
	var from []int
	name, _ := reader.InitNode(c.g)
	for _, list := range [][]string{{name}, c.g.GetCollectionDef()["legacy_init_op"].GetNodeList().GetValue()} {
		for _, name := range list {
			if in := c.lib.Main.Resolve(name); in.Node >= 0 {
				from = append(from, in.Node)
			}
		}
	}
	return c.closure(from)
}

// closure gives nodes of the main graph with all that they depend on.
func (c *checker) closure(from []int) []int {
	b := c.lib.Main
	seen := make([]bool, len(b.Nodes))
	var out []int
	for len(from) > 0 {
		at := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		out = append(out, at)
		for _, s := range b.Nodes[at].GetInput() {
			if in := b.Resolve(s); in.Node >= 0 && !seen[in.Node] {
				from = append(from, in.Node)
			}
		}
	}
	return out
}

// handles gives the variables among nodes, by the name under which a session
// shares them.
func (c *checker) handles(nodes []int) map[string]bool {
	out := map[string]bool{}
	for _, i := range nodes {
		n := c.lib.Main.Nodes[i]
		switch n.GetOp() {
		case "VarHandleOp", "Variable", "VariableV2":
			name := string(n.GetAttr()["shared_name"].GetS())
			if name == "" {
				name = n.GetName()
			}
			if container := string(n.GetAttr()["container"].GetS()); container != "" {
				name = container + "/" + name
			}
			out[name] = true
		}
	}
	return out
}

// restores checks that what the restore ops ask for is in the checkpoint: those
// among the nodes, and in the functions that they call.
func (c *checker) restores(b *reader.Body, nodes []int, ckpt *bundle.Reader) {
	seen := map[*reader.Body]bool{b: true}
	queue := []*reader.Body{}
	visit := func(b *reader.Body, n *tfpb.NodeDef) {
		if n.GetOp() == "RestoreV2" {
			c.restore(b, n, ckpt)
		}
		for _, call := range c.lib.Calls(n) {
			if f := c.lib.Function(call.Name); f != nil && !seen[f] {
				seen[f] = true
				queue = append(queue, f)
			}
		}
	}
	for _, i := range nodes {
		visit(b, b.Nodes[i])
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, n := range queue[0].Nodes {
			visit(queue[0], n)
		}
	}
}

// restore checks one RestoreV2: its second input has the keys, the third the
// slices, dtypes the types.
func (c *checker) restore(b *reader.Body, n *tfpb.NodeDef, ckpt *bundle.Reader) {
	keys, ok := constStrings(b, n, 1)
	types := n.GetAttr()["dtypes"].GetList().GetType()
	if !ok || len(keys) != len(types) {
		return
	}
	for i, key := range keys {
		e, found := ckpt.Entry(key)
		want := tensor.DType(types[i])
		switch {
		case !found:
			c.add(Finding{
				ID: "saver.key", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf("it restores %q, which is not in the checkpoint", key),
				Why: "TensorFlow Serving and the C++ loader refuse the model", Fix: "the graph and variables/ are of different exports: copy both again",
			})
		case e.DType != want:
			c.add(Finding{
				ID: "saver.dtype", Severity: Error, Where: c.at(b, n), What: fmt.Sprintf("it restores %q as %s, the checkpoint has %s", key, want, e.DType),
				Why: "TensorFlow Serving and the C++ loader refuse the model", Fix: "the graph and variables/ are of different exports: copy both again",
			})
		}
	}
}

// constStrings gives the strings of an input that is a constant.
func constStrings(b *reader.Body, n *tfpb.NodeDef, input int) ([]string, bool) {
	if input >= len(n.GetInput()) {
		return nil, false
	}
	in := b.Resolve(n.Input[input])
	if in.Node < 0 || b.Nodes[in.Node].GetOp() != "Const" {
		return nil, false
	}
	t := b.Nodes[in.Node].GetAttr()["value"].GetTensor()
	count := int64(1)
	for _, d := range t.GetTensorShape().GetDim() {
		count *= max(d.GetSize(), 0)
	}
	var out []string
	for _, s := range t.GetStringVal() {
		out = append(out, string(s))
	}
	return out, count == int64(len(out))
}
