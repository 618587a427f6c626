"""Cases of internal/trace/lib/pool.py."""

from cases import bf16, f32, f64, half, i32


HALF = dict(rtol=1e-2, atol=1e-3)
TRACE = dict(trace_only=True)

CASES = [
    ("tf.nn.avg_pool(x, 2, 2, 'SAME')", dict(x=f32(2, 7, 3))),
    ("tf.nn.avg_pool(x, [2, 3], 1, 'VALID')", dict(x=f32(2, 7, 6, 3))),
    ("tf.nn.avg_pool(x, 2, [1, 2, 2, 2, 1], 'VALID', name='p')", dict(x=bf16(1, 5, 7, 6, 3)), HALF),
    ("tf.nn.avg_pool(x, 2, 2, 'VALID')", dict(x=f32(2, 7)), dict(raises=True)),
    ("tf.nn.avg_pool1d(x, 2, 2, 'SAME')", dict(x=f32(2, 7, 3))),
    ("tf.nn.avg_pool1d(x, [3], [1], 'VALID', name='p')", dict(x=half(2, 7, 3)), HALF),
    ("tf.nn.avg_pool2d(x, 2, 2, 'SAME')", dict(x=f32(2, 7, 6, 3))),
    ("tf.nn.avg_pool2d(x, (2, 3), (1, 2), 'VALID', data_format=None, name='p')", dict(x=f64(2, 7, 6, 3))),
    ("tf.nn.avg_pool3d(x, 2, 2, 'SAME')", dict(x=f32(1, 5, 7, 6, 3))),
    ("tf.nn.avg_pool3d(x, [2, 1, 3], 1, 'VALID', name='p')", dict(x=bf16(1, 5, 7, 6, 3)), HALF),
    ("tf.nn.max_pool(x, 2, 2, 'SAME')", dict(x=f32(2, 7, 3))),
    ("tf.nn.max_pool(x, [2, 3], 1, 'VALID')", dict(x=f32(2, 7, 6, 3))),
    ("tf.nn.max_pool(x, 2, 2, 'VALID', name='p')", dict(x=bf16(1, 5, 7, 6, 3)), HALF),
    ("tf.nn.max_pool(x, 2, 2, [[0, 0], [1, 0], [0, 1], [0, 0]])", dict(x=f32(2, 7, 6, 3))),
    ("tf.nn.max_pool1d(x, 2, 2, 'SAME')", dict(x=f32(2, 7, 3))),
    ("tf.nn.max_pool1d(x, 3, 1, [[0, 0], [1, 1], [0, 0]], name='p')", dict(x=f64(2, 7, 3))),
    ("tf.nn.max_pool2d(x, 2, 2, 'SAME')", dict(x=i32(2, 7, 6, 3))),
    ("tf.nn.max_pool2d(x, [1, 2, 3, 1], 1, 'VALID', name='p')", dict(x=half(2, 7, 6, 3))),
    ("tf.nn.max_pool3d(x, 2, 2, 'SAME')", dict(x=f32(1, 5, 7, 6, 3))),
    ("tf.nn.max_pool3d(x, [2, 1, 3], 1, 'VALID', name='p')", dict(x=bf16(1, 5, 7, 6, 3)), HALF),
    ("tuple(tf.nn.max_pool_with_argmax(x, 2, 2, 'SAME'))", dict(x=f32(2, 6, 6, 3))),
    (
        "tuple(tf.nn.max_pool_with_argmax(x, 2, 2, 'VALID', output_dtype=tf.int32, include_batch_in_index=True))",
        dict(x=f64(2, 6, 6, 3)),
    ),
    ("tf.nn.max_pool_with_argmax(x, 2, 2, 'SAME', 'NCHW')", dict(x=f32(2, 6, 6, 3)), dict(raises=True)),
    ("tf.nn.pool(x, [2], 'MAX')", dict(x=f32(2, 7, 3))),
    ("tf.nn.pool(x, [2, 2], 'AVG', strides=[2, 2], padding='SAME')", dict(x=f32(2, 7, 6, 3))),
    ("tf.nn.pool(x, [2, 2, 3], 'MAX', name='p')", dict(x=bf16(1, 5, 7, 6, 3))),
    ("tf.nn.pool(x, [2], 'AVG', dilations=[3])", dict(x=f64(2, 9, 3))),
    ("tf.nn.pool(x, [2, 2], 'MAX', dilations=[2, 1])", dict(x=f32(2, 7, 6, 3))),
    ("tf.nn.pool(x, [2, 2, 2], 'AVG', dilations=[2, 1, 2])", dict(x=f32(1, 7, 6, 5, 3))),
    ("tf.nn.pool(x, [2, 2], 'MAX', strides=[3, 3])", dict(x=f32(2, 7, 6, 3)), dict(raises=True)),
    ("tf.nn.pool(x, [2, 2], 'MIN')", dict(x=f32(2, 7, 6, 3)), dict(raises=True)),
    ("tuple(tf.nn.fractional_max_pool(x, [1.0, 1.5, 1.7, 1.0], seed=3))", dict(x=f32(1, 8, 8, 2))),
    ("tuple(tf.nn.fractional_max_pool(x, 2.0, pseudo_random=True, overlapping=True, seed=3))", dict(x=f64(1, 8, 8, 2))),
    ("[tf.shape(t) for t in tf.nn.fractional_max_pool(x, 2.0, name='f')]", dict(x=f64(1, 8, 8, 2))),
    ("tf.nn.fractional_max_pool(x, [2.0, 1.5, 1.7, 1.0])", dict(x=f32(1, 8, 8, 2)), dict(raises=True)),
    ("tuple(tf.nn.fractional_avg_pool(x, [1.0, 1.5, 1.7, 1.0], seed=3))", dict(x=f32(1, 8, 8, 2))),
    ("[tf.shape(t) for t in tf.nn.fractional_avg_pool(x, [1.0, 1.5, 1.7, 1.0], pseudo_random=True)]", dict(x=f64(1, 8, 8, 2))),
    # Channels first has no kernels for the CPU.
    ("tf.nn.avg_pool(x, 2, 2, 'SAME', 'NCHW')", dict(x=f32(2, 3, 6, 7)), TRACE),
    ("tf.nn.avg_pool(x, 2, 2, 'SAME', 'NCDHW')", dict(x=f32(2, 3, 6, 7, 8)), TRACE),
    ("tf.nn.avg_pool1d(x, 2, 2, 'SAME', 'NCW')", dict(x=f32(2, 3, 6)), TRACE),
    ("tf.nn.avg_pool2d(x, [2, 3], 2, 'SAME', 'NCHW')", dict(x=f32(2, 3, 6, 7)), TRACE),
    ("tf.nn.avg_pool3d(x, 2, 2, 'SAME', 'NCDHW')", dict(x=f32(2, 3, 6, 7, 8)), TRACE),
    ("tf.nn.max_pool(x, 2, 2, 'SAME', 'NCW')", dict(x=f32(2, 3, 6)), TRACE),
    ("tf.nn.max_pool(x, 2, 2, [[0, 0], [0, 0], [1, 0], [0, 1]], 'NCHW')", dict(x=f32(2, 3, 6, 7)), TRACE),
    ("tf.nn.max_pool(x, 2, 2, 'SAME', 'NCDHW')", dict(x=f32(2, 3, 6, 7, 8)), TRACE),
    ("tf.nn.max_pool1d(x, 2, 2, [[0, 0], [0, 0], [1, 1]], 'NCW')", dict(x=f32(2, 3, 6)), TRACE),
    ("tf.nn.max_pool2d(x, [2, 3], 2, 'SAME', 'NCHW')", dict(x=f32(2, 3, 6, 7)), TRACE),
    ("tf.nn.max_pool3d(x, 2, 2, 'SAME', 'NCDHW')", dict(x=f32(2, 3, 6, 7, 8)), TRACE),
    ("tf.nn.pool(x, [2], 'MAX', data_format='NCW', dilations=[2])", dict(x=f32(2, 3, 6)), TRACE),
    ("tf.nn.pool(x, [2, 2], 'AVG', [2, 1], 'SAME', 'NCHW')", dict(x=f32(2, 3, 6, 7)), TRACE),
]
