"""tf.concat, tf.gather and other array functions on ragged tensors."""

from tfsave import dispatch, export, tf


@dispatch("RaggedTensor", "concat")
def concat(values, axis, name=None):
    """One after the other along axis."""
    with tf.name_scope(name or "RaggedConcat"):
        return _join(values if isinstance(values, (list, tuple)) else [values], axis, False)


@export("ragged.stack")
@dispatch("RaggedTensor", "stack")
def stack(values, axis=0, name=None):
    """Put together along a new dimension."""
    with tf.name_scope(name or "RaggedConcat"):
        return _join(values if isinstance(values, (list, tuple)) else [values], axis, True)


def _join(inputs, axis, stacked):
    if not inputs:
        raise ValueError("there must be at least one value")
    inputs = [tf.internal.ragged.convert(value, name="rt_input") for value in inputs]
    dtype = tf.internal.ragged.match_dtypes(*inputs)
    if len(inputs) == 1 and not stacked:
        return inputs[0]
    rank = None
    for value in inputs:
        if rank is None:
            rank = value.shape.rank
        else:
            value.shape.assert_has_rank(rank)
    out_rank = rank + 1 if stacked and rank is not None else rank
    axis = tf.internal.ragged.axis(axis, out_rank)
    if stacked and rank == 1 and axis == 0:
        return tf.RaggedTensor.from_row_lengths(
            values=tf.concat(inputs, axis=0), row_lengths=tf.concat([tf.shape(value) for value in inputs], axis=0))
    if not any([isinstance(value, tf.RaggedTensor) for value in inputs]):
        if rank is not None and axis in (out_rank - 1, rank - 1):
            return tf.stack(inputs, axis) if stacked else tf.concat(inputs, axis)
    ragged = []
    for value in inputs:
        if not isinstance(value, tf.RaggedTensor):
            value = tf.RaggedTensor.from_tensor(value, ragged_rank=1, row_splits_dtype=dtype)
        ragged.append(value)
    ragged_rank = max([value.ragged_rank for value in ragged])
    ragged = [_to_ragged_rank(value, ragged_rank, dtype) for value in ragged]
    if axis == 0:
        return _join_outermost(ragged, stacked)
    if axis == 1:
        return _join_rows(ragged, stacked)
    splits = [[value.row_splits] for value in ragged]
    with tf.control_dependencies(tf.internal.ragged.assert_splits_match(splits)):
        inner = _join([value.values for value in ragged], axis - 1, stacked)
        return tf.RaggedTensor.from_row_splits(inner, splits[0][0], validate=False)


def _to_ragged_rank(value, ragged_rank, dtype):
    if ragged_rank > 0:
        if not isinstance(value, tf.RaggedTensor):
            value = tf.RaggedTensor.from_tensor(value, row_splits_dtype=dtype)
        if value.ragged_rank < ragged_rank:
            value = value.with_values(_to_ragged_rank(value.values, ragged_rank - 1, dtype))
    return value


def _join_outermost(inputs, stacked):
    flat_values = tf.concat([value.flat_values for value in inputs], axis=0)
    nested = [value.nested_row_splits for value in inputs]
    splits = [_join_splits([n[dim] for n in nested]) for dim in range(inputs[0].ragged_rank)]
    if stacked:
        lengths = tf.stack([value.nrows() for value in inputs])
        splits = [tf.internal.ragged.lengths_to_splits(lengths)] + splits
    return tf.RaggedTensor.from_nested_row_splits(flat_values, splits, validate=False)


def _join_splits(all_splits):
    pieces = [all_splits[0]]
    offset = all_splits[0][-1]
    for splits in all_splits[1:]:
        pieces.append(splits[1:] + offset)
        offset = offset + splits[-1]
    return tf.concat(pieces, axis=0)


def _join_rows(inputs, stacked):
    """Puts all rows one after the other, brings row i of each input together, and merges or wraps them."""
    count = len(inputs)
    nrows = inputs[0].nrows()
    checks = []
    for i, value in enumerate(inputs[1:]):
        message = f"Input tensors at index 0 (=x) and {i + 1} (=y) have incompatible shapes."
        checks.append(tf.debugging.assert_equal(nrows, value.nrows(), message=message))
    with tf.control_dependencies(checks):
        joined = _join_outermost(inputs, False)
        indices = tf.range(nrows * count)
        permutation = tf.reshape(tf.transpose(tf.reshape(indices, [count, -1])), [-1])
        rows = tf.gather(joined, permutation)
        if stacked:
            splits = tf.range(0, nrows * count + 1, count)
            values = rows
        else:
            splits = rows.row_splits[::count]
            values = rows.values
        for value in inputs:
            if value.shape[0] is not None:
                # TensorFlow says so too: the vector has one more element, but TensorShape(n) has no n.
                splits.set_shape(tf.TensorShape([value.shape[0] + 1]))
        return tf.RaggedTensor.from_row_splits(values, splits, validate=False)


