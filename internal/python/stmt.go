package python

import "strings"

// statement parses a compound statement or a line of simple statements and
// appends what it found to list.
func (p *parser) statement(list []Stmt) []Stmt {
	switch p.kind() {
	case tIf:
		return append(list, p.ifStmt())
	case tFor:
		n := &For{}
		p.forStmt(p.i, n)
		return append(list, n)
	case tWhile:
		return append(list, p.whileStmt())
	case tWith:
		n := &With{}
		p.withStmt(p.i, n)
		return append(list, n)
	case tTry:
		return append(list, p.tryStmt())
	case tDef, tClass, tMatMult:
		return append(list, p.decorated())
	case tAsync:
		return append(list, p.asyncStmt(nil))
	}
	return p.simpleStmts(list)
}

// simpleStmts parses statements up to the end of the line.
func (p *parser) simpleStmts(list []Stmt) []Stmt {
	p.refuseMatch()
	for {
		stmt := p.simpleStmt()
		list = append(list, stmt)
		switch {
		case p.accept(tNewline):
			return list
		case p.accept(tSemi):
			if p.accept(tNewline) {
				return list
			}
		default:
			p.refuseLegacy(stmt)
			p.unexpected()
		}
	}
}

// refuseMatch fails if the line starts with "match" and ends with ":", which
// only a match statement does.
func (p *parser) refuseMatch() {
	if p.kind() != tName || p.text(&p.toks[p.i]) != "match" {
		return
	}
	end := p.i
	for p.toks[end].kind != tNewline && p.toks[end].kind != tEOF {
		end++
	}
	if end > p.i+1 && p.toks[end-1].kind == tColon {
		p.fail(p.toks[p.i].span, "match statement is not supported")
	}
}

// refuseLegacy fails if stmt and what follows is a print or exec statement of
// Python 2.
func (p *parser) refuseLegacy(stmt Stmt) {
	e, ok := stmt.(*ExprStmt)
	if !ok || !p.kind().startsExpr() {
		return
	}
	if name, ok := e.Value.(*Name); ok && isLegacy(name) {
		at := between(name, p.starExpressions())
		p.fail(at, legacyMessage, name.ID, name.ID)
	}
}

const legacyMessage = "Missing parentheses in call to '%s'. Did you mean %s(...)?"

func isLegacy(name *Name) bool { return name.ID == "print" || name.ID == "exec" }

// block parses ":" and the statements below or after it. start is the first
// token of the clause, which what names.
func (p *parser) block(start int, what string) []Stmt {
	if p.kind() != tColon {
		// After an expression any operator could have been meant.
		switch p.toks[start].kind {
		case tIf, tElif, tWhile, tExcept:
			if p.kind() != tNewline {
				p.unexpected()
			}
		}
		p.fail(p.toks[p.i].span, "expected ':'")
	}
	p.next()
	if !p.accept(tNewline) {
		return p.simpleStmts(nil)
	}
	if p.kind() != tIndent {
		p.fail(p.toks[p.i].span, "expected an indented block after %s on line %d", what, p.toks[start].line)
	}
	p.next()
	var body []Stmt
	for !p.accept(tDedent) {
		body = p.statement(body)
	}
	return body
}

// loopBlock parses the body of a loop.
func (p *parser) loopBlock(start int, what string) []Stmt {
	inLoop := p.inLoop
	p.inLoop = true
	body := p.block(start, what)
	p.inLoop = inLoop
	return body
}

// defBlock parses the body of a function or class, which starts outside of
// any loop.
func (p *parser) defBlock(start int, what string) []Stmt {
	inLoop := p.inLoop
	p.inLoop = false
	body := p.block(start, what)
	p.inLoop = inLoop
	return body
}

// elseBlock parses an else clause, if there is one.
func (p *parser) elseBlock() []Stmt {
	start := p.i
	if !p.accept(tElse) {
		return nil
	}
	return p.block(start, "'else' statement")
}

