"""Cases of internal/trace/lib/ctc.py."""

from cases import const, f32, f64, half, i32, i64

LOOSE = dict(rtol=1e-4, atol=1e-5)
LABELS = "tf.SparseTensor([[0, 0], [0, 1], [1, 0]], v, [2, 3])"

CASES = [
    ("tf.nn.ctc_greedy_decoder(x, n)", dict(x=f32(5, 2, 4), n=const([5, 3], "int32"))),
    ("tf.nn.ctc_greedy_decoder(x, n, merge_repeated=False, blank_index=0)", dict(x=f64(5, 2, 4), n=const([5, 3], "int32"))),
    ("tf.nn.ctc_beam_search_decoder(x, n)", dict(x=f32(5, 2, 4), n=const([5, 3], "int32")), LOOSE),
    ("tf.nn.ctc_beam_search_decoder(x, n, beam_width=5, top_paths=2)", dict(x=f64(5, 2, 4), n=const([5, 3], "int32")), LOOSE),
    ("tf.nn.collapse_repeated(x, n)", dict(x=i32(3, 6, low=0, high=3), n=const([6, 4, 1], "int32"))),
    ("tf.nn.collapse_repeated(x, n, name='c')", dict(x=i64(2, 6, low=0, high=2), n=const([5, 6], "int64"))),
    ("tf.nn.ctc_unique_labels(x)", dict(x=i32(3, 6, low=0, high=3))),
    ("tf.nn.ctc_unique_labels(x, name='u')", dict(x=i64(2, 4, low=0, high=3))),
    ("tf.nn.ctc_loss(y, x, n, m)", dict(x=f32(6, 2, 5), y=i32(2, 3, low=1, high=5), n=const([3, 2], "int32"), m=const([6, 5], "int32")), LOOSE),
    (
        "tf.nn.ctc_loss(y, x, n, m, logits_time_major=False, blank_index=-1, name='c')",
        dict(x=half(2, 6, 5), y=i64(2, 3, low=0, high=4), n=const([3, 2], "int64"), m=const([6, 5], "int64")),
        dict(rtol=1e-2),
    ),
    (
        "tf.nn.ctc_loss(y, x, n, m, unique=tf.nn.ctc_unique_labels(y))",
        dict(x=f32(6, 2, 5), y=i64(2, 3, low=1, high=5), n=const([3, 2], "int32"), m=const([6, 5], "int32")),
        LOOSE,
    ),
    (
        "tf.nn.ctc_loss(y, x, n, m, unique=tf.nn.ctc_unique_labels(y), blank_index=2)",
        dict(x=f32(6, 2, 5), y=i64(2, 3, low=3, high=5), n=const([3, 2], "int32"), m=const([6, 5], "int32")),
        LOOSE,
    ),
    (f"tf.nn.ctc_loss({LABELS}, x, None, m, blank_index=-1)", dict(x=f32(6, 2, 5), v=const([1, 2, 0], "int32"), m=const([6, 5], "int32")), LOOSE),
    (
        f"tf.nn.ctc_loss({LABELS}, x, None, m, logits_time_major=False, blank_index=0)",
        dict(x=f32(2, 6, 5), v=const([1, 2, 3], "int32"), m=const([6, 5], "int32")),
        LOOSE,
    ),
    (f"tf.nn.ctc_loss({LABELS}, x, None, m)", dict(x=f32(6, 2, 5), v=const([1, 2, 0], "int32"), m=const([6, 5], "int32")), dict(raises=True)),
]
