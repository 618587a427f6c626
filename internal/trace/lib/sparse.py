"""tf.SparseTensor and tf.sparse."""

from tfsave import dispatch, export, tf

SPARSE_TENSOR_SPEC = 1  # TypeSpecProto.TypeSpecClass, protobuf/struct.proto
CROSS_HASH_KEY = 956888297470  # the default of tf.sparse.cross_hashed


# The type.


@export("SparseTensor.__new__", "sparse.SparseTensor.__new__")
def new(indices, values, dense_shape):
    """A SparseTensor: values at indices, a row of indices per value."""
    with tf.name_scope("SparseTensor"):
        indices = tf.convert_to_tensor(indices, name="indices", dtype=tf.int64)
        values = tf.convert_to_tensor(values, name="values")
        dense_shape = tf.convert_to_tensor(dense_shape, name="dense_shape", dtype=tf.int64)
        shape = tf.internal.constant_value_as_shape(dense_shape)
    indices_shape = indices.shape.with_rank(2)
    indices_shape[:1].assert_is_compatible_with(values.shape.with_rank(1))
    indices_shape[1:].assert_is_compatible_with(dense_shape.shape.with_rank(1))
    return _sparse(indices, values, dense_shape, shape)


def _sparse(indices, values, dense_shape, shape):
    return tf.internal.composite(
        "SparseTensor", {"indices": indices, "values": values, "dense_shape": dense_shape}, {"shape": shape})


@export("internal.sparse.with_shape")
def _with_shape(sp, shape):
    """sp with a static shape merged in, which is what TensorFlow's set_shape makes of it."""
    return _sparse(sp.indices, sp.values, sp.dense_shape, sp.shape.merge_with(shape))


@export("SparseTensor.from_value")
def from_value(sparse_tensor_value):
    """The SparseTensor itself."""
    return _check(sparse_tensor_value)


@export("SparseTensor.dtype", property=True)
def dtype(self):
    """The dtype of the values."""
    return self.values.dtype


@export("SparseTensor.get_shape")
def get_shape(self):
    """The static shape of the dense tensor."""
    return self.shape


@export("SparseTensor.with_values")
def with_values(self, new_values):
    """Other values at the same indices."""
    return new(self.indices, new_values, self.dense_shape)


@export("SparseTensorSpec.__new__")
def spec(shape=None, dtype=tf.float32):
    """The type of a SparseTensor."""
    shape = tf.TensorShape(shape)
    dtype = tf.dtypes.as_dtype(dtype)
    return tf.internal.composite("SparseTensorSpec", {}, {
        "shape": shape,
        "dtype": dtype,
        "type_spec_class": SPARSE_TENSOR_SPEC,
        "type_state": (shape, dtype),
    })


@export("SparseTensor.__spec__")
def spec_of(self):
    """The type spec of a SparseTensor."""
    return spec(self.shape, self.dtype)


@export("SparseTensorSpec.__components__")
def spec_components(self):
    """The specs of indices, values and dense_shape."""
    rank = self.shape.rank
    return [tf.TensorSpec([None, rank], tf.int64), tf.TensorSpec([None], self.dtype), tf.TensorSpec([rank], tf.int64)]


@export("SparseTensorSpec.__compose__")
def spec_compose(self, tensors):
    """A SparseTensor of this type."""
    return _with_shape(new(tensors[0], tensors[1], tensors[2]), self.shape)


@export("SparseTensor.__mul__")
def mul(self, other):
    """The values times those of a dense tensor."""
    with tf.name_scope("mul") as scope:
        other = tf.convert_to_tensor(other, dtype=self.dtype, name="y")
        values = tf.raw_ops.SparseDenseCwiseMul(
            sp_indices=self.indices, sp_values=self.values, sp_shape=self.dense_shape, dense=other, name=scope)
        return new(self.indices, values, self.dense_shape)


@export("SparseTensor.__rmul__")
def rmul(self, other):
    """The values of a dense tensor times those of a sparse one."""
    if not isinstance(other, tf.Tensor):
        raise TypeError(f"unsupported operand types for *: {other} and SparseTensor")
    with tf.name_scope("mul") as scope:
        values = tf.raw_ops.SparseDenseCwiseMul(
            sp_indices=self.indices, sp_values=self.values, sp_shape=self.dense_shape, dense=other, name=scope)
        return new(self.indices, values, self.dense_shape)


