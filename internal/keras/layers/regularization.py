"""keras.layers: regularization, which does nothing unless it is training (keras/src/layers/regularization, Keras 3.15)."""

from tfsave import tf


def Dropout_config(rate, noise_shape=None, seed=None):
    """Zeros at random places while training."""


def Dropout_call(self, inputs, training=False):
    c = self.config
    if not training or c["rate"] == 0:
        return inputs
    return tf.nn.dropout(inputs, rate=c["rate"], noise_shape=noise_shape(self, inputs), seed=c["seed"])


def noise_shape(self, inputs):
    """The option noise_shape, in which None is the size of the input."""
    option = self.config["noise_shape"]
    if option is None:
        return None
    shape = tf.shape(inputs)
    return [shape[i] if n is None else n for i, n in enumerate(option)]


def SpatialDropout1D_config(rate, seed=None, noise_shape=None):
    """Whole channels dropped while training."""


def SpatialDropout1D_call(self, inputs, training=False):
    return spatial_dropout(self, inputs, training, [1])


def SpatialDropout2D_config(rate, data_format=None, seed=None, noise_shape=None):
    """Whole channels dropped while training."""
    return {"data_format": data_format or "channels_last"}


def SpatialDropout2D_call(self, inputs, training=False):
    return spatial_dropout(self, inputs, training, [2, 3] if self.config["data_format"] == "channels_first" else [1, 2])


def SpatialDropout3D_config(rate, data_format=None, seed=None, noise_shape=None):
    """Whole channels dropped while training."""
    return {"data_format": data_format or "channels_last"}


def SpatialDropout3D_call(self, inputs, training=False):
    return spatial_dropout(self, inputs, training, [2, 3, 4] if self.config["data_format"] == "channels_first" else [1, 2, 3])


def spatial_dropout(self, inputs, training, axes):
    c = self.config
    if not training or c["rate"] == 0:
        return inputs
    shape = tf.shape(inputs)
    return tf.nn.dropout(
        inputs, rate=c["rate"], seed=c["seed"], noise_shape=[1 if i in axes else shape[i] for i in range(inputs.shape.rank)]
    )


def GaussianDropout_config(rate, seed=None):
    """Multiplication by noise around 1 while training."""


def GaussianDropout_call(self, inputs, training=False):
    rate = self.config["rate"]
    if not training or rate == 0:
        return inputs
    noise = tf.random.normal(tf.shape(inputs), 1.0, (rate / (1.0 - rate)) ** 0.5, dtype=inputs.dtype, seed=self.config["seed"])
    return inputs * noise


def GaussianNoise_config(stddev, seed=None):
    """Noise around 0 while training."""


def GaussianNoise_call(self, inputs, training=False):
    stddev = self.config["stddev"]
    if not training or stddev == 0:
        return inputs
    return inputs + tf.random.normal(tf.shape(inputs), 0.0, stddev, dtype=inputs.dtype, seed=self.config["seed"])


def AlphaDropout_config(rate, noise_shape=None, seed=None):
    """Dropout that keeps mean and variance, for SELU, while training."""


def AlphaDropout_call(self, inputs, training=False):
    c = self.config
    rate = c["rate"]
    if not training or rate == 0:
        return inputs
    alpha_p = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946
    shape = tf.shape(inputs) if c["noise_shape"] is None else noise_shape(self, inputs)
    kept = tf.cast(tf.random.uniform(shape, dtype=inputs.dtype, seed=c["seed"]) >= rate, inputs.dtype)
    a = ((1 - rate) * (1 + rate * alpha_p**2)) ** -0.5
    return a * (inputs * kept + alpha_p * (1 - kept)) - a * alpha_p * rate


def ActivityRegularization_config(l1=0.0, l2=0.0):
    """Adds to a loss only."""


def ActivityRegularization_call(self, inputs):
    return inputs
