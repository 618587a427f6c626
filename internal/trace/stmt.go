package trace

import (
	"cmp"
	"errors"
	"strings"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/python"
)

// flow says how a statement ended.
type flow uint8

const (
	flowNext flow = iota
	flowReturn
	flowBreak
	flowContinue
)

// result carries the value of a return statement.
type result struct {
	flow  flow
	value Value
}

var next = result{}

// errUndefined marks a name that nobody defines.
var errUndefined = errors.New("undefined")

func (t *thread) execBlock(stmts []python.Stmt) (result, error) {
	for _, s := range stmts {
		r, err := t.exec(s)
		if err != nil || r.flow != flowNext {
			return r, t.wrap("ValueError", err)
		}
	}
	return next, nil
}

func (t *thread) exec(s python.Stmt) (result, error) {
	if err := t.step(); err != nil {
		return next, err
	}
	t.at(s)
	switch s := s.(type) {
	case *python.ExprStmt:
		_, err := t.eval(s.Value)
		return next, err
	case *python.Assign:
		v, err := t.eval(s.Value)
		if err != nil {
			return next, err
		}
		for _, target := range s.Targets {
			if err := t.assign(target, v); err != nil {
				return next, err
			}
		}
		return next, nil
	case *python.AugAssign:
		return next, t.augAssign(s)
	case *python.AnnAssign:
		if s.Value == nil {
			return next, nil
		}
		v, err := t.eval(s.Value)
		if err != nil {
			return next, err
		}
		return next, t.assign(s.Target, v)
	case *python.Return:
		if s.Value == nil {
			return result{flow: flowReturn}, nil
		}
		v, err := t.eval(s.Value)
		return result{flow: flowReturn, value: v}, err
	case *python.If:
		return t.execIf(s)
	case *python.While:
		return t.execWhile(s)
	case *python.For:
		return t.execFor(s)
	case *python.With:
		return t.execWith(s, s.Items)
	case *python.FunctionDef:
		v, err := t.defineFunction(s, true)
		if err != nil {
			return next, err
		}
		t.top().scope.set(s.Name, v)
		return next, nil
	case *python.Pass:
		return next, nil
	case *python.Break:
		return result{flow: flowBreak}, nil
	case *python.Continue:
		return result{flow: flowContinue}, nil
	case *python.Assert:
		return next, t.execAssert(s)
	case *python.Raise:
		return next, t.execRaise(s)
	case *python.Delete:
		for _, target := range s.Targets {
			if err := t.del(target); err != nil {
				return next, err
			}
		}
		return next, nil
	case *python.Nonlocal:
		return next, nil // resolved when the function was called
	case *python.Import:
		return next, t.execImport(s)
	case *python.ImportFrom:
		return next, t.execImportFrom(s)
	case *python.Global:
		return next, hint(t.errorf("SyntaxError", "global variables are not supported in a body"), "keep state in a variable of the model")
	case *python.Try:
		return t.execTry(s)
	case *python.TryStar:
		return next, hint(t.errorf("SyntaxError", "except* is not supported in a body"), "write except")
	case *python.AsyncFunctionDef, *python.AsyncFor, *python.AsyncWith:
		return next, hint(t.errorf("SyntaxError", "coroutines are not supported in a body"), "write it without async")
	case *python.ClassDef:
		return next, hint(t.errorf("SyntaxError", "classes are not supported in a body"), "use functions, tuples or dicts")
	}
	return next, t.errorf("SyntaxError", "this statement is not supported in a body")
}

func (t *thread) execIf(s *python.If) (result, error) {
	cond, err := t.eval(s.Test)
	if err != nil {
		return next, err
	}
	t.at(s.Test)
	if symbolic(cond) && !t.inLibrary() {
		return t.tensorIf(s, cond)
	}
	yes, err := t.truth(cond)
	if err != nil {
		return next, err
	}
	if yes {
		return t.execBlock(s.Body)
	}
	return t.execBlock(s.OrElse)
}

func (t *thread) execWhile(s *python.While) (result, error) {
	for first := true; ; first = false {
		cond, err := t.whileTest(s.Test, first)
		if err != nil {
			return next, err
		}
		if symbolic(cond) && !t.inLibrary() {
			if !first {
				t.at(writtenTest(s.Test))
				return next, hint(t.errorf("NotImplementedError", "the condition of this while loop was a Python value at first, and has become a tensor"),
					"make it a tensor from the start (while tf.constant(True):), or do not let break or return depend on a tensor")
			}
			return t.tensorWhile(s)
		}
		yes, err := t.truth(cond)
		if err != nil {
			return next, err
		}
		if !yes {
			return t.execBlock(s.OrElse)
		}
		leave := t.iteration(s, s.Body)()
		r, err := t.execBlock(s.Body)
		leave()
		if err != nil || r.flow == flowReturn {
			return r, err
		}
		if r.flow == flowBreak {
			return next, nil
		}
		if err := t.step(); err != nil {
			return next, err
		}
	}
}

