"""Math on ragged tensors: elementwise functions, reductions, operators."""

from tfsave import dispatch, export, tf

# The names of the two tensor arguments where they are not x and y.
PAIRS = (("x", "y"), ("labels", "logits"), ("real", "imag"), ("x", "q"), ("scalar", "x"))


@dispatch(
    "RaggedTensor",
    "zeros_like", "ones_like", "debugging.check_numerics", "math.abs", "math.softplus", "math.sign", "math.real", "math.imag",
    "math.angle", "math.round", "cast", "dtypes.saturate_cast", "math.sigmoid", "math.log_sigmoid", "math.conj",
    "math.reciprocal_no_nan", "math.erfinv", "math.ndtri", "math.erfcinv", "math.ceil", "math.sqrt", "math.exp", "math.rsqrt",
    "math.acos", "math.floor", "bitwise.invert", "math.acosh", "math.asin", "math.asinh", "math.atan", "math.atanh",
    "math.cos", "math.cosh", "math.digamma", "math.erf", "math.erfc", "math.expm1", "math.is_finite", "math.is_inf",
    "math.is_nan", "math.lgamma", "math.log", "math.log1p", "math.logical_not", "math.negative", "math.nextafter",
    "math.reciprocal", "math.rint", "math.sin", "math.sinh", "math.square", "math.tan", "math.tanh", "nn.relu6",
    "nn.leaky_relu", "nn.gelu", "nn.elu", "nn.relu", "nn.selu", "nn.softsign", "strings.regex_full_match",
    "strings.regex_replace", "strings.length", "strings.substr", "strings.to_number", "strings.to_hash_bucket",
    "strings.as_string", "io.decode_base64", "io.encode_base64", "strings.lower", "strings.upper",
    "strings.unicode_transcode", "strings.strip", "strings.to_hash_bucket_fast", "strings.to_hash_bucket_strong",
    "strings.unicode_script", "math.special.dawsn", "math.special.expint", "math.special.fresnel_cos",
    "math.special.fresnel_sin", "math.special.spence", "math.bessel_i0", "math.bessel_i0e", "math.bessel_i1",
    "math.bessel_i1e", "math.special.bessel_k0", "math.special.bessel_k0e", "math.special.bessel_k1",
    "math.special.bessel_k1e", "math.special.bessel_j0", "math.special.bessel_j1", "math.special.bessel_y0",
    "math.special.bessel_y1", "clip_by_value", "nn.silu", "image.random_brightness", "image.stateless_random_brightness",
    "image.adjust_brightness", "image.adjust_gamma", "image.convert_image_dtype", "io.decode_compressed",
    pass_function=True,
)
def unary(function, *args, **kwargs):
    """Elementwise functions of one tensor, on the values."""
    name = kwargs.pop("name", None)
    if args:
        x = args[0]
        on_values = lambda values: function(values, *args[1:], **kwargs)
    else:
        key = [k for k, v in kwargs.items() if isinstance(v, tf.RaggedTensor)][0]
        x = kwargs.pop(key)
        on_values = lambda values: function(values, **kwargs)
    if not isinstance(x, tf.RaggedTensor):
        raise TypeError(f"only the first argument may be ragged, got {x}")
    if name is None:
        return x.with_values(on_values(x.values))
    with tf.name_scope(name):
        return x.with_values(on_values(x.values))


@dispatch(
    "RaggedTensor",
    "math.divide", "math.multiply", "math.subtract", "math.scalar_mul", "math.pow", "dtypes.complex", "math.truediv",
    "math.divide_no_nan", "math.multiply_no_nan", "math.floordiv", "math.logical_xor", "math.equal", "math.not_equal",
    "math.add", "math.xdivy", "math.xlog1py", "bitwise.bitwise_and", "bitwise.bitwise_or", "bitwise.bitwise_xor",
    "bitwise.left_shift", "bitwise.right_shift", "math.atan2", "math.floormod", "math.greater", "math.greater_equal",
    "math.less", "math.less_equal", "math.logical_and", "math.logical_or", "math.maximum", "math.minimum", "realdiv",
    "math.squared_difference", "truncatediv", "truncatemod", "math.xlogy", "math.zeta",
    "nn.sigmoid_cross_entropy_with_logits",
    pass_function=True,
)
def binary(function, *args, **kwargs):
    """Elementwise functions of two tensors, broadcast against each other."""
    name = kwargs.pop("name", None)
    if len(args) > 2:
        args, name = args[:2], args[2]
    args = list(args)
    for first, second in PAIRS:
        if not args and first in kwargs and second in kwargs:
            args.append(kwargs.pop(first))
        if len(args) == 1 and second in kwargs:
            args.append(kwargs.pop(second))
    if len(args) != 2 or kwargs:
        raise TypeError(f"two tensors are needed, got {len(args)} and the names {list(kwargs)}")
    if name is None:
        return tf.internal.ragged.elementwise(function, args[0], args[1])
    with tf.name_scope(name):
        return tf.internal.ragged.elementwise(function, args[0], args[1])


