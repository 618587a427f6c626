package op

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

// parseShapes reads shapes as they are printed: "[2,?] <unknown> []".
func parseShapes(t *testing.T, text string) []tensor.Shape {
	t.Helper()
	var shapes []tensor.Shape
	for _, word := range strings.Fields(text) {
		if word == "<unknown>" {
			shapes = append(shapes, tensor.UnknownShape())
			continue
		}
		dims := []int64{}
		for _, d := range strings.FieldsFunc(strings.Trim(word, "[]"), func(r rune) bool { return r == ',' }) {
			n := int64(-1)
			if d != "?" {
				if _, err := fmt.Sscan(d, &n); err != nil {
					t.Fatalf("%s: %v", word, err)
				}
			}
			dims = append(dims, n)
		}
		shapes = append(shapes, tensor.ShapeOf(dims...))
	}
	return shapes
}

func printShapes(shapes []tensor.Shape) string {
	words := make([]string, len(shapes))
	for i, s := range shapes {
		words[i] = s.String()
	}
	return strings.Join(words, " ")
}

type attrMap = map[string]any

func ints(values ...int64) *tensor.Tensor {
	return tensor.FromInts(tensor.Int32, []int64{int64(len(values))}, values)
}

func scalarInt(v int64) *tensor.Tensor { return tensor.FromInts(tensor.Int32, []int64{}, []int64{v}) }

