"""keras.activations, by name and as objects (keras/src/activations/activations.py, Keras 3.15)."""

from base import cast, layer, variable
from ops_numpy import numpy_Exp, numpy_Tanh
from tfsave import tf


def activate(self, x):
    """The layer's activation of x. A layer or a function of the user's as activation is an attribute."""
    if hasattr(self, "activation"):
        return self.activation(x)
    return activation(self.config["activation"], x, self.keras2)


def activation_layer(c, input_shape):
    """The sublayer that a layer has where its activation is a layer, in the result of a build function.

    input_shape is that of what the activation is of.
    """
    given = c["activation"]
    if isinstance(given, dict) and (given.get("module") or "").startswith("keras.layers"):
        return layer(given, input_shape)
    return None


def activation(name, x, keras2=False):
    """The activation of that name, or of a serialized function."""
    arguments = {}
    if isinstance(name, dict):
        if name.get("class_name") == "function":
            name = name["config"]
        else:
            name, arguments = name.get("class_name"), name.get("config") or {}
    if name is None:
        return x
    if keras2 and name == "hard_sigmoid":
        return hard_sigmoid_2(x)
    if name not in ACTIVATIONS:
        raise ValueError(f"unknown activation {name!r}; there are {', '.join(sorted(ACTIVATIONS))}")
    return ACTIVATIONS[name](x, **{k: v for k, v in arguments.items() if k not in ("name", "dtype", "trainable")})


def linear(x):
    return x


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    if negative_slope != 0:
        if max_value is None and threshold == 0:
            return leaky_relu(x, negative_slope)
        negative = tf.nn.relu(threshold - x) if threshold != 0 else tf.nn.relu(-x)
    clip = max_value is not None
    if threshold != 0:
        x = x * tf.cast(x > threshold, x.dtype)
    elif max_value == 6:
        x = tf.nn.relu6(x)
        clip = False
    else:
        x = tf.nn.relu(x)
    if clip:
        x = tf.clip_by_value(x, 0.0, max_value)
    if negative_slope != 0:
        x = x - negative_slope * negative
    return x


def leaky_relu(x, negative_slope=0.2):
    return tf.nn.leaky_relu(x, alpha=negative_slope)


def relu6(x):
    return tf.nn.relu6(x)


def softmax(x, axis=-1):
    if axis is None:
        return tf.reshape(tf.nn.softmax(tf.reshape(x, [-1])), tf.shape(x))
    if isinstance(axis, (list, tuple)):
        return softmax_over(x, list(axis), tf.nn.softmax)
    return tf.nn.softmax(x, axis=axis)


def log_softmax(x, axis=-1):
    if axis is None:
        return tf.reshape(tf.nn.log_softmax(tf.reshape(x, [-1])), tf.shape(x))
    if isinstance(axis, (list, tuple)):
        return softmax_over(x, list(axis), tf.nn.log_softmax)
    return tf.nn.log_softmax(x, axis=axis)


def softmax_over(x, axes, function):
    """A softmax over several axes: they are moved to the end and made one."""
    rank = x.shape.rank
    axes = [a % rank for a in axes]
    others = [a for a in range(rank) if a not in axes]
    perm = others + axes
    moved = tf.transpose(x, perm)
    flat = tf.reshape(moved, tf.concat([tf.shape(moved)[: len(others)], [-1]], 0))
    back = tf.reshape(function(flat, axis=-1), tf.shape(moved))
    result = tf.transpose(back, [perm.index(i) for i in range(rank)])
    result.set_shape(x.shape)
    return result


def elu(x, alpha=1.0):
    result = tf.nn.elu(x)
    return result if alpha == 1 else tf.where(x > 0, result, alpha * result)


def selu(x):
    return tf.nn.selu(x)


def softplus(x):
    return tf.math.softplus(x)


def softsign(x):
    return tf.nn.softsign(x)


def soft_shrink(x, threshold=0.5):
    return tf.where(x > threshold, x - threshold, tf.where(x < -threshold, x + threshold, tf.zeros_like(x)))


def sparse_plus(x):
    return tf.where(x <= -1, tf.zeros_like(x), tf.where(x < 1, 0.25 * tf.pow(x + 1, 2), x))


def silu(x, beta=1.0):
    return x * tf.sigmoid(x) if beta == 1.0 else x * tf.sigmoid(beta * x)


def squareplus(x, b=4):
    return (x + tf.sqrt(tf.square(x) + tf.cast(b, x.dtype))) / 2


def gelu(x, approximate=False):
    return tf.nn.gelu(x, approximate=approximate)


def celu(x, alpha=1.0):
    return tf.maximum(x, 0.0) + alpha * tf.math.expm1(tf.minimum(x, 0.0) / alpha)


def glu(x, axis=-1):
    a, b = tf.split(x, 2, axis=axis)
    return a * tf.sigmoid(b)


def tanh(x):
    return numpy_Tanh(x)


def tanh_shrink(x):
    return x - tf.tanh(x)


def hard_tanh(x):
    return tf.clip_by_value(x, -1.0, 1.0)


def hard_shrink(x, threshold=0.5):
    return tf.where(tf.abs(x) > threshold, x, tf.zeros_like(x))


def threshold(x, threshold, default_value):
    return tf.where(x > threshold, x, tf.cast(default_value, x.dtype))


def sigmoid(x):
    return tf.sigmoid(x)


def exponential(x):
    return numpy_Exp(x)


