package op

import (
	"slices"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
)

func TestEvaluate(t *testing.T) {
	i32 := attrMap{"T": tensor.Int32}
	matrix := tensor.FromInts(tensor.Int32, []int64{2, 3}, []int64{1, 2, 3, 4, 5, 6})
	floats := tensor.FromFloats(tensor.Float32, []int64{2}, []float64{1.5, -2.5})
	bools := &tensor.Tensor{DType: tensor.Bool, Dims: []int64{2}, Data: []byte{1, 0}}
	for _, tc := range []struct {
		op    string
		attrs attrMap
		in    []*tensor.Tensor
		want  []*tensor.Tensor // nil: not evaluated
	}{
		{"Pack", attrMap{"T": tensor.Int32, "N": int64(2)}, []*tensor.Tensor{scalarInt(3), scalarInt(4)}, []*tensor.Tensor{ints(3, 4)}},
		{"Pack", attrMap{"T": tensor.Int32, "N": int64(2), "axis": int64(1)}, []*tensor.Tensor{ints(1, 2), ints(3, 4)},
			[]*tensor.Tensor{tensor.FromInts(tensor.Int32, []int64{2, 2}, []int64{1, 3, 2, 4})}},
		{"Unpack", attrMap{"T": tensor.Int32, "num": int64(3), "axis": int64(1)}, []*tensor.Tensor{matrix},
			[]*tensor.Tensor{ints(1, 4), ints(2, 5), ints(3, 6)}},
		{"ConcatV2", attrMap{"T": tensor.Int32, "N": int64(2)}, []*tensor.Tensor{ints(1), ints(2, 3), scalarInt(0)}, []*tensor.Tensor{ints(1, 2, 3)}},
		{"ConcatV2", attrMap{"T": tensor.Int32, "N": int64(2)}, []*tensor.Tensor{matrix, matrix, scalarInt(-1)},
			[]*tensor.Tensor{tensor.FromInts(tensor.Int32, []int64{2, 6}, []int64{1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6})}},
		{"StridedSlice", attrMap{"T": tensor.Int32, "Index": tensor.Int32, "shrink_axis_mask": int64(1)},
			[]*tensor.Tensor{ints(7, 8, 9), ints(-1), ints(0), ints(1)}, []*tensor.Tensor{scalarInt(9)}},
		{"StridedSlice", attrMap{"T": tensor.Int32, "Index": tensor.Int32, "begin_mask": int64(3), "end_mask": int64(3)},
			[]*tensor.Tensor{matrix, ints(0, 0), ints(0, 0), ints(-1, 2)},
			[]*tensor.Tensor{tensor.FromInts(tensor.Int32, []int64{2, 2}, []int64{4, 6, 1, 3})}},
		{"Slice", attrMap{"T": tensor.Int32, "Index": tensor.Int32}, []*tensor.Tensor{matrix, ints(0, 1), ints(-1, 2)},
			[]*tensor.Tensor{tensor.FromInts(tensor.Int32, []int64{2, 2}, []int64{2, 3, 5, 6})}},
		{"GatherV2", attrMap{"Tparams": tensor.Int32, "Tindices": tensor.Int32, "Taxis": tensor.Int32},
			[]*tensor.Tensor{ints(7, 8, 9), ints(2, 0), scalarInt(0)}, []*tensor.Tensor{ints(9, 7)}},
		{"GatherV2", attrMap{"Tparams": tensor.Int32, "Tindices": tensor.Int32, "Taxis": tensor.Int32},
			[]*tensor.Tensor{ints(7), ints(1), scalarInt(0)}, nil},
		{"Reshape", i32, []*tensor.Tensor{matrix, ints(-1)}, []*tensor.Tensor{ints(1, 2, 3, 4, 5, 6)}},
		{"Transpose", attrMap{"T": tensor.Int32, "Tperm": tensor.Int32}, []*tensor.Tensor{matrix, ints(1, 0)},
			[]*tensor.Tensor{tensor.FromInts(tensor.Int32, []int64{3, 2}, []int64{1, 4, 2, 5, 3, 6})}},
		{"Tile", i32, []*tensor.Tensor{ints(1, 2), ints(2)}, []*tensor.Tensor{ints(1, 2, 1, 2)}},
		{"ReverseV2", attrMap{"T": tensor.Int32, "Tidx": tensor.Int32}, []*tensor.Tensor{ints(1, 2, 3), ints(0)}, []*tensor.Tensor{ints(3, 2, 1)}},
		{"Split", attrMap{"T": tensor.Int32, "num_split": int64(2)}, []*tensor.Tensor{scalarInt(0), ints(1, 2, 3, 4)}, []*tensor.Tensor{ints(1, 2), ints(3, 4)}},
		{"Fill", i32, []*tensor.Tensor{ints(3), scalarInt(5)}, []*tensor.Tensor{ints(5, 5, 5)}},
		{"Range", attrMap{"Tidx": tensor.Int32}, []*tensor.Tensor{scalarInt(5), scalarInt(0), scalarInt(-2)}, []*tensor.Tensor{ints(5, 3, 1)}},
		{"Range", attrMap{"Tidx": tensor.Int32}, []*tensor.Tensor{scalarInt(0), scalarInt(1 << 30), scalarInt(1)}, nil},
		{"AddV2", i32, []*tensor.Tensor{ints(1<<31 - 1), ints(1)}, []*tensor.Tensor{ints(-1 << 31)}},
		{"FloorDiv", i32, []*tensor.Tensor{ints(-7, 7), scalarInt(2)}, []*tensor.Tensor{ints(-4, 3)}},
		{"FloorMod", i32, []*tensor.Tensor{ints(-7, 7), scalarInt(-2)}, []*tensor.Tensor{ints(-1, -1)}},
		{"FloorDiv", i32, []*tensor.Tensor{ints(1), ints(0)}, nil},
		{"Prod", attrMap{"T": tensor.Int32, "Tidx": tensor.Int32}, []*tensor.Tensor{matrix, ints(1)}, []*tensor.Tensor{ints(6, 120)}},
		{"Max", attrMap{"T": tensor.Int32, "Tidx": tensor.Int32, "keep_dims": true}, []*tensor.Tensor{ints(3, 9, 4), ints(0)}, []*tensor.Tensor{ints(9)}},
		{"Less", i32, []*tensor.Tensor{ints(1, 3), scalarInt(2)}, []*tensor.Tensor{bools}},
		{"SelectV2", i32, []*tensor.Tensor{bools, ints(1, 2), scalarInt(9)}, []*tensor.Tensor{ints(1, 9)}},
		{"All", nil, []*tensor.Tensor{bools, ints(0)}, []*tensor.Tensor{{DType: tensor.Bool, Dims: []int64{}, Data: []byte{0}}}},
		{"Cast", attrMap{"SrcT": tensor.Float32, "DstT": tensor.Int32}, []*tensor.Tensor{floats}, []*tensor.Tensor{ints(1, -2)}},
		{"Cast", attrMap{"SrcT": tensor.Bool, "DstT": tensor.Int32}, []*tensor.Tensor{bools}, []*tensor.Tensor{ints(1, 0)}},
		// 2049 lies between two numbers of float16.
		{"Cast", attrMap{"SrcT": tensor.Int32, "DstT": tensor.Half}, []*tensor.Tensor{ints(2049, 5)}, []*tensor.Tensor{tensor.FromFloats(tensor.Half, []int64{2}, []float64{2048, 5})}},
		{"Cast", attrMap{"SrcT": tensor.BFloat16, "DstT": tensor.Float32}, []*tensor.Tensor{tensor.FromFloats(tensor.BFloat16, []int64{1}, []float64{1.5})}, []*tensor.Tensor{tensor.FromFloats(tensor.Float32, []int64{1}, []float64{1.5})}},
		{"Rint", attrMap{"T": tensor.Float32}, []*tensor.Tensor{floats}, []*tensor.Tensor{tensor.FromFloats(tensor.Float32, []int64{2}, []float64{2, -2})}},
		{"InvertPermutation", i32, []*tensor.Tensor{ints(2, 0, 1)}, []*tensor.Tensor{ints(1, 2, 0)}},
		{"ListDiff", i32, []*tensor.Tensor{ints(1, 2, 3), ints(2)}, []*tensor.Tensor{ints(1, 3), ints(0, 2)}},
		{"BroadcastArgs", i32, []*tensor.Tensor{ints(2, 1), ints(3)}, []*tensor.Tensor{ints(2, 3)}},
		{"Cumsum", attrMap{"T": tensor.Int32, "exclusive": true}, []*tensor.Tensor{ints(1, 2, 3), scalarInt(0)}, []*tensor.Tensor{ints(0, 1, 3)}},
		{"MatMul", i32, []*tensor.Tensor{matrix, matrix}, nil},
	} {
		d, _ := Lookup(tc.op)
		got, ok := Evaluate(d, tc.attrs, tc.in)
		if ok != (tc.want != nil) || !slices.EqualFunc(got, tc.want, equalTensors) {
			t.Errorf("%s: %v, %v; want %v", tc.op, got, ok, tc.want)
		}
	}
}
