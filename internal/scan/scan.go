// Package scan lists the operations of a model that touch files, the network
// or other processes, or that run code: in every function, whether anything
// calls it or not, in every graph, in graphs that are kept as bytes within
// others, in both forms of the file, and in what Keras keeps beside it.
//
// A model is a program. That nothing is found says that none of the listed
// operations is in it, and no more: TensorFlow has no sandbox.
package scan

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// When says when an operation runs.
type When string

// The times.
const (
	AtLoad When = "load"   // when the model is loaded
	AtCall When = "call"   // when it is called
	Unused When = "unused" // not by anything in the model
)

// Finding is an operation, or another thing, that is worth a look.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Op       string   `json:"op,omitempty"`
	File     string   `json:"file"`
	Graph    string   `json:"graph,omitempty"`    // tags of the MetaGraph, and the way into a hidden graph
	Function string   `json:"function,omitempty"` // "" for the main graph
	Node     string   `json:"node,omitempty"`
	When     When     `json:"when"`
	By       string   `json:"by,omitempty"` // what runs it
	// Target is the path, address or name that it uses: what is not known of it
	// is in braces.
	Target string `json:"target,omitempty"`
	What   string `json:"what"`
}

// Where names the place of a finding.
func (f *Finding) Where() string {
	parts := []string{f.File}
	if f.Graph != "" {
		parts = append(parts, f.Graph)
	}
	if f.Function != "" {
		parts = append(parts, "function "+f.Function)
	}
	if f.Node != "" {
		parts = append(parts, "node "+f.Node)
	}
	return strings.Join(parts, ", ")
}

// Policy says which operations are findings.
type Policy string

// The policies.
const (
	Denylist  Policy = "denylist"  // those that are known to do harm
	Allowlist Policy = "allowlist" // all but those that compute and no more
)

// Options say how to scan.
type Options struct {
	Policy Policy
	// Allow are operations that are no findings: "Op", or "Op@function", where *
	// stands for any text at the end.
	Allow []string
}

// Report is what was scanned, and found.
type Report struct {
	SchemaVersion int       `json:"schema_version"`
	Policy        Policy    `json:"policy"`
	List          string    `json:"list"` // version of the lists of ops
	Files         []string  `json:"files"`
	Graphs        int       `json:"graphs"` // those within others included
	Functions     int       `json:"functions"`
	Nodes         int       `json:"nodes"`
	Findings      []Finding `json:"findings"`
}

// Path scans what is at a path.
func Path(path string, o Options) (*Report, error) {
	m, err := reader.Open(path)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return Model(m, o), nil
}

// Model scans a model that was opened.
func Model(m *reader.Model, o Options) *Report {
	s := &scanner{opts: o, Report: &Report{SchemaVersion: 1, Policy: o.Policy, List: ListVersion, Files: []string{}, Findings: []Finding{}}}
	s.file(m)
	if m.Whole {
		for _, name := range reader.GraphFiles {
			if name != m.File && exists(m.FS, name) {
				s.other(m, name)
			}
		}
		s.keras(m)
	}
	slices.SortStableFunc(s.Findings, func(a, b Finding) int {
		return slices.Index(Severities, b.Severity) - slices.Index(Severities, a.Severity)
	})
	return s.Report
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Lstat(fsys, name)
	return !errors.Is(err, fs.ErrNotExist)
}

type scanner struct {
	*Report
	opts Options
	name string // of the file
	many map[string]int
}

// maxSame bounds the findings of one op and rule: a hostile file can have
// millions.
const maxSame = 1000

func (s *scanner) add(f Finding) {
	f.File = s.name
	if s.allowed(f) {
		return
	}
	if s.many == nil {
		s.many = map[string]int{}
	}
	key := f.Rule + " " + f.Op
	if s.many[key]++; s.many[key] > maxSame {
		return
	}
	s.Findings = append(s.Findings, f)
}

func (s *scanner) allowed(f Finding) bool {
	return slices.ContainsFunc(s.opts.Allow, func(a string) bool {
		name, function, ok := strings.Cut(a, "@")
		return f.Op != "" && like(f.Op, name) && (!ok || like(f.Function, function))
	})
}

// like matches a name with a pattern that may end in *.
func like(name, pattern string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return name == pattern
}

// file scans a file with a graph.
func (s *scanner) file(m *reader.Model) {
	s.name = m.File
	if m.File == "" {
		return // a checkpoint has no operations
	}
	s.Files = append(s.Files, m.File)
	for i, g := range m.Proto.GetMetaGraphs() {
		where := ""
		if len(m.Proto.GetMetaGraphs()) > 1 {
			where = fmt.Sprintf("MetaGraph %d (%s)", i, strings.Join(g.GetMetaInfoDef().GetTags(), ", "))
		}
		for _, a := range reader.AssetFiles(g) {
			if name := a.GetFilename(); !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") || m.Whole && m.Outside(path.Join(reader.AssetsFolder, name)) {
				s.add(Finding{Rule: ruleAsset.ID, Severity: ruleAsset.Load, Graph: where, When: AtLoad, By: "what reads its assets", Target: name, What: ruleAsset.What})
			}
		}
		s.metaGraph(g, where, 0)
	}
}

