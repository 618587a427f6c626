import tensorflow as tf


def build():
    model = tf.Module()
    model.e5m2 = tf.Variable(tf.cast([1.5, -2, 0.25], tf.dtypes.experimental.float8_e5m2), name="e5m2")
    model.e4m3fn = tf.Variable(tf.cast([1.5, -2, 448], tf.dtypes.experimental.float8_e4m3fn), name="e4m3fn")
    model.int4 = tf.Variable(tf.cast([-8, 7, 3], tf.dtypes.experimental.int4), name="int4")
    model.uint4 = tf.Variable(tf.cast([0, 15, 3], tf.dtypes.experimental.uint4), name="uint4")
    return model
