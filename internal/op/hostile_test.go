package op

import (
	"math/rand/v2"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

// TestHostileNodes gives every op nodes that fit nothing but the op's
// definition: inference and evaluation refuse them or not, but do not panic.
func TestHostileNodes(t *testing.T) {
	for _, name := range Names() {
		if _, code := shapeFuncs()[name]; !code && evaluators()[name] == nil {
			if _, ok := lookupSignature(name); !ok {
				continue
			}
		}
		d, _ := Lookup(name)
		for seed := range uint64(60) {
			h := hostile{rand.New(rand.NewPCG(seed, 1))}
			attrs := h.attrs(d)
			in, err := d.InputTypes(attrs)
			if err != nil {
				continue
			}
			func() {
				c := h.context(attrs, in)
				defer func() {
					if p := recover(); p != nil {
						t.Errorf("%s with %v on %v: %v", name, attrs, c.Inputs, p)
					}
				}()
				if _, err := d.InferShapes(c); err == nil {
					for i, s := range c.HandleOut {
						_ = s[:0:len(c.HandleOut[i])]
					}
				}
				values := make([]*tensor.Tensor, len(in))
				for i := range in {
					values[i] = h.tensor(in[i])
				}
				Evaluate(d, attrs, values)
			}()
		}
	}
}

// hostile draws values.
type hostile struct{ *rand.Rand }

func (h hostile) int() int64 {
	if h.IntN(8) == 0 {
		return []int64{-1 << 63, 1<<63 - 1, 1 << 31, -1 << 31, 300, 1 << 40, -5, 255}[h.IntN(8)]
	}
	return h.Int64N(7) - 2
}

func (h hostile) ints(n int) []int64 {
	list := make([]int64, n)
	for i := range list {
		list[i] = h.int()
	}
	return list
}

func (h hostile) shape() tensor.Shape {
	if h.IntN(5) == 0 {
		return tensor.UnknownShape()
	}
	dims := make([]int64, h.IntN(7))
	for i := range dims {
		dims[i] = h.Int64N(6) - 1
		if h.IntN(12) == 0 {
			dims[i] = 1 << 62
		}
	}
	return tensor.ShapeOf(dims...)
}

func (h hostile) attrs(d *Def) map[string]any {
	attrs := map[string]any{}
	for i := range d.Attrs {
		a := &d.Attrs[i]
		if a.HasDefault && h.IntN(3) > 0 {
			continue
		}
		for range 20 {
			v := h.value(a)
			if attrs[a.Name] = v; CheckAttr(a, v) == nil {
				break
			}
		}
	}
	return attrs
}

func (h hostile) value(a *AttrDef) any {
	n := h.IntN(6)
	switch a.Type {
	case "int":
		if v := h.int(); v < 1000 {
			return v // a number of inputs, perhaps
		}
		return int64(2)
	case "float":
		return float32(h.int()) / 2
	case "bool":
		return h.IntN(2) == 0
	case "string":
		return h.string(a)
	case "type":
		return h.dtype(a)
	case "shape":
		return h.shape()
	case "tensor":
		return h.tensor(tensor.Int32)
	case "func":
		return Func{Name: "f"}
	case "list(int)":
		return h.ints(n)
	case "list(float)":
		return make([]float32, n)
	case "list(bool)":
		return make([]bool, n)
	case "list(string)":
		list := make([]string, n)
		for i := range list {
			list[i] = h.string(a)
		}
		return list
	case "list(type)":
		list := make([]tensor.DType, n)
		for i := range list {
			list[i] = h.dtype(a)
		}
		return list
	case "list(shape)":
		list := make([]tensor.Shape, n)
		for i := range list {
			list[i] = h.shape()
		}
		return list
	case "list(tensor)":
		return []*tensor.Tensor{}
	}
	return []Func{}
}

func (h hostile) string(a *AttrDef) string {
	if a.AllowedStrings != nil {
		return a.AllowedStrings[h.IntN(len(a.AllowedStrings))]
	}
	return []string{"", "a", "NHWC", "NCHW", "ab,bc->ac", "...a->a", "->", ",", "\x00...", "%s"}[h.IntN(10)]
}

func (h hostile) dtype(a *AttrDef) tensor.DType {
	if a.AllowedTypes != nil {
		return a.AllowedTypes[h.IntN(len(a.AllowedTypes))]
	}
	return tensor.DType(1 + h.IntN(33))
}

func (h hostile) tensor(d tensor.DType) *tensor.Tensor {
	dims := make([]int64, h.IntN(3))
	n := 1
	for i := range dims {
		dims[i] = h.Int64N(5)
		n *= int(dims[i])
	}
	switch d = d.Base(); {
	case d.Size() == 0 && d != tensor.String:
		return nil
	case d == tensor.String:
		return tensor.FromStrings(dims, make([]string, n))
	}
	return tensor.FromInts(d, dims, h.ints(n))
}

func (h hostile) context(attrs map[string]any, in []tensor.DType) *ShapeContext {
	c := &ShapeContext{Attrs: attrs}
	values := map[int]*tensor.Tensor{}
	shapes := map[int]tensor.Shape{}
	handles := map[int][]tensor.HandleData{}
	for i, d := range in {
		s := h.shape()
		switch h.IntN(4) {
		case 0:
			if v := h.tensor(d); v != nil {
				values[i], s = v, v.Shape()
			}
		case 1:
			shapes[i] = h.shape()
		case 2:
			for range h.IntN(3) {
				handles[i] = append(handles[i], tensor.HandleData{DType: tensor.Float32, Shape: h.shape()})
			}
		}
		c.Inputs = append(c.Inputs, s)
	}
	c.Const = func(i int) *tensor.Tensor { return values[i] }
	c.ConstShape = func(i int) tensor.Shape { return shapes[i] }
	c.HandleIn = func(i int) []tensor.HandleData { return handles[i] }
	return c
}