func (p *parser) ifStmt() Stmt {
	// A loop, not recursion, for any number of elifs.
	var chain []*If
	var starts []int
	for what := "'if' statement"; len(chain) == 0 || p.kind() == tElif; what = "'elif' statement" {
		start := p.i
		p.next()
		n := &If{Test: p.namedExpression()}
		n.Body = p.block(start, what)
		chain, starts = append(chain, n), append(starts, start)
	}
	last := len(chain) - 1
	chain[last].OrElse = p.elseBlock()
	for i, n := range chain {
		n.stmtSpan = p.stmtFrom(starts[i])
		if i < last {
			n.OrElse = []Stmt{chain[i+1]}
		}
	}
	return chain[0]
}

func (p *parser) forStmt(start int, n *For) {
	at := p.i
	p.next()
	n.Target = p.forTarget()
	n.Iter = p.starExpressions()
	n.Body = p.loopBlock(at, "'for' statement")
	n.OrElse = p.elseBlock()
	n.stmtSpan = p.stmtFrom(start)
}

func (p *parser) whileStmt() Stmt {
	start := p.i
	p.next()
	n := &While{Test: p.namedExpression()}
	n.Body = p.loopBlock(start, "'while' statement")
	n.OrElse = p.elseBlock()
	n.stmtSpan = p.stmtFrom(start)
	return n
}

func (p *parser) withStmt(start int, n *With) {
	at := p.i
	p.next()
	n.Items = p.withHead()
	n.Body = p.block(at, "'with' statement")
	n.stmtSpan = p.stmtFrom(start)
}

// withHead parses what stands between "with" and ":".
//
// "with (a as b, c):" has its items in parentheses, but "with (a, b) as c:" and
// "with (a)[0]:" have an expression that starts with one. So it tries the
// first, then the second, and reports the error of whichever got further.
func (p *parser) withHead() []*WithItem {
	if p.kind() != tLpar {
		return p.withItems(tColon)
	}
	first := p.i
	var items []*WithItem
	err := p.try(func() {
		p.next()
		items = p.withItems(tRpar)
		p.expect(tRpar)
		if p.kind() != tColon {
			p.unexpected()
		}
	})
	if err == nil {
		return items
	}
	furthest := p.i
	p.i = first
	if err2 := p.try(func() { items = p.withItems(tColon) }); err2 != nil {
		if p.i >= furthest {
			err = err2
		}
		panic(err)
	}
	return items
}

// withItems parses "a as b, c as d". Items that end with a ")" may have a
// comma before it.
func (p *parser) withItems(end kind) []*WithItem {
	var items []*WithItem
	for {
		item := &WithItem{ContextExpr: p.expression()}
		if p.accept(tAs) {
			item.OptionalVars = p.starExpression()
			p.checkTarget(item.OptionalVars)
		}
		items = append(items, item)
		if !p.accept(tComma) || end == tRpar && p.kind() == tRpar {
			return items
		}
	}
}

func (p *parser) tryStmt() Stmt {
	start := p.i
	p.next()
	n := &Try{Body: p.block(start, "'try' statement")}
	star := false
	for p.kind() == tExcept {
		if last := len(n.Handlers) - 1; last >= 0 && n.Handlers[last].Type == nil {
			p.fail(extent(n.Handlers[last]), "default 'except:' must be last")
		}
		h, hasStar := p.exceptHandler()
		if len(n.Handlers) > 0 && hasStar != star {
			p.fail(extent(h), "cannot have both 'except' and 'except*' on the same 'try'")
		}
		star = hasStar
		n.Handlers = append(n.Handlers, h)
	}
	if len(n.Handlers) > 0 {
		n.OrElse = p.elseBlock()
	}
	if at := p.i; p.accept(tFinally) {
		n.FinalBody = p.block(at, "'finally' statement")
	} else if len(n.Handlers) == 0 {
		p.fail(p.toks[p.i].span, "expected 'except' or 'finally' block")
	}
	n.stmtSpan = p.stmtFrom(start)
	if star {
		return &TryStar{*n}
	}
	return n
}

