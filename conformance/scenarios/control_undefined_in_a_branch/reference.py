import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.bool)])
    def f(self, x, flag):
        y = x
        if flag:
            helper = tf.exp(x)
            y = helper + 1.
        helper = y * 2.
        return helper


def build():
    return Model()
