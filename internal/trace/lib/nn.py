"""tf.nn: activations, bias, normalization, dropout."""

from tfsave import export, tf


@export("nn.relu")
def relu(features, name=None):
    """max(features, 0)."""
    return tf.raw_ops.Relu(features=features, name=name)


@export("nn.elu")
def elu(features, name=None):
    """features where positive, else exp(features) - 1."""
    return tf.raw_ops.Elu(features=features, name=name)


@export("nn.selu")
def selu(features, name=None):
    """The scaled exponential linear unit."""
    return tf.raw_ops.Selu(features=features, name=name)


@export("nn.l2_loss")
def l2_loss(t, name=None):
    """Half the sum of squares."""
    return tf.raw_ops.L2Loss(t=t, name=name)


@export("nn.local_response_normalization", "nn.lrn")
def local_response_normalization(input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None):
    """Each element divided by a power of the squared sum of its neighbours in the last dimension."""
    return tf.raw_ops.LRN(input=input, depth_radius=depth_radius, bias=bias, alpha=alpha, beta=beta, name=name)


@export("nn.depth_to_space")
def depth_to_space(input, block_size, data_format="NHWC", name=None):
    """Each pixel's depth laid out as a square of block_size."""
    return tf.raw_ops.DepthToSpace(input=input, block_size=block_size, data_format=data_format, name=name)


@export("nn.space_to_depth")
def space_to_depth(input, block_size, data_format="NHWC", name=None):
    """The inverse of depth_to_space."""
    return tf.raw_ops.SpaceToDepth(input=input, block_size=block_size, data_format=data_format, name=name)


@export("nn.relu6")
def relu6(features, name=None):
    """min(max(features, 0), 6)."""
    with tf.name_scope(name or "Relu6") as scope:
        features = tf.convert_to_tensor(features, name="features")
        return tf.raw_ops.Relu6(features=features, name=scope)


@export("nn.leaky_relu")
def leaky_relu(features, alpha=0.2, name=None):
    """features where positive, else alpha * features; integers become float32."""
    with tf.name_scope(name or "LeakyRelu") as scope:
        features = tf.convert_to_tensor(features, name="features")
        if features.dtype.is_integer:
            features = tf.cast(features, tf.float32)
        return tf.raw_ops.LeakyRelu(features=features, alpha=alpha, name=scope)


@export("nn.crelu")
def crelu(features, axis=-1, name=None):
    """relu of features and of -features, side by side along axis."""
    with tf.name_scope(name or "CRelu") as scope:
        features = tf.convert_to_tensor(features, name="features")
        both = tf.concat([features, -features], axis, name=scope)
        return tf.raw_ops.Relu(features=both)


@export("nn.gelu")
def gelu(features, approximate=False, name=None):
    """features times the normal distribution function of features, or its approximation by tanh."""
    with tf.name_scope(name or "Gelu"):
        features = tf.convert_to_tensor(features, name="features")
        if not features.dtype.is_floating:
            raise ValueError(f"gelu takes floating point numbers, got {features.dtype.name}")
        if approximate:
            coefficient = tf.cast(0.044715, features.dtype)
            inner = lambda: 0.7978845608028654 * (features + coefficient * tf.math.pow(features, 3))
            return 0.5 * features * (1.0 + tf.math.tanh(inner()))
        return 0.5 * features * tf.math.erfc(-features * tf.cast(0.7071067811865476, features.dtype))


@export("nn.silu", "nn.swish")
def silu(features, beta=1.0):
    """features * sigmoid(beta * features)."""
    features = tf.convert_to_tensor(features, name="features")
    beta = tf.convert_to_tensor(beta, name="beta")
    beta = tf.cast(beta, features.dtype)

    def forward(features, beta):
        def grad(dy):
            with tf.control_dependencies([dy]):
                gate = tf.math.sigmoid(beta * features)
            by_features = gate * (1.0 + beta * features * (1.0 - gate))
            by_beta = tf.math.reduce_sum(dy * tf.math.square(features) * gate * (1.0 - gate))
            return dy * by_features, by_beta

        return features * tf.math.sigmoid(beta * features), grad

    return tf.custom_gradient(forward)(features, beta)


@export("nn.bias_add")
def bias_add(value, bias, data_format=None, name=None):
    """value plus bias, which is one number for each channel."""
    with tf.name_scope(name or "BiasAdd") as scope:
        if data_format is None or (data_format.startswith("N") and data_format.endswith("C")):
            data_format = "NHWC"
        elif data_format.startswith("NC"):
            data_format = "NCHW"
        else:
            raise ValueError(f"data_format is N...C or NC..., got {data_format!r}")
        value = tf.convert_to_tensor(value, name="input")
        bias = tf.convert_to_tensor(bias, dtype=value.dtype, name="bias")
        return tf.raw_ops.BiasAdd(value=value, bias=bias, data_format=data_format, name=scope)