// TestInferShapes has what TensorFlow 2.21 was seen to infer, and to refuse.
func TestInferShapes(t *testing.T) {
	// The attributes that the ops below have, or do not look at.
	f := attrMap{
		"T": tensor.Float32, "Index": tensor.Int32,
		"Tparams": tensor.Float32, "Tindices": tensor.Int32, "Taxis": tensor.Int32,
	}
	with := func(more attrMap) attrMap {
		all := maps.Clone(f)
		for k, v := range more {
			all[k] = v
		}
		return all
	}
	for _, tc := range []struct {
		op     string
		attrs  attrMap
		in     string
		consts map[int]*tensor.Tensor
		want   string // shapes, or part of the error after "!"
	}{
		// Broadcasting
		{"AddV2", f, "[2,1] [3]", nil, "[2,3]"},
		{"AddV2", f, "[2,?] [1,1]", nil, "[2,?]"},
		{"AddV2", f, "[?] [5]", nil, "[5]"},
		{"AddV2", f, "[?] [0]", nil, "[?]"},
		{"AddV2", f, "<unknown> [5]", nil, "<unknown>"},
		{"AddV2", f, "[3] [4]", nil, "!Dimensions must be equal, but are 3 and 4"},
		{"SelectV2", f, "[2,1] [3] []", nil, "[2,3]"},
		{"Equal", with(attrMap{"incompatible_shape_error": false}), "[3] [4]", nil, "[]"},
		// Products
		{"MatMul", f, "[2,3] [3,4]", nil, "[2,4]"},
		{"MatMul", with(attrMap{"transpose_a": true}), "[3,2] [3,4]", nil, "[2,4]"},
		{"MatMul", f, "<unknown> [3,4]", nil, "[?,4]"},
		{"MatMul", f, "[2,3] [4,5]", nil, "!Dimensions must be equal, but are 3 and 4"},
		{"MatMul", f, "[2,3,4] [4,5]", nil, "!Shape must be rank 2 but is rank 3"},
		{"BatchMatMulV2", f, "[5,1,2,3] [7,3,4]", nil, "[5,7,2,4]"},
		{"BatchMatMulV2", with(attrMap{"adj_y": true}), "[2,3] [4,3]", nil, "[2,4]"},
		{"Einsum", with(attrMap{"N": int64(2), "equation": "...ab,bc->...ac"}), "[7,2,3] [3,4]", nil, "[7,2,4]"},
		{"Einsum", with(attrMap{"N": int64(1), "equation": "ab->b"}), "[2,?]", nil, "[?]"},
		{"Einsum", with(attrMap{"N": int64(2), "equation": "ab,bc->ac"}), "[2,3] [4,5]", nil, "!Dimensions must be equal"},
		// Reductions
		{"Sum", f, "[2,3,4] [1]", map[int]*tensor.Tensor{1: ints(-1)}, "[2,3]"},
		{"Sum", with(attrMap{"keep_dims": true}), "[2,3,4] [2]", map[int]*tensor.Tensor{1: ints(0, 2)}, "[1,3,1]"},
		{"Sum", with(attrMap{"keep_dims": true}), "[2,3,4] [1]", nil, "[?,?,?]"},
		{"Sum", f, "[2,3] [1]", map[int]*tensor.Tensor{1: ints(2)}, "!Invalid reduction dimension 2"},
		{"ArgMax", f, "[2,3] []", map[int]*tensor.Tensor{1: scalarInt(0)}, "[3]"},
		// Arrays
		{"Reshape", f, "[6,4] [2]", map[int]*tensor.Tensor{1: ints(-1, 8)}, "[3,8]"},
		{"Reshape", f, "[?,4] [2]", map[int]*tensor.Tensor{1: ints(-1, 4)}, "[?,4]"},
		{"Reshape", f, "[6,4] [2]", map[int]*tensor.Tensor{1: ints(5, 5)}, "!Cannot reshape a tensor with 24 elements"},
		{"Reshape", f, "[6,4] [2]", nil, "[?,?]"},
		{"ConcatV2", with(attrMap{"N": int64(2)}), "[2,3] [2,?] []", map[int]*tensor.Tensor{2: scalarInt(1)}, "[2,?]"},
		{"ConcatV2", with(attrMap{"N": int64(2)}), "[2,3] [4,3] []", map[int]*tensor.Tensor{2: scalarInt(0)}, "[6,3]"},
		{"Pack", with(attrMap{"N": int64(2), "axis": int64(-1)}), "[2,?] [?,3]", nil, "[2,3,2]"},
		{"Unpack", with(attrMap{"num": int64(3), "axis": int64(1)}), "[2,3]", nil, "[2] [2] [2]"},
		{"Split", with(attrMap{"num_split": int64(2)}), "[] [6,5]", map[int]*tensor.Tensor{0: scalarInt(0)}, "[3,5] [3,5]"},
		{"Split", with(attrMap{"num_split": int64(2)}), "[] [5]", map[int]*tensor.Tensor{0: scalarInt(0)}, "!evenly divisible by 2 but is 5"},
		{"SplitV", with(attrMap{"num_split": int64(2)}), "[7] [2] []", map[int]*tensor.Tensor{1: ints(3, -1), 2: scalarInt(0)}, "[3] [4]"},
		{"ExpandDims", f, "[2,3] []", map[int]*tensor.Tensor{1: scalarInt(-1)}, "[2,3,1]"},
		{"Squeeze", f, "[1,2,1]", nil, "[2]"},
		{"Squeeze", with(attrMap{"squeeze_dims": []int64{0}}), "[?,2,1]", nil, "[2,1]"},
		{"Squeeze", f, "[?,2]", nil, "<unknown>"},
		{"Transpose", f, "[2,3,4] [3]", map[int]*tensor.Tensor{1: ints(2, 0, 1)}, "[4,2,3]"},
		{"Tile", f, "[2,?] [2]", map[int]*tensor.Tensor{1: ints(3, 2)}, "[6,?]"},
		{"Pad", f, "[2,3] [2,2]", map[int]*tensor.Tensor{1: tensor.FromInts(tensor.Int32, []int64{2, 2}, []int64{1, 1, 0, 2})}, "[4,5]"},
		{"Slice", f, "[5,6] [2] [2]", map[int]*tensor.Tensor{1: ints(1, 2), 2: ints(2, -1)}, "[2,4]"},
		{"GatherV2", f, "[5,6,7] [2,3] []", map[int]*tensor.Tensor{2: scalarInt(1)}, "[5,2,3,7]"},
		{"GatherNd", f, "[5,6,7] [3,2]", nil, "[3,7]"},
		{"OneHot", with(attrMap{"TI": tensor.Int32}), "[2] [] [] []", map[int]*tensor.Tensor{1: scalarInt(4)}, "[2,4]"},
		{"Range", attrMap{"Tidx": tensor.Int32}, "[] [] []", map[int]*tensor.Tensor{0: scalarInt(0), 1: scalarInt(7), 2: scalarInt(2)}, "[4]"},
		{"Fill", f, "[2] []", map[int]*tensor.Tensor{0: ints(2, 3)}, "[2,3]"},
		{"Where", attrMap{"T": tensor.Bool}, "[2,3]", nil, "[?,2]"},
		{"TopKV2", f, "[2,9] []", map[int]*tensor.Tensor{1: scalarInt(3)}, "[2,3] [2,3]"},
		{"Shape", f, "[2,?]", nil, "[2]"},
		{"BroadcastTo", f, "[3] [2]", map[int]*tensor.Tensor{1: ints(2, 3)}, "[2,3]"},
		// Neural networks
		{"Conv2D", with(attrMap{"strides": []int64{1, 2, 2, 1}, "padding": "SAME"}), "[?,5,6,3] [3,3,3,8]", nil, "[?,3,3,8]"},
		{"Conv2D", with(attrMap{"strides": []int64{1, 1, 1, 1}, "padding": "VALID", "data_format": "NCHW"}), "[2,3,5,6] [3,3,3,8]", nil, "[2,8,3,4]"},
		{"Conv2D", with(attrMap{"strides": []int64{1, 1, 1, 1}, "padding": "VALID"}), "[2,2,2,3] [3,3,3,8]", nil, "!Negative dimension size caused by subtracting 3 from 2"},
		{"DepthwiseConv2dNative", with(attrMap{"strides": []int64{1, 1, 1, 1}, "padding": "SAME"}), "[2,5,5,3] [3,3,3,2]", nil, "[2,5,5,6]"},
		{"MaxPool", with(attrMap{"ksize": []int64{1, 2, 2, 1}, "strides": []int64{1, 2, 2, 1}, "padding": "VALID"}), "[2,5,5,3]", nil, "[2,2,2,3]"},
		{"BiasAdd", f, "[2,?] [3]", nil, "[2,3]"},
		{"FusedBatchNormV3", attrMap{"T": tensor.Float32, "U": tensor.Float32}, "[2,4,4,?] [3] [3] [0] [0]", nil, "[2,4,4,3] [3] [3] [3] [3] <unknown>"},
		{"Softmax", f, "[2,?]", nil, "[2,?]"},
		{"SpaceToDepth", with(attrMap{"block_size": int64(2)}), "[1,4,6,3]", nil, "[1,2,3,12]"},
		// Others
		{"StridedSliceGrad", with(attrMap{"Index": tensor.Int32}), "[2] [1] [1] [1] [1]", map[int]*tensor.Tensor{0: ints(4, 5)}, "[4,5]"},
		{"ResizeBilinear", f, "[2,8,8,3] [2]", map[int]*tensor.Tensor{1: ints(4, 5)}, "[2,4,5,3]"},
		{"RandomUniform", attrMap{"dtype": tensor.Float32, "T": tensor.Int32}, "[2]", map[int]*tensor.Tensor{0: ints(2, 3)}, "[2,3]"},
		{"UnsortedSegmentSum", attrMap{"T": tensor.Float32, "Tindices": tensor.Int32}, "[5,4] [5] []", map[int]*tensor.Tensor{2: scalarInt(3)}, "[3,4]"},
		{"StringJoin", attrMap{"N": int64(2)}, "[] [3]", nil, "[3]"},
		{"Cholesky", f, "[7,3,?]", nil, "[7,3,3]"},
		{"PartitionedCall", attrMap{"Tin": []tensor.DType{}, "Tout": []tensor.DType{tensor.Float32}, "f": Func{Name: "f"}}, "", nil, "<unknown>"},
	} {
		d, ok := Lookup(tc.op)
		if !ok {
			t.Fatalf("no op %s", tc.op)
		}
		c := &ShapeContext{
			Attrs: tc.attrs, Inputs: parseShapes(t, tc.in),
			Const: func(i int) *tensor.Tensor { return tc.consts[i] },
		}
		got, err := d.InferShapes(c)
		if part, refused := strings.CutPrefix(tc.want, "!"); refused {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s of %s: %s, %v; want the error %q", tc.op, tc.in, printShapes(got), err, part)
			}
		} else if err != nil || printShapes(got) != tc.want {
			t.Errorf("%s of %s: %s, %v; want %s", tc.op, tc.in, printShapes(got), err, tc.want)
		}
	}
}

