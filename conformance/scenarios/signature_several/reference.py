import tensorflow as tf


class Child(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def g(self, a):
        return tf.exp(a)


class Model(tf.Module):
    def __init__(self):
        self.child = Child()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        return x * 3.


def build():
    model = Model()
    return model, {"zeta": model.f, "alpha": model.f, "exp": model.child.g}
