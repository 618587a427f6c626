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


def compat_v1_expand_dims(input, axis=None, name=None, dim=None):
    return tf.expand_dims(input, axis if dim is None else dim)


def compat_v1_where(condition, x=None, y=None, name=None):
    # Not tf.where: a vector chooses rows.
    return tf.where(condition) if x is None else tf.raw_ops.Select(condition=condition, x=x, y=y)


def reduced(function, x, axis, keepdims, reduction_indices, keep_dims):
    """A reduction with the older names of its arguments."""
    return function(x, axis=reduction_indices if axis is None else axis, keepdims=keepdims or keep_dims or False)


def compat_v1_math_reduce_sum(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_sum, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_reduce_mean(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_mean, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_reduce_prod(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_prod, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_reduce_max(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_max, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_reduce_min(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_min, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_reduce_all(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_all, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_reduce_any(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_any, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_reduce_logsumexp(
    input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None
):
    return reduced(tf.reduce_logsumexp, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def compat_v1_math_argmax(input, axis=None, name=None, dimension=None, output_type=tf.int64):
    return tf.argmax(input, axis=dimension if axis is None else axis, output_type=output_type)


def compat_v1_math_argmin(input, axis=None, name=None, dimension=None, output_type=tf.int64):
    return tf.argmin(input, axis=dimension if axis is None else axis, output_type=output_type)


def compat_v1_math_in_top_k(predictions, targets, k, name=None):
    return tf.math.in_top_k(targets, predictions, k)


def compat_v1_nn_moments(x, axes, shift=None, name=None, keep_dims=None, keepdims=None):
    return tf.nn.moments(x, axes, keepdims=keepdims or keep_dims or False)


def compat_v1_nn_log_softmax(logits, axis=None, name=None, dim=None):
    return tf.nn.log_softmax(logits, axis=-1 if axis is None and dim is None else axis if dim is None else dim)


def compat_v1_nn_ctc_beam_search_decoder(inputs, sequence_length, beam_width=100, top_paths=1, merge_repeated=True):
    if merge_repeated:
        raise ValueError("compat.v1.nn.ctc_beam_search_decoder with merge_repeated=True is not supported")
    return tf.nn.ctc_beam_search_decoder(inputs, sequence_length, beam_width=beam_width, top_paths=top_paths)


def compat_v1_strings_split(input=None, sep=None, maxsplit=-1, result_type="SparseTensor", source=None, name=None):
    rows = tf.strings.split(source if input is None else input, sep=sep, maxsplit=maxsplit)
    return rows.to_sparse() if result_type == "SparseTensor" else rows


def compat_v1_random_poisson(lam, shape, dtype=tf.float32, seed=None, name=None):
    return tf.random.poisson(shape, lam, dtype=dtype, seed=seed)


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