func TestStridedSlice(t *testing.T) {
	for _, tc := range []struct {
		masks              sliceMasks
		begin, end, stride []int64
		in, want           string
	}{
		{sliceMasks{}, []int64{1}, []int64{3}, []int64{1}, "[5,6]", "[2,6]"},                                   // x[1:3]
		{sliceMasks{shrink: 1}, []int64{-1}, []int64{0}, []int64{1}, "[5,6]", "[6]"},                           // x[-1]
		{sliceMasks{begin: 1, end: 1, shrink: 2}, []int64{0, 2}, []int64{0, 3}, []int64{1, 1}, "[?,6]", "[?]"}, // x[:, 2]
		{sliceMasks{ellipsis: 1, newAxis: 2}, []int64{0, 0}, []int64{0, 0}, []int64{1, 1}, "[5,6]", "[5,6,1]"}, // x[..., newaxis]
		{sliceMasks{begin: 1, end: 1}, []int64{0}, []int64{0}, []int64{-2}, "[5]", "[3]"},                      // x[::-2]
		{sliceMasks{}, nil, nil, []int64{1}, "[5,6]", "[?,6]"},                                                 // x[a:b]
		{sliceMasks{shrink: 1}, nil, nil, []int64{1}, "[5,6]", "[6]"},                                          // x[a]
		{sliceMasks{}, []int64{4}, []int64{2}, []int64{1}, "[5]", "[0]"},                                       // x[4:2]
		{sliceMasks{}, []int64{0, 0}, []int64{1, 1}, []int64{1, 1}, "[5]", "!only 1 dims"},
		{sliceMasks{shrink: 1}, []int64{7}, []int64{8}, []int64{1}, "[5]", "!slice index 7 of dimension 0 out of bounds"},
		{sliceMasks{}, []int64{0}, []int64{1}, []int64{0}, "[5]", "!strides[0] must be non-zero"},
		{sliceMasks{ellipsis: 3}, []int64{0, 0}, []int64{0, 0}, []int64{1, 1}, "[5]", "!Multiple ellipses"},
	} {
		s, err := newStridedSlice(tc.masks, tc.begin, tc.end, tc.stride, parseShapes(t, tc.in)[0])
		if part, refused := strings.CutPrefix(tc.want, "!"); refused {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%+v: %v, want the error %q", tc, err, part)
			}
		} else if err != nil || s.shape.String() != tc.want {
			t.Errorf("%+v: %v, %v", tc, s, err)
		}
	}
}

