package trace

import "testing"

// What is known of shapes while a graph is built: as much as TensorFlow 2.21
// knows, observed there, and no more.
func TestStaticShapes(t *testing.T) {
	for _, tc := range []struct{ expression, want string }{
		{"tf.fill([tf.shape(x)[1]], 0.)", "(4,)"},
		{"tf.math.top_k(x, tf.shape(x)[-1]).values", "(None, 4)"},
		{"tf.math.top_k(x, tf.unstack(tf.shape(x))[1]).values", "(None, 4)"},
		{"tf.math.top_k(x, tf.shape(x)[0]).values", "(None, None)"},
		{"tf.math.top_k(x, tf.shape(x)[1:][0]).values", "(None, None)"},
		{"tf.reshape(x, tf.concat([[2], tf.shape(x)[1:]], 0))", "(2, 4)"},
		// Constants of an outer graph: shape functions do not look at them, Python does.
		{"tf.cond(p, lambda: tf.tile(x, pair), lambda: tf.tile(x, pair))", "(None, None)"},
		{"tf.cond(p, lambda: tf.reduce_sum(x, axis), lambda: tf.reduce_sum(x, axis))", "<unknown>"},
		{"tf.cond(p, lambda: tf.reshape(x, pair), lambda: tf.reshape(x, pair))", "(2, 3)"},
		{"tf.cond(p, lambda: tf.zeros(pair), lambda: tf.zeros(pair))", "(2, 3)"},
		{"tf.cond(p, lambda: tf.transpose(x, pair - [1, 3]), lambda: x)", "(None, None)"},
	} {
		body := "found = []\n" +
			"def f(x, p):\n" +
			"  axis, pair = tf.constant([1]), tf.constant([2, 3])\n" +
			"  found.append(str((" + tc.expression + ").shape))\n" +
			"  return x\n" +
			"tf.function(f, input_signature=[tf.TensorSpec([None, 4]), tf.TensorSpec([], tf.bool)])(tf.zeros([3, 4]), tf.constant(True))\n" +
			"return found[0]"
		got, err := evaluate(body)
		if err != nil {
			t.Errorf("%s: %v", tc.expression, err)
		} else if got != "'"+tc.want+"'" {
			t.Errorf("%s has shape %s, want %s", tc.expression, got, tc.want)
		}
	}
}
