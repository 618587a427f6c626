"""keras.layers: the cells of recurrent layers (keras/src/layers/rnn, Keras 3.15).

X_call(self, inputs, states) gives the output and the new states, X_get_initial_state(self, batch_size) the states to begin with.
"""

from activations import activate, activation, activation_layer
from base import cast, layer, variable
from tfsave import tf


def SimpleRNNCell_config(
    units, activation="tanh", use_bias=True, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
    bias_initializer="zeros", dropout=0.0, recurrent_dropout=0.0, seed=None,
):
    """The cell of SimpleRNN."""


def LSTMCell_config(
    units, activation="tanh", recurrent_activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform",
    recurrent_initializer="orthogonal", bias_initializer="zeros", unit_forget_bias=True, dropout=0.0, recurrent_dropout=0.0,
    seed=None, implementation=2,
):
    """The cell of LSTM."""


def GRUCell_config(
    units, activation="tanh", recurrent_activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform",
    recurrent_initializer="orthogonal", bias_initializer="zeros", dropout=0.0, recurrent_dropout=0.0, reset_after=True,
    seed=None, implementation=2,
):
    """The cell of GRU."""


def cell_build(self, input_shape, gates, bias):
    """The variables of a cell whose gates are side by side in its kernels."""
    c = self.config
    units = c["units"]
    return {
        "kernel": variable([input_shape[-1], gates * units], c["kernel_initializer"]),
        "recurrent_kernel": variable([units, gates * units], c["recurrent_initializer"]),
        "bias": bias if c["use_bias"] else None,
        "activation": activation_layer(c, [input_shape[0], units]),
    }


def SimpleRNNCell_build(self, input_shape, states_shape=None):
    return cell_build(self, input_shape, 1, variable([self.config["units"]], self.config["bias_initializer"]))


def LSTMCell_build(self, input_shape, states_shape=None):
    return cell_build(self, input_shape, 4, variable([4 * self.config["units"]], forget_bias(self.config, self.config["units"])))


def GRUCell_build(self, input_shape, states_shape=None):
    size = [3 * self.config["units"]]
    return cell_build(self, input_shape, 3, variable([2] + size if self.config["reset_after"] else size, self.config["bias_initializer"]))


def forget_bias(c, units):
    """The initializer of the bias of an LSTM: with unit_forget_bias the second of its four parts is ones."""
    given = c["bias_initializer"]
    name = given["class_name"] if isinstance(given, dict) else given
    if not c["unit_forget_bias"] or name.lower() == "ones":
        return given
    values = {"zeros": 0.0, "constant": (given.get("config") or {}).get("value", 0.0) if isinstance(given, dict) else 0.0}
    if name.lower() not in values:
        return f"{name} with unit_forget_bias"  # which nothing but a weight file can give
    value = values[name.lower()]
    return {"class_name": "Constant", "config": {"value": [value] * units + [1.0] * units + [value] * (2 * units)}}


def check_dropout(self, training):
    """Dropout of cells is not there: refused while training."""
    if training and (self.config["dropout"] or self.config["recurrent_dropout"]):
        raise ValueError(f"{self.name}: dropout of recurrent layers while training is not supported")


def recurrent_activate(self, x):
    return activation(self.config["recurrent_activation"], x, self.keras2)


def SimpleRNNCell_call(self, inputs, states, training=False):
    check_dropout(self, training)
    x = tf.matmul(inputs, cast(self, self.kernel))
    if self.config["use_bias"]:
        x = x + cast(self, self.bias)
    h = activate(self, x + tf.matmul(one_state(states), cast(self, self.recurrent_kernel)))
    return h, [h]


def one_state(states):
    return states[0] if isinstance(states, (list, tuple)) else states


def LSTMCell_call(self, inputs, states, training=False):
    check_dropout(self, training)
    h, c = states
    x = tf.matmul(inputs, cast(self, self.kernel))
    x = x + tf.matmul(h, cast(self, self.recurrent_kernel))
    if self.config["use_bias"]:
        x = x + cast(self, self.bias)
    i, f, new, o = tf.split(x, 4, axis=1)
    i, f = recurrent_activate(self, i), recurrent_activate(self, f)
    c = f * c + i * activate(self, new)
    h = recurrent_activate(self, o) * activate(self, c)
    return h, [h, c]


def GRUCell_call(self, inputs, states, training=False):
    check_dropout(self, training)
    h = one_state(states)
    units = self.config["units"]
    after = self.config["reset_after"]
    recurrent = cast(self, self.recurrent_kernel)
    x = tf.matmul(inputs, cast(self, self.kernel))
    inner = tf.matmul(h, recurrent if after else recurrent[:, : 2 * units])
    if self.config["use_bias"]:
        bias = cast(self, self.bias)
        if after:
            bias, recurrent_bias = tf.unstack(bias)
            inner = inner + recurrent_bias
        x = x + bias
    x_z, x_r, x_h = tf.split(x, 3, axis=-1)
    z = recurrent_activate(self, x_z + inner[:, :units])
    r = recurrent_activate(self, x_r + inner[:, units : 2 * units])
    if after:
        inner = r * inner[:, 2 * units :]
    else:
        inner = tf.matmul(r * h, recurrent[:, 2 * units :])
    new = activate(self, x_h + inner)
    h = z * h + (1 - z) * new
    return h, [h]


def zero_states(self, batch_size, count):
    return [tf.zeros([batch_size, self.config["units"]], self.compute_dtype) for _ in range(count)]


def SimpleRNNCell_get_initial_state(self, batch_size):
    return zero_states(self, batch_size, 1)


def LSTMCell_get_initial_state(self, batch_size):
    return zero_states(self, batch_size, 2)


def GRUCell_get_initial_state(self, batch_size):
    return zero_states(self, batch_size, 1)


def StackedRNNCells_config(cells, reverse_state_order=False):
    """Cells of which each takes what the one before it gives."""


def StackedRNNCells_build(self, input_shape, states_shape=None):
    shape = list(input_shape)
    cells = []
    for cell in self.config["cells"]:
        cells.append(layer(cell, shape))
        shape = [shape[0], output_size(cell)]
    return {"cells": cells}


def output_size(cell):
    """The size of what a cell gives."""
    if cell["class_name"] == "StackedRNNCells":
        return output_size(cell["config"]["cells"][-1])
    return cell["config"].get("units")


def StackedRNNCells_call(self, inputs, states, training=False):
    reverse = self.config["reverse_state_order"]
    new = []
    for cell, s in zip(self.cells, states[::-1] if reverse else states):
        options = {"training": training} if "training" in cell.call_arguments else {}
        inputs, s = cell(inputs, s, **options)
        new.append(s)
    return inputs, new[::-1] if reverse else new


def StackedRNNCells_get_initial_state(self, batch_size):
    states = [cell.get_initial_state(batch_size) for cell in self.cells]
    return states[::-1] if self.config["reverse_state_order"] else states
