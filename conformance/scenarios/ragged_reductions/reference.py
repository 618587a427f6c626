import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([7], tf.float32)])
    def f(self, x):
        rt = tf.RaggedTensor.from_row_splits(x, [0, 3, 3, 7])
        ones = tf.ones_like(rt)
        return {
            "sum": tf.reduce_sum(rt, axis=1), "columns": tf.reduce_sum(rt, axis=0), "all": tf.reduce_sum(rt),
            "prod": tf.reduce_prod(rt, 1), "max": tf.reduce_max(rt, 1), "min": tf.reduce_min(rt, axis=-1),
            "keep": tf.reduce_sum(rt, 1, keepdims=True), "count": tf.reduce_sum(ones, 1),
            "every": tf.reduce_all(rt > -10., axis=1), "mean": tf.reduce_mean(rt[:1], axis=1),
            "variance": tf.math.reduce_variance(rt[2:], axis=1), "softmax": tf.nn.softmax(rt).flat_values,
            "sorted": tf.sort(rt.to_tensor()),
        }


def build():
    return Model()
