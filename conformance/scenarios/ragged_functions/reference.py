import tensorflow as tf

INPUTS = {"starts": [[0, 5, 8], [1, 1, 1], [3, 2, 1]], "limits": [[3, 5, 12], [2, 3, 4], [4, 2, 9]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([3], tf.int32), tf.TensorSpec([3], tf.int32), tf.TensorSpec([4], tf.string)])
    def f(self, starts, limits, words):
        ranges = tf.ragged.range(starts, limits)
        pair = tf.ragged.stack([ranges, ranges + 10])
        pairs = tf.RaggedTensor.from_row_lengths(words, [1, 3])
        crossed = tf.ragged.cross([pairs, tf.ragged.constant([["d"], ["e"]])])
        hashed = tf.ragged.cross_hashed([[["a"], ["b"]], pairs], num_buckets=100)
        parts = tf.ragged.stack_dynamic_partitions(words, tf.concat([starts % 4, [0]], 0), 4)
        return {
            "ranges": ranges.flat_values, "steps": tf.ragged.range([6], [0], -2).flat_values,
            "pair": pair.nested_row_splits[1], "cross": crossed.flat_values, "hashed": hashed.flat_values,
            "parts": parts.row_splits, "ids": tf.ragged.row_splits_to_segment_ids(ranges.row_splits),
            "splits": tf.ragged.segment_ids_to_row_splits([0, 0, 2, 2, 2]),
            "repeat": tf.repeat([1, 2, 3], ranges.row_lengths()),
        }


def build():
    return Model()
