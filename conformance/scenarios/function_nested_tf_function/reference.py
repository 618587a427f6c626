import tensorflow as tf


class Model(tf.Module):
    def helper(self, x):
        return x * 2.

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        @tf.function
        def inner(v, scale=3.):
            return v * scale

        signed = tf.function(lambda v: tf.reduce_sum(v), input_signature=[tf.TensorSpec([None], tf.float32)])
        wrapped = tf.function(self.helper)
        return inner(x), inner(x, 2.), signed(x), wrapped(x)


def build():
    model = Model()
    return model, model.f
