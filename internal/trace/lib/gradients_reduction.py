"""The gradients of reductions, of running sums and products, and of segments."""

from tfsave import export, tf


@export("internal.gradient.Sum")
def reduce_sum(op, grad):
    """The sum over axes: the gradient, repeated."""
    x, axes = op.inputs[0], op.inputs[1]
    known = tf.internal.static_value(axes)
    if x.shape.rank is not None and known is not None:
        known = list(known) if isinstance(known, (list, tuple)) else [known]
        if known == list(range(x.shape.rank)):
            grad = tf.reshape(grad, [1] * x.shape.rank)
            shape = tf.constant(x.shape.as_list(), tf.int32) if x.shape.is_fully_defined() else tf.shape(x)
            return tf.tile(grad, shape), None
        if x.shape.is_fully_defined():
            dims = x.shape.as_list()
            reduced = [axis % len(dims) for axis in known]
            kept = [1 if i in reduced else dim for i, dim in enumerate(dims)]
            grad = tf.reshape(grad, kept)
            return tf.tile(grad, [dim // max(keep, 1) for dim, keep in zip(dims, kept)]), None
    shape = tf.shape(x)
    if not op.get_attr("keep_dims"):
        with tf.internal.colocate_with(shape):
            kept = tf.internal.gradient.kept_shape(shape, axes)
        grad = tf.reshape(grad, kept)
    return tf.broadcast_to(grad, shape), None


@export("internal.gradient.Mean")
def reduce_mean(op, grad):
    """The mean over axes: that of the sum, divided by the number of elements that go into each."""
    grad = reduce_sum(op, grad)[0]
    x, y = op.inputs[0], op.outputs[0]
    if x.shape.is_fully_defined() and y.shape.is_fully_defined():
        factor = tf.constant(x.shape.num_elements() // max(y.shape.num_elements(), 1), dtype=grad.dtype)
    else:
        shape = tf.shape(x)
        rank = tf.size(shape)
        axes = tf.cast(op.inputs[1], rank.dtype)
        axes = (axes + rank) % rank
        factor = tf.reduce_prod(tf.gather(shape, axes))
    return tf.truediv(grad, tf.cast(factor, grad.dtype)), None


@export("internal.gradient.Max", "internal.gradient.Min")
def reduce_extreme(op, grad):
    """The largest or smallest: the gradient is shared by all elements that are."""
    x, axes, y = op.inputs[0], op.inputs[1], op.outputs[0]
    shape = tf.shape(x)
    if op.get_attr("keep_dims"):
        kept = tf.shape(y)
    else:
        kept = tf.internal.gradient.kept_shape(shape, axes)
        y = tf.reshape(y, kept)
        grad = tf.reshape(grad, kept)
    chosen = tf.cast(tf.equal(y, x), grad.dtype)
    count = tf.reshape(tf.reduce_sum(chosen, axes), kept)
    return tf.divide(chosen, count) * grad, None


@export("internal.gradient.Prod")
def reduce_prod(op, grad):
    """The product: of all other elements, which running products from both sides give, zeros or not."""
    x = op.inputs[0]
    shape = tf.shape(x)
    axes = tf.reshape(op.inputs[1], [-1])
    if not op.get_attr("keep_dims"):
        grad = tf.reshape(grad, tf.internal.gradient.kept_shape(shape, op.inputs[1]))
    grad = tf.broadcast_to(grad, shape)
    with tf.device("/cpu:0"):
        rank = tf.rank(x)
        axes = (tf.cast(axes, rank.dtype) + rank) % rank
        others = tf.raw_ops.ListDiff(x=tf.range(0, rank), y=axes, out_idx=axes.dtype)[0]
        perm = tf.concat([axes, others], 0)
        size = tf.reduce_prod(tf.gather(shape, axes))
        rest = tf.reduce_prod(tf.gather(shape, others))
    permuted = tf.transpose(x, perm)
    flat = tf.reshape(permuted, (size, rest))
    left = tf.math.cumprod(flat, axis=0, exclusive=True)
    right = tf.math.cumprod(flat, axis=0, exclusive=True, reverse=True)
    product = tf.reshape(tf.math.conj(left) * tf.math.conj(right), tf.shape(permuted))
    out = grad * tf.transpose(product, tf.math.invert_permutation(perm))
    return tf.reshape(out, shape), None


@export("internal.gradient.EuclideanNorm")
def euclidean_norm(op, grad):
    """The length: the direction, times the gradient."""
    y = op.outputs[0]
    if not op.get_attr("keep_dims"):
        kept = tf.internal.gradient.kept_shape(tf.shape(op.inputs[0]), op.inputs[1])
        y, grad = tf.reshape(y, kept), tf.reshape(grad, kept)
    return tf.truediv(op.inputs[0], y / grad), None


@export("internal.gradient.Cumsum")
def cumsum(op, grad):
    """Running sums: the running sums of the gradient from the other end."""
    axis = op.inputs[1]
    return tf.cumsum(grad, axis, exclusive=op.get_attr("exclusive"), reverse=not op.get_attr("reverse")), None


@export("internal.gradient.Cumprod")
def cumprod(op, grad):
    """Running products."""
    x, axis = op.inputs[0], op.inputs[1]
    exclusive, reverse = op.get_attr("exclusive"), op.get_attr("reverse")
    product = tf.math.cumprod(x, axis, exclusive=exclusive, reverse=reverse)
    out = tf.cumsum(product * grad, axis, exclusive=exclusive, reverse=not reverse)
    return tf.math.divide_no_nan(out, x), None


@export("internal.gradient.L2Loss")
def l2_loss(op, grad):
    """Half the sum of squares."""
    return op.inputs[0] * grad


@export("internal.gradient.SegmentSum")
def segment_sum(op, grad):
    """Sums of segments."""
    return tf.gather(grad, op.inputs[1]), None


@export("internal.gradient.SegmentMean")
def segment_mean(op, grad):
    """Means of segments."""
    rank = tf.rank(op.inputs[0])
    shape = tf.concat([tf.shape(op.inputs[1]), tf.ones(tf.expand_dims(rank - 1, 0), dtype=tf.int32)], 0)
    ones = tf.ones(shape, dtype=grad.dtype)
    scaled = tf.divide(grad, tf.math.segment_sum(ones, op.inputs[1]))
    return tf.gather(scaled, op.inputs[1]), None


def gather_or_zero(values, ids):
    """The rows that ids name, zeros where an id is negative."""
    rows = tf.gather(values, tf.maximum(ids, tf.zeros_like(ids)))
    there = tf.greater_equal(ids, 0)
    for _ in range(rows.shape.rank - there.shape.rank):
        there = tf.expand_dims(there, -1)
    return tf.where(there, rows, tf.zeros_like(rows))


@export("internal.gradient.UnsortedSegmentSum")
def unsorted_segment_sum(op, grad):
    """Sums of segments in any order."""
    return gather_or_zero(grad, op.inputs[1]), None, None
