package keras

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/trace"
)

//go:generate go run ./gentable ../../docs/keras.md

// Table writes what there is of keras.layers and keras.ops, in Markdown: the
// tables of docs/keras.md. Classes and their options come from the functions
// of layers/*.py, reasons from what those raise.
func Table() (string, error) {
	t := &table{
		b:         &builder{set: &settings{}, lib: builtin(), tracer: trace.New(&graph.Library{})},
		functions: map[string]*python.FunctionDef{},
	}
	for _, f := range t.b.lib.Files {
		m, err := python.Parse(f.Text)
		if err != nil {
			return "", fmt.Errorf("%s: %w", f.Name, err)
		}
		for _, s := range m.Body {
			if def, ok := s.(*python.FunctionDef); ok {
				t.functions[def.Name] = def
			}
		}
	}
	t.layers()
	t.ops()
	return t.out.String(), t.b.errs.Err()
}

type table struct {
	b         *builder
	functions map[string]*python.FunctionDef
	out       strings.Builder
}

// layers writes the table of the layer classes: those of Keras, and those that
// only the library has (of Keras 2, and of keras.applications).
func (t *table) layers() {
	aliases := map[string][]string{}
	var names []string
	for _, c := range kerasClasses() {
		switch {
		case c.module != "layers":
		case c.as != "":
			aliases[c.as] = append(aliases[c.as], c.name)
			if !slices.Contains(names, c.as) {
				names = append(names, c.as)
			}
		case !slices.Contains(names, c.name):
			names = append(names, c.name)
		}
	}
	for _, name := range t.b.classes() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	works := 0
	for _, name := range names {
		if t.functions[name+"_call"] != nil {
			works++
		}
	}
	fmt.Fprintf(&t.out, "%d classes, of which %d work.\n\n| class | options | works |\n|---|---|---|\n", len(names), works)
	for _, name := range names {
		title := "`" + name + "`"
		if also := aliases[name]; also != nil {
			title += ", `" + strings.Join(also, "`, `") + "`"
		}
		if t.functions[name+"_call"] == nil {
			why, _ := t.b.refusal("layers", name)
			fmt.Fprintf(&t.out, "| %s | | no: %s |\n", title, why)
			continue
		}
		what := "yes"
		if modes := t.modes(name); len(modes) > 0 {
			what += "; quantized to " + strings.Join(modes, ", ")
		}
		if limits := t.limits(name+"_config", name+"_build", name+"_call", name+"_compute_mask"); len(limits) > 0 {
			what += "; " + strings.Join(limits, "; ")
		}
		fmt.Fprintf(&t.out, "| %s %s | %s | %s |\n", title, t.summary(name), t.options(name), what)
	}
}

// modes lists what a layer can be quantized to.
func (t *table) modes(name string) []string {
	return slices.DeleteFunc([]string{"int8", "int4", "float8", "gptq", "awq"}, func(mode string) bool {
		return t.functions[mode+"_"+name+"_call"] == nil
	})
}

// ops writes the table of the classes of keras.ops.
func (t *table) ops() {
	t.out.WriteString("\n| module | works | not |\n|---|---|---|\n")
	modules, reasons := map[string][2][]string{}, map[string]string{}
	var order []string
	for _, c := range kerasClasses() {
		if c.module == "layers" {
			continue
		}
		if !slices.Contains(order, c.module) {
			order = append(order, c.module)
		}
		m := modules[c.module]
		name := "`" + c.name + "`"
		if t.functions[c.function()] != nil {
			if limits := t.limits(c.function()); len(limits) > 0 {
				name += " (" + strings.Join(limits, "; ") + ")"
			}
			m[0] = append(m[0], name)
		} else {
			m[1] = append(m[1], name)
			why, _ := t.b.refusal(c.module, c.name)
			reasons[name] = why
		}
		modules[c.module] = m
	}
	for _, name := range order {
		m := modules[name]
		fmt.Fprintf(&t.out, "| `keras.ops`, %s | %s | %s |\n", name, strings.Join(m[0], ", "), strings.Join(grouped(m[1], reasons), "; "))
	}
}

