import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable([[1, 2], [3, 4]], dtype=tf.int64, name="v")

    @tf.function(input_signature=[])
    def f(self):
        return tf.transpose(self.v)


def build():
    return Model()