@export("nn.moments")
def moments(x, axes, shift=None, keepdims=False, name=None):
    """The mean and the variance over axes; shift is not used."""
    with tf.name_scope(name or "moments"):
        narrow = x.dtype == tf.float16
        wide = tf.cast(x, tf.float32) if narrow else x
        mean = tf.math.reduce_mean(wide, axes, keepdims=True, name="mean")
        distance = tf.math.squared_difference(wide, tf.stop_gradient(mean))
        variance = tf.math.reduce_mean(distance, axes, keepdims=True, name="variance")
        if not keepdims:
            mean = tf.squeeze(mean, axes)
            variance = tf.squeeze(variance, axes)
        if narrow:
            return tf.cast(mean, tf.float16), tf.cast(variance, tf.float16)
        return mean, variance


@export("nn.weighted_moments")
def weighted_moments(x, axes, frequency_weights, keepdims=False, name=None):
    """The mean and the variance over axes, where each element counts frequency_weights times."""
    with tf.name_scope(name or "weighted_moments"):
        x = tf.convert_to_tensor(x, name="x")
        weights = tf.convert_to_tensor(frequency_weights, name="frequency_weights")
        narrow = x.dtype == tf.float16
        if narrow:
            x = tf.cast(x, tf.float32)
        if weights.dtype != x.dtype:
            weights = tf.cast(weights, x.dtype)
        total = tf.math.reduce_sum(weights * x, axes, name="weighted_input_sum", keepdims=True)
        everywhere = weights + tf.zeros_like(x)
        count = tf.math.reduce_sum(everywhere, axes, name="sum_of_weights", keepdims=True)
        mean = tf.math.divide_no_nan(total, count)
        distance = weights * tf.math.squared_difference(x, mean)
        distance = tf.math.reduce_sum(distance, axes, name="weighted_distsq", keepdims=True)
        variance = tf.math.divide_no_nan(distance, count)
        if not keepdims:
            mean = tf.squeeze(mean, axis=axes)
            variance = tf.squeeze(variance, axis=axes)
        if narrow:
            return tf.cast(mean, tf.float16), tf.cast(variance, tf.float16)
        return mean, variance


@export("nn.sufficient_statistics")
def sufficient_statistics(x, axes, shift=None, keepdims=False, name=None):
    """The count, the sum and the sum of squares over axes, of x or of x - shift; and shift."""
    axes = list(set(axes))
    with tf.name_scope(name or "sufficient_statistics"):
        x = tf.convert_to_tensor(x, name="x")
        if x.shape.rank is not None and all(x.shape[d] is not None for d in axes):
            count = 1
            for d in axes:
                count *= x.shape[d]
            count = tf.constant(count, dtype=x.dtype)
        else:
            rank = tf.rank(x)
            positive = [d + rank if d < 0 else d for d in axes]
            sizes = tf.gather(tf.cast(tf.shape(x), x.dtype), positive)
            count = tf.math.reduce_prod(sizes, name="count")
        if shift is None:
            shifted, squares = x, tf.math.square(x)
        else:
            shift = tf.convert_to_tensor(shift, name="shift")
            shifted, squares = tf.math.subtract(x, shift), tf.math.squared_difference(x, shift)
        total = tf.math.reduce_sum(shifted, axes, keepdims=keepdims, name="mean_ss")
        squares = tf.math.reduce_sum(squares, axes, keepdims=keepdims, name="var_ss")
    return count, total, squares, shift


@export("nn.normalize_moments")
def normalize_moments(counts, mean_ss, variance_ss, shift, name=None):
    """The mean and the variance from what sufficient_statistics gives."""
    with tf.name_scope(name or "normalize"):
        divisor = tf.math.reciprocal(counts, name="divisor")
        if shift is None:
            shifted = mean = tf.math.multiply(mean_ss, divisor, name="mean")
        else:
            shifted = tf.math.multiply(mean_ss, divisor, name="shifted_mean")
            mean = tf.math.add(shifted, shift, name="mean")
        variance = tf.math.subtract(tf.math.multiply(variance_ss, divisor), tf.math.square(shifted), name="variance")
    return mean, variance


@export("nn.batch_normalization")
def batch_normalization(x, mean, variance, offset, scale, variance_epsilon, name=None):
    """x with its mean and variance removed, scaled and shifted; scale and offset may be None."""
    with tf.name_scope(name or "batchnorm"):
        factor = tf.math.rsqrt(variance + variance_epsilon)
        if scale is not None:
            factor *= scale
        scaled = x * tf.cast(factor, x.dtype)
        constant = -mean * factor if offset is None else offset - mean * factor
        return scaled + tf.cast(constant, x.dtype)


@export("nn.batch_norm_with_global_normalization")
def batch_norm_with_global_normalization(
    input, mean, variance, beta, gamma, variance_epsilon, scale_after_normalization, name=None
):
    """batch_normalization with gamma as the scale, if scale_after_normalization, and beta as the offset."""
    scale = gamma if scale_after_normalization else None
    return batch_normalization(input, mean, variance, beta, scale, variance_epsilon, name)


