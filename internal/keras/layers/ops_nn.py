"""keras.ops: neural networks (keras/src/ops/nn.py and keras/src/backend/tensorflow/nn.py, Keras 3.15)."""

from activations import celu, elu, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_tanh, leaky_relu, log_sigmoid
from activations import log_softmax, selu, silu, soft_shrink, softmax, sparse_plus, sparse_sigmoid, sparsemax, squareplus
from activations import tanh_shrink
from base import numbers
from convolutional import convolution, depthwise_convolution, separable_convolution, to_channels_first, to_channels_last
from convolutional import transposed_convolution
from ops_linalg import linalg_Norm
from ops_numpy import numpy_Log10, numpy_Square
from ops_numpy_reductions import at_least_float32, numpy_Mean, numpy_Sum, numpy_Var
from ops_types import axes, dtype_named, operands, result_type, tensor
from pooling import adaptive_pool, pool
from sparse import with_shape
from tfsave import tf

EPSILON = 1e-7  # keras.config.epsilon()

# --- activations ---


def nn_Relu(x):
    return tf.nn.relu(x)


def nn_Relu6(x):
    return tf.nn.relu6(x)


def nn_Sigmoid(x):
    return tf.sigmoid(x)


def nn_SparseSigmoid(x):
    return sparse_sigmoid(tensor(x))


def nn_Softplus(x):
    return tf.math.softplus(x)


def nn_Softsign(x):
    return tf.nn.softsign(x)


def nn_SoftShrink(x, threshold=0.5):
    return soft_shrink(x, threshold)


def nn_SparsePlus(x):
    return sparse_plus(x)


def nn_Silu(x):
    return silu(x)


def nn_Squareplus(x, b=4):
    return squareplus(tensor(x), b)


def nn_LogSigmoid(x):
    return log_sigmoid(x)


def nn_LeakyRelu(x, negative_slope=0.2):
    return leaky_relu(x, negative_slope)


def nn_HardSigmoid(x):
    return hard_sigmoid(tensor(x))


def nn_HardSilu(x):
    return hard_silu(x)


def nn_Elu(x, alpha=1.0):
    return elu(x, alpha)


def nn_Selu(x):
    return selu(x)


def nn_Gelu(x, approximate=True):
    return gelu(x, approximate)


def nn_Celu(x, alpha=1.0):
    return celu(x, alpha)


def nn_Glu(x, axis=-1):
    return glu(x, axis)


def nn_TanhShrink(x):
    return tanh_shrink(x)


def nn_HardTanh(x):
    return hard_tanh(x)


def nn_HardShrink(x, threshold=0.5):
    return hard_shrink(x, threshold)


def nn_Threshold(x, threshold, default_value):
    return tf.where(x > threshold, x, tf.cast(default_value, x.dtype))


def nn_Softmax(x, axis=-1):
    return softmax(x, axis)


def nn_LogSoftmax(x, axis=-1):
    return log_softmax(x, axis)


def nn_Sparsemax(x, axis=-1):
    return sparsemax(tensor(x), axis)


# --- pooling and convolutions ---


def nn_MaxPool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    return pool(pool_options(inputs, pool_size, strides, padding, data_format), inputs, tf.nn.max_pool)


def nn_AveragePool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    return pool(pool_options(inputs, pool_size, strides, padding, data_format), inputs, tf.nn.avg_pool)


def pool_options(inputs, pool_size, strides, padding, data_format):
    rank = inputs.shape.rank - 2
    return {
        "pool_size": numbers(pool_size, rank), "strides": numbers(pool_size if strides is None else strides, rank),
        "padding": padding, "data_format": data_format,
    }


def nn_AdaptiveMaxPool(inputs, output_size, data_format=None):
    size = numbers(output_size, inputs.shape.rank - 2)
    return adaptive_pool({"output_size": size, "data_format": data_format}, inputs, "MAX")


def nn_AdaptiveAveragePool(inputs, output_size, data_format=None):
    size = numbers(output_size, inputs.shape.rank - 2)
    return adaptive_pool({"output_size": size, "data_format": data_format}, inputs, "AVG")


def convolution_options(inputs, strides, padding, data_format, dilation_rate):
    rank = inputs.shape.rank - 2
    return {
        "strides": numbers(strides, rank), "padding": padding.lower(), "data_format": data_format,
        "dilation_rate": numbers(dilation_rate, rank),
    }


def nn_Conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    return convolution(convolution_options(inputs, strides, padding, data_format, dilation_rate), inputs, tensor(kernel))


