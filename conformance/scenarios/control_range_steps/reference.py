import tensorflow as tf

INPUTS = {"n": [5, 0, 8]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def f(self, n):
        odd = 0
        for i in tf.range(1, n, 2):
            odd += i
        down = 0
        for i in tf.range(n, 0, -1):
            down = down * 10 + i
        floats = 0.
        for t in tf.range(0., 1., 0.25):
            floats += t
        wide = tf.constant(0, tf.int64)
        for i in tf.range(tf.cast(n, tf.int64)):
            wide += i * i
        return odd, down, floats, wide


def build():
    return Model()
