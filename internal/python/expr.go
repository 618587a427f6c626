package python

// starExpressions parses "a", or a tuple without parentheses.
func (p *parser) starExpressions() Expr {
	start := p.i
	e := p.starExpression()
	if p.kind() != tComma {
		if _, ok := e.(*Starred); ok {
			if p.kind() == tEqual {
				p.fail(extent(e), "starred assignment target must be in a list or tuple")
			}
			p.fail(extent(e), "can't use starred expression here")
		}
		return e
	}
	elts := []Expr{e}
	for p.accept(tComma) && (p.kind().startsExpr() || p.kind() == tMult) {
		elts = append(elts, p.starExpression())
	}
	return &Tuple{p.exprFrom(start), elts}
}

func (p *parser) starExpression() Expr {
	if p.kind() == tMult {
		return p.starred()
	}
	return p.expression()
}

// starred parses "*a".
func (p *parser) starred() Expr {
	start := p.i
	p.next()
	e := p.binary(1)
	return &Starred{p.exprFrom(start), e}
}

// starNamed parses an element of a display.
func (p *parser) starNamed() Expr {
	if p.kind() == tMult {
		return p.starred()
	}
	return p.namedExpression()
}

// namedExpression parses "a" or "name := a".
func (p *parser) namedExpression() Expr {
	start := p.i
	e := p.expression()
	switch p.kind() {
	case tWalrus:
		return p.walrus(start, e)
	case tEqual:
		if name, ok := e.(*Name); ok && p.meantEqual(e) {
			p.next()
			p.fail(between(name, p.binary(1)), "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
		}
		p.refuseComparison(e)
	}
	return e
}

// walrus parses what follows the target e of "e := value".
func (p *parser) walrus(start int, e Expr) Expr {
	name, ok := e.(*Name)
	if !ok || p.toks[start].kind != tName {
		p.fail(extent(e), "cannot use assignment expressions with %s", describe(e))
	}
	p.next()
	value := p.expression()
	return &NamedExpr{p.exprFrom(start), name, value}
}

func (p *parser) yieldExpr() Expr {
	start := p.i
	p.next()
	if p.accept(tFrom) {
		e := p.expression()
		return &YieldFrom{p.exprFrom(start), e}
	}
	var value Expr
	if p.kind().startsExpr() || p.kind() == tMult {
		value = p.starExpressions()
	}
	return &Yield{p.exprFrom(start), value}
}

// expression parses a lambda, "a if b else c", or what binds tighter.
func (p *parser) expression() Expr {
	p.enter()
	start := p.i
	var e Expr
	if p.kind() == tLambda {
		e = p.lambda()
	} else {
		e = p.disjunction()
		if p.kind() == tIf {
			e = p.ifExp(start, e)
		}
	}
	p.leave()
	return e
}

func (p *parser) ifExp(start int, body Expr) Expr {
	p.next()
	test := p.disjunction()
	if !p.accept(tElse) {
		if p.kind() != tColon {
			p.fail(between(body, test), "expected 'else' after 'if' expression")
		}
		p.unexpected()
	}
	orElse := p.expression()
	return &IfExp{p.exprFrom(start), test, body, orElse}
}

func (p *parser) lambda() Expr {
	start := p.i
	p.next()
	args := p.parameters(tColon)
	p.expect(tColon)
	body := p.expression()
	return &Lambda{p.exprFrom(start), args, body}
}

// disjunction parses "a or b".
func (p *parser) disjunction() Expr {
	start := p.i
	e := p.conjunction()
	if p.kind() != tOr {
		return e
	}
	values := []Expr{e}
	for p.accept(tOr) {
		values = append(values, p.conjunction())
	}
	return &BoolOp{p.exprFrom(start), Or, values}
}

// conjunction parses "a and b".
func (p *parser) conjunction() Expr {
	start := p.i
	e := p.inversion()
	if p.kind() != tAnd {
		return e
	}
	values := []Expr{e}
	for p.accept(tAnd) {
		values = append(values, p.inversion())
	}
	return &BoolOp{p.exprFrom(start), And, values}
}

// inversion parses "not a".
func (p *parser) inversion() Expr {
	if p.kind() != tNot {
		return p.comparison()
	}
	p.enter()
	start := p.i
	p.next()
	e := p.inversion()
	p.leave()
	return &UnaryOp{p.exprFrom(start), Not, e}
}

// comparison parses "a < b < c".
func (p *parser) comparison() Expr {
	start := p.i
	e := p.binary(1)
	op, n := p.cmpOperator()
	if n == 0 {
		return e
	}
	c := &Compare{Left: e}
	for n > 0 {
		p.i += n
		c.Ops = append(c.Ops, op)
		c.Comparators = append(c.Comparators, p.binary(1))
		op, n = p.cmpOperator()
	}
	c.exprSpan = p.exprFrom(start)
	return c
}

// cmpOperator returns the operator of a comparison that is next, and of how
// many tokens it is made: 0 if there is none.
func (p *parser) cmpOperator() (op CmpOperator, n int) {
	switch k := p.kind(); k {
	case tEqEq, tNotEq, tLess, tLessEq, tGreater, tGreaterEq:
		return CmpOperator(k - tEqEq), 1
	case tIn:
		return In, 1
	case tNot:
		if p.peek(1) == tIn {
			return NotIn, 2
		}
	case tIs:
		if p.peek(1) == tNot {
			return IsNot, 2
		}
		return Is, 1
	}
	return 0, 0
}

// binary parses a chain of binary operators that bind at least as tight as
// those of the given precedence.
func (p *parser) binary(prec uint8) Expr {
	start := p.i
	e := p.unary()
	for {
		k := p.kind()
		own := precedence[k]
		if own == 0 || own < prec {
			return e
		}
		p.next()
		right := p.binary(own + 1)
		e = &BinOp{p.exprFrom(start), e, Operator(k - tAdd), right}
	}
}

// unary parses "-a", "+a", "~a", or a power.
func (p *parser) unary() Expr {
	var op UnaryOperator
	switch p.kind() {
	case tSub:
		op = USub
	case tAdd:
		op = UAdd
	case tTilde:
		op = Invert
	default:
		return p.power()
	}
	p.enter()
	start := p.i
	p.next()
	e := p.unary()
	p.leave()
	return &UnaryOp{p.exprFrom(start), op, e}
}

// power parses "a ** b", where b may be a unary.
func (p *parser) power() Expr {
	start := p.i
	var e Expr
	if p.kind() == tAwait {
		p.next()
		value := p.primary()
		e = &Await{p.exprFrom(start), value}
	} else {
		e = p.primary()
	}
	if p.kind() != tPow {
		return e
	}
	p.enter()
	p.next()
	right := p.unary()
	p.leave()
	return &BinOp{p.exprFrom(start), e, Pow, right}
}
