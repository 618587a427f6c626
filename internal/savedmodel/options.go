package savedmodel

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// checkOptions refuses what cannot be done.
func (b *builder) checkOptions() {
	o := &b.options
	if o.ExperimentalImageFormat.Value {
		b.errs.Add(o.ExperimentalImageFormat.Pos, "experimental_image_format is not supported; TensorFlow's public releases refuse it too")
	}
	if p := o.ExperimentalVariablePolicy; p.Value == "expand_distributed_variables" {
		b.errs.Add(p.Pos, "experimental_variable_policy %s is not supported: a description has no distributed variables", p.Value)
	}
	if d := o.ExperimentalIODevice; d.Set && !localDevice(d.Value) {
		e := spec.Errorf(d.Pos, "experimental_io_device %q is not this machine", d.Value)
		e.Hint = "files are written by tfsave itself: leave it out, or say /job:localhost"
		b.errs = append(b.errs, e)
	}
}

// variableDevice is the device that is recorded for variables: the one that a
// program without devices puts them on, if they are to be saved at all
// (VariablePolicy, save_options.py; observed with TF 2.21).
func (b *builder) variableDevice() string {
	if b.options.ExperimentalVariablePolicy.Value == "save_variable_devices" {
		return "/job:localhost/replica:0/task:0/device:CPU:0"
	}
	return ""
}

// localDevice reports whether a device name stands for the CPU of this machine.
func localDevice(name string) bool {
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.ToLower(name), "/"), "/") {
		switch part {
		case "", "job:localhost", "replica:0", "task:0", "device:cpu:0", "device:cpu:*", "cpu:0", "cpu":
		default:
			return false
		}
	}
	return true
}

// aliases maps the graph functions of aliased functions to the alias
// (function_aliases of _build_meta_graph_impl, save.py, TF 2.21). The last
// alias of a function is the one that is kept.
func (b *builder) aliases() map[string]string {
	var out map[string]string
	for _, a := range b.options.FunctionAliases {
		for _, ref := range a.Functions {
			f := b.model.Function(ref.Function)
			if f == nil { // a path through a Keras model
				b.errs.Add(ref.Path.Pos, "function_aliases: %q: there is no function %s", a.Name, ref.Path.Text)
				continue
			}
			for _, c := range b.tracer.ConcreteFunctions(f) {
				if out == nil {
					out = map[string]string{}
				}
				out[c.Func.Name] = a.Name
			}
		}
	}
	return out
}

// usedOps lists the ops that the main graph and the functions it calls use, in
// ascending order. Functions that only a branch or a loop names, or nothing in
// the main graph, are not looked into, as in TensorFlow (ops_used_by_graph_def,
// meta_graph.py, TF 2.21).
func usedOps(g *tfpb.GraphDef) []string {
	functions := map[string]*tfpb.FunctionDef{}
	for _, f := range g.Library.Function {
		functions[f.Signature.Name] = f
	}
	seen := map[string]bool{}
	for queue := [][]*tfpb.NodeDef{g.Node}; len(queue) > 0; queue = queue[1:] {
		for _, n := range queue[0] {
			seen[n.Op] = true
			if n.Op != "PartitionedCall" && n.Op != "StatefulPartitionedCall" {
				continue
			}
			name := n.Attr["f"].GetFunc().GetName()
			if f := functions[name]; f != nil {
				delete(functions, name) // once is enough
				queue = append(queue, f.NodeDef)
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// checkNamespaces holds the ops against namespace_whitelist (_verify_ops,
// save.py, TF 2.21): an op may be called Namespace>Name.
func (b *builder) checkNamespaces(ops []string) {
	allowed := b.options.NamespaceWhitelist
	if !allowed.Set {
		return
	}
	for _, name := range ops {
		namespace, _, ok := strings.Cut(name, ">")
		if !ok || slices.Contains(allowed.Value, namespace) {
			continue
		}
		e := spec.Errorf(allowed.Pos, "op %s is of the namespace %s, which is not in namespace_whitelist", name, namespace)
		e.Hint = fmt.Sprintf("add %q", namespace)
		if near := spell.Nearest(namespace, allowed.Value); near != "" {
			e.Hint += fmt.Sprintf(", or did you mean it by %q?", near)
		}
		b.errs = append(b.errs, e)
	}
}

// opList gives the definitions of the ops that a consumer needs to know.
func opList(names []string) (*tfpb.OpList, error) {
	list := &tfpb.OpList{}
	for _, name := range names {
		def, ok := op.Lookup(name)
		if !ok {
			return nil, fmt.Errorf("unknown op %q", name)
		}
		p := &tfpb.OpDef{}
		if err := proto.Unmarshal(def.Encoded(), p); err != nil {
			return nil, err
		}
		list.Op = append(list.Op, p)
	}
	return list, nil
}