@dispatch(
    "RaggedTensor", "debugging.assert_equal", "debugging.assert_none_equal", "debugging.assert_near", "debugging.assert_less",
    "debugging.assert_less_equal", "debugging.assert_greater", "debugging.assert_greater_equal", pass_function=True,
)
def check(function, x, y, *args, **kwargs):
    """Elementwise checks of two tensors, broadcast against each other."""
    return tf.internal.ragged.elementwise(lambda a, b: function(a, b, *args, **kwargs), x, y, check_only=True)


def _reflected(op_name, function, other, self):
    """other op self; a tensor on the left opens the scope of its operator, as TensorFlow's tensors do."""
    if not isinstance(other, tf.Tensor):
        return function(other, self)
    with tf.name_scope(op_name):
        return function(other, self)


@export("RaggedTensor.__add__")
def add(self, other):
    """self + other"""
    return tf.math.add(self, other)


@export("RaggedTensor.__radd__")
def radd(self, other):
    """other + self"""
    return _reflected("add", tf.math.add, other, self)


@export("RaggedTensor.__sub__")
def sub(self, other):
    """self - other"""
    return tf.math.subtract(self, other)


@export("RaggedTensor.__rsub__")
def rsub(self, other):
    """other - self"""
    return _reflected("sub", tf.math.subtract, other, self)


@export("RaggedTensor.__mul__")
def mul(self, other):
    """self * other"""
    return tf.math.multiply(self, other)


@export("RaggedTensor.__rmul__")
def rmul(self, other):
    """other * self"""
    return _reflected("mul", tf.math.multiply, other, self)


@export("RaggedTensor.__truediv__")
def truediv(self, other):
    """self / other"""
    return tf.math.truediv(self, other)


@export("RaggedTensor.__rtruediv__")
def rtruediv(self, other):
    """other / self"""
    return _reflected("truediv", tf.math.truediv, other, self)


@export("RaggedTensor.__floordiv__")
def floordiv(self, other):
    """self // other"""
    return tf.math.floordiv(self, other)


@export("RaggedTensor.__rfloordiv__")
def rfloordiv(self, other):
    """other // self"""
    return _reflected("floordiv", tf.math.floordiv, other, self)


@export("RaggedTensor.__mod__")
def mod(self, other):
    """self % other"""
    return tf.math.floormod(self, other)


@export("RaggedTensor.__rmod__")
def rmod(self, other):
    """other % self"""
    return _reflected("mod", tf.math.floormod, other, self)


@export("RaggedTensor.__pow__")
def pow_(self, other):
    """self ** other"""
    return tf.math.pow(self, other)


@export("RaggedTensor.__rpow__")
def rpow(self, other):
    """other ** self"""
    return _reflected("pow", tf.math.pow, other, self)


@export("RaggedTensor.__and__")
def and_(self, other):
    """self & other"""
    return tf.math.logical_and(self, other)


@export("RaggedTensor.__rand__")
def rand(self, other):
    """other & self"""
    return _reflected("and", tf.math.logical_and, other, self)


@export("RaggedTensor.__or__")
def or_(self, other):
    """self | other"""
    return tf.math.logical_or(self, other)


@export("RaggedTensor.__ror__")
def ror(self, other):
    """other | self"""
    return _reflected("or", tf.math.logical_or, other, self)


@export("RaggedTensor.__xor__")
def xor(self, other):
    """self ^ other"""
    return tf.math.logical_xor(self, other)


@export("RaggedTensor.__rxor__")
def rxor(self, other):
    """other ^ self"""
    return _reflected("xor", tf.math.logical_xor, other, self)


