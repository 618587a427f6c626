"""tf.ragged: functions that make ragged tensors, and map over them."""

from tfsave import export, tf

CROSS_HASH_KEY = 956888297470  # the default of tf.ragged.cross_hashed and tf.sparse.cross_hashed
RANGE_DTYPES = (tf.int32, tf.int64, tf.float32, tf.float64)  # the later one wins


@export("ragged.constant")
def constant(pylist, dtype=None, ragged_rank=None, inner_shape=None, name=None, row_splits_dtype=tf.int64):
    """Nested lists as a RaggedTensor, or as a tensor when nothing can be ragged."""
    with tf.name_scope(name or "RaggedConstant"):
        if isinstance(pylist, tf.RaggedTensor):
            raise TypeError("pylist must not be a RaggedTensor")
        if not isinstance(pylist, (list, tuple)):
            if ragged_rank or inner_shape:
                raise ValueError(f"a scalar has neither ragged_rank nor inner_shape, got {ragged_rank} and {inner_shape}")
            return tf.constant(pylist, dtype, ())
        if ragged_rank is not None and ragged_rank < 0:
            raise ValueError(f"ragged_rank must be at least 0, got {ragged_rank}")
        scalar_depth, max_depth = _depths(pylist)
        if scalar_depth is not None:
            if max_depth > scalar_depth:
                raise ValueError("an empty list is nested deeper than the scalars of pylist")
            if ragged_rank is not None and max_depth < ragged_rank:
                raise ValueError(f"pylist is nested {max_depth} deep, less than ragged_rank {ragged_rank}")
        if inner_shape is not None and ragged_rank is not None:
            depth = ragged_rank + len(inner_shape) + 1
            if (scalar_depth is not None and depth != scalar_depth) or (scalar_depth is None and depth < max_depth):
                raise ValueError(f"pylist is nested {max_depth} deep, ragged_rank and inner_shape say {depth}")
        inner_rank = 0 if inner_shape is None else len(inner_shape)
        if ragged_rank == 0 or (ragged_rank is None and (max_depth < 2 or max_depth - inner_rank < 2)):
            return tf.constant(pylist, dtype, inner_shape)
        if inner_shape is None:
            inner_shape = () if ragged_rank is None else _inner_shape(pylist, ragged_rank)
        if ragged_rank is None:
            ragged_rank = max(1, (max_depth if scalar_depth is None else scalar_depth) - 1 - len(inner_shape))
        nested_splits = []
        values = pylist
        for _ in range(ragged_rank):
            splits = [0]
            for row in values:
                splits.append(splits[-1] + len(row))
            nested_splits.append(splits)
            values = [item for row in values for item in row]
        values = tf.constant(values, dtype=dtype, shape=(len(values),) + tuple(inner_shape), name="values")
        for splits in reversed(nested_splits):
            splits = tf.constant(splits, dtype=row_splits_dtype)
            values = tf.RaggedTensor.from_row_splits(values, splits, validate=False)
        return values


def _depths(value):
    """How deep the scalars are nested (None without any), and how deep the deepest list."""
    if not isinstance(value, (list, tuple)):
        return 0, 0
    scalar_depth, max_depth = None, 1
    for child in value:
        child_scalar, child_max = _depths(child)
        if child_scalar is not None:
            if scalar_depth is not None and scalar_depth != child_scalar + 1:
                raise ValueError("all scalars of pylist must be nested equally deep")
            scalar_depth = child_scalar + 1
        max_depth = max(max_depth, child_max + 1)
    return scalar_depth, max_depth


def _inner_shape(pylist, ragged_rank):
    """The uniform shape of what is inside the ragged dimensions."""
    values = pylist
    for depth in range(ragged_rank):
        if not all([isinstance(v, (list, tuple)) for v in values]):
            raise ValueError(f"pylist has scalars at depth {depth + 1}, ragged_rank {ragged_rank} needs lists there")
        values = [item for row in values for item in row]
    sizes = []
    item = values
    while isinstance(item, (list, tuple)):
        sizes.append(len(item))
        item = item[0] if item else None
    _check_uniform(values, sizes)
    return tuple(sizes[1:])


def _check_uniform(item, sizes):
    if isinstance(item, (list, tuple)) != bool(sizes) or (sizes and len(item) != sizes[0]):
        raise ValueError("the inner values of pylist have inconsistent shapes")
    for child in item if sizes else ():
        _check_uniform(child, sizes[1:])


