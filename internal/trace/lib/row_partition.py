"""tf.internal.row_partition: how the values of a RaggedTensor are divided into rows.

A row partition is a dict: the row_splits tensor, and the other encodings that are at hand, else None: row_lengths, value_rowids,
nrows, nvals, uniform_row_length. Keeping them saves the ops that would compute them again. After ops/ragged/row_partition.py of
TensorFlow 2.21.
"""

from tfsave import export, tf

INDEX_DTYPES = (tf.int32, tf.int64)


def _partition(row_splits, row_lengths=None, value_rowids=None, nrows=None, nvals=None, uniform_row_length=None):
    if row_splits.dtype not in INDEX_DTYPES:
        raise ValueError(f"a row partition must be int32 or int64, got {row_splits.dtype.name}")
    row_splits.shape.assert_has_rank(1)
    row_splits.set_shape([None])
    return {
        "row_splits": row_splits,
        "row_lengths": row_lengths,
        "value_rowids": value_rowids,
        "nrows": nrows,
        "nvals": nvals,
        "uniform_row_length": uniform_row_length,
    }


def _partition_tensor(value, name, dtype_hint):
    tensor = tf.convert_to_tensor(value, dtype_hint=dtype_hint or tf.int64, name=name)
    if tensor.dtype not in INDEX_DTYPES:
        raise ValueError(f"{name} must be int32 or int64, got {tensor.dtype.name}")
    return tensor


def _check_increasing(tensor, message):
    return tf.debugging.assert_non_negative(tensor[1:] - tensor[:-1], message=message)


def _check_zero(tensor, message):
    return tf.debugging.assert_equal(tensor, tf.constant(0, dtype=tensor.dtype), message=message)


@export("internal.row_partition.from_value_rowids")
def from_value_rowids(value_rowids, nrows, validate, dtype_hint):
    """Rows given by the row number of each value; nrows may be None."""
    with tf.name_scope("RowPartitionFromValueRowIds"):
        value_rowids = _partition_tensor(value_rowids, "value_rowids", dtype_hint)
        const_rowids = tf.internal.static_value(value_rowids)
        if nrows is not None:
            nrows = tf.convert_to_tensor(nrows, value_rowids.dtype, name="nrows")
            const_nrows = tf.internal.static_value(nrows)
            if const_nrows is not None:
                if const_nrows < 0:
                    raise ValueError(f"nrows must be at least 0, got {const_nrows}")
                if const_rowids and const_nrows <= const_rowids[-1]:
                    raise ValueError(f"nrows must be above value_rowids[-1] = {const_rowids[-1]}, got {const_nrows}")
        elif const_rowids is None:
            nrows = tf.concat([value_rowids[-1:], [-1]], axis=0)[0] + 1
            const_nrows = None
        else:
            const_nrows = const_rowids[-1] + 1 if const_rowids else 0
            nrows = tf.convert_to_tensor(const_nrows, value_rowids.dtype, name="nrows")

        value_rowids.shape.assert_has_rank(1)
        nrows.shape.assert_has_rank(0)
        if validate:
            message = "Arguments to from_value_rowids do not form a valid RowPartition"
            checks = [
                tf.debugging.assert_rank(value_rowids, 1, message=message),
                tf.debugging.assert_rank(nrows, 0, message=message),
                tf.debugging.assert_non_negative(value_rowids[:1], message=message),
                _check_increasing(value_rowids, message),
                tf.debugging.assert_less(value_rowids[-1:], nrows, message=message),
            ]
            value_rowids = tf.internal.with_dependencies(checks, value_rowids)

        value_rowids_int32 = tf.cast(value_rowids, tf.int32)
        nrows_int32 = tf.cast(nrows, tf.int32)
        row_lengths = tf.math.bincount(
            value_rowids_int32, minlength=nrows_int32, maxlength=nrows_int32, dtype=value_rowids.dtype)
        row_splits = tf.concat([[0], tf.math.cumsum(row_lengths)], axis=0)
        if const_nrows is not None:
            row_lengths.set_shape([const_nrows])
            row_splits.set_shape([const_nrows + 1])
        return _partition(row_splits, row_lengths=row_lengths, value_rowids=value_rowids, nrows=nrows)


@export("internal.row_partition.from_row_splits")
def from_row_splits(row_splits, validate=True, dtype_hint=None):
    """Rows given by where they begin and end."""
    if isinstance(row_splits, (list, tuple)) and not row_splits:
        raise ValueError("row_splits must not be empty")
    with tf.name_scope("RowPartitionFromRowSplits"):
        row_splits = _partition_tensor(row_splits, "row_splits", dtype_hint)
        row_splits.shape.assert_has_rank(1)
        if validate:
            message = "Arguments to from_row_splits do not form a valid RaggedTensor:"
            checks = [
                tf.debugging.assert_rank(row_splits, 1, message=message + "rank"),
                _check_zero(row_splits[0], message + "zero"),
                _check_increasing(row_splits, message + "monotonic"),
            ]
            row_splits = tf.internal.with_dependencies(checks, row_splits)
        return _partition(row_splits)


