"""keras.ops: reductions, statistics and order (keras/src/ops/numpy.py, Keras 3.15)."""

from ops_numpy import INF, int_of_bool, numpy_NanToNum, numpy_Signbit
from ops_types import axes, dtype_named, float_of_whole, floating, is_whole, result_type, shape_of, strict_operands
from ops_types import FLOATX, summable, summable_dtype, tensor
from sparse import cast_values, is_sparse, with_values
from tfsave import tf


def at_least_float32(x):
    """A tensor in the dtype in which means are computed."""
    return tensor(x, result_type(x, tf.float32))


def numpy_Sum(x, axis=None, keepdims=False):
    x = summable(x)
    if is_sparse(x):
        return tf.sparse.reduce_sum(x, axis=axes(axis), keepdims=keepdims, output_is_sparse=True)
    return tf.reduce_sum(x, axis=axes(axis), keepdims=keepdims)


def numpy_Prod(x, axis=None, keepdims=False, dtype=None):
    # A dtype that is given changes what Keras says the result is, not what it computes.
    x = tensor(x)
    if dtype is None:
        x = tf.cast(x, summable_dtype(result_type(x)))
    return tf.reduce_prod(x, axis=axes(axis), keepdims=keepdims)


def numpy_Mean(x, axis=None, keepdims=False):
    x = tensor(x)
    wide = at_least_float32(x)
    mean = tf.reduce_mean(wide, axis=axes(axis), keepdims=keepdims)
    return mean if is_whole(x) else tensor(mean, x.dtype)


def numpy_Var(x, axis=None, keepdims=False):
    x = tensor(x)
    return tensor(tf.math.reduce_variance(at_least_float32(x), axis=axes(axis), keepdims=keepdims), result_type(x, 1.0))


def numpy_Std(x, axis=None, keepdims=False):
    return tf.math.reduce_std(float_of_whole(x), axis=axes(axis), keepdims=keepdims)


def numpy_Max(x, axis=None, keepdims=False, initial=None):
    x = tensor(x)
    if x.dtype.is_bool:
        result = tf.reduce_any(x, axis=axes(axis), keepdims=keepdims)
        return result if initial is None else tf.logical_or(result, bool(initial))
    result = tf.reduce_max(x, axis=axes(axis), keepdims=keepdims)
    return result if initial is None else tf.maximum(result, initial)


def numpy_Min(x, axis=None, keepdims=False, initial=None):
    x = tensor(x)
    if x.dtype.is_bool:
        result = tf.reduce_all(x, axis=axes(axis), keepdims=keepdims)
        return result if initial is None else tf.logical_and(result, bool(initial))
    result = tf.reduce_min(x, axis=axes(axis), keepdims=keepdims)
    return result if initial is None else tf.minimum(result, initial)


def numpy_Amax(x, axis=None, keepdims=False):
    return numpy_Max(x, axis, keepdims)


def numpy_Amin(x, axis=None, keepdims=False):
    return numpy_Min(x, axis, keepdims)


def numpy_Ptp(x, axis=None, keepdims=False):
    x = tensor(x)
    return tf.reduce_max(x, axis=axis, keepdims=keepdims) - tf.reduce_min(x, axis=axis, keepdims=keepdims)


def numpy_All(x, axis=None, keepdims=False):
    return tf.reduce_all(tf.cast(x, tf.bool), axis=axes(axis), keepdims=keepdims)


def numpy_Any(x, axis=None, keepdims=False):
    return tf.reduce_any(tf.cast(x, tf.bool), axis=axes(axis), keepdims=keepdims)


def numpy_CountNonzero(x, axis=None):
    return tf.math.count_nonzero(x, axis=axes(axis), dtype=tf.int32)


def numpy_Average(x, weights=None, axis=None):
    x = tensor(x)
    if weights is None:
        return tf.reduce_mean(floating(x), axis=axis)
    x, weights = strict_operands(x, weights, 1.0)
    if axis is None or x.shape.rank == weights.shape.rank:
        return tf.reduce_sum(x * weights, axis=axis) / tf.reduce_sum(weights, axis=axis)
    return tf.tensordot(x, weights, [[axis], [0]]) / tf.reduce_sum(weights)


def numpy_Cumsum(x, axis=None, dtype=None):
    return cumulated(tf.cumsum, x, axis, dtype)


def numpy_Cumprod(x, axis=None, dtype=None):
    return cumulated(tf.math.cumprod, x, axis, dtype)