// whileTest evaluates the condition of a loop; the first time in a scratch
// graph, as it only decides what kind of loop it is.
func (t *thread) whileTest(test python.Expr, first bool) (Value, error) {
	if first && !t.inLibrary() {
		saved := t.graph
		t.graph = graph.NewFunc("tmp", saved)
		defer func() { t.graph = saved }()
	}
	v, err := t.eval(test)
	t.at(writtenTest(test))
	return v, err
}

// writtenTest is the condition of a loop without what lowering put before it.
func writtenTest(test python.Expr) python.Expr {
	for {
		b, ok := test.(*python.BoolOp)
		if !ok || b.Pos().Line > 0 {
			return test
		}
		test = b.Values[len(b.Values)-1]
	}
}

func (t *thread) execFor(s *python.For) (result, error) {
	iter, err := t.eval(s.Iter)
	if err != nil {
		return next, err
	}
	t.at(s.Iter)
	if !t.inLibrary() {
		if c, ok := iter.(*Composite); ok && c.typ == "RaggedTensor" {
			return t.raggedFor(s, c)
		}
		if symbolic(iter) {
			return t.tensorFor(s, iter)
		}
	}
	var r result
	stopped := false
	enter := t.iteration(s, s.Body)
	err = t.iterate(iter, func(v Value) (bool, error) {
		if err := t.step(); err != nil {
			return false, err
		}
		defer enter()()
		if err := t.assign(s.Target, v); err != nil {
			return false, err
		}
		var err error
		r, err = t.execBlock(s.Body)
		if err != nil || r.flow == flowReturn {
			stopped = true
			return false, err
		}
		if r.flow == flowBreak {
			stopped, r = true, next
			return false, nil
		}
		return t.goesOn(s)
	})
	if err != nil || stopped {
		return r, err
	}
	return t.execBlock(s.OrElse)
}

// iteration gives what enters the scope of an iteration, and leaves it: AutoGraph
// makes a function of the body of a loop, so that a lambda in it sees the
// variables of its own iteration, where they are not used outside.
func (t *thread) iteration(s python.Stmt, body []python.Stmt) func() (leave func()) {
	var block map[string]bool
	if !t.inLibrary() && t.graph.Name != topLevel {
		block = t.tr.ownVariables(s, body)
	}
	if len(block) == 0 {
		return func() func() { return func() {} }
	}
	return func() func() {
		f := t.top()
		outer := f.scope
		f.scope = &scope{vars: map[string]Value{}, parent: outer, block: block}
		return func() { f.scope = outer }
	}
}

// ownVariables are the variables of a loop that each iteration has for itself,
// where that makes a difference: none without a lambda. What a def reads counts
// as used after it, what a lambda reads does not (autograph/pyct/static_analysis/
// liveness.py, TF 2.21).
func (tr *Tracer) ownVariables(s python.Stmt, body []python.Stmt) map[string]bool {
	if own, known := tr.own[s]; known {
		return own
	}
	found, read := false, nameSet{}
	for _, b := range body {
		python.Inspect(b, func(n python.Node) bool {
			switch n := n.(type) {
			case *python.Lambda, *python.GeneratorExp:
				found = true
			case *python.FunctionDef:
				functionUses(n, read)
			}
			return true
		})
	}
	own := map[string]bool{}
	if found {
		for _, name := range tr.liveness(s).inner {
			if !read[name] {
				own[name] = true
			}
		}
	}
	tr.own[s] = own
	return own
}

// goesOn evaluates what lowering made of the break and return statements of a
// loop over Python values.
func (t *thread) goesOn(s *python.For) (bool, error) {
	extra := t.tr.extraTest[s]
	if extra == nil {
		return true, nil
	}
	v, err := t.eval(extra)
	if err != nil {
		return false, err
	}
	if symbolic(v) {
		t.at(s)
		return false, hint(t.errorf("NotImplementedError", "break and return statements that depend on a tensor are not supported in a for loop over Python values"),
			"loop over a tensor: for i in tf.range(n)")
	}
	return t.truth(v)
}

