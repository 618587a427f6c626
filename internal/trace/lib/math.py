"""tf.math: elementwise functions, reductions, scans and segments."""

from tfsave import export, tf


@export("math.softplus", "nn.softplus")
def softplus(features, name=None):
    """log(exp(features) + 1)."""
    return tf.raw_ops.Softplus(features=features, name=name)
