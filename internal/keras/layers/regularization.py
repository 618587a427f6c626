"""keras.layers: regularization, which does nothing unless it is training (keras/src/layers/regularization, Keras 3.15)."""

from tfsave import tf


def Dropout_config(rate, noise_shape=None, seed=None):
    """Zeros at random places while training."""


def Dropout_call(self, inputs, training=False):
    c = self.config
    if not training or c["rate"] == 0:
        return inputs
    return tf.nn.dropout(inputs, rate=c["rate"], noise_shape=c["noise_shape"], seed=c["seed"])
