package op

import "github.com/tfsave/tfsave/internal/tensor"

// parsingShapes are ops that decode records (tensorflow/core/ops/parsing_ops.cc, TF 2.21).
func parsingShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"ParseExample":               parseExampleShape,
		"ParseExampleV2":             parseExampleShape,
		"ParseSingleExample":         parseSingleExampleShape,
		"ParseSequenceExample":       parseSequenceShape,
		"ParseSequenceExampleV2":     parseSequenceShape,
		"ParseSingleSequenceExample": parseSequenceShape,
		"DecodeCSV":                  decodeCSVShape,
		"DecodePaddedRaw":            decodePaddedRawShape,
		"DecodeProtoV2":              decodeProtoShape,
	}
}

// examples are the attributes that say which features are parsed.
type examples struct {
	sparse, ragged int
	dense          []tensor.Shape
}

func newExamples(c *ShapeContext) examples {
	e := examples{
		sparse: len(attrAs[[]tensor.DType](c, "sparse_types")),
		dense:  attrAs[[]tensor.Shape](c, "dense_shapes"),
	}
	if n := len(attrAs[[]tensor.DType](c, "Tdense")); n != len(e.dense) {
		c.fail("len(dense_keys) != len(dense_shapes): %d vs. %d", n, len(e.dense))
	}
	for i, s := range e.dense {
		if !s.Known() || !sub(s, 1, toEnd).FullyDefined() {
			c.fail("dense_shapes[%d] has unknown rank or unknown inner dimensions: %s", i, s)
		}
	}
	return e
}

func parseExampleShape(c *ShapeContext) []tensor.Shape {
	e := newExamples(c)
	v2 := c.Def.Name == "ParseExampleV2"
	var prefix tensor.Shape // of the dense outputs: the batch
	if v2 {
		e.ragged = len(attrAs[[]tensor.DType](c, "ragged_value_types"))
		if n := len(attrAs[[]tensor.DType](c, "ragged_split_types")); n != e.ragged {
			c.fail("len(ragged_value_types) != len(ragged_split_types): %d vs. %d", e.ragged, n)
		}
		if n := int(c.attrInt("num_sparse")); n != e.sparse {
			c.fail("len(sparse_types) is not num_sparse: %d vs. %d", e.sparse, n)
		}
		prefix = c.Inputs[0]
		if prefix.Known() {
			prefix = c.withRankAtMost(prefix, 1)
		}
		c.rankAtMost(1, 1)
	} else {
		prefix = c.rank(0, 1)
		c.rank(1, 1)
		if n := int(c.attrInt("Nsparse")); n != e.sparse {
			c.fail("len(sparse_keys) != len(sparse_types): %d vs. %d", n, e.sparse)
		}
		if n := int(c.attrInt("Ndense")); n != len(e.dense) {
			c.fail("len(dense_keys) != len(dense_shapes): %d vs. %d", n, len(e.dense))
		}
	}
	rank := int64(2)
	if v2 {
		rank = tensor.Unknown
		if prefix.Known() {
			rank = int64(prefix.Rank() + 1)
		}
	}
	var out []tensor.Shape
	out = append(out, same(tensor.ShapeOf(tensor.Unknown, rank), e.sparse)...)
	out = append(out, same(vector(tensor.Unknown), e.sparse)...)
	out = append(out, same(vector(rank), e.sparse)...)
	for _, s := range e.dense {
		out = append(out, prefix.Concat(s))
	}
	out = append(out, same(vector(tensor.Unknown), e.ragged)...)
	splits := tensor.Unknown
	if prefix.Rank() == 1 {
		splits = c.addDims(prefix.Dim(0), 1)
	}
	return append(out, same(vector(splits), e.ragged)...)
}

func parseSingleExampleShape(c *ShapeContext) []tensor.Shape {
	e := newExamples(c)
	c.scalars(0)
	if n := len(attrAs[[]string](c, "sparse_keys")); n != e.sparse {
		c.fail("len(sparse_keys) != len(sparse_types)")
	}
	if n := len(attrAs[[]string](c, "dense_keys")); n != len(e.dense) {
		c.fail("len(dense_keys) != len(dense_shapes)")
	}
	if n := int(c.attrInt("num_sparse")); n != e.sparse {
		c.fail("len(sparse_keys) != num_sparse")
	}
	var out []tensor.Shape
	out = append(out, same(tensor.ShapeOf(tensor.Unknown, 1), e.sparse)...)
	out = append(out, same(vector(tensor.Unknown), e.sparse)...)
	out = append(out, same(vector(1), e.sparse)...)
	return append(out, e.dense...)
}

