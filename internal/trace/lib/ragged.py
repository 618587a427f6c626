"""tf.RaggedTensor: the type, its constructors, properties and conversions.

A RaggedTensor is flat_values with one row partition (row_partition.py) per ragged dimension, outermost first. After
ops/ragged/ragged_tensor.py of TensorFlow 2.21.
"""

from tfsave import export, tf

INDEX_DTYPES = (tf.int32, tf.int64)


def _ragged(values, partitions):
    """A RaggedTensor with the partitions around values, which may be ragged itself."""
    partitions = tuple(partitions)
    if isinstance(values, tf.RaggedTensor):
        partitions = partitions + values.row_partitions
        values = values.flat_values
    values.shape.with_rank_at_least(1)
    splits = tuple([p["row_splits"] for p in partitions])
    return tf.internal.composite(
        "RaggedTensor", {"flat_values": values, "nested_row_splits": splits}, {"row_partitions": partitions})


def _from_partition(values, partition, validate):
    if isinstance(values, tf.RaggedTensor):
        if values.row_splits.dtype != partition["row_splits"].dtype:
            raise ValueError(
                f"the row partition is {partition['row_splits'].dtype.name}, that of the values {values.row_splits.dtype.name}")
    else:
        values = tf.convert_to_tensor(values, name="values")
    if partition["value_rowids"] is not None:
        values.shape[:1].assert_is_compatible_with(partition["value_rowids"].shape)
    if validate:
        message = "Arguments to _from_row_partition do not form a valid RaggedTensor"
        dtype = partition["row_splits"].dtype
        nvals = tf.internal.ragged.nrows(values, dtype)
        checks = [tf.debugging.assert_equal(tf.cast(partition["row_splits"][-1], dtype), nvals, message=message)]
        if not isinstance(values, tf.RaggedTensor):
            checks.append(tf.debugging.assert_rank_at_least(values, 1))
        partition = tf.internal.row_partition.with_dependencies(checks, partition)
    return _ragged(values, [partition])


def _check_bool(validate):
    if not isinstance(validate, bool):
        raise TypeError(f"validate must be a bool, got {validate}")


def _dtype_hint(values):
    return values.row_splits.dtype if isinstance(values, tf.RaggedTensor) else None


@export("internal.ragged.convert")
def convert(value, dtype=None, dtype_hint=None, name=None):
    """value itself when it is ragged, else value as a tensor."""
    if isinstance(value, tf.RaggedTensor):
        if dtype is not None and dtype != value.dtype:
            raise ValueError(f"a RaggedTensor of {dtype.name} is needed, got {value.dtype.name}")
        return value
    return tf.convert_to_tensor(value, dtype=dtype, dtype_hint=dtype_hint, name=name)


@export("internal.ragged.nrows")
def nrows_of(value, out_type=tf.int32):
    """The size of the outermost dimension of a tensor or RaggedTensor."""
    if isinstance(value, tf.RaggedTensor):
        return value.nrows(out_type=out_type)
    return tf.shape(value, out_type=out_type)[0]


@export("internal.ragged.from_partitions")
def from_partitions(values, partitions):
    """A RaggedTensor with row partitions taken from another one (its row_partitions) around values."""
    return _ragged(values, partitions)


@export("RaggedTensor.__new__")
def new(values, row_partition, internal=False):
    """Refuses: a RaggedTensor is made by its from_… functions."""
    raise ValueError("RaggedTensor has no public constructor, use tf.RaggedTensor.from_row_lengths or another from_… function")


@export("RaggedTensor.from_value_rowids")
def from_value_rowids(values, value_rowids, nrows=None, name=None, validate=True):
    """Rows given by the row number of each value."""
    _check_bool(validate)
    with tf.name_scope(name or "RaggedFromValueRowIds"):
        partition = tf.internal.row_partition.from_value_rowids(value_rowids, nrows, validate, _dtype_hint(values))
        return _from_partition(values, partition, validate)


@export("RaggedTensor.from_row_splits")
def from_row_splits(values, row_splits, name=None, validate=True):
    """Rows given by the points at which to split values."""
    _check_bool(validate)
    with tf.name_scope(name or "RaggedFromRowSplits"):
        partition = tf.internal.row_partition.from_row_splits(row_splits, validate, _dtype_hint(values))
        return _from_partition(values, partition, validate)


@export("RaggedTensor.from_row_lengths")
def from_row_lengths(values, row_lengths, name=None, validate=True):
    """Rows given by their lengths."""
    _check_bool(validate)
    with tf.name_scope(name or "RaggedFromRowLengths"):
        partition = tf.internal.row_partition.from_row_lengths(row_lengths, validate, _dtype_hint(values))
        return _from_partition(values, partition, validate)


