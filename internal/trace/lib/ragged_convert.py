"""tf.RaggedTensor to and from dense tensors, sparse tensors, variants and type specs."""

from tfsave import dispatch, export, tf

RAGGED_TENSOR_SPEC = 3  # TypeSpecProto.TypeSpecClass, protobuf/struct.proto


@export("RaggedTensor.from_tensor")
def from_tensor(tensor, lengths=None, padding=None, ragged_rank=1, name=None, row_splits_dtype=tf.int64):
    """A dense tensor as rows: whole, cut to lengths, or without the padding at the end of each."""
    row_splits_dtype = tf.dtypes.as_dtype(row_splits_dtype)
    if lengths is not None and padding is not None:
        raise ValueError("give lengths or padding, not both")
    if not isinstance(ragged_rank, int) or ragged_rank <= 0:
        raise ValueError(f"ragged_rank must be an int above 0, got {ragged_rank}")
    with tf.name_scope(name or "RaggedFromTensor"):
        tensor = tf.convert_to_tensor(tensor, name="tensor")
        if tensor.shape.rank is not None and tensor.shape.rank < 2:
            raise ValueError(f"tensor must have rank 2 or more, got shape {tensor.shape}")
        tensor.shape.with_rank_at_least(ragged_rank + 1)
        input_shape = tf.shape(tensor, out_type=row_splits_dtype)
        ncols = input_shape[1]
        if isinstance(lengths, (list, tuple)) and lengths and not isinstance(lengths[0], (int, float)):
            return _cut_to_nested_lengths(tensor, lengths, ragged_rank)
        if ragged_rank > 1:
            return _from_tensor_nested(tensor, lengths, padding, ragged_rank, row_splits_dtype, input_shape)
        if padding is not None:
            lengths = _lengths_without_padding(tensor, padding, ncols, row_splits_dtype)
        if lengths is not None:
            lengths = tf.convert_to_tensor(lengths, dtype_hint=row_splits_dtype, name="lengths")
            lengths = tf.raw_ops.Cast(x=lengths, DstT=row_splits_dtype)
            lengths.shape.assert_has_rank(1)
            lengths = tf.math.minimum(lengths, ncols)
            lengths = tf.math.maximum(lengths, 0)
            limits = tf.math.cumsum(lengths)
            splits = tf.concat([tf.zeros([1], row_splits_dtype), limits], axis=0)
            mask = tf.sequence_mask(lengths, maxlen=ncols)
            values = tf.boolean_mask(tensor, mask)
            return tf.RaggedTensor.from_row_splits(values, splits, validate=False)

        values_shape = tf.concat([[input_shape[0] * input_shape[1]], input_shape[2:]], axis=0)
        values = tf.reshape(tensor, values_shape)
        nrows = _dimension(tensor, 0, input_shape)
        ncols = _dimension(tensor, 1, input_shape)
        return tf.RaggedTensor.from_uniform_row_length(
            values=values, uniform_row_length=ncols, nrows=nrows, validate=False)


def _dimension(tensor, axis, input_shape):
    if tensor.shape.rank is None or tensor.shape[axis] is None:
        return input_shape[axis]
    return tf.constant(tensor.shape[axis], input_shape.dtype)


def _cut_to_nested_lengths(tensor, lengths, ragged_rank):
    if ragged_rank not in (1, len(lengths)):
        raise ValueError(f"ragged_rank must be the number of lengths, {len(lengths)}, got {ragged_rank}")
    tensor.shape.with_rank_at_least(len(lengths) + 1)
    count = tf.math.reduce_sum(lengths[-1])
    ones = tf.ones([count], dtype=tf.bool)
    mask = tf.RaggedTensor.from_nested_row_lengths(ones, lengths, validate=False)
    values = tf.boolean_mask(tensor, mask.to_tensor(default_value=False))
    return tf.RaggedTensor.from_nested_row_lengths(values, lengths, validate=False)


