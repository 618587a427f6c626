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


def recurrent_activate(self, x):
    return activation(self.config["recurrent_activation"], x, self.keras2)


def dropout_factors(cell, x, states):
    """What a cell multiplies its inputs and its state by while training, the same at every step; None for nothing.

    x is a step of the inputs. Each is a list: one factor for all gates, or one for each
    (dropout_rnn_cell.py; recurrent dropout makes LSTM and GRU take the gates apart).
    """
    if cell.class_name == "StackedRNNCells":
        made = []
        for c, s in zip(cell.cells, states):
            made.append(dropout_factors(c, x, s))
            x = tf.nest.flatten(s)[0]  # its output has the shape of its first state
        return made
    if cell.class_name not in ("SimpleRNNCell", "LSTMCell", "GRUCell", "ConvLSTMCell"):
        return None
    c = cell.config
    count = {"SimpleRNNCell": 1, "GRUCell": 3}.get(cell.class_name, 4)
    if cell.class_name != "ConvLSTMCell" and not c["recurrent_dropout"]:
        count = 1

    def factors(like, rate):
        return [tf.nn.dropout(tf.ones_like(like), rate) for _ in range(count)] if 0 < rate < 1 else None

    return factors(x, c["dropout"]), factors(tf.nest.flatten(states)[0], c["recurrent_dropout"])


def product(x, kernel, factors):
    """x times a kernel; with a factor for each gate, the columns of each are apart."""
    if factors is None:
        return tf.matmul(x, kernel)
    if len(factors) == 1:
        return tf.matmul(x * factors[0], kernel)
    return tf.concat([tf.matmul(x * f, k) for f, k in zip(factors, tf.split(kernel, len(factors), axis=1))], axis=1)


def SimpleRNNCell_call(self, inputs, states, training=False, dropout=(None, None)):
    x = product(inputs, cast(self, self.kernel), dropout[0])
    if self.config["use_bias"]:
        x = tf.nn.bias_add(x, cast(self, self.bias))
    h = activate(self, x + product(one_state(states), cast(self, self.recurrent_kernel), dropout[1]))
    return h, [h]


def one_state(states):
    return states[0] if isinstance(states, (list, tuple)) else states


def LSTMCell_call(self, inputs, states, training=False, dropout=(None, None)):
    h, c = states
    x = product(inputs, cast(self, self.kernel), dropout[0])
    x = x + product(h, cast(self, self.recurrent_kernel), dropout[1])
    if self.config["use_bias"]:
        x = tf.nn.bias_add(x, cast(self, self.bias))
    i, f, new, o = tf.split(x, 4, axis=1)
    i, f = recurrent_activate(self, i), recurrent_activate(self, f)
    c = f * c + i * activate(self, new)
    h = recurrent_activate(self, o) * activate(self, c)
    return h, [h, c]


def GRUCell_call(self, inputs, states, training=False, dropout=(None, None)):
    h = one_state(states)
    units = self.config["units"]
    after = self.config["reset_after"]
    recurrent = cast(self, self.recurrent_kernel)
    x = product(inputs, cast(self, self.kernel), dropout[0])
    if after:
        inner = product(h, recurrent, dropout[1])
    else:
        inner = product(h, recurrent[:, : 2 * units], dropout[1] and dropout[1][:2])
    if self.config["use_bias"]:
        bias = cast(self, self.bias)
        if after:
            bias, recurrent_bias = tf.unstack(bias)
            inner = inner + recurrent_bias
        x = tf.nn.bias_add(x, bias)
    x_z, x_r, x_h = tf.split(x, 3, axis=-1)
    z = recurrent_activate(self, x_z + inner[:, :units])
    r = recurrent_activate(self, x_r + inner[:, units : 2 * units])
    if after:
        inner = r * inner[:, 2 * units :]
    else:
        inner = product(r * h, recurrent[:, 2 * units :], dropout[1] and dropout[1][2:])
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
    """Cells of which each takes what the one before it gives; reverse_state_order changes nothing, as in Keras 2."""


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


def StackedRNNCells_call(self, inputs, states, training=False, dropout=None):
    new = []
    for i, (cell, s) in enumerate(zip(self.cells, states)):
        options = {"training": training} if "training" in cell.call_arguments else {}
        if dropout is not None and dropout[i] is not None:
            options["dropout"] = dropout[i]
        inputs, s = cell(inputs, s, **options)
        new.append(s)
    return inputs, new


def StackedRNNCells_get_initial_state(self, batch_size):
    return [cell.get_initial_state(batch_size) for cell in self.cells]
