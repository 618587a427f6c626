import tensorflow as tf

INPUTS = {"i": [0, 1, 3]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([9], tf.string), tf.TensorSpec([], tf.int32)])
    def f(self, q, i):
        queries = tf.RaggedTensor.from_row_lengths(q, [4, 2, 3, 0])
        deep = tf.RaggedTensor.from_row_lengths(queries, [1, 0, 3])
        keep = tf.ragged.constant([[True, False, True, True], [False, True], [True, True, False], []])
        return {
            "row": queries[1], "element": queries[1, 0], "tail": queries[1:].flat_values,
            "first": queries[:, :3].flat_values, "last": queries[:, -2:].flat_values, "deep": deep[2].flat_values,
            "columns": deep[:, :, :1].flat_values, "chosen": queries[i], "rows": tf.gather(queries, [2, 0]).flat_values,
            "each": tf.gather(queries[:3], [[0], [1], [2]], batch_dims=1), "nd": tf.gather_nd(queries, [[0, 1], [2, 2]]),
            "mask": tf.ragged.boolean_mask(queries, keep).row_splits,
            "dims": tf.expand_dims(queries, axis=1).nested_row_splits[1],
            "reversed": tf.reverse(queries[:2], axis=[1]).flat_values, "new": queries[1:, tf.newaxis].nrows(),
        }


def build():
    return Model()
