"""tf.random: the stateful random ops.

Seeds are attributes of these ops. Without a seed both are 0 and TensorFlow seeds them at random.
"""

from tfsave import export, tf

_DEFAULT_GRAPH_SEED = 87654321  # framework/random_seed.py, TensorFlow 2.21


@export("internal.random_seeds")
def random_seeds(seed):
    """The attributes seed and seed2 of an op with the given seed, when no global seed is set."""
    if seed is None:
        return 0, 0
    return _DEFAULT_GRAPH_SEED, seed % (2**31 - 1)


@export("internal.shape_argument")
def shape_argument(shape):
    """A shape argument as a tensor; an empty list is int32."""
    if isinstance(shape, (list, tuple)) and not shape:
        return tf.convert_to_tensor(shape, dtype=tf.int32, name="shape")
    return tf.convert_to_tensor(shape, name="shape")


@export("internal.keep_static_shape")
def keep_static_shape(result, shape):
    """Sets what is known of result's shape from the tensor that it was made with."""
    if tf.is_tensor(shape) and not result.shape.is_fully_defined():
        result.set_shape(tf.internal.constant_value_as_shape(shape_argument(shape)))


@export("random.normal")
def normal(shape, mean=0.0, stddev=1.0, dtype=tf.float32, seed=None, name=None):
    """Normally distributed numbers."""
    return _normal(tf.raw_ops.RandomStandardNormal, shape, mean, stddev, dtype, seed, name or "random_normal")


@export("random.truncated_normal")
def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=tf.float32, seed=None, name=None):
    """Normally distributed numbers that are no further than two standard deviations from the mean."""
    return _normal(tf.raw_ops.TruncatedNormal, shape, mean, stddev, dtype, seed, name or "truncated_normal")


def _normal(op, shape, mean, stddev, dtype, seed, name):
    with tf.name_scope(name) as scope:
        shape_tensor = shape_argument(shape)
        mean = tf.convert_to_tensor(mean, dtype=dtype, name="mean")
        stddev = tf.convert_to_tensor(stddev, dtype=dtype, name="stddev")
        seed1, seed2 = random_seeds(seed)
        standard = op(shape=shape_tensor, dtype=dtype, seed=seed1, seed2=seed2)
        value = tf.math.add(standard * stddev, mean, name=scope)
        keep_static_shape(value, shape)
        return value


_UNIFORM_DTYPES = (tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int32, tf.int64)


@export("random.uniform")
def uniform(shape, minval=0, maxval=None, dtype=tf.float32, seed=None, name=None):
    """Numbers from minval (included) to maxval (excluded), all as likely."""
    dtype = tf.as_dtype(dtype)
    if dtype not in _UNIFORM_DTYPES:
        raise ValueError(f"dtype is one of {[d.name for d in _UNIFORM_DTYPES]}, got {dtype.name}")
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"maxval is needed for {dtype.name}")
        maxval = 1
    with tf.name_scope(name or "random_uniform") as scope:
        shape = shape_argument(shape)
        from_zero = isinstance(minval, int) and minval == 0
        to_one = isinstance(maxval, int) and maxval == 1
        if dtype.is_integer or not from_zero or not to_one:
            minval = tf.convert_to_tensor(minval, dtype=dtype, name="min")
            maxval = tf.convert_to_tensor(maxval, dtype=dtype, name="max")
        seed1, seed2 = random_seeds(seed)
        if dtype.is_integer:
            result = tf.raw_ops.RandomUniformInt(
                shape=shape, minval=minval, maxval=maxval, seed=seed1, seed2=seed2, name=scope
            )
        else:
            result = tf.raw_ops.RandomUniform(shape=shape, dtype=dtype, seed=seed1, seed2=seed2)
            if not from_zero:
                result = tf.math.add(result * (maxval - minval), minval, name=scope)
            elif not to_one:
                result = tf.math.multiply(result, maxval)
        keep_static_shape(result, shape)
        return result


@export("random.shuffle")
def shuffle(value, seed=None, name=None):
    """The rows of value in random order."""
    seed1, seed2 = random_seeds(seed)
    return tf.raw_ops.RandomShuffle(value=value, seed=seed1, seed2=seed2, name=name)


@export("random.categorical")
def categorical(logits, num_samples, dtype=None, seed=None, name=None):
    """Classes drawn with the probabilities softmax(logits), for each row."""
    with tf.name_scope(name or "categorical"):
        logits = tf.convert_to_tensor(logits, name="logits")
        dtype = tf.as_dtype(dtype) if dtype else tf.int64
        if dtype not in (tf.int32, tf.int64):
            raise ValueError(f"dtype is int32 or int64, got {dtype.name}")
        seed1, seed2 = random_seeds(seed)
        return tf.raw_ops.Multinomial(
            logits=logits, num_samples=num_samples, seed=seed1, seed2=seed2, output_dtype=dtype
        )


def _set_sample_shape(result, shape, parameters):
    """The shape of samples is the given one with that of the parameters after it."""
    if not result.shape.is_fully_defined():
        parameters = tf.convert_to_tensor(parameters)
        shape = tf.internal.constant_value_as_shape(shape_argument(shape))
        result.set_shape(shape.concatenate(parameters.shape))


# The smallest positive normal number of each dtype.
_TINY = {tf.float16: 6.103515625e-05, tf.float32: 1.1754943508222875e-38, tf.float64: 2.2250738585072014e-308}


@export("internal.at_least_smallest")
def at_least_smallest(samples):
    """samples, where those that underflow are the smallest positive normal number."""
    return tf.math.maximum(tf.constant(_TINY[samples.dtype], samples.dtype, name="Maximum/x"), samples)


@export("random.gamma")
def gamma(shape, alpha, beta=None, dtype=tf.float32, seed=None, name=None):
    """Gamma distributed numbers, shape of them for each element of alpha and beta."""
    with tf.name_scope(name or "random_gamma"):
        shape = tf.convert_to_tensor(shape, name="shape", dtype=tf.int32)
        alpha = tf.convert_to_tensor(alpha, name="alpha", dtype=dtype)
        beta = tf.convert_to_tensor(1 if beta is None else beta, name="beta", dtype=dtype)
        together = tf.broadcast_dynamic_shape(tf.shape(alpha), tf.shape(beta))
        alpha = tf.broadcast_to(alpha, together)
        seed1, seed2 = random_seeds(seed)
        samples = tf.raw_ops.RandomGamma(shape=shape, alpha=alpha, seed=seed1, seed2=seed2)
        result = at_least_smallest(samples / beta)
        _set_sample_shape(result, shape, alpha)
        return result


@export("random.poisson")
def poisson(shape, lam, dtype=tf.float32, seed=None, name=None):
    """Poisson distributed numbers, shape of them for each element of lam."""
    with tf.name_scope(name or "random_poisson"):
        shape = tf.convert_to_tensor(shape, name="shape", dtype=tf.int32)
        seed1, seed2 = random_seeds(seed)
        result = tf.raw_ops.RandomPoissonV2(shape=shape, rate=lam, dtype=dtype, seed=seed1, seed2=seed2)
        _set_sample_shape(result, shape, lam)
        return result
