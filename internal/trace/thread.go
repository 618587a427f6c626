package trace

import (
	"errors"
	"fmt"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
)

// Bounds of one export. Bodies are data; a body that does not end is an error.
const (
	maxSteps = 50_000_000 // statements and expressions evaluated
	maxDepth = 200        // nested calls
)

// Tracer traces the functions of one model.
type Tracer struct {
	// Stacks has every node keep the code that made it (graph.Library.Stack).
	Stacks bool

	lib   *library
	eager *graph.Graph
	// handles are the tensors that stand for variables, tables and constants.
	handles   map[model.Object]*graph.Tensor
	functions map[*model.Function]*function
	order     []*function // in the order of the first trace
	values    map[*model.Attr]Value
	attrs     map[*model.Module]map[string]Value // that bodies have set
	files     map[string]*module
	codes     map[*spec.Library]*code
	// eagerValues are what stands for tensors that the top level of a file made.
	eagerValues map[*graph.Tensor]*graph.Tensor
	steps       int
	exhausted   error // of the place where no steps were left
	// While tapes record: the scope that an op was made in, without its own. While
	// a gradient is taken: the inputs of an op that nobody asks the gradient of.
	scopes  map[*graph.Node]string
	skipped map[*graph.Node][]int64
	gaps    int              // how often bodies met what mistakes of the description hide
	types   map[string]*Type // of values whose types have no name in bodies

	// What is known of the statements of bodies: see lower.go and live.go.
	bodies          map[*python.FunctionDef][]python.Stmt
	extraTest       map[*python.For]python.Expr
	nestedIf        map[*python.IfExp]bool          // that stand inside another one
	own             map[python.Stmt]map[string]bool // see ownVariables
	liveIn, liveOut map[python.Stmt]nameSet
	nonlocal        map[python.Stmt]nameSet // names that the function declares so
	live            map[python.Stmt]liveVars

	gradients     map[*graph.Node]*gradient // see Gradient
	gradientTypes int
}

// New makes a tracer whose functions go into lib.
func New(lib *graph.Library) *Tracer {
	return &Tracer{
		lib: newLibrary(), eager: graph.NewEager(lib), steps: maxSteps,
		handles:     map[model.Object]*graph.Tensor{},
		functions:   map[*model.Function]*function{},
		values:      map[*model.Attr]Value{},
		attrs:       map[*model.Module]map[string]Value{},
		files:       map[string]*module{},
		types:       map[string]*Type{},
		codes:       map[*spec.Library]*code{},
		eagerValues: map[*graph.Tensor]*graph.Tensor{},
		bodies:      map[*python.FunctionDef][]python.Stmt{},
		extraTest:   map[*python.For]python.Expr{},
		nestedIf:    map[*python.IfExp]bool{},
		own:         map[python.Stmt]map[string]bool{},
		liveIn:      map[python.Stmt]nameSet{},
		liveOut:     map[python.Stmt]nameSet{},
		nonlocal:    map[python.Stmt]nameSet{},
		live:        map[python.Stmt]liveVars{},
		scopes:      map[*graph.Node]string{},
		skipped:     map[*graph.Node][]int64{},
		gradients:   map[*graph.Node]*gradient{},
	}
}

// thread is the evaluation of one top-level trace: the graph that ops go into
// and the calls that are under way.
type thread struct {
	tr     *Tracer
	graph  *graph.Graph
	frames []*frame
	// tracing are the functions that are being traced, to stop recursion.
	tracing []*function
	left    *frame  // the last call that ended
	tapes   []*Tape // those that record
	// watchers are notes of the variables that code under way reads.
	watchers   []*watcher
	inGradient bool     // the code under way is a gradient function
	nested     int      // comparisons of values inside values
	handling   []*Error // whose except clauses are running
}

// frame is one call under way.
type frame struct {
	name  string
	src   *source
	pos   python.Pos // of what is being evaluated
	scope *scope
	quiet bool // not named among the calls that led to an error
}

// source is a text that code comes from.
type source struct {
	name string
	// locate gives the place in the user's file; nil for library code.
	locate func(python.Pos) spec.Pos
	text   string // of a Python file of its own, for messages; "" for bodies
}

// Error is a mistake of a body: a Python exception with the place where it
// was raised, and the calls that led there.
type Error struct {
	Type string // "TypeError", "ValueError", …
	Msg  string
	Pos  spec.Pos
	Hint string
	// Calls are the places of the calls, innermost first.
	Calls   []spec.Note
	raised  bool // by a raise statement
	missing bool // tells of a function that is not there
	// unreturned marks a branch that returns no value where another one does.
	unreturned bool
}