def _from_tensor_nested(tensor, lengths, padding, ragged_rank, row_splits_dtype, input_shape):
    """Flattens the outer dimensions, cuts the innermost of the ragged ones, and puts uniform partitions around."""
    if tensor.shape.is_fully_defined():
        input_shape = tensor.shape.as_list()
        dim_size = []
        for size in input_shape:
            dim_size.append(size * dim_size[-1] if dim_size else size)
        new_shape = [dim_size[ragged_rank - 1]] + input_shape[ragged_rank:]
    else:
        dim_size = tf.math.cumprod(input_shape)
        new_shape = tf.concat([[dim_size[ragged_rank - 1]], input_shape[ragged_rank:]], axis=0)
    result = from_tensor(tf.reshape(tensor, new_shape), lengths, padding, row_splits_dtype=row_splits_dtype)
    for axis in range(ragged_rank - 1, 0, -1):
        if tensor.shape.rank is None or tensor.shape[axis] is None:
            length = input_shape[axis]
        else:
            length = tf.constant(tensor.shape[axis], row_splits_dtype)
        result = tf.RaggedTensor.from_uniform_row_length(
            values=result, uniform_row_length=length, nrows=dim_size[axis - 1], validate=False)
    return result


def _lengths_without_padding(tensor, padding, ncols, row_splits_dtype):
    padding = tf.convert_to_tensor(padding, name="padding", dtype=tensor.dtype)
    padding.shape.assert_is_compatible_with(tensor.shape[2:])
    is_padding = tf.math.equal(padding, tensor)
    rank = tf.rank(tensor)
    inner_axes = tf.range(2, rank)
    row_is_padding = tf.cond(rank > 2, lambda: tf.math.reduce_all(is_padding, axis=inner_axes), lambda: is_padding)
    row_is_padding.set_shape(tf.TensorShape([None, None]))
    row_is_padding.set_shape(tensor.shape[:2])
    is_value = tf.cast(tf.math.logical_not(row_is_padding), row_splits_dtype)
    length_if_last = is_value * tf.expand_dims(tf.range(1, ncols + 1), 0)
    return tf.math.reduce_max(length_if_last, axis=1)


@export("RaggedTensor.to_tensor")
def to_tensor(self, default_value=None, name=None, shape=None):
    """The rows padded to one length with default_value (zero, or empty)."""
    with tf.name_scope(name or "RaggedToTensor"):
        if default_value is not None:
            default_value = tf.convert_to_tensor(default_value, name="default_value", dtype=self.dtype)
        outer = self.row_partitions[0]
        if outer["value_rowids"] is not None:
            encodings = [("FIRST_DIM_SIZE", self.nrows_encoded), ("VALUE_ROWIDS", outer["value_rowids"])]
        else:
            encodings = [("ROW_SPLITS", outer["row_splits"])]
        for partition in self.row_partitions[1:]:
            if partition["value_rowids"] is not None:
                encodings.append(("VALUE_ROWIDS", partition["value_rowids"]))
            else:
                encodings.append(("ROW_SPLITS", partition["row_splits"]))
        if default_value is None:
            default_value = tf.zeros((), self.dtype)
        if isinstance(shape, (list, tuple)) and any([isinstance(v, tf.Tensor) for v in shape]):
            if all([isinstance(v, (int, tf.Tensor)) for v in shape]):
                shape = tf.stack(shape)
        tensor = tf.raw_ops.RaggedTensorToTensor(
            shape=_shape_tensor(shape, encodings[0][1].dtype),
            values=self.flat_values,
            default_value=default_value,
            row_partition_types=[kind for kind, _ in encodings],
            row_partition_tensors=[t for _, t in encodings],
        )
        static = self.shape
        if static.rank is not None and not isinstance(shape, tf.Tensor):
            shape = tf.TensorShape(shape)
            if shape.rank is not None:
                static = [wanted if wanted is not None else own for wanted, own in zip(shape.as_list(), static.as_list())]
            tensor.set_shape(static)
        return tensor


