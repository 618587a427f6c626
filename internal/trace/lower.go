package trace

import (
	"github.com/tfsave/tfsave/internal/python"
)

// Lowering rewrites the code of a function so that no statement leaves another
// one: return, break and continue become variables that guard what follows, as
// AutoGraph does (autograph/converters/{break,continue,return}_statements.py,
// TF 2.21). Only then can a branch on a tensor become a function. Code without
// such jumps is left as it is; so is the library's, which AutoGraph does not
// convert either.

// Names of the variables that lowering makes; AutoGraph sorts state by names,
// so they are its own.
const (
	doReturn    = "do_return"
	returnValue = "retval_"
)

type lowerer struct {
	tr   *Tracer
	used map[string]bool
}

// lowered gives the body of a function, lowered and analysed once.
func (tr *Tracer) lowered(def *python.FunctionDef) []python.Stmt {
	if b, ok := tr.bodies[def]; ok {
		return b
	}
	b := tr.lower(def.Body)
	tr.bodies[def] = b
	return b
}

// lower lowers the statements of a function and finds the live variables of
// its branches and loops.
func (tr *Tracer) lower(body []python.Stmt) []python.Stmt {
	if hasJumps(body, false) {
		l := &lowerer{tr: tr, used: map[string]bool{}}
		assigned(body, func(n string) { l.used[n] = true })
		body = l.loops(body)
		body = l.returns(body)
	}
	a := &analyser{tr: tr, nonlocal: nameSet{}}
	for _, n := range namesOf(nil, body).nonlocal {
		a.nonlocal[n] = true
	}
	a.analyse(body, nameSet{})
	return body
}

// hasJumps reports whether a return, break or continue stands inside a branch
// or a loop.
func hasJumps(body []python.Stmt, inside bool) bool {
	for _, s := range body {
		switch s.(type) {
		case *python.Return, *python.Break, *python.Continue:
			if inside {
				return true
			}
		}
		for _, b := range blocksOf(s) {
			if hasJumps(b, true) {
				return true
			}
		}
	}
	return false
}

// name makes a variable's name that the function does not use.
func (l *lowerer) name(base string) string {
	n := base
	for i := 1; l.used[n]; i++ {
		n = base + "_" + itoa(i)
	}
	l.used[n] = true
	return n
}

func name(id string) *python.Name     { return &python.Name{ID: id} }
func constant(v any) *python.Constant { return &python.Constant{Value: v} }
func not(e python.Expr) python.Expr   { return &python.UnaryOp{Op: python.Not, Operand: e} }
func assign(id string, v any) *python.Assign {
	return &python.Assign{Targets: []python.Expr{name(id)}, Value: constant(v)}
}

// withBlocks makes an if statement at the place of another.
func withBlocks(s *python.If, body, orElse []python.Stmt) *python.If {
	c := *s
	c.Body, c.OrElse = body, orElse
	return &c
}

// withTryBlocks makes a try statement of another, with f of its blocks.
func withTryBlocks(s *python.Try, f func([]python.Stmt) []python.Stmt) *python.Try {
	c := *s
	c.Body, c.OrElse, c.FinalBody = f(s.Body), f(s.OrElse), f(s.FinalBody)
	c.Handlers = nil
	for _, h := range s.Handlers {
		handler := *h
		handler.Body = f(h.Body)
		c.Handlers = append(c.Handlers, &handler)
	}
	return &c
}

// loops lowers break and continue of all loops in a block, inner ones first.
func (l *lowerer) loops(body []python.Stmt) []python.Stmt {
	var out []python.Stmt
	for _, s := range body {
		switch s := s.(type) {
		case *python.If:
			out = append(out, withBlocks(s, l.loops(s.Body), l.loops(s.OrElse)))
		case *python.With:
			c := *s
			c.Body = l.loops(s.Body)
			out = append(out, &c)
		case *python.Try:
			out = append(out, withTryBlocks(s, l.loops))
		case *python.While:
			c := *s
			c.Body, c.OrElse = l.loops(s.Body), l.loops(s.OrElse)
			var broken string
			c.Body, broken = l.loopBody(c.Body)
			if broken != "" {
				out = append(out, assign(broken, false))
				c.Test = &python.BoolOp{Op: python.And, Values: []python.Expr{not(name(broken)), s.Test}}
				c.OrElse = unless(broken, c.OrElse)
			}
			out = append(out, &c)
		case *python.For:
			c := *s
			c.Body, c.OrElse = l.loops(s.Body), l.loops(s.OrElse)
			var broken string
			c.Body, broken = l.loopBody(c.Body)
			if broken != "" {
				out = append(out, assign(broken, false))
				l.addTest(&c, not(name(broken)))
				c.OrElse = unless(broken, c.OrElse)
			}
			out = append(out, &c)
		default:
			out = append(out, s)
		}
	}
	return out
}