def nn_DepthwiseConv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    c = convolution_options(inputs, strides, padding, data_format, dilation_rate)
    return depthwise_convolution(c, tensor(inputs), tensor(kernel))


def nn_SeparableConv(
    inputs, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None, dilation_rate=1
):
    c = convolution_options(inputs, strides, padding, data_format, dilation_rate)
    return separable_convolution(c, tensor(inputs), tensor(depthwise_kernel), tensor(pointwise_kernel))


def nn_ConvTranspose(
    inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
):
    c = convolution_options(inputs, strides, padding, data_format, dilation_rate)
    c["output_padding"] = None if output_padding is None else numbers(output_padding, inputs.shape.rank - 2)
    return transposed_convolution(c, tensor(inputs), tensor(kernel))


def nn_DepthToSpace(x, block_size, data_format="channels_last"):
    if data_format == "channels_first":
        return to_channels_first(tf.nn.depth_to_space(to_channels_last(x), block_size))
    return tf.nn.depth_to_space(x, block_size)


def nn_SpaceToDepth(x, block_size, data_format="channels_last"):
    if data_format == "channels_first":
        return to_channels_first(tf.nn.space_to_depth(to_channels_last(x), block_size))
    return tf.nn.space_to_depth(x, block_size)


def nn_Unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    k, d, p, s = [numbers(n, 2) for n in (kernel_size, dilation, padding, stride)]
    channels = x.shape[1]
    if max(p) > 0:
        x = tf.pad(x, [[0, 0], [0, 0], [p[0], p[0]], [p[1], p[1]]])
    patches = tf.image.extract_patches(to_channels_last(x), [1] + k + [1], [1] + s + [1], [1] + d + [1], "VALID")
    rows, columns = patches.shape[1], patches.shape[2]
    patches = tf.transpose(tf.reshape(patches, [-1, rows, columns] + k + [channels]), [0, 5, 3, 4, 1, 2])
    return tf.reshape(patches, [-1, channels * k[0] * k[1], rows * columns])


def nn_Fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    size, k, d, p, s = [numbers(n, 2) for n in (output_size, kernel_size, dilation, padding, stride)]
    rows, columns = [(size[i] + 2 * p[i] - d[i] * (k[i] - 1) - 1) // s[i] + 1 for i in range(2)]
    channels = x.shape[1] // (k[0] * k[1])
    parts = tf.reshape(x, [-1, channels] + k + [rows, columns])
    places, values = [], []
    for i in range(k[0]):
        for j in range(k[1]):
            for r in range(rows):
                for c in range(columns):
                    places.append([r * s[0] + i * d[0], c * s[1] + j * d[1]])
            values.append(tf.reshape(tf.transpose(parts[:, :, i, j], [2, 3, 0, 1]), [rows * columns, -1]))
    padded = [size[i] + 2 * p[i] for i in range(2)]
    values = tf.concat(values, axis=0)
    sums = tf.scatter_nd(tf.constant(places, tf.int32), values, tf.stack(padded + [tf.shape(values)[1]]))
    sums = sums[p[0] : padded[0] - p[0], p[1] : padded[1] - p[1]]
    result = tf.transpose(tf.reshape(sums, size + [-1, channels]), [2, 3, 0, 1])
    result.set_shape([x.shape[0], channels] + size)
    return result


# --- classes ---


def nn_OneHot(x, num_classes, axis=-1, dtype=None, sparse=False):
    x = tensor(x, tf.int64)
    to = dtype_named(dtype) if dtype else tf.float32
    if sparse:
        return sparse_one_hot(x, num_classes, axis % (x.shape.rank + 1), to)
    on, off = (True, False) if to.is_bool else (None, None)
    return tf.one_hot(x, num_classes, on_value=on, off_value=off, axis=axis, dtype=to)


def sparse_one_hot(x, depth, axis, dtype):
    """A value for each number: one, or zero in the first place for a negative one."""
    places = tf.where(tf.ones_like(x, dtype=tf.bool))
    category = tf.reshape(tf.maximum(x, 0), [-1, 1])
    indices = tf.concat([places[:, :axis], category, places[:, axis:]], axis=1)
    sizes = tf.shape(x, out_type=tf.int64)
    shape = tf.concat([sizes[:axis], tf.constant([depth], tf.int64), sizes[axis:]], axis=0)
    static = x.shape.as_list()
    return with_shape(
        tf.SparseTensor(indices, tf.cast(tf.reshape(x, [-1]) >= 0, dtype), shape), static[:axis] + [depth] + static[axis:]
    )


def nn_MultiHot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, num_tokens=None):
    # The op forgets that the result should be sparse.
    classes = num_tokens if num_classes is None else num_classes
    ones = nn_OneHot(inputs, classes, axis, dtype)
    reduce = tf.reduce_any if ones.dtype.is_bool else tf.reduce_max
    return reduce(ones, axis=1 if inputs.shape.rank > 1 else 0)


