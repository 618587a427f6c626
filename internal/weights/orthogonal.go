package weights

import (
	"fmt"
	"io"
	"math"

	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights/random"
)

// maxOrthogonal bounds the matrix, which is held in memory, twice, as float64.
const maxOrthogonal = 1 << 26

// orthogonal is a matrix of orthonormal columns (rows, where it is wider than
// high), times gain, as Keras makes it (orthogonal,
// keras/src/initializers/random_initializers.py, Keras 3.15): the Q of the QR
// decomposition of normal numbers, the signs chosen so that R's diagonal is
// positive. All axes but the last are the matrix's rows.
func orthogonal(gain float64, seed uint64) maker {
	return func(d tensor.DType, shape []int64) (*Source, error) {
		if err := wantFloating(d); err != nil {
			return nil, err
		}
		if len(shape) < 2 {
			return nil, fmt.Errorf("makes a matrix or more, not shape %s", tensor.ShapeOf(shape...))
		}
		n, err := numElements(shape, 8)
		if err != nil {
			return nil, err
		}
		if n > maxOrthogonal {
			return nil, fmt.Errorf("is not made for more than %d elements; shape %s has %d", maxOrthogonal, tensor.ShapeOf(shape...), n)
		}
		return New(d, shape, func() (io.ReadCloser, error) {
			cols := shape[len(shape)-1]
			values := orthogonalMatrix(n/cols, cols, seed)
			for i := range values {
				values[i] *= gain
			}
			return FromTensor(tensor.FromFloats(d, shape, values)).Open()
		})
	}
}

// orthogonalMatrix is row-major.
func orthogonalMatrix(rows, cols int64, seed uint64) []float64 {
	m, n := max(rows, cols), min(rows, cols)
	a := make([][]float64, n) // columns
	parallel(n, 1, func(from, to int64) {
		stream := random.New(seed)
		for j := from; j < to; j++ {
			a[j] = make([]float64, m)
			for i := range a[j] {
				a[j][i] = stream.Normal(uint64(j)*uint64(m) + uint64(i))
			}
		}
	})
	q := householder(a)
	out := make([]float64, 0, rows*cols)
	if rows < cols { // the columns of Q are the rows wanted
		for _, column := range q {
			out = append(out, column...)
		}
		return out
	}
	for i := range m {
		for j := range n {
			out = append(out, q[j][i])
		}
	}
	return out
}

// householder gives the columns of Q of the decomposition a = QR with R's
// diagonal positive, for at most as many columns as rows. It overwrites a.
func householder(a [][]float64) [][]float64 {
	n := len(a)
	sign := make([]float64, n)
	// a[k][k:] becomes the vector v of reflection k, I - beta·v·vᵀ, which takes
	// column k to the k-th axis.
	beta := make([]float64, n)
	for k := range n {
		v := a[k][k:]
		r := math.Sqrt(dot(v, v))
		sign[k] = -1
		if v[0] < 0 {
			sign[k] = 1
		}
		v[0] -= float64(sign[k] * r)
		if vv := dot(v, v); vv > 0 {
			beta[k] = 2 / vv
		}
		reflect(a[k+1:], k, v, beta[k])
	}
	q := make([][]float64, n)
	for k := n - 1; k >= 0; k-- {
		q[k] = make([]float64, len(a[k]))
		q[k][k] = sign[k]
		reflect(q[k:], k, a[k][k:], beta[k])
	}
	return q
}

// reflect applies a reflection to the part from row k on of each column.
func reflect(columns [][]float64, k int, v []float64, beta float64) {
	least := 1 + 1<<16/int64(len(v)) // work worth a goroutine
	parallel(int64(len(columns)), least, func(from, to int64) {
		for _, c := range columns[from:to] {
			c = c[k:]
			f := -beta * dot(v, c)
			for i, x := range v {
				c[i] += float64(f * x)
			}
		}
	})
}

// dot is the scalar product, summed up in four parts, always the same ones.
func dot(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}
