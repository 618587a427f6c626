"""keras.layers: normalizations (keras/src/layers/normalization, Keras 3.15)."""

from base import cast, layer, same, variable
from tfsave import tf


def BatchNormalization_config(
    axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer="zeros", gamma_initializer="ones",
    moving_mean_initializer="zeros", moving_variance_initializer="ones", synchronized=False, renorm=False,
    renorm_clipping=None, renorm_momentum=0.99, fused=None, virtual_batch_size=None, adjustment=None,
):
    """Normalization by the mean and variance of batches; with training by those of the batch at hand."""
    if virtual_batch_size is not None or adjustment is not None:
        raise ValueError("virtual_batch_size and adjustment are not supported")
    return {"axis": axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis}


def BatchNormalization_build(self, input_shape):
    c = self.config
    shape = [input_shape[c["axis"]]]
    made = {
        "gamma": variable(shape, c["gamma_initializer"]) if c["scale"] else None,
        "beta": variable(shape, c["beta_initializer"]) if c["center"] else None,
        "moving_mean": variable(shape, c["moving_mean_initializer"], trainable=False),
        "moving_variance": variable(shape, c["moving_variance_initializer"], trainable=False),
    }
    if c["renorm"]:
        made["moving_stddev"] = variable(shape, "ones", trainable=False)
        made["renorm_mean"] = variable(shape, c["moving_mean_initializer"], trainable=False)
        made["renorm_stddev"] = variable(shape, "ones", trainable=False)
    return made