@export("RaggedTensor.from_row_starts")
def from_row_starts(values, row_starts, name=None, validate=True):
    """Rows given by where each begins."""
    _check_bool(validate)
    with tf.name_scope(name or "RaggedFromRowStarts"):
        values = convert(values, name="values")
        partition = tf.internal.row_partition.from_row_starts(row_starts, nrows_of(values), validate, _dtype_hint(values))
        return _from_partition(values, partition, validate)


@export("RaggedTensor.from_row_limits")
def from_row_limits(values, row_limits, name=None, validate=True):
    """Rows given by where each ends."""
    _check_bool(validate)
    with tf.name_scope(name or "RaggedFromRowLimits"):
        values = convert(values, name="values")
        partition = tf.internal.row_partition.from_row_limits(row_limits, validate, _dtype_hint(values))
        return _from_partition(values, partition, validate)


@export("RaggedTensor.from_uniform_row_length")
def from_uniform_row_length(values, uniform_row_length, nrows=None, validate=True, name=None):
    """Rows that are all of one length."""
    _check_bool(validate)
    with tf.name_scope(name or "RaggedFromUniformRowLength"):
        values = convert(values, name="values")
        length = tf.convert_to_tensor(
            uniform_row_length, dtype_hint=_dtype_hint(values) or tf.int64, name="UniformRowLength")
        if length.dtype not in INDEX_DTYPES:
            raise ValueError(f"uniform_row_length must be int32 or int64, got {length.dtype.name}")
        if values.shape.rank is not None and values.shape[0] is not None:
            nvals = tf.constant(values.shape[0], length.dtype)
        else:
            nvals = nrows_of(values, length.dtype)
        partition = tf.internal.row_partition.from_uniform_row_length(length, nvals, nrows, validate)
        return _from_partition(values, partition, validate)


def _check_list(value, name):
    if isinstance(value, tf.Tensor):
        raise TypeError(f"{name} must be a list of tensors, got {value}")


@export("RaggedTensor.from_nested_value_rowids")
def from_nested_value_rowids(flat_values, nested_value_rowids, nested_nrows=None, name=None, validate=True):
    """from_value_rowids for several ragged dimensions, outermost first."""
    _check_bool(validate)
    _check_list(nested_value_rowids, "nested_value_rowids")
    _check_list(nested_nrows, "nested_nrows")
    if nested_nrows is None:
        nested_nrows = [None] * len(nested_value_rowids)
    if len(nested_nrows) != len(nested_value_rowids):
        raise ValueError(f"nested_nrows has {len(nested_nrows)} items, nested_value_rowids {len(nested_value_rowids)}")
    with tf.name_scope(name or "RaggedFromNestedValueRowIds"):
        result = flat_values
        for value_rowids, nrows in reversed(list(zip(nested_value_rowids, nested_nrows))):
            result = from_value_rowids(result, value_rowids, nrows, validate=validate)
        return result


@export("RaggedTensor.from_nested_row_splits")
def from_nested_row_splits(flat_values, nested_row_splits, name=None, validate=True):
    """from_row_splits for several ragged dimensions, outermost first."""
    _check_bool(validate)
    _check_list(nested_row_splits, "nested_row_splits")
    with tf.name_scope(name or "RaggedFromNestedRowSplits"):
        result = flat_values
        for splits in reversed(nested_row_splits):
            result = from_row_splits(result, splits, validate=validate)
        return result


@export("RaggedTensor.from_nested_row_lengths")
def from_nested_row_lengths(flat_values, nested_row_lengths, name=None, validate=True):
    """from_row_lengths for several ragged dimensions, outermost first."""
    _check_bool(validate)
    _check_list(nested_row_lengths, "nested_row_lengths")
    with tf.name_scope(name or "RaggedFromNestedRowlengths"):
        result = flat_values
        for lengths in reversed(nested_row_lengths):
            result = from_row_lengths(result, lengths, validate=validate)
        return result


@export("RaggedTensor.dtype", property=True)
def dtype(self):
    """The dtype of the values."""
    return self.flat_values.dtype


@export("RaggedTensor.shape", property=True)
def shape(self):
    """The static shape, None for ragged dimensions."""
    nrows = tf.internal.row_partition.static_nrows(self.row_partitions[0])
    lengths = [tf.internal.row_partition.static_length(p) for p in self.row_partitions]
    return tf.TensorShape([nrows] + lengths).concatenate(self.flat_values.shape[1:])