@dispatch("RaggedTensor", "expand_dims")
def expand_dims(input, axis, name=None):
    """A new dimension of size 1."""
    with tf.name_scope(name or "RaggedExpandDims"):
        rank = None if input.shape.rank is None else input.shape.rank + 1
        axis = tf.internal.ragged.axis(axis, rank)
        if axis == 0:
            return tf.RaggedTensor.from_uniform_row_length(
                input, uniform_row_length=input.nrows(), nrows=1, validate=False)
        if axis == 1:
            return tf.RaggedTensor.from_uniform_row_length(
                input, uniform_row_length=1, nrows=input.nrows(), validate=False)
        return input.with_values(tf.expand_dims(input.values, axis - 1))


@dispatch("RaggedTensor", "size")
def size(input, out_type=tf.int32, name=None):
    """The number of values."""
    return tf.size(input.flat_values, out_type=out_type, name=name)


@dispatch("RaggedTensor", "rank")
def rank(input, name=None):
    """The number of dimensions."""
    with tf.name_scope(name or "RaggedRank"):
        return input.ragged_rank + tf.rank(input.flat_values)


@dispatch("RaggedTensor", "one_hot")
def one_hot(indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name=None):
    """One-hot vectors of the flat values."""
    if isinstance(axis, int) and axis >= 0:
        if axis <= indices.ragged_rank:
            raise ValueError(f"axis must be above the ragged_rank {indices.ragged_rank}, got {axis}")
        axis = axis - indices.ragged_rank
    with tf.name_scope(name or "RaggedOneHot"):
        return indices.with_flat_values(
            tf.one_hot(indices.flat_values, depth, on_value, off_value, axis, dtype, name))


@dispatch("RaggedTensor", "reverse")
def reverse(tensor, axis, name=None):
    """Dimensions in the other direction."""
    with tf.name_scope(name or "Reverse"):
        if isinstance(axis, tf.Tensor):
            axis = tf.internal.static_value(axis)
        if not isinstance(axis, (list, tuple)) or not all([isinstance(a, int) for a in axis]):
            raise TypeError("axis must be a list of int or a constant tensor for ragged tensors")
        axes = [tf.internal.ragged.axis(a, tensor.shape.rank, f"axis[{i}]") for i, a in enumerate(axis)]
        slices = [slice(None)] * (max(axes) + 1 if axes else 0)
        for a in axes:
            slices[a] = slice(None, None, -1)
        return tensor[tuple(slices)]


@dispatch("RaggedTensor", "bitcast")
def bitcast(input, type, name=None):
    """The bits of the values as another dtype."""
    type = tf.dtypes.as_dtype(type)
    with tf.name_scope(name or "Bitcast"):
        if input.dtype.size < type.size and input.flat_values.shape.rank < 2:
            raise ValueError(f"flat_values must have rank 2 for a wider dtype, got shape {input.flat_values.shape}")
        return input.with_flat_values(tf.bitcast(input.flat_values, type))


@dispatch("RaggedTensor", "reshape")
def reshape(tensor, shape, name=None):
    """The values as a dense tensor of another shape."""
    return tf.reshape(tensor.values, tf.convert_to_tensor(shape, name="shape"))


@dispatch("RaggedTensor", "dynamic_partition")
def dynamic_partition(data, partitions, num_partitions, name=None):
    """One tensor per partition."""
    if not isinstance(num_partitions, int) or num_partitions < 0:
        raise TypeError(f"num_partitions must be an int of at least 0, got {num_partitions}")
    result = tf.ragged.stack_dynamic_partitions(data, partitions, num_partitions, name)
    return [result[i] for i in range(num_partitions)]


