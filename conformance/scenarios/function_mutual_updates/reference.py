import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable(1.0, name="a")
        self.b = tf.Variable(2.0, name="b")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32), tf.TensorSpec([], tf.float32)])
    def f(self, x, y):
        self.a.assign(y * self.b)
        self.b.assign_add(x * self.a)
        return self.a + self.b


def build():
    return Model()
