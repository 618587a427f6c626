"""keras.ops: operations of keras.src.ops.numpy in functional models.

An op is a function of its config, as its class is made, and of the tensors and values that it is called with.
"""

from tfsave import tf


def operands(a, b):
    """Two operands of one dtype: a Python number takes the other's, an integer tensor with a float becomes float32."""
    if not tf.is_tensor(a):
        a = like(a, b)
    if not tf.is_tensor(b):
        b = like(b, a)
    if a.dtype != b.dtype:
        dtype = result_type(a.dtype, b.dtype)
        a = a if a.dtype == dtype else tf.cast(a, dtype)
        b = b if b.dtype == dtype else tf.cast(b, dtype)
    return a, b


def like(value, x):
    """A Python value as a tensor beside x."""
    if not tf.is_tensor(x):
        return tf.convert_to_tensor(value)
    if isinstance(value, float) and not x.dtype.is_floating and not x.dtype.is_complex:
        return tf.constant(value, tf.float32)
    return tf.convert_to_tensor(value, dtype=x.dtype)


FLOATS = ("bfloat16", "float16", "float32", "float64")


def result_type(a, b):
    """The dtype of an operation on two dtypes (keras/src/backend/common/dtypes.py)."""
    a, b = tf.as_dtype(a), tf.as_dtype(b)
    if a == b:
        return a
    if a.is_bool:
        return b
    if b.is_bool:
        return a
    if a.is_complex or b.is_complex:
        return tf.complex128 if tf.complex128 in (a, b) or tf.float64 in (a, b) else tf.complex64
    if a.is_floating and b.is_floating:
        if {a.name, b.name} == {"bfloat16", "float16"}:
            return tf.float32
        return a if FLOATS.index(a.name) > FLOATS.index(b.name) else b
    if a.is_floating:
        return a
    if b.is_floating:
        return b
    if a.is_unsigned == b.is_unsigned:
        return a if a.size > b.size else b
    signed, unsigned = (b, a) if a.is_unsigned else (a, b)
    if signed.size > unsigned.size:
        return signed
    return {1: tf.int16, 2: tf.int32, 4: tf.int64, 8: tf.float32}[unsigned.size]


def numpy_Add(config, x1, x2):
    a, b = operands(x1, x2)
    return tf.add(a, b)


def numpy_Multiply(config, x1, x2):
    a, b = operands(x1, x2)
    return tf.multiply(a, b)


def comparison(function, x1, x2):
    a, b = operands(x1, x2)
    return function(a, b)


def numpy_Equal(config, x1, x2):
    return comparison(tf.equal, x1, x2)


def numpy_NotEqual(config, x1, x2):
    return comparison(tf.not_equal, x1, x2)


def numpy_Greater(config, x1, x2):
    return comparison(tf.greater, x1, x2)


def numpy_GreaterEqual(config, x1, x2):
    return comparison(tf.greater_equal, x1, x2)


def numpy_Less(config, x1, x2):
    return comparison(tf.less, x1, x2)


def numpy_LessEqual(config, x1, x2):
    return comparison(tf.less_equal, x1, x2)


def numpy_Any(config, x):
    x = x if x.dtype == tf.bool else tf.cast(x, tf.bool)
    return tf.reduce_any(x, axis=config.get("axis"), keepdims=config.get("keepdims", False))
