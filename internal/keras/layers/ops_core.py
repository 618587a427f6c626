"""keras.ops: scattering, slices and casts (keras/src/ops/core.py, Keras 3.15)."""

from ops_types import dtype_named, tensor
from sparse import cast_values, densified
from tfsave import tf


def core_Cast(x, dtype):
    return cast_values(x, dtype_named(dtype))


def core_SaturateCast(x, dtype):
    # Keras takes limits that a float cannot hold as they are rounded: beyond them the cast is the machine's.
    x, to = tensor(x), dtype_named(dtype)
    low, high = limits(to)
    if x.dtype.is_bool:
        x = tf.cast(x, tf.int32)
    least, most = limits(x.dtype)
    low, high = max(low, least), min(high, most)
    if x.dtype.is_integer:
        low, high = int(low), int(high)
    return tf.cast(tf.clip_by_value(x, tf.constant(low, x.dtype), tf.constant(high, x.dtype)), to)


def limits(dtype):
    return (0, 1) if dtype.is_bool else (dtype.min, dtype.max)


def core_ConvertToTensor(x, dtype=None, sparse=None, ragged=None):
    if sparse is False:
        x = densified(x)
    if isinstance(x, tf.RaggedTensor) and ragged is False:
        x = x.to_tensor()
    return tensor(x, dtype and dtype_named(dtype))


def core_StopGradient(variable):
    return tf.stop_gradient(variable)


def core_Unstack(x, num=None, axis=0):
    return tf.unstack(x, num=num, axis=axis)


def core_Scatter(indices, values, shape):
    return tf.scatter_nd(indices, values, shape)


def core_ScatterUpdate(inputs, indices, updates, reduction=None):
    inputs, indices, updates = tensor(inputs), tensor(indices), tensor(updates)
    if reduction == "mul":
        return scatter_product(inputs, indices, updates)
    functions = {
        None: tf.tensor_scatter_nd_update, "add": tf.tensor_scatter_nd_add, "max": tf.tensor_scatter_nd_max,
        "min": tf.tensor_scatter_nd_min,
    }
    if reduction not in functions:
        raise ValueError(f"unknown reduction {reduction!r}; there are add, max, min, mul")
    return functions[reduction](inputs, indices, updates)


def scatter_product(inputs, indices, updates):
    """One update after the other: an element may be there twice."""

    def update(i, result):
        place = indices[i : i + 1]
        return i + 1, tf.tensor_scatter_nd_update(result, place, tf.gather_nd(result, place) * updates[i])

    count = tf.shape(indices)[0]
    return tf.while_loop(lambda i, result: i < count, update, [0, inputs])[1]


def core_Slice(inputs, start_indices, shape):
    return tf.slice(inputs, start_indices, shape)


def core_SliceUpdate(inputs, start_indices, updates):
    inputs, updates = tensor(inputs), tensor(updates)
    # Where the updates do not fit at their place they are moved until they do.
    room = tf.shape(inputs) - tf.shape(updates)
    start = tf.clip_by_value(tf.cast(tf.stack(start_indices), tf.int32), tf.zeros_like(room), room)
    paddings = tf.stack([start, room - start], axis=1)
    inside = tf.cast(tf.pad(tf.ones_like(updates, dtype=tf.int32), paddings), tf.bool)
    result = tf.where(inside, tf.pad(updates, paddings), inputs)
    result.set_shape(inputs.shape)
    return result
