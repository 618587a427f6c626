package tensor

import (
	"fmt"
	"strconv"
	"strings"
)

// Unknown is a dimension whose size is not known when the graph is built.
const Unknown int64 = -1

// Shape is a static shape: of unknown rank (the zero value), or a list of
// dimensions each of which may be Unknown. Shapes are values; the slice behind
// one is never written after it was made.
type Shape struct {
	known bool
	dims  []int64
}

// ShapeOf makes a shape of known rank.
func ShapeOf(dims ...int64) Shape {
	if dims == nil {
		dims = []int64{}
	}
	return Shape{known: true, dims: dims}
}

// UnknownShape is the shape of unknown rank.
func UnknownShape() Shape { return Shape{} }

// UnknownOfRank is a shape of rank n with no dimension known.
func UnknownOfRank(n int) Shape {
	dims := make([]int64, n)
	for i := range dims {
		dims[i] = Unknown
	}
	return ShapeOf(dims...)
}

// Known reports whether the rank is known.
func (s Shape) Known() bool { return s.known }

// Rank is the number of dimensions, -1 where it is unknown.
func (s Shape) Rank() int {
	if !s.known {
		return -1
	}
	return len(s.dims)
}

// Dims are the dimensions, which the caller must not write; nil for unknown rank.
func (s Shape) Dims() []int64 { return s.dims }

// Dim is dimension i; negative i counts from the end. Unknown for an unknown
// rank; i must be in range otherwise.
func (s Shape) Dim(i int) int64 {
	if !s.known {
		return Unknown
	}
	if i < 0 {
		i += len(s.dims)
	}
	return s.dims[i]
}

// FullyDefined reports whether every dimension is known.
func (s Shape) FullyDefined() bool {
	if !s.known {
		return false
	}
	for _, d := range s.dims {
		if d < 0 {
			return false
		}
	}
	return true
}

// NumElements is the product of the dimensions, Unknown unless all are known.
func (s Shape) NumElements() int64 {
	if !s.FullyDefined() {
		return Unknown
	}
	n := int64(1)
	for _, d := range s.dims {
		n *= d
	}
	return n
}

// Equal reports the same rank and the same dimensions, unknown ones equal to
// unknown ones only.
func (s Shape) Equal(t Shape) bool {
	if s.known != t.known || len(s.dims) != len(t.dims) {
		return false
	}
	for i := range s.dims {
		if s.dims[i] != t.dims[i] {
			return false
		}
	}
	return true
}

// Compatible reports whether one value could have both shapes.
func (s Shape) Compatible(t Shape) bool {
	_, err := s.Merge(t)
	return err == nil
}

// Merge gives the shape that says all that s and t say; an error where they
// contradict each other.
func (s Shape) Merge(t Shape) (Shape, error) {
	if !s.known {
		return t, nil
	}
	if !t.known {
		return s, nil
	}
	if len(s.dims) != len(t.dims) {
		return Shape{}, fmt.Errorf("shapes must be equal rank, but are %d and %d", len(s.dims), len(t.dims))
	}
	out := make([]int64, len(s.dims))
	for i, a := range s.dims {
		b := t.dims[i]
		switch {
		case a < 0:
			out[i] = b
		case b < 0 || a == b:
			out[i] = a
		default:
			return Shape{}, fmt.Errorf("dimension %d in both shapes must be equal, but are %d and %d. Shapes are %s and %s", i, a, b, s, t)
		}
	}
	return ShapeOf(out...), nil
}

// Relax gives the most specific shape that both s and t satisfy.
func (s Shape) Relax(t Shape) Shape {
	if !s.known || !t.known || len(s.dims) != len(t.dims) {
		return Shape{}
	}
	out := make([]int64, len(s.dims))
	for i, a := range s.dims {
		if a == t.dims[i] {
			out[i] = a
		} else {
			out[i] = Unknown
		}
	}
	return ShapeOf(out...)
}

// Subsumes reports whether every value of shape t also has shape s.
func (s Shape) Subsumes(t Shape) bool {
	if !s.known {
		return true
	}
	if !t.known || len(s.dims) != len(t.dims) {
		return false
	}
	for i, a := range s.dims {
		if a >= 0 && a != t.dims[i] {
			return false
		}
	}
	return true
}

// Concat appends the dimensions of t; unknown where either rank is.
func (s Shape) Concat(t Shape) Shape {
	if !s.known || !t.known {
		return Shape{}
	}
	out := make([]int64, 0, len(s.dims)+len(t.dims))
	return ShapeOf(append(append(out, s.dims...), t.dims...)...)
}

// String writes the shape as TensorFlow's shape inference does: [2,?,3], or
// <unknown>.
func (s Shape) String() string {
	if !s.known {
		return "<unknown>"
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, d := range s.dims {
		if i > 0 {
			b.WriteByte(',')
		}
		if d < 0 {
			b.WriteByte('?')
		} else {
			b.WriteString(strconv.FormatInt(d, 10))
		}
	}
	b.WriteByte(']')
	return b.String()
}