func (p *parser) exceptHandler() (h *ExceptHandler, star bool) {
	start := p.i
	p.next()
	h = &ExceptHandler{}
	what := "'except' statement"
	if star = p.accept(tMult); star {
		what = "'except*' statement"
		if !p.kind().startsExpr() {
			p.fail(p.toks[p.i].span, "expected one or more exception types")
		}
	}
	if p.kind() != tColon && p.kind() != tNewline {
		h.Type = p.expression()
		if p.kind() == tComma {
			first := h.Type
			for p.accept(tComma) && p.kind().startsExpr() {
				p.expression()
			}
			at := extent(first)
			at.endLine, at.endCol = p.toks[p.i-1].endLine, p.toks[p.i-1].endCol
			p.fail(at, "multiple exception types must be parenthesized")
		}
		if p.accept(tAs) {
			h.Name = p.name()
		}
	}
	h.Body = p.block(start, what)
	h.span = p.from(start)
	return h, star
}

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

func (p *parser) simpleStmt() Stmt {
	start := p.i
	switch p.kind() {
	case tReturn:
		p.next()
		n := &Return{}
		if !p.atEnd() {
			n.Value = p.starExpressions()
		}
		n.stmtSpan = p.stmtFrom(start)
		return n
	case tImport:
		return p.importStmt()
	case tFrom:
		return p.importFrom()
	case tRaise:
		p.next()
		n := &Raise{}
		if !p.atEnd() {
			n.Exc = p.expression()
			if p.accept(tFrom) {
				n.Cause = p.expression()
			}
		}
		n.stmtSpan = p.stmtFrom(start)
		return n
	case tPass:
		p.next()
		return &Pass{p.stmtFrom(start)}
	case tDel:
		return p.delStmt()
	case tAssert:
		p.next()
		n := &Assert{Test: p.expression()}
		if p.accept(tComma) {
			n.Msg = p.expression()
		}
		n.stmtSpan = p.stmtFrom(start)
		return n
	case tBreak:
		p.next()
		if !p.inLoop {
			p.fail(p.from(start), "'break' outside loop")
		}
		return &Break{p.stmtFrom(start)}
	case tContinue:
		p.next()
		if !p.inLoop {
			p.fail(p.from(start), "'continue' not properly in loop")
		}
		return &Continue{p.stmtFrom(start)}
	case tGlobal:
		p.next()
		n := &Global{Names: p.names()}
		n.stmtSpan = p.stmtFrom(start)
		return n
	case tNonlocal:
		p.next()
		n := &Nonlocal{Names: p.names()}
		n.stmtSpan = p.stmtFrom(start)
		return n
	}
	return p.assignment()
}

// atEnd tells whether a simple statement ends here.
func (p *parser) atEnd() bool {
	k := p.kind()
	return k == tNewline || k == tSemi || k == tEOF
}

func (p *parser) names() []string {
	list := []string{p.name()}
	for p.accept(tComma) {
		list = append(list, p.name())
	}
	return list
}

// dottedName parses "a.b.c".
func (p *parser) dottedName() string {
	first := p.expect(tName)
	if p.kind() != tDot {
		return p.text(first)
	}
	var b strings.Builder
	b.WriteString(p.text(first))
	for p.accept(tDot) {
		b.WriteByte('.')
		b.WriteString(p.name())
	}
	return b.String()
}

func (p *parser) importStmt() Stmt {
	start := p.i
	p.next()
	n := &Import{}
	for {
		at := p.i
		n.Names = append(n.Names, p.alias(at, p.dottedName()))
		if !p.accept(tComma) {
			break
		}
	}
	n.stmtSpan = p.stmtFrom(start)
	return n
}

// alias parses what follows an imported name that began at token start.
func (p *parser) alias(start int, name string) *Alias {
	a := &Alias{Name: name}
	if p.accept(tAs) {
		a.AsName = p.name()
	}
	a.span = p.from(start)
	return a
}

