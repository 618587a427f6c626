import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable(1., name="v")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def nothing(self, x):
        self.v.assign(x)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def nested(self, x):
        return x, (x, x)

    @tf.function
    def untraced(self, x):
        return x

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def valid(self, x):
        return x + self.v


def build():
    return Model()
