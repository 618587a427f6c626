"""Cases of tf.map_fn with ragged tensors."""

from cases import const, f32, i32, s

SPLITS = const([0, 2, 2, 5], "int64")
RT = "rt = tf.RaggedTensor.from_row_splits(x, r, validate=False)\n"
RT2 = "rt = tf.RaggedTensor.from_nested_row_splits(x, [r, q], validate=False)\n"
OUTER = const([0, 2, 3], "int64")
SPEC = "tf.RaggedTensorSpec([None], {dtype}, 0)"

CASES = [
    (RT + "return tf.map_fn(tf.reduce_sum, rt, fn_output_signature=tf.float32)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.map_fn(lambda row: row * 2, rt)", dict(x=f32(5), r=SPLITS)),
    (RT2 + "return tf.map_fn(lambda row: tf.reduce_sum(row, axis=1), rt, "
     "fn_output_signature=tf.RaggedTensorSpec([None], tf.float32, 0))", dict(x=f32(5), r=OUTER, q=SPLITS)),
    (RT2 + "return tf.map_fn(lambda row: row + 1, rt, fn_output_signature=tf.RaggedTensorSpec([None, None], tf.int32, 1))",
     dict(x=i32(5), r=OUTER, q=SPLITS)),
    ("tf.map_fn(tf.range, x, fn_output_signature=tf.RaggedTensorSpec([None], tf.int32, 0))", dict(x=const([2, 0, 3], "int32"))),
    (RT + "return tf.map_fn(lambda v: (v[0][:1], v[1]), (rt, y), name='n', "
     "fn_output_signature=(tf.RaggedTensorSpec([None], tf.string, 0), tf.int32))", dict(x=s(5), r=SPLITS, y=i32(3))),
]
