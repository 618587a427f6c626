import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([0.5, -1.5, 2.0], name="w")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def f(self, x):
        y = x * self.w
        frozen = x * tf.stop_gradient(self.w)
        straight = y + tf.stop_gradient(tf.round(y) - y)
        safe = tf.where(x > 0., tf.math.log(tf.where(x > 0., x, 1.)), 0.)
        return {
            "y": y, "frozen": frozen, "straight": straight, "safe": safe, "bounded": tf.clip_by_value(y, -1., 1.),
            "divided": tf.math.divide_no_nan(x, tf.nn.relu(x)), "power": tf.math.xlogy(tf.nn.relu(x), tf.abs(x)),
            "multiply": tf.math.multiply_no_nan(x, tf.nn.relu(x)),
        }


def build():
    return Model()
