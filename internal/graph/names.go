package graph

import (
	"strconv"
	"strings"
)

// UniqueName gives name, below the current scope, a suffix if it is taken.
// Names that differ in case only count as the same, as in tf.Graph.unique_name
// (ops.py, TF 2.21).
func (g *Graph) UniqueName(name string) string {
	if g.scope != "" {
		name = g.scope + "/" + name
	}
	return g.unique(name)
}

func (g *Graph) unique(name string) string {
	key := strings.ToLower(name)
	i := g.names[key]
	g.names[key] = i + 1
	if i == 0 {
		return name
	}
	for base := key; ; i++ {
		key = base + "_" + strconv.Itoa(i)
		if _, taken := g.names[key]; !taken {
			g.names[key] = 1
			return name + "_" + strconv.Itoa(i)
		}
	}
}

// PushScope opens a name scope: a new one below the current, made unique; or,
// where name ends in "/", exactly the one named; or the one that
// the graph started in where it is "".
// It returns the scope's name without the final "/", and the function that
// closes it.
func (g *Graph) PushScope(name string) (scope string, pop func()) {
	saved := g.scope
	switch {
	case name == "":
		g.scope = g.base
	case strings.HasSuffix(name, "/"):
		g.scope = strings.TrimSuffix(name, "/")
	default:
		g.scope = g.UniqueName(name)
	}
	return g.scope, func() { g.scope = saved }
}

// Scope is the current name scope, without a final "/".
func (g *Graph) Scope() string { return g.scope }

// argName is the name that an input or output of a function gets from the
// name of a node: lower case, other characters "_", from the first letter on
// (graph_to_functiondef.cc, NodeNameMapping::Normalize, TF 2.21).
func argName(name string) string {
	if name == "" {
		return "unknown"
	}
	b := []byte(name)
	first := -1
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			b[i] = c + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		default:
			b[i] = '_'
		}
		if first < 0 && b[i] >= 'a' && b[i] <= 'z' {
			first = i
		}
	}
	if first < 0 {
		return "unknown"
	}
	return string(b[first:])
}

// nameSet hands out names that are unique within one FunctionDef.
type nameSet map[string]int

// unique gives name, or name_0, name_1, … where it is taken
// (graph_to_functiondef.cc, NodeNameMapping::UniquifyHelper, TF 2.21).
func (s nameSet) unique(name string) string {
	i, taken := s[name]
	if !taken {
		s[name] = 0
		return name
	}
	for ; ; i++ {
		candidate := name + "_" + strconv.Itoa(i)
		if _, taken := s[candidate]; !taken {
			s[name], s[candidate] = i+1, 0
			return candidate
		}
	}
}
