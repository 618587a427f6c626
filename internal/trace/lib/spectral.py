"""tf.signal: windows, and the transforms of windowed frames."""

from tfsave import export, tf


def _scalar(value, name):
    value = tf.convert_to_tensor(value, name=name)
    value.shape.assert_has_rank(0)
    return value


def _window_length(window_length, dtype, name=None):
    if not dtype.is_floating:
        raise ValueError(f"dtype is a floating point type, got {dtype.name}")
    window_length = tf.convert_to_tensor(window_length, dtype=tf.int32, name=name)
    window_length.shape.assert_has_rank(0)
    return window_length


@export("signal.hann_window")
def hann_window(window_length, periodic=True, dtype=tf.float32, name=None):
    """One period of a cosine, from 0 to 1 and back."""
    return _raised_cosine(window_length, periodic, dtype, 0.5, 0.5, name or "hann_window")


@export("signal.hamming_window")
def hamming_window(window_length, periodic=True, dtype=tf.float32, name=None):
    """One period of a cosine, from 0.08 to 1 and back."""
    return _raised_cosine(window_length, periodic, dtype, 0.54, 0.46, name or "hamming_window")


def _raised_cosine(window_length, periodic, dtype, middle, height, name):
    with tf.name_scope(name):
        window_length = _window_length(window_length, dtype, "window_length")
        known_length = tf.internal.static_value(window_length)
        if known_length == 1:
            return tf.ones([1], dtype=dtype)
        periodic = tf.cast(tf.convert_to_tensor(periodic, dtype=tf.bool, name="periodic"), tf.int32)
        periodic.shape.assert_has_rank(0)
        even = 1 - window_length % 2
        period = tf.cast(window_length + periodic * even - 1, dtype=dtype)
        count = tf.cast(tf.range(window_length), dtype)
        angle = tf.constant(2 * tf.internal.pymath.pi, dtype=dtype) * count / period

        def window():
            return tf.cast(middle - height * tf.math.cos(angle), dtype=dtype)

        if known_length is not None:
            return window()
        return tf.cond(tf.math.equal(window_length, 1), lambda: tf.ones([window_length], dtype=dtype), window)


@export("signal.kaiser_window")
def kaiser_window(window_length, beta=12.0, dtype=tf.float32, name=None):
    """The Kaiser window, the narrower the larger beta is."""
    with tf.name_scope(name or "kaiser_window"):
        window_length = _window_length(window_length, dtype)
        if tf.internal.static_value(window_length) == 1:
            return tf.ones([1], dtype=dtype)
        half = (tf.cast(window_length, dtype=tf.float32) - 1.0) / 2.0
        position = tf.range(-half, half + 0.1, dtype=tf.float32)
        position = tf.cast(position, dtype=dtype)
        beta = tf.cast(beta, dtype=dtype)
        one = tf.cast(1.0, dtype=dtype)
        half = tf.cast(half, dtype=dtype)
        shape = beta * tf.math.sqrt(tf.nn.relu(one - tf.math.square(position / half)))
        return tf.math.exp(shape - beta) * (tf.math.bessel_i0e(shape) / tf.math.bessel_i0e(beta))


