"""Cases of internal/trace/lib/conv_transpose.py."""

from cases import const, f32, f64

LOOSE = dict(rtol=1e-5, atol=1e-6)
TRACE = dict(trace_only=True)

CASES = [
    ("tf.nn.conv1d_transpose(x, w, [2, 7, 4], 1)", dict(x=f32(2, 7, 3), w=f32(3, 4, 3)), LOOSE),
    ("tf.nn.conv1d_transpose(x, w, (2, 14, 4), [2], name='t')", dict(x=f64(2, 7, 3), w=f64(3, 4, 3)), LOOSE),
    (
        "tf.nn.conv1d_transpose(x, w, s, 2, padding='VALID')",
        dict(x=f32(2, 7, 3), w=f32(3, 4, 3), s=const([2, 15, 4], "int32")),
        LOOSE,
    ),
    ("tf.nn.conv2d_transpose(x, w, [2, 5, 6, 4], 1)", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 4, 3)), LOOSE),
    ("tf.nn.conv2d_transpose(x, w, [2, 10, 12, 4], [2, 2], name='t')", dict(x=f64(2, 5, 6, 3), w=f64(3, 3, 4, 3)), LOOSE),
    (
        "tf.nn.conv2d_transpose(x, w, s, [1, 2, 2, 1], padding='VALID')",
        dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 4, 3), s=const([2, 11, 13, 4], "int32")),
        LOOSE,
    ),
    (
        "tf.nn.conv2d_transpose(x, w, tf.stack([tf.shape(x)[0], 5, 6, 4]), 1)",
        dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 4, 3)),
        LOOSE,
    ),
    (
        "tf.nn.conv2d_transpose(x, w, [2, 10, 12, 4], 2, padding=[[0, 0], [1, 0], [0, 1], [0, 0]])",
        dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 4, 3)),
        LOOSE,
    ),
    ("tf.nn.conv3d_transpose(x, w, [1, 4, 5, 6, 3], 1)", dict(x=f32(1, 4, 5, 6, 2), w=f32(2, 3, 3, 3, 2)), LOOSE),
    ("tf.nn.conv3d_transpose(x, w, [1, 8, 5, 6, 3], [2, 1, 1], name='t')", dict(x=f64(1, 4, 5, 6, 2), w=f64(2, 3, 3, 3, 2)), LOOSE),
    ("tf.nn.conv_transpose(x, w, [2, 14, 4], 2)", dict(x=f32(2, 7, 3), w=f32(3, 4, 3)), LOOSE),
    ("tf.nn.conv_transpose(x, w, [2, 10, 12, 4], 2, name='t')", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 4, 3)), LOOSE),
    ("tf.nn.conv_transpose(x, w, tf.constant([1, 8, 10, 12, 3]), 2)", dict(x=f64(1, 4, 5, 6, 2), w=f64(2, 3, 3, 3, 2)), LOOSE),
    ("tf.nn.conv_transpose(x, w, [2, 3], 2)", dict(x=f32(2, 7, 3), w=f32(3, 4, 3)), dict(raises=True)),
    ("tf.nn.atrous_conv2d_transpose(x, w, [2, 9, 9, 4], 2, 'SAME')", dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 4, 3)), LOOSE),
    ("tf.nn.atrous_conv2d_transpose(x, w, [2, 13, 13, 4], 2, 'VALID', name='t')", dict(x=f64(2, 9, 9, 3), w=f64(3, 3, 4, 3)), LOOSE),
    ("tf.nn.atrous_conv2d_transpose(x, w, [2, 9, 9, 4], 1, 'SAME')", dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 4, 3)), LOOSE),
    (
        "tf.nn.atrous_conv2d_transpose(x, w, tf.stack([tf.shape(x)[0], 9, 9, 4]), 3, 'SAME')",
        dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 4, 3)),
        LOOSE,
    ),
    # Channels first has no kernels for the CPU.
    ("tf.nn.conv1d_transpose(x, w, [2, 4, 14], 2, data_format='NCW')", dict(x=f32(2, 3, 7), w=f32(3, 4, 3)), TRACE),
    ("tf.nn.conv2d_transpose(x, w, [2, 4, 10, 12], 2, data_format='NCHW')", dict(x=f32(2, 3, 5, 6), w=f32(3, 3, 4, 3)), TRACE),
    ("tf.nn.conv3d_transpose(x, w, [1, 3, 8, 5, 6], [2, 1, 1], data_format='NCDHW')", dict(x=f32(1, 2, 4, 5, 6), w=f32(2, 3, 3, 3, 2)), TRACE),
    ("tf.nn.conv_transpose(x, w, [2, 4, 10, 12], [1, 1, 2, 2], data_format='NCHW')", dict(x=f32(2, 3, 5, 6), w=f32(3, 3, 4, 3)), TRACE),
]
