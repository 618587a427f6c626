import tensorflow as tf

SIZES = [2, 4, 1]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4, 4, 2], tf.float32)])
    def f(self, x):
        image = x[0]
        a, b, c, d = tf.unstack(image, axis=0)
        return {
            "transposed": tf.transpose(x, [0, 3, 1, 2]), "matrix": tf.linalg.matrix_transpose(x),
            "rolled": tf.roll(x, shift=[1, -1], axis=[1, 2]), "reversed": tf.reverse(x, axis=[-1]),
            "turned": tf.image.rot90(x), "depth": tf.nn.space_to_depth(x, 2),
            "space": tf.nn.depth_to_space(tf.nn.space_to_depth(x, 2), 2),
            "batch": tf.space_to_batch(x, [2, 2], [[0, 0], [0, 0]]), "stacked": tf.stack([d, c, b, a], axis=1),
            "moved": tf.einsum("bhwc->bchw", x), "squeezed": tf.squeeze(x[:1, :1], [0, 1]),
            "sequences": tf.reverse_sequence(x, tf.fill([tf.shape(x)[0]], 2), seq_axis=1, batch_axis=0),
        }


def build():
    return Model()
