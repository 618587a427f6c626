"""keras.layers: preprocessing of numbers and images (keras/src/layers/preprocessing, Keras 3.15)."""

from base import constant, variable
from tfsave import tf


def Rescaling_config(scale, offset=0.0):
    """inputs * scale + offset."""


def Rescaling_call(self, inputs):
    c = self.config
    x = tf.cast(inputs, self.compute_dtype)
    scale, offset = tf.constant(c["scale"], x.dtype), tf.constant(c["offset"], x.dtype)
    return x * scale + offset


def Normalization_config(axis=-1, mean=None, variance=None, invert=False):
    """(inputs - mean) / sqrt(variance), with the mean and variance of the config, or learned ones."""
    axes = [] if axis is None else list(axis) if isinstance(axis, (list, tuple)) else [axis]
    return {"axis": axes}


def Normalization_build(self, input_shape):
    c = self.config
    if c["mean"] is not None:  # captured, as in Keras: as part of the graph they would be folded, to other numbers
        return {"mean": constant(c["mean"], self.compute_dtype), "variance": constant(c["variance"], self.compute_dtype)}
    rank = len(input_shape)
    shape = [input_shape[a] for a in sorted([a % rank for a in c["axis"]])]
    return {
        "adapt_mean": variable(shape, "zeros", trainable=False, name="mean", also=["mean"]),
        "adapt_variance": variable(shape, "ones", trainable=False, name="variance", also=["variance"]),
        "count": variable([], "zeros", dtype="int64", trainable=False),
    }


def Normalization_call(self, inputs):
    c = self.config
    x = tf.cast(inputs, self.compute_dtype)
    rank = x.shape.rank
    axes = [a % rank for a in c["axis"]]
    shape = [x.shape[a] if a in axes else 1 for a in range(rank)]
    if c["mean"] is not None:
        mean, variance = self.mean, self.variance
    else:
        mean, variance = tf.cast(self.adapt_mean, x.dtype), tf.cast(self.adapt_variance, x.dtype)
    mean, variance = broadcast_statistic(mean, shape), broadcast_statistic(variance, shape)
    deviation = tf.maximum(tf.sqrt(variance), tf.cast(1e-7, x.dtype))
    if c["invert"]:
        return mean + x * deviation
    return (x - mean) / deviation


def broadcast_statistic(v, shape):
    """A statistic with the rank of the inputs, unless it has been given so."""
    size = 1
    for d in shape:
        size = None if d is None or size is None else size * d
    if v.shape.num_elements() == size and v.shape.as_list() != shape:
        return tf.reshape(v, shape)
    return v
