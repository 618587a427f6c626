"""Cases of math on ragged tensors."""

from cases import b, const, f32, f64, i32, i64, s

SPLITS = const([0, 2, 2, 5], "int64")
RT = "rt = tf.RaggedTensor.from_row_splits(x, r, validate=False)\n"
RT2 = "rt = tf.RaggedTensor.from_nested_row_splits(x, [r, q], validate=False)\n"
OUTER = const([0, 2, 3], "int64")

UNARY = ["tf.abs(rt)", "tf.exp(rt)", "tf.nn.relu(rt)", "tf.cast(rt, tf.int32)", "tf.math.sigmoid(x=rt, name='n')",
         "tf.clip_by_value(rt, -0.5, 0.5)", "tf.zeros_like(rt)", "tf.ones_like(rt)", "-rt", "abs(rt)", "tf.as_string(rt)",
         "tf.math.round(rt)", "tf.nn.leaky_relu(rt, alpha=0.3)"]
BINARY = ["rt + 1", "1 - rt", "rt * rt", "rt / 2", "rt // 0.5", "rt % 0.3", "rt ** 2.0", "rt > 0", "0.0 >= rt", "rt == rt",
          "rt != 0.5", "tf.maximum(rt, 0.0)", "tf.math.add(rt, y=1.0, name='n')", "rt + tf.constant([[1.0], [2.0], [3.0]])",
          "rt * tf.constant([2.0])", "tf.math.squared_difference(x=rt, y=rt)"]
REDUCE = ["sum", "prod", "min", "max", "mean"]

CASES = [
    *[(RT + "return " + e, dict(x=f32(5), r=SPLITS)) for e in UNARY + BINARY],
    *[(RT2 + "return " + e, dict(x=f32(5), r=OUTER, q=SPLITS)) for e in ("tf.square(rt)", "rt + 1", "rt + rt", "rt * [[[2.0]]]")],
    (RT + "return rt + y", dict(x=f32(5, 2), r=SPLITS, y=f32(2))),
    (RT + "return rt + tf.RaggedTensor.from_row_splits(y, r)", dict(x=i64(5), r=SPLITS, y=i64(5))),
    (RT + "return rt + tf.RaggedTensor.from_row_splits(y, q)",
     dict(x=f32(5), r=SPLITS, y=f32(3), q=const([0, 1, 2, 3], "int64")), {"raises": True}),
    (RT2 + "return rt * tf.RaggedTensor.from_row_splits(y, r)[:, :, tf.newaxis]", dict(x=f32(5), r=OUTER, q=SPLITS, y=f32(3))),
    (RT + "return tf.constant(2.0) * rt", dict(x=f32(5), r=SPLITS)),
    (RT + "return rt + tf.RaggedTensor.from_tensor(y)", dict(x=f32(6), r=const([0, 2, 4, 6], "int64"), y=f32(1, 2)), {"raises": True}),
    (RT + "return tf.RaggedTensor.from_tensor(y) + tf.RaggedTensor.from_uniform_row_length(x, 2)", dict(x=f32(6), r=SPLITS, y=f32(3, 1))),
    (RT + "with tf.control_dependencies([tf.debugging.assert_greater(rt, -9.0), tf.debugging.assert_equal(rt, rt)]):\n"
     "    return tf.identity(x)", dict(x=f32(5), r=SPLITS)),
    (RT + "return (rt & rt) | ~rt ^ rt", dict(x=b(5), r=SPLITS)),
    *[(RT + f"return tf.reduce_{op}(rt, axis={axis})", dict(x=f32(5, low=0.5, high=2), r=SPLITS))
      for op in REDUCE for axis in ("None", "0", "1")],
    *[(RT2 + f"return tf.reduce_sum(rt, axis={axis}, keepdims=True)", dict(x=f32(5, 2), r=OUTER, q=SPLITS))
      for axis in ("None", "0", "1", "2", "-1", "[1, 2]", "[0, 1]")],
    (RT + "return tf.reduce_all(rt, axis=1), tf.reduce_any(rt, axis=1), tf.reduce_any(rt)", dict(x=b(5), r=SPLITS)),
    (RT + "return tf.math.reduce_variance(rt, axis=1), tf.math.reduce_std(rt, axis=1)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.reduce_mean(rt, axis=1, keepdims=True)", dict(x=f64(5), r=SPLITS)),
    (RT + "return tf.nn.softmax(rt)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.math.unsorted_segment_sum(rt, [0, 1, 0], 2)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.math.unsorted_segment_max(rt, rt2, 2)".replace("rt2", "tf.RaggedTensor.from_row_splits([0, 1, 0, 1, 1], r)"),
     dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.math.unsorted_segment_min(rt, [0, 1, 0], 2), tf.math.unsorted_segment_prod(rt, [0, 1, 0], 2)",
     dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.add_n([rt, rt])", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.cumsum(rt, axis=1)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.cumsum(rt, axis=1, exclusive=True, reverse=True)", dict(x=i32(5), r=SPLITS)),
    (RT2 + "return tf.cumsum(rt, axis=3)", dict(x=f32(5, 2), r=OUTER, q=SPLITS)),
    (RT + "return tf.cumsum(rt, axis=0)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.nn.dropout(rt, 0.5)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.nn.experimental.stateless_dropout(rt, 0.5, seed=[1, 2])", dict(x=f32(5), r=SPLITS)),
    (RT + "return bool(rt)", dict(x=f32(5), r=SPLITS), {"raises": True}),
    (RT + "return tf.math.bincount(rt, axis=-1, minlength=3, maxlength=6, dtype=tf.int64)", dict(x=i64(5, low=0, high=5), r=SPLITS)),
    (RT + "return tf.math.bincount(rt, axis=-1, binary_output=True, name='b')", dict(x=i32(5, low=0, high=5), r=SPLITS)),
    (RT + "return tf.stop_gradient(rt)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.sparse.bincount(rt)", dict(x=i32(5, low=0, high=5), r=SPLITS)),
    (RT + "return tf.sparse.bincount(rt, axis=-1, minlength=3, maxlength=6, binary_output=True, name='b')", dict(x=i64(5, low=0, high=5), r=SPLITS)),
    (RT + "return tf.sparse.bincount(rt, weights=tf.cast(rt, tf.float32) * 0.5, axis=-1)", dict(x=i32(5, low=0, high=5), r=SPLITS)),
    (RT + "return tf.sparse.bincount(rt, weights=x, axis=-1)", dict(x=i32(5, low=0, high=5), r=SPLITS), {"raises": True}),
    (RT + "return tf.math.bincount(rt)", dict(x=i32(5, low=0, high=5), r=SPLITS)),
    (RT + "return tf.math.bincount(rt, weights=tf.cast(rt, tf.float32), axis=-1)", dict(x=i32(5, low=0, high=5), r=SPLITS)),
    (RT2 + "return tf.math.bincount(rt)", dict(x=i32(5, low=0, high=5), r=SPLITS, q=OUTER)),
]