def cumulated(function, x, axis, dtype):
    x = int_of_bool(tensor(x, dtype and dtype_named(dtype)))
    return function(tf.reshape(x, [-1]), axis=0) if axis is None else function(x, axis=axis)


def numpy_Trapezoid(y, x=None, dx=1.0, axis=-1):
    y = last_axis(floating(y), axis)
    if x is None:
        width = tf.cast(dx, y.dtype)
    else:
        x = tensor(x, y.dtype)
        width = last_axis(numpy_Diff(x, 1, axis), axis)
    return tf.reduce_sum(0.5 * (y[..., 1:] + y[..., :-1]) * width, axis=-1)


def last_axis(x, axis):
    """A tensor with an axis as its last."""
    rank = x.shape.rank
    axis %= rank
    return x if axis == rank - 1 else tf.transpose(x, [i for i in range(rank) if i != axis] + [axis])


def numpy_Diff(a, n=1, axis=-1):
    a = tensor(a)
    rank = a.shape.rank
    after, before = [slice(None)] * rank, [slice(None)] * rank
    after[axis % rank], before[axis % rank] = slice(1, None), slice(None, -1)
    for _ in range(n):
        function = tf.not_equal if a.dtype.is_bool else tf.subtract
        a = function(a[tuple(after)], a[tuple(before)])
    return a


# --- the place of the largest ---


def numpy_Argmax(x, axis=None, keepdims=False):
    return extreme_place(tf.argmax, x, axis, keepdims)


def numpy_Argmin(x, axis=None, keepdims=False):
    return extreme_place(tf.argmin, x, axis, keepdims)


def extreme_place(function, x, axis, keepdims):
    x = tensor(x)
    if x.dtype.is_floating and x.shape.rank != 0:
        # -0.0 counts as less than 0.0.
        x = at_least_float32(x)
        tiny = -2.2250738585072014e-308 if x.dtype == tf.float64 else -1.1754943508222875e-38
        x = tf.where(tf.logical_and(tf.equal(x, 0.0), numpy_Signbit(x)), tf.constant(tiny, x.dtype), x)
    if axis is None:
        place = function(tf.reshape(x, [-1]), axis=0, output_type=tf.int32)
    else:
        place = function(x, axis=axis, output_type=tf.int32)
    if not keepdims:
        return place
    return tf.reshape(place, [1] * x.shape.rank) if axis is None else tf.expand_dims(place, axis)


# --- without NaN ---


def numpy_Nanargmax(x, axis=None, keepdims=False):
    return place_without_nan(tf.argmax, -INF, x, axis, keepdims)


def numpy_Nanargmin(x, axis=None, keepdims=False):
    return place_without_nan(tf.argmin, INF, x, axis, keepdims)


def place_without_nan(function, otherwise, x, axis, keepdims):
    x = tensor(x)
    if not x.dtype.is_floating:
        return extreme_place(function, x, axis, keepdims)
    nan = tf.math.is_nan(x)
    place = extreme_place(function, tf.where(nan, tf.constant(otherwise, x.dtype), x), axis, keepdims)
    return tf.where(tf.reduce_all(nan, axis=axis, keepdims=keepdims), tf.constant(-1, tf.int32), place)


def numpy_Nanmax(x, axis=None, keepdims=False):
    return extreme_without_nan(numpy_Max, tf.reduce_max, -INF, x, axis, keepdims)


def numpy_Nanmin(x, axis=None, keepdims=False):
    return extreme_without_nan(numpy_Min, tf.reduce_min, INF, x, axis, keepdims)


def extreme_without_nan(whole, function, otherwise, x, axis, keepdims):
    x = tensor(x)
    if not x.dtype.is_floating:
        return whole(x, axis, keepdims)
    nan = tf.math.is_nan(x)
    extreme = function(tf.where(nan, tf.constant(otherwise, x.dtype), x), axis=axis, keepdims=keepdims)
    return tf.where(tf.reduce_all(nan, axis=axis, keepdims=keepdims), tf.constant(float("nan"), x.dtype), extreme)


def numpy_Nansum(x, axis=None, keepdims=False):
    x = tensor(x)
    if x.dtype.is_floating:
        x = tf.where(tf.math.is_nan(x), tf.zeros([], x.dtype), x)
    return tf.reduce_sum(summable(x), axis=axis, keepdims=keepdims)


def numpy_Nanprod(x, axis=None, keepdims=False):
    x = tensor(x)
    if x.dtype.is_floating:
        x = tf.where(tf.math.is_nan(x), tf.ones([], x.dtype), x)
    return numpy_Prod(x, axis, keepdims)


