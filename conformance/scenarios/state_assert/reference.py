import tensorflow as tf

INPUTS = {"x": [[0.1, 0.2], [0.9, 0.1], [0.]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        tf.debugging.assert_less(x, 0.5, message="too large")
        return tf.math.log1p(x)


def build():
    return Model()
