import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        return x + 1.


def build():
    model = Model()
    return model, {"foo:bar": model.f, "a b/c:é": model.f, "_x": model.f}
