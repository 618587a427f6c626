import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[(tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.float32)), tf.TensorSpec([], tf.bool),
                                  {"b": tf.TensorSpec([], tf.float32), "a": [tf.TensorSpec([None], tf.float32)]}])
    def f(self, pair, swap, rest):
        x, y = pair
        if swap:
            x, y = y, x
        return tf.nest.map_structure(lambda t: t * rest["b"], (x, y)), rest["a"][0]


def build():
    return Model(), {}
