package trace

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
)

// constants holds expressions and the constants that TensorFlow 2.21 makes of
// them, or part of why it refuses. conformance/python/promotion.py asks it for
// many more.
var constants = []struct{ expr, want string }{
	{"tf.constant(1)", "int32 [] 1"},
	{"tf.constant(2 ** 31)", "int64 [] 2147483648"},
	{"tf.constant(2 ** 63)", "uint64 [] 9223372036854775808"},
	{"tf.constant(2 ** 64)", "an integer of more than 64 bits"},
	{"tf.constant(1.5)", "float32 [] 1.5"},
	{"tf.constant(True)", "bool [] true"},
	{"tf.constant(True, tf.int32)", "int32 [] 1"},
	{"tf.constant(1, tf.bool)", "expected bool, but got 1"},
	{"tf.constant(1.0, tf.int32)", "expected int32, but got 1.0"},
	{"tf.constant(1, tf.float64)", "float64 [] 1"},
	{"tf.constant(300, tf.int8)", "int8 [] 44"},
	{"tf.constant(-1, tf.uint8)", "uint8 [] 255"},
	{"tf.constant(2 ** 70, tf.int64)", "is too large for int64"},
	{"tf.constant(2 ** 63, tf.bfloat16)", "expected bfloat16, but got 9223372036854775808"},
	{"tf.constant('a', tf.int32)", "expected int32, but got 'a'"},
	{"tf.constant([1, 2.5])", "float32 [2] 1 2.5"},
	{"tf.constant([1, True])", "int32 [2] 1 1"},
	{"tf.constant([1, 2 ** 40])", "int64 [2] 1 1099511627776"},
	{"tf.constant([1, 'a'])", "mixed types"},
	{"tf.constant([])", "float32 [0]"},
	{"tf.constant([None])", "None values are not supported"},
	{"tf.constant([[1], [2, 3]])", "non-rectangular"},
	{"tf.constant(7, shape=[2, 2])", "int32 [2 2] 7 7 7 7"},
	{"tf.constant([1, 2, 3], shape=[2])", "does not fill the shape"},
	{"tf.constant(x.shape)", "expected a value that is a dense tensor"},
	{"tf.convert_to_tensor(x.shape)", "int32 [1] 2"},
	{"tf.convert_to_tensor(x.shape, tf.float32)", "only int32 and int64 are allowed"},
	{"tf.convert_to_tensor(1, dtype_hint=tf.float32)", "float32 [] 1"},
	{"tf.convert_to_tensor(1.5, dtype_hint=tf.int32)", "float32 [] 1.5"},
}

func TestConstants(t *testing.T) {
	for _, c := range constants {
		t.Run(c.expr, func(t *testing.T) {
			f, err := traceBody(t, &graph.Library{}, argVector, "return "+c.expr)
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
				return
			}
			v := f.Outputs.(*graph.Tensor).Value()
			got := fmt.Sprint(v.DType, " ", v.Dims)
			for i := range int(v.NumElements()) {
				switch {
				case v.DType.IsFloating():
					got += fmt.Sprint(" ", v.Float(i))
				case v.DType.String() == "bool":
					got += fmt.Sprint(" ", v.Data[i] != 0)
				case v.DType.IsUnsigned():
					got += fmt.Sprint(" ", v.Bits(i))
				default:
					got += fmt.Sprint(" ", v.Int(i))
				}
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
