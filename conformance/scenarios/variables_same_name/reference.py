import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable(1., name="same")
        self.b = tf.Variable(2., name="same")
        self.child = tf.Module()
        self.child.w = tf.Variable(3., name="same")
        self.other = tf.Module()
        self.other.w = tf.Variable(4., name="w")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return {"a": x * self.a, "b": x * self.b, "c": x * self.child.w, "d": x * self.other.w}


def build():
    return Model()
