import tensorflow as tf

INPUTS = {"ids": [[[1, 2, 0], [3, 0, 0]], [[1, 1, 1, 1], [2, 0, 0, 0], [0, 0, 0, 0]], [[5]]]}


class Model(tf.Module):
    def __init__(self):
        self.table = tf.Variable([[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.5, 0.1], [0.0, 1.0, 0.25, 0.2], [0.5, 0.5, 0.0, 0.3], [0.1, 0.2, 0.3, 0.4], [1.0, 1.0, 1.0, 1.0]], name="table")

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)])
    def f(self, ids):
        length = tf.shape(ids)[1]
        positions = tf.cast(tf.range(length), tf.float32)[:, tf.newaxis]
        rates = 1. / tf.pow(10000., tf.range(0., 2.) / 2.)
        angles = positions * rates[tf.newaxis, :]
        encoding = tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)
        embedded = tf.nn.embedding_lookup(self.table, ids) * tf.math.sqrt(4.) + encoding
        causal = tf.linalg.band_part(tf.ones([length, length]), -1, 0)
        padding = tf.cast(tf.math.not_equal(ids, 0), tf.float32)[:, tf.newaxis, :]
        scores = tf.matmul(embedded, embedded, transpose_b=True) + (1. - causal * padding) * -1e9
        return {"weights": tf.nn.softmax(scores), "encoding": encoding}


def build():
    return Model()
