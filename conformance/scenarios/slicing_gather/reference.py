import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4, 3, 2], tf.float32)])
    def f(self, x):
        i = tf.constant([[0, 2], [1, 1]])
        return {
            "rows": tf.gather(x, [0, 3, 3]), "axis": tf.gather(x, i, axis=1), "last": tf.gather(x, 1, axis=-1),
            "batch": tf.gather(x, [[0], [2], [1], [0]], batch_dims=1, axis=1),
            "nd": tf.gather_nd(x, [[0, 0, 1], [3, 2, 0]]), "vectors": tf.gather_nd(x, indices=[[[0, 1]], [[2, 2]]]),
            "slices": tf.gather_nd(x, [[1], [0]]), "batched": tf.gather_nd(x, [[[0]], [[1]], [[2]], [[0]]], batch_dims=1),
            "one": tf.gather(x, [1], axis=2),
        }


def build():
    return Model()
