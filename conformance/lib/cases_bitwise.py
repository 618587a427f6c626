"""Cases of internal/trace/lib/bitwise.py."""

from cases import i8, i32, i64, u8, u16

CASES = [
    ("tf.bitwise.bitwise_and(x, y)", dict(x=i32(2, 4), y=i32(4))),
    ("tf.bitwise.bitwise_and(x, 12, name='n')", dict(x=u8(4))),
    ("tf.bitwise.bitwise_or(x, y)", dict(x=i64(4), y=i64(4))),
    ("tf.bitwise.bitwise_or(3, x)", dict(x=i32(4))),
    ("tf.bitwise.bitwise_xor(x, y)", dict(x=u16(2, 2), y=u16(2, 2))),
    ("tf.bitwise.bitwise_xor(x, x)", dict(x=i8(4))),
    ("tf.bitwise.left_shift(x, y)", dict(x=i32(4), y=i32(4, low=0, high=5))),
    ("tf.bitwise.left_shift(x, [1, 2, 3])", dict(x=u8(2, 3))),
    ("tf.bitwise.right_shift(x, y)", dict(x=i64(4), y=i64(4, low=0, high=5))),
    ("tf.bitwise.right_shift(x, 1)", dict(x=i8(2, 3))),
    ("tf.bitwise.invert(x)", dict(x=i32(4))),
    ("tf.bitwise.invert(x, name='n')", dict(x=u8(2, 2))),
]
