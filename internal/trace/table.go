package trace

import (
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tensor"
)

// tableMethods are those of a lookup table with fixed contents; what they do
// is library code (lib/lookup.py). A table with buckets for unknown keys is a
// StaticVocabularyTable, the others are StaticHashTables.
func tableMethods() map[string]method {
	on := func(f func(t *thread, table *model.Table, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*model.Table), args) }}
	}
	return map[string]method{
		"lookup":          on((*thread).tableLookup),
		"size":            on((*thread).tableSize),
		"export":          on((*thread).tableExport),
		"key_dtype":       property(func(_ *thread, v Value) (Value, error) { return v.(*model.Table).KeyDType, nil }),
		"value_dtype":     property(func(_ *thread, v Value) (Value, error) { return v.(*model.Table).ValueDType, nil }),
		"resource_handle": property(func(t *thread, v Value) (Value, error) { return t.handle(v.(*model.Table), "table_handle") }),
	}
}

func (t *thread) tableLookup(table *model.Table, args *callArgs) (Value, error) {
	p, err := t.params("lookup", args, "keys", "name?")
	if err != nil {
		return nil, err
	}
	keys := p[0]
	if !isComposite(keys) {
		if keys, err = t.convert(keys, tensor.Invalid, tensor.Invalid, "keys"); err != nil {
			return nil, err
		}
	}
	def := t.tr.Handle(table.Default)
	if table.OOVBuckets > 0 {
		return t.libCall("internal.vocabulary_table.lookup", table, keys, def, table.KeyDType, table.KeyDType, table.OOVBuckets, p[1])
	}
	return t.libCall("internal.table.lookup", table, keys, def, table.KeyDType, p[1])
}

func (t *thread) tableSize(table *model.Table, args *callArgs) (Value, error) {
	p, err := t.params("size", args, "name?")
	if err != nil {
		return nil, err
	}
	if table.OOVBuckets > 0 {
		return t.libCall("internal.vocabulary_table.size", table, table.OOVBuckets, p[0])
	}
	return t.libCall("internal.table.size", table, p[0])
}

func (t *thread) tableExport(table *model.Table, args *callArgs) (Value, error) {
	p, err := t.params("export", args, "name?")
	if err != nil {
		return nil, err
	}
	if table.OOVBuckets > 0 {
		return nil, t.errorf("AttributeError", "a table with num_oov_buckets has no export()")
	}
	return t.libCall("internal.table.export", table, table.KeyDType, table.ValueDType, p[0])
}
