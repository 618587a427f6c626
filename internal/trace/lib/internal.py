"""tf.internal: helpers that more than one library file uses. Not visible to function bodies.

The evaluator adds its own: tf.internal.static_value, constant_value_as_shape, namedtuple, pymath, colocate_with (which
puts `_class` on the ops made while it is entered) and composite (README.md).
"""

from tfsave import export, tf


@export("internal.reduction_axes")
def reduction_axes(x, axis):
    """The axes a reduction is over: axis itself, or all of x's dimensions when it is None."""
    if axis is not None:
        return axis
    rank = x.shape.rank if isinstance(x, (tf.Tensor, tf.Variable)) else None
    if rank:
        return tf.constant(list(range(rank)), tf.int32)
    return tf.range(0, tf.rank(x))


@export("internal.renamed_argument")
def renamed_argument(new_name, new, old_name, old):
    """The value of an argument that has a deprecated second name."""
    if old is None:
        return new
    if new is not None:
        raise ValueError(f"{new_name} and {old_name} are the same argument, and both are given")
    return old


@export("internal.shape")
def shape(x):
    """tf.shape as TensorFlow's own functions call it: the names of the constants differ from tf.shape's."""
    with tf.name_scope("Shape") as scope:
        x = tf.convert_to_tensor(x)
        if x.shape.is_fully_defined():
            return tf.constant(x.shape.as_list(), tf.int32, name="shape_as_tensor")
        return tf.raw_ops.Shape(input=x, name=scope)


@export("internal.smart_cond")
def smart_cond(pred, true_fn, false_fn, name=None):
    """true_fn() or false_fn() when pred is known while tracing, else tf.cond."""
    known = tf.internal.static_value(pred)
    if known is None:
        return tf.cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()


@export("internal.with_dependencies")
def with_dependencies(dependencies, tensor):
    """tensor, to be had only after the dependencies have run."""
    with tf.name_scope("control_dependency") as scope:
        with tf.internal.colocate_with(tensor), tf.control_dependencies(dependencies):
            return tf.raw_ops.Identity(input=tensor, name=scope)
