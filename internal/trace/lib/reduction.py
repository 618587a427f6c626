"""tf.math: reductions, running sums, segments, top k and softmax."""

from tfsave import export, tf


def _reduce(op, x, axis, keepdims, name):
    axes = tf.internal.reduction_axes(x, axis)
    keepdims = False if keepdims is None else bool(keepdims)
    result = op(input=x, axis=axes, keep_dims=keepdims, name=name)
    if axis is None and not keepdims and not result.shape.is_fully_defined():
        result.set_shape(())
    return result


@export("math.reduce_sum", "reduce_sum")
def reduce_sum(input_tensor, axis=None, keepdims=False, name=None):
    """The sum over axis."""
    return _reduce(tf.raw_ops.Sum, input_tensor, axis, keepdims, name)


@export("math.reduce_mean", "reduce_mean")
def reduce_mean(input_tensor, axis=None, keepdims=False, name=None):
    """The mean over axis."""
    return _reduce(tf.raw_ops.Mean, input_tensor, axis, keepdims, name)


@export("math.reduce_prod", "reduce_prod")
def reduce_prod(input_tensor, axis=None, keepdims=False, name=None):
    """The product over axis."""
    return _reduce(tf.raw_ops.Prod, input_tensor, axis, keepdims, name)


@export("math.reduce_max", "reduce_max")
def reduce_max(input_tensor, axis=None, keepdims=False, name=None):
    """The largest element over axis."""
    return _reduce(tf.raw_ops.Max, input_tensor, axis, keepdims, name)


@export("math.reduce_min", "reduce_min")
def reduce_min(input_tensor, axis=None, keepdims=False, name=None):
    """The smallest element over axis."""
    return _reduce(tf.raw_ops.Min, input_tensor, axis, keepdims, name)


@export("math.reduce_all", "reduce_all")
def reduce_all(input_tensor, axis=None, keepdims=False, name=None):
    """Whether all elements over axis are true."""
    return _reduce(tf.raw_ops.All, input_tensor, axis, keepdims, name)


@export("math.reduce_any", "reduce_any")
def reduce_any(input_tensor, axis=None, keepdims=False, name=None):
    """Whether an element over axis is true."""
    return _reduce(tf.raw_ops.Any, input_tensor, axis, keepdims, name)


@export("math.reduce_euclidean_norm")
def reduce_euclidean_norm(input_tensor, axis=None, keepdims=False, name=None):
    """The Euclidean norm over axis."""
    return _reduce(tf.raw_ops.EuclideanNorm, input_tensor, axis, keepdims, name)


@export("math.reduce_logsumexp", "reduce_logsumexp")
def reduce_logsumexp(input_tensor, axis=None, keepdims=False, name=None):
    """log(sum(exp(x))) over axis, without overflow."""
    with tf.name_scope(name or "ReduceLogSumExp") as scope:
        raw_max = reduce_max(input_tensor, axis=axis, keepdims=True)
        finite = tf.raw_ops.IsFinite(x=raw_max)
        shift = tf.stop_gradient(tf.raw_ops.SelectV2(condition=finite, t=raw_max, e=0))
        exponentials = tf.math.exp(tf.math.subtract(input_tensor, shift))
        result = tf.raw_ops.Log(x=reduce_sum(exponentials, axis=axis, keepdims=keepdims))
        if not keepdims:
            shift = tf.reshape(shift, tf.raw_ops.Shape(input=result))
        result = tf.math.add(result, shift, name=scope)
        if axis is None and not keepdims and not result.shape.is_fully_defined():
            result.set_shape(())
        return result


@export("math.reduce_variance")
def reduce_variance(input_tensor, axis=None, keepdims=False, name=None):
    """The variance over axis: the mean squared distance from the mean."""
    with tf.name_scope(name or "reduce_variance"):
        input_tensor = tf.convert_to_tensor(input_tensor)
        means = reduce_mean(input_tensor, axis=axis, keepdims=True)
        if means.dtype.is_integer:
            raise TypeError(f"a variance is of real or complex numbers, got {means.dtype.name}")
        distance = input_tensor - means
        if distance.dtype.is_complex:
            squared = tf.raw_ops.Mul(x=tf.raw_ops.Conj(input=distance), y=distance)
            squared = tf.raw_ops.Real(input=squared, Tout=distance.dtype.real_dtype)
        else:
            squared = tf.raw_ops.Square(x=distance)
        return reduce_mean(squared, axis=axis, keepdims=keepdims)


