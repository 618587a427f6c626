package spec

import "strings"

// args decodes the arguments of a function.
func (d *decoder) args(n *node) []Arg {
	var args []Arg
	seen := map[string]bool{}
	keywordOnly, defaults, last := false, false, false
	for _, item := range d.list(n, "args") {
		a, ok := d.arg(item)
		switch {
		case !ok:
			continue
		case last:
			d.add(item.pos, "args: nothing may follow the ** argument")
		case a.Name == "*" && keywordOnly, a.Kind == VarArgs && keywordOnly:
			d.add(item.pos, "args: a second * argument")
			continue
		case a.Name == "*":
			keywordOnly = true
			continue
		case a.Kind == VarArgs:
			keywordOnly = true
		case a.Kind == VarKeywords:
			last = true
		case keywordOnly:
			a.Kind = KeywordOnly
		case a.Default != nil:
			defaults = true
		case defaults:
			d.add(item.pos, "args: %s has no default and follows an argument that has one", quote(a.Name))
		}
		switch {
		case a.Name == "self":
			d.report(&Error{Pos: item.pos, Msg: `args: "self" is implied`, Hint: "leave it out"})
			continue
		case seen[a.Name]:
			d.add(item.pos, "argument %s is given twice", quote(a.Name))
		}
		seen[a.Name] = true
		args = append(args, a)
	}
	return args
}

// arg decodes one argument; a lone * comes back as its name.
func (d *decoder) arg(n *node) (Arg, bool) {
	a := Arg{Pos: n.pos}
	var text string
	switch {
	case n.kind == mapNode && len(n.pairs) == 1 && !n.has("name"):
		p := n.pairs[0]
		d.report(&Error{Pos: n.pos, Msg: "args: want a string such as \"training=False\", or {name: …, default: …}, not a mapping with the key " + quote(p.key),
			Hint: "quote an argument that holds \": \""})
		return a, false
	case n.kind == mapNode:
		for key, v := range d.fields(n, &argKeys) {
			switch key {
			case "name":
				text = d.text(v, "name").Value
			case "default":
				value := v.value()
				a.Default = &value
			default:
				panic("internal error: no code for key " + key)
			}
		}
	default:
		text = d.text(n, "args").Value
	}
	if text == "" {
		return a, false
	}
	name, def, hasDefault := cutDefault(text)
	switch {
	case hasDefault && a.Default != nil:
		d.add(n.pos, "args: %s has two defaults", quote(name))
	case hasDefault:
		v, err := parseLiteral(def, n.pos)
		if err != nil {
			d.report(&Error{Pos: n.pos, Msg: "args: the default of " + quote(name) + ": " + err.Error(),
				Hint: "a default is None, True, a number, a string, or a list, tuple or dict of them"})
			return a, false
		}
		a.Default = &v
	}
	switch {
	case strings.HasPrefix(name, "**"):
		a.Kind, name = VarKeywords, strings.TrimLeft(name[2:], " ")
	case strings.HasPrefix(name, "*"):
		a.Kind, name = VarArgs, strings.TrimLeft(name[1:], " ")
	}
	a.Name = name
	switch {
	case a.Kind != Positional && a.Default != nil:
		d.add(n.pos, "args: a * argument has no default")
		return a, false
	case a.Kind == VarArgs && name == "":
		a.Name, a.Kind = "*", Positional
		return a, true
	case name == "/":
		d.report(&Error{Pos: n.pos, Msg: "args: positional-only arguments (/) are not supported", Hint: "leave it out"})
		return a, false
	}
	return a, d.identifier(n.pos, name, "argument")
}

// cutDefault splits `name: annotation = default`, dropping the annotation. A
// sign counts outside brackets and strings only.
func cutDefault(s string) (name, def string, found bool) {
	depth, quoteMark := 0, byte(0)
	colon := -1
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quoteMark != 0:
			if c == '\\' {
				i++
			} else if c == quoteMark {
				quoteMark = 0
			}
		case c == '"' || c == '\'':
			quoteMark = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == ':' && depth == 0 && colon < 0:
			colon = i
		case c == '=' && depth == 0:
			if colon < 0 {
				colon = i
			}
			return strings.TrimSpace(s[:colon]), strings.TrimSpace(s[i+1:]), true
		}
	}
	if colon < 0 {
		colon = len(s)
	}
	return strings.TrimSpace(s[:colon]), "", false
}