@export("signal.kaiser_bessel_derived_window")
def kaiser_bessel_derived_window(window_length, beta=12.0, dtype=tf.float32, name=None):
    """The window for a modified discrete cosine transform that is made from kaiser_window."""
    with tf.name_scope(name or "kaiser_bessel_derived_window"):
        window_length = _window_length(window_length, dtype)
        sums = tf.math.cumsum(kaiser_window(window_length // 2 + 1, beta, dtype=dtype))
        half = tf.math.sqrt(sums[:-1] / sums[-1])
        return tf.concat((half, half[::-1]), axis=0)


@export("signal.vorbis_window")
def vorbis_window(window_length, dtype=tf.float32, name=None):
    """The window of the Vorbis audio format."""
    with tf.name_scope(name or "vorbis_window"):
        window_length = _window_length(window_length, dtype)
        position = tf.cast(tf.range(window_length), dtype=dtype)
        pi = tf.internal.pymath.pi
        sine = tf.math.sin(pi / tf.cast(window_length, dtype=dtype) * (position + 0.5))
        return tf.math.sin(pi / 2.0 * tf.math.pow(sine, 2.0))


def _enclosing_power_of_two(value):
    pymath = tf.internal.pymath
    known = tf.internal.static_value(value)
    if known is not None:
        return tf.constant(int(2 ** pymath.ceil(pymath.log(known) / pymath.log(2.0))), value.dtype)
    exponent = tf.math.ceil(tf.math.log(tf.cast(value, tf.float32)) / tf.math.log(2.0))
    return tf.cast(tf.math.pow(2.0, exponent), value.dtype)


@export("signal.stft")
def stft(
    signals, frame_length, frame_step, fft_length=None, window_fn=hann_window, pad_end=False, name=None
):
    """The Fourier transform of overlapping frames of signals."""
    with tf.name_scope(name or "stft"):
        signals = tf.convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        frame_length = _scalar(frame_length, "frame_length")
        frame_step = _scalar(frame_step, "frame_step")
        if fft_length is None:
            fft_length = _enclosing_power_of_two(frame_length)
        else:
            fft_length = tf.convert_to_tensor(fft_length, name="fft_length")
        frames = tf.signal.frame(signals, frame_length, frame_step, pad_end=pad_end)
        if window_fn is not None:
            frames *= window_fn(frame_length, dtype=frames.dtype)
        return tf.signal.rfft(frames, [fft_length])


@export("signal.inverse_stft_window_fn")
def inverse_stft_window_fn(frame_step, forward_window_fn=hann_window, name=None):
    """A window function for inverse_stft that undoes forward_window_fn."""

    def window_fn(frame_length, dtype):
        with tf.name_scope(name or "inverse_stft_window_fn"):
            step = _scalar(frame_step, "frame_step")
            frame_length = _scalar(frame_length, "frame_length")
            forward = forward_window_fn(frame_length, dtype=dtype)
            weight = tf.math.square(forward)
            overlaps = -(-frame_length // step)
            weight = tf.pad(weight, [(0, overlaps * step - frame_length)])
            weight = tf.reshape(weight, [overlaps, step])
            weight = tf.math.reduce_sum(weight, 0, keepdims=True)
            weight = tf.tile(weight, [overlaps, 1])
            weight = tf.reshape(weight, [overlaps * step])
            weight = weight[:frame_length]
            return tf.raw_ops.Select(
                condition=tf.math.equal(weight, 0.0), x=tf.zeros_like(forward), y=forward / weight
            )

    return window_fn


def _fit_frames(frames, frame_length):
    """frames cut or filled with zeros to frame_length."""
    known = tf.internal.static_value(frame_length)
    rank = frames.shape.rank
    have = None if rank is None else frames.shape[-1]
    if known is None or have is None:
        frames = frames[..., :frame_length]
        dynamic_rank = tf.rank(frames)
        shape = tf.shape(frames)
        outer = tf.zeros([dynamic_rank - 1, 2], dtype=frame_length.dtype)
        inner = [[0, tf.math.maximum(0, frame_length - shape[-1])]]
        frames = tf.pad(frames, tf.concat([outer, inner], 0))
    elif have > known:
        frames = frames[..., :known]
    elif have < known:
        frames = tf.pad(frames, [[0, 0]] * (rank - 1) + [[0, known - have]])
    if known is not None and rank is not None:
        frames.set_shape([None] * (rank - 1) + [known])
    return frames


@export("signal.inverse_stft")
def inverse_stft(stfts, frame_length, frame_step, fft_length=None, window_fn=hann_window, name=None):
    """The signals whose short-time Fourier transforms stfts are."""
    with tf.name_scope(name or "inverse_stft"):
        stfts = tf.convert_to_tensor(stfts, name="stfts")
        stfts.shape.with_rank_at_least(2)
        frame_length = _scalar(frame_length, "frame_length")
        frame_step = _scalar(frame_step, "frame_step")
        if fft_length is None:
            fft_length = _enclosing_power_of_two(frame_length)
        else:
            fft_length = _scalar(fft_length, "fft_length")
        frames = _fit_frames(tf.signal.irfft(stfts, [fft_length]), frame_length)
        if window_fn is not None:
            frames *= window_fn(frame_length, dtype=stfts.dtype.real_dtype)
        return tf.signal.overlap_and_add(frames, frame_step)


@export("signal.mdct")
def mdct(signals, frame_length, window_fn=vorbis_window, pad_end=False, norm=None, name=None):
    """The modified discrete cosine transform of frames that overlap by half."""
    with tf.name_scope(name or "mdct"):
        signals = tf.convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        frame_length = _scalar(frame_length, "frame_length")
        known = tf.internal.static_value(frame_length)
        if known is None:
            frame_step = frame_length // 2
        elif known % 4 != 0:
            raise ValueError(f"frame_length is a multiple of 4, got {known}")
        else:
            frame_step = tf.convert_to_tensor(known // 2, dtype=frame_length.dtype)
        frames = tf.signal.frame(signals, frame_length, frame_step, pad_end=pad_end)
        if window_fn is None:
            frames *= 1.0 / tf.internal.pymath.sqrt(2)
        else:
            frames *= window_fn(frame_length, dtype=frames.dtype)
        quarters = tf.split(frames, 4, axis=-1)
        first_half = -tf.reverse(quarters[2], [-1]) - quarters[3]
        second_half = quarters[0] - tf.reverse(quarters[1], [-1])
        return tf.signal.dct(tf.concat((first_half, second_half), axis=-1), type=4, norm=norm)


@export("signal.inverse_mdct")
def inverse_mdct(mdcts, window_fn=vorbis_window, norm=None, name=None):
    """The signals whose modified discrete cosine transforms mdcts are."""
    with tf.name_scope(name or "inverse_mdct"):
        mdcts = tf.convert_to_tensor(mdcts, name="mdcts")
        mdcts.shape.with_rank_at_least(2)
        half_length = tf.cast(mdcts.shape[-1], dtype=tf.int32)
        if norm is None:
            size = tf.cast(half_length, dtype=mdcts.dtype)
            frames = 0.5 / size * tf.signal.dct(mdcts, type=4)
        elif norm == "ortho":
            frames = tf.signal.dct(mdcts, type=4, norm="ortho")
        else:
            raise ValueError(f"norm is None or ortho, got {norm!r}")
        halves = tf.split(frames, 2, axis=-1)
        frames = tf.concat(
            (halves[1], -tf.reverse(halves[1], [-1]), -tf.reverse(halves[0], [-1]), -halves[0]), axis=-1
        )
        if window_fn is None:
            frames *= 1.0 / tf.internal.pymath.sqrt(2)
        else:
            frames *= window_fn(2 * half_length, dtype=mdcts.dtype)
        return tf.signal.overlap_and_add(frames, half_length)
