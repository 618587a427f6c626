import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable(1., name="a")
        self.b = tf.Variable(2., name="b")
        self.c = tf.Variable(3., name="c")
        self.k = tf.constant(4.)

    @tf.function
    def inner(self, x):
        return x * self.c + self.a + self.k

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return self.b - self.inner(x) * self.a / self.b


def build():
    model = Model()
    return model, model.f
