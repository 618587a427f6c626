import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.encoder = tf.Module()
        self.encoder.dense = tf.Module()
        self.encoder.dense.w = tf.Variable([[1., 2], [3, 4], [5, 6]], name="w")
        self.encoder.dense.b = tf.Variable([0.5, -0.5], name="b")
        self.decoder = self.encoder
        first = tf.Module()
        first.k = tf.Variable([1., 2, 3], name="k")
        self.layers = [first, self.encoder.dense]
        head = tf.Module()
        head.w = first.k
        self.heads = {"a": head, "b": tf.Module()}

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def call(self, x):
        y = x * self.layers[0].k
        return y @ self.decoder.dense.w + self.layers[1].b + tf.reduce_sum(self.heads["a"].w)


def build():
    return Model()