@export("SparseTensor.__truediv__")
def truediv(self, other):
    """The values divided by those of a dense tensor; integers as float64."""
    with tf.name_scope("truediv") as scope:
        other = tf.convert_to_tensor(other, dtype=self.dtype, name="y")
        values = self.values
        if self.dtype.is_integer:
            wide = tf.float32 if self.dtype.size < 4 else tf.float64
            values = tf.cast(values, wide)
            other = tf.cast(other, wide)
        values = tf.raw_ops.SparseDenseCwiseDiv(
            sp_indices=self.indices, sp_values=values, sp_shape=self.dense_shape, dense=other, name=scope)
        return new(self.indices, values, self.dense_shape)


@dispatch("SparseTensor", "cast")
def cast(x, dtype, name=None):
    """The values as another dtype."""
    with tf.name_scope(name or "Cast") as scope:
        values = tf.cast(x.values, dtype, name=scope)
        return new(x.indices, values, x.dense_shape)


@dispatch("SparseTensor", "shape")
def shape(input, out_type=None, name=None):
    """The shape of the dense tensor."""
    with tf.name_scope(name or "Shape"):
        return tf.raw_ops.Cast(x=input.dense_shape, DstT=tf.int32 if out_type is None else out_type)


@dispatch("SparseTensor", "size")
def size(input, out_type=None, name=None):
    """The number of elements of the dense tensor."""
    with tf.name_scope(name or "Size") as scope:
        sizes = tf.raw_ops.Cast(x=input.dense_shape, DstT=tf.int32 if out_type is None else out_type)
        return tf.raw_ops.Prod(input=sizes, axis=0, name=scope)


@dispatch("SparseTensor", "rank")
def rank(input, name=None):
    """The number of dimensions of the dense tensor."""
    with tf.name_scope(name or "Rank") as scope:
        return tf.raw_ops.Size(input=input.dense_shape, name=scope)


@dispatch("SparseTensor", "stop_gradient")
def stop_gradient(input, name=None):
    """A sparse tensor of tensors through which no gradient flows."""
    return spec_compose(spec_of(input), [tf.stop_gradient(x) for x in (input.indices, input.values, input.dense_shape)])


@dispatch(
    "SparseTensor", "math.abs", "math.negative", "math.asinh", "math.sin", "math.tan", "math.atan", "math.asin", "math.atanh",
    "math.sign", "math.square", "math.sqrt", "math.erf", "math.tanh", "math.bessel_i0e", "math.bessel_i1e",
    pass_function=True,
)
def unary(function, x, **kwargs):
    """Functions that keep zero, of the values."""
    return new(x.indices, function(x.values, **kwargs), x.dense_shape)


def _check(sp):
    if not isinstance(sp, tf.SparseTensor):
        raise TypeError(f"a SparseTensor is needed, got {sp}")
    return sp


# tf.sparse.


def _int64(value, name):
    if isinstance(value, int):
        return tf.convert_to_tensor(value, name=name, dtype=tf.int64)
    if not isinstance(value, tf.Tensor):
        raise TypeError(f"{name} must be an integer, got {value}")
    return value if value.dtype == tf.int64 else tf.cast(value, tf.int64)


@export("sparse.from_dense")
def from_dense(tensor, name=None):
    """The elements of a tensor that are not zero."""
    with tf.name_scope(name or "dense_to_sparse"):
        tensor = tf.convert_to_tensor(tensor)
        indices = tf.where(tf.math.not_equal(tensor, tf.zeros_like(tensor)))
        values = tf.gather_nd(tensor, indices)
        return new(indices, values, tf.shape(tensor, out_type=tf.int64))


@export("sparse.to_dense")
def to_dense(sp_input, default_value=None, validate_indices=True, name=None):
    """The dense tensor, default_value where there is no value."""
    _check(sp_input)
    if default_value is None:
        default_value = tf.zeros([], dtype=sp_input.dtype)
    return tf.raw_ops.SparseToDense(
        sparse_indices=sp_input.indices, output_shape=sp_input.dense_shape, sparse_values=sp_input.values,
        default_value=default_value, validate_indices=validate_indices, name=name)


@export("sparse.to_indicator")
def to_indicator(sp_input, vocab_size, name=None):
    """A dense boolean tensor with true at the ids that are in each row."""
    _check(sp_input)
    with tf.name_scope(name or "SparseToIndicator") as scope:
        count = tf.shape(sp_input.indices)[0]
        new_values = tf.fill(tf.expand_dims(count, 0), True)
        sp_values = new(sp_input.indices, new_values, sp_input.dense_shape)
        merged = merge(sp_input, sp_values, vocab_size, False, scope)
        return to_dense(merged, default_value=False, validate_indices=False, name=scope)


