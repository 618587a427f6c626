"""tf.internal: helpers that more than one library file uses. Not visible to function bodies.

The evaluator adds its own: tf.internal.static_value, constant_value_as_shape, namedtuple and pymath.
"""

from tfsave import export, tf


@export("internal.reduction_axes")
def reduction_axes(x, axis):
    """The axes a reduction is over: axis itself, or all of x's dimensions when it is None."""
    if axis is not None:
        return axis
    if x.shape.rank is not None:
        return tf.constant(list(range(x.shape.rank)), tf.int32)
    return tf.range(0, tf.rank(x))


@export("internal.smart_cond")
def smart_cond(pred, true_fn, false_fn, name=None):
    """true_fn() or false_fn() when pred is known while tracing, else tf.cond."""
    known = tf.internal.static_value(pred)
    if known is None:
        return tf.cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()
