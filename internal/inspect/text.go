package inspect

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"
)

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// Text says how a report is written for a person.
type Text struct {
	// Bold marks headings where the output is a terminal; nil leaves them plain.
	Bold func(string) string
	// Width cuts lines off at the width of a terminal, 0 does not.
	Width int
	// What is shown in full. With none of these all is shown, long lists cut.
	Signatures, Functions, Variables, Tree, Ops bool
}

func (t *Text) all() bool {
	return !t.Signatures && !t.Functions && !t.Variables && !t.Tree && !t.Ops
}

// few is how much of a list is shown where all is shown.
const few = 20

// WriteText writes the report for a person.
func (r *Report) WriteText(w io.Writer, t Text) error {
	if t.Bold == nil {
		t.Bold = func(s string) string { return s }
	}
	p := &printer{Text: t}
	if t.all() {
		p.summary(r)
	}
	for _, g := range r.MetaGraphs {
		p.metaGraph(g)
	}
	if t.all() || t.Variables {
		p.variables(r)
	}
	if t.all() {
		p.files("assets", r.Assets)
		p.files("assets.extra", r.ExtraAssets)
		p.fingerprint(r)
		if len(r.Problems) > 0 {
			p.heading("problems")
			for _, s := range r.Problems {
				p.row(s)
			}
			p.table()
		}
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

// printer gathers text; the rows since the last table make up the next one.
type printer struct {
	Text
	out  bytes.Buffer
	rows [][]string
}

func (p *printer) heading(format string, args ...any) {
	if p.out.Len() > 0 {
		p.out.WriteByte('\n')
	}
	fmt.Fprintln(&p.out, p.Bold(p.cut(Printable(fmt.Sprintf(format, args...)))))
}

func (p *printer) row(cells ...string) {
	for i, c := range cells {
		cells[i] = Printable(c)
	}
	p.rows = append(p.rows, cells)
}

// table writes the rows in columns.
func (p *printer) table() {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, cells := range p.rows {
		fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
	}
	w.Flush() // to memory: no error
	for line := range strings.Lines(b.String()) {
		p.out.WriteString(p.cut(strings.TrimRight(line, " \n")) + "\n")
	}
	p.rows = nil
}

// cut cuts a line off at the width.
func (p *printer) cut(line string) string {
	if p.Width <= 1 || utf8.RuneCountInString(line) <= p.Width {
		return line
	}
	return string([]rune(line)[:p.Width-1]) + "…"
}

// cutList writes how many rows of a list are left out, and which flag shows
// them.
func (p *printer) cutList(shown, n int, flag string) {
	if shown < n {
		p.row(fmt.Sprintf("… %d more: --%s", n-shown, flag))
	}
}

// more says how much of a list is left out.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

func (p *printer) shown(n int, full bool) int {
	if full {
		return n
	}
	return min(n, few)
}

func (p *printer) summary(r *Report) {
	what := r.Kind
	if r.Text {
		what += " in text form"
	}
	if r.File != nil {
		what += fmt.Sprintf(", %s of %d bytes", r.File.Name, r.File.Bytes)
	}
	p.heading("%s", what)
	if r.Keras != nil {
		p.row(fmt.Sprintf("saved by Keras: %d layers and other objects in keras_metadata.pb", r.Keras.Layers))
	}
	if r.DebugInfo {
		p.row("has debug information")
	}
	p.table()
}

func (p *printer) metaGraph(g *MetaGraph) {
	if p.all() {
		if len(g.Tags) == 0 && g.TensorFlowVersion == "" { // a GraphDef alone
			p.heading("graph: %d nodes, %d functions", g.Nodes, len(g.Library))
		} else {
			p.heading("MetaGraphDef with tag-set: %s", orNone(quoted(g.Tags)))
			p.row("written by", "TensorFlow "+orNone(g.TensorFlowVersion)+" "+g.TensorFlowGitVersion)
			p.row("default attributes", map[bool]string{true: "stripped", false: "kept"}[g.StrippedDefaults])
		}
		p.row("graph version", fmt.Sprintf("producer %d, min_consumer %d", g.Producer, g.MinConsumer))
		for device, n := range sorted(g.Devices) {
			p.row("device", device, fmt.Sprintf("%d nodes", n))
		}
		p.table()
		p.load(g)
	}
	if p.all() || p.Signatures {
		for key, s := range sorted(g.Signatures) {
			p.signature(key, s)
		}
	}
	if p.all() || p.Functions {
		p.functions(g)
	}
	if p.all() || p.Tree {
		p.tree(g)
	}
	if p.all() || p.Ops {
		p.ops(g)
	}
	if p.all() {
		p.constants(g)
	}
}

func (p *printer) load(g *MetaGraph) {
	if len(g.Load) == 0 {
		return
	}
	p.heading("runs at load: %d", len(g.Load))
	for _, s := range g.Load {
		effects := strings.Join(s.Ops, " ")
		if effects == "" {
			effects = "nothing with effects"
		}
		p.row(s.What, cmp.Or(s.Node, s.By), effects)
	}
	p.table()
}

func (p *printer) signature(key string, s *Signature) {
	p.heading("signature_def['%s']: %s", key, orNone(s.MethodName))
	for name, t := range natural(s.Inputs) {
		p.tensor("inputs", name, t, s.Defaults[name] != nil)
	}
	for name, t := range natural(s.Outputs) {
		p.tensor("outputs", name, t, false)
	}
	p.table()
}

func (p *printer) tensor(kind, name string, t *Tensor, optional bool) {
	place := t.Tensor
	if optional {
		place += " (has a default)"
	}
	p.row(kind+"['"+name+"']", t.DType.String(), t.Shape.String(), place)
	for _, c := range t.Components {
		p.row("", c.DType.String(), "", c.Tensor)
	}
}

func (p *printer) functions(g *MetaGraph) {
	if len(g.Functions) > 0 {
		p.heading("functions: %d", len(g.Functions))
		shown := p.shown(len(g.Functions), p.Functions)
		for _, f := range g.Functions[:shown] {
			if len(f.ConcreteFunctions) == 0 {
				p.row(f.Name, "never traced")
			}
			for i, c := range f.ConcreteFunctions {
				name := f.Name
				if i > 0 {
					name = ""
				}
				p.row(name, c.Name)
				p.row("", "  "+c.signature())
				if n := len(c.Captures); n > 0 && p.Functions {
					p.row("", "  captures "+strings.Join(c.Captures[:min(n, few)], ", ")+more(n-few))
				}
			}
		}
		p.cutList(shown, len(g.Functions), "functions")
		p.table()
	}
	if len(g.FunctionAliases) > 0 {
		p.heading("function aliases: %d", len(g.FunctionAliases))
		for name, alias := range sorted(g.FunctionAliases) {
			p.row(alias, name)
		}
		p.table()
	}
	if len(g.Library) > 0 && p.Functions {
		p.heading("library: %d functions", len(g.Library))
		for _, b := range g.Library {
			p.row(b.Name, fmt.Sprintf("%d nodes", b.Nodes), map[bool]string{true: "stateful"}[b.Stateful])
		}
		p.table()
	}
}

// tree writes the object graph, indented, each object under its shortest path.
func (p *printer) tree(g *MetaGraph) {
	if len(g.Objects) < 2 {
		return
	}
	p.heading("objects: %d", len(g.Objects))
	children := make([][]*Object, len(g.Objects))
	for _, o := range g.Objects[1:] {
		children[o.parent] = append(children[o.parent], o)
	}
	lines, left := 0, 0
	var write func(o *Object)
	write = func(o *Object) {
		switch {
		case o.hidden() && !p.Tree, o.depth > maxIndent:
			return
		case !p.Tree && lines >= few:
			left++
		default:
			lines++
			p.row(strings.Repeat("  ", o.depth)+cmp.Or(o.edge, "(root)"), o.describe(), o.size())
		}
		for _, c := range children[o.place] {
			write(c)
		}
	}
	write(g.Objects[0])
	p.cutList(lines, lines+left, "tree")
	p.table()
}

// maxIndent is how deep the tree is shown.
const maxIndent = 60

// hidden says of an object that it is there for TensorFlow's sake.
func (o *Object) hidden() bool {
	switch o.Kind {
	case "function", "concrete_function", "signatures", "constant", "captured_tensor":
		return true
	}
	return (o.Kind == "dict" || o.Kind == "list") && o.children == 0
}

func (o *Object) describe() string {
	s := o.Kind
	if o.Class != "" {
		s += " " + o.Class
	}
	if o.Shape != nil {
		s += " " + o.DType.String() + o.Shape.String()
		if o.Trainable != nil && !*o.Trainable {
			s += " not trainable"
		}
	}
	if o.Kind == "asset" || o.Kind == "concrete_function" {
		s += " " + o.Name
	}
	if o.Device != "" {
		s += " on " + o.Device
	}
	return s
}

func (o *Object) size() string {
	if o.Variables == 0 {
		return ""
	}
	return fmt.Sprintf("%d parameters, %d bytes", o.Parameters, o.Bytes)
}

func (p *printer) ops(g *MetaGraph) {
	if len(g.Ops) == 0 {
		return
	}
	total := 0
	for _, o := range g.Ops {
		total += o.Count
	}
	p.heading("ops: %d, in %d nodes of the main graph and %d functions", len(g.Ops), total, len(g.Library))
	if !p.Ops {
		var names []string
		for _, o := range g.Ops {
			name := o.Name
			if !o.Known {
				name += " (unknown to TensorFlow 2.21)"
			}
			names = append(names, name)
		}
		width := 76
		line := ""
		for _, n := range names {
			if line != "" && len(line)+len(n)+1 > width {
				p.row(line)
				line = ""
			}
			line = strings.TrimPrefix(line+" "+n, " ")
		}
		p.row(line)
		p.table()
		return
	}
	for _, o := range g.Ops {
		note := ""
		if o.Namespace != "" {
			note = "namespace " + o.Namespace
		}
		if !o.Known {
			note = strings.TrimPrefix(note+", unknown to TensorFlow 2.21", ", ")
		}
		p.row(o.Name, fmt.Sprint(o.Count), note)
	}
	p.table()
}

// largeConstant is the size from which constants are worth a look: variables
// would be the place for them.
const largeConstant = 1024

func (p *printer) constants(g *MetaGraph) {
	any := false
	for _, c := range g.Constants {
		if c.Bytes < largeConstant {
			continue
		}
		if !any {
			p.heading("largest constants")
			any = true
		}
		p.row(c.Node, c.DType.String(), c.Shape.String(), fmt.Sprintf("%d bytes", c.Bytes), cmp.Or(c.Function, "main graph"))
	}
	p.table()
}

func (p *printer) variables(r *Report) {
	if len(r.Variables) == 0 {
		return
	}
	p.heading("variables: %d, %d parameters, %d bytes", r.Totals.Variables, r.Totals.Parameters, r.Totals.Bytes)
	shown := p.shown(len(r.Variables), p.Variables)
	for _, v := range r.Variables[:shown] {
		note := ""
		switch {
		case v.SameAs != "":
			note = "same bytes as " + strings.TrimSuffix(v.SameAs, variableSuffix)
		case v.Trainable != nil && !*v.Trainable:
			note = "not trainable"
		}
		p.row(strings.TrimSuffix(v.Name, variableSuffix), v.DType.String(), v.Shape.String(), fmt.Sprintf("%d bytes", v.Bytes), note)
	}
	p.cutList(shown, len(r.Variables), "variables")
	p.table()
}

func (p *printer) files(folder string, files []File) {
	if len(files) == 0 {
		return
	}
	p.heading("%s: %d", folder, len(files))
	for _, f := range files {
		p.row(f.Name, fmt.Sprintf("%d bytes", f.Bytes))
	}
	p.table()
}

func (p *printer) fingerprint(r *Report) {
	f := r.Fingerprint
	if f == nil {
		return
	}
	p.heading("fingerprint")
	p.row("uuid", f.UUID)
	p.row("program", fmt.Sprintf("%016x", f.GraphDefProgramHash))
	p.row("signatures", fmt.Sprintf("%016x", f.SignatureDefHash))
	p.row("objects", fmt.Sprintf("%016x", f.SavedObjectGraphHash))
	p.row("checkpoint", fmt.Sprintf("%016x", f.CheckpointHash))
	p.table()
}

// signature writes "(x: float32[2], training=False) → float32[2]".
func (c *ConcreteFunction) signature() string {
	var parts []string
	for _, a := range c.Args {
		parts = append(parts, pretty(a))
	}
	for key, v := range sorted(c.Kwargs) {
		parts = append(parts, key+"="+pretty(v))
	}
	return "(" + strings.Join(parts, ", ") + ") → " + pretty(c.Outputs)
}

// pretty writes a structure as Python would, specs as "x: float32[2]".
func pretty(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case string:
		return "'" + v + "'"
	case Spec:
		s := v.DType.String() + " " + v.Shape.String()
		if v.Shape.Known() {
			s = v.DType.String() + v.Shape.String()
		}
		if v.Name != "" {
			s = v.Name + ": " + s
		}
		return s
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = pretty(e)
		}
		return "(" + strings.Join(parts, ", ") + ")"
	case map[string]any:
		for _, key := range []string{"dict", "fields"} {
			if fields, ok := v[key].(map[string]any); ok {
				var parts []string
				for name, f := range sorted(fields) {
					parts = append(parts, "'"+name+"': "+pretty(f))
				}
				return "{" + strings.Join(parts, ", ") + "}"
			}
		}
		if class, ok := v["type_spec"]; ok {
			return fmt.Sprintf("%v%s", class, pretty(v["state"]))
		}
		for _, e := range v {
			return fmt.Sprint(e)
		}
	}
	return fmt.Sprint(v)
}

// sorted iterates over a map in order of its keys.
func sorted[V any](m map[string]V) func(yield func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

// natural is sorted so that output_2 comes before output_10.
func natural[V any](m map[string]V) func(yield func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, key := range slices.SortedFunc(maps.Keys(m), compareNatural) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

func compareNatural(a, b string) int {
	pa, na := cutNumber(a)
	pb, nb := cutNumber(b)
	if pa == pb && len(na) != len(nb) {
		return len(na) - len(nb)
	}
	return strings.Compare(a, b)
}

// cutNumber takes the digits off the end of a name.
func cutNumber(s string) (prefix, digits string) {
	i := len(s)
	for i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		i--
	}
	return s[:i], s[i:]
}

func quoted(tags []string) string {
	out := make([]string, len(tags))
	for i, t := range tags {
		out[i] = "'" + t + "'"
	}
	return strings.Join(out, ", ")
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// Printable replaces what must not reach a terminal, or would break a column.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
