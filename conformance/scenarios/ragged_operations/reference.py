import tensorflow as tf

INPUTS = {"x": [[3, 1, 4, 1, 5, 9, 2, 6], [0, 0, 1, 1, 2, 2, 3, 3], [9, 8, 7, 6, 5, 4, 3, 2]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([8], tf.int32)])
    def f(self, x):
        digits = tf.RaggedTensor.from_row_splits(x, [0, 4, 4, 7, 8, 8])
        words = tf.ragged.constant([["So", "long"], ["thanks", "for", "all", "the", "fish"]])
        shifted = tf.concat([digits, [[5, 3]] * 5], axis=1)
        cubes = tf.map_fn(tf.math.square, digits)
        return {
            "plus": (digits + 3).values, "mean": tf.reduce_mean(digits, axis=1), "concat": shifted.flat_values,
            "tile": tf.tile(digits, [1, 2]).row_splits, "substr": tf.strings.substr(words, 0, 2).flat_values,
            "squares": cubes.flat_values, "flat": tf.ragged.map_flat_values(lambda v: v * 2 + 1, digits).flat_values,
            "both": (digits * digits - digits).flat_values, "max": tf.reduce_max(digits, axis=0),
            "any": tf.reduce_any(digits > 4, axis=1),
            "even": tf.where(digits % 2 == 0, digits, tf.zeros_like(digits)).flat_values, "size": tf.size(digits),
            "rank": tf.rank(digits),
        }


def build():
    return Model()