@export("RaggedTensor.get_shape")
def get_shape(self):
    """The static shape, None for ragged dimensions."""
    return self.shape


@export("RaggedTensor.ragged_rank", property=True)
def ragged_rank(self):
    """The number of partitioned dimensions."""
    return len(self.row_partitions)


@export("RaggedTensor.values", property=True)
def values(self):
    """All rows one after the other: without the outermost partition."""
    inner = self.row_partitions[1:]
    return _ragged(self.flat_values, inner) if inner else self.flat_values


@export("RaggedTensor.row_splits", property=True)
def row_splits(self):
    """Where the rows begin and end, in values."""
    return self.row_partitions[0]["row_splits"]


@export("RaggedTensor.uniform_row_length", property=True)
def uniform_row_length(self):
    """The length of all rows when it is known to be one, else None."""
    return self.row_partitions[0]["uniform_row_length"]


@export("RaggedTensor.value_rowids")
def value_rowids(self, name=None):
    """The row number of each value."""
    with tf.name_scope(name or "RaggedValueRowIds"):
        return tf.internal.row_partition.value_rowids(self.row_partitions[0])


@export("RaggedTensor.nested_value_rowids")
def nested_value_rowids(self, name=None):
    """value_rowids of each ragged dimension, as a tuple."""
    with tf.name_scope(name or "RaggedNestedValueRowIds"):
        outer = value_rowids(self)
        result = [outer]
        inner = self.values
        while isinstance(inner, tf.RaggedTensor):
            result.append(inner.value_rowids())
            inner = inner.values
        return tuple(result)


@export("RaggedTensor.nrows")
def nrows(self, out_type=None, name=None):
    """The number of rows."""
    with tf.name_scope(name or "RaggedNRows"):
        count = tf.internal.row_partition.nrows(self.row_partitions[0])
        return count if out_type is None else tf.cast(count, out_type)


@export("RaggedTensor.row_starts")
def row_starts(self, name=None):
    """Where each row begins, in values."""
    with tf.name_scope(name or "RaggedRowStarts"):
        return self.row_splits[:-1]


@export("RaggedTensor.row_limits")
def row_limits(self, name=None):
    """Where each row ends, in values."""
    with tf.name_scope(name or "RaggedRowLimits"):
        return self.row_splits[1:]


@export("internal.ragged.axis")
def positive_axis(axis, rank, name="axis"):
    """axis counted from the front; rank is the static rank or None."""
    if not isinstance(axis, int):
        raise TypeError(f"{name} must be an int, got {axis}")
    if rank is None:
        if axis < 0:
            raise ValueError(f"{name} may be negative only where the rank is known, got {axis}")
        return axis
    if axis < -rank or axis >= rank:
        raise ValueError(f"{name} must be from {-rank} to {rank - 1}, got {axis}")
    return axis + rank if axis < 0 else axis


@export("RaggedTensor.row_lengths")
def row_lengths(self, axis=1, name=None):
    """The lengths of the rows of a dimension."""
    if axis == 0:
        return tf.internal.row_partition.nrows(self.row_partitions[0])
    if axis == 1:
        return tf.internal.row_partition.row_lengths(self.row_partitions[0])
    with tf.name_scope(name or "RaggedRowLengths"):
        axis = positive_axis(axis, self.shape.rank)
        if axis == 0:
            return nrows(self)
        if axis == 1:
            splits = self.row_splits
            return splits[1:] - splits[:-1]
        if isinstance(self.values, tf.RaggedTensor):
            return with_values(self, row_lengths(self.values, axis - 1))
        sizes = tf.shape(self.values, out_type=self.row_splits.dtype)
        return with_values(self, tf.ones(sizes[: axis - 1], self.row_splits.dtype) * sizes[axis - 1])


@export("RaggedTensor.nested_row_lengths")
def nested_row_lengths(self, name=None):
    """row_lengths of each ragged dimension, as a tuple."""
    with tf.name_scope(name or "RaggedNestedRowLengths"):
        return tuple([tf.internal.row_partition.row_lengths(p) for p in self.row_partitions])


