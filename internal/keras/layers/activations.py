"""keras.activations, by name and as objects."""

from tfsave import tf


def activate(self, x):
    """The layer's activation of x."""
    return activation(self.config["activation"], x)


def activation(name, x):
    """The activation of that name."""
    if name is None or name == "linear":
        return x
    if name == "relu":
        return tf.nn.relu(x)
    if name == "softmax":
        return tf.nn.softmax(x)
    raise ValueError(f"unknown activation {name!r}")
