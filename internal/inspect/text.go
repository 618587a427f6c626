package inspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
)

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// WriteText writes the report for a person. bold marks the headings where the
// output is a terminal; nil leaves them plain.
func (r *Report) WriteText(w io.Writer, bold func(string) string) error {
	if bold == nil {
		bold = func(s string) string { return s }
	}
	p := &printer{bold: bold}
	for _, g := range r.MetaGraphs {
		p.metaGraph(g)
	}
	p.variables(r.Variables)
	p.assets(r.Assets)
	if r.Fingerprint != nil {
		p.heading("fingerprint")
		p.row("uuid", r.Fingerprint.UUID)
		p.row("program", fmt.Sprint(r.Fingerprint.GraphDefProgramHash))
		p.row("checkpoint", fmt.Sprint(r.Fingerprint.CheckpointHash))
		p.table()
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

// printer gathers text; the rows since the last table make up the next one.
type printer struct {
	out  bytes.Buffer
	rows [][]string
	bold func(string) string
}

func (p *printer) heading(format string, args ...any) {
	if p.out.Len() > 0 {
		p.out.WriteByte('\n')
	}
	fmt.Fprintln(&p.out, p.bold(printable(fmt.Sprintf(format, args...))))
}

func (p *printer) row(cells ...string) {
	for i, c := range cells {
		cells[i] = printable(c)
	}
	p.rows = append(p.rows, cells)
}

// table writes the rows in columns.
func (p *printer) table() {
	w := tabwriter.NewWriter(&p.out, 0, 0, 2, ' ', 0)
	for _, cells := range p.rows {
		fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
	}
	w.Flush() // to memory: no error
	p.rows = nil
}

func (p *printer) metaGraph(g *MetaGraph) {
	p.heading("MetaGraph: %s", orNone(strings.Join(g.Tags, ", ")))
	p.row("TensorFlow", orNone(g.TensorFlowVersion))
	p.row("run at load", orNone(g.InitOp))
	p.table()
	for _, key := range slices.Sorted(maps.Keys(g.Signatures)) {
		s := g.Signatures[key]
		p.heading("signature %s: %s", key, orNone(s.MethodName))
		p.tensors("input", s.Inputs)
		p.tensors("output", s.Outputs)
		p.table()
	}
	if len(g.Functions) > 0 {
		p.heading("functions: %d", len(g.Functions))
		for _, f := range g.Functions {
			p.row(f.Name, strings.Join(f.ConcreteFunctions, " "))
		}
		p.table()
	}
	if len(g.FunctionAliases) > 0 {
		p.heading("function aliases: %d", len(g.FunctionAliases))
		for _, name := range slices.Sorted(maps.Keys(g.FunctionAliases)) {
			p.row(g.FunctionAliases[name], name)
		}
		p.table()
	}
}

func (p *printer) tensors(kind string, tensors map[string]*Tensor) {
	for _, name := range slices.SortedFunc(maps.Keys(tensors), natural) {
		t := tensors[name]
		if t.Type != "" {
			p.row(kind, name, t.Type, "", "")
		} else {
			p.row(kind, name, t.DType.String(), t.Shape.String(), t.Tensor)
		}
		for _, c := range t.Components {
			p.row("", "", c.DType.String(), c.Shape.String(), c.Tensor)
		}
	}
}

// natural orders names so that output_2 comes before output_10.
func natural(a, b string) int {
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

func (p *printer) variables(vars []Variable) {
	if len(vars) == 0 {
		return
	}
	var total int64
	for _, v := range vars {
		total += v.Bytes
	}
	p.heading("variables: %d, %d bytes", len(vars), total)
	for _, v := range vars {
		p.row(strings.TrimSuffix(v.Name, "/.ATTRIBUTES/VARIABLE_VALUE"), v.DType.String(), v.Shape.String(), fmt.Sprintf("%d bytes", v.Bytes))
	}
	p.table()
}

func (p *printer) assets(assets []Asset) {
	if len(assets) == 0 {
		return
	}
	p.heading("assets: %d", len(assets))
	for _, a := range assets {
		p.row(a.Name, fmt.Sprintf("%d bytes", a.Bytes))
	}
	p.table()
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// printable replaces what must not reach a terminal, or would break a column.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