@export("RaggedTensor.bounding_shape")
def bounding_shape(self, axis=None, name=None, out_type=None):
    """The shape of the smallest dense tensor that holds this one, or one dimension of it."""
    dtype = self.row_splits.dtype
    out_type = dtype if out_type is None else tf.dtypes.as_dtype(out_type)
    with tf.name_scope(name or "RaggedBoundingBox"):
        if isinstance(axis, int) and axis == 0:
            return tf.shape(self.row_splits, out_type=out_type)[0] - 1
        if isinstance(axis, int) and axis == 1:
            longest = tf.math.maximum(tf.math.reduce_max(row_lengths(self)), 0)
            return longest if out_type == dtype else tf.cast(longest, out_type)
        splits_shape = tf.shape(self.row_splits, out_type=out_type)
        flat_values_shape = tf.shape(self.flat_values, out_type=out_type)
        ragged = [splits_shape[0] - 1] + [
            tf.math.maximum(tf.math.reduce_max(splits[1:] - splits[:-1]), 0) for splits in self.nested_row_splits]
        inner = flat_values_shape[1:]
        if out_type != dtype:
            ragged = [tf.cast(d, out_type) for d in ragged]
        box = tf.concat([tf.stack(ragged), inner], axis=0)
        return box if axis is None else tf.gather(box, axis)


@export("RaggedTensor.with_values")
def with_values(self, new_values):
    """The same rows with other values."""
    new_values = convert(new_values, name="values")
    new_values.shape.with_rank_at_least(1)
    self.values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
    if isinstance(new_values, tf.RaggedTensor) and new_values.row_splits.dtype != self.row_splits.dtype:
        raise ValueError(
            f"the row splits are {self.row_splits.dtype.name}, those of the new values {new_values.row_splits.dtype.name}")
    return _ragged(new_values, self.row_partitions[:1])


@export("RaggedTensor.with_flat_values")
def with_flat_values(self, new_values):
    """The same partitions with other flat values."""
    new_values = convert(new_values, name="values")
    new_values.shape.with_rank_at_least(1)
    self.flat_values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
    return _ragged(new_values, self.row_partitions)


@export("RaggedTensor.with_row_splits_dtype")
def with_row_splits_dtype(self, dtype):
    """The same with row partitions of another dtype."""
    dtype = tf.dtypes.as_dtype(dtype)
    if dtype not in INDEX_DTYPES:
        raise ValueError(f"the dtype of row splits must be int32 or int64, got {dtype.name}")
    if self.row_splits.dtype == dtype:
        return self
    partitions = [tf.internal.row_partition.with_dtype(p, dtype) for p in reversed(self.row_partitions)]
    return _ragged(self.flat_values, list(reversed(partitions)))


@export("RaggedTensor.merge_dims")
def merge_dims(self, outer_axis, inner_axis):
    """The dimensions from outer_axis to inner_axis as one."""
    outer_axis = positive_axis(outer_axis, self.shape.rank, "outer_axis")
    inner_axis = positive_axis(inner_axis, self.shape.rank, "inner_axis")
    if outer_axis > inner_axis:
        raise ValueError(f"outer_axis must not be after inner_axis, got {outer_axis} and {inner_axis}")
    return _merge(self, outer_axis, inner_axis)


def _merge(value, outer_axis, inner_axis):
    if outer_axis == inner_axis:
        return value
    while outer_axis == 0 and isinstance(value, tf.RaggedTensor):
        value = value.values
        inner_axis = inner_axis - 1
        if inner_axis == 0:
            return value
    if not isinstance(value, tf.RaggedTensor):
        if value.shape.is_fully_defined():
            sizes = value.shape.as_list()
            return tf.reshape(value, sizes[:outer_axis] + [-1] + sizes[inner_axis + 1:])
        sizes = tf.shape(value)
        return tf.reshape(value, tf.concat([sizes[:outer_axis], [-1], sizes[inner_axis + 1:]], axis=0))
    if outer_axis > 1:
        return with_values(value, _merge(value.values, outer_axis - 1, inner_axis - 1))

    new_values, new_splits = value.values, value.row_splits
    for axis in range(outer_axis, inner_axis):
        if isinstance(new_values, tf.RaggedTensor):
            new_splits = tf.gather(new_values.row_splits, new_splits)
            new_values = new_values.values
            continue
        merged = inner_axis - axis + 1
        if new_values.shape.is_fully_defined():
            sizes = new_values.shape.as_list()
            new_shape = [-1] + sizes[merged:]
            flat_size = 1
            for size in sizes[1:merged]:
                flat_size = flat_size * size
        else:
            sizes = tf.shape(new_values)
            new_shape = tf.concat([[-1], sizes[merged:]], axis=0)
            flat_size = tf.cast(tf.math.reduce_prod(sizes[1:merged]), new_splits.dtype)
        new_values = tf.reshape(new_values, new_shape)
        new_splits = new_splits * flat_size
        break
    return from_row_splits(new_values, new_splits)
