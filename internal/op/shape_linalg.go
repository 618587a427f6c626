package op

import (
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// linalgShapes are the ops on matrices, of which the last two dimensions of
// a shape are one (tensorflow/core/ops/linalg_ops.cc, array_ops.cc, TF 2.21).
func linalgShapes() map[string]shapeFunc {
	return map[string]shapeFunc{
		"Diag":                  diagShape,
		"DiagPart":              diagPartShape,
		"MatrixDiagPart":        matrixDiagPartShape,
		"MatrixSetDiag":         matrixSetDiagShape,
		"MatrixDiagV2":          matrixDiagV2Shape,
		"MatrixDiagV3":          matrixDiagV2Shape,
		"MatrixDiagPartV2":      matrixDiagPartV2Shape,
		"MatrixDiagPartV3":      matrixDiagPartV2Shape,
		"MatrixSetDiagV2":       matrixSetDiagV2Shape,
		"MatrixSetDiagV3":       matrixSetDiagV2Shape,
		"Svd":                   svdShape,
		"Qr":                    qrShape,
		"Eig":                   eigShape,
		"SelfAdjointEigV2":      eigShape,
		"BandedTriangularSolve": bandedTriangularSolveShape,
		"TridiagonalSolve":      tridiagonalSolveShape,
		"TridiagonalMatMul":     tridiagonalMatMulShape,
		"Einsum":                einsumShape,
	}
}

func diagShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	return one(in.Concat(in))
}

func diagPartShape(c *ShapeContext) []tensor.Shape {
	in := c.Inputs[0]
	if !in.Known() {
		return unknowns(1)
	}
	if in.Rank()%2 != 0 || in.Rank() == 0 {
		c.fail("Input must have even and non-zero rank, input rank is %d", in.Rank())
		return unknowns(1)
	}
	half := in.Rank() / 2
	dims := make([]int64, half)
	for i := range dims {
		dims[i] = c.mergeDim(in.Dim(i), in.Dim(half+i))
	}
	return one(tensor.ShapeOf(dims...))
}

// minDim is the smaller dimension: 0 is, whatever the other.
func minDim(a, b int64) int64 {
	if a == 0 || b == 0 {
		return 0
	}
	if a < 0 || b < 0 {
		return tensor.Unknown
	}
	return min(a, b)
}

func matrixDiagPartShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 2)
	if !in.Known() {
		return unknowns(1)
	}
	return one(sub(in, 0, -2).Concat(vector(minDim(lastTwo(in)))))
}

func matrixSetDiagShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 2)
	diag := c.rankAtLeast(1, 1)
	if in.Known() && c.err == nil {
		diag = c.withRank(diag, in.Rank()-1)
		c.mergeDim(diag.Dim(-1), minDim(lastTwo(in)))
	}
	return one(c.setDiag(in, diag))
}

// setDiag adds what the leading dimensions of the diagonals say of those of the matrices.
func (c *ShapeContext) setDiag(in, diag tensor.Shape) tensor.Shape {
	if in.FullyDefined() || !diag.Known() || c.err != nil {
		return in
	}
	return c.merge(in, sub(diag, 0, -1).Concat(tensor.UnknownOfRank(2)))
}

// diagonals reads an input that names one diagonal or a band of them: the
// lowest and highest.
func (c *ShapeContext) diagonals(i int) (low, high int64, known bool) {
	t := c.constant(i)
	if t == nil {
		return 0, 0, false
	}
	k, ok := intElements(t)
	switch {
	case !ok || len(t.Dims) > 1 || len(k) == 0 || len(k) > 2:
		c.fail("diag_index must be a vector with one or two elements. It has %d elements.", len(k))
		return 0, 0, false
	case k[0] > k[len(k)-1]:
		c.fail("lower_diag_index is greater than upper_diag_index")
		return 0, 0, false
	}
	return k[0], k[len(k)-1], true
}

// diagLength is how long the longest of the diagonals low to high is.
func diagLength(rows, columns, low, high int64) int64 {
	if rows < 0 || columns < 0 {
		return tensor.Unknown
	}
	return min(rows+min(high, 0), columns-max(low, 0))
}

// checkBand refuses diagonals that matrices of this size do not have.
func (c *ShapeContext) checkBand(rows, columns, low, high int64) {
	for _, k := range []int64{low, high} {
		if rows >= 0 && columns >= 0 && k != 0 && (k <= -rows || k >= columns) {
			c.fail("diagonal index %d is out of bound. It must be between %d and %d", k, -rows, columns)
			return
		}
	}
}

