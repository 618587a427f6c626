"""tf.dtypes: conversions between dtypes."""

from tfsave import export, tf


@export("cast", "dtypes.cast")
def cast(x, dtype, name=None):
    """x as dtype; no op when it has that dtype already."""
    dtype = tf.as_dtype(dtype)
    if isinstance(x, (tf.Tensor, tf.Variable)) and x.dtype == dtype:
        return x
    with tf.name_scope(name or "Cast") as scope:
        x = tf.convert_to_tensor(x, name="x")
        if x.dtype == dtype:
            return x
        return tf.raw_ops.Cast(x=x, DstT=dtype, name=scope)


@export("complex", "dtypes.complex")
def complex_(real, imag, name=None):
    """The complex numbers with the given real and imaginary parts."""
    real = tf.convert_to_tensor(real, name="real")
    imag = tf.convert_to_tensor(imag, name="imag")
    if real.dtype != imag.dtype or real.dtype not in (tf.float32, tf.float64):
        raise TypeError(f"real and imag are both float32 or both float64, got {real.dtype.name} and {imag.dtype.name}")
    dtype = tf.complex128 if real.dtype == tf.float64 else tf.complex64
    return tf.raw_ops.Complex(real=real, imag=imag, Tout=dtype, name=name or "Complex")


# The binary digits that the numbers of a floating point dtype hold.
_PRECISION = {tf.bfloat16: 8, tf.float16: 11, tf.float32: 24, tf.float64: 53}


def _limits(dtype):
    number = int if dtype.is_integer else float
    return number(dtype.min), number(dtype.max)


def _bounds(source, target):
    """The smallest and the largest number of dtype source that dtype target has too."""
    source_low, source_high = _limits(source)
    target_low, target_high = _limits(target)
    low, high = max(source_low, target_low), min(source_high, target_high)
    if source.is_floating and target.is_integer:
        # An integer limit of n bits, 2**n - 1, is rounded up by a float of fewer digits: the bound is the float below.
        # TensorFlow 2.21 compares in float64 and so leaves the 64 bit limits as they are rounded.
        bits = 1
        while 2**bits <= high:
            bits += 1
        if 2**bits - 1 == high and _PRECISION[source] < bits <= _PRECISION[tf.float64]:
            high = 2**bits - 2 ** (bits - _PRECISION[source])
    return low, high


@export("saturate_cast", "dtypes.saturate_cast")
def saturate_cast(value, dtype, name=None):
    """value as dtype, where what dtype can not hold becomes its smallest or largest number.

    TensorFlow 2.21's own upper bound for int64 wraps round to the smallest int64 when dtype holds all of them; ours
    does not.
    """
    with tf.name_scope(name or "saturate_cast") as scope:
        value = tf.convert_to_tensor(value, name="value")
        dtype = tf.as_dtype(dtype)
        source = value.dtype
        if source.is_complex and dtype.is_complex:
            bound = _limits(dtype.real_dtype)[1]
            if _limits(source.real_dtype)[1] > bound:
                low = tf.convert_to_tensor(complex(-bound, -bound), source)
                high = tf.convert_to_tensor(complex(bound, bound), source)
                value = tf.raw_ops.ClipByValue(t=value, clip_value_min=low, clip_value_max=high, name="clamp")
            return cast(value, dtype, name=scope)
        if source.is_complex:
            value = tf.math.real(value)
        low, high = _bounds(value.dtype, dtype.real_dtype)
        value = tf.raw_ops.ClipByValue(
            t=value,
            clip_value_min=tf.convert_to_tensor(low, value.dtype),
            clip_value_max=tf.convert_to_tensor(high, value.dtype),
            name="clamp",
        )
        return cast(value, dtype, name=scope)
