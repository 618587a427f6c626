"""Root functions of tf about control dependencies: no_op, group, tuple."""

from tfsave import export, tf


@export("no_op")
def no_op(name=None):
    """An operation that does nothing."""
    return tf.raw_ops.NoOp(name=name)


@export("group")
def group(*inputs, **kwargs):
    """An operation that finishes after all inputs, which are tensors or operations; keyword name."""
    unknown = [key for key in kwargs if key != "name"]
    if unknown:
        raise ValueError(f"group takes the keyword name, got {unknown[0]}")
    with tf.name_scope(kwargs.get("name") or "group_deps") as scope:
        with tf.control_dependencies(tf.nest.flatten(inputs)):
            return tf.raw_ops.NoOp(name=scope)


@export("tuple")
def tuple_(tensors, control_inputs=None, name=None):
    """The tensors, none of which is to be had before all of them and the control inputs are."""
    with tf.name_scope(name or "tuple"):
        tensors = [t if t is None or tf.is_tensor(t) else tf.convert_to_tensor(t) for t in tensors]
        given = [t for t in tensors if t is not None]
        if not given:
            raise ValueError("tuple takes at least one tensor")
        gate = group(*[t.op for t in given], *[c.op if tf.is_tensor(c) else c for c in control_inputs or []])
        return [None if t is None else tf.internal.with_dependencies([gate], t) for t in tensors]
