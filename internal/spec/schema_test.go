package spec

import (
	"os"
	"strings"
	"testing"
)

// TestSchemaIsWritten compares specs/schema.json with the tables.
func TestSchemaIsWritten(t *testing.T) {
	got, err := os.ReadFile("../../specs/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(Schema()) {
		t.Error("specs/schema.json is not up to date: make generate")
	}
}

// TestEveryKeyHasCode gives the decoder a mapping with all keys of a table at
// once: a key without code panics.
func TestEveryKeyHasCode(t *testing.T) {
	d := &decoder{src: NewSource("x", ""), sink: &sink{}}
	decode := map[*mapping]func(n *node){
		&specKeys:           func(n *node) { d.spec(n) },
		&moduleKeys:         func(n *node) { d.module(n, true) },
		&variableKeys:       func(n *node) { d.variable(n) },
		&fileValueKeys:      func(n *node) { d.fileValue(n) },
		&tensorConstantKeys: func(n *node) { d.constant(n) },
		&functionKeys:       func(n *node) { d.function(n, "f") },
		&argKeys:            func(n *node) { d.arg(n) },
		&bodyFileKeys:       func(n *node) { d.bodyFile(n, "f") },
		&nodeKeys:           func(n *node) { d.node(n) },
		&tensorSpecKeys:     func(n *node) { d.tensorSpec(n) },
		&raggedSpecKeys:     func(n *node) { d.raggedSpec(n) },
		&sparseSpecKeys:     func(n *node) { d.sparseSpec(n) },
		&signatureKeys:      func(n *node) { d.signature(n) },
		&weightsKeys:        func(n *node) { d.weights(n) },
		&assetKeys:          func(n *node) { d.asset(n) },
		&tableKeys:          func(n *node) { d.table(n) },
		&optionKeys:         func(n *node) { d.options(n) },
		&shardingKeys:       func(n *node) { d.sharding(n) },
		&kerasKeys:          func(*node) {}, // package keras has the code, and a test
	}
	for _, m := range append(mappings, &specKeys) {
		if decode[m] == nil {
			t.Errorf("no decoder of %s in this test", m.name)
			continue
		}
		n := &node{kind: mapNode}
		for _, k := range m.keys {
			n.pairs = append(n.pairs, pair{k.name, Pos{}, &node{kind: listNode}})
		}
		decode[m](n)
	}
	for _, e := range d.sink.list {
		if strings.HasPrefix(e.Msg, "unknown key") {
			t.Error(e)
		}
	}
}
