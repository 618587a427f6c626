package python_test

import (
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/python"
)

// program is about 10,000 lines of ordinary code.
var program = strings.Repeat(`
@export("nn.softmax", "math.softmax")
def softmax(logits, axis=None, name=None):
    """Computes softmax activations.

    The sum along the axis is one.
    """
    logits = convert_to_tensor(logits, dtype=None, name="logits")
    shape = logits.shape
    if axis is None or axis == -1 or (shape.rank is not None and axis == shape.rank - 1):
        return raw_ops.Softmax(logits=logits, name=name)
    if not isinstance(axis, int) or not -shape.rank <= axis < shape.rank:
        raise ValueError(f"axis must be in [{-shape.rank}, {shape.rank}), but is {axis!r}")
    order = [i for i in range(shape.rank) if i != axis] + [axis]  # the axis last
    moved = raw_ops.Transpose(x=logits, perm=order)
    flat = raw_ops.Softmax(logits=moved[..., :], name=name)
    total = 0.5 * flat ** 2 + flat / 3 - (flat @ flat)
    for i, j in enumerate(order):
        total += {"a": i, "b": [j, 1, 2.5]}["a"] if i % 2 else j
    return raw_ops.Transpose(x=flat, perm=invert(order))

`, 500)

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(program)))
	for b.Loop() {
		if _, err := python.Parse(program); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplitTopLevel(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(program)))
	for b.Loop() {
		if n := len(python.SplitTopLevel(program)); n != 500 {
			b.Fatal(n)
		}
	}
}
