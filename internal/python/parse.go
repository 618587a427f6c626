package python

import (
	"fmt"
)

// Limits on nesting. They keep the recursion of the parser, and that of
// whoever walks the tree, shallow.
const (
	maxRecursion = 1000  // of the parser: brackets, unary operators, lambda, …
	maxTreeDepth = 10000 // of the tree: also a + b + c + …, a.b.c…, elif …
)

// SyntaxError is a mistake in a text.
type SyntaxError struct {
	Pos, End Pos
	Msg      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Pos.Line, e.Pos.Col, e.Msg)
}

// Parse parses a text: a file, or the inside of a function, in which "return"
// may stand outside of a def. All lines may be indented by a common width, as
// when the text is the pasted body of a function; positions stay those of src.
// An error is a *SyntaxError.
func Parse(src string) (*Module, error) {
	return ParseAt(src, 1)
}

// ParseAt is Parse for a text whose first line is line firstLine of a file,
// such as a Block of SplitTopLevel.
func ParseAt(src string, firstLine int) (*Module, error) {
	m := &Module{}
	err := parse(src, firstLine, func(p *parser) {
		for p.kind() != tEOF {
			m.Body = p.statement(m.Body)
		}
		for _, stmt := range m.Body {
			p.checkDepth(stmt)
		}
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ParseExpr parses a text that is one expression, as "x + 1" or "a, *b".
func ParseExpr(src string) (Expr, error) {
	var e Expr
	err := parse(src, 1, func(p *parser) {
		e = p.starExpressions()
		for p.kind() == tNewline {
			p.next()
		}
		if p.kind() != tEOF {
			p.unexpected()
		}
		p.checkDepth(e)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// parse scans src and runs f, whose calls of parser.fail end it.
func parse(src string, firstLine int, f func(*parser)) error {
	toks, unclosed, scanErr := scan(src, firstLine)
	if scanErr != nil {
		// Reported before an error of the parser even if that is further up,
		// as CPython does: a forgotten quote changes the meaning of the rest.
		return scanErr
	}
	p := &parser{src: src, toks: toks}
	err := p.try(func() { f(p) })
	if err == nil {
		return nil
	}
	if unclosed != nil && (p.kind() == tEOF || p.toks[p.i].line > unclosed.at.line) {
		err = &SyntaxError{unclosed.at.Pos(), unclosed.at.End(), fmt.Sprintf("'%c' was never closed", unclosed.open)}
	}
	return err
}

// parser is a recursive-descent parser: one method a rule of Python's grammar
// (https://docs.python.org/3.11/reference/grammar.html), named after the rule.
// A method is called at the first token of its rule and leaves the parser
// after the last one.
type parser struct {
	src    string
	toks   []token // the last is tEOF
	i      int     // index of the next token
	depth  int     // of recursion
	inLoop bool    // break and continue may stand here
}

// try runs f and returns the error with which it failed, if it did.
func (p *parser) try(f func()) (err *SyntaxError) {
	depth := p.depth
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *SyntaxError:
			p.depth = depth
			err = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// fail ends parsing with an error at the given place.
func (p *parser) fail(at span, format string, args ...any) {
	panic(&SyntaxError{at.Pos(), at.End(), fmt.Sprintf(format, args...)})
}

// unexpected fails at the next token, for which there is no rule.
func (p *parser) unexpected() {
	at := p.toks[p.i].span
	switch p.kind() {
	case tIndent:
		p.fail(at, "unexpected indent")
	case tDedent:
		p.fail(at, "unexpected unindent")
	}
	p.fail(at, "invalid syntax")
}

func (p *parser) enter() {
	p.depth++
	if p.depth > maxRecursion {
		p.fail(p.toks[p.i].span, "too many nested expressions")
	}
}

func (p *parser) leave() { p.depth-- }

// checkDepth fails if the tree is deeper than maxTreeDepth.
func (p *parser) checkDepth(n Node) {
	depth := 0
	Inspect(n, func(n Node) bool {
		if n == nil {
			depth--
			return false
		}
		depth++
		if depth > maxTreeDepth {
			p.fail(extent(n), "too many nested expressions or blocks")
		}
		return true
	})
}

func (p *parser) kind() kind { return p.toks[p.i].kind }

// peek returns the kind of the token n after the next one.
func (p *parser) peek(n int) kind {
	if p.i+n < len(p.toks) {
		return p.toks[p.i+n].kind
	}
	return tEOF
}

// next passes a token.
func (p *parser) next() *token {
	t := &p.toks[p.i]
	if t.kind != tEOF {
		p.i++
	}
	return t
}

// accept passes a token of kind k, if that is next.
func (p *parser) accept(k kind) bool {
	if p.toks[p.i].kind == k {
		p.next()
		return true
	}
	return false
}

// expect passes a token that must be of kind k.
func (p *parser) expect(k kind) *token {
	if p.toks[p.i].kind != k {
		p.unexpected()
	}
	return p.next()
}

func (p *parser) text(t *token) string { return p.src[t.off:t.end] }

func (p *parser) name() string { return p.text(p.expect(tName)) }

// from is the span from token start to the last token passed, line ends and
// the ends of blocks apart.
func (p *parser) from(start int) span {
	end := p.i - 1
	for p.toks[end].kind <= tDedent {
		end--
	}
	first, last := &p.toks[start], &p.toks[end]
	return span{first.line, first.col, last.endLine, last.endCol}
}

func (p *parser) exprFrom(start int) exprSpan { return exprSpan{p.from(start)} }

func (p *parser) stmtFrom(start int) stmtSpan { return stmtSpan{p.from(start)} }

// extent is the span of a node.
func extent(n Node) span {
	return between(n, n)
}

// between is the span from the start of a to the end of b.
func between(a, b Node) span {
	from, to := a.Pos(), b.End()
	return span{int32(from.Line), int32(from.Col), int32(to.Line), int32(to.Col)}
}
