import tensorflow as tf


class Float(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return x * x


class Integer(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int64)])
    def f(self, x):
        return x * x


def build():
    model = tf.Module()
    model.child = Float()
    model.several = [Integer()]
    return model