func (p *parser) importFrom() Stmt {
	start := p.i
	p.next()
	n := &ImportFrom{}
	for {
		if p.accept(tDot) {
			n.Level++
		} else if p.accept(tEllipsis) {
			n.Level += 3
		} else {
			break
		}
	}
	if n.Level == 0 || p.kind() == tName {
		n.Module = p.dottedName()
	}
	p.expect(tImport)
	if at := p.i; p.accept(tMult) {
		n.Names = []*Alias{{span: p.from(at), Name: "*"}}
	} else {
		parens := p.accept(tLpar)
		for {
			at := p.i
			n.Names = append(n.Names, p.alias(at, p.name()))
			if !p.accept(tComma) {
				break
			}
			if parens && p.kind() == tRpar {
				break
			}
			if p.kind() == tNewline {
				p.fail(p.toks[p.i-1].span, "trailing comma not allowed without surrounding parentheses")
			}
		}
		if parens {
			p.expect(tRpar)
		}
	}
	n.stmtSpan = p.stmtFrom(start)
	return n
}

func (p *parser) delStmt() Stmt {
	start := p.i
	p.next()
	n := &Delete{}
	for {
		e := p.starExpression()
		if bad := invalidTarget(e, delTarget); bad != nil {
			p.fail(extent(bad), "cannot delete %s", describe(bad))
		}
		n.Targets = append(n.Targets, e)
		if !p.accept(tComma) || p.atEnd() {
			break
		}
	}
	n.stmtSpan = p.stmtFrom(start)
	return n
}

// assignment parses an assignment of any form, or an expression.
func (p *parser) assignment() Stmt {
	start := p.i
	e := p.valueOrYield()
	switch k := p.kind(); {
	case k == tEqual:
		n := &Assign{}
		valueStart := start
		for p.kind() == tEqual {
			if p.toks[valueStart].kind == tYield {
				p.fail(extent(e), "assignment to yield expression not possible")
			}
			if len(n.Targets) == 0 {
				p.refuseEqual(e)
			}
			p.checkTarget(e)
			n.Targets = append(n.Targets, e)
			p.next()
			valueStart = p.i
			e = p.valueOrYield()
		}
		n.Value = e
		n.stmtSpan = p.stmtFrom(start)
		return n
	case k == tColon:
		return p.annAssign(start, e)
	case tAugAdd <= k && k <= tAugFloorDiv:
		switch e.(type) {
		case *Name, *Attribute, *Subscript:
		default:
			p.fail(extent(e), "'%s' is an illegal expression for augmented assignment", describe(e))
		}
		p.next()
		n := &AugAssign{Target: e, Op: Operator(k - tAugAdd), Value: p.valueOrYield()}
		n.stmtSpan = p.stmtFrom(start)
		return n
	}
	return &ExprStmt{p.stmtFrom(start), e}
}

// annAssign parses what follows the target e of "e: annotation = value".
func (p *parser) annAssign(start int, e Expr) Stmt {
	n := &AnnAssign{Target: e}
	if !kind(p.peek(1)).startsExpr() {
		p.unexpected()
	}
	switch e.(type) {
	case *Name:
		n.Simple = p.toks[start].kind == tName
	case *Attribute, *Subscript:
	case *List, *Tuple:
		p.fail(extent(e), "only single target (not %s) can be annotated", describe(e))
	default:
		p.fail(extent(e), "illegal target for annotation")
	}
	p.next()
	n.Annotation = p.expression()
	if p.accept(tEqual) {
		n.Value = p.valueOrYield()
	}
	n.stmtSpan = p.stmtFrom(start)
	return n
}

// valueOrYield parses "yield …" or a star_expressions.
func (p *parser) valueOrYield() Expr {
	if p.kind() == tYield {
		return p.yieldExpr()
	}
	return p.starExpressions()
}