@export("internal.row_partition.from_row_lengths")
def from_row_lengths(row_lengths, validate=True, dtype_hint=None):
    """Rows given by their lengths."""
    with tf.name_scope("RowPartitionFromRowLengths"):
        row_lengths = _partition_tensor(row_lengths, "row_lengths", dtype_hint)
        row_lengths.shape.assert_has_rank(1)
        if validate:
            message = "Arguments to from_row_lengths do not form a valid RowPartition"
            checks = [
                tf.debugging.assert_rank(row_lengths, 1, message=message),
                tf.debugging.assert_non_negative(row_lengths, message=message),
            ]
            row_lengths = tf.internal.with_dependencies(checks, row_lengths)
        row_splits = tf.concat([[0], tf.math.cumsum(row_lengths)], axis=0)
        return _partition(row_splits, row_lengths=row_lengths)


@export("internal.row_partition.from_row_starts")
def from_row_starts(row_starts, nvals, validate, dtype_hint):
    """Rows given by where each begins, of nvals values."""
    with tf.name_scope("RowPartitionFromRowStarts"):
        row_starts = _partition_tensor(row_starts, "row_starts", dtype_hint)
        row_starts.shape.assert_has_rank(1)
        nvals = tf.cast(nvals, row_starts.dtype)
        if validate:
            message = "Arguments to from_row_starts do not form a valid RaggedTensor"
            checks = [
                tf.debugging.assert_rank(row_starts, 1, message=message),
                _check_zero(row_starts[:1], message),
                _check_increasing(row_starts, message),
                tf.debugging.assert_less_equal(row_starts[-1:], nvals, message=message),
            ]
            row_starts = tf.internal.with_dependencies(checks, row_starts)
        return _partition(tf.concat([row_starts, [nvals]], axis=0), nvals=nvals)


@export("internal.row_partition.from_row_limits")
def from_row_limits(row_limits, validate, dtype_hint):
    """Rows given by where each ends."""
    with tf.name_scope("RowPartitionFromRowLimits"):
        row_limits = _partition_tensor(row_limits, "row_limits", dtype_hint)
        row_limits.shape.assert_has_rank(1)
        if validate:
            message = "Arguments to from_row_limits do not form a valid RaggedTensor"
            checks = [
                tf.debugging.assert_rank(row_limits, 1, message=message),
                tf.debugging.assert_non_negative(row_limits[:1], message=message),
                _check_increasing(row_limits, message),
            ]
            row_limits = tf.internal.with_dependencies(checks, row_limits)
        zero = tf.zeros([1], row_limits.dtype)
        return _partition(tf.concat([zero, row_limits], axis=0))


@export("internal.row_partition.from_uniform_row_length")
def from_uniform_row_length(uniform_row_length, nvals=None, nrows=None, validate=True, dtype=None):
    """Rows of one length; nvals or nrows must be given. Without a dtype it is that of the first tensor, or int64."""
    if nvals is None and nrows is None:
        raise ValueError("nvals or nrows must be given")
    with tf.name_scope("RowPartitionFromUniformRowLength"):
        if dtype is None:
            found = [x.dtype for x in (uniform_row_length, nvals, nrows) if isinstance(x, tf.Tensor)]
            dtype = found[0] if found else tf.int64
            convert = lambda x, name: None if x is None else tf.convert_to_tensor(x, dtype=dtype, name=name)
        else:
            convert = lambda x, name: None if x is None else tf.cast(x, dtype, name=name)
        uniform_row_length = convert(uniform_row_length, "uniform_row_length")
        nvals = convert(nvals, "nvals")
        nrows = convert(nrows, "nrows")
        uniform_row_length.shape.assert_has_rank(0)
        length = tf.internal.static_value(uniform_row_length)
        if nrows is None:
            if length is None:
                nrows = nvals // tf.math.maximum(uniform_row_length, tf.constant(1, dtype))
            elif length == 0:
                nrows = tf.constant(0, dtype=dtype)
            else:
                nrows = nvals // length
        const_nrows = tf.internal.static_value(nrows)
        const_nvals = None if nvals is None else tf.internal.static_value(nvals)
        checks = []
        if const_nvals is None and const_nrows is not None and length is not None:
            const_nvals = const_nrows * length
            if nvals is not None and validate:
                checks.append(tf.internal.assert_equal(nvals, const_nvals, y_dtype=dtype))
            nvals = tf.constant(const_nvals, dtype)
        if nvals is None:
            nvals = nrows * uniform_row_length

        if const_nrows is not None and length is not None:
            row_splits = tf.constant([i * length for i in range(const_nrows + 1)], dtype)
        else:
            row_splits = tf.range(nrows + 1, dtype=dtype) * uniform_row_length
        if validate:
            checks += _uniform_checks(uniform_row_length, nrows, nvals, length, const_nrows, const_nvals)
            row_splits = tf.internal.with_dependencies(checks, row_splits)
        return _partition(row_splits, nrows=nrows, nvals=nvals, uniform_row_length=uniform_row_length)


