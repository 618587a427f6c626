import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([2., 3.], name="w")

    def weigh(self, x, times=1):
        return x * self.w * times

    def twice(self, x):
        return self.weigh(x) + self.weigh(x, times=2)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def f(self, x):
        return self.twice(x)


def build():
    return Model()
