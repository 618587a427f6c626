"""rt[...]: indexing and slicing of ragged tensors, after ops/ragged/ragged_getitem.py of TensorFlow 2.21."""

from tfsave import export, tf


@export("RaggedTensor.__getitem__")
def getitem(self, key):
    """A row, or a part of each dimension."""
    with tf.name_scope("RaggedGetItem"):
        return _outer(self, list(key) if isinstance(key, (list, tuple)) else [key])


def _outer(rt, keys):
    """keys applied to rt's dimensions from the outermost on."""
    if not keys:
        return rt
    key, inner_keys = keys[0], keys[1:]
    if key is Ellipsis:
        return _outer(rt, _without_ellipsis(keys, rt.shape.rank))
    if key is None:
        inner = _outer(rt, inner_keys)
        return tf.RaggedTensor.from_uniform_row_length(inner, _nsplits(inner) - 1, nrows=1, validate=False)
    if isinstance(key, slice):
        rows = _slice_rows(rt, key)
        if rt.uniform_row_length is not None:
            rows = tf.RaggedTensor.from_uniform_row_length(rows.values, rt.uniform_row_length, nrows=rows.nrows())
        return _inner(rows, inner_keys)
    starts = rt.row_splits[:-1]
    limits = rt.row_splits[1:]
    row = rt.values[starts[key]:limits[key]]
    return row[tuple(inner_keys)] if isinstance(row, tf.Tensor) else getitem(row, inner_keys)


def _nsplits(rt):
    if rt.row_splits.shape[0] is not None:
        return rt.row_splits.shape[0]
    return tf.shape(rt.row_splits, out_type=rt.row_splits.dtype)[0]


def _slice_rows(rt, key):
    if key.start is None and key.stop is None and key.step is None:
        return rt
    starts = rt.row_splits[:-1][key]
    limits = rt.row_splits[1:][key]
    zero_pad = tf.zeros([1], rt.row_splits.dtype)
    if key.step is None or key.step == 1:
        # Rows that follow each other: their values do too.
        splits = tf.concat([zero_pad[tf.size(starts):], starts[:1], limits], axis=0)
        first = splits[0]
        last = splits[-1]
        return tf.RaggedTensor.from_row_splits(rt.values[first:last], splits - first, validate=False)
    return _value_ranges(starts, limits, 1, rt.values)


def _inner(rt, keys):
    """keys applied to the dimensions after the outermost."""
    if not keys:
        return rt
    if not isinstance(rt, tf.RaggedTensor):
        return rt[tuple([slice(None, None, None)] + keys)]
    key = keys[0]
    if key is Ellipsis:
        return _inner(rt, _without_ellipsis(keys, rt.values.shape.rank))
    if key is None:
        inner = _inner(rt, keys[1:])
        return tf.RaggedTensor.from_uniform_row_length(inner, 1, nrows=_nsplits(inner) - 1, validate=False)
    if isinstance(key, slice):
        if key.start is not None or key.stop is not None or key.step is not None:
            rt = _slice_columns(rt, key)
        return rt.with_values(_inner(rt.values, keys[1:]))
    length = rt.uniform_row_length
    if length is None:
        raise ValueError("an inner ragged dimension cannot be indexed, only sliced")
    key = tf.cast(key, length.dtype)
    message = "Index out of bounds when indexing into a ragged tensor"
    checks = [
        tf.debugging.assert_greater_equal(key, -length, message=message),
        tf.debugging.assert_less(key, length, message=message),
    ]
    with tf.control_dependencies(checks):
        offset = _by_sign(key, lambda: key, lambda: length + key)
        return _inner(rt.values[offset::length], keys[1:])


def _slice_columns(rt, key):
    for bound in (key.start, key.stop):
        if bound is not None and not isinstance(bound, (int, tf.Tensor)):
            raise TypeError(f"slice bounds must be integers or None, got {bound}")
    starts = rt.row_splits[:-1]
    limits = rt.row_splits[1:]
    step = 1 if key.step is None else key.step
    lower = _by_sign(step, lambda: starts, lambda: starts - 1)
    upper = _by_sign(step, lambda: limits, lambda: limits - 1)

    def bound(offset):
        shift = tf.cast(offset, starts.dtype)
        return _by_sign(
            offset, lambda: tf.math.minimum(starts + shift, upper), lambda: tf.math.maximum(limits + shift, lower))

    if key.start is None:
        new_starts = _by_sign(step, lambda: starts, lambda: limits - 1)
    else:
        new_starts = bound(key.start)
    if key.stop is None:
        new_limits = _by_sign(step, lambda: limits, lambda: starts - 1)
    else:
        new_limits = bound(key.stop)
    result = _value_ranges(new_starts, new_limits, key.step, rt.values)
    if rt.uniform_row_length is not None:
        zeros = tf.zeros(rt.uniform_row_length, dtype=tf.bool)
        length = tf.size(zeros[key], out_type=rt.uniform_row_length.dtype)
        result = tf.RaggedTensor.from_uniform_row_length(result.values, length, rt.nrows())
    return result


def _without_ellipsis(keys, rank):
    """keys that start with an ellipsis, with what it stands for in the next dimension."""
    if rank is None:
        raise ValueError("an ellipsis needs a RaggedTensor of known rank")
    indices = len([key for key in keys if key is not None])
    if indices > rank + 1:
        raise ValueError(f"too many indices for a RaggedTensor of rank {rank}")
    if indices == rank + 1:
        return keys[1:]
    return [slice(None, None, None)] + keys


def _value_ranges(starts, limits, step, values):
    """A row per start and limit, with the values in between."""
    step = tf.convert_to_tensor(1 if step is None else step, name="step")
    if not step.dtype.is_integer:
        raise TypeError(f"slice steps must be integers or None, got {step.dtype.name}")
    step = tf.cast(step, starts.dtype)
    indices = tf.ragged.range(starts, limits, step, row_splits_dtype=starts.dtype)
    return indices.with_values(tf.gather(values, indices.values))


def _by_sign(value, if_positive, if_negative):
    if isinstance(value, tf.Tensor):
        known = tf.internal.static_value(value)
        if known is None:
            return tf.cond(value >= 0, if_positive, if_negative)
        value = known
    return if_positive() if value >= 0 else if_negative()
