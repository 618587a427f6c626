package variables

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// WriteValues writes the elements of a variable as nested lists, as JSON does:
// strings in quotes, what is no number as null where asJSON is set, and by its
// name else. most is how many are written, the others are left out; 0 is all.
func (s *Set) WriteValues(w io.Writer, v *Variable, most int64, asJSON bool) error {
	out := &nested{w: bufio.NewWriter(w), shape: v.Shape, most: most}
	if v.DType == tensor.String {
		for x, err := range s.Strings(v) {
			if err != nil {
				return err
			}
			if out.cut || !out.next() {
				continue // to the end, which tells whether the checksum is right
			}
			b, err := json.Marshal(strings.ToValidUTF8(x, "\ufffd"))
			if err != nil {
				return err
			}
			out.write(string(b))
		}
		return out.finish()
	}
	r, err := s.stream(v)
	if err != nil {
		return err
	}
	br := bufio.NewReaderSize(r, bufferSize)
	size := v.DType.Size()
	b := make([]byte, size)
	for range v.Elements() {
		if _, err := io.ReadFull(br, b); err != nil {
			return fmt.Errorf("%s: %w", v.Name, err)
		}
		if !out.next() {
			break
		}
		out.write(number(v.DType, b, asJSON))
	}
	// Also of what is not shown: values of which the checksum is wrong are none.
	if err := drain(br, v); err != nil {
		return err
	}
	return out.finish()
}

// number writes one element.
func number(d tensor.DType, b []byte, asJSON bool) string {
	t := &tensor.Tensor{DType: d, Data: b}
	switch {
	case d == tensor.Bool:
		return strconv.FormatBool(b[0] != 0)
	case d == tensor.Uint64:
		return strconv.FormatUint(t.Bits(0), 10)
	case d.IsComplex():
		part := d.Real()
		re, im := number(part, b[:part.Size()], false), number(part, b[part.Size():], false)
		if !strings.HasPrefix(im, "-") {
			im = "+" + im
		}
		if asJSON {
			return `"` + re + im + `j"`
		}
		return re + im + "j"
	case d.IsFloating():
		f := t.Float(0)
		if asJSON && (math.IsNaN(f) || math.IsInf(f, 0)) {
			return "null"
		}
		bits := 32
		if d == tensor.Float64 {
			bits = 64
		}
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, bits), "+"))
	}
	return strconv.FormatInt(t.Int(0), 10)
}

// nested writes elements in the brackets of a shape.
type nested struct {
	w     *bufio.Writer
	shape []int64
	most  int64
	at    int64
	cut   bool
}

// next says whether one more element is to be written.
func (n *nested) next() bool {
	n.cut = n.most > 0 && n.at == n.most
	return !n.cut
}

// open is how many lists begin, and end, before element i.
func (n *nested) open(i int64) int {
	lists := 0
	for d := len(n.shape) - 1; d >= 0; d-- {
		if n.shape[d] == 0 || i%n.shape[d] != 0 {
			break
		}
		lists++
		i /= n.shape[d]
	}
	return lists
}

func (n *nested) write(s string) {
	if lists := n.open(n.at); n.at == 0 {
		n.w.WriteString(strings.Repeat("[", len(n.shape)))
	} else {
		n.w.WriteString(strings.Repeat("]", lists) + "," + strings.Repeat("[", lists))
	}
	n.at++
	n.w.WriteString(s)
}

func (n *nested) finish() error {
	switch {
	case n.at == 0: // no elements, whatever the other dimensions
		n.w.WriteString("[]")
	case n.cut:
		n.w.WriteString(",…")
		n.w.WriteString(strings.Repeat("]", len(n.shape)))
	default:
		n.w.WriteString(strings.Repeat("]", len(n.shape)))
	}
	return n.w.Flush()
}
