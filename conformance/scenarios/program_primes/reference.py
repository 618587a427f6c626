import tensorflow as tf

SIZES = [2]
INPUTS = {"n": [30]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def primes(self, n):
        sieve = tf.ones([n + 1], tf.bool)
        sieve = tf.tensor_scatter_nd_update(sieve, [[0], [1]], [False, False])
        p = tf.constant(2)
        while p * p <= n:
            if sieve[p]:
                multiples = tf.range(p * p, n + 1, p)
                sieve = tf.tensor_scatter_nd_update(sieve, multiples[:, tf.newaxis], tf.zeros_like(multiples, tf.bool))
            p += 1
        return tf.cast(tf.where(sieve)[:, 0], tf.int32)


def build():
    return Model()