def _noise_shape(x, noise_shape):
    if noise_shape is None:
        return tf.shape(x)
    if isinstance(noise_shape, (list, tuple)):
        if not all(d is None or isinstance(d, int) for d in noise_shape):
            return noise_shape
    elif not isinstance(noise_shape, tf.TensorShape):
        return noise_shape
    wanted = tf.TensorShape(noise_shape)
    if x.shape.rank is None or x.shape.rank != wanted.rank:
        return noise_shape
    return tf.TensorShape([have if want is None else want for have, want in zip(x.shape.as_list(), wanted.as_list())])


def _dropout(x, rate, noise_shape, uniform_sampler, name):
    is_number = isinstance(rate, (int, float))
    if is_number and not 0 <= rate < 1:
        raise ValueError(f"rate is at least 0 and less than 1, got {rate}")
    with tf.name_scope(name):
        x = tf.convert_to_tensor(x, name="x")
        if not x.dtype.is_floating:
            raise ValueError(f"dropout takes floating point numbers, got {x.dtype.name}")
        if is_number and rate == 0:
            return x
        if is_number:
            scale = tf.convert_to_tensor(1 / (1 - rate), dtype=x.dtype)
            scaled = tf.raw_ops.Mul(x=x, y=scale)
        elif tf.is_tensor(rate):
            rate.shape.assert_has_rank(0)
            if rate.dtype != x.dtype:
                raise ValueError(f"x is {x.dtype.name} and rate is {rate.dtype.name}, want the same dtype")
            one = tf.constant(1, dtype=x.dtype)
            scaled = tf.raw_ops.RealDiv(x=x, y=tf.raw_ops.Sub(x=one, y=rate))
        else:
            raise ValueError(f"rate is a number or a scalar tensor, got {rate!r}")
        noise = uniform_sampler(shape=_noise_shape(x, noise_shape), dtype=x.dtype)
        kept = noise >= rate
        result = tf.where(kept, scaled, tf.constant(0, dtype=x.dtype))
        result.set_shape(x.shape)
        return result


@export("nn.dropout")
def dropout(x, rate, noise_shape=None, seed=None, name=None):
    """x with a random share of its elements made 0 and the others scaled up."""

    def sampler(shape, dtype):
        return tf.random.uniform(shape=shape, dtype=dtype, seed=seed)

    return _dropout(x, rate, noise_shape, sampler, name or "dropout")


@export("nn.experimental.stateless_dropout")
def stateless_dropout(x, rate, seed, rng_alg=None, noise_shape=None, name=None):
    """dropout that depends on seed only."""

    def sampler(shape, dtype):
        return tf.random.stateless_uniform(shape=shape, dtype=dtype, seed=seed, alg=rng_alg)

    return _dropout(x, rate, noise_shape, sampler, name or "stateless_dropout")


@export("nn.experimental.general_dropout")
def general_dropout(x, rate, uniform_sampler, noise_shape=None, name=None):
    """dropout with the random numbers of uniform_sampler(shape, dtype)."""
    return _dropout(x, rate, noise_shape, uniform_sampler, name or "general_dropout")


def _swap_with_last(x, axis, last):
    order = [tf.range(axis), [last], tf.range(axis + 1, last), [axis]]
    return tf.transpose(x, tf.concat(order, 0))


@export("nn.isotonic_regression")
def isotonic_regression(inputs, decreasing=True, axis=-1):
    """The nearest monotonic sequence along axis, and the segment that each of its elements is in."""
    inputs = tf.convert_to_tensor(inputs)
    dtype = inputs.dtype
    if dtype in (tf.int8, tf.int16):
        dtype = tf.float32
    elif dtype not in (tf.float32, tf.float16, tf.bfloat16):
        dtype = tf.float64

    def solve(rows):
        if decreasing:
            return tf.raw_ops.IsotonicRegression(input=rows, output_dtype=dtype)
        output, segments = tf.raw_ops.IsotonicRegression(input=-rows, output_dtype=dtype)
        return -output, segments

    if axis == -1 or axis == inputs.shape.rank - 1:
        return solve(inputs)
    rank = inputs.shape.rank
    if not -rank <= axis < rank:
        raise ValueError(f"axis is {axis}, and inputs have the rank {rank}")
    dynamic_rank = tf.rank(inputs)
    if axis < 0:
        axis += dynamic_rank
    last = tf.rank(inputs)
    axis = axis % rank
    results = solve(_swap_with_last(inputs, axis, tf.math.subtract(last, 1)))
    back = []
    for result in results:
        result = _swap_with_last(result, axis, tf.math.subtract(last, 1))
        result.set_shape(inputs.shape)
        back.append(result)
    return tuple(back)
