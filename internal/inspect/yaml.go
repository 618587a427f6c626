package inspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
)

// WriteYAML writes the report as YAML: the same data as the JSON, in the same
// order, made to be read and kept under version control.
func (r *Report) WriteYAML(w io.Writer) error {
	var doc, out bytes.Buffer
	if err := r.WriteJSON(&doc); err != nil {
		return err
	}
	d := json.NewDecoder(&doc)
	d.UseNumber()
	y := &yamlWriter{in: d, out: &out}
	if err := y.value(""); err != nil {
		return err
	}
	_, err := w.Write(bytes.TrimLeft(out.Bytes(), "\n"))
	return err
}

// yamlWriter turns the tokens of a JSON document into block YAML. It is called
// with the output just after a key or a dash, and ends each value with a line
// end.
type yamlWriter struct {
	in  *json.Decoder
	out *bytes.Buffer
}

func (y *yamlWriter) value(indent string) error {
	tok, err := y.in.Token()
	if err != nil {
		return err
	}
	switch tok {
	case json.Delim('{'):
		return y.mapping(indent)
	case json.Delim('['):
		return y.sequence(indent)
	}
	y.out.WriteString(" " + yamlScalar(tok) + "\n")
	return nil
}

func (y *yamlWriter) mapping(indent string) error {
	if !y.in.More() {
		y.out.WriteString(" {}\n")
	} else {
		y.out.WriteByte('\n')
	}
	for y.in.More() {
		key, err := y.in.Token()
		if err != nil {
			return err
		}
		y.out.WriteString(indent + yamlScalar(key) + ":")
		if err := y.value(indent + "  "); err != nil {
			return err
		}
	}
	_, err := y.in.Token() // the brace
	return err
}

func (y *yamlWriter) sequence(indent string) error {
	var items []string
	for y.in.More() {
		item := &yamlWriter{in: y.in, out: &bytes.Buffer{}}
		if err := item.value(indent + "  "); err != nil {
			return err
		}
		items = append(items, item.out.String())
	}
	if _, err := y.in.Token(); err != nil { // the bracket
		return err
	}
	if flat, ok := flow(items); ok {
		y.out.WriteString(" " + flat + "\n")
		return nil
	}
	y.out.WriteByte('\n')
	for _, item := range items {
		// The first key of a mapping stands behind the dash.
		item = strings.TrimPrefix(item, "\n"+indent+"  ")
		y.out.WriteString(indent + "- " + strings.TrimPrefix(item, " "))
	}
	return nil
}

// flow writes a list of scalars on one line.
func flow(items []string) (string, bool) {
	const most = 100
	var scalars []string
	width := 0
	for _, item := range items {
		width += len(item)
		if strings.Count(item, "\n") > 1 || width > most {
			return "", false
		}
		scalars = append(scalars, strings.TrimSpace(item))
	}
	return "[" + strings.Join(scalars, ", ") + "]", true
}

// plain are the strings that YAML reads as themselves without quotes, also
// within a flow list.
var plain = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_./-]*$`)

// yamlScalar writes a scalar. A JSON string is a YAML string in double quotes.
func yamlScalar(tok json.Token) string {
	s, isString := tok.(string)
	if isString && plain.MatchString(s) {
		switch strings.ToLower(s) {
		case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		default:
			return s
		}
	}
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	// A token of a JSON document is valid JSON.
	if err := e.Encode(tok); err != nil {
		panic(err)
	}
	return escape(strings.TrimSpace(b.String()))
}

// escape writes the characters that YAML does not allow, and JSON does, as
// escapes.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, "\\U%08x", r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}
