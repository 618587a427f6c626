package trace

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tfsave/tfsave/internal/python"
)

// text makes a method of a str.
func text(f func(t *thread, s string, args *callArgs) (Value, error)) method {
	return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(string), args) }}
}

// plainText makes a method of a str that takes nothing.
func plainText(f func(s string) Value) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		if len(args.pos)+len(args.kw) > 0 {
			return nil, t.errorf("TypeError", "this method takes no arguments")
		}
		return f(s), nil
	})
}

func (t *thread) stringArg(v Value, what string) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", t.errorf("TypeError", "%s must be a str, not %s", what, typeName(v))
	}
	return s, nil
}

// intArg reads an optional int.
func (t *thread) intArg(v Value, what string, otherwise int64) (int64, error) {
	if v == nil {
		return otherwise, nil
	}
	n, ok := number(v).(int64)
	if !ok {
		return 0, t.errorf("TypeError", "%s must be an int, not %s", what, typeName(v))
	}
	return n, nil
}

// within cuts s[start:end]; at is the number of characters before it. ok is
// false where start lies beyond the end.
func (t *thread) within(s string, start, end Value) (part string, at int64, ok bool, err error) {
	if start == nil && end == nil {
		return s, 0, true, nil
	}
	r := []rune(s)
	n := int64(len(r))
	var bounds [2]int64
	for i, v := range []Value{start, end} {
		k, err := t.intArg(v, "a bound", []int64{0, n}[i])
		if err != nil {
			return "", 0, false, err
		}
		if k < 0 {
			k += n
		}
		bounds[i] = max(k, 0)
	}
	bounds[1] = min(bounds[1], n)
	if bounds[0] > bounds[1] {
		return "", 0, false, nil
	}
	return string(r[bounds[0]:bounds[1]]), bounds[0], true, nil
}

// search makes find and its kin.
func search(name string, index func(s, sub string) int, fail bool) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "sub", "start?", "end?")
		if err != nil {
			return nil, err
		}
		sub, err := t.stringArg(p[0], "sub")
		if err != nil {
			return nil, err
		}
		part, at, ok, err := t.within(s, p[1], p[2])
		if err != nil {
			return nil, err
		}
		if i := index(part, sub); ok && i >= 0 {
			return at + int64(utf8.RuneCountInString(part[:i])), nil
		}
		if fail {
			return nil, t.errorf("ValueError", "substring not found")
		}
		return int64(-1), nil
	})
}

// affix makes startswith and endswith.
func affix(name string, has func(s, x string) bool) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "affix", "start?", "end?")
		if err != nil {
			return nil, err
		}
		part, _, ok, err := t.within(s, p[1], p[2])
		if err != nil {
			return nil, err
		}
		options := []Value{p[0]}
		if tuple, isTuple := p[0].(*Tuple); isTuple {
			options = tuple.Items
		}
		for _, o := range options {
			x, err := t.stringArg(o, "the argument of "+name)
			if err != nil {
				return nil, err
			}
			if ok && has(part, x) {
				return true, nil
			}
		}
		return false, nil
	})
}

func strip(name string, cut func(s, cutset string) string, space func(s string, f func(rune) bool) string) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "chars?")
		if err != nil {
			return nil, err
		}
		if p[0] == nil {
			return space(s, unicode.IsSpace), nil
		}
		chars, err := t.stringArg(p[0], "chars")
		return cut(s, chars), err
	})
}

// split makes split and rsplit.
func split(name string, reverse bool) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "sep?", "maxsplit?")
		if err != nil {
			return nil, err
		}
		most, err := t.intArg(p[1], "maxsplit", -1)
		if err != nil {
			return nil, err
		}
		if err := t.chargeText(len(s)); err != nil {
			return nil, err
		}
		if p[0] == nil {
			return textList(splitSpace(s, most, reverse)), nil
		}
		sep, err := t.stringArg(p[0], "sep")
		if err != nil {
			return nil, err
		}
		if sep == "" {
			return nil, t.errorf("ValueError", "empty separator")
		}
		parts := strings.Split(s, sep)
		if n := int(min(most, int64(len(parts)))); most >= 0 && len(parts) > n+1 {
			if reverse {
				k := len(parts) - n
				parts = append([]string{strings.Join(parts[:k], sep)}, parts[k:]...)
			} else {
				parts = append(parts[:n:n], strings.Join(parts[n:], sep))
			}
		}
		return textList(parts), nil
	})
}

