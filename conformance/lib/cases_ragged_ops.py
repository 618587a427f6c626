"""Cases of tf.ragged's functions."""

from cases import b, const, f32, f64, i32, i64, s

SPLITS = const([0, 2, 2, 5], "int64")
RT = "rt = tf.RaggedTensor.from_row_splits(x, r, validate=False)\n"
RT2 = "rt = tf.RaggedTensor.from_nested_row_splits(x, [r, q], validate=False)\n"
OUTER = const([0, 2, 3], "int64")

CASES = [
    ("tf.ragged.constant([[1, 2], [], [3]]) + x", dict(x=i32())),
    ("tf.ragged.constant([['a'], ['b', 'c']], name='n')", {}),
    ("tf.ragged.constant([[1, 2], [3, 4]], dtype=tf.float64, row_splits_dtype=tf.int32)", {}),
    ("tf.ragged.constant([[[1, 2], []], [[3]]])", {}),
    ("tf.ragged.constant([[[1, 2]], [[3, 4], [5, 6]]], ragged_rank=1)", {}),
    ("tf.ragged.constant([[[1, 2]], [[3, 4], [5, 6]]], inner_shape=(2,))", {}),
    ("tf.ragged.constant([1, 2, 3])", {}),
    ("tf.ragged.constant(5)", {}),
    ("tf.ragged.constant([], ragged_rank=1, dtype=tf.float32)", {}),
    ("tf.ragged.constant([[], []], dtype=tf.int64)", {}),
    ("tf.ragged.constant([[1], 2])", {}, {"raises": True}),
    ("tf.ragged.range(x)", dict(x=const([2, 0, 3], "int32"))),
    ("tf.ragged.range(x, y, d, row_splits_dtype=tf.int32)",
     dict(x=const([2, 0], "int64"), y=const([8, 3], "int64"), d=const(2, "int64"))),
    ("tf.ragged.range(x, 2.0)", dict(x=const([0, 1], "int32"))),
    ("tf.ragged.range(3, [5, 4], dtype=tf.float64, name='n')", {}),
    ("tf.ragged.row_splits_to_segment_ids(r)", dict(r=SPLITS)),
    ("tf.ragged.row_splits_to_segment_ids([0, 1, 3], out_type=tf.int64, name='n')", {}),
    ("tf.ragged.segment_ids_to_row_splits(x)", dict(x=const([0, 0, 2], "int32"))),
    ("tf.ragged.segment_ids_to_row_splits(x, num_segments=5)", dict(x=const([0, 0, 2], "int64"))),
    ("tf.ragged.segment_ids_to_row_splits([0, 0, 2], out_type=tf.int32)", {}),
    (RT + "return tf.ragged.map_flat_values(tf.square, rt)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.ragged.map_flat_values(tf.add, rt, y=rt)", dict(x=f32(5, 2), r=SPLITS)),
    (RT2 + "return tf.ragged.map_flat_values(lambda v, k: v * k, rt, k=2)", dict(x=i32(5), r=OUTER, q=SPLITS)),
    (RT + "rt2 = tf.RaggedTensor.from_row_lengths(x, [2, 0, 3])\nreturn tf.ragged.map_flat_values(tf.add, rt, rt2)",
     dict(x=f32(5), r=SPLITS)),
    ("tf.ragged.map_flat_values(tf.add, x, x)", dict(x=f32(3))),
    ("tf.ragged.boolean_mask(x, m)", dict(x=f32(4), m=b(4))),
    ("tf.ragged.boolean_mask(x, m)", dict(x=f32(3, 4), m=b(3, 4))),
    ("tf.ragged.boolean_mask(x, m)", dict(x=f32(2, 3, 4), m=b(2, 3, 4))),
    (RT + "return tf.ragged.boolean_mask(rt, m)", dict(x=f32(5), r=SPLITS, m=b(3))),
    (RT + "return tf.ragged.boolean_mask(rt, tf.RaggedTensor.from_row_splits(m, r))", dict(x=f32(5, 2), r=SPLITS, m=b(5))),
    (RT2 + "return tf.ragged.boolean_mask(rt, rt > 0)", dict(x=f32(5), r=OUTER, q=SPLITS)),
    (RT + "return tf.ragged.boolean_mask(x2, tf.RaggedTensor.from_row_splits(m, r))",
     dict(x=f32(4), r=const([0, 2, 4], "int64"), x2=f32(2, 2), m=b(4))),
    ("tf.ragged.stack([x, y])", dict(x=f32(2), y=f32(3))),
    (RT + "return tf.ragged.stack([rt, rt, rt])", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.ragged.stack([rt, rt], axis=1)", dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.ragged.stack([rt, rt], axis=2)", dict(x=f32(5), r=SPLITS)),
    ("tf.ragged.stack_dynamic_partitions(x, p, 4)", dict(x=s(5), p=const([2, 0, 0, 3, 2], "int32"))),
    ("tf.ragged.stack_dynamic_partitions(x, p, n)", dict(x=f32(5, 2), p=const([2, 0, 0, 3, 2], "int64"), n=const(4, "int64"))),
    (RT + "return tf.ragged.stack_dynamic_partitions(rt, [1, 0, 1], 2)", dict(x=f32(5), r=SPLITS)),
    (RT + "p = tf.RaggedTensor.from_row_splits([0, 1, 0, 1, 1], r)\nreturn tf.ragged.stack_dynamic_partitions(rt, p, 2)",
     dict(x=f32(5), r=SPLITS)),
    (RT + "return tf.ragged.cross([rt, rt])", dict(x=s(5), r=SPLITS)),
    (RT + "return tf.ragged.cross([rt, y], name='n')", dict(x=i32(5), r=SPLITS, y=s(3, 2))),
    (RT + "return tf.ragged.cross_hashed([rt, rt], num_buckets=100)", dict(x=s(5), r=SPLITS)),
    (RT + "return tf.ragged.cross_hashed([rt, rt.to_sparse()], hash_key=3)", dict(x=s(5), r=SPLITS)),
]
