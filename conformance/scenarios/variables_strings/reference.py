import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.words = tf.Variable([["", "a"], ["naïve", "日本"]], name="words")
        self.escapes = tf.Variable(["nul \0 inside", "line\nbreak", "tab\t"], name="escapes")

    @tf.function(input_signature=[tf.TensorSpec([], tf.string)])
    def f(self, x):
        return tf.strings.join([self.words, x]), tf.strings.length(self.escapes)


def build():
    return Model()