@export("math.reduce_std")
def reduce_std(input_tensor, axis=None, keepdims=False, name=None):
    """The standard deviation over axis."""
    with tf.name_scope(name or "reduce_std"):
        input_tensor = tf.convert_to_tensor(input_tensor)
        return tf.raw_ops.Sqrt(x=reduce_variance(input_tensor, axis=axis, keepdims=keepdims))


@export("math.count_nonzero")
def count_nonzero(input, axis=None, keepdims=None, dtype=tf.int64, name=None):
    """The number of elements over axis that are not zero, false or empty."""
    with tf.name_scope(name or "count_nonzero"):
        input = tf.convert_to_tensor(input, name="input")
        if input.dtype == tf.bool:
            predicate = input
        else:
            predicate = tf.raw_ops.NotEqual(x=input, y=tf.zeros([], input.dtype))
        return tf.cast(reduce_sum(tf.cast(predicate, tf.int64), axis=axis, keepdims=keepdims), dtype)


def _count_nonzero_as(value, dtype):
    with tf.name_scope("count_nonzero"):
        zero = tf.zeros([], value.dtype)
        return reduce_sum(tf.cast(tf.math.not_equal(value, zero), dtype), name="nonzero_count")


@export("math.zero_fraction", "nn.zero_fraction")
def zero_fraction(value, name=None):
    """The share of zeros among the elements of value."""
    with tf.name_scope(name or "zero_fraction"):
        value = tf.convert_to_tensor(value, name="value")
        size = tf.size(value, out_type=tf.int64)
        nonzero = tf.cond(
            size <= tf.int32.max,
            true_fn=lambda: tf.cast(_count_nonzero_as(value, tf.int32), tf.int64),
            false_fn=lambda: _count_nonzero_as(value, tf.int64),
        )
        with tf.name_scope("counts_to_fraction"):
            zeros = size - nonzero
            fraction = tf.cast(zeros, tf.float32) / tf.cast(size, tf.float32)
        return tf.identity(fraction, "fraction")


@export("math.argmax", "argmax")
def argmax(input, axis=None, output_type=tf.int64, name=None):
    """The index of the largest element along axis, which is 0 unless given."""
    axis = 0 if axis is None else axis
    if isinstance(axis, tf.Tensor):
        if axis.dtype in (tf.int8, tf.int16, tf.uint8, tf.uint16):
            axis = tf.cast(axis, tf.int32)
        if axis.dtype not in (tf.int32, tf.int64):
            raise TypeError(f"axis is an integer of at most 16 bits, int32 or int64, got {axis.dtype.name}")
    elif not isinstance(axis, int):
        raise TypeError(f"axis is an int or an integer tensor, got {axis!r}")
    return tf.raw_ops.ArgMax(input=input, dimension=axis, output_type=output_type, name=name)


@export("math.argmin", "argmin")
def argmin(input, axis=None, output_type=tf.int64, name=None):
    """The index of the smallest element along axis, which is 0 unless given."""
    axis = 0 if axis is None else axis
    return tf.raw_ops.ArgMin(input=input, dimension=axis, output_type=output_type, name=name)


@export("math.cumsum", "cumsum")
def cumsum(x, axis=0, exclusive=False, reverse=False, name=None):
    """Running sums along axis."""
    with tf.name_scope(name or "Cumsum") as scope:
        x = tf.convert_to_tensor(x, name="x")
        return tf.raw_ops.Cumsum(x=x, axis=axis, exclusive=exclusive, reverse=reverse, name=scope)


@export("math.cumprod")
def cumprod(x, axis=0, exclusive=False, reverse=False, name=None):
    """Running products along axis."""
    with tf.name_scope(name or "Cumprod") as scope:
        x = tf.convert_to_tensor(x, name="x")
        return tf.raw_ops.Cumprod(x=x, axis=axis, exclusive=exclusive, reverse=reverse, name=scope)


@export("math.cumulative_logsumexp")
def cumulative_logsumexp(x, axis=0, exclusive=False, reverse=False, name=None):
    """Running log(sum(exp(x))) along axis."""
    with tf.name_scope(name or "CumulativeLogsumexp") as scope:
        x = tf.convert_to_tensor(x, name="x")
        return tf.raw_ops.CumulativeLogsumexp(x=x, axis=axis, exclusive=exclusive, reverse=reverse, name=scope)


