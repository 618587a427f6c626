import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([3, 2, 5], tf.int32), tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x, y):
        flat = tf.reshape(x, [-1])
        rows = tf.reshape(x, [3 * 2, 5])
        halves = tf.reshape(x, [3, -1])
        shape = y.shape.as_list()
        pairs = tf.reshape(y, [-1, shape[1] // 2, 2])
        back = tf.reshape(pairs, tf.shape(y))
        known = tf.ensure_shape(back, [None, 4])
        return {
            "flat": flat, "rows": rows, "halves": halves, "pairs": pairs, "known": known,
            "transposed": tf.transpose(x, perm=[2, 0, 1]), "scalar": tf.reshape(y[0, 0], []),
            "outer": tf.reshape(y, tf.concat([tf.shape(y), [1]], axis=0)),
        }


def build():
    return Model()
