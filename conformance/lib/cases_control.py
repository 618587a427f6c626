"""Cases of internal/trace/lib/control.py."""

from cases import f32, i32

CASES = [
    ("with tf.control_dependencies([tf.no_op()]):\n    return tf.identity(x)", dict(x=f32(3))),
    ("with tf.control_dependencies([tf.no_op(name='n')]):\n    return tf.identity(x)", dict(x=f32(3))),
    (
        "with tf.control_dependencies([tf.group(x + 1.0, [y, y * 2])]):\n    return tf.identity(x)",
        dict(x=f32(3), y=i32(2)),
    ),
    ("with tf.control_dependencies([tf.group(name='g')]):\n    return tf.identity(x)", dict(x=f32(3))),
    ("tf.group(x, label='a')", dict(x=f32(3)), {"raises": True}),
    ("tf.tuple([x, y])", dict(x=f32(3), y=i32(2))),
    ("tf.tuple([x, None, 2.5], control_inputs=[y, y.op], name='t')", dict(x=f32(3), y=i32(2))),
    ("tf.tuple([])", dict(), {"raises": True}),
]
