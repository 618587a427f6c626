import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        n = tf.shape(x)[0]
        halves = tf.split(x, 2, axis=1)
        a, b, c, d = tf.unstack(x, axis=1)
        return {
            "reshaped": tf.reshape(x, [-1, 2]), "dynamic": tf.reshape(x, [n * 2, 2]), "transposed": tf.transpose(x),
            "concat": tf.concat([x, x], axis=0), "stack": tf.stack([a, d], 1), "halves": halves[0] - halves[1],
            "expanded": tf.expand_dims(x, -1), "squeezed": tf.squeeze(x[:, :1], axis=1), "tiled": tf.tile(x, [1, 2]),
            "padded": tf.pad(x, [[0, 0], [1, 2]], constant_values=9.), "reversed": tf.reverse(x, axis=[1]),
            "range": tf.range(n), "zeros": tf.zeros([n, 2]), "ones": tf.ones_like(x), "filled": tf.fill([2, n], 7),
            "eye": tf.eye(3), "linspace": tf.linspace(0., 1., 5), "broadcast": tf.broadcast_to(b, [3, n]), "rolled": tf.roll(x, 1, 1),
            "where": tf.where(x > 0., x, -x), "one_hot": tf.one_hot(tf.range(n), 3), "size": tf.size(x), "rank": tf.rank(x),
            "meshgrid": tf.meshgrid(tf.range(2), tf.range(3))[0], "repeat": tf.repeat(c, 2), "slice": tf.slice(x, [0, 1], [-1, 2]),
        }


def build():
    return Model()
