"""Cases of internal/trace/lib/single.py."""

from cases import const, f32, f64, i32, i64, s

NO_KERNEL = {"trace_only": True, "reason": "has no CPU kernel"}

CASES = [
    ("tf.conv(x, k, [1, 1, 1, 1], 'SAME')", dict(x=f32(1, 4, 4, 2), k=f32(2, 2, 2, 3))),
    (
        "tf.conv(x, k, strides=[1, 1, 1, 1], padding='VALID', data_format='CHANNELS_LAST', name='c')",
        dict(x=f64(1, 4, 4, 2), k=f64(2, 2, 2, 3)),
    ),
    (
        "tf.conv2d_backprop_filter_v2(x, k, g, [1, 1, 1, 1], 'SAME')",
        dict(x=f32(1, 4, 4, 2), k=f32(2, 2, 2, 3), g=f32(1, 4, 4, 3)),
        NO_KERNEL,
    ),
    (
        "tf.conv2d_backprop_input_v2(x, k, g, [1, 1, 1, 1], 'SAME', name='b')",
        dict(x=f32(1, 4, 4, 2), k=f32(2, 2, 2, 3), g=f32(1, 4, 4, 3)),
        NO_KERNEL,
    ),
    ("tf.ragged_fill_empty_rows(r, v, n, 7)", dict(r=const([0, 2], "int64"), v=i32(2), n=const(3, "int64"))),
    ("tf.ragged_fill_empty_rows(r, v, n, 'z', name='r')", dict(r=const([0, 2], "int64"), v=s(2), n=const(3, "int64"))),
    ("tf.ragged_fill_empty_rows_grad(m, g)", dict(m=const([0, 2], "int64"), g=f32(3))),
    ("tf.random_index_shuffle(i, [1, 2, 3], 9)", dict(i=const(4, "int32"))),
    (
        "tf.random_index_shuffle(i, s, m, rounds=6, name='r')",
        dict(i=i64(3, low=0), s=const([1, 2, 3], "uint32"), m=const(9, "int64")),
    ),
    ("tf.timestamp()", dict()),
    ("tf.check_pinned(x)", dict(x=f32(3)), NO_KERNEL),
    ("x if tf.inside_function() else -x", dict(x=f32(3))),
    ("x if tf.is_symbolic_tensor(x) and not tf.is_symbolic_tensor([1]) else -x", dict(x=f32(3))),
    (
        """
        h = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], x, [2, 2])
        t = tf.SparseTensor([[0, 0], [1, 0], [1, 1]], y, [2, 2])
        return tf.edit_distance(h, t), tf.edit_distance(h, t, normalize=False, name="e")
        """,
        dict(x=s(3), y=s(3)),
    ),
    ("tf.edit_distance(x, x)", dict(x=s(3)), {"raises": True}),
]