def logits_of(x, function):
    """What softmax or sigmoid was applied to, where x is that of something: then losses are computed from it."""
    return x.op.inputs[0] if x.op.type == function else None


def probabilities(x):
    return tf.clip_by_value(x, EPSILON, 1.0 - EPSILON)


def nn_BinaryCrossentropy(target, output, from_logits=False):
    target, output = tensor(target), tensor(output)
    logits = logits_of(output, "Sigmoid")
    if logits is not None or from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=output if logits is None else logits)
    output = probabilities(output)
    return -(target * tf.math.log(output) + (1 - target) * tf.math.log(1 - output))


def nn_CategoricalCrossentropy(target, output, from_logits=False, axis=-1):
    target, output = tensor(target), tensor(output)
    logits = logits_of(output, "Softmax")
    if logits is not None or from_logits:
        logits = output if logits is None else logits
        return tf.nn.softmax_cross_entropy_with_logits(labels=target, logits=logits, axis=axis)
    output = probabilities(output / tf.reduce_sum(output, axis, keepdims=True))
    return -tf.reduce_sum(target * tf.math.log(output), axis)


def nn_SparseCategoricalCrossentropy(target, output, from_logits=False, axis=-1):
    target, output = tensor(target, tf.int64), tensor(output)
    if target.shape.rank == output.shape.rank and target.shape[-1] == 1:
        target = tf.squeeze(target, axis=-1)
    logits = logits_of(output, "Softmax")
    if logits is None:
        logits = output if from_logits else tf.math.log(probabilities(output))
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits)


def nn_CTCLoss(target, output, target_length, output_length, mask_index=0):
    output = tensor(output)
    to = result_type(output, tf.float32)
    loss = tf.nn.ctc_loss(
        labels=tensor(target, tf.int32), logits=tensor(output, tf.float32), label_length=tensor(target_length),
        logit_length=tensor(output_length), blank_index=mask_index, logits_time_major=False,
    )
    return tensor(loss, to)


def nn_CTCDecode(
    inputs, sequence_lengths, strategy="greedy", beam_width=100, top_paths=1, merge_repeated=True, mask_index=0
):
    inputs = tensor(inputs)
    shape = tf.shape(inputs)
    classes = inputs.shape[-1]
    x = tensor(tf.transpose(inputs, [1, 0, 2]), result_type(inputs, tf.float32))
    lengths = tensor(sequence_lengths, tf.int32)
    if strategy == "greedy":
        decoded, scores = tf.nn.ctc_greedy_decoder(
            inputs=x, sequence_length=lengths, merge_repeated=merge_repeated, blank_index=mask_index
        )
    elif strategy == "beam_search":
        if mask_index is not None:  # the blank is the last class for TensorFlow. (Keras cuts at a negative index as it is.)
            x = tf.concat([x[..., :mask_index], x[..., mask_index + 1 :], x[..., mask_index : mask_index + 1]], axis=-1)
        decoded, scores = tf.nn.ctc_beam_search_decoder(
            inputs=x, sequence_length=lengths, beam_width=beam_width, top_paths=top_paths
        )
    else:
        raise ValueError(f"unknown strategy {strategy!r}; there are greedy and beam_search")
    dense = []
    for d in decoded:
        d = tf.SparseTensor(d.indices, d.values, tf.cast(tf.stack([shape[0], shape[1]]), tf.int64))
        dense.append(tf.sparse.to_dense(d, default_value=-1))
    labels = tf.cast(tf.stack(dense, axis=0), tf.int32)
    if strategy == "beam_search" and mask_index is not None:
        if mask_index < 0:
            mask_index += shape[-1] if classes is None else classes
        labels = tf.where(labels >= mask_index, labels + 1, labels)
    return labels, scores


# --- normalization ---


def nn_Moments(x, axes, keepdims=False, synchronized=False):
    x = tensor(x)
    half = x.dtype in (tf.float16, tf.bfloat16)
    mean, variance = tf.nn.moments(tf.cast(x, tf.float32) if half else x, axes, keepdims=keepdims)
    if not half:
        return mean, variance
    low, high = tf.float16.min, tf.float16.max
    return tf.cast(tf.clip_by_value(mean, low, high), x.dtype), tf.cast(tf.clip_by_value(variance, low, high), x.dtype)


