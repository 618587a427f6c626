import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for complex64"}
RTOL = 1e-5


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.complex64), tf.TensorSpec([4], tf.float32)])
    def f(self, z, x):
        return {"conjugate": tf.math.conj(z), "abs": tf.abs(z), "angle": tf.math.angle(z), "product": z * (1 + 2j), "real": tf.math.real(z),
                "power": z ** 2, "fft": tf.signal.rfft(x), "made": tf.complex(x, tf.zeros_like(x))}


def build():
    return Model()