def numpy_Nanmean(x, axis=None, keepdims=False):
    x = tensor(x)
    if axis in ((), []):
        return x
    if not x.dtype.is_floating:
        return tf.reduce_mean(tf.cast(x, tf.float32), axis=axis, keepdims=keepdims)
    count = tf.reduce_sum(tf.cast(tf.logical_not(tf.math.is_nan(x)), x.dtype), axis=axis, keepdims=keepdims)
    return numpy_Nansum(x, axis, keepdims) / count


def numpy_Nanvar(x, axis=None, keepdims=False):
    x = floating(x)
    valid = tf.logical_not(tf.math.is_nan(x))
    centered = tf.square(tf.where(valid, x - numpy_Nanmean(x, axis, True), tf.zeros_like(x)))
    count = tf.reduce_sum(tf.cast(valid, x.dtype), axis=axis, keepdims=keepdims)
    return tf.reduce_sum(centered, axis=axis, keepdims=keepdims) / count


def numpy_Nanstd(x, axis=None, keepdims=False):
    return tf.sqrt(numpy_Nanvar(x, axis, keepdims))


def numpy_Nancumsum(x, axis=None, dtype=None):
    return numpy_Cumsum(numpy_NanToNum(x), axis, dtype)


def numpy_Nancumprod(x, axis=None, dtype=None):
    return numpy_Cumprod(numpy_NanToNum(x, 1.0), axis, dtype)


# --- quantiles ---


def numpy_Median(x, axis=None, keepdims=False):
    return quantile(x, 0.5, axes(axis), "linear", keepdims)


def numpy_Quantile(x, q, axis=None, method="linear", keepdims=False):
    # Keras's op forgets the method.
    return quantile(x, q, axes(axis), "linear", keepdims)


def numpy_Percentile(x, q, axis=None, method="linear", keepdims=False):
    return quantile(x, tensor(q, FLOATX) / 100.0, axes(axis), method, keepdims)


def numpy_Nanmedian(x, axis=None, keepdims=False):
    return tensor(x) if axis in ((), []) else nanquantile(x, tensor(0.5), axes(axis), "linear", keepdims)


def numpy_Nanquantile(x, q, axis=None, method="linear", keepdims=False):
    return nanquantile(x, tensor(q, FLOATX), axes(axis), method, keepdims)


def numpy_Nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    return nanquantile(x, tensor(q, FLOATX) / 100.0, axes(axis), method, keepdims)


def flat_last(x, axis):
    """The elements of some axes as the last one, after the others; all in one where axis is None."""
    if axis is None:
        return tf.reshape(x, [-1])
    rank = x.shape.rank
    axis = [a % rank for a in axis]
    others = [i for i in range(rank) if i not in axis]
    shape = shape_of(x)
    return tf.reshape(tf.transpose(x, others + axis), [shape[i] for i in others] + [-1])


def quantile(x, q, axis, method, keepdims):
    """Quantiles of the elements of some axes: those of q come first (tfp.stats.percentile)."""
    x, q = floating(x), tf.cast(tensor(q), tf.float64)
    rank, count = x.shape.rank, q.shape.rank
    ordered = tf.sort(flat_last(x, axis), axis=-1)
    last = tf.shape(ordered)[-1] - 1
    place = tf.cast(last, tf.float64) * q

    def elements(at):
        return tf.gather(ordered, tf.clip_by_value(tf.cast(at, tf.int32), 0, last), axis=-1)

    if method == "lower":
        result = elements(tf.floor(place))
    elif method == "higher":
        result = elements(tf.math.ceil(place))
    elif method == "nearest":
        result = elements(tf.round(place))
    elif method == "midpoint":
        result = 0.5 * (elements(tf.floor(place)) + elements(tf.math.ceil(place)))
    elif method == "linear":
        above = tf.clip_by_value(tf.cast(tf.math.ceil(place), tf.int32), 0, last)
        below = tf.maximum(above - 1, 0)
        above = tf.minimum(below + 1, last)
        part = tf.cast(tf.cast(above, tf.float64) - place, x.dtype)
        result = tf.gather(ordered, above, axis=-1) * (1 - part) + tf.gather(ordered, below, axis=-1) * part
    else:
        raise ValueError(f"unknown method {method!r} of a quantile; there are linear, lower, higher, nearest, midpoint")
    if x.dtype.is_floating:
        nan = tf.reduce_any(tf.math.is_nan(x), axis=axis)
        for _ in range(count):
            nan = tf.expand_dims(nan, -1)
        result = tf.where(nan, tf.constant(float("nan"), x.dtype), result)
    if keepdims:
        if axis is None:
            result = result * tf.ones([1] * (rank + count), result.dtype)
        else:
            for a in sorted([a % rank for a in axis]):
                result = tf.expand_dims(result, a)
    rank = result.shape.rank
    if rank < 2 or count % rank == 0:
        return result
    return tf.transpose(result, list(range(rank - count, rank)) + list(range(rank - count)))


