"""keras.layers: merging of several inputs (keras/src/layers/merging, Keras 3.15)."""

from ops_numpy import numpy_Add, numpy_Maximum, numpy_Minimum, numpy_Multiply, numpy_Subtract
from ops_numpy_arrays import numpy_Concatenate, numpy_ExpandDims, numpy_Squeeze, numpy_Transpose
from ops_numpy_products import numpy_Matmul
from ops_types import shape_of
from sparse import reshaped
from tfsave import tf


def merge(inputs, function):
    """function from left to right; inputs of lower rank get dimensions behind the batch's."""
    if not isinstance(inputs, (list, tuple)) or len(inputs) < 1:
        raise ValueError("a merging layer is called with a list of inputs")
    rank = max([x.shape.rank for x in inputs])
    expanded = []
    for x in inputs:
        for _ in range(rank - x.shape.rank):
            x = numpy_ExpandDims(x, 1)
        expanded.append(x)
    result = expanded[0]
    for x in expanded[1:]:
        result = function(result, x)
    return result


def Add_call(self, inputs):
    return merge(inputs, numpy_Add)


def Subtract_call(self, inputs):
    if len(inputs) != 2:
        raise ValueError(f"Subtract takes 2 inputs, not {len(inputs)}")
    return merge(inputs, numpy_Subtract)


def masks_of_inputs(self, inputs, mask):
    """The masks by which Keras 3 leaves out steps of inputs that are merged; an input that gets dimensions loses its own."""
    rank = max([x.shape.rank for x in inputs])
    masks = [None] * len(inputs) if mask is None or self.keras2 else mask
    return [None if m is None or x.shape.rank < rank else tf.expand_dims(m, -1) for x, m in zip(inputs, masks)]


def Multiply_call(self, inputs, mask=None):
    masks = masks_of_inputs(self, inputs, mask)
    kept = [x if m is None else tf.where(m, x, tf.ones_like(x)) for x, m in zip(inputs, masks)]
    result = merge(kept, numpy_Multiply)
    if None in masks:
        return result
    some = masks[0]
    for m in masks[1:]:
        some = tf.logical_or(some, m)
    return tf.where(some, result, tf.zeros_like(result))


def Average_call(self, inputs):
    return merge(inputs, numpy_Add) / len(inputs)


def Maximum_call(self, inputs, mask=None):
    return extreme(self, inputs, mask, numpy_Maximum)


def Minimum_call(self, inputs, mask=None):
    return extreme(self, inputs, mask, numpy_Minimum)


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
    return numpy_Concatenate(inputs, self.config["axis"])


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
        x = numpy_ExpandDims(x, 1)
        a += 1
        expanded.append(1)
    if y_rank == 2:
        y = numpy_ExpandDims(y, 2)
        expanded.append(-1)
    if x.shape.rank > 3 or a != x.shape.rank - 1:
        x = numpy_Transpose(x, [i for i in range(x.shape.rank) if i != a] + [a])
    if y.shape.rank > 3 or b != 1:
        y = numpy_Transpose(y, [0, b] + [i for i in range(1, y.shape.rank) if i != b])
    x_shape, y_shape = shape_of(x), shape_of(y)
    flat = len(x_shape) > 3 or len(y_shape) > 3
    if flat:
        x = reshaped(x, [x_shape[0], -1, x_shape[-1]])
        y = reshaped(y, [y_shape[0], y_shape[1], -1])
    result = numpy_Matmul(x, y)
    if flat:
        result = reshaped(result, x_shape[:-1] + y_shape[2:])
    if expanded == [1, -1]:
        return numpy_Squeeze(result, [2])
    return numpy_Squeeze(result, expanded) if expanded else result
