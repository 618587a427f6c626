import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3, 2], tf.float32), tf.TensorSpec([None, 3], tf.bool)])
    def f(self, x, p):
        return {
            "all_axes": tf.reduce_sum(x), "axis": tf.reduce_mean(x, axis=1), "axes": tf.reduce_max(x, [0, 2]),
            "kept": tf.reduce_min(x, -1, keepdims=True), "product": tf.reduce_prod(x, axis=2), "any": tf.reduce_any(p, 1),
            "every": tf.reduce_all(p), "logsumexp": tf.reduce_logsumexp(x, axis=1), "std": tf.math.reduce_std(x, axis=1),
            "variance": tf.math.reduce_variance(x, 2), "norm": tf.norm(x, axis=-1), "argmax": tf.argmax(x, axis=1),
            "argmin": tf.argmin(x, axis=1, output_type=tf.int32), "cumsum": tf.cumsum(x, axis=1, reverse=True),
            "count": tf.math.count_nonzero(p, axis=1), "moments": tf.nn.moments(x, axes=[1])[1],
        }


def build():
    return Model()