@export("ragged.range")
def range_(starts, limits=None, deltas=1, dtype=None, name=None, row_splits_dtype=tf.int64):
    """A row per start, limit and delta, each like tf.range."""
    row_splits_dtype = tf.dtypes.as_dtype(row_splits_dtype)
    if limits is None:
        starts, limits = 0, starts
    with tf.name_scope(name or "RaggedRange") as scope:
        starts = tf.convert_to_tensor(starts, dtype=dtype, name="starts")
        limits = tf.convert_to_tensor(limits, dtype=dtype, name="limits")
        deltas = tf.convert_to_tensor(deltas, dtype=dtype, name="deltas")
        if dtype is None:
            order = [RANGE_DTYPES.index(t.dtype) for t in (starts, limits, deltas)]
            dtype = RANGE_DTYPES[max(order)]
            starts, limits, deltas = tf.cast(starts, dtype), tf.cast(limits, dtype), tf.cast(deltas, dtype)
        result = tf.raw_ops.RaggedRange(
            starts=starts, limits=limits, deltas=deltas, Tsplits=row_splits_dtype, name=scope)
        return tf.RaggedTensor.from_row_splits(result.rt_dense_values, result.rt_nested_splits, validate=False)


@export("ragged.row_splits_to_segment_ids")
def row_splits_to_segment_ids(splits, name=None, out_type=None):
    """The row number of each value, from row splits."""
    with tf.name_scope(name or "RaggedSplitsToSegmentIds"):
        splits = tf.convert_to_tensor(splits, name="splits", dtype_hint=tf.int64)
        if splits.dtype not in (tf.int32, tf.int64):
            raise ValueError(f"splits must be int32 or int64, got {splits.dtype.name}")
        splits.shape.assert_has_rank(1)
        if splits.shape.rank is not None and splits.shape[0] == 0:
            raise ValueError("splits must not be empty")
        out_type = splits.dtype if out_type is None else tf.dtypes.as_dtype(out_type)
        row_lengths = splits[1:] - splits[:-1]
        nrows = tf.shape(splits, out_type=out_type)[-1] - 1
        return tf.repeat(tf.range(nrows), repeats=row_lengths, axis=0)


@export("ragged.segment_ids_to_row_splits")
def segment_ids_to_row_splits(segment_ids, num_segments=None, out_type=None, name=None):
    """Row splits from the row number of each value."""
    if out_type is not None:
        out_type = tf.dtypes.as_dtype(out_type)
    elif isinstance(segment_ids, tf.Tensor):
        out_type = segment_ids.dtype
    else:
        out_type = num_segments.dtype if isinstance(num_segments, tf.Tensor) else tf.int64
    with tf.name_scope(name or "SegmentIdsToRaggedSplits"):
        segment_ids = tf.internal.ragged.int_tensor(segment_ids, "segment_ids", tf.int32)
        segment_ids.shape.assert_has_rank(1)
        if num_segments is not None:
            num_segments = tf.internal.ragged.int_tensor(num_segments, "num_segments", tf.int32)
            num_segments.shape.assert_has_rank(0)
        row_lengths = tf.math.bincount(segment_ids, minlength=num_segments, maxlength=num_segments, dtype=out_type)
        splits = tf.concat([[0], tf.math.cumsum(row_lengths)], axis=0)
        if num_segments is not None:
            count = tf.internal.static_value(num_segments)
            if count is not None:
                splits.set_shape([count + 1])
        return splits


@export("internal.ragged.int_tensor")
def int_tensor(value, name, dtype):
    """value as a tensor of an integer dtype."""
    tensor = tf.convert_to_tensor(value, dtype_hint=dtype, name=name)
    if not tensor.dtype.is_integer:
        raise TypeError(f"{name} must be an integer tensor, got {tensor.dtype.name}")
    return tf.raw_ops.Cast(x=tensor, DstT=dtype)


