"""Root functions of tf that make tensors: zeros, ones, range, linspace, eye, one_hot, …"""

from tfsave import export, tf

# The numeric dtypes of tf.range, each wider than those before.
_RANGE_DTYPES = (tf.int32, tf.int64, tf.float16, tf.bfloat16, tf.float32, tf.float64)

# Filled tensors of fewer elements are a Const, others a Fill (ops/array_ops.py, TensorFlow 2.21).
_SMALL = 1000


def _static_dims(shape):
    """shape as a list of ints, or None when part of it is not known."""
    if isinstance(shape, tf.TensorShape):
        return shape.as_list() if shape.is_fully_defined() else None
    dims = [shape] if isinstance(shape, int) else list(shape)
    return dims if all(isinstance(d, int) for d in dims) else None


def _product(dims):
    total = 1
    for d in dims:
        total *= d
    return total


def _filled(value, shape, dtype, scope):
    if not isinstance(shape, tf.Tensor):
        dims = _static_dims(shape)
        if dims is None:
            shape = tf.convert_to_tensor(shape, tf.int32)
        elif not isinstance(shape, int) and _product(dims) < _SMALL:
            return tf.constant(value, dtype, shape=dims, name=scope)
        else:
            wide = any(d > tf.int32.max for d in dims)
            shape = tf.constant(dims, tf.int64 if wide else tf.int32, name="shape_as_tensor")
    if not shape.shape.rank:
        shape = tf.reshape(shape, [-1])
    return tf.fill(shape, tf.constant(value, dtype), name=scope)


@export("zeros")
def zeros(shape, dtype=tf.float32, name=None, layout=None):
    """A tensor of zeros, of false or of empty strings; layout is not used."""
    dtype = tf.as_dtype(dtype)
    with tf.name_scope(name or "zeros") as scope:
        value = False if dtype == tf.bool else "" if dtype == tf.string else 0
        return _filled(value, shape, dtype, scope)


@export("ones")
def ones(shape, dtype=tf.float32, name=None, layout=None):
    """A tensor of ones or of true; layout is not used."""
    dtype = tf.as_dtype(dtype)
    with tf.name_scope(name or "ones") as scope:
        return _filled(True if dtype == tf.bool else 1, shape, dtype, scope)


def _filled_like(input, dtype, scope, function, op):
    if not tf.is_tensor(input):
        input = tf.convert_to_tensor(input, name="tensor")
    dtype = tf.as_dtype(dtype) if dtype is not None else input.dtype
    if input.shape.is_fully_defined() and input.dtype != tf.variant:
        return function(input.shape, dtype, name=scope)
    if dtype != input.dtype and dtype != tf.variant:
        return function(tf.internal.shape(input), dtype, name=scope)
    return op(x=input, name=scope)


@export("zeros_like")
def zeros_like(input, dtype=None, name=None, layout=None):
    """Zeros in the shape of input; layout is not used."""
    with tf.name_scope(name or "zeros_like") as scope:
        return _filled_like(input, dtype, scope, zeros, tf.raw_ops.ZerosLike)


@export("ones_like")
def ones_like(input, dtype=None, name=None, layout=None):
    """Ones in the shape of input; layout is not used."""
    with tf.name_scope(name or "ones_like") as scope:
        return _filled_like(input, dtype, scope, ones, tf.raw_ops.OnesLike)


@export("internal.ones_like")
def ones_of_shape(tensor, dtype=None):
    """tf.ones_like as TensorFlow's own functions call it: always a Fill."""
    with tf.name_scope("ones_like") as scope:
        tensor = tf.convert_to_tensor(tensor, name="tensor")
        result = ones(tf.internal.shape(tensor), dtype or tensor.dtype, name=scope)
        result.set_shape(tensor.shape)
        return result


@export("range")
def range_(start, limit=None, delta=1, dtype=None, name="range"):
    """Numbers from start, 0 when only one bound is given, up to limit in steps of delta."""
    if limit is None:
        start, limit = 0, start
    with tf.name_scope(name or "Range") as scope:
        start = start if isinstance(start, tf.Tensor) else tf.convert_to_tensor(start, dtype, name="start")
        limit = limit if isinstance(limit, tf.Tensor) else tf.convert_to_tensor(limit, dtype, name="limit")
        delta = delta if isinstance(delta, tf.Tensor) else tf.convert_to_tensor(delta, dtype, name="delta")
        if dtype is None:
            for bound in (start, limit, delta):
                if bound.dtype not in _RANGE_DTYPES:
                    raise ValueError(f"range takes {[d.name for d in _RANGE_DTYPES]}, got {bound.dtype.name}")
            dtype = max([start.dtype, limit.dtype, delta.dtype], key=_RANGE_DTYPES.index)
        return tf.raw_ops.Range(
            start=tf.cast(start, dtype), limit=tf.cast(limit, dtype), delta=tf.cast(delta, dtype), name=scope
        )


