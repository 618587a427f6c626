// Package diff compares two SavedModels by what they mean: signatures, functions
// whatever their names and those of their nodes, ops, variables and their values,
// assets, options.
package diff

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/variables"
)

// Change is a difference between two models.
type Change struct {
	Part string `json:"part"` // signature, function, op, variable, asset, option, version, graph
	Name string `json:"name"`
	What string `json:"what"` // added, removed, changed
	// Breaking says that a program that uses the first model can fail with the
	// second.
	Breaking bool   `json:"breaking"`
	Detail   string `json:"detail,omitempty"`
	// Values are how far the values of a variable are apart.
	Values *Values `json:"values,omitempty"`
}

// Values are how far two tensors are apart.
type Values struct {
	Elements int64            `json:"elements"` // that differ
	MaxAbs   variables.Number `json:"max_abs"`
	MaxRel   variables.Number `json:"max_rel"` // of the larger of the two absolute values
}

// Report is what differs.
type Report struct {
	SchemaVersion int      `json:"schema_version"`
	Equal         bool     `json:"equal"`
	Breaking      bool     `json:"breaking"`
	Changes       []Change `json:"changes"`
}

// Paths compares what is at two paths.
func Paths(a, b string) (*Report, error) {
	x, err := open(a)
	if err != nil {
		return nil, err
	}
	defer x.close()
	y, err := open(b)
	if err != nil {
		return nil, err
	}
	defer y.close()
	c := &comparison{Report: &Report{SchemaVersion: 1, Changes: []Change{}}, a: x, b: y}
	if err := c.all(); err != nil {
		return nil, err
	}
	c.Equal = len(c.Changes) == 0
	c.Breaking = slices.ContainsFunc(c.Changes, func(x Change) bool { return x.Breaking })
	return c.Report, nil
}

// side is one of the two models.
type side struct {
	model  *reader.Model
	report *inspect.Report
	vars   *variables.Set // nil where there are none
}