def nn_BatchNorm(x, mean, variance, offset=None, scale=None, axis=-1, epsilon=1e-3):
    def shaped(v):
        if v is None:
            return None
        v = tensor(v)
        shape = [1] * x.shape.rank
        shape[axis] = -1
        return v if axis == -1 else tf.reshape(v, shape)

    return tf.nn.batch_normalization(x, shaped(mean), shaped(variance), shaped(offset), shaped(scale), epsilon)


def nn_Normalize(x, axis=-1, order=2, epsilon=None):
    x = tensor(x)
    if x.shape.rank == 0:
        x = tf.expand_dims(x, 0)
    if epsilon is None:
        epsilon = EPSILON
    if order == 2:
        inverse = tf.math.rsqrt(numpy_Sum(numpy_Square(x), axis, True))
        return x * tf.minimum(inverse, tf.cast(1.0 / epsilon, inverse.dtype))
    length = linalg_Norm(x, order, axis, True)
    return tf.divide(*operands(x, tf.maximum(length, tf.cast(epsilon, length.dtype))))


def nn_RMSNorm(x, scale=None, axis=-1, epsilon=None):
    x = tensor(x)
    wide = at_least_float32(x)
    if wide.shape.rank == 0:
        wide = tf.expand_dims(wide, 0)
    result = wide * tf.math.rsqrt(numpy_Mean(tf.square(wide), axis, True) + (EPSILON if epsilon is None else epsilon))
    if scale is not None:
        result = result * tensor(scale, wide.dtype)
    return tensor(result, x.dtype)


def nn_LayerNorm(x, gamma=None, beta=None, axis=-1, epsilon=None, rms_scaling=False):
    x = tensor(x)
    wide = at_least_float32(x)
    rank = wide.shape.rank
    axis = sorted(axes(axis))
    epsilon = EPSILON if epsilon is None else epsilon
    shape = [1] * rank
    for a in axis:
        shape[a] = wide.shape[a]

    def shaped(v):
        if v is None:
            return None
        v = tensor(v, wide.dtype)
        return v if v.shape.rank == rank or axis == [rank - 1] else tf.reshape(v, shape)

    gamma, beta = shaped(gamma), shaped(beta)
    if rms_scaling:
        result = wide * tf.math.rsqrt(numpy_Var(wide, axis, True) + epsilon)
        return tensor(result if gamma is None else result * gamma, x.dtype)
    mean, variance = tf.nn.moments(wide, axis, keepdims=True)
    inverse = tf.math.rsqrt(variance + epsilon)
    if gamma is not None:
        inverse = inverse * gamma
    shift = -mean * inverse
    if beta is not None:
        shift = shift + beta
    return tensor(wide * inverse + shift, x.dtype)


# --- others ---


def nn_PSNR(x1, x2, max_val):
    error = tf.reduce_mean(tf.square(x1 - x2))
    return 20 * numpy_Log10(tensor(max_val, tensor(x2).dtype)) - 10 * numpy_Log10(error)


def nn_Polar(abs_, angle):
    length, angle = tensor(abs_), tensor(angle)
    return tf.complex(length * tf.cos(angle), length * tf.sin(angle))


def nn_DotProductAttention(
    query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None, attn_logits_soft_cap=None
):
    if flash_attention:
        raise ValueError("flash attention is not for TensorFlow")
    to = result_type(tensor(query), tensor(key), tensor(value))
    query, key, value = tensor(query, to), tensor(key, to), tensor(value, to)
    heads, groups = query.shape[2], key.shape[2]
    if heads is not None and groups is not None and heads > groups > 1:
        key, value = tf.repeat(key, heads // groups, axis=2), tf.repeat(value, heads // groups, axis=2)
    logits = at_least_float32(tf.einsum("BTNH,BSNH->BNTS", query, key))
    if scale is None:
        scale = 1.0 / tf.sqrt(tf.cast(tf.shape(key)[-1], tf.float32))
    logits = logits * tf.cast(scale, logits.dtype)
    if bias is not None:
        logits = logits + tf.cast(tensor(bias, to), logits.dtype)
    kept = None if mask is None else tensor(mask)
    if is_causal:
        shape = tf.shape(logits)
        before = tf.expand_dims(tf.range(shape[2]), 1) >= tf.expand_dims(tf.range(shape[3]), 0)
        kept = before if kept is None else tf.logical_and(kept, before)
    if kept is not None:
        logits = tf.where(kept, logits, tf.constant(-0.7 * 3.38953e38, logits.dtype))
    return tf.einsum("BNTS,BSNH->BTNH", tf.cast(tf.nn.softmax(logits, axis=-1), to), value)
