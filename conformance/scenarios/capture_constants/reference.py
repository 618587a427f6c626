import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.mean = tf.constant([0.5, 0.25])
        self.scale = tf.constant(3.)
        self.words = tf.constant(["yes", "no"])
        self.plain = 2.5

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def f(self, x):
        return (x - self.mean) * self.scale + self.plain

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def g(self, x):
        return x + self.mean, self.words


def build():
    model = Model()
    return model, {"f": model.f, "g": model.g}
