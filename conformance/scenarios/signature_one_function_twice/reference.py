import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        return x + 1.

    g = f


def build():
    model = Model()
    model.g = model.f
    return model
