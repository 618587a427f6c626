import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, x, scale=2.0, *, shift, negate=True):
        y = x * scale + shift
        return -y if negate else y

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def g(self, x, power=2):
        return x ** power


def build():
    model = Model()
    x, shift = tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32)
    model.f.get_concrete_function(x=x, shift=shift)
    model.f.get_concrete_function(x=x, scale=3.0, shift=shift, negate=False)
    return model