def hard_sigmoid(x):
    return tf.nn.relu6(x + 3.0) / 6.0


def hard_sigmoid_2(x):
    """The hard sigmoid of Keras 2, which is another function."""
    return tf.clip_by_value(x * 0.2 + 0.5, 0.0, 1.0)


def log_sigmoid(x):
    return tf.math.log_sigmoid(x)


def sparse_sigmoid(x):
    return tf.where(x <= -1, tf.zeros_like(x), tf.where(x >= 1, tf.ones_like(x), 0.5 * (x + 1)))


def hard_silu(x):
    return x * hard_sigmoid(x)


def mish(x):
    return x * tf.tanh(tf.math.softplus(x))


def sparsemax(x, axis=-1):
    rank = x.shape.rank
    ordered = tf.sort(x, direction="DESCENDING", axis=axis)
    sums = tf.cumsum(ordered, axis=axis)
    shape = [1] * rank
    shape[axis] = -1
    r = tf.reshape(tf.cast(tf.range(1, tf.shape(x)[axis] + 1), x.dtype), shape)
    support = ordered - (sums - 1) / r > 0
    k = tf.reduce_sum(tf.cast(support, x.dtype), axis=axis, keepdims=True)
    # Keras adds up the sums, not the elements.
    tau = (tf.reduce_sum(tf.where(support, sums, tf.zeros_like(sums)), axis=axis, keepdims=True) - 1) / k
    return tf.maximum(x - tau, 0.0)


ACTIVATIONS = {
    "linear": linear, "relu": relu, "leaky_relu": leaky_relu, "relu6": relu6, "softmax": softmax,
    "log_softmax": log_softmax, "elu": elu, "selu": selu, "softplus": softplus, "softsign": softsign,
    "soft_shrink": soft_shrink, "sparse_plus": sparse_plus, "silu": silu, "swish": silu, "squareplus": squareplus,
    "gelu": gelu, "celu": celu, "glu": glu, "tanh": tanh, "tanh_shrink": tanh_shrink, "hard_tanh": hard_tanh,
    "hard_shrink": hard_shrink, "threshold": threshold, "sigmoid": sigmoid, "exponential": exponential,
    "hard_sigmoid": hard_sigmoid, "log_sigmoid": log_sigmoid, "sparse_sigmoid": sparse_sigmoid, "hard_silu": hard_silu,
    "hard_swish": hard_silu, "mish": mish, "sparsemax": sparsemax,
}


def Activation_config(activation):
    """An activation as a layer."""


def Activation_build(self, input_shape):
    return {"activation": activation_layer(self.config, input_shape)}


def Activation_call(self, inputs):
    return activate(self, inputs)


def ReLU_config(max_value=None, negative_slope=0.0, threshold=0.0):
    """Rectified linear units."""


def ReLU_call(self, inputs):
    c = self.config
    return relu(inputs, c["negative_slope"] or 0.0, c["max_value"], c["threshold"] or 0.0)


def LeakyReLU_config(negative_slope=0.3, alpha=None):
    """Units with a slope for negative inputs. Keras 2 calls it alpha."""
    return {"negative_slope": negative_slope if alpha is None else alpha}


def LeakyReLU_call(self, inputs):
    return leaky_relu(inputs, self.config["negative_slope"])


def PReLU_config(alpha_initializer="Zeros", shared_axes=None):
    """Units with a learned slope for negative inputs."""
    return {"shared_axes": shared_axes if shared_axes is None or isinstance(shared_axes, (list, tuple)) else [shared_axes]}


def PReLU_build(self, input_shape):
    shape = list(input_shape[1:])
    for axis in self.config["shared_axes"] or []:
        shape[axis - 1] = 1
    return {"alpha": variable(shape, self.config["alpha_initializer"])}


def PReLU_call(self, inputs):
    return tf.nn.relu(inputs) - cast(self, self.alpha) * tf.nn.relu(-inputs)


def ELU_config(alpha=1.0):
    """Exponential linear units."""


def ELU_call(self, inputs):
    return elu(inputs, self.config["alpha"])


def Softmax_config(axis=-1, robust_masking=False):
    """Softmax over one or more axes."""


def Softmax_call(self, inputs, mask=None):
    return masked_softmax(inputs, mask, self.config["axis"], self.keras2 and not self.config["robust_masking"])


def masked_softmax(x, mask, axis, adding=False):
    """The softmax of what a mask shows; zero elsewhere. Keras 2 adds a large negative number to what it hides."""
    if mask is not None and adding:
        x = x + (1.0 - tf.cast(mask, x.dtype)) * tf.cast(-65504.0 if x.dtype == tf.float16 else -1e9, x.dtype)
        mask = None
    elif mask is not None:
        if mask.dtype != tf.bool:
            mask = mask > tf.cast(0.5, mask.dtype)
        x = tf.where(mask, x, tf.cast(-3e4 if x.dtype == tf.float16 else -1e9, x.dtype))
    if not isinstance(axis, (list, tuple)):
        result = softmax(x, axis)
    elif len(axis) > 1:
        result = tf.exp(x - tf.reduce_logsumexp(x, axis=axis, keepdims=True))
    else:
        result = softmax(x, axis[0])
    return result if mask is None else tf.where(mask, result, tf.zeros_like(result))


def ThresholdedReLU_config(theta=1.0):
    """Units that are zero up to a threshold (Keras 2)."""


def ThresholdedReLU_call(self, inputs):
    return inputs * tf.cast(inputs > self.config["theta"], inputs.dtype)
