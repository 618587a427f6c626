"""tf.signal: frames and the mel scale."""

from tfsave import export, tf


def _scalar(value, name):
    value = tf.convert_to_tensor(value, name=name)
    value.shape.assert_has_rank(0)
    return value


def _known(tensor):
    """The value of tensor when it is known while tracing, else tensor."""
    value = tf.internal.static_value(tensor)
    return tensor if value is None else value


def _dims(dims):
    """dims, which become int32 in an op even when there are none."""
    return tf.TensorShape(dims) if isinstance(dims, list) else dims


def _count(dims, op_name):
    """How many dims there are; op_name is the name that the Size gets."""
    return tf.size(tf.constant(dims, tf.int32, name=op_name + "/Const") if isinstance(dims, list) else dims)


def _frame_shape(signal, frame_length, frame_step, pad_end, axis):
    """The static shape of frames; unknown when the rank is."""
    if signal.shape.rank is None:
        return None
    if not isinstance(axis, int):
        return [None] * (signal.shape.rank + 1)
    length = frame_length if isinstance(frame_length, int) else None
    step = frame_step if isinstance(frame_step, int) else None
    dims = signal.shape.as_list()
    samples = dims[axis]
    count = None
    if samples is not None and step is not None:
        if pad_end:
            count = max(0, -(-samples // step))
        elif length is not None:
            count = max(0, (samples - length + step) // step)
    return dims[:axis] + [count, length] + dims[axis:][1:]


def _gcd(a, b):
    with tf.name_scope("gcd"):
        known_a, known_b = tf.internal.static_value(a), tf.internal.static_value(b)
        if known_a is not None and known_b is not None:
            while known_b > 0:
                known_a, known_b = known_b, known_a % known_b
            return tf.convert_to_tensor(known_a)
        results = tf.while_loop(
            lambda unused, b: tf.math.greater(b, tf.zeros_like(b)), lambda a, b: [b, a % b], [a, b]
        )
        return [tf.stop_gradient(r) for r in results][0]


@export("signal.frame")
def frame(signal, frame_length, frame_step, pad_end=False, pad_value=0, axis=-1, name=None):
    """Overlapping pieces of signal along axis, which two dimensions take the place of."""
    with tf.name_scope(name or "frame"):
        signal = tf.convert_to_tensor(signal, name="signal")
        frame_length = tf.convert_to_tensor(frame_length, name="frame_length")
        frame_step = tf.convert_to_tensor(frame_step, name="frame_step")
        axis = tf.convert_to_tensor(axis, name="axis")
        signal.shape.with_rank_at_least(1)
        for scalar in (frame_length, frame_step, axis):
            scalar.shape.assert_has_rank(0)
        axis = _known(axis)
        result_shape = _frame_shape(signal, _known(frame_length), _known(frame_step), pad_end, axis)

        shape = _known(tf.shape(signal))
        if isinstance(shape, list) and isinstance(axis, int):
            axis = range(len(shape))[axis]
            outer, samples, inner = shape[:axis], shape[axis], shape[axis + 1 :]
        else:
            rank = tf.rank(signal)
            axis = tf.range(rank)[axis]
            outer, samples, inner = tf.split(shape, [axis, 1, rank - 1 - axis])
            samples = tf.reshape(samples, [])
        outer_count = _count(outer, "Size")
        inner_count = _count(inner, "Size_1")

        if pad_end:
            pad_value = tf.convert_to_tensor(pad_value, signal.dtype)
            pad_value.shape.assert_has_rank(0)
            count = -(-samples // frame_step)
            missing = tf.math.maximum(0, frame_length + frame_step * (count - 1) - samples)
            paddings = tf.concat(
                [
                    tf.zeros([outer_count, 2], dtype=missing.dtype),
                    tf.convert_to_tensor([[0, missing]]),
                    tf.zeros([inner_count, 2], dtype=missing.dtype),
                ],
                0,
            )
            signal = tf.pad(signal, paddings, constant_values=pad_value)
            shape = tf.shape(signal)
            samples = shape[axis]
        else:
            count = tf.math.maximum(
                tf.constant(0, dtype=frame_length.dtype), 1 + (samples - frame_length) // frame_step
            )

        # Frames are gathered from subframes, which are as long as frame_length and frame_step allow.
        subframe = _known(_gcd(frame_length, frame_step))
        per_frame = frame_length // subframe
        per_step = frame_step // subframe
        subframes = samples // subframe

        used_shape = tf.concat([_dims(outer), [subframes * subframe], _dims(inner)], 0)
        split_shape = tf.concat([_dims(outer), [subframes, subframe], _dims(inner)], 0)
        pieces = tf.reshape(tf.strided_slice(signal, tf.zeros_like(shape), used_shape), split_shape)
        first = tf.reshape(tf.range(count, dtype=frame_length.dtype) * per_step, [count, 1])
        offset = tf.reshape(tf.range(per_frame, dtype=frame_length.dtype), [1, per_frame])
        selector = first + offset
        outer_dims = tf.convert_to_tensor(outer, dtype=tf.int32)
        inner_dims = tf.convert_to_tensor(inner, dtype=tf.int32)
        middle = tf.convert_to_tensor([count, frame_length], dtype=tf.int32)
        frames = tf.gather(pieces, selector, axis=axis)
        frames = tf.reshape(frames, tf.concat([outer_dims, middle, inner_dims], 0))
        if result_shape:
            frames.set_shape(result_shape)
        return frames


@export("signal.overlap_and_add")
def overlap_and_add(signal, frame_step, name=None):
    """The signal whose frames, the last two dimensions, begin frame_step after each other."""
    with tf.name_scope(name or "overlap_and_add"):
        signal = tf.convert_to_tensor(signal, name="signal")
        signal.shape.with_rank_at_least(2)
        frame_step = _scalar(frame_step, "frame_step")
        if not frame_step.dtype.is_integer:
            raise ValueError(f"frame_step is an integer, got {frame_step.dtype.name}")
        frame_step = _known(frame_step)
        shape = _known(tf.shape(signal))
        outer = shape[:-2]
        outer_rank = _known(_count(outer, "Size"))

        def with_outer(inner_shape):
            return tf.concat([_dims(outer), inner_shape], 0)

        frame_length, frames = shape[-1], shape[-2]
        output_length = frame_length + frame_step * (frames - 1)
        if isinstance(frame_step, int) and signal.shape.rank is not None and frame_step == signal.shape[-1]:
            return tf.reshape(signal, with_outer([output_length]), name="fast_path")

        # Each frame is cut into segments of frame_step; those that lie at one place of the output are summed.
        segments = -(-frame_length // frame_step)
        paddings = [[0, segments], [0, segments * frame_step - frame_length]]
        paddings = tf.concat([tf.zeros([outer_rank, 2], tf.int32), paddings], 0)
        signal = tf.pad(signal, paddings)
        signal = tf.reshape(signal, with_outer([frames + segments, segments, frame_step]))
        outer_dims = tf.range(outer_rank)
        if isinstance(outer_rank, int):
            swapped = [outer_rank + 1, outer_rank, outer_rank + 2]
        else:
            swapped = outer_rank + [1, 0, 2]
        signal = tf.transpose(signal, _known(tf.concat([outer_dims, swapped], 0)))
        signal = tf.reshape(signal, with_outer([(frames + segments) * segments, frame_step]))
        signal = signal[..., : (frames + segments - 1) * segments, :]
        signal = tf.reshape(signal, with_outer([segments, frames + segments - 1, frame_step]))
        signal = tf.math.reduce_sum(signal, -3)
        signal = tf.reshape(signal, with_outer([(frames + segments - 1) * frame_step]))
        return signal[..., :output_length]


# mel = 1127 * log(1 + hertz / 700)
_BREAK_HERTZ = 700.0
_HIGH_FREQUENCY_Q = 1127.0


def _mel(hertz):
    with tf.name_scope("hertz_to_mel"):
        hertz = tf.convert_to_tensor(hertz)
        return _HIGH_FREQUENCY_Q * tf.math.log(1.0 + hertz / _BREAK_HERTZ)


def _check_mel(num_mel_bins, sample_rate, lower, upper, dtype):
    if num_mel_bins <= 0:
        raise ValueError(f"num_mel_bins is positive, got {num_mel_bins}")
    if lower < 0.0 or lower >= upper:
        raise ValueError(f"the edges are not negative and ascend, got {lower} and {upper}")
    if not isinstance(sample_rate, tf.Tensor):
        if sample_rate <= 0.0:
            raise ValueError(f"sample_rate is positive, got {sample_rate}")
        if upper > sample_rate / 2:
            raise ValueError(f"upper_edge_hertz is at most half of sample_rate, got {upper} and {sample_rate}")
    if not dtype.is_floating:
        raise ValueError(f"dtype is a floating point type, got {dtype.name}")


@export("signal.linear_to_mel_weight_matrix")
def linear_to_mel_weight_matrix(
    num_mel_bins=20,
    num_spectrogram_bins=129,
    sample_rate=8000,
    lower_edge_hertz=125.0,
    upper_edge_hertz=3800.0,
    dtype=tf.float32,
    name=None,
):
    """The matrix that takes a spectrogram over linear frequencies to one over the mel scale."""
    with tf.name_scope(name or "linear_to_mel_weight_matrix") as scope:
        if isinstance(sample_rate, tf.Tensor):
            sample_rate = _known(sample_rate)
        _check_mel(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, dtype)
        sample_rate = tf.cast(sample_rate, dtype, name="sample_rate")
        lower_edge = tf.convert_to_tensor(lower_edge_hertz, dtype, name="lower_edge_hertz")
        upper_edge = tf.convert_to_tensor(upper_edge_hertz, dtype, name="upper_edge_hertz")
        zero = tf.convert_to_tensor(0.0, dtype)
        nyquist = sample_rate / 2.0
        # The bin of frequency 0 gets no weight.
        frequencies = tf.linspace(zero, nyquist, num_spectrogram_bins)[1:]
        bins = tf.expand_dims(_mel(frequencies), 1)
        edges = tf.linspace(_mel(lower_edge), _mel(upper_edge), num_mel_bins + 2)
        edges = frame(edges, frame_length=3, frame_step=1)
        lower, center, upper = [tf.reshape(t, [1, num_mel_bins]) for t in tf.split(edges, 3, axis=1)]
        rising = (bins - lower) / (center - lower)
        falling = (upper - bins) / (upper - center)
        weights = tf.math.maximum(zero, tf.math.minimum(rising, falling))
        return tf.pad(weights, [[1, 0], [0, 0]], name=scope)


@export("signal.mfccs_from_log_mel_spectrograms")
def mfccs_from_log_mel_spectrograms(log_mel_spectrograms, name=None):
    """The mel-frequency cepstral coefficients of spectrograms: their cosine transform, scaled."""
    with tf.name_scope(name or "mfccs_from_log_mel_spectrograms"):
        spectrograms = tf.convert_to_tensor(log_mel_spectrograms)
        bins = spectrograms.shape[-1] if spectrograms.shape.rank else None
        if bins is None:
            bins = tf.shape(spectrograms)[-1]
        elif bins == 0:
            raise ValueError(f"a spectrogram has at least one bin, got the shape {spectrograms.shape}")
        coefficients = tf.signal.dct(spectrograms, type=2)
        return coefficients * tf.math.rsqrt(tf.cast(bins, coefficients.dtype) * 2.0)
