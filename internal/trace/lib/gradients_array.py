"""The gradients of ops that move elements: reshaping, slicing, gathering, putting together."""

from tfsave import export, tf


@export("internal.gradient.Identity", "internal.gradient.PlaceholderWithDefault", "internal.gradient.CheckNumerics",
        "internal.gradient.EnsureShape", "internal.gradient.DebugIdentityV2")
def identity(op, grad):
    """The same tensor."""
    return grad


@export("internal.gradient.IdentityN")
def identity_n(op, *grads):
    """The same tensors."""
    return list(grads)


@export("internal.gradient.ReadVariableOp")
def read_variable(op, grad):
    """The value of a variable."""
    return grad


@export("internal.gradient.ResourceGather")
def resource_gather(op, grad):
    """Rows of a variable: IndexedSlices of it."""
    handle, indices = op.inputs[0], op.inputs[1]
    shape = tf.raw_ops.VariableShape(input=handle) if not tf.internal.handle_shape(handle).is_fully_defined() else \
        tf.constant(tf.internal.handle_shape(handle).as_list(), tf.int32)
    return rows(shape, indices, grad), None


@export("internal.gradient.Reshape")
def reshape(op, grad):
    """Another shape."""
    return tf.reshape(grad, tf.shape(op.inputs[0])), None


@export("internal.gradient.ExpandDims")
def expand_dims(op, grad):
    """One dimension more."""
    return tf.reshape(grad, tf.shape(op.inputs[0])), None


@export("internal.gradient.Squeeze")
def squeeze(op, grad):
    """Fewer dimensions."""
    return tf.reshape(grad, tf.shape(op.inputs[0]))


@export("internal.gradient.Transpose")
def transpose(op, grad):
    """Axes in another order."""
    return tf.transpose(grad, tf.math.invert_permutation(op.inputs[1])), None


@export("internal.gradient.Pack")
def pack(op, grad):
    """Many tensors along a new axis."""
    return tf.unstack(grad, num=op.get_attr("N"), axis=op.get_attr("axis"))


@export("internal.gradient.Unpack")
def unpack(op, *grads):
    """A tensor for every index of an axis."""
    return tf.stack(list(grads), axis=op.get_attr("axis"))


@export("internal.gradient.ConcatV2")
def concat(op, grad):
    """Many tensors along an axis."""
    values, axis = op.inputs[:-1], op.inputs[-1]
    if len(values) == 1:
        return [grad, None]
    grad = tf.convert_to_tensor(grad)
    shapes = [tf.shape(x) for x in values]
    axis = tf.math.floormod(axis, tf.rank(values[0]))
    offsets = tf.raw_ops.ConcatOffset(concat_dim=axis, shape=shapes)
    return [tf.slice(grad, begin, size) for begin, size in zip(offsets, shapes)] + [None]


@export("internal.gradient.Split")
def split(op, *grads):
    """Parts of one size."""
    return None, tf.concat(list(grads), op.inputs[0])


@export("internal.gradient.SplitV")
def split_v(op, *grads):
    """Parts of given sizes."""
    return tf.concat(list(grads), op.inputs[2]), None, None


@export("internal.gradient.Slice")
def slice_(op, grad):
    """A block: zeros around it."""
    x, begin = op.inputs[0], op.inputs[1]
    size = tf.shape(op.outputs[0], out_type=begin.dtype)
    shape = tf.stack([tf.rank(x), 1])
    before = tf.reshape(begin, shape)
    behind = tf.reshape(tf.shape(x, out_type=begin.dtype) - size - begin, shape)
    return tf.pad(grad, tf.concat([before, behind], 1)), None, None


MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def masks(op):
    """How the parts of a strided slice are to be read."""
    return {name: op.get_attr(name) for name in MASKS}


