"""Cases of internal/trace/lib/functional.py."""

from cases import const, f32, f64, i32, i64, s

_RAGGED = "rt = tf.RaggedTensor.from_row_lengths(x, [2, 0, 3])\n"
_SPARSE = "sp = tf.sparse.from_dense(x)\n"

CASES = [
    # map_fn
    ("tf.map_fn(lambda t: t * 2, x)", dict(x=f32(3, 2))),
    ("tf.map_fn(lambda t: t + y, x)", dict(x=i64(3), y=i64())),
    ("tf.map_fn(lambda t: tf.cast(t > 0, tf.int32), x, dtype=tf.int32)", dict(x=f64(3, 2))),
    ("tf.map_fn(lambda t: tf.strings.length(t), x, fn_output_signature=tf.int32, name='lengths')", dict(x=s(4))),
    ("tf.map_fn(lambda t: t[0] + t[1], (x, y), fn_output_signature=tf.float32)", dict(x=f32(3, 2), y=f32(3, 2))),
    ("tf.map_fn(lambda t: (t[1], t[0]), (x, y), fn_output_signature=(tf.int32, tf.float32))",
     dict(x=f32(3, 2), y=i32(3))),
    ("tf.map_fn(lambda t: {'a': t['x'], 'b': [t['y'], -t['y']]}, {'x': x, 'y': y},\n"
     "          fn_output_signature={'a': tf.float32, 'b': [tf.int32, tf.int32]})", dict(x=f32(3, 2), y=i32(3))),
    ("tf.map_fn(lambda t: tf.range(t), x, fn_output_signature=tf.TensorSpec([None], tf.int32))",
     dict(x=const([2, 2], "int32"))),
    ("tf.map_fn(lambda t: [t, t + 1], x, fn_output_signature=[tf.TensorSpec([2], tf.float32), tf.float32])",
     dict(x=f32(3, 2))),
    ("tf.map_fn(tf.nn.relu, x, parallel_iterations=3, back_prop=False, swap_memory=True)", dict(x=f32(3, 2))),
    ("tf.map_fn(tf.math.square, x, infer_shape=False, parallel_iterations=1)", dict(x=f32(3, 2))),
    ("tf.map_fn(lambda r: tf.map_fn(lambda t: t * t, r), x)", dict(x=f32(3, 2))),
    ("tf.map_fn(lambda t: tf.cond(t > 0, lambda: t, lambda: -t), x)", dict(x=f32(4))),
    ("tf.map_fn(lambda t: t * v, x)", dict(x=f32(3)), {"variables": {"v": f32()}}),
    ("tf.map_fn(lambda t: t + 1, v) + x", dict(x=f32()), {"variables": {"v": f32(3)}}),
    ("tf.map_fn(lambda t: t, x)", dict(x=f32(0, 2))),
    ("tf.map_fn(lambda t: t, x)", dict(x=f32()), {"raises": True, "static_only": True}),
    ("tf.map_fn(lambda t: t, [])", dict(), {"raises": True}),
    ("tf.map_fn(3, x)", dict(x=f32(3)), {"raises": True}),
    ("tf.map_fn(lambda t: (t, t), x)", dict(x=f32(3)), {"raises": True}),
    ("tf.map_fn(lambda t: t[0], (x, y), fn_output_signature=tf.float32)", dict(x=f32(3), y=f32(2)),
     {"raises": True, "static_only": True}),
    # map_fn over composites
    (_RAGGED + "return tf.map_fn(tf.reduce_sum, rt, fn_output_signature=tf.float32)", dict(x=f32(5))),
    (_RAGGED + "return tf.map_fn(lambda r: r * 2, rt)", dict(x=f32(5)), {"static_only": True}),
    (_RAGGED + "return tf.map_fn(lambda d: tf.reduce_max(d['r']) * d['t'], {'r': rt, 't': y}, fn_output_signature=tf.int32)",
     dict(x=i32(5), y=i32(3))),
    ("tf.map_fn(lambda n: {'r': tf.range(n)}, x, fn_output_signature={'r': tf.RaggedTensorSpec([None], tf.int32, 0)})",
     dict(x=const([2, 0, 1], "int32"))),
    (_SPARSE + "return tf.map_fn(tf.sparse.reduce_sum, sp, fn_output_signature=tf.float32)", dict(x=f32(3, 4))),
    (_SPARSE + "return tf.map_fn(lambda r: r * 2.0, sp)", dict(x=f32(3, 4))),
    (_SPARSE + "return tf.map_fn(lambda t: (t[0], t[1]), (sp, x), fn_output_signature=(tf.SparseTensorSpec([4]), tf.float32))",
     dict(x=f32(3, 4)), {"static_only": True}),
    ("tf.map_fn(lambda r: {'s': tf.sparse.from_dense(r)}, x, fn_output_signature={'s': tf.SparseTensorSpec([None], tf.int64)})",
     dict(x=i64(3, 4, low=0, high=2))),
    # foldl, foldr
    ("tf.foldl(lambda a, t: a + t, x)", dict(x=f32(4))),
    ("tf.foldl(lambda a, t: a - t, x, name='differences')", dict(x=i32(4, 2))),
    ("tf.foldl(lambda a, t: a * 2 + t, x, initializer=1)", dict(x=i32(4))),
    ("tf.foldl(lambda a, t: a + tf.strings.length(t), x, initializer=0, parallel_iterations=2, back_prop=False)", dict(x=s(3))),
    ("tf.foldl(lambda a, t: a + t[0] * t[1], (x, y), initializer=tf.zeros([2]))", dict(x=f32(4, 2), y=f32(4, 2))),
    ("tf.foldl(lambda a, t: (a[0] + t, a[1] * t), x, initializer=(0.0, 1.0), swap_memory=True)", dict(x=f32(4))),
    ("tf.foldl(lambda a, t: {'s': a['s'] + t['p'], 'p': t['p']}, {'s': x, 'p': y})", dict(x=f32(4), y=f32(4))),
    ("tf.foldl('f', x)", dict(x=f32(3)), {"raises": True}),
    ("tf.foldr(lambda a, t: a + t, x)", dict(x=f32(4))),
    ("tf.foldr(lambda a, t: a - t, x, name='differences')", dict(x=i32(4, 2))),
    ("tf.foldr(lambda a, t: a * 2 + t, x, initializer=1, parallel_iterations=2)", dict(x=i32(4))),
    ("tf.foldr(lambda a, t: a + t[0] * t[1], (x, y), initializer=tf.zeros([2]))", dict(x=f32(4, 2), y=f32(4, 2))),
    # scan
    ("tf.scan(lambda a, t: a + t, x)", dict(x=f32(4))),
    ("tf.scan(lambda a, t: a + t, x, reverse=True, name='sums')", dict(x=i32(4, 2))),
    ("tf.scan(lambda a, t: a * 2 + t, x, initializer=1)", dict(x=i32(4))),
    ("tf.scan(lambda a, t: a * 2 + t, x, initializer=tf.constant(1, tf.int64), reverse=True)", dict(x=i64(4))),
    ("tf.scan(lambda a, t: a + tf.reduce_sum(t), x, initializer=0.0, parallel_iterations=2, back_prop=False)", dict(x=f32(4, 3))),
    ("tf.scan(lambda a, t: (a[1], a[0] + a[1]), x, initializer=(0, 1))", dict(x=f32(6))),
    ("tf.scan(lambda a, t: [a[0] + t[0], a[1] * t[1]], [x, y])", dict(x=f32(4), y=f32(4, 2))),
    ("tf.scan(lambda a, t: tf.concat([a[:1], [t]], 0), x, initializer=tf.zeros([2]), infer_shape=False)", dict(x=f32(4))),
    ("tf.scan(lambda a, t: {'m': tf.maximum(a['m'], t)}, x, initializer={'m': tf.zeros([2])}, swap_memory=True)", dict(x=f32(4, 2))),
    ("tf.scan(lambda a, t: (a, t), x)", dict(x=f32(3)), {"raises": True}),
    # vectorized_map
    ("tf.vectorized_map(lambda t: t * 2 + 1, x)", dict(x=f32(3, 2)), {"other_graph": True}),
    ("tf.vectorized_map(lambda t: tf.matmul(t[0], t[1]), (x, y))", dict(x=f32(3, 2, 2), y=f32(1, 2, 2)), {"other_graph": True}),
    ("tf.vectorized_map(lambda t: {'sum': tf.reduce_sum(t), 'max': tf.reduce_max(t)}, x)", dict(x=i32(3, 2)), {"other_graph": True}),
    # gradients, of which only the forward half is here
    ("tf.grad_pass_through(tf.round)(x)", dict(x=f32(3))),
    ("tf.grad_pass_through(lambda a, b: tf.quantization.fake_quant_with_min_max_args(a) + b)(x, y)", dict(x=f32(3), y=f32(3))),
    ("tf.recompute_grad(lambda a: tf.nn.relu(a @ a))(x)", dict(x=f32(3, 3))),
]
