"""Functions of a model, as they stand in a program."""

import tensorflow as tf


def normalize(self, x):
    mean = tf.reduce_mean(x, axis=-1, keepdims=True)
    return x - mean


def weigh(self, x):
    return tf.reduce_sum(x * self.w, axis=-1)
