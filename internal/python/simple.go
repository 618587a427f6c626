package python

import "strings"

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
	if !p.peek(1).startsExpr() {
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
