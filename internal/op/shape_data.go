package op

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// dataShapes are ops on tables, queues and checkpoints
// (tensorflow/core/ops/lookup_ops.cc, data_flow_ops.cc, io_ops.cc, TF 2.21).
func dataShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"MutableHashTableV2":                 func(c *ShapeContext) []tensor.Shape { return c.newTable(scalar(), scalar()) },
		"MutableHashTableOfTensorsV2":        func(c *ShapeContext) []tensor.Shape { return c.newTable(scalar(), c.attrShape("value_shape")) },
		"AnonymousMutableHashTable":          func(c *ShapeContext) []tensor.Shape { return c.newTable(scalar(), scalar()) },
		"AnonymousMutableHashTableOfTensors": func(c *ShapeContext) []tensor.Shape { return c.newTable(scalar(), c.attrShape("value_shape")) },
		"MutableDenseHashTableV2":            denseTableShape,
		"AnonymousMutableDenseHashTable":     denseTableShape,
		"LookupTableFindV2":                  lookupFindShape,
		"LookupTableExportV2":                lookupExportShape,
		"LookupTableImportV2":                lookupImportShape,
		"RestoreV2":                          restoreShape,
		"SaveV2":                             saveShape,
		"MatchingFiles":                      func(c *ShapeContext) []tensor.Shape { c.rankAtMost(0, 1); return one(vector(tensor.Unknown)) },
	}
}

// newTable is the handle of a table, behind which are a key and a value.
func (c *ShapeContext) newTable(key, value tensor.Shape) []tensor.Shape {
	c.HandleOut[0] = []tensor.HandleData{
		{DType: c.attrType("key_dtype"), Shape: key},
		{DType: c.attrType("value_dtype"), Shape: value},
	}
	return one(scalar())
}

func denseTableShape(c *ShapeContext) []tensor.Shape {
	return c.newTable(c.rankAtMost(0, 1), c.attrShape("value_shape"))
}

func lookupFindShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	return one(c.tableValues(c.Inputs[1], "Tin", "Tout"))
}

func lookupExportShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	keys := tensor.UnknownShape()
	return []tensor.Shape{keys, c.tableValues(keys, "Tkeys", "Tvalues")}
}

// tableValues gives the shape of the values that a table has for keys, from
// what is known of the handle, input 0 (tensorflow/core/ops/lookup_ops.cc,
// ValidateTableResourceHandle, TF 2.21): the shape of a key at the end of
// that of keys gives way to the shape of a value.
func (c *ShapeContext) tableValues(keys tensor.Shape, keyAttr, valueAttr string) tensor.Shape {
	table := c.handleIn(0)
	if len(table) != 2 {
		return tensor.UnknownShape()
	}
	key, value := table[0], table[1]
	if dtype := c.attrType(keyAttr); dtype != key.DType {
		c.fail("Trying to read value with wrong dtype. Expected %s got %s", key.DType, dtype)
	}
	if dtype := c.attrType(valueAttr); dtype != value.DType {
		c.fail("Trying to read value with wrong dtype. Expected %s got %s", value.DType, dtype)
	}
	if !keys.Known() || !key.Shape.Known() {
		return tensor.UnknownShape()
	}
	if keys.Rank() < key.Shape.Rank() {
		c.fail("Expected keys to have suffix %s but saw shape: %s", key.Shape, keys)
		return tensor.UnknownShape()
	}
	return sub(keys, 0, keys.Rank()-key.Shape.Rank()).Concat(value.Shape)
}

func lookupImportShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	keys := c.rank(1, 1)
	if values := c.Inputs[2]; values.Known() {
		values = c.withRankAtLeast(values, 1)
		c.mergeDim(keys.Dim(0), values.Dim(0))
	}
	return nil
}

// restoreShape reads the shapes out of the constant specifications of slices.
func restoreShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	c.merge(c.rank(1, 1), c.rank(2, 1))
	out := unknowns(len(c.HandleOut))
	t := c.constant(2)
	if t == nil || c.err != nil {
		return out
	}
	if len(t.Strings) != len(out) {
		c.fail("The number of shape_and_slice doesn't match tensor outputs.")
		return out
	}
	for i, s := range t.Strings {
		if s == "" {
			continue // the whole tensor, of which the checkpoint knows the shape
		}
		dims, err := parseSlice(s)
		if err != nil {
			c.fail("%v", err)
			return out
		}
		out[i] = tensor.ShapeOf(dims...)
	}
	return out
}

// parseSlice gives the shape of the slice that a specification such as
// "4 8 -:2,3" names: the shape of the tensor, then for each dimension all, or
// start and length (tensorflow/core/util/saved_tensor_slice_util.cc, ParseShapeAndSlice).
func parseSlice(spec string) ([]int64, error) {
	words := strings.Split(spec, " ")
	if len(words) < 2 {
		return nil, fmt.Errorf("Need least two elements in shape_and_slice specification: %s", spec)
	}
	parts := strings.Split(words[len(words)-1], ":")
	if len(parts) != len(words)-1 {
		return nil, fmt.Errorf("shape and slice have different ranks: %s", spec)
	}
	dims := make([]int64, len(parts))
	for i, part := range parts {
		whole, err := strconv.ParseInt(words[i], 10, 64)
		if err != nil || whole < 0 {
			return nil, fmt.Errorf("not a dimension in shape_and_slice specification %s: %s", spec, words[i])
		}
		dims[i] = whole
		if part == "-" {
			continue
		}
		from, length, ok := strings.Cut(part, ",")
		start, err1 := strconv.ParseInt(from, 10, 64)
		size, err2 := strconv.ParseInt(length, 10, 64)
		if !ok || err1 != nil || err2 != nil || start < 0 || size <= 0 || start > whole-size {
			return nil, fmt.Errorf("not a slice of %d in shape_and_slice specification %s: %s", whole, spec, part)
		}
		dims[i] = size
	}
	return dims, nil
}

// saveShape: a name and a slice for each tensor.
func saveShape(c *ShapeContext) []tensor.Shape {
	c.scalars(0)
	n := int64(len(c.Inputs) - 3)
	for i := 1; i < 3; i++ {
		if s := c.rank(i, 1); c.err == nil {
			c.dimIs(s.Dim(0), n)
		}
	}
	return nil
}
