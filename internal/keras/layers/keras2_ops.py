"""Functions of TensorFlow in functional models of Keras 2 (TFOpLambda) that tf does not have under their recorded names.

`__operators__.X` is operator_X, `compat.v1.X` is compat_v1_X where it is not the function tf.X of today.
"""

from tfsave import tf


def operator_add(x, y, name=None):
    return tf.add(x, y)


def operator_eq(x, y=None, name=None):
    return tf.equal(x, x if y is None else y)


def operator_ne(x, y=None, name=None):
    return tf.not_equal(x, x if y is None else y)


def operator_getitem(x, slice_spec):
    parts = slice_spec if isinstance(slice_spec, (list, tuple)) else [slice_spec]
    return x[tuple([slice(p["start"], p["stop"], p["step"]) if isinstance(p, dict) else p for p in parts])]


def operator_ragged_getitem(x, key):
    return operator_getitem(x, key)


def compat_v1_transpose(a, perm=None, name=None, conjugate=False):
    return tf.transpose(a, perm=perm, conjugate=conjugate)


def compat_v1_floor_div(x, y, name=None):
    return tf.math.floordiv(x, y)


def compat_v1_squeeze(input, axis=None, name=None, squeeze_dims=None):
    return tf.squeeze(input, axis=axis if axis is not None else squeeze_dims)


def compat_v1_reduce_sum(input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None):
    return tf.reduce_sum(input_tensor, axis=axis, keepdims=keepdims or keep_dims or False)


def compat_v1_reduce_mean(input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None):
    return tf.reduce_mean(input_tensor, axis=axis, keepdims=keepdims or keep_dims or False)


def compat_v1_reduce_max(input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None):
    return tf.reduce_max(input_tensor, axis=axis, keepdims=keepdims or keep_dims or False)


def compat_v1_reduce_min(input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None):
    return tf.reduce_min(input_tensor, axis=axis, keepdims=keepdims or keep_dims or False)


def compat_v1_nn_softmax(logits, axis=None, name=None, dim=None):
    return tf.nn.softmax(logits, axis=-1 if axis is None and dim is None else axis if dim is None else dim)


def compat_v1_image_resize_bilinear(images, size, align_corners=False, name=None, half_pixel_centers=False):
    return tf.raw_ops.ResizeBilinear(
        images=images, size=size, align_corners=align_corners, half_pixel_centers=half_pixel_centers
    )


def compat_v1_image_resize_nearest_neighbor(images, size, align_corners=False, name=None, half_pixel_centers=False):
    return tf.raw_ops.ResizeNearestNeighbor(
        images=images, size=size, align_corners=align_corners, half_pixel_centers=half_pixel_centers
    )