// execWith enters the items one by one: each is a context manager of the tf
// library (*Context).
func (t *thread) execWith(s *python.With, items []*python.WithItem) (result, error) {
	if len(items) == 0 {
		return t.execBlock(s.Body)
	}
	v, err := t.eval(items[0].ContextExpr)
	if err != nil {
		return next, err
	}
	t.at(items[0].ContextExpr)
	c, ok := v.(*Context)
	if tape, is := v.(*Tape); is {
		c, ok = tape.context(), true
	}
	if !ok {
		return next, hint(t.errorf("TypeError", "%s is not a context manager", typeName(v)),
			"with takes tf.name_scope, tf.device, tf.control_dependencies and the like")
	}
	as, leave, err := c.enter(t)
	if err != nil {
		return next, err
	}
	defer leave()
	if items[0].OptionalVars != nil {
		if err := t.assign(items[0].OptionalVars, as); err != nil {
			return next, err
		}
	}
	return t.execWith(s, items[1:])
}

// Context is a context manager of the tf library.
type Context struct {
	name  string
	enter func(t *thread) (as Value, leave func(), err error)
}

func (t *thread) execAssert(s *python.Assert) error {
	cond, err := t.eval(s.Test)
	if err != nil {
		return err
	}
	t.at(s)
	if symbolic(cond) {
		return hint(t.errorf("OperatorNotAllowedInGraphError", "assert of a tensor: using a tensor as a Python bool is not allowed"),
			"use tf.debugging.Assert or tf.debugging.assert_equal and the like, which check when the graph runs")
	}
	var msg Value = ""
	yes, err := t.truth(cond)
	if err != nil || yes {
		return err
	}
	if s.Msg != nil {
		if msg, err = t.eval(s.Msg); err != nil {
			return err
		}
		t.at(s)
	}
	if s.Msg == nil {
		msg = "the assertion does not hold"
	}
	return t.errorf("AssertionError", "%s", t.str(msg))
}

// execImport lets bodies start with the imports that guides start with.
func (t *thread) execImport(s *python.Import) error {
	for _, a := range s.Names {
		path := a.Name
		if root, _, dotted := strings.Cut(path, "."); dotted && typing[path] {
			path = root
		}
		v, ok := importable[path]
		if !ok && !typing[path] {
			return t.cannotImport(path)
		}
		t.top().scope.set(importedName(a), v)
	}
	return nil
}

// typing are the modules whose names stand in annotations, which are not
// evaluated.
var typing = map[string]bool{"typing": true, "typing_extensions": true, "collections.abc": true, "__future__": true}

func (t *thread) execImportFrom(s *python.ImportFrom) error {
	if t.inLibrary() {
		return nil
	}
	if typing[s.Module] {
		for _, a := range s.Names {
			t.top().scope.set(cmp.Or(a.AsName, a.Name), &Type{Name: a.Name, is: func(Value) bool { return false }})
		}
		return nil
	}
	ns, ok := importable[s.Module]
	if !ok || s.Level > 0 {
		return t.cannotImport(s.Module)
	}
	for _, a := range s.Names {
		v, err := t.getAttr(ns, a.Name)
		if err != nil {
			return err
		}
		name := a.AsName
		if name == "" {
			name = a.Name
		}
		t.top().scope.set(name, v)
	}
	return nil
}

// assign binds a target: a name, an item, an attribute, or a sequence of
// targets that takes a value apart.
func (t *thread) assign(target python.Expr, v Value) error {
	switch x := target.(type) {
	case *python.Name:
		t.top().scope.set(x.ID, v)
		return nil
	case *python.Tuple:
		return t.unpack(x, x.Elts, v)
	case *python.List:
		return t.unpack(x, x.Elts, v)
	case *python.Starred:
		return t.assign(x.Value, v)
	case *python.Subscript:
		obj, key, err := t.evalSubscript(x)
		if err != nil {
			return err
		}
		return t.setItem(obj, key, v)
	case *python.Attribute:
		obj, err := t.eval(x.Value)
		if err != nil {
			return err
		}
		t.at(x)
		return t.setAttr(obj, x.Attr, v)
	}
	t.at(target)
	return t.errorf("SyntaxError", "cannot assign to this expression")
}