@export("ragged.map_flat_values")
def map_flat_values(op, *args, **kwargs):
    """op of the flat values of all ragged arguments, in their common partitions."""
    ragged = []

    def flat(value):
        if isinstance(value, tf.RaggedTensor):
            ragged.append(value)
            return value.flat_values
        if isinstance(value, (list, tuple)):
            items = [flat(item) for item in value]
            return tuple(items) if isinstance(value, tuple) else items
        if isinstance(value, dict):
            return {k: flat(v) for k, v in value.items()}
        return value

    flat_args = flat(args)
    flat_kwargs = flat(kwargs)
    if not ragged:
        return op(*args, **kwargs)
    sizes = [rt.flat_values.shape[0] for rt in ragged if rt.flat_values.shape.rank is not None]
    sizes = [size for size in sizes if size is not None]
    if any([size != sizes[0] for size in sizes]):
        raise ValueError(f"the flat values of ragged arguments must have the same outermost size, got {sizes}")
    if any([rt.row_splits.dtype != ragged[0].row_splits.dtype for rt in ragged]):
        raise ValueError("ragged arguments have different row splits dtypes, use with_row_splits_dtype")
    result = op(*flat_args, **flat_kwargs)
    if sizes and not result.shape[:1].is_compatible_with([sizes[0]]):
        raise ValueError(f"op must keep the outermost size {sizes[0]} of the flat values, got shape {result.shape}")
    partitions = list(ragged[0].row_partitions)
    for other in ragged[1:]:
        if len(other.row_partitions) != len(partitions):
            raise ValueError("all ragged arguments must have the same ragged_rank")
        partitions = [_merged(a, b) for a, b in zip(partitions, other.row_partitions)]
    with tf.name_scope("RaggedFromNestedRowPartitions"):
        return tf.internal.ragged.from_partitions(result, partitions)


def _merged(a, b):
    """One partition for two that are to be equal, with a check when no tensor shows that they are.

    The order of the encodings, and when a check counts for all, is RowPartition._merge_precomputed_encodings's
    (ops/ragged/row_partition.py, TensorFlow 2.21).
    """
    names = ("nrows", "nvals", "uniform_row_length", "row_splits", "row_lengths", "value_rowids")
    if all([a[name] is b[name] for name in names]):
        return a
    validate = True
    merged, same = {}, {}
    for name in names:
        if name == "row_splits" and same["uniform_row_length"] and same["nrows"]:
            validate = False
        x, y = a[name], b[name]
        same[name] = x is not None and y is not None and (x is y or validate)
        if x is None:
            x = y
        elif y is not None and x is not y:
            if not x.shape.is_compatible_with(y.shape):
                raise ValueError(f"row partitions have incompatible {name}: {x.shape} and {y.shape}")
            if validate:
                message = f"RowPartition._merge_precomputed_encodings: partitions have incompatible {name}"
                x = tf.internal.with_dependencies([tf.debugging.assert_equal(x, y, message=message)], x)
        merged[name] = x
        if name in ("row_splits", "row_lengths") and same[name]:
            validate = False
    for whole in (a, b):
        if all([merged[name] is whole[name] for name in names if name != "nvals"]):
            return whole
    return merged


@export("internal.ragged.match_dtypes")
def match_dtypes(*tensors):
    """The row splits dtype of the ragged ones among tensors, int64 without any; two different ones are an error."""
    found = [t.row_splits.dtype for t in tensors if isinstance(t, tf.RaggedTensor)]
    if any([dtype != found[0] for dtype in found]):
        raise ValueError("ragged arguments have different row splits dtypes, use with_row_splits_dtype")
    return found[0] if found else tf.int64


@export("internal.ragged.assert_splits_match")
def assert_splits_match(nested_splits_lists):
    """Checks that all lists of row splits are the same."""
    first = nested_splits_lists[0]
    if any([len(splits) != len(first) for splits in nested_splits_lists]):
        raise ValueError("ragged arguments must have the same number of row splits")
    return [
        tf.debugging.assert_equal(a, b, message="Inputs must have identical ragged splits")
        for splits in nested_splits_lists[1:] for a, b in zip(first, splits)
    ]


@export("internal.ragged.lengths_to_splits")
def lengths_to_splits(lengths):
    """Row splits from row lengths."""
    return tf.concat([[0], tf.math.cumsum(lengths)], axis=-1)