def nanquantile(x, q, axis, method, keepdims):
    """Quantiles of the elements of some axes that are not NaN."""
    x = tensor(x)
    if not x.dtype.is_floating:
        return quantile(x, q, axis, method, keepdims)

    def of_row(row):
        valid = tf.boolean_mask(row, tf.logical_not(tf.math.is_nan(tf.cast(row, FLOATX))))
        result = tf.cond(
            tf.size(valid) > 0,
            lambda: quantile(valid, q, None, method, False),
            lambda: tf.fill(tf.shape(q), tf.constant(float("nan"), x.dtype)),
        )
        return tf.ensure_shape(result, q.shape)

    if axis is None:
        result = of_row(tf.reshape(x, [-1]))
        return tf.reshape(result, tf.concat([tf.shape(result), [1] * x.shape.rank], axis=0)) if keepdims else result
    rank = x.shape.rank
    axis = [a % rank for a in axis]
    shape = shape_of(x)
    others = [shape[i] for i in range(rank) if i not in axis]
    rows = flat_last(x, axis)
    rows = tf.reshape(rows, tf.stack([-1, tf.shape(rows)[-1]]))
    result = tf.map_fn(of_row, rows, fn_output_signature=tf.TensorSpec(q.shape, x.dtype))
    if q.shape.rank:
        result = tf.transpose(result, list(range(1, q.shape.rank + 1)) + [0])
    result = tf.reshape(result, shape_of(q) + others)
    if keepdims:
        for a in sorted(axis):
            result = tf.expand_dims(result, a + q.shape.rank)
    return result


# --- order ---


def numpy_Sort(x, axis=-1):
    x = tensor(x)
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    result = tf.cast(tf.sort(tf.cast(x, tf.int8), axis=axis), tf.bool) if x.dtype.is_bool else tf.sort(x, axis=axis)
    result.set_shape(x.shape)
    return result


def numpy_Argsort(x, axis=-1):
    x = tensor(x)
    if x.shape.rank == 0:
        return tf.constant([0], tf.int32)
    if x.dtype.is_bool:
        x = tf.cast(x, tf.uint8)
    if axis is None:
        return tf.argsort(tf.reshape(x, [-1]), axis=0)
    result = tf.argsort(x, axis=axis)
    result.set_shape(x.shape)
    return result


def numpy_Argpartition(x, kth, axis=-1):
    # As Keras does it: by whole numbers, and for what comes after kth by the same numbers with zeros for the first.
    x = tf.cast(x, tf.int32)
    if axis is None:
        x = tf.reshape(x, [-1])
    moved = axis is not None and axis % x.shape.rank != x.shape.rank - 1
    perm = list(range(x.shape.rank))
    if moved:
        perm[axis], perm[-1] = perm[-1], perm[axis]
        x = tf.transpose(x, perm)
    n = tf.shape(x)[-1]
    k = tf.clip_by_value(kth, 0, n - 1)
    first = tf.math.top_k(-x, k + 1).indices
    places = tf.where(tf.reduce_sum(tf.one_hot(first, n, dtype=tf.int32), axis=0))
    rest = tf.tensor_scatter_nd_update(x, places, tf.zeros([tf.shape(places)[0]], tf.int32))
    result = tf.concat([first, tf.math.top_k(rest, n - k - 1).indices], axis=-1)
    result.set_shape(x.shape)
    return tf.transpose(result, perm) if moved else result


def numpy_SearchSorted(sorted_sequence, values, side="left"):
    sequence = tensor(sorted_sequence)
    return tf.searchsorted(sequence, tensor(values), side=side, out_type=tf.int64 if sequence.shape[0] is None else tf.int32)


def numpy_Digitize(x, bins):
    x = tensor(x)
    if x.dtype.is_bool or x.dtype in (tf.int8, tf.int16, tf.uint8, tf.uint16):
        x = tensor(x, tf.int32)
    elif x.dtype == tf.uint32:
        x = tensor(x, tf.int64)
    elif x.dtype in (tf.bfloat16, tf.float16):
        x = tensor(x, tf.float32)
    bins = numbers_of(bins)
    if is_sparse(x):
        return with_values(x, tf.raw_ops.Bucketize(input=x.values, boundaries=bins))
    if isinstance(x, tf.RaggedTensor):
        return tf.ragged.map_flat_values(lambda values: tf.raw_ops.Bucketize(input=values, boundaries=bins), x)
    return tf.raw_ops.Bucketize(input=x, boundaries=bins)


