"""keras.layers: LSTMs whose products are convolutions (keras/src/layers/rnn/conv_lstm.py, Keras 3.15)."""

from activations import activate, activation_layer
from base import cast, new_layer, variable
from cells import forget_bias, recurrent_activate
from convolutional import conv_config, conv_data_format, conv_output_shape, input_channels, to_channels_first, to_channels_last
from recurrent import CELL_OPTIONS, rnn_build, rnn_call, rnn_mask, sequence_shape
from tfsave import tf


def conv_lstm_config(rank, kernel_size, strides, padding, data_format, dilation_rate):
    changed = conv_config(rank, dict(
        kernel_size=kernel_size, strides=strides, padding=padding, data_format=data_format, dilation_rate=dilation_rate,
    ))
    if max(changed["strides"]) > 1 and max(changed["dilation_rate"]) > 1:
        raise ValueError("strides and dilation_rate cannot both be greater than 1")
    return changed


def ConvLSTM1D_config(
    filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, activation="tanh",
    recurrent_activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
    bias_initializer="zeros", unit_forget_bias=True, dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False,
    return_state=False, go_backwards=False, stateful=False, unroll=False, zero_output_for_mask=False, time_major=False,
):
    """An LSTM whose products are convolutions in one dimension."""
    return conv_lstm_config(1, kernel_size, strides, padding, data_format, dilation_rate)


def ConvLSTM2D_config(
    filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, activation="tanh",
    recurrent_activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
    bias_initializer="zeros", unit_forget_bias=True, dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False,
    return_state=False, go_backwards=False, stateful=False, unroll=False, zero_output_for_mask=False, time_major=False,
):
    """An LSTM whose products are convolutions in two dimensions."""
    return conv_lstm_config(2, kernel_size, strides, padding, data_format, dilation_rate)


def ConvLSTM3D_config(
    filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, activation="tanh",
    recurrent_activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
    bias_initializer="zeros", unit_forget_bias=True, dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False,
    return_state=False, go_backwards=False, stateful=False, unroll=False, zero_output_for_mask=False, time_major=False,
):
    """An LSTM whose products are convolutions in three dimensions."""
    return conv_lstm_config(3, kernel_size, strides, padding, data_format, dilation_rate)


CONV_OPTIONS = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate")


def conv_lstm_build(self, sequences_shape):
    c = self.config
    shape = sequence_shape(sequences_shape)
    one = shape[:1] + shape[2:]
    states = conv_output_shape(c, one, c["filters"])[1:]
    if None in states:
        raise ValueError(f"the size of each step must be known, it is {one[1:]}")
    options = {k: v for k, v in c.items() if k in CELL_OPTIONS or k in CONV_OPTIONS}
    cell = new_layer("ConvLSTMCell", name="conv_lstm_cell", dtype=self.dtype_policy, trainable=True, state_shape=states, **options)
    return rnn_build(self, cell, shape, [states] * 2)


def ConvLSTM1D_build(self, sequences_shape, initial_state_shape=None):
    return conv_lstm_build(self, sequences_shape)


def ConvLSTM2D_build(self, sequences_shape, initial_state_shape=None):
    return conv_lstm_build(self, sequences_shape)


def ConvLSTM3D_build(self, sequences_shape, initial_state_shape=None):
    return conv_lstm_build(self, sequences_shape)


def ConvLSTM1D_call(self, sequences, initial_state=None, mask=None, training=False):
    return rnn_call(self, sequences, initial_state, mask, training)


def ConvLSTM2D_call(self, sequences, initial_state=None, mask=None, training=False):
    return rnn_call(self, sequences, initial_state, mask, training)


def ConvLSTM3D_call(self, sequences, initial_state=None, mask=None, training=False):
    return rnn_call(self, sequences, initial_state, mask, training)


def ConvLSTM1D_compute_mask(self, inputs, mask=None):
    return rnn_mask(self, mask)


def ConvLSTM2D_compute_mask(self, inputs, mask=None):
    return rnn_mask(self, mask)


def ConvLSTM3D_compute_mask(self, inputs, mask=None):
    return rnn_mask(self, mask)


def ConvLSTMCell_build(self, input_shape, states_shape=None):
    c = self.config
    filters = c["filters"]
    return {
        "kernel": variable(c["kernel_size"] + [input_channels(self, input_shape), 4 * filters], c["kernel_initializer"]),
        "recurrent_kernel": variable(c["kernel_size"] + [filters, 4 * filters], c["recurrent_initializer"]),
        "bias": variable([4 * filters], forget_bias(c, filters)) if c["use_bias"] else None,
        "activation": activation_layer(c, [input_shape[0]] + c["state_shape"]),
    }


def ConvLSTMCell_get_initial_state(self, batch_size):
    return [tf.zeros([batch_size] + self.config["state_shape"], self.compute_dtype) for _ in range(2)]


def ConvLSTMCell_call(self, inputs, states, training=False, dropout=(None, None)):
    c = self.config
    h, carry = states
    rank = len(c["kernel_size"])
    kernels = tf.split(cast(self, self.kernel), 4, axis=rank + 1)
    recurrent = tf.split(cast(self, self.recurrent_kernel), 4, axis=rank + 1)
    parts = [[x] * 4 if f is None else [x * each for each in f] for x, f in zip((inputs, h), dropout)]
    x = [convolve_step(c, x, k, c["strides"], c["padding"], c["dilation_rate"]) for x, k in zip(parts[0], kernels)]
    if c["use_bias"]:
        shape = [1] * (rank + 1) + [c["filters"]]
        if c["data_format"] == "channels_first":
            shape = [1, c["filters"]] + [1] * rank
        x = [a + tf.reshape(b, shape) for a, b in zip(x, tf.split(cast(self, self.bias), 4))]
    h = [convolve_step(c, x, k, [1] * rank, "same", [1] * rank) for x, k in zip(parts[1], recurrent)]
    i, f, new, o = [a + b for a, b in zip(x, h)]
    i, f = recurrent_activate(self, i), recurrent_activate(self, f)
    carry = f * carry + i * activate(self, new)
    h = recurrent_activate(self, o) * activate(self, carry)
    return h, [h, carry]


def convolve_step(c, x, kernel, strides, padding, dilations):
    """A convolution. There is no kernel for three dimensions after the channels."""
    rank = len(strides)
    first = rank == 3 and c["data_format"] == "channels_first"
    data_format = conv_data_format({"data_format": None} if first else c, rank)
    x = to_channels_last(x) if first else x
    x = tf.nn.convolution(x, kernel, strides, padding.upper(), data_format=data_format, dilations=dilations)
    return to_channels_first(x) if first else x
