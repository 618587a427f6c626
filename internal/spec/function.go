package spec

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tfsave/tfsave/internal/python"
)

// function decodes a function that is attribute name.
func (d *decoder) function(n *node, name string) *Function {
	f := &Function{Pos: n.pos, Name: name}
	for key, v := range d.fields(n, &functionKeys) {
		switch key {
		case "args":
			f.HasArgs = true
			f.Args = d.args(v)
		case "input_signature":
			f.HasInputSignature, f.InputSignaturePos = true, v.pos
			f.InputSignature = d.inputSignature(v)
		case "concrete_functions":
			for _, item := range d.list(v, key) {
				f.ConcreteFunctions = append(f.ConcreteFunctions, d.inputs(item))
			}
		case "jit_compile":
			b := d.boolean(v, key)
			f.JITCompile = &b
		case "tf_function":
			d.boolean(v, key)
			f.Plain = v.scalar == false
		case "body":
			if v.kind == mapNode {
				f.BodyFile = d.bodyFile(v, name)
			} else if t := d.text(v, key); t.Value != "" {
				f.Body = d.newBody(v)
			}
		case "nodes":
			f.Nodes = &Nodes{Pos: v.pos}
			for _, item := range d.list(v, key) {
				f.Nodes.Nodes = append(f.Nodes.Nodes, d.node(item))
			}
		case "graph":
			f.Graph = &Graph{Pos: v.pos, File: d.text(v, key).Value, FilePos: v.pos}
		case "inputs", "outputs":
			// Belong to nodes and graph.
		default:
			panic("internal error: no code for key " + key)
		}
	}
	if n.kind != mapNode {
		return f
	}
	d.sources(n, f)
	if !f.HasArgs {
		d.impliedArgs(f)
	}
	if f.HasArgs && f.HasInputSignature && n.get("input_signature").kind == listNode {
		d.checkInputSignature(f)
	}
	if f.Plain {
		d.checkPlain(n)
	}
	return f
}

// sources checks that the function is written in one way, and reads the keys
// that belong to it.
func (d *decoder) sources(n *node, f *Function) {
	var found []string
	for _, key := range []string{"body", "nodes", "graph"} {
		if n.has(key) {
			found = append(found, key)
		}
	}
	switch {
	case len(found) == 0 && misspelt(n, &functionKeys, "body", "nodes", "graph"):
		return
	case len(found) == 0:
		d.add(n.pos, "a function needs one of the keys body, nodes and graph")
		return
	case len(found) > 1:
		d.add(n.pos, "a function is written in one way, not as %s", strings.Join(found, " and "))
		return
	}
	if v := n.get("outputs"); v != nil {
		switch found[0] {
		case "nodes":
			f.Nodes.Outputs = d.outputs(v)
		case "graph":
			f.Graph.Outputs = d.outputs(v)
		default:
			d.add(v.pos, "outputs are for nodes and graph; a body returns them")
		}
	} else if (found[0] == "nodes" || found[0] == "graph") && !misspelt(n, &functionKeys, "outputs") {
		d.add(n.pos, "a function of %s needs the key \"outputs\"", found[0])
	}
	switch v := n.get("inputs"); {
	case v == nil:
	case found[0] == "graph":
		f.Graph.Inputs = d.namedTensors(v, "inputs")
	default:
		d.report(&Error{Pos: v.pos, Msg: "inputs are for graph", Hint: "the arguments of a function are its args or input_signature"})
	}
}

// impliedArgs takes the arguments from the graph's inputs or from the names in
// the input_signature; a def has its own.
func (d *decoder) impliedArgs(f *Function) {
	if f.BodyFile != nil || f.Body != nil && isDef(f.Body.Text) {
		return
	}
	seen := map[string]bool{}
	imply := func(pos Pos, name string) {
		if d.identifier(pos, name, "argument") && seen[name] {
			d.add(pos, "argument %s is given twice", quote(name))
		}
		seen[name] = true
		f.Args = append(f.Args, Arg{Pos: pos, Name: name})
	}
	if f.Graph != nil {
		for _, in := range f.Graph.Inputs {
			imply(in.Pos, in.Name)
		}
		return
	}
	for i, in := range f.InputSignature {
		if name := InputName(in); name != "" {
			imply(in.Position(), name)
			continue
		}
		d.report(&Error{Pos: in.Position(), Msg: fmt.Sprintf("input %d has no name, and the function no args", i),
			Hint: "the arguments are named by args, or else by the name of each input"})
	}
}

