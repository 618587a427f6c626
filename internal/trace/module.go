package trace

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
)

// module is a Python file: a library file, or one that a description names.
// Its top-level statements are parsed and run when a name of theirs is used.
type module struct {
	src    *source
	index  *fileIndex
	values map[string]Value
	ran    map[int]bool // by the number of the statement
	failed map[int]error
	busy   map[string]bool
	limit  int // while a statement runs: its number; else that of all statements
	// peers are the other files of a spec.Library, by the names that they define.
	peers map[string]*module
}

func newModule(src *source, index *fileIndex) *module {
	return &module{src: src, index: index, values: map[string]Value{}, ran: map[int]bool{}, failed: map[int]error{}, busy: map[string]bool{}, limit: len(index.blocks)}
}

// fileIndex has the top-level statements of a file, and which of them bind or
// change a name, in order.
type fileIndex struct {
	blocks []python.Block
	binds  map[string][]int
}

// indexLibrary indexes a file of the tf library, in which a name is bound once,
// without parsing it.
func indexLibrary(text string) *fileIndex {
	f := &fileIndex{blocks: python.SplitTopLevel(text), binds: map[string][]int{}}
	for i, b := range f.blocks {
		if b.Name != "" {
			f.binds[b.Name] = []int{i}
		}
	}
	return f
}

// definition is how a block starts that is bound as a whole.
var definition = regexp.MustCompile(`^(@|(async|def|class)\b)`)

// indexFile indexes a user's file.
func indexFile(text string) *fileIndex {
	f := &fileIndex{blocks: python.SplitTopLevel(text), binds: map[string][]int{}}
	for i, b := range f.blocks {
		bind := func(name string) {
			if list := f.binds[name]; len(list) == 0 || list[len(list)-1] != i {
				f.binds[name] = append(list, i)
			}
		}
		tree, err := (*python.Module)(nil), error(nil)
		if !definition.MatchString(b.Text) {
			tree, err = python.ParseAt(b.Text, b.Line)
		}
		if tree == nil || err != nil { // a mistake is told when the name is used
			if b.Name != "" {
				bind(b.Name)
			}
			continue
		}
		assigned(tree.Body, bind)
		changed(tree.Body, bind)
	}
	return f
}

// changed calls f with the names whose values statements change: D in
// D["a"] = 1, L in L.append(1).
func changed(stmts []python.Stmt, f func(string)) {
	root := func(e python.Expr) {
		for {
			switch x := e.(type) {
			case *python.Subscript:
				e = x.Value
				continue
			case *python.Attribute:
				e = x.Value
				continue
			case *python.Name:
				f(x.ID)
			}
			return
		}
	}
	for _, s := range stmts {
		switch s := s.(type) {
		case *python.Assign:
			for _, x := range s.Targets {
				root(x)
			}
		case *python.AugAssign:
			root(s.Target)
		case *python.Delete:
			for _, x := range s.Targets {
				root(x)
			}
		case *python.ExprStmt:
			if c, ok := s.Value.(*python.Call); ok {
				if a, ok := c.Func.(*python.Attribute); ok {
					root(a.Value)
				}
			}
		}
		for _, b := range blocksOf(s) {
			changed(b, f)
		}
	}
}

// defines reports whether the file binds a name.
func (m *module) defines(name string) bool { return len(m.index.binds[name]) > 0 }

// names lists what the file binds.
func (m *module) names() []string { return slices.Sorted(maps.Keys(m.index.binds)) }

// get gives a top-level name of a module, running the statements that define
// it when it is first used. A statement of the file itself sees what stands
// before it.
func (m *module) get(t *thread, name string) (Value, error) {
	list := m.index.binds[name]
	for len(list) > 0 && list[len(list)-1] >= m.limit {
		list = list[:len(list)-1]
	}
	if len(list) == 0 {
		if peer := m.peers[name]; peer != nil && peer != m {
			return peer.get(t, name)
		}
		return nil, errUndefined
	}
	if !m.busy[name] {
		m.busy[name] = true
		defer delete(m.busy, name)
		if err := m.runAll(t, list); err != nil {
			return nil, err
		}
	}
	v, ok := m.values[name]
	if !ok {
		if m.ran[list[len(list)-1]] && !m.busy[name] { // deleted again, or in the branch that was not taken
			return nil, errUndefined
		}
		return nil, fmt.Errorf("%s: %q is defined by itself", m.src.name, name)
	}
	return v, nil
}

// runAll runs the statements that bind a name. Where there are several, those
// between them run too: what they read of the name is no longer there later.
// Their mistakes are told when what they bind is used.
func (m *module) runAll(t *thread, list []int) error {
	for i := list[0]; i <= list[len(list)-1]; i++ {
		binds := slices.Contains(list, i)
		if !binds && definition.MatchString(m.index.blocks[i].Text) {
			continue
		}
		if !m.ran[i] {
			m.ran[i] = true
			m.failed[i] = m.run(t, i)
		}
		if err := m.failed[i]; err != nil && binds {
			return err
		}
	}
	return nil
}

// topLevel is the name of graphs for the top-level statements of users' files.
const topLevel = "top level"

// run runs one top-level statement.
func (m *module) run(t *thread, i int) error {
	b := m.index.blocks[i]
	defer func(limit int) { m.limit = limit }(m.limit)
	m.limit = i
	tree, err := python.ParseAt(b.Text, b.Line)
	if err != nil {
		return t.syntaxError(m.src, err)
	}
	s := &scope{vars: map[string]Value{}, module: m}
	t.frames = append(t.frames, &frame{name: m.src.name, src: m.src, scope: s})
	defer func() { t.frames = t.frames[:len(t.frames)-1] }()
	user := m.src.locate != nil
	if user {
		defer func(g *graph.Graph) { t.graph = g }(t.graph)
		t.graph = graph.NewFunc(topLevel, t.tr.eager)
	}
	for _, stmt := range tree.Body {
		if def, ok := stmt.(*python.FunctionDef); ok {
			if m.values[def.Name], err = t.defineFunction(def, user); err != nil {
				return err
			}
			continue
		}
		if _, err := t.exec(stmt); err != nil {
			return err
		}
		for name, v := range s.vars {
			m.values[name] = t.tr.eagerValue(v, t.graph, 0)
		}
	}
	return nil
}

// eagerValue puts tensors of the outermost graph in place of those that the top
// level of a file made in g, where their values are known: functions capture
// them, as they do eager tensors.
func (tr *Tracer) eagerValue(v Value, g *graph.Graph, depth int) Value {
	if depth > maxNesting {
		return v
	}
	each := func(items []Value) {
		for i := range items {
			items[i] = tr.eagerValue(items[i], g, depth+1)
		}
	}
	switch x := v.(type) {
	case *graph.Tensor:
		if x.Node.Graph != g || x.Value() == nil {
			return v
		}
		if tr.eagerValues[x] == nil {
			tr.eagerValues[x] = tr.eager.AddValue(x.Node.Name, nil, x.Value())
		}
		return tr.eagerValues[x]
	case *List:
		each(x.Items)
	case *Tuple:
		each(x.Items)
	case *Dict:
		each(x.values)
	}
	return v
}
