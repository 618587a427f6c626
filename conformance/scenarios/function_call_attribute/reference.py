import tensorflow as tf


class Layer(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[1., 2.], [3., 4.]], name="w")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def __call__(self, x):
        return x @ self.w


class Model(tf.Module):
    def __init__(self):
        self.layer = Layer()

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def __call__(self, x):
        return tf.nn.relu(self.layer(x))


def build():
    return Model()
