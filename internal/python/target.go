package python

// targetUse is what an expression is a target of.
type targetUse uint8

const (
	assignTarget targetUse = iota
	forTarget
	delTarget
)

// invalidTarget returns the part of e that cannot be a target, nil if all can.
func invalidTarget(e Expr, use targetUse) Expr {
	switch e := e.(type) {
	case *Name, *Attribute, *Subscript:
		return nil
	case *List:
		return invalidAmong(e.Elts, use)
	case *Tuple:
		return invalidAmong(e.Elts, use)
	case *Starred:
		if use != delTarget {
			return invalidTarget(e.Value, use)
		}
	case *Compare:
		// In "for a() in b" the comparison is not meant as one.
		if use == forTarget && e.Ops[0] == In {
			return invalidTarget(e.Left, use)
		}
	}
	return e
}

func invalidAmong(list []Expr, use targetUse) Expr {
	for _, e := range list {
		if bad := invalidTarget(e, use); bad != nil {
			return bad
		}
	}
	return nil
}

// checkTarget fails if e cannot be assigned to.
func (p *parser) checkTarget(e Expr) {
	if bad := invalidTarget(e, assignTarget); bad != nil {
		p.fail(extent(bad), "cannot assign to %s", describe(bad))
	}
}

// forTarget parses the targets of a for and the "in" after them.
func (p *parser) forTarget() Expr {
	start := p.i
	e := p.forTargetItem()
	if p.kind() == tComma {
		elts := []Expr{e}
		for p.accept(tComma) && p.kind() != tIn {
			elts = append(elts, p.forTargetItem())
		}
		e = &Tuple{p.exprFrom(start), elts}
	} else if _, ok := e.(*Starred); ok {
		p.fail(extent(e), "starred assignment target must be in a list or tuple")
	}
	if bad := invalidTarget(e, forTarget); bad != nil {
		p.fail(extent(bad), "cannot assign to %s", describe(bad))
	}
	p.expect(tIn)
	return e
}

// forTargetItem parses one target. It stops before "in".
func (p *parser) forTargetItem() Expr {
	if p.kind() == tMult {
		return p.starred()
	}
	return p.binary(1)
}

// refuseEqual fails if e cannot be assigned to with the "=" that is next, and
// "==" seems meant.
func (p *parser) refuseEqual(e Expr) {
	if tuple, ok := e.(*Tuple); ok && len(tuple.Elts) > 0 && tuple.Pos() == tuple.Elts[0].Pos() {
		e = tuple.Elts[len(tuple.Elts)-1] // no parentheses: only the last is next to "="
	}
	if invalidTarget(e, assignTarget) != nil {
		p.refuseComparison(e)
	}
}

// refuseComparison fails if the "=" that is next seems to be meant to compare e.
func (p *parser) refuseComparison(e Expr) {
	if p.meantEqual(e) {
		p.fail(extent(e), "cannot assign to %s here. Maybe you meant '==' instead of '='?", describe(e))
	}
}

// meantEqual tells whether "e = value" can have been meant as a comparison:
// both are operands of one, and no further "=" follows. It leaves the parser
// before the "=".
func (p *parser) meantEqual(e Expr) bool {
	switch e := e.(type) {
	case *List, *Tuple, *GeneratorExp, *Starred, *BoolOp, *Compare, *IfExp, *Lambda:
		return false
	case *UnaryOp:
		if e.Op == Not {
			return false
		}
	case *Constant:
		switch e.Value.(type) {
		case nil, bool:
			return false
		}
	}
	equal := p.i
	err := p.try(func() {
		p.next()
		p.binary(1)
	})
	next := p.kind()
	p.i = equal
	return err == nil && next != tEqual && next != tWalrus
}

// describe names the kind of an expression in error messages.
func describe(e Expr) string {
	switch e := e.(type) {
	case *Attribute:
		return "attribute"
	case *Subscript:
		return "subscript"
	case *Starred:
		return "starred"
	case *Name:
		return "name"
	case *List:
		return "list"
	case *Tuple:
		return "tuple"
	case *Lambda:
		return "lambda"
	case *Call:
		return "function call"
	case *BoolOp, *BinOp, *UnaryOp:
		return "expression"
	case *GeneratorExp:
		return "generator expression"
	case *Yield, *YieldFrom:
		return "yield expression"
	case *Await:
		return "await expression"
	case *ListComp:
		return "list comprehension"
	case *SetComp:
		return "set comprehension"
	case *DictComp:
		return "dict comprehension"
	case *Dict:
		return "dict literal"
	case *Set:
		return "set display"
	case *JoinedStr, *FormattedValue:
		return "f-string expression"
	case *Compare:
		return "comparison"
	case *IfExp:
		return "conditional expression"
	case *NamedExpr:
		return "named expression"
	case *Constant:
		switch v := e.Value.(type) {
		case nil:
			return "None"
		case bool:
			if v {
				return "True"
			}
			return "False"
		case EllipsisType:
			return "ellipsis"
		}
		return "literal"
	}
	return "slice"
}
