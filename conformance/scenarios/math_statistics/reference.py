import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        mean, variance = tf.nn.moments(x, axes=[0])
        w_mean, w_variance = tf.nn.weighted_moments(x, axes=1, frequency_weights=[1., 2., 0., 1.], keepdims=True)
        centered = x - tf.reduce_mean(x, axis=0)
        return {
            "mean": mean, "variance": variance, "std": tf.math.reduce_std(x, axis=1), "spread": tf.math.reduce_variance(x),
            "weighted": w_mean, "weights": w_variance, "nonzero": tf.math.count_nonzero(x > 0., axis=1),
            "covariance": tf.matmul(centered, centered, transpose_a=True),
            "normalized": tf.nn.batch_normalization(x, mean, variance, None, None, 1e-3),
            "range": tf.reduce_max(x, 1) - tf.reduce_min(x, 1),
            "median": tf.reduce_mean(tf.sort(x, axis=1)[:, 1:3], axis=1),
            "standard": tf.math.divide_no_nan(centered, tf.math.reduce_std(x, axis=0)),
        }


def build():
    return Model()
