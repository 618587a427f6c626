"""keras.layers: spectra of sound (keras/src/layers/preprocessing, Keras 3.15)."""

from base import variable
from convolutional import convolution
from ops_math import math_STFT
from tfsave import tf


def MelSpectrogram_config(
    fft_length=2048, sequence_stride=512, sequence_length=None, window="hann", sampling_rate=16000, num_mel_bins=128,
    min_freq=20.0, max_freq=None, power_to_db=True, top_db=80.0, mag_exp=2.0, min_power=1e-10, ref_power=1.0,
):
    """The spectrum of sound over time, in mel bands."""
    return {"sequence_length": sequence_length or fft_length, "max_freq": max_freq or int(sampling_rate / 2)}


def MelSpectrogram_call(self, inputs):
    c = self.config
    x = tf.cast(inputs, self.compute_dtype if self.compute_dtype in ("float32", "float64") else "float32")
    real, imaginary = math_STFT(x, c["sequence_length"], c["sequence_stride"], c["fft_length"], window=c["window"])
    spectrum = tf.pow(tf.sqrt(tf.square(real) + tf.square(imaginary)), tf.cast(c["mag_exp"], x.dtype))
    matrix = tf.cast(mel_matrix(c, spectrum.shape[-1]), x.dtype)
    x = tf.tensordot(spectrum, matrix, axes=1)
    if c["power_to_db"]:
        least = tf.cast(c["min_power"], x.dtype)
        x = decibels(tf.maximum(x, least)) - tf.cast(decibels(tf.maximum(tf.abs(tf.constant(c["ref_power"], tf.float32)), c["min_power"])), x.dtype)
        x = tf.maximum(x, tf.reduce_max(x) - c["top_db"])
    rank = x.shape.rank
    x = tf.transpose(x, list(range(rank - 2)) + [rank - 1, rank - 2])
    return tf.cast(x, self.compute_dtype)


def decibels(x):
    return 10.0 * (tf.math.log(x) / tf.cast(2.302585092994046, x.dtype))


def mel_matrix(c, bins):
    """How much each bin of a spectrum counts in each mel band."""
    nyquist = tf.cast(c["sampling_rate"], tf.float32) / 2.0
    frequencies = tf.linspace(tf.constant(0.0), nyquist, bins)[1:]
    mels = tf.expand_dims(mel(frequencies), 1)
    count = c["num_mel_bins"]
    low, high = tf.constant(c["min_freq"], tf.float32), tf.constant(c["max_freq"], tf.float32)
    edges = tf.linspace(mel(low), mel(high), count + 2)
    lower, center, upper = [tf.reshape(edges[i : i + count], [1, count]) for i in range(3)]
    rising = (mels - lower) / (center - lower)
    falling = (upper - mels) / (upper - center)
    return tf.pad(tf.maximum(0.0, tf.minimum(rising, falling)), [[1, 0], [0, 0]])


def mel(frequencies):
    return 1127.0 * tf.math.log(1.0 + frequencies / 700.0)


def STFTSpectrogram_config(
    mode="log", frame_length=256, frame_step=None, fft_length=None, window="hann", periodic=False, scaling="density",
    padding="valid", expand_dims=False, data_format=None,
):
    """The spectrum of sound over time, by convolutions whose kernels are weights."""
    modes = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
    if mode not in modes:
        raise ValueError(f"mode is {mode!r}; want one of {', '.join(modes)}")
    power = 1
    while power < frame_length:
        power *= 2
    return {
        "frame_step": frame_step or frame_length // 2, "fft_length": fft_length or power,
        "data_format": data_format or "channels_last",
    }


def STFTSpectrogram_build(self, input_shape):
    c = self.config
    shape = [c["frame_length"], 1, c["fft_length"] // 2 + 1]
    options = {"window": c["window"], "scaling": c["scaling"], "periodic": c["periodic"]}

    def kernel(side):
        return variable(shape, {"class_name": "STFT", "config": {"side": side, **options}})

    return {
        "real_kernel": kernel("real") if c["mode"] != "imag" else None,
        "imag_kernel": kernel("imag") if c["mode"] != "real" else None,
    }


def STFTSpectrogram_call(self, inputs):
    c = self.config
    mode = c["mode"]
    real = spectrum(c, inputs, self.real_kernel) if mode != "imag" else None
    imaginary = spectrum(c, inputs, self.imag_kernel) if mode != "real" else None
    if mode in ("real", "imag"):
        return spectrum_shape(c, real if mode == "real" else imaginary)
    if mode == "angle":
        return spectrum_shape(c, tf.math.atan2(imaginary, real))
    if mode == "stft":
        return spectrum_shape(c, tf.concat([real, imaginary], axis=2))
    power = tf.square(real) + tf.square(imaginary)
    if mode == "psd":
        return spectrum_shape(c, power + tf.pad(power[:, :, 1:-1, :], [[0, 0], [0, 0], [1, 1], [0, 0]]))
    least = tf.cast(1e-7, power.dtype)
    magnitude = spectrum_shape(c, tf.sqrt(tf.maximum(power, least)))
    return magnitude if mode == "magnitude" else tf.math.log(tf.maximum(magnitude, least))


def spectrum(c, x, kernel):
    """One part of the spectrum: [batch, channels, frequencies, time]."""
    if c["data_format"] == "channels_last":
        x = tf.transpose(x, [0, 2, 1])
    channels = x.shape[1]
    frames = tf.reshape(x, [-1, tf.shape(x)[2] if x.shape[2] is None else x.shape[2], 1])
    options = {"strides": [c["frame_step"]], "padding": c["padding"], "data_format": "channels_last", "dilation_rate": [1]}
    y = tf.transpose(convolution(options, frames, tf.cast(kernel, x.dtype)), [0, 2, 1])
    steps = tf.shape(y)[2] if y.shape[2] is None else y.shape[2]
    return tf.reshape(y, [-1, channels, y.shape[1], steps])


def spectrum_shape(c, x):
    """A spectrum in the form that the options ask for."""
    last = c["data_format"] == "channels_last"
    if c["expand_dims"]:
        return tf.transpose(x, [0, 3, 2, 1] if last else [0, 1, 3, 2])
    steps = tf.shape(x)[3] if x.shape[3] is None else x.shape[3]
    x = tf.reshape(x, [-1, x.shape[1] * x.shape[2], steps])
    return tf.transpose(x, [0, 2, 1]) if last else x
