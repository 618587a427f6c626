package python

import "strings"

// joinedStr parses adjacent string literals of which one or more are
// f-strings.
func (p *parser) joinedStr() Expr {
	start := p.i
	f := &fstring{p: p}
	for p.kind() == tString {
		t := p.next()
		text := p.text(t)
		if isBytesToken(text) {
			for p.kind() == tString {
				p.next()
			}
			p.fail(p.from(start), "cannot mix bytes and nonbytes literals")
		}
		bodyStart, bodyEnd := body(text)
		f.cursor = cursor{src: p.src, off: int(t.off), pos: t.Pos()}
		f.advance(int(t.off) + bodyStart)
		f.end = int(t.off) + bodyEnd
		f.raw = isRaw(text)
		if isFString(text) {
			f.parts(0)
		} else {
			f.literal(f.end)
		}
	}
	f.flush()
	return &JoinedStr{p.exprFrom(start), f.values}
}

// fstring is the state of parsing f-strings, or a format spec within one.
type fstring struct {
	p *parser
	cursor
	end int // offset of the closing quotes
	raw bool

	values []Expr
	// The literal text since the last replacement field.
	text     strings.Builder
	textSpan span
}

// literal adds the text up to offset end.
func (f *fstring) literal(end int) {
	from := f.pos
	f.write(from, f.p.unescape(&f.cursor, end, f.raw, false))
}

// write adds text that starts at from and ends at the cursor.
func (f *fstring) write(from Pos, text string) {
	if text == "" {
		return
	}
	if f.text.Len() == 0 {
		f.textSpan.line, f.textSpan.col = int32(from.Line), int32(from.Col)
	}
	f.textSpan.endLine, f.textSpan.endCol = int32(f.pos.Line), int32(f.pos.Col)
	f.text.WriteString(text)
}

// flush turns the literal text into a value.
func (f *fstring) flush() {
	if f.text.Len() > 0 {
		f.values = append(f.values, &Constant{exprSpan{f.textSpan}, f.text.String()})
		f.text.Reset()
	}
}

func (f *fstring) fail(n int, format string, args ...any) {
	f.p.fail(f.span(n), "f-string"+format, args...)
}

// peek returns the byte n after the next one, 0 past the end of the string.
func (f *fstring) peek(n int) byte {
	if f.off+n < f.end {
		return f.src[f.off+n]
	}
	return 0
}

// parts parses text and replacement fields up to the end of the string or, in
// a format spec (level > 0), up to the "}" that ends it.
func (f *fstring) parts(level int) {
	for f.off < f.end {
		f.literal(f.literalEnd())
		brace := f.peek(0)
		switch {
		case brace == 0:
			return
		case level == 0 && f.peek(1) == brace:
			from := f.pos
			f.advance(f.off + 2)
			f.write(from, string(brace))
		case brace == '{':
			f.field(level)
		case level == 0:
			f.fail(1, ": single '}' is not allowed")
		default:
			return
		}
	}
}

// literalEnd returns the offset of the next brace that is not part of \N{…}.
func (f *fstring) literalEnd() int {
	for i := f.off; i < f.end; i++ {
		switch f.src[i] {
		case '{', '}':
			return i
		case '\\':
			if f.raw || i+1 == f.end {
				continue
			}
			if c := f.src[i+1]; c != '{' && c != '}' {
				i++
				if c == 'N' && i+1 < f.end && f.src[i+1] == '{' {
					if n := strings.IndexByte(f.src[i:f.end], '}'); n >= 0 {
						i += n
					}
				}
			}
		}
	}
	return f.end
}

