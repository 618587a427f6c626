import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for complex64"}
RTOL = 1e-5
ATOL = 1e-5


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 8], tf.float32)])
    def f(self, x):
        z = tf.cast(x, tf.complex64)
        frames = tf.signal.frame(x, 4, 2, pad_end=True)
        return {
            "fft": tf.signal.fft(z), "inverse": tf.signal.ifft(tf.signal.fft(z)), "real": tf.signal.rfft(x, [6]),
            "back": tf.signal.irfft(tf.signal.rfft(x)), "two": tf.signal.fft2d(tf.stack([z, z], axis=1)),
            "shifted": tf.signal.fftshift(z, axes=[1]), "dct": tf.signal.dct(x, type=2, norm="ortho"),
            "idct": tf.signal.idct(x), "mdct": tf.signal.mdct(x, 4), "frames": frames,
            "added": tf.signal.overlap_and_add(frames, 2),
            "windows": tf.stack([tf.signal.hann_window(6), tf.signal.hamming_window(6), tf.signal.kaiser_window(6)]),
        }


def build():
    return Model()