@export("RaggedTensor.nrows_encoded", property=True)
def nrows_encoded(self):
    """The number of rows, outside any name scope."""
    return self.row_lengths(axis=0)


def _shape_tensor(shape, dtype):
    if isinstance(shape, tf.Tensor):
        return shape if shape.dtype in (tf.int32, tf.int64) else tf.cast(shape, dtype)
    shape = tf.TensorShape(shape)
    if shape.rank is None:
        return tf.constant(-1, dtype=dtype)
    return tf.constant([-1 if size is None else size for size in shape.as_list()], dtype=dtype)


@export("RaggedTensor.from_sparse")
def from_sparse(st_input, name=None, row_splits_dtype=tf.int64):
    """A matrix whose rows hold values only at their beginnings."""
    row_splits_dtype = tf.dtypes.as_dtype(row_splits_dtype)
    if not isinstance(st_input, tf.SparseTensor):
        raise TypeError(f"st_input must be a SparseTensor, got {st_input}")
    with tf.name_scope(name or "RaggedFromSparse"):
        dense_shape, indices = st_input.dense_shape, st_input.indices
        rank = None if dense_shape.shape.rank is None else dense_shape.shape[0]
        rank_of_indices = None if indices.shape.rank is None else indices.shape[1]
        if rank != 2 and rank_of_indices != 2:
            raise ValueError("st_input must have rank 2")
        with tf.control_dependencies([_assert_ragged_right(indices)]):
            segment_ids = tf.cast(indices[:, 0], row_splits_dtype)
            num_segments = tf.cast(dense_shape[0], row_splits_dtype)
            return tf.RaggedTensor.from_value_rowids(st_input.values, segment_ids, num_segments, validate=False)


def _assert_ragged_right(indices):
    prefix = indices[:, :-1]
    suffix = indices[:, -1]
    new_row = tf.math.reduce_any(tf.math.not_equal(prefix[1:], prefix[:-1]), axis=1)
    follows = tf.raw_ops.Select(
        condition=new_row, x=tf.math.equal(suffix[1:], 0), y=tf.math.equal(suffix[1:], suffix[:-1] + 1), name="Select")
    is_right = tf.math.logical_and(
        tf.math.reduce_all(tf.math.equal(suffix[:1], 0)), tf.math.reduce_all(follows))
    return tf.debugging.Assert(is_right, ["SparseTensor is not right-ragged", "SparseTensor.indices =", indices])


@export("RaggedTensor.to_sparse")
def to_sparse(self, name=None):
    """The values at their row and column."""
    with tf.name_scope(name or "RaggedToSparse"):
        result = tf.raw_ops.RaggedTensorToSparse(
            rt_nested_splits=self.nested_row_splits, rt_dense_values=self.flat_values, name=name)
        return tf.SparseTensor(result.sparse_indices, result.sparse_values, result.sparse_dense_shape)


@export("RaggedTensorSpec.__new__")
def spec(shape=None, dtype=tf.float32, ragged_rank=None, row_splits_dtype=tf.int64, flat_values_spec=None):
    """The type of a RaggedTensor."""
    shape = tf.TensorShape(shape)
    row_splits_dtype = tf.dtypes.as_dtype(row_splits_dtype)
    if flat_values_spec is not None:
        if dtype is not None and dtype != flat_values_spec.dtype:
            raise ValueError(f"dtype is {dtype.name}, that of flat_values_spec is {flat_values_spec.dtype.name}")
        dtype = flat_values_spec.dtype
    elif dtype is None:
        raise ValueError("give dtype or flat_values_spec")
    dtype = tf.dtypes.as_dtype(dtype)
    if ragged_rank is None:
        if shape.rank is None:
            raise ValueError("give ragged_rank or a shape of known rank")
        ragged_rank = shape.rank - 1
    if not isinstance(ragged_rank, int):
        raise TypeError(f"ragged_rank must be an int, got {ragged_rank}")
    if shape.rank is not None and ragged_rank >= shape.rank:
        raise ValueError(f"ragged_rank must be less than the rank {shape.rank}, got {ragged_rank}")
    state = (shape, dtype, ragged_rank, row_splits_dtype)
    return tf.internal.composite("RaggedTensorSpec", {}, {
        "shape": shape,
        "dtype": dtype,
        "ragged_rank": ragged_rank,
        "row_splits_dtype": row_splits_dtype,
        "flat_values_spec": flat_values_spec,
        "type_spec_class": RAGGED_TENSOR_SPEC,
        "type_state": state if flat_values_spec is None else state + (flat_values_spec,),
    })