@export("RaggedTensor.__lt__")
def lt(self, other):
    """self < other"""
    return tf.math.less(self, other)


@export("RaggedTensor.__le__")
def le(self, other):
    """self <= other"""
    return tf.math.less_equal(self, other)


@export("RaggedTensor.__gt__")
def gt(self, other):
    """self > other"""
    return tf.math.greater(self, other)


@export("RaggedTensor.__ge__")
def ge(self, other):
    """self >= other"""
    return tf.math.greater_equal(self, other)


@export("RaggedTensor.__eq__")
def eq(self, other):
    """self == other, elementwise"""
    return False if other is None else tf.math.equal(self, other)


@export("RaggedTensor.__ne__")
def ne(self, other):
    """self != other, elementwise"""
    return True if other is None else tf.math.not_equal(self, other)


@export("RaggedTensor.__neg__")
def neg(self):
    """-self"""
    return tf.math.negative(self)


@export("RaggedTensor.__invert__")
def invert(self):
    """~self"""
    return tf.math.logical_not(self)


@export("RaggedTensor.__abs__")
def abs_(self):
    """abs(self)"""
    return tf.math.abs(self)


@export("RaggedTensor.__bool__")
def bool_(self):
    """Refuses: a RaggedTensor has no truth value."""
    raise TypeError("a RaggedTensor may not be used as a bool")


def _aggregate(reduce, segment, value, axis, keepdims, extra, name=None):
    """A reduction: reduce is the dense one, segment adds up segments, extra is keyword arguments of both."""
    if not isinstance(value, tf.RaggedTensor):
        return reduce(value, axis, keepdims=keepdims, name=name, **extra)
    if isinstance(axis, tf.Tensor):
        axis = tf.internal.static_value(axis)
        if axis is None:
            raise ValueError("axis must be known while tracing")
    if axis is None:
        result = reduce(value.flat_values, None, keepdims=keepdims, name=name, **extra)
        if keepdims:
            for _ in range(value.shape.rank - 1):
                result = tf.expand_dims(result, axis=0)
        return result
    with tf.name_scope(name or "RaggedReduce"):
        if isinstance(axis, (list, tuple)):
            if not axis:
                return value
            if len(axis) == 1:
                axis = axis[0]
            else:
                axes = sorted([tf.internal.ragged.axis(a, value.shape.rank, f"axis[{i}]") for i, a in enumerate(axis)])
                inner = _aggregate(reduce, segment, value, axes[-1], keepdims, extra)
                return _aggregate(reduce, segment, inner, axes[:-1], keepdims, extra)
        axis = tf.internal.ragged.axis(axis, value.shape.rank)
        if axis == 0:
            row_lengths = value.row_splits[1:] - value.row_splits[:-1]
            num_segments = tf.math.maximum(tf.math.reduce_max(row_lengths), 0)
            segment_ids = tf.ragged.range(row_lengths).values
        elif axis == 1:
            num_segments = tf.shape(value.row_splits)[0] - 1
            segment_ids = tf.ragged.row_splits_to_segment_ids(value.row_splits)
        else:
            return value.with_values(_aggregate(reduce, segment, value.values, axis - 1, keepdims, extra))
        result = _segments(segment, value.values, segment_ids, num_segments, extra)
        return tf.expand_dims(result, axis=axis) if keepdims else result


def _segments(segment, data, segment_ids, num_segments, extra, name=None):
    """segment of data that may be ragged."""
    if not isinstance(data, tf.RaggedTensor) and not isinstance(segment_ids, tf.RaggedTensor):
        return segment(data, segment_ids, num_segments, name=name, **extra)
    with tf.name_scope(name or "RaggedSegment"):
        data = tf.internal.ragged.convert(data, name="data")
        segment_ids = tf.internal.ragged.convert(segment_ids, name="segment_ids")
        tf.internal.ragged.match_dtypes(data, segment_ids)
        if segment_ids.dtype not in (tf.int32, tf.int64):
            raise ValueError(f"segment_ids must be int32 or int64, got {segment_ids.dtype.name}")
        if isinstance(segment_ids, tf.RaggedTensor):
            if not isinstance(data, tf.RaggedTensor):
                raise ValueError("segment_ids is ragged and data is not")
            message = "segment_ids.shape must be a prefix of data.shape"
            check = tf.debugging.assert_equal(segment_ids.row_splits, data.row_splits, message=message)
            with tf.control_dependencies([check]):
                return _segments(segment, data.values, segment_ids.values, num_segments, extra)
        lengths = data.row_splits[1:] - data.row_splits[:-1]
        new_lengths = tf.math.maximum(tf.math.unsorted_segment_max(lengths, segment_ids, num_segments), 0)
        new_splits = tf.concat([tf.zeros([1], new_lengths.dtype), tf.math.cumsum(new_lengths)], axis=0)
        starts = tf.gather(new_splits, segment_ids)
        limits = starts + lengths
        indices = tf.ragged.range(starts, limits).values
        values = _segments(segment, data.values, indices, new_splits[-1], extra)
        return tf.RaggedTensor.from_row_splits(values, new_splits, validate=False)


