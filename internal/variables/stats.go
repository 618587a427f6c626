package variables

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/tfsave/tfsave/internal/tensor"
)

// Stats describes the elements of a numeric tensor. Those of a complex one are
// taken by their absolute values.
type Stats struct {
	Count int64   `json:"count"`
	Zeros int64   `json:"zeros"`
	NaNs  int64   `json:"nan"`
	Infs  int64   `json:"inf"`
	Min   float64 `json:"min"` // of the finite elements, as are the next
	Max   float64 `json:"max"`
	Mean  Number  `json:"mean"`
	Std   Number  `json:"std"` // of the population

	finite int64
	m2     float64
}

// Number is a number that is null in JSON where it is too large for a float64.
type Number float64

// MarshalJSON gives a number or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if n-n != 0 {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// bufferSize is how much of a tensor is in memory at once.
const bufferSize = 1 << 18

// Stats computes the statistics of a variable, in one pass.
func (s *Set) Stats(v *Variable) (*Stats, error) {
	st := &Stats{Min: math.Inf(1), Max: math.Inf(-1)}
	err := s.Each(v, func(values []float64) error {
		st.add(values)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if st.finite == 0 {
		st.Min, st.Max = 0, 0
	} else {
		st.Std = Number(math.Sqrt(st.m2 / float64(st.finite)))
	}
	return st, nil
}

// add counts a piece of the elements: its mean and its squares by themselves,
// put together with those of the pieces before by the method of Chan, Golub and
// LeVeque.
func (st *Stats) add(values []float64) {
	st.Count += int64(len(values))
	finite, sum := int64(0), 0.0
	for _, x := range values {
		if x-x != 0 { // NaN or infinite
			if x != x {
				st.NaNs++
			} else {
				st.Infs++
			}
			continue
		}
		if x == 0 {
			st.Zeros++
		}
		finite++
		sum += x
		if x < st.Min {
			st.Min = x
		}
		if x > st.Max {
			st.Max = x
		}
	}
	if finite == 0 {
		return
	}
	mean := sum / float64(finite)
	m2 := 0.0
	for _, x := range values {
		if d := x - mean; d-d == 0 {
			m2 += d * d
		}
	}
	d := mean - float64(st.Mean)
	total := float64(st.finite + finite)
	st.m2 += m2 + d*d*float64(st.finite)*float64(finite)/total
	st.Mean += Number(d * float64(finite) / total)
	st.finite += finite
}

// Each calls visit with the elements of a numeric variable, piece by piece.
func (s *Set) Each(v *Variable, visit func([]float64) error) error {
	return s.each(v, v.DType, visit)
}

// each reads the elements as of dtype d.
func (s *Set) each(v *Variable, d tensor.DType, visit func([]float64) error) error {
	r, err := s.stream(v)
	if err != nil {
		return err
	}
	size := d.Size()
	buf := make([]byte, bufferSize/size*size)
	values := make([]float64, len(buf)/size)
	for {
		n, err := io.ReadFull(r, buf)
		if n > 0 {
			count := n / size
			Decode(d, values[:count], buf[:n])
			if err := visit(values[:count]); err != nil {
				return err
			}
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return nil
		default:
			return fmt.Errorf("%s: %w", v.Name, err)
		}
	}
}

// Decode reads as many elements as out has.
func Decode(d tensor.DType, out []float64, b []byte) {
	le := binary.LittleEndian
	switch d {
	case tensor.Float32:
		for i := range out {
			out[i] = float64(math.Float32frombits(le.Uint32(b[4*i:])))
		}
	case tensor.Float64:
		for i := range out {
			out[i] = math.Float64frombits(le.Uint64(b[8*i:]))
		}
	case tensor.BFloat16:
		for i := range out {
			out[i] = float64(tensor.BFloat16Value(le.Uint16(b[2*i:])))
		}
	case tensor.Int32:
		for i := range out {
			out[i] = float64(int32(le.Uint32(b[4*i:])))
		}
	case tensor.Int64:
		for i := range out {
			out[i] = float64(int64(le.Uint64(b[8*i:])))
		}
	case tensor.Uint64:
		for i := range out {
			out[i] = float64(le.Uint64(b[8*i:]))
		}
	case tensor.Complex64:
		for i := range out {
			out[i] = math.Hypot(float64(math.Float32frombits(le.Uint32(b[8*i:]))), float64(math.Float32frombits(le.Uint32(b[8*i+4:]))))
		}
	case tensor.Complex128:
		for i := range out {
			out[i] = math.Hypot(math.Float64frombits(le.Uint64(b[16*i:])), math.Float64frombits(le.Uint64(b[16*i+8:])))
		}
	default:
		size := d.Size()
		for i := range out {
			t := &tensor.Tensor{DType: d, Data: b[i*size : (i+1)*size]}
			if d.IsFloating() {
				out[i] = t.Float(0)
			} else {
				out[i] = float64(t.Int(0))
			}
		}
	}
}

// Pairs calls visit with the elements of two numeric variables of one dtype and
// shape, piece by piece; of complex ones with both parts of each.
func Pairs(s, t *Set, v, w *Variable, visit func(x, y []float64)) error {
	r, err := t.stream(w)
	if err != nil {
		return err
	}
	d := v.DType.Real()
	size := d.Size()
	var buf []byte
	var other []float64
	err = s.each(v, d, func(values []float64) error {
		if buf == nil {
			buf, other = make([]byte, len(values)*size), make([]float64, len(values))
		}
		n := len(values) // never more than that of the first piece
		if _, err := io.ReadFull(r, buf[:n*size]); err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
		Decode(d, other[:n], buf[:n*size])
		visit(values, other[:n])
		return nil
	})
	if err != nil {
		return err
	}
	return drain(r, w)
}

// drain reads to the end of a tensor, which tells whether its checksum is right.
func drain(r io.Reader, v *Variable) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return fmt.Errorf("%s: %w", v.Name, err)
	}
	return nil
}

// Same says whether two numeric variables have the same bytes.
func Same(s, t *Set, v, w *Variable) (bool, error) {
	x, err := s.stream(v)
	if err != nil {
		return false, err
	}
	y, err := t.stream(w)
	if err != nil {
		return false, err
	}
	a, b := make([]byte, bufferSize), make([]byte, bufferSize)
	same := true
	for same {
		n, err := io.ReadFull(x, a)
		m, err2 := io.ReadFull(y, b)
		same = bytes.Equal(a[:n], b[:m])
		for _, e := range []struct {
			err error
			of  *Variable
		}{{err, v}, {err2, w}} {
			if e.err != nil && e.err != io.EOF && e.err != io.ErrUnexpectedEOF {
				return false, fmt.Errorf("%s: %w", e.of.Name, e.err)
			}
		}
		if err != nil || err2 != nil {
			break
		}
	}
	if !same { // the rest is read when the values are compared
		return false, nil
	}
	return true, errors.Join(drain(x, v), drain(y, w))
}
