import tensorflow as tf

SKIP = {"shapes": "TensorFlow finds the length of a count of row splits by folding constants"}


class Model(tf.Module):
    def __init__(self):
        self.text = tf.saved_model.Asset("text.txt")
        self.again = tf.saved_model.Asset("text.txt")
        self.copy = tf.saved_model.Asset("copy/text.txt")
        self.other = tf.saved_model.Asset("other/text.txt")
        self.unused = tf.saved_model.Asset("unused.bin")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, x):
        lines = tf.strings.split(tf.io.read_file(self.text), sep="\n")
        return tf.strings.join([x, lines[1]]), tf.strings.regex_replace([self.text.asset_path, self.other.asset_path], ".*/", "")


def build():
    return Model()