func (t *thread) unpack(at python.Node, targets []python.Expr, v Value) error {
	t.at(at)
	items, err := t.items(v)
	if err != nil {
		return err
	}
	star := -1
	for i, x := range targets {
		if _, ok := x.(*python.Starred); ok {
			star = i
		}
	}
	t.at(at)
	switch {
	case star < 0 && len(items) > len(targets):
		return t.errorf("ValueError", "too many values to unpack (expected %d, got %d)", len(targets), len(items))
	case star < 0 && len(items) < len(targets):
		return t.errorf("ValueError", "not enough values to unpack (expected %d, got %d)", len(targets), len(items))
	case star >= 0 && len(items) < len(targets)-1:
		return t.errorf("ValueError", "not enough values to unpack (expected at least %d, got %d)", len(targets)-1, len(items))
	}
	for i, x := range targets {
		switch {
		case star < 0 || i < star:
			err = t.assign(x, items[i])
		case i == star:
			n := len(items) - len(targets) + 1
			err = t.assign(x, &List{Items: append([]Value(nil), items[i:i+n]...)})
		default:
			err = t.assign(x, items[len(items)-len(targets)+i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *thread) augAssign(s *python.AugAssign) error {
	var get func() (Value, error)
	var set func(Value) error
	switch x := s.Target.(type) {
	case *python.Name:
		get = func() (Value, error) { return t.eval(x) }
		set = func(v Value) error { t.top().scope.set(x.ID, v); return nil }
	case *python.Subscript:
		obj, key, err := t.evalSubscript(x)
		if err != nil {
			return err
		}
		get = func() (Value, error) { return t.getItem(obj, key) }
		set = func(v Value) error { return t.setItem(obj, key, v) }
	case *python.Attribute:
		obj, err := t.eval(x.Value)
		if err != nil {
			return err
		}
		get = func() (Value, error) { return t.getAttr(obj, x.Attr) }
		set = func(v Value) error { return t.setAttr(obj, x.Attr, v) }
	default:
		return t.errorf("SyntaxError", "illegal target for an augmented assignment")
	}
	a, err := get()
	if err != nil {
		return err
	}
	b, err := t.eval(s.Value)
	if err != nil {
		return err
	}
	t.at(s)
	if _, ok := asVariable(a); ok && s.Op != python.Mod && s.Op != python.FloorDiv && s.Op != python.MatMult {
		return hint(t.errorf("RuntimeError", "%s= with a variable on its left is not supported", s.Op),
			"use assign, assign_add or assign_sub to modify it, or out = variable %s value to get a new tensor", s.Op)
	}
	if l, ok := a.(*List); ok && s.Op == python.Add {
		if err := t.extend(l, b); err != nil {
			return err
		}
		return set(l)
	}
	v, err := t.binary(s.Op, a, b)
	if err != nil {
		return err
	}
	if x, ok := a.(*Array); ok {
		if err := t.arrayInPlace(x, s.Op, v); err != nil {
			return err
		}
		return set(x)
	}
	return set(inPlace(a, v))
}

// inPlace gives a mutable value the content that an augmented assignment
// computed for it.
func inPlace(a, v Value) Value {
	switch x := a.(type) {
	case *List:
		if y, ok := v.(*List); ok {
			x.Items = y.Items
			return x
		}
	case *Dict:
		if y, ok := v.(*Dict); ok {
			*x = *y
			return x
		}
	case *Set:
		if y, ok := v.(*Set); ok {
			x.d = y.d
			return x
		}
	}
	return v
}

func (t *thread) del(target python.Expr) error {
	t.at(target)
	switch x := target.(type) {
	case *python.Name:
		s := t.top().scope.owner(x.ID)
		if _, ok := s.vars[x.ID]; !ok {
			if s.local[x.ID] || s.block != nil {
				return t.errorf("UnboundLocalError", "local variable %q is used before it is assigned", x.ID)
			}
			return t.errorf("NameError", "name %q is not defined", x.ID)
		}
		delete(s.vars, x.ID)
		return nil
	case *python.Tuple:
		for _, e := range x.Elts {
			if err := t.del(e); err != nil {
				return err
			}
		}
		return nil
	case *python.Subscript:
		obj, key, err := t.evalSubscript(x)
		if err != nil {
			return err
		}
		return t.delItem(obj, key)
	}
	return t.errorf("TypeError", "this cannot be deleted")
}

// evalSubscript evaluates both parts of obj[key].
func (t *thread) evalSubscript(x *python.Subscript) (obj, key Value, err error) {
	if obj, err = t.eval(x.Value); err != nil {
		return nil, nil, err
	}
	if key, err = t.evalIndex(x.Slice); err != nil {
		return nil, nil, err
	}
	t.at(x)
	return obj, key, nil
}

// symbolic reports whether the truth or the elements of v are known only when
// the graph runs.
func symbolic(v Value) bool { return tensorLike(v) }