def numbers_of(values):
    """A list of numbers, or a constant tensor of them, as Python numbers."""
    if tf.is_tensor(values):
        values = tf.get_static_value(values)
    return [float(v) for v in values]


def numpy_Bincount(x, weights=None, minlength=0, sparse=False):
    x = tensor(x)
    dtype = tf.int32
    if weights is not None:
        weights = tensor(weights)
        dtype = result_type(x, weights)
        if weights.dtype not in (tf.int32, tf.int64, tf.float32, tf.float64):
            weights = tf.cast(weights, tf.int32 if weights.dtype.is_integer else tf.float32)
    if x.dtype not in (tf.int32, tf.int64):
        x = tensor(x, tf.int32)
    if sparse or is_sparse(x):
        return cast_values(tf.sparse.bincount(x, weights=weights, minlength=minlength, axis=-1), dtype)
    return tf.cast(tf.math.bincount(x, weights=weights, minlength=minlength, axis=-1), dtype)


def numpy_Histogram(x, bins=10, range=None):
    x = tensor(x)
    low, high = (tf.reduce_min(x), tf.reduce_max(x)) if range is None else range
    x = tf.boolean_mask(x, tf.logical_and(x >= low, x <= high))
    edges = tf.cast(tf.linspace(low, high, bins + 1), x.dtype)
    places = tf.searchsorted(edges[1:-1], x, side="right")
    counts = tf.scatter_nd(tf.expand_dims(places, -1), tf.ones_like(places, dtype=x.dtype), [bins])
    return counts, edges


def numpy_Unique(
    x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None, fill_value=None
):
    x = tensor(x)
    shape = tf.shape(x)
    flat = axis is None
    if flat:
        x, axis = tf.reshape(x, [-1]), 0
        y, inverse, counts = tf.unique_with_counts(x)
    else:
        axis %= x.shape.rank
        y, inverse, counts = tf.raw_ops.UniqueWithCountsV2(x=x, axis=[axis])
        y.set_shape([None if i == axis else n for i, n in enumerate(x.shape.as_list())])
    number = tf.shape(y)[axis]
    index = None
    if return_index:
        index = tf.math.unsorted_segment_min(tf.range(tf.shape(x)[axis]), inverse, number)
    if sorted:
        order = tf.argsort(y) if y.shape.rank == 1 else lexical_order(y, axis)
        y, counts = tf.gather(y, order, axis=axis), tf.gather(counts, order)
        index = tf.gather(index, order) if return_index else None
        inverse = tf.gather(tf.math.invert_permutation(order), inverse)
    if size is not None:
        kept = tf.range(tf.minimum(number, size))
        missing = tf.maximum(0, size - number)
        fill = tf.cast(0 if fill_value is None else fill_value, y.dtype)
        static = y.shape.as_list()
        static[axis] = size
        paddings = [[0, missing if i == axis else 0] for i in range(y.shape.rank)]
        y = tf.pad(tf.gather(y, kept, axis=axis), paddings, constant_values=fill)
        y.set_shape(static)
        counts = tf.pad(tf.gather(counts, kept), [[0, missing]])
        counts.set_shape([size])
        if return_index:
            index = tf.pad(tf.gather(index, kept), [[0, missing]], constant_values=1)
            index.set_shape([size])
    if flat:
        inverse = tf.reshape(inverse, shape)
    asked = [(True, y), (return_index, index), (return_inverse, inverse), (return_counts, counts)]
    return [value for wanted, value in asked if wanted]


def lexical_order(y, axis):
    """The order of the slices of a tensor by their elements, the first of which counts most."""
    perm = list(range(y.shape.rank))
    perm[0], perm[axis] = perm[axis], perm[0]
    rows = tf.transpose(y, perm)
    rows = tf.reshape(rows, tf.stack([tf.shape(rows)[0], -1]))

    def by_column(i, order):
        column = tf.gather(rows[:, i], order)
        return i - 1, tf.gather(order, tf.argsort(column, stable=True))

    start = [tf.shape(rows)[1] - 1, tf.range(tf.shape(rows)[0])]
    loop = [tf.TensorShape([]), tf.TensorShape([None])]
    return tf.while_loop(lambda i, order: i >= 0, by_column, start, shape_invariants=loop)[1]
