package spec

import (
	"bytes"
	"path/filepath"
	"strings"
)

// Parse reads a description. name stands for the text in positions. Each of
// sets is a "path=value" that changes the tree before it is decoded, as in
// module.variables.w.shape=[3, 4].
//
// The errors are sorted by place. Where there are any, the Spec is what could be
// made out, for later stages to find further mistakes in: Module may be nil, and
// objects are Broken.
func Parse(name string, text []byte, sets []string) (*Spec, ErrorList) {
	errs := &sink{}
	text, ok := checkText(name, text, errs)
	if !ok {
		return &Spec{Source: NewSource(name, "")}, errs.finish()
	}
	src := NewSource(name, string(text))
	root := parseText(name, text, errs)
	if root != nil {
		for _, arg := range sets {
			root = applySet(root, arg, errs)
		}
		d := &decoder{src: src, sink: errs}
		s := d.spec(root)
		s.Source, s.Dir = src, "."
		resolveRefs(s, errs)
		return s, errs.finish()
	}
	return &Spec{Source: src}, errs.finish()
}

// parseText reads JSON where the name or the first character says so, and YAML
// otherwise. What begins like JSON and is not may still be YAML.
func parseText(name string, text []byte, errs *sink) *node {
	named := strings.EqualFold(filepath.Ext(name), ".json")
	if named || bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		own := &sink{}
		n, err := parseJSON(name, text, own)
		if err == nil {
			for _, e := range own.list {
				errs.report(e)
			}
			return n
		}
		if named {
			errs.report(err)
			return nil
		}
	}
	return parseYAML(name, text, errs)
}