def _uniform_checks(uniform_row_length, nrows, nvals, length, const_nrows, const_nvals):
    checks = []
    if const_nrows is None or length is None or const_nvals is None:
        data = ("uniform_row_length", uniform_row_length, "times nrows", nrows, "must equal nvals", nvals)
        checks.append(tf.internal.assert_equal(nrows * uniform_row_length, nvals, data))
    elif const_nrows * length != const_nvals:
        raise ValueError(f"uniform_row_length {length} times nrows {const_nrows} must equal nvals {const_nvals}")
    if uniform_row_length.shape.rank is None:
        checks.append(tf.debugging.assert_rank(uniform_row_length, 0, message="uniform_row_length must be a scalar."))
    if length is None:
        zero = tf.constant(0, uniform_row_length.dtype)
        checks.append(tf.debugging.assert_greater_equal(
            uniform_row_length, zero, message="uniform_row_length must be >= 0."))
    elif length < 0:
        raise ValueError(f"uniform_row_length must be at least 0, got {length}")
    return checks


@export("internal.row_partition.with_dependencies")
def with_dependencies(checks, partition):
    """The same, to be had only after the checks have run."""
    return {**partition, "row_splits": tf.internal.with_dependencies(checks, partition["row_splits"]), "nvals": None}


@export("internal.row_partition.with_dtype")
def with_dtype(partition, dtype):
    """The same with tensors of another dtype."""
    if partition["row_splits"].dtype == dtype:
        return partition
    kept = ("row_splits", "row_lengths", "value_rowids", "nrows", "uniform_row_length")
    return _partition(**{k: None if partition[k] is None else tf.cast(partition[k], dtype) for k in kept})


@export("internal.row_partition.value_rowids")
def value_rowids(partition):
    """The row number of each value."""
    if partition["value_rowids"] is not None:
        return partition["value_rowids"]
    return tf.ragged.row_splits_to_segment_ids(partition["row_splits"])


@export("internal.row_partition.nrows")
def nrows(partition):
    """The number of rows."""
    if partition["nrows"] is not None:
        return partition["nrows"]
    splits = partition["row_splits"]
    if splits.shape[0] is None:
        return tf.shape(splits, out_type=splits.dtype)[0] - 1
    return tf.constant(splits.shape[0] - 1, dtype=splits.dtype)


@export("internal.row_partition.row_lengths")
def row_lengths(partition):
    """The length of each row."""
    if partition["row_lengths"] is not None:
        return partition["row_lengths"]
    splits = partition["row_splits"]
    return splits[1:] - splits[:-1]


@export("internal.row_partition.static_nrows")
def static_nrows(partition):
    """The number of rows where it is known, else None."""
    if partition["row_splits"].shape[0] is not None:
        return partition["row_splits"].shape[0] - 1
    if partition["row_lengths"] is not None and partition["row_lengths"].shape[0] is not None:
        return partition["row_lengths"].shape[0]
    if partition["nrows"] is not None:
        return tf.internal.static_value(partition["nrows"])
    return None


@export("internal.row_partition.static_length")
def static_length(partition):
    """The length of all rows where it is one and known, else None."""
    length = partition["uniform_row_length"]
    return None if length is None else tf.internal.static_value(length)


@export("internal.row_partition.static_nvals")
def static_nvals(partition):
    """The number of values where it is known, else None."""
    known = None if partition["nvals"] is None else tf.internal.static_value(partition["nvals"])
    if known is None and partition["value_rowids"] is not None and partition["value_rowids"].shape.rank is not None:
        known = partition["value_rowids"].shape[0]
    return known


@export("internal.row_partition.nvals")
def nvals(partition):
    """The number of values."""
    return partition["row_splits"][-1]


@export("internal.row_partition.offsets_in_rows")
def offsets_in_rows(partition):
    """The place of each value in its row."""
    dtype = partition["row_splits"].dtype
    return tf.raw_ops.RaggedRange(
        starts=tf.constant(0, dtype), limits=row_lengths(partition), deltas=tf.constant(1, dtype)).rt_dense_values
