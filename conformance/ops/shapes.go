// Command ops answers for compare_shapes.py what internal/op infers: it reads
// nodes, one JSON object a line (nodes.py says what they are), and writes for
// each the shapes of its outputs or the error.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

type node struct {
	Op     string                     `json:"op"`
	Attrs  map[string]json.RawMessage `json:"attrs"`
	Inputs []input                    `json:"inputs"`
}

type input struct {
	DType   tensor.DType    `json:"dtype"`
	Dims    []int64         `json:"dims"`
	Const   json.RawMessage `json:"const"`
	Partial []int64         `json:"partial"`
	Handle  []handle        `json:"handle"`
}

type answer struct {
	Known   bool       `json:"known"` // the op has a shape function
	Shapes  []dims     `json:"shapes,omitempty"`
	Handles [][]handle `json:"handles,omitempty"`
	Error   string     `json:"error,omitempty"`
	Values  []value    `json:"values,omitempty"` // the outputs, where all inputs are constant and we evaluate the op
}

type value struct {
	Dims   []int64  `json:"dims"`
	Values []string `json:"values"` // numbers: JSON has no infinity
}

// dims is a shape in JSON: null for unknown rank.
type dims tensor.Shape

func (d dims) MarshalJSON() ([]byte, error) { return json.Marshal(tensor.Shape(d).Dims()) }

func (d *dims) UnmarshalJSON(b []byte) error {
	var list []int64
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*d = dims(shapeOf(list))
	return nil
}

func shapeOf(list []int64) tensor.Shape {
	if list == nil {
		return tensor.UnknownShape()
	}
	return tensor.ShapeOf(list...)
}

// handle is [dtype, dims] in JSON.
type handle tensor.HandleData

func (h handle) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{h.DType, dims(h.Shape)})
}

func (h *handle) UnmarshalJSON(b []byte) error {
	var shape dims
	pair := []any{&h.DType, &shape}
	err := json.Unmarshal(b, &pair)
	h.Shape = tensor.Shape(shape)
	return err
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := bufio.NewWriter(os.Stdout)
	enc := json.NewEncoder(out)
	for in.More() {
		var n node
		if err := in.Decode(&n); err != nil {
			return err
		}
		a, err := infer(&n)
		if err != nil {
			return fmt.Errorf("%s: %w", n.Op, err)
		}
		if err := enc.Encode(a); err != nil {
			return err
		}
	}
	return out.Flush()
}

func infer(n *node) (*answer, error) {
	d, ok := op.Lookup(n.Op)
	if !ok {
		return nil, fmt.Errorf("no such op")
	}
	a := &answer{Known: op.HasShapeFunc(n.Op)}
	attrs := map[string]any{}
	for name, raw := range n.Attrs {
		def, ok := d.Attr(name)
		if !ok {
			return nil, fmt.Errorf("no attribute %s", name)
		}
		v, err := attrValue(def.Type, raw)
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
		if err := op.CheckAttr(def, v); err != nil {
			a.Error = err.Error()
			return a, nil
		}
		attrs[name] = v
	}
	c, err := context(n, attrs)
	if err != nil {
		return nil, err
	}
	shapes, err := d.InferShapes(c)
	if err != nil {
		a.Error = err.Error()
		return a, nil
	}
	for i, s := range shapes {
		a.Shapes = append(a.Shapes, dims(s))
		handles := []handle{}
		for _, h := range c.HandleOut[i] {
			handles = append(handles, handle(h))
		}
		a.Handles = append(a.Handles, handles)
	}
	a.Values = evaluate(d, c, len(n.Inputs))
	return a, nil
}

func evaluate(d *op.Def, c *op.ShapeContext, n int) []value {
	inputs := make([]*tensor.Tensor, n)
	for i := range inputs {
		if inputs[i] = c.Const(i); inputs[i] == nil {
			return nil
		}
	}
	outputs, ok := op.Evaluate(d, c.Attrs, inputs)
	if !ok {
		return nil
	}
	values := make([]value, len(outputs))
	for i, t := range outputs {
		v := value{Dims: t.Dims, Values: make([]string, t.NumElements())}
		for k := range v.Values {
			switch {
			case t.DType.IsFloating():
				v.Values[k] = strconv.FormatFloat(t.Float(k), 'g', -1, 64)
			case t.DType == tensor.String, t.DType.IsComplex():
				v.Values[k] = "0" // not compared
			default:
				v.Values[k] = strconv.FormatInt(t.Int(k), 10)
			}
		}
		values[i] = v
	}
	return values
}

func context(n *node, attrs map[string]any) (*op.ShapeContext, error) {
	consts := make([]*tensor.Tensor, len(n.Inputs))
	partial := make([]tensor.Shape, len(n.Inputs))
	handles := make([][]tensor.HandleData, len(n.Inputs))
	c := &op.ShapeContext{
		Attrs:      attrs,
		Const:      func(i int) *tensor.Tensor { return consts[i] },
		ConstShape: func(i int) tensor.Shape { return partial[i] },
		HandleIn:   func(i int) []tensor.HandleData { return handles[i] },
	}
	for i, in := range n.Inputs {
		c.Inputs = append(c.Inputs, shapeOf(in.Dims))
		c.InputTypes = append(c.InputTypes, in.DType)
		switch {
		case in.Const != nil:
			t, err := tensorOf(in.DType, in.Dims, in.Const)
			if err != nil {
				return nil, fmt.Errorf("input %d: %w", i, err)
			}
			consts[i] = t
		case in.Partial != nil:
			partial[i] = tensor.ShapeOf(in.Partial...)
			if partial[i].FullyDefined() {
				consts[i] = tensor.FromInts(in.DType, in.Dims, in.Partial)
			}
		case in.Handle != nil:
			for _, h := range in.Handle {
				handles[i] = append(handles[i], tensor.HandleData(h))
			}
		}
	}
	return c, nil
}
