"""keras.layers: Dense and other layers of the core."""

from base import cast, variable
from activations import activate, activation_layer
from tfsave import tf


def Dense_config(units, activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros"):
    """A fully connected layer."""


def Dense_build(self, input_shape):
    c = self.config
    return {
        "kernel": variable([input_shape[-1], c["units"]], c["kernel_initializer"]),
        "bias": variable([c["units"]], c["bias_initializer"]) if c["use_bias"] else None,
        "activation": activation_layer(c, input_shape),
    }


def Dense_call(self, inputs):
    kernel = cast(self, self.kernel)
    rank = inputs.shape.rank
    x = tf.matmul(inputs, kernel) if rank == 2 else tf.tensordot(inputs, kernel, [[rank - 1], [0]])
    if self.config["use_bias"]:
        x = tf.nn.bias_add(x, cast(self, self.bias)) if rank == 2 else tf.add(x, cast(self, self.bias))
    return activate(self, x)


def InputLayer_config(shape=None, batch_size=None, sparse=False, ragged=False, optional=False):
    """An input of a model."""


def InputLayer_call(self, inputs):
    return inputs