@export("math.segment_sum")
def segment_sum(data, segment_ids, name=None):
    """The sum of each segment of rows; segment_ids are sorted."""
    return tf.raw_ops.SegmentSum(data=data, segment_ids=segment_ids, name=name)


@export("math.segment_mean")
def segment_mean(data, segment_ids, name=None):
    """The mean of each segment of rows; segment_ids are sorted."""
    return tf.raw_ops.SegmentMean(data=data, segment_ids=segment_ids, name=name)


@export("math.segment_prod")
def segment_prod(data, segment_ids, name=None):
    """The product of each segment of rows; segment_ids are sorted."""
    return tf.raw_ops.SegmentProd(data=data, segment_ids=segment_ids, name=name)


@export("math.segment_max")
def segment_max(data, segment_ids, name=None):
    """The largest element of each segment of rows; segment_ids are sorted."""
    return tf.raw_ops.SegmentMax(data=data, segment_ids=segment_ids, name=name)


@export("math.segment_min")
def segment_min(data, segment_ids, name=None):
    """The smallest element of each segment of rows; segment_ids are sorted."""
    return tf.raw_ops.SegmentMin(data=data, segment_ids=segment_ids, name=name)


@export("math.unsorted_segment_sum")
def unsorted_segment_sum(data, segment_ids, num_segments, name=None):
    """The sum of each segment of rows; segment_ids are in any order."""
    return tf.raw_ops.UnsortedSegmentSum(data=data, segment_ids=segment_ids, num_segments=num_segments, name=name)


@export("math.unsorted_segment_prod")
def unsorted_segment_prod(data, segment_ids, num_segments, name=None):
    """The product of each segment of rows; segment_ids are in any order."""
    return tf.raw_ops.UnsortedSegmentProd(data=data, segment_ids=segment_ids, num_segments=num_segments, name=name)


@export("math.unsorted_segment_max")
def unsorted_segment_max(data, segment_ids, num_segments, name=None):
    """The largest element of each segment of rows; segment_ids are in any order."""
    return tf.raw_ops.UnsortedSegmentMax(data=data, segment_ids=segment_ids, num_segments=num_segments, name=name)


@export("math.unsorted_segment_min")
def unsorted_segment_min(data, segment_ids, num_segments, name=None):
    """The smallest element of each segment of rows; segment_ids are in any order."""
    return tf.raw_ops.UnsortedSegmentMin(data=data, segment_ids=segment_ids, num_segments=num_segments, name=name)


def _segment_sizes(data, segment_ids, num_segments):
    """The size of each segment, at least 1, shaped to divide the segments' sums."""
    num_segments = tf.convert_to_tensor(num_segments)
    ones = tf.ones(tf.internal.shape(segment_ids), data.dtype)
    sizes = unsorted_segment_sum(ones, segment_ids, num_segments)
    shape = [num_segments[tf.newaxis], tf.ones([tf.rank(data) - tf.rank(segment_ids)], num_segments.dtype)]
    sizes = tf.reshape(sizes, tf.concat(shape, axis=0))
    return tf.raw_ops.Maximum(x=sizes, y=1)


@export("math.unsorted_segment_mean")
def unsorted_segment_mean(data, segment_ids, num_segments, name=None):
    """The mean of each segment of rows; segment_ids are in any order."""
    with tf.name_scope(name or "UnsortedSegmentMean"):
        data = tf.convert_to_tensor(data)
        segment_ids = tf.convert_to_tensor(segment_ids)
        sizes = _segment_sizes(data, segment_ids, num_segments)
        return unsorted_segment_sum(data, segment_ids, num_segments) / sizes


@export("math.unsorted_segment_sqrt_n")
def unsorted_segment_sqrt_n(data, segment_ids, num_segments, name=None):
    """The sum of each segment of rows divided by the square root of its size; segment_ids are in any order."""
    with tf.name_scope(name or "UnsortedSegmentSqrtN"):
        data = tf.convert_to_tensor(data)
        segment_ids = tf.convert_to_tensor(segment_ids)
        sizes = _segment_sizes(data, segment_ids, num_segments)
        return unsorted_segment_sum(data, segment_ids, num_segments) / tf.raw_ops.Sqrt(x=sizes)


