"""What tf.GradientTape needs besides the gradients of the single ops, and what those share.

The gradient of an op is the function exported as internal.gradient.<op type>. It takes the op and the gradients of its
outputs, None for one that has none, and returns the gradients of its inputs, None where there is none. The rules are
those of TensorFlow 2.21 (python/ops/*_grad.py); which ops stop a gradient stands in ../tape.go.
"""

from tfsave import export, tf


@export("internal.tape.ones_like")
def ones_like(x):
    """The gradient that a target starts with."""
    return tf.ones(known_shape(x), x.dtype)


@export("internal.tape.zeros_like")
def zeros_like(x):
    """The gradient of what does not contribute."""
    return tf.zeros(known_shape(x), x.dtype)


def known_shape(x):
    """The shape of x as a list where it is known, else as a tensor."""
    return x.shape.as_list() if x.shape.is_fully_defined() else tf.shape(x)


@export("internal.tape.jacobian")
def jacobian(gradient, target, source):
    """The gradients of all elements of the target, one after the other."""
    rows = tf.eye(tf.size(target), dtype=target.dtype)
    shape = tf.shape(target)
    out = tf.map_fn(lambda row: gradient(tf.reshape(row, shape)), rows, fn_output_signature=source.dtype)
    out = tf.reshape(out, tf.concat([shape, tf.shape(source)], 0))
    out.set_shape(target.shape.concatenate(source.shape))
    return out


@export("internal.tape.batch_jacobian")
def batch_jacobian(gradient, target, source):
    """The jacobian of each element of a batch, of which the others are independent."""
    shape = tf.shape(target)
    rows = tf.eye(tf.reduce_prod(shape[1:]), dtype=target.dtype)
    out = tf.map_fn(
        lambda row: gradient(tf.broadcast_to(tf.reshape(row, tf.concat([[1], shape[1:]], 0)), shape)), rows,
        fn_output_signature=source.dtype)
    order = tf.concat([[1, 0], tf.range(2, tf.rank(out))], 0)
    out = tf.reshape(tf.transpose(out, order), tf.concat([shape, tf.shape(source)[1:]], 0))
    out.set_shape(target.shape.concatenate(source.shape[1:]))
    return out


@export("internal.tape.add")
def add(gradients):
    """The sum of the gradients that come together at a tensor."""
    if not any([isinstance(g, tf.IndexedSlices) for g in gradients]):
        return tf.raw_ops.AddN(inputs=gradients)
    if not all([isinstance(g, tf.IndexedSlices) for g in gradients]):
        return tf.raw_ops.AddN(inputs=[tf.convert_to_tensor(g) for g in gradients])
    return tf.IndexedSlices(
        tf.concat([g.values for g in gradients], 0),
        tf.concat([tf.cast(g.indices, tf.int64) for g in gradients], 0),
        gradients[0].dense_shape)


@export("internal.gradient.attr")
def attr(op, name):
    """An attribute of an op; text as a str."""
    value = op.get_attr(name)
    return value.decode() if isinstance(value, bytes) else value


@export("internal.gradient.needs")
def needs(op, index):
    """Whether anybody asks for the gradient of an input."""
    return index not in tf.internal.skip_input_indices(op)


@export("internal.gradient.same_shape")
def same_shape(*tensors):
    """Whether the shapes of all tensors are known and equal."""
    first = tensors[0].shape
    return first.is_fully_defined() and all(
        [t.shape.is_fully_defined() and t.shape.as_list() == first.as_list() for t in tensors])


@export("internal.gradient.scalar_y")
def scalar_y(op):
    """Whether only the first input's gradient is asked for, and the second input is a scalar."""
    return not needs(op, 1) and op.inputs[1].shape.rank == 0


def broadcast_axes(x, y):
    """The dimensions that broadcasting x and y together repeated in each; (None, None) when that is not known."""
    if x.rank is None or y.rank is None:
        return None, None
    rank = max(x.rank, y.rank)
    dims_x = [1] * (rank - x.rank) + x.as_list()
    dims_y = [1] * (rank - y.rank) + y.as_list()
    for a, b in zip(dims_x, dims_y):
        if not (a == 1 and b != 1) and not (b == 1 and a != 1) and (a is None or b is None):
            return None, None
    return (
        [i for i in range(rank) if dims_x[i] == 1 and dims_y[i] != 1],
        [i for i in range(rank) if dims_y[i] == 1 and dims_x[i] != 1])


@export("internal.gradient.unbroadcast")
def unbroadcast(x, y, grad_x, grad_y):
    """The gradients of two operands that were broadcast: summed to the shapes of the operands."""
    if grad_x is None and grad_y is None:
        return grad_x, grad_y
    shape_x, shape_y = tf.shape(x), tf.shape(y)
    axes_x, axes_y = broadcast_axes(x.shape, y.shape)
    if axes_x is None:
        args = tf.raw_ops.BroadcastGradientArgs(s0=shape_x, s1=shape_y)
        return reduced(grad_x, args.r0, shape_x), reduced(grad_y, args.r1, shape_y)
    if axes_x or x.shape.rank < y.shape.rank:
        grad_x = reduced(grad_x, axes_x, shape_x)
    if axes_y or y.shape.rank < x.shape.rank:
        grad_y = reduced(grad_y, axes_y, shape_y)
    return grad_x, grad_y


def reduced(grad, axes, shape):
    """grad summed over axes, in a shape of as many elements."""
    if grad is None:
        return None
    return tf.reshape(tf.reduce_sum(grad, axes, keepdims=True), shape)


@export("internal.gradient.kept_shape")
def kept_shape(shape, axes):
    """A shape, as a tensor, with the reduced axes as dimensions of 1."""
    known, known_axes = tf.internal.static_value(shape), tf.internal.static_value(axes)
    if known is not None and known_axes is not None:
        known = list(known)
        for axis in known_axes if isinstance(known_axes, list) else [known_axes]:
            known[axis] = 1
        return tf.constant(known, tf.int32)
    rank = tf.size(shape)
    axes = tf.math.floormod(tf.cast(axes, tf.int32) + rank, rank)
    return tf.dynamic_stitch([tf.range(rank), axes], [tf.cast(shape, tf.int32), tf.ones(tf.shape(axes), tf.int32)])