// other scans a second graph file beside the one that loaders take.
func (s *scanner) other(m *reader.Model, name string) {
	s.name = name
	s.add(Finding{Rule: ruleTwo.ID, Severity: ruleTwo.Load, When: Unused, What: ruleTwo.What + ", beside " + m.File})
	second, err := m.OpenOther(name)
	if err != nil {
		s.add(Finding{Rule: ruleOpaque.ID, Severity: ruleOpaque.Load, When: Unused, What: ruleOpaque.What + ": " + err.Error()})
		return
	}
	s.file(second)
}

// metaGraph scans a graph and its functions; depth says how deep within others
// it is hidden.
func (s *scanner) metaGraph(g *tfpb.MetaGraphDef, where string, depth int) {
	lib := reader.NewLibrary(g.GetGraphDef())
	g1 := &graphScan{scanner: s, where: where, depth: depth, lib: lib, tracer: newTracer(g, lib)}
	g1.reach(g)
	s.Graphs++
	s.Functions += len(lib.Functions)
	for _, b := range lib.Bodies() {
		s.Nodes += len(b.Nodes)
		for i, n := range b.Nodes {
			g1.node(b, i, n)
		}
	}
}

// graphScan is the scan of one graph.
type graphScan struct {
	*scanner
	where  string
	depth  int
	lib    *reader.Library
	tracer *tracer
	// runs says when functions and nodes of the main graph run.
	functions map[string]run
	nodes     map[int]run
}

// run says when something runs, and for what.
type run struct {
	when When
	by   string
	// saver says that it runs for nothing else than saving and restoring.
	saver bool
}

// node looks at one node.
func (g *graphScan) node(b *reader.Body, i int, n *tfpb.NodeDef) {
	r := g.nodes[i]
	if b.Function != nil {
		r = g.functions[b.Name()]
	}
	if r.when == "" {
		r.when = Unused
	}
	f := Finding{Op: n.GetOp(), Graph: g.where, Function: b.Name(), Node: n.GetName(), When: r.when, By: r.by}
	report := func(rule *Rule, target string) {
		f.Rule, f.What, f.Target = rule.ID, rule.What, target
		f.Severity = map[When]Severity{AtLoad: rule.Load, AtCall: rule.Call, Unused: rule.Unused}[r.when]
		if rule == ruleRead && outside(target) {
			f.Severity = f.Severity.next() // a certain file of the machine
		}
		g.add(f)
	}
	c, listed := checks[n.GetOp()]
	hidden := g.hidden(b, n, r)
	switch {
	case listed:
		if rule, target := g.judge(b, n, c, r); rule != nil {
			report(rule, target)
			if rule == ruleHidden && !hidden {
				f.Rule, f.What, f.Severity = ruleOpaque.ID, "the graph that it runs is not a constant, and could not be looked into", ruleOpaque.Load
				g.add(f)
			}
		}
	case g.lib.Function(n.GetOp()) != nil:
	case !known(n.GetOp()):
		report(ruleCustom, "")
	case g.opts.Policy == Allowlist && !pure(n.GetOp()):
		report(ruleOther, "")
	}
}

func known(name string) bool { _, ok := op.Lookup(name); return ok }

// pure says that an op computes, and no more.
func pure(name string) bool {
	d, ok := op.Lookup(name)
	return ok && (stateful[name] || !d.Stateful && !d.DistributedCommunication)
}

// judge decides about an op of the list, and finds what it uses; the rule is nil
// where this use of it does no harm.
func (g *graphScan) judge(b *reader.Body, n *tfpb.NodeDef, c check, r run) (*Rule, string) {
	if c.attr != "" {
		texts := attrTexts(n, c.attr)
		if c.harmless(texts) {
			return nil, ""
		}
		rule := c.rule
		if rule == ruleWrite && slices.ContainsFunc(texts, func(s string) bool { return strings.HasPrefix(s, "grpc://") }) {
			rule = ruleNetwork
		}
		return rule, strings.Join(texts, ", ")
	}
	if c.input == "" {
		return c.rule, ""
	}
	at, _ := span(n, c.input)
	v := g.tracer.input(b, n, at)
	switch {
	case v.from == fromLiteral && c.harmless(v.texts):
		return nil, ""
	case isSaver(n.GetOp()) && r.saver && v.saver():
		return nil, ""
	case r.when == Unused && (isSaver(n.GetOp()) || isTableFile(n.GetOp())) && leftOver(b, v):
		return nil, ""
	case isTableFile(n.GetOp()) && v.from == fromAsset:
		return nil, ""
	}
	if c.rule == ruleRead && v.from == fromAsset {
		return ruleReadAsset, v.text()
	}
	return c.rule, v.text()
}

// leftOver says of the name of a file that it is one that the program gives, in
// what models keep of those they were made from: a second Saver of TensorFlow 1,
// the functions that saved and restored a model that was saved again.
func leftOver(b *reader.Body, v value) bool {
	return v.relative() || b.Function == nil && v.from == fromLiteral && len(v.texts) == 1 && v.texts[0] == saverDefault
}

// saverDefault is the name that a Saver has until one is fed
// (tensorflow/python/training/saver.py, TF 1.0 to 2.21).
const saverDefault = "model"

// isTableFile says of an op that it fills a table from a file.
func isTableFile(name string) bool {
	return name == "InitializeTableFromTextFile" || name == "InitializeTableFromTextFileV2"
}

// isSaver says of an op that TensorFlow saves and restores variables with it.
func isSaver(name string) bool {
	return name == "SaveV2" || name == "RestoreV2" || name == "MergeV2Checkpoints" || name == "SaveSlices" || name == "RestoreSlice"
}
