package trace

import (
	"embed"
	"io/fs"
	"sort"
	"strings"
	"sync"
)

//go:embed lib/*.py
var libFiles embed.FS

// libraryIndex says where each public name of the tf library is defined. It is
// made once a process, by a scan of the decorators.
type libraryIndex struct {
	exports    map[string]export   // "math.add" → file and function
	dispatches map[string][]export // "RaggedTensor math.add" …
	spaces     map[string]bool     // "math", "internal.operators"
	files      map[string]*fileIndex
}

type export struct {
	file, function string
	property       bool
	passFunction   bool
	names          []string // all public names of the function
}

var libIndex = sync.OnceValue(func() *libraryIndex {
	idx := &libraryIndex{
		exports: map[string]export{}, spaces: map[string]bool{},
		dispatches: map[string][]export{}, files: map[string]*fileIndex{},
	}
	entries, err := fs.ReadDir(libFiles, "lib")
	if err != nil {
		panic("internal error: " + err.Error())
	}
	for _, e := range entries {
		text, err := fs.ReadFile(libFiles, "lib/"+e.Name())
		if err != nil {
			panic("internal error: " + err.Error())
		}
		idx.scan(e.Name(), string(text))
	}
	return idx
})

// scan cuts a file into blocks and reads its decorators.
func (idx *libraryIndex) scan(file, text string) {
	f := indexLibrary(text)
	idx.files[file] = f
	for _, b := range f.blocks {
		name := b.Name
		if name == "" || !strings.HasPrefix(b.Text, "@") {
			continue
		}
		decorators, _, _ := strings.Cut(b.Text, "\ndef ")
		for _, line := range decoratorCalls(decorators) {
			ex := export{file: file, function: name,
				property:     strings.Contains(line, "property=True"),
				passFunction: strings.Contains(line, "pass_function=True")}
			ex.names = stringLiterals(line)
			switch {
			case strings.HasPrefix(line, "@export("):
				for _, public := range ex.names {
					idx.exports[public] = ex
					for i := strings.LastIndexByte(public, '.'); i > 0; i = strings.LastIndexByte(public[:i], '.') {
						idx.spaces[public[:i]] = true
					}
				}
			case strings.HasPrefix(line, "@dispatch(") && len(ex.names) > 1:
				for _, public := range ex.names[1:] {
					key := ex.names[0] + " " + public
					idx.dispatches[key] = append(idx.dispatches[key], ex)
				}
			}
		}
	}
}

func isIdentifier(s string) bool {
	for i, c := range s {
		if c != '_' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// decoratorCalls lists the decorators of a def, each as one line.
func decoratorCalls(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "@") {
			out = append(out, line)
		} else if len(out) > 0 && !strings.HasPrefix(line, "def") {
			out[len(out)-1] += line
		}
	}
	return out
}

// stringLiterals lists what stands in double quotes.
func stringLiterals(line string) []string {
	var out []string
	for {
		i := strings.IndexByte(line, '"')
		if i < 0 {
			return out
		}
		j := strings.IndexByte(line[i+1:], '"')
		if j < 0 {
			return out
		}
		out = append(out, line[i+1:i+1+j])
		line = line[i+j+2:]
	}
}

// library is the tf library as one tracer uses it.
type library struct {
	index   *libraryIndex
	modules map[string]*module
	root    *Namespace
	spaces  map[string]*Namespace
	funcs   map[string]Value // by public name
}

func newLibrary() *library {
	l := &library{index: libIndex(), modules: map[string]*module{}, spaces: map[string]*Namespace{}, funcs: map[string]Value{}}
	l.root = &Namespace{}
	return l
}

// Namespace is a module of the tf library: tf, tf.math, …; Path is "" for tf.
type Namespace struct{ Path string }

// name is what a body calls the namespace.
func (n *Namespace) name() string {
	if n == mathSpace {
		return "math"
	}
	if python, ok := strings.CutPrefix(n.Path, "internal."); ok {
		return python
	}
	return strings.TrimSuffix("tf."+n.Path, ".")
}

func (n *Namespace) child(name string) string {
	if n.Path == "" {
		return name
	}
	return n.Path + "." + name
}

// module gives a library file as a module.
func (l *library) module(file string) *module {
	m, ok := l.modules[file]
	if !ok {
		m = newModule(&source{name: file}, l.index.files[file])
		l.modules[file] = m
	}
	return m
}

// lookup finds a public name: a primitive, a library function, a type, or a
// namespace.
func (l *library) lookup(t *thread, path string) (Value, bool, error) {
	if v, ok := l.funcs[path]; ok {
		return v, true, nil
	}
	v, ok, err := l.find(t, path)
	if err == nil && ok {
		l.funcs[path] = v
	}
	return v, ok, err
}

func (l *library) find(t *thread, path string) (Value, bool, error) {
	if v, ok := primitive(path); ok {
		return v, true, nil
	}
	if ex, ok := l.index.exports[path+".__new__"]; ok {
		typ := l.compositeType(ex.names[0])
		return typ, true, nil
	}
	if ex, ok := l.index.exports[path]; ok {
		v, err := l.module(ex.file).get(t, ex.function)
		if err != nil {
			return nil, false, err
		}
		if c, ok := v.(*Closure); ok {
			c.public = ex.names
		}
		return v, true, nil
	}
	if l.index.spaces[path] || primitiveSpace(path) {
		ns, ok := l.spaces[path]
		if !ok {
			ns = &Namespace{Path: path}
			l.spaces[path] = ns
		}
		return ns, true, nil
	}
	return nil, false, nil
}

// names lists what a namespace holds, for suggestions.
func (l *library) names(space string) []string {
	prefix := ""
	if space != "" {
		prefix = space + "."
	}
	seen := map[string]bool{}
	add := func(path string) {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			name, _, _ := strings.Cut(rest, ".")
			if name != "internal" {
				seen[name] = true
			}
		}
	}
	for path := range l.index.exports {
		add(path)
	}
	for _, path := range primitiveNames() {
		add(path)
	}
	out := make([]string, 0, len(seen))
	for name := range seen {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