@export("internal.sparse.merge")
def merge(sp_ids, sp_values, vocab_size, already_sorted, name=None):
    """sp_values at new indices: the rows of sp_ids, with its values in place of the last dimension.

    sp_ids and vocab_size may be lists, for several last dimensions.
    """
    if isinstance(sp_ids, tf.SparseTensor):
        sp_ids, vocab_size = [sp_ids], [vocab_size]
    if len(sp_ids) != len(vocab_size):
        raise ValueError(f"there must be as many sizes as ids, got {len(vocab_size)} and {len(sp_ids)}")
    with tf.name_scope(name or "SparseMerge"):
        ids = []
        for sp in sp_ids:
            values = sp.values if sp.dtype == tf.int64 else tf.cast(sp.values, tf.int64)
            ids.append(tf.expand_dims(values, axis=1))
        sizes = [tf.cast(size, tf.int64) for size in vocab_size]
        indices = tf.concat([sp_ids[0].indices[:, :-1]] + ids, 1)
        dense_shape = tf.concat([sp_ids[0].dense_shape[:-1], sizes], 0)
        result = new(indices, sp_values.values, dense_shape)
        if already_sorted:
            return result
        ordered = reorder(result)
        return new(ordered.indices, ordered.values, dense_shape)


@export("sparse.eye")
def eye(num_rows, num_columns=None, dtype=tf.float32, name=None):
    """Ones on the diagonal."""
    with tf.name_scope(name or "eye"):
        num_rows = _int64(num_rows, "num_rows")
        num_columns = num_rows if num_columns is None else _int64(num_columns, "num_columns")
        count = tf.math.minimum(num_rows, num_columns)
        diagonal = tf.range(count, dtype=tf.int64)
        indices = tf.stack([diagonal, diagonal], axis=1)
        return new(indices, tf.ones(count, dtype=dtype), [num_rows, num_columns])


@export("sparse.expand_dims")
def expand_dims(sp_input, axis=None, name=None):
    """A new dimension of size 1."""
    rank = sp_input.dense_shape.shape[0]
    if rank is None:
        rank = tf.shape(sp_input.dense_shape)[0]
    axis = -1 if axis is None else axis
    with tf.name_scope(name or "expand_dims"):
        if isinstance(axis, int):
            axis = tf.convert_to_tensor(axis, name="axis", dtype=tf.int32)
        elif not isinstance(axis, tf.Tensor):
            raise TypeError(f"axis must be an int or a tensor, got {axis}")
        axis = tf.where(axis >= 0, axis, axis + rank + 1)
        count = tf.shape(sp_input.indices)[0]
        column = tf.zeros([count, 1], dtype=tf.int64)
        before = tf.slice(sp_input.indices, [0, 0], [-1, axis])
        after = tf.slice(sp_input.indices, [0, axis], [-1, -1])
        indices = tf.concat([before, column, after], axis=1)
        shape_before = tf.slice(sp_input.dense_shape, [0], [axis])
        shape_after = tf.slice(sp_input.dense_shape, [axis], [-1])
        one = tf.convert_to_tensor([1], name="new_shape", dtype=tf.int64)
        return new(indices, sp_input.values, tf.concat([shape_before, one, shape_after], axis=0))


@export("sparse.concat")
def concat(axis, sp_inputs, expand_nonconcat_dims=False, name=None):
    """One after the other along axis."""
    if not isinstance(sp_inputs, (list, tuple)):
        raise TypeError(f"sp_inputs must be a list, got {sp_inputs}")
    inputs = [_check(sp) for sp in sp_inputs]
    if len(inputs) == 1:
        return inputs[0]
    shapes = [sp.dense_shape for sp in inputs]
    if expand_nonconcat_dims:
        largest = tf.math.reduce_max(tf.concat([tf.reshape(s, [1, -1]) for s in shapes], 0), 0)
        if axis == -1:
            shapes = [tf.concat([largest[:axis], s[-1:], []], 0) for s in shapes]
        else:
            shapes = [tf.concat([largest[:axis], s[axis:axis + 1], largest[axis + 1:]], 0) for s in shapes]
    result = tf.raw_ops.SparseConcat(
        indices=[sp.indices for sp in inputs], values=[sp.values for sp in inputs], shapes=shapes, concat_dim=axis, name=name)
    static = [sp.shape for sp in inputs]
    if any([s.rank is None for s in static]):
        return new(result.output_indices, result.output_values, result.output_shape)
    sizes = static[0].as_list()
    if expand_nonconcat_dims:
        sizes = [_combine([s[i] for s in static], max) for i in range(static[0].rank)]
    sizes[axis] = _combine([s[axis] for s in static], sum)
    if all([s.is_fully_defined() for s in static]):
        output_shape = tf.convert_to_tensor(sizes, dtype=tf.int64)
        return new(result.output_indices, result.output_values, output_shape)
    return _with_shape(new(result.output_indices, result.output_values, result.output_shape), tf.TensorShape(sizes))