@dispatch("RaggedTensor", "squeeze")
def squeeze(input, axis=None, name=None):
    """Without the dimensions axis, which have size 1."""
    with tf.name_scope(name or "RaggedSqueeze"):
        if axis is None:
            raise ValueError("axis must be given for ragged tensors")
        axes = [axis] if isinstance(axis, int) else axis
        if not isinstance(axes, (list, tuple)):
            raise TypeError(f"axis must be a list of int, got {axis}")
        axes = [tf.internal.ragged.axis(a, input.shape.rank, f"axis[{i}]") for i, a in enumerate(axes)]
        dense = [a - input.ragged_rank for a in axes if a > input.ragged_rank]
        ragged = [a for a in axes if a <= input.ragged_rank]
        checks = []
        one = tf.constant(1, dtype=input.row_splits.dtype)
        for i, lengths in enumerate(input.nested_row_lengths()):
            if i + 1 in ragged:
                is_one = tf.math.reduce_all(tf.math.equal(lengths, one))
                checks.append(tf.debugging.Assert(is_one, [f"the given axis (axis = {i + 1}) is not squeezable!"]))
        if 0 in ragged:
            two = tf.constant(2, dtype=tf.int32)
            is_two = tf.math.equal(tf.size(input.row_splits), two)
            checks.append(tf.debugging.Assert(is_two, ["the given axis (axis = 0) is not squeezable!"]))
        result = tf.internal.with_dependencies(checks, input.flat_values)
        if dense:
            result = tf.squeeze(result, dense)
        splits = [s for i, s in enumerate(input.nested_row_splits) if i + 1 not in ragged]
        if splits and 0 in ragged:
            splits = splits[1:]
        result = tf.RaggedTensor.from_nested_row_splits(result, splits)
        if all([a in ragged for a in range(input.ragged_rank + 1)]):
            result = tf.squeeze(result, [0], name)
        return result


@dispatch("RaggedTensor", "tile")
def tile(input, multiples, name=None):
    """Repeated along each dimension."""
    with tf.name_scope(name or "RaggedTile"):
        multiples = tf.internal.ragged.int_tensor(multiples, "multiples", input.row_splits.dtype)
        multiples.shape.assert_has_rank(1)
        known = tf.internal.static_value(multiples)
        values = _tile_values(input, multiples, known)
        return tf.RaggedTensor.from_nested_row_splits(values, _tile_splits(input, multiples, known), validate=False)


def _tile_values(rt, multiples, known):
    ragged_rank = rt.ragged_rank
    nested = rt.nested_row_splits
    ids = tf.range(nested[-1][-1])
    inner = None
    for axis in range(ragged_rank, 0, -1):
        splits = nested[axis - 1]
        if inner is not None:
            splits = tf.gather(inner * multiples[axis + 1], splits)
        if known is None or known[axis] != 1:
            ids = tf.internal.ragged.repeat_ranges(ids, splits, multiples[axis])
        inner = splits
    values = tf.gather(rt.flat_values, ids)
    return tf.tile(values, tf.concat([multiples[:1], multiples[ragged_rank + 1:]], axis=0))


def _tile_splits(rt, multiples, known):
    ragged_rank = rt.ragged_rank
    nested = rt.nested_row_splits
    # projected[a][b]: the splits of dimension a, counted in values of dimension b.
    projected = [{i: nested[i]} for i in range(ragged_rank)]
    for source in range(ragged_rank):
        for target in range(source + 1, ragged_rank - 1):
            projected[source][target] = tf.gather(nested[target], projected[source][target - 1])
    result = []
    for axis in range(ragged_rank):
        lengths = nested[axis][1:] - nested[axis][:-1]
        lengths = lengths * multiples[axis + 1]
        repeats = 1
        for dim in range(axis - 1, -1, -1):
            if known is None or known[dim + 1] != 1:
                splits = projected[dim][axis - 1] * repeats
                lengths = tf.internal.ragged.repeat_ranges(lengths, splits, multiples[dim + 1])
            repeats = repeats * multiples[dim + 1]
        lengths = tf.tile(lengths, multiples[:1])
        result.append(tf.internal.ragged.lengths_to_splits(lengths))
    return result


@dispatch("RaggedTensor", "gather")
def gather(params, indices, validate_indices=None, axis=None, batch_dims=0, name=None):
    """Slices of params, which may be ragged, at indices, which may be ragged too."""
    with tf.name_scope(name or "RaggedGather"):
        params = tf.internal.ragged.convert(params, name="params")
        indices = tf.internal.ragged.convert(indices, name="indices")
        tf.internal.ragged.match_dtypes(params, indices)
        if batch_dims != indices.shape.rank:
            batch_dims = tf.internal.ragged.axis(batch_dims, indices.shape.rank, "batch_dims")
        if params.shape.rank is not None and batch_dims >= params.shape.rank:
            raise ValueError(f"batch_dims must be less than the rank of params {params.shape.rank}, got {batch_dims}")
        axis = tf.internal.ragged.axis(batch_dims if axis is None else axis, params.shape.rank)
        if axis < batch_dims:
            raise ValueError(f"axis must be at least batch_dims {batch_dims}, got {axis}")
        return _gather(params, indices, axis, batch_dims)


