package scan

import (
	"encoding/json"
	"fmt"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// minGraph is the length of the shortest string that is tried as a graph.
const minGraph = 16

// maxHidden is how deep graphs may be hidden in each other.
const maxHidden = 8

// hidden scans the graphs that are kept as bytes in a node: in its attributes,
// or in the constant that a DatasetFromGraph runs. It says whether there was one.
func (g *graphScan) hidden(b *reader.Body, n *tfpb.NodeDef, r run) bool {
	found := false
	if n.GetOp() == "DatasetFromGraph" && len(n.GetInput()) > 0 {
		// The constant itself is scanned where it stands.
		for _, text := range g.tracer.input(b, n, 0).texts {
			found = found || reader.IsGraph([]byte(text))
		}
	}
	for i, text := range stringsOf(n) {
		if !reader.IsGraph(text) {
			continue
		}
		where := fmt.Sprintf("graph %d in node %s", i, n.GetName())
		if b.Function != nil {
			where += " of function " + b.Name()
		}
		if g.where != "" {
			where = g.where + ", " + where
		}
		if g.depth == maxHidden {
			g.add(Finding{Rule: ruleOpaque.ID, Severity: ruleOpaque.Load, Op: n.GetOp(), Graph: where, When: r.when, What: "graphs are hidden in each other too deep to follow"})
			continue
		}
		inner := &tfpb.GraphDef{}
		if err := reader.Unmarshal(text, inner); err != nil {
			continue
		}
		g.inner(inner, where, r)
	}
	return found
}

// inner scans a graph that was hidden: all of it runs when what holds it does.
func (g *graphScan) inner(graph *tfpb.GraphDef, where string, r run) {
	lib := reader.NewLibrary(graph)
	in := &graphScan{scanner: g.scanner, where: where, depth: g.depth + 1, lib: lib, tracer: newTracer(&tfpb.MetaGraphDef{GraphDef: graph}, lib)}
	in.functions, in.nodes = map[string]run{}, map[int]run{}
	r.saver = false
	for i := range lib.Main.Nodes {
		in.nodes[i] = r
	}
	for _, f := range lib.Functions {
		in.functions[f.Name()] = r
	}
	g.Graphs++
	g.Functions += len(lib.Functions)
	for _, b := range lib.Bodies() {
		g.Nodes += len(b.Nodes)
		for i, n := range b.Nodes {
			in.node(b, i, n)
		}
	}
}

// maxKeras bounds keras_metadata.pb.
const maxKeras = 256 << 20

// keras looks for Lambda layers, whose code Keras 2 keeps in its configuration,
// in keras_metadata.pb or, before TensorFlow 2.5, in the objects' metadata.
func (s *scanner) keras(m *reader.Model) {
	if m.Exists(reader.KerasFile) {
		s.name = reader.KerasFile
		s.Files = append(s.Files, s.name)
		data, err := m.ReadFile(s.name, maxKeras)
		if err != nil {
			s.add(Finding{Rule: ruleOpaque.ID, Severity: ruleOpaque.Load, When: AtLoad, What: ruleOpaque.What + ": " + err.Error()})
		}
		s.lambdas(inspect.KerasLayers(data))
	}
	s.name = m.File
	for _, g := range m.Proto.GetMetaGraphs() {
		var layers []inspect.KerasLayer
		for _, p := range reader.Places(g.GetObjectGraphDef()) {
			if o := g.GetObjectGraphDef().GetNodes()[p.ID].GetUserObject(); o.GetMetadata() != "" {
				layers = append(layers, inspect.KerasLayer{Path: p.Path, Metadata: o.GetMetadata()})
			}
		}
		s.lambdas(layers)
	}
}

// lambdas reports the Lambda layers among objects; those in the configuration
// of a whole model are there as objects too, and told of once.
func (s *scanner) lambdas(layers []inspect.KerasLayer) {
	report := func(l inspect.KerasLayer) {
		s.add(Finding{Rule: ruleLambda.ID, Severity: ruleLambda.Load, Node: l.Path, When: AtLoad, By: "tf.keras.models.load_model", What: ruleLambda.What})
	}
	found := false
	var within []inspect.KerasLayer
	for _, l := range layers {
		var config any
		if json.Unmarshal([]byte(l.Metadata), &config) != nil {
			continue
		}
		if m, ok := config.(map[string]any); ok && isLambda(m) {
			found = true
			report(l)
		} else if lambdas(config, 0) > 0 {
			within = append(within, l)
		}
	}
	if !found {
		for _, l := range within {
			report(l)
		}
	}
}

func isLambda(config map[string]any) bool {
	return config["class_name"] == "Lambda" || config["class_name"] == "__lambda__"
}

// lambdas counts the layers of class Lambda, and functions that are kept as
// code, in a configuration.
func lambdas(v any, depth int) int {
	const most = 200
	if depth > most {
		return 0
	}
	n := 0
	switch v := v.(type) {
	case map[string]any:
		if isLambda(v) {
			n++
		}
		for _, inner := range v {
			n += lambdas(inner, depth+1)
		}
	case []any:
		for _, inner := range v {
			n += lambdas(inner, depth+1)
		}
	}
	return n
}
