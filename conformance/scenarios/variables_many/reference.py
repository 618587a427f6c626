import tensorflow as tf


def _block():
    return [tf.Variable(float(i), name="block") for i in range(20)]


class Model(tf.Module):
    def __init__(self):
        self.block = _block()
        self.deep = tf.Module()
        first, second = tf.Module(), tf.Module()
        first.block, second.block = _block(), _block()
        self.deep.layers = {"first": first, "second": second}

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        for a, b in zip(self.block, self.deep.layers["second"].block):
            x = x * 0.5 + a * b
        return x


def build():
    return Model()
