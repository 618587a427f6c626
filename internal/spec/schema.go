package spec

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Schema is the JSON schema (draft 7) of descriptions, written from the tables
// that the decoder reads them by. It can not say all that Parse checks.
func Schema() []byte {
	var b strings.Builder
	b.WriteString(`{"$schema": "http://json-schema.org/draft-07/schema#", "title": "tfsave model description", `)
	// Keys that begin with x- are for anchors.
	b.WriteString(specKeys.schema(`"patternProperties": {"^x-": true}, `)[1:])
	out := strings.TrimSuffix(b.String(), "}") + `, "definitions": {`
	b.Reset()
	b.WriteString(out)
	for _, m := range mappings {
		b.WriteString(quoteJSON(m.name) + ": " + m.schema("") + ", ")
	}
	for i, f := range forms {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quoteJSON(f.name) + ": " + described(f.schema, f.doc))
	}
	b.WriteString("}}")
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(b.String()), "", "  "); err != nil {
		panic("internal error: the schema is not JSON: " + err.Error())
	}
	indented.WriteByte('\n')
	return indented.Bytes()
}

// schema is the schema of the mapping; extra is inserted as it is.
func (m *mapping) schema(extra string) string {
	var properties, required []string
	for _, k := range m.keys {
		properties = append(properties, quoteJSON(k.name)+": "+described(k.schema, k.doc))
		if k.required {
			required = append(required, quoteJSON(k.name))
		}
	}
	s := `{"description": ` + quoteJSON(m.doc) + `, "type": "object", "properties": {` + strings.Join(properties, ", ") + `}, `
	if required != nil {
		s += `"required": [` + strings.Join(required, ", ") + `], `
	}
	return s + extra + `"additionalProperties": false}`
}

// described adds a description to a schema. Beside $ref draft 7 ignores it, so
// it goes around.
func described(schema, doc string) string {
	description := `{"description": ` + quoteJSON(doc)
	switch {
	case schema == anything:
		return description + "}"
	case strings.HasPrefix(schema, `{"$ref"`):
		return description + `, "allOf": [` + schema + `]}`
	}
	return description + ", " + schema[1:]
}

func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("internal error: " + err.Error())
	}
	return string(b)
}
