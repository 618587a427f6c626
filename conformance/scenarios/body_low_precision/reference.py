import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.h = tf.Variable(tf.cast([[1, 0.5], [-0.25, 2]], tf.float16), name="h")
        self.b = tf.Variable(tf.cast([[1, 0.5], [-0.25, 2]], tf.bfloat16), name="b")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def f(self, x):
        half = tf.nn.relu(tf.cast(x, tf.float16) @ self.h + 1)
        bfloat = tf.tanh(tf.cast(x, tf.bfloat16) @ self.b * 0.5)
        return {"half": half, "bfloat": bfloat, "sum": tf.reduce_sum(tf.cast(half, tf.float32) + tf.cast(bfloat, tf.float32))}


def build():
    return Model()
