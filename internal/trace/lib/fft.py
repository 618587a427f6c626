"""tf.signal: Fourier and cosine transforms."""

from tfsave import export, tf


@export("signal.fft")
def fft(input, name=None):
    """The Fourier transform of the last dimension."""
    return tf.raw_ops.FFT(input=input, name=name)


@export("signal.ifft")
def ifft(input, name=None):
    """The inverse of fft."""
    return tf.raw_ops.IFFT(input=input, name=name)


@export("signal.fft2d")
def fft2d(input, name=None):
    """The Fourier transform of the last two dimensions."""
    return tf.raw_ops.FFT2D(input=input, name=name)


@export("signal.ifft2d")
def ifft2d(input, name=None):
    """The inverse of fft2d."""
    return tf.raw_ops.IFFT2D(input=input, name=name)


@export("signal.fft3d")
def fft3d(input, name=None):
    """The Fourier transform of the last three dimensions."""
    return tf.raw_ops.FFT3D(input=input, name=name)


@export("signal.ifft3d")
def ifft3d(input, name=None):
    """The inverse of fft3d."""
    return tf.raw_ops.IFFT3D(input=input, name=name)


def _pad(input, rank, fft_length, inverse):
    """input with zeros up to fft_length; an inverse takes half as many complex numbers in the last dimension."""
    wanted = tf.internal.constant_value_as_shape(fft_length)
    shape = input.shape
    if shape.rank is not None and 0 in shape.as_list():
        return input
    if wanted.is_fully_defined() and shape.rank is not None:
        have = shape[-wanted.rank :]
        if have.is_fully_defined():
            wanted = wanted.as_list()
            if inverse:
                wanted[-1] = wanted[-1] // 2 + 1
            paddings = [[0, max(want - size, 0)] for want, size in zip(wanted, have.as_list())]
            if any(after > 0 for before, after in paddings):
                outer = [[0, 0]] * max(shape.rank - len(wanted), 0)
                return tf.pad(input, outer + paddings)
            return input
    input_rank = tf.rank(input)
    have = tf.shape(input)[-rank:]
    outer = tf.zeros([tf.math.maximum(0, input_rank - rank)], fft_length.dtype)
    if inverse:
        fft_length = tf.concat([fft_length[:-1], fft_length[-1:] // 2 + 1], 0)
    missing = tf.math.maximum(0, fft_length - have)
    after = tf.concat([outer, missing], 0)
    return tf.pad(input, tf.stack([tf.zeros_like(after), after], axis=1))


def _static(fft_length):
    known = tf.internal.static_value(fft_length)
    return fft_length if known is None else known


def _real_input(input):
    input = tf.convert_to_tensor(input, dtype_hint=tf.float32)
    if input.dtype not in (tf.float32, tf.float64):
        raise ValueError(f"a transform of real numbers takes float32 or float64, got {input.dtype.name}")
    return input, tf.complex64 if input.dtype == tf.float32 else tf.complex128


def _complex_input(input):
    input = tf.convert_to_tensor(input, dtype_hint=tf.complex64)
    if input.dtype not in (tf.complex64, tf.complex128):
        raise ValueError(f"an inverse transform takes complex64 or complex128, got {input.dtype.name}")
    return input


def _rfft(op, rank, input, fft_length, name):
    with tf.name_scope(name) as scope:
        input, complex_dtype = _real_input(input)
        input.shape.with_rank_at_least(rank)
        if fft_length is not None:
            fft_length = tf.convert_to_tensor(fft_length, tf.int32)
        elif input.shape[-rank:].is_fully_defined():
            fft_length = tf.convert_to_tensor(input.shape[-rank:].as_list(), tf.int32)
        else:
            fft_length = tf.shape(input)[-rank:]
        input = _pad(input, rank, fft_length, inverse=False)
        return op(input=input, fft_length=_static(fft_length), Tcomplex=complex_dtype, name=scope)


def _irfft(op, rank, input, fft_length, name):
    with tf.name_scope(name) as scope:
        input = _complex_input(input)
        input.shape.with_rank_at_least(rank)
        if fft_length is not None:
            fft_length = tf.convert_to_tensor(fft_length, tf.int32)
        elif input.shape[-rank:].is_fully_defined():
            fft_length = tf.convert_to_tensor(_real_length(input.shape[-rank:].as_list()), tf.int32)
        else:
            lengths = tf.unstack(tf.shape(input)[-rank:])
            lengths[-1] = tf.math.maximum(0, 2 * (lengths[-1] - 1))
            fft_length = tf.stack(lengths)
        input = _pad(input, rank, fft_length, inverse=True)
        return op(input=input, fft_length=_static(fft_length), Treal=input.dtype.real_dtype, name=scope)


def _real_length(lengths):
    """How many real numbers have a transform of the given size."""
    return lengths[:-1] + [max(0, 2 * (n - 1)) for n in lengths[-1:]]


@export("signal.rfft")
def rfft(input_tensor, fft_length=None, name=None):
    """The Fourier transform of real numbers in the last dimension, without its mirrored half."""
    return _rfft(tf.raw_ops.RFFT, 1, input_tensor, fft_length, name or "rfft")


@export("signal.rfft2d")
def rfft2d(input_tensor, fft_length=None, name=None):
    """rfft over the last two dimensions."""
    return _rfft(tf.raw_ops.RFFT2D, 2, input_tensor, fft_length, name or "rfft2d")


@export("signal.rfft3d")
def rfft3d(input_tensor, fft_length=None, name=None):
    """rfft over the last three dimensions."""
    return _rfft(tf.raw_ops.RFFT3D, 3, input_tensor, fft_length, name or "rfft3d")


@export("signal.irfft")
def irfft(input_tensor, fft_length=None, name=None):
    """The inverse of rfft."""
    return _irfft(tf.raw_ops.IRFFT, 1, input_tensor, fft_length, name or "irfft")


@export("signal.irfft2d")
def irfft2d(input_tensor, fft_length=None, name=None):
    """The inverse of rfft2d."""
    return _irfft(tf.raw_ops.IRFFT2D, 2, input_tensor, fft_length, name or "irfft2d")


@export("signal.irfft3d")
def irfft3d(input_tensor, fft_length=None, name=None):
    """The inverse of rfft3d."""
    return _irfft(tf.raw_ops.IRFFT3D, 3, input_tensor, fft_length, name or "irfft3d")


def _axes(input, axes):
    return tf.convert_to_tensor(list(range(len(input.shape))) if axes is None else axes, tf.int32)


def _lengths(input, fft_length, rank, inverse_real=False):
    """input padded to fft_length, and fft_length itself."""
    if fft_length is not None:
        fft_length = tf.convert_to_tensor(fft_length, tf.int32)
    elif inverse_real:
        fft_length = tf.convert_to_tensor(_real_length(input.shape.as_list()), tf.int32)
    else:
        fft_length = tf.shape(input)[-len(input.shape) :]
    return _pad(input, rank, fft_length, inverse_real), _static(fft_length)


def _factor(fft_length, norm):
    """What the input of a transform is divided by, or that of an inverse multiplied with; None for nothing."""
    if norm is None or norm == "backward":
        return None
    if isinstance(fft_length, tf.Tensor):
        raise TypeError(f"norm {norm} needs a fft_length that is known while tracing")
    count = 1
    for n in fft_length:
        count *= n
    if norm == "forward":
        return count
    return tf.internal.pymath.sqrt(count) if norm == "ortho" else None


@export("fftnd")
def raw_fftnd(input, fft_length, axes, name=None):
    """The Fourier transform over axes, by the op itself: tf.signal.fftnd fills in lengths and axes."""
    return tf.raw_ops.FFTND(input=input, fft_length=fft_length, axes=axes, name=name)


@export("ifftnd")
def raw_ifftnd(input, fft_length, axes, name=None):
    """The inverse of tf.fftnd."""
    return tf.raw_ops.IFFTND(input=input, fft_length=fft_length, axes=axes, name=name)


@export("rfftnd")
def raw_rfftnd(input, fft_length, axes, Tcomplex=tf.complex64, name=None):
    """The Fourier transform of real numbers over axes, by the op itself."""
    return tf.raw_ops.RFFTND(input=input, fft_length=fft_length, axes=axes, Tcomplex=Tcomplex, name=name)


@export("irfftnd")
def raw_irfftnd(input, fft_length, axes, Treal=tf.float32, name=None):
    """The inverse of tf.rfftnd."""
    return tf.raw_ops.IRFFTND(input=input, fft_length=fft_length, axes=axes, Treal=Treal, name=name)


@export("signal.fftnd")
def fftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """The Fourier transform over axes."""
    with tf.name_scope(name or "fftnd") as scope:
        axes = _axes(input_tensor, axes)
        input = tf.convert_to_tensor(input_tensor, dtype_hint=tf.complex64)
        input, fft_length = _lengths(input, fft_length, axes.shape[0])
        factor = _factor(fft_length, norm)
        if factor is not None:
            input /= factor
        return tf.raw_ops.FFTND(input=input, fft_length=fft_length, axes=axes, name=scope)


@export("signal.ifftnd")
def ifftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """The inverse of fftnd."""
    with tf.name_scope(name or "ifftnd") as scope:
        axes = _axes(input_tensor, axes)
        input = tf.convert_to_tensor(input_tensor, dtype_hint=tf.complex64)
        input, fft_length = _lengths(input, fft_length, axes.shape[0])
        factor = _factor(fft_length, norm)
        if factor is not None:
            input *= factor
        return tf.raw_ops.IFFTND(input=input, fft_length=fft_length, axes=axes, name=scope)


@export("signal.rfftnd")
def rfftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """The Fourier transform of real numbers over axes, without its mirrored half."""
    with tf.name_scope(name or "rfftnd") as scope:
        axes = _axes(input_tensor, axes)
        input, complex_dtype = _real_input(input_tensor)
        input, fft_length = _lengths(input, fft_length, axes.shape[0])
        factor = _factor(fft_length, norm)
        if factor is not None:
            input /= factor
        return tf.raw_ops.RFFTND(input=input, fft_length=fft_length, axes=axes, Tcomplex=complex_dtype, name=scope)


@export("signal.irfftnd")
def irfftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """The inverse of rfftnd."""
    with tf.name_scope(name or "irfftnd") as scope:
        axes = _axes(input_tensor, axes)
        input = _complex_input(input_tensor)
        input, fft_length = _lengths(input, fft_length, axes.shape[0], inverse_real=True)
        factor = _factor(fft_length, norm)
        if factor is not None:
            input *= factor
        return tf.raw_ops.IRFFTND(
            input=input, fft_length=fft_length, axes=axes, Treal=input.dtype.real_dtype, name=scope
        )


def _half_sizes(x, axes):
    """The axes to shift, none negative, and half the size of each."""
    if axes is None:
        return tuple(range(x.shape.rank)), tf.shape(x) // 2
    if isinstance(axes, int):
        return axes, tf.shape(x)[axes] // 2
    rank = tf.rank(x)
    axes = tf.raw_ops.Select(condition=tf.math.less(axes, 0), x=axes + rank, y=axes)
    return axes, tf.gather(tf.shape(x), axes) // 2


@export("signal.fftshift")
def fftshift(x, axes=None, name=None):
    """x with the zero frequency moved to the middle."""
    with tf.name_scope(name or "fftshift") as scope:
        x = tf.convert_to_tensor(x)
        axes, half = _half_sizes(x, axes)
        return tf.roll(x, half, axes, scope)


@export("signal.ifftshift")
def ifftshift(x, axes=None, name=None):
    """The inverse of fftshift."""
    with tf.name_scope(name or "ifftshift") as scope:
        x = tf.convert_to_tensor(x)
        axes, half = _half_sizes(x, axes)
        return tf.roll(x, -half, axes, scope)


def _check_dct(input, type, n, axis, norm):
    if axis != -1:
        raise NotImplementedError(f"axis is -1, got {axis}")
    if n is not None and n < 1:
        raise ValueError(f"n is positive, got {n}")
    if type not in (1, 2, 3, 4):
        raise ValueError(f"type is 1, 2, 3 or 4, got {type}")
    if norm not in (None, "ortho"):
        raise ValueError(f"norm is None or ortho, got {norm!r}")
    if type == 1 and norm == "ortho":
        raise ValueError("the transform of type 1 is not normalized")
    if type == 1 and input.shape[-1] is not None and input.shape[-1] < 2:
        raise ValueError(f"the transform of type 1 takes at least two numbers, got the shape {input.shape}")


@export("signal.dct")
def dct(input, type=2, n=None, axis=-1, norm=None, name=None):
    """The discrete cosine transform of the last dimension."""
    _check_dct(input, type, n, axis, norm)
    return _dct(input, type, n, norm, name or "dct")


@export("signal.idct")
def idct(input, type=2, n=None, axis=-1, norm=None, name=None):
    """The inverse of dct."""
    _check_dct(input, type, n, axis, norm)
    return _dct(input, {1: 1, 2: 3, 3: 2, 4: 4}[type], n, norm, name or "dct")


def _length(x):
    return x.shape[-1] or tf.shape(x)[-1]


def _fit(input, n, length):
    """input with its last dimension, of the given length, cut or filled with zeros to n."""

    def fill():
        paddings = [[0, 0] for unused in range(len(input.shape))]
        paddings[-1][1] = n - length
        return tf.pad(input, paddings=tf.convert_to_tensor(paddings, dtype=tf.int32))

    return tf.internal.smart_cond(n <= length, lambda: input[..., 0:n], fill)


def _ortho_weights(first, rest, length):
    return tf.pad(tf.expand_dims(first, 0), [[0, length - 1]], constant_values=rest)


def _dct(input, type, n, norm, name):
    with tf.name_scope(name):
        input = tf.convert_to_tensor(input)
        zero = tf.convert_to_tensor(0.0, dtype=input.dtype)
        length = _length(input)
        if n is not None:
            input = _fit(input, n, length)
        length = _length(input)
        size = tf.cast(length, input.dtype)
        pymath = tf.internal.pymath
        if type == 1:
            mirrored = tf.concat([input, input[..., -2:0:-1]], axis=-1)
            return tf.math.real(rfft(mirrored))
        if type == 2:
            scale = 2.0 * tf.math.exp(tf.complex(zero, -tf.range(size) * pymath.pi * 0.5 / size))
            result = tf.math.real(rfft(input, fft_length=[2 * length])[..., :length] * scale)
            if norm == "ortho":
                first = 0.5 * tf.math.rsqrt(size)
                result *= _ortho_weights(first, first * pymath.sqrt(2.0), length)
            return result
        if type == 3:
            if norm == "ortho":
                first = tf.math.sqrt(size)
                input *= _ortho_weights(first, first * pymath.sqrt(0.5), length)
            else:
                input *= size
            scale = 2.0 * tf.math.exp(tf.complex(zero, tf.range(size) * pymath.pi * 0.5 / size))
            return tf.math.real(irfft(scale * tf.complex(input, zero), fft_length=[2 * length]))[..., :length]
        result = _dct(input, 2, 2 * length, None, "dct")[..., 1::2]
        if norm == "ortho":
            result *= pymath.sqrt(0.5) * tf.math.rsqrt(size)
        return result
