import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.by_name = {k: tf.Variable(float(i + 1), name="v") for i, k in enumerate(("a/b", "a.b", ".s", "plain"))}
        head = tf.Module()
        head.w = tf.Variable([1., 2.], name="w")
        self.heads = {"inner": {"x": head}, "list": [tf.Module()]}
        self.none = {}

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
    def f(self, x):
        total = 0.
        for key, v in self.by_name.items():
            total = total + v
        return x * total + self.heads["inner"]["x"].w


def build():
    return Model()
