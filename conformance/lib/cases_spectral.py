"""Cases of internal/trace/lib/spectral.py."""

from cases import c128, c64, const, f32, f64

LOOSE = dict(rtol=1e-4, atol=1e-5)

CASES = [
    ("tf.signal.hann_window(8)", dict(), LOOSE),
    ("tf.signal.hann_window(7, periodic=False, dtype=tf.float64, name='h')", dict()),
    ("tf.signal.hann_window(1)", dict()),
    ("tf.signal.hann_window(n)", dict(n=const(9, "int32")), LOOSE),
    ("tf.signal.hann_window(8, dtype=tf.int32)", dict(), dict(raises=True)),
    ("tf.signal.hamming_window(8)", dict(), LOOSE),
    ("tf.signal.hamming_window(n, periodic=False, dtype=tf.float64)", dict(n=const(9, "int32"))),
    ("tf.signal.kaiser_window(8)", dict(), LOOSE),
    ("tf.signal.kaiser_window(n, beta=4.0, dtype=tf.float64, name='k')", dict(n=const(9, "int32")), LOOSE),
    ("tf.signal.kaiser_window(1)", dict()),
    ("tf.signal.kaiser_bessel_derived_window(8)", dict(), LOOSE),
    ("tf.signal.kaiser_bessel_derived_window(n, 4.0, tf.float64, name='k')", dict(n=const(8, "int32")), LOOSE),
    ("tf.signal.vorbis_window(8)", dict(), LOOSE),
    ("tf.signal.vorbis_window(n, tf.float64, name='v')", dict(n=const(8, "int32")), LOOSE),
    ("tf.signal.stft(x, 8, 4)", dict(x=f32(2, 30)), LOOSE),
    ("tf.signal.stft(x, frame_length=6, frame_step=2, fft_length=16, pad_end=True, name='s')", dict(x=f64(30)), LOOSE),
    ("tf.signal.stft(x, n, s)", dict(x=f32(2, 30), n=const(6, "int32"), s=const(3, "int32")), LOOSE),
    ("tf.signal.stft(x, 8, 4, window_fn=None)", dict(x=f32(2, 30)), LOOSE),
    ("tf.signal.stft(x, 8, 4, window_fn=tf.signal.hamming_window)", dict(x=f32(2, 30)), LOOSE),
    ("tf.signal.inverse_stft_window_fn(4)(8, tf.float32)", dict(), LOOSE),
    ("tf.signal.inverse_stft_window_fn(s, tf.signal.hamming_window, name='w')(n, dtype=tf.float64)", dict(s=const(3, "int32"), n=const(8, "int32")), LOOSE),
    ("tf.signal.inverse_stft(x, 8, 4)", dict(x=c64(2, 6, 5)), LOOSE),
    ("tf.signal.inverse_stft(x, 6, 3, window_fn=None, name='s')", dict(x=c128(6, 5)), LOOSE),
    ("tf.signal.inverse_stft(x, 8, 4, fft_length=6, window_fn=tf.signal.inverse_stft_window_fn(4))", dict(x=c64(2, 6, 4)), LOOSE),
    ("tf.signal.inverse_stft(x, n, s)", dict(x=c64(2, 6, 5), n=const(8, "int32"), s=const(4, "int32")), LOOSE),
    ("tf.signal.mdct(x, 8)", dict(x=f32(2, 32)), LOOSE),
    ("tf.signal.mdct(x, frame_length=8, window_fn=None, pad_end=True, norm='ortho', name='m')", dict(x=f64(30)), LOOSE),
    ("tf.signal.mdct(x, n)", dict(x=f32(2, 32), n=const(8, "int32")), LOOSE),
    ("tf.signal.mdct(x, 6)", dict(x=f32(2, 32)), dict(raises=True)),
    ("tf.signal.inverse_mdct(x)", dict(x=f32(2, 5, 4)), LOOSE),
    ("tf.signal.inverse_mdct(x, window_fn=tf.signal.kaiser_bessel_derived_window, norm='ortho', name='m')", dict(x=f64(5, 4)), LOOSE),
    ("tf.signal.inverse_mdct(x, window_fn=None)", dict(x=f32(5, 4)), LOOSE),
]
