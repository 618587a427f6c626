"""Cases of internal/trace/lib/losses.py."""

from cases import bf16, f32, f64, half, i32, i64

HALF = dict(rtol=1e-2, atol=1e-2)

CASES = [
    ("tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=y)", dict(x=f32(2, 3, low=0), y=f32(2, 3))),
    ("tf.nn.sigmoid_cross_entropy_with_logits(x, y, name='s')", dict(x=f64(4, low=0), y=f64(4))),
    ("tf.nn.sigmoid_cross_entropy_with_logits(x, y)", dict(x=f32(2, 3), y=f32(2, 4)), dict(raises=True)),
    ("tf.nn.sigmoid_cross_entropy_with_logits(labels=x)", dict(x=f32(2, 3)), dict(raises=True)),
    ("tf.nn.weighted_cross_entropy_with_logits(x, y, 2.0)", dict(x=f32(2, 3, low=0), y=f32(2, 3))),
    ("tf.nn.weighted_cross_entropy_with_logits(x, y, w, name='w')", dict(x=f64(2, 3, low=0), y=f64(2, 3), w=f64(3))),
    ("tf.nn.softmax_cross_entropy_with_logits(x, y)", dict(x=f32(2, 3, low=0), y=f32(2, 3))),
    ("tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=y, name='s')", dict(x=f64(2, 4, 3, low=0), y=f64(2, 4, 3))),
    ("tf.nn.softmax_cross_entropy_with_logits(x, y, axis=1)", dict(x=f32(2, 4, 3, low=0), y=f32(2, 4, 3)), dict(rtol=1e-5)),
    ("tf.nn.softmax_cross_entropy_with_logits(x, y, axis=0)", dict(x=half(4, 3, low=0), y=half(4, 3)), HALF),
    ("tf.nn.softmax_cross_entropy_with_logits(x, y)", dict(x=f32(3, low=0), y=bf16(3)), HALF),
    ("tf.nn.sparse_softmax_cross_entropy_with_logits(x, y)", dict(x=i32(4, low=0, high=3), y=f32(4, 3))),
    ("tf.nn.sparse_softmax_cross_entropy_with_logits(labels=x, logits=y, name='s')", dict(x=i64(2, 2, low=0, high=3), y=f64(2, 2, 3))),
    ("tf.nn.sparse_softmax_cross_entropy_with_logits(x, y)", dict(x=i64(low=0, high=3), y=half(3)), HALF),
    ("tf.nn.sparse_softmax_cross_entropy_with_logits(x, y)", dict(x=i32(4, low=0, high=3), y=half(4, 3)), HALF),
    ("tf.nn.sparse_softmax_cross_entropy_with_logits(x, y)", dict(x=i32(5, low=0, high=3), y=f32(4, 3)), dict(raises=True)),
    ("tf.nn.log_poisson_loss(x, y)", dict(x=f32(2, 3, low=0, high=5), y=f32(2, 3))),
    ("tf.nn.log_poisson_loss(x, y, compute_full_loss=True, name='p')", dict(x=f64(2, 3, low=0, high=5), y=f64(2, 3))),
    ("tf.nn.scale_regularization_loss(x)", dict(x=f32(3))),
    ("tf.nn.scale_regularization_loss(x)", dict(x=f64())),
    ("tf.nn.compute_average_loss(x)", dict(x=f32(4))),
    ("tf.nn.compute_average_loss(x, global_batch_size=8)", dict(x=f64(4, 2))),
    ("tf.nn.compute_average_loss(x, sample_weight=w)", dict(x=f32(4), w=f32(4, 1))),
    ("tf.nn.compute_average_loss(x, sample_weight=0.5, global_batch_size=n)", dict(x=f32(4), n=i32(low=3, high=9))),
    ("tf.nn.compute_average_loss(x, w)", dict(x=f64(4, 3), w=f32(4))),
    ("tf.nn.compute_average_loss(x)", dict(x=f32()), dict(raises=True)),
]
