import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def f(self, x):
        return {
            "sum": tf.cumsum(x, axis=1), "exclusive": tf.cumsum(x, exclusive=True),
            "reverse": tf.cumsum(x, axis=-1, reverse=True),
            "product": tf.math.cumprod(x, axis=1, exclusive=True, reverse=True),
            "logsumexp": tf.math.cumulative_logsumexp(x, axis=1), "reduced": tf.reduce_logsumexp(x, axis=1, keepdims=True),
            "polynomial": tf.math.polyval([1., -2., 3.], x), "norm": tf.norm(x, ord=1, axis=1),
            "euclidean": tf.math.reduce_euclidean_norm(x, 0), "unit": tf.math.l2_normalize(x, axis=-1),
            "zero": tf.math.zero_fraction(tf.nn.relu(x)), "all": tf.math.accumulate_n([x, x, x]),
        }


def build():
    return Model()
