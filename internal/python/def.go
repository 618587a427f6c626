package python

// decorated parses decorators and the def or class below them.
func (p *parser) decorated() Stmt {
	var decorators []Expr
	for p.accept(tMatMult) {
		decorators = append(decorators, p.namedExpression())
		p.expect(tNewline)
	}
	switch p.kind() {
	case tDef:
		n := &FunctionDef{Decorators: decorators}
		p.funcDef(p.i, n)
		return n
	case tClass:
		return p.classDef(decorators)
	case tAsync:
		return p.asyncStmt(decorators)
	}
	p.unexpected()
	return nil
}

// asyncStmt parses "async def", "async for" or "async with".
func (p *parser) asyncStmt(decorators []Expr) Stmt {
	start := p.i
	p.next()
	switch k := p.kind(); {
	case k == tDef:
		n := &AsyncFunctionDef{FunctionDef{Decorators: decorators}}
		p.funcDef(start, &n.FunctionDef)
		return n
	case k == tFor && decorators == nil:
		n := &AsyncFor{}
		p.forStmt(start, &n.For)
		return n
	case k == tWith && decorators == nil:
		n := &AsyncWith{}
		p.withStmt(start, &n.With)
		return n
	}
	p.unexpected()
	return nil
}

func (p *parser) funcDef(start int, n *FunctionDef) {
	at := p.i
	p.next()
	n.Name = p.name()
	if p.kind() != tLpar {
		p.fail(p.toks[p.i].span, "expected '('")
	}
	p.next()
	n.Args = p.parameters(tRpar)
	p.expect(tRpar)
	if p.accept(tArrow) {
		n.Returns = p.expression()
	}
	n.Body = p.defBlock(at, "function definition")
	n.stmtSpan = p.stmtFrom(start)
}

func (p *parser) classDef(decorators []Expr) Stmt {
	start := p.i
	p.next()
	n := &ClassDef{Name: p.name(), Decorators: decorators}
	if open := p.i; p.accept(tLpar) {
		n.Bases, n.Keywords = p.arguments(open)
		if len(n.Bases) == 1 && n.Bases[0].Pos() == p.toks[open].Pos() {
			p.fail(extent(n.Bases[0]), "generator expression must be parenthesized")
		}
	}
	n.Body = p.defBlock(start, "class definition")
	n.stmtSpan = p.stmtFrom(start)
	return n
}

// parameters parses the parameters of a def or a lambda up to a token of kind
// end, which tells the two apart: those of a def may have annotations.
func (p *parser) parameters(end kind) *Arguments {
	a := &Arguments{}
	star, slash := false, false
	seen := make(map[string]bool)
	param := func(starAnnotation bool) *Arg {
		start := p.i
		arg := &Arg{Arg: p.name()}
		if seen[arg.Arg] {
			p.fail(p.from(start), "duplicate argument '%s' in function definition", arg.Arg)
		}
		seen[arg.Arg] = true
		if end == tRpar && p.accept(tColon) {
			if starAnnotation {
				arg.Annotation = p.starExpression()
			} else {
				arg.Annotation = p.expression()
			}
		}
		arg.span = p.from(start)
		return arg
	}
	for p.kind() != end {
		at := p.toks[p.i].span
		switch p.kind() {
		case tDiv:
			switch {
			case slash:
				p.fail(at, "/ may appear only once")
			case star:
				p.fail(at, "/ must be ahead of *")
			case len(a.Args) == 0:
				p.fail(at, "at least one argument must precede /")
			}
			p.next()
			slash = true
			a.PosOnlyArgs, a.Args = a.Args, nil
		case tMult:
			if star {
				p.fail(at, "* argument may appear only once")
			}
			p.next()
			star = true
			if p.kind() == tName {
				a.Vararg = param(true)
				if p.kind() == tEqual {
					p.fail(p.toks[p.i].span, "var-positional argument cannot have default value")
				}
			} else if p.kind() == end || p.kind() == tComma && (p.peek(1) == end || p.peek(1) == tPow) {
				p.fail(at, "named arguments must follow bare *")
			}
		case tPow:
			p.next()
			a.Kwarg = param(false)
			if p.kind() == tEqual {
				p.fail(p.toks[p.i].span, "var-keyword argument cannot have default value")
			}
			if p.accept(tComma) && p.kind() != end {
				p.fail(p.toks[p.i].span, "arguments cannot follow var-keyword argument")
			}
			if p.kind() != end {
				p.unexpected()
			}
			return a
		case tLpar:
			what := "Function"
			if end == tColon {
				what = "Lambda expression"
			}
			p.fail(at, "%s parameters cannot be parenthesized", what)
		default:
			arg := param(false)
			var value Expr
			if eq := p.toks[p.i].span; p.accept(tEqual) {
				if p.kind() == end || p.kind() == tComma {
					p.fail(eq, "expected default value expression")
				}
				value = p.expression()
			}
			switch {
			case star:
				a.KwOnlyArgs = append(a.KwOnlyArgs, arg)
				a.KwDefaults = append(a.KwDefaults, value)
			case value != nil:
				a.Args = append(a.Args, arg)
				a.Defaults = append(a.Defaults, value)
			case len(a.Defaults) > 0:
				p.fail(extent(arg), "non-default argument follows default argument")
			default:
				a.Args = append(a.Args, arg)
			}
		}
		if !p.accept(tComma) && p.kind() != end {
			p.unexpected()
		}
	}
	return a
}
