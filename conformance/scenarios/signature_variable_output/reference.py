import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable([1., 2., 3.], name="v")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return self.v, x


def build():
    return Model()
