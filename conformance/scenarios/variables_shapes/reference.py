import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.scalar = tf.Variable(2.5, name="scalar")
        self.one = tf.Variable([2.5], name="one")
        self.empty = tf.Variable(tf.zeros([0]), name="empty")
        self.empty_rows = tf.Variable(tf.zeros([0, 3]), name="empty_rows")
        self.empty_columns = tf.Variable(tf.zeros([3, 0]), name="empty_columns")
        self.deep = tf.Variable(tf.reshape([1., 2., 3., 4.], [1, 2, 1, 2, 1]), name="deep")
        self.filled = tf.Variable(tf.fill([2, 2], 7.), name="filled")
        self.word = tf.Variable("alone", name="word")
        self.no_words = tf.Variable(tf.constant([], tf.string), name="no_words")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return x * self.scalar + self.one, tf.concat([self.empty_rows, self.empty_rows + x], 1), self.deep + self.filled


def build():
    return Model()
