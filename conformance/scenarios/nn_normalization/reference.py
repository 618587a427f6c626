import tensorflow as tf

SIZES = [2, 1]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4, 4, 6], tf.float32)])
    def f(self, x):
        mean, variance = tf.nn.moments(x, [0, 1, 2], keepdims=True)
        groups = tf.reshape(x, [-1, 4, 4, 2, 3])
        g_mean, g_variance = tf.nn.moments(groups, [1, 2, 4], keepdims=True)
        clipped, norm = tf.clip_by_global_norm([x, x * 2.], 3.)
        return {
            "batch": tf.nn.batch_normalization(x, mean, variance, offset=0.5, scale=2., variance_epsilon=1e-3),
            "group": tf.reshape((groups - g_mean) * tf.math.rsqrt(g_variance + 1e-3), tf.shape(x)),
            "local": tf.nn.local_response_normalization(x, depth_radius=2, bias=1., alpha=0.1, beta=0.5),
            "clipped": clipped[1], "norm": norm, "by_norm": tf.clip_by_norm(x, 1., axes=[3]),
            "dropout": tf.nn.dropout(x, rate=0.), "scale": tf.nn.scale_regularization_loss(tf.reduce_sum(x * x)),
            "unit": tf.nn.l2_normalize(x, axis=[1, 2]),
        }


def build():
    return Model()