// unless makes a block that runs only where a variable is not set.
func unless(id string, body []python.Stmt) []python.Stmt {
	if len(body) == 0 {
		return nil
	}
	return []python.Stmt{&python.If{Test: not(name(id)), Body: body}}
}

// addTest adds a condition to those under which a for loop goes on.
func (l *lowerer) addTest(f *python.For, test python.Expr) {
	if old := l.tr.extraTest[f]; old != nil {
		test = &python.BoolOp{Op: python.And, Values: []python.Expr{test, old}}
	}
	l.tr.extraTest[f] = test
}

// loopBody lowers the jumps that belong to one loop; broken is the variable
// that a break sets, "" if there is none.
func (l *lowerer) loopBody(body []python.Stmt) (out []python.Stmt, broken string) {
	breaks, continues := ownJumps(body)
	if !breaks && !continues {
		return body, ""
	}
	if breaks {
		broken = l.name("break_")
	}
	skip := l.name("continue_")
	out = append([]python.Stmt{assign(skip, false)}, l.guard(body, broken, skip)...)
	return out, broken
}

// ownJumps reports whether a block holds a break or continue of its own loop.
func ownJumps(body []python.Stmt) (breaks, continues bool) {
	for _, s := range body {
		switch s := s.(type) {
		case *python.Break:
			breaks = true
		case *python.Continue:
			continues = true
		case *python.While:
			b, c := ownJumps(s.OrElse)
			breaks, continues = breaks || b, continues || c
		case *python.For:
			b, c := ownJumps(s.OrElse)
			breaks, continues = breaks || b, continues || c
		default:
			for _, block := range blocksOf(s) {
				b, c := ownJumps(block)
				breaks, continues = breaks || b, continues || c
			}
		}
	}
	return
}

// guard replaces the jumps of a block by assignments; what follows one runs
// only if it was not taken.
func (l *lowerer) guard(body []python.Stmt, broken, skip string) []python.Stmt {
	var out []python.Stmt
	for i, s := range body {
		switch s.(type) {
		case *python.Break:
			return append(out, assign(broken, true), assign(skip, true))
		case *python.Continue:
			return append(out, assign(skip, true))
		}
		b, c := ownJumps([]python.Stmt{s})
		if !b && !c {
			out = append(out, s)
			continue
		}
		switch s := s.(type) {
		case *python.If:
			out = append(out, withBlocks(s, l.guard(s.Body, broken, skip), l.guard(s.OrElse, broken, skip)))
		case *python.With:
			w := *s
			w.Body = l.guard(s.Body, broken, skip)
			out = append(out, &w)
		case *python.Try:
			w := withTryBlocks(s, func(b []python.Stmt) []python.Stmt { return l.guard(b, broken, skip) })
			w.OrElse = unless(skip, w.OrElse)
			out = append(out, w)
		case *python.While:
			w := *s
			w.OrElse = l.guard(s.OrElse, broken, skip)
			out = append(out, &w)
		case *python.For:
			f := *s
			f.OrElse = l.guard(s.OrElse, broken, skip)
			l.tr.extraTest[&f] = l.tr.extraTest[s]
			out = append(out, &f)
		}
		if rest := body[i+1:]; len(rest) > 0 {
			out = append(out, &python.If{Test: not(name(skip)), Body: l.guard(rest, broken, skip)})
		}
		return out
	}
	return out
}

// returns lowers the returns of a function's body.
func (l *lowerer) returns(body []python.Stmt) []python.Stmt {
	body, _ = moveIntoElse(body)
	if !hasNestedReturn(body) {
		return body
	}
	out, used := l.guardReturns(body)
	if !used {
		return body
	}
	out = append([]python.Stmt{assign(doReturn, false)}, out...)
	// The flag counts as used: AutoGraph passes it on beside the value.
	return append(out, &python.ExprStmt{Value: name(doReturn)}, &python.Return{Value: name(returnValue)})
}

