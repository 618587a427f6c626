"""tf.bitwise: operations on the bits of integers."""

from tfsave import export, tf


@export("bitwise.bitwise_and")
def bitwise_and(x, y, name=None):
    """x & y."""
    return tf.raw_ops.BitwiseAnd(x=x, y=y, name=name)


@export("bitwise.bitwise_or")
def bitwise_or(x, y, name=None):
    """x | y."""
    return tf.raw_ops.BitwiseOr(x=x, y=y, name=name)


@export("bitwise.bitwise_xor")
def bitwise_xor(x, y, name=None):
    """x ^ y."""
    return tf.raw_ops.BitwiseXor(x=x, y=y, name=name)


@export("bitwise.left_shift")
def left_shift(x, y, name=None):
    """x << y."""
    return tf.raw_ops.LeftShift(x=x, y=y, name=name)


@export("bitwise.right_shift")
def right_shift(x, y, name=None):
    """x >> y, with the sign bit of signed integers."""
    return tf.raw_ops.RightShift(x=x, y=y, name=name)


@export("bitwise.invert")
def invert(x, name=None):
    """All bits of x flipped."""
    return tf.raw_ops.Invert(x=x, name=name)
