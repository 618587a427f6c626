package trace

import (
	"maps"

	"github.com/tfsave/tfsave/internal/python"
)

// nameSet is a set of variable names.
type nameSet map[string]bool

func (s nameSet) clone() nameSet { return maps.Clone(s) }

func (s nameSet) addAll(o nameSet) (grew bool) {
	for n := range o {
		if !s[n] {
			s[n], grew = true, true
		}
	}
	return grew
}

// analyser finds the live variables of one function.
type analyser struct {
	tr       *Tracer
	nonlocal nameSet
}

// analyse finds, going backwards, which variables are live before and after
// each branch and loop (autograph/pyct/static_analysis/liveness.py, TF 2.21):
// live are those whose value may still be read. It returns the variables that
// are live before the block.
func (a *analyser) analyse(body []python.Stmt, out nameSet) nameSet {
	live := out.clone()
	for i := len(body) - 1; i >= 0; i-- {
		live = a.analyseStmt(body[i], live)
	}
	return live
}

func (a *analyser) analyseStmt(s python.Stmt, out nameSet) nameSet {
	live := out
	use := func(e python.Expr) { free(e, nil, live) }
	kill := func(target python.Expr) { targetNames(target, func(n string) { delete(live, n) }) }
	if len(a.nonlocal) > 0 && len(blocksOf(s)) > 0 {
		a.tr.nonlocal[s] = a.nonlocal
	}
	switch s := s.(type) {
	case *python.Assign:
		for _, x := range s.Targets {
			kill(x)
		}
		for _, x := range s.Targets {
			useTarget(x, live)
		}
		use(s.Value)
	case *python.AugAssign:
		use(s.Target)
		use(s.Value)
	case *python.AnnAssign:
		if s.Value != nil {
			kill(s.Target)
			useTarget(s.Target, live)
			use(s.Value)
		}
	case *python.Return:
		live = nameSet{}
		if s.Value != nil {
			use(s.Value)
		}
	case *python.ExprStmt:
		use(s.Value)
	case *python.Assert:
		use(s.Test)
		if s.Msg != nil {
			use(s.Msg)
		}
	case *python.Raise:
		if s.Exc != nil {
			use(s.Exc)
		}
	case *python.Delete:
		for _, x := range s.Targets {
			kill(x)
			useTarget(x, live)
		}
	case *python.FunctionDef:
		delete(live, s.Name)
		functionUses(s, live)
	case *python.If:
		a.tr.liveOut[s] = out.clone()
		live = a.analyse(s.Body, out)
		live.addAll(a.analyse(s.OrElse, out))
		use(s.Test)
		a.tr.liveIn[s] = live.clone()
	case *python.Try:
		after := a.analyse(s.FinalBody, out)
		live = a.analyse(s.Body, a.analyse(s.OrElse, after))
		for _, h := range s.Handlers {
			in := a.analyse(h.Body, after)
			delete(in, h.Name)
			live.addAll(in)
			if h.Type != nil {
				use(h.Type)
			}
		}
	case *python.With:
		live = a.analyse(s.Body, out)
		for i := len(s.Items) - 1; i >= 0; i-- {
			if v := s.Items[i].OptionalVars; v != nil {
				kill(v)
			}
			use(s.Items[i].ContextExpr)
		}
	case *python.While:
		after := a.analyse(s.OrElse, out)
		a.tr.liveOut[s] = after.clone()
		live = after.clone()
		use(s.Test)
		for {
			in := a.analyse(s.Body, live)
			if !live.addAll(in) {
				break
			}
		}
		a.tr.liveIn[s] = live.clone()
	case *python.For:
		after := a.analyse(s.OrElse, out)
		a.tr.liveOut[s] = after.clone()
		live = after.clone()
		// The head of the loop reads the iterable and assigns the target, even
		// where the loop ends.
		targetNames(s.Target, func(n string) { delete(live, n) })
		use(s.Iter)
		if extra := a.tr.extraTest[s]; extra != nil {
			use(extra)
		}
		for {
			in := a.analyse(s.Body, live)
			targetNames(s.Target, func(n string) { delete(in, n) })
			if !live.addAll(in) {
				break
			}
		}
		a.tr.liveIn[s] = live.clone()
	}
	return live
}

// useTarget adds what an assignment target reads: the parts of x[i] and x.a.
func useTarget(target python.Expr, live nameSet) {
	switch x := target.(type) {
	case *python.Tuple:
		for _, e := range x.Elts {
			useTarget(e, live)
		}
	case *python.List:
		for _, e := range x.Elts {
			useTarget(e, live)
		}
	case *python.Starred:
		useTarget(x.Value, live)
	case *python.Subscript, *python.Attribute:
		free(x, nil, live)
	}
}

// functionUses adds the variables that a nested function reads from outside.
func functionUses(def *python.FunctionDef, live nameSet) {
	for _, e := range def.Args.Defaults {
		free(e, nil, live)
	}
	for _, e := range def.Args.KwDefaults {
		if e != nil {
			free(e, nil, live)
		}
	}
	for _, e := range def.Decorators {
		free(e, nil, live)
	}
	bound := namesOf(def.Args, def.Body).local
	var visit func(body []python.Stmt)
	visit = func(body []python.Stmt) {
		for _, s := range body {
			python.Inspect(s, func(n python.Node) bool {
				if x, ok := n.(*python.Name); ok && !bound[x.ID] {
					live[x.ID] = true
				}
				return true
			})
		}
	}
	visit(def.Body)
}

// free adds the variables that an expression reads, those that it binds
// itself (in comprehensions and lambdas) aside.
func free(e python.Expr, bound nameSet, live nameSet) {
	walk(e, func(x python.Expr) bool {
		switch x := x.(type) {
		case *python.Name:
			if !bound[x.ID] {
				live[x.ID] = true
			}
		case *python.Lambda:
			inner := nameSet{}
			inner.addAll(bound)
			inner.addAll(namesOf(x.Args, nil).local)
			for _, d := range x.Args.Defaults {
				free(d, bound, live)
			}
			free(x.Body, inner, live)
			return false
		case *python.ListComp:
			comprehensionUses(x.Generators, []python.Expr{x.Elt}, bound, live)
			return false
		case *python.SetComp:
			comprehensionUses(x.Generators, []python.Expr{x.Elt}, bound, live)
			return false
		case *python.GeneratorExp:
			comprehensionUses(x.Generators, []python.Expr{x.Elt}, bound, live)
			return false
		case *python.DictComp:
			comprehensionUses(x.Generators, []python.Expr{x.Key, x.Value}, bound, live)
			return false
		}
		return true
	})
}

func comprehensionUses(gens []*python.Comprehension, elements []python.Expr, bound, live nameSet) {
	inner := nameSet{}
	inner.addAll(bound)
	for _, g := range gens {
		free(g.Iter, inner, live)
		targetNames(g.Target, func(n string) { inner[n] = true })
		for _, c := range g.Ifs {
			free(c, inner, live)
		}
	}
	for _, e := range elements {
		free(e, inner, live)
	}
}
