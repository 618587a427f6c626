"""tf.clip_by_*: values and norms kept within bounds."""

from tfsave import export, tf


@export("clip_by_value")
def clip_by_value(t, clip_value_min, clip_value_max, name=None):
    """t with its elements moved between the two bounds."""
    with tf.name_scope(name or "clip_by_value") as scope:
        t = tf.convert_to_tensor(t, name="t")
        below = tf.math.minimum(t, clip_value_max)
        t.shape.assert_is_compatible_with(below.shape)
        clipped = tf.math.maximum(below, clip_value_min, name=scope)
        t.shape.assert_is_compatible_with(clipped.shape)
        return clipped


def _select(condition, x, y):
    return tf.raw_ops.Select(condition=condition, x=x, y=y)


@export("clip_by_norm")
def clip_by_norm(t, clip_norm, axes=None, name=None):
    """t scaled down so that its Euclidean norm over axes is at most clip_norm."""
    with tf.name_scope(name or "clip_by_norm") as scope:
        t = tf.convert_to_tensor(t, name="t")
        if isinstance(clip_norm, (int, float)):
            clip_norm = max(clip_norm, 0)
        else:
            clip_norm = tf.cast(tf.math.maximum(clip_norm, 0), t.dtype)
        square_sum = tf.math.reduce_sum(t * t, axes, keepdims=True)
        positive = square_sum > 0
        # The square root of 0 has no gradient: it is never taken.
        safe = _select(positive, square_sum, tf.internal.ones_like(square_sum))
        norm = _select(positive, tf.math.sqrt(safe), square_sum)
        scaled = t * clip_norm
        t.shape.assert_is_compatible_with(scaled.shape)
        return tf.identity(scaled / tf.math.maximum(norm, clip_norm), name=scope)


def _tensors(t_list):
    if not isinstance(t_list, (list, tuple)):
        raise TypeError(f"t_list is a list of tensors, got {t_list!r}")
    return [None if t is None else tf.convert_to_tensor(t, name=f"t_{i}") for i, t in enumerate(t_list)]


@export("linalg.global_norm")
def global_norm(t_list, name=None):
    """The Euclidean norm of all elements of a list of tensors, in which None is skipped."""
    with tf.name_scope(name or "global_norm"):
        halves = []
        for t in _tensors(t_list):
            if t is not None:
                with tf.internal.colocate_with(t):
                    halves.append(tf.raw_ops.L2Loss(t=t))
        half = tf.math.reduce_sum(tf.stack(halves))
        return tf.math.sqrt(half * tf.constant(2.0, half.dtype), name="global_norm")


@export("clip_by_global_norm")
def clip_by_global_norm(t_list, clip_norm, use_norm=None, name=None):
    """The tensors scaled down together so that their global norm is at most clip_norm, and that norm."""
    if use_norm is None:
        use_norm = global_norm(t_list, name)
    with tf.name_scope(name or "clip_by_global_norm") as scope:
        scale = clip_norm * tf.math.minimum(1.0 / use_norm, tf.constant(1.0, use_norm.dtype) / clip_norm)
        # An infinite norm gives NaN, not 0.
        scale = scale + (use_norm - use_norm)
        clipped = []
        for i, t in enumerate(_tensors(t_list)):
            if t is not None:
                with tf.internal.colocate_with(t):
                    t = tf.identity(t * tf.cast(scale, t.dtype), name=f"{scope}_{i}")
            clipped.append(t)
        return clipped, use_norm
