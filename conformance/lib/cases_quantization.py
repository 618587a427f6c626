"""Cases of internal/trace/lib/quantization.py."""

from cases import f32, f64

LOW = dict(atol=1e-6)

CASES = [
    ("tf.cast(tf.quantization.quantize(x, -1.0, 1.0, tf.quint8)[0], tf.int32)", dict(x=f32(2, 3))),
    ("tuple(tf.quantization.quantize(x, a, b, tf.qint8, mode='SCALED', round_mode='HALF_TO_EVEN', narrow_range=True, name='q'))[1:]", dict(x=f32(2, 3), a=f32(high=0), b=f32(low=0))),
    ("tuple(tf.quantization.quantize(x, a, b, tf.qint8, mode='SCALED', round_mode='HALF_TO_EVEN', axis=-1, ensure_minimum_range=0.1))[1:]", dict(x=f32(2, 3), a=f32(3, high=0), b=f32(3, low=0)), dict(static_only=True)),
    ("tf.quantization.dequantize(tf.quantization.quantize(x, -1.0, 1.0, tf.quint8)[0], -1.0, 1.0)", dict(x=f32(2, 3)), LOW),
    (
        """
        q = tf.quantization.quantize(x, a, b, tf.qint8, mode='SCALED', round_mode='HALF_TO_EVEN', axis=1)
        return tf.quantization.dequantize(q[0], q[1], q[2], mode='SCALED', axis=-1, dtype=tf.float32, name='d')
        """,
        dict(x=f32(2, 3), a=f32(3, high=0), b=f32(3, low=0)),
        dict(static_only=True),
    ),
    ("tf.quantization.quantize_and_dequantize(x, -1.0, 1.0)", dict(x=f32(2, 3)), LOW),
    ("tf.quantization.quantize_and_dequantize(x, a, b, range_given=True, num_bits=4, narrow_range=True, name='q')", dict(x=f64(2, 3), a=f64(high=0), b=f64(low=0)), LOW),
    ("tf.quantization.quantize_and_dequantize(x, a, b, axis=-1)", dict(x=f32(2, 3), a=f32(3, high=0), b=f32(3, low=0)), dict(static_only=True)),
    ("tf.quantization.quantize_and_dequantize_v2(x, -1.0, 1.0)", dict(x=f32(2, 3)), LOW),
    ("tf.quantization.quantize_and_dequantize_v2(x, a, b, signed_input=False, round_mode='HALF_UP', axis=0)", dict(x=f64(2, 3), a=f64(2, high=0), b=f64(2, low=0)), LOW),
    (
        """
        q = [tf.quantization.quantize(x, -1.0, 1.0, tf.quint8) for x in (x, y)]
        values, low, high = tf.quantization.quantized_concat(0, [q[0][0], q[1][0]], [q[0][1], q[1][1]], [q[0][2], q[1][2]])
        return tf.cast(values, tf.int32), low, high
        """,
        dict(x=f32(2, 3), y=f32(1, 3)),
    ),
    ("tf.quantization.fake_quant_with_min_max_args(x)", dict(x=f32(2, 3))),
    ("tf.quantization.fake_quant_with_min_max_args(x, min=-1, max=2, num_bits=4, narrow_range=True, name='f')", dict(x=f32(5))),
    ("tf.quantization.fake_quant_with_min_max_args_gradient(g, x)", dict(g=f32(2, 3), x=f32(2, 3))),
    ("tf.quantization.fake_quant_with_min_max_args_gradient(g, x, -0.5, 0.5, num_bits=4, name='f')", dict(g=f32(5), x=f32(5))),
    ("tf.quantization.fake_quant_with_min_max_vars(x, a, b)", dict(x=f32(2, 3), a=f32(high=0), b=f32(low=0))),
    ("tf.quantization.fake_quant_with_min_max_vars(x, -1.0, 1.0, 4, True, name='f')", dict(x=f32(2, 3))),
    ("tuple(tf.quantization.fake_quant_with_min_max_vars_gradient(g, x, a, b))", dict(g=f32(2, 3), x=f32(2, 3), a=f32(high=0), b=f32(low=0))),
    ("tf.quantization.fake_quant_with_min_max_vars_per_channel(x, a, b)", dict(x=f32(2, 3), a=f32(3, high=0), b=f32(3, low=0))),
    ("tf.quantization.fake_quant_with_min_max_vars_per_channel(x, a, b, num_bits=5, name='f')", dict(x=f32(3), a=f32(3, high=0), b=f32(3, low=0))),
    ("tuple(tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient(g, x, a, b))", dict(g=f32(2, 3), x=f32(2, 3), a=f32(3, high=0), b=f32(3, low=0))),
]
