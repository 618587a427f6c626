package trace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
)

// bodyClosure makes a closure of a function's description.
func (t *thread) bodyClosure(m *model.Function) (*Closure, error) {
	s := m.Spec
	switch {
	case s.Library != nil && s.LibraryFunction != "":
		c, err := t.tr.code(s.Library).closure(t, s.LibraryFunction)
		if err != nil {
			return nil, err
		}
		return bindSelf(c, m.Owner), nil
	case s.BodyFile != nil:
		return t.fileClosure(m)
	case s.Nodes != nil:
		return t.nodesClosure(m)
	case s.Graph != nil:
		return t.graphClosure(m)
	}
	src := &source{name: m.Path(), locate: func(p python.Pos) spec.Pos { return s.Body.Position(p.Line, p.Col) }}
	outside := &scope{vars: map[string]Value{"self": m.Owner}, module: t.tr.code(s.Library).module()}
	tree, err := python.Parse(s.Body.Text)
	if err != nil {
		return nil, t.syntaxError(src, err)
	}
	if def := wholeDef(tree.Body); def != nil && !s.HasArgs {
		t.frames = append(t.frames, &frame{name: m.Name, src: src, scope: outside})
		defer func() { t.frames = t.frames[:len(t.frames)-1] }()
		plain := *def
		plain.Decorators = nil // the function is a tf.function by its place
		v, err := t.defineFunction(&plain, true)
		if err != nil {
			return nil, err
		}
		return bindSelf(v.(*Closure), m.Owner), nil
	}
	args, defaults, kwDefaults := arguments(s.Args)
	c := &Closure{Name: m.Name, args: args, defaults: defaults, kwDefaults: kwDefaults,
		body: t.tr.lower(tree.Body), src: src, scope: outside}
	info := namesOf(args, c.body)
	c.local, c.nonlocal = info.local, info.nonlocal
	return c, nil
}

// wholeDef is the def that a body consists of, where somebody pasted a whole
// function instead of its inside.
func wholeDef(body []python.Stmt) *python.FunctionDef {
	if len(body) != 1 {
		return nil
	}
	def, _ := body[0].(*python.FunctionDef)
	return def
}

// syntaxError gives a parser's error its place.
func (t *thread) syntaxError(src *source, err error) error {
	var se *python.SyntaxError
	if !errors.As(err, &se) {
		return err
	}
	e := &Error{Type: "SyntaxError", Msg: se.Msg}
	if src.locate == nil {
		e.Msg = src.name + ": " + err.Error() // the library's own
		return e
	}
	e.Pos = src.locate(se.Pos)
	e.Msg = lineInMessage.ReplaceAllStringFunc(se.Msg, func(s string) string {
		before, number, _ := strings.Cut(s, "line ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return s
		}
		return before + "line " + strconv.Itoa(src.locate(python.Pos{Line: n, Col: 1}).Line)
	})
	return e
}

// lineInMessage is where a parser's message names a line of the text it was given.
var lineInMessage = regexp.MustCompile(`(?:on|at) line \d+`)

// arguments makes the parameter list of a described function.
func arguments(list []spec.Arg) (*python.Arguments, []Value, []Value) {
	a := &python.Arguments{}
	var defaults, kwDefaults []Value
	for i := range list {
		p := &python.Arg{Arg: list[i].Name}
		switch list[i].Kind {
		case spec.Positional:
			a.Args = append(a.Args, p)
			if list[i].Default != nil {
				defaults = append(defaults, literal(*list[i].Default))
			}
		case spec.KeywordOnly:
			a.KwOnlyArgs = append(a.KwOnlyArgs, p)
			if list[i].Default != nil {
				kwDefaults = append(kwDefaults, literal(*list[i].Default))
			} else {
				kwDefaults = append(kwDefaults, absent{})
			}
		case spec.VarArgs:
			a.Vararg = p
		case spec.VarKeywords:
			a.Kwarg = p
		}
	}
	return a, defaults, kwDefaults
}

// fileClosure takes a function from a Python file; a first argument called
// self is the module that owns the function.
func (t *thread) fileClosure(m *model.Function) (*Closure, error) {
	ref := m.Spec.BodyFile
	mod, err := t.tr.file(m.File)
	if err != nil {
		return nil, &Error{Msg: err.Error(), Pos: ref.FilePos}
	}
	if !mod.defines(ref.Function) {
		e := &Error{Msg: fmt.Sprintf("%s defines no function %q", ref.File, ref.Function), Pos: ref.Pos}
		if near := spell.Nearest(ref.Function, mod.names()); near != "" {
			e.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		return nil, e
	}
	v, err := mod.get(t, ref.Function)
	if err != nil {
		return nil, err
	}
	if inline, ok := v.(*inlineFunction); ok {
		v = inline.f.closure
	}
	c, ok := v.(*Closure)
	if !ok {
		return nil, &Error{Msg: ref.Function + " in " + ref.File + " is no function", Pos: ref.Pos}
	}
	return bindSelf(c, m.Owner), nil
}

// bindSelf makes a method of a function whose first argument is self.
func bindSelf(c *Closure, owner *model.Module) *Closure {
	a := c.args.Args
	if len(a) == 0 || a[0].Arg != "self" {
		return c
	}
	bound, args := *c, *c.args
	args.Args = a[1:]
	bound.args = &args
	bound.scope = &scope{vars: map[string]Value{"self": owner}, parent: c.scope}
	bound.local = namesOf(&args, c.body).local
	return &bound
}

func (tr *Tracer) file(path string) (*module, error) {
	if m, ok := tr.files[path]; ok {
		return m, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, errors.New(path + " is not a Python file of at most 16 MiB")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	name := filepath.ToSlash(path)
	src := &source{name: name, text: string(text), locate: func(p python.Pos) spec.Pos {
		return spec.Pos{File: name, Line: p.Line, Col: p.Col}
	}}
	m := newModule(src, indexFile(string(text)))
	tr.files[path] = m
	return m, nil
}
