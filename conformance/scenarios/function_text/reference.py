import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.string)])
    def f(self, x: tf.Tensor, names: tf.Tensor):
        """Says what it does."""
        n: int = 3  # a comment
        prefix = f"{n:02d}-{'a' + 'b'!r}: "
        assert n == 3, "not here"
        y: tf.Tensor = x * n
        return {"y": y, "names": tf.strings.join([prefix, names], separator=("|"))}


def build():
    return Model()
