"""Cases of internal/trace/lib/signal.py."""

from cases import const, f32, f64, i32

LOOSE = dict(rtol=1e-5, atol=1e-5)

CASES = [
    ("tf.signal.frame(x, 4, 2)", dict(x=f32(9))),
    ("tf.signal.frame(x, 4, 3, name='f')", dict(x=f64(2, 11))),
    ("tf.signal.frame(x, frame_length=5, frame_step=2, pad_end=True)", dict(x=f32(2, 3, 11))),
    ("tf.signal.frame(x, 5, 2, pad_end=True, pad_value=7, axis=0)", dict(x=i32(11, 2))),
    ("tf.signal.frame(x, 3, 2, axis=1)", dict(x=f32(2, 7, 3))),
    ("tf.signal.frame(x, n, s)", dict(x=f32(2, 11), n=const(4, "int32"), s=const(2, "int32"))),
    ("tf.signal.frame(x, n, s, pad_end=True)", dict(x=f64(2, 11), n=const(4, "int32"), s=const(3, "int32"))),
    ("tf.signal.frame(x, 20, 1)", dict(x=f32(9))),
    ("tf.signal.overlap_and_add(x, 2)", dict(x=f32(5, 4)), LOOSE),
    ("tf.signal.overlap_and_add(x, 3, name='o')", dict(x=f64(2, 5, 4)), LOOSE),
    ("tf.signal.overlap_and_add(x, 4)", dict(x=i32(2, 5, 4))),
    ("tf.signal.overlap_and_add(x, s)", dict(x=f32(3, 2, 5, 4), s=const(3, "int32")), LOOSE),
    ("tf.signal.overlap_and_add(x, 0.5)", dict(x=f32(5, 4)), dict(raises=True)),
    ("tf.signal.linear_to_mel_weight_matrix()", dict(), LOOSE),
    ("tf.signal.linear_to_mel_weight_matrix(10, 65, 16000, 80.0, 7600.0, tf.float64, name='m')", dict(), LOOSE),
    ("tf.signal.linear_to_mel_weight_matrix(sample_rate=r)", dict(r=const(8000, "int32")), LOOSE),
    ("tf.signal.linear_to_mel_weight_matrix(sample_rate=tf.constant(8000.0))", dict(), LOOSE),
    ("tf.signal.linear_to_mel_weight_matrix(upper_edge_hertz=5000.0)", dict(), dict(raises=True)),
    ("tf.signal.mfccs_from_log_mel_spectrograms(x)", dict(x=f32(2, 5, 8)), LOOSE),
    ("tf.signal.mfccs_from_log_mel_spectrograms(x, name='m')", dict(x=f64(5, 8)), LOOSE),
]
