"""Cases of tf.SparseTensor and tf.sparse."""

from cases import b, const, f32, f64, i32, i64, s

I = const([[0, 0], [0, 2], [2, 1]], "int64")
J = const([[0, 0], [1, 2], [2, 1]], "int64")
SP = "sp = tf.SparseTensor(i, x, [3, 4])\n"  # the shape is known
DYN = "sp = tf.sparse.SparseTensor(indices=i, values=x, dense_shape=d)\n"  # the shape is an input
D = const([3, 4], "int64")


def both(call, **inputs):
    """The same call with a static and with a dynamic dense shape."""
    x = inputs.pop("x", f32(3))
    return [(SP + "return " + call, dict(i=I, x=x, **inputs)), (DYN + "return " + call, dict(i=I, x=x, d=D, **inputs))]


CASES = [
    (SP + "return sp, sp.indices, sp.values, sp.dense_shape, sp.with_values(x + 1)", dict(i=I, x=f32(3))),
    (SP + "return tf.constant(sp.shape.as_list()), tf.zeros(sp.get_shape()), tf.zeros([], sp.dtype)", dict(i=I, x=i32(3))),
    *both("sp * y", y=f32(3, 4)),
    *both("y * sp", y=f32(3, 4)),
    *both("tf.stop_gradient(sp)"),
    (SP + "return 2.0 * sp", dict(i=I, x=f32(3)), {"raises": True}),
    *both("sp / y", y=f32(3, 4, low=1, high=2)),
    (SP + "return sp / y", dict(i=I, x=i32(3), y=i32(3, 4, low=1, high=9))),
    *both("tf.cast(sp, tf.int32)"),
    *both("(tf.shape(sp), tf.size(sp), tf.rank(sp))"),
    *both("(tf.abs(sp), tf.square(sp), tf.math.tanh(sp, name='n'))"),
    ("tf.sparse.from_dense(x)", dict(x=i32(3, 4, low=0, high=2))),
    ("tf.sparse.from_dense(x, name='n')", dict(x=s(2, 3))),
    *both("tf.sparse.to_dense(sp)"),
    *both("tf.sparse.to_dense(sp, default_value='-', validate_indices=False, name='n')", x=s(3)),
    *both("tf.sparse.to_indicator(sp, 5)", x=const([1, 3, 2], "int64")),
    (SP + "return tf.sparse.to_indicator(sp, n, name='n')", dict(i=I, x=const([1, 3, 2], "int32"), n=const(4, "int32"))),
    ("tf.sparse.eye(3)", {}),
    ("tf.sparse.eye(n, 4, dtype=tf.int32)", dict(n=const(3, "int32"))),
    *[c for axis in ("None", "0", "1", "-2") for c in both(f"tf.sparse.expand_dims(sp, {axis})")],
    *[c for axis in ("0", "1", "-1") for c in both(f"tf.sparse.concat({axis}, [sp, sp])")],
    *both("tf.sparse.concat(0, [sp, tf.sparse.eye(2)], expand_nonconcat_dims=True)"),
    *both("tf.sparse.concat(-1, [sp, tf.sparse.eye(2)], expand_nonconcat_dims=True)"),
    *both("tf.sparse.concat(0, [sp])"),
    (SP + "return tf.sparse.add(sp, tf.SparseTensor(j, x, [3, 4]))", dict(i=I, j=J, x=f32(3))),
    *both("tf.sparse.add(sp, sp, threshold=0.1)"),
    *both("tf.sparse.add(sp, y)", y=f32(3, 4)),
    *both("tf.sparse.add(y, sp)", x=i64(3), y=i64(3, 4)),
    *both("tf.sparse.cross([sp, sp])", x=s(3)),
    *both("tf.sparse.cross([sp, y], separator='-', name='n')", x=i64(3), y=s(3, 1)),
    *both("tf.sparse.cross_hashed([sp, sp], num_buckets=100)", x=s(3)),
    *both("tf.sparse.cross_hashed([sp, y], hash_key=5)", x=i32(3), y=s(3, 1)),
    (DYN + "return tf.sparse.reorder(sp)", dict(i=I[::-1].copy(), x=f32(3), d=D)),
    (SP + "return tf.sparse.reorder(sp, name='n')", dict(i=I[::-1].copy(), x=s(3))),
    *both("tf.sparse.reshape(sp, [4, 3])"),
    *both("tf.sparse.reshape(sp, [2, -1, 2])"),
    *both("tf.sparse.reshape(sp, n)", n=const([12], "int32")),
    (SP + "return tf.sparse.reshape(sp, [5, 3])", dict(i=I, x=f32(3)), {"raises": True}),
    *both("tf.sparse.split(sp, num_split=2, axis=1)"),
    *both("tf.sparse.slice(sp, [0, 1], [2, 2])"),
    *[c for axis in ("None", "0", "[1]", "[0, 1]", "-1") for c in both(f"tf.sparse.reduce_sum(sp, axis={axis})")],
    *both("tf.sparse.reduce_sum(sp, 1, keepdims=True, output_is_sparse=True)", x=i32(3)),
    *both("tf.sparse.reduce_max(sp, axis=0)"),
    *both("tf.sparse.reduce_max(sp, axis=0, keepdims=True, output_is_sparse=True, name='n')"),
    *both("tf.sparse.retain(sp, m)", m=b(3)),
    *both("tf.sparse.reset_shape(sp)"),
    *[(*case, {"static_only": True, "reason": "TensorFlow fails without a static rank"}) for case in both("tf.sparse.reset_shape(sp, [5, 6])")],
    *both("tf.sparse.fill_empty_rows(sp, 7)"),
    *both("tf.sparse.fill_empty_rows(sp, default_value='', name='n')", x=s(3)),
    *both("tf.sparse.sparse_dense_matmul(sp, y)", y=f32(4, 2)),
    *both("tf.sparse.sparse_dense_matmul(sp, y, adjoint_a=True, adjoint_b=True)", x=f64(3), y=f64(2, 3)),
    *both("tf.sparse.sparse_dense_matmul(y, sp)", y=f32(2, 3)),
    *both("tf.sparse.sparse_dense_matmul(y, sp, adjoint_a=True)", y=f32(3, 2)),
    *both("tf.sparse.softmax(sp)"),
    (SP + "sq = tf.SparseTensor(j, x, [3, 4])\nreturn tf.sparse.maximum(sp, sq), tf.sparse.minimum(sp, sq)", dict(i=I, j=J, x=f32(3))),
    *both("tf.sparse.transpose(sp)"),
    *both("tf.sparse.transpose(sp, perm=[1, 0])", x=s(3)),
    *both("tf.sparse.map_values(tf.add, sp, 5)", x=i32(3)),
    *both("tf.sparse.map_values(tf.multiply, sp, sp)"),
    ("tf.sparse.mask(tf.IndexedSlices(x, i, d), [1, 2])", dict(x=f32(3, 2), i=const([1, 5, 2], "int32"), d=const([9, 2], "int32"))),
    ("tf.sparse.bincount(x)", dict(x=i32(5, low=0, high=4))),
    ("tf.sparse.bincount(x, axis=-1, minlength=6, binary_output=True)", dict(x=i64(2, 5, low=0, high=4))),
    ("tf.sparse.bincount(x, weights=w)", dict(x=i32(2, 5, low=0, high=4), w=f32(2, 5))),
    *both("tf.sparse.bincount(sp)", x=const([1, 3, 1], "int32")),
    *both("tf.sparse.bincount(sp, axis=-1, maxlength=3)", x=const([1, 2, 1], "int64")),
    *both("tf.sparse.bincount(sp, weights=sp.with_values(w), axis=-1)", x=const([1, 2, 1], "int64"), w=f32(3)),
    *both("tf.math.bincount(sp)", x=const([1, 2, 1], "int32")),
    *both("tf.math.bincount(sp, axis=-1, minlength=4, maxlength=9)", x=const([1, 2, 1], "int32")),
    ("tf.sparse.sampled_addmm(i, v, [3, 4], a, c, alpha=2.0, beta=0.5)",
     dict(i=const([[0, 1], [2, 3]], "int32"), v=f32(2), a=f32(3, 2), c=f32(2, 4)), {"static_only": True, "reason": "needs static shapes"}),
    *[(f"tf.sparse.segment_{f}(x, i, g)", dict(x=f32(4, 2), i=const([0, 3, 1], "int32"), g=const([0, 0, 1], "int32")))
      for f in ("sum", "mean", "sqrt_n")],
    *[(f"tf.sparse.segment_{f}(x, i, g, num_segments=n, name='n')",
       dict(x=f64(4, 2), i=const([0, 3, 1], "int64"), g=const([0, 0, 1], "int32"), n=const(4, "int32")))
      for f in ("sum", "mean", "sqrt_n")],
]
