"""The loop of recurrent layers over the steps of a sequence (keras/src/backend/tensorflow/rnn.py, Keras 3.15)."""

from tfsave import tf


def swap_time(x):
    """A tensor whose first two dimensions, batch and time, have changed places."""
    return tf.transpose(x, [1, 0] + list(range(2, x.shape.rank)))


def run_steps(step, inputs, states, mask, backwards, unroll, zero_output, every, name):
    """What step makes of inputs: its last output, all outputs stacked (the last one unless every), the last states.

    inputs and mask begin with the time. Where a mask is false, states stay, and the output is the one before or zeros.
    """
    steps = inputs.shape[0]
    if not unroll:
        return loop_steps(step, inputs, states, mask, backwards, zero_output, every)
    if not steps:
        raise ValueError(f"{name}: unroll=True needs sequences of known length")
    inputs = tf.unstack(inputs)
    masks = [None] * steps if mask is None else tf.unstack(mask)
    if backwards:
        inputs, masks = inputs[::-1], masks[::-1]
    outputs = []
    for x, m in zip(inputs, masks):
        output, new = step(x, states)
        if m is not None:
            output = where_mask(m, output, outputs[-1] if outputs else tf.zeros_like(output))
            new = [where_mask(m, a, b) for a, b in zip(tf.nest.flatten(new), tf.nest.flatten(states))]
        states = tf.nest.pack_sequence_as(states, tf.nest.flatten(new))
        outputs.append(output)
    last = outputs[-1]
    outputs = tf.stack(outputs if every else [last])
    if mask is not None and zero_output:
        last = where_mask(masks[-1], last, tf.zeros_like(last))
        if every:  # by the mask in its own order, as Keras has it, also of a run backwards
            outputs = where_mask(mask, outputs, tf.zeros_like(outputs))
    return last, outputs, states


def loop_steps(step, inputs, states, mask, backwards, zero_output, every):
    """run_steps as a loop of the graph."""
    steps = inputs.shape[0]
    count = tf.shape(inputs)[0] if steps is None else steps
    if backwards:
        inputs = tf.reverse(inputs, [0])
        mask = None if mask is None else tf.reverse(mask, [0])
    # Only the shape and the dtype of this are used.
    first, _ = step(inputs[0], states)
    inputs = tf.TensorArray(inputs.dtype, size=count, tensor_array_name="input_ta_0").unstack(inputs)
    array = tf.TensorArray(first.dtype, size=count if every else 1, element_shape=first.shape, tensor_array_name="output_ta_0")
    before = []  # the output of the step before
    if mask is not None:
        before = [tf.zeros_like(first)]
        mask = tf.TensorArray(tf.bool, size=count, tensor_array_name="mask_ta").unstack(mask)
    flat = tf.nest.flatten(states)
    zeros = before

    def body(time, array, before, flat):
        output, new = step(inputs.read(time), tf.nest.pack_sequence_as(states, flat))
        new = tf.nest.flatten(new)
        if mask is not None:
            m = mask.read(time)
            output = where_mask(m, output, zeros[0] if zero_output else before[0])
            new = [where_mask(m, a, b) for a, b in zip(new, flat)]
            before = [output]
        return time + 1, array.write(time if every else 0, output), before, new

    _, array, _, flat = tf.while_loop(
        lambda time, *_: time < count, body, (tf.constant(0, name="time"), array, before, flat), parallel_iterations=32,
        swap_memory=True, maximum_iterations=count,
    )
    outputs = array.stack()
    outputs.set_shape(tf.TensorShape([steps if every else 1]).concatenate(first.shape))
    return outputs[-1], outputs, tf.nest.pack_sequence_as(states, flat)


def where_mask(mask, x, otherwise):
    """x where a mask of one step is true."""
    for _ in range(x.shape.rank - mask.shape.rank):
        mask = tf.expand_dims(mask, -1)
    return tf.where(mask, x, otherwise)
