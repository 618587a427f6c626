import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.count = tf.Variable(0, name="count", dtype=tf.int32, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.string)])
    def f(self, x, s):
        print("while it is traced", x.dtype)
        if tf.size(x) > 100:
            tf.print("x is", x, "of", s, sep="|", summarize=2)
        tf.print({"x": x, "shape": tf.shape(x)}, [s, 3], output_stream="file:///dev/null")
        self.count.assign_add(1)
        tf.print("again", end="", output_stream="file:///dev/null")
        return x + 1.


def build():
    return Model()
