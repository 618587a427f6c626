"""Broadcasting of the arguments of tf.where, after ops/ragged/ragged_tensor_shape.py of TensorFlow 2.21.

A dynamic shape is a dict: partitioned, a tuple of one size tensor per dimension down to the innermost ragged one (a scalar, or the
row lengths); inner, a vector of the uniform sizes after those; dtype, of all of them.
"""

from tfsave import export, tf


def _shape(partitioned, inner, dtype=None):
    with tf.name_scope("RaggedTensorDynamicShape"):
        partitioned = tuple([
            tf.convert_to_tensor(size, name=f"partitioned_dimension_size_{i}") for i, size in enumerate(partitioned)])
        inner = tf.convert_to_tensor(inner, name="inner_dim_sizes")
        if partitioned:
            if any([size.shape.rank is None for size in partitioned]):
                raise ValueError("the rank of a partitioned dimension is unknown")
            if partitioned[0].shape.rank == 1:
                raise ValueError("the outermost dimension must be uniform")
            if partitioned[-1].shape.rank == 0:
                raise ValueError("the innermost partitioned dimension must be ragged")
        inner.shape.assert_has_rank(1)
        if dtype is None:
            found = [size.dtype for size in partitioned if size.shape.rank == 1]
            if any([d != found[0] for d in found]):
                raise ValueError("the row lengths have different dtypes")
            dtype = found[0] if found else tf.int64
        return {
            "partitioned": tuple([tf.cast(size, dtype) for size in partitioned]),
            "inner": tf.cast(inner, dtype),
            "dtype": dtype,
        }


def _of(value, dtype=None):
    """The dynamic shape of a tensor or RaggedTensor."""
    with tf.name_scope("RaggedTensorDynamicShapeFromTensor"):
        value = tf.internal.ragged.convert(value)
        if not isinstance(value, tf.RaggedTensor):
            return _shape([], tf.shape(value), dtype)
        partitioned = (value.nrows(),) + value.nested_row_lengths()
        return _shape(partitioned, tf.shape(value.flat_values)[1:], dtype)


def _rank(shape):
    inner = shape["inner"].shape[0]
    return None if inner is None else len(shape["partitioned"]) + inner


def _size(shape, axis):
    count = len(shape["partitioned"])
    return shape["partitioned"][axis] if axis < count else shape["inner"][axis - count]


def _is_ragged(shape, axis):
    return 0 < axis < len(shape["partitioned"]) and shape["partitioned"][axis].shape.rank == 1


def _to_rank(shape, rank):
    missing = rank - _rank(shape)
    if missing == 0:
        return shape
    if shape["partitioned"]:
        return _shape((1,) * missing + shape["partitioned"], shape["inner"], shape["dtype"])
    inner = tf.concat([tf.ones([missing], shape["dtype"]), shape["inner"]], axis=0)
    return _shape([], inner, shape["dtype"])


def _with_dimension(shape, axis, lengths):
    """shape with dimension axis broadcast to lengths, a scalar or row lengths."""
    lengths = tf.internal.ragged.int_tensor(lengths, "lengths", shape["dtype"])
    if lengths.shape.rank is None or lengths.shape.rank > 1:
        raise ValueError(f"lengths must be a scalar or a vector, got shape {lengths.shape}")
    uniform = lengths.shape.rank == 0
    if _is_ragged(shape, axis):
        if uniform:
            condition = tf.math.equal(lengths, 1)
        else:
            condition = tf.math.reduce_all(tf.math.equal(lengths, _size(shape, axis)))
    else:
        size = _size(shape, axis)
        if uniform:
            condition = tf.math.equal(lengths, 1) | tf.math.equal(size, 1) | tf.math.equal(size, lengths)
        else:
            condition = tf.math.equal(size, 1)
    data = [
        "Unable to broadcast: dimension size mismatch in dimension", axis, "lengths=", lengths,
        "dim_size=", _size(shape, axis),
    ]
    check = tf.debugging.Assert(condition, data=data, summarize=10)
    with tf.control_dependencies([check]):
        if axis < len(shape["partitioned"]):
            if _is_ragged(shape, axis):
                return _shape(shape["partitioned"], tf.identity(shape["inner"]), shape["dtype"])
            return _partitioned_dimension(shape, axis, lengths)
        if uniform:
            return _inner_dimension_uniform(shape, axis, lengths)
        if axis == 0:
            raise ValueError("cannot broadcast: the outermost dimension must be uniform")
        return _inner_dimension_ragged(shape, axis, lengths)


