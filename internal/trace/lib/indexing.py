"""Root functions of tf that select, scatter, sort and search."""

from tfsave import export, tf


@export("slice")
def slice_(input_, begin, size, name=None):
    """The part of input_ that starts at begin and has the given size."""
    return tf.raw_ops.Slice(input=input_, begin=begin, size=size, name=name)


@export("strided_slice")
def strided_slice(
    input_,
    begin,
    end,
    strides=None,
    begin_mask=0,
    end_mask=0,
    ellipsis_mask=0,
    new_axis_mask=0,
    shrink_axis_mask=0,
    var=None,
    name=None,
):
    """What input_[begin:end:strides] is, with bit masks for the other kinds of index."""
    if strides is None:
        strides = tf.internal.ones_like(begin)
    return tf.raw_ops.StridedSlice(
        input=input_,
        begin=begin,
        end=end,
        strides=strides,
        begin_mask=begin_mask,
        end_mask=end_mask,
        ellipsis_mask=ellipsis_mask,
        new_axis_mask=new_axis_mask,
        shrink_axis_mask=shrink_axis_mask,
        name=name,
    )


@export("where")
def where(condition, x=None, y=None, name=None):
    """x where condition holds and y elsewhere; without x and y, the indices at which it holds."""
    if (x is None) != (y is None):
        raise ValueError("where takes both of x and y, or neither")
    if x is not None:
        return tf.raw_ops.SelectV2(condition=condition, t=x, e=y, name=name)
    with tf.name_scope(name or "Where") as scope:
        condition = tf.convert_to_tensor(condition, dtype_hint=tf.bool, name="condition")
        return tf.raw_ops.Where(condition=condition, name=scope)


@export("boolean_mask")
def boolean_mask(tensor, mask, axis=None, name="boolean_mask"):
    """The parts of tensor for which mask is true, as rows along axis."""
    with tf.name_scope(name):
        tensor = tf.convert_to_tensor(tensor, name="tensor")
        mask = tf.convert_to_tensor(mask, name="mask")
        count = mask.shape.rank
        if not count:
            raise ValueError(f"the mask has a known rank of at least 1, got the shape {mask.shape}")
        before = tensor.shape
        axis = 0 if axis is None else axis
        known = tf.internal.static_value(axis)
        if known is not None:
            axis = known
            before[axis : axis + count].assert_is_compatible_with(mask.shape)
        rows = tf.raw_ops.Prod(input=tf.shape(tensor)[axis : axis + count], axis=[0])
        shape = tf.concat([tf.shape(tensor)[:axis], [rows], tf.shape(tensor)[axis + count :]], 0)
        tensor = tf.reshape(tensor, shape)
        if known is not None:
            rows = before[axis : axis + count].num_elements()
            tensor.set_shape(before[:axis].concatenate([rows]).concatenate(before[axis + count :]))
        mask = tf.reshape(mask, [-1])
        indices = tf.squeeze(where(mask), axis=[1])
        return gather(tensor, indices, axis=axis)


@export("gather")
def gather(params, indices, validate_indices=None, axis=None, batch_dims=0, name=None):
    """The parts of params along axis that indices name; validate_indices is not used."""
    axis = batch_dims if axis is None else axis
    if tf.internal.static_value(axis) != 0:
        return tf.raw_ops.GatherV2(params=params, indices=indices, axis=axis, batch_dims=batch_dims, name=name)
    if isinstance(params, tf.Variable):
        return params.sparse_read(indices, name=name)
    return tf.raw_ops.GatherV2(params=params, indices=indices, axis=axis, name=name)


@export("gather_nd")
def gather_nd(params, indices, batch_dims=0, name=None, bad_indices_policy=""):
    """The parts of params that the rows of indices name."""
    known = tf.internal.static_value(batch_dims)
    batch_dims = batch_dims if known is None else int(known)
    if not isinstance(batch_dims, int):
        raise TypeError(f"batch_dims is an int, got {batch_dims!r}")
    if batch_dims == 0:
        if isinstance(params, tf.Variable) and bad_indices_policy in ("", "DEFAULT"):
            return params.gather_nd(indices, name=name)
        return tf.raw_ops.GatherNd(params=params, indices=indices, name=name, bad_indices_policy=bad_indices_policy)
    return _batch_gather_nd(params, indices, batch_dims, name, bad_indices_policy)


