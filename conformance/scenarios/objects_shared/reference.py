import tensorflow as tf

INPUTS = {"ids": lambda rng, shape: rng.integers(0, 3, shape)}


class Encoder(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def encode(self, ids):
        return tf.gather(self.table, ids)


class Model(tf.Module):
    def __init__(self):
        self.embedding = tf.Variable([[1., 0.], [0., 1.], [1., 1.]], name="embedding")
        self.encoder = Encoder()
        self.encoder.table = self.embedding
        self.decoder = tf.Module()
        self.decoder.kernel = self.encoder.table
        self.decoder.source = self.encoder
        self.decoder.encode = self.encoder.encode

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def f(self, ids):
        return tf.matmul(self.encoder.encode(ids), self.decoder.kernel, transpose_b=True)


def build():
    return Model()