func TestHandles(t *testing.T) {
	variable, _ := Lookup("VarHandleOp")
	shape := tensor.ShapeOf(2, 3)
	c := &ShapeContext{Attrs: attrMap{"dtype": tensor.Float32, "shape": shape}}
	if _, err := variable.InferShapes(c); err != nil {
		t.Fatal(err)
	}
	handle := c.HandleOut[0]

	read, _ := Lookup("ReadVariableOp")
	c = &ShapeContext{
		Attrs: attrMap{"dtype": tensor.Float32}, Inputs: []tensor.Shape{scalar()},
		HandleIn: func(int) []tensor.HandleData { return handle },
	}
	if got, err := read.InferShapes(c); err != nil || !got[0].Equal(shape) {
		t.Errorf("read: %v, %v", got, err)
	}
	c.Attrs = attrMap{"dtype": tensor.Int32}
	if _, err := read.InferShapes(c); err == nil {
		t.Error("a float variable is read as int32")
	}

	assign, _ := Lookup("AssignVariableOp")
	c = &ShapeContext{
		Attrs: attrMap{"dtype": tensor.Float32}, Inputs: []tensor.Shape{scalar(), tensor.ShapeOf(2, 4)},
		HandleIn: func(int) []tensor.HandleData { return handle },
	}
	if _, err := assign.InferShapes(c); err == nil || !strings.Contains(err.Error(), "must be equal, but are 3 and 4") {
		t.Errorf("assign: %v", err)
	}

	reserve, _ := Lookup("TensorListReserve")
	c = &ShapeContext{
		Attrs:  attrMap{"element_dtype": tensor.Float32, "shape_type": tensor.Int32},
		Inputs: []tensor.Shape{vector(2), scalar()},
		Const:  func(i int) *tensor.Tensor { return map[int]*tensor.Tensor{0: ints(2, -1)}[i] },
	}
	if _, err := reserve.InferShapes(c); err != nil || c.HandleOut[0][0].Shape.String() != "[2,?]" {
		t.Errorf("list: %v, %v", c.HandleOut, err)
	}
}

func TestPartialShapes(t *testing.T) {
	reshape, _ := Lookup("Reshape")
	c := &ShapeContext{
		Attrs: attrMap{"T": tensor.Float32}, Inputs: []tensor.Shape{tensor.ShapeOf(-1, 6), vector(2)},
		ConstShape: func(int) tensor.Shape { return tensor.ShapeOf(-1, 3) },
	}
	if got, err := reshape.InferShapes(c); err != nil || got[0].String() != "[?,3]" {
		t.Errorf("%v, %v", got, err)
	}
}

// TestSignatureTable holds every line of the table against its op.
func TestSignatureTable(t *testing.T) {
	for _, line := range signatureLines() {
		name, _, _ := strings.Cut(line, " ")
		d, ok := Lookup(name)
		if !ok {
			t.Errorf("no op %s", name)
			continue
		}
		s, ok := lookupSignature(name)
		if !ok || len(s.inputs) != len(d.Inputs) || len(s.outputs) != len(d.Outputs) {
			t.Errorf("%s: %d inputs and %d outputs do not fit the op", line, len(s.inputs), len(s.outputs))
		}
		if _, twice := shapeFuncs()[name]; twice {
			t.Errorf("%s has both a signature and a function", name)
		}
	}
	for name := range shapeFuncs() {
		if _, ok := Lookup(name); !ok {
			t.Errorf("shape function of %s, which is no op", name)
		}
	}
}