// splitSpace splits at runs of white space, at most so many times.
func splitSpace(s string, most int64, reverse bool) []string {
	var parts []string
	for {
		if reverse {
			s = strings.TrimRightFunc(s, unicode.IsSpace)
		} else {
			s = strings.TrimLeftFunc(s, unicode.IsSpace)
		}
		if s == "" {
			break
		}
		i := strings.IndexFunc(s, unicode.IsSpace)
		if reverse {
			i = strings.LastIndexFunc(s, unicode.IsSpace)
		}
		if i < 0 || most >= 0 && int64(len(parts)) == most {
			parts = append(parts, s)
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		if reverse {
			parts, s = append(parts, s[i+size:]), s[:i]
		} else {
			parts, s = append(parts, s[:i]), s[i+size:]
		}
	}
	if reverse {
		slices.Reverse(parts)
	}
	return parts
}

func textList(parts []string) *List {
	out := &List{Items: make([]Value, len(parts))}
	for i, x := range parts {
		out.Items[i] = x
	}
	return out
}

// width reads the width that a text is to be filled up to.
func (t *thread) width(v Value) (int64, error) {
	w, ok := number(v).(int64)
	if !ok {
		return 0, t.errorf("TypeError", "width must be an int, not %s", typeName(v))
	}
	if w > maxWidth {
		return 0, t.errorf("MemoryError", "a width of more than %d characters", maxWidth)
	}
	return w, nil
}

// justify makes ljust, rjust and center.
func justify(name string, align byte) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "width", "fillchar?")
		if err != nil {
			return nil, err
		}
		w, err := t.width(p[0])
		if err != nil {
			return nil, err
		}
		f := formatSpec{fill: ' ', width: int(max(w, 0))}
		if p[1] != nil {
			fill, err := t.stringArg(p[1], "fillchar")
			if err != nil {
				return nil, err
			}
			r := []rune(fill)
			if len(r) != 1 {
				return nil, t.errorf("TypeError", "the fill character must be exactly one character long")
			}
			f.fill = r[0]
		}
		if n := f.width - utf8.RuneCountInString(s); align == '^' && n > 0 {
			left := n/2 + n&f.width&1 // unlike the format "^" (unicodeobject.c, CPython 3.11)
			fill := string(f.fill)
			return strings.Repeat(fill, left) + s + strings.Repeat(fill, n-left), nil
		}
		return pad(f, "", s, align), nil
	})
}

// is makes a test of all characters.
func is(f func(r rune) bool) method {
	return plainText(func(s string) Value {
		return s != "" && strings.IndexFunc(s, func(r rune) bool { return !f(r) }) < 0
	})
}

func partition(name string, index func(s, sep string) int, back bool) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		p, err := t.params(name, args, "sep")
		if err != nil {
			return nil, err
		}
		sep, err := t.stringArg(p[0], "sep")
		if err != nil {
			return nil, err
		}
		if sep == "" {
			return nil, t.errorf("ValueError", "empty separator")
		}
		parts := []Value{s, "", ""}
		if i := index(s, sep); i >= 0 {
			parts = []Value{s[:i], sep, s[i+len(sep):]}
		} else if back {
			parts = []Value{"", "", s}
		}
		return &Tuple{Items: parts}, nil
	})
}

// cut makes removeprefix and removesuffix.
func cut(name, arg string, f func(s, x string) string) method {
	return text(func(t *thread, s string, args *callArgs) (Value, error) {
		p, err := t.params(name, args, arg)
		if err != nil {
			return nil, err
		}
		x, err := t.stringArg(p[0], arg)
		return f(s, x), err
	})
}

