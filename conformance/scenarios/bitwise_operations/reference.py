import tensorflow as tf

INPUTS = {"a": lambda rng, shape: rng.integers(0, 200, shape), "flags": lambda rng, shape: rng.integers(0, 2, [8]).astype(bool)}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.uint8), tf.TensorSpec([8], tf.bool)])
    def f(self, a, flags):
        b = tf.constant(0b1011, tf.uint8)
        weights = tf.bitwise.left_shift(tf.ones([8], tf.int32), tf.range(8))
        return {
            "and": tf.bitwise.bitwise_and(a, b), "or": tf.bitwise.bitwise_or(a, b), "xor": tf.bitwise.bitwise_xor(a, b),
            "not": tf.bitwise.invert(a), "left": tf.bitwise.left_shift(a, 2), "right": tf.bitwise.right_shift(a, b // 5),
            "count": tf.raw_ops.PopulationCount(x=a), "packed": tf.reduce_sum(tf.where(flags, weights, 0)),
            "bits": tf.cast(tf.bitwise.bitwise_and(tf.bitwise.right_shift(tf.cast(a, tf.int32)[:, None], tf.range(8)), 1), tf.bool),
        }


def build():
    return Model()
