import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        def recursive(n):
            if n > 0:
                return recursive(n - 1) * x + n
            return tf.zeros_like(x)

        return recursive(4)


def build():
    return Model()
