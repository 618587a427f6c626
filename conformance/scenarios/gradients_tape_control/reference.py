import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.x0 = tf.Variable(2.0, name="x0")
        self.fixed = tf.Variable(3.0, name="fixed", trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([3], tf.float32), tf.TensorSpec([3], tf.float32)])
    def f(self, x, y):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            z = x * x * self.x0 + self.fixed
            w = tf.exp(z)
        with tf.GradientTape() as outer:
            with tf.GradientTape(watch_accessed_variables=False) as inner:
                inner.watch(self.x0)
                cube = self.x0 ** 3
            first = inner.gradient(cube, self.x0)
        second = outer.gradient(first, self.x0)
        unconnected = tape.gradient(z, y, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        assert tape.gradient(z, self.fixed) is None
        return {
            "dz": tape.gradient(z, x), "dw": tape.gradient(w, x), "weighted": tape.gradient(z, x, output_gradients=y),
            "first": first, "second": second, "none": unconnected, "variable": tape.gradient(z, self.x0),
        }


def build():
    return Model()
