import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        return x + 1.

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def g(self, x):
        return x + 2.


def build():
    return Model()
