package python

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

// block parses ":" and the statements below or after it. start is the first
// token of the clause, which what names.
func (p *parser) block(start int, what string) []Stmt {
	if p.kind() != tColon {
		switch p.toks[start].kind {
		case tDef, tElse, tTry, tFinally:
		default: // after an expression, in which any operator could have been meant
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
		if p.kind() != tColon && p.kind() != tNewline {
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
