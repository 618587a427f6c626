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

// primary parses an atom and the ".name", "(…)" and "[…]" after it.
func (p *parser) primary() Expr {
	start := p.i
	e := p.atom()
	for {
		switch p.kind() {
		case tDot:
			p.next()
			attr := p.name()
			e = &Attribute{p.exprFrom(start), e, attr}
		case tLpar:
			open := p.i
			p.next()
			args, keywords := p.arguments(open)
			e = &Call{p.exprFrom(start), e, args, keywords}
		case tLsqb:
			p.next()
			index := p.slices()
			e = &Subscript{p.exprFrom(start), e, index}
		default:
			return e
		}
	}
}

// atom parses a literal, a name, or something in brackets.
func (p *parser) atom() Expr {
	start := p.i
	var value any
	switch p.kind() {
	case tName:
		t := p.next()
		return &Name{exprSpan{t.span}, p.text(t)}
	case tNumber:
		value = p.number(p.next())
	case tString:
		return p.strings()
	case tLpar:
		return p.parenthesized()
	case tLsqb:
		return p.list()
	case tLbrace:
		return p.braces()
	case tNone:
		p.next()
	case tTrue, tFalse:
		value = p.next().kind == tTrue
	case tEllipsis:
		p.next()
		value = EllipsisType{}
	default:
		p.unexpected()
	}
	return &Constant{p.exprFrom(start), value}
}

// parenthesized parses a tuple, a generator, or one expression.
func (p *parser) parenthesized() Expr {
	start := p.i
	p.next()
	switch p.kind() {
	case tRpar:
		p.next()
		return &Tuple{exprSpan: p.exprFrom(start)}
	case tYield:
		e := p.yieldExpr()
		p.closing(tRpar, e)
		return e
	}
	e := p.starNamed()
	switch {
	case p.atFor():
		generators := p.generators(e)
		p.closing(tRpar, e)
		return &GeneratorExp{p.exprFrom(start), e, generators}
	case p.kind() == tComma:
		elts := p.elements(e, tRpar)
		return &Tuple{p.exprFrom(start), elts}
	}
	p.closing(tRpar, e)
	if _, ok := e.(*Starred); ok {
		p.fail(extent(e), "cannot use starred expression here")
	}
	return e
}

// elements parses the elements of a display after the first, and its end.
func (p *parser) elements(first Expr, end kind) []Expr {
	elts := []Expr{first}
	for p.accept(tComma) && p.kind() != end {
		elts = append(elts, p.starNamed())
	}
	if end != tRpar && len(elts) > 1 && p.atFor() {
		p.fail(between(first, elts[len(elts)-1]), "did you forget parentheses around the comprehension target?")
	}
	p.closing(end, elts[len(elts)-1])
	return elts
}

// closing passes a bracket. last is the expression before it.
func (p *parser) closing(end kind, last Expr) {
	if p.accept(end) {
		return
	}
	if k := p.kind(); k.startsExpr() {
		if star, ok := last.(*Starred); ok {
			last = star.Value
		}
		name, ok := last.(*Name)
		switch {
		case ok && isLegacy(name):
			p.fail(between(last, p.expression()), legacyMessage, name.ID, name.ID)
		case !ok || k != tString: // a name before a string looks like a prefix
			p.fail(between(last, p.expression()), "invalid syntax. Perhaps you forgot a comma?")
		}
	}
	p.unexpected()
}

func (p *parser) list() Expr {
	start := p.i
	p.next()
	if p.accept(tRsqb) {
		return &List{exprSpan: p.exprFrom(start)}
	}
	e := p.starNamed()
	if p.atFor() {
		generators := p.generators(e)
		p.closing(tRsqb, e)
		return &ListComp{p.exprFrom(start), e, generators}
	}
	elts := p.elements(e, tRsqb)
	return &List{p.exprFrom(start), elts}
}

// braces parses a set, a dict, or a comprehension of either.
func (p *parser) braces() Expr {
	start := p.i
	p.next()
	if p.accept(tRbrace) {
		return &Dict{exprSpan: p.exprFrom(start)}
	}
	if p.kind() == tPow {
		return p.dict(start, nil)
	}
	first := p.i
	e := p.starNamed()
	_, star := e.(*Starred)
	_, named := e.(*NamedExpr)
	switch {
	case p.kind() == tColon && !star && !(named && e.Pos() == p.toks[first].Pos()):
		return p.dict(start, e)
	case p.atFor():
		generators := p.generators(e)
		p.closing(tRbrace, e)
		return &SetComp{p.exprFrom(start), e, generators}
	}
	elts := p.elements(e, tRbrace)
	return &Set{p.exprFrom(start), elts}
}