@export("linspace")
def linspace(start, stop, num, name=None, axis=0):
    """num evenly spaced values from start to stop, along a new axis."""
    with tf.name_scope(name or "linspace"):
        start = tf.convert_to_tensor(start, name="start")
        stop = tf.convert_to_tensor(stop, start.dtype, name="stop")
        num = tf.convert_to_tensor(num, dtype_hint=tf.int32, name="num")
        if not num.dtype.is_integer:
            raise TypeError(f"num is an integer, got {num.dtype.name}")
        num = tf.raw_ops.Cast(x=num, DstT=tf.int32)
        tf.cast(num, start.dtype)
        shape = tf.broadcast_dynamic_shape(tf.shape(start), tf.shape(stop))
        start = tf.broadcast_to(start, shape)
        stop = tf.broadcast_to(stop, shape)
        first = tf.expand_dims(start, axis)
        last = tf.expand_dims(stop, axis)
        shape = tf.shape(first)
        rank = tf.shape(shape)[0]
        axis = tf.where(axis >= 0, axis, rank + axis)
        inner = tf.raw_ops.Maximum(x=num - 2, y=0)
        steps = tf.raw_ops.Maximum(x=num - 1, y=1)
        delta = (last - first) / tf.cast(steps, last.dtype)
        first = tf.cast(first, delta.dtype)
        last = tf.cast(last, delta.dtype)
        end = tf.where(num >= 0, steps, -1)
        position = tf.cast(tf.range(1, end, dtype=tf.int64), delta.dtype)
        along = tf.raw_ops.Equal(x=axis, y=tf.range(rank))
        position = tf.reshape(position, tf.where(along, inner, 1))
        values = tf.concat((first, first + delta * position, last), axis=axis)
        begin = tf.zeros_like(shape)
        size = tf.concat((shape[0:axis], tf.reshape(num, [1]), shape[axis + 1 :]), axis=0)
        return tf.slice(values, begin, size)


@export("eye", "linalg.eye")
def eye(num_rows, num_columns=None, batch_shape=None, dtype=tf.float32, name=None):
    """The identity matrix, or a batch of them."""
    with tf.name_scope(name or "eye"):
        square = num_columns is None
        batch_shape = [] if batch_shape is None else batch_shape
        num_columns = num_rows if num_columns is None else num_columns
        if isinstance(num_rows, tf.Tensor) or isinstance(num_columns, tf.Tensor):
            size = tf.math.minimum(num_rows, num_columns)
        else:
            if not isinstance(num_rows, int) or not isinstance(num_columns, int):
                raise TypeError(f"num_rows and num_columns are ints, got {num_rows!r} and {num_columns!r}")
            square = num_rows == num_columns
            size = min(num_rows, num_columns)
        if isinstance(batch_shape, tf.Tensor) or isinstance(size, tf.Tensor):
            batch_shape = tf.convert_to_tensor(batch_shape, tf.int32, name="shape")
            diagonal_shape = tf.concat((batch_shape, [size]), axis=0)
            if not square:
                shape = tf.concat((batch_shape, [num_rows, num_columns]), axis=0)
        else:
            diagonal_shape = list(batch_shape) + [size]
            if not square:
                shape = list(batch_shape) + [num_rows, num_columns]
        diagonal = tf.ones(diagonal_shape, dtype)
        if square:
            return tf.linalg.diag(diagonal)
        return tf.linalg.set_diag(tf.zeros(shape, dtype), diagonal)


@export("one_hot")
def one_hot(indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name=None):
    """on_value at each index and off_value elsewhere, along a new axis of size depth."""
    with tf.name_scope(name or "one_hot") as scope:
        if on_value is not None:
            on_value = tf.convert_to_tensor(on_value, dtype_hint=dtype)
        if off_value is not None:
            off_value = tf.convert_to_tensor(off_value, dtype_hint=dtype)
        given = [value.dtype for value in (on_value, off_value) if value is not None]
        dtype = tf.as_dtype(dtype) if dtype is not None else given[0] if given else tf.float32
        if any(other != dtype for other in given):
            raise TypeError(f"on_value, off_value and dtype agree, got {[d.name for d in given]} and {dtype.name}")
        if on_value is None:
            on_value = tf.convert_to_tensor(1, dtype, name="on_value")
        if off_value is None:
            off_value = tf.convert_to_tensor(0, dtype, name="off_value")
        return tf.raw_ops.OneHot(
            indices=indices,
            depth=depth,
            on_value=on_value,
            off_value=off_value,
            axis=-1 if axis is None else axis,
            name=scope,
        )


@export("internal.all_axes")
def all_axes(x):
    """The indices of x's dimensions, a constant when the rank is known."""
    if isinstance(x, tf.Tensor) and x.shape.rank is not None:
        return tf.constant(list(range(x.shape.rank)), tf.int32)
    return tf.raw_ops.Range(start=0, limit=tf.rank(x), delta=1)


@export("sequence_mask")
def sequence_mask(lengths, maxlen=None, dtype=tf.bool, name=None):
    """True for the first lengths[i] of maxlen positions, for each i."""
    with tf.name_scope(name or "SequenceMask"):
        lengths = tf.convert_to_tensor(lengths)
        if maxlen is None:
            maxlen = tf.raw_ops.Max(input=lengths, axis=all_axes(lengths))
            maxlen = tf.raw_ops.Maximum(x=tf.constant(0, maxlen.dtype), y=maxlen)
        else:
            maxlen = tf.convert_to_tensor(maxlen)
        if maxlen.shape.rank not in (None, 0):
            raise ValueError(f"maxlen is a scalar, got the shape {maxlen.shape}")
        zero, one = tf.constant(0, maxlen.dtype), tf.constant(1, maxlen.dtype)
        positions = tf.raw_ops.Range(start=zero, limit=maxlen, delta=one)
        mask = positions < tf.raw_ops.Cast(x=tf.expand_dims(lengths, -1), DstT=maxlen.dtype)
        if dtype is None or tf.as_dtype(dtype) == tf.bool:
            return mask
        return tf.raw_ops.Cast(x=mask, DstT=dtype)
