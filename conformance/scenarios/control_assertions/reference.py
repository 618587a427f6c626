import tensorflow as tf

INPUTS = {"n": [3, 0, 4]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        assert x.shape.rank == 1
        total = 0.
        for i in tf.range(n):
            tf.debugging.assert_less(i, 10)
            total += tf.cast(i, tf.float32)
        if n > 0:
            tf.debugging.assert_less(total, 100., message="too much")
        tf.Assert(tf.reduce_all(x > -1e9), [x, n], summarize=5)
        return total


def build():
    return Model()