@dispatch("RaggedTensor", "math.reduce_sum")
def reduce_sum(input_tensor, axis=None, keepdims=None, name=None):
    """Sums."""
    return _aggregate(tf.math.reduce_sum, tf.math.unsorted_segment_sum, input_tensor, axis, keepdims, {},
                      name or "RaggedReduceSum")


@dispatch("RaggedTensor", "math.reduce_prod")
def reduce_prod(input_tensor, axis=None, keepdims=None, name=None):
    """Products."""
    return _aggregate(tf.math.reduce_prod, tf.math.unsorted_segment_prod, input_tensor, axis, keepdims, {},
                      name or "RaggedReduceProd")


@dispatch("RaggedTensor", "math.reduce_min")
def reduce_min(input_tensor, axis=None, keepdims=None, name=None):
    """Minima."""
    return _aggregate(tf.math.reduce_min, tf.math.unsorted_segment_min, input_tensor, axis, keepdims, {},
                      name or "RaggedReduceMin")


@dispatch("RaggedTensor", "math.reduce_max")
def reduce_max(input_tensor, axis=None, keepdims=None, name=None):
    """Maxima."""
    return _aggregate(tf.math.reduce_max, tf.math.unsorted_segment_max, input_tensor, axis, keepdims, {},
                      name or "RaggedReduceMax")


@dispatch("RaggedTensor", "strings.reduce_join")
def reduce_join(inputs, axis=None, keepdims=None, separator="", name=None):
    """The strings of a dimension put together."""
    return _aggregate(_dense_join, tf.strings.unsorted_segment_join, inputs, axis, keepdims, {"separator": separator},
                      name or "RaggedSegmentJoin")


def _dense_join(inputs, axis, keepdims, separator, name):
    return tf.strings.reduce_join(inputs, axis, bool(keepdims), separator, name)


@dispatch("RaggedTensor", "math.reduce_mean")
def reduce_mean(input_tensor, axis=None, keepdims=None, name=None):
    """Means."""
    with tf.name_scope(name or "RaggedReduceMean"):
        total = reduce_sum(input_tensor, axis, keepdims)
        ones = tf.RaggedTensor.from_nested_row_splits(
            tf.internal.ones_like(input_tensor.flat_values), input_tensor.nested_row_splits, validate=False)
        count = reduce_sum(ones, axis, keepdims)
        if isinstance(total, tf.RaggedTensor):
            return tf.RaggedTensor.from_nested_row_splits(
                total.flat_values / count.flat_values, total.nested_row_splits, validate=False)
        return total / count


@dispatch("RaggedTensor", "math.reduce_variance")
def reduce_variance(input_tensor, axis=None, keepdims=False, name=None):
    """Variances."""
    with tf.name_scope(name or "RaggedReduceVariance"):
        if input_tensor.dtype.is_complex:
            raise ValueError("the variance of complex ragged tensors is not supported")
        mean_of_square = reduce_mean(tf.math.square(input_tensor), axis=axis, keepdims=keepdims)
        square_of_mean = tf.math.square(reduce_mean(input_tensor, axis=axis, keepdims=keepdims))
        return tf.math.maximum(mean_of_square - square_of_mean, 0)


@dispatch("RaggedTensor", "math.reduce_std")
def reduce_std(input_tensor, axis=None, keepdims=False, name=None):
    """Standard deviations."""
    with tf.name_scope(name or "RaggedReduceStd"):
        return tf.math.sqrt(reduce_variance(input_tensor, axis=axis, keepdims=keepdims))