def _slices(shape, axis):
    """How many slices there are down to dimension axis."""
    if axis < 0:
        return tf.constant(1, dtype=shape["dtype"])
    if _is_ragged(shape, axis):
        return tf.math.reduce_sum(shape["partitioned"][axis])
    return _size(shape, axis) * _slices(shape, axis - 1)


def _partitioned_dimension(shape, axis, lengths):
    size = _size(shape, axis)
    partitioned = list(shape["partitioned"][:axis])
    if lengths.shape.rank == 0:
        lengths = _select(tf.math.equal(size, 1), lengths, size)
        repeats = _select(tf.math.equal(size, 1), lengths, 1)
        splits = tf.stack([0, _slices(shape, axis)])
    else:
        splits = tf.range(tf.size(lengths, out_type=shape["dtype"]) + 1)
        repeats = lengths
    partitioned.append(lengths)
    for inner in shape["partitioned"][axis + 1:]:
        if inner.shape.rank == 0:
            partitioned.append(inner)
            splits = splits * inner
        else:
            partitioned.append(tf.internal.ragged.repeat_ranges(inner, splits, repeats))
            splits = tf.gather(tf.internal.ragged.lengths_to_splits(inner), splits)
    return _shape(partitioned, shape["inner"], shape["dtype"])


def _select(condition, x, y):
    """x or y, for scalars."""
    return tf.raw_ops.Select(condition=condition, x=x, y=y)


def _inner_dimension_uniform(shape, axis, length):
    size = _size(shape, axis)
    axis = axis - len(shape["partitioned"])
    inner = shape["inner"]
    new = [_select(tf.math.equal(size, 1), length, size)]
    inner = tf.concat([inner[:axis], new, inner[axis + 1:]], axis=0)
    return _shape(shape["partitioned"], inner, shape["dtype"])


def _inner_dimension_ragged(shape, axis, lengths):
    axis = axis - len(shape["partitioned"])
    outer = tuple([shape["inner"][i] for i in range(axis)])
    return _shape(shape["partitioned"] + outer + (lengths,), shape["inner"][axis + 1:])


def _broadcast_shape(x, y):
    if _rank(x) is None or _rank(y) is None:
        raise ValueError("ragged tensors of unknown rank cannot be broadcast")
    rank = max(_rank(x), _rank(y))
    x = _to_rank(x, rank)
    y = _to_rank(y, rank)
    for axis in range(rank):
        x = _with_dimension(x, axis, _size(y, axis))
        y = _with_dimension(y, axis, _size(x, axis))
    return x


def _broadcast_to(value, shape, inner_dimensions):
    value = tf.internal.ragged.convert(value)
    if shape["partitioned"]:
        return _to_ragged(value, shape, inner_dimensions)
    if isinstance(value, tf.RaggedTensor):
        raise ValueError("a RaggedTensor does not broadcast to a uniform shape")
    return tf.broadcast_to(value, shape["inner"]) if inner_dimensions else value