def _batch_gather_nd(params, indices, batch_dims, name, bad_indices_policy):
    """gather_nd on each element of a batch: puts the element's position before each row of indices."""
    with tf.name_scope(name or "BatchGatherND"):
        indices = tf.convert_to_tensor(indices, name="indices")
        params = tf.convert_to_tensor(params, name="params")
        if batch_dims < 0:
            raise ValueError(f"batch_dims is at least 0, got {batch_dims}")
        for tensor in (params, indices):
            if tensor.shape.rank is not None and batch_dims >= tensor.shape.rank:
                raise ValueError(f"batch_dims is {batch_dims}, and a tensor has the shape {tensor.shape}")
        params_shape = tf.shape(params)
        indices_shape = tf.shape(indices)
        batch_shape = params_shape[:batch_dims]
        batch_size = tf.raw_ops.Prod(input=batch_shape, axis=[0])
        inner_rank = tf.rank(indices) - batch_dims - 1
        inner_shape = indices_shape[batch_dims:-1]
        ranges = []
        for size in tf.unstack(batch_shape, axis=0):
            size = tf.raw_ops.Cast(x=size, DstT=tf.int32)
            ranges.append(tf.raw_ops.Cast(x=tf.raw_ops.Range(start=0, limit=size, delta=1), DstT=indices.dtype))
        flat = [tf.reshape(x, (-1,)) for x in tf.meshgrid(*ranges, indexing="ij")]
        grid = tf.transpose(tf.stack(flat, axis=0))
        grid_shape = tf.shape(grid)
        spread = [grid_shape[:1], tf.ones(inner_rank, grid_shape.dtype), grid_shape[1:]]
        grid = tf.reshape(grid, tf.concat(spread, axis=0))
        grid = tf.tile(grid, tf.concat(((1,), inner_shape, (1,)), axis=0))
        flat_shape = tf.concat(([batch_size], indices_shape[batch_dims:]), axis=0)
        rows = tf.concat((grid, tf.reshape(indices, flat_shape)), axis=-1)
        out = tf.raw_ops.GatherNd(params=params, indices=rows, bad_indices_policy=bad_indices_policy)
        return tf.reshape(out, tf.concat((batch_shape, tf.shape(out)[1:]), axis=0))


@export("scatter_nd")
def scatter_nd(indices, updates, shape, bad_indices_policy="", name=None):
    """A tensor of the given shape with updates at the rows of indices and zeros elsewhere; duplicates are added."""
    return tf.raw_ops.ScatterNd(
        indices=indices, updates=updates, shape=shape, bad_indices_policy=bad_indices_policy, name=name
    )


@export("tensor_scatter_nd_update")
def tensor_scatter_nd_update(tensor, indices, updates, name=None):
    """tensor with the parts that the rows of indices name replaced."""
    return tf.raw_ops.TensorScatterUpdate(tensor=tensor, indices=indices, updates=updates, name=name)


@export("tensor_scatter_nd_add")
def tensor_scatter_nd_add(tensor, indices, updates, bad_indices_policy="", name=None):
    """tensor with updates added to the parts that the rows of indices name."""
    return tf.raw_ops.TensorScatterAdd(
        tensor=tensor, indices=indices, updates=updates, bad_indices_policy=bad_indices_policy, name=name
    )


@export("tensor_scatter_nd_sub")
def tensor_scatter_nd_sub(tensor, indices, updates, bad_indices_policy="", name=None):
    """tensor with updates taken from the parts that the rows of indices name."""
    return tf.raw_ops.TensorScatterSub(
        tensor=tensor, indices=indices, updates=updates, bad_indices_policy=bad_indices_policy, name=name
    )


@export("tensor_scatter_nd_max")
def tensor_scatter_nd_max(tensor, indices, updates, bad_indices_policy="", name=None):
    """tensor with the larger of itself and updates in the parts that the rows of indices name."""
    return tf.raw_ops.TensorScatterMax(
        tensor=tensor, indices=indices, updates=updates, bad_indices_policy=bad_indices_policy, name=name
    )


@export("tensor_scatter_nd_min")
def tensor_scatter_nd_min(tensor, indices, updates, bad_indices_policy="", name=None):
    """tensor with the smaller of itself and updates in the parts that the rows of indices name."""
    return tf.raw_ops.TensorScatterMin(
        tensor=tensor, indices=indices, updates=updates, bad_indices_policy=bad_indices_policy, name=name
    )


