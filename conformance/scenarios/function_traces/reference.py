import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, x):
        return x + x


def build():
    model = Model()
    for spec in (tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.int32), tf.TensorSpec([2, None], tf.float32),
                 tf.TensorSpec([3], tf.string)):
        model.f.get_concrete_function(spec)
    return model
