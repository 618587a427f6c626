"""tf: functions that make the first value of a variable from its shape."""

from tfsave import export, tf


@export("zeros_initializer")
def zeros_initializer():
    """A function that makes zeros."""

    def initialize(shape, dtype=tf.float32):
        return tf.zeros(shape, _numeric(dtype))

    return initialize


@export("ones_initializer")
def ones_initializer():
    """A function that makes ones."""

    def initialize(shape, dtype=tf.float32):
        return tf.ones(shape, _numeric(dtype))

    return initialize


@export("constant_initializer")
def constant_initializer(value=0, support_partition=False):
    """A function that makes tensors of the value; support_partition is not used."""

    def initialize(shape, dtype=None):
        return tf.constant(value, dtype, shape)

    return initialize


@export("random_uniform_initializer")
def random_uniform_initializer(minval=-0.05, maxval=0.05, seed=None):
    """A function that draws from [minval, maxval), the same numbers each time if there is a seed."""

    def initialize(shape, dtype=tf.float32):
        dtype = tf.as_dtype(dtype)
        if not dtype.is_floating and not dtype.is_integer:
            raise ValueError(f"dtype is a floating point or integer dtype, got {dtype.name}")
        if seed is None:
            return tf.random.uniform(shape, minval, maxval, dtype)
        return tf.random.stateless_uniform(shape, [seed, 0], minval, maxval, dtype)

    return initialize


@export("random_normal_initializer")
def random_normal_initializer(mean=0.0, stddev=0.05, seed=None):
    """A function that draws from a normal distribution, the same numbers each time if there is a seed."""

    def initialize(shape, dtype=tf.float32):
        dtype = tf.as_dtype(dtype)
        if not dtype.is_floating:
            raise ValueError(f"dtype is a floating point dtype, got {dtype.name}")
        if seed is None:
            return tf.random.normal(shape, mean, stddev, dtype)
        return tf.random.stateless_normal(shape, [seed, 0], mean, stddev, dtype)

    return initialize


def _numeric(dtype):
    dtype = tf.as_dtype(dtype)
    if dtype == tf.string:
        raise ValueError("dtype is a numeric or boolean dtype, got string")
    return dtype
