import tensorflow as tf


def build():
    return tf.Module()
