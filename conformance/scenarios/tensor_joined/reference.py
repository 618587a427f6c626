import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        first, rest = tf.split(x, [1, 2], axis=-1)
        thirds = tf.split(x, num_or_size_splits=3, axis=1)
        return {
            "concat": tf.concat([x, rest, first], -1), "rows": tf.concat([x, [[1, 2, 3]]], 0), "stack": tf.stack(thirds),
            "tile": tf.tile(x, [2, tf.maximum(n, 1)]), "repeat": tf.repeat(x, [1, 0, 2], axis=1),
            "each": tf.repeat([1, 2], 3), "zeros": tf.pad(x, [[1, 0], [0, 2]]),
            "reflected": tf.pad(x, [[0, 0], [2, 1]], mode="REFLECT"),
            "mirrored": tf.pad(x, tf.constant([[0, 0], [1, 1]]), "symmetric"),
        }


def build():
    return Model()
