package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

// attrValue reads the value of an attribute of the given type.
func attrValue(typ string, raw json.RawMessage) (any, error) {
	switch typ {
	case "int":
		return read[int64](raw)
	case "float":
		return read[float32](raw)
	case "bool":
		return read[bool](raw)
	case "string":
		return read[string](raw)
	case "type":
		return read[tensor.DType](raw)
	case "shape":
		return readShape(raw)
	case "tensor":
		return readTensor(raw)
	case "func":
		return readFunc(raw)
	case "list(int)":
		return readList(raw, read[int64])
	case "list(float)":
		return readList(raw, read[float32])
	case "list(bool)":
		return readList(raw, read[bool])
	case "list(string)":
		return readList(raw, read[string])
	case "list(type)":
		return readList(raw, read[tensor.DType])
	case "list(shape)":
		return readList(raw, readShape)
	case "list(tensor)":
		return readList(raw, readTensor)
	case "list(func)":
		return readList(raw, readFunc)
	}
	return nil, fmt.Errorf("no such type: %s", typ)
}

func read[T any](raw json.RawMessage) (v T, err error) {
	err = json.Unmarshal(raw, &v)
	return v, err
}

func readList[T any](raw json.RawMessage, elem func(json.RawMessage) (T, error)) ([]T, error) {
	raws, err := read[[]json.RawMessage](raw)
	if err != nil {
		return nil, err
	}
	list := make([]T, len(raws))
	for i, r := range raws {
		if list[i], err = elem(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func readShape(raw json.RawMessage) (tensor.Shape, error) {
	d, err := read[dims](raw)
	return tensor.Shape(d), err
}

func readFunc(raw json.RawMessage) (op.Func, error) {
	name, err := read[string](raw)
	return op.Func{Name: name}, err
}

func readTensor(raw json.RawMessage) (*tensor.Tensor, error) {
	t, err := read[struct {
		DType  tensor.DType    `json:"dtype"`
		Dims   []int64         `json:"dims"`
		Values json.RawMessage `json:"values"`
	}](raw)
	if err != nil {
		return nil, err
	}
	return tensorOf(t.DType, t.Dims, t.Values)
}

// tensorOf makes a tensor of a flat JSON list of its elements.
func tensorOf(d tensor.DType, dims []int64, raw json.RawMessage) (*tensor.Tensor, error) {
	t := &tensor.Tensor{DType: d, Dims: dims}
	var err error
	switch d {
	case tensor.String:
		t.Strings, err = read[[]string](raw)
	case tensor.Bool:
		var list []bool
		list, err = read[[]bool](raw)
		for _, v := range list {
			t.Data = append(t.Data, map[bool]byte{true: 1}[v])
		}
	default:
		var list []float64
		list, err = read[[]float64](raw)
		for _, v := range list {
			var le [8]byte
			switch {
			case d == tensor.Float32:
				binary.LittleEndian.PutUint32(le[:], math.Float32bits(float32(v)))
			case d == tensor.Float64:
				binary.LittleEndian.PutUint64(le[:], math.Float64bits(v))
			default:
				binary.LittleEndian.PutUint64(le[:], uint64(int64(v)))
			}
			t.Data = append(t.Data, le[:d.Size()]...)
		}
	}
	if err != nil {
		return nil, err
	}
	return t, t.Check()
}
