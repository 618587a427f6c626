package python

// Inspect calls f for n and, if f returns true, for all nodes below it in the
// order of their fields, and then f(nil).
func Inspect(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	w := inspector(f)
	switch n := n.(type) {
	case *FunctionDef:
		w.function(n)
	case *AsyncFunctionDef:
		w.function(&n.FunctionDef)
	case *ClassDef:
		w.exprs(n.Decorators)
		w.exprs(n.Bases)
		w.keywords(n.Keywords)
		w.stmts(n.Body)
	case *Return:
		w.expr(n.Value)
	case *Delete:
		w.exprs(n.Targets)
	case *Assign:
		w.exprs(n.Targets)
		w.expr(n.Value)
	case *AugAssign:
		w.expr(n.Target)
		w.expr(n.Value)
	case *AnnAssign:
		w.expr(n.Target)
		w.expr(n.Annotation)
		w.expr(n.Value)
	case *For:
		w.loop(n)
	case *AsyncFor:
		w.loop(&n.For)
	case *While:
		w.expr(n.Test)
		w.stmts(n.Body)
		w.stmts(n.OrElse)
	case *If:
		w.expr(n.Test)
		w.stmts(n.Body)
		w.stmts(n.OrElse)
	case *With:
		w.with(n)
	case *AsyncWith:
		w.with(&n.With)
	case *Raise:
		w.expr(n.Exc)
		w.expr(n.Cause)
	case *Try:
		w.try(n)
	case *TryStar:
		w.try(&n.Try)
	case *Assert:
		w.expr(n.Test)
		w.expr(n.Msg)
	case *Import:
		w.aliases(n.Names)
	case *ImportFrom:
		w.aliases(n.Names)
	case *ExprStmt:
		w.expr(n.Value)
	case *ExceptHandler:
		w.expr(n.Type)
		w.stmts(n.Body)

	case *BoolOp:
		w.exprs(n.Values)
	case *NamedExpr:
		w.expr(n.Target)
		w.expr(n.Value)
	case *BinOp:
		w.expr(n.Left)
		w.expr(n.Right)
	case *UnaryOp:
		w.expr(n.Operand)
	case *Lambda:
		w.arguments(n.Args)
		w.expr(n.Body)
	case *IfExp:
		w.expr(n.Body)
		w.expr(n.Test)
		w.expr(n.OrElse)
	case *Dict:
		for i, key := range n.Keys {
			w.expr(key)
			w.expr(n.Values[i])
		}
	case *Set:
		w.exprs(n.Elts)
	case *ListComp:
		w.expr(n.Elt)
		w.generators(n.Generators)
	case *SetComp:
		w.expr(n.Elt)
		w.generators(n.Generators)
	case *DictComp:
		w.expr(n.Key)
		w.expr(n.Value)
		w.generators(n.Generators)
	case *GeneratorExp:
		w.expr(n.Elt)
		w.generators(n.Generators)
	case *Await:
		w.expr(n.Value)
	case *Yield:
		w.expr(n.Value)
	case *YieldFrom:
		w.expr(n.Value)
	case *Compare:
		w.expr(n.Left)
		w.exprs(n.Comparators)
	case *Call:
		w.expr(n.Func)
		w.exprs(n.Args)
		w.keywords(n.Keywords)
	case *FormattedValue:
		w.expr(n.Value)
		if n.FormatSpec != nil {
			w.expr(n.FormatSpec)
		}
	case *JoinedStr:
		w.exprs(n.Values)
	case *Attribute:
		w.expr(n.Value)
	case *Subscript:
		w.expr(n.Value)
		w.expr(n.Slice)
	case *Starred:
		w.expr(n.Value)
	case *List:
		w.exprs(n.Elts)
	case *Tuple:
		w.exprs(n.Elts)
	case *Slice:
		w.expr(n.Lower)
		w.expr(n.Upper)
		w.expr(n.Step)
	case *Arg:
		w.expr(n.Annotation)
	case *Keyword:
		w.expr(n.Value)
	}
	f(nil)
}

// inspector visits the parts of a node, of which any may be nil.
type inspector func(Node) bool

func (w inspector) expr(e Expr) {
	if e != nil {
		Inspect(e, w)
	}
}

func (w inspector) exprs(list []Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w inspector) stmts(list []Stmt) {
	for _, s := range list {
		Inspect(s, w)
	}
}

func (w inspector) keywords(list []*Keyword) {
	for _, k := range list {
		Inspect(k, w)
	}
}

func (w inspector) aliases(list []*Alias) {
	for _, a := range list {
		Inspect(a, w)
	}
}

func (w inspector) generators(list []*Comprehension) {
	for _, c := range list {
		w.expr(c.Target)
		w.expr(c.Iter)
		w.exprs(c.Ifs)
	}
}

func (w inspector) function(n *FunctionDef) {
	w.exprs(n.Decorators)
	w.arguments(n.Args)
	w.expr(n.Returns)
	w.stmts(n.Body)
}

func (w inspector) arguments(a *Arguments) {
	defaults := a.Defaults
	positional := len(a.PosOnlyArgs) + len(a.Args)
	for i := range positional {
		if i < len(a.PosOnlyArgs) {
			Inspect(a.PosOnlyArgs[i], w)
		} else {
			Inspect(a.Args[i-len(a.PosOnlyArgs)], w)
		}
		if positional-i <= len(defaults) {
			w.expr(defaults[len(defaults)-positional+i])
		}
	}
	if a.Vararg != nil {
		Inspect(a.Vararg, w)
	}
	for i, arg := range a.KwOnlyArgs {
		Inspect(arg, w)
		w.expr(a.KwDefaults[i])
	}
	if a.Kwarg != nil {
		Inspect(a.Kwarg, w)
	}
}

func (w inspector) loop(n *For) {
	w.expr(n.Target)
	w.expr(n.Iter)
	w.stmts(n.Body)
	w.stmts(n.OrElse)
}

func (w inspector) with(n *With) {
	for _, item := range n.Items {
		w.expr(item.ContextExpr)
		w.expr(item.OptionalVars)
	}
	w.stmts(n.Body)
}

func (w inspector) try(n *Try) {
	w.stmts(n.Body)
	for _, h := range n.Handlers {
		Inspect(h, w)
	}
	w.stmts(n.OrElse)
	w.stmts(n.FinalBody)
}
