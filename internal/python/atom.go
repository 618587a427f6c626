package python

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
	if p.kind() == tMult {
		return p.starred()
	}
	start := p.i
	n := &Slice{}
	if p.kind() != tColon {
		e := p.namedExpression()
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