def _to_ragged(value, shape, inner_dimensions):
    rank = value.shape.rank
    partitioned, inner_rank = len(shape["partitioned"]), shape["inner"].shape[0]
    if rank is None or _rank(shape) is None:
        raise ValueError("ragged tensors of unknown rank cannot be broadcast")
    if rank > _rank(shape):
        raise ValueError(f"a value of rank {rank} does not broadcast to rank {_rank(shape)}")
    if isinstance(value, tf.RaggedTensor):
        if value.row_splits.dtype != shape["dtype"]:
            raise ValueError("ragged arguments have different row splits dtypes, use with_row_splits_dtype")
        if value.ragged_rank >= partitioned:
            raise ValueError("the value has more ragged dimensions than what it is broadcast to")
    source = _to_rank(_of(value), _rank(shape))

    # The ranks are made the same.
    if _rank(shape) > rank:
        if rank < inner_rank + 1:
            value = tf.reshape(value, tf.concat([[-1], shape["inner"]], axis=0))
        for _ in range(_rank(shape) - value.shape.rank):
            nrows = value.nrows() if isinstance(value, tf.RaggedTensor) else tf.shape(value, out_type=shape["dtype"])[0]
            value = tf.RaggedTensor.from_row_lengths(value, [nrows], validate=False)

    # The ragged ranks are made the same.
    if isinstance(value, tf.RaggedTensor):
        missing = value.flat_values.shape.rank - 1 - inner_rank
        if missing > 0:
            inner = tf.RaggedTensor.from_tensor(
                value.flat_values, ragged_rank=missing, row_splits_dtype=shape["dtype"])
            value = value.with_flat_values(inner)
    else:
        value = tf.RaggedTensor.from_tensor(value, ragged_rank=partitioned - 1, row_splits_dtype=shape["dtype"])

    # Uniform dimensions are repeated together, inner ones broadcast, uniform ones that are to be ragged repeated one by one.
    multiples = [1] * _rank(shape)
    for axis in range(partitioned):
        if not _is_ragged(source, axis) and not _is_ragged(shape, axis):
            size, wanted = _size(source, axis), _size(shape, axis)
            if tf.internal.static_value(size) in (1, None) and tf.internal.static_value(wanted) != 1:
                multiples[axis] = _select(tf.math.equal(size, 1), wanted, 1)
    if not all([isinstance(m, int) for m in multiples]):
        value = tf.tile(value, tf.stack(multiples, axis=0))
    if inner_dimensions:
        flat_shape = tf.shape(value.flat_values, out_type=shape["dtype"])
        new_shape = tf.broadcast_dynamic_shape(flat_shape, tf.concat([[1], shape["inner"]], axis=0))
        value = value.with_flat_values(tf.broadcast_to(value.flat_values, new_shape))
    for axis in range(partitioned):
        if not _is_ragged(source, axis) and _is_ragged(shape, axis):
            value = _tile_axis(value, axis, _size(shape, axis), shape["dtype"])
    return value


def _tile_axis(value, axis, repeats, dtype):
    if not isinstance(value, tf.RaggedTensor):
        value = tf.RaggedTensor.from_tensor(value, ragged_rank=1, row_splits_dtype=dtype)
    if axis > 1:
        return value.with_values(_tile_axis(value.values, axis - 1, repeats, dtype))
    nested_splits = value.nested_row_splits
    nested_lengths = value.nested_row_lengths()
    splits = nested_splits[0]
    new_lengths = [repeats]
    for i in range(1, len(nested_lengths)):
        new_lengths.append(tf.internal.ragged.repeat_ranges(nested_lengths[i], splits, repeats))
        splits = tf.gather(nested_splits[i], splits)
    values = tf.internal.ragged.repeat_ranges(value.flat_values, splits, repeats)
    return tf.RaggedTensor.from_nested_row_lengths(values, new_lengths, validate=False)


@export("internal.ragged.broadcast_three")
def broadcast_three(condition, x, y):
    """The arguments of tf.where with equal shapes."""
    condition_shape = _of(condition)
    x_shape = _of(x)
    y_shape = _of(y)
    shape = _broadcast_shape(condition_shape, _broadcast_shape(x_shape, y_shape))
    condition = _broadcast_to(condition, shape, True)
    x = _broadcast_to(x, shape, True)
    return condition, x, _broadcast_to(y, shape, True)