// grouped puts names with the same reason together.
func grouped(names []string, reasons map[string]string) []string {
	var order []string
	by := map[string][]string{}
	for _, name := range names {
		why := reasons[name]
		if by[why] == nil {
			order = append(order, why)
		}
		by[why] = append(by[why], name)
	}
	for i, why := range order {
		order[i] = strings.Join(by[why], ", ") + " (" + why + ")"
	}
	return order
}

// summary is what the first function of a class says of it.
func (t *table) summary(class string) string {
	for _, function := range []string{class + "_config", class + "_call"} {
		def := t.functions[function]
		if def == nil || len(def.Body) == 0 {
			continue
		}
		if s, ok := def.Body[0].(*python.ExprStmt); ok {
			if c, ok := s.Value.(*python.Constant); ok {
				if doc, ok := c.Value.(string); ok {
					first, _, _ := strings.Cut(doc, "\n")
					return "<br>" + cell(first)
				}
			}
		}
	}
	return ""
}

// options lists the options of a class.
func (t *table) options(class string) string {
	def := t.functions[class+"_config"]
	if def == nil {
		return ""
	}
	var names []string
	for _, a := range slices.Concat(def.Args.PosOnlyArgs, def.Args.Args, def.Args.KwOnlyArgs) {
		names = append(names, "`"+a.Arg+"`")
	}
	return strings.Join(names, ", ")
}

// limitWords tell messages about what Keras can do and tfsave can not from those
// about mistakes.
var limitWords = []string{"not supported", "needs to know", "must be known", "tfsave does not run"}

// limits lists what functions, and those that they call, raise for what is not
// supported.
func (t *table) limits(functions ...string) []string {
	var out []string
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		def := t.functions[name]
		if def == nil || seen[name] {
			return
		}
		seen[name] = true
		python.Inspect(def, func(n python.Node) bool {
			switch n := n.(type) {
			case *python.Name:
				visit(n.ID)
			case *python.Raise:
				text := message(n.Exc)
				limit := slices.ContainsFunc(limitWords, func(w string) bool { return strings.Contains(text, w) })
				if limit && !slices.Contains(out, text) {
					out = append(out, text)
				}
			}
			return true
		})
	}
	for _, name := range functions {
		visit(name)
	}
	return out
}

// message is the text of an exception, with … for what is filled in; without
// the layer's name that begins it.
func message(exc python.Expr) string {
	call, ok := exc.(*python.Call)
	if !ok || len(call.Args) == 0 {
		return ""
	}
	var b strings.Builder
	switch text := call.Args[0].(type) {
	case *python.Constant:
		s, _ := text.Value.(string)
		b.WriteString(s)
	case *python.JoinedStr:
		for _, part := range text.Values {
			if c, ok := part.(*python.Constant); ok {
				s, _ := c.Value.(string)
				b.WriteString(s)
			} else {
				b.WriteString("…")
			}
		}
	}
	text := strings.TrimPrefix(b.String(), "layer …")
	return cell(strings.TrimPrefix(strings.TrimPrefix(text, " (…)"), ": "))
}

// cell is a text in a table of Markdown.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", `\<`, "_", `\_`).Replace(text)
}

// The lines of docs/keras.md between which the tables stand.
const (
	tableBegin = "<!-- The tables are made by `make generate`. -->\n"
	tableEnd   = "<!-- The end of the tables. -->\n"
)

// WithTable gives a page with its tables as they should be.
func WithTable(page string) (string, error) {
	before, rest, ok := strings.Cut(page, tableBegin)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		return "", fmt.Errorf("the page has no lines %q and %q", strings.TrimSpace(tableBegin), strings.TrimSpace(tableEnd))
	}
	text, err := Table()
	return before + tableBegin + "\n" + text + "\n" + tableEnd + after, err
}