// isDef reports whether a body is a whole function with its arguments.
func isDef(body string) bool {
	blocks := python.SplitTopLevel(body)
	return len(blocks) == 1 && blocks[0].Name != "" && (strings.HasPrefix(blocks[0].Text, "def") || strings.HasPrefix(blocks[0].Text, "@"))
}

// InputName is the name that the description gives an input, "" for none.
func InputName(in Input) string {
	switch in := in.(type) {
	case *TensorSpec:
		return in.Name
	case *RaggedSpec:
		return in.Name
	case *SparseSpec:
		return in.Name
	}
	return ""
}

// checkInputSignature matches the input_signature with the arguments, as
// tf.function does (tensorflow/core/function/polymorphism/function_type.py,
// TF 2.21: add_type_constraints).
func (d *decoder) checkInputSignature(f *Function) {
	left := len(f.InputSignature)
	for _, a := range f.Args {
		switch {
		case a.Kind == VarKeywords:
		case a.Kind == VarArgs:
			left = 0
		case a.Kind == KeywordOnly && a.Default == nil:
			d.add(a.Pos, "argument %s is keyword-only and needs a default, because the function has an input_signature", quote(a.Name))
		case left > 0:
			left--
		case a.Default == nil:
			d.add(f.InputSignaturePos, "input_signature: nothing is given for argument %s, which has no default", quote(a.Name))
		}
	}
	if left > 0 {
		d.add(f.InputSignaturePos, "input_signature: %d inputs for %d arguments", len(f.InputSignature), len(f.InputSignature)-left)
	}
}

// checkPlain reports keys that only a tf.function has.
func (d *decoder) checkPlain(n *node) {
	for _, key := range []string{"input_signature", "concrete_functions", "jit_compile", "nodes", "graph"} {
		if v := n.get(key); v != nil {
			d.add(v.pos, "%s: a plain method (tf_function: false) has none", key)
		}
	}
}

func (d *decoder) bodyFile(n *node, name string) *BodyFile {
	f := &BodyFile{Pos: n.pos, Function: name}
	for key, v := range d.fields(n, &bodyFileKeys) {
		switch key {
		case "file":
			f.File, f.FilePos = d.text(v, key).Value, v.pos
		case "function":
			f.Function = d.text(v, key).Value
			d.identifier(v.pos, f.Function, "function")
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return f
}

// nodeName is what GraphDef allows as the name of a node
// (tensorflow/core/graph/graph.h and python/framework/ops.py, TF 2.21).
var nodeName = regexp.MustCompile(`^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$`)

func (d *decoder) node(n *node) *NodeDef {
	out := &NodeDef{Pos: n.pos}
	for key, v := range d.fields(n, &nodeKeys) {
		switch key {
		case "name":
			out.Name, out.NamePos = d.text(v, key).Value, v.pos
			if out.Name != "" && !nodeName.MatchString(out.Name) {
				d.add(v.pos, "name: %s can not name a node: want letters, digits and _ . - / >", quote(out.Name))
			}
		case "op":
			out.Op, out.OpPos = d.text(v, key).Value, v.pos
		case "inputs":
			out.Inputs = d.texts(v, key)
		case "control_inputs":
			out.ControlInputs = d.texts(v, key)
		case "device":
			out.Device = d.text(v, key).Value
		case "attrs":
			for _, p := range d.pairs(v, key) {
				out.Attrs = append(out.Attrs, Param{p.key, p.pos, p.value.value()})
			}
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return out
}

// outputs reads one tensor, a list of tensors, or a mapping of names to tensors.
func (d *decoder) outputs(n *node) Outputs {
	out := Outputs{Pos: n.pos}
	switch n.kind {
	case scalarNode:
		out.Items = []NamedTensor{{Pos: n.pos, Tensor: d.text(n, "outputs")}}
	case listNode:
		out.Form = ListOutput
		for _, t := range d.texts(n, "outputs") {
			out.Items = append(out.Items, NamedTensor{Pos: t.Pos, Tensor: t})
		}
	case mapNode:
		out.Form = MappingOutput
		out.Items = d.namedTensors(n, "outputs")
	}
	return out
}

func (d *decoder) namedTensors(n *node, what string) []NamedTensor {
	var out []NamedTensor
	for _, p := range d.pairs(n, what) {
		out = append(out, NamedTensor{p.key, p.pos, d.text(p.value, what)})
	}
	return out
}
