import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([8], tf.int32), tf.TensorSpec([3, 2], tf.float32), tf.TensorSpec([3, 2, 5], tf.int32),
    ])
    def f(self, x, m, cube):
        return [
            x[0], x[1], x[-1], x[:], x[:4], x[4:], x[2:7], x[::2], x[::-1], m[1, 1], m[1, :], m[:, 1], m[-1, :], m[0, 0:1],
            m[1:, :], cube[:, :, 4], cube[0, ..., ::2],
        ]


def build():
    return Model()
