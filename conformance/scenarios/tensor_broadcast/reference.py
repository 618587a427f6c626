import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([3], tf.float32), tf.TensorSpec([None, 1], tf.float32)])
    def f(self, x, y):
        column = tf.reshape(x, [3, 1])
        table = column * tf.range(1., 5.)
        return {
            "scalar": tf.multiply(x, 2), "list": x * [2., 2., 2.], "table": table, "stretched": tf.broadcast_to(x, [3, 3]),
            "mixed": x + y,
            "static": tf.broadcast_static_shape(tf.TensorShape([3, 1]), tf.TensorShape([4])).as_list() + [0],
            "dynamic": tf.broadcast_dynamic_shape(tf.shape(y), tf.shape(x)), "compared": y > x,
        }


def build():
    return Model()
