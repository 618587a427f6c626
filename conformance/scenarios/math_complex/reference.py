import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for complex64"}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32), tf.TensorSpec([None, 4], tf.float32)])
    def f(self, re, im):
        z = tf.complex(re, im)
        return {
            "sum": z + tf.math.conj(z), "product": z * z,
            "parts": tf.stack([tf.math.real(z), tf.math.imag(z), tf.abs(z), tf.math.angle(z)]), "power": z ** 2,
            "quotient": tf.math.divide_no_nan(z, z), "adjoint": tf.linalg.adjoint(z), "exp": tf.exp(z),
            "matmul": tf.matmul(z, z, adjoint_b=True), "cast": tf.cast(re, tf.complex128),
            "sum_of": tf.reduce_sum(z, axis=1), "equal": z == z,
        }


def build():
    return Model()
