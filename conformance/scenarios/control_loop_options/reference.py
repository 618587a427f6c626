import tensorflow as tf

INPUTS = {"n": [4, 0, 9]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        for i in tf.range(n):
            tf.autograph.experimental.set_loop_options(parallel_iterations=1, swap_memory=True, maximum_iterations=3)
            x = x * 2. + tf.cast(i, tf.float32)
        i, y = tf.while_loop(lambda i, v: tf.reduce_sum(v) < 1e6, lambda i, v: (i + 1, v + 1.), (0, x), parallel_iterations=2,
                             maximum_iterations=n, name="bounded")
        return x, i, y


def build():
    return Model()
