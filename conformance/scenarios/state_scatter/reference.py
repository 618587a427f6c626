import tensorflow as tf

INPUTS = {"ids": lambda rng, shape: rng.integers(0, 3, shape)}


class Model(tf.Module):
    def __init__(self):
        self.table = tf.Variable([[1., 2.], [3., 4.], [5., 6.]], name="table")
        self.counts = tf.Variable([0, 0, 0], name="counts")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, 2], tf.float32)])
    def f(self, ids, rows):
        self.table.scatter_nd_add(ids[:, tf.newaxis], rows)
        self.counts.scatter_nd_add(ids[:, tf.newaxis], tf.ones_like(ids))
        return tf.gather(self.table, ids), self.table.gather_nd(ids[:, tf.newaxis]), self.counts.read_value()


def build():
    return Model()
