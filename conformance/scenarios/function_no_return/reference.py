import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable([1., 2.], name="v")

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
    def put(self, x):
        self.v.assign(x)

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
    def early(self, x):
        self.v.assign_add(x)
        return


def build():
    return Model()
