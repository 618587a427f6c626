"""keras.layers: recurrent layers (keras/src/layers/rnn, Keras 3.15). Their cells are in cells.py, the loop in steps.py."""

from base import layer, new_layer, state
from cells import dropout_factors
from steps import run_steps, swap_time
from tfsave import tf


def RNN_config(
    cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
    zero_output_for_mask=False, time_major=False, num_constants=None,
):
    """A cell or a stack of cells, called for each step of a sequence."""
    if num_constants:
        raise ValueError("num_constants (Keras 2) is not supported")
    return {"cell": new_layer("StackedRNNCells", name="stacked_rnn_cells", cells=list(cell))} if isinstance(cell, (list, tuple)) else None


def SimpleRNN_config(
    units, activation="tanh", use_bias=True, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
    bias_initializer="zeros", dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False,
    go_backwards=False, stateful=False, unroll=False, zero_output_for_mask=False, time_major=False,
):
    """A fully connected recurrent layer."""


def LSTM_config(
    units, activation="tanh", recurrent_activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform",
    recurrent_initializer="orthogonal", bias_initializer="zeros", unit_forget_bias=True, dropout=0.0, recurrent_dropout=0.0,
    seed=None, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
    zero_output_for_mask=False, use_cudnn="auto", time_major=False, implementation=2,
):
    """Long short-term memory. It is never computed by cuDNN."""


def GRU_config(
    units, activation="tanh", recurrent_activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform",
    recurrent_initializer="orthogonal", bias_initializer="zeros", dropout=0.0, recurrent_dropout=0.0, seed=None,
    return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False, reset_after=True,
    zero_output_for_mask=False, use_cudnn="auto", time_major=False, implementation=2,
):
    """Gated recurrent units. They are never computed by cuDNN."""


# The options that a layer hands on to its cell.
CELL_OPTIONS = (
    "units", "activation", "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer",
    "bias_initializer", "unit_forget_bias", "dropout", "recurrent_dropout", "reset_after", "seed", "implementation",
)


def cell_of(self, class_name, name):
    """The config of the cell of a layer."""
    options = {k: v for k, v in self.config.items() if k in CELL_OPTIONS}
    return new_layer(class_name, name=name, dtype=self.dtype_policy, trainable=self.trainable, **options)


def sequence_shape(shape):
    """The shape of the sequences: the first of a list, which Keras 2 makes of sequences and states."""
    return list(shape[0] if isinstance(shape[0], (list, tuple)) else shape)


def step_shape(self, shape):
    """The shape of one step of sequences."""
    return shape[1:] if self.config.get("time_major") else shape[:1] + shape[2:]


def rnn_build(self, cell, shape, states):
    """The cell of a recurrent layer, and variables for its states if they stay from call to call.

    states are the shapes of the states without the batch.
    """
    made = {"cell": layer(cell, step_shape(self, shape))}
    if self.config["stateful"]:
        batch = shape[1 if self.config.get("time_major") else 0]
        if batch is None:
            raise ValueError("stateful=True needs a batch of known size")
        made["states"] = [state([batch] + s, "rnn_state") for s in states]
    return made


def state_shapes(cell):
    """The shapes of the states of a cell of Keras's without the batch, None for other cells."""
    name, c = cell["class_name"], cell["config"]
    if name == "StackedRNNCells":
        shapes = [state_shapes(x) for x in c["cells"]]
        return None if None in shapes else [s for each in shapes for s in each]
    counts = {"SimpleRNNCell": 1, "GRUCell": 1, "LSTMCell": 2}
    return [[c["units"]]] * counts[name] if name in counts else None


def RNN_build(self, sequences_shape, initial_state_shape=None):
    cell = self.config["cell"]
    states = state_shapes(cell)
    if self.config["stateful"] and states is None:
        raise ValueError("stateful=True is not supported for cells that are not Keras's")
    return rnn_build(self, cell, sequence_shape(sequences_shape), states)


def SimpleRNN_build(self, sequences_shape, initial_state_shape=None):
    cell = cell_of(self, "SimpleRNNCell", "simple_rnn_cell")
    return rnn_build(self, cell, sequence_shape(sequences_shape), state_shapes(cell))


def LSTM_build(self, sequences_shape, initial_state_shape=None):
    cell = cell_of(self, "LSTMCell", "lstm_cell")
    return rnn_build(self, cell, sequence_shape(sequences_shape), state_shapes(cell))


def GRU_build(self, sequences_shape, initial_state_shape=None):
    cell = cell_of(self, "GRUCell", "gru_cell")
    return rnn_build(self, cell, sequence_shape(sequences_shape), state_shapes(cell))


