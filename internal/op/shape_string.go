package op

import (
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// stringShapes are ops on strings (tensorflow/core/ops/string_ops.cc, TF 2.21).
func stringShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"StringJoin":               stringJoinShape,
		"StringFormat":             stringFormatShape,
		"Substr":                   substrShape,
		"UnicodeEncode":            unicodeEncodeShape,
		"UnicodeDecode":            unicodeDecodeShape,
		"UnicodeDecodeWithOffsets": unicodeDecodeShape,
	}
}

// stringJoinShape: scalars go with any shape, the others are equal.
func stringJoinShape(c *ShapeContext) []tensor.Shape {
	out := scalar()
	for _, s := range c.Inputs {
		if s.Rank() != 0 {
			if out.Rank() == 0 {
				out = tensor.UnknownShape()
			}
			out = c.merge(out, s)
		}
	}
	return one(out)
}

func stringFormatShape(c *ShapeContext) []tensor.Shape {
	template, placeholder := c.attrString("template"), c.attrString("placeholder")
	if placeholder == "" {
		c.fail("placeholder must not be empty")
		return one(scalar())
	}
	if n := strings.Count(template, placeholder); n != len(c.Inputs) {
		c.fail("num placeholders in template and num inputs must match: %d vs. %d", n, len(c.Inputs))
	}
	return one(scalar())
}

// substrShape: position and length are of one shape, which is broadcast with that of the strings.
func substrShape(c *ShapeContext) []tensor.Shape {
	pos, length := c.Inputs[1], c.Inputs[2]
	if length.Known() && pos.Known() {
		length = c.withRank(length, pos.Rank())
	}
	// A dimension known of the position, not of the length, is no match either.
	for i := range pos.Dims() {
		if pos.Dim(i) != length.Dim(i) {
			c.fail("pos and len shapes must match: %s vs. %s", pos, length)
		}
	}
	return one(c.broadcast(c.Inputs[0], pos))
}

func unicodeEncodeShape(c *ShapeContext) []tensor.Shape {
	c.rank(0, 1)
	splits := c.rank(1, 1)
	return one(vector(c.subDims(splits.Dim(0), 1)))
}

func unicodeDecodeShape(c *ShapeContext) []tensor.Shape {
	rows := c.addDims(c.numElements(c.Inputs[0]), 1)
	out := []tensor.Shape{vector(rows), vector(tensor.Unknown)}
	if len(c.Def.Outputs) == 3 {
		out = append(out, vector(tensor.Unknown))
	}
	return out
}
