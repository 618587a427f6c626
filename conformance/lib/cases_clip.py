"""Cases of internal/trace/lib/clip.py."""

from cases import const, f32, f64, i32

CASES = [
    ("tf.clip_by_value(x, -0.5, 0.5)", dict(x=f32(2, 3))),
    ("tf.clip_by_value(x, 0, y, name='c')", dict(x=i32(2, 3), y=i32(3))),
    ("tf.clip_by_value([1.0, 5.0], 2, 3)", dict()),
    ("tf.clip_by_value(x, y, 1.0)", dict(x=f32(3), y=f32(2, 3)), {"raises": True}),
    ("tf.clip_by_norm(x, 0.5)", dict(x=f32(2, 3))),
    ("tf.clip_by_norm(x, -1, name='c')", dict(x=f32(2, 3))),
    ("tf.clip_by_norm(x, n, axes=[1])", dict(x=f64(2, 3), n=const(0.25, "float64"))),
    ("tf.clip_by_norm(x, 2.0, axes=0)", dict(x=f64(2, 3))),
    ("tf.linalg.global_norm([x, None, y])", dict(x=f32(2, 3), y=f32(4))),
    ("tf.linalg.global_norm((x,), name='g')", dict(x=f64(2, 3))),
    ("tf.linalg.global_norm(x)", dict(x=f32(3)), {"raises": True}),
    ("tf.clip_by_global_norm([x, y], 0.5)", dict(x=f32(2, 3), y=f32(4))),
    ("tf.clip_by_global_norm([x, None], 0.5, use_norm=n, name='c')", dict(x=f32(2, 3), n=const(2.0, "float32"))),
    ("tf.clip_by_global_norm(x, 0.5)", dict(x=f32(2, 3)), {"raises": True}),
]
