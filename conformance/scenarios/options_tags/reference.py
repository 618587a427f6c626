import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return x + 1.


def build():
    return Model(), None, tf.saved_model.SaveOptions(extra_tags=["gpu", "v2"])
