import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        a = tf.sqrt(x) if x > 0. else -x
        b = 1 if n > 2 else tf.abs(n)
        c = tf.stack([a, x if n % 2 == 0 else a])
        picked = [a if n > k else x for k in range(2)]
        return a, b, tf.reduce_sum(c * (2. if x > a else 0.5)), picked


def build():
    return Model()