@export("internal.ragged.repeat_ranges")
def repeat_ranges(params, splits, repeats):
    """params with the ranges between splits repeated."""
    splits_checks = [
        tf.debugging.assert_non_negative(splits, message="Input argument 'splits' must be non-negative"),
        _assert_integer(splits),
    ]
    repeats_checks = [
        tf.debugging.assert_non_negative(repeats, message="Input argument 'repeats' must be non-negative"),
        _assert_integer(repeats),
    ]
    splits = tf.internal.with_dependencies(splits_checks, splits)
    repeats = tf.internal.with_dependencies(repeats_checks, repeats)
    if repeats.shape.rank != 0:
        starts = tf.repeat(splits[:-1], repeats, axis=0)
        limits = tf.repeat(splits[1:], repeats, axis=0)
    else:
        repeated = tf.repeat(splits, repeats, axis=0)
        count = tf.shape(repeated, out_type=repeats.dtype)[0]
        starts = repeated[: count - repeats]
        limits = repeated[repeats:]
    one = tf.ones((), starts.dtype)
    offsets = tf.raw_ops.RaggedRange(starts=starts, limits=limits, deltas=one)
    return tf.gather(params, offsets.rt_dense_values)


def _assert_integer(x):
    """The op behind tf.debugging.assert_integer."""
    with tf.name_scope("assert_integer"):
        return tf.no_op(name="statically_determined_was_integer")


@export("ragged.boolean_mask")
def boolean_mask(data, mask, name=None):
    """The elements of data where mask is true, in the rows they were in."""
    with tf.name_scope(name or "RaggedMask"):
        data = tf.internal.ragged.convert(data, name="data")
        mask = tf.internal.ragged.convert(mask, tf.bool, name="mask")
        row_splits_dtype = match_dtypes(data, mask)
        if mask.shape.rank is None or mask.shape.rank == 0:
            raise ValueError(f"mask must have a static rank above 0, got shape {mask.shape}")
        if isinstance(mask, tf.RaggedTensor):
            return _ragged_mask(data, mask, row_splits_dtype)
        if isinstance(data, tf.RaggedTensor):
            if mask.shape.rank == 1:
                masked_lengths = tf.boolean_mask(data.row_lengths(), mask)
                masked_splits = lengths_to_splits(masked_lengths)
                segment_ids = row_splits_to_segment_ids(data.row_splits)
                segment_mask = tf.gather(mask, segment_ids)
                values = boolean_mask(data.values, segment_mask)
                return tf.RaggedTensor.from_row_splits(values, masked_splits, validate=False)
            mask = tf.RaggedTensor.from_tensor(
                mask, ragged_rank=min(data.ragged_rank, mask.shape.rank - 1), row_splits_dtype=data.row_splits.dtype)
            return boolean_mask(data, mask)
        values = tf.boolean_mask(data, mask)
        if mask.shape.rank >= 2:
            lengths = tf.math.count_nonzero(mask, axis=-1, dtype=row_splits_dtype)
            values = tf.RaggedTensor.from_row_lengths(values, tf.reshape(lengths, [-1]), validate=False)
            if mask.shape.rank > 2:
                mask_shape = tf.shape(mask, out_type=row_splits_dtype)
                split_size = tf.math.cumprod(mask_shape) + 1
                for dim in range(mask.shape.rank - 3, -1, -1):
                    splits = tf.range(split_size[dim]) * mask_shape[dim + 1]
                    values = tf.RaggedTensor.from_row_splits(values, splits, validate=False)
        return values


def _ragged_mask(data, mask, row_splits_dtype):
    if not isinstance(data, tf.RaggedTensor):
        data = tf.RaggedTensor.from_tensor(data, ragged_rank=mask.ragged_rank, row_splits_dtype=mask.row_splits.dtype)
    checks = assert_splits_match([mask.nested_row_splits, data.nested_row_splits[: mask.ragged_rank]])
    with tf.control_dependencies(checks):
        splits = []
        while isinstance(mask, tf.RaggedTensor):
            if mask.shape.rank > 2:
                splits.append(mask.row_splits)
            else:
                int_mask = map_flat_values(tf.cast, mask, dtype=row_splits_dtype)
                splits.append(lengths_to_splits(tf.math.reduce_sum(int_mask, axis=1)))
            mask = mask.values
            data = data.values
        values = boolean_mask(data, mask)
        return tf.RaggedTensor.from_nested_row_splits(values, splits, validate=False)