def _combine(sizes, function):
    return None if None in sizes else function(sizes)


@export("sparse.add")
def add(a, b, threshold=0):
    """The sum: sparse of two sparse tensors, dense when one is dense."""
    a_sparse, b_sparse = isinstance(a, tf.SparseTensor), isinstance(b, tf.SparseTensor)
    if not a_sparse and not b_sparse:
        raise TypeError("one of a and b must be a SparseTensor, use tf.add for dense tensors")
    if not a_sparse or not b_sparse:
        sp, dense = (a, b) if a_sparse else (b, a)
        return tf.raw_ops.SparseTensorDenseAdd(
            a_indices=sp.indices, a_values=sp.values, a_shape=sp.dense_shape, b=dense)
    threshold = tf.convert_to_tensor(threshold, dtype=a.dtype.real_dtype, name="threshold")
    result = tf.raw_ops.SparseAdd(
        a_indices=a.indices, a_values=a.values, a_shape=a.dense_shape,
        b_indices=b.indices, b_values=b.values, b_shape=b.dense_shape, thresh=threshold)
    a.shape.assert_is_compatible_with(b.shape)
    output_shape = result.sum_shape
    if a.shape.is_fully_defined() and b.shape.is_fully_defined():
        output_shape = a.shape.as_list()
    return new(result.sum_indices, result.sum_values, output_shape)


def _cross_inputs(inputs):
    """indices, values, shapes and dense tensors of inputs; integers as int64."""
    if not isinstance(inputs, (list, tuple)) or not all([isinstance(t, (tf.SparseTensor, tf.Tensor)) for t in inputs]):
        raise TypeError("inputs must be a list of Tensor and SparseTensor")
    sparse = [t for t in inputs if isinstance(t, tf.SparseTensor)]
    as_key = lambda t: t if t.dtype == tf.string else tf.cast(t, tf.int64)
    return {
        "indices": [t.indices for t in sparse],
        "values": [as_key(t.values) for t in sparse],
        "shapes": [t.dense_shape for t in sparse],
        "dense_inputs": [as_key(t) for t in inputs if isinstance(t, tf.Tensor)],
    }


@export("sparse.cross")
def cross(inputs, name=None, separator=None):
    """Every combination of one value from each input, per row, as strings."""
    separator = tf.convert_to_tensor("_X_" if separator is None else separator, tf.string)
    result = tf.raw_ops.SparseCrossV2(**_cross_inputs(inputs), sep=separator, name=name)
    return new(result.output_indices, result.output_values, result.output_shape)


@export("sparse.cross_hashed")
def cross_hashed(inputs, num_buckets=0, hash_key=None, name=None):
    """Every combination of one value from each input, per row, as hashes."""
    parts = _cross_inputs(inputs)
    integers = any([t.dtype == tf.int64 for t in parts["values"] + parts["dense_inputs"]])
    result = tf.raw_ops.SparseCross(
        **parts, hashed_output=True, num_buckets=num_buckets, hash_key=hash_key or CROSS_HASH_KEY, out_type=tf.int64,
        internal_type=tf.int64 if integers else tf.string, name=name)
    return new(result.output_indices, result.output_values, result.output_shape)


@export("sparse.reorder")
def reorder(sp_input, name=None):
    """The values in row-major order."""
    _check(sp_input)
    result = tf.raw_ops.SparseReorder(
        input_indices=sp_input.indices, input_values=sp_input.values, input_shape=sp_input.dense_shape, name=name)
    if sp_input.shape.is_fully_defined():
        return new(result.output_indices, result.output_values, sp_input.shape.as_list())
    dense_shape = tf.identity(sp_input.dense_shape)
    return _with_shape(new(result.output_indices, result.output_values, dense_shape), sp_input.shape)


@export("sparse.reshape")
def reshape(sp_input, shape, name=None):
    """The values in another shape of the same size."""
    _check(sp_input)
    shape = tf.cast(shape, tf.int64)
    with tf.name_scope(name or "SparseReshape") as scope:
        result = tf.raw_ops.SparseReshape(
            input_indices=sp_input.indices, input_shape=sp_input.dense_shape, new_shape=shape, name=scope)
        output_shape = result.output_shape
        static = tf.internal.constant_value_as_shape(shape)
        if static.rank is not None and sp_input.shape.is_fully_defined():
            known = _reshaped(sp_input.shape, static.as_list(), tf.internal.static_value(shape))
            if known is not None:
                output_shape = tf.constant(known, dtype=tf.int64)
        return new(result.output_indices, tf.identity(sp_input.values), output_shape)


