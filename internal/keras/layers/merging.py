"""keras.layers: merging of several inputs (keras/src/layers/merging, Keras 3.15)."""

from tfsave import tf


def merge(inputs, function):
    """function from left to right; inputs of lower rank get dimensions behind the batch's."""
    if not isinstance(inputs, (list, tuple)) or len(inputs) < 1:
        raise ValueError("a merging layer is called with a list of inputs")
    rank = max([x.shape.rank for x in inputs])
    expanded = []
    for x in inputs:
        for _ in range(rank - x.shape.rank):
            x = tf.expand_dims(x, 1)
        expanded.append(x)
    result = expanded[0]
    for x in expanded[1:]:
        result = function(result, x)
    return result


def Add_call(self, inputs):
    return merge(inputs, tf.add)


def Subtract_call(self, inputs):
    if len(inputs) != 2:
        raise ValueError(f"Subtract takes 2 inputs, not {len(inputs)}")
    return merge(inputs, tf.subtract)


def masks_of_inputs(self, inputs, mask):
    """The masks by which Keras 3 leaves out steps of inputs that are merged; an input that gets dimensions loses its own."""
    rank = max([x.shape.rank for x in inputs])
    masks = [None] * len(inputs) if mask is None or self.keras2 else mask
    return [None if m is None or x.shape.rank < rank else tf.expand_dims(m, -1) for x, m in zip(inputs, masks)]


def Multiply_call(self, inputs, mask=None):
    masks = masks_of_inputs(self, inputs, mask)
    kept = [x if m is None else tf.where(m, x, tf.ones_like(x)) for x, m in zip(inputs, masks)]
    result = merge(kept, tf.multiply)
    if None in masks:
        return result
    some = masks[0]
    for m in masks[1:]:
        some = tf.logical_or(some, m)
    return tf.where(some, result, tf.zeros_like(result))


def Average_call(self, inputs):
    return merge(inputs, tf.add) / len(inputs)


def Maximum_call(self, inputs, mask=None):
    return extreme(self, inputs, mask, tf.maximum)


def Minimum_call(self, inputs, mask=None):
    return extreme(self, inputs, mask, tf.minimum)


def extreme(self, inputs, mask, function):
    """The largest or smallest of inputs; steps that a mask leaves out are those of the other."""
    masks = masks_of_inputs(self, inputs, mask)
    if all([m is None for m in masks]):
        return merge(inputs, function)
    result, some = inputs[0], masks[0]
    for x, m in zip(inputs[1:], masks[1:]):
        if m is not None:
            x = tf.where(m, x, result)
        if some is not None:
            result = tf.where(some, result, x)
        some = None if m is None or some is None else tf.logical_or(some, m)
        result = merge([result, x], function)
    return result


def Concatenate_config(axis=-1):
    """Inputs one after the other along an axis."""


def Concatenate_call(self, inputs):
    return tf.concat(inputs, axis=self.config["axis"])


def Dot_config(axes, normalize=False):
    """A product of two inputs over one axis of each, for each example."""
    return {"axes": [axes, axes] if isinstance(axes, int) else list(axes)}


def Dot_call(self, inputs):
    x, y = inputs
    c = self.config
    a, b = c["axes"][0] % x.shape.rank, c["axes"][1] % y.shape.rank
    if c["normalize"]:
        x, y = tf.math.l2_normalize(x, axis=a), tf.math.l2_normalize(y, axis=b)
    return batch_dot(x, y, a, b)


def batch_dot(x, y, a, b):
    """The product over axis a of x and axis b of y, with the first axis as batch."""
    x_rank, y_rank = x.shape.rank, y.shape.rank
    expanded = []
    if x_rank == 2:
        x = tf.expand_dims(x, 1)
        a += 1
        expanded.append(1)
    if y_rank == 2:
        y = tf.expand_dims(y, 2)
        expanded.append(-1)
    if x.shape.rank > 3 or a != x.shape.rank - 1:
        x = tf.transpose(x, [i for i in range(x.shape.rank) if i != a] + [a])
    if y.shape.rank > 3 or b != 1:
        y = tf.transpose(y, [0, b] + [i for i in range(1, y.shape.rank) if i != b])
    x_outer, y_outer = tf.shape(x)[1:-1], tf.shape(y)[2:]
    x_static, y_static = x.shape[1:-1], y.shape[2:]
    flat = x.shape.rank > 3 or y.shape.rank > 3
    if flat:
        x = tf.reshape(x, tf.stack([tf.shape(x)[0], -1, tf.shape(x)[-1]]))
        y = tf.reshape(y, tf.stack([tf.shape(y)[0], tf.shape(y)[1], -1]))
    result = tf.matmul(x, y)
    if flat:
        batch = result.shape[:1]
        result = tf.reshape(result, tf.concat([tf.shape(result)[:1], x_outer, y_outer], 0))
        result.set_shape(batch.concatenate(x_static).concatenate(y_static))
    if expanded == [1, -1]:
        return tf.squeeze(result, [2])
    return tf.squeeze(result, expanded) if expanded else result
