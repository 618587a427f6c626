import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([6], tf.float32), tf.TensorSpec([3], tf.float32), tf.TensorSpec([3, 3], tf.float32),
    ])
    def f(self, x, updates, m):
        indices = tf.constant([[0], [2], [4]])
        diagonal = tf.constant([[0, 0], [1, 1], [2, 2]])
        return {
            "scatter": tf.scatter_nd(indices, updates, tf.constant([6])),
            "rows": tf.scatter_nd([[1], [3]], [[1., 2.], [3., 4.]], [5, 2]),
            "duplicates": tf.scatter_nd([[1], [1]], [1, 2], [3]),
            "update": tf.tensor_scatter_nd_update(x, indices, updates),
            "add": tf.tensor_scatter_nd_add(m, diagonal, updates), "sub": tf.tensor_scatter_nd_sub(m, diagonal, updates),
            "min": tf.tensor_scatter_nd_min(x, indices, updates), "max": tf.tensor_scatter_nd_max(x, indices, updates),
            "row": tf.tensor_scatter_nd_update(m, [[1]], [updates]),
        }


def build():
    return Model()