def _reshaped(old, sizes, given):
    """The sizes with the one that is left open computed; None when it cannot be known."""
    if given is not None and len([size for size in given if size == -1]) > 1:
        raise ValueError(f"at most one dimension can be inferred, got {given}")
    total = old.num_elements()
    unknown = len([size for size in sizes if size is None])
    if unknown == 1 and 0 not in sizes:
        sizes = [total // _product(sizes) if size is None else size for size in sizes]
        unknown = 0
    if unknown:
        return None
    if _product(sizes) != total:
        raise ValueError(f"a tensor of {total} elements does not have the shape {sizes}")
    return sizes


def _product(sizes):
    result = 1
    for size in sizes:
        result = result * (1 if size is None else size)
    return result


@export("sparse.split")
def split(sp_input=None, num_split=None, axis=None, name=None):
    """num_split parts of dimension axis."""
    if sp_input is None or num_split is None or axis is None:
        raise ValueError("sp_input, num_split and axis must be given")
    _check(sp_input)
    result = tf.raw_ops.SparseSplit(
        split_dim=axis, indices=sp_input.indices, values=sp_input.values, shape=sp_input.dense_shape,
        num_split=num_split, name=name)
    return [
        new(result.output_indices[i], result.output_values[i], result.output_shape[i]) for i in range(num_split)]


@export("sparse.slice")
def slice(sp_input, start, size, name=None):
    """size elements from start on, in each dimension."""
    _check(sp_input)
    start = tf.convert_to_tensor(start, tf.int64)
    size = tf.convert_to_tensor(size, tf.int64)
    with tf.name_scope(name or "SparseSlice") as scope:
        result = tf.raw_ops.SparseSlice(
            indices=sp_input.indices, values=sp_input.values, shape=sp_input.dense_shape, start=start, size=size, name=scope)
        return new(result.output_indices, result.output_values, result.output_shape)


def _axes(sp, axis):
    if axis is not None:
        return axis
    if sp.shape.rank:
        return tf.constant(list(range(sp.shape.rank)), tf.int32)
    return tf.range(0, tf.rank(sp))


def _reduce(op, sparse_op, sp, axis, keepdims, output_is_sparse, name):
    inputs = {"input_indices": sp.indices, "input_values": sp.values, "input_shape": sp.dense_shape}
    axes = _axes(sp, axis)
    if not output_is_sparse:
        return op(**inputs, reduction_axes=axes, keep_dims=bool(keepdims), name=name)
    result = sparse_op(**inputs, reduction_axes=axes, keep_dims=bool(keepdims), name=name)
    return new(result.output_indices, result.output_values, result.output_shape)


@export("sparse.reduce_max")
def reduce_max(sp_input, axis=None, keepdims=None, output_is_sparse=False, name=None):
    """Maxima over axes; zeros that are not stored do not count."""
    return _reduce(
        tf.raw_ops.SparseReduceMax, tf.raw_ops.SparseReduceMaxSparse, sp_input, axis, keepdims, output_is_sparse, name)


@export("sparse.reduce_sum")
def reduce_sum(sp_input, axis=None, keepdims=None, output_is_sparse=False, name=None):
    """Sums over axes."""
    return _reduce(
        tf.raw_ops.SparseReduceSum, tf.raw_ops.SparseReduceSumSparse, sp_input, axis, keepdims, output_is_sparse, name)


@export("sparse.retain")
def retain(sp_input, to_retain):
    """The values for which to_retain is true."""
    _check(sp_input)
    to_retain = tf.convert_to_tensor(to_retain)
    to_retain.shape.assert_has_rank(1)
    sp_input.values.shape.assert_is_compatible_with(to_retain.shape)
    kept = tf.reshape(tf.where(to_retain), [-1])
    indices = tf.gather(sp_input.indices, kept)
    values = tf.gather(sp_input.values, kept)
    return new(indices, values, tf.identity(sp_input.dense_shape))


@export("sparse.reset_shape")
def reset_shape(sp_input, new_shape=None):
    """Another dense shape, the tightest one by default."""
    _check(sp_input)
    indices = tf.identity(sp_input.indices)
    values = tf.identity(sp_input.values)
    old_shape = tf.identity(sp_input.dense_shape)
    if new_shape is None:
        last = tf.math.reduce_max(indices, axis=0)
        zero = tf.constant(0, dtype=tf.int64)
        tight = tf.math.maximum(zero, tf.math.add(last, tf.internal.ones_like(old_shape)))
        return new(indices, values, tight)
    shape = tf.convert_to_tensor(new_shape)
    shape.shape.assert_has_rank(1)
    shape = tf.cast(shape, tf.int64)
    shape.shape.assert_is_compatible_with(old_shape.shape)
    known = tf.internal.static_value(shape)
    if known is not None and sp_input.shape.is_fully_defined():
        if any([old > size for old, size in zip(sp_input.shape.as_list(), known)]):
            raise ValueError(f"new_shape must not be smaller than {sp_input.shape}, got {known}")
        shape = known
    else:
        same_rank = tf.debugging.assert_equal(tf.shape(old_shape), tf.shape(shape))
        shape = tf.internal.with_dependencies([same_rank], shape)
        shape = tf.internal.with_dependencies([tf.debugging.assert_less_equal(old_shape, shape)], shape)
    return new(indices, values, shape)


@export("sparse.fill_empty_rows")
def fill_empty_rows(sp_input, default_value, name=None):
    """default_value in the first column of empty rows, and which rows were empty."""
    _check(sp_input)
    with tf.name_scope(name or "SparseFillEmptyRows"):
        default_value = tf.convert_to_tensor(default_value, dtype=sp_input.dtype)
        result = tf.raw_ops.SparseFillEmptyRows(
            indices=sp_input.indices, values=sp_input.values, dense_shape=sp_input.dense_shape,
            default_value=default_value)
        filled = new(result.output_indices, result.output_values, sp_input.dense_shape)
        return filled, result.empty_row_indicator


@export("sparse.sparse_dense_matmul")
def sparse_dense_matmul(sp_a, b, adjoint_a=False, adjoint_b=False, name=None):
    """The matrix product of a sparse and a dense matrix, in either order."""
    if isinstance(b, tf.SparseTensor):
        if adjoint_a != adjoint_b:
            return tf.transpose(sparse_dense_matmul(b, sp_a, adjoint_a, adjoint_b))
        return tf.transpose(sparse_dense_matmul(b, sp_a, adjoint_a=not adjoint_a, adjoint_b=not adjoint_b))
    _check(sp_a)
    with tf.name_scope(name or "SparseTensorDenseMatMul"):
        b = tf.convert_to_tensor(b, name="b")
        return tf.raw_ops.SparseTensorDenseMatMul(
            a_indices=sp_a.indices, a_values=sp_a.values, a_shape=sp_a.dense_shape, b=b,
            adjoint_a=adjoint_a, adjoint_b=adjoint_b)


@export("sparse.softmax")
def softmax(sp_input, name=None):
    """Softmax over the stored values of each row."""
    with tf.name_scope(name or "SparseSoftmax"):
        values = tf.raw_ops.SparseSoftmax(
            sp_indices=sp_input.indices, sp_values=sp_input.values, sp_shape=sp_input.dense_shape)
        return new(sp_input.indices, values, sp_input.dense_shape)


def _pairwise(op, default_name, a, b, name):
    with tf.name_scope(name or default_name) as scope:
        result = op(
            a_indices=a.indices, a_values=a.values, a_shape=a.dense_shape,
            b_indices=b.indices, b_values=b.values, b_shape=b.dense_shape, name=scope)
    return new(result.output_indices, result.output_values, a.dense_shape)


@export("sparse.maximum")
def maximum(sp_a, sp_b, name=None):
    """The larger value of each pair."""
    return _pairwise(tf.raw_ops.SparseSparseMaximum, "SparseSparseMaximum", sp_a, sp_b, name)


@export("sparse.minimum")
def minimum(sp_a, sp_b, name=None):
    """The smaller value of each pair."""
    return _pairwise(tf.raw_ops.SparseSparseMinimum, "SparseSparseMinimum", sp_a, sp_b, name)


@export("sparse.transpose")
def transpose(sp_input, perm=None, name=None):
    """The dimensions in another order, reversed by default."""
    with tf.name_scope(name or "SparseTranspose"):
        if perm is not None:
            order = lambda: perm
        elif sp_input.shape.rank is not None:
            # TensorFlow has a NumPy array here, which becomes a constant wherever it is used.
            reverse = list(range(sp_input.shape.rank - 1, -1, -1))
            order = lambda: tf.constant(reverse, tf.int64)
        else:
            count = tf.rank(sp_input)
            reverse = count - 1 - tf.range(0, count, 1)
            order = lambda: reverse
        indices = tf.transpose(tf.gather(tf.transpose(sp_input.indices), order()))
        known = tf.internal.static_value(tf.convert_to_tensor(order()))
        if known is not None and sp_input.shape.is_fully_defined():
            sizes = sp_input.shape.as_list()
            dense_shape = [sizes[p] for p in known]
        else:
            dense_shape = tf.gather(sp_input.dense_shape, order())
        return reorder(new(indices, sp_input.values, dense_shape))


@export("sparse.map_values")
def map_values(op, *args, **kwargs):
    """op of the values of all sparse arguments, at their common indices."""
    found = []

    def values(value):
        if isinstance(value, tf.SparseTensor):
            found.append(value)
            return value.values
        return value

    inner_args = tf.nest.map_structure(values, args)
    inner_kwargs = tf.nest.map_structure(values, kwargs)
    if not found:
        raise ValueError("one of the arguments must be a SparseTensor")
    checks = []
    for other in found[1:]:
        checks.append(tf.debugging.assert_equal(found[0].dense_shape, other.dense_shape, message="Mismatched shapes!"))
        checks.append(tf.debugging.assert_equal(found[0].indices, other.indices, message="Mismatched indices!"))
    with tf.control_dependencies(checks):
        return new(found[0].indices, op(*inner_args, **inner_kwargs), found[0].dense_shape)


@export("sparse.mask")
def mask(a, mask_indices, name=None):
    """An IndexedSlices without the rows mask_indices."""
    with tf.name_scope(name or "sparse_mask") as scope:
        kept = tf.raw_ops.ListDiff(x=a.indices, y=mask_indices)
        values = tf.gather(a.values, kept.idx, name=scope)
        return tf.IndexedSlices(values, kept.out, a.dense_shape)


def _weights(values, weights, dtype=None):
    """The weights as a tensor that goes with values, empty for None."""
    if weights is None:
        return tf.constant([], dtype=dtype or values.dtype)
    if isinstance(values, tf.SparseTensor) != isinstance(weights, tf.SparseTensor):
        raise ValueError("weights must be sparse when values is, and dense when it is dense")
    if not isinstance(weights, tf.SparseTensor):
        return weights
    checks = []
    if weights.dense_shape is not values.dense_shape:
        checks.append(tf.debugging.assert_equal(
            weights.dense_shape, values.dense_shape, message="'weights' and 'values' must have the same dense shape."))
    if weights.indices is not values.indices:
        checks.append(tf.debugging.assert_equal(
            weights.indices, values.indices, message="'weights' and 'values' must have the same indices."))
    if not checks:
        return weights.values
    with tf.control_dependencies(checks):
        return tf.identity(weights.values)


@export("sparse.bincount")
def bincount(values, weights=None, axis=0, minlength=None, maxlength=None, binary_output=False, name=None):
    """How often each integer occurs, as a SparseTensor."""
    with tf.name_scope(name or "count"):
        if not isinstance(values, tf.SparseTensor):
            values = tf.convert_to_tensor(values, name="values")
        if weights is not None and not isinstance(weights, tf.SparseTensor):
            weights = tf.convert_to_tensor(weights, name="weights")
        if weights is not None and binary_output:
            raise ValueError("give weights or binary_output, not both")
        axis = 0 if axis is None else axis
        if axis not in (0, -1):
            raise ValueError(f"axis must be 0 or -1, got {axis}")
        lengths = {"minlength": -1 if minlength is None else minlength, "maxlength": -1 if maxlength is None else maxlength}
        if axis == 0:
            if isinstance(values, tf.SparseTensor):
                if weights is not None:
                    weights = _weights(values, weights)
                values = values.values
            else:
                if weights is not None:
                    weights = tf.reshape(weights, [-1])
                values = tf.reshape(values, [-1])
        weights = _weights(values, weights)
        if isinstance(values, tf.SparseTensor):
            result = tf.raw_ops.SparseCountSparseOutput(
                indices=values.indices, values=values.values, dense_shape=values.dense_shape, weights=weights,
                binary_output=binary_output, **lengths)
        else:
            result = tf.raw_ops.DenseCountSparseOutput(
                values=values, weights=weights, binary_output=binary_output, **lengths)
        return new(result.output_indices, result.output_values, result.output_dense_shape)


@dispatch("SparseTensor", "math.bincount")
def dense_bincount(arr, weights=None, minlength=None, maxlength=None, dtype=tf.int32, name=None, axis=None,
                   binary_output=False):
    """How often each integer occurs, as a dense tensor."""
    with tf.name_scope(name or "bincount"):
        if weights is not None and binary_output:
            raise ValueError("give weights or binary_output, not both")
        if not arr.dtype.is_integer:
            arr = tf.cast(arr, tf.int32)
        axis = 0 if axis is None else axis
        if axis not in (0, -1):
            raise ValueError(f"axis must be 0 or -1, got {axis}")
        not_empty = tf.size(arr) > 0
        largest = tf.math.maximum(tf.math.reduce_max(arr.values), -1)
        count = tf.cast(not_empty, arr.dtype) * (largest + 1)
        if minlength is not None:
            minlength = tf.convert_to_tensor(minlength, name="minlength", dtype=arr.dtype)
            count = tf.raw_ops.Maximum(x=minlength, y=count)
        if maxlength is not None:
            maxlength = tf.convert_to_tensor(maxlength, name="maxlength", dtype=arr.dtype)
            count = tf.raw_ops.Minimum(x=maxlength, y=count)
        if axis == 0:
            if weights is not None:
                weights = _weights(arr, weights, dtype)
            arr = arr.values
        weights = _weights(arr, weights, dtype)
        if isinstance(arr, tf.SparseTensor):
            return tf.raw_ops.SparseBincount(
                indices=arr.indices, values=arr.values, dense_shape=arr.dense_shape, size=count, weights=weights,
                binary_output=binary_output)
        return tf.raw_ops.DenseBincount(input=arr, size=count, weights=weights, binary_output=binary_output)


@export("sparse.sampled_addmm")
def sampled_addmm(indices, values, dense_shape, mat1, mat2, beta=1.0, alpha=1.0, output_type=tf.float32):
    """alpha times a matrix product at indices, plus beta times values."""
    indices = tf.convert_to_tensor(indices)
    values = tf.convert_to_tensor(values, dtype=output_type)
    dense_shape = tf.convert_to_tensor(dense_shape, dtype=tf.int32)
    mat1 = tf.convert_to_tensor(mat1, dtype=output_type)
    mat2 = tf.convert_to_tensor(mat2, dtype=output_type)
    rows = tf.internal.static_value(tf.shape(mat1))
    columns = tf.internal.static_value(tf.shape(mat2))
    if rows is None or columns is None:
        raise ValueError("mat1 and mat2 must have static shapes")
    output_shape = tf.stack([rows[-2], columns[-1]])
    condition = tf.math.reduce_all(tf.math.equal(dense_shape, output_shape))
    known = tf.internal.static_value(dense_shape)
    if known is not None and known != [rows[-2], columns[-1]]:
        raise ValueError(f"dense_shape must be {[rows[-2], columns[-1]]}, got {known}")
    data = ["Dense shape: ", dense_shape, " does not match output shape: ", output_shape]
    tf.raw_ops.Assert(condition=condition, data=data, summarize=3, name="Assert")
    row_indices = indices[..., :-1]
    batch_indices = indices[..., :-2]
    column_indices = tf.concat([batch_indices, indices[..., -1:]], axis=-1)
    batch_dims = tf.internal.static_value(tf.rank(mat1)) - 2
    left = tf.gather_nd(mat1, row_indices, batch_dims=batch_dims)
    right = tf.gather_nd(tf.linalg.matrix_transpose(mat2), column_indices, batch_dims=batch_dims)
    dot = tf.math.reduce_sum(left * right, axis=-1)
    return indices, dot * alpha + values * beta, dense_shape


def _segments(op, counted_op, data, indices, segment_ids, num_segments, name, sparse_gradient):
    arguments = {"data": data, "indices": indices, "segment_ids": segment_ids, "sparse_gradient": sparse_gradient, "name": name}
    if num_segments is None:
        return op(**arguments)
    return counted_op(num_segments=num_segments, **arguments)


@export("sparse.segment_sum")
def segment_sum(data, indices, segment_ids, num_segments=None, name=None, sparse_gradient=False):
    """Sums of the rows indices of data, per segment."""
    return _segments(tf.raw_ops.SparseSegmentSum, tf.raw_ops.SparseSegmentSumWithNumSegments,
                     data, indices, segment_ids, num_segments, name, sparse_gradient)


@export("sparse.segment_mean")
def segment_mean(data, indices, segment_ids, num_segments=None, name=None, sparse_gradient=False):
    """Means of the rows indices of data, per segment."""
    return _segments(tf.raw_ops.SparseSegmentMean, tf.raw_ops.SparseSegmentMeanWithNumSegments,
                     data, indices, segment_ids, num_segments, name, sparse_gradient)


@export("sparse.segment_sqrt_n")
def segment_sqrt_n(data, indices, segment_ids, num_segments=None, name=None, sparse_gradient=False):
    """Sums of the rows indices of data divided by the square root of their number, per segment."""
    return _segments(tf.raw_ops.SparseSegmentSqrtN, tf.raw_ops.SparseSegmentSqrtNWithNumSegments,
                     data, indices, segment_ids, num_segments, name, sparse_gradient)