def rnn_call(self, sequences, initial_state, mask, training):
    """The call of a recurrent layer (RNN.call, keras/src/layers/rnn/rnn.py)."""
    c = self.config
    if isinstance(sequences, (list, tuple)):  # of Keras 2, with the states
        sequences, initial_state = sequences[0], list(sequences[1:]) or None
    if mask is not None:
        mask = tf.nest.flatten(mask)[0]
    ragged = isinstance(sequences, tf.RaggedTensor)
    if ragged:  # in Keras 2
        lengths = sequences.row_lengths()
        sequences = sequences.to_tensor()
        mask = tf.sequence_mask(lengths, maxlen=tf.shape(sequences)[1])
    time_major = c.get("time_major")
    x = sequences if time_major else swap_time(sequences)
    if mask is not None:
        mask = mask if mask.dtype == tf.bool else tf.cast(mask, tf.bool)
        mask = tf.expand_dims(mask, -1) if mask.shape.rank == 2 else mask
        mask = mask if time_major else swap_time(mask)
    if not hasattr(self.cell, "get_initial_state"):
        raise ValueError(
            f"the cell of {self.name} has no states: write def {self.cell.class_name}_get_initial_state(self, batch_size)"
        )
    batch = tf.shape(x)[1] if x.shape[1] is None else x.shape[1]
    states = self.cell.get_initial_state(batch)
    given = initial_states(self, initial_state)
    if given is not None:
        if len(given) != len(tf.nest.flatten(states)):
            raise ValueError(f"{self.name} has {len(tf.nest.flatten(states))} states, got {len(given)}")
        states = tf.nest.pack_sequence_as(states, given)
    states = tf.nest.map_structure(lambda s: convert(s, self.cell.compute_dtype), states)
    options = {"training": training} if "training" in self.cell.call_arguments else {}
    factors = dropout_factors(self.cell, x[0], states) if training else None
    if factors is not None:
        options["dropout"] = factors

    def step(inputs, states):
        return self.cell(inputs, states, **options)

    last, outputs, states = run_steps(
        step, x, states, mask, c["go_backwards"], c["unroll"], c["zero_output_for_mask"], c["return_sequences"], self.name
    )
    states = [convert(s, self.compute_dtype) for s in tf.nest.flatten(states)]
    if c["stateful"]:
        for variable, value in zip(self.states, states):
            variable.assign(convert(value, variable.dtype))
    if not c["return_sequences"]:
        output = convert(last, self.compute_dtype)
    else:
        output = convert(outputs if time_major else swap_time(outputs), self.compute_dtype)
    if ragged and c["return_sequences"]:
        output = to_ragged(output, lengths, c["go_backwards"])
    return [output] + states if c["return_state"] else output


def initial_states(self, given):
    """The flat list of the states to begin with: what the call is given, what the call before left; None for zeros."""
    flat = None if given is None else tf.nest.flatten(given)
    if not self.config["stateful"]:
        return flat
    if flat is None:
        return list(self.states)
    if not self.keras2:
        return flat
    # Keras 2 takes what it is given only until there are states.
    count = tf.add_n([tf.math.count_nonzero(s) for s in self.states])
    return tf.cond(
        count > 0, lambda: [convert(s, self.compute_dtype) for s in self.states],
        lambda: [convert(s, self.compute_dtype) for s in flat],
    )


def convert(x, dtype):
    """A tensor or variable as a tensor of a dtype."""
    x = tf.convert_to_tensor(x)
    return x if x.dtype == tf.as_dtype(dtype) else tf.cast(x, dtype)


def to_ragged(output, lengths, backwards):
    """What a recurrent layer of Keras 2 makes of ragged sequences. Those of a run backwards begin with the padding."""
    if not backwards:
        return tf.RaggedTensor.from_tensor(output, lengths)
    return tf.reverse(tf.RaggedTensor.from_tensor(tf.reverse(output, [1]), lengths), [1])


def RNN_call(self, sequences, initial_state=None, mask=None, training=False):
    return rnn_call(self, sequences, initial_state, mask, training)


def SimpleRNN_call(self, sequences, initial_state=None, mask=None, training=False):
    return rnn_call(self, sequences, initial_state, mask, training)


def LSTM_call(self, sequences, initial_state=None, mask=None, training=False):
    return rnn_call(self, sequences, initial_state, mask, training)


def GRU_call(self, sequences, initial_state=None, mask=None, training=False):
    return rnn_call(self, sequences, initial_state, mask, training)


def rnn_mask(self, mask):
    """The mask of the output; states have none."""
    return tf.nest.flatten(mask)[0] if mask is not None and self.config["return_sequences"] else None


def RNN_compute_mask(self, inputs, mask=None):
    return rnn_mask(self, mask)


def SimpleRNN_compute_mask(self, inputs, mask=None):
    return rnn_mask(self, mask)


def LSTM_compute_mask(self, inputs, mask=None):
    return rnn_mask(self, mask)


def GRU_compute_mask(self, inputs, mask=None):
    return rnn_mask(self, mask)
