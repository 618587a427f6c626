import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, x, training=False, mode=None):
        if training:
            x = x * 2.
        if mode == "square":
            return x * x
        if mode is None:
            return x
        return x + mode

    @tf.function
    def g(self, x, shape, axes):
        return tf.reduce_sum(tf.reshape(x, shape), axis=axes)


def build():
    model = Model()
    x = tf.TensorSpec([None], tf.float32)
    model.f.get_concrete_function(x)
    model.f.get_concrete_function(x, True)
    model.f.get_concrete_function(x, True, "square")
    model.f.get_concrete_function(x, mode=3)
    model.f.get_concrete_function(x, mode=2.5)
    six = tf.TensorSpec([6], tf.float32)
    model.g.get_concrete_function(six, (2, 3), [0])
    model.g.get_concrete_function(six, (3, -1), 1)
    return model
