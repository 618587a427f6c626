package spec

import (
	"bytes"
	"encoding/json"
	"strings"
)

//go:generate go run ./genschema ../../specs/schema.json

// Schema is the JSON schema (draft 7) of descriptions, written from the tables
// that the decoder reads them by. It can not say all that Parse checks.
func Schema() []byte {
	var definitions []string
	for _, m := range mappings {
		definitions = append(definitions, quoteJSON(m.name)+": {"+m.schema()+"}")
	}
	for _, f := range forms {
		definitions = append(definitions, quoteJSON(f.name)+": "+described(f.schema, f.doc))
	}
	text := `{"$schema": "http://json-schema.org/draft-07/schema#", "title": "tfsave model description", ` +
		specKeys.schema() +
		`, "oneOf": [{"required": ["module"]}, {"required": ["keras"]}]` +
		`, "patternProperties": {"^x-": true}` + // for anchors
		`, "definitions": {` + strings.Join(definitions, ", ") + `}}`
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
		panic("internal error: the schema is not JSON: " + err.Error())
	}
	indented.WriteByte('\n')
	return indented.Bytes()
}

// schema is the inside of the schema of a mapping.
func (m *mapping) schema() string {
	var properties, required []string
	for _, k := range m.keys {
		properties = append(properties, quoteJSON(k.name)+": "+described(k.schema, k.doc))
		if k.required {
			required = append(required, quoteJSON(k.name))
		}
	}
	s := `"description": ` + quoteJSON(m.doc) + `, "type": "object", "properties": {` + strings.Join(properties, ", ") + `}`
	if required != nil {
		s += `, "required": [` + strings.Join(required, ", ") + `]`
	}
	return s + `, "additionalProperties": false`
}

// described adds a description to a schema. Beside $ref draft 7 ignores it, so
// there it goes around.
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
