import tensorflow as tf

INPUTS = {"values": lambda rng, shape: rng.normal(size=[4, 2]), "inner": [[0, 1, 3, 4], [0, 0, 4], [0, 4]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([None], tf.int64)])
    def f(self, values, inner):
        lower = tf.RaggedTensor.from_row_splits(values, inner)
        rt = tf.RaggedTensor.from_row_splits(lower, tf.stack([tf.constant(0, tf.int64), lower.nrows()]))
        deep = tf.ragged.constant([[[1], [2, 3]], [], [[4]]])
        made = tf.RaggedTensor.from_nested_row_lengths([1, 2, 3, 4], deep.nested_row_lengths())
        return {
            "outer": rt.nested_row_splits[0], "flat": rt.flat_values, "lengths": rt.row_lengths(axis=2).flat_values,
            "merged": deep.merge_dims(0, 1).to_tensor(), "made": made.flat_values, "splits": made.nested_row_splits[1],
            "dense": deep.to_tensor(default_value=-1), "rank": tf.constant([rt.shape.rank, rt.ragged_rank]),
            "sum": tf.reduce_sum(rt, axis=[1, 2]),
            "with": rt.with_flat_values(tf.reduce_sum(rt.flat_values, -1)).flat_values,
        }


def build():
    return Model()