@dispatch("RaggedTensor", "math.reduce_all")
def reduce_all(input_tensor, axis=None, keepdims=None, name=None):
    """Whether all are true."""
    with tf.name_scope(name or "RaggedReduceAll"):
        return _cast(tf.math.reduce_prod(_cast(input_tensor, tf.int32), axis, keepdims), tf.bool)


@dispatch("RaggedTensor", "math.reduce_any")
def reduce_any(input_tensor, axis=None, keepdims=None, name=None):
    """Whether any is true."""
    with tf.name_scope(name or "RaggedReduceAny"):
        return _cast(tf.math.reduce_sum(_cast(input_tensor, tf.int32), axis, keepdims), tf.bool)


def _cast(x, dtype):
    return tf.ragged.map_flat_values(tf.cast, x, dtype)


def _segment_dispatch(segment, data, segment_ids, num_segments, name):
    return _segments(segment, data, segment_ids, num_segments, {}, name)


@dispatch("RaggedTensor", "math.unsorted_segment_sum")
def unsorted_segment_sum(data, segment_ids, num_segments, name=None):
    """Sums of segments."""
    return _segment_dispatch(tf.math.unsorted_segment_sum, data, segment_ids, num_segments, name or "RaggedSegmentSum")


@dispatch("RaggedTensor", "math.unsorted_segment_prod")
def unsorted_segment_prod(data, segment_ids, num_segments, name=None):
    """Products of segments."""
    return _segment_dispatch(tf.math.unsorted_segment_prod, data, segment_ids, num_segments, name or "RaggedSegmentProd")


@dispatch("RaggedTensor", "math.unsorted_segment_min")
def unsorted_segment_min(data, segment_ids, num_segments, name=None):
    """Minima of segments."""
    return _segment_dispatch(tf.math.unsorted_segment_min, data, segment_ids, num_segments, name or "RaggedSegmentMin")


@dispatch("RaggedTensor", "math.unsorted_segment_max")
def unsorted_segment_max(data, segment_ids, num_segments, name=None):
    """Maxima of segments."""
    return _segment_dispatch(tf.math.unsorted_segment_max, data, segment_ids, num_segments, name or "RaggedSegmentMax")


@dispatch("RaggedTensor", "nn.softmax")
def softmax(logits, axis=None, name=None):
    """Softmax over a dimension that may be ragged."""
    axis = -1 if axis is None else axis
    with tf.name_scope(name or "RaggedSoftmax"):
        largest = reduce_max(logits, axis=axis, keepdims=True)
        exps = tf.math.exp(tf.math.subtract(logits, largest))
        total = reduce_sum(exps, axis=axis, keepdims=True)
        return tf.math.divide(exps, total)


@dispatch("RaggedTensor", "math.add_n")
def add_n(inputs, name=None):
    """The sum of several tensors of the same partitions."""
    with tf.name_scope(name or "RaggedAddN"):
        return tf.ragged.map_flat_values(tf.math.add_n, inputs)


@dispatch("RaggedTensor", "math.cumsum")
def cumsum(x, axis=0, exclusive=False, reverse=False, name=None):
    """Sums of all elements up to each."""
    with tf.name_scope(name or "RaggedCumSum"):
        axis = tf.internal.ragged.axis(axis, x.shape.rank)
        if axis > x.ragged_rank:
            inner = lambda values: tf.math.cumsum(
                values, axis=axis - x.ragged_rank, exclusive=exclusive, reverse=reverse)
            return tf.ragged.map_flat_values(inner, x)
        if axis < x.ragged_rank:
            dense = tf.math.cumsum(x.to_tensor(), axis, exclusive=exclusive, reverse=reverse, name=name)
            return tf.RaggedTensor.from_tensor(dense, lengths=x.nested_row_lengths())
        return x.with_flat_values(_cumsum_rows(x, exclusive, reverse))


def _cumsum_rows(x, exclusive, reverse):
    if not exclusive:
        return _cumsum_rows(x, True, reverse) + x.flat_values
    innermost = x
    while isinstance(innermost.values, tf.RaggedTensor):
        innermost = innermost.values
    partition = innermost.row_partitions[0]
    splits = partition["row_splits"]
    rowids = partition["value_rowids"]
    if rowids is None:
        rowids = tf.ragged.row_splits_to_segment_ids(splits)
    if reverse:
        at = tf.gather(params=splits, indices=rowids + 1) - 1
    else:
        at = tf.gather(params=splits, indices=rowids)
    sums = tf.math.cumsum(x.flat_values, exclusive=True, reverse=reverse)
    return sums - tf.gather(params=sums, indices=at)