def BatchNormalization_call(self, inputs, training=None, mask=None):
    """Keras does not fuse it, and computes in float32 at least."""
    c = self.config
    x = tf.cast(inputs, tf.float32) if inputs.dtype in (tf.float16, tf.bfloat16) else inputs
    rank = x.shape.rank
    axis = c["axis"] % rank

    def value(v):
        return v if v.dtype == x.dtype else tf.cast(v, x.dtype)

    gamma = value(self.gamma) if c["scale"] else None
    beta = value(self.beta) if c["center"] else None
    mean, variance = value(self.moving_mean), value(self.moving_variance)
    if training and self.trainable:
        mean, variance = batch_statistics(self, x, axis, mask)
        if c["renorm"]:
            gamma, beta = renormalization(self, mean, variance, gamma, beta)
        if fused_in_keras2(self, rank, axis):
            count = tf.cast(tf.size(x) // x.shape[axis], x.dtype)
            update_statistics(self, mean, variance * (count / tf.maximum(count - 1.0, 1.0)))
        else:
            update_statistics(self, mean, variance)

    def shaped(v):
        if v is None or axis == rank - 1:
            return v
        return tf.reshape(v, [x.shape[axis] if i == axis else 1 for i in range(rank)])

    y = tf.nn.batch_normalization(x, shaped(mean), shaped(variance), shaped(beta), shaped(gamma), c["epsilon"])
    return y if y.dtype == tf.as_dtype(self.compute_dtype) else tf.cast(y, self.compute_dtype)


def fused_in_keras2(self, rank, axis):
    """Where Keras 2 has FusedBatchNorm, which corrects the variance that the moving one goes towards.

    The rule is that of tf_keras/src/layers/normalization/batch_normalization.py, 2.21.
    """
    c = self.config
    return self.keras2 and not c["renorm"] and c["fused"] is not False and rank in (4, 5) and axis in (1, rank - 1)


def batch_statistics(self, x, axis, mask):
    """The mean and variance of a batch."""
    axes = [a for a in range(x.shape.rank) if a != axis]
    if mask is None:
        return tf.nn.moments(x, axes)
    counted = tf.cast(tf.broadcast_to(tf.expand_dims(mask, -1), tf.shape(x)), tf.bool)
    count = tf.reduce_sum(tf.cast(counted, x.dtype), axes, keepdims=True) + 1e-7
    mean = tf.reduce_sum(tf.where(counted, x, tf.zeros_like(x)), axes, keepdims=True) / count
    difference = tf.where(counted, x - mean, tf.zeros_like(x))
    variance = tf.reduce_sum(tf.square(difference), axes, keepdims=True) / count
    return tf.squeeze(mean, axes), tf.squeeze(variance, axes)


def renormalization(self, mean, variance, gamma, beta):
    """gamma and beta that correct the statistics of a batch towards the moving ones (batch renormalization)."""
    c = self.config
    stddev = tf.sqrt(variance + c["epsilon"])
    known = tf.maximum(tf.cast(self.renorm_stddev, mean.dtype), c["epsilon"] ** 0.5)
    r = stddev / known
    d = (mean - tf.cast(self.renorm_mean, mean.dtype)) / known
    clipping = c["renorm_clipping"] or {}
    if clipping.get("rmin") is not None:
        r = tf.maximum(r, clipping["rmin"])
    if clipping.get("rmax") is not None:
        r = tf.minimum(r, clipping["rmax"])
    if clipping.get("dmax") is not None:
        d = tf.clip_by_value(d, -clipping["dmax"], clipping["dmax"])
    r, d = tf.stop_gradient(r), tf.stop_gradient(d)
    if gamma is not None:
        r, d = r * gamma, d * gamma
    return r, d if beta is None else d + beta


def update_statistics(self, mean, variance):
    """The moving statistics go towards those of a batch."""
    c = self.config

    def towards(moving, now, momentum):
        moving.assign(tf.cast(tf.cast(moving, now.dtype) * momentum + now * (1.0 - momentum), moving.dtype))

    if not c["renorm"]:
        towards(self.moving_mean, mean, c["momentum"])
        towards(self.moving_variance, variance, c["momentum"])
        return
    stddev = tf.sqrt(variance + c["epsilon"])
    towards(self.renorm_mean, mean, c["renorm_momentum"])
    towards(self.renorm_stddev, stddev, c["renorm_momentum"])
    towards(self.moving_mean, mean, c["momentum"])
    towards(self.moving_stddev, stddev, c["momentum"])
    self.moving_variance.assign(tf.nn.relu(tf.square(self.moving_stddev) - c["epsilon"]))


def LayerNormalization_config(
    axis=-1, epsilon=0.001, center=True, scale=True, rms_scaling=False, beta_initializer="zeros", gamma_initializer="ones",
):
    """Normalization of each example over some axes."""
    return {"axis": sorted(axis) if isinstance(axis, (list, tuple)) else [axis]}


def LayerNormalization_build(self, input_shape):
    c = self.config
    shape = [input_shape[a] for a in c["axis"]]
    return {
        "gamma": variable(shape, c["gamma_initializer"]) if c["scale"] or c["rms_scaling"] else None,
        "beta": variable(shape, c["beta_initializer"]) if c["center"] and not c["rms_scaling"] else None,
    }


def LayerNormalization_call(self, inputs):
    c = self.config
    gamma = self.gamma if c["scale"] or c["rms_scaling"] else None
    beta = self.beta if c["center"] and not c["rms_scaling"] else None
    y = layer_normalization(inputs, gamma, beta, c["axis"], c["epsilon"], c["rms_scaling"])
    return y if y.dtype == tf.as_dtype(self.compute_dtype) else tf.cast(y, self.compute_dtype)


def layer_normalization(x, gamma, beta, axes, epsilon, rms_scaling=False):
    """keras.ops.layer_normalization: in float32 at least."""
    dtype = x.dtype
    if dtype in (tf.float16, tf.bfloat16):
        x = tf.cast(x, tf.float32)
    rank = x.shape.rank
    axes = [a % rank for a in axes]

    def shaped(v):
        if v is None:
            return None
        if v.dtype != x.dtype:
            v = tf.cast(v, x.dtype)
        if axes == [rank - 1]:
            return v
        return tf.reshape(v, [x.shape[a] if a in axes else 1 for a in range(rank)])

    gamma, beta = shaped(gamma), shaped(beta)
    if rms_scaling:
        variance = tf.math.reduce_variance(x, axis=axes, keepdims=True)
        y = x * tf.math.rsqrt(variance + epsilon)
        if gamma is not None:
            y = y * gamma
        return y if y.dtype == dtype else tf.cast(y, dtype)
    mean, variance = tf.nn.moments(x, axes, keepdims=True)
    inv = tf.math.rsqrt(variance + epsilon)
    if gamma is not None:
        inv = inv * gamma
    offset = -mean * inv
    if beta is not None:
        offset = offset + beta
    y = x * inv + offset
    return y if y.dtype == dtype else tf.cast(y, dtype)


def GroupNormalization_config(
    groups=32, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer="zeros", gamma_initializer="ones",
):
    """Normalization of each example over groups of channels."""


def GroupNormalization_build(self, input_shape):
    c = self.config
    size = input_shape[c["axis"]]
    groups = size if c["groups"] == -1 else c["groups"]
    if size is None or size % groups != 0:
        raise ValueError(f"{size} channels cannot be divided into {groups} groups")
    return {
        "gamma": variable([size], c["gamma_initializer"]) if c["scale"] else None,
        "beta": variable([size], c["beta_initializer"]) if c["center"] else None,
    }


def GroupNormalization_call(self, inputs):
    c = self.config
    rank = inputs.shape.rank
    axis = c["axis"] % rank
    size = inputs.shape[axis]
    groups = size if c["groups"] == -1 else c["groups"]
    dtype = inputs.dtype
    shape = inputs.shape.as_list()
    dynamic = tf.shape(inputs) if None in shape[1:] else None
    split = [-1] + [dynamic[i] if shape[i] is None else shape[i] for i in range(1, rank)]
    split = split[:axis] + [groups, size // groups] + split[axis + 1 :]
    x = tf.reshape(inputs, split)
    if dtype in (tf.float16, tf.bfloat16):
        x = tf.cast(x, tf.float32)
    axes = [a for a in range(1, rank + 1) if a != axis]
    mean, variance = tf.nn.moments(x, axes, keepdims=True)
    broadcast = [1] * axis + [groups, size // groups] + [1] * (rank - axis - 1)
    inv = tf.math.rsqrt(variance + c["epsilon"])
    if c["scale"]:
        inv = inv * tf.cast(tf.reshape(self.gamma, broadcast), x.dtype)
    offset = -mean * inv
    if c["center"]:
        offset = offset + tf.cast(tf.reshape(self.beta, broadcast), x.dtype)
    y = x * inv + offset
    y = tf.cast(y, dtype)
    y = tf.reshape(y, tf.shape(inputs) if None in shape[1:] else [-1] + shape[1:])
    y.set_shape(inputs.shape)
    return tf.cast(y, self.compute_dtype)


def RMSNormalization_config(axis=-1, epsilon=1e-6):
    """Division by the root of the mean of the squares."""


def RMSNormalization_build(self, input_shape):
    axis = self.config["axis"]
    axes = sorted(axis) if isinstance(axis, (list, tuple)) else [axis]
    return {"scale": variable([input_shape[a] for a in axes], "ones")}


def RMSNormalization_call(self, inputs):
    c = self.config
    dtype = inputs.dtype
    x = tf.cast(inputs, tf.float32) if dtype in (tf.float16, tf.bfloat16) else inputs
    scale = tf.cast(cast(self, self.scale), x.dtype)
    y = x * tf.math.rsqrt(tf.reduce_mean(tf.square(x), axis=c["axis"], keepdims=True) + c["epsilon"])
    return tf.cast(y * scale, dtype)


def UnitNormalization_config(axis=-1):
    """Vectors of length 1."""


def UnitNormalization_call(self, inputs):
    return normalize(inputs, self.config["axis"])


def normalize(x, axis, epsilon=1e-12):
    """Division by the Euclidean norm."""
    squares = tf.reduce_sum(tf.square(x), axis=axis, keepdims=True)
    return x * tf.minimum(tf.math.rsqrt(squares), tf.cast(1.0 / epsilon, x.dtype))


def SpectralNormalization_config(layer, power_iterations=1):
    """A layer whose kernel training divides by its largest singular value; otherwise the layer itself."""


def SpectralNormalization_build(self, input_shape):
    c = self.config
    inner = c["layer"]["config"]
    dtype = inner.get("dtype")
    if isinstance(dtype, dict) and dtype["config"].get("mode", "float8") != "float8":
        raise ValueError("a layer that is quantized to whole numbers is not supported, nor by Keras")
    filters = inner.get("filters") or inner.get("units") or inner.get("output_dim")
    return {
        "layer": layer(c["layer"], input_shape),
        "kernel": same("layer.embeddings" if c["layer"]["class_name"] == "Embedding" else "layer.kernel"),
        "vector_u": variable([1, filters], {"class_name": "TruncatedNormal", "config": {"stddev": 0.02}}, trainable=False),
    }


def SpectralNormalization_call(self, inputs, training=False):
    if training:
        u, kernel = tf.cond(
            tf.reduce_all(tf.equal(self.kernel, 0)),
            lambda: (tf.identity(self.vector_u), tf.identity(self.kernel)),
            lambda: spectral_weights(self),
        )
        self.vector_u.assign(u)
        self.kernel.assign(kernel)
    return tf.cast(self.layer(inputs), inputs.dtype)


def spectral_weights(self):
    """vector_u after some steps of the power iteration, and the kernel divided by the singular value that it finds."""
    weights = tf.reshape(self.kernel, [-1, self.kernel.shape[-1]])
    u = tf.convert_to_tensor(self.vector_u)
    for _ in range(self.config["power_iterations"]):
        v = normalize(tf.matmul(u, weights, transpose_b=True), None)
        u = normalize(tf.matmul(v, weights), None)
    u, v = tf.stop_gradient(u), tf.stop_gradient(v)
    sigma = tf.matmul(tf.matmul(v, weights), u, transpose_b=True)
    return u, tf.reshape(self.kernel / sigma, self.kernel.shape)