func matrixDiagPartV2Shape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 2)
	c.rankAtMost(1, 1)
	c.scalars(2)
	if !in.Known() {
		return unknowns(1)
	}
	low, high, known := c.diagonals(1)
	if !known {
		return unknowns(1)
	}
	rows, columns := lastTwo(in)
	c.checkBand(rows, columns, low, high)
	out := sub(in, 0, -2)
	if low != high {
		out = out.Concat(vector(high - low + 1))
	}
	return one(out.Concat(vector(diagLength(rows, columns, low, high))))
}

func matrixDiagV2Shape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 1)
	c.rankAtMost(1, 1)
	c.scalars(2, 3, 4)
	if !in.Known() || c.err != nil {
		return unknowns(1)
	}
	low, high, known := c.diagonals(1)
	if !known {
		return unknowns(1)
	}
	rank := in.Rank()
	if low != high && in.Dim(max(rank, 2)-2) != high-low+1 {
		// An unknown number of rows is refused too.
		c.fail("The number of rows of `diagonal` doesn't match the number of diagonals implied from `d_lower` and `d_upper`.")
		return unknowns(1)
	}
	rows, columns := tensor.Unknown, tensor.Unknown
	if v, known := c.constInt(2); known {
		rows = v
	}
	if v, known := c.constInt(3); known {
		columns = v
	}
	// What the diagonals at least need. TensorFlow reckons with an unknown
	// length as with -1.
	leastRows, leastColumns := in.Dim(-1)-min(high, 0), in.Dim(-1)+max(low, 0)
	switch {
	case rows == tensor.Unknown && columns == tensor.Unknown:
		rows, columns = max(leastRows, leastColumns), max(leastRows, leastColumns)
	case rows == tensor.Unknown:
		rows = leastRows
	case columns == tensor.Unknown:
		columns = leastColumns
	}
	switch {
	case rows < leastRows || columns < leastColumns:
		c.fail("num_rows or num_cols is too small")
	case rows != leastRows && columns != leastColumns:
		c.fail("num_rows and num_cols are not consistent with lower_diag_index, upper_diag_index, and the length of the given diagonals.")
	case rows < -1 || columns < -1:
		c.fail("num_rows and num_cols must be -1 or more")
	}
	if c.err != nil {
		return unknowns(1)
	}
	if low == high {
		return one(sub(in, 0, -1).Concat(tensor.ShapeOf(rows, columns)))
	}
	return one(c.replaceDim(c.replaceDim(in, max(rank, 2)-2, rows), -1, columns))
}

func matrixSetDiagV2Shape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 2)
	diag := c.rankAtLeast(1, 1)
	c.rankAtMost(2, 1)
	low, high, known := c.diagonals(2)
	if c.err != nil {
		return unknowns(1)
	}
	if known && in.Known() {
		diag = c.withRank(diag, in.Rank()-1+int(boolByte(low != high)))
		rows, columns := lastTwo(in)
		c.checkBand(rows, columns, low, high)
	} else if in.Known() {
		diag = c.withRankAtMost(c.withRankAtLeast(diag, in.Rank()-1), in.Rank())
	}
	if !c.Inputs[1].Known() {
		return one(in)
	}
	if !in.Known() && known && low != high {
		return one(c.setDiag(in, sub(diag, 0, -1)))
	}
	// For a band too, which TensorFlow refuses then.
	return one(c.setDiag(in, diag))
}

func svdShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 2)
	m, n := lastTwo(in)
	p := minDim(m, n)
	lead := sub(in, 0, -2)
	s := lead.Concat(vector(p))
	switch {
	case !c.attrBool("compute_uv"):
		return []tensor.Shape{s, vector(0), vector(0)}
	case c.attrBool("full_matrices"):
		return []tensor.Shape{s, lead.Concat(tensor.ShapeOf(m, m)), lead.Concat(tensor.ShapeOf(n, n))}
	}
	return []tensor.Shape{s, lead.Concat(tensor.ShapeOf(m, p)), lead.Concat(tensor.ShapeOf(n, p))}
}

func qrShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 2)
	m, n := lastTwo(in)
	p := minDim(m, n)
	lead := sub(in, 0, -2)
	if c.attrBool("full_matrices") {
		return []tensor.Shape{lead.Concat(tensor.ShapeOf(m, m)), lead.Concat(tensor.ShapeOf(m, n))}
	}
	return []tensor.Shape{lead.Concat(tensor.ShapeOf(m, p)), lead.Concat(tensor.ShapeOf(p, n))}
}

