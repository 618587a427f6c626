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
def complex(real, imag, name=None):
    """The complex numbers with the given real and imaginary parts."""
    real = tf.convert_to_tensor(real, name="real")
    imag = tf.convert_to_tensor(imag, name="imag")
    if real.dtype != imag.dtype or real.dtype not in (tf.float32, tf.float64):
        raise TypeError(f"real and imag are both float32 or both float64, got {real.dtype.name} and {imag.dtype.name}")
    dtype = tf.complex128 if real.dtype == tf.float64 else tf.complex64
    return tf.raw_ops.Complex(real=real, imag=imag, Tout=dtype, name=name or "Complex")
