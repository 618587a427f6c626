import tensorflow as tf

INPUTS = {"x": lambda rng, shape: rng.normal(size=[6])}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([3, 1], tf.float32)])
    def f(self, x, column):
        rt = tf.RaggedTensor.from_row_lengths(x, [3, 1, 2])
        deep = tf.RaggedTensor.from_row_lengths(rt, [2, 1])
        return {
            "scalar": (rt + 3.).flat_values, "column": (rt * column).flat_values, "left": (column - rt).flat_values,
            "same": (rt * rt - rt).flat_values, "deep": (deep * 10.).flat_values, "compared": (rt > 0.).flat_values,
            "power": (rt ** 2.).flat_values, "dense": (rt + column).to_tensor(), "maximum": tf.maximum(rt, 0.).flat_values,
            "negative": (-rt).flat_values,
        }


def build():
    return Model()
