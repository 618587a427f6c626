import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name=n) for n in ("A-b", "A/D", "2x")])
    def f(self, a, b, c):
        return a + b * c


def build():
    return Model()
