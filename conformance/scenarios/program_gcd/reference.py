import tensorflow as tf

INPUTS = {"a": [48, 17, 0], "b": [36, 5, 9], "v": [[12, 18], [7, 7, 21], [5]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.int32)])
    def f(self, a, b, v):
        x, y = a, b
        while y != 0:
            x, y = y, x % y
        def step(p, q):
            return tf.where(q > 0, q, p), tf.where(q > 0, p % tf.maximum(q, 1), q)

        p, q = v, tf.fill(tf.shape(v), 6)
        while tf.reduce_any(q > 0):
            p, q = step(p, q)
        return x, p


def build():
    return Model()