@dispatch("RaggedTensor", "nn.dropout")
def dropout(x, rate, noise_shape=None, seed=None, name=None):
    """Dropout of the flat values."""
    if noise_shape is not None:
        raise ValueError("noise_shape is not supported for ragged tensors")
    with tf.name_scope(name or "RaggedNNDropout"):
        return x.with_flat_values(tf.nn.dropout(x.flat_values, rate=rate, seed=seed))


@dispatch("RaggedTensor", "nn.experimental.stateless_dropout")
def stateless_dropout(x, rate, seed, rng_alg=None, noise_shape=None, name=None):
    """Stateless dropout of the flat values."""
    if noise_shape is not None:
        raise ValueError("noise_shape is not supported for ragged tensors")
    with tf.name_scope(name or "RaggedNNStatelessDropout"):
        return x.with_flat_values(tf.nn.experimental.stateless_dropout(x.flat_values, rate=rate, seed=seed, rng_alg=rng_alg))


@dispatch("RaggedTensor", "math.bincount")
def bincount(arr, weights=None, minlength=None, maxlength=None, dtype=tf.int32, name=None, axis=None, binary_output=False):
    """How often each integer occurs, or with axis=-1 in each of the rows; with weights, their sums."""
    with tf.name_scope(name or "bincount"):
        if weights is not None and binary_output:
            raise ValueError("give weights or binary_output, not both")
        if not arr.dtype.is_integer:
            arr = tf.cast(arr, tf.int32)
        axis = 0 if axis is None else axis
        if axis not in (0, -1):
            raise ValueError(f"axis must be 0 or -1, got {axis}")
        size = tf.cast(tf.size(arr) > 0, arr.dtype) * (tf.math.reduce_max(arr) + 1)
        if minlength is not None:
            size = tf.raw_ops.Maximum(x=tf.convert_to_tensor(minlength, arr.dtype, name="minlength"), y=size)
        if maxlength is not None:
            size = tf.raw_ops.Minimum(x=tf.convert_to_tensor(maxlength, arr.dtype, name="maxlength"), y=size)
        splits = arr.row_splits
        values, weights = arr.flat_values, weights.flat_values if isinstance(weights, tf.RaggedTensor) else weights
        if weights is None:
            weights = tf.constant([], dtype or arr.dtype)
        if axis == 0:
            return tf.raw_ops.DenseBincount(input=values, size=size, weights=weights, binary_output=binary_output)
        return tf.raw_ops.RaggedBincount(
            splits=splits, values=values, size=size, weights=weights, binary_output=binary_output
        )


@dispatch("RaggedTensor", "sparse.bincount")
def sparse_bincount(values, weights=None, axis=0, minlength=None, maxlength=None, binary_output=False, name=None):
    """How often each integer occurs, or with axis=-1 in each of the rows, as a SparseTensor."""
    with tf.name_scope(name or "count"):
        if weights is not None and binary_output:
            raise ValueError("give weights or binary_output, not both")
        axis = 0 if axis is None else axis
        if axis not in (0, -1):
            raise ValueError(f"axis must be 0 or -1, got {axis}")
        if weights is None:
            weights = tf.constant([], values.dtype)
        elif not isinstance(weights, tf.RaggedTensor):
            raise ValueError(f"weights must be ragged where values is, got {weights}")
        elif weights.row_splits is values.row_splits:
            weights = weights.values
        else:
            check = tf.debugging.assert_equal(
                weights.row_splits, values.row_splits, message="'weights' and 'values' must have the same row splits.")
            with tf.control_dependencies([check]):
                weights = tf.identity(weights.values)
        options = {
            "minlength": -1 if minlength is None else minlength, "maxlength": -1 if maxlength is None else maxlength,
            "binary_output": binary_output,
        }
        if axis == 0:
            result = tf.raw_ops.DenseCountSparseOutput(values=values.values, weights=weights, **options)
        else:
            result = tf.raw_ops.RaggedCountSparseOutput(
                splits=values.row_splits, values=values.values, weights=weights, **options)
        return tf.SparseTensor(result.output_indices, result.output_values, result.output_dense_shape)