// field parses a replacement field: "{value=!conversion:spec}".
func (f *fstring) field(level int) {
	if level >= 2 {
		f.fail(1, ": expressions nested too deeply")
	}
	from := f.pos
	f.advance(f.off + 1)
	start, startPos := f.off, f.pos
	f.exprEnd()
	value := f.expr(start, startPos)

	n := &FormattedValue{Value: value, Conversion: -1}
	debug := f.peek(0) == '='
	if debug {
		f.advance(f.off + 1)
		for strings.IndexByte(" \t\n\f\r", f.peek(0)) >= 0 {
			f.advance(f.off + 1)
		}
		f.write(startPos, normalizeNewlines(f.src[start:f.off]))
	}
	if f.peek(0) == '!' {
		f.advance(f.off + 1)
		switch c := f.peek(0); c {
		case 's', 'r', 'a':
			n.Conversion = rune(c)
		case 0:
			f.fail(1, ": expecting '}'")
		default:
			f.fail(1, ": invalid conversion character: expected 's', 'r', or 'a'")
		}
		f.advance(f.off + 1)
	}
	if f.peek(0) == ':' {
		f.advance(f.off + 1)
		spec := &fstring{p: f.p, cursor: f.cursor, end: f.end, raw: f.raw}
		specFrom := f.cursor.span(0)
		spec.parts(level + 1)
		spec.flush()
		f.cursor = spec.cursor
		specFrom.endLine, specFrom.endCol = int32(f.pos.Line), int32(f.pos.Col)
		n.FormatSpec = &JoinedStr{exprSpan{specFrom}, spec.values}
	} else if debug && n.Conversion == -1 {
		n.Conversion = 'r'
	}
	if f.peek(0) != '}' {
		f.fail(1, ": expecting '}'")
	}
	f.advance(f.off + 1)
	f.flush()
	n.span = span{int32(from.Line), int32(from.Col), int32(f.pos.Line), int32(f.pos.Col)}
	f.values = append(f.values, n)
}

// exprEnd moves to the end of the expression of a field, which is found
// without regard to its meaning, and returns its offset.
func (f *fstring) exprEnd() int {
	var brackets []byte
	quote := "" // of the string that the cursor is in
	for ; f.off < f.end; f.advance(f.off + 1) {
		c := f.peek(0)
		switch {
		case c == '\\':
			f.fail(1, " expression part cannot include a backslash")
		case quote != "":
			if strings.HasPrefix(f.src[f.off:f.end], quote) {
				f.advance(f.off + len(quote) - 1)
				quote = ""
			}
		case c == '\'' || c == '"':
			quote = string(c)
			if f.peek(1) == c && f.peek(2) == c {
				quote = f.src[f.off : f.off+3]
				f.advance(f.off + 2)
			}
		case c == '(' || c == '[' || c == '{':
			if len(brackets) >= maxBrackets {
				f.fail(1, ": too many nested parentheses")
			}
			brackets = append(brackets, c)
		case c == '#':
			f.fail(1, " expression part cannot include '#'")
		case len(brackets) == 0 && strings.IndexByte("!:=<>}", c) >= 0:
			if f.peek(1) == '=' && c != ':' && c != '}' {
				f.advance(f.off + 1) // "!=", "==", "<=", ">="
			} else if c != '<' && c != '>' {
				return f.off
			}
		case c == ')' || c == ']' || c == '}':
			n := len(brackets)
			if n == 0 {
				f.fail(1, ": unmatched '%c'", c)
			}
			open := brackets[n-1]
			if bracketKind(open, tLpar, tLsqb, tLbrace) != bracketKind(c, tLpar, tLsqb, tLbrace) {
				f.fail(1, ": closing parenthesis '%c' does not match opening parenthesis '%c'", c, open)
			}
			brackets = brackets[:n-1]
		}
	}
	switch {
	case quote != "":
		f.fail(1, ": unterminated string")
	case len(brackets) > 0:
		f.fail(1, ": unmatched '%c'", brackets[len(brackets)-1])
	}
	f.fail(1, ": expecting '}'")
	return 0
}

// expr parses the expression of a field, which starts at from and goes up to
// the cursor.
func (f *fstring) expr(start int, from Pos) Expr {
	text := f.src[start:f.off]
	if strings.Trim(text, " \t\n\f\r") == "" {
		f.fail(1, ": empty expression not allowed")
	}
	toks, err := scanNested(f.src, start, f.off, from)
	if err == nil {
		sub := &parser{src: f.src, toks: toks, depth: f.p.depth}
		var e Expr
		if err = sub.try(func() { e = sub.fieldExpr() }); err == nil {
			return e
		}
	}
	f.p.fail(span{int32(err.Pos.Line), int32(err.Pos.Col), int32(err.End.Line), int32(err.End.Col)}, "f-string: %s", err.Msg)
	return nil
}

// fieldExpr parses the whole of an expression in an f-string, which stands in
// "{}" as if it stood in "()".
func (p *parser) fieldExpr() Expr {
	if p.kind() == tYield {
		e := p.yieldExpr()
		p.closing(tEOF, e)
		return e
	}
	start := p.i
	e := p.starExpressions()
	if p.atFor() {
		generators := p.generators(e)
		p.closing(tEOF, e)
		return &GeneratorExp{p.exprFrom(start), e, generators}
	}
	p.closing(tEOF, e)
	return e
}