func stringMethods() map[string]method {
	return map[string]method{
		"lower":      plainText(func(s string) Value { return strings.ToLower(s) }),
		"casefold":   plainText(func(s string) Value { return strings.ToLower(s) }),
		"upper":      plainText(func(s string) Value { return strings.ToUpper(s) }),
		"swapcase":   plainText(swapCase),
		"capitalize": plainText(capitalize),
		"title":      plainText(title),
		"strip":      strip("strip", strings.Trim, strings.TrimFunc),
		"lstrip":     strip("lstrip", strings.TrimLeft, strings.TrimLeftFunc),
		"rstrip":     strip("rstrip", strings.TrimRight, strings.TrimRightFunc),
		"startswith": affix("startswith", strings.HasPrefix),
		"endswith":   affix("endswith", strings.HasSuffix),
		"find":       search("find", strings.Index, false),
		"rfind":      search("rfind", strings.LastIndex, false),
		"index":      search("index", strings.Index, true),
		"rindex":     search("rindex", strings.LastIndex, true),
		"isdigit":    is(unicode.IsDigit),
		"isdecimal":  is(unicode.IsDigit),
		"isnumeric":  is(unicode.IsNumber),
		"isalpha":    is(unicode.IsLetter),
		"isalnum":    is(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }),
		"isspace":    is(unicode.IsSpace),
		"isascii": plainText(func(s string) Value {
			return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
		}),
		"isprintable": plainText(func(s string) Value {
			return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
		}),
		"isupper":      plainText(func(s string) Value { return s != strings.ToLower(s) && s == strings.ToUpper(s) }),
		"islower":      plainText(func(s string) Value { return s != strings.ToUpper(s) && s == strings.ToLower(s) }),
		"istitle":      plainText(func(s string) Value { return s == title(s) && strings.IndexFunc(s, unicode.IsLetter) >= 0 }),
		"isidentifier": plainText(func(s string) Value { return isIdentifier(s) }),
		"split":        split("split", false),
		"rsplit":       split("rsplit", true),
		"ljust":        justify("ljust", '<'),
		"rjust":        justify("rjust", '>'),
		"center":       justify("center", '^'),
		"partition":    partition("partition", strings.Index, false),
		"rpartition":   partition("rpartition", strings.LastIndex, true),
		"removeprefix": cut("removeprefix", "prefix", strings.TrimPrefix),
		"removesuffix": cut("removesuffix", "suffix", strings.TrimSuffix),
		"splitlines":   text(splitLines),
		"count":        text(countText),
		"replace":      text(replaceText),
		"join":         text(joinText),
		"zfill":        text(zeroFill),
		"expandtabs":   text(expandTabs),
		"translate":    text(translate),
		"encode":       text(encodeText),
		"format":       text(func(t *thread, s string, args *callArgs) (Value, error) { return t.formatMethod(s, args) }),
		"format_map": text(func(t *thread, s string, args *callArgs) (Value, error) {
			p, err := t.params("format_map", args, "mapping")
			if err != nil {
				return nil, err
			}
			d, err := t.asDict(p[0])
			if err != nil {
				return nil, err
			}
			named := &callArgs{}
			for _, k := range d.SortedKeys() {
				v, _ := d.Get(k)
				named.kw = append(named.kw, kwArg{k, v})
			}
			return t.formatMethod(s, named)
		}),
	}
}

func capitalize(s string) Value {
	r := []rune(strings.ToLower(s))
	if len(r) > 0 {
		r[0] = unicode.ToTitle(r[0])
	}
	return string(r)
}

func title(s string) Value {
	start := true
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			start = true
			return r
		}
		if start {
			start = false
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}

