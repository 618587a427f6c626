package model

import (
	glob "path"
	"sort"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
)

func itoa(i int) string { return strconv.Itoa(i) }

// weightFiles gives the variables the tensors of the files under weights:.
func (b *builder) weightFiles() {
	byPath := map[string]*pending{}
	for _, p := range b.variables {
		byPath[p.v.Path()] = p
	}
	for _, w := range b.spec.Weights {
		b.weightFile(w, byPath)
	}
}

func (b *builder) weightFile(w *spec.WeightFile, byPath map[string]*pending) {
	if w.Broken {
		return
	}
	f := b.openFile(w.File, w.FilePos)
	if f == nil {
		return
	}
	if f.Has("") {
		e := spec.Errorf(w.FilePos, "weight file %s: holds one tensor without a name", w.File)
		e.Hint = "give it to a variable, with value: {file: " + w.File + "}"
		b.errs = append(b.errs, e)
		return
	}
	prefix := ""
	if w.Target != nil {
		if o := b.model.objects[w.Target]; o != nil && o.Path() != "" {
			prefix = o.Path() + "."
		}
	}
	// full is the path of the variable that the description calls so.
	full := func(to spec.Text, variable spec.Object) string {
		if v, ok := b.model.objects[variable].(*Variable); ok {
			return v.Path()
		}
		return prefix + dotted(to.Value)
	}
	rename := map[string]spec.Rename{}
	for _, r := range w.Rename {
		rename[r.From.Value] = r
		if name := w.Prefix + r.From.Value; !f.Has(name) && !f.Has(r.From.Value) {
			b.unknown(r.From, "weight file %s holds no tensor %q", w.File, r.From.Value, f.Names())
		}
	}
	perms := map[string][]int{}
	for _, t := range w.Transpose {
		path := full(t.Path, t.Variable)
		if byPath[path] == nil {
			if b.incomplete {
				continue
			}
			b.unknown(t.Path, "there is no variable %q%s", t.Path.Value, below(prefix), variablesBelow(byPath, prefix))
			continue
		}
		perms[path] = t.Perm
	}
	var unused []string
	for _, name := range f.Names() {
		if ignored(name, w.Ignore) {
			continue
		}
		short, ok := strings.CutPrefix(name, w.Prefix)
		path := prefix + dotted(short)
		to, renamed := rename[short]
		if !renamed {
			to, renamed = rename[name]
		}
		switch {
		case renamed:
			path = full(to.To, to.Variable)
		case !ok:
			unused = append(unused, name)
			continue
		}
		p := byPath[path]
		if p == nil {
			if b.incomplete {
				continue
			}
			if renamed {
				b.unknown(to.To, "there is no variable %q%s", to.To.Value, below(prefix), variablesBelow(byPath, prefix))
				continue
			}
			unused = append(unused, name)
			continue
		}
		if p.spec.Value != nil || p.spec.Initializer != nil || p.spec.File != nil {
			b.errs.Add(w.FilePos, "variable %q has a value of its own and one in %s", p.v.Path(), w.File)
			continue
		}
		if p.v.Value != nil {
			b.errs.Add(w.FilePos, "variable %q has two values: tensor %q of %s, and an earlier one", p.v.Path(), name, w.File)
			continue
		}
		src, err := f.TensorAs(name, p.spec.DType)
		if err != nil {
			b.errs.Add(w.FilePos, "%v", err)
			p.failed = true
			continue
		}
		b.fromFile(p, src, p.spec.DTypePos, perms[p.v.Path()], w.Cast)
		p.failed = p.v.Value == nil
	}
	b.reportUnused(w, unused, byPath, prefix)
}

// reportUnused says which tensors of a file no variable takes.
func (b *builder) reportUnused(w *spec.WeightFile, unused []string, byPath map[string]*pending, prefix string) {
	if len(unused) == 0 {
		return
	}
	const few = 5
	list := unused
	if len(list) > few {
		list = list[:few]
	}
	e := spec.Errorf(w.FilePos, "weight file %s: no variable%s for %s", w.File, below(prefix), quoted(list))
	if n := len(unused) - len(list); n > 0 {
		e.Msg += " and " + itoa(n) + " more"
	}
	e.Hint = "map names with rename:, or name them under ignore:"
	if near := spell.Nearest(dotted(unused[0]), variablesBelow(byPath, prefix)); near != "" {
		e.Hint = "is " + strconv.Quote(unused[0]) + " variable " + strconv.Quote(near) + "? map names with rename:, or name them under ignore:"
	}
	b.errs = append(b.errs, e)
}

// unknown reports a name that is not there, with the nearest that is.
func (b *builder) unknown(at spec.Text, format string, args ...any) {
	names := args[len(args)-1].([]string)
	e := spec.Errorf(at.Pos, format, args[:len(args)-1]...)
	if near := spell.Nearest(at.Value, names); near != "" {
		e.Hint = "did you mean " + strconv.Quote(near) + "?"
	}
	b.errs = append(b.errs, e)
}

func below(prefix string) string {
	if prefix == "" {
		return ""
	}
	return " below " + strconv.Quote(strings.TrimSuffix(prefix, "."))
}

// variablesBelow lists the variables below a module by their paths from there.
func variablesBelow(byPath map[string]*pending, prefix string) []string {
	var names []string
	for p := range byPath {
		if rest, ok := strings.CutPrefix(p, prefix); ok {
			names = append(names, rest)
		}
	}
	sort.Strings(names)
	return names
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = strconv.Quote(n)
	}
	return strings.Join(q, ", ")
}

// dotted gives a name in a file as a path: "/" separates as "." does.
func dotted(name string) string {
	name = strings.NewReplacer("/", ".", "[", ".", "]", "").Replace(name)
	return strings.TrimSuffix(name, ":0")
}

// ignored reports whether a glob matches a tensor's name; "*" does not stop at
// a dot, but at a slash.
func ignored(name string, globs []spec.Text) bool {
	for _, g := range globs {
		if ok, err := glob.Match(g.Value, name); err == nil && ok {
			return true
		}
	}
	return false
}
