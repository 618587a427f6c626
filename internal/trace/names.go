package trace

import (
	"strings"

	"github.com/tfsave/tfsave/internal/python"
)

// nameInfo is what a function does with names, found without running it.
type nameInfo struct {
	local    map[string]bool
	nonlocal []string
}

// namesOf finds the local names of a function: its arguments and what its
// statements assign, nested functions and comprehensions aside.
func namesOf(args *python.Arguments, body []python.Stmt) nameInfo {
	info := nameInfo{local: map[string]bool{}}
	if args != nil {
		for _, list := range [][]*python.Arg{args.PosOnlyArgs, args.Args, args.KwOnlyArgs} {
			for _, a := range list {
				info.local[a.Arg] = true
			}
		}
		if args.Vararg != nil {
			info.local[args.Vararg.Arg] = true
		}
		if args.Kwarg != nil {
			info.local[args.Kwarg.Arg] = true
		}
	}
	assigned(body, func(name string) { info.local[name] = true })
	var find func(stmts []python.Stmt)
	find = func(stmts []python.Stmt) {
		for _, s := range stmts {
			if n, ok := s.(*python.Nonlocal); ok {
				info.nonlocal = append(info.nonlocal, n.Names...)
			}
			for _, b := range blocksOf(s) {
				find(b)
			}
		}
	}
	find(body)
	for _, name := range info.nonlocal {
		delete(info.local, name)
	}
	return info
}

// blocksOf lists the blocks of a compound statement, functions aside.
func blocksOf(s python.Stmt) [][]python.Stmt {
	switch s := s.(type) {
	case *python.If:
		return [][]python.Stmt{s.Body, s.OrElse}
	case *python.While:
		return [][]python.Stmt{s.Body, s.OrElse}
	case *python.For:
		return [][]python.Stmt{s.Body, s.OrElse}
	case *python.With:
		return [][]python.Stmt{s.Body}
	case *python.Try:
		blocks := [][]python.Stmt{s.Body}
		for _, h := range s.Handlers {
			blocks = append(blocks, h.Body)
		}
		return append(blocks, s.OrElse, s.FinalBody)
	}
	return nil
}

// assigned calls f with each name that the statements bind, in order and with
// repetitions.
func assigned(stmts []python.Stmt, f func(string)) {
	for _, s := range stmts {
		switch s := s.(type) {
		case *python.Assign:
			for _, x := range s.Targets {
				targetNames(x, f)
			}
			walrus(s.Value, f)
		case *python.AugAssign:
			targetNames(s.Target, f)
			walrus(s.Value, f)
		case *python.AnnAssign:
			if s.Value != nil {
				targetNames(s.Target, f)
				walrus(s.Value, f)
			}
		case *python.For:
			targetNames(s.Target, f)
			walrus(s.Iter, f)
		case *python.While:
			walrus(s.Test, f)
		case *python.If:
			walrus(s.Test, f)
		case *python.With:
			for _, item := range s.Items {
				if item.OptionalVars != nil {
					targetNames(item.OptionalVars, f)
				}
			}
		case *python.Try:
			for _, h := range s.Handlers {
				if h.Name != "" {
					f(h.Name)
				}
			}
		case *python.FunctionDef:
			f(s.Name)
		case *python.Import:
			for _, a := range s.Names {
				f(importedName(a))
			}
		case *python.ImportFrom:
			for _, a := range s.Names {
				f(importedName(a))
			}
		case *python.ExprStmt:
			walrus(s.Value, f)
		case *python.Return:
			walrus(s.Value, f)
		case *python.Delete:
			for _, x := range s.Targets {
				targetNames(x, f)
			}
		}
		for _, b := range blocksOf(s) {
			assigned(b, f)
		}
	}
}

func importedName(a *python.Alias) string {
	if a.AsName != "" {
		return a.AsName
	}
	root, _, _ := strings.Cut(a.Name, ".")
	return root
}

// targetNames calls f with the names that an assignment target binds.
func targetNames(target python.Expr, f func(string)) {
	switch x := target.(type) {
	case *python.Name:
		f(x.ID)
	case *python.Tuple:
		for _, e := range x.Elts {
			targetNames(e, f)
		}
	case *python.List:
		for _, e := range x.Elts {
			targetNames(e, f)
		}
	case *python.Starred:
		targetNames(x.Value, f)
	}
}

// walrus calls f with the names that := binds inside an expression.
func walrus(e python.Expr, f func(string)) {
	walk(e, func(x python.Expr) bool {
		if n, ok := x.(*python.NamedExpr); ok {
			f(n.Target.ID)
		}
		_, lambda := x.(*python.Lambda)
		return !lambda
	})
}

// walk visits the parts of an expression, before their parts; visit returns
// whether to go on into an expression.
func walk(e python.Expr, visit func(python.Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	each := func(list ...python.Expr) {
		for _, x := range list {
			if x != nil {
				walk(x, visit)
			}
		}
	}
	gens := func(list []*python.Comprehension) {
		for _, g := range list {
			each(g.Target, g.Iter)
			each(g.Ifs...)
		}
	}
	switch e := e.(type) {
	case *python.BoolOp:
		each(e.Values...)
	case *python.NamedExpr:
		each(e.Target, e.Value)
	case *python.BinOp:
		each(e.Left, e.Right)
	case *python.UnaryOp:
		each(e.Operand)
	case *python.Lambda:
		each(e.Args.Defaults...)
		each(e.Body)
	case *python.IfExp:
		each(e.Test, e.Body, e.OrElse)
	case *python.Dict:
		each(e.Keys...)
		each(e.Values...)
	case *python.Set:
		each(e.Elts...)
	case *python.ListComp:
		each(e.Elt)
		gens(e.Generators)
	case *python.SetComp:
		each(e.Elt)
		gens(e.Generators)
	case *python.GeneratorExp:
		each(e.Elt)
		gens(e.Generators)
	case *python.DictComp:
		each(e.Key, e.Value)
		gens(e.Generators)
	case *python.Compare:
		each(e.Left)
		each(e.Comparators...)
	case *python.Call:
		each(e.Func)
		each(e.Args...)
		for _, k := range e.Keywords {
			each(k.Value)
		}
	case *python.FormattedValue:
		each(e.Value)
	case *python.JoinedStr:
		each(e.Values...)
	case *python.Attribute:
		each(e.Value)
	case *python.Subscript:
		each(e.Value, e.Slice)
	case *python.Starred:
		each(e.Value)
	case *python.List:
		each(e.Elts...)
	case *python.Tuple:
		each(e.Elts...)
	case *python.Slice:
		each(e.Lower, e.Upper, e.Step)
	}
}
