"""keras.ops: segments, signals and special functions (keras/src/ops/math.py, Keras 3.15)."""

from ops_numpy import numpy_Sqrt, numpy_Square
from ops_numpy_reductions import numpy_Sum
from ops_types import axes, tensor
from sparse import keeps_zero
from tfsave import tf


def segments(ordered, unordered, data, segment_ids, num_segments, sorted, count):
    """A reduction of the elements of each segment."""
    data, ids = tensor(data), tensor(segment_ids)
    if sorted:
        if num_segments is not None:
            raise ValueError("num_segments cannot be given with sorted=True")
        return ordered(data, ids)
    return unordered(data, ids, count(ids) if num_segments is None else num_segments)


def different(ids):
    return tf.shape(tf.unique(ids)[0])[0]


def beyond_last(ids):
    return tf.cast(tf.reduce_max(ids) + 1, tf.int32)


def math_SegmentSum(data, segment_ids, num_segments=None, sorted=False):
    return segments(
        tf.math.segment_sum, tf.math.unsorted_segment_sum, data, segment_ids, num_segments, sorted, different
    )


def math_SegmentMax(data, segment_ids, num_segments=None, sorted=False):
    return segments(
        tf.math.segment_max, tf.math.unsorted_segment_max, data, segment_ids, num_segments, sorted, beyond_last
    )


def math_SegmentMin(data, segment_ids, num_segments=None, sorted=False):
    return segments(
        tf.math.segment_min, tf.math.unsorted_segment_min, data, segment_ids, num_segments, sorted, beyond_last
    )


def math_SegmentProd(data, segment_ids, num_segments=None, sorted=False):
    return segments(
        tf.math.segment_prod, tf.math.unsorted_segment_prod, data, segment_ids, num_segments, sorted, beyond_last
    )


def math_TopK(x, k, sorted=True):
    values, indices = tf.math.top_k(x, k, sorted=sorted)
    return values, indices


def math_InTopK(targets, predictions, k):
    return tf.math.in_top_k(targets, predictions, k)


def math_Logsumexp(x, axis=None, keepdims=False):
    return tf.reduce_logsumexp(x, axis=axes(axis), keepdims=keepdims)


def math_CDist(x, y):
    difference = tf.expand_dims(tensor(x), -2) - tf.expand_dims(tensor(y), -3)
    return numpy_Sqrt(numpy_Sum(numpy_Square(difference), -1))


def math_Rsqrt(x):
    return tf.math.rsqrt(tensor(x))


@keeps_zero
def math_Erf(x):
    return tf.math.erf(x)


def math_Erfc(x):
    return tf.math.erfc(tensor(x))


def math_Erfinv(x):
    x = tensor(x)
    if x.dtype in (tf.bfloat16, tf.float16):
        return tf.cast(tf.math.erfinv(tf.cast(x, tf.float32)), x.dtype)
    return tf.math.erfinv(x)


def math_Logdet(x):
    return tf.linalg.logdet(tensor(x))


# --- signals: complex numbers are pairs of tensors ---


def complex_of(x):
    real, imaginary = x
    return tf.complex(tensor(real), tensor(imaginary))


def pair_of(x):
    return tf.math.real(x), tf.math.imag(x)


def math_ViewAsComplex(x):
    x = tensor(x)
    return tf.complex(x[..., 0], x[..., 1])


def math_ViewAsReal(x):
    return tf.stack(list(pair_of(tensor(x))), axis=-1)


def math_FFT(x):
    return pair_of(tf.signal.fft(complex_of(x)))


def math_FFT2(x):
    return pair_of(tf.signal.fft2d(complex_of(x)))


def math_IFFT2(x):
    # By way of fft2 and of conjugates, as Keras does it.
    real, imaginary = x
    shape = tf.shape(real)
    size = tf.cast(shape[-2], real.dtype) * tf.cast(shape[-1], real.dtype)
    a, b = math_FFT2((real, -imaginary))
    return a / size, -b / size


def math_RFFT(x, fft_length=None):
    return pair_of(tf.signal.rfft(x, fft_length=fft_length and [fft_length]))


def math_IRFFT(x, fft_length=None):
    return tf.signal.irfft(complex_of(x), fft_length and [fft_length])


def math_ExtractSequences(x, sequence_length, sequence_stride):
    return tf.signal.frame(x, frame_length=sequence_length, frame_step=sequence_stride, axis=-1, pad_end=False)


def padded_window(window, sequence_length, fft_length, dtype):
    """A window in the middle of fft_length elements."""
    if window == "hann":
        window = tf.signal.hann_window(sequence_length, periodic=True, dtype=dtype)
    elif window == "hamming":
        window = tf.signal.hamming_window(sequence_length, periodic=True, dtype=dtype)
    else:
        window = tensor(window, dtype)
    left = (fft_length - sequence_length) // 2
    return tf.pad(window, [[left, fft_length - sequence_length - left]])


def math_STFT(x, sequence_length, sequence_stride, fft_length, window="hann", center=True):
    x = tensor(x)
    if center:
        half = fft_length // 2
        x = tf.pad(x, [[0, 0]] * (x.shape.rank - 1) + [[half, half]], "REFLECT")
    function = None
    if window is not None:
        array = padded_window(window, sequence_length, fft_length, x.dtype)
        function = lambda frame_step, dtype: array  # noqa: E731
    return pair_of(
        tf.signal.stft(x, frame_length=fft_length, frame_step=sequence_stride, fft_length=fft_length, window_fn=function)
    )


def math_ISTFT(x, sequence_length, sequence_stride, fft_length, length=None, window="hann", center=True):
    x = complex_of(x)
    function = None
    if window is not None:
        array = padded_window(window, sequence_length, fft_length, tf.math.real(x).dtype)
        function = tf.signal.inverse_stft_window_fn(sequence_stride, lambda frame_step, dtype: array)
    expected = fft_length + sequence_stride * (tf.shape(x)[-2] - 1)
    y = tf.signal.inverse_stft(
        x, frame_length=fft_length, frame_step=sequence_stride, fft_length=fft_length, window_fn=function
    )
    half = fft_length // 2 if center else 0
    if length is not None:
        y = y[..., half : half + length]
    else:
        y = y[..., half:-half] if center else y[..., :expected]
    static = x.shape.as_list()
    if length is None and static[-2] is not None:
        length = fft_length + sequence_stride * (static[-2] - 1) - 2 * half
    y.set_shape(static[:-2] + [length])
    return y