def _gather(params, indices, axis, batch_dims):
    if not isinstance(params, tf.RaggedTensor) and not isinstance(indices, tf.RaggedTensor):
        return tf.gather(params, indices, axis=axis, batch_dims=batch_dims)
    if batch_dims > 0:
        return _gather_batch(params, indices, axis, batch_dims)
    if axis > 0:
        return _gather_axis(params, indices, axis)
    if isinstance(indices, tf.RaggedTensor):
        return indices.with_values(_gather(params, indices.values, 0, 0))
    if indices.shape.rank is None:
        raise ValueError("indices must have a statically known rank")
    result = tf.raw_ops.RaggedGather(
        params_nested_splits=params.nested_row_splits,
        params_dense_values=params.flat_values,
        indices=indices,
        OUTPUT_RAGGED_RANK=indices.shape.rank + params.ragged_rank - 1,
    )
    splits = result.output_nested_splits
    gathered = tf.RaggedTensor.from_nested_row_splits(result.output_dense_values, splits, validate=False)
    if indices.shape.rank > 1:
        # TensorFlow notes the sizes of indices on the result but never reads them; the ops are there all the same.
        indices_shape = tf.shape(indices, out_type=params.row_splits.dtype)
        sizes = tf.math.cumprod(indices_shape)
        for dim in range(indices.shape.rank - 1):
            sizes[dim]
            indices_shape[dim + 1]
    return gathered


def _gather_batch(params, indices, axis, batch_dims):
    if not params.shape[:batch_dims].is_compatible_with(indices.shape[:batch_dims]):
        raise ValueError(f"batch dimensions of params {params.shape} and indices {indices.shape} do not match")
    if batch_dims > 1:
        if not isinstance(params, tf.RaggedTensor):
            if indices.uniform_row_length is None:
                raise ValueError("a ragged dimension of indices meets a uniform dimension of params")
            params = tf.RaggedTensor.from_tensor(params, ragged_rank=1, row_splits_dtype=indices.row_splits.dtype)
        if not isinstance(indices, tf.RaggedTensor):
            if params.uniform_row_length is None:
                raise ValueError("a ragged dimension of params meets a uniform dimension of indices")
            indices = tf.RaggedTensor.from_tensor(indices, ragged_rank=1, row_splits_dtype=params.row_splits.dtype)
        return params.with_values(_gather(params.values, indices.values, axis - 1, batch_dims - 1))
    if axis > 1:
        if not isinstance(indices, tf.RaggedTensor):
            adjusted = params.with_values(tf.repeat(indices, params.row_lengths(), 0))
        else:
            if not isinstance(params, tf.RaggedTensor):
                params = tf.RaggedTensor.from_tensor(params, ragged_rank=1, row_splits_dtype=indices.row_splits.dtype)
            rows = params.with_values(tf.repeat(tf.range(params.nrows()), params.row_lengths()))
            adjusted = _gather(indices, rows, 0, 0)
        return _gather_batch(params, adjusted, axis, batch_dims + 1)
    return _gather_flat(params, indices, axis, indices.shape.rank)


def _gather_axis(params, indices, axis):
    if axis > 1:
        if not isinstance(params, tf.RaggedTensor):
            params = tf.RaggedTensor.from_tensor(params, ragged_rank=1, row_splits_dtype=indices.row_splits.dtype)
        return params.with_values(_gather(params.values, indices, axis - 1, 0))
    return _gather_flat(params, indices, axis, None if indices.shape.rank is None else indices.shape.rank + 1)


def _gather_flat(params, indices, axis, rank):
    """Gathers from params without its outermost dimension: indices count from the start of each row."""
    if rank is None:
        raise ValueError("indices must have a statically known rank")
    if isinstance(params, tf.RaggedTensor):
        flat = params.values
        starts = tf.cast(params.row_starts(), indices.dtype)
    else:
        flat = tf.reshape(params, tf.concat([[-1], tf.shape(params)[2:]], axis=0))
        sizes = tf.shape(params, out_type=indices.dtype)
        starts = tf.range(sizes[0]) * sizes[1]
    sizes = tf.shape(starts)
    ones = tf.ones([rank - tf.rank(starts)], sizes.dtype)
    starts = tf.reshape(starts, tf.concat([sizes, ones], axis=0))
    return _gather(flat, indices + starts, axis - 1, 0)


