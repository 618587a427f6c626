import tensorflow as tf


def build():
    model = tf.Module()
    model.w = tf.Variable([[1., 2., 3.]], name="w")
    model.step = tf.Variable(7, dtype=tf.int64, trainable=False, name="step")
    model.empty = tf.Module()
    return model