// parseSequenceShape: of each example there are features of the context, and
// lists of features, which are longer by a dimension.
func parseSequenceShape(c *ShapeContext) []tensor.Shape {
	var batch tensor.Shape
	v2 := c.Def.Name == "ParseSequenceExampleV2"
	switch c.Def.Name {
	case "ParseSequenceExample":
		batch = c.rank(0, 1)
		c.rankAtMost(1, 1)
	case "ParseSequenceExampleV2":
		batch = c.rankAtMost(0, 1)
		c.rankAtMost(1, 1)
	default:
		batch = c.rank(0, 0)
		c.rank(1, 1)
	}
	fits := func(number string, have int, list string) {
		if n := int(c.attrInt(number)); n != have {
			c.fail("%s (%d) must match the size of %s (%d)", number, n, list, have)
		}
	}
	var out []tensor.Shape
	part := func(prefix, dense string, batch tensor.Shape) {
		n := len(attrAs[[]tensor.DType](c, prefix+"_sparse_types"))
		fits("N"+prefix+"_sparse", n, prefix+"_sparse_types")
		if c.Def.Name == "ParseSequenceExample" {
			for _, kind := range []string{"_sparse", "_dense"} {
				fits("N"+prefix+kind, len(attrAs[[]string](c, prefix+kind+"_keys")), prefix+kind+"_keys")
			}
		}
		rank := tensor.Unknown
		if batch.Known() {
			rank = int64(batch.Rank() + 1)
		}
		out = append(out, same(tensor.ShapeOf(tensor.Unknown, rank), n)...)
		out = append(out, same(vector(tensor.Unknown), n)...)
		out = append(out, same(vector(rank), n)...)
		shapes := attrAs[[]tensor.Shape](c, prefix+"_dense_shapes")
		if n := len(attrAs[[]tensor.DType](c, dense)); n != len(shapes) {
			c.fail("%s has %d dtypes, but there are %d shapes", dense, n, len(shapes))
		}
		for _, s := range shapes {
			out = append(out, batch.Concat(s))
		}
	}
	ragged := func(prefix string, splits ...tensor.Shape) {
		if !v2 {
			return
		}
		n := len(attrAs[[]tensor.DType](c, prefix+"_ragged_value_types"))
		out = append(out, same(vector(tensor.Unknown), n)...)
		for _, s := range splits {
			out = append(out, same(s, n)...)
		}
	}
	rows := vector(tensor.Unknown)
	if batch.Rank() == 1 {
		rows = vector(c.addDims(batch.Dim(0), 1))
	}
	part("context", "Tcontext_dense", batch)
	ragged("context", rows)
	part("feature_list", "feature_list_dense_types", batch.Concat(vector(tensor.Unknown)))
	if c.Def.Name != "ParseSingleSequenceExample" {
		out = append(out, same(batch, len(attrAs[[]tensor.DType](c, "feature_list_dense_types")))...)
	}
	ragged("feature_list", rows, vector(tensor.Unknown))
	if len(out) != len(c.HandleOut) {
		c.fail("attributes that list the same features differ in length")
		return unknowns(len(c.HandleOut))
	}
	return out
}

// decodeProtoShape: for each message the number of values of each field, and
// the values.
func decodeProtoShape(c *ShapeContext) []tensor.Shape {
	in, fields := c.Inputs[0], len(c.HandleOut)-1
	return append(one(in.Concat(vector(int64(fields)))), same(in.Concat(vector(tensor.Unknown)), fields)...)
}

func decodeCSVShape(c *ShapeContext) []tensor.Shape {
	for i := 1; i < len(c.Inputs); i++ {
		s := c.rankAtMost(i, 1)
		if s.Rank() == 1 && s.Dim(0) > 1 {
			c.fail("Shape of a default must be a length-0 or length-1 vector, or a scalar.")
		}
	}
	return same(c.Inputs[0], len(c.HandleOut))
}

func decodePaddedRawShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	width := tensor.Unknown
	if n, known := c.constInt(1); known {
		size := int64(c.attrType("out_type").Size())
		if n < 0 || size == 0 || n%size != 0 {
			c.fail("fixed_length must be a multiple of the size of out_type: %d", n)
			return unknowns(1)
		}
		width = n / size
	}
	return one(in.Concat(vector(width)))
}
