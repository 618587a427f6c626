import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable(5., name="v")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        total = tf.reduce_sum(x)
        update = self.v.assign(total)
        with tf.control_dependencies([update, x]):
            y = tf.identity(total)
            z = x * self.v
        with tf.control_dependencies(None):
            free = x + 1.
        return y, z, free


def build():
    return Model()
