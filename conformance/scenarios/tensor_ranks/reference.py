import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[])
    def f(self):
        scalar = tf.constant(4)
        vector = tf.constant([2.0, 3.0, 4.0])
        matrix = tf.constant([[1, 2], [3, 4], [5, 6]], dtype=tf.float16)
        cube = tf.constant([[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]])
        four = tf.zeros([3, 2, 4, 5])
        facts = [four.dtype == tf.float32, four.ndim, four.shape[-1], four.shape.rank, int(tf.TensorShape(cube.shape).num_elements())]
        return {
            "sum": tf.cast(scalar, tf.float32) + vector, "matrix": matrix, "cube": cube, "rank": tf.rank(four),
            "shape": tf.shape(four), "size": tf.size(four), "facts": tf.constant([int(v) for v in facts]),
            "wide": tf.shape(cube, out_type=tf.int64),
        }


def build():
    return Model()