func eigShape(c *ShapeContext) []tensor.Shape {
	in := c.rankAtLeast(0, 2)
	m, k := lastTwo(in)
	n := c.mergeDim(m, k)
	lead := sub(in, 0, -2)
	values := lead.Concat(vector(n))
	if c.attrBool("compute_v") {
		return []tensor.Shape{values, lead.Concat(tensor.ShapeOf(n, n))}
	}
	return []tensor.Shape{values, vector(0)}
}

func bandedTriangularSolveShape(c *ShapeContext) []tensor.Shape {
	left, right := c.rankAtLeast(0, 2), c.rankAtLeast(1, 2)
	bands, n := lastTwo(left)
	if bands == 0 {
		c.fail("Number of bands must be positive, but is 0")
	}
	if bands > n && n >= 0 {
		c.fail("Number of bands %d cannot exceed the size of the matrix %d", bands, n)
	}
	rows, columns := lastTwo(right)
	rows = c.mergeDim(n, rows)
	return one(c.broadcast(sub(left, 0, -2), sub(right, 0, -2)).Concat(tensor.ShapeOf(rows, columns)))
}

func tridiagonalSolveShape(c *ShapeContext) []tensor.Shape {
	left, right := c.rankAtLeast(0, 2), c.rankAtLeast(1, 2)
	three, n := lastTwo(left)
	c.dimIs(three, 3)
	rows, _ := lastTwo(right)
	c.merge(sub(left, 0, -2), sub(right, 0, -2))
	c.mergeDim(n, rows)
	return one(right)
}

func tridiagonalMatMulShape(c *ShapeContext) []tensor.Shape {
	super, main, lower, right := c.rankAtLeast(0, 2), c.rankAtLeast(1, 2), c.rankAtLeast(2, 2), c.rankAtLeast(3, 2)
	c.merge(super, main)
	c.merge(super, lower)
	// TensorFlow holds the product against all but the superdiagonal.
	lead := sub(right, 0, -2)
	for _, s := range []tensor.Shape{main, lower} {
		lead = c.merge(lead, sub(s, 0, -2))
	}
	n, _ := lastTwo(right)
	for _, s := range []tensor.Shape{super, main, lower} {
		row, m := lastTwo(s)
		c.dimIs(row, 1)
		n = c.mergeDim(m, n)
	}
	return one(c.Inputs[3])
}

// einsumShape follows an equation such as "ab,bc->ac", in which ... stands for
// leading dimensions that are broadcast.
func einsumShape(c *ShapeContext) []tensor.Shape {
	eq, err := parseEinsum(c.attrString("equation"))
	if err != nil {
		c.fail("%v", err)
		return unknowns(1)
	}
	if len(eq.inputs) != len(c.Inputs) {
		c.fail("Expected %d inputs for equation %s but got: %d", len(eq.inputs), c.attrString("equation"), len(c.Inputs))
		return unknowns(1)
	}
	sizes := map[byte]int64{}
	var rest tensor.Shape // what the ellipses stand for
	restSet := false
	for i, labels := range eq.inputs {
		in := c.Inputs[i]
		dots := slices.Index(labels, ellipsisLabel)
		if !in.Known() {
			if dots >= 0 {
				rest, restSet = tensor.UnknownShape(), true
			}
			for _, label := range labels {
				if _, ok := sizes[label]; !ok && label != ellipsisLabel {
					sizes[label] = tensor.Unknown
				}
			}
			continue
		}
		named := labels
		if dots >= 0 {
			in = c.withRankAtLeast(in, len(labels)-1)
			after := len(labels) - 1 - dots
			covered := sub(in, dots, in.Rank()-after)
			if !restSet {
				rest, restSet = covered, true
			} else {
				rest = c.broadcast(rest, covered)
			}
			in = sub(in, 0, dots).Concat(sub(in, in.Rank()-after, toEnd))
			named = slices.Delete(slices.Clone(labels), dots, dots+1)
		} else {
			in = c.withRank(in, len(labels))
		}
		if c.err != nil {
			return unknowns(1)
		}
		for k, label := range named {
			size, ok := sizes[label]
			if !ok {
				size = tensor.Unknown
			}
			sizes[label] = c.mergeDim(size, in.Dim(k))
		}
	}
	out := scalar()
	for _, label := range eq.output {
		if label == ellipsisLabel {
			if restSet {
				out = out.Concat(rest)
			}
			continue
		}
		size, ok := sizes[label]
		if !ok {
			c.fail("Label %q not found in any input", string(rune(label)))
			return unknowns(1)
		}
		out = out.Concat(vector(size))
	}
	return one(out)
}