@export("internal.gradient.StridedSlice")
def strided_slice(op, grad):
    """A slice as x[...] makes it: zeros elsewhere."""
    shape = tf.shape(op.inputs[0], out_type=op.inputs[1].dtype)
    return tf.raw_ops.StridedSliceGrad(
        shape=shape, begin=op.inputs[1], end=op.inputs[2], strides=op.inputs[3], dy=grad, **masks(op)), None, None, None


@export("internal.gradient.StridedSliceGrad")
def strided_slice_grad(op, grad):
    """The slice again."""
    return None, None, None, None, tf.raw_ops.StridedSlice(
        input=grad, begin=op.inputs[1], end=op.inputs[2], strides=op.inputs[3], **masks(op))


@export("internal.gradient.Gather")
def gather(op, grad):
    """Rows of a tensor: IndexedSlices of it."""
    return rows(tf.shape(op.inputs[0]), op.inputs[1], grad), None


def rows(shape, indices, grad):
    """The gradient of rows of a tensor of a shape, as IndexedSlices."""
    size = tf.expand_dims(tf.size(indices), 0)
    values = tf.reshape(tf.convert_to_tensor(grad), tf.concat([size, shape[1:]], 0))
    return tf.IndexedSlices(values, tf.reshape(indices, size), shape)


@export("internal.gradient.GatherV2")
def gather_v2(op, grad):
    """What indices name along an axis."""
    params, indices, axis = op.inputs[0], op.inputs[1], op.inputs[2]
    batch_dims = op.get_attr("batch_dims")
    known = tf.internal.static_value(axis)
    if known is None:
        raise NotImplementedError("the gradient of gather needs an axis that is known while tracing")
    if known == 0 and batch_dims == 0:
        return rows(tf.shape(params), indices, grad), None, None
    if params.shape.rank is None:
        raise NotImplementedError("the gradient of gather along another axis than the first needs a tensor of known rank")
    known = known % params.shape.rank
    batch_dims = batch_dims % indices.shape.rank if batch_dims < 0 else batch_dims
    # The gathered axis goes to the front of what follows the batch, then the rest is a sum over rows.
    rank, depth = params.shape.rank, indices.shape.rank - batch_dims
    grad = tf.convert_to_tensor(grad)
    batch = list(range(batch_dims))
    outer = list(range(batch_dims, known))
    inner = list(range(known + depth, rank - 1 + depth))
    moved = tf.transpose(grad, batch + list(range(known, known + depth)) + outer + inner)
    shape = tf.shape(params)
    order = batch + [known] + outer + list(range(known + 1, rank))
    target = tf.gather(shape, order)
    flat_batch = tf.reduce_prod(target[:batch_dims])
    size = target[batch_dims]
    ids = tf.reshape(tf.cast(indices, tf.int32), [flat_batch, -1])
    ids = ids + tf.expand_dims(tf.range(flat_batch) * size, 1)
    values = tf.reshape(moved, tf.concat([[tf.size(ids)], target[batch_dims + 1 :]], 0))
    summed = tf.math.unsorted_segment_sum(values, tf.reshape(ids, [-1]), flat_batch * size)
    back = [order.index(i) for i in range(rank)]
    return tf.transpose(tf.reshape(summed, target), back), None, None


@export("internal.gradient.GatherNd")
def gather_nd(op, grad):
    """Elements or slices by their positions."""
    x, indices = op.inputs[0], op.inputs[1]
    return tf.scatter_nd(indices, grad, tf.shape(x, out_type=indices.dtype)), None


@export("internal.gradient.ResourceGatherNd")
def resource_gather_nd(op, grad):
    """Elements or slices of a variable."""
    handle, indices = op.inputs[0], op.inputs[1]
    return tf.scatter_nd(indices, grad, tf.raw_ops.VariableShape(input=handle, out_type=indices.dtype)), None


@export("internal.gradient.ScatterNd")
def scatter_nd(op, grad):
    """Updates put into zeros."""
    return None, tf.gather_nd(grad, op.inputs[0]), None