func (e *Error) Error() string {
	switch {
	case e.Type == "":
		return e.Msg
	case e.Msg == "":
		return e.Type
	}
	return e.Type + ": " + e.Msg
}

// Spec gives the error in the form of the description's errors.
func (e *Error) Spec() *spec.Error {
	return &spec.Error{Pos: e.Pos, Msg: e.Error(), Hint: e.Hint, Notes: e.Calls}
}

// errorf raises an exception at the current place.
func (t *thread) errorf(typ, format string, args ...any) error {
	return t.raise(&Error{Type: typ, Msg: fmt.Sprintf(format, args...)})
}

// raise fills in the place of an error: that of the innermost code of the
// user's, as a mistake inside the library is one of how it was called.
func (t *thread) raise(e *Error) error {
	first := true
	for i := len(t.frames) - 1; i >= 0; i-- {
		f := t.frames[i]
		if f.src == nil || f.src.locate == nil {
			continue
		}
		pos := f.src.locate(f.pos)
		if first {
			e.Pos, first = pos, false
			continue
		}
		if f.quiet {
			continue
		}
		note := spec.Note{Pos: pos, Msg: "called from here"}
		if i == 0 {
			note.Msg = "traced for this"
		}
		if len(e.Calls) < 10 {
			e.Calls = append(e.Calls, note)
		}
	}
	return e
}

// wrap gives an error of a lower layer (a graph, an op) a place.
func (t *thread) wrap(typ string, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return t.errorf(typ, "%v", err)
}

// hint adds to an error what to write instead.
func hint(err error, format string, args ...any) error {
	var e *Error
	if errors.As(err, &e) && e.Hint == "" {
		e.Hint = fmt.Sprintf(format, args...)
	}
	return err
}

// at notes the place of what is evaluated now.
func (t *thread) at(n python.Node) {
	if p := n.Pos(); p.Line > 0 { // lowered code has no place
		t.frames[len(t.frames)-1].pos = p
	}
}

// stack gives the calls of the user's code, and of what asks for the trace, with
// the place in each. It stays as it is.
func (t *thread) stack() []graph.Frame {
	var out []graph.Frame
	for _, f := range t.frames {
		if f.src == nil || f.src.locate == nil {
			continue
		}
		pos := f.src.locate(f.pos)
		frame := graph.Frame{File: pos.File, Func: f.name, Line: pos.Line, Col: pos.Col}
		if len(out) == 0 {
			frame.Func = "<module>" // as of Python code outside of functions
		}
		out = append(out, frame)
	}
	return out
}

// top is the innermost call.
func (t *thread) top() *frame { return t.frames[len(t.frames)-1] }

// step counts one evaluation.
func (t *thread) step() error {
	if t.tr.steps--; t.tr.steps < 0 {
		if t.tr.exhausted == nil { // what is traced after that has no part in it
			t.tr.exhausted = t.errorf("RuntimeError", "the bodies of this model take more than %d steps to trace", maxSteps)
		}
		return t.tr.exhausted
	}
	return nil
}

// charge counts the making of a value of n words as steps, so that values
// cannot fill the memory.
func (t *thread) charge(n int) error {
	t.tr.steps -= 2 * n
	return t.step()
}

// chargeText is charge of n bytes.
func (t *thread) chargeText(n int) error { return t.charge(n / 16) }

// inLibrary reports whether the innermost code is the library's.
func (t *thread) inLibrary() bool { return t.top().src.locate == nil }

// scope holds the variables of a function call, a comprehension or a file.
type scope struct {
	vars   map[string]Value
	local  map[string]bool // names that are assigned somewhere in this scope
	parent *scope
	module *module // where free names are looked up last
	// redirect maps names declared nonlocal to the scope they live in.
	redirect map[string]*scope
	// block are the names of the scope of one iteration; others are those of the
	// function. Nil for other scopes.
	block map[string]bool
}

// owner is the scope that a variable assigned in s belongs to.
func (s *scope) owner(name string) *scope {
	for s.block != nil && !s.block[name] {
		s = s.parent
	}
	if r, ok := s.redirect[name]; ok {
		return r
	}
	return s
}

// lookup finds a variable.
func (s *scope) lookup(name string) (v Value, found, unbound bool) {
	for at := s; at != nil; at = at.parent {
		if r, ok := at.redirect[name]; ok {
			v, ok := r.vars[name]
			return v, ok, !ok
		}
		if v, ok := at.vars[name]; ok {
			return v, true, false
		}
		if at.local[name] {
			return nil, false, true
		}
	}
	return nil, false, false
}

// set assigns a variable.
func (s *scope) set(name string, v Value) { s.owner(name).vars[name] = v }

// unset deletes a variable.
func (s *scope) unset(name string) { delete(s.owner(name).vars, name) }
