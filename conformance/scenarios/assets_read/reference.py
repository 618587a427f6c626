import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.text = tf.saved_model.Asset("text.txt")
        self.again = tf.saved_model.Asset("text.txt")
        self.copy = tf.saved_model.Asset("copy/text.txt")
        self.other = tf.saved_model.Asset("other/text.txt")
        self.unused = tf.saved_model.Asset("unused.bin")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, x):
        return tf.strings.join([x, tf.io.read_file(self.text)]), tf.strings.regex_replace([self.text.asset_path, self.other.asset_path], ".*/", "")


def build():
    return Model()
