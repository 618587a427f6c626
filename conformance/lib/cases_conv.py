"""Cases of internal/trace/lib/conv.py."""

from cases import f32, f64, half, i32

# A CPU convolution may add in another order for another shape.
LOOSE = dict(rtol=1e-5, atol=1e-6)
TRACE = dict(trace_only=True)
STATIC = dict(static_only=True, reason="TensorFlow needs the rank, or a dimension", **LOOSE)

CASES = [
    ("tf.nn.conv2d(x, w, 1, 'SAME')", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.conv2d(x, w, [1, 2, 2, 1], 'VALID', name='c')", dict(x=f32(2, 5, 6, 3), w=f32(3, 2, 3, 4)), LOOSE),
    ("tf.nn.conv2d(x, w, [2, 1], 'SAME', dilations=2)", dict(x=f64(1, 7, 6, 2), w=f64(3, 3, 2, 4)), STATIC),
    ("tf.nn.conv2d(x, w, 1, [[0, 0], [1, 2], [0, 1], [0, 0]])", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.conv2d(x, w, 1, 'SAME')", dict(x=half(2, 5, 6, 3), w=half(3, 3, 3, 4)), dict(rtol=1e-2, atol=1e-2)),
    ("tf.nn.conv2d(x, w, 1, 'SAME')", dict(x=f32(2, 3, 5, 6, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.conv2d(x, w, 1, 'EXPLICIT')", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3, 4)), dict(raises=True)),
    ("tf.nn.conv2d(x, w, [1, 2, 3], 'SAME')", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3, 4)), dict(raises=True)),
    ("tf.nn.conv3d(x, w, [1, 1, 1, 1, 1], 'SAME')", dict(x=f32(1, 4, 5, 6, 2), w=f32(2, 3, 3, 2, 3)), LOOSE),
    ("tf.nn.conv3d(x, w, [1, 2, 2, 2, 1], 'VALID', name='c')", dict(x=f64(1, 4, 5, 6, 2), w=f64(2, 3, 3, 2, 3)), LOOSE),
    ("tf.nn.conv3d(x, w, [1, 1, 1, 1, 1], 'SAME')", dict(x=f32(2, 1, 4, 5, 6, 2), w=f32(2, 3, 3, 2, 3)), LOOSE),
    ("tf.nn.conv1d(x, w, 1, 'SAME')", dict(x=f32(2, 7, 3), w=f32(3, 3, 4)), LOOSE),
    ("tf.nn.conv1d(x, w, stride=2, padding='VALID', name='c')", dict(x=f64(2, 7, 3), w=f64(3, 3, 4)), LOOSE),
    ("tf.nn.conv1d(x, w, [1, 2, 1], 'VALID', data_format='NHWC')", dict(x=f32(2, 7, 3), w=f32(3, 3, 4)), LOOSE),
    ("tf.nn.conv1d(x, w, 1, 'SAME')", dict(x=f32(2, 2, 7, 3), w=f32(3, 3, 4)), LOOSE),
    ("tf.nn.conv1d(x, w, 1, 'SAME', 'CWN')", dict(x=f32(2, 7, 3), w=f32(3, 3, 4)), dict(raises=True)),
    ("tf.nn.convolution(x, w)", dict(x=f32(2, 7, 3), w=f32(3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, w, strides=2, padding='SAME')", dict(x=f32(2, 7, 7, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, w, strides=[1, 2, 1], name='c')", dict(x=f64(1, 5, 7, 7, 3), w=f64(3, 3, 3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, w, dilations=2)", dict(x=f32(2, 9, 3), w=f32(3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, w, dilations=[2, 3], padding='SAME')", dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, w, dilations=[1, 2], padding=[[0, 0], [1, 1], [0, 2], [0, 0]])", dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, w, dilations=2, padding='SAME')", dict(x=f64(1, 5, 7, 7, 3), w=f64(3, 3, 3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, w, dilations=2)", dict(x=f32(2, 1, 9, 9, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.convolution(x, [[[1.0], [2.0], [3.0]]])", dict(x=f32(2, 7, 3)), LOOSE),
    ("tf.nn.convolution(x, w, strides=2, dilations=2)", dict(x=f32(2, 9, 3), w=f32(3, 3, 4)), dict(raises=True)),
    ("tf.nn.atrous_conv2d(x, w, 2, 'VALID')", dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 3, 4)), LOOSE),
    ("tf.nn.atrous_conv2d(x, w, [2, 1], 'SAME', name='a')", dict(x=f64(2, 9, 9, 3), w=f64(3, 3, 3, 4)), LOOSE),
    ("tf.nn.atrous_conv2d(x, w, 1, 'SAME')", dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 3, 4)), LOOSE),
    (
        """
        def op(x, spatial, padding):
            return tf.nn.conv2d(x, w, 1, padding)
        return tf.nn.with_space_to_batch(x, [2, 2], 'SAME', op, filter_shape=[3, 3])
        """,
        dict(x=f32(2, 9, 9, 3), w=f32(3, 3, 3, 4)),
        LOOSE,
    ),
    (
        "tf.nn.with_space_to_batch(x, [2, 2], 'VALID', lambda x, n, p: tf.nn.relu(x), spatial_dims=[1, 3])",
        dict(x=f32(2, 9, 3, 8)),
    ),
    (
        "tf.nn.with_space_to_batch(x, r, 'VALID', lambda x, n, p: tf.nn.relu(x), spatial_dims=[2, 4])",
        dict(x=f32(2, 5, 9, 3, 8), r=i32(2, low=1, high=3)),
        dict(static_only=True),
    ),
    (
        "tf.nn.with_space_to_batch(x, r, 'SAME', lambda x, n, p: tf.nn.avg_pool2d(x, 3, 1, p), filter_shape=[3, 3])",
        dict(x=f32(2, 9, 8, 3), r=i32(2, low=2, high=3)),
        dict(static_only=True),
    ),
    ("tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], 'SAME')", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3, 2)), LOOSE),
    ("tf.nn.depthwise_conv2d(x, w, [1, 2, 2, 1], 'VALID', name='d')", dict(x=f64(2, 5, 6, 3), w=f64(3, 3, 3, 2)), LOOSE),
    ("tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], 'SAME', dilations=[2, 2])", dict(x=f32(2, 8, 7, 3), w=f32(3, 3, 3, 2)), LOOSE),
    (
        "tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], [[0, 0], [1, 1], [0, 1], [0, 0]])",
        dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3, 2)),
        LOOSE,
    ),
    (
        "tf.nn.separable_conv2d(x, d, p, [1, 1, 1, 1], 'SAME')",
        dict(x=f32(2, 5, 6, 3), d=f32(3, 3, 3, 2), p=f32(1, 1, 6, 4)),
        LOOSE,
    ),
    (
        "tf.nn.separable_conv2d(x, d, p, [1, 1, 1, 1], 'VALID', dilations=[2, 1], name='s')",
        dict(x=f64(2, 7, 6, 3), d=f64(3, 3, 3, 2), p=f64(1, 1, 6, 4)),
        LOOSE,
    ),
    (
        "tf.nn.depthwise_conv2d_backprop_input([2, 5, 6, 3], w, g, [1, 1, 1, 1], 'SAME')",
        dict(w=f32(3, 3, 3, 2), g=f32(2, 5, 6, 6)),
        LOOSE,
    ),
    (
        "tf.nn.depthwise_conv2d_backprop_filter(x, [3, 3, 3, 2], g, [1, 1, 1, 1], 'SAME')",
        dict(x=f64(2, 5, 6, 3), g=f64(2, 5, 6, 6)),
        LOOSE,
    ),
    ("tf.nn.dilation2d(x, w, [1, 1, 1, 1], 'SAME', 'NHWC', [1, 1, 1, 1])", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3))),
    ("tf.nn.dilation2d(x, w, [1, 2, 2, 1], 'VALID', 'NHWC', [1, 2, 1, 1])", dict(x=i32(2, 5, 6, 3), w=i32(2, 3, 3))),
    ("tf.nn.erosion2d(x, w, [1, 1, 1, 1], 'SAME', 'NHWC', [1, 1, 1, 1])", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3))),
    ("tf.nn.erosion2d(x, w, [1, 1, 1, 1], 'SAME', 'NHWC', [1, 1, 1, 1], name='e')", dict(x=f64(2, 5, 6, 3), w=f64(3, 3, 3))),
    ("tf.nn.erosion2d(x, w, [1, 1, 1, 1], 'SAME', 'NCHW', [1, 1, 1, 1])", dict(x=f32(2, 5, 6, 3), w=f32(3, 3, 3)), dict(raises=True)),
    # Channels first has no kernels for the CPU.
    ("tf.nn.conv2d(x, w, [2, 1], [[0, 0], [0, 0], [1, 1], [2, 0]], 'NCHW', 2)", dict(x=f32(2, 3, 9, 9), w=f32(3, 3, 3, 4)), TRACE),
    ("tf.nn.conv2d(x, w, 1, 'SAME', 'NCHW')", dict(x=f32(2, 2, 3, 9, 9), w=f32(3, 3, 3, 4)), TRACE),
    ("tf.nn.conv3d(x, w, [1, 1, 2, 2, 2], 'SAME', 'NCDHW')", dict(x=f32(1, 2, 4, 5, 6), w=f32(2, 3, 3, 2, 3)), TRACE),
    ("tf.nn.conv1d(x, w, 2, 'VALID', 'NCW', dilations=1)", dict(x=f32(2, 3, 7), w=f32(3, 3, 4)), TRACE),
    ("tf.nn.convolution(x, w, 2, 'SAME', 'NCHW')", dict(x=f32(2, 3, 9, 9), w=f32(3, 3, 3, 4)), TRACE),
    ("tf.nn.convolution(x, w, data_format='NCHW', dilations=2)", dict(x=f32(2, 3, 9, 9), w=f32(3, 3, 3, 4)), TRACE),
    ("tf.nn.convolution(x, w, padding='SAME', data_format='NCW', dilations=[3])", dict(x=f32(2, 3, 9), w=f32(3, 3, 4)), TRACE),
    ("tf.nn.convolution(x, w, data_format='NCDHW', dilations=[1, 2, 2])", dict(x=f32(1, 2, 7, 7, 7), w=f32(3, 3, 3, 2, 4)), TRACE),
    ("tf.nn.convolution(x, w, padding=[[0, 0], [0, 0], [1, 1], [2, 2]], data_format='NCHW', dilations=2)", dict(x=f32(2, 3, 9, 9), w=f32(3, 3, 3, 4)), TRACE),
    ("tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], 'SAME', 'NCHW', [2, 2])", dict(x=f32(2, 3, 8, 7), w=f32(3, 3, 3, 2)), TRACE),
    ("tf.nn.separable_conv2d(x, d, p, [1, 1, 2, 2], 'SAME', 'NCHW')", dict(x=f32(2, 3, 5, 6), d=f32(3, 3, 3, 2), p=f32(1, 1, 6, 4)), TRACE),
]