// dict parses a dict whose first key, unless it is "**", has been passed.
func (p *parser) dict(start int, key Expr) Expr {
	n := &Dict{}
	var value Expr
	for {
		if pow := p.toks[p.i].span; key == nil && p.accept(tPow) {
			value = p.binary(1)
			if p.atFor() {
				p.fail(pow, "dict unpacking cannot be used in dict comprehension")
			}
		} else {
			if key == nil {
				key = p.expression()
			}
			colon := p.toks[p.i].span
			if !p.accept(tColon) {
				if p.kind() == tRbrace || p.kind() == tComma {
					p.fail(p.toks[p.i-1].span, "':' expected after dictionary key")
				}
				p.closing(tColon, key)
			}
			if p.kind() == tRbrace || p.kind() == tComma {
				p.fail(colon, "expression expected after dictionary key and ':'")
			}
			if p.kind() == tMult {
				p.fail(extent(p.starred()), "cannot use a starred expression in a dictionary value")
			}
			value = p.expression()
			if len(n.Keys) == 0 && p.atFor() {
				generators := p.generators(value)
				p.closing(tRbrace, value)
				return &DictComp{p.exprFrom(start), key, value, generators}
			}
		}
		n.Keys = append(n.Keys, key)
		n.Values = append(n.Values, value)
		key = nil
		if !p.accept(tComma) || p.kind() == tRbrace {
			break
		}
	}
	p.closing(tRbrace, value)
	n.exprSpan = p.exprFrom(start)
	return n
}

// atFor tells whether a comprehension starts here.
func (p *parser) atFor() bool {
	return p.kind() == tFor || p.kind() == tAsync && p.peek(1) == tFor
}

// generators parses the "for … in … if …" of a comprehension of elt.
func (p *parser) generators(elt Expr) []*Comprehension {
	if _, ok := elt.(*Starred); ok {
		p.fail(extent(elt), "iterable unpacking cannot be used in comprehension")
	}
	var list []*Comprehension
	for p.atFor() {
		c := &Comprehension{IsAsync: p.accept(tAsync)}
		p.next()
		c.Target = p.forTarget()
		c.Iter = p.disjunction()
		for p.accept(tIf) {
			c.Ifs = append(c.Ifs, p.disjunction())
		}
		list = append(list, c)
	}
	return list
}

// arguments parses the arguments of a call or a class and the closing bracket.
// The opening one is token open.
func (p *parser) arguments(open int) (args []Expr, keywords []*Keyword) {
	var last Expr
	unpacked := false // "**" was seen
	for p.kind() != tRpar {
		start := p.i
		switch k := p.kind(); {
		case k == tMult:
			p.next()
			last = p.expression()
			star := &Starred{p.exprFrom(start), last}
			if unpacked {
				p.fail(extent(star), "iterable argument unpacking follows keyword argument unpacking")
			}
			args = append(args, star)
		case k == tPow:
			p.next()
			last = p.expression()
			unpacked = true
			keywords = append(keywords, &Keyword{p.from(start), "", last})
		case p.peek(1) == tEqual && (k == tName || k == tTrue || k == tFalse || k == tNone):
			name := p.text(p.next())
			p.next()
			switch {
			case k != tName:
				p.fail(p.from(start), "cannot assign to %s", name)
			case p.kind() == tComma || p.kind() == tRpar:
				p.fail(p.from(start), "expected argument value expression")
			}
			last = p.expression()
			if p.atFor() {
				p.i = start + 2
				p.fail(p.from(start), "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
			}
			keywords = append(keywords, &Keyword{p.from(start), name, last})
		default:
			last = p.argument(start)
			if p.atFor() {
				generators := p.generators(last)
				if len(args)+len(keywords) > 0 || p.kind() == tComma {
					p.fail(p.from(start), "Generator expression must be parenthesized")
				}
				p.closing(tRpar, last)
				return []Expr{&GeneratorExp{p.exprFrom(open), last, generators}}, nil
			}
			if unpacked {
				p.fail(extent(last), "positional argument follows keyword argument unpacking")
			} else if len(keywords) > 0 {
				p.fail(extent(last), "positional argument follows keyword argument")
			}
			args = append(args, last)
		}
		if !p.accept(tComma) {
			break
		}
	}
	p.closing(tRpar, last)
	return args, keywords
}

// argument parses a positional argument.
func (p *parser) argument(start int) Expr {
	e := p.expression()
	switch p.kind() {
	case tWalrus:
		return p.walrus(start, e)
	case tEqual:
		p.next()
		p.fail(p.from(start), `expression cannot contain assignment, perhaps you meant "=="?`)
	}
	return e
}

// slices parses an index up to the closing bracket.
func (p *parser) slices() Expr {
	start := p.i
	e := p.slice()
	if p.kind() == tComma {
		elts := []Expr{e}
		for p.accept(tComma) && p.kind() != tRsqb {
			elts = append(elts, p.slice())
		}
		e = &Tuple{p.exprFrom(start), elts}
	} else if _, ok := e.(*Starred); ok {
		// "a[*b]" is "a[(*b,)]".
		e = &Tuple{p.exprFrom(start), []Expr{e}}
	}
	p.closing(tRsqb, e)
	return e
}

// slice parses "a", "*a" or "a:b:c".
func (p *parser) slice() Expr {
	start := p.i
	n := &Slice{}
	if p.kind() != tColon {
		e := p.starNamed()
		if p.kind() != tColon {
			return e
		}
		n.Lower = e
	}
	p.next()
	part := func() Expr {
		if k := p.kind(); k == tColon || k == tComma || k == tRsqb {
			return nil
		}
		return p.expression()
	}
	n.Upper = part()
	if p.accept(tColon) {
		n.Step = part()
	}
	n.exprSpan = p.exprFrom(start)
	return n
}
