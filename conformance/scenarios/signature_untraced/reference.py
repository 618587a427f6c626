import tensorflow as tf

SKIP = {"functions": "there is nothing to call"}


class Model(tf.Module):
    @tf.function
    def f(self, x):
        return x * x


def build():
    return Model()
