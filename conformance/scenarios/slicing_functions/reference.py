import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([8], tf.int32), tf.TensorSpec([3, 5], tf.int32), tf.TensorSpec([], tf.int32)])
    def f(self, x, m, n):
        a = tf.slice(x, begin=[1], size=[3])
        b = tf.slice(m, [0, 1], [-1, 2])
        c = tf.strided_slice(m, [0, -1], [3, -6], [2, -2], end_mask=0)
        d = tf.strided_slice(x, [2], [0], begin_mask=1, end_mask=1)
        e = tf.strided_slice(m, [1, 0], [2, 5], shrink_axis_mask=1)
        g = tf.strided_slice(m, [0, 0, 0], [0, 3, 5], new_axis_mask=1, ellipsis_mask=2)
        return [a, b, c, d, e, g, x[1:4], m[::2, ::-2], x[n % 3:n % 3 + 2], tf.slice(x, [n % 3 * 0], [2])]


def build():
    return Model()
