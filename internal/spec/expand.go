package spec

// What this file has is for packages that put objects of their own into a
// description: a Keras model becomes modules, variables and functions before
// the object tree is built.

// ParseJSON reads a JSON text that is no description, such as the config of a
// Keras model, as a value with places. NaN and Infinity are taken, as Python
// writes them.
func ParseJSON(name string, text []byte) (Value, ErrorList) {
	errs := &sink{}
	text, ok := checkText(name, text, errs)
	if !ok {
		return Value{}, errs.finish()
	}
	n, err := parseJSON(name, text, errs)
	if err != nil {
		errs.report(err)
		return Value{}, errs.finish()
	}
	return n.value(), errs.finish()
}

// GeneratedBody makes the body of a function of a text that no description
// holds. Errors on line i tell places[i-1].
func GeneratedBody(text string, places []Pos) *Body {
	b := &Body{Text: text}
	for i, at := range places {
		if i == 0 {
			b.Pos = at
		}
		b.segments = append(b.segments, segment{line: i + 1, col: 1, at: at, whole: true})
	}
	return b
}

// Resolve finds once more what the paths of the description lead to, after
// Keras models have been replaced by what they consist of.
func (s *Spec) Resolve() ErrorList {
	errs := &sink{}
	resolveRefs(s, errs)
	return errs.finish()
}

// Get finds the value of a string key of a dict; false in other values too.
func (v Value) Get(key string) (Value, bool) {
	entries, _ := v.V.([]Entry)
	for _, e := range entries {
		if e.Key.V == key {
			return e.Value, true
		}
	}
	return Value{}, false
}