@dispatch("RaggedTensor", "gather_nd")
def gather_nd(params, indices, batch_dims=0, name=None, bad_indices_policy=""):
    """Slices of params at index vectors."""
    if not isinstance(batch_dims, int) or batch_dims != 0:
        raise ValueError("batch_dims is not supported for ragged tensors")
    if bad_indices_policy not in ("", "DEFAULT"):
        raise ValueError("bad_indices_policy is not supported for ragged tensors")
    with tf.name_scope(name or "RaggedGatherNd"):
        params = tf.internal.ragged.convert(params, name="params")
        indices = tf.internal.ragged.convert(indices, name="indices")
        tf.internal.ragged.match_dtypes(params, indices)
        rank = indices.shape.rank
        if rank is None or rank == 0:
            raise ValueError(f"indices must have a static rank above 0, got shape {indices.shape}")
        if isinstance(indices, tf.RaggedTensor) and rank == indices.ragged_rank + 1:
            raise ValueError("the innermost dimension of indices must not be ragged")
        index_size = indices.shape[-1]
        if index_size is None:
            raise ValueError("the innermost dimension of indices must be statically known")
        if rank > 2:
            is_dense = not isinstance(indices, tf.RaggedTensor)
            if is_dense:
                dtype = params.row_splits.dtype if isinstance(params, tf.RaggedTensor) else tf.int64
                indices = tf.RaggedTensor.from_tensor(indices, ragged_rank=rank - 2, row_splits_dtype=dtype)
            result = indices.with_flat_values(tf.gather_nd(params, indices.flat_values))
            if is_dense and isinstance(result, tf.RaggedTensor) and result.ragged_rank == rank - 2:
                result = result.to_tensor()
            return result
        if index_size == 0:
            ndims = params.ragged_rank + tf.rank(params.flat_values)
            for _ in range(rank - 1):
                params = tf.expand_dims(params, axis=0)
            return tf.tile(params, tf.concat([tf.shape(indices)[:-1], tf.ones([ndims], tf.int32)], axis=0))
        if index_size == 1:
            return tf.gather(params, tf.reshape(indices, [-1]))
        indices = tf.cast(indices, params.row_splits.dtype)
        flat_indices = tf.gather(params.row_splits, indices[..., 0])
        flat_indices = flat_indices + indices[..., 1]
        flat_params = params.values
        for dim in range(2, index_size):
            if not isinstance(flat_params, tf.RaggedTensor):
                flat_indices = tf.expand_dims(flat_indices, axis=1)
                flat_indices = tf.concat([flat_indices, indices[..., dim:]], axis=1)
                return tf.gather_nd(flat_params, flat_indices)
            flat_indices = tf.gather(flat_params.row_starts(), flat_indices)
            flat_indices = flat_indices + indices[..., dim]
            flat_params = flat_params.values
        return gather(flat_params, flat_indices)


@dispatch("RaggedTensor", "where")
def where(condition, x=None, y=None, name=None):
    """The coordinates of true elements, or x where condition is true and else y."""
    if (x is None) != (y is None):
        raise ValueError("give both x and y, or neither")
    with tf.name_scope("RaggedWhere"):
        condition = tf.internal.ragged.convert(condition, name="condition")
        if x is None:
            return _coordinates(condition)
        x = tf.internal.ragged.convert(x, name="x")
        y = tf.internal.ragged.convert(y, name="y")
        tf.internal.ragged.match_dtypes(condition, x, y)
        condition, x, y = tf.internal.ragged.broadcast_three(condition, x, y)
        return tf.ragged.map_flat_values(tf.where, condition, x, y)


def _coordinates(condition):
    if not isinstance(condition, tf.RaggedTensor):
        return tf.raw_ops.Where(condition=condition)
    inner = _coordinates(condition.values)
    condition = condition.with_row_splits_dtype(inner.dtype)
    first = inner[:, 0]
    rows = tf.gather(condition.value_rowids(), first)
    columns = first - tf.gather(condition.row_splits, rows)
    return tf.concat([tf.expand_dims(rows, 1), tf.expand_dims(columns, 1), inner[:, 1:]], axis=1)
