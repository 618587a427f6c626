import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float64)])
    def f(self, x):
        return 2. * x

    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32)])
    def g(self, x):
        return x + 1


def build():
    model = Model()
    return model, model.f