func open(path string) (*side, error) {
	m, err := reader.Open(path)
	if err != nil {
		return nil, err
	}
	s := &side{model: m, report: inspect.Read(m)}
	if err := s.report.Damaged(); err != nil {
		m.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if m.Prefix != "" {
		if s.vars, err = variables.Open(path); err != nil {
			m.Close()
			return nil, err
		}
	}
	return s, nil
}

func (s *side) close() {
	if s.vars != nil {
		s.vars.Close()
	}
	s.model.Close()
}

type comparison struct {
	*Report
	a, b *side
}

func (c *comparison) add(x Change) { c.Changes = append(c.Changes, x) }

func (c *comparison) all() error {
	pairs := c.graphs()
	for _, p := range pairs {
		c.metaGraphs(p[0], p[1])
	}
	if err := c.variables(); err != nil {
		return err
	}
	return c.assets()
}

// graphs pairs the MetaGraphs by their tags.
func (c *comparison) graphs() [][2]int {
	var pairs [][2]int
	used := map[int]bool{}
	for i, g := range c.a.report.MetaGraphs {
		j := slices.IndexFunc(c.b.report.MetaGraphs, func(h *inspect.MetaGraph) bool { return sameTags(g, h) })
		// Of a single graph the tags may have changed.
		if j < 0 && len(c.a.report.MetaGraphs) == 1 && len(c.b.report.MetaGraphs) == 1 {
			j = 0
			c.add(Change{Part: "graph", Name: "tags", What: "changed", Breaking: true, Detail: fmt.Sprintf("%q, was %q", c.b.report.MetaGraphs[0].Tags, g.Tags)})
		}
		if j < 0 || used[j] {
			c.add(Change{Part: "graph", Name: strings.Join(g.Tags, ","), What: "removed", Breaking: true})
			continue
		}
		used[j] = true
		pairs = append(pairs, [2]int{i, j})
	}
	for j, h := range c.b.report.MetaGraphs {
		if !used[j] {
			c.add(Change{Part: "graph", Name: strings.Join(h.Tags, ","), What: "added"})
		}
	}
	return pairs
}

func sameTags(g, h *inspect.MetaGraph) bool {
	return slices.Equal(slices.Sorted(slices.Values(g.Tags)), slices.Sorted(slices.Values(h.Tags)))
}

func (c *comparison) metaGraphs(i, j int) {
	g, h := c.a.report.MetaGraphs[i], c.b.report.MetaGraphs[j]
	c.signatures(g, h)
	c.functions(c.a.model.Proto.MetaGraphs[i], c.b.model.Proto.MetaGraphs[j])
	c.ops(g, h)
	c.aliases(g, h)
	c.versions(g, h)
}

// eachKey visits the keys of two maps in order.
func eachKey[V any](a, b map[string]V, visit func(key string, inA, inB bool)) {
	keys := map[string]bool{}
	for k := range a {
		keys[k] = true
	}
	for k := range b {
		keys[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		_, inA := a[k]
		_, inB := b[k]
		visit(k, inA, inB)
	}
}

func (c *comparison) ops(g, h *inspect.MetaGraph) {
	count := func(list []inspect.Op) map[string]int {
		m := map[string]int{}
		for _, o := range list {
			m[o.Name] = o.Count
		}
		return m
	}
	a, b := count(g.Ops), count(h.Ops)
	eachKey(a, b, func(name string, inA, inB bool) {
		switch {
		case !inA:
			c.add(Change{Part: "op", Name: name, What: "added", Detail: fmt.Sprintf("%d nodes", b[name])})
		case !inB:
			c.add(Change{Part: "op", Name: name, What: "removed", Detail: fmt.Sprintf("%d nodes", a[name])})
		case a[name] != b[name]:
			c.add(Change{Part: "op", Name: name, What: "changed", Detail: fmt.Sprintf("%d nodes, were %d", b[name], a[name])})
		}
	})
}

// aliases compares the names that function_aliases gives, not the names of the
// functions, which have numbers.
func (c *comparison) aliases(g, h *inspect.MetaGraph) {
	count := func(aliases map[string]string) map[string]int {
		m := map[string]int{}
		for _, alias := range aliases {
			m[alias]++
		}
		return m
	}
	a, b := count(g.FunctionAliases), count(h.FunctionAliases)
	eachKey(a, b, func(name string, inA, inB bool) {
		switch {
		case !inA:
			c.add(Change{Part: "alias", Name: name, What: "added"})
		case !inB:
			c.add(Change{Part: "alias", Name: name, What: "removed", Breaking: true})
		case a[name] != b[name]:
			c.add(Change{Part: "alias", Name: name, What: "changed", Detail: fmt.Sprintf("%d functions, were %d", b[name], a[name])})
		}
	})
}

// versions compares who wrote the models, and with which options.
func (c *comparison) versions(g, h *inspect.MetaGraph) {
	for _, x := range []struct {
		part, name string
		a, b       any
	}{
		{"version", "tensorflow_version", g.TensorFlowVersion, h.TensorFlowVersion},
		{"version", "tensorflow_git_version", g.TensorFlowGitVersion, h.TensorFlowGitVersion},
		{"version", "producer", g.Producer, h.Producer},
		{"version", "min_consumer", g.MinConsumer, h.MinConsumer},
		{"option", "stripped_default_attrs", g.StrippedDefaults, h.StrippedDefaults},
		{"option", "saver", g.Saver != nil && g.Saver.Restore != "", h.Saver != nil && h.Saver.Restore != ""},
		{"option", "init_op", g.InitOp != "", h.InitOp != ""},
		{"option", "debug_info", c.a.report.DebugInfo, c.b.report.DebugInfo},
	} {
		if x.a != x.b {
			c.add(Change{Part: x.part, Name: x.name, What: "changed", Detail: fmt.Sprintf("%v, was %v", x.b, x.a)})
		}
	}
	eachKey(g.Devices, h.Devices, func(device string, inA, inB bool) {
		switch {
		case !inA:
			c.add(Change{Part: "option", Name: "device " + device, What: "added"})
		case !inB:
			c.add(Change{Part: "option", Name: "device " + device, What: "removed"})
		}
	})
}

// assets compares the files by their bytes.
func (c *comparison) assets() error {
	sizes := func(files []inspect.File) map[string]int64 {
		m := map[string]int64{}
		for _, f := range files {
			m[f.Name] = f.Bytes
		}
		return m
	}
	for _, x := range []struct {
		folder string
		a, b   []inspect.File
	}{
		{reader.AssetsFolder, c.a.report.Assets, c.b.report.Assets},
		{reader.ExtraFolder, c.a.report.ExtraAssets, c.b.report.ExtraAssets},
	} {
		a, b := sizes(x.a), sizes(x.b)
		var err error
		eachKey(a, b, func(name string, inA, inB bool) {
			change := Change{Part: "asset", Name: x.folder + "/" + name, What: "changed"}
			switch {
			case !inA:
				change.What = "added"
			case !inB:
				change.What, change.Breaking = "removed", false
			case a[name] != b[name]:
				change.Detail = fmt.Sprintf("%d bytes, were %d", b[name], a[name])
			default:
				same, e := sameFile(c.a.model.FS, c.b.model.FS, x.folder+"/"+name)
				if e != nil {
					err = e
				}
				if same {
					return
				}
				change.Detail = "other bytes"
			}
			c.add(change)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func sameFile(a, b fs.FS, name string) (bool, error) {
	x, err := a.Open(name)
	if err != nil {
		return false, err
	}
	defer x.Close()
	y, err := b.Open(name)
	if err != nil {
		return false, err
	}
	defer y.Close()
	return sameBytes(x, y)
}

func sameBytes(x, y io.Reader) (bool, error) {
	p, q := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, err := io.ReadFull(x, p)
		m, err2 := io.ReadFull(y, q)
		if !bytes.Equal(p[:n], q[:m]) {
			return false, nil
		}
		for _, e := range []error{err, err2} {
			if e != nil && e != io.EOF && e != io.ErrUnexpectedEOF {
				return false, e
			}
		}
		if err != nil {
			return true, nil
		}
	}
}

// variables compares what is in the checkpoints.
func (c *comparison) variables() error {
	list := func(s *side) map[string]*variables.Variable {
		m := map[string]*variables.Variable{}
		if s.vars != nil {
			for i := range s.vars.List {
				m[s.vars.List[i].Name] = &s.vars.List[i]
			}
		}
		return m
	}
	a, b := list(c.a), list(c.b)
	var failed error
	eachKey(a, b, func(name string, inA, inB bool) {
		x := Change{Part: "variable", Name: name, What: "changed"}
		switch {
		case failed != nil:
			return
		case !inA:
			x.What, x.Detail = "added", describe(b[name])
		case !inB:
			x.What, x.Detail = "removed", describe(a[name])
		case describe(a[name]) != describe(b[name]):
			x.Detail = describe(b[name]) + ", was " + describe(a[name])
		default:
			values, err := c.values(a[name], b[name])
			if err != nil {
				failed = err
			}
			if values == nil {
				return
			}
			x.Values = values
			x.Detail = fmt.Sprintf("%d of %d values differ, by at most %.3g (%.3g relative)", values.Elements, a[name].Elements(), float64(values.MaxAbs), float64(values.MaxRel))
			if a[name].DType == tensor.String {
				x.Detail = fmt.Sprintf("%d of %d values differ", values.Elements, a[name].Elements())
			}
		}
		c.add(x)
	})
	return failed
}

func describe(v *variables.Variable) string {
	return v.DType.String() + inspect.Shape{Shape: tensor.ShapeOf(v.Shape...)}.String()
}

// values compares two tensors of one dtype and shape, nil where they are equal.
// The checksums are no proof of that: other bytes are made to have the same.
func (c *comparison) values(a, b *variables.Variable) (*Values, error) {
	v := &Values{}
	if a.DType.Size() == 0 {
		return c.stringValues(v, a, b)
	}
	if same, err := variables.Same(c.a.vars, c.b.vars, a, b); same || err != nil {
		return nil, err
	}
	err := variables.Pairs(c.a.vars, c.b.vars, a, b, func(x, y []float64) {
		for i := range x {
			v.compare(x[i], y[i])
		}
	})
	if v.Elements == 0 && (a.DType == tensor.Int64 || a.DType == tensor.Uint64) {
		v.Elements = 1 // at least, by less than a float64 can tell
	}
	if err != nil || v.Elements == 0 {
		return nil, err
	}
	return v, nil
}

func (c *comparison) stringValues(v *Values, a, b *variables.Variable) (*Values, error) {
	if a.DType != tensor.String { // of variants only the checksums are known
		if a.Size == b.Size && a.CRC == b.CRC {
			return nil, nil
		}
		v.Elements = 1
		return v, nil
	}
	next, stop := iter.Pull2(c.b.vars.Strings(b))
	defer stop()
	for x, err := range c.a.vars.Strings(a) {
		if err != nil {
			return nil, err
		}
		y, err, _ := next() // of the same shape
		if err != nil {
			return nil, err
		}
		if x != y {
			v.Elements++
		}
	}
	if _, err, more := next(); more && err != nil { // its checksum is wrong
		return nil, err
	}
	if v.Elements == 0 {
		return nil, nil
	}
	return v, nil
}

// compare counts one pair; two NaNs are equal.
func (v *Values) compare(x, y float64) {
	if x == y || x != x && y != y {
		return
	}
	v.Elements++
	d := math.Abs(x - y)
	if d != d {
		d = math.Inf(1)
	}
	v.MaxAbs = max(v.MaxAbs, variables.Number(d))
	if m := max(math.Abs(x), math.Abs(y)); m > 0 && !math.IsInf(m, 0) && !math.IsInf(d, 0) {
		v.MaxRel = max(v.MaxRel, variables.Number(d/m))
	} else {
		v.MaxRel = variables.Number(math.Inf(1))
	}
}
