import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        return {"z": x, "out put/é": x + 1., "A-b": x * 2., "": -x}


def build():
    return Model()