@export("dynamic_partition")
def dynamic_partition(data, partitions, num_partitions, name=None):
    """data split into num_partitions tensors, each part going where partitions says."""
    return tf.raw_ops.DynamicPartition(data=data, partitions=partitions, num_partitions=num_partitions, name=name)


@export("dynamic_stitch")
def dynamic_stitch(indices, data, name=None):
    """The tensors of data interleaved by indices into one."""
    return tf.raw_ops.DynamicStitch(indices=indices, data=data, name=name)


@export("unravel_index")
def unravel_index(indices, dims, name=None):
    """Flat indices into a shape as a matrix of coordinates."""
    return tf.raw_ops.UnravelIndex(indices=indices, dims=dims, name=name)


@export("unique")
def unique(x, out_idx=tf.int32, name=None):
    """The distinct elements of a vector in the order of their appearance, and which of them each element is."""
    return tf.raw_ops.Unique(x=x, out_idx=out_idx, name=name)


@export("unique_with_counts")
def unique_with_counts(x, out_idx=tf.int32, name=None):
    """What unique gives, and how often each distinct element occurs."""
    return tf.raw_ops.UniqueWithCounts(x=x, out_idx=out_idx, name=name)


@export("searchsorted")
def searchsorted(sorted_sequence, values, side="left", out_type=tf.int32, name=None):
    """Where values would be inserted into the sorted rows of sorted_sequence."""
    sequence_size = tf.internal.shape(sorted_sequence)[-1]
    values_size = tf.internal.shape(values)[-1]
    rows = tf.reshape(sorted_sequence, [-1, sequence_size])
    value_rows = tf.reshape(values, [-1, values_size])
    if side not in ("left", "right"):
        raise ValueError(f"side is left or right, got {side!r}")
    op = tf.raw_ops.LowerBound if side == "left" else tf.raw_ops.UpperBound
    found = op(sorted_inputs=rows, values=value_rows, out_type=out_type, name=name)
    return tf.reshape(found, tf.internal.shape(values))


def _sort_descending(values, axis, indices):
    """The values, or their indices, from the largest to the smallest along axis."""
    k = tf.shape(values)[axis]
    rank = tf.rank(values)
    known = values.shape.rank
    if axis == -1 or axis + 1 == known:
        top = tf.math.top_k(values, k)
        return top.indices if indices else top.values
    if axis < 0:
        axis += rank if known is None else known
    if known is not None:
        # The last dimension and axis change places.
        order = list(range(known))
        order[axis], order[known - 1] = known - 1, axis
        order = tf.constant(order, tf.int64, name="transposition")
    else:
        order = tf.tensor_scatter_nd_update(tf.range(rank), [[axis], [rank - 1]], [rank - 1, axis])
    top = tf.math.top_k(tf.transpose(values, order), k)
    return tf.transpose(top.indices if indices else top.values, order)


def _sort_ascending(values, axis, indices):
    """As _sort_descending of the values mapped by an order-reversing function, which is then undone."""
    if values.dtype.is_unsigned:
        top = values.dtype.max
        result = _sort_descending(top - values, axis, indices)
        return result if indices else top - result
    if values.dtype.is_integer:
        result = _sort_descending(-values - 1, axis, indices)
        return result if indices else -result - 1
    result = _sort_descending(-values, axis, indices)
    return result if indices else -result


def _sorted(values, axis, direction, indices):
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"direction is ASCENDING or DESCENDING, got {direction!r}")
    known = tf.internal.static_value(tf.convert_to_tensor(axis, name="axis"))
    if not isinstance(known, int):
        raise ValueError(f"axis is an int or a constant scalar, got {axis!r}")
    values = tf.convert_to_tensor(values, name="values")
    sort_by = _sort_ascending if direction == "ASCENDING" else _sort_descending
    return sort_by(values, known, indices)


@export("sort")
def sort(values, axis=-1, direction="ASCENDING", name=None):
    """values in order along axis."""
    with tf.name_scope(name or "sort"):
        return _sorted(values, axis, direction, False)


@export("argsort")
def argsort(values, axis=-1, direction="ASCENDING", stable=False, name=None):
    """The indices that put values in order along axis; stable is not used, equal values keep their order."""
    with tf.name_scope(name or "argsort"):
        return _sorted(values, axis, direction, True)
