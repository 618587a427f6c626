package spec

import (
	"math"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

func (d *decoder) table(n *node) *Table {
	t := &Table{Pos: n.pos, Delimiter: "\t"}
	for key, v := range d.fields(n, &tableKeys) {
		switch key {
		case "asset":
			t.AssetPath = d.path(v, key)
		case "keys":
			t.Keys = d.column(v, key)
		case "values":
			t.Values = d.column(v, key)
		case "key":
			t.KeyDType = d.dtype(v, key)
		case "value":
			t.ValueDType = d.dtype(v, key)
		case "default":
			t.HasDefault, t.Default = true, v.value()
		case "delimiter":
			t.Delimiter = d.text(v, key).Value
		case "vocab_size":
			t.VocabSize = d.integer(v, 1, key)
		case "num_oov_buckets":
			t.NumOOVBuckets = d.integer(v, 1, key)
		case "key_index", "value_index":
			// After the dtypes, on which the defaults depend.
		default:
			panic("internal error: no code for key " + key)
		}
	}
	if n.kind != mapNode {
		return t
	}
	if n.has("asset") {
		d.indexes(n, t)
	}
	d.checkTable(n, t)
	return t
}

// column reads the keys or the values of an inline table.
func (d *decoder) column(n *node, what string) *Value {
	d.list(n, what)
	v := n.value()
	return &v
}

// indexes finds the columns of a table from a file, and checks them as
// tf.lookup.TextFileInitializer does (tensorflow/python/ops/lookup_ops.py,
// TF 2.21). Unless said they are those of a vocabulary: a line for its number,
// or the number for the line.
func (d *decoder) indexes(n *node, t *Table) {
	t.KeyIndex, t.ValueIndex = WholeLine, LineNumber
	if t.KeyDType == tensor.Int64 && t.ValueDType == tensor.String {
		t.KeyIndex, t.ValueIndex = LineNumber, WholeLine
	}
	for _, column := range []struct {
		index *int
		dtype tensor.DType
		name  string
	}{{&t.KeyIndex, t.KeyDType, "key"}, {&t.ValueIndex, t.ValueDType, "value"}} {
		pos := n.pos
		if v := n.get(column.name + "_index"); v != nil {
			pos = v.pos
			*column.index = d.index(v, column.name+"_index")
		}
		switch {
		case column.dtype == tensor.Invalid:
		case *column.index == LineNumber && column.dtype != tensor.Int64:
			d.add(pos, "%s_index: a line_number is of dtype int64, not %s", column.name, column.dtype)
		case *column.index == WholeLine && column.dtype != tensor.String && !column.dtype.IsInteger():
			d.add(pos, "%s_index: a whole_line is a string or an integer, not %s", column.name, column.dtype)
		}
	}
}

// index reads the number of a column, whole_line or line_number.
func (d *decoder) index(n *node, what string) int {
	switch v := n.scalar.(type) {
	case string:
		switch v {
		case "whole_line":
			return WholeLine
		case "line_number":
			return LineNumber
		}
	case int64:
		if n.kind == scalarNode && v >= 0 && v <= math.MaxInt32 {
			return int(v)
		}
	}
	d.add(n.pos, "%s: want whole_line, line_number or the number of a column from 0, not %s", what, n.describe())
	return 0
}

// tableDTypes are the kinds of tables that TensorFlow has: keys to values
// (HashTableV2, REGISTER_KERNEL in tensorflow/core/kernels/lookup_table_op.cc, TF 2.21;
// observed).
var tableDTypes = map[tensor.DType][]tensor.DType{
	tensor.String: {tensor.Float32, tensor.Float64, tensor.Int32, tensor.Int64, tensor.String, tensor.Bool},
	tensor.Int64:  {tensor.Float32, tensor.Float64, tensor.Int32, tensor.Int64, tensor.String},
	tensor.Int32:  {tensor.Float32, tensor.Float64, tensor.Int32, tensor.String},
}

// checkTable checks what keys of a table go together.
func (d *decoder) checkTable(n *node, t *Table) {
	inline := t.Keys != nil || t.Values != nil
	before := d.count()
	if kinds, ok := tableDTypes[t.KeyDType]; n.has("key") && n.has("value") && t.KeyDType != tensor.Invalid && t.ValueDType != tensor.Invalid {
		switch {
		case !ok:
			d.add(n.get("key").pos, "key: TensorFlow has tables with keys of string, int64 and int32, not of %s", t.KeyDType)
		case !slices.Contains(kinds, t.ValueDType):
			d.add(n.get("value").pos, "value: TensorFlow has no table from %s to %s", t.KeyDType, t.ValueDType)
		}
	}
	if v := n.get("delimiter"); v != nil && len(t.Delimiter) > 1 {
		d.add(v.pos, "delimiter: want one byte, not %s", quote(t.Delimiter))
	}
	switch {
	case inline && n.has("asset"):
		d.add(n.pos, "a table has one source: asset, or keys and values, not both")
	case !n.has("asset") && misspelt(n, &tableKeys, "asset", "keys", "values"):
	case !inline && !n.has("asset"):
		d.add(n.pos, "a table needs the key \"asset\", or \"keys\" and \"values\"")
	case inline && (t.Keys == nil || t.Values == nil):
		d.add(n.pos, "a table needs both \"keys\" and \"values\"")
	case inline:
		keys, _ := t.Keys.V.([]Value)
		if len(keys) == 0 && d.count() == before {
			d.add(t.Keys.Pos, "keys: a table cannot be empty")
		}
		values, _ := t.Values.V.([]Value)
		if len(keys) != len(values) {
			d.add(t.Values.Pos, "values: %d values for %d keys", len(values), len(keys))
		}
		for _, key := range []string{"key_index", "value_index", "delimiter", "vocab_size"} {
			if v := n.get(key); v != nil {
				d.add(v.pos, "%s is for tables from an asset", key)
			}
		}
	}
	switch {
	case t.HasDefault && t.NumOOVBuckets > 0:
		d.add(t.Default.Pos, "default: a table with num_oov_buckets has none")
	case !t.HasDefault && t.NumOOVBuckets == 0 && misspelt(n, &tableKeys, "default", "num_oov_buckets"):
	case !t.HasDefault && t.NumOOVBuckets == 0:
		d.add(n.pos, "a table needs the key \"default\" (or \"num_oov_buckets\")")
	case t.NumOOVBuckets > 0 && t.ValueDType != tensor.Int64 && t.ValueDType != tensor.Invalid:
		d.add(n.pos, "a table with num_oov_buckets has values of dtype int64, not %s", t.ValueDType)
	}
}