@export("math.top_k", "nn.top_k")
def top_k(input, k=1, sorted=True, index_type=tf.int32, name=None):
    """The k largest elements of the last dimension, and their indices."""
    return tf.raw_ops.TopKV2(input=input, k=k, sorted=sorted, index_type=index_type, name=name)


@export("math.approx_max_k", "nn.approx_max_k")
def approx_max_k(
    operand,
    k,
    reduction_dimension=-1,
    recall_target=0.95,
    reduction_input_size_override=-1,
    aggregate_to_topk=True,
    name=None,
):
    """The k largest elements of a dimension and their indices, found approximately."""
    return tf.raw_ops.ApproxTopK(
        input=operand,
        k=k,
        reduction_dimension=reduction_dimension,
        recall_target=recall_target,
        is_max_k=True,
        reduction_input_size_override=reduction_input_size_override,
        aggregate_to_topk=aggregate_to_topk,
        name=name,
    )


@export("math.approx_min_k", "nn.approx_min_k")
def approx_min_k(
    operand,
    k,
    reduction_dimension=-1,
    recall_target=0.95,
    reduction_input_size_override=-1,
    aggregate_to_topk=True,
    name=None,
):
    """The k smallest elements of a dimension and their indices, found approximately."""
    return tf.raw_ops.ApproxTopK(
        input=operand,
        k=k,
        reduction_dimension=reduction_dimension,
        recall_target=recall_target,
        is_max_k=False,
        reduction_input_size_override=reduction_input_size_override,
        aggregate_to_topk=aggregate_to_topk,
        name=name,
    )


@export("math.in_top_k", "nn.in_top_k")
def in_top_k(targets, predictions, k, name=None):
    """Whether each target is among the k largest predictions of its row."""
    with tf.name_scope(name or "in_top_k"):
        return tf.raw_ops.InTopKV2(predictions=predictions, targets=targets, k=k, name=name)


def _compare_neighbours(x, compare):
    x = tf.reshape(x, [-1])
    if x.dtype in (tf.bool, tf.string):
        raise TypeError(f"order is of numbers, got {x.dtype.name}")
    too_short = tf.math.less(tf.size(x), 2)
    pairs = tf.shape(x) - 1
    return tf.cond(
        too_short,
        lambda: tf.convert_to_tensor([], tf.bool),
        lambda: compare(tf.strided_slice(x, [1], [1] + pairs), tf.strided_slice(x, [0], pairs)),
    )


@export("math.is_non_decreasing")
def is_non_decreasing(x, name=None):
    """Whether no element of x is smaller than the one before."""
    with tf.name_scope(name or "is_non_decreasing"):
        return reduce_all(_compare_neighbours(x, tf.math.greater_equal))


@export("math.is_strictly_increasing")
def is_strictly_increasing(x, name=None):
    """Whether every element of x is larger than the one before."""
    with tf.name_scope(name or "is_strictly_increasing"):
        return reduce_all(_compare_neighbours(x, tf.math.greater))


def _softmax_along(op, logits, axis, name):
    """op over the last dimension; another axis is swapped with the last one, and back."""
    logits = tf.convert_to_tensor(logits)
    shape = logits.shape
    if axis is None or axis == -1 or (shape.rank is not None and axis == shape.rank - 1):
        return op(logits=logits, name=name)
    if shape.rank is None:
        raise TypeError("a softmax over another than the last dimension needs a known rank")
    if not -shape.rank <= axis < shape.rank:
        raise ValueError(f"axis is {axis}, and logits have the rank {shape.rank}")
    rank = tf.rank(logits)
    if axis < 0:
        axis += rank
    last = tf.rank(logits)
    axis = axis % shape.rank

    def swap(x, name=None):
        end = tf.math.subtract(last, 1)
        order = tf.concat([tf.range(axis), [end], tf.range(axis + 1, end), [axis]], 0)
        return tf.transpose(x, order, name=name)

    result = swap(op(logits=swap(logits)), name=name)
    result.set_shape(shape)
    return result


@export("math.softmax", "nn.softmax")
def softmax(logits, axis=None, name=None):
    """exp(logits) divided by their sum along axis, the last dimension unless given."""
    return _softmax_along(tf.raw_ops.Softmax, logits, axis, name)


@export("math.log_softmax", "nn.log_softmax")
def log_softmax(logits, axis=None, name=None):
    """The logarithm of softmax(logits, axis)."""
    return _softmax_along(tf.raw_ops.LogSoftmax, logits, axis, name)
