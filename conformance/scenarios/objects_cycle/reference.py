import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.child = tf.Module()
        self.child.parent = self
        self.child.itself = self.child
        self.child.w = tf.Variable(2., name="w")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return x * self.child.parent.child.itself.w


def build():
    return Model()
