import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        tf.debugging.assert_rank(x, 2)
        tf.debugging.assert_type(x, tf.float32)
        tf.debugging.assert_shapes([(x, ("N", 3)), (n, ())])
        tf.debugging.assert_greater(n, -100, message="n", summarize=3)
        tf.debugging.assert_non_negative(tf.abs(n))
        tf.debugging.assert_equal(tf.shape(x)[1], 3)
        tf.debugging.assert_near(x, x + 1e-9)
        tf.debugging.assert_none_equal(x, 1e9)
        checked = tf.debugging.check_numerics(x, "x is not finite")
        with tf.control_dependencies([tf.debugging.assert_less_equal(tf.rank(x), 4)]):
            y = tf.identity(checked)
        return {"y": y, "checked": tf.ensure_shape(x, [None, 3]), "proper": tf.debugging.is_numeric_tensor(x) and y}


def build():
    return Model()
