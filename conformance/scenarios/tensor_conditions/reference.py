import tensorflow as tf

INPUTS = {"x": [[3, 1, 3, -2, 0], [0, 0, 1], [5]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def f(self, x):
        values, index = tf.unique(x)
        _, index2, counts = tf.unique_with_counts(x, out_idx=tf.int64)
        return {
            "where": tf.where(x > 0, x, [0]), "indices": tf.where(x != 0), "nonzero": tf.where(tf.cast(x, tf.bool)),
            "mask": tf.boolean_mask(x, x > 0), "values": values, "index": index, "counts": counts, "index2": index2,
            "missing": tf.sets.difference([x], [[3, 0]]).values, "any": tf.reduce_any(x > 2), "all": tf.reduce_all(x >= 0),
            "logical": tf.math.logical_xor(x > 0, x < 2), "nested": tf.where(x > 0, tf.where(x > 2, 2, 1), 0),
        }


def build():
    return Model()
