import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def f(self, x):
        p = tf.abs(x) + 0.1
        return [tf.exp(x), tf.math.log(p), tf.sqrt(p), tf.math.rsqrt(p), tf.square(x), tf.sign(x), tf.sin(x), tf.cos(x),
                tf.tanh(x), tf.sigmoid(x), tf.nn.relu(x), tf.nn.elu(x), tf.nn.softplus(x), tf.nn.leaky_relu(x), tf.nn.gelu(x),
                tf.floor(x), tf.math.ceil(x), tf.round(x), tf.math.erf(x), tf.math.lgamma(p),
                tf.math.reciprocal(p), tf.math.is_nan(x), tf.math.expm1(x), tf.atan(x), tf.clip_by_value(x, -0.5, 0.5)]


def build():
    return Model()
