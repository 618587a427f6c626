"""Cases of array functions on ragged tensors."""

from cases import b, const, f32, i32, i64, s

SPLITS = const([0, 2, 2, 5], "int64")
RT = "rt = tf.RaggedTensor.from_row_splits(x, r, validate=False)\n"
RT2 = "rt = tf.RaggedTensor.from_nested_row_splits(x, [r, q], validate=False)\n"
OUTER = const([0, 2, 3], "int64")
INDICES = "i = tf.RaggedTensor.from_row_splits([0, 2, 1], [0, 1, 3])\n"

CASES = [
    *[(RT + f"return tf.concat([rt, rt], axis={axis})", dict(x=f32(5), r=SPLITS)) for axis in ("0", "1", "-1")],
    (RT + "return tf.concat([rt, y], axis=1)", dict(x=f32(5), r=SPLITS, y=f32(3, 2))),
    (RT + "return tf.concat([rt], axis=0)", dict(x=s(5), r=SPLITS)),
    *[(RT2 + f"return tf.concat([rt, rt], axis={axis})", dict(x=f32(5, 2), r=OUTER, q=SPLITS)) for axis in ("0", "1", "2", "3")],
    (RT + "return tf.stack([rt, rt], axis=1)", dict(x=s(5), r=SPLITS)),
    *[(RT + f"return tf.expand_dims(rt, {axis})", dict(x=f32(5), r=SPLITS)) for axis in ("0", "1", "2", "-1")],
    (RT2 + "return tf.expand_dims(rt, 2)", dict(x=f32(5), r=OUTER, q=SPLITS)),
    (RT + "return tf.size(rt), tf.rank(rt), tf.size(rt, out_type=tf.int64)", dict(x=f32(5, 2), r=SPLITS)),
    (RT + "return tf.one_hot(rt, 4), tf.one_hot(rt, depth=3, on_value=5, off_value=0, axis=-1)", dict(x=i32(5, low=0, high=4), r=SPLITS)),
    (RT2 + "return tf.reverse(rt, [1]), tf.reverse(rt, axis=[0, 2])", dict(x=f32(5), r=OUTER, q=SPLITS)),
    (RT + "return tf.bitcast(rt, tf.int32)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.reshape(rt, [-1, 1])", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.dynamic_partition(rt, [1, 0, 1], 2)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.squeeze(tf.expand_dims(rt, 0), 0)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.squeeze(tf.expand_dims(rt, -1), axis=[2])", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.squeeze(rt, [2])", dict(x=f32(5, 1), r=SPLITS)),
    *[(RT + f"return tf.tile(rt, {m})", dict(x=f32(5), r=SPLITS)) for m in ("[2, 1]", "[1, 3]", "[2, 2]")],
    (RT2 + "return tf.tile(rt, m)", dict(x=f32(5, 2), r=OUTER, q=SPLITS, m=const([2, 1, 2, 1], "int64"))),
    (RT + "return tf.gather(rt, [2, 0])", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.gather(rt, 2)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.gather(rt, i)", dict(x=s(5), r=SPLITS, i=const([[2, 0], [1, 1]], "int32"))),
    (INDICES + "return tf.gather(x, i)", dict(x=f32(4, 2))),
    (RT + INDICES + "return tf.gather(rt, i)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.gather(rt, [0], axis=1)", dict(x=f32(2), r=const([0, 1, 2], "int64"))),
    (RT + "i = tf.RaggedTensor.from_row_splits([0, 0, 1, 2], [0, 1, 1, 4])\nreturn tf.gather(rt, i, batch_dims=1)",
     dict(x=f32(5), r=SPLITS)),
    (RT2 + "return tf.gather(rt, [0], axis=2)", dict(x=f32(2, 3), r=const([0, 1, 2], "int64"), q=const([0, 1, 2], "int64"))),
    (RT + "return tf.gather_nd(rt, [[0, 1], [2, 2]])", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.gather_nd(rt, [[0], [2]])", dict(x=f32(5), r=SPLITS)),
    (RT2 + "return tf.gather_nd(rt, [[0, 0, 1]]), tf.gather_nd(rt, [[[0, 1], [1, 0]]])", dict(x=f32(5), r=OUTER, q=SPLITS)),
    (RT + "return tf.where(rt > 0)", dict(x=f32(5), r=SPLITS)),
    (RT2 + "return tf.where(rt)", dict(x=b(5), r=OUTER, q=SPLITS)),
    (RT + "return tf.where(rt > 0, rt, -rt)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.where(rt > 0, rt, 0.0)", dict(x=f32(5), r=SPLITS)),
]