@export("internal.gradient.TensorScatterUpdate")
def tensor_scatter_update(op, grad):
    """A tensor with some slices replaced."""
    indices = op.inputs[1]
    updates = tf.gather_nd(grad, indices)
    return tf.tensor_scatter_nd_update(tf.identity(grad), indices, tf.zeros_like(op.inputs[2], dtype=grad.dtype)), None, updates


@export("internal.gradient.TensorScatterAdd")
def tensor_scatter_add(op, grad):
    """A tensor with some slices added to."""
    return tf.identity(grad), None, tf.gather_nd(grad, op.inputs[1])


@export("internal.gradient.TensorScatterSub")
def tensor_scatter_sub(op, grad):
    """A tensor with some slices subtracted from."""
    return tf.identity(grad), None, -tf.gather_nd(grad, op.inputs[1])


@export("internal.gradient.Tile")
def tile(op, grad):
    """A tensor repeated along its axes: the sum over the repetitions."""
    shape = tf.shape(op.inputs[0], out_type=op.inputs[1].dtype)
    grad = tf.convert_to_tensor(grad)
    split = tf.reshape(tf.transpose(tf.stack([op.inputs[1], shape])), [-1])
    axes = tf.range(0, tf.size(split), 2)
    out = tf.reduce_sum(tf.reshape(grad, split), axes)
    out.set_shape(op.inputs[0].shape)
    return out, None


@export("internal.gradient.BroadcastTo")
def broadcast_to(op, grad):
    """A tensor repeated where its dimensions are 1."""
    x, shape = op.inputs[0], op.inputs[1]
    args = tf.raw_ops.BroadcastGradientArgs(s0=tf.shape(x, out_type=shape.dtype), s1=shape)
    out = tf.reduce_sum(grad, axis=args.r0, keepdims=True)
    return tf.reshape(out, tf.shape(x, out_type=shape.dtype)), None


@export("internal.gradient.Fill")
def fill(op, grad):
    """One value everywhere."""
    return None, tf.reduce_sum(grad)


@export("internal.gradient.Pad", "internal.gradient.PadV2")
def pad(op, grad):
    """Something around a tensor."""
    x, paddings = op.inputs[0], op.inputs[1]
    before = tf.slice(paddings, [0, 0], tf.stack([tf.rank(x), 1]))
    grad_x = tf.slice(grad, tf.reshape(before, [-1]), tf.shape(x, out_type=paddings.dtype))
    if len(op.inputs) == 2:
        return grad_x, None
    return grad_x, None, tf.reduce_sum(grad) - tf.reduce_sum(grad_x)


@export("internal.gradient.MirrorPad")
def mirror_pad(op, grad):
    """A tensor's own elements around it."""
    return tf.raw_ops.MirrorPadGrad(input=grad, paddings=op.inputs[1], mode=tf.internal.gradient.attr(op, "mode")), None


@export("internal.gradient.ReverseV2")
def reverse(op, grad):
    """Axes backwards."""
    return tf.reverse(grad, op.inputs[1]), None


@export("internal.gradient.ReverseSequence")
def reverse_sequence(op, grad):
    """The beginnings of sequences backwards."""
    return tf.raw_ops.ReverseSequence(
        input=grad, seq_lengths=op.inputs[1], seq_dim=op.get_attr("seq_dim"), batch_dim=op.get_attr("batch_dim")), None


@export("internal.gradient.Roll")
def roll(op, grad):
    """Elements shifted round."""
    return tf.roll(grad, -op.inputs[1], op.inputs[2]), None, None


@export("internal.gradient.SpaceToBatchND")
def space_to_batch(op, grad):
    """Blocks become a batch."""
    return tf.raw_ops.BatchToSpaceND(input=grad, block_shape=op.inputs[1], crops=op.inputs[2]), None, None


@export("internal.gradient.BatchToSpaceND")
def batch_to_space(op, grad):
    """A batch becomes blocks."""
    return tf.raw_ops.SpaceToBatchND(input=grad, block_shape=op.inputs[1], paddings=op.inputs[2]), None, None


