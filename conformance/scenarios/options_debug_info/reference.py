import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable(3., name="v")

    @tf.function
    def g(self, x):
        return tf.nn.relu(x) * self.v

    def plain(self, x):
        return tf.reduce_sum(x) + 1.

    @tf.function(input_signature=[tf.TensorSpec([3], tf.float32)])
    def f(self, x):
        y = self.g(x)
        z = y - \
            self.plain(y)
        return z


def build():
    return Model(), None, tf.saved_model.SaveOptions(save_debug_info=True)