func swapCase(s string) Value {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

func splitLines(t *thread, s string, args *callArgs) (Value, error) {
	p, err := t.params("splitlines", args, "keepends?")
	if err != nil {
		return nil, err
	}
	keep, err := t.truth(p[0])
	if err != nil {
		return nil, err
	}
	var lines []string
	for s != "" {
		i := strings.IndexAny(s, "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029")
		if i < 0 {
			lines = append(lines, s)
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		if strings.HasPrefix(s[i:], "\r\n") {
			size = 2
		}
		end := i
		if keep {
			end += size
		}
		lines, s = append(lines, s[:end]), s[i+size:]
	}
	return textList(lines), nil
}

func countText(t *thread, s string, args *callArgs) (Value, error) {
	p, err := t.params("count", args, "sub", "start?", "end?")
	if err != nil {
		return nil, err
	}
	sub, err := t.stringArg(p[0], "sub")
	if err != nil {
		return nil, err
	}
	part, _, ok, err := t.within(s, p[1], p[2])
	if !ok || err != nil {
		return int64(0), err
	}
	return int64(strings.Count(part, sub)), nil
}

func replaceText(t *thread, s string, args *callArgs) (Value, error) {
	p, err := t.params("replace", args, "old", "new", "count?")
	if err != nil {
		return nil, err
	}
	old, err := t.stringArg(p[0], "old")
	if err != nil {
		return nil, err
	}
	repl, err := t.stringArg(p[1], "new")
	if err != nil {
		return nil, err
	}
	n, err := t.intArg(p[2], "count", -1)
	if err != nil {
		return nil, err
	}
	if len(repl) > 0 && strings.Count(s, old) > maxRepeat/len(repl) {
		return nil, t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
	}
	out := strings.Replace(s, old, repl, int(min(n, maxRepeat)))
	return out, t.chargeText(len(out))
}

func joinText(t *thread, s string, args *callArgs) (Value, error) {
	p, err := t.params("join", args, "iterable")
	if err != nil {
		return nil, err
	}
	items, err := t.items(p[0])
	if err != nil {
		return nil, err
	}
	parts := make([]string, len(items))
	size := 0
	for i, x := range items {
		if parts[i], err = t.stringArg(x, "sequence item "+itoa(i)); err != nil {
			return nil, err
		}
		if size += len(parts[i]) + len(s); size > maxRepeat {
			return nil, t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
		}
	}
	return strings.Join(parts, s), t.chargeText(size)
}

func zeroFill(t *thread, s string, args *callArgs) (Value, error) {
	p, err := t.params("zfill", args, "width")
	if err != nil {
		return nil, err
	}
	w, err := t.width(p[0])
	if err != nil {
		return nil, err
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	return pad(formatSpec{fill: '0', align: '=', width: int(max(w, 0))}, sign, s, '='), nil
}

func expandTabs(t *thread, s string, args *callArgs) (Value, error) {
	p, err := t.params("expandtabs", args, "tabsize?")
	if err != nil {
		return nil, err
	}
	n, err := t.intArg(p[0], "tabsize", 8)
	if err != nil {
		return nil, err
	}
	if n > 0 && int64(strings.Count(s, "\t")) > maxRepeat/n {
		return nil, t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
	}
	var b strings.Builder
	col := int64(0)
	for _, r := range s {
		switch r {
		case '\t':
			if n > 0 {
				width := n - col%n
				b.WriteString(strings.Repeat(" ", int(width)))
				col += width
			}
			continue
		case '\n', '\r':
			col = -1
		}
		b.WriteRune(r)
		col++
	}
	return b.String(), t.chargeText(b.Len())
}

// translate maps characters by a dict of code points.
func translate(t *thread, s string, args *callArgs) (Value, error) {
	p, err := t.params("translate", args, "table")
	if err != nil {
		return nil, err
	}
	table, err := t.asDict(p[0])
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, r := range s {
		v, ok := table.Get(int64(r))
		switch x := v.(type) {
		case string:
			b.WriteString(x)
		case int64:
			b.WriteRune(rune(x))
		default:
			if !ok {
				b.WriteRune(r)
			}
		}
		if b.Len() > maxRepeat {
			return nil, t.errorf("MemoryError", "a string of more than %d bytes", maxRepeat)
		}
	}
	return b.String(), t.chargeText(b.Len())
}

// makeTranslation is str.maketrans.
func makeTranslation(t *thread, args *callArgs) (Value, error) {
	p, err := t.params("maketrans", args, "x", "y?", "z?")
	if err != nil {
		return nil, err
	}
	out := NewDict()
	if d, ok := p[0].(*Dict); ok {
		d.Each(func(k, v Value) bool {
			if s, ok := k.(string); ok && utf8.RuneCountInString(s) == 1 {
				k = int64([]rune(s)[0])
			}
			out.Set(k, v)
			return true
		})
		return out, nil
	}
	from, err := t.stringArg(p[0], "x")
	if err != nil {
		return nil, err
	}
	to, err := t.stringArg(p[1], "y")
	if err != nil {
		return nil, err
	}
	a, b := []rune(from), []rune(to)
	if len(a) != len(b) {
		return nil, t.errorf("ValueError", "the first two arguments of maketrans must have equal length")
	}
	for i := range a {
		out.Set(int64(a[i]), int64(b[i]))
	}
	if dropped, ok := p[2].(string); ok {
		for _, r := range dropped {
			out.Set(int64(r), nil)
		}
	}
	return out, nil
}

// encoding checks the name of an encoding: text is UTF-8 here.
func (t *thread) encoding(method string, args *callArgs) error {
	p, err := t.params(method, args, "encoding?", "errors?")
	if err != nil || p[0] == nil {
		return err
	}
	name, err := t.stringArg(p[0], "encoding")
	if err != nil {
		return err
	}
	switch strings.ReplaceAll(strings.ToLower(name), "_", "-") {
	case "utf-8", "utf8", "ascii":
		return nil
	}
	return hint(t.errorf("LookupError", "unknown encoding: %s", name), "only utf-8 is supported in a body")
}

func encodeText(t *thread, s string, args *callArgs) (Value, error) {
	return python.Bytes(s), t.encoding("encode", args)
}

func bytesMethods() map[string]method {
	return map[string]method{
		"decode": {call: func(t *thread, self Value, args *callArgs) (Value, error) {
			return strings.ToValidUTF8(string(self.(python.Bytes)), "\ufffd"), t.encoding("decode", args)
		}},
	}
}
