import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        first = tf.Variable([[1., 2.], [3., 4.]], name="k0")
        self.kernels = [first, tf.Variable([[0., 1.], [1., 0.]], name="k1"), first]
        a, b = tf.Module(), tf.Module()
        a.b = tf.Variable([1., 1.], name="b")
        b.b = tf.Variable([2., 2.], name="b")
        self.layers = [a, [b, tf.Module()]]
        self.empty = []

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def f(self, x):
        for k in self.kernels:
            x = x @ k
        return x + self.layers[0].b + self.layers[1][0].b, len(self.layers[1]) + len(self.empty)


def build():
    return Model()