// hasNestedReturn reports whether a return stands inside another statement.
func hasNestedReturn(body []python.Stmt) bool {
	for _, s := range body {
		for _, b := range blocksOf(s) {
			if containsReturn(b) {
				return true
			}
		}
	}
	return false
}

func containsReturn(body []python.Stmt) bool {
	for _, s := range body {
		if _, ok := s.(*python.Return); ok {
			return true
		}
		for _, b := range blocksOf(s) {
			if containsReturn(b) {
				return true
			}
		}
	}
	return false
}

// moveIntoElse moves what follows an if statement with one branch that always
// returns into its other branch; returns reports whether the block always
// does.
func moveIntoElse(body []python.Stmt) (out []python.Stmt, returns bool) {
	for i, s := range body {
		switch s := s.(type) {
		case *python.Return:
			return append(out, s), true
		case *python.If:
			then, a := moveIntoElse(s.Body)
			orElse, b := moveIntoElse(s.OrElse)
			rest := body[i+1:]
			switch {
			case a && b:
				return append(out, withBlocks(s, then, orElse)), true
			case a && len(rest) > 0:
				orElse, b = moveIntoElse(append(append([]python.Stmt(nil), s.OrElse...), rest...))
				return append(out, withBlocks(s, then, orElse)), b
			case b && len(rest) > 0:
				then, a = moveIntoElse(append(append([]python.Stmt(nil), s.Body...), rest...))
				return append(out, withBlocks(s, then, orElse)), a
			}
			out = append(out, withBlocks(s, then, orElse))
		case *python.With:
			w := *s
			var r bool
			w.Body, r = moveIntoElse(s.Body)
			out = append(out, &w)
			if r {
				return out, true
			}
		default:
			out = append(out, s)
		}
	}
	return out, false
}

// guardReturns replaces returns by assignments and guards what follows.
func (l *lowerer) guardReturns(body []python.Stmt) (out []python.Stmt, used bool) {
	for i, s := range body {
		if r, ok := s.(*python.Return); ok {
			value := r.Value
			if value == nil {
				value = constant(nil)
			}
			return append(out, assign(doReturn, true), &python.Assign{Targets: []python.Expr{name(returnValue)}, Value: value}), true
		}
		if !hasNestedReturn([]python.Stmt{s}) {
			out = append(out, s)
			continue
		}
		switch s := s.(type) {
		case *python.If:
			then, _ := l.guardReturns(s.Body)
			orElse, _ := l.guardReturns(s.OrElse)
			out = append(out, withBlocks(s, then, orElse))
		case *python.With:
			w := *s
			w.Body, _ = l.guardReturns(s.Body)
			out = append(out, &w)
		case *python.Try:
			w := withTryBlocks(s, func(b []python.Stmt) []python.Stmt { b, _ = l.guardReturns(b); return b })
			w.OrElse = unless(doReturn, w.OrElse)
			out = append(out, w)
		case *python.While:
			w := *s
			var inBody bool
			w.Body, inBody = l.guardReturns(s.Body)
			w.OrElse, _ = l.guardReturns(s.OrElse)
			if inBody {
				w.Test = &python.BoolOp{Op: python.And, Values: []python.Expr{not(name(doReturn)), s.Test}}
				w.OrElse = unless(doReturn, w.OrElse)
			}
			out = append(out, &w)
		case *python.For:
			f := *s
			l.tr.extraTest[&f] = l.tr.extraTest[s]
			var inBody bool
			f.Body, inBody = l.guardReturns(s.Body)
			f.OrElse, _ = l.guardReturns(s.OrElse)
			if inBody {
				l.addTest(&f, not(name(doReturn)))
				f.OrElse = unless(doReturn, f.OrElse)
			}
			out = append(out, &f)
		}
		if rest := body[i+1:]; len(rest) > 0 {
			guarded, _ := l.guardReturns(rest)
			out = append(out, &python.If{Test: not(name(doReturn)), Body: guarded})
		}
		return out, true
	}
	return out, false
}