@export("ragged.stack_dynamic_partitions")
def stack_dynamic_partitions(data, partitions, num_partitions, name=None):
    """A row per partition with the data that belong to it."""
    with tf.name_scope(name or "SegmentStack"):
        data = tf.internal.ragged.convert(data, name="data")
        dtype = data.row_splits.dtype if isinstance(data, tf.RaggedTensor) else None
        partitions = tf.internal.ragged.convert(partitions, name="partitions", dtype_hint=dtype)
        num_partitions = tf.convert_to_tensor(num_partitions, name="num_partitions", dtype_hint=partitions.dtype)
        if dtype is not None:
            partitions = tf.cast(partitions, dtype)
        num_partitions = tf.cast(num_partitions, partitions.dtype)
        rank = partitions.shape.rank
        if rank is None:
            raise ValueError("partitions must have a statically known rank")
        num_partitions.shape.assert_has_rank(0)
        partitions.shape.assert_is_compatible_with(data.shape[:rank])
        if rank == 0:
            return tf.RaggedTensor.from_value_rowids(
                values=tf.stack([data]), value_rowids=tf.stack([partitions]), nrows=num_partitions, validate=False)
        if rank == 1:
            permutation = tf.argsort(partitions, stable=True)
            value_rowids = tf.gather(partitions, permutation)
            values = tf.gather(data, permutation)
            checks = [
                tf.debugging.assert_less(
                    value_rowids[-1:], num_partitions, message="partitions must be less than num_partitions"),
                tf.debugging.assert_non_negative(partitions, message="partitions must be non-negative."),
            ]
            with tf.control_dependencies(checks):
                return tf.RaggedTensor.from_value_rowids(values, value_rowids, nrows=num_partitions, validate=False)
        if not isinstance(data, tf.RaggedTensor):
            data = tf.RaggedTensor.from_tensor(data, row_splits_dtype=partitions.dtype, ragged_rank=1)
        if not isinstance(partitions, tf.RaggedTensor):
            partitions = tf.RaggedTensor.from_tensor(
                partitions, row_splits_dtype=partitions.dtype, ragged_rank=max(data.ragged_rank, rank - 1))
        check = tf.debugging.assert_equal(
            data.row_splits, partitions.row_splits, message="data and partitions have incompatible ragged shapes")
        with tf.control_dependencies([check]):
            return stack_dynamic_partitions(data.values, partitions.values, num_partitions)


@export("ragged.cross")
def cross(inputs, name=None):
    """Every combination of one value from each input, per row, as strings."""
    return _cross(inputs, False, 0, None, name)


@export("ragged.cross_hashed")
def cross_hashed(inputs, num_buckets=0, hash_key=None, name=None):
    """Every combination of one value from each input, per row, as hashes."""
    return _cross(inputs, True, num_buckets, hash_key, name)


def _cross(inputs, hashed, num_buckets, hash_key, name):
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"inputs must be a list, got {inputs}")
    hash_key = CROSS_HASH_KEY if hash_key is None else hash_key
    ragged, sparse, dense, order = [], [], [], []
    with tf.name_scope(name or "RaggedCross"):
        for i, t in enumerate(inputs):
            if not isinstance(t, tf.SparseTensor):
                t = tf.internal.ragged.convert(t)
            if t.dtype.is_integer:
                t = tf.cast(t, tf.int64)
            elif t.dtype != tf.string:
                raise ValueError(f"inputs[{i}] must be integers or strings, got {t.dtype.name}")
            if isinstance(t, tf.RaggedTensor):
                if t.ragged_rank != 1:
                    raise ValueError(f"inputs[{i}] must have rank 2, got shape {t.shape}")
                ragged.append(t)
                order.append("R")
            elif isinstance(t, tf.SparseTensor):
                sparse.append(t)
                order.append("S")
            else:
                dense.append(t)
                order.append("D")
        int32_splits = ragged and all([t.row_splits.dtype == tf.int32 for t in ragged])
        result = tf.raw_ops.RaggedCross(
            ragged_values=[t.values for t in ragged],
            ragged_row_splits=[t.row_splits for t in ragged],
            sparse_indices=[t.indices for t in sparse],
            sparse_values=[t.values for t in sparse],
            sparse_shape=[t.dense_shape for t in sparse],
            dense_inputs=dense,
            input_order="".join(order),
            hashed_output=hashed,
            num_buckets=num_buckets,
            hash_key=hash_key - 2**64 if hash_key > 2**63 else hash_key,
            out_values_type=tf.int64 if hashed else tf.string,
            out_row_splits_type=tf.int32 if int32_splits else tf.int64,
            name=name,
        )
        return tf.RaggedTensor.from_row_splits(result.output_values, result.output_row_splits, validate=False)
