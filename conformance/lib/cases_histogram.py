"""Cases of internal/trace/lib/histogram.py."""

from cases import const, f32, f64, i32, i64, u8

CASES = [
    ("tf.math.bincount(x)", dict(x=i32(8, low=0, high=4))),
    ("tf.math.bincount(x, minlength=6, maxlength=9, dtype=tf.int64, name='b')", dict(x=i64(8, low=0, high=4))),
    ("tf.math.bincount(x, weights=w)", dict(x=i32(2, 3, low=0, high=4), w=f32(2, 3))),
    ("tf.math.bincount(x, axis=-1, binary_output=True)", dict(x=i32(2, 3, low=0, high=4))),
    ("tf.math.bincount([1, 1, 2], minlength=n)", dict(n=const(5, "int32"))),
    ("tf.math.bincount(x)", dict(x=f32(8, low=0.0, high=4.0))),
    ("tf.math.bincount(x, axis=1)", dict(x=i32(2, 3)), {"raises": True}),
    ("tf.math.bincount(x, weights=x, binary_output=True)", dict(x=i32(3)), {"raises": True}),
    ("tf.histogram_fixed_width_bins(x, [-1.0, 1.0], nbins=5)", dict(x=f32(2, 3))),
    ("tf.histogram_fixed_width_bins(x, r, name='h')", dict(x=f64(6), r=const([-1.0, 1.0], "float64"))),
    ("tf.histogram_fixed_width(x, [-1.0, 1.0], nbins=5)", dict(x=f32(2, 3))),
    ("tf.histogram_fixed_width(x, r, dtype=tf.int64, name='h')", dict(x=i32(6), r=const([-9, 9], "int32"))),
    ("tf.math.confusion_matrix(x, y)", dict(x=i32(6, low=0, high=3), y=i32(6, low=0, high=3))),
    (
        "tf.math.confusion_matrix(x, y, num_classes=4, weights=w, dtype=tf.float32, name='c')",
        dict(x=i64(6, low=0, high=3), y=i64(6, low=0, high=3), w=f32(6)),
    ),
    ("tf.math.confusion_matrix(x, y)", dict(x=i32(6, 1, low=0, high=3), y=i32(6, low=0, high=3))),
    ("tf.math.confusion_matrix([1, 2], y, n)", dict(y=i32(2, 1, low=0, high=3), n=const(3, "int32"))),
]
