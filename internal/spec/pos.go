package spec

import "fmt"

// Pos is a place in a description. Line and Col are 1-based, Col counts
// characters; Line is 0 where only the file (or the --set argument) is known.
type Pos struct {
	File      string
	Line, Col int
}

// String writes file:line:col, or as much of it as is known.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Position of each kind of object.
func (m *Module) Position() Pos   { return m.Pos }
func (l *List) Position() Pos     { return l.Pos }
func (d *Dict) Position() Pos     { return d.Pos }
func (r *Ref) Position() Pos      { return r.Pos }
func (c *Constant) Position() Pos { return c.Pos }
func (v *Variable) Position() Pos { return v.Pos }
func (f *Function) Position() Pos { return f.Pos }
func (a *Asset) Position() Pos    { return a.Pos }
func (t *Table) Position() Pos    { return t.Pos }
func (k *Keras) Position() Pos    { return k.Pos }
func (b *Broken) Position() Pos   { return b.Pos }

// What each kind of object is called.
func (*Module) What() string   { return "a module" }
func (*List) What() string     { return "a list" }
func (*Dict) What() string     { return "a dict" }
func (*Ref) What() string      { return "a ref" }
func (*Constant) What() string { return "a constant" }
func (*Variable) What() string { return "a variable" }
func (*Function) What() string { return "a function" }
func (*Asset) What() string    { return "an asset" }
func (*Table) What() string    { return "a table" }
func (*Keras) What() string    { return "a Keras model" }
func (*Broken) What() string   { return "an object with mistakes" }

// Position of each kind of input.
func (s *TensorSpec) Position() Pos { return s.Pos }
func (s *RaggedSpec) Position() Pos { return s.Pos }
func (s *SparseSpec) Position() Pos { return s.Pos }
func (s *ListSpec) Position() Pos   { return s.Pos }
func (s *DictSpec) Position() Pos   { return s.Pos }
func (l *Literal) Position() Pos    { return l.Value.Pos }

func (*TensorSpec) input() {}
func (*RaggedSpec) input() {}
func (*SparseSpec) input() {}
func (*ListSpec) input()   {}
func (*DictSpec) input()   {}
func (*Literal) input()    {}