@export("internal.gradient.SpaceToDepth")
def space_to_depth(op, grad):
    """Blocks become channels."""
    return tf.raw_ops.DepthToSpace(
        input=grad, block_size=op.get_attr("block_size"), data_format=tf.internal.gradient.attr(op, "data_format"))


@export("internal.gradient.DepthToSpace")
def depth_to_space(op, grad):
    """Channels become blocks."""
    return tf.raw_ops.SpaceToDepth(
        input=grad, block_size=op.get_attr("block_size"), data_format=tf.internal.gradient.attr(op, "data_format"))


@export("internal.gradient.MatrixBandPart")
def matrix_band_part(op, grad):
    """A band of a matrix."""
    return tf.raw_ops.MatrixBandPart(input=grad, num_lower=op.inputs[1], num_upper=op.inputs[2]), None, None


@export("internal.gradient.MatrixDiagV3")
def matrix_diag(op, grad):
    """A matrix of its diagonals."""
    return tf.raw_ops.MatrixDiagPartV3(
        input=grad, k=op.inputs[1], padding_value=tf.zeros([], grad.dtype),
        align=tf.internal.gradient.attr(op, "align")), None, None, None, None


@export("internal.gradient.MatrixDiagPartV3")
def matrix_diag_part(op, grad):
    """The diagonals of a matrix."""
    x = op.inputs[0]
    shape = tf.shape(x)
    if x.shape.rank is not None and x.shape[-2:].is_fully_defined():
        return tf.raw_ops.MatrixDiagV3(
            diagonal=grad, k=op.inputs[1], num_rows=x.shape[-2], num_cols=x.shape[-1],
            padding_value=tf.zeros([], grad.dtype), align=tf.internal.gradient.attr(op, "align")), None, None
    return tf.raw_ops.MatrixSetDiagV3(
        input=tf.zeros(shape, grad.dtype), diagonal=grad, k=op.inputs[1],
        align=tf.internal.gradient.attr(op, "align")), None, None


@export("internal.gradient.TopKV2")
def top_k(op, grad, _):
    """The largest elements of rows: the gradient goes to where they were."""
    x = op.inputs[0]
    shape = tf.shape(x)
    last = shape[-1]
    positions = op.outputs[1]
    flat = tf.reshape(positions, [-1, tf.shape(positions)[-1]])
    starts = tf.range(tf.shape(flat)[0]) * last
    flat = tf.reshape(flat + tf.expand_dims(starts, -1), [-1])
    out = tf.scatter_nd(tf.expand_dims(flat, -1), tf.reshape(grad, [-1]), [tf.reduce_prod(shape)])
    return tf.reshape(out, shape), tf.zeros([], dtype=tf.int32)


@export("internal.gradient.DynamicStitch", "internal.gradient.ParallelDynamicStitch")
def dynamic_stitch(op, grad):
    """Tensors put together by positions."""
    count = len(op.inputs) // 2
    return [None] * count + [tf.gather(grad, op.inputs[i]) for i in range(count)]


@export("internal.gradient.DynamicPartition")
def dynamic_partition(op, *grads):
    """Rows sorted into several tensors."""
    data, partitions = op.inputs[0], op.inputs[1]
    shape = tf.shape(partitions)
    order = tf.reshape(tf.range(tf.reduce_prod(shape)), shape)
    parts = tf.raw_ops.DynamicPartition(data=order, partitions=partitions, num_partitions=op.get_attr("num_partitions"))
    out = tf.raw_ops.ParallelDynamicStitch(indices=parts, data=list(grads))
    return tf.reshape(out, tf.shape(data)), None


@export("internal.gradient.PreventGradient")
def prevent_gradient(op, grad):
    """A gradient that somebody forbade."""
    message = tf.internal.gradient.attr(op, "message")
    raise LookupError(f"the gradient is explicitly disabled: {message}")