@export("RaggedTensorSpec.from_value")
def spec_from_value(value):
    """The type of a RaggedTensor that is at hand."""
    return spec(value.shape, value.dtype, value.ragged_rank, value.row_splits.dtype)


@export("RaggedTensor.__spec__")
def spec_of(self):
    """The type spec of a RaggedTensor."""
    return spec_from_value(self)


@export("RaggedTensorSpec.__components__")
def spec_components(self):
    """The specs of flat_values and the nested row splits."""
    if self.ragged_rank <= 0:
        return [self.flat_values_spec or tf.TensorSpec(self.shape, self.dtype)]
    flat = self.flat_values_spec
    if flat is None:
        flat = tf.TensorSpec(tf.TensorShape([None]).concatenate(self.shape[self.ragged_rank + 1:]), self.dtype)
    nrows = None if self.shape.rank is None else self.shape[0]
    outer = tf.TensorSpec([None if nrows is None else nrows + 1], self.row_splits_dtype)
    inner = tf.TensorSpec([None], self.row_splits_dtype)
    return [flat, outer] + [inner] * (self.ragged_rank - 1)


@export("RaggedTensorSpec.__compose__")
def spec_compose(self, tensors):
    """A RaggedTensor of this type from its flat_values and nested row splits; a tensor when ragged_rank is 0."""
    result = tensors[0]
    for splits in reversed(tensors[1:]):
        result = tf.RaggedTensor.from_row_splits(result, splits, validate=False)
    return with_static_shape(result, self)


@dispatch("RaggedTensor", "stop_gradient")
def stop_gradient(input, name=None):
    """A ragged tensor of tensors through which no gradient flows."""
    parts = [tf.stop_gradient(x) for x in [input.flat_values] + list(input.nested_row_splits)]
    return spec_compose(spec_of(input), parts)


@export("internal.ragged.with_static_shape")
def with_static_shape(value, spec):
    """value with the static sizes of spec; those of ragged dimensions come with the constants that TensorFlow makes for them."""
    shape = spec.shape
    if shape.rank is None:
        return value
    if not isinstance(value, tf.RaggedTensor):
        value.set_shape(shape)
        return value
    if shape[0] is not None:
        value.row_splits.set_shape([shape[0] + 1])
    partitions = []
    for partition, size in zip(value.row_partitions, shape.as_list()[1:]):
        known = tf.internal.row_partition.static_length(partition)
        if size is not None and known is not None and known != size:
            raise ValueError(f"the rows have length {known}, the type says {size}")
        if size is not None and known is None:
            splits = partition["row_splits"]
            length = tf.convert_to_tensor(size, splits.dtype)
            nrows = partition["nrows"]
            if nrows is None:
                nrows = tf.size(splits, out_type=splits.dtype) - 1
            partition = {**partition, "uniform_row_length": length, "nrows": nrows}
        partitions.append(partition)
    value.flat_values.set_shape(tf.TensorShape([None]).concatenate(shape[value.ragged_rank + 1:]))
    return tf.internal.ragged.from_partitions(value.flat_values, partitions)
