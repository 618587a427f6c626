import numpy as np
import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable(np.arange(60, dtype=np.float32).reshape(3, 20), name="a")
        self.b = tf.Variable(np.arange(48, dtype=np.int64).reshape(2, 3, 8), name="b")
        self.c = tf.Variable(3., name="c")
        self.d = tf.Variable(["of a dtype that TensorFlow reads whole only", "two"], name="d")

    @tf.function(input_signature=[tf.TensorSpec([20], tf.float32)])
    def f(self, x):
        return tf.linalg.matvec(self.a, x) * self.c, tf.reduce_sum(self.b), self.d


def build():
    # 100 bytes take no row of a, and 5 columns.
    policy = tf.train.experimental.MaxShardSizePolicy(100)
    return Model(), None, tf.saved_model.SaveOptions(experimental_sharding_callback=policy)
