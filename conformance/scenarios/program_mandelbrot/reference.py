import tensorflow as tf

SIZES = [2]


class Model(tf.Module):
    @tf.function(input_signature=[])
    def f(self):
        x = tf.linspace(-2., 0.5, 8)
        y = tf.linspace(-1., 1., 5)
        c = tf.complex(*tf.meshgrid(x, y))
        z, counts = c, tf.zeros_like(tf.math.real(c), tf.int32)
        for _ in tf.range(6):
            inside = tf.abs(z) < 2.
            z = tf.where(inside, z * z + c, z)
            counts += tf.cast(inside, tf.int32)
        return {"counts": counts, "last": tf.where(tf.abs(z) < 2., tf.abs(z), 0.)}


def build():
    return Model()
